"""The night: what late corrections make hollow, by which import, and what is served of everyone."""

from datetime import date

import pytest

from firstbell.cases import actions, queries
from firstbell.cases.models import Ladder, Step
from firstbell.core.models import JournalLine
from tests.attendance.conftest import DAYS, YEAR

pytestmark = pytest.mark.django_db


def climb(take) -> list[Step]:
    """Everything up to the referral."""
    return [take(*what) for what in (
        ("report", 5), ("notice", 6), ("attempt", 8), ("report", 11), ("report", 15), ("referral", 20),
    )]  # fmt: skip


def fallen() -> set[tuple[str, int]]:
    return set(Step.objects.filter(stands=False).values_list("kind", "number"))


def test_a_night_without_a_correction_changes_nothing(take, night):
    climb(take)
    assert night().hollow == []
    assert fallen() == set()


ALL = {("report", 1), ("notice", 1), ("attempt", 1), ("report", 2), ("report", 3), ("referral", 1)}


@pytest.mark.parametrize(
    ("corrected", "hollow"),
    [
        (2, ALL),  # the first report loses its ground, and with it everything that came after
        (10, {("report", 2), ("report", 3), ("referral", 1)}),
        (14, {("report", 3), ("referral", 1)}),
    ],
)
def test_a_late_correction_makes_hollow_what_rested_on_it_and_names_its_import(
    take, truant, night, correct, corrected, hollow
):
    climb(take)
    night()
    arrival = correct(truant.told[DAYS[corrected]])
    reviewed = night()
    assert fallen() == hollow
    assert {(step.kind, step.number) for step in reviewed.hollow} == hollow
    assert {step.hollow_arrival for step in reviewed.hollow} == {arrival}
    assert {step.hollow_on for step in reviewed.hollow} == {DAYS[-1]}
    first = min(reviewed.hollow, key=lambda step: (step.on, step.pk))
    assert first.hollow_lost == [DAYS[corrected].isoformat()]
    assert "No longer unexcused: September" in first.hollow_why
    assert JournalLine.objects.filter(verb="cases.step_fell").count() == len(hollow)


def test_the_import_that_took_the_day_away_is_named_though_another_came_after_it(
    take, truant, night, correct, district
):
    take("report", 5)
    arrival = correct(truant.told[DAYS[4]])
    district.arrives(DAYS[-1])
    reviewed = night()
    assert [step.hollow_arrival for step in reviewed.hollow] == [arrival]


def test_a_change_that_is_no_withdrawn_mark_is_laid_to_the_newest_arrival(take, truant, night, district):
    take("report", 5)
    arrival = district.arrives(DAYS[-1])
    district.change(truant, born_on=date(2021, 5, 1))  # five years old: not in compulsory education
    assert [step.hollow_arrival for step in night().hollow] == [arrival]


def test_reviewing_twice_is_reviewing_once(take, truant, night, correct):
    climb(take)
    correct(truant.told[DAYS[2]])
    first, served = night(), list(Ladder.objects.values())
    again = night()
    assert (len(first.hollow), again.hollow, again.again) == (6, [], [])
    assert list(Ladder.objects.values()) == served
    assert JournalLine.objects.filter(verb="cases.step_fell").count() == 6


def test_what_was_hollow_by_mistake_stands_again(take, truant, night, correct, district):
    take("report", 5)
    correct(truant.told[DAYS[4]])
    night()
    mark = truant.marks.get(day=DAYS[4], withdrawals=None)
    correct(mark, "U")
    reviewed = night()
    assert [(step.kind, step.stands, step.hollow_on) for step in reviewed.again] == [("report", True, None)]
    assert fallen() == set()
    assert JournalLine.objects.filter(verb="cases.step_stands_again").count() == 1


def test_a_withdrawn_step_is_left_alone(take, truant, rosa, night, correct):
    step = take("report", 5)
    correct(truant.told[DAYS[4]])
    night()
    actions.withdraw(step=step, by=rosa)
    correct(truant.marks.get(day=DAYS[4], withdrawals=None), "U")
    assert night().again == []
    step.refresh_from_db()
    assert (step.stands, step.withdrawn_by) == (False, rosa)


