"""The practice library as its page shows it."""

from firstbell.supports.practices import PRACTICES, Practice, matched
from firstbell.supports.rules import BARRIERS, FAMILIES, Barrier
from firstbell.supports.rules.barriers import Family


def chosen(barrier: str, tier: str) -> list[Practice]:
    """The practices for a barrier and a tier, either of which may be empty."""
    found = matched(barrier) if barrier else list(PRACTICES.values())
    return [one for one in found if not tier or str(one.tier) == tier]


def families() -> list[tuple[Family, list[Barrier]]]:
    """The taxonomy: each family with its barriers."""
    return [(family, [one for one in BARRIERS.values() if one.family == key]) for key, family in FAMILIES.items()]
