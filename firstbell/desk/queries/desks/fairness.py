"""Whether students in need are reached alike: by home language, grade span and program, without small groups."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from firstbell.attendance.cells import AT_MOST, without_small
from firstbell.core.templatetags.ui import percent
from firstbell.desk.queries.places import FEWER, HIDDEN
from firstbell.desk.words import language, program
from firstbell.oversight.models import ReachedByGroup
from firstbell.oversight.rules.fairness import difference, words
from firstbell.panels.rules.tracking import SPANS

UNKNOWN = "Not on file"
OTHERS = "All others together"
Pair = tuple[int, int]
"""Reached, of so many."""


@dataclass(frozen=True, slots=True)
class Row:
    """One group: how many students in need, which share was reached, and that share against everybody else's."""

    group: str
    students: str
    reached: str
    words: str


@dataclass(frozen=True)
class Fairness:
    """(title of a table, its rows). No table where so few students are in need that nothing may be told of them."""

    students: int
    share: str
    tables: list[tuple[str, list[Row]]]

    @property
    def too_small(self) -> bool:
        return self.students <= AT_MOST


def fairness(data: Mapping[str, Mapping[str, Sequence[int]]]) -> Fairness:
    """What a night counted (oversight.queries.fairness), as its tables."""
    by_language: dict[str, Pair] = defaultdict(lambda: (0, 0))
    for code, (many, of) in data["languages"].items():
        name = language(code) or UNKNOWN
        by_language[name] = _plus(by_language[name], (many, of))
    by_span, programs = _pairs(data["spans"]), _pairs({program(code): pair for code, pair in data["programs"].items()})
    reached, students = (sum(column) for column in zip((0, 0), *by_span.values(), strict=True))
    whole = (reached, students)
    if students <= AT_MOST:
        return Fairness(students, HIDDEN, [])
    tables = [
        ("Home language", parted(by_language, whole, sorted(by_language))),
        ("Grades", parted(by_span, whole, [title for title, _ in SPANS])),
        ("Program", apart(programs, whole)),
    ]
    return Fairness(students, percent(reached, students), [(title, rows) for title, rows in tables if rows])


def _pairs(told: Mapping[str, Sequence[int]]) -> dict[str, Pair]:
    return {key: (many, of) for key, (many, of) in told.items()}


def newest() -> tuple[Fairness, date] | None:
    """As the last night counted it, and on which day; None before the first."""
    one = ReachedByGroup.objects.order_by("-on").first()
    return (fairness(one.data), one.on) if one else None


def _plus(one: Pair, other: Pair) -> Pair:
    return one[0] + other[0], one[1] + other[1]


def _less(one: Pair, other: Pair) -> Pair:
    return one[0] - other[0], one[1] - other[1]


def parted(groups: Mapping[str, Pair], whole: Pair, order: Iterable[str]) -> list[Row]:
    """Groups that add up to everybody, in an order that is no ranking. Those that are hidden stand as one group.

    Hidden together they are more than ten (`without_small`), or everybody: then there is nothing to compare.
    """
    names = [*(name for name in order if name in groups), *sorted(set(groups) - set(order))]
    shown = without_small([groups[name][1] for name in names])
    open_to = {name: groups[name] for name, seen in zip(names, shown, strict=True) if seen is not None}
    rest = whole
    for pair in open_to.values():
        rest = _less(rest, pair)
    if not open_to:
        return []
    if rest[1]:
        open_to[OTHERS] = rest
    return [_row(name, pair, whole, len(open_to)) for name, pair in open_to.items()]


def apart(groups: Mapping[str, Pair], whole: Pair) -> list[Row]:
    """Groups that may overlap, by name: each is hidden where it, or everybody else, is ten students or fewer."""
    many = sum(_may_show(pair, whole) for pair in groups.values())
    return [
        _row(name, groups[name], whole, many)
        if _may_show(groups[name], whole)
        else Row(name, FEWER if groups[name][1] <= AT_MOST else HIDDEN, HIDDEN, "")
        for name in sorted(groups)
    ]


def _may_show(pair: Pair, whole: Pair) -> bool:
    return None not in without_small([pair[1], whole[1] - pair[1]])


def _row(name: str, pair: Pair, whole: Pair, groups: int) -> Row:
    others = _less(whole, pair)
    told = difference(*pair, *others, groups=groups)
    return Row(name, f"{pair[1]:,}", percent(*pair), words(told))
