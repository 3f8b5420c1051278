"""Taking steps: what the law allows and refuses, what is frozen, what is journalled."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from firstbell.cases import actions, queries
from firstbell.cases.models import Ladder, Step
from firstbell.cases.rules import NotAllowed
from firstbell.core.models import JournalLine
from firstbell.law.days import HALF, Day
from firstbell.law.policy import policy_on
from firstbell.law.steps import Ground
from tests.attendance.conftest import DAYS

pytestmark = pytest.mark.django_db


def iso(*places: int) -> list[str]:
    return [DAYS[place].isoformat() for place in places]


def test_a_report_names_its_occasions_and_freezes_what_they_were(take, truant, district):
    step = take("report", 5)
    assert (step.kind, step.number, step.year, step.stands) == ("report", 1, 2026, True)
    assert step.rests_on == iso(0, 2, 4)
    assert step.evidence["policy"] == policy_on(DAYS[5]).version
    assert step.evidence["arrival"] == district.arrival.pk
    assert step.evidence["days"] == [
        {"day": day, "code": "U", "byte": Day.UNEXCUSED | HALF, "arrival": district.arrival.pk} for day in iso(0, 2, 4)
    ]


def test_the_whole_way_to_a_referral(take, truant):
    taken = [take(*what) for what in (
        ("report", 5), ("notice", 6), ("attempt", 8), ("report", 11), ("report", 15), ("conference", 16),
        ("referral", 20),
    )]  # fmt: skip
    assert [(step.kind, step.number) for step in taken] == [
        ("report", 1), ("notice", 1), ("attempt", 1), ("report", 2), ("report", 3), ("conference", 1), ("referral", 1),
    ]  # fmt: skip
    assert [step.rests_on for step in taken] == [
        iso(0, 2, 4), iso(0, 2, 4), [], iso(10), iso(14), [], [],
    ]  # fmt: skip
    assert [one["day"] for one in taken[-1].evidence["days"]] == iso(0, 2, 4, 10, 14)
    ladder = Ladder.objects.get(student=truant)
    assert (ladder.state, ladder.standing_steps, ladder.hollow_steps) == ("referred", 7, 0)


@pytest.mark.parametrize(
    ("before", "kind", "day", "section", "because"),
    [
        ([], "report", 3, "EC 48260(a)", "only 2 of 3 unexcused occasions"),
        ([], "notice", 6, "EC 48260.5", "no report 1 stands"),
        ([], "attempt", 6, "EC 48262", "no report stands from before it"),
        ([("report", 5)], "attempt", 4, "EC 48262", "no report stands from before it"),
        ([("report", 5)], "conference", 2, "EC 48262", "no report stands from before it"),
        ([("report", 5)], "report", 9, "EC 48261", "only 0 of 1"),
        ([("report", 5), ("report", 11)], "referral", 12, "EC 48263", "only 2 reports of three"),
        ([("report", 5), ("report", 11), ("report", 15)], "referral", 16, "EC 48263", "no conference was tried"),
        ([("report", 11)], "report", 5, "EC 48261", "report 1 does not stand"),
        ([], "mediation", 6, "EC 48263.5", "no referral stands"),
        ([("report", 5)], "court", 6, "In re A.N.", "only 1 report of 4"),
    ],
)
def test_what_the_law_does_not_allow_is_refused_with_its_section(take, before, kind, day, section, because):
    for step in before:
        take(*step)
    with pytest.raises(NotAllowed) as no:
        take(kind, day)
    assert section in {reason.section for reason in no.value.reasons}
    assert because in str(no.value)
    assert Step.objects.count() == len(before)
    assert JournalLine.objects.filter(verb="cases.step_taken").count() == len(before)


def test_nothing_is_done_in_the_future_or_where_nothing_is_known(take, truant, rosa):
    with pytest.raises(NotAllowed, match="has not come yet"):
        actions.take_step(student=truant, kind="inquiry", on=DAYS[-1] + timedelta(1), by=rosa)
    with pytest.raises(NotAllowed, match="Nothing is known"):
        actions.take_step(student=truant, kind="inquiry", on=DAYS[0].replace(year=2020), by=rosa)


def test_a_day_that_is_no_occasion_cannot_be_named(take):
    with pytest.raises(NotAllowed, match="is not an unexcused occasion"):
        take("report", 5, rests_on=[DAYS[0], DAYS[1], DAYS[2]])


def test_a_report_of_that_number_stands_already(take):
    take("report", 5, number=1)
    with pytest.raises(NotAllowed, match="report 1 stands already"):
        take("report", 11, number=1)


def test_a_report_may_not_be_filed_twice_on_the_same_days(take):
    take("report", 5)
    with pytest.raises(NotAllowed, match="only 0 of 1"):
        take("report", 5)


def test_a_second_notice_tells_of_the_next_report_not_yet_told_of(take):
    take("report", 5)
    take("report", 11)
    assert [take("notice", 12).number, take("notice", 13).number, take("notice", 14).number] == [1, 2, 2]


def test_a_chronic_absentee_may_be_referred_without_reports_only_while_chronic(take, truant, rosa):
    with pytest.raises(NotAllowed, match="chronic absence, does not hold now"):
        take("referral", 9, ground=Ground.CHRONIC)  # 9 days enrolled are too few to say
    step = take("referral", 24, ground=Ground.CHRONIC)  # 5 of 25 days
    assert step.stands
    assert step.ground == "chronic"


def test_each_step_writes_its_journal_line(take, rosa):
    take("report", 5)
    step = take("attempt", 6, said={"how": "Phone call"}, note="mother")
    line = JournalLine.objects.filter(verb="cases.step_taken").latest("pk")
    assert (line.by, line.about, line.about_id) == (rosa, "cases.step", step.pk)
    assert line.detail == {
        "student": step.student_id, "kind": "attempt", "number": 1, "on": DAYS[6].isoformat(),
    }  # fmt: skip
    assert step.evidence["said"] == {"how": "Phone call"}
    assert step.note == "mother"


@pytest.mark.parametrize("change", [
    'update case_step set "on" = "on" - 1', "update case_step set rests_on = '[]'", "update case_step set note = 'x'",
    "delete from case_step",
])  # fmt: skip
def test_what_was_done_is_never_changed_or_deleted(take, change):
    take("report", 5)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_only_what_is_hollow_is_withdrawn_and_once(take, truant, rosa, correct, night):
    step = take("report", 5)
    with pytest.raises(NotAllowed, match="Report 1 stands"):
        actions.withdraw(step=step, by=rosa)
    correct(truant.told[DAYS[2]])
    night()
    gone = actions.withdraw(step=step, by=rosa, why="told by phone")
    assert (gone.withdrawn_on, gone.withdrawn_by, gone.stands) == (DAYS[-1], rosa, False)
    assert JournalLine.objects.get(verb="cases.step_withdrawn").detail["why"] == "told by phone"
    with pytest.raises(NotAllowed, match="withdrawn already"):
        actions.withdraw(step=step, by=rosa)
    assert Ladder.objects.get(student=truant).hollow_steps == 0
    assert take("report", 11).number == 1  # the process begins again, on what is left


def test_the_second_of_two_people_is_answered_from_what_the_first_did(take, truant):
    facts = queries.facts_of(truant, DAYS[5])
    assert queries.offer(facts, "report", DAYS[5]).no == ()
    take("report", 5, number=1)
    with pytest.raises(NotAllowed, match="stands already"):
        take("report", 5, number=1)
    assert Step.objects.count() == 1
