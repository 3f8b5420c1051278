"""Enrolments: who entered which school when, who left, moved, came back or never came.

One row per enrolment, exit dates inclusive; codes follow CALPADS exit reasons and Ed-Fi entry types.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from firstbell.practice.calendars import CONTINUATION, EARLY, REGULAR, SchoolYear
from firstbell.practice.people import People
from firstbell.practice.plan import Bools, Ints, Plan
from firstbell.practice.schools import KG, TK, School

OPEN = 2**31 - 1
ENTRY_TYPES = (
    "Original entry",
    "Transfer from a public school in the same local education agency",
    "Transfer from a public school in a different local education agency in the same state",
    "Re-entry after a voluntary withdrawal",
)
FIRST, INSIDE, OUTSIDE, AGAIN = range(4)
EXIT_TYPES = ("", "T160", "T180", "T200", "T240", "E140", "N470")
TRANSFER, NO_SHOW = 1, 6
SHARES = {
    "mover": 0.0,
    "transferred": 0.035,
    "late": 0.03,
    "left": 0.03,
    "returned": 0.004,
    "no_show": 0.006,
    "second": 0.0015,
}
"""Share of all students for each kind of move; there is always one of each."""
GRADES_OF = {"mover": range(1, 6), "second": range(9, 13)}


@dataclass(frozen=True)
class Moves:
    """Enrolments in order of student and entry. `chosen` names the students of each kind of move."""

    student: Ints
    school: Ints
    entry: Ints
    last: Ints
    entry_type: Ints
    exit_type: Ints
    primary: Bools
    calendar: list[str]
    chosen: dict[str, Ints]


@dataclass
class _Draft:
    rng: Generator
    people: People
    every: list[School]
    year: SchoolYear
    by_grade: dict[int, Ints]
    rows: list[tuple[int, int, int, int, int, int, bool]] = field(default_factory=list)

    def day(self, low: int, high: int) -> int:
        return int(self.year.taught[self.rng.integers(low, high)])

    def after(self, day: int, steps: int) -> int:
        """The school day `steps` after a day."""
        return int(self.year.taught[np.searchsorted(self.year.taught, day, "right") + steps - 1])

    def other_school(self, student: int) -> int | None:
        """Another school of the district that has the student's grade, if there is one."""
        fits = self.by_grade[int(self.people.grade[student])]
        fits = fits[fits != self.people.school[student]]
        return int(self.rng.choice(fits)) if len(fits) else None

    def calendar(self, student: int, school: int) -> str:
        codes = {calendar.code for calendar in self.every[school].calendars}
        if EARLY in codes and self.people.grade[student] <= KG:
            return EARLY
        return CONTINUATION if CONTINUATION in codes else REGULAR

    def opening(self, student: int, school: int) -> int:
        return int(self.every[school].calendar(self.calendar(student, school)).days[0])


def _transferred(draft: _Draft, student: int, school: int, opening: int) -> None:
    other = draft.other_school(student)
    if other is None:
        draft.rows.append((student, school, opening, OPEN, FIRST, 0, True))
        return
    last = draft.day(10, 150)
    entry = draft.after(last, int(draft.rng.integers(1, 6)))
    draft.rows.append((student, school, opening, last, FIRST, TRANSFER, True))
    draft.rows.append((student, other, entry, OPEN, INSIDE, 0, True))


def _mover(draft: _Draft, student: int, school: int, opening: int) -> None:
    """The one transfer that a story is told about: in autumn, between two schools for young children."""
    last = draft.day(30, 60)
    draft.rows.append((student, school, opening, last, FIRST, TRANSFER, True))
    draft.rows.append((student, draft.other_school(student) or school, draft.after(last, 2), OPEN, INSIDE, 0, True))


def _late(draft: _Draft, student: int, school: int, _opening: int) -> None:
    draft.rows.append((student, school, draft.day(10, 160), OPEN, OUTSIDE, 0, True))


def _left(draft: _Draft, student: int, school: int, opening: int) -> None:
    reason = int(draft.rng.choice(np.array([1, 2, 3, 4, 5]), p=[0.58, 0.08, 0.17, 0.11, 0.06]))
    draft.rows.append((student, school, opening, draft.day(8, 165), FIRST, reason, True))


