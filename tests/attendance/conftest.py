"""A tiny district on hand-made rows: two schools, twenty-five school days, and a way to mark and correct."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from firstbell.roster import models as m
from firstbell.roster.actions import arrive

YEAR = 2026
FIRST = date(2025, 9, 1)
DAYS = tuple(d for n in range(35) if (d := FIRST + timedelta(n)).weekday() < 5)
"""Twenty-five weekdays, all instructional."""


def known(day: date) -> datetime:
    """The evening of a day, as the files say it."""
    return datetime(day.year, day.month, day.day, 23, tzinfo=UTC)


@dataclass
class District:
    """Rows in the making. `arrival` is the one that new rows belong to."""

    arrival: m.Arrival
    schools: list[m.School] = field(default_factory=list)
    calendars: list[m.Calendar] = field(default_factory=list)
    codes: dict[str, m.AttendanceCode] = field(default_factory=dict)

    def arrives(self, through: date) -> m.Arrival:
        """The next evening's files."""
        self.arrival = arrive(
            source="sis", label=f"files of {through}", year=YEAR, known_at=known(through), through=through, by=None
        )
        return self.arrival

    def student(self, key: str, *, born: date | None = date(2015, 5, 1), entry: date = FIRST, at: int = 0) -> m.Student:
        """A student enrolled from `entry` at a school."""
        pupil = m.Student.objects.create(
            key=key, given="Noor", family="Baptiste", born_on=born, grade="05", school=self.schools[at],
            arrival=self.arrival,
        )  # fmt: skip
        self.enrol(pupil, entry=entry, at=at)
        return pupil

    def enrol(self, pupil: m.Student, *, entry: date, at: int = 0, until: date | None = None) -> m.Enrolment:
        return m.Enrolment.objects.create(
            student=pupil, school=self.schools[at], year=YEAR, entry_on=entry, exit_on=until,
            calendar=self.calendars[at], grade="05", arrival=self.arrival,
        )  # fmt: skip

    def mark(
        self, pupil: m.Student, day: date, code: str, *, period: str = "", minutes: int = -1, at: int = 0
    ) -> m.Mark:
        return m.Mark.objects.create(
            year=YEAR, student=pupil, school=self.schools[at], day=day, code=self.codes[code], period=period,
            minutes=minutes, arrival=self.arrival,
        )  # fmt: skip

    def withdraw(self, mark: m.Mark) -> None:
        m.Withdrawal.objects.create(year=YEAR, mark=mark, arrival=self.arrival)

    def change(self, row, **values) -> None:
        """Change a roster row the way an import does: what it said is kept first."""
        before = {f.column: _json(getattr(row, f.attname)) for f in row._meta.concrete_fields}
        m.Change.objects.create(arrival=self.arrival, table=row._meta.db_table, row=row.pk, before=before)
        type(row).objects.filter(pk=row.pk).update(**values)


def _json(value):
    return value.isoformat() if isinstance(value, date) else value


CODES = {
    "E": {"category": "Excused Absence", "excused": True, "absence": True, "truancy": False},
    "U": {"category": "Unexcused Absence", "excused": False, "absence": True, "truancy": True},
    "?": {"category": "Unexcused Absence", "excused": None, "absence": True, "truancy": False},
    "T": {"category": "Tardy", "excused": False, "absence": False, "truancy": False},
}


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A state folder of the test's own: the day books of one test are not another's."""
    monkeypatch.setenv("FIRSTBELL_HOME", str(tmp_path))
    return tmp_path / "facts"


@pytest.fixture
def district(db, shelf) -> District:
    made = District(arrive(source="sis", label="first", year=YEAR, known_at=known(FIRST), through=FIRST, by=None))
    for number in (1, 2):
        school = m.School.objects.create(key=f"S{number}", name=f"School {number}", arrival=made.arrival)
        calendar = m.Calendar.objects.create(school=school, year=YEAR, code="A", arrival=made.arrival)
        m.CalendarDay.objects.bulk_create(
            m.CalendarDay(calendar=calendar, day=day, event="Instructional day", arrival=made.arrival)
            for day in (*DAYS, FIRST + timedelta(5))  # a Saturday is never a school day, whatever the file says
        )
        made.schools.append(school)
        made.calendars.append(calendar)
    for code, told in CODES.items():
        made.codes[code] = m.AttendanceCode.objects.create(
            year=YEAR, code=code, description=f"Code {code}", ada=False, over30=False, arrival=made.arrival, **told
        )
    return made


@pytest.fixture
def absences(district) -> Callable[[m.Student, str], list[m.Mark]]:
    """Write a student's days as letters from the first day on: "UU.E" (a dot is a day present)."""

    def write(pupil: m.Student, letters: str) -> list[m.Mark]:
        return [district.mark(pupil, day, code) for day, code in zip(DAYS, letters, strict=False) if code != "."]

    return write
