"""One student's year from that student's own rows, as they stand or were known: the day book's row without the book.

Equal to the byte to the row that `sourcing.sources` and `facts.daybook.build` give everyone; a test holds it to that.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

import numpy as np
import polars as pl
from django.db.models import Count, F, Model, Q, QuerySet

from firstbell.attendance.queries.sourcing import newest, told
from firstbell.facts import reduce
from firstbell.facts.arrays import ENROLMENT, OPEN, Ints
from firstbell.facts.daybook import DayBook, Sources, build
from firstbell.law.calendar import SchoolYear, is_instructional
from firstbell.law.marks import Code, read
from firstbell.law.policy import Policy, policy_on
from firstbell.roster.models import Arrival, AttendanceCode, Calendar, CalendarDay, Change, Enrolment, Mark, RollTaken

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Said:
    """One mark, what its code meant then, and who took it back when (None and "" while it stands)."""

    mark: Mark
    code: Code
    back: datetime | None
    back_by: str


def as_known(rows: QuerySet[M], known_at: datetime | None) -> list[M]:
    """The rows as they stand; or those known at a moment, each as it read before any later arrival changed it."""
    if known_at is None:
        return list(rows)
    found = list(rows.filter(arrival__known_at__lte=known_at))
    later = Change.objects.filter(
        table=rows.model._meta.db_table, row__in=[row.pk for row in found], arrival__known_at__gt=known_at
    )
    before = {one.row: one.before for one in later.order_by("row", "arrival__known_at", "pk").distinct("row")}
    for row in found:
        for field in row._meta.concrete_fields:
            if field.column in before.get(row.pk, {}):
                setattr(row, field.attname, field.to_python(before[row.pk][field.column]))
    return found


def stays(student: int, known_at: datetime | None) -> list[Enrolment]:
    """A student's enrolments of every year, newest first."""
    rows = Enrolment.objects.filter(student=student).select_related("school")
    live = [stay for stay in as_known(rows, known_at) if stay.live]
    return sorted(live, key=lambda stay: (stay.entry_on, stay.primary, stay.pk), reverse=True)


def taught(calendars: Collection[int], policy: Policy, known_at: datetime | None) -> dict[int, list[date]]:
    """Calendar id to its instructional days, sorted; a calendar without any has an empty list."""
    late = policy.calendar.late_arrival_days
    days: dict[int, set[date]] = {calendar: set() for calendar in calendars}
    for one in as_known(CalendarDay.objects.filter(calendar__in=calendars), known_at):
        if one.live and is_instructional(one.event, one.day, late_arrival_days=late):
            days[one.calendar_id].add(one.day)
    return {calendar: sorted(listed) for calendar, listed in days.items()}


def said(student: int, year: int, known_at: datetime | None) -> list[Said]:
    """Every mark of a student's year, by day and period, those taken back too."""
    rows = Mark.objects.filter(student=student, year=year).select_related("code", "school", "arrival")
    rows = rows.annotate(back=F("withdrawals__arrival__known_at"), back_by=F("withdrawals__arrival__label"))
    if known_at is not None:
        rows = rows.filter(arrival__known_at__lte=known_at)
    marks = list(rows.order_by("day", "period", "pk"))
    codes = {mark.code_id: mark.code for mark in marks}
    if known_at is not None:
        codes = {code.pk: code for code in as_known(AttendanceCode.objects.filter(pk__in=codes), known_at)}
    return [_said(mark, codes[mark.code_id], known_at) for mark in marks]


def _said(mark: Mark, code: AttendanceCode, known_at: datetime | None) -> Said:
    gone = mark.back is not None and (known_at is None or mark.back <= known_at)
    return Said(mark, meaning(code), mark.back if gone else None, mark.back_by if gone else "")


def meaning(row: AttendanceCode) -> Code:
    return Code(
        row.code, row.description or "", row.category or "", row.excused, row.absence, row.truancy, row.ada,
        row.suspension, row.study, row.over30,
    )  # fmt: skip


def alone_on(student: int, year: int) -> DayBook:
    """A day book of one student as everything stands."""
    arrival = newest(year)
    enrolled = [stay for stay in stays(student, None) if stay.year == year]
    return book_of_one(student, arrival, enrolled, said(student, year, None), policy_on(arrival.through), None)


