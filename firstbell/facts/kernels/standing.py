"""The standing of every line of a day book on one day: all figures of a student's year in one pass.

Thresholds are applied elsewhere, on these integers. `facts.measures` says in plain words what each field means.
"""

import numpy as np
from numba import prange
from numpy.typing import NDArray

from firstbell.facts.arrays import Bytes, Ints, Record, Records
from firstbell.facts.daybook.book import DayBook
from firstbell.facts.kernels import kernel, part
from firstbell.law.days import HALF, Day

STANDING = np.dtype(
    [
        ("enrolled", "u2"),
        ("absent", "u2"),
        ("excused", "u2"),
        ("unexcused", "u2"),
        ("suspended", "u2"),
        ("unverified", "u2"),
        ("study_undone", "u2"),
        ("occasions", "u2"),
        ("partial", "u2"),
        ("half_days", "u2"),
        ("not_taken", "u2"),
        ("streak", "u2"),
        ("unexcused_streak", "u2"),
        ("longest_streak", "u2"),
        ("last20", "u2"),
        ("before20", "u2"),
        ("first_month", "u2"),
        ("first_month_days", "u2"),
        ("back_after", "u2"),
        ("back_on", "i4"),
        ("first_day", "i4"),
        ("last_absent", "i4"),
        ("third_occasion", "i4"),
    ],
    align=True,
)
"""Counts of days, then ordinals of days (0 for never)."""

MONTH = 20
"""School days that stand for a month: of the first month, and of the trend (settings first_month and trend)."""

FEW = 100

BACK_WITHIN = 5
"""A student is "just back" for this many of their own school days (setting back_within)."""

FLAGS = HALF
NONE, NOT_TAKEN, PARTIAL, OCCASION = int(Day.NONE), int(Day.NOT_TAKEN), int(Day.PARTIAL), int(Day.OCCASION)
EXCUSED, UNEXCUSED, SUSPENDED = int(Day.EXCUSED), int(Day.UNEXCUSED), int(Day.SUSPENDED)
UNVERIFIED, STUDY_UNDONE = int(Day.UNVERIFIED), int(Day.STUDY_UNDONE)


@part
def is_absent(day: int) -> bool:
    return day in (EXCUSED, UNEXCUSED, SUSPENDED, UNVERIFIED, STUDY_UNDONE)


@part
def count_year(row: Bytes, days: Ints, upto: int, subject_from: int, subject_before: int, out: Record) -> None:
    """What adds up over the year, and the longest run of absences."""
    run = 0
    for column in range(upto):
        day = row[column] & ~FLAGS
        if day == NONE:
            continue
        if day == NOT_TAKEN:
            out.not_taken += 1
            continue
        out.enrolled += 1
        if out.enrolled == 1:
            out.first_day = days[column]
        if row[column] & FLAGS:
            out.half_days += 1
        if is_absent(day):
            out.absent += 1
            out.last_absent = days[column]
            run += 1
            out.longest_streak = max(out.longest_streak, run)
        else:
            run = 0
        if out.enrolled <= MONTH:
            out.first_month_days, out.first_month = out.enrolled, out.absent
        if day == EXCUSED:
            out.excused += 1
        elif day == UNEXCUSED:
            out.unexcused += 1
        elif day == SUSPENDED:
            out.suspended += 1
        elif day == UNVERIFIED:
            out.unverified += 1
        elif day == STUDY_UNDONE:
            out.study_undone += 1
        elif day in (PARTIAL, OCCASION):
            out.partial += 1
        if day in (UNEXCUSED, OCCASION) and subject_from <= days[column] < subject_before:
            out.occasions += 1
            if out.occasions == 3:
                out.third_occasion = days[column]


