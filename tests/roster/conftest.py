"""Two schools, four students and five codes, one of them a school's own: what marks can be stated about."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from firstbell.roster import models as m
from firstbell.roster.actions import arrive

YEAR = 2026
FIRST = date(2025, 9, 1)
STUDENTS, SCHOOLS, CODES = ("p1", "p2", "p3", "p4"), ("north", "south"), ("E", "U", "T", "L")
COLUMNS = {
    "student_key": pl.String, "school_key": pl.String, "day": pl.Date, "period": pl.String, "code": pl.String,
    "minutes": pl.Int16, "share": pl.Int16,
}  # fmt: skip


def arrives(on: int, source: str = "sis") -> m.Arrival:
    """The files (or a person's correction) of the nth evening."""
    day = FIRST + timedelta(on)
    known = datetime(day.year, day.month, day.day, 23, tzinfo=UTC)
    return arrive(source=source, label=f"evening {on}", year=YEAR, known_at=known, through=day, by=None)


def stated(*rows: tuple) -> pl.DataFrame:
    """Rows as the reader gives them; each (student, school, nth day, period, code, minutes, share)."""
    dated = [(who, where, FIRST + timedelta(on), *rest) for who, where, on, *rest in rows]
    return pl.DataFrame(dated, schema=COLUMNS, orient="row")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A state folder of the test's own."""
    monkeypatch.setenv("FIRSTBELL_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def district(db, home) -> m.Arrival:
    first = arrives(0)
    schools = [m.School.objects.create(key=key, name=key.title(), arrival=first) for key in SCHOOLS]
    for key in STUDENTS:
        m.Student.objects.create(key=key, given="Ines", family="Duarte", school=schools[0], arrival=first)
    said = {"year": YEAR, "absence": True, "truancy": False, "ada": False, "over30": False, "arrival": first}
    for code in CODES:
        m.AttendanceCode.objects.create(code=code, **said)
    m.AttendanceCode.objects.create(code="L", school=schools[1], **said)
    return first
