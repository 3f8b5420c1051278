"""Whether one group of students is reached as often as everybody else: an interval, or that one cannot tell. Pure.

The interval is Newcombe's for the difference of two shares (1998, method 10): made of two score intervals, it holds for
small groups and for shares near none or all. It asks a question; it never says why.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

SURE = 0.95
"""How sure all the intervals of one table are together: the more groups, the wider each of them."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Share of a group less the share of everybody else, as fractions of one."""

    low: float
    middle: float
    high: float

    @property
    def tells(self) -> bool:
        """Whether it leaves out that there is no difference."""
        return self.low > 0 or self.high < 0


def difference(part: int, whole: int, other: int, others: int, *, groups: int = 1) -> Difference | None:
    """`part` of `whole` in a group against `other` of `others`; None where one of the two has nobody.

    `groups` are compared in the same table.
    """
    if not whole or not others:
        return None
    z = NormalDist().inv_cdf(1 - (1 - SURE) / (2 * groups))
    mine, theirs = part / whole, other / others
    (low, high), (their_low, their_high) = _score(part, whole, z), _score(other, others, z)
    return Difference(
        mine - theirs - sqrt((mine - low) ** 2 + (their_high - theirs) ** 2),
        mine - theirs,
        mine - theirs + sqrt((high - mine) ** 2 + (theirs - their_low) ** 2),
    )


def _score(part: int, whole: int, z: float) -> tuple[float, float]:
    """Wilson's interval of one share."""
    middle = 2 * part + z * z
    half = z * sqrt(z * z + 4 * part * (1 - part / whole))
    below = 2 * (whole + z * z)
    return (middle - half) / below, (middle + half) / below


def words(one: Difference | None) -> str:
    """`4 to 19 points fewer than everybody else`, or that one cannot tell."""
    if one is None:
        return "Cannot tell: there is nobody to compare with."
    if not one.tells:
        said = f"between {_fewer(one.low)} and {_fewer(one.high)}"
        return f"Cannot tell: {said}, which includes no difference."
    near, far = sorted((abs(one.low), abs(one.high)))
    return f"{_points(near)} to {_points(far)} points {'more' if one.low > 0 else 'fewer'} than everybody else."


def _fewer(value: float) -> str:
    return f"{_points(abs(value))} points {'fewer' if value < 0 else 'more'}"


def _points(value: float) -> str:
    return f"{100 * value:.1f}"
