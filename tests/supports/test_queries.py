"""A plan against the student's own attendance, and the evidence that contacts bring."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.template.loader import render_to_string

from firstbell.cases import actions as cases
from firstbell.core.access import EVERYTHING, NOTHING, May, Scope
from firstbell.supports import actions, queries
from firstbell.supports.models import Commitment, Group, Plan, Session
from tests.attendance.conftest import DAYS
from tests.supports.conftest import draft

pytestmark = pytest.mark.django_db


def log(student, by, on, *barriers, said=""):
    return cases.log(key=uuid4(), student=student, kind="call", outcome="reached", by=by, on=on, barriers=barriers,
                     said=said)  # fmt: skip


def test_a_plan_is_measured_by_the_attendance_record(truant, rosa, stand_on):
    """Days 1, 3, 5, 11 and 15 were missed; the plan begins on the twelfth."""
    stand_on(11)
    plan = actions.write_plan(student=truant, draft=draft(goal_days=1, goal_of=10), by=rosa)
    stand_on(14)
    early = queries.progress(plan)
    assert early.tally.sentence == "Too early to tell: 3 school days since the start, of 10 it takes."
    assert early.goal.state == "running"
    stand_on(-1)
    now = queries.progress(plan)
    assert (now.tally.span, now.tally.before, now.tally.since) == (11, 4, 1)  # 11 came before, so the newest 11 of 13
    assert now.goal.sentence == "Goal met: 1 day absent in 10 of 10 school days; the goal is at most 1."


def test_a_corrected_day_moves_the_progress(truant, rosa, stand_on, district):
    stand_on(11)
    plan = actions.write_plan(student=truant, draft=draft(goal_days=0, goal_of=10), by=rosa)
    stand_on(-1)
    assert queries.progress(plan).goal.state == "missed"
    district.arrives(DAYS[-1])
    district.withdraw(truant.told[DAYS[14]])
    assert queries.progress(plan).goal.state == "met"


def test_without_attendance_nothing_is_said(truant, rosa, settings):
    settings.TODAY = "2031-10-03"
    assert queries.absent_days(truant, DAYS[-1].replace(year=2031)) == {}


def test_contacts_are_the_evidence_of_a_plan_and_nothing_is_typed_twice(truant, rosa, stand_on):
    stand_on(11)
    log(truant, rosa, DAYS[5], "transport")  # before the plan
    plan = actions.write_plan(student=truant, draft=draft(), by=rosa)
    stand_on(-1)
    log(truant, rosa, DAYS[12], "sleep", "work", said="Works at the market until ten")
    undone = log(truant, rosa, DAYS[13], "housing")
    cases.undo(entry=undone, by=rosa)
    log(truant, rosa, DAYS[14], "sleep")
    log(truant, rosa, DAYS[14])
    found = queries.evidence(plan)
    assert found.counts == [("Sleep and mornings", 2), ("Work", 1)]
    assert [row.on for row, _ in found.rows] == [DAYS[14], DAYS[12]]
    assert found.unplanned == ["Work"]


def test_the_card_of_the_student_file(truant, rosa, stand_on):
    assert queries.plan_card(truant).plan is None
    stand_on(11)
    actions.write_plan(student=truant, draft=draft(review_on=DAYS[20]), by=rosa)
    assert not queries.plan_card(truant).overdue
    stand_on(-1)
    card = queries.plan_card(truant)
    assert (card.goal, card.overdue, card.unchecked) == ("At most 2 days absent in 20 school days", True, "")
    assert card.barriers == "Sleep and mornings, Food and clothes"
    assert card.progress.goal.state == "running"


@pytest.mark.parametrize(("n", "late", "there"), [(11, False, True), (24, True, True), (11, False, False)])
def test_the_students_file_shows_the_card(truant, rosa, stand_on, n, late, there):
    stand_on(11)
    if there:
        actions.write_plan(student=truant, draft=draft(review_on=DAYS[20]), by=rosa)
    stand_on(n)
    shown = render_to_string("supports/_plan.html", {"support": queries.plan_card(truant), "student": truant})
    assert ("Review is late" in shown) is late
    assert ("Too early to tell" in shown) is (there and n == 11)
    assert ("No plan is in force" in shown) is not there


def test_reviews_that_are_due_are_the_scopes(truant, rosa, district, stand_on):
    stand_on(5)
    for pupil, n in ((truant, 12), (district.student("P-2"), 10), (district.student("N-1", at=1), 11)):
        actions.write_plan(student=pupil, draft=draft(review_on=DAYS[n]), by=rosa)
    mine = Scope(may=frozenset(May), schools=frozenset({district.schools[0].pk}))
    assert [one.student.key for one in queries.reviews_due(mine, DAYS[12])] == ["P-2", "P-1"]
    assert [one.student.key for one in queries.reviews_due(EVERYTHING, DAYS[11])] == ["P-2", "N-1"]
    assert not queries.reviews_due(EVERYTHING, DAYS[9])


def test_a_promise_past_its_day_asks_to_be_checked(truant, rosa, stand_on):
    stand_on(11)
    told = draft()
    late = tuple(replace(one, by_on=DAYS[13]) for one in told.promises)
    plan = actions.write_plan(student=truant, draft=replace(told, promises=late), by=rosa)
    stand_on(-1)
    assert queries.plan_card(truant).unchecked == "3 commitments past the day and not checked"
    actions.check(commitment=plan.commitments.first(), state="unknown", by=rosa)
    assert queries.plan_card(truant).unchecked.startswith("2 ")


def test_practices_are_matched_with_the_plans_barriers(plan):
    found = queries.strategies(plan)
    assert [barrier.key for barrier, _ in found] == ["sleep", "food"]
    assert all(practices and len(practices) <= 3 for _, practices in found)


def test_the_scope_holds_for_every_table(plan, group, truant):
    for model in (Plan, Commitment, Group):
        assert model.objects.visible_to(EVERYTHING).exists()
        assert not model.objects.visible_to(NOTHING).exists()
    assert not Session.objects.visible_to(NOTHING).exists()
