"""Hearings that do not take place: taken off the docket, called off, or left by those they were for.

Whoever was invited is told, the household waits again, and each is a line of the journal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from firstbell.cases.rules import refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.panels.actions.days import changed, current_day
from firstbell.panels.actions.moving import move
from firstbell.panels.actions.referrals import withdraw
from firstbell.panels.actions.telling import tell_off
from firstbell.panels.models import Day, Hearing, Member, Referral, Seating
from firstbell.panels.queries.days import unable
from firstbell.panels.rules.hearings import HEARING_STATES


@transaction.atomic
def unset_hearing(*, hearing: Hearing, why: str, by: User, version: int | None = None) -> Hearing:
    """Take a hearing off the docket: the household waits again, and whoever was invited is told."""
    day, hearing = _ending(hearing, why, version)
    told = tell_off(hearing, by=by)
    hearing.waiver, hearing.waived_on = "", None
    off(hearing)
    moved(hearing.referrals.filter(state="set"), "unset", by, why)
    changed(day)
    journal.record("panels.hearing_unset", by=by, about=day, hearing=hearing.pk, why=why.strip(), told=told)
    return hearing


@transaction.atomic
def call_off(*, hearing: Hearing, why: str, by: User | None, version: int | None = None) -> Hearing:
    """Call a hearing off for good: its referrals wait for another one, and whoever was invited is told."""
    day, hearing = _ending(hearing, why, version)
    told = tell_off(hearing, by=by)
    hearing.state, hearing.why, hearing.version = "called_off", why.strip()[:300], hearing.version + 1
    hearing.save(update_fields=["state", "why", "version"])
    hearing.seatings.update(span=None)
    hearing.attending.update(span=None)
    moved(hearing.referrals.filter(state="set"), "unset", by, why)
    changed(day)
    journal.record("panels.hearing_called_off", by=by, about=day, hearing=hearing.pk, why=why.strip(), told=told)
    return hearing


@transaction.atomic
def withdraw_from(*, hearing: Hearing, referral: Referral, why: str, by: User, version: int | None = None) -> Hearing:
    """Withdraw one referral of a hearing that is set. The last one takes the hearing with it; a sibling's stays."""
    day, hearing = _ending(hearing, why, version)
    mine = list(hearing.referrals.filter(state="set"))
    if referral.pk not in {one.pk for one in mine}:
        raise refusal("That referral is not heard at this hearing.")
    if len(mine) == 1:
        call_off(hearing=hearing, why=why, by=by)
    else:
        hearing.referrals.remove(referral)
        moved([referral], "unset", by, why)
        changed(day)
        journal.record("panels.referral_off_hearing", by=by, about=day, hearing=hearing.pk, referral=referral.pk)
    withdraw(referral=referral, why=why, by=by)
    hearing.refresh_from_db()
    return hearing


@transaction.atomic
def call_off_day(*, day: Day, why: str, by: User, version: int | None = None) -> Day:
    """Call a whole hearing day off: every household waits again, and everybody invited is told."""
    day = current_day(day, version)
    if not why.strip():
        raise refusal("Say why: everybody who was invited is told that it does not take place.")
    if running := day.hearings.filter(state="running").first():
        raise refusal(f"A hearing is running in {running.room}: say what became of it first.")
    hearings = list(day.hearings.filter(state="set"))
    for hearing in hearings:
        call_off(hearing=hearing, why=why, by=by)
    day.refresh_from_db()
    day.state, day.why = Day.State.CALLED_OFF, why.strip()[:300]
    changed(day, "state", "why")
    journal.record("panels.day_called_off", by=by, about=day, hearings=len(hearings), why=why.strip())
    return day


@dataclass(frozen=True)
class Followed:
    """What a night came to: seats that were emptied, hearings that were called off."""

    seats: int
    called_off: int


@transaction.atomic
def follow_up(*, on: date) -> Followed:
    """Hearings to come, and what happened since they were set. Run each night; safe to repeat.

    A member who left, is away or recused has no seat any more; a hearing whose referrals were all withdrawn is called
    off. A family that moved away is shown on the docket: a person decides.
    """
    rows = Hearing.objects.filter(state="set", day__on__gte=on)
    days = Day.objects.filter(hearings__in=rows).distinct().order_by("on", "pk")
    seats = sum(empty_seats(day=day, by=None) for day in days)
    gone = [one for one in rows.select_related("day") if not one.referrals.filter(state="set").exists()]
    for hearing in gone:
        call_off(hearing=hearing, why="Every referral of it was withdrawn.", by=None)
    return Followed(seats, len(gone))


@transaction.atomic
def empty_seats(*, day: Day, by: User | None, member: Member | None = None) -> int:
    """Take from their seats on a day whoever cannot sit there any more, or only this member; how many seats.

    The hearings stay set: their pages show which seats are to be filled, and a hearing without quorum is never held.
    """
    day = current_day(day)
    why = unable(day, list(day.hearings.filter(state="set")))
    rows = Seating.objects.filter(pk__in=why).select_related("member", "hearing")
    rows = list(rows.filter(member=member) if member else rows)
    for one in rows:
        one.hearing.attending.filter(user=one.member.user_id).exclude(user__in=_referred(one.hearing)).delete()
        journal.record("panels.seat_emptied", by=by, about=day, hearing=one.hearing_id, member=one.member_id,
                       seat=one.member.seat, why=why[one.pk])  # fmt: skip
        one.delete()
    if rows:
        changed(day)
    return len(rows)


@transaction.atomic
def leave_seats(*, member: Member, by: User | None) -> int:
    """Take from a member the seats of hearings to come at which they cannot sit any more; how many."""
    seated = Hearing.objects.filter(state="set", day__on__gte=clock.today(), seatings__member=member)
    days = Day.objects.filter(hearings__in=seated).distinct().order_by("on", "pk")
    return sum(empty_seats(day=day, by=by, member=member) for day in days)


def _referred(hearing: Hearing) -> list[int]:
    return list(hearing.referrals.values_list("by", flat=True))


def off(hearing: Hearing) -> None:
    """Take a hearing from its time and room, and everybody from their seats: it waits."""
    hearing.state, hearing.day, hearing.span, hearing.room = "waiting", None, None, ""
    hearing.interpreter, hearing.by_hand, hearing.version = "", False, hearing.version + 1
    hearing.seatings.all().delete()
    hearing.attending.all().delete()
    hearing.save()


def moved(referrals: Iterable[Referral], what: str, by: User | None, why: str) -> None:
    """Take each referral of a hearing through the same move."""
    for one in referrals:
        move(one, what, by=by, why=why.strip())


def _ending(hearing: Hearing, why: str, version: int | None) -> tuple[Day, Hearing]:
    if not why.strip():
        raise refusal("Say why: whoever was invited is told that it does not take place.")
    day = current_day(hearing.day, version)
    return day, current_hearing(hearing, "set")


def current_hearing(hearing: Hearing, *states: str) -> Hearing:
    """The hearing as it is, locked. NotAllowed when it is in no such state."""
    now = Hearing.objects.select_for_update(of=("self",)).select_related("panel", "school", "day").get(pk=hearing.pk)
    if now.state not in states:
        raise refusal(f"This hearing is {HEARING_STATES[now.state].lower()}.")
    return now
