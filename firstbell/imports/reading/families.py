"""contacts.csv, studentContactAssociations.csv and studentPrograms.csv: who stands by a student."""

from __future__ import annotations

import polars as pl

from . import values
from .arrival import Arrival, known_student
from .checks import Sheet

PHONES = range(1, 10)
PHONE_KINDS = {
    "mobile": "mobile",
    "cell": "mobile",
    "home": "home",
    "work": "work",
    "fax": "fax",
    "emergency": "emergency",
}
_PROGRAMS = ("EL", "SWD", "504", "SED", "Foster", "Homeless", "Migrant")
_PHONE = {"contact_key": pl.String, "place": pl.Int16, "number": pl.String, "kind": pl.String}
_PHONE_SCHEMA = _PHONE | {"text_ok": pl.Boolean, "private": pl.Boolean}


def read(arrival: Arrival) -> None:
    """Fills the tables contacts, phones, family and programs."""
    _contacts(arrival)
    _family(arrival)
    _programs(arrival)


def _contacts(arrival: Arrival) -> None:
    sheet = arrival.sheet("contacts.csv")
    key = values.ids(sheet, "contactUniqueId")
    given, family = values.words(sheet, "firstName"), values.words(sheet, "lastSurname")
    values.unique(sheet, "contactUniqueId")
    columns = {
        "key": key,
        "given": given.fill_null(""),
        "family": family.fill_null(""),
        "preferred_given": values.words(sheet, "preferredFirstName"),
        "language": values.languages(sheet, "preferredLanguage"),
        "email": sheet["email"],
        "address": _address(sheet),
        "city": values.words(sheet, "city"),
        "state": sheet["state"],
        "postal": sheet["postalCode"],
    }
    phones = [_phone(sheet, key, n) for n in PHONES if f"phone{n}" in sheet.raw.columns]
    frame = sheet.frame(columns)
    lists = [sheet.frame(p).filter(pl.col("number").is_not_null()) for p in phones]
    arrival.close(sheet)
    arrival.tables["contacts"] = frame
    empty = pl.DataFrame(schema=_PHONE_SCHEMA)
    every = pl.concat([empty, *(p.select(*_PHONE_SCHEMA) for p in lists)])
    arrival.tables["phones"] = every.sort("contact_key", "place", maintain_order=True)


def _address(sheet: Sheet) -> pl.Series:
    lines = [values.words(sheet, f"address{n}").alias(str(n)) for n in (1, 2, 3)]
    joined = pl.DataFrame(lines).select(pl.concat_str(pl.all(), separator=", ", ignore_nulls=True)).to_series()
    return joined.replace("", None)


def _phone(sheet: Sheet, contact: pl.Series, n: int) -> dict[str, pl.Series]:
    said = sheet[f"phone{n}Type"].str.to_lowercase()
    kind = said.str.extract("(mobile|cell|home|work|fax|emergency)").replace(PHONE_KINDS).fill_null("other")
    place = values.numbers(sheet, f"phone{n}Priority", low=1, high=99, blank=n)
    unlisted = (said == "unlisted").fill_null(value=False)
    return {
        "contact_key": contact,
        "place": place,
        "number": sheet[f"phone{n}"],
        "kind": kind,
        "text_ok": values.flags(sheet, f"phone{n}TextCapable", lenient=True),
        "private": values.flags(sheet, f"phone{n}DoNotPublish", blank=False, lenient=True) | unlisted,
    }


def _family(arrival: Arrival) -> None:
    sheet = arrival.sheet("studentContactAssociations.csv")
    student = known_student(sheet, arrival)
    keys, what = arrival.key("contacts"), "a contact of contacts.csv"
    contact = values.known(sheet, "contactUniqueId", keys, rule="unknown-contact", what=what)
    columns = {
        "student_key": student,
        "contact_key": contact,
        "relation": values.words(sheet, "relation"),
        "guardian": values.flags(sheet, "legalGuardian"),
        "lives_with": values.flags(sheet, "livesWith"),
        "primary": values.flags(sheet, "primaryContactStatus", blank=False),
        "emergency": values.flags(sheet, "emergencyContactStatus", blank=False),
        "priority": values.numbers(sheet, "contactPriority", low=0, high=999, blank=None),
        "restrictions": values.words(sheet, "contactRestrictions"),
        "rights_holder": values.flags(sheet, "educationRightsHolder"),
        "mailing": values.flags(sheet, "mailingReceives"),
    }
    values.unique(sheet, "studentUniqueId", "contactUniqueId")
    frame = sheet.frame(columns)
    arrival.close(sheet)
    arrival.tables["family"] = frame


def _programs(arrival: Arrival) -> None:
    sheet = arrival.sheet("studentPrograms.csv")
    student = known_student(sheet, arrival)
    named = values.need(sheet, "program")
    proper = {name.lower(): name for name in _PROGRAMS}
    program = named.str.to_lowercase().replace_strict(proper, default=named, return_dtype=pl.String)
    begins, ends = values.dates(sheet, "beginDate"), values.dates(sheet, "endDate")
    remedy = "Correct the two dates."
    sheet.reject(ends < begins, "end-before-start", column="endDate", expected="not before beginDate", remedy=remedy)
    values.unique(sheet, "studentUniqueId", "program", "beginDate")
    columns = {"student_key": student, "program": program, "begins_on": begins, "ends_on": ends}
    frame = sheet.frame(columns)
    arrival.close(sheet)
    arrival.tables["programs"] = frame
