"""Panels and chairs as they are supervised: what was in time, what was seen of a hearing, and who may write it."""

from datetime import timedelta

import pytest
from django.db import InternalError, ProgrammingError, transaction

from firstbell.core.models import JournalLine
from firstbell.core.refusals import NotAllowed
from firstbell.oversight.actions import hearings as actions
from firstbell.oversight.models import Observation
from firstbell.oversight.queries import panels as queries
from firstbell.oversight.rules.rubric import CHECKLIST
from firstbell.panels.actions import people as panels
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Decision, Invitation, Packet
from tests.oversight.conftest import days
from tests.oversight.test_exceptions import hearing

YES = dict.fromkeys(CHECKLIST, "yes")


@pytest.fixture
def held(referral, day, today):
    return hearing(referral, day, today - days(2), "held")


def row(scope, user, today):
    return queries.supervised(scope(user), today)[0]


def test_what_is_known_of_a_panel(held, sarb, marisa, scope, today):
    told = row(scope, marisa, today)
    assert (told.panel, str(told.chair), told.signed_on, told.held, told.seen) == (sarb, "Ines Quiroga", None, 1, 0)
    assert (told.trained, told.members) == (5, 5)
    panels.sign_roster(panel=sarb, on=today, by=marisa)
    assert row(scope, marisa, today).signed_on == today


@pytest.mark.parametrize("late", [0, 1])
def test_notices_in_time(held, ines, marisa, scope, today, late):
    told_on = held.day.on - timedelta(KINDS["sarb"].clocks.notice_days - late)
    Invitation.objects.create(hearing=held, to="Mother", channel="hand", told_on=told_on, by=ines)
    assert row(scope, marisa, today).notices.part == 1 - late
    assert row(scope, marisa, today).notices.whole == 1


def test_packets_and_decisions_in_time(held, referral, ines, marisa, scope, today):
    from firstbell.core.clock import end_of

    assert (row(scope, marisa, today).packets.part, row(scope, marisa, today).decisions.part) == (0, 0)
    released = end_of(held.day.on - timedelta(KINDS["sarb"].clocks.packet_days))
    Packet.objects.create(
        referral=referral, audience="panel", version=1, data={}, facts="x", digest="x", pages=1, by=ines,
        released_at=released, released_by=ines,
    )  # fmt: skip
    Decision.objects.create(referral=referral, what="review", why="On the way.", on=today, by=ines)
    assert (row(scope, marisa, today).packets.part, row(scope, marisa, today).decisions.part) == (1, 1)


def test_what_was_seen_is_written_once(held, marisa, samir, scope, today):
    assert list(queries.to_observe(scope(marisa), marisa, today)) == [held]
    made = actions.observe(hearing=held, seen=YES | {"voice": "no"}, said="The student came last.", by=marisa)
    assert JournalLine.objects.filter(verb="oversight.hearing_observed", about_id=made.pk).exists()
    assert list(queries.to_observe(scope(marisa), marisa, today)) == []
    assert list(queries.to_observe(scope(samir), samir, today)) == [held]
    with pytest.raises(NotAllowed, match="It stands"):
        actions.observe(hearing=held, seen=YES, by=marisa)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        Observation.objects.filter(pk=made.pk).update(said="Otherwise.")
    told = {one.title: (one.yes, one.no) for one in queries.process(scope(marisa), today)}
    assert told[CHECKLIST["voice"].title] == (0, 1)
    assert row(scope, marisa, today).seen == 1


def test_what_cannot_be_written(held, referral, day, marisa):
    with pytest.raises(NotAllowed, match="for each item"):
        actions.observe(hearing=held, seen=YES | {"voice": "maybe"}, by=marisa)
    type(held).objects.filter(pk=held.pk).update(state="set")
    with pytest.raises(NotAllowed, match="nothing to have seen"):
        actions.observe(hearing=held, seen=YES, by=marisa)


def test_another_regions_panels_are_not_shown(held, elsewhere, scope, today):
    assert queries.supervised(scope(elsewhere), today) == []
    assert list(queries.to_observe(scope(elsewhere), elsewhere, today)) == []
