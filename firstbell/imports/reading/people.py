"""users.csv, roles.csv and demographics.csv: the students."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from . import values
from .arrival import Arrival, current
from .checks import Sheet

SEXES = ("male", "female", "unspecified", "other")
OLDEST = date(1900, 1, 1)


def read(arrival: Arrival, today: date) -> None:
    """Fills the table students: users with a student's role, their birth date and language where these are given."""
    users = arrival.sheet("users.csv")
    key = values.ids(users, "sourcedId")
    current(users)
    values.unique(users, "sourcedId")
    columns = {"key": key, **_names(users), "grade": values.grades(users, "grades")}
    role = users["role"].str.to_lowercase() if arrival.version == "1.1" else None
    frame = users.frame(columns | ({"_role": role} if role is not None else {}))
    arrival.close(users)
    frame = frame
    students = frame.filter(pl.col("_role") == "student") if role is not None else _by_role(arrival, frame)
    students = students.join(_demographics(arrival, frame["key"], today), on="key", how="left", maintain_order="left")
    arrival.tables["students"] = students.select(
        "key", "given", "middle", "family", "preferred_given", "preferred_family", "born_on", "sex",
        pl.col("grade").fill_null("UN"), "language",
    )  # fmt: skip


def _names(users: Sheet) -> dict[str, pl.Series]:
    given, family = values.words(users, "givenName"), values.words(users, "familyName")
    remedy = "Give at least one name."
    users.reject(given.is_null() & family.is_null(), "required", column="familyName", expected="a name", remedy=remedy)
    for column, cells in (("givenName", given), ("familyName", family)):
        remedy = "It was left empty; a person with one name is fine."
        users.fix(cells.is_null(), "name-missing", column=column, expected="a name", remedy=remedy)
    return {
        "given": given.fill_null(""),
        "middle": values.words(users, "middleName"),
        "family": family.fill_null(""),
        "preferred_given": values.words(users, "preferredGivenName"),
        "preferred_family": values.words(users, "preferredFamilyName"),
    }


def _by_role(arrival: Arrival, users: pl.DataFrame) -> pl.DataFrame:
    sheet = arrival.sheet("roles.csv")
    values.ids(sheet, "sourcedId")
    current(sheet)
    what = "a user of users.csv"
    user = values.known(sheet, "userSourcedId", users["key"], rule="unknown-user", what=what)
    values.unique(sheet, "sourcedId")
    primary = sheet["roleType"].str.to_lowercase() == "primary"
    second = (
        primary & ~pl.DataFrame({"u": user, "p": primary}).select(pl.struct("u", "p").is_first_distinct()).to_series()
    )
    remedy = "Mark one role as primary. Both were read."
    sheet.fix(second, "two-primary-roles", column="userSourcedId", expected="one primary role", remedy=remedy)
    roles = sheet.frame({"user": user, "role": sheet["role"].str.to_lowercase()})
    arrival.close(sheet)
    return users.join(roles.filter(pl.col("role") == "student"), left_on="key", right_on="user", how="semi")


def _demographics(arrival: Arrival, users: pl.Series, today: date) -> pl.DataFrame:
    sheet = arrival.sheet("demographics.csv")
    key = values.known(sheet, "sourcedId", users, rule="unknown-user", what="a user of users.csv")
    current(sheet)
    born = values.dates(sheet, "birthDate")
    wrong = ~born.is_between(OLDEST, today + timedelta(days=1))
    expected, remedy = f"a day from {OLDEST} to today", "Correct the birth date."
    sheet.reject(wrong, "date-range", column="birthDate", expected=expected, remedy=remedy)
    sex = sheet["sex"].str.to_lowercase()
    odd = sex.is_not_null() & ~sex.is_in(list(SEXES))
    sheet.fix(odd, "sex", column="sex", expected=f"one of {', '.join(SEXES)}", remedy="It was left out.")
    sex = sex.zip_with(~odd, pl.Series([None], dtype=pl.String))
    language = values.languages(sheet, "metadata.homeLanguage")
    values.unique(sheet, "sourcedId")
    frame = sheet.frame({"key": key, "born_on": born, "sex": sex, "language": language})
    arrival.close(sheet)
    return frame
