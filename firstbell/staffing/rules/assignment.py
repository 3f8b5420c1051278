"""Who works where: bought half days fitted to qualified people. Pure: the same values and seed give the same plan.

*Who* begins with a minimum cost flow, which is also what nobody can pass, and is made better by OR-Tools CP-SAT; *when*
gives each person's half days a place in the week, exactly, by dynamic programming. Points are whole numbers, and
`POINTS` says each of them in words.
"""

import random
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from ortools.graph.python import min_cost_flow  # the bound: exact, in a second for every pair of a large district
from ortools.sat.python import cp_model  # the assignment itself; docs/bench.md says how near the bound it comes

from firstbell.staffing.rules.hours import WEEKDAYS

HALVES = 10
"""Half days of a week: Monday morning, Monday afternoon, Tuesday morning and so on."""
POINTS = {
    "served": (200, "a half day that a school bought is worked"),
    "need": (60, "up to this much more where need is greatest"),
    "continuity": (40, "the same person as before"),
    "language": (30, "speaks a language the school asked for"),
    "region": (20, "works in the school's region already"),
    "school": (-45, "for each school a person goes to: fewer schools, more presence"),
}
"""Points for each half day, except *school*, which counts once for a person at a school."""
CHANGE = {"same": 20, "other": 45}
"""Minutes on the way when somebody changes schools at noon: within a region, between two."""
PARTS = 2520
"""What every number of half days up to ten divides: parts of a point, so that a share of one is whole."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A purchase nobody is at yet, or only in part. `need` is 0 to 100; `days` are the weekdays asked for, 0 to 4."""

    key: int
    school: int
    region: int
    halves: int
    need: int = 0
    days: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody qualified. `free` are the half days of the week they do not work yet; `was_at` schools served before."""

    key: int
    free: frozenset[int] = frozenset(range(HALVES))
    region: int | None = None
    languages: frozenset[str] = frozenset()
    was_at: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Placed:
    """One person at one school: which of the ten half days, and what spoke for it (keys of POINTS)."""

    wanted: int
    person: int
    halves: tuple[int, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unmet:
    wanted: int
    halves: int
    why: str


@dataclass(frozen=True)
class Plan:
    """`value` is what the plan comes to in points, `bound` what no plan can pass."""

    placed: tuple[Placed, ...]
    unmet: tuple[Unmet, ...]
    value: int
    bound: int

    @property
    def gap_permille(self) -> int:
        return 0 if not self.bound else -(-1000 * (self.bound - self.value) // self.bound)


def spoke_for(person: Person, wanted: Wanted) -> tuple[str, ...]:
    """What makes this person the right one there, besides being free."""
    told = {
        "continuity": wanted.school in person.was_at,
        "language": bool(person.languages & wanted.languages),
        "region": person.region is not None and person.region == wanted.region,
    }
    return tuple(key for key, holds in told.items() if holds)


def points(person: Person, wanted: Wanted) -> int:
    """Of one half day of this person there."""
    need = POINTS["need"][0] * wanted.need // 100
    return POINTS["served"][0] + need + sum(POINTS[key][0] for key in spoke_for(person, wanted))


def plan(wants: Sequence[Wanted], people: Sequence[Person], *, seed: int = 1, seconds: float = 30.0) -> Plan:
    """The best assignment found within `seconds`, with its bound; what cannot be met is told, never dropped."""
    if not wants or not any(person.free for person in people):
        return Plan((), tuple(_unmet(wants, people, ())), 0, 0)
    flow, bound = _flow(wants, people)
    given = _better(wants, people, flow, seed, seconds)
    placed, value = _when(wants, people, given), _value(wants, people, given)
    return Plan(placed, tuple(_unmet(wants, people, placed)), value, bound)


Given = dict[tuple[int, int], int]
"""Half days by the places of a person and of a purchase."""


def _flow(wants: Sequence[Wanted], people: Sequence[Person]) -> tuple[Given, int]:
    """Who where if a school cost its points in parts, half day by half day; and what no assignment can pass.

    That is the linear relaxation, and a transport problem: exact by minimum cost flow over everybody and every school.
    """
    free = np.array([len(person.free) for person in people])
    halves = np.array([wanted.halves for wanted in wants])
    worth = np.array([[points(person, wanted) for wanted in wants] for person in people])
    most = np.minimum(free[:, None], halves[None, :])
    parts = worth * PARTS + POINTS["school"][0] * PARTS // np.maximum(most, 1)
    place, at = np.nonzero(most)
    source, sink = len(people) + len(wants), len(people) + len(wants) + 1
    network = min_cost_flow.SimpleMinCostFlow()
    arcs = network.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([place, np.full(len(people), source), np.arange(len(people), source)]),
        np.concatenate([len(people) + at, np.arange(len(people)), np.full(len(wants), sink)]),
        np.concatenate([most[place, at], free, halves]),
        np.concatenate([-parts[place, at], np.zeros(len(people) + len(wants), dtype=int)]),
    )
    moved = int(min(free.sum(), halves.sum()))
    network.set_nodes_supplies(np.array([source, sink]), np.array([moved, -moved]))
    if (status := network.solve_max_flow_with_min_cost()) != network.OPTIMAL:
        raise RuntimeError(f"no flow found: {status}; an empty one always exists")
    flows = network.flows(arcs[: len(place)])
    given = {(int(place[arc]), int(at[arc])): int(flows[arc]) for arc in np.nonzero(flows)[0]}
    return given, -int(network.optimal_cost()) // PARTS


def _better(wants: Sequence[Wanted], people: Sequence[Person], given: Given, seed: int, seconds: float) -> Given:
    """The flow made better, a neighbourhood at a time: fewer schools for a person, whole purchases for a school.

    Each round takes a purchase that several share or that lacks somebody, those who are there, those they share other
    purchases with, and gives their half days anew. Rounds end when `seconds` have passed, or none helped for long.
    """
    chance = random.Random(seed)  # noqa: S311 - the same plan each time is the point
    ends, idle = time.monotonic() + seconds, 0
    there = _there(given)
    while (loose := [at for at in range(len(wants)) if len(there[at]) != 1]) and idle < 3 * len(loose):
        if time.monotonic() >= ends:
            break
        crew = _crew(chance.choice(loose), given, there, chance, len(people))
        mine = {key: count for key, count in given.items() if key[0] in crew}
        anew = _given_anew(wants, people, crew, given, mine, seed)
        if _value(wants, people, anew) <= _value(wants, people, mine):
            idle += 1
            continue
        idle = 0
        given = {key: count for key, count in given.items() if key[0] not in crew} | anew
        there = _there(given)
    return given


def _there(given: Given) -> dict[int, set[int]]:
    """Who is at each purchase."""
    found = defaultdict(set)
    for person, at in given:
        found[at].add(person)
    return found


CREW = 8
"""People whose half days are given anew in one round."""


def _crew(at: int, given: Given, there: dict[int, set[int]], chance: random.Random, many: int) -> set[int]:
    """Who is at a purchase, who shares others with them, and somebody else for each place that is left."""
    crew = set(there[at]) or {chance.randrange(many)}
    shared = {one for person, other in given if person in crew for one in there[other]} - crew
    crew |= set(chance.sample(sorted(shared), min(len(shared), max(0, CREW - 2 - len(crew)))))
    while len(crew) < min(CREW, many):
        crew.add(chance.randrange(many))
    return crew


def _value(wants: Sequence[Wanted], people: Sequence[Person], given: Given) -> int:
    return sum(
        points(people[person], wants[at]) * count + POINTS["school"][0] for (person, at), count in given.items()
    )  # fmt: skip


def _given_anew(
    wants: Sequence[Wanted], people: Sequence[Person], crew: set[int], given: Given, mine: Given, seed: int
) -> Given:
    """The crew's half days over their purchases, and those nobody is at, as well as CP-SAT finds; others stay."""
    elsewhere = defaultdict(int)
    for (person, at), count in given.items():
        elsewhere[at] += count if person not in crew else 0
    owed = {at: wants[at].halves - elsewhere[at] for at in sorted({at for _, at in mine})}
    short = [at for at in range(len(wants)) if at not in owed and elsewhere[at] < wants[at].halves]
    chance = random.Random(seed)  # noqa: S311 - the same plan each time is the point
    owed |= {at: wants[at].halves - elsewhere[at] for at in chance.sample(short, min(len(short), 4))}
    model = cp_model.CpModel()
    goes, halves, worth = {}, {}, {}
    for person in sorted(crew):
        for at, left in owed.items():
            if most := min(left, len(people[person].free)):
                key = person, at
                goes[key], halves[key] = model.new_bool_var(""), model.new_int_var(0, most, "")
                worth[key] = points(people[person], wants[at])
                model.add(halves[key] <= most * goes[key])
                model.add_hint(halves[key], mine.get(key, 0))
                model.add_hint(goes[key], key in mine)
        model.add(sum(count for key, count in halves.items() if key[0] == person) <= len(people[person].free))
    for at, left in owed.items():
        model.add(sum(count for key, count in halves.items() if key[1] == at) <= left)
    model.maximize(sum(worth[key] * halves[key] for key in worth) + POINTS["school"][0] * sum(goes.values()))
    solver = cp_model.CpSolver()
    solver.parameters.max_deterministic_time = 0.3
    solver.parameters.random_seed = seed
    solver.parameters.num_workers = 1
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return mine
    return {key: solver.value(count) for key, count in halves.items() if solver.value(count)}


