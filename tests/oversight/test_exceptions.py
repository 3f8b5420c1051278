"""What needs a coordinator: a table of what is and what is not an exception, filters, and pages that stay fast."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from firstbell.cases import actions as cases
from firstbell.cases.models import Ladder
from firstbell.oversight.queries import exceptions as queries
from firstbell.panels.actions import people as panels
from firstbell.panels.models import Hearing, Member
from tests.oversight.conftest import contact, days, stand
from tests.panels.conftest import at


def asked(**told):
    query = QueryDict(mutable=True)
    query.update(told)
    return queries.asked(query)


def listed(scope, today, key, **told):
    rows = queries.found(scope, asked(list=key, **told), today)
    return queries.rows(key, rows, today)


def ladder(student, due, **more):
    return Ladder.objects.create(
        student=student, school=student.school, state="reported_once", occasions=4, standing_steps=1, hollow_steps=0,
        rank=2, on=due, missing="notice", due_by=due, sentence="The family has not been notified.",
        section="EC 48260.5", **more,
    )  # fmt: skip


# -- students ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ahead", "there", "late"), [(-3, True, True), (0, True, False), (5, True, False), (6, False, False)]
)
def test_legal_deadlines_within_five_days(pupil, marisa, scope, today, ahead, there, late):
    ladder(pupil("L-1"), today + days(ahead))
    rows = listed(scope(marisa), today, "legal")
    assert [row.late for row in rows] == ([late] if there else [])


@pytest.mark.parametrize(
    ("absent", "reached", "outcome", "there"),
    [
        (13, None, "", True), (12, None, "", False),  # twelve of sixty is eighty percent
        (13, 13, "reached", False), (13, 14, "reached", True), (13, 1, "no_answer", True), (13, 1, "plan", False),
    ],
)  # fmt: skip
def test_under_eighty_without_a_contact(pupil, counselor, marisa, scope, today, absent, reached, outcome, there):
    who = pupil("Q-1", absent=absent, national_band="severe")
    if reached is not None:
        contact(who, counselor, on=today - days(reached), outcome=outcome)
    assert bool(listed(scope(marisa), today, "quiet")) is there


def test_visits_that_nobody_wrote_down(caseload, counselor, marisa, scope, today, settings):
    settings.TODAY = (today - days(3)).isoformat()
    late = cases.ask(case=caseload[0], kind="visit", due_on=today - days(1), by=counselor, owner=counselor)
    cases.ask(case=caseload[1], kind="visit", due_on=today, by=counselor)
    cases.ask(case=caseload[2], kind="call", due_on=today - days(1), by=counselor)
    settings.TODAY = today.isoformat()
    [row] = listed(scope(marisa), today, "visits")
    assert (row.student, row.late, row.who) == (late.case.student_id, True, "Rosa Diaz")
    assert "Rosa Diaz has it" in row.words
    contact(caseload[0].student, counselor)
    assert listed(scope(marisa), today, "visits")  # a call is no visit


# -- panels ------------------------------------------------------------------------------------------------------------


def test_a_panel_needs_a_roster_a_chair_and_a_trained_one(sarb, marisa, scope, today):
    [row] = listed(scope(marisa), today, "rosters")
    assert row.words == "No roster was signed into force."
    panels.sign_roster(panel=sarb, on=today, by=marisa)
    assert listed(scope(marisa), today, "rosters") == []
    Member.objects.filter(panel=sarb, standing="chair").update(trained_on=None)
    assert "no training" in listed(scope(marisa), today, "rosters")[0].words
    later = today + timedelta(800)
    assert "Nobody chairs it" in listed(scope(marisa), later, "rosters")[0].words


def hearing(referral, day, on, state="set"):
    day.on = on
    day.save(update_fields=["on"])
    made = Hearing.objects.create(
        panel=referral.panel, school=referral.school, day=day, room="Room 4", span=(at(on, 9), at(on, 10)),
        family=referral.student_id, state=state,
    )  # fmt: skip
    made.referrals.add(referral)
    return made


@pytest.mark.parametrize(("ahead", "there"), [(1, True), (60, False), (-1, False)])
def test_packets_that_should_be_read_by_now(referral, day, marisa, scope, today, ahead, there):
    hearing(referral, day, today + days(ahead))
    assert bool(listed(scope(marisa), today, "packets")) is there


@pytest.mark.parametrize(
    ("ahead", "state", "there"),
    [(-1, "set", True), (-1, "running", True), (-1, "held", False), (0, "set", False), (-1, "no_show", False)],
)
def test_hearings_nobody_said_the_outcome_of(referral, day, marisa, scope, today, ahead, state, there):
    hearing(referral, day, today + days(ahead), state)
    assert bool(listed(scope(marisa), today, "hearings")) is there


# -- who, where, how many ----------------------------------------------------------------------------------------------


def test_narrowed_to_a_counselor_or_a_school(pupil, counselor, hugo, marisa, district, scope, today):
    here, there = pupil("L-1"), pupil("L-2", at=1)
    for one in (here, there):
        ladder(one, today)
    told = scope(marisa)
    assert {row.student for row in listed(told, today, "legal")} == {here.pk, there.pk}
    assert [row.student for row in listed(told, today, "legal", counselor=str(hugo.pk))] == [there.pk]
    assert [row.student for row in listed(told, today, "legal", school=str(district.schools[0].pk))] == [here.pk]
    for nobody in ("x", "999999", "９", "-1", "99999999999999"):
        assert listed(told, today, "legal", school=nobody) == []


def test_a_coordinator_of_another_region_sees_none_of_it(pupil, sarb, elsewhere, marisa, scope, today):
    ladder(pupil("L-1"), today)
    pupil("Q-1", absent=30, national_band="severe")
    assert sum(queries.counts(scope(marisa), asked(), today).values()) == 3
    assert sum(queries.counts(scope(elsewhere), asked(), today).values()) == 0


def test_counts_agree_with_the_lists(caseload, referral, day, sarb, pupil, marisa, scope, today):
    ladder(pupil("L-1"), today)
    stand(referral.student, absent=30, national_band="severe")
    hearing(referral, day, today - days(1))
    counts = queries.counts(scope(marisa), asked(), today)
    assert {key: len(listed(scope(marisa), today, key)) for key in queries.LISTS} == {
        key: int(many) for key, many in counts.items()
    }
    assert set(counts) == set(queries.LISTS)


def test_a_page_costs_the_same_for_one_and_for_twenty(pupil, counselor, hugo, marisa, scope, today):
    def cost():
        with CaptureQueriesContext(connection) as found:
            queries.counts(scope(marisa), asked(), today)
            listed(scope(marisa), today, "legal")
        return len(found)

    ladder(pupil("L-0"), today)
    few = cost()
    for n in range(1, 20):
        ladder(pupil(f"L-{n}", at=n % 2), today)
    assert cost() == few


# -- stale data --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "words"),
    [(0, ""), (3, ""), (4, "expected"), (5, "expected")],  # a Friday's files do until the files of Monday are due
)
def test_old_files_are_said(district, today, later, words):
    district.arrives(today)
    found = queries.stale(today + days(later))
    assert (words in found.words) if words else found is None


def test_no_files_at_all(db, today):
    assert queries.stale(today).words == "Nothing has been imported yet."
