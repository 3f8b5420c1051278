"""Write the practice district as the canonical daily extract, as its student system knew it on one evening."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from firstbell.practice import events, roster, side
from firstbell.practice.codes import Code
from firstbell.practice.district import District, district
from firstbell.practice.families import contact_frame, link_frame
from firstbell.practice.files import Folder, attendance_manifest, oneroster_manifest
from firstbell.practice.marks import Marks
from firstbell.practice.plan import Bools, Plan
from firstbell.practice.schools import schools
from firstbell.practice.stories import MOVER

Progress = Callable[[str, int], None]
KINDS_OF_MOVE = {"mover": MOVER, "returned": "came_back", "no_show": "no_show", "second": "two_schools"}


@dataclass(frozen=True)
class Summary:
    """What was written. `notable` maps a role to the keys of the students who play it."""

    folder: Path
    rows: dict[str, int]
    notable: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class SchoolFacts:
    """A school as the personas need it."""

    key: str
    name: str
    region: str
    level: str


def people(plan: Plan) -> list[SchoolFacts]:
    """The schools of the plan, for those who work there."""
    return [SchoolFacts(s.key, s.name, s.region, s.level) for s in schools(plan)]


def school_days(plan: Plan) -> tuple[date, ...]:
    """Every day of the year on which some school is open, the first one first."""
    days = np.unique(np.concatenate([calendar.days for s in schools(plan) for calendar in s.calendars]))
    return tuple(date.fromordinal(int(day)) for day in days)


def corrected(plan: Plan, on: date) -> list[tuple[str, date]]:
    """(student key, day) of each day that was stated as unexcused and is stated otherwise from the evening of `on`."""
    whole, found = district(plan), set[tuple[str, date]]()
    for school in whole.schools:
        marks = events.year_of_marks(whole, school)
        marks = marks.keep((marks.corrected == on.toordinal()) & (marks.first == Code.UNEXCUSED))
        keys = whole.people.keys.gather(whole.moves.student[whole.by_school[school.index]][marks.row])
        found |= set(zip(keys, map(date.fromordinal, marks.day.tolist()), strict=True))
    return sorted(found)


def write(plan: Plan, folder: Path, *, as_of: date | None = None, progress: Progress | None = None) -> Summary:
    """Write `<folder>/oneroster` and `<folder>/attendance` as known on the evening of `as_of` (default: plan.today).

    `progress` is called with a file's name and the number of schools written so far.
    """
    on = as_of or plan.today
    if not date(plan.year - 1, 7, 1) <= on <= date(plan.year, 6, 30):
        raise ValueError(f"{on} lies outside the school year {plan.label}")
    whole, tell = district(plan), progress or (lambda _name, _done: None)
    roster_folder, side_folder = Folder(folder / "oneroster"), Folder(folder / "attendance")
    _write_roster(whole, roster_folder, on.toordinal(), tell)
    _write_side(whole, side_folder, on.toordinal(), tell)
    _write_events(whole, side_folder, on.toordinal(), tell)
    oneroster_manifest(roster_folder)
    attendance_manifest(side_folder, plan, on)
    return Summary(folder, dict(sorted((roster_folder.rows | side_folder.rows).items())), notable(whole))


def notable(whole: District) -> dict[str, tuple[str, ...]]:
    """Role -> student keys: the written stories, and up to three students of each kind of move."""
    keys = whole.people.keys
    roles = {role: tuple(keys[s] for s in students) for role, students in whole.cast.roles.items()}
    for kind, role in KINDS_OF_MOVE.items():
        roles[role] = tuple(keys[int(s)] for s in whole.moves.chosen[kind][:3])
    foster = np.flatnonzero(whole.people.programs["Foster"])[:3]
    return roles | ({"foster": tuple(keys[int(s)] for s in foster)} if len(foster) else {})


def _write_roster(whole: District, folder: Folder, on: int, tell: Progress) -> None:
    parts: dict[str, Iterator[pl.DataFrame]] = {
        "academicSessions": iter([roster.sessions(whole)]),
        "orgs": iter([roster.orgs(whole)]),
        "courses": iter([roster.courses(whole)]),
        "classes": roster.classes(whole),
        "users": roster.users(whole, on),
        "roles": roster.roles(whole, on),
        "enrollments": roster.enrollments(whole, on),
        "demographics": iter([roster.demographics(whole, on)]),
    }
    for name, frames in parts.items():
        folder.write(name, frames)
        tell(name, len(whole.schools))


def _known_students(whole: District, on: int) -> Bools:
    known = np.zeros(whole.people.count, np.bool_)
    known[whole.moves.student[whole.known(on)]] = True
    return known


def _write_side(whole: District, folder: Folder, on: int, tell: Progress) -> None:
    students = _known_students(whole, on)
    links = link_frame(whole.people, whole.adults)
    links = links.filter(links["studentUniqueId"].is_in(whole.people.keys.filter(pl.Series(students)).implode()))
    adults = contact_frame(whole.plan, whole.people, whole.adults)
    parts: dict[str, Iterator[pl.DataFrame]] = {
        "calendars": iter([side.calendars(whole)]),
        "calendarDates": side.calendar_dates(whole, on),
        "attendanceCodes": iter([side.codes(whole)]),
        "studentSchoolAssociations": iter([side.enrolments(whole, on)]),
        "studentPrograms": iter([side.programs(whole, students)]),
        "contacts": iter([adults.filter(adults["contactUniqueId"].is_in(links["contactUniqueId"].implode()))]),
        "studentContactAssociations": iter([links]),
    }
    for name, frames in parts.items():
        folder.write(name, frames)
        tell(name, len(whole.schools))


def _write_events(whole: District, folder: Folder, on: int, tell: Progress) -> None:
    """School by school, so that a district of any size needs the memory of its largest school."""
    for done, school in enumerate(whole.schools, 1):
        marks: Marks = events.year_of_marks(whole, school).known(on)
        folder.write("studentSchoolAttendanceEvents", events.daily(whole, school, marks, on))
        if school.by_period:
            folder.append("studentSectionAttendanceEvents", events.by_period(whole, school, marks, on))
            folder.append("sectionAttendanceTaken", events.roll(whole, school, on))
        tell("attendance", done)
