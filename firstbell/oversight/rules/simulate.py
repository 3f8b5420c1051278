"""Invented counselors with known effects: does the view let anybody rise who only writes, or only sees the easy ones?

Each student misses days by chance at a rate of their own. Some had a passing cause and come back by themselves; nobody
can see which, except who picks the easy ones. Pure: a seed in, figures out.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from math import comb
from random import Random

from firstbell.oversight.rules.coverage import Reached, covered
from firstbell.oversight.rules.outcomes import STARTS_AT, WINDOW, Cell, Outcome, outcomes, stratum_of

PEOPLE = 120
HONEST, STUFFER, PICKER = "honest", "log-stuffer", "cherry-picker"
KINDS = (HONEST, STUFFER, PICKER)
WORKED = 0.3
"""What is left of the work of somebody who spends the rest of the day writing."""
_FINE = 400
_ON = date(2026, 5, 12)
LEVELS = ("elementary", "middle", "high")


@dataclass(frozen=True, slots=True)
class Pupil:
    """`before` and `after` are rates of missing a day if nobody does anything; `passing` is what nobody can see.

    `luck` are the draws of both windows: the same student is lucky in the same way whoever serves them.
    """

    level: str
    missed: int
    after: float
    passing: bool
    luck: float


@dataclass(frozen=True, slots=True)
class Person:
    """A counselor with a school of their own. `skill`: days of twenty that their work wins back for a student."""

    key: int
    kind: str
    skill: float
    pupils: tuple[Pupil, ...]

    def effect(self, one: Pupil) -> float:
        """Days of twenty that this student is expected to miss less because of this person."""
        untouched = one.after
        return WINDOW * (untouched - self.rate(one))

    def rate(self, one: Pupil) -> float:
        share = WORKED if self.kind == STUFFER else float(one.passing) if self.kind == PICKER else 1.0
        return min(max(one.after - share * self.skill / WINDOW, 0.0), 1.0)

    def won(self, one: Pupil) -> int:
        return one.missed - draw(self.rate(one), one.luck)


@cache
def _ladder(step: int) -> tuple[float, ...]:
    rate, sums, whole = step / _FINE, [], 0.0
    for missed in range(WINDOW + 1):
        whole += comb(WINDOW, missed) * rate**missed * (1 - rate) ** (WINDOW - missed)
        sums.append(whole)
    return tuple(sums)


def draw(rate: float, luck: float) -> int:
    """Days missed of a window at a rate; more luck is never fewer days (`luck` from 0 to 1)."""
    return min(bisect_right(_ladder(round(rate * _FINE)), luck), WINDOW)


def _pupils(chance: Random, many: int) -> tuple[Pupil, ...]:
    found: list[Pupil] = []
    level = chance.choice(LEVELS)
    while len(found) < many:
        rate = chance.betavariate(1.6, 9)
        missed = draw(rate, chance.random())
        passing = chance.random() < 0.35
        after = rate * 0.3 if passing else rate
        if missed >= STARTS_AT:
            found.append(Pupil(level, missed, after, passing, chance.random()))
    return tuple(found)


def people(chance: Random, skill: Callable[[], float], kinds: Sequence[str] = (HONEST,)) -> list[Person]:
    """PEOPLE counselors in turn of each kind, with 8 to 120 students under watch."""
    return [
        Person(at, kinds[at % len(kinds)], skill(), _pupils(chance, chance.randint(8, 120))) for at in range(PEOPLE)
    ]


def cells_of(one: Person) -> list[Cell]:
    sums: dict[tuple[str, int], list[int]] = {}
    for pupil in one.pupils:
        won, sum_of = one.won(pupil), sums.setdefault(stratum_of(pupil.level, pupil.missed), [0, 0, 0])
        for at, value in enumerate((1, won, won * won)):
            sum_of[at] += value
    return [Cell(one.key, stratum, *told) for stratum, told in sums.items()]


def seen(everybody: Sequence[Person]) -> dict[int, Outcome]:
    return outcomes({one.key: {one.key} for one in everybody}, [cell for one in everybody for cell in cells_of(one)])


def instead(everybody: Sequence[Person], twins: Iterable[Person]) -> Iterator[tuple[Person, Outcome]]:
    """Each twin with what is shown of them in place of the one with the same key, the others as they are."""
    cells = {one.key: cells_of(one) for one in everybody}
    for twin in twins:
        those = cells | {twin.key: cells_of(twin)}
        served = {key: {key} for key in those}
        yield twin, outcomes(served, [cell for mine in those.values() for cell in mine])[twin.key]


def truths(everybody: Sequence[Person]) -> dict[int, float]:
    """What the view estimates, known here: the effect on own students beyond that on students like them elsewhere."""
    sums: dict[tuple[str, int], dict[int, tuple[int, float]]] = {}
    for one in everybody:
        for pupil in one.pupils:
            mine = sums.setdefault(stratum_of(pupil.level, pupil.missed), {})
            many, whole = mine.get(one.key, (0, 0.0))
            mine[one.key] = many + 1, whole + one.effect(pupil)
    beyond, counted = dict.fromkeys((one.key for one in everybody), 0.0), dict.fromkeys((p.key for p in everybody), 0)
    for mine in sums.values():
        students, effect = sum(n for n, _ in mine.values()), sum(total for _, total in mine.values())
        for key, (own, total) in mine.items():
            if students > own:
                beyond[key] += total - own * (effect - total) / (students - own)
                counted[key] += own
    return {key: beyond[key] / counted[key] for key in beyond if counted[key]}


# -- what people write -------------------------------------------------------------------------------------------------


def logged(one: Person) -> list[Reached]:
    """The contact log of a month: two contacts with each student; many without a trace; or only with the easy ones."""
    if one.kind == STUFFER:
        worked = int(WORKED * len(one.pupils))
        return [Reached(at, _ON, "reached", trace=at < worked and turn == 0) for at in range(len(one.pupils))
                for turn in range(10)]  # fmt: skip
    who = [at for at, pupil in enumerate(one.pupils) if one.kind == HONEST or pupil.passing]
    return [Reached(at, _ON - timedelta(7 * turn), "reached", trace=True) for at in who for turn in range(2)]


def shown_coverage(one: Person) -> float:
    """The share reached that the view shows."""
    found = covered(range(len(one.pupils)), logged(one), _ON)
    return found.part / found.whole


def naive(one: Person) -> tuple[float, float]:
    """What a scoreboard would show: contacts for each student, and days won back by those who were contacted."""
    log = logged(one)
    touched = {each.student for each in log}
    won = [one.won(pupil) for at, pupil in enumerate(one.pupils) if at in touched]
    return len(log) / len(one.pupils), sum(won) / len(won) if won else 0.0


# -- what it comes to --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """Means over the people of one kind. `rose` are those shown higher than they would be had they worked honestly."""

    kind: str
    people: int
    contacts: float
    naive: float
    outcome: float
    coverage: float
    rose: int


@dataclass(frozen=True, slots=True)
class Simulated:
    """`held` of `intervals` hold the truth; of `nulls` people without any effect, `silent` are "cannot tell"."""

    groups: tuple[Group, ...]
    intervals: int
    held: int
    nulls: int
    silent: int

    @property
    def fair(self) -> bool:
        honest, *others = self.groups
        return all(not one.rose and one.outcome <= honest.outcome for one in others)

    @property
    def covers(self) -> bool:
        return 93 * self.intervals <= 100 * self.held <= 97 * self.intervals

    @property
    def humble(self) -> bool:
        return 100 * self.silent >= 95 * self.nulls


def simulated(seed: int, *, rounds: int = 40) -> Simulated:
    """Both halves for a seed: who games the view, and whether its intervals keep their word over many rounds."""
    chance = Random(seed)  # noqa: S311 - the same people each time is the point
    gamed = people(chance, lambda: max(chance.gauss(0.8, 0.4), 0.0), KINDS)
    held = intervals = silent = nulls = 0
    for _ in range(rounds):
        apart = people(chance, lambda: chance.gauss(0.0, 0.45))
        true, found = truths(apart), seen(apart)
        told = [(one, true[key]) for key, one in found.items() if one.low is not None and one.high is not None]
        intervals += len(told)
        held += sum(one.low <= truth <= one.high for one, truth in told)  # type: ignore[operator]
        alike = seen(people(chance, lambda: 0.0)).values()
        nulls += len(alike)
        silent += sum(not one.tells for one in alike)
    return Simulated(_groups(gamed), intervals, held, nulls, silent)


def _groups(everybody: Sequence[Person]) -> tuple[Group, ...]:
    found = seen(everybody)
    return tuple(_group(kind, everybody, found) for kind in KINDS)


def _group(kind: str, everybody: Sequence[Person], found: dict[int, Outcome]) -> Group:
    mine = [one for one in everybody if one.kind == kind and found[one.key].middle is not None]
    scores = [naive(one) for one in mine]

    def mean(values: Sequence[float]) -> float:
        return sum(values) / len(values)

    twins = [] if kind == HONEST else [replace(one, kind=HONEST) for one in mine]
    return Group(
        kind, len(mine), mean([n for n, _ in scores]), mean([won for _, won in scores]),
        mean([found[one.key].middle or 0.0 for one in mine]), mean([shown_coverage(one) for one in mine]),
        sum(
            _higher(found[one.key], shown) or shown_coverage(one) > shown_coverage(twin)
            for one, (twin, shown) in zip(mine, instead(everybody, twins), strict=False)
        ),
    )  # fmt: skip


def _higher(shown: Outcome, honest: Outcome) -> bool:
    """Whether somebody is shown higher than had they worked honestly, everything else and all luck the same."""
    return (shown.middle or 0.0) > (honest.middle or 0.0) + 1e-9
