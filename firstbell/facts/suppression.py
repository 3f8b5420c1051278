"""Small cells: no table tells anything about a handful of students.

The state hides a population of 10 or fewer (DataQuest; FERPA, 34 CFR 99.31(b)).
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

AT_MOST = 10


def suppress(counts: Sequence[int], *, at_most: int = AT_MOST, total_shown: bool = True) -> list[int | None]:
    """The counts of a partition of students, with None for each one that must not be shown.

    Counts of `at_most` or fewer are hidden. Where the total is shown and would give one of them away (it stands
    alone, or the hidden ones add up to the least or the most they can be), the next smallest count is hidden too.
    Where no count is left to show, the total must not be shown either.
    """
    small = {at for at, count in enumerate(counts) if count <= at_most}
    hidden = set(small)
    if total_shown and small and _given_away([counts[at] for at in small], at_most):
        rest = sorted((count, at) for at, count in enumerate(counts) if at not in small)
        hidden |= {at for _, at in rest[:1]}
    return [None if at in hidden else count for at, count in enumerate(counts)]


def rate(count: int, of: int, *, at_most: int = AT_MOST) -> Decimal | None:
    """Percent with one decimal, halves up; None where it would describe `at_most` students or fewer.

    Only to be shown: thresholds compare the counts.
    """
    if of <= at_most:
        return None
    return (Decimal(100 * count) / of).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _given_away(hidden: Sequence[int], at_most: int) -> bool:
    return len(hidden) == 1 or sum(hidden) in (0, at_most * len(hidden))
