"""How far two reviewers of the same chart agree: the exact share, and Cohen's weighted kappa. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 11
"""Pairs of levels below which one cannot tell."""
LEVELS = 4


@dataclass(frozen=True, slots=True)
class Agreement:
    """`same` of `pairs` levels were the same. `kappa` is None where one cannot tell: too few, or no variety at all."""

    pairs: int
    same: int
    kappa: float | None

    @property
    def tells(self) -> bool:
        return self.pairs >= FEWEST


def agreement(pairs: Sequence[tuple[int, int]]) -> Agreement:
    """Of (first's level, second's level) of every item scored twice; kappa with linear weights."""
    same = sum(one == other for one, other in pairs)
    return Agreement(len(pairs), same, _kappa(pairs) if len(pairs) >= FEWEST else None)


def _kappa(pairs: Sequence[tuple[int, int]]) -> float | None:
    """1 less the disagreement seen over that expected by chance; None where chance alone allows no disagreement."""
    many = len(pairs)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    observed = sum(abs(one - other) for one, other in pairs) * many
    expected = sum(first[a] * second[b] * abs(a - b) for a in range(LEVELS) for b in range(LEVELS))
    return 1 - observed / expected if expected else None
