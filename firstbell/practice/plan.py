"""What to make: the size, the seed and the day on which the practice district stands."""

import zlib
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

FEWEST_SCHOOLS = 6
MOST_STUDENTS = 5_000_000
DETAILED = 50_000


@dataclass(frozen=True)
class Plan:
    """The same plan always gives the same district, byte for byte.

    `year` is the calendar year in which the school year ends; `today` is the evening on which the story stands. When
    `settled`, every mark is right at once: no evening corrects an earlier one.
    """

    students: int = 8000
    schools: int = 12
    regions: int = 3
    seed: int = 1913
    year: int = 2026
    today: date = date(2026, 5, 12)
    settled: bool = False

    def __post_init__(self) -> None:
        """Refuse a plan that cannot hold one school of every kind (ValueError)."""
        if self.schools < FEWEST_SCHOOLS:
            raise ValueError(f"a practice district needs {FEWEST_SCHOOLS} schools or more, not {self.schools}")
        if not 20 * self.schools <= self.students <= MOST_STUDENTS:
            raise ValueError(f"{self.schools} schools need 20 students each and at most {MOST_STUDENTS:,} in all")
        if not 1 <= self.regions <= self.schools:
            raise ValueError(f"{self.regions} regions cannot share {self.schools} schools")
        if not date(self.year, 1, 15) <= self.today <= date(self.year, 6, 30):
            raise ValueError(f"today must lie in the second half of the school year, not on {self.today}")

    @property
    def label(self) -> str:
        """The school year as side files write it: 2025-2026."""
        return f"{self.year - 1}-{self.year}"

    @property
    def detailed(self) -> bool:
        """Whether every section's roll is written. A large district writes one section a period, to stay readable."""
        return self.students <= DETAILED

    def rng(self, stream: str, *ids: int) -> Generator:
        """A generator of its own for each part of the district, so that one part never moves another."""
        return np.random.default_rng([self.seed, zlib.crc32(stream.encode()), *ids])
