"""What people do with a docket: accept a proposal whole, set a hearing by hand, move it, change who sits.

A hearing set by hand is asked the same questions as a proposal; what two people press at once, the database decides,
and its refusal is put in words.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils.timezone import localtime

from firstbell.cases.rules import NotAllowed, refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.findings import spoken
from firstbell.panels.actions.calling_off import current_hearing, moved, off
from firstbell.panels.actions.days import changed, current_day
from firstbell.panels.actions.telling import drop_unsent
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Day, Hearing, Member, Referral
from firstbell.panels.models.docket import COUNT
from firstbell.panels.queries.docket import (
    Waiting,
    households,
    instant,
    minute,
    movable,
    name_of,
    table_of,
    waiting,
)
from firstbell.panels.rules.docket import Place, objections, too_soon
from firstbell.panels.rules.scheduling import Kept, Table
from firstbell.panels.rules.scheduling import clock as time_words


@transaction.atomic
def set_hearing(
    *, day: Day, referrals: Sequence[Referral], room: str, start: datetime, members: Sequence[Member], by: User,
    version: int | None = None, interpreter: str = "", waiver: str = "",
) -> Hearing:  # fmt: skip
    """Set a household's hearing by hand. `waiver` are the family's own words, where they agree to less notice.

    NotAllowed names everything that stands against it.
    """
    day = current_day(day, version)
    home = _household(day, referrals)
    if waiver.strip():
        home = _waived(home, day, waiver, by)
    place = _place(day, room, start, members, interpreter)
    _in_time(day, waived=bool(home.hearing and home.hearing.waiver))
    _against(day, table_of(day, [home]), place)
    hearing = _written(day, home, place, by=by, by_hand=True)
    changed(day)
    journal.record("panels.hearing_set", by=by, about=day, hearing=hearing.pk, room=room, start=start.isoformat())
    return hearing


@transaction.atomic
def accept_proposal(*, day: Day, sittings: Sequence[Mapping[str, Any]], by: User, version: int | None = None) -> Day:
    """Write a proposal as it was shown, whole or not at all; hearings that it leaves out are set no more.

    `sittings` are `Proposal.as_data`. Every rule is asked again: what changed since is a refusal that names it.
    """
    day = current_day(day, version, Day.State.PLANNED)
    homes = {one.key: one for one in (*movable(day), *waiting(day.panel))}
    if not sittings or {one["key"] for one in sittings} - homes.keys():
        raise refusal("Who waits for this panel changed since this was proposed. Ask for a new proposal.")
    for home in homes.values():
        if home.hearing and home.hearing.state == "set":
            off(home.hearing)
    table = table_of(day, list(homes.values()))
    by_key = {member.pk: member for member in day.panel.members.all()}
    for one in sittings:
        home = homes.pop(one["key"])
        members = [by_key[key] for key in one["members"] if key in by_key]
        room = day.rooms[one["room"]] if 0 <= one["room"] < len(day.rooms) else ""
        place = _place(day, room, instant(day.on, one["start"]), members, one["interpreter"])
        _in_time(day, waived=bool(home.hearing and home.hearing.waiver))
        _against(day, table, place, home.key)
        table = _beside(table, home, place)
        _written(day, home, place, by=by, by_hand=False)
    for home in homes.values():
        left = [referral for referral in home.referrals if referral.state == "set"]
        moved(left, "unset", by, "Left out of the proposal that was accepted")
    journal.record("panels.proposal_accepted", by=by, about=day, hearings=len(sittings))
    return changed(day)


@transaction.atomic
def move_hearing(
    *, hearing: Hearing, room: str, start: datetime, by: User, version: int | None = None,
    members: Sequence[Member] | None = None, interpreter: str | None = None, waiver: str = "", day: Day | None = None,
) -> Hearing:  # fmt: skip
    """Give a hearing another time or room, on its day or another of the panel. Whoever was told is owed a new word."""
    was, to = _both(hearing.day, day or hearing.day, version)
    hearing = current_hearing(hearing, "set")
    home = _household(to, list(hearing.referrals.filter(state="set")), hearing)
    if start != hearing.span.lower:
        home.hearing.waiver, home.hearing.waived_on = "", None
        home = _waived(home, to, waiver, by) if waiver.strip() else home
        _in_time(to, waived=bool(waiver.strip()))
    members = [one.member for one in hearing.seatings.select_related("member")] if members is None else members
    place = _place(to, room, start, members, hearing.interpreter if interpreter is None else interpreter)
    _against(to, table_of(to, [home], but=[hearing.pk]), place)
    before = {"day": was.pk, "room": hearing.room, "start": hearing.span.lower.isoformat()}
    hearing = _written(to, home, place, by=by, by_hand=True)
    drop_unsent(hearing)
    for one in {was.pk: was, to.pk: to}.values():
        changed(one)
        journal.record("panels.hearing_moved", by=by, about=one, hearing=hearing.pk, was=before, room=room,
                       start=start.isoformat())  # fmt: skip
    return hearing


@transaction.atomic
def change_seats(
    *, hearing: Hearing, members: Sequence[Member], by: User, version: int | None = None,
    interpreter: str | None = None,
) -> Hearing:  # fmt: skip
    """Who sits at a hearing, and who interprets. The same questions are asked as when it was set, save the notice."""
    day = current_day(hearing.day, version)
    hearing = current_hearing(hearing, "set")
    home = _household(day, list(hearing.referrals.filter(state="set")), hearing)
    voice = hearing.interpreter if interpreter is None else interpreter
    place = _place(day, hearing.room, hearing.span.lower, members, voice)
    _against(day, table_of(day, [home], but=[hearing.pk]), place)
    hearing = _written(day, home, place, by=by, by_hand=hearing.by_hand)
    changed(day)
    journal.record("panels.seats_changed", by=by, about=day, hearing=hearing.pk, members=[one.pk for one in members])
    return hearing


@transaction.atomic
def waive(*, hearing: Hearing, said: str, by: User, version: int | None = None) -> Hearing:
    """Write down that the family agrees to less notice of a hearing that is set, in their own words."""
    day = current_day(hearing.day, version)
    now = current_hearing(hearing, "set")
    if not said.strip():
        raise refusal("Say who of the family agreed, when and how: in their own words.")
    home = _household(day, list(now.referrals.filter(state="set")), now)
    changed(day)
    return _waived(home, day, said, by).hearing


@transaction.atomic
def note_wish(*, referrals: Sequence[Referral], wish: str, language: str, by: User) -> Hearing:
    """What a household asks for before it has a time: a part of the day, and the language they want to speak."""
    if wish not in Hearing.Wish.values or not language:
        raise refusal("Choose a part of the day and a language.")
    [home] = _homes(list(referrals))
    hearing = home.hearing or _new(referrals[0], home)
    if hearing.state != "waiting":
        raise refusal("This hearing has a time already: move it instead.")
    hearing.wish, hearing.language = wish, language
    hearing.save()
    hearing.referrals.set(home.referrals)
    journal.record("panels.wish_noted", by=by, about=hearing, wish=wish, language=language)
    return hearing


def _homes(referrals: Sequence[Referral]) -> list[Waiting]:
    rows = Referral.objects.filter(pk__in=[one.pk for one in referrals]).select_related("student__school", "by")
    return households(rows.order_by("accepted_on", "pk"))


def _household(day: Day, referrals: Sequence[Referral], hearing: Hearing | None = None) -> Waiting:
    """The household of these referrals, whole; NotAllowed where they are not one, not this panel's, or not accepted."""
    homes = _homes(referrals)
    if len(homes) != 1:
        raise refusal("A hearing is for one household: join the referrals of siblings first.")
    [home] = homes
    expected = "set" if hearing else "accepted"
    for one in home.referrals:
        if one.panel_id != day.panel_id:
            raise refusal(f"The referral of {one.student.name} is to another panel.")
        if one.state != expected:
            raise refusal(
                f"The referral of {one.student.name} is {one.get_state_display().lower()}: no hearing is due."
            )
    root = home.referrals[0].joined_id or home.referrals[0].pk
    whole = Referral.objects.filter(Q(joined=root) | Q(pk=root), panel=day.panel, state=expected)
    if missing := whole.exclude(pk__in=[one.pk for one in home.referrals]).select_related("student").first():
        raise refusal(f"{missing.student.name} is heard together with {home.name}: set both at once.")
    return home


