"""The side files that are not attendance events: calendars, enrolments, codes, programs."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from firstbell.practice.calendars import Calendar, minutes
from firstbell.practice.codes import CODES
from firstbell.practice.district import District
from firstbell.practice.events import dates
from firstbell.practice.moves import ENTRY_TYPES, EXIT_TYPES, OPEN
from firstbell.practice.plan import Bools
from firstbell.practice.schools import GRADES, School


def calendars(district: District) -> pl.DataFrame:
    """calendars.csv."""
    pairs = [(school, calendar) for school in district.schools for calendar in school.calendars]
    return pl.DataFrame(
        {
            "calendarCode": [calendar.code for _, calendar in pairs],
            "schoolId": [school.key for school, _ in pairs],
            "schoolYear": [district.plan.label] * len(pairs),
            "calendarType": ["School"] * len(pairs),
            "gradeLevels": [calendar.grades or ",".join(GRADES[s.lowest + 1 : s.highest + 2]) for s, calendar in pairs],
        }
    )


def calendar_dates(district: District, on: int) -> Iterator[pl.DataFrame]:
    """calendarDates.csv, one frame a school: every weekday of the year with what happens on it, as known on `on`."""
    for school in district.schools:
        for calendar in school.calendars:
            yield _dates_of(district, school, calendar, on)


def _dates_of(district: District, school: School, calendar: Calendar, on: int) -> pl.DataFrame:
    year, taught = district.year, {int(day) for day in calendar.known(district.year, on)}
    first, last = int(year.taught[0]), max(taught)
    days = [d for d in range(first, last + 1) if date.fromordinal(d).weekday() < 5]
    closed = calendar.closed and on >= year.weather_day

    def event(day: int) -> str:
        if day in taught:
            return "Make-up day" if closed and day == year.make_up_day else "Instructional day"
        if closed and day == year.weather_day:
            return "Weather day"
        return year.off.get(day, "Non-instructional day")

    size = len(days)
    return pl.DataFrame(
        {
            "schoolId": [school.key] * size,
            "schoolYear": [district.plan.label] * size,
            "calendarCode": [calendar.code] * size,
            "date": dates(np.array(days, np.int32)),
            "calendarEvents": [event(day) for day in days],
            "instructionalMinutes": pl.Series(
                [minutes(d, level=school.level, code=calendar.code) if d in taught else None for d in days],
                dtype=pl.Int32,
            ),
        }
    )


def enrolments(district: District, on: int) -> pl.DataFrame:
    """studentSchoolAssociations.csv: an enrolment from the day of entry, its exit from the last day."""
    moves, everyone = district.moves, district.people
    rows = np.flatnonzero(district.known(on))
    student, last = moves.student[rows], moves.last[rows]
    ended = pl.Series(last <= on)
    frame = pl.DataFrame(
        {
            "studentUniqueId": everyone.keys.gather(student),
            "schoolId": pl.Series([s.key for s in district.schools]).gather(moves.school[rows]),
            "entryDate": dates(moves.entry[rows]),
            "schoolYear": pl.repeat(district.plan.label, len(rows), eager=True),
            "calendarCode": pl.Series(moves.calendar, dtype=pl.String).gather(rows),
            "entryGradeLevel": pl.Series(GRADES).gather(everyone.grade[student].astype(np.int64) + 1),
            "entryType": pl.Series(ENTRY_TYPES).gather(moves.entry_type[rows]),
            "exitWithdrawDate": dates(np.where(last == OPEN, 0, last)),
            "exitWithdrawType": pl.Series(EXIT_TYPES).gather(moves.exit_type[rows]),
            "primarySchool": pl.Series(moves.primary[rows]).cast(pl.String),
            "enrollmentStatus": pl.Series(["20", "10"]).gather(moves.primary[rows].astype(np.int64)),
            "residencyStatus": pl.repeat("", len(rows), eager=True),
            "localExitCode": pl.repeat("", len(rows), eager=True),
        }
    )
    return frame.with_columns(
        pl.when(ended).then(pl.col(column)).otherwise(None).alias(column)
        for column in ("exitWithdrawDate", "exitWithdrawType")
    ).with_columns(pl.col("residencyStatus", "localExitCode").replace("", None))


def codes(district: District) -> pl.DataFrame:
    """attendanceCodes.csv."""
    rows = CODES[1:]
    columns = {
        "schoolYear": [district.plan.label] * len(rows),
        "schoolId": [None] * len(rows),
        "code": [row.code for row in rows],
        "description": [row.description for row in rows],
        "category": [row.category for row in rows],
        "excused": [row.excused or None for row in rows],
        "countsAsAbsence": [row.absence for row in rows],
        "countsForTruancy": [row.truancy for row in rows],
        "countsForADA": [row.ada for row in rows],
        "suspension": [row.suspension or None for row in rows],
        "independentStudy": [row.study or None for row in rows],
        "tardyOver30": [row.over30 for row in rows],
    }
    return pl.DataFrame(columns)


def programs(district: District, students: Bools) -> pl.DataFrame:
    """studentPrograms.csv of the given students: programs carried over begin on 1 July."""
    parts = []
    for program, flags in district.people.programs.items():
        keys = district.people.keys.gather(np.flatnonzero(flags & students))
        parts.append(pl.DataFrame({"studentUniqueId": keys}).with_columns(pl.lit(program).alias("program")))
    return pl.concat(parts).with_columns(
        pl.lit(f"{district.plan.year - 1}-07-01").alias("beginDate"),
        pl.lit(None, dtype=pl.String).alias("endDate"),
    )
