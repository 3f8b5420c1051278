"""The attendance events by day and by period, and the roll calls: the largest files, so every step is one pass."""

from __future__ import annotations

import polars as pl

from . import values
from .arrival import Arrival, in_window, known_school, known_student
from .checks import Sheet
from .columns import EVENTS


def read(arrival: Arrival) -> None:
    """Fills the tables marks and roll. Marks on a Sunday or outside an enrolment are kept: the day book tells."""
    parts = [_events(arrival, file) for file in EVENTS]
    arrival.tables["marks"] = pl.concat(parts)
    _roll(arrival)


def _events(arrival: Arrival, file: str) -> pl.DataFrame:
    sheet = arrival.sheet(file)
    student = known_student(sheet, arrival)
    school = known_school(sheet, arrival)
    day = values.dates(sheet, "eventDate", required=True)
    in_window(sheet, "eventDate", day, arrival.teaching_year())
    code = _codes(sheet, arrival.tables["codes"], school)
    columns = {
        "student_key": student,
        "school_key": school,
        "day": day,
        "period": _period(sheet, whole_day=file == EVENTS[0]),
        "code": code,
        "minutes": values.numbers(sheet, "minutesAbsent", low=0, high=1440, blank=-1),
        "share": values.shares(sheet, "eventDuration"),
    }
    sheet.set_aside(~values.first_of_each(pl.DataFrame(columns)), column="studentUniqueId")
    frame = sheet.frame(columns)
    arrival.close(sheet)
    return frame


def _period(sheet: Sheet, *, whole_day: bool) -> pl.Series:
    """ "" for the whole day, else the name of the period, else the section's id."""
    if whole_day:
        return pl.Series([""], dtype=pl.String).new_from_index(0, sheet.raw.height)
    named = sheet["classPeriodName"].zip_with(sheet["classPeriodName"].is_not_null(), sheet["sectionIdentifier"])
    remedy = "Name the period or the section."
    sheet.reject(named.is_null(), "required", column="classPeriodName", expected="a period or section", remedy=remedy)
    return named


def _codes(sheet: Sheet, codes: pl.DataFrame, school: pl.Series) -> pl.Series:
    """Each mark's code, one that its school uses; found by category when only that is given."""
    everywhere = codes.filter(pl.col("school_key").is_null())
    given = sheet["attendanceCode"]
    if given.null_count():
        given = _by_category(sheet, given, codes, school)
    unknown = given.is_null() | ~given.is_in(everywhere["code"].implode())
    if unknown.any():
        own = codes.select("school_key", "code").drop_nulls()
        asked = pl.DataFrame({"school_key": school, "code": given}).with_row_index().filter(unknown)
        found = asked.join(own, on=["school_key", "code"], how="semi")["index"]
        at = pl.int_range(0, given.len(), eager=True, dtype=pl.UInt32)
        unknown &= ~at.is_in(found.implode())
    expected = "a code of attendanceCodes.csv"
    remedy = "Add the code to attendanceCodes.csv, or correct it."
    sheet.reject(unknown, "unknown-code", column="attendanceCode", expected=expected, remedy=remedy)
    return given


def _by_category(sheet: Sheet, given: pl.Series, codes: pl.DataFrame, school: pl.Series) -> pl.Series:
    """The first code listed for the category, the school's own before the district's."""
    category = sheet["attendanceEventCategory"].str.to_lowercase()
    listed = codes.with_columns(pl.col("category").str.to_lowercase()).filter(pl.col("category").is_not_null())
    own = listed.filter(pl.col("school_key").is_not_null()).unique(["school_key", "category"], keep="first")
    shared = listed.filter(pl.col("school_key").is_null()).unique("category", keep="first")
    asked = pl.DataFrame({"school_key": school, "category": category, "given": given})
    asked = asked.join(
        own.select("school_key", "category", own="code"),
        on=["school_key", "category"],
        how="left",
        maintain_order="left",
    )
    asked = asked.join(shared.select("category", shared="code"), on="category", how="left", maintain_order="left")
    found = asked.select(pl.coalesce("given", "own", "shared")).to_series()
    remedy = "The first code of the category was taken."
    expected = "an attendance code"
    sheet.fix(
        given.is_null() & found.is_not_null(),
        "code-blank",
        column="attendanceEventCategory",
        expected=expected,
        remedy=remedy,
    )
    return found


def _roll(arrival: Arrival) -> None:
    sheet = arrival.sheet("sectionAttendanceTaken.csv")
    school = known_school(sheet, arrival)
    day = values.dates(sheet, "date", required=True)
    in_window(sheet, "date", day, arrival.teaching_year())
    section = values.need(sheet, "sectionIdentifier")
    period = sheet["classPeriodName"].zip_with(sheet["classPeriodName"].is_not_null(), section)
    frame = sheet.frame({"school_key": school, "day": day, "period": period, "section": section})
    arrival.close(sheet)
    sections = pl.col("section").n_unique().cast(pl.Int32).alias("sections")
    grouped = frame.group_by("school_key", "day", "period").agg(sections)
    arrival.tables["roll"] = grouped.sort("school_key", "day", "period")
