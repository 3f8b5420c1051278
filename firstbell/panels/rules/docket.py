"""What stands against a place on the docket, in words; and the notice that a family is owed. Pure.

A hearing set by hand is asked the same questions as the solver asks itself: both use `scheduling`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from firstbell.law.findings import Reason, count, spoken
from firstbell.panels.kinds import KINDS, Kind
from firstbell.panels.rules import scheduling as day
from firstbell.panels.rules.hearings import quorum
from firstbell.panels.rules.scheduling import Household, Kept, Sitter, Span, Table, clock

PRACTICE = "setting panels.practice"
REMINDED = (7, 1)
"""Days before a hearing on which everybody invited is reminded."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a hearing would be. `room` is the number of the day's room, -1 for one it does not have."""

    span: Span
    room: int
    members: tuple[int, ...]
    interpreter: str = ""


def first_day(kind: Kind, today: date) -> date:
    """The first day of which a family told today has its notice."""
    return today + timedelta(kind.clocks.notice_days)


def too_soon(kind: Kind, on: date, today: date) -> str:
    """Why a family told today cannot be heard on this day yet; empty where it can."""
    first = first_day(kind, today)
    if on >= first:
        return ""
    days = count(kind.clocks.notice_days, "day")
    return (
        f"A {kind.short} gives a family {days}' notice: told today, {spoken(first)} is the first possible day. Record"
        " that the family agrees to less, in their own words, or choose a later day."
    )


def objections(kind: str, table: Table, one: Household, at: Place) -> list[Reason]:
    """Everything that stands against hearing this household there; nothing where nothing does."""
    found = [*_of_the_day(table, at), *_of_the_room(table, one, at), *_of_the_members(table, one, at)]
    seats = [member.seat for member in table.members if member.key in at.members]
    reasons = [Reason(PRACTICE, sentence) for sentence in (*found, *_of_the_school(table, one, at))]
    return [*reasons, *quorum(KINDS[kind], seats).reasons]


def words(span: Span) -> str:
    return f"from {clock(span[0])} to {clock(span[1])}"


def _of_the_day(table: Table, at: Place) -> Iterator[str]:
    if at.span[0] < table.opens or at.span[1] > table.closes:
        yield f"The day runs {words((table.opens, table.closes))}: {words(at.span)} is outside of it."
    for pause in table.pauses:
        if day.overlap(pause, at.span):
            yield f"The pause is {words(pause)}."


def _of_the_room(table: Table, one: Household, at: Place) -> Iterator[str]:
    if at.room < 0:
        yield f"Choose one of the day's rooms: {', '.join(table.rooms)}."
        return
    for kept in table.kept:
        if kept.room == at.room and day.overlap(kept.span, at.span):
            yield f"{table.rooms[at.room]} is taken {words(kept.span)} by {kept.name}."
        elif kept.family == one.family and day.overlap(kept.span, at.span):
            yield f"This household is in {_room(table, kept)} {words(kept.span)}."


def _room(table: Table, kept: Kept) -> str:
    return table.rooms[kept.room] if kept.room >= 0 else "another room"


def _of_the_members(table: Table, one: Household, at: Place) -> Iterator[str]:
    known = {member.key: member for member in table.members}
    for key in at.members:
        if key not in known:
            yield "One of those chosen is no member of this panel in term on this day."
        elif key in one.recused:
            yield f"{known[key].name} may not judge {one.name}: they are recused."
        elif not day.member_free(table, known[key], at.span):
            yield _busy(table, known[key], at.span)


def _busy(table: Table, member: Sitter, span: Span) -> str:
    for kept in table.kept:
        if (member.key in kept.members or member.person in kept.persons) and day.overlap(kept.span, span):
            return f"{member.name} is in {_room(table, kept)} {words(kept.span)}."
    return _elsewhere(table, member.person, member.name, span) or f"{member.name} is away {words(span)}."


def _elsewhere(table: Table, person: int, name: str, span: Span) -> str:
    for where in table.elsewhere:
        if where.person == person and day.overlap(where.span, span):
            return f"{name} is {where.where} {words(where.span)}, the way included."
    return ""


def _of_the_school(table: Table, one: Household, at: Place) -> Iterator[str]:
    """Who referred must be there, and an interpreter who is named must be free and speak the language."""
    sits = {member.person for member in table.members if member.key in at.members}
    for person in sorted(one.attends):
        name = table.people.get(person, "Who referred")
        if person not in sits and not day.person_free(table, person, at.span):
            kept = [kept for kept in table.kept if day.overlap(kept.span, at.span) and _is_in(table, person, kept)]
            where = f"{name}, who referred, is in {_room(table, kept[0])} {words(kept[0].span)}." if kept else ""
            yield where or _elsewhere(table, person, f"{name}, who referred,", at.span)
    if not at.interpreter:
        return
    voices = [voice for voice in table.interpreters if voice.name == at.interpreter]
    language = table.tongues.get(one.language, one.language)
    if not any(one.language in voice.languages for voice in voices):
        yield f"{at.interpreter} does not interpret {language or 'for this family'} on this day."
    elif kept := [
        kept for kept in table.kept if kept.interpreter == at.interpreter and day.overlap(kept.span, at.span)
    ]:
        yield f"{at.interpreter} interprets in {_room(table, kept[0])} {words(kept[0].span)}."
    elif not any(day.voice_free(table, voice, at.span) for voice in voices):
        yield f"{at.interpreter} is not there {words(at.span)}."


def _is_in(table: Table, person: int, kept: Kept) -> bool:
    mine = {member.key for member in table.members if member.person == person}
    return person in kept.persons or bool(mine & kept.members)


def after_leave(free: Collection[Span], leave: Span) -> tuple[Span, ...]:
    """What is left of somebody's free time when a part of the day is taken from it."""
    left = []
    for begins, ends in free:
        left += [(begins, min(ends, leave[0])), (max(begins, leave[1]), ends)]
    return tuple(one for one in left if one[0] < one[1])
