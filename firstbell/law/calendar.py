"""School years, the days on which school is taught, and the marks of a year's review."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_INSTRUCTIONAL = frozenset({"instructional day", "make-up day"})
_LATE_ARRIVAL = "student late arrival/early dismissal"
_SATURDAY = 5


@dataclass(frozen=True, slots=True, order=True)
class SchoolYear:
    """July 1 to June 30 (EC 37200), known by the calendar year in which it ends: SchoolYear(2026) is 2025-2026."""

    ending: int

    @classmethod
    def of(cls, day: date) -> "SchoolYear":
        return cls(day.year + (day.month >= 7))

    @classmethod
    def parse(cls, text: str) -> "SchoolYear":
        """From "2025-2026", "2025-26" or the year it ends, "2026". ValueError on anything else."""
        match = re.fullmatch(r"(?:(\d{4})-)?(\d{2}|\d{4})", text.strip(), re.ASCII)
        if match is None:
            raise ValueError(f"not a school year: {text!r}; write 2025-2026 or 2026")
        first, last = match.groups()
        ending = int(last) if first is None or len(last) == 4 else int(first) + 1
        if ending < 1900 or (first is not None and (ending != int(first) + 1 or ending % 100 != int(last) % 100)):
            raise ValueError(f"not a school year: {text!r}; write 2025-2026 or 2026")
        return cls(ending)

    @property
    def starts(self) -> date:
        return date(self.ending - 1, 7, 1)

    @property
    def ends(self) -> date:
        return date(self.ending, 6, 30)

    @property
    def name(self) -> str:
        return f"{self.ending - 1}-{self.ending}"

    def __contains__(self, day: date) -> bool:
        return self.starts <= day <= self.ends

    def __str__(self) -> str:
        return self.name


def is_instructional(event: str, on: date | None = None, *, late_arrival_days: bool = False) -> bool:
    """Whether school is taught on a day with these calendar events.

    `event` is one event or several between ";" or "|", in any case, bare or as an Ed-Fi descriptor; one that
    teaches is enough. Saturdays and Sundays never count, make-up classes included (EC 60901(c)(1), EC 37223).
    `late_arrival_days` is `policy.calendar.late_arrival_days`.
    """
    if on is not None and on.weekday() >= _SATURDAY:
        return False
    teaching = _INSTRUCTIONAL | {_LATE_ARRIVAL} if late_arrival_days else _INSTRUCTIONAL
    return any(one.rpartition("#")[2].strip().casefold() in teaching for one in re.split(r"[;|]", event))


def review_marks(days: Iterable[date], every: int = 25) -> list[date]:
    """The 25th, 50th, 75th ... instructional day, when the year so far is reviewed; order and repeats do not matter."""
    return sorted(set(days))[every - 1 :: every]
