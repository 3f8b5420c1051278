"""One student's ladder as pages show it, what would be frozen, and the repair against a second opinion."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from firstbell.attendance.queries import year_of
from firstbell.cases import actions, queries
from firstbell.cases.models import Ladder, Step
from firstbell.cases.rules import NotAllowed
from firstbell.law.steps import Ground, StepKind
from firstbell.practice.oracle import holds
from tests.attendance.conftest import DAYS, YEAR
from tests.cases.conftest import TODAY

pytestmark = pytest.mark.django_db


def rungs(student) -> list[tuple[str, str]]:
    climb = queries.ladder_of(student)
    return [(one["state"], one["title"]) for one in climb.items] if climb else []


def test_the_ladder_grows_rung_by_rung(take, truant):
    assert rungs(truant) == [("later", "Report 1")]
    take("report", 5)
    assert rungs(truant) == [("done", "Report 1"), ("next", "Missing: notice of report 1"), ("later", "Report 2")]
    take("notice", 6)
    assert rungs(truant) == [("done", "Report 1"), ("done", "Notice of report 1"), ("later", "Report 2")]
    take("report", 11)
    take("report", 15)
    assert rungs(truant)[2:] == [
        ("done", "Report 2"), ("done", "Report 3"), ("next", "Missing: conference attempt"),
    ]  # fmt: skip
    take("attempt", 16)
    assert rungs(truant)[4:] == [("done", "Conference attempt"), ("later", "Referral")]
    take("referral", 20)
    assert rungs(truant)[5:] == [("done", "Referral")]


def test_each_rung_names_its_section_and_links_to_it(take, truant):
    for what in (("report", 5), ("notice", 6), ("report", 11)):
        take(*what)
    items = queries.ladder_of(truant).items
    assert [one["link"] for one in items] == ["EC 48260(a)", "EC 48260.5", "EC 48261", "EC 48261"]
    assert all(one["url"] for one in items)
    assert items[0]["text"] == "3\u00a0occasions by 8 Sep"
    assert items[2]["text"] == "1\u00a0occasion by 16 Sep"


@pytest.mark.parametrize(
    ("steps", "report", "meet", "label"),
    [
        ([], 1, False, "A first truancy report could be filed"),
        ([("report", 5)], 2, True, "A further truancy report could be filed"),
        ([("report", 5), ("notice", 5), ("report", 19)], 0, True, "Reported, and the family notified"),
    ],
)
def test_a_page_knows_what_it_may_offer(take, truant, steps, report, meet, label):
    for step in steps:
        take(*step)
    climb = queries.ladder_of(truant)
    assert (climb.report, climb.meet, climb.label) == (report, meet, label)


def test_a_year_that_was_read_already_is_not_read_again(truant):
    year = year_of(truant, TODAY)
    with CaptureQueriesContext(connection) as asked:
        again = queries.ladder_of(truant, year=year)
    assert len(asked) == 1  # the steps
    assert again == queries.ladder_of(truant)


def test_as_of_a_day_the_ladder_is_that_days(truant, settings):
    settings.TODAY = DAYS[3].isoformat()
    assert queries.ladder_of(truant) is None
    assert queries.ladder_of(truant, on=DAYS[4]).report == 1


def test_a_student_without_a_date_of_birth_is_never_on_the_ladder(district, absences):
    district.arrives(DAYS[-1])
    unborn = district.student("P-8", born=None)
    absences(unborn, "UUUUU")
    assert queries.ladder_of(unborn) is None
    with pytest.raises(NotAllowed, match="only 0 of 3"):
        actions.take_step(student=unborn, kind="report", on=DAYS[6], by=None)


def test_evidence_tells_each_code_once_with_its_periods(truant, district):
    for period in ("2", "3"):
        district.mark(truant, DAYS[6], "U", period=period)
    district.mark(truant, DAYS[6], "T", period="5")
    facts = queries.facts_of(truant, TODAY)
    frozen = queries.evidence(facts, [DAYS[6], DAYS[0], DAYS[6]])
    assert [(one["day"], one["code"]) for one in frozen["days"]] == [
        (DAYS[0].isoformat(), "U"), (DAYS[6].isoformat(), "U (periods 2, 3); T (period 5)"),
    ]  # fmt: skip


def test_evidence_leaves_out_what_was_withdrawn_and_names_the_newest_arrival_of_the_day(truant, correct):
    arrival = correct(truant.told[DAYS[0]], "U")
    [one] = queries.evidence(queries.facts_of(truant, TODAY), [DAYS[0]])["days"]
    assert (one["code"], one["arrival"]) == ("U", arrival.pk)


def test_an_offer_is_shown_with_its_source(truant):
    facts = queries.facts_of(truant, TODAY)
    rows = queries.shown(queries.offer(facts, StepKind.REPORT, TODAY))
    assert [(day, code) for day, code, _, _ in rows] == [(DAYS[at], "U") for at in (0, 2, 4, 10, 14)]
    assert {arrival for _, _, _, arrival in rows} == {facts.year.arrival}


@pytest.mark.parametrize(
    ("referred", "grounds"),
    [
        ([], {Ground.CONDUCT}),
        ([("habitual", DAYS[24])], {Ground.CONDUCT}),
        ([("chronic", DAYS[24])], {Ground.CONDUCT, Ground.CHRONIC}),
        ([("chronic", DAYS[9])], {Ground.CONDUCT}),  # ten days are too few to say
        ([("conduct", DAYS[24])], {Ground.CONDUCT}),
    ],
)
def test_grounds_hold_as_of_the_day_of_the_referral(truant, referred, grounds):
    assert queries.grounds_of(truant, referred) == grounds


def test_what_is_due_comes_soonest_first(take, truant, night, district, absences, rosa):
    other = district.student("P-2")
    absences(other, "UUU")
    actions.take_step(student=other, kind="report", on=DAYS[3], by=rosa)
    take("report", 5)
    night()
    assert [row.student for row in queries.due("notice")] == [other, truant]
    assert Ladder.objects.count() == 2


# -- the repair in the database, against the oracle --------------------------------------------------------------------


def live(district, absences, rosa, chance: random.Random) -> None:
    """Twelve students with random days, and whatever steps somebody may take of them on random days."""
    district.arrives(DAYS[-1])
    for n in range(12):
        pupil = district.student(f"R-{n}")
        absences(pupil, "".join(chance.choice("UUU.E") for _ in range(14)))
        on = sorted(chance.sample(DAYS[3:], 9))
        for day in on:
            kind = chance.choice(["report", "report", "report", "notice", "attempt", "conference", "referral"])
            try:
                actions.take_step(student=pupil, kind=kind, on=day, by=rosa)
            except NotAllowed:
                continue


def second_opinion() -> dict[int, bool]:
    """What the oracle says of every step, from the marks that stand."""
    said = {}
    for pupil_id in set(Step.objects.values_list("student", flat=True)):
        rows = list(Step.objects.filter(student=pupil_id).select_related("student").order_by("on", "pk"))
        days = {day.on for day in year_of(rows[0].student, TODAY).days if day.occasion}
        record = [queries.taken(row) for row in rows]
        said |= {step.key: holds(step, record, days) for step in record}
    return said


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_every_night_each_step_is_what_a_second_opinion_says(district, absences, rosa, night, correct, seed):
    chance = random.Random(seed)
    live(district, absences, rosa, chance)
    assert Step.objects.count() > 15
    night()
    assert all(second_opinion().values())
    for _ in range(3):
        steps = Step.objects.exclude(rests_on=[]).select_related("student").order_by("pk")
        for step in chance.sample(list(steps), 4):
            day = date.fromisoformat(chance.choice(step.rests_on))
            if mark := step.student.marks.filter(day=day, withdrawals=None, code__code="U").first():
                correct(mark)
        night()
        assert dict(Step.objects.values_list("pk", "stands")) == second_opinion()
    assert Step.objects.hollow().exists()
    assert Ladder.objects.filter(rule="hollow_step").exists()


def test_the_next_school_year_begins_with_nothing(take, truant, settings):
    take("report", 5)
    settings.TODAY = (date(YEAR, 7, 1) + timedelta(30)).isoformat()
    assert queries.ladder_of(truant) is None
