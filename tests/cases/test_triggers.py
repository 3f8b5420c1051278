"""Ladders drafted, switched on and pulled night by night; and that the simulator said before what they then did."""

from collections import Counter
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import override_settings

from firstbell.attendance import queries as attendance
from firstbell.attendance.actions import rebuild
from firstbell.cases import actions
from firstbell.cases.models import Case, Reached, Task, Trigger, TriggerLadder
from firstbell.cases.queries import simulator
from firstbell.cases.rules import NotAllowed
from firstbell.cases.rules.triggers import DEFAULT, WITHOUT_A_POST, Rung
from firstbell.core.models import JournalLine, User
from firstbell.roster.models import Region, School
from tests import staff
from tests.attendance.conftest import DAYS, YEAR
from tests.cases.pulling import STORIES, evening, ladder, pupils, told

__all__ = ["evening", "ladder", "pupils"]
pytestmark = pytest.mark.django_db
EARLY = Rung("any", 2, 5, "call", 3, "counselor")
TRUANT = Rung("unexcused", 3, 0, "conference", 5, "principal", "Meet the family")
SICK = Rung("excused", 2, 0, "checkin", 2, "adult")


def on_time(day: date, by: User) -> None:
    """Whatever is due that day is done."""
    with override_settings(TODAY=day.isoformat()):
        for task in Task.objects.open().filter(due_on__lte=day).select_related("case__student"):
            actions.log(key=uuid4(), student=task.case.student, kind=task.kind, outcome="reached", by=by)


def simulated(ladder: TriggerLadder) -> set[tuple[int, int, date]]:
    triggers = list(ladder.triggers.all())
    found = simulator.simulate(ladder.rungs, ladder.school, YEAR)
    return {(triggers[at].pk, who, on) for at, who, on in found.rows.select("rung", "student", "on").rows()}


# -- the acceptance ----------------------------------------------------------------------------------------------------


def test_the_simulator_says_what_the_ladder_then_does_night_by_night(evening, ladder, pupils, settings):
    settings.TODAY = DAYS[0].isoformat()
    made = ladder(EARLY, TRUANT, SICK)
    tally = actions.Pulled()
    for place, day in enumerate(DAYS):
        on_time(day, made.made_by)
        one = evening(day, {pupils[key]: story[place] for key, story in STORIES.items()})
        tally.reached, tally.asked = tally.reached + one.reached, tally.asked + one.asked
        assert told() == simulated(made)  # on every evening of the year so far
    found = simulator.simulate(made.rungs, made.school, YEAR)
    assert told() == simulated(made)
    assert found.tasks == tally.reached == tally.asked == Task.objects.count() == 12
    assert found.students == Case.objects.count() == 4
    assert found.minutes == sum(Task.objects.values_list("minutes", flat=True))
    by_week, minutes = Counter(), Counter()
    for on, took in Reached.objects.values_list("on", "task__minutes"):
        by_week[on.isocalendar().week] += 1
        minutes[on.isocalendar().week] += took
    assert {week.number: week.tasks for week in found.weeks if week.tasks} == by_week
    assert Reached.objects.get(student=pupils["E"], trigger__track="unexcused").on == DAYS[13]  # the gap counted
    assert {week.number: week.minutes for week in found.weeks if week.tasks} == minutes
    assert found.busiest.number == max(minutes, key=minutes.get)


def test_they_agree_on_corrections_too(evening, ladder, pupils, district, settings):
    settings.TODAY = DAYS[0].isoformat()
    made = ladder(EARLY, TRUANT, SICK)
    for place, day in enumerate(DAYS[:20]):
        evening(day, {pupils[key]: story[place] for key, story in STORIES.items()})
        if place in (8, 14):  # that evening's files take a day back, and say another code for one
            first = pupils["A"].marks.filter(withdrawals=None).order_by("day").first()
            other = pupils["B"].marks.filter(withdrawals=None, code__code="U").order_by("day").first()
            district.arrives(day)
            district.withdraw(first)
            district.withdraw(other)
            district.mark(pupils["B"], other.day, "E")
            rebuild(YEAR)
            actions.pull_triggers(year=YEAR)
        assert told() == simulated(made)
    assert Task.objects.filter(state="dropped").exists()


