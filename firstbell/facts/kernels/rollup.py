"""Counts of many lines together: by school, by grade, by any grouping a caller brings."""

from typing import Any

import numpy as np
from numba import prange
from numpy.typing import NDArray

from firstbell.facts.arrays import Bytes, Ints
from firstbell.facts.daybook.book import DayBook
from firstbell.facts.kernels import kernel
from firstbell.facts.kernels.standing import FLAGS, NONE, NOT_TAKEN, OCCASION, UNEXCUSED, is_absent

Counts = NDArray[np.int32]


def by_school(book: DayBook) -> tuple[Ints, Ints]:
    """Every school of the book, sorted, and for each line the index of its school: the `group` of the roll-ups.

    -1 for the lines that are not of one school, so each student counts at each of their schools and nowhere twice.
    """
    schools, group = np.unique(book.school_of, return_inverse=True)
    if len(schools) and schools[0] == 0:
        return schools[1:], (group - 1).astype(np.int32)
    return schools, group.astype(np.int32)


def by_group(book: DayBook, upto: int, group: Ints, n_groups: int) -> Counts:
    """int32[n_groups, upto, 4]: students enrolled, absent, absent unexcused, and with an occasion, on each day.

    `group[line]` is 0 to n_groups - 1, or -1 to leave a line out. Occasions are counted whatever the age. A day whose
    roll was not taken counts nobody.
    """
    out = np.zeros((n_groups, upto, 4), np.int32)
    members, first = _members(group, n_groups)
    _by_group(book.cells, upto, members, first, out)
    return out


def chronic_counts(
    book: DayBook,
    group: Ints,
    n_groups: int,
    columns: Ints,
    percents: tuple[int, int, int] = (5, 10, 20),
    min_days: int = 1,
) -> Counts:
    """int32[n_groups, len(columns), 5]: students in each band of days missed so far, and all of them.

    The bands, from the lightest: under the first percent, from the first, from the second (10 is chronic,
    EC 60901(c)(1)), from the third; `100 * absent >= percent * enrolled` on whole numbers. Measured over the first
    `columns[k]` columns, which ascend. Students with fewer than `min_days` enrolled days by then are left out.
    """
    out = np.zeros((n_groups, len(columns), 5), np.int32)
    members, first = _members(group, n_groups)
    _chronic(book.cells, members, first, columns, np.array(percents, np.int32), max(min_days, 1), out)
    return out


def _members(group: Ints, n_groups: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Lines in the order of their group, and where each group begins: [n_groups + 1]."""
    members = np.argsort(group, kind="stable")
    return members, np.searchsorted(group[members], np.arange(n_groups + 1))


@kernel
def _by_group(cells: Bytes, upto: int, members: Ints, first: Ints, out: Counts) -> None:
    for group in prange(len(first) - 1):
        for at in range(first[group], first[group + 1]):
            for column in range(upto):
                day = cells[members[at], column] & ~FLAGS
                if day in (NONE, NOT_TAKEN):
                    continue
                counts = out[group, column]
                counts[0] += 1
                if is_absent(day):
                    counts[1] += 1
                if day == UNEXCUSED:
                    counts[2] += 1
                if day in (UNEXCUSED, OCCASION):
                    counts[3] += 1


@kernel
def _chronic(
    cells: Bytes, members: Ints, first: Ints, columns: Ints, percents: Ints, min_days: int, out: Counts
) -> None:
    for group in prange(len(first) - 1):
        for at in range(first[group], first[group + 1]):
            line, done, enrolled, absent = members[at], 0, 0, 0
            for k in range(len(columns)):
                for column in range(done, columns[k]):
                    day = cells[line, column] & ~FLAGS
                    if day not in (NONE, NOT_TAKEN):
                        enrolled += 1
                        absent += is_absent(day)
                done = columns[k]
                if enrolled >= min_days:
                    band = 0
                    for percent in percents:
                        band += 100 * absent >= percent * enrolled
                    out[group, k, band] += 1
                    out[group, k, 4] += 1
