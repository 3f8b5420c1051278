"""studentSchoolAssociations.csv, and the roster's own classes.csv and enrollments.csv, which are only checked."""

from __future__ import annotations

import polars as pl

from . import values
from .arrival import Arrival, current, known_school, known_student, years_of
from .checks import Sheet


def read(arrival: Arrival) -> None:
    """Fills the table enrolments: which student was in which school from when to when, by which calendar."""
    sheet = arrival.sheet("studentSchoolAssociations.csv")
    student = known_student(sheet, arrival)
    school = known_school(sheet, arrival)
    year = years_of(sheet, arrival.year)
    entry = values.dates(sheet, "entryDate", required=True)
    left = values.dates(sheet, "exitWithdrawDate")
    remedy = "Correct the two dates; for a student who never came, leave on the day of entry."
    column = "exitWithdrawDate"
    sheet.reject(left < entry, "exit-before-entry", column=column, expected="not before entryDate", remedy=remedy)
    calendar = _calendar(sheet, arrival, school)
    values.unique(sheet, "studentUniqueId", "schoolId", "entryDate")
    columns = {
        "student_key": student,
        "school_key": school,
        "year": year,
        "entry_on": entry,
        "calendar_code": calendar,
        "grade": values.grades(sheet, "entryGradeLevel"),
        "entry_code": sheet["entryType"],
        "exit_on": _last_day(entry, left, is_last=arrival.limits.exit_is_last_day),
        "exit_code": sheet["exitWithdrawType"],
        "primary": values.flags(sheet, "primarySchool", blank=True),
        "status": sheet["enrollmentStatus"],
    }
    frame = sheet.frame(columns)
    arrival.close(sheet)
    arrival.tables["enrolments"] = _with_grade(frame, arrival.tables["students"])


def _last_day(entry: pl.Series, left: pl.Series, *, is_last: bool) -> pl.Series:
    """The last day enrolled. A student who left on the day of entry keeps that day; the exit code tells a no-show."""
    if is_last:
        return left
    frame = pl.DataFrame({"entry": entry, "left": left})
    day_before = pl.max_horizontal("entry", pl.col("left").dt.offset_by("-1d"))
    return frame.select(pl.when(pl.col("left").is_not_null()).then(day_before)).to_series()


def _with_grade(frame: pl.DataFrame, students: pl.DataFrame) -> pl.DataFrame:
    grades = students.select(student_key="key", _grade="grade")
    joined = frame.join(grades, on="student_key", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("grade", "_grade").alias("grade")).drop("_grade")


def _calendar(sheet: Sheet, arrival: Arrival, school: pl.Series) -> pl.Series:
    """Each row's calendar code: a school's only one when blank; rejected when the school has no such calendar."""
    have = arrival.tables["calendars"].group_by("school_key").agg(
        pl.col("code").unique(maintain_order=True).str.join(", ").alias("_names"),
        pl.col("code").unique(maintain_order=True).alias("_codes"),
    )  # fmt: skip
    asked = pl.DataFrame({"school_key": school, "code": sheet["calendarCode"]})
    asked = asked.join(have, on="school_key", how="left", maintain_order="left")
    only = pl.when(pl.col("_codes").list.len() == 1).then(pl.col("_codes").list.first())
    code = asked.select(pl.coalesce("code", only)).to_series()
    remedy = "The school has one calendar: that one was taken."
    filled = sheet["calendarCode"].is_null() & code.is_not_null()
    sheet.fix(filled, "calendar-blank", column="calendarCode", expected="a calendar code", remedy=remedy)
    listed = asked.select(pl.col("_codes").list.contains(pl.col("code"))).to_series().fill_null(value=False)
    names = asked["_names"].fill_null("none").alias("_names")
    _reject_unknown(sheet, ~(listed | filled), names)
    return code


def _reject_unknown(sheet: Sheet, bad: pl.Series, names: pl.Series) -> None:
    for has in names.filter(bad).unique(maintain_order=True):
        sheet.reject(
            bad & (names == has),
            "unknown-calendar",
            column="calendarCode",
            expected=f"a calendar of this school: {has}",
            remedy=f"Use one of {has}, or send the calendar in calendars.csv.",
        )


def check_classes(arrival: Arrival) -> None:
    """Nothing is taken from the roster's class lists, but an enrolment in a class that is absent is told."""
    if "classes.csv" not in arrival.sources:
        return
    classes = arrival.sheet("classes.csv")
    keys = values.ids(classes, "sourcedId")
    current(classes)
    arrival.close(classes)
    sheet = arrival.sheet("enrollments.csv")
    values.ids(sheet, "sourcedId")
    current(sheet)
    lost = ~sheet["classSourcedId"].is_in(keys.implode())
    remedy = "Send the class too; attendance does not depend on it."
    expected = "a class of classes.csv"
    sheet.fix(lost, "unknown-class", column="classSourcedId", expected=expected, remedy=remedy)
    arrival.close(sheet)
