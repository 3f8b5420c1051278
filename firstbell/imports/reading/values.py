"""Cells to values: ids, dates, yes and no, numbers, grades. What is wrong is marked on the sheet, never guessed at."""

from __future__ import annotations

import re

import polars as pl

from .checks import Sheet

ISO_DATE = "a date like 2025-09-14"
EXCEL_NUMBER = r"^\d(\.\d+)?[eE]\+\d+$"
EXCEL_SERIAL = r"^\d{5}(\.0+)?$"
HIDDEN = r"[\p{Cc}\u{200b}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2060}-\u{2069}\u{feff}]"
_NOT_VIA_EXCEL = "Excel changed this value: export again and do not open the file in Excel."
_DATE_FIX = "Write dates as YYYY-MM-DD."


def need(sheet: Sheet, column: str) -> pl.Series:
    """Cells that may not be blank."""
    cells = sheet[column]
    sheet.reject(cells.is_null(), "required", column=column, expected="a value", remedy="Fill the cell.")
    return cells


def ids(sheet: Sheet, column: str) -> pl.Series:
    """Identifiers of the records themselves: not blank, no hidden characters, not turned into 1.0E+09 by Excel."""
    cells = need(sheet, column)
    excel = cells.str.contains(EXCEL_NUMBER)
    sheet.reject(excel, "excel-number", column=column, expected="an identifier", remedy=_NOT_VIA_EXCEL)
    odd = cells.str.contains(HIDDEN) | (cells.str.len_chars() > 255)
    remedy = "Remove characters that cannot be seen; an identifier has at most 255 characters."
    sheet.reject(odd, "id-characters", column=column, expected="an identifier", remedy=remedy)
    return cells


def known(sheet: Sheet, column: str, keys: pl.Series, *, rule: str, what: str, blank: bool = False) -> pl.Series:
    """Identifiers that must be among `keys` (`what` they are, for the reader: "a student of users.csv")."""
    cells = sheet[column] if blank else need(sheet, column)
    unknown = cells.is_not_null() & ~cells.is_in(keys.implode())
    if unknown.any():
        excel = unknown & cells.str.contains(EXCEL_NUMBER)
        sheet.reject(excel, "excel-number", column=column, expected=what, remedy=_NOT_VIA_EXCEL)
        sheet.reject(unknown, rule, column=column, expected=what, remedy=f"Send {what} too, or correct the identifier.")
    return cells


def first_of_each(rows: pl.DataFrame) -> pl.Series:
    """True where a row is the first of its kind. Hashes find the few candidates; only these are compared in full."""
    hashes = rows.hash_rows()
    first = hashes.is_first_distinct()
    if first.all():
        return first
    shared = hashes.is_in(hashes.filter(~first).unique().implode())
    exact = rows.filter(shared).select(pl.struct(pl.all()).is_first_distinct()).to_series()
    return first.scatter(shared.arg_true(), exact)


def unique(sheet: Sheet, *columns: str) -> None:
    """Later rows with the same key: an identical row is set aside and told, another is rejected."""
    key, rest = [c for c in columns if c in sheet.raw.columns], [c for c in sheet.raw.columns if c != "_row"]
    rows = sheet.raw.with_columns(_kept=sheet.kept)
    if not (sheet.kept & ~first_of_each(rows.select(key))).any():
        return
    # A row rejected before does not stand in the way of a later one with its key.
    firsts = rows.filter("_kept").unique(key, keep="first", maintain_order=True)
    later = sheet.kept & ~sheet["_row"].is_in(firsts["_row"].implode())
    same = rows.select(*rest, "_row").filter(later).join(firsts.select(rest), on=rest, how="semi", nulls_equal=True)
    again = sheet["_row"].is_in(same["_row"].implode())
    sheet.set_aside(again, column=columns[0])
    remedy = "Two rows disagree: the first was taken. Leave the right one."
    sheet.reject(later & ~again, "duplicate-id", column=columns[0], expected="each key once", remedy=remedy)


def dates(sheet: Sheet, column: str, *, required: bool = False) -> pl.Series:
    """ISO dates; M/D/YYYY is understood and told, two-digit years and Excel's serial numbers are not."""
    cells = need(sheet, column) if required else sheet[column]
    days = cells.str.to_date("%Y-%m-%d", strict=False)
    # A year such as 20255 or 25 would pass the parser, yet mean nothing here.
    days = days.set(cells.str.len_bytes() != 10, None) if cells.len() else days
    odd = days.is_null() & cells.is_not_null()
    return _slashed(sheet, column, days, odd) if odd.any() else days


def _slashed(sheet: Sheet, column: str, days: pl.Series, odd: pl.Series) -> pl.Series:
    cells = sheet[column]
    stamped = odd & cells.str.contains(r"^\d{4}-\d{2}-\d{2}[T ]00:00(:00(\.0+)?)?Z?$")
    sheet.fix(stamped, "date-time", column=column, expected=ISO_DATE, remedy=_DATE_FIX)
    days = days.zip_with(~stamped, cells.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False))
    excel = odd & cells.str.contains(EXCEL_SERIAL)
    sheet.reject(excel, "excel-date", column=column, expected=ISO_DATE, remedy=_NOT_VIA_EXCEL)
    short = odd & cells.str.contains(r"^\d{1,2}[/-]\d{1,2}[/-]\d{2}$")
    sheet.reject(short, "date-ambiguous", column=column, expected=ISO_DATE, remedy="Write the year with four digits.")
    slashed = odd & cells.str.contains(r"^\d{1,2}/\d{1,2}/\d{4}$")
    if (cells.filter(slashed).str.extract(r"^(\d+)/").cast(pl.Int32) > 12).any():
        remedy = "Some dates here put the day first, so none can be trusted: write YYYY-MM-DD."
        sheet.reject(slashed, "date-ambiguous", column=column, expected=ISO_DATE, remedy=remedy)
    american = cells.str.to_date("%m/%d/%Y", strict=False).zip_with(slashed, pl.Series([None], dtype=pl.Date))
    sheet.fix(american.is_not_null(), "date-american", column=column, expected=ISO_DATE, remedy=_DATE_FIX)
    days = days.zip_with(~slashed, american)
    bad = odd & days.is_null()
    sheet.reject(bad, "date-format", column=column, expected=ISO_DATE, remedy=_DATE_FIX)
    return days


