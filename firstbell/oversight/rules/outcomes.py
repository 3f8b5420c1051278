"""Outcomes fair to case mix: what became of the students a counselor answers for, against students like them. Pure.

Everybody counts who was missing a tenth or more at the start and goes to a school the counselor serves, whether or not
anything was logged: who writes much, or sees only the easy ones, gains nothing by it. A student is compared with others
of the same school level who began with as many days missed: what comes back by itself comes back for them too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

WINDOW = 20
"""School days of each of the two windows that are compared."""
STARTS_AT = 2
"""Days missed of the first window from which on a student counts: a tenth."""
FEWEST = 11
"""Students below which nothing is said: of ten or fewer no figure is shown."""
Z = 1.959964
"""Of an interval of 95 %."""
SCALE = 1.0
"""Days: about how far counselors may lie apart before anything is seen (half-normal). It matters only where few are."""
GRID = 80
_FURTHEST = 4 * SCALE
Stratum = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """Students of one school who are alike: how many, the sum of days won back, and the sum of their squares.

    Days won back of one student are the days missed in the first window less those in the second.
    """

    school: int
    stratum: Stratum
    students: int
    total: int
    squares: int


@dataclass(frozen=True, slots=True)
class Raw:
    """Days won back for each student beyond what students like them won back, and how uncertain that is."""

    students: int
    beyond: float
    variance: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """`middle`, `low` and `high` are days of 20 beyond similar students, None where too few students count.

    `raw` is the same before pooling; `alone` are students whom nobody elsewhere is like.
    """

    students: int
    alone: int
    raw: float | None = None
    middle: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def tells(self) -> bool:
        """Whether it differs from similar students at all; else one cannot tell."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def stratum_of(level: str, missed: int) -> Stratum:
    """Who is alike: the same span of grades, and as many days missed at the start; many days are taken together."""
    return level, missed if missed < 8 else 8 if missed < 10 else 10 if missed < 13 else 13


@dataclass(frozen=True, slots=True)
class _Alike:
    """One stratum: the sums over everybody, those of each school, and the variance between its students."""

    students: int
    total: int
    schools: Mapping[int, tuple[int, int]]
    spread: float


def outcomes(served: Mapping[int, Collection[int]], cells: Iterable[Cell]) -> dict[int, Outcome]:
    """Person to outcome; `served` are the schools of each. No order is meant, and none should be shown but by name."""
    strata = _strata(cells)
    found = {who: _raw(set(schools), strata) for who, schools in served.items()}
    pooled = pool({who: raw for who, (raw, _) in found.items() if raw.students >= FEWEST})
    return {who: _told(raw, alone, pooled.get(who)) for who, (raw, alone) in found.items()}


def _strata(cells: Iterable[Cell]) -> list[_Alike]:
    by_stratum: dict[Stratum, list[Cell]] = {}
    for cell in cells:
        by_stratum.setdefault(cell.stratum, []).append(cell)
    spread = _spread(by_stratum)
    made = []
    for key, alike in by_stratum.items():
        schools: dict[int, tuple[int, int]] = {}
        for one in alike:
            students, total = schools.get(one.school, (0, 0))
            schools[one.school] = students + one.students, total + one.total
        sums = [sum(each) for each in zip(*schools.values(), strict=True)]
        made.append(_Alike(sums[0], sums[1], schools, spread[key]))
    return made


def _told(raw: Raw, alone: int, pooled: tuple[float, float] | None) -> Outcome:
    if pooled is None:
        return Outcome(raw.students, alone)
    middle, deviation = pooled
    return Outcome(raw.students, alone, raw.beyond, middle, middle - Z * deviation, middle + Z * deviation)


def _spread(by_stratum: Mapping[Stratum, Sequence[Cell]]) -> dict[Stratum, float]:
    """The variance between students of one stratum and school; a stratum with few borrows that of all."""
    sums = {key: _within(cells) for key, cells in by_stratum.items()}
    free = sum(freedom for _, freedom in sums.values())
    usual = sum(squares for squares, _ in sums.values()) / free if free else float(WINDOW)
    return {key: squares / freedom if freedom >= 20 and squares else usual for key, (squares, freedom) in sums.items()}


def _within(cells: Sequence[Cell]) -> tuple[float, int]:
    squares = sum(one.squares - one.total * one.total / one.students for one in cells if one.students)
    return squares, sum(one.students - 1 for one in cells if one.students)


def _raw(mine: Collection[int], strata: Iterable[_Alike]) -> tuple[Raw, int]:
    """What somebody's students won back beyond others like them at schools they do not serve; and who is alone."""
    counted, beyond, variance, alone = 0, 0.0, 0.0, 0
    for one in strata:
        own = [one.schools[school] for school in mine if school in one.schools]
        students, total = sum(n for n, _ in own), sum(won for _, won in own)
        others = one.students - students
        if not others:
            alone += students
        elif students:
            beyond += total - students * (one.total - total) / others
            variance += one.spread * (students + students * students / others)
            counted += students
    if not counted:
        return Raw(0, 0.0, 0.0), alone
    return Raw(counted, beyond / counted, variance / counted**2), alone


def pool(raws: Mapping[int, Raw]) -> dict[int, tuple[float, float]]:
    """Person to (middle, standard deviation), partially pooled toward "like similar students".

    Normal within, normal between. How far people lie apart is not taken as known: every value of a grid counts by how
    well it explains what is seen, so that the interval holds what is not known about it too.
    """
    steps = [_FURTHEST * (at + 0.5) / GRID for at in range(GRID)]
    logs = [_likelihood(tau, raws.values()) for tau in steps]
    top = max(logs, default=0.0)
    weights = [exp(one - top) for one in logs]
    whole = sum(weights)
    shares = [(tau * tau, weight / whole) for tau, weight in zip(steps, weights, strict=True)]
    return {who: _mixed(raw, shares) for who, raw in raws.items()}


def _likelihood(tau: float, raws: Iterable[Raw]) -> float:
    """Log of the half-normal weight of `tau` and of how well it explains what is seen."""
    sums = -tau * tau / (2 * SCALE * SCALE)
    for one in raws:
        whole = one.variance + tau * tau
        sums -= 0.5 * (log(whole) + one.beyond * one.beyond / whole)
    return sums


def _mixed(raw: Raw, shares: Sequence[tuple[float, float]]) -> tuple[float, float]:
    middle = second = 0.0
    for between, weight in shares:
        kept = between / (between + raw.variance)
        at = kept * raw.beyond
        middle += weight * at
        second += weight * (kept * raw.variance + at * at)
    return middle, sqrt(max(second - middle * middle, 0.0))


def words(one: Outcome) -> str:
    """`Between 0.4 fewer and 1.1 more days won back …`, or that one cannot tell and why."""
    if one.middle is None or one.low is None or one.high is None:
        return f"Cannot tell: {_few(one.students)} can be compared, and {FEWEST} are needed."
    said = f"{_days(one.low)} to {_days(one.high)} days of {WINDOW} won back beyond similar students"
    return f"{said}." if one.tells else f"Cannot tell: {said}, which includes no difference."


def _few(students: int) -> str:
    return "no student" if not students else f"only {students} student{'s' if students != 1 else ''}"


def _days(value: float) -> str:
    return f"{value:+.1f}".replace("-", "\u2212") if round(value, 1) else "0"
