"""What comes again in one person's charts, and which courses answer it. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from firstbell.oversight.rules.rubric import RUBRIC, WEAK

FEWEST = 3
"""Charts that must be amiss in an item before anything is proposed; they must be half of all as well."""
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def weak_items(charts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Item to how many of these charts are amiss in it, in the rubric's order: at least three, and at least half."""
    found = {}
    for key in RUBRIC:
        levels = [one[key] for one in charts if key in one]
        amiss = sum(level <= WEAK for level in levels)
        if amiss >= FEWEST and 2 * amiss >= len(levels):
            found[key] = amiss
    return found


@dataclass(frozen=True, slots=True)
class Offered:
    """A course that is given, with the items it helps with."""

    course: int
    title: str
    items: frozenset[str]


def best(item: str, weak: Collection[str], offered: Iterable[Offered]) -> Offered | None:
    """The course for an item: of those that help with it the one that helps with most of what is weak, then by name."""
    fit = [one for one in offered if item in one.items]
    return min(fit, key=lambda one: (-len(one.items & set(weak)), one.title, one.course), default=None)


@dataclass(frozen=True, slots=True)
class Answer:
    """A course for one or several items. It is proposed for the first of them, so that no gap is answered twice."""

    course: int
    items: tuple[str, ...]


def answers(weak: Sequence[str], offered: Collection[Offered], answered: Collection[str] = ()) -> list[Answer]:
    """As few courses as help with every item in order, but those that were answered already; each course once."""
    found, left = [], [one for one in weak if one not in answered]
    while left:
        course = best(left[0], left, offered)
        items = tuple(one for one in left if course is not None and one in course.items)
        if course is not None:
            found.append(Answer(course.course, items))
        left = [one for one in left[1:] if one not in items]
    return found


def why(items: Iterable[str], weak: Mapping[str, int], charts: int) -> str:
    """What the person reads, and whoever runs training too: the items by their titles, no student and no level."""
    said = [f"{_number(weak[one])} could say more of “{RUBRIC[one].title}”" for one in items]
    return f"Of your last {_number(charts)} charts, {_listed(said)}."


def _number(many: int) -> str:
    return _NUMBERS[many] if many < len(_NUMBERS) else str(many)


def _listed(said: Sequence[str]) -> str:
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])}, and {said[-1]}"