def test_whoever_changes_school_counts_on_and_is_asked_where_the_day_was(evening, ladder, district, settings):
    settings.TODAY = DAYS[0].isoformat()
    first, second = ladder(TRUANT), ladder(TRUANT, at=1)
    pupil = district.student("M")
    evening(DAYS[0], {pupil: "U"})
    evening(DAYS[1], {pupil: "U"})
    district.arrives(DAYS[1])
    pupil.enrolments.update(exit_on=DAYS[1])
    district.enrol(pupil, entry=DAYS[2], at=1)
    pupil.school = district.schools[1]
    pupil.save()
    evening(DAYS[2], {pupil: "U"}, {pupil: 1})
    [row] = Reached.objects.all()
    assert (row.trigger.ladder, row.on, row.task.case.school) == (second, DAYS[2], district.schools[1])
    assert (simulated(first), simulated(second)) == (set(), told())


# -- the night ---------------------------------------------------------------------------------------------------------


def test_a_task_with_its_case_owner_and_day(evening, ladder, pupils, district, rosa):
    post(rosa, district.schools[0], "principal")
    ladder(TRUANT, on=DAYS[-1])
    for day in DAYS[:2]:
        district.mark(pupils["A"], day, "U")
    tally = evening(DAYS[-1], {pupils["A"]: "U"})
    assert (tally.reached, tally.asked, tally.opened, tally.dropped) == (1, 1, 1, 0)
    task = Task.objects.get()
    assert (task.kind, task.owner, task.source, task.case.tier) == ("conference", rosa, "trigger", 2)
    assert task.text == "Meet the family: 3 unexcused days in the school year, on October 3, 2025"
    assert task.due_on == DAYS[-1] + timedelta(7)  # five weekdays on, where the calendar has ended
    assert "3 unexcused days" in task.case.moves.get().why
    assert JournalLine.objects.filter(verb="cases.task_asked", by=None).count() == 1


def test_the_due_day_skips_days_without_school(evening, ladder, pupils, settings):
    settings.TODAY = DAYS[0].isoformat()
    ladder(Rung("any", 1, 0, "call", 3, "counselor"))
    evening(DAYS[3], {pupils["A"]: "U"})  # a Thursday
    assert Task.objects.get().due_on == DAYS[6]
    assert Task.objects.get().owner is None


def test_the_same_night_twice_adds_nothing(evening, ladder, pupils, settings):
    settings.TODAY = DAYS[0].isoformat()
    ladder(EARLY)
    evening(DAYS[0], {pupils["A"]: "U"})
    assert evening(DAYS[1], {pupils["A"]: "U"}).asked == 1
    again = actions.pull_triggers(year=YEAR)
    assert (again.reached, again.asked, again.opened, again.dropped) == (0, 0, 0, 0)
    assert (Reached.objects.count(), Task.objects.count(), Case.objects.count()) == (1, 1, 1)


def test_days_before_it_was_in_force_ask_for_nothing(evening, ladder, pupils, district):
    for day in DAYS[:5]:
        district.mark(pupils["A"], day, "U")
    ladder(TRUANT, EARLY)
    assert evening(DAYS[-1]).reached == 0


def test_an_open_case_is_gone_on_with_and_its_lead_is_asked(evening, ladder, pupils, district, rosa, settings):
    settings.TODAY = DAYS[0].isoformat()
    case = actions.open_case(student=pupils["A"], by=rosa, lead=rosa, why="known")
    ladder(SICK)
    evening(DAYS[0], {pupils["A"]: "E"})
    assert evening(DAYS[1], {pupils["A"]: "E"}).opened == 0
    assert (Task.objects.get().case, Task.objects.get().owner) == (case, rosa)


def test_a_correction_drops_what_waits_and_leaves_what_was_done(evening, ladder, pupils, district, rosa, settings):
    settings.TODAY = DAYS[0].isoformat()
    ladder(Rung("unexcused", 1, 0, "plan", 3, "counselor"))
    marks = {}
    for key in "AB":
        district.arrives(DAYS[0])
        marks[key] = district.mark(pupils[key], DAYS[0], "U")
    evening(DAYS[0])
    done = Task.objects.get(case__student=pupils["B"])
    actions.finish(task=done, outcome="Written with the family", by=rosa)
    district.arrives(DAYS[1])
    for mark in marks.values():
        district.withdraw(mark)
    tally = evening(DAYS[1])
    assert (tally.dropped, tally.asked) == (1, 0)
    dropped = Task.objects.get(case__student=pupils["A"])
    assert (dropped.state, dropped.claimed_by) == ("dropped", None)
    assert "was not reached on September 1, 2025" in dropped.outcome
    done.refresh_from_db()
    assert done.state == "done"
    assert evening(DAYS[2]).dropped == 0