def _when(wants: Sequence[Wanted], people: Sequence[Person], given: Given) -> tuple[Placed, ...]:
    """A place in the week for everybody's half days."""
    mine = defaultdict(dict)
    for (person, at), count in given.items():
        mine[person][at] = count
    placed = []
    for person, counts in sorted(mine.items()):
        one, there = people[person], [(wants[at], count) for at, count in sorted(counts.items())]
        for at, halves in week(one, there).items():
            wanted, _ = there[at]
            why = (*spoke_for(one, wanted), *(["days"] if _on(halves) <= wanted.days else []))
            placed.append(Placed(wanted.key, one.key, halves, why))
    return tuple(placed)


def _on(halves: Iterable[int]) -> set[int]:
    return {at // 2 for at, worked in enumerate(halves) if worked}


def week(person: Person, counts: Sequence[tuple[Wanted, int]]) -> dict[int, tuple[int, ...]]:
    """The ten half days of each school of a person: fewest ways at noon, then the days the schools asked for.

    Exact: every way to fill Monday to Friday is looked at, by what is left to place.
    """
    regions = [wanted.region for wanted, _ in counts]
    asked = [wanted.days for wanted, _ in counts]
    nobody = len(counts)

    def cost(day: int, noon: tuple[int, int]) -> int:
        first, second = noon
        way = 0
        if nobody not in noon and first != second:
            way = CHANGE["same" if regions[first] == regions[second] else "other"]
        alone = 15 if (first == nobody) != (second == nobody) else 0  # half a day at home is half a day nowhere else
        wrong = sum(8 for one in noon if one != nobody and asked[one] and day not in asked[one])
        return way + alone + wrong

    @cache
    def best(day: int, left: tuple[int, ...]) -> tuple[int, tuple[tuple[int, int], ...]] | None:
        if day == 5:
            return None if any(left) else (0, ())
        found = None
        for first in range(nobody + 1):
            for second in range(nobody + 1):
                if (first != nobody and 2 * day not in person.free) or (
                    second != nobody and 2 * day + 1 not in person.free
                ):
                    continue
                rest = list(left)
                for one in (first, second):
                    if one != nobody:
                        rest[one] -= 1
                if min(rest, default=0) < 0 or (after := best(day + 1, tuple(rest))) is None:
                    continue
                total = cost(day, (first, second)) + after[0]
                if found is None or total < found[0]:
                    found = (total, ((first, second), *after[1]))
        return found

    made = best(0, tuple(count for _, count in counts))
    if made is None:
        raise ValueError("more half days than the person is free for")
    worked = [one for day in made[1] for one in day]
    return {at: tuple(int(one == at) for one in worked) for at in range(nobody)}


def _unmet(wants: Sequence[Wanted], people: Sequence[Person], placed: Sequence[Placed]) -> Iterable[Unmet]:
    """For each half day without anybody: why. Never empty words: what the people who are left cannot do there."""
    worked, busy = defaultdict(int), defaultdict(int)
    for one in placed:
        worked[one.wanted] += sum(one.halves)
        busy[one.person] += sum(one.halves)
    left = sum(len(person.free) - busy[person.key] for person in people)
    for wanted in wants:
        if short := wanted.halves - worked[wanted.key]:
            yield Unmet(wanted.key, short, _reason(left, bool(people)))


def _reason(left: int, anybody: bool) -> str:
    if not anybody:
        return "Nobody is qualified and free: record credentials, or end a post."
    if not left:
        return "More half days are bought than people have: every half day of everybody is taken."
    return f"{left} half days are left, of people who fit other schools better: place one of them by hand."


def half_words(at: int) -> str:
    """`Monday morning`."""
    return f"{WEEKDAYS[at // 2]} {'afternoon' if at % 2 else 'morning'}"


def week_words(halves: Sequence[int]) -> str:
    """`Monday, Tuesday morning`: a whole day by its name alone."""
    told = []
    for day in range(len(WEEKDAYS)):
        morning, afternoon = halves[2 * day], halves[2 * day + 1]
        if morning and afternoon:
            told.append(WEEKDAYS[day])
        elif morning or afternoon:
            told.append(half_words(2 * day + (not morning)))
    return ", ".join(told)


def why_words(why: Sequence[str]) -> str:
    """What spoke for somebody, in the words of POINTS."""
    told = [POINTS[key][1] if key in POINTS else "the days the school asked for" for key in why]
    return ", ".join(told) or "free then"