def _place(day: Day, room: str, start: datetime, members: Sequence[Member], interpreter: str) -> Place:
    if localtime(start).date() != day.on:
        raise refusal(f"That time is not on {spoken(day.on)}: choose a time of the day.")
    begins = minute(start)
    span = (begins, begins + KINDS[day.panel.kind].minutes)
    return Place(
        span, day.rooms.index(room) if room in day.rooms else -1, tuple(one.pk for one in members), interpreter
    )


def _in_time(day: Day, *, waived: bool) -> None:
    """NotAllowed names the first day of which a family told today has its notice."""
    if day.on < clock.today():
        raise refusal("That day is past.")
    if not waived and (soon := too_soon(KINDS[day.panel.kind], day.on, clock.today())):
        raise refusal(soon)


def _against(day: Day, table: Table, place: Place, key: int | None = None) -> None:
    """NotAllowed names everything that stands against this place: room, people, quorum. `key` is the household's."""
    home = next(one for one in table.households if key in (None, one.key))
    if found := objections(day.panel.kind, table, home, place):
        raise NotAllowed(*found)


def _beside(table: Table, home: Waiting, place: Place) -> Table:
    """The table with this household placed: what the next ones find taken."""
    who = next(one for one in table.households if one.key == home.key)
    persons = who.attends | {one.person for one in table.members if one.key in place.members}
    kept = Kept(place.span, place.room, who.family, frozenset(place.members), persons, place.interpreter,
                f"the hearing of {who.name}")  # fmt: skip
    return replace(table, kept=(*table.kept, kept))


