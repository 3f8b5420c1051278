"""From a school's year to the rows of its attendance files, each row with the evening on which it became known.

A mark may first be recorded as unverified or unexcused and be corrected days later; a few are withdrawn. `Marks.known`
picks the version that the student system held on a given evening.
"""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from firstbell.practice.attendance import Group
from firstbell.practice.codes import Code
from firstbell.practice.plan import Bools, Bytes, Floats, Ints
from firstbell.practice.schools import PERIODS

NEVER = 2**31 - 1
Index = NDArray[np.integer]
WHOLE_DAY = 0
LESSON = 55


@dataclass(frozen=True)
class Marks:
    """Parallel arrays, one entry per mark of one school.

    `row` is the enrolment's place in the school, `period` 0 for the whole day or 1 to 6, `first` the code as first
    entered on the evening of `entered`, `final` the code from `corrected` on (NONE: withdrawn), `minutes` -1 if unsaid.
    """

    row: Ints
    day: Ints
    period: Bytes
    first: Bytes
    final: Bytes
    entered: Ints
    corrected: Ints
    minutes: Ints

    def keep(self, chosen: Bools | NDArray[np.int64]) -> Self:
        """Only the chosen marks, in their order."""
        return type(self)(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def code(self, on: int) -> Bytes:
        """The code of each mark as held on the evening of `on`."""
        return np.where(self.corrected <= on, self.final, self.first).astype(np.uint8)

    def since(self, on: int) -> Ints:
        """The day on which each mark took the shape it had on `on`."""
        return np.where(self.corrected <= on, self.corrected, self.entered).astype(np.int32)

    def settled(self) -> Self:
        """The marks as they end, known from the first evening on."""
        lasting = self.keep(self.final != Code.NONE)
        return replace(lasting, first=lasting.final, corrected=np.full(len(lasting.row), NEVER, np.int32))

    def known(self, on: int) -> Self:
        """The marks that stood on the evening of `on`, in order of enrolment, day and period."""
        standing = self.keep((self.entered <= on) & (self.code(on) != Code.NONE))
        return standing.keep(np.lexsort((standing.period, standing.day, standing.row)))


def join(parts: list[Marks]) -> Marks:
    """Several sets of marks as one."""
    return Marks(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Marks)))


def _marks(row: Index, day: Ints, final: Bytes, *, period: int = WHOLE_DAY, minutes: Ints | int = -1) -> Marks:
    size = len(row)
    return Marks(
        row=row.astype(np.int32),
        day=day.astype(np.int32),
        period=np.full(size, period, np.uint8),
        first=final,
        final=final,
        entered=day.astype(np.int32),
        corrected=np.full(size, NEVER, np.int32),
        minutes=np.broadcast_to(np.asarray(minutes, np.int32), size),
    )


def _later(days: Ints, at: Ints, steps: Ints) -> Ints:
    """The school day `steps` after the day at index `at`; never, when the year is over first."""
    index = at + steps
    return np.where(index < len(days), days[np.minimum(index, len(days) - 1)], NEVER).astype(np.int32)


def whole_days(rng: Generator, group: Group, codes: Bytes) -> Marks:
    """One mark per absent day, with its way from first entry to final code."""
    at, row = np.nonzero(codes)
    final, size = codes[at, row], len(row)
    luck = rng.random(size, np.float32)
    excused = final <= Code.PERSONAL
    open_case = (final == Code.UNEXCUSED) & (luck < 0.4)
    first = np.where(excused & (luck > 0.42) & (luck <= 0.8), Code.UNVERIFIED, final)
    first = np.where(excused & (luck > 0.8), Code.UNEXCUSED, first)
    first = np.where(open_case, Code.UNVERIFIED, first).astype(np.uint8)
    steps = np.where(first == Code.UNVERIFIED, rng.integers(1, 5, size), np.ceil(20 * rng.random(size) ** 2))
    steps = np.where(open_case, 5, np.maximum(steps, 1)).astype(np.int32)
    corrected = np.where(first == final, NEVER, _later(group.days, at.astype(np.int32), steps)).astype(np.int32)
    marks = _marks(row, group.days[at], final)
    return Marks(**{**vars(marks), "first": first, "corrected": corrected})


