"""Reducing the marks of one student, school and day to one byte, cell after cell, over marks that lie in that order."""

import numpy as np

from firstbell.facts.arrays import Bytes, Ints, Longs, Record, Records
from firstbell.facts.kernels import part
from firstbell.law.days import ABSENT, HALF, SEVERITY, Day

NONE, PRESENT, NOT_TAKEN = int(Day.NONE), int(Day.PRESENT), int(Day.NOT_TAKEN)
PARTIAL, OCCASION = int(Day.PARTIAL), int(Day.OCCASION)
_CUT = (Day.UNEXCUSED, Day.OCCASION)

UNRANKED = 255
RANK = np.full(256, UNRANKED, np.uint8)
"""How severe each kind of day is, 0 the most."""
IS_ABSENT = np.zeros(256, np.bool_)
IN_PART = np.zeros(256, np.uint8)
"""What a class period missed in this way makes of a day that the student was there for."""
for _rank, _day in enumerate(SEVERITY):
    RANK[_day], IS_ABSENT[_day] = _rank, _day in ABSENT
    IN_PART[_day] = Day.OCCASION if _day in _CUT else Day.PARTIAL if _day in ABSENT else _day


@part
def with_half(byte: int) -> int:
    """A whole-day absence always misses half of the day, whatever its mark says."""
    return byte | HALF if IS_ABSENT[byte & ~HALF] else byte


@part
def outranks(byte: int, mark: int, other: int, other_mark: int) -> bool:
    """Whether a mark counts before another: the more severe, then one that missed half of the day, then the newest."""
    rank, other_rank = RANK[byte & ~HALF], RANK[other & ~HALF]
    if rank != other_rank:
        return bool(rank < other_rank)
    if (byte & HALF) != (other & HALF):
        return (byte & HALF) > 0
    return mark > other_mark


@part
def worst(byte: Bytes, mark: Longs, first: int, last: int, silent: int) -> tuple[int, int]:
    """The byte and mark that count of rows `first` to `last`, those of the kind `silent` left out; NONE without any."""
    found, found_mark = NONE, -1
    for row in range(first, last):
        here = with_half(byte[row])
        if here & ~HALF == silent:
            continue
        if found == NONE or outranks(here, mark[row], found, found_mark):
            found, found_mark = here, mark[row]
    return found, found_mark


@part
def periods_met(school: int, day: int, schools: Ints, first_day: int, met: Ints) -> int:
    """How many class periods met: `met[school's place, day - first_day]`."""
    return int(met[np.searchsorted(schools, school), day - first_day])


@part
def by_period(period: Ints, byte: Bytes, mark: Longs, first: int, last: int, met: int) -> tuple[int, int, bool, int]:
    """(byte, mark) of a day known by its periods only, NONE without any; whether one was cut, and by which mark."""
    named, absent = 0, 0
    all_day, all_day_mark, in_part, in_part_mark = NONE, -1, NONE, -1
    while first < last:
        end = first + 1
        while end < last and period[end] == period[first]:
            end += 1
        # A period whose roll was not taken says nothing of the student, who was seen or missed in the others.
        one, one_mark = worst(byte, mark, first, end, NOT_TAKEN)
        first = end
        if one == NONE:
            continue
        named += 1
        absent += IS_ABSENT[one & ~HALF]
        if all_day == NONE or outranks(one, one_mark, all_day, all_day_mark):
            all_day, all_day_mark = one, one_mark
        partly = int(IN_PART[one & ~HALF])
        if in_part == NONE or outranks(partly, one_mark, in_part, in_part_mark):
            in_part, in_part_mark = partly, one_mark
    cut = in_part == OCCASION
    if named == 0 or (absent >= met and absent == named):
        return all_day, all_day_mark, cut, in_part_mark
    return in_part | (HALF if 2 * absent >= met else 0), in_part_mark, cut, in_part_mark


@part
def decide(cell: Record, whole: int, whole_mark: int, day: int, day_mark: int, cut: bool, cut_mark: int) -> None:
    """A mark for the whole day decides; one that says present or partly present gains the OCCASION of a cut period."""
    if whole == NONE:
        cell.byte, cell.mark = day, day_mark
    elif cut and whole & ~HALF in (PRESENT, PARTIAL):
        cell.byte, cell.mark = OCCASION | (whole & HALF), cut_mark
    else:
        cell.byte, cell.mark = whole, whole_mark


@part
def reduce_cells(
    student: Ints, school: Ints, day: Ints, period: Ints, byte: Bytes, mark: Longs,
    schools: Ints, first_day: int, met: Ints, cells: Records, disputed: Bytes,
) -> int:  # fmt: skip
    """Fill `cells` (MARK) and say how many; `disputed` becomes 1 on whole-day rows of one day that differ.

    Rows ascend by student, school, day and period; period 0 is the whole day.
    """
    count, first, rows = 0, 0, len(student)
    while first < rows:
        last = first + 1
        while (
            last < rows
            and day[last] == day[first]
            and student[last] == student[first]
            and school[last] == school[first]
        ):
            last += 1
        split, differ = first, False
        while split < last and period[split] == 0:
            differ = differ or byte[split] != byte[first]
            split += 1
        if differ:
            disputed[first:split] = 1
        whole, whole_mark = worst(byte, mark, first, split, NONE)
        told, told_mark, cut, cut_mark = NONE, -1, False, -1
        if split < last:
            met_then = periods_met(school[first], day[first], schools, first_day, met)
            told, told_mark, cut, cut_mark = by_period(period, byte, mark, split, last, met_then)
        if whole != NONE or told != NONE:
            cell = cells[count]
            cell.student, cell.school, cell.day = student[first], school[first], day[first]
            decide(cell, whole, whole_mark, told, told_mark, cut, cut_mark)
            count += 1
        first = last
    return count