def _both(was: Day, to: Day, version: int | None) -> tuple[Day, Day]:
    """Both days as they are, locked by date: two people who move in opposite directions wait for each other."""
    if was.pk == to.pk:
        now = current_day(was, version)
        return now, now
    locked = {one.pk: current_day(one, version if one.pk == was.pk else None) for one in sorted((was, to), key=_date)}
    return locked[was.pk], locked[to.pk]


def _date(day: Day) -> tuple[Any, ...]:
    return day.on, day.pk


def _waived(home: Waiting, day: Day, waiver: str, by: User) -> Waiting:
    """The family's own word that less notice is enough, kept with who wrote it down."""
    hearing = home.hearing or _new(home.referrals[0], home)
    hearing.waiver, hearing.waived_on = waiver.strip()[:300], clock.today()
    hearing.save()
    journal.record("panels.notice_waived", by=by, about=hearing, on=str(day.on), said=hearing.waiver)
    return Waiting(home.referrals, home.family, home.language, home.waited, hearing)


def _new(referral: Referral, home: Waiting) -> Hearing:
    made = Hearing.objects.create(
        panel=referral.panel, school=referral.school, family=home.family, language=home.language
    )
    made.referrals.set(home.referrals)
    return made


def _written(day: Day, home: Waiting, place: Place, *, by: User, by_hand: bool) -> Hearing:
    """Write a hearing with its room, its people and its referrals' moves; call it with the day locked."""
    hearing = home.hearing or _new(home.referrals[0], home)
    room, span = day.rooms[place.room], _span(day, place)
    off(hearing)
    with _in_words(day, home, place):
        hearing.day, hearing.room, hearing.span, hearing.state = day, room, span, "set"
        hearing.interpreter, hearing.by_hand, hearing.set_by = place.interpreter, by_hand, by
        hearing.family = home.family
        hearing.save()
        hearing.referrals.set(home.referrals)
        members = Member.objects.filter(pk__in=place.members)
        hearing.seatings.bulk_create(hearing.seatings.model(hearing=hearing, member=one, span=span) for one in members)
        persons = {one.by_id for one in home.referrals} | {one.user_id for one in members if one.user_id}
        hearing.attending.bulk_create(
            hearing.attending.model(hearing=hearing, user_id=one, span=span) for one in sorted(persons)
        )
    moved([one for one in home.referrals if one.state == "accepted"], "set", by, "")
    return hearing


def _span(day: Day, place: Place) -> DateTimeTZRange:
    return DateTimeTZRange(instant(day.on, place.span[0]), instant(day.on, place.span[1]))


@contextmanager
def _in_words(day: Day, home: Waiting, place: Place) -> Iterator[None]:
    """What the database refuses, said as people say it: somebody else was a moment faster."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        raise refusal(_clash(str(clash), day, home, place)) from None


def _clash(said: str, day: Day, home: Waiting, place: Place) -> str:
    room, span = day.rooms[place.room], _span(day, place)
    at = f"from {time_words(place.span[0])} to {time_words(place.span[1])}"
    others = Hearing.objects.filter(state__in=COUNT, span__overlap=span).exclude(pk=home.hearing and home.hearing.pk)
    if "one_hearing_in_a_room" in said:
        other = others.filter(day=day, room=room).first()
        who = f" by the hearing of {name_of(other.referrals.select_related('student'))}" if other else ""
        set_by = f", which {other.set_by} set just now" if other and other.set_by else ""
        return f"{room} is taken {at}{who}{set_by}. Choose another time or room."
    if "one_hearing_of_a_family" in said:
        other = others.filter(family=home.family).select_related("panel").first()
        return f"This household is before the {other.panel if other else 'other panel'} {at}. Choose another time."
    if "one_room_for_an_interpreter" in said:
        return f"{place.interpreter} interprets in another room {at}. Choose another time or interpreter."
    if "nobody_sits_twice_at_once" in said or "nobody_attends_twice_at_once" in said:
        return f"Somebody who must be there was just seated at another hearing {at}. Look at the docket again."
    raise ValueError(f"a rule of the docket without words: {said}")
