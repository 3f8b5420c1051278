"""What goes into a day book, and the book itself."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firstbell.facts.arrays import ROLL, Bytes, Ints, Records


class BadSources(ValueError):  # noqa: N818 - named for what it is
    """The sources contradict themselves: no book can be built from them."""


def _no_rolls() -> Records:
    return np.empty(0, ROLL)


@dataclass(frozen=True, eq=False)
class Sources:
    """Everything a book is built from. Days are proleptic ordinals (`date.toordinal`)."""

    year: int
    """The school year by the calendar year it ends in."""
    version: str
    """Names the arrival of data that the book reflects; letters, digits, ".", "_" and "-"."""
    students: Ints
    """Every student of the district, sorted, each once."""
    calendars: Mapping[int, Ints]
    """Calendar id to its instructional days, sorted, each once."""
    enrolments: Records
    """ENROLMENT. One that ends before it begins (a no-show) is no enrolment at all."""
    marks: Records
    """MARK, at most one for each student, school and day (`reduce` sees to it), in any order."""
    through: int
    """The last day the files speak of. Later days stay NONE: a day nobody has reported is not a day present."""
    not_taken: Records = field(default_factory=_no_rolls)
    """ROLL: school days without a roll call. Who has no mark there is NOT_TAKEN, not present."""


@dataclass(frozen=True, eq=False)
class DayBook:
    """One byte (`law.days`) for each line and day; L lines, D days. Its arrays are read-only.

    The first N lines are the N students, for the whole district. After them comes one line for each school of every
    student who was enrolled in more than one, ordered by student and school. So `school_of` is the school whose days
    a line shows, and 0 where a line shows several schools or none: the lines where it is not 0 are exactly one for
    each student and school.
    """

    year: int
    version: str
    through: int
    days: Ints
    """int32[D]: the instructional days of all calendars of the year, sorted."""
    students: Ints
    """int32[N]: sorted."""
    line_student: Ints
    """int32[L]"""
    line_school: Ints
    """int32[L]: 0 for the lines of the whole district."""
    school_of: Ints
    """int32[L]"""
    cells: Bytes
    """uint8[L, D]: NONE where the student is not enrolled or their own calendar has no school."""

    def has(self, student: int) -> bool:
        """Whether the student has a line."""
        try:
            self.line_of(student)
        except KeyError:
            return False
        return True

    def line_of(self, student: int, school: int | None = None) -> int:
        """The line of a student: of the whole district, or of one school. KeyError where there is none."""
        line = int(np.searchsorted(self.students, student))
        if line == len(self.students) or self.students[line] != student:
            raise KeyError(f"student {student} is not in the day book of {self.year}")
        if school is None or self.school_of[line] == school:
            return line
        first = len(self.students)
        lines = slice(*(first + np.searchsorted(self.line_student[first:], [student, student + 1])))
        at = np.flatnonzero(self.line_school[lines] == school)
        if not len(at):
            raise KeyError(f"student {student} was not enrolled in school {school} in {self.year}")
        return int(lines.start + at[0])

    def column(self, day: int) -> int:
        """How many columns lie on or before an ordinal: what kernels take as `upto`."""
        return int(np.searchsorted(self.days, day, side="right"))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, as they are stored."""
        return {name: getattr(self, name) for name in ARRAYS}

    @cached_property
    def digests(self) -> dict[str, str]:
        """SHA-256 of the content of each array, by name. Computed once: a book never changes."""
        return {
            name: hashlib.sha256(np.ascontiguousarray(array).data).hexdigest() for name, array in self.arrays().items()
        }

    @property
    def digest(self) -> str:
        """SHA-256 over the year, `through` and every array: equal for equal books, whatever their version."""
        shapes = [(name, array.dtype.str, array.shape, self.digests[name]) for name, array in self.arrays().items()]
        return hashlib.sha256(repr((self.year, self.through, shapes)).encode()).hexdigest()


ARRAYS = ("days", "students", "line_student", "line_school", "school_of", "cells")