def mistakes(rng: Generator, group: Group, codes: Bytes) -> Marks:
    """Students marked absent who were in class: withdrawn one to three days later."""
    wrong = (rng.random(codes.shape, np.float32) < 0.0004) & (codes == Code.NONE) & group.held
    at, row = np.nonzero(wrong)
    marks = _marks(row, group.days[at], np.full(len(row), Code.NONE, np.uint8))
    corrected = _later(group.days, at.astype(np.int32), rng.integers(1, 4, len(row)).astype(np.int32))
    return Marks(**{**vars(marks), "first": np.full(len(row), Code.UNVERIFIED, np.uint8), "corrected": corrected})


def late_days(rng: Generator, group: Group, codes: Bytes, late: Floats) -> Marks:
    """Tardy, over thirty minutes late, or gone early, on days in class; for schools that take roll once a day."""
    chance = 1 / (1 + np.exp(-late))
    draws = rng.random(codes.shape, np.float32)
    at, row = np.nonzero((draws < 1.4 * chance) & (codes == Code.NONE) & group.held)
    luck, size = rng.random(len(row)), len(row)
    code = np.where(luck < 0.84, Code.TARDY, np.where(luck < 0.93, Code.LATE, Code.LEFT_EARLY)).astype(np.uint8)
    short, long = rng.integers(2, 31, size), 31 + np.floor(rng.exponential(35, size)).clip(0, 200)
    return _marks(row, group.days[at], code, minutes=np.where(code == Code.TARDY, short, long).astype(np.int32))


def every_period(marks: Marks) -> Marks:
    """Whole days away as one mark in each period."""
    size = len(marks.row)
    repeated = marks.keep(np.repeat(np.arange(size), PERIODS))
    period = np.tile(np.arange(1, PERIODS + 1, dtype=np.uint8), size)
    return Marks(**{**vars(repeated), "period": period, "minutes": np.full(size * PERIODS, LESSON, np.int32)})


def missed_periods(rng: Generator, group: Group, codes: Bytes, late: Floats) -> Marks:
    """Single periods missed on days in class (one to three in a row), and tardies to a period."""
    chance = 1 / (1 + np.exp(-late))
    open_days = (codes == Code.NONE) & group.held
    draws = rng.random(codes.shape, np.float32)
    cut = (draws < 0.7 * chance) & open_days
    cut_at, cut_row = np.nonzero(cut)
    late_at, late_row = np.nonzero((draws > 1 - chance) & open_days & ~cut)
    size = len(cut_row)
    excused = rng.random(size) < 0.3
    code = np.where(excused, Code.MEDICAL, Code.UNEXCUSED).astype(np.uint8)
    start, length = rng.integers(1, PERIODS + 1, size), rng.choice(np.array([1, 2, 3]), size, p=[0.72, 0.2, 0.08])
    parts = []
    for step in range(3):
        some = (length > step) & (start + step <= PERIODS)
        part = _marks(cut_row[some], group.days[cut_at[some]], code[some], minutes=LESSON)
        parts.append(Marks(**{**vars(part), "period": (start[some] + step).astype(np.uint8)}))
    tardies = _marks(
        late_row,
        group.days[late_at],
        np.full(len(late_row), Code.TARDY, np.uint8),
        minutes=rng.integers(2, 21, len(late_row)).astype(np.int32),
    )
    first = np.where(rng.random(len(late_row)) < 0.5, 1, rng.integers(1, PERIODS + 1, len(late_row)))
    return join([*parts, Marks(**{**vars(tardies), "period": first.astype(np.uint8)})])
