"""Building a day book from its sources, whole or for a few students."""

from dataclasses import dataclass, replace

import numpy as np

from firstbell.facts.arrays import ENROLMENT, MARK, OPEN, UNCOUNTED, Bytes, Ints, Records, Uncounted
from firstbell.facts.daybook.book import BadSources, DayBook, Sources
from firstbell.facts.kernels.filling import disorder, fill_days, fill_marks, join_schools
from firstbell.law.days import HALF, Day

_ALPHABET = np.isin(np.arange(256) & ~HALF, [day for day in Day if day != Day.NONE])


def build(sources: Sources) -> tuple[DayBook, Uncounted]:
    """The book, and every mark that is in none of its cells, by student, school and day. Raises BadSources.

    A student at several schools on one day: present anywhere is present; otherwise the primary school's byte counts.
    Without a primary school the enrolment begun last leads, then the lower school id.
    """
    _check(sources)
    days = _days(sources)
    places = _places(sources)
    cells = np.zeros((len(sources.students) + places.extra, len(days)), np.uint8)
    _fill_days(cells, sources, days, places)
    marks = _in_order(sources.marks)
    reasons = _fill_marks(cells, sources, days, places, marks)
    join_schools(cells, places.moved, places.first_place, places.line, places.first_span, places.spans, days)
    left = np.flatnonzero(reasons)
    uncounted = np.empty(len(left), UNCOUNTED)
    uncounted["mark"], uncounted["reason"] = marks["mark"][left], reasons[left]
    return _book(sources, days, places, cells), uncounted


def rows_rebuilt(book: DayBook, sources: Sources) -> DayBook:
    """A copy of `book` in which the students of `sources` are built anew: the book as it stood for them then.

    `sources` holds only those students, with their enrolments and marks as known at the time, and all calendars of
    the year. With an earlier `through` the later days of everyone else are cleared too. BadSources if the year or the
    days differ, or if `through` is later than the book's.
    """
    fresh, _ = build(sources)
    if book.year != fresh.year or not np.array_equal(book.days, fresh.days) or fresh.through > book.through:
        raise BadSources("rows can be rebuilt only within the same year, the same days and the days already known")
    kept = np.flatnonzero(~np.isin(book.line_student, fresh.students))
    line_student = np.concatenate([book.line_student[kept], fresh.line_student])
    line_school = np.concatenate([book.line_school[kept], fresh.line_school])
    order = np.lexsort((line_school, line_student, line_school != 0))
    cells = np.concatenate([book.cells[kept], fresh.cells])[order]
    cells[:, fresh.column(fresh.through) :] = Day.NONE
    return _frozen(
        replace(
            fresh,
            students=np.union1d(book.students, fresh.students),
            line_student=line_student[order],
            line_school=line_school[order],
            school_of=np.concatenate([book.school_of[kept], fresh.school_of])[order],
            cells=cells,
        )
    )


@dataclass(frozen=True)
class _Places:
    """Enrolments grouped by student and school, and the line that each place fills."""

    spans: Records
    """ENROLMENT by student, school and entry."""
    first_span: Ints
    """[P + 1]"""
    student: Ints
    """[P]: index into students."""
    school: Ints
    line: Ints
    first_place: Ints
    """[N + 1]"""
    moved: Ints
    """Indexes of the students with several places, each of which has a line of its own."""
    extra: int
    """How many lines those are."""


