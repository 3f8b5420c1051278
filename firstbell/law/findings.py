"""A decision carries its reasons."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground of a decision.

    `section` is "EC 48260(a)" and the like, which `sections.section_of` resolves, or "setting <name>" for a
    choice the law leaves to the district. `sentence` is one plain sentence that a parent could read.
    """

    section: str
    sentence: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Finding(Generic[T]):
    """What was decided, why, and under which dated policy (`Policy.version`; empty where no policy was asked)."""

    outcome: T
    reasons: tuple[Reason, ...] = ()
    policy: str = ""


def reaches(part: int | Decimal, whole: int | Decimal, percent: int) -> bool:
    """Whether `part` is at least `percent` of `whole`, compared exactly; never of nothing at all."""
    return whole > 0 and 100 * part >= percent * whole


def count(number: int, noun: str) -> str:
    """How a sentence counts: "1 day", "3 days"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def spoken(day: date) -> str:
    """How a sentence names a day: "September 3, 2025"."""
    return f"{day:%B} {day.day}, {day.year}"