def book_of_one(
    student: int, arrival: Arrival, enrolled: Iterable[Enrolment], marks: Iterable[Said], policy: Policy,
    known_at: datetime | None,
) -> DayBook:  # fmt: skip
    """A day book of one student. `enrolled` are the stays of the arrival's year."""
    spans = list(enrolled)
    schools = {stay.school_id for stay in spans}
    calendars = taught({stay.calendar_id for stay in spans}, policy, known_at)
    standing = _frame([one for one in marks if one.back is None], policy)
    taken, met = _rolls(schools, arrival.year, known_at)
    reduced = reduce.to_days(standing, _met(standing, met, arrival.year, known_at))
    book, _ = build(
        Sources(
            year=arrival.year,
            version=str(arrival.pk),
            students=np.array([student], np.int32),
            calendars={key: _ordinals(days) for key, days in calendars.items()},
            enrolments=np.array([_span(student, stay) for stay in spans], ENROLMENT),
            marks=reduced.marks,
            through=arrival.through.toordinal(),
            not_taken=reduce.roll_missing(taken, _sessions(taken, arrival, policy, known_at)),
        )
    )
    return book


def _span(student: int, stay: Enrolment) -> tuple[int, int, int, int, int, bool]:
    last = stay.exit_on.toordinal() if stay.exit_on else OPEN
    return student, stay.school_id, stay.calendar_id, stay.entry_on.toordinal(), last, stay.primary


def _ordinals(days: Iterable[date]) -> Ints:
    return np.array([day.toordinal() for day in days], np.int32)


_CELL = {"school": pl.Int32, "day": pl.Int32}


def _frame(standing: Iterable[Said], policy: Policy) -> pl.DataFrame:
    rows = [
        (one.mark.student_id, one.mark.school_id, one.mark.day.toordinal(), one.mark.period,
         read(one.code, **told(one.mark.minutes, one.mark.share), policy=policy).outcome, one.mark.pk)
        for one in standing
    ]  # fmt: skip
    columns = {"student": pl.Int32, **_CELL, "period": pl.String, "byte": pl.UInt8, "mark": pl.Int64}
    return pl.DataFrame(rows, schema=columns, orient="row")


def _rolls(schools: Collection[int], year: int, known_at: datetime | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(school, day) on which roll was taken; and (school, day, periods) where it was taken by class period."""
    span = SchoolYear(year)
    rows = RollTaken.objects.filter(school__in=schools, day__range=(span.starts, span.ends))
    periods: dict[tuple[int, int], set[str]] = defaultdict(set)
    for one in as_known(rows, known_at):
        if one.live:
            periods[one.school_id, one.day.toordinal()].add(one.period)
    named = [(*at, len(seen - {""})) for at, seen in periods.items() if seen - {""}]
    return (
        pl.DataFrame(list(periods), schema=_CELL, orient="row"),
        pl.DataFrame(named, schema=_CELL | {"periods": pl.UInt32}, orient="row"),
    )


def _met(marks: pl.DataFrame, met: pl.DataFrame, year: int, known_at: datetime | None) -> pl.DataFrame:
    """`met`, and where no roll says how many periods met, those that anyone's mark names."""
    silent = marks.filter(pl.col("period") != "").select("school", "day").unique().join(met, ["school", "day"], "anti")
    if silent.is_empty():
        return met
    known = Q() if known_at is None else Q(arrival__known_at__lte=known_at)
    gone = Q(withdrawals__isnull=False)
    if known_at is not None:
        gone &= Q(withdrawals__arrival__known_at__lte=known_at)
    seen = Mark.objects.filter(
        known,
        year=year,
        school__in=silent["school"].to_list(),
        day__in=[date.fromordinal(day) for day in silent["day"]],
    )
    named = (
        seen.exclude(gone).exclude(period="").values_list("school", "day").annotate(n=Count("period", distinct=True))
    )
    rows = [(school, day.toordinal(), n) for school, day, n in named]
    return pl.concat([met, pl.DataFrame(rows, schema=met.schema, orient="row").join(silent, ["school", "day"], "semi")])


def _sessions(taken: pl.DataFrame, arrival: Arrival, policy: Policy, known_at: datetime | None) -> pl.DataFrame:
    """(school, day): the days of every calendar of the schools that record roll, up to the last day told of."""
    owners = dict(
        Calendar.objects.filter(school__in=taken["school"].unique().to_list(), year=arrival.year).values_list(
            "pk", "school"
        )
        if len(taken)
        else ()
    )
    days = {
        (owners[calendar], day.toordinal())
        for calendar, listed in taught(owners, policy, known_at).items()
        for day in listed
        if day <= arrival.through
    }
    return pl.DataFrame(list(days), schema=_CELL, orient="row")