def _places(sources: Sources) -> _Places:
    spans = sources.enrolments[sources.enrolments["last"] >= sources.enrolments["entry"]]
    spans = spans[np.lexsort((spans["entry"], spans["school"], spans["student"]))]
    keys = np.stack([spans["student"], spans["school"]])
    new = np.ones(len(spans), bool)
    new[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    starts = np.flatnonzero(new)
    student = np.searchsorted(sources.students, spans["student"][starts]).astype(np.int32)
    first_place = np.searchsorted(student, np.arange(len(sources.students) + 1)).astype(np.int32)
    several = np.diff(first_place)[student] > 1
    extra = int(several.sum())
    line = student.copy()
    line[several] = len(sources.students) + np.arange(extra)
    return _Places(
        spans=spans,
        first_span=np.append(starts, len(spans)).astype(np.int32),
        student=student,
        school=np.ascontiguousarray(spans["school"][starts]),
        line=line,
        first_place=first_place,
        moved=np.unique(student[several]),
        extra=extra,
    )


def _days(sources: Sources) -> Ints:
    if not sources.calendars:
        return np.empty(0, np.int32)
    return np.unique(np.concatenate(list(sources.calendars.values()))).astype(np.int32)


def _fill_days(cells: Bytes, sources: Sources, days: Ints, places: _Places) -> None:
    spans, calendars = places.spans, np.array(sorted(sources.calendars), np.int32)
    in_session = np.zeros((len(calendars), len(days)), np.uint8)
    for row, calendar in enumerate(calendars):
        in_session[row] = np.isin(days, sources.calendars[int(calendar)])
    gaps = np.unique(sources.not_taken["school"])
    no_roll = np.zeros((len(gaps) + 1, len(days)), np.uint8)  # the last row is for schools without a gap
    known = np.isin(sources.not_taken["day"], days)
    silent = sources.not_taken[known]
    no_roll[np.searchsorted(gaps, silent["school"]), np.searchsorted(days, silent["day"])] = 1
    gap = np.searchsorted(gaps, spans["school"]).astype(np.int32)
    gap[~np.isin(spans["school"], gaps)] = len(gaps)
    columns = np.stack(
        [
            np.searchsorted(days, spans["entry"], side="left"),
            np.searchsorted(days, np.minimum(spans["last"], sources.through), side="right"),
        ],
        axis=1,
    ).astype(np.int32)
    calendar_row = np.searchsorted(calendars, spans["calendar"]).astype(np.int32)
    fill_days(cells, places.line, places.first_span, columns, calendar_row, in_session, gap, no_roll)


def _fill_marks(cells: Bytes, sources: Sources, days: Ints, places: _Places, marks: Records) -> Bytes:
    reasons = np.zeros(len(marks), np.uint8)
    first_day = int(days[0]) if len(days) else 0
    column_of = np.full(int(days[-1]) - first_day + 1 if len(days) else 0, -1, np.int32)
    column_of[days - first_day] = np.arange(len(days))
    fill_marks(
        cells,
        reasons,
        marks,
        sources.through,
        sources.students,
        places.first_place,
        places.school,
        places.line,
        places.first_span,
        places.spans,
        column_of,
        first_day,
    )
    return reasons


def _in_order(marks: Records) -> Records:
    """Sorted by student, school and day, so that equal sources give equal answers in any order."""
    if disorder(marks) >= 0:
        marks = marks[np.lexsort((marks["day"], marks["school"], marks["student"]))]
        if (at := disorder(marks)) >= 0:
            raise BadSources(f"two marks for one student, school and day: {marks[at - 1]} and {marks[at]}")
    return marks


def _book(sources: Sources, days: Ints, places: _Places, cells: Bytes) -> DayBook:
    nowhere = np.zeros(len(sources.students), np.int32)
    own = places.line >= len(sources.students)
    school_of = nowhere.copy()
    school_of[places.line[~own]] = places.school[~own]
    return _frozen(
        DayBook(
            year=sources.year,
            version=sources.version,
            through=sources.through,
            days=days,
            students=sources.students.copy(),
            line_student=np.concatenate([sources.students, sources.students[places.student[own]]]),
            line_school=np.concatenate([nowhere, places.school[own]]),
            school_of=np.concatenate([school_of, places.school[own]]),
            cells=cells,
        )
    )


def _frozen(book: DayBook) -> DayBook:
    for array in book.arrays().values():
        array.flags.writeable = False
    return book


def _check(sources: Sources) -> None:
    _needs(sources.enrolments.dtype == ENROLMENT and sources.marks.dtype == MARK, "enrolments or marks of another type")
    _needs(_ascending(sources.students), "students must be sorted, each once")
    for calendar, days in sources.calendars.items():
        _needs(_ascending(days), f"the days of calendar {calendar} must be sorted, each once")
    _needs(0 <= sources.through < OPEN, "through must be a day")
    _needs(bool((sources.enrolments["school"] > 0).all()), "school ids must be positive")
    for name, known in [("student", sources.students), ("calendar", np.array(list(sources.calendars), np.int32))]:
        strangers = np.setdiff1d(sources.enrolments[name], known)
        _needs(not len(strangers), f"enrolments name an unknown {name}: {strangers[:5].tolist()}")
    strange = np.flatnonzero(~_ALPHABET[sources.marks["byte"]])
    _needs(
        not len(strange), f"bytes outside the alphabet of days, in marks {sources.marks['mark'][strange[:5]].tolist()}"
    )


def _needs(held: bool, otherwise: str) -> None:
    if not held:
        raise BadSources(otherwise)


def _ascending(values: Ints) -> bool:
    return bool((np.diff(values) > 0).all())