def test_another_day_takes_the_task_over(evening, ladder, pupils, district, settings):
    settings.TODAY = DAYS[0].isoformat()
    ladder(TRUANT)
    evening(DAYS[0], {pupils["A"]: "U"})
    first = pupils["A"].marks.get()
    for day in DAYS[1:3]:
        evening(day, {pupils["A"]: "U"})
    task = Task.objects.get()
    district.arrives(DAYS[3])
    district.withdraw(first)
    tally = evening(DAYS[3], {pupils["A"]: "U"})
    assert (tally.reached, tally.asked, tally.dropped) == (1, 0, 0)
    assert Reached.objects.exclude(task=None).get().on == DAYS[3]
    assert Task.objects.get() == task
    assert task.state == "open"
    assert Task.objects.get().text == "Meet the family: 3 unexcused days in the school year, on September 4, 2025"


# -- nobody is asked twice for what waits ------------------------------------------------------------------------------

CALLS = (Rung("any", 1, 0, "call", 5, "counselor"), Rung("unexcused", 2, 0, "call", 2, "clerk"))


def test_a_trigger_joins_the_open_task_of_the_same_kind(evening, ladder, pupils, settings):
    settings.TODAY = DAYS[0].isoformat()
    made = ladder(*CALLS)
    evening(DAYS[0], {pupils["A"]: "U"})
    assert Task.objects.get().due_on == DAYS[5]
    told = evening(DAYS[1], {pupils["A"]: "U"})
    assert (told.reached, told.asked, told.joined) == (1, 0, 1)
    task = Task.objects.get()
    assert task.due_on == DAYS[3]  # the second reason wants it sooner
    one = "1 day absent in the school year, on September 1, 2025"
    assert task.text == f"Call home: {one}; 2 unexcused days in the school year, on September 2, 2025"
    assert JournalLine.objects.filter(verb="cases.task_retold", by=None).count() == 1
    found = simulator.simulate(made.rungs, made.school, YEAR)
    assert (found.reached, found.joined, found.tasks, found.minutes) == (2, 1, 1, 10)
    assert sum(week.minutes for week in found.weeks) == sum(week.counselor for week in found.weeks) == 10
    assert found.rows.filter("joins")["minutes"].to_list() == [0]


def test_what_was_done_is_asked_for_anew(evening, ladder, pupils, rosa, settings):
    settings.TODAY = DAYS[0].isoformat()
    ladder(*CALLS)
    evening(DAYS[0], {pupils["A"]: "U"})
    actions.log(key=uuid4(), student=pupils["A"], kind="call", outcome="no_answer", by=rosa)
    assert evening(DAYS[1], {pupils["A"]: "U"}).asked == 1
    assert [task.state for task in Task.objects.order_by("pk")] == ["done", "open"]


def test_a_task_stays_while_one_reason_does(evening, ladder, pupils, district, settings):
    settings.TODAY = DAYS[0].isoformat()
    ladder(*CALLS)
    evening(DAYS[0], {pupils["A"]: "U"})
    evening(DAYS[1], {pupils["A"]: "U"})
    second, first = pupils["A"].marks.order_by("-day")
    district.arrives(DAYS[2])
    district.withdraw(second)
    district.mark(pupils["A"], DAYS[1], "E")
    assert evening(DAYS[2]).dropped == 0
    assert Task.objects.open().get().text == "Call home: 1 day absent in the school year, on September 1, 2025"
    district.arrives(DAYS[3])
    district.withdraw(first)
    for mark in pupils["A"].marks.filter(withdrawals=None):
        district.withdraw(mark)
    assert evening(DAYS[3]).dropped == 1
    assert Task.objects.get().state == "dropped"
    assert not Reached.objects.exclude(task=None).exists()


