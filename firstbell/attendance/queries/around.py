"""Students' days absent before and after a day of their own, in equal spans: one look into the day book for all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from firstbell.core.home import home
from firstbell.facts.daybook import DayBook, current
from firstbell.law.days import ABSENT, HALF, Day


@dataclass(frozen=True, slots=True)
class Around:
    """Over `days` school days before a day and as many after it: days absent whole. The day itself is on no side."""

    student: int
    days: int
    before: int
    after: int


def around(year: int, moments: Mapping[int, date], *, window: int, needed: int) -> list[Around]:
    """Of each student whose day has `needed` or more known school days on either side, as the published book has it.

    The newest days before and the first days after, `window` at most and as many as the shorter side has. Days on which
    roll was not taken are left out. Nobody where there is no book of the year.
    """
    book = current(home() / "facts", year)
    return of_book(book, moments, window=window, needed=needed) if book and moments else []


def of_book(book: DayBook, moments: Mapping[int, date], *, window: int, needed: int) -> list[Around]:
    """As `around`, of a book at hand."""
    asked = np.array(sorted(moments), dtype=np.int64)
    asked = asked[np.isin(asked, book.students)]
    cells = book.cells[np.searchsorted(book.students, asked)]
    on = np.array([moments[int(one)].toordinal() for one in asked], dtype=np.int64)
    known, absent = _table(set(Day) - {Day.NONE, Day.NOT_TAKEN})[cells], _table(ABSENT)[cells]
    place = np.arange(len(book.days))
    before = known & (place < np.searchsorted(book.days, on)[:, None])
    after = known & (place >= np.searchsorted(book.days, on, side="right")[:, None])
    span = np.minimum(np.minimum(before.sum(axis=1), after.sum(axis=1)), window)
    newest = np.cumsum(before[:, ::-1], axis=1)[:, ::-1] <= span[:, None]
    first = np.cumsum(after, axis=1) <= span[:, None]
    was = (before & newest & absent).sum(axis=1)
    now = (after & first & absent).sum(axis=1)
    rows = zip(asked.tolist(), span.tolist(), was.tolist(), now.tolist(), strict=True)
    return [Around(*row) for row in rows if row[1] >= needed]


def _table(kinds: set[Day] | frozenset[Day]) -> np.ndarray:
    """Of every byte whether it says one of these kinds, for a whole day or a half."""
    wanted = np.zeros(256, bool)
    wanted[[byte for kind in kinds for byte in (kind, kind | HALF)]] = True
    return wanted
