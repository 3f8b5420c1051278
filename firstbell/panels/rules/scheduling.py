"""A hearing day as values: who waits, who can come, which rooms there are; and the plan that `plan` makes of it.

Times are minutes after midnight, a span ends before its second minute. Members, persons and households are keys. Pure:
the same table and seed give the same plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Span = tuple[int, int]
NOON = 12 * 60


@dataclass(frozen=True, slots=True)
class Household:
    """A referral, or those of siblings together. `language` is empty where nobody interprets, `attends` the persons who
    referred, `recused` the members who may not judge. `too_soon` says why this day comes before the notice allows it.

    `was` is the start and room that an earlier proposal gave it: it may move, and had rather not.
    """

    key: int
    name: str
    family: int
    school: int
    waited: int = 0
    language: str = ""
    attends: frozenset[int] = frozenset()
    recused: frozenset[int] = frozenset()
    wish: str = ""
    too_soon: str = ""
    was: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Sitter:
    """A member in term, when they are free on this day, and who they are: `person` may be somebody who referred."""

    key: int
    name: str
    seat: str
    person: int
    free: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """An interpreter, in one room at a time."""

    name: str
    languages: frozenset[str]
    free: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A hearing that stays where it is: set by hand, begun, or already told to a family. `name` is for a refusal."""

    span: Span
    room: int
    family: int
    members: frozenset[int]
    persons: frozenset[int]
    interpreter: str = ""
    name: str = "another hearing"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Somebody must be at another place; `span` holds the way there and back."""

    person: int
    span: Span
    where: str


@dataclass(frozen=True, slots=True)
class Table:
    """One day of one panel. `must` and `quorum` are the kind's; `seats` says the seats in words, `tongues` languages,
    `people` persons."""

    opens: int
    closes: int
    minutes: int
    rooms: tuple[str, ...]
    households: tuple[Household, ...]
    members: tuple[Sitter, ...]
    must: tuple[str, ...]
    quorum: int
    pauses: tuple[Span, ...] = ()
    interpreters: tuple[Voice, ...] = ()
    kept: tuple[Kept, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    seats: Mapping[str, str] = field(default_factory=dict)
    tongues: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sitting:
    """One household's place: when, in which room (its number), before whom, with which interpreter."""

    household: int
    start: int
    room: int
    members: tuple[int, ...]
    interpreter: str = ""


@dataclass(frozen=True, slots=True)
class Unheard:
    household: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effort:
    """How good one stage is: what it came to, what nobody can better, and whether that was proven."""

    stage: str
    value: int
    bound: int
    proven: bool

    @property
    def gap(self) -> float:
        """0.0 where nothing better exists."""
        return abs(self.value - self.bound) / max(1, abs(self.value))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is proposed, who is not heard and why, and how sure that is."""

    sittings: tuple[Sitting, ...]
    unheard: tuple[Unheard, ...]
    efforts: tuple[Effort, ...] = ()


def plan(table: Table, *, seed: int = 1, effort: float = 2.0) -> Plan:
    """Hear as many as possible, those who wait longest first; then the smallest cost of wishes, changes and scatter;
    then fair seats. `effort` bounds the work in the solver's own units, about seconds: the clock decides nothing.
    """
    from firstbell.panels.rules.solving import solve  # the solver brings pandas along: only who plans a day waits

    return solve(table, seed=seed, effort=effort)


def overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def slots(table: Table) -> tuple[int, ...]:
    """The starts of a day: one hearing after the other, none into a pause."""
    found, at = [], table.opens
    while at + table.minutes <= table.closes:
        pause = next((one for one in table.pauses if overlap((at, at + table.minutes), one)), None)
        if pause:
            at = pause[1]
        else:
            found.append(at)
            at += table.minutes
    return tuple(found)


def covers(free: Sequence[Span], span: Span) -> bool:
    return any(one[0] <= span[0] and span[1] <= one[1] for one in free)


def room_free(table: Table, span: Span, room: int) -> bool:
    return not any(one.room == room and overlap(one.span, span) for one in table.kept)


def member_free(table: Table, member: Sitter, span: Span) -> bool:
    """Free by their own word, in no hearing that stays, at no other place, and referring no other household then."""
    sits = any(
        (member.key in one.members or member.person in one.persons) and overlap(one.span, span) for one in table.kept
    )
    return covers(member.free, span) and not sits and not away(table, member.person, span)


def away(table: Table, person: int, span: Span) -> bool:
    return any(one.person == person and overlap(one.span, span) for one in table.elsewhere)


def person_free(table: Table, person: int, span: Span) -> bool:
    """Whether somebody who referred can be in the room; as a member they may sit in that very room."""
    mine = {member.key for member in table.members if member.person == person}
    kept = any((person in one.persons or mine & one.members) and overlap(one.span, span) for one in table.kept)
    return not kept and not away(table, person, span)


def voice_free(table: Table, voice: Voice, span: Span) -> bool:
    kept = any(one.interpreter == voice.name and overlap(one.span, span) for one in table.kept)
    return covers(voice.free, span) and not kept


def family_free(table: Table, family: int, span: Span) -> bool:
    return not any(one.family == family and overlap(one.span, span) for one in table.kept)


def wished(household: Household, start: int) -> bool:
    """Whether this start is in the part of the day that the family asked for."""
    if not household.wish:
        return True
    return (start < NOON) == (household.wish == "morning")


def clock(minute: int) -> str:
    """How a sentence says a time: "10:30 am"."""
    hour = minute // 60
    return f"{hour % 12 or 12}:{minute % 60:02} {'am' if hour < 12 else 'pm'}"