def test_both_reasons_gone_the_same_night(evening, ladder, pupils, district, settings):
    settings.TODAY = DAYS[0].isoformat()
    ladder(*CALLS)
    evening(DAYS[0], {pupils["A"]: "U"})
    evening(DAYS[1], {pupils["A"]: "U"})
    district.arrives(DAYS[2])
    for mark in pupils["A"].marks.all():
        district.withdraw(mark)
    assert evening(DAYS[2]).dropped == 1
    assert Task.objects.get().state == "dropped"


def test_what_a_person_asked_for_is_joined_and_never_dropped(evening, ladder, pupils, district, rosa, settings):
    settings.TODAY = DAYS[0].isoformat()
    ladder(CALLS[1])
    case = actions.open_case(student=pupils["A"], by=rosa, why="known")
    mine = actions.ask(case=case, kind="call", due_on=DAYS[20], by=rosa, text="Ask about the bus")
    evening(DAYS[0], {pupils["A"]: "U"})
    assert evening(DAYS[1], {pupils["A"]: "U"}).joined == 1
    mine.refresh_from_db()
    assert (mine.text, mine.due_on) == ("Ask about the bus", DAYS[3])
    district.arrives(DAYS[2])
    district.withdraw(pupils["A"].marks.first())
    assert evening(DAYS[2]).dropped == 0
    mine.refresh_from_db()
    assert mine.state == "open"
    assert Reached.objects.get().task is None


def test_other_things_are_the_same_only_in_the_same_words(evening, ladder, pupils, settings):
    settings.TODAY = DAYS[0].isoformat()
    ladder(
        Rung("any", 1, 0, "other", 9, "clerk", "Ask the nurse"),
        Rung("any", 2, 0, "other", 9, "clerk", "Send the form"),
        Rung("any", 3, 0, "other", 9, "clerk", "Ask the nurse"),
        Rung("any", 3, 0, "visit", 9, "clerk"),
    )
    for day in DAYS[:3]:
        told = evening(day, {pupils["A"]: "U"})
    assert (told.reached, told.asked, told.joined) == (2, 1, 1)
    assert [task.text.split(":")[0] for task in Task.objects.order_by("pk")] == [
        "Ask the nurse", "Send the form", "Visit at home",
    ]  # fmt: skip


def test_reached_again_after_a_correction_was_taken_back(evening, ladder, pupils, district, settings):
    settings.TODAY = DAYS[0].isoformat()
    ladder(Rung("unexcused", 1, 0, "call", 3, "counselor"))
    evening(DAYS[0], {pupils["A"]: "U"})
    district.arrives(DAYS[1])
    district.withdraw(pupils["A"].marks.get())
    assert evening(DAYS[1]).dropped == 1
    district.arrives(DAYS[2])
    district.mark(pupils["A"], DAYS[0], "U")
    assert evening(DAYS[2]).asked == 1
    assert Reached.objects.count() == 1
    assert [task.state for task in Task.objects.order_by("pk")] == ["dropped", "open"]


def test_a_student_at_no_school_is_asked_about_when_they_are_back(evening, ladder, pupils, settings):
    settings.TODAY = DAYS[0].isoformat()
    ladder(Rung("unexcused", 1, 0, "call", 3, "counselor"))
    pupil = pupils["A"]
    type(pupil).objects.filter(pk=pupil.pk).update(school=None)
    assert evening(DAYS[0], {pupil: "U"}).asked == 0
    type(pupil).objects.filter(pk=pupil.pk).update(school=pupil.school)
    assert evening(DAYS[1]).asked == 1


def test_the_districts_ladder_speaks_where_a_school_has_none(evening, ladder, district, settings):
    settings.TODAY = DAYS[0].isoformat()
    everywhere, own = ladder(Rung("any", 1, 0, "call", 3, "clerk"), at=None), ladder(EARLY)
    here, there = district.student("H"), district.student("T", at=1)
    evening(DAYS[0], {here: "U", there: "U"}, {there: 1})
    assert list(Reached.objects.values_list("trigger__ladder", "student")) == [(everywhere.pk, there.pk)]
    assert simulated(everywhere) == told()
    settings.TODAY = DAYS[1].isoformat()
    actions.retire(ladder=own, by=None)
    evening(DAYS[1])
    assert Reached.objects.count() == 1  # the day before belongs to the ladder of its own that was in force then
    later = district.student("L")
    evening(DAYS[2], {later: "U"})
    assert Reached.objects.get(student=later).trigger.ladder == everywhere


