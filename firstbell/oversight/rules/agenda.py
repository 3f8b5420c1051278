"""What a region's monthly meeting should speak of: up to five plain sentences out of what its page shows. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

MOST = 5
ROSE = 1
"""Percent points by which chronic absence must have risen at a school before it is spoken of."""
NAMED = 3
"""Schools that a sentence names; of more it says how many."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands on the page, hidden figures left out. Schools are names in order.

    `moved` are (school, percent points), `weekdays` (name, days missed, days enrolled), `weak` is (item, charts in
    order, charts), `missing` (course, people) of a course without a session to come; empty where there is none.
    """

    moved: Sequence[tuple[str, Fraction]] = ()
    grade: str = ""
    weekdays: Sequence[tuple[str, int, int]] = ()
    better: Sequence[str] = ()
    late: int = 0
    area: tuple[str, int] | None = None
    weak: tuple[str, int, int] | None = None
    missing: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the agenda. `about` says where it leads."""

    about: str
    sentence: str


def agenda(seen: Seen) -> list[Point]:
    """The first five of what there is to speak of, what is urgent first."""
    return list(_points(seen))[:MOST]


def _points(seen: Seen) -> Iterator[Point]:
    if seen.late:
        many = "One question of a school is" if seen.late == 1 else f"{seen.late} questions of schools are"
        yield Point("questions", f"{many} late: who answers, and by when?")
    if risen := [name for name, points in seen.moved if points >= ROSE]:
        yield Point("absences", f"Chronic absence rose at {names(risen)}: what changed there?")
    if when := _when(seen):
        yield Point("absences", f"The largest share of days is missed {when}: what would make it easier to come?")
    if seen.better:
        who = "it" if len(seen.better) == 1 else "each"
        yield Point(
            "outcomes", f"At {names(seen.better)} more days were won back than elsewhere: let {who} tell what they did."
        )
    if seen.weak:
        item, good, charts = seen.weak
        yield Point("charts", f"“{item}” was in order in {good} of {charts} charts: work one chart through together.")
    if seen.missing:
        course, people = seen.missing
        many = "1 person misses" if people == 1 else f"{people} people miss"
        yield Point("training", f"{many} “{course}”, and no session of it is planned: choose a day.")
    if seen.area and not seen.late:
        area, asked = seen.area
        many = f"{asked} questions" if asked != 1 else "1 question"
        yield Point("questions", f"Schools asked most about “{area}” ({many}): does everybody know the answer?")


def _when(seen: Seen) -> str:
    """`in Grade 9, and on Fridays`; empty where neither a grade nor a weekday is known."""
    day = heaviest(seen.weekdays)
    return ", and ".join(one for one in (f"in {seen.grade}" if seen.grade else "", f"on {day}s" if day else "") if one)


def heaviest(weekdays: Sequence[tuple[str, int, int]]) -> str:
    """The weekday with the largest share of days missed, where it is a quarter above the smallest; else none."""
    shares = {name: Fraction(missed, enrolled) for name, missed, enrolled in weekdays if enrolled}
    if len(shares) < 2:
        return ""
    most, least = max(shares, key=lambda one: shares[one]), min(shares.values())
    return most if shares[most] and 4 * shares[most] >= 5 * least else ""


def names(schools: Sequence[str]) -> str:
    """`Maple, Oak and Cedar`; of more than three `Maple, Oak, Cedar and 2 more`."""
    said, more = list(schools[:NAMED]), len(schools) - NAMED
    if more > 0:
        return f"{', '.join(said)} and {more} more"
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
