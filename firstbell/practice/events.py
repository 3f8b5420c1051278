"""The attendance files of one school: daily events, period events and the rolls that were taken."""

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firstbell.practice import marks as m
from firstbell.practice.attendance import final_codes
from firstbell.practice.codes import CODES, Code
from firstbell.practice.district import District
from firstbell.practice.moves import OPEN
from firstbell.practice.plan import Ints
from firstbell.practice.schools import PERIODS, School
from firstbell.practice.stories import MOVER, STORIES, moved, scripted

EPOCH = 719_163
DAY_MINUTES = 360
ROLL_MISSED = 0.004
_code = pl.Series([row.code for row in CODES])
_category = pl.Series([row.category for row in CODES])
_reason = pl.Series([row.description for row in CODES])
_absence = np.array([row.absence == "Y" for row in CODES])


def dates(days: Ints) -> pl.Series:
    """Proleptic ordinals as a Date column."""
    return pl.Series((days - EPOCH).astype(np.int32)).cast(pl.Date)


def _stamp(day: Ints, minute: NDArray[np.integer]) -> pl.Series:
    """UTC instants: `minute` minutes after 15:00 on each day."""
    seconds = (day.astype(np.int64) - EPOCH) * 86_400 + 15 * 3600 + minute * 60
    return pl.Series(seconds * 1000).cast(pl.Datetime("ms"))


def year_of_marks(district: District, school: School) -> m.Marks:
    """Everything that will ever be recorded at one school in the year, whole days first."""
    marks = _year_of_marks(district, school)
    return marks.settled() if district.plan.settled else marks


def _year_of_marks(district: District, school: School) -> m.Marks:
    rng, group = district.plan.rng("attendance", school.index), district.group(school)
    late = district.people.late[district.moves.student[district.by_school[school.index]]]
    codes = final_codes(rng, group, district.year)
    wrong = m.mistakes(rng, group, codes)
    whole = m.join([m.whole_days(rng, group, codes), wrong])
    codes[np.searchsorted(group.days, wrong.day), wrong.row] = Code.UNVERIFIED  # one mark a day: no lateness there too
    if not school.by_period:
        return _with_stories(district, school, m.join([whole, m.late_days(rng, group, codes, late)]))
    parts = [whole, m.missed_periods(rng, group, codes, late)]
    if district.plan.detailed or not school.daily_row:
        parts.append(m.every_period(whole))
    return m.join(parts)


def _with_stories(district: District, school: School, marks: m.Marks) -> m.Marks:
    """Replace the random marks of the cast by what their stories say."""
    moves, mine = district.moves, district.by_school[school.index]
    actors = {students[0]: role for role, students in district.cast.roles.items() if role in STORIES}
    actors[int(moves.chosen["mover"][0])] = MOVER
    for row in np.flatnonzero(np.isin(moves.student[mine], list(actors))):
        enrolment = int(mine[row])
        days = school.calendar(moves.calendar[enrolment]).days
        days = days[(days >= moves.entry[enrolment]) & (days <= moves.last[enrolment])]
        role = actors[int(moves.student[enrolment])]
        if role == MOVER:
            told = moved(int(row), days, first_school=moves.last[enrolment] != OPEN)
        else:
            told = scripted(role, int(row), days, district.plan.today.toordinal())
        marks = m.join([marks.keep(marks.row != row), told])
    return marks


def daily(district: District, school: School, marks: m.Marks, on: int) -> Iterator[pl.DataFrame]:
    """studentSchoolAttendanceEvents.csv of one school; `marks` are those known on `on`.

    A school that takes roll by period only has no rows of its own. The days away of a student with a second
    enrolment are written for the second school too, for nobody is in class there while absent from school.
    """
    whole = marks.keep(marks.period == m.WHOLE_DAY)
    students = district.moves.student[district.by_school[school.index]]
    if school.daily_row or not school.by_period:
        yield _daily(district, school.key, students, whole, on)
    for student, enrolment in district.second.items():
        if len(row := np.flatnonzero(students == student)) and district.moves.school[enrolment] != school.index:
            other = district.schools[district.moves.school[enrolment]]
            theirs = whole.keep((whole.row == row[0]) & district.taught_at(other, enrolment, whole.day))
            yield _daily(district, other.key, students, theirs, on)


