"""A counselor's load by weight, not by count: three in tier 3 with a step due weigh more than ten in tier 1. Pure.

The rule is stated, so that anybody can add it up: tier 1 weighs 1, tier 2 weighs 2, tier 3 weighs 4; missing a tenth of
the days adds 1, missing a fifth 2; each legal step that is due adds 2.
"""

from collections.abc import Iterable
from dataclasses import dataclass

TIERS = {1: 1, 2: 2, 3: 4}
TENTH, FIFTH, STEP = 1, 2, 2


@dataclass(frozen=True, slots=True)
class Carried:
    """One student whose named adult somebody is. `due` are the legal steps that are missing on the ladder."""

    tier: int
    absent: int
    enrolled: int
    due: int


@dataclass(frozen=True, slots=True)
class Load:
    """`weight` of so many students; `minutes` a week that the posts hold. Compared only as weight for a full week."""

    students: int
    weight: int
    minutes: int

    @property
    def a_week(self) -> int | None:
        """The weight as it would be of a whole week, rounded half up; None without a post."""
        full = 5 * 8 * 60
        return (2 * self.weight * full + self.minutes) // (2 * self.minutes) if self.minutes else None


def weight_of(one: Carried) -> int:
    """Thresholds in integers: 5 of 25 days is a fifth."""
    missed = FIFTH if 5 * one.absent >= one.enrolled else TENTH if 10 * one.absent >= one.enrolled else 0
    return TIERS[one.tier] + (missed if one.enrolled and one.absent else 0) + STEP * one.due


def load(carried: Iterable[Carried], minutes: int) -> Load:
    weights = [weight_of(one) for one in carried]
    return Load(len(weights), sum(weights), minutes)
