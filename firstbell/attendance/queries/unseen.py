"""Whom nobody has seen: school days in a row without a word, and the days on which a student was seen.

Straight from the day book, for the night; a page reads what the night wrote down.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firstbell.attendance.queries.standings import book_of
from firstbell.core.home import home
from firstbell.facts.daybook import DayBook, current
from firstbell.law.days import HALF, Day

SILENT = (Day.UNEXCUSED, Day.UNVERIFIED, Day.STUDY_UNDONE)
"""Days missed whole for which nobody gave a valid excuse: whoever is ill or suspended is not lost."""
SEEN = (Day.PRESENT, Day.PARTIAL, Day.OCCASION, Day.IN_SCHOOL_SUSPENSION)
UNTOLD = (Day.NONE, Day.NOT_TAKEN)
"""Days that say nothing of a student: not theirs, or roll was not taken."""
_SCHEMA = {"student": pl.Int32, "days": pl.Int32, "first_on": pl.Date, "last_seen_on": pl.Date}
_EPOCH = 719_163
"""The ordinal of 1970-01-01, where the dates of Polars begin."""
_BLOCK = 65_536

Bools = NDArray[np.bool_]


def unseen(year: int, on: date) -> pl.DataFrame:
    """One row for each student whose latest school days up to `on` were missed whole without a valid excuse.

    student, days (how many in a row), first_on (the first of them), last_seen_on (null: not once this year); by
    student. Days that say nothing do not break a row. ValueError when there is no data of the year.
    """
    book = current(home() / "facts", year) or book_of(year)
    upto = book.column(on.toordinal())
    parts = [pl.DataFrame(schema=_SCHEMA)]
    for start in range(0, len(book.students), _BLOCK):
        parts.append(_silent(book, start, upto))
    return pl.concat(parts)


def _silent(book: DayBook, start: int, upto: int) -> pl.DataFrame:
    block = book.cells[start : min(start + _BLOCK, len(book.students)), :upto]
    if not block.size:
        return pl.DataFrame(schema=_SCHEMA)
    told = ~_among(*UNTOLD)[block]
    last = _last(told)
    ends = block[np.arange(len(block)), np.maximum(last, 0)]
    lines = np.flatnonzero((last >= 0) & _among(*SILENT)[ends])
    block, told = block[lines], told[lines]
    broken = _last(told & ~_among(*SILENT)[block])
    mine = told & (np.arange(upto) > broken[:, None])
    seen = _last(_among(*SEEN)[block])
    return pl.DataFrame(
        {
            "student": book.students[start + lines].astype(np.int32),
            "days": mine.sum(axis=1).astype(np.int32),
            "first_on": _dates(book, np.argmax(mine, axis=1)),
            "last_seen_on": _dates(book, seen),
        },
        schema=_SCHEMA,
    )


@dataclass(frozen=True, slots=True)
class Sight:
    """What the facts say of a student since a day: when they were seen first, and last in the whole year.

    `back_on` is None where they were not seen since; `missed` are the school days since then that were missed.
    """

    back_on: date | None
    last_on: date | None
    missed: int


def sights(year: int, on: date, since: Mapping[int, date]) -> dict[int, Sight]:
    """Student to what the facts up to `on` say of them from their day on; only those with a line in the year's book."""
    book = current(home() / "facts", year) or book_of(year)
    upto = book.column(on.toordinal())
    asked = np.array(sorted(since), np.int32)
    at = np.minimum(np.searchsorted(book.students, asked), max(len(book.students) - 1, 0))
    here = asked[book.students[at] == asked] if len(book.students) else asked[:0]
    cells = book.cells[np.searchsorted(book.students, here), :upto]
    if not cells.size:
        return {int(who): Sight(None, None, 0) for who in here}
    after = book.days[:upto] >= np.array([since[int(who)].toordinal() for who in here])[:, None]
    seen, missed = _among(*SEEN)[cells], ~_among(*SEEN, *UNTOLD)[cells] & after
    first = np.where((seen & after).any(axis=1), np.argmax(seen & after, axis=1), -1)
    told = zip(here.tolist(), _dates(book, first), _dates(book, _last(seen)), missed.sum(axis=1).tolist(), strict=True)
    return {who: Sight(back, last, count) for who, back, last, count in told}


def _among(*kinds: Day) -> Bools:
    """For every byte whether it is one of these days."""
    wanted = np.zeros(256, bool)
    wanted[[byte for kind in kinds for byte in (kind, kind | HALF)]] = True
    return wanted


def _last(flags: Bools) -> NDArray[np.int64]:
    """The last column of each row whose flag is set, -1 where none is."""
    width = flags.shape[1]
    return np.where(flags.any(axis=1), width - 1 - np.argmax(flags[:, ::-1], axis=1), -1)


def _dates(book: DayBook, columns: NDArray[np.int64]) -> pl.Series:
    days = (book.days[np.maximum(columns, 0)] - _EPOCH).astype(np.int32)
    return pl.Series(days).cast(pl.Date).set(pl.Series(columns < 0), None)