def _daily(district: District, key: str, students: Ints, whole: m.Marks, on: int) -> pl.DataFrame:
    code, size = whole.code(on), len(whole.row)
    timed = whole.minutes >= 0
    share = np.round(whole.minutes / DAY_MINUTES, 2)
    arrived = timed & ((code == Code.TARDY) | (code == Code.LATE))
    gone = timed & (code == Code.LEFT_EARLY)
    clock = np.where(gone, 14 * 60 + 20 - whole.minutes, 8 * 60 + whole.minutes).astype(np.int64) * 60_000_000_000
    time = pl.Series(clock).cast(pl.Time)
    frame = pl.DataFrame(
        {
            "studentUniqueId": district.people.keys.gather(students[whole.row]),
            "schoolId": pl.repeat(key, size, eager=True),
            "eventDate": dates(whole.day),
            "attendanceCode": _code.gather(code),
            "attendanceEventCategory": _category.gather(code),
            "attendanceEventReason": _reason.gather(code),
            "eventDuration": pl.Series(share, dtype=pl.Float64).cast(pl.String),
            "minutesAbsent": whole.minutes,
            "arrivalTime": time,
            "departureTime": time,
            "enteredAt": _stamp(whole.since(on), 60 + (whole.row * 37 + whole.day) % 380),
            "enteredBy": pl.repeat(f"{key}-O1", size, eager=True),
        }
    )
    return frame.with_columns(
        pl.when(pl.Series(_absence[code])).then(pl.lit("1")).when(pl.Series(timed)).then(pl.col("eventDuration"))
        .otherwise(None).alias("eventDuration"),
        _if(timed, "minutesAbsent"),
        _if(arrived, "arrivalTime"),
        _if(gone, "departureTime"),
    )  # fmt: skip


def _if(flags: NDArray[np.bool_], column: str) -> pl.Expr:
    return pl.when(pl.Series(flags)).then(pl.col(column)).otherwise(None).alias(column)


def _section(row: NDArray[np.integer], period: NDArray[np.integer], count: int) -> NDArray[np.int64]:
    """The section of an enrolment in a period, from 0."""
    wide = period.astype(np.int64)
    return (row.astype(np.int64) * (2 * wide + 1) + wide) % count


def section_keys(school: School, count: int) -> pl.Series:
    """Every section of a school, period by period."""
    return pl.Series([f"{school.key}-P{p}-{s:03d}" for p in range(1, PERIODS + 1) for s in range(1, count + 1)])


def by_period(district: District, school: School, marks: m.Marks, on: int) -> pl.DataFrame:
    """studentSectionAttendanceEvents.csv of one school."""
    part = marks.keep(marks.period != m.WHOLE_DAY)
    students, count = district.moves.student[district.by_school[school.index]], district.sections(school)
    section, code = _section(part.row, part.period, count), part.code(on)
    teachers = pl.Series([f"{school.key}-T{s:03d}" for s in range(1, count + 1)] + [f"{school.key}-O1"])
    changed = part.since(on) != part.entered
    slot = (part.period.astype(np.int64) - 1) * count + section
    return pl.DataFrame(
        {
            "studentUniqueId": district.people.keys.gather(students[part.row]),
            "schoolId": pl.repeat(school.key, len(part.row), eager=True),
            "sectionIdentifier": section_keys(school, count).gather(slot),
            "classPeriodName": pl.Series(part.period).cast(pl.String),
            "eventDate": dates(part.day),
            "attendanceCode": _code.gather(code),
            "minutesAbsent": part.minutes,
            "enteredAt": _stamp(part.since(on), part.period.astype(np.int64) * 60 + 5),
            "enteredBy": teachers.gather(np.where(changed, count, section)),
        }
    )


def roll(district: District, school: School, on: int) -> pl.DataFrame:
    """sectionAttendanceTaken.csv of one school; a roll that nobody took has no row."""
    days = school.calendars[0].days
    count = district.sections(school) if district.plan.detailed else 1
    taken = district.plan.rng("roll", school.index).random((len(days), PERIODS, count)) >= ROLL_MISSED
    taken[(days > on) | np.isin(days, district.untaken(school))] = False
    day, period, section = np.nonzero(taken)
    return pl.DataFrame(
        {
            "schoolId": pl.repeat(school.key, len(day), eager=True),
            "sectionIdentifier": section_keys(school, count).gather(period * count + section),
            "classPeriodName": pl.Series(period + 1).cast(pl.String),
            "date": dates(days[day]),
            "staffUniqueId": pl.Series([f"{school.key}-T{s:03d}" for s in range(1, count + 1)]).gather(section),
            "takenAt": _stamp(days[day], (period + 1) * 60 + 3),
        }
    )
