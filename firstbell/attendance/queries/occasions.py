"""Unexcused occasions of a school year, straight from the day book: what the truancy process rests on (EC 48260(a))."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

import numpy as np
import polars as pl

from firstbell.attendance.queries.sourcing import people
from firstbell.attendance.queries.standings import book_of, compulsory
from firstbell.facts.arrays import Ints
from firstbell.facts.daybook import DayBook
from firstbell.law.days import HALF, Day

SCHEMA = {"student": pl.Int32, "day": pl.Date, "kind": pl.Int32, "school": pl.Int32}
_EPOCH = date(1970, 1, 1).toordinal()
_BLOCK = 65_536
"""Lines looked at in one go: enough to be quick, few enough to stay small."""


def occasions(year: int, *, known_at: datetime | None = None, students: Iterable[int] | None = None) -> pl.DataFrame:
    """One row for each occasion inside the years of compulsory education, by student and day.

    student, day, kind (UNEXCUSED or OCCASION of `law.days`), school (where the day was so marked). All schools of a
    student count together, and a day counts once. As known now, or at `known_at`; of everyone, or of `students`
    (primary keys). Who has no date of birth on record has none. ValueError when there is no data of the year.
    """
    return _of_kinds((Day.UNEXCUSED, Day.OCCASION), year, known_at, students)


def provisional(year: int, students: Iterable[int] | None = None) -> pl.DataFrame:
    """As `occasions`: the absences whose reason nobody has given yet, which may become occasions."""
    return _of_kinds((Day.UNVERIFIED,), year, None, students)


def _of_kinds(
    kinds: Collection[Day], year: int, known_at: datetime | None, students: Iterable[int] | None
) -> pl.DataFrame:
    book, persons = book_of(year, known_at), people(year, known_at, students)
    persons = persons.filter(pl.col("born").is_not_null())
    lines = np.searchsorted(book.students, persons["student"].to_numpy()).astype(np.int32)
    at, column = _cells(book, lines, kinds)
    begins, ends = compulsory(persons["born"])
    day = book.days[column]
    due = (begins[at] <= day) & (day < ends[at])
    return _frame(book, lines[at[due]], column[due])


def _cells(book: DayBook, lines: Ints, kinds: Collection[Day]) -> tuple[np.ndarray, np.ndarray]:
    """(place in `lines`, column) of every cell of these kinds."""
    wanted = np.zeros(256, bool)
    wanted[[byte for kind in kinds for byte in (kind, kind | HALF)]] = True
    places, columns = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for first in range(0, len(lines), _BLOCK):
        place, column = np.nonzero(wanted[book.cells[lines[first : first + _BLOCK]]])
        places.append(place + first)
        columns.append(column)
    return np.concatenate(places), np.concatenate(columns)


def _frame(book: DayBook, lines: np.ndarray, columns: np.ndarray) -> pl.DataFrame:
    school = book.school_of[lines].astype(np.int32)
    for one in np.flatnonzero(school == 0):
        school[one] = _school(book, int(lines[one]), int(columns[one]))
    found = {
        "student": book.students[lines].astype(np.int32),
        "day": pl.Series((book.days[columns] - _EPOCH).astype(np.int32)).cast(pl.Date),
        "kind": (book.cells[lines, columns] & ~np.uint8(HALF)).astype(np.int32),
        "school": school,
    }
    return pl.DataFrame(found, schema=SCHEMA).sort("student", "day")


def _school(book: DayBook, line: int, column: int) -> int:
    """The school whose own line says what the district's line says on that day."""
    first, student = len(book.students), book.students[line]
    theirs = first + np.arange(*np.searchsorted(book.line_student[first:], [student, student + 1]))
    [*_, school] = (0, *book.school_of[theirs[book.cells[theirs, column] == book.cells[line, column]]])
    return int(school)