@part
def look_back(row: Bytes, days: Ints, upto: int, out: Record) -> None:
    """What is seen from the last day backwards: runs that reach it, the last forty days, a return."""
    seen, since, first_back = 0, 0, 0
    running, unexcused_running, returned = True, True, False
    for column in range(upto - 1, -1, -1):
        day = row[column] & ~FLAGS
        if day in (NONE, NOT_TAKEN):
            continue
        seen += 1
        absent = is_absent(day)
        if absent and seen <= MONTH:
            out.last20 += 1
        elif absent and seen <= 2 * MONTH:
            out.before20 += 1
        unexcused_running = unexcused_running and day == UNEXCUSED
        if unexcused_running:
            out.unexcused_streak += 1
        running = running and absent
        if running:
            out.streak += 1
        elif absent and out.streak == 0 and since <= BACK_WITHIN:
            out.back_after += 1
            out.back_on = first_back
            returned = True
        elif not absent and not returned:
            since += 1
            first_back = days[column]
        else:
            since = BACK_WITHIN + 1
        if seen > 2 * MONTH and not running and since > BACK_WITHIN:
            return


@part
def standing_of(row: Bytes, days: Ints, upto: int, subject_from: int, subject_before: int, out: Record) -> None:
    count_year(row, days, upto, subject_from, subject_before, out)
    look_back(row, days, upto, out)


@kernel
def _standings(
    cells: Bytes, days: Ints, upto: int, lines: Ints, subject_from: Ints, subject_before: Ints, out: Records
) -> None:
    for at in prange(len(lines)):
        standing_of(cells[lines[at]], days, upto, subject_from[at], subject_before[at], out[at])


@part
def _few(
    cells: Bytes, days: Ints, upto: int, lines: Ints, subject_from: Ints, subject_before: Ints, out: Records
) -> None:
    """The same on one core: for a page about one student, waking the others takes longer than the work."""
    for at in range(len(lines)):
        standing_of(cells[lines[at]], days, upto, subject_from[at], subject_before[at], out[at])


def standings(book: DayBook, upto: int, subject_from: Ints, subject_before: Ints, lines: Ints | None = None) -> Records:
    """STANDING of each line (or of `lines`, in their order) over the first `upto` columns.

    Chronic absence counts whole days of any reason (EC 60901(c)(1)); an occasion is a whole unexcused day or an
    unexcused gap of more than 30 minutes, at most one a day (EC 48260), on days from `subject_from` up to but not
    including `subject_before`: the ordinals between which a student must attend school (EC 48200), one for each
    answer. A day whose roll was not taken is neither enrolled nor absent, and does not break a run.
    """
    if lines is None:
        lines = np.arange(len(book.cells), dtype=np.int32)
    out = np.zeros(len(lines), STANDING)
    count = _few if len(lines) < FEW else _standings
    count(book.cells, book.days, upto, lines, subject_from, subject_before, out)
    return out


@kernel
def _weeks(cells: Bytes, column_week: Ints, upto: int, lines: Ints, out: Bytes) -> None:
    for answer in prange(len(lines)):
        for column in range(upto):
            week = column_week[column]
            day = cells[lines[answer], column] & ~FLAGS
            if week >= 0 and day not in (NONE, NOT_TAKEN):
                out[answer, week, 0] += 1
                if is_absent(day):
                    out[answer, week, 1] += 1


def weeks(book: DayBook, upto: int, n: int = 10, lines: Ints | None = None) -> NDArray[np.uint8]:
    """uint8[L, n, 2]: days enrolled and absent in each of the n ISO weeks that end with the week of the last column.

    Weeks without school are there too, as zeros. The order is that of time.
    """
    if lines is None:
        lines = np.arange(len(book.cells), dtype=np.int32)
    out = np.zeros((len(lines), n, 2), np.uint8)
    if upto:
        week = (book.days[:upto] - 1) // 7  # day 1 of the calendar, 1 January of year 1, was a Monday
        column_week = np.maximum(week - week[-1] + n - 1, -1).astype(np.int32)
        _weeks(book.cells, column_week, upto, lines, out)
    return out
