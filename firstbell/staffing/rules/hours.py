"""The hours of posts: who is where on which weekday, and that nobody is planned past a day or in two schools at once.

Pure. A person's hours at several schools fit one after the other as long as they add up to a day at most.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from firstbell.staffing.rules.credentials import FOREVER

A_DAY = 8 * 60
"""Minutes of a whole day."""
FULL_WEEK = 5 * A_DAY
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
LETTERS = dict(zip("MTWHF", WEEKDAYS, strict=True))
"""The weekdays by the letters that a purchase keeps of them."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes from Monday to Friday at a place, from `begins` until `ends`, the first day without."""

    begins: date
    ends: date
    minutes: Sequence[int]
    place: str = ""


def spread(tenths: int) -> list[int]:
    """A share of the full week, evenly."""
    return [FULL_WEEK * tenths // 50] * 5


def days(begins: date, ends: date) -> Iterator[date]:
    """Each day from `begins` to the day before `ends`, Mondays to Fridays only."""
    for n in range((ends - begins).days):
        if (day := begins + timedelta(n)).weekday() < 5:
            yield day


def busiest(posts: Iterable[Hours], begins: date, ends: date) -> list[int]:
    """The most minutes planned on each weekday of these days."""
    inside = [one for one in posts if one.begins < ends and begins < one.ends]
    cuts = sorted({begins, ends, *(at for one in inside for at in (one.begins, one.ends) if begins < at < ends)})
    most = [0] * 5
    for first, after in pairwise(cuts):
        here = [one.minutes for one in inside if one.begins <= first < one.ends]
        for at in _weekdays(first, after):
            most[at] = max(most[at], sum(minutes[at] for minutes in here))
    return most


def _weekdays(first: date, after: date) -> set[int]:
    return set(range(5)) if (after - first).days > 6 else {day.weekday() for day in days(first, after)}


def free(posts: Iterable[Hours], begins: date, ends: date) -> list[int]:
    """The minutes that are left on each weekday of these days; none on a weekday that does not come."""
    there = _weekdays(begins, ends)
    return [max(0, A_DAY - used) if at in there else 0 for at, used in enumerate(busiest(posts, begins, ends))]


def too_much(posts: Sequence[Hours], wanted: Hours) -> str:
    """Why these hours do not fit beside those there are; empty where they do."""
    left = free(posts, wanted.begins, wanted.ends)
    there = _weekdays(wanted.begins, wanted.ends)
    over = [at for at in sorted(there) if wanted.minutes[at] > left[at]]
    if not over:
        return ""
    at = over[0]
    places = sorted({one.place for one in posts if one.minutes[at] and _meet(one, wanted)} - {""})
    used = A_DAY - left[at]
    return (
        f"{WEEKDAYS[at]} has {words(A_DAY)}, and {words(used)} of it are at {', '.join(places) or 'another school'}:"
        f" {words(wanted.minutes[at])} more do not fit."
    )


def _meet(one: Hours, other: Hours) -> bool:
    return one.begins < other.ends and other.begins < one.ends


def words(minutes: int) -> str:
    """`7 h 30`, `45 min`."""
    hours, rest = divmod(minutes, 60)
    return f"{rest} min" if not hours else f"{hours} h {rest:02d}" if rest else f"{hours} h"


def stretch(lower: date | None, upper: date | None) -> tuple[date, date]:
    return lower or date.min, upper or FOREVER


def uncovered(away: tuple[date, date], post: Hours, covers: Sequence[Hours]) -> list[date]:
    """The days of an absence on which a post has hours and nobody stands in for them."""
    begins, ends = max(away[0], post.begins), min(away[1], post.ends)
    return [
        day
        for day in days(begins, ends)
        if post.minutes[day.weekday()]
        and not any(one.begins <= day < one.ends and one.minutes[day.weekday()] for one in covers)
    ]
