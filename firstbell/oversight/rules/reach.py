"""How many students so many counselor days may reach, by what they reached at other schools. Pure, and exact.

Nothing is promised: of the schools there are, one in ten reaches fewer than `low`, and one in ten more than `high`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

FEWEST = 11
"""Schools below which nothing is said: of ten or fewer no figure is shown."""
LOW, MIDDLE, HIGH = 10, 50, 90
"""The percentiles that are told."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Students who are likely reached at least once."""

    low: int
    middle: int
    high: int

    @property
    def words(self) -> str:
        """`between 12 and 31 (middle 20)`."""
        if self.low == self.high:
            return f"{self.low:,}"
        return f"between {self.low:,} and {self.high:,} (middle {self.middle:,})"


def reach(ratios: Sequence[Fraction], tenths: int, weeks: int, need: int) -> Reach | None:
    """Of `need` students, how many `tenths` of a full week reach in `weeks` school weeks; None where one cannot tell.

    A ratio is what one other school reached for each tenth and school week.
    """
    if len(ratios) < FEWEST:
        return None
    ordered = sorted(ratios)
    low, middle, high = (_nearest(ordered, percent) * tenths * weeks for percent in (LOW, MIDDLE, HIGH))
    told = low // 1, (middle + Fraction(1, 2)) // 1, -(-high // 1)
    return Reach(*(min(need, one) for one in told))


def _nearest(ordered: Sequence[Fraction], percent: int) -> Fraction:
    """The percentile by nearest rank: one of the ratios there are, never one between two."""
    return ordered[-(-percent * len(ordered) // 100) - 1]
