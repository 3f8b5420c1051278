"""The line that Today and a place show of panels, and the card of a student's file."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from firstbell.core.access import EVERYTHING, Scope
from firstbell.panels.actions import refer
from firstbell.panels.models import Agreement, Check, Directive, Hearing, Referral
from firstbell.panels.queries.waiting import waiting
from firstbell.staffing.queries import scope_of
from tests.panels.conftest import at


@pytest.fixture
def hearing(referral, day) -> Hearing:
    span = DateTimeTZRange(at(day.on, 9), at(day.on, 9, 45))
    made = Hearing.objects.create(
        panel=referral.panel, school=referral.school, day=day, room="Room 4", span=span, family=referral.student_id,
        state="set",
    )  # fmt: skip
    made.referrals.add(referral)
    return made


def test_who_may_not_see_panels_has_no_line(referral, today):
    assert waiting(Scope(), today) is None


def test_nothing_waits_where_nothing_is(sarb, ines, today):
    found = waiting(scope_of(ines, today), today, ines)
    assert found.anything is False


@pytest.mark.parametrize(("state", "name"), [("draft", "mend"), ("returned", "mend"), ("sent", "read"),
                                             ("accepted", "set_up")])  # fmt: skip
def test_each_state_waits_with_who_acts(referral, ines, today, state, name):
    Referral.objects.filter(pk=referral.pk).update(state=state)
    found = waiting(scope_of(ines, today), today, ines)
    counted = {one: getattr(found, one) for one in ("mend", "read", "set_up", "fallen", "late")}
    assert counted == dict.fromkeys(counted, 0) | {name: 1}


def test_a_school_reads_nothing_of_its_regions_board(referral, counselor, today):
    Referral.objects.filter(pk=referral.pk).update(state="sent")
    assert waiting(scope_of(counselor, today), today).read == 0
    assert waiting(EVERYTHING, today).read == 1


def test_hearings_of_the_day_and_late_checks(hearing, day, counselor, ines, district):
    agreement = Agreement.objects.create(hearing=hearing)
    made = Directive.objects.create(
        agreement=agreement, student=hearing.referrals.get().student, party="school", who="Rosa Diaz", owner=counselor,
        what="Call each Friday", due_on=day.on, evidence="contacts", by=ines,
    )  # fmt: skip
    Check.objects.create(directive=made, after_days=10, due_on=day.on - timedelta(1))
    found = waiting(EVERYTHING, day.on, counselor)
    assert (found.hearings, found.late, found.own) == ([hearing], 1, 1)
    assert waiting(EVERYTHING, day.on - timedelta(1), counselor).hearings == []
    here, there = (waiting(EVERYTHING, day.on, school=one.pk) for one in district.schools)
    assert (len(here.hearings), here.late, here.own) == (1, 1, 0)
    assert (len(there.hearings), there.late) == (0, 0)


def test_the_line_takes_three_questions(referral, ines, today, django_assert_num_queries):
    scope = scope_of(ines, today)
    with django_assert_num_queries(3):
        waiting(scope, today, ines)


def test_a_students_file_shows_referrals_and_begins_one(client, counselor, truant, sarb):
    client.force_login(counselor)
    address = reverse("desk:student", args=[truant.pk])
    assert reverse("panels:refer", args=[truant.pk]) in client.get(address).content.decode()
    made = refer(student=truant, panel=sarb, ground="habitual", why="Days.", by=counselor)
    assert reverse("panels:referral", args=[made.pk]) in client.get(address).content.decode()
