"""One extract being read: its files, what is known of it so far, and what has been said about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from . import manifests, table, values
from .checks import Sheet
from .columns import Layout
from .encoding import Source
from .limits import Limits
from .remarks import Log


@dataclass
class Arrival:
    """`tables`, `rows` and `rejects` fill up as sheets are closed; `year` is the one the school year ends in."""

    year: int
    version: str
    sources: dict[str, Source]
    layouts: dict[str, Layout]
    limits: Limits
    log: Log
    tick: table.Tick | None = None
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    rejects: dict[str, pl.DataFrame] = field(default_factory=dict)

    def sheet(self, file: str) -> Sheet:
        """The rows of a file; none for an optional file that did not come."""
        layout = self.layouts[file]
        if file not in self.sources:
            return Sheet(table.Raw.empty(layout), self.log)
        return Sheet(table.load(self.sources[file], layout, self.limits, self.log, self.tick), self.log)

    def close(self, sheet: Sheet) -> None:
        """Note the counts and the rejected rows once every check of a sheet is done."""
        if sheet.file not in self.sources:
            return
        self.rows[sheet.file] = sheet.tally()
        rejects = sheet.rejects()
        if rejects.height:
            self.rejects[sheet.file] = rejects

    def key(self, name: str) -> pl.Series:
        """The keys of a table read before: "students", "schools", "contacts"."""
        return self.tables[name]["key"]

    def fiscal_year(self) -> tuple[date, date]:
        """1 July to 30 June (EC 37200), widened by the school year that academicSessions.csv gives."""
        starts, ends = [date(self.year - 1, 7, 1)], [date(self.year, 6, 30)]
        for row in self.tables["years"].filter(pl.col("year") == self.year).iter_rows(named=True):
            starts.append(row["starts"])
            ends.append(row["ends"])
        return min(starts), max(ends)

    def teaching_year(self) -> tuple[date, date]:
        """First to last day of the school year by its session or by any of its calendars, whichever is wider."""
        days = self.tables["calendar_days"]["day"].to_list()
        session = self.tables["years"].filter(pl.col("year") == self.year)
        days += session["starts"].to_list() + session["ends"].to_list()
        return (min(days), max(days)) if days else self.fiscal_year()


def current(sheet: Sheet) -> None:
    """In a full (bulk) OneRoster file no row has a status; one marked as deleted is not taken in."""
    status = sheet["status"].str.to_lowercase()
    gone = status.is_in(["tobedeleted", "inactive"])
    remedy = "Leave deleted records out of a full export."
    sheet.reject(gone, "to-be-deleted", column="status", expected="blank", remedy=remedy)
    filled = status.is_not_null()
    sheet.fix(filled, "status-filled", column="status", expected="blank in a bulk file", remedy="Leave status blank.")


def years_of(sheet: Sheet, year: int, column: str = "schoolYear") -> pl.Series:
    """The ending year of each row as Int32; blank means the extract's own; a row of another year is rejected."""
    cells = sheet[column]
    spelled = {text: manifests.ending_year(text) for text in cells.drop_nulls().unique()}
    found = cells.replace_strict(spelled, default=None, return_dtype=pl.Int32)
    remedy = f"Send only rows of {year - 1}-{year}."
    other = cells.is_not_null() & (found.is_null() | (found != year))
    sheet.reject(other, "other-year", column=column, expected=f"{year - 1}-{year}", remedy=remedy)
    return pl.Series([year], dtype=pl.Int32).new_from_index(0, cells.len())


def in_window(sheet: Sheet, column: str, days: pl.Series, window: tuple[date, date]) -> None:
    """Reject days outside the window (both ends belong to it)."""
    first, last = window
    expected = f"a day from {first} to {last}"
    remedy = "Correct the date, or send the year it belongs to."
    sheet.reject(~days.is_between(first, last), "outside-year", column=column, expected=expected, remedy=remedy)


def known_school(sheet: Sheet, arrival: Arrival, column: str = "schoolId", *, blank: bool = False) -> pl.Series:
    keys = arrival.key("schools")
    return values.known(sheet, column, keys, rule="unknown-school", what="a school of orgs.csv", blank=blank)


def known_student(sheet: Sheet, arrival: Arrival, column: str = "studentUniqueId") -> pl.Series:
    keys = arrival.key("students")
    return values.known(sheet, column, keys, rule="unknown-student", what="a student of users.csv")