def test_another_years_night_asks_for_nothing(ladder, settings):
    ladder(EARLY)
    settings.TODAY = "2026-08-20"
    assert actions.pull_triggers(year=YEAR) == actions.Pulled()


# -- drafts and switching on -------------------------------------------------------------------------------------------


def test_a_draft_starts_from_what_is_in_force_and_there_is_one(district, ladder, rosa):
    assert actions.draft_ladder(school=district.schools[1], by=rosa).rungs == list(DEFAULT)
    ladder(EARLY, TRUANT, at=None)
    draft = actions.draft_ladder(school=district.schools[0], by=rosa)
    assert (draft.rungs, draft.version, draft.state) == ([EARLY, TRUANT], 1, "draft")
    assert actions.draft_ladder(school=district.schools[0], by=None) == draft


def test_switching_on_retires_the_one_before(district, ladder, rosa):
    first = ladder(EARLY, on=DAYS[-2])
    second = ladder(TRUANT)
    first.refresh_from_db()
    assert (first.state, first.in_force_on, first.retired_on) == ("retired", DAYS[-2], DAYS[-1])
    assert (second.version, second.state, second.switched_on_by) == (2, "in_force", rosa)
    verbs = JournalLine.objects.filter(about="cases.triggerladder").order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["cases.ladder_retired", "cases.ladder_switched_on"]


def test_a_ladder_in_force_is_never_edited(ladder, rosa):
    made = ladder(EARLY)
    with pytest.raises(NotAllowed, match="never edited"):
        actions.replace_triggers(ladder=made, rungs=[TRUANT], by=rosa)
    with pytest.raises(NotAllowed, match="never edited"):
        actions.switch_on(ladder=made, by=rosa)
    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
        Trigger.objects.update(count=9)
    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
        Trigger.objects.all().delete()


def test_nobody_overwrites_a_draft(district, rosa):
    draft = actions.draft_ladder(school=district.schools[0], by=rosa)
    seen = draft.revision
    actions.replace_triggers(ladder=draft, rungs=[EARLY], by=rosa, revision=seen)
    with pytest.raises(NotAllowed, match="Somebody changed this draft"):
        actions.replace_triggers(ladder=draft, rungs=[TRUANT], by=rosa, revision=seen)
    with pytest.raises(NotAllowed, match="Somebody changed this draft"):
        actions.switch_on(ladder=draft, by=rosa, revision=seen)
    assert TriggerLadder.objects.get().rungs == [EARLY]


@pytest.mark.parametrize(("rungs", "words"), [([], "at least one"), ([EARLY, EARLY], "asks twice")])
def test_senseless_ladders_are_refused(district, rosa, rungs, words):
    draft = actions.draft_ladder(school=district.schools[0], by=rosa, rungs=rungs)
    with pytest.raises(NotAllowed, match=words):
        actions.replace_triggers(ladder=draft, rungs=rungs, by=rosa)
    with pytest.raises(NotAllowed, match=words):
        actions.switch_on(ladder=draft, by=rosa)


@pytest.mark.parametrize("on", [DAYS[-1] + timedelta(1), DAYS[-1] - timedelta(8)])
def test_in_force_neither_tomorrow_nor_long_ago(ladder, on):
    with pytest.raises(NotAllowed, match="in force from today"):
        ladder(EARLY, on=on)


def test_no_day_has_two_ladders_of_a_school(ladder):
    ladder(EARLY)
    with pytest.raises(NotAllowed, match="had no other"):
        ladder(TRUANT, on=DAYS[-2])


HOURS = [
    ([], True),
    ([("counselor", {"tenths": 2})], True),
    ([("counselor", {"tenths": 3})], False),
    ([("counselor", {"tenths": 10, "week": [0, 240, 0, 240, 0]})], True),
    ([("counselor", {"tenths": 1, "week": [120, 120, 120, 120, 15]})], False),
    ([("clerk", {"tenths": 10})], True),
    ([("region_counselor", {"tenths": 4})], True),  # two schools without a counselor share its 960 minutes
    ([("region_counselor", {"tenths": 5})], False),
    ([("region_counselor", {"tenths": 10}), ("counselor", {"tenths": 1})], True),
]
"""Who has which hours, and whether 495 minutes in a week are too many for them."""


