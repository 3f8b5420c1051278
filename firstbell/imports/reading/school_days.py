"""calendars.csv, calendarDates.csv and attendanceCodes.csv: when there is school, and what a mark means."""

from __future__ import annotations

import polars as pl

from . import values
from .arrival import Arrival, in_window, known_school, years_of


def read(arrival: Arrival) -> None:
    """Fills the tables calendars, calendar_days and codes."""
    _calendars(arrival)
    _days(arrival)
    _codes(arrival)


def _calendars(arrival: Arrival) -> None:
    sheet = arrival.sheet("calendars.csv")
    code = values.ids(sheet, "calendarCode")
    school = known_school(sheet, arrival)
    year = years_of(sheet, arrival.year)
    values.unique(sheet, "schoolId", "calendarCode")
    columns = {"school_key": school, "year": year, "code": code, "kind": sheet["calendarType"]}
    frame = sheet.frame(columns)
    arrival.close(sheet)
    arrival.tables["calendars"] = frame


def _days(arrival: Arrival) -> None:
    sheet = arrival.sheet("calendarDates.csv")
    code = values.need(sheet, "calendarCode")
    school = known_school(sheet, arrival)
    year = years_of(sheet, arrival.year)
    day = values.dates(sheet, "date", required=True)
    in_window(sheet, "date", day, arrival.fiscal_year())
    event = values.need(sheet, "calendarEvents")
    minutes = values.numbers(sheet, "instructionalMinutes", low=0, high=1440, blank=None)
    values.unique(sheet, "schoolId", "calendarCode", "date", "calendarEvents")
    have = arrival.tables["calendars"].select("school_key", "code")
    asked = pl.DataFrame({"school_key": school, "code": code}).with_row_index()
    lost = asked.join(have, on=["school_key", "code"], how="anti")["index"]
    unknown = asked["index"].is_in(lost.implode())
    remedy = "Send the calendar in calendars.csv too."
    expected = "a calendar of this school"
    sheet.reject(unknown, "unknown-calendar", column="calendarCode", expected=expected, remedy=remedy)
    columns = {"school_key": school, "year": year, "code": code, "day": day, "event": event, "minutes": minutes}
    frame = sheet.frame(columns)
    arrival.close(sheet)
    # Several events may fall on one day (Ed-Fi calendarEvents is a list): they stay together in one row.
    key = ["school_key", "year", "code", "day"]
    events = pl.col("event").unique(maintain_order=True).str.join("; ")
    arrival.tables["calendar_days"] = frame.group_by(key, maintain_order=True).agg(events, pl.col("minutes").max())


def _codes(arrival: Arrival) -> None:
    sheet = arrival.sheet("attendanceCodes.csv")
    code = values.ids(sheet, "code")
    year = years_of(sheet, arrival.year)
    school = known_school(sheet, arrival, blank=True)
    remedy = "Say Y or N: this decides who counts as absent."
    blank = sheet["countsAsAbsence"].is_null()
    sheet.reject(blank, "required", column="countsAsAbsence", expected="Y or N", remedy=remedy)
    suspension = sheet["suspension"].str.to_uppercase().fill_null("")
    bad = ~suspension.is_in(["", "OSS", "ISS"])
    sheet.reject(bad, "suspension", column="suspension", expected="OSS, ISS or blank", remedy="Write OSS or ISS.")
    study = sheet["independentStudy"].str.to_lowercase().str.replace_all("[- ]", "_").fill_null("")
    bad = ~study.is_in(["", "ada", "non_ada"])
    sheet.reject(bad, "study", column="independentStudy", expected="ADA, non-ADA or blank", remedy="Write one of them.")
    columns = {
        "year": year,
        "school_key": school,
        "code": code,
        "description": values.words(sheet, "description"),
        "category": sheet["category"],
        "excused": values.flags(sheet, "excused"),
        "absence": values.flags(sheet, "countsAsAbsence", blank=False),
        "truancy": values.flags(sheet, "countsForTruancy", blank=False),
        "ada": values.flags(sheet, "countsForADA", blank=False),
        "suspension": suspension,
        "study": study,
        "over30": values.flags(sheet, "tardyOver30", blank=False),
    }
    values.unique(sheet, "schoolId", "code")
    frame = sheet.frame(columns)
    arrival.close(sheet)
    arrival.tables["codes"] = frame
