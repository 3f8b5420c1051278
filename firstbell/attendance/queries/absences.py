"""Absences of a school year, straight from the day book, each with its place among the student's own school days."""

from collections.abc import Collection
from datetime import datetime

import numpy as np
import polars as pl

from firstbell.attendance.queries.standings import book_of
from firstbell.core.home import home
from firstbell.facts.daybook import DayBook, current
from firstbell.law.days import ABSENT, HALF, Day

KINDS = (*sorted(ABSENT), Day.OCCASION)
_SCHEMA = {"student": pl.Int32, "day": pl.Date, "kind": pl.Int32, "nth": pl.Int32, "school": pl.Int32}
_EPOCH = 719_163
"""The ordinal of 1970-01-01, where the dates of Polars begin."""
_BLOCK = 65_536
"""Lines looked at in one go: enough to be quick, few enough to stay small."""


def absences(year: int, *, known_at: datetime | None = None, schools: Collection[int] | None = None) -> pl.DataFrame:
    """One row for each whole-day absence or occasion, by student and day; every age, unlike `occasions`.

    student, day, kind (KINDS of `law.days`), nth (which of the student's own school days of the year it was, from 1),
    school (where the day was so marked; null where no single school's line says so). Of everyone, or of whoever was
    enrolled at one of `schools` (all their days, wherever they were). As the published day book has it, or as known
    at a moment. ValueError when there is no data of the year.
    """
    book = current(home() / "facts", year) if known_at is None else None
    found = of_book(book or book_of(year, known_at), schools)
    return found.sort("student", "day")


def of_book(book: DayBook, schools: Collection[int] | None = None) -> pl.DataFrame:
    """As `absences`, of a book at hand, in the book's own order (by student and day)."""
    lines, first = np.arange(len(book.students)), len(book.students)
    if schools is not None:
        there = book.line_student[np.isin(book.school_of, list(schools))]
        lines = np.searchsorted(book.students, np.unique(there))
    found = _cells(book, lines).with_columns(pl.col("school").replace(0, None))
    several = np.unique(book.line_student[first:])
    if not len(several):
        return found
    own = _cells(book, np.arange(first, len(book.cells))).select("student", "day", "kind", theirs="school")
    own = own.unique(["student", "day", "kind"], keep="last", maintain_order=True)
    joined = found.join(own, on=["student", "day", "kind"], how="left", maintain_order="left")
    return joined.with_columns(school=pl.coalesce("school", "theirs")).drop("theirs")


def _cells(book: DayBook, lines: np.ndarray) -> pl.DataFrame:
    wanted = np.zeros(256, bool)
    wanted[[byte for kind in KINDS for byte in (kind, kind | HALF)]] = True
    parts = [pl.DataFrame(schema=_SCHEMA)]
    for start in range(0, len(lines), _BLOCK):
        block = book.cells[lines[start : start + _BLOCK]]
        place, column = np.nonzero(wanted[block])
        nth = np.cumsum(block != Day.NONE, axis=1, dtype=np.int16)[place, column]
        line = lines[start + place]
        parts.append(pl.DataFrame({
            "student": book.line_student[line].astype(np.int32),
            "day": pl.Series((book.days[column] - _EPOCH).astype(np.int32)).cast(pl.Date),
            "kind": (block[place, column] & ~np.uint8(HALF)).astype(np.int32),
            "nth": nth.astype(np.int32),
            "school": book.school_of[line].astype(np.int32),
        }))  # fmt: skip
    return pl.concat(parts)