YES, NO = ("y", "yes", "true", "t", "1"), ("n", "no", "false", "f", "0")


def flags(sheet: Sheet, column: str, *, blank: bool | None = None, lenient: bool = False) -> pl.Series:
    """Yes and no in the ways files write them -> Boolean; `lenient` takes what is neither as blank and tells it."""
    low = sheet[column].str.to_lowercase()
    value = low.replace_strict(
        {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}, default=None, return_dtype=pl.Boolean
    )
    bad = low.is_not_null() & value.is_null()
    say = sheet.fix if lenient else sheet.reject
    say(bad, "flag", column=column, expected="Y or N, true or false", remedy="Write Y or N, or leave it blank.")
    return value if blank is None else value.fill_null(blank)


def numbers(sheet: Sheet, column: str, *, low: int, high: int, blank: int | None) -> pl.Series:
    """Whole numbers between `low` and `high` -> Int16; a fraction of nothing (15.0) is a whole number."""
    cells = sheet[column]
    value = cells.str.strip_suffix(".0").cast(pl.Int16, strict=False)
    bad = cells.is_not_null() & (value.is_null() | ~value.is_between(low, high)).fill_null(value=True)
    expected = f"a whole number from {low} to {high}"
    sheet.reject(bad, "number", column=column, expected=expected, remedy="Correct the number or leave the cell blank.")
    return value if blank is None else value.fill_null(blank)


def shares(sheet: Sheet, column: str) -> pl.Series:
    """A share of a day from 0 to 1 -> hundredths as Int16; blank -> -1 (not known)."""
    cells = sheet[column]
    value = cells.cast(pl.Float64, strict=False)
    bad = cells.is_not_null() & ~value.is_between(0, 1).fill_null(value=False)
    sheet.reject(
        bad, "share", column=column, expected="a share of the day from 0 to 1", remedy="Write 1 for a whole day."
    )
    return (value * 100).round().fill_nan(None).clip(-1, 100).cast(pl.Int16).fill_null(-1)


def words(sheet: Sheet, column: str) -> pl.Series:
    """Text for people; characters that are not seen (bidi overrides, zero-width) are taken out and told."""
    cells = sheet[column]
    hidden = cells.str.contains(HIDDEN)
    if not hidden.any():
        return cells
    remedy = "Retype the value: it carried characters that cannot be seen."
    sheet.fix(hidden, "hidden-characters", column=column, expected="plain text", remedy=remedy)
    return cells.str.replace_all(HIDDEN, " ").str.replace_all(" +", " ").str.strip_chars().replace("", None)


_WORDS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()  # noqa: SIM905
_KINDERGARTEN = ["k", "kg", "kn", "ka", "kp", "kf", "kk", "0", "00", "kindergarten"]
_TRANSITIONAL = ["tk", "transitional kindergarten", "-1"]
_UNGRADED = ["un", "ug", "us", "ue", "ungraded", "other"]
GRADES: dict[str, str] = {
    **{str(n): f"{n:02}" for n in range(1, 13)},
    **{f"{n:02}": f"{n:02}" for n in range(1, 13)},
    **{f"{word} grade": f"{n:02}" for n, word in enumerate(_WORDS, start=1)},
    **{f"grade {n}": f"{n:02}" for n in range(1, 13)},
    **dict.fromkeys(_KINDERGARTEN, "KG"),
    **dict.fromkeys(_TRANSITIONAL, "TK"),
    **dict.fromkeys(_UNGRADED, "UN"),
}
CANONICAL = ("TK", "KG", *(f"{n:02}" for n in range(1, 13)), "UN")


def grades(sheet: Sheet, column: str) -> pl.Series:
    """TK, KG, 01 to 12 or UN; the first when several are listed; blank -> null."""
    cells = sheet[column]
    first = cells.str.split(",").list.first().str.strip_chars()
    value = first.str.to_lowercase().replace_strict(GRADES, default=None, return_dtype=pl.String)
    unknown = cells.is_not_null() & value.is_null()
    expected = f"one of {', '.join(CANONICAL)}"
    sheet.fix(unknown, "grade-unknown", column=column, expected=expected, remedy="It was taken as UN (ungraded).")
    odd = cells.is_not_null() & ~cells.is_in(list(CANONICAL)) & ~unknown
    sheet.fix(odd, "grade-format", column=column, expected=expected, remedy="Write grades with two digits.")
    return value.set(unknown, "UN") if unknown.any() else value


_TAG = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


def languages(sheet: Sheet, column: str) -> pl.Series:
    """BCP-47 tags, the language itself in lower case; anything else becomes null and is told."""
    cells = sheet[column]
    good = cells.str.contains(_TAG.pattern)
    odd = cells.is_not_null() & ~good
    sheet.fix(
        odd, "language", column=column, expected="a language tag such as es or zh-Hant", remedy="It was left out."
    )
    tags = cells.zip_with(good.fill_null(value=False), pl.Series([None], dtype=pl.String))
    return tags.str.extract(r"^([A-Za-z]+)").str.to_lowercase() + tags.str.replace(r"^[A-Za-z]+", "")
