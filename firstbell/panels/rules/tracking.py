"""Figures of a year's hearings, as integers with what they are out of; and who counts in which group of the report."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

SPANS = (("Kindergarten to grade 5", ("TK", "KN", "KG", "K", "1", "2", "3", "4", "5")),
         ("Grades 6 to 8", ("6", "7", "8")), ("Grades 9 to 12", ("9", "10", "11", "12")))  # fmt: skip
SEXES = {"F": "Female", "M": "Male", "X": "Nonbinary"}
OTHER = "Not on file"


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many. The percentage is only ever shown, never compared."""

    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Waited:
    """Days from sending a referral to its first hearing: the middle one, the longest, and how many were in time."""

    middle: int | None
    longest: int | None
    in_time: Share


def waited(days: Sequence[tuple[int, int]]) -> Waited:
    """`days` are (days waited, days the district aims at) of each referral that was heard."""
    found = [one for one, _ in days]
    in_time = Share(sum(one <= aim for one, aim in days), len(days))
    return Waited(round(median(found)) if found else None, max(found, default=None), in_time)


def span_of(grade: str | None) -> str:
    """The grade span a student's grade is in: "05" and "5" are one."""
    code = (grade or "").upper().lstrip("0") or (grade or "").upper()
    return next((title for title, grades in SPANS if code in grades), OTHER)


def sex_of(sex: str | None) -> str:
    return SEXES.get((sex or "").upper()[:1], OTHER)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table of the report, by subgroup: counts in the order of the table's columns."""

    group: str
    counts: tuple[int, ...]


def tallied(rows: Iterable[tuple[str, int]], columns: int, order: Collection[str] = ()) -> list[Line]:
    """Lines of (group, column) pairs, groups in the order given and then by name."""
    found: dict[str, list[int]] = {group: [0] * columns for group in order}
    for group, column in rows:
        found.setdefault(group, [0] * columns)[column] += 1
    known = [group for group in order if any(found[group])]
    rest = sorted(set(found) - set(order))
    return [Line(group, tuple(found[group])) for group in (*known, *rest)]
