"""The district's schools: invented names, levels, regions, sizes and how good attendance is there."""

from dataclasses import dataclass

import numpy as np

from firstbell.practice.calendars import Calendar, SchoolYear, calendars, school_year
from firstbell.practice.names import LANDMARKS, PLACES
from firstbell.practice.plan import Floats, Ints, Plan

TK, KG = -1, 0
GRADES: tuple[str, ...] = ("TK", "KG", *(f"{n:02d}" for n in range(1, 13)))
DISTRICT_KEY, DISTRICT_NAME = "ROSALIA", "Rosalia Unified School District"
REGION_NAMES = ("North", "East", "West", "South", "Harbor", "Valley", "Central", "Foothill")
SPANS = {"elementary": (TK, 5), "middle": (6, 8), "high": (9, 12), "continuation": (10, 12), "span": (TK, 8)}
TITLES = {
    "elementary": "Elementary School",
    "middle": "Middle School",
    "high": "High School",
    "continuation": "Continuation High School",
    "span": "TK-8 School",
}
PERIODS = 6


@dataclass(frozen=True)
class School:
    """One school. `pull` is its share of the families around it; `effect` is added to every absence, on logits."""

    index: int
    key: str
    name: str
    region: str
    level: str
    pull: float
    effect: float
    calendars: tuple[Calendar, ...]
    by_period: bool
    daily_row: bool

    @property
    def lowest(self) -> int:
        return SPANS[self.level][0]

    @property
    def highest(self) -> int:
        return SPANS[self.level][1]

    def calendar(self, code: str) -> Calendar:
        return next(calendar for calendar in self.calendars if calendar.code == code)


def grade_code(grade: int) -> str:
    """TK, KG, 01 … 12 from -1, 0, 1 … 12."""
    return GRADES[grade + 1]


def _levels(count: int) -> list[str]:
    """How many schools of each level, in the proportions of a large district."""
    continuation, span = max(1, count // 40), max(1, count // 15)
    high = max(1, round(count * 0.15))
    middle = max(1, round(count * 0.17))
    elementary = count - continuation - span - high - middle
    counts = {"elementary": elementary, "span": span, "middle": middle, "high": high, "continuation": continuation}
    return [level for level, n in counts.items() for _ in range(n)]


def regions(plan: Plan) -> list[tuple[str, str]]:
    """Key and name of each region."""
    names = [REGION_NAMES[n] if n < len(REGION_NAMES) else f"{n + 1}" for n in range(plan.regions)]
    return [(f"REGION-{n + 1}", f"Region {name}") for n, name in enumerate(names)]


def _names(plan: Plan) -> list[str]:
    pairs = [f"{landmark} {place}" for landmark in LANDMARKS for place in PLACES]
    order = plan.rng("school names").permutation(len(pairs))
    rounds = (plan.schools - 1) // len(pairs) + 1
    return [pairs[i] + (f" {n + 1}" if n else "") for n in range(rounds) for i in order][: plan.schools]


def _effects(plan: Plan, levels: list[str]) -> Floats:
    """Spread of schools on logits: near normal, with a tail of schools where attendance is poor."""
    rng = plan.rng("school effects")
    spread = rng.normal(0, 0.3, len(levels)) + rng.exponential(0.15, len(levels)) - 0.15
    own = np.array([0.4 if level == "continuation" else 0.0 for level in levels])
    return np.asarray(np.clip(spread + own, -0.8, 2.2), np.float32)


def _region_of(levels: list[str], plan: Plan) -> list[int]:
    """Each level is laid out from one end of the district to the other, so every region has its share."""
    seen: dict[str, int] = {}
    places = []
    for level in levels:
        nth = seen[level] = seen.get(level, -1) + 1
        places.append(int((nth + 0.5) / levels.count(level) * plan.regions))
    return places


def schools(plan: Plan) -> list[School]:
    """Every school of the plan, elementary first."""
    levels, year = _levels(plan.schools), school_year(plan.year)
    names, effects, places = _names(plan), _effects(plan, levels), _region_of(levels, plan)
    pulls = plan.rng("school sizes").lognormal(0, 0.33, len(levels))
    region_keys = [key for key, _ in regions(plan)]
    return [
        School(
            index=i,
            key=f"{7_000_001 + 7 * i}",
            name=f"{names[i]} {TITLES[level]}",
            region=region_keys[places[i]],
            level=level,
            pull=float(pulls[i]),
            effect=float(effects[i]),
            calendars=_calendars(year, i, level),
            by_period=level in ("middle", "high", "continuation"),
            daily_row=i % (2 if plan.detailed else 10) != 0,
        )
        for i, level in enumerate(levels)
    ]


def _calendars(year: SchoolYear, index: int, level: str) -> tuple[Calendar, ...]:
    early = level == "elementary" and index % 3 == 1
    return calendars(year, level=level, early=early, closed=index % 5 == 3)


class Map:
    """Where families live on a line from 0 to 1, and which school of a level each point belongs to."""

    def __init__(self, every: list[School]) -> None:
        self._lists = {
            "elementary": [s for s in every if s.level in ("elementary", "span")],
            "middle": [s for s in every if s.level == "middle"],
            "high": [s for s in every if s.level == "high"],
            "continuation": [s for s in every if s.level == "continuation"],
        }
        self._edges = {}
        for level, some in self._lists.items():
            pull = np.cumsum([s.pull * (1.4 if s.level == "span" else 1.0) for s in some])
            self._edges[level] = pull / pull[-1]
        self._indexes = {level: np.array([s.index for s in some], np.int32) for level, some in self._lists.items()}
        self._spans = np.array([s.index for s in every if s.level == "span"], np.int32)

    def at(self, level: str, place: Floats) -> Ints:
        """School index of each place."""
        slot = np.minimum(np.searchsorted(self._edges[level], place), len(self._edges[level]) - 1)
        return np.asarray(self._indexes[level][slot], np.int32)

    def home(self, grade: Ints, place: Floats) -> Ints:
        """School index of each student by grade and place; a span school keeps its own through grade 8."""
        first = self.at("elementary", place)
        middle = np.where(np.isin(first, self._spans), first, self.at("middle", place))
        chosen = np.where(grade <= 5, first, np.where(grade <= 8, middle, self.at("high", place)))
        return np.asarray(chosen, np.int32)