@pytest.mark.parametrize(("posts", "refused"), HOURS)
def test_a_ladder_that_would_flood_is_refused_with_its_count(district, rosa, posts, refused):
    """Eleven visits of 45 minutes in one week; without any post a week is taken to hold 480."""
    region = Region.objects.create(key="R", name="North", arrival=district.arrival)
    School.objects.update(region=region)
    for role, hours in posts:
        post(rosa, None if role == "region_counselor" else district.schools[0], role, region=region, **hours)
    district.arrives(DAYS[-1])
    for number in range(11):
        district.mark(district.student(f"F{number}"), DAYS[0], "U")
    rebuild(YEAR)
    assert WITHOUT_A_POST == 480
    draft = actions.draft_ladder(
        school=district.schools[0], by=rosa, rungs=[Rung("any", 1, 0, "visit", 5, "counselor")]
    )
    if not refused:
        assert actions.switch_on(ladder=draft, by=rosa).state == "in_force"
        return
    words = "would flood School 1: 11 tasks for its counselor in the week of September 1, 2025, 495 minutes where a"
    with pytest.raises(NotAllowed, match=words):
        actions.switch_on(ladder=draft, by=rosa)
    of_the_clerk = [Rung("any", 1, 0, "visit", 5, "clerk")]
    actions.replace_triggers(ladder=draft, rungs=of_the_clerk, by=rosa)
    assert actions.switch_on(ladder=draft, by=rosa).state == "in_force"  # those are not the counselor's hours


def test_what_was_reached_is_never_changed(evening, ladder, pupils, settings):
    settings.TODAY = DAYS[0].isoformat()
    ladder(Rung("any", 1, 0, "call", 3, "counselor"))
    evening(DAYS[0], {pupils["A"]: "U"})
    with pytest.raises(DatabaseError), transaction.atomic():
        Reached.objects.update(on=DAYS[3])
    with pytest.raises(DatabaseError), transaction.atomic():
        Reached.objects.all().delete()


# -- the simulator -----------------------------------------------------------------------------------------------------


def test_it_is_compared_with_the_ladder_in_force(evening, ladder, pupils, district):
    district.arrives(DAYS[-1])
    for key, story in STORIES.items():
        for day, code in zip(DAYS, story, strict=True):
            if code in "EU":
                district.mark(pupils[key], day, code)
    ladder(EARLY, SICK)
    rebuild(YEAR)
    same = simulator.simulate([SICK, EARLY], district.schools[0], YEAR)
    assert (same.added, len(same.dropped)) == (0, 0)
    more = simulator.simulate([EARLY, TRUANT], district.schools[0], YEAR)
    assert (more.added, len(more.dropped)) == (more.of(1), same.of(0))
    assert (more.of(1), same.of(0)) == (3, 3)


def test_a_year_without_data_has_nothing_to_simulate(district):
    with pytest.raises(ValueError, match="no data"):
        simulator.simulate([EARLY], district.schools[0], 2019)


def test_absences_are_those_of_the_day_book(district, absences):
    district.arrives(DAYS[-1])
    pupil, both = district.student("P", entry=DAYS[1]), district.student("Q")
    absences(pupil, ".UE")
    district.enrol(both, entry=DAYS[0], at=1)
    district.mark(both, DAYS[2], "E", at=1)
    district.mark(both, DAYS[2], "E", at=0)
    district.mark(both, DAYS[4], "U", at=1)
    district.mark(both, DAYS[4], "U", at=0)
    rebuild(YEAR)
    rows = attendance.absences(YEAR).select("student", "day", "nth").rows()
    assert rows == [(pupil.pk, DAYS[1], 1), (pupil.pk, DAYS[2], 2), (both.pk, DAYS[2], 3), (both.pk, DAYS[4], 5)]
    only = attendance.absences(YEAR, schools=[district.schools[1].pk])
    assert only["student"].unique().to_list() == [both.pk]
    assert attendance.absences(YEAR, schools=[]).is_empty()


def post(user: User, school, role: str, *, region=None, **hours) -> None:
    where = {"region": region} if school is None else {"school": school}
    staff.post(user=user, role=role, span=DateRange(DAYS[0] - timedelta(30), None), **where, **hours)
