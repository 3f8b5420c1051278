"""Filling the cells of a day book: school days first, then marks, then the district line of each moved student.

A *place* is one student at one school; a *span* is one enrolment. Spans are grouped by place, places by student.
"""

from numba import prange

from firstbell.facts.arrays import Bytes, Ints, Records, WhyNot
from firstbell.facts.kernels import kernel, part
from firstbell.law.days import HALF, Day

NONE, PRESENT, NOT_TAKEN = int(Day.NONE), int(Day.PRESENT), int(Day.NOT_TAKEN)
PARTIAL, OCCASION, IN_SCHOOL_SUSPENSION = int(Day.PARTIAL), int(Day.OCCASION), int(Day.IN_SCHOOL_SUSPENSION)
FLAGS = HALF
UNKNOWN_STUDENT, AFTER_THROUGH = int(WhyNot.UNKNOWN_STUDENT), int(WhyNot.AFTER_THROUGH)
OUTSIDE_ENROLMENT, NOT_INSTRUCTIONAL = int(WhyNot.OUTSIDE_ENROLMENT), int(WhyNot.NOT_INSTRUCTIONAL)


@kernel
def fill_days(
    cells: Bytes,
    line: Ints,
    first_span: Ints,
    columns: Ints,
    calendar: Ints,
    in_session: Bytes,
    gap: Ints,
    no_roll: Bytes,
) -> None:
    """Every enrolled school day becomes PRESENT, or NOT_TAKEN where no roll was called.

    `columns[s]` = first column of span s and the one after its last; `in_session[calendar, column]`;
    `no_roll[gap, column]` with `gap` the row of the span's school.
    """
    for place in prange(len(line)):
        row = cells[line[place]]
        for span in range(first_span[place], first_span[place + 1]):
            sits, silent = in_session[calendar[span]], no_roll[gap[span]]
            for column in range(columns[span, 0], columns[span, 1]):
                if sits[column]:
                    row[column] = NOT_TAKEN if silent[column] else PRESENT


@part
def place_of(student: int, school: int, students: Ints, first_place: Ints, place_school: Ints) -> int:
    """The place of a student at a school; -1 if the student is unknown, -2 if never enrolled there."""
    low, high = 0, len(students)
    while low < high:
        middle = (low + high) // 2
        if students[middle] < student:
            low = middle + 1
        else:
            high = middle
    if low == len(students) or students[low] != student:
        return -1
    for place in range(first_place[low], first_place[low + 1]):
        if place_school[place] == school:
            return int(place)
    return -2


@part
def claim(day: int, place: int, first_span: Ints, spans: Records) -> int:
    """How strongly a place is a student's own on a day: primary before others, then the enrolment begun last.

    -1 on a day that no enrolment there covers.
    """
    best = -1
    for span in range(first_span[place], first_span[place + 1]):
        if spans[span].entry <= day <= spans[span].last:
            best = max(best, spans[span].entry + (1 << 32 if spans[span].primary else 0))
    return best


@kernel
def fill_marks(
    cells: Bytes,
    reasons: Bytes,
    marks: Records,
    through: int,
    students: Ints,
    first_place: Ints,
    place_school: Ints,
    line: Ints,
    first_span: Ints,
    spans: Records,
    column_of: Ints,
    first_day: int,
) -> None:
    """Write each mark into its cell; `reasons[m]` stays 0, or says why mark m reached none (`WhyNot`).

    `column_of[day - first_day]` is the column of a day, -1 where no calendar has school.
    """
    for m in prange(len(marks)):
        mark = marks[m]
        place = place_of(mark.student, mark.school, students, first_place, place_school)
        offset = mark.day - first_day
        if place == -1:
            reasons[m] = UNKNOWN_STUDENT
        elif mark.day > through:
            reasons[m] = AFTER_THROUGH
        elif place == -2 or claim(mark.day, place, first_span, spans) < 0:
            reasons[m] = OUTSIDE_ENROLMENT
        elif (
            offset < 0
            or offset >= len(column_of)
            or column_of[offset] < 0
            or cells[line[place], column_of[offset]] == NONE
        ):
            reasons[m] = NOT_INSTRUCTIONAL
        else:
            cells[line[place], column_of[offset]] = mark.byte


@part
def is_present(byte: int) -> bool:
    day = byte & ~FLAGS
    return day in (PRESENT, PARTIAL, OCCASION, IN_SCHOOL_SUSPENSION)


@part
def joined(own: int, elsewhere: int) -> int:
    """A student's byte for the district, from the primary school's and from one where they were seen (NONE if none).

    Present anywhere is present. An occasion counts only at the primary school (EC 48260 is silent: our choice).
    """
    if elsewhere == NONE or is_present(own):
        return own
    if elsewhere & ~FLAGS == OCCASION:
        return PARTIAL | (elsewhere & FLAGS)
    return elsewhere


@kernel
def join_schools(
    cells: Bytes, moved: Ints, first_place: Ints, line: Ints, first_span: Ints, spans: Records, days: Ints
) -> None:
    """Fill the district line of each student index in `moved` from the lines of their schools."""
    for m in prange(len(moved)):
        student = moved[m]
        for column in range(len(days)):
            own, seen = NONE, NONE
            own_claim, seen_claim = -1, -1
            for place in range(first_place[student], first_place[student + 1]):
                byte = cells[line[place], column]
                if byte == NONE:
                    continue
                strength = claim(days[column], place, first_span, spans)
                if strength > own_claim:
                    own, own_claim = byte, strength
                if is_present(byte) and strength > seen_claim:
                    seen, seen_claim = byte, strength
            cells[student, column] = joined(own, seen)


@part
def disorder(marks: Records) -> int:
    """-1 if marks ascend by student, school and day; else the first position that does not follow the one before."""
    for m in range(1, len(marks)):
        before, mark = marks[m - 1], marks[m]
        if before.student != mark.student:
            if before.student > mark.student:
                return m
        elif before.school != mark.school:
            if before.school > mark.school:
                return m
        elif before.day >= mark.day:
            return m
    return -1
