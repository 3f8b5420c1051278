"""A slow and obvious reader of an extract: csv and dictionaries only, nothing of the generator."""

import csv
import json
from collections import defaultdict
from functools import cached_property
from pathlib import Path

ROSTER = ("academicSessions", "classes", "courses", "demographics", "enrollments", "orgs", "roles", "users")
SIDE = (
    "attendanceCodes",
    "calendarDates",
    "calendars",
    "contacts",
    "sectionAttendanceTaken",
    "studentContactAssociations",
    "studentPrograms",
    "studentSchoolAssociations",
    "studentSchoolAttendanceEvents",
    "studentSectionAttendanceEvents",
)
TAUGHT = ("Instructional day", "Make-up day")
PERIODS = 6


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


class Ledger:
    """One extract. A mark is (student, school, day, period) -> code; period "" is the whole day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        return self.folder / ("oneroster" if name in ROSTER else "attendance") / f"{name}.csv"

    def rows(self, name: str) -> list[dict[str, str]]:
        if name not in self._read:
            self._read[name] = read(self.path(name))
        return self._read[name]

    @cached_property
    def _read(self) -> dict[str, list[dict[str, str]]]:
        return {}

    @cached_property
    def manifest(self) -> dict:
        return json.loads((self.folder / "attendance" / "manifest.json").read_text(encoding="utf-8"))

    @property
    def as_of(self) -> str:
        return self.manifest["asOf"][:10]

    @cached_property
    def marks(self) -> dict[tuple[str, str, str, str], str]:
        whole = {
            (r["studentUniqueId"], r["schoolId"], r["eventDate"], ""): r["attendanceCode"]
            for r in self.rows("studentSchoolAttendanceEvents")
        }
        return whole | {
            (r["studentUniqueId"], r["schoolId"], r["eventDate"], r["classPeriodName"]): r["attendanceCode"]
            for r in self.rows("studentSectionAttendanceEvents")
        }

    @cached_property
    def by_student(self) -> dict[str, dict[tuple[str, str], str]]:
        """Student -> (day, period) -> code, whatever the school."""
        found: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
        for (student, _, day, period), code in self.marks.items():
            found[student][day, period] = code
        return found

    @cached_property
    def absence_codes(self) -> set[str]:
        return {r["code"] for r in self.rows("attendanceCodes") if r["countsAsAbsence"] == "Y"}

    @cached_property
    def truancy_codes(self) -> set[str]:
        return {r["code"] for r in self.rows("attendanceCodes") if r["countsForTruancy"] == "Y"}

    @cached_property
    def taught(self) -> dict[tuple[str, str], list[str]]:
        """School and calendar -> taught days so far."""
        days: dict[tuple[str, str], list[str]] = defaultdict(list)
        for r in self.rows("calendarDates"):
            if r["calendarEvents"] in TAUGHT and r["date"] <= self.as_of:
                days[r["schoolId"], r["calendarCode"]].append(r["date"])
        return days

    def held(self, enrolment: dict[str, str]) -> list[str]:
        """The taught days of one enrolment so far; a no-show has none."""
        if enrolment["exitWithdrawType"] == "N470":
            return []
        first, last = enrolment["entryDate"], enrolment["exitWithdrawDate"] or "9999"
        return [d for d in self.taught[enrolment["schoolId"], enrolment["calendarCode"]] if first <= d <= last]

    @cached_property
    def absences(self) -> dict[tuple[str, str], dict[str, str]]:
        """(student, school) -> day -> code of whole days away, by daily row or by all six periods."""
        found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        periods: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for (student, school, day, period), code in self.marks.items():
            if code not in self.absence_codes:
                continue
            if period:
                periods[student, school, day].append(code)
            else:
                found[student, school][day] = code
        for (student, school, day), codes in periods.items():
            if len(codes) == PERIODS:
                found[student, school].setdefault(day, codes[0])
        return found

    def occasions(self, student: str) -> list[str]:
        """Days with an unexcused absence or more than thirty minutes missed without excuse, one a day."""
        mine = self.by_student.get(student, {})
        return sorted({day for (day, _), code in mine.items() if code in self.truancy_codes})

    @cached_property
    def enrolments_of(self) -> dict[tuple[str, str], list[dict[str, str]]]:
        found: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
        for r in self.rows("studentSchoolAssociations"):
            found[r["studentUniqueId"], r["schoolId"]].append(r)
        return found

    def enrolments(self, student: str) -> list[dict[str, str]]:
        return [r for r in self.rows("studentSchoolAssociations") if r["studentUniqueId"] == student]

    def days(self, student: str) -> list[str]:
        """Taught days of all of a student's primary enrolments."""
        return sorted(d for r in self.enrolments(student) if r["primarySchool"] == "true" for d in self.held(r))

    def away(self, student: str) -> list[str]:
        """Days away at the student's primary schools."""
        schools = [r["schoolId"] for r in self.enrolments(student) if r["primarySchool"] == "true"]
        return sorted({day for school in schools for day in self.absences.get((student, school), {})})

    def contacts(self, student: str) -> list[dict[str, str]]:
        keys = {
            r["contactUniqueId"] for r in self.rows("studentContactAssociations") if r["studentUniqueId"] == student
        }
        return [r for r in self.rows("contacts") if r["contactUniqueId"] in keys]