def test_an_attempt_before_the_report_that_fell_no_longer_counts_and_asks_for_no_letter(take, truant, night, correct):
    take("report", 5)
    take("attempt", 8)
    correct(truant.told[DAYS[4]])
    night()
    assert fallen() == {("report", 1), ("attempt", 1)}
    assert Ladder.objects.get(student=truant).rule == "hollow_step"
    assert Ladder.objects.get(student=truant).sentence.startswith("Report 1 no longer stands: it has only 2 of 3")


def test_a_referral_as_a_chronic_absentee_outlives_better_attendance(take, truant, night, district, rosa):
    district.arrives(DAYS[-1])
    quiet = district.student("P-2")
    actions.take_step(student=truant, kind="referral", on=DAYS[20], by=rosa, ground="chronic")
    assert quiet.steps.count() == 0
    assert night().hollow == []


def test_the_served_table_is_what_the_law_says_of_each_student(take, truant, night, district, absences):
    at = district.student
    two, three, away = at("P-2"), at("P-3"), at("P-4")
    absences(two, "UU")
    absences(three, "E.T.U")
    absences(away, "...UUUU")
    district.mark(three, DAYS[8], "T", minutes=45)
    take("report", 5)
    reviewed = night()
    assert reviewed.states == {"eligible_next": 1, "eligible_first": 1}
    assert reviewed.students == Ladder.objects.count() == 2
    rows = {row.student_id: row for row in Ladder.objects.all()}
    mine, theirs = rows[truant.pk], rows[away.pk]
    assert (mine.missing, mine.due_by is None, mine.next_step, mine.next_number) == ("notice", False, "report", 2)
    assert (mine.rule, mine.rank) == ("notice_missing", 2)
    assert (theirs.occasions, theirs.next_step, theirs.next_from) == (4, "report", DAYS[5])
    assert (theirs.rule, theirs.rank) == ("report_due", 8)  # three weeks ago: it comes after every newer sign
    assert "Report 1 can be confirmed" in theirs.sentence


@pytest.mark.parametrize(("today", "rank"), [(6, 4), (24, 8)])
def test_what_is_possible_is_news_for_ten_days_and_never_forgotten(truant, night, settings, today, rank):
    settings.TODAY = DAYS[today].isoformat()
    assert night(DAYS[today]).students == 1
    assert Ladder.objects.get().rank == rank


def test_taking_a_step_serves_that_student_at_once(take, truant, night):
    night()
    assert Ladder.objects.get(student=truant).state == "eligible_first"
    take("report", 20)
    assert Ladder.objects.get(student=truant).state == "reported"


def test_the_night_serves_the_same_as_taking_the_steps_did(take, truant, night):
    climb(take)
    at_once = Ladder.objects.filter(student=truant).values().get()
    night()
    assert Ladder.objects.filter(student=truant).values().get() == at_once


def test_the_night_needs_data(db):
    with pytest.raises(ValueError, match="no data"):
        actions.review(year=YEAR)


def test_nobody_without_a_school_is_served(truant, night, district):
    type(truant).objects.filter(pk=truant.pk).update(school=None)
    assert night().students == 0


def test_due_and_hollow_tell_notices_whom_to_write_to(take, truant, night, correct):
    take("report", 5)
    night()
    assert [row.student for row in queries.due("notice")] == [truant]
    assert [row.student for row in queries.due("report")] == [truant]
    assert list(queries.due("conference")) == []
    take("notice", 6)
    assert list(queries.due("notice")) == []
    correct(truant.told[DAYS[0]])
    night()
    assert [step.kind for step in queries.hollow()] == ["notice", "report"]
    assert list(queries.hollow(since=DAYS[-1])) == list(queries.hollow())
    assert list(queries.hollow(since=date(2026, 7, 1))) == []


def test_a_notice_is_due_by_the_day_the_policy_names(take, truant, night):
    take("report", 5)
    row = queries.due("notice").get()
    assert row.due_by is not None
    assert row.due_by > DAYS[5]
    with pytest.raises(ValueError):
        queries.due("nothing")
