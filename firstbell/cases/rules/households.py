"""Who is proposed to lead the work with a household, and whose lead counts when homes have changed. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from firstbell.law.bands import NationalBand

_SEVERITY = {band.value: place for place, band in enumerate(NationalBand)}


@dataclass(frozen=True, slots=True)
class Child:
    """One child's open case, as far as it says who should lead. `since` is the day the adult was named."""

    student: int
    tier: int
    band: str
    adult: int | None
    since: date


def proposed(children: Iterable[Child]) -> Child | None:
    """The child whose named adult should lead: highest tier, then most severe band, then the adult named longest."""
    named = [one for one in children if one.adult is not None]
    order = sorted(named, key=lambda one: (-one.tier, -_SEVERITY.get(one.band, 0), one.since, one.student))
    return order[0] if order else None


def leading(newest: Mapping[int, int]) -> int | None:
    """Of child to the newest decision that named them, the decision that counts: for most children, then the newest.

    A child who moved in brings a decision of their earlier home along; it does not count for this one.
    """
    told = Counter(newest.values())
    return max(told, key=lambda decision: (told[decision], decision), default=None)