def _returned(draft: _Draft, student: int, school: int, opening: int) -> None:
    last = draft.day(20, 90)
    draft.rows.append((student, school, opening, last, FIRST, TRANSFER, True))
    draft.rows.append((student, school, draft.after(last, int(draft.rng.integers(15, 50))), OPEN, AGAIN, 0, True))


def _no_show(draft: _Draft, student: int, school: int, opening: int) -> None:
    draft.rows.append((student, school, opening, opening, FIRST, NO_SHOW, True))


def _second(draft: _Draft, student: int, school: int, opening: int) -> None:
    """A secondary enrolment beside the primary one, as in a course taken at another school."""
    draft.rows.append((student, school, opening, OPEN, FIRST, 0, True))
    other = draft.other_school(student)
    if other is not None:
        draft.rows.append((student, other, draft.day(15, 60), OPEN, FIRST, 0, False))


KINDS = {
    "mover": _mover,
    "transferred": _transferred,
    "late": _late,
    "left": _left,
    "returned": _returned,
    "no_show": _no_show,
    "second": _second,
}


def moves(plan: Plan, everyone: People, every: list[School], year: SchoolYear, settled: Bools) -> Moves:
    """Every enrolment of the year. Students marked `settled` stay where they started."""
    by_grade = {
        grade: np.array([s.index for s in every if s.lowest <= grade <= s.highest], np.int32) for grade in range(TK, 13)
    }
    draft = _Draft(plan.rng("moves"), everyone, every, year, by_grade)
    order = draft.rng.permutation(np.flatnonzero(~settled)).astype(np.int32)
    chosen: dict[str, Ints] = {}
    for kind, share in SHARES.items():
        able = order[np.isin(everyone.grade[order], GRADES_OF.get(kind, range(TK, 13)))]
        chosen[kind] = able[: max(1, round(share * plan.students))]
        order = order[~np.isin(order, chosen[kind])]
        for student in chosen[kind]:
            school = int(everyone.school[student])
            KINDS[kind](draft, int(student), school, draft.opening(int(student), school))
    return _table(draft, everyone, chosen)


def _table(draft: _Draft, everyone: People, chosen: dict[str, Ints]) -> Moves:
    """Add the settled students' single enrolments and sort."""
    moved = np.array(draft.rows, np.int64)
    stayed = np.setdiff1d(np.arange(everyone.count), moved[:, 0])
    school = everyone.school[stayed]
    opening = np.array([s.calendars[0].days[0] for s in draft.every])[school]
    late = _on_early_calendar(draft, school, everyone.grade[stayed])
    opening[late] = np.array([s.calendars[-1].days[0] for s in draft.every])[school[late]]
    still = np.zeros((len(stayed), 7), np.int64)
    still[:, 0], still[:, 1], still[:, 2], still[:, 3], still[:, 6] = stayed, school, opening, OPEN, 1
    rows = np.concatenate([moved, still])
    rows = rows[np.lexsort((rows[:, 2], 1 - rows[:, 6], rows[:, 0]))].astype(np.int32)
    return Moves(
        student=rows[:, 0],
        school=rows[:, 1],
        entry=rows[:, 2],
        last=rows[:, 3],
        entry_type=rows[:, 4],
        exit_type=rows[:, 5],
        primary=rows[:, 6] == 1,
        calendar=_codes(draft, everyone, rows),
        chosen=chosen,
    )


def _on_early_calendar(draft: _Draft, school: Ints, grade: Ints) -> Bools:
    """Whether each student is on the TK and kindergarten calendar, which not every school has."""
    has_one = np.array([EARLY in {c.code for c in s.calendars} for s in draft.every])
    return np.asarray(has_one[school] & (grade <= KG), np.bool_)


def _codes(draft: _Draft, everyone: People, rows: Ints) -> list[str]:
    early = _on_early_calendar(draft, rows[:, 1], everyone.grade[rows[:, 0]])
    first = [s.calendars[0].code for s in draft.every]
    return [EARLY if is_early else first[school] for is_early, school in zip(early, rows[:, 1], strict=True)]
