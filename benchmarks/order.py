"""Which order of Today misses the fewest dates? A counselor's school years, lived by rules and an optimiser.

    python -m benchmarks.order --seeds 20
    python -m benchmarks.order --seeds 20 --week 480 480 480 480 480 --loads 1.0 1.2

Work arrives over an invented year: signs of students nobody has reached yet, legal dates, promises, signs of students
known already. A load of 1.0 asks for as many minutes a week as the counselor has. Each day a rule chooses whom to see
from what is known that morning, and the list is worked from the top until the minutes are over. Four in ten contacts
reach nobody. The same year is lived by every rule; what follows a rule's name is the mean over the years, and the half
width of its 95 % interval.
"""

import argparse
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from firstbell.cases.rules.day import FORTNIGHT, MINUTES, Item, fitted, planned
from firstbell.cases.rules.tasks import minutes
from firstbell.practice.calendars import school_year

YEAR = 2026
NEWS, FORGOTTEN = 10, 45
"""Days a sign of a student known already stays, and one of a student whom nobody reached."""
REACHED, LONG = 0.6, 30
SHARES = {"first": 0.25, "sign": 0.10, "legal": 0.25, "promise": 0.40}
"""Of the minutes that arrive."""
SIGNS = {"new_truancy": (1, 20), "in_a_row": (2, 25), "crossed_severe": (3, 5), "crossed_moderate": (4, 10),
         "first_month": (5, 10), "back": (5, 15), "crossed_at_risk": (6, 15)}  # fmt: skip
"""Rule to its rank, and how often it comes."""
STEPS = {"notice_missing": (2, 45), "conference_missing": (2, 20), "report_due": (4, 25), "referral_due": (4, 10)}
PROMISES = {"call": 35, "checkin": 15, "text": 10, "visit": 10, "conference": 10, "plan": 15, "teacher": 5}
AHEAD = 6
"""Visits that the rule with foresight plans."""
MOST = 150


@dataclass(slots=True)
class Job:
    """One thing to do for a student. `needs`: the contacts it takes until somebody is reached."""

    student: int
    kind: str
    since: date
    due: date | None
    minutes: int
    rank: int = 0
    needs: int = 1
    done_on: date | None = None
    tried: int = 0


@dataclass(frozen=True, slots=True)
class World:
    """A year: the minutes of each visit in order, and what arrives, oldest first; students to their tier."""

    visits: list[tuple[date, int]]
    jobs: list[Job]
    tiers: dict[int, int]


def world(seed: int, load: float, week: Sequence[int]) -> World:
    rng = np.random.default_rng([seed, round(100 * load), *week])
    taught = [date.fromordinal(int(day)) for day in school_year(YEAR).taught]
    visits = [(day, week[day.weekday()]) for day in taught if week[day.weekday()]]
    jobs: list[Job] = []
    known: list[int] = []
    daily = load * sum(held for _, held in visits) / len(taught)
    mean = {"first": 10 / REACHED, "sign": 10, "legal": 13, "promise": 15}
    for place, day in enumerate(taught):
        season = 1 + 0.3 * math.sin(place / 14)
        for kind, share in SHARES.items():
            for _ in range(rng.poisson(season * share * daily / mean[kind])):
                jobs.append(_job(rng, kind, day, known, taught, place))
    return World(visits, jobs, {student: int(rng.choice([1, 2, 3], p=[0.5, 0.35, 0.15])) for student in known})


def _job(rng, kind: str, day: date, known: list[int], taught: list[date], place: int) -> Job:
    if kind == "first" or not known or (kind == "legal" and rng.random() < 0.3):
        known.append(len(known))
        student = known[-1]
    else:
        student = known[-1 - int(rng.integers(min(len(known), 60)))]
    if kind == "promise":
        what = _one(rng, PROMISES)
        until = taught[min(place + int(rng.choice([2, 3, 5, 10])), len(taught) - 1)]
        return Job(student, kind, day, until, minutes(what))
    if kind == "legal":
        rule = _one(rng, {name: often for name, (_, often) in STEPS.items()})
        return Job(student, kind, day, day + timedelta(int(rng.integers(5, 16))), MINUTES[rule], STEPS[rule][0])
    rule = _one(rng, {name: often for name, (_, often) in SIGNS.items()})
    due = day + timedelta(FORTNIGHT) if kind == "first" else None
    needs = min(4, int(rng.geometric(REACHED))) if kind == "first" else 1
    return Job(student, kind, day, due, MINUTES.get(rule, 10), SIGNS[rule][0], needs)


def _one(rng, often: dict[str, int]) -> str:
    names = list(often)
    return names[rng.choice(len(names), p=np.array(list(often.values())) / sum(often.values()))]


# -- a morning ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Morning:
    """What a rule knows: the day, its minutes, the next visits, each student's open jobs and last contact."""

    today: date
    minutes: int
    ahead: list[tuple[date, int]]
    open: dict[int, list[Job]]
    reached: dict[int, date]
    tiers: dict[int, int]

    @property
    def back(self) -> date:
        """The next day here; a fortnight on and a day when the year is over."""
        return self.ahead[0][0] if self.ahead else self.today + timedelta(FORTNIGHT + 1)

    def items(self, until: date) -> list[Item]:
        """Everybody with something on the list, as Today has them; of promises those that are `seen`."""
        return [item for student in self.open if (item := self._item(student, until)) is not None]

    def seen(self, student: int, until: date) -> list[Job]:
        """The jobs that are on the list: promises due before the next day here, else those due by `until`."""
        promised = [job for job in self.open[student] if job.kind == "promise" and job.due <= until]
        now = [job for job in promised if job.due < self.back] or promised
        return [job for job in self.open[student] if job.kind != "promise"] + now

    def _item(self, student: int, until: date) -> Item | None:
        if not (jobs := self.seen(student, until)):
            return None
        told = min((job for job in jobs if job.rank), key=lambda job: job.rank, default=None)
        promised = [job for job in jobs if job.kind == "promise"]
        kept = [job.due for job in jobs if job.kind in ("promise", "first") and job.due >= self.today]
        last = self.reached.get(student)
        return Item(
            student, max(told.minutes if told else 0, sum(job.minutes for job in promised)),
            rank=told.rank if told else 0, tier=self.tiers[student],
            due_on=min((job.due for job in jobs if job.kind == "legal"), default=None),
            promised_on=min((job.due for job in promised), default=None), keep_by=min(kept, default=None),
            quiet=(self.today - last).days if last else None,
        )  # fmt: skip

    def points(self, item: Item) -> int:
        return planned(item, self.today, self.back).points

    def dates(self, student: int, before: date) -> list[Job]:
        """The jobs whose date has not passed and does before a day."""
        return [job for job in self.open[student] if job.due and self.today <= job.due < before]


Rule = Callable[[Morning], tuple[list[Item], date]]
"""A morning to the list, and the day up to which promises are on it."""


def today(morning: Morning) -> tuple[list[Item], date]:
    """The product's: legal dates, then what passes before the next visit, then points."""
    until = max(morning.back, morning.today + timedelta(FORTNIGHT))
    day = fitted(morning.items(until), morning.minutes, morning.today, morning.back)
    return [one.item for one in day.now], until


def points_alone(morning: Morning) -> tuple[list[Item], date]:
    """What the product was: points, legal dates within five days in any case, promises from the day they are due."""
    tomorrow = morning.today + timedelta(1)
    order = [planned(item, morning.today, tomorrow) for item in morning.items(morning.today)]
    order.sort(key=lambda one: (-one.points, one.item.student))
    left, chosen = morning.minutes - sum(one.item.minutes for one in order if one.legal), []
    for one in order:
        if one.legal or one.item.minutes <= left:
            left -= 0 if one.legal else one.item.minutes
            chosen.append(one.item)
    return chosen, morning.today


def oldest(morning: Morning) -> tuple[list[Item], date]:
    """Whoever waits longest."""
    first = {student: min(job.since for job in jobs) for student, jobs in morning.open.items()}
    return sorted(morning.items(date.max), key=lambda item: (first[item.student], item.student)), date.max


def next_due(morning: Morning) -> tuple[list[Item], date]:
    """The nearest date first, of whatever kind."""
    first = {who: min((job.due for job in jobs if job.due), default=date.max) for who, jobs in morning.open.items()}
    return sorted(morning.items(date.max), key=lambda item: (first[item.student], item.student)), date.max


def by_minute(morning: Morning) -> tuple[list[Item], date]:
    """As the product, but in each group most points for each minute."""
    until = max(morning.back, morning.today + timedelta(FORTNIGHT))
    order = [planned(item, morning.today, morning.back) for item in morning.items(until)]
    order.sort(key=lambda one: (not one.legal, not one.urgent, -one.points / max(3, one.item.minutes)))
    return [one.item for one in order], until


# -- an optimiser ------------------------------------------------------------------------------------------------------

LOST = {"legal": 100, "promise": 60, "first": 60, "sign": 0}
"""What a date that passes costs the optimiser."""


def best_set(morning: Morning) -> tuple[list[Item], date]:
    """CP-SAT: the set of most points that fits."""
    until = max(morning.back, morning.today + timedelta(FORTNIGHT))
    here = [(morning.today, morning.minutes)]
    return [one for one, _ in _solved(morning.items(until), here, lambda item, _: morning.points(item), 0.5)], until


def best_dates(morning: Morning) -> tuple[list[Item], date]:
    """CP-SAT: the set that lets the fewest dates pass before the next visit; then the most points."""

    def worth(item: Item, _: date) -> int:
        return 100 * sum(LOST[job.kind] for job in morning.dates(item.student, morning.back)) + morning.points(item)

    here = [(morning.today, morning.minutes)]
    return [one for one, _ in _solved(morning.items(date.max), here, worth, 0.5)], date.max


def best_ahead(morning: Morning) -> tuple[list[Item], date]:
    """CP-SAT: the next visits together, for whatever is known now; the first of them is the list."""
    visits = [(morning.today, morning.minutes), *morning.ahead[: AHEAD - 1]]
    end = morning.ahead[AHEAD - 1][0] if len(morning.ahead) >= AHEAD else morning.today + timedelta(FORTNIGHT)
    place = {on: number for number, (on, _) in enumerate(visits)}

    def worth(item: Item, on: date) -> int:
        kept = sum(LOST[job.kind] for job in morning.dates(item.student, end) if on <= job.due)
        sooner = len(visits) - place[on]
        return 100 * kept + morning.points(item) * sooner // len(visits) + sooner

    items = sorted(morning.items(date.max), key=lambda one: -morning.points(one))[:MOST]
    return [one for one, on in _solved(items, visits, worth, 2.0) if on == morning.today], date.max


def _solved(
    items: Sequence[Item], visits: Sequence[tuple[date, int]], worth: Callable[[Item, date], int], seconds: float
) -> list[tuple[Item, date]]:
    """Each student on one visit at most, the minutes of each visit kept, the most worth; most worth first."""
    model = cp_model.CpModel()
    seen = {(n, on): model.new_bool_var("") for n in range(len(items)) for on, _ in visits}
    value = {(n, on): worth(items[n], on) for n, on in seen}
    for n in range(len(items)):
        model.add_at_most_one(seen[n, on] for on, _ in visits)
    for on, held in visits:
        model.add(sum(items[n].minutes * seen[n, on] for n in range(len(items))) <= held)
    model.maximize(sum(value[key] * seen[key] for key in seen))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.max_time_in_seconds = 1, seconds
    solver.parameters.random_seed = 1
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return []
    chosen = [key for key in seen if solver.boolean_value(seen[key])]
    return [(items[n], on) for n, on in sorted(chosen, key=lambda key: (-value[key], key))]


# -- a year ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Lived:
    """How a year ended. Shares in percent.

    `long` are promises of half an hour or more, `signs` those of students known already, answered while they stood,
    `late` the mean days by which a legal date was missed, over all of them.
    """

    legal: float = 0.0
    promises: float = 0.0
    long: float = 0.0
    dates: float = 0.0
    firsts: float = 0.0
    signs: float = 0.0
    late: float = 0.0
    used: float = 0.0
    ms: float = 0.0


def live(year: World, rule: Rule) -> Lived:
    jobs = [Job(one.student, one.kind, one.since, one.due, one.minutes, one.rank, one.needs) for one in year.jobs]
    open_jobs: dict[int, list[Job]] = {}
    reached: dict[int, date] = {}
    arrived, spent, taken = 0, 0, 0.0
    for place, (day, held) in enumerate(year.visits):
        while arrived < len(jobs) and jobs[arrived].since < day:  # the files came the evening before
            open_jobs.setdefault(jobs[arrived].student, []).append(jobs[arrived])
            arrived += 1
        _forget(open_jobs, day)
        ahead = year.visits[place + 1 : place + 1 + AHEAD]
        began = time.perf_counter()
        morning = Morning(day, held, ahead, open_jobs, reached, year.tiers)
        chosen, until = rule(morning)
        taken += time.perf_counter() - began
        left = held
        for item in chosen:
            if item.minutes <= left:
                left -= item.minutes
                _serve(morning, item.student, until)
        spent += held - left
    return _told(jobs, year.visits, spent, taken)


def _forget(open_jobs: dict[int, list[Job]], day: date) -> None:
    """Signs go by themselves."""
    stays = {"sign": NEWS, "first": FORGOTTEN}
    for student in list(open_jobs):
        kept = [job for job in open_jobs[student] if (day - job.since).days <= stays.get(job.kind, 999)]
        if kept:
            open_jobs[student] = kept
        else:
            del open_jobs[student]


def _serve(morning: Morning, student: int, until: date) -> None:
    """See a student: what is on the list is done; a first contact only when somebody is reached."""
    for job in morning.seen(student, until):
        job.tried += 1
        if job.tried >= job.needs:
            job.done_on = morning.reached[student] = morning.today
    left = [job for job in morning.open[student] if job.done_on is None]
    morning.open.pop(student)
    if left:
        morning.open[student] = left


def _told(jobs: Sequence[Job], visits: Sequence[tuple[date, int]], spent: int, taken: float) -> Lived:
    last = visits[-1][0]
    owed = [job for job in jobs if job.due and job.due <= last]
    share = {kind: [job.done_on is not None and job.done_on <= job.due for job in owed if job.kind == kind]
             for kind in ("legal", "promise", "first")}  # fmt: skip
    long = [job.done_on is not None and job.done_on <= job.due for job in owed
            if job.kind == "promise" and job.minutes >= LONG]  # fmt: skip
    late = [max(0, ((job.done_on or last) - job.due).days) for job in owed if job.kind == "legal"]
    return Lived(
        legal=100 - 100 * _mean(share["legal"]),
        promises=100 - 100 * _mean(share["promise"]),
        long=100 - 100 * _mean(long),
        dates=100 - 100 * _mean(share["legal"] + share["promise"]),
        firsts=100 * _mean(share["first"]),
        signs=100 * _mean([job.done_on is not None for job in jobs if job.kind == "sign"]),
        late=_mean(late),
        used=100 * spent / sum(held for _, held in visits),
        ms=1000 * taken / len(visits),
    )


def bound(year: World) -> Lived:
    """What nobody could do better who knew the whole year: each share by itself, by a linear relaxation.

    Jobs may be split over visits, and whatever may fall on one visit with another of the same student takes the least
    time it could.
    """
    alone = {"legal": {"legal"}, "promises": {"promise"}, "dates": {"legal", "promise"}, "firsts": {"first"}}
    kept = {name: 100 * _mean(_kept(year, kinds)) for name, kinds in alone.items()}
    lost = {name: 100 - kept[name] for name in ("legal", "promises", "dates")}
    nobody = dict.fromkeys(("long", "signs", "late", "used", "ms"), math.nan)
    return Lived(**lost, firsts=kept["firsts"], **nobody)


def _least(owed: Sequence[Job]) -> dict[int, int]:
    """The id of each job to the minutes it takes at the least: on a visit, of several signs only one takes its time,
    and none beside a promise."""
    by_student: dict[int, list[Job]] = {}
    for job in owed:
        by_student.setdefault(job.student, []).append(job)
    least = {}
    for jobs in by_student.values():
        alone: list[Job] = []
        for job in jobs:
            beside = [one for one in jobs if one is not job and one.since <= job.due and job.since <= one.due]
            least[id(job)] = min([job.minutes, *(one.minutes for one in beside if one.kind != "promise")])
            if job.kind == "promise":
                least[id(job)] = job.minutes
            elif any(one.kind == "promise" or one in alone for one in beside):
                least[id(job)] = 0
            else:
                alone.append(job)
    return least


def _kept(year: World, kinds: set[str]) -> list[float]:
    """How much of each job that is owed is done in time at the best."""
    last = year.visits[-1][0]
    owed = [job for job in year.jobs if job.due and job.due <= last]
    least = _least(owed)
    solver = pywraplp.Solver.CreateSolver("GLOP")
    held = {day: solver.Constraint(0, minutes_there) for day, minutes_there in year.visits}
    goal, parts = solver.Objective(), []
    for job in (job for job in owed if job.kind in kinds):
        days = [day for day, _ in year.visits if job.since < day <= job.due]
        once, mine = solver.Constraint(0, 1), []
        for day in days if len(days) >= job.needs else ():
            mine.append(solver.NumVar(0, 1 / job.needs, ""))
            once.SetCoefficient(mine[-1], 1)
            held[day].SetCoefficient(mine[-1], least[id(job)] * job.needs)
            goal.SetCoefficient(mine[-1], 1)
        parts.append(mine)
    goal.SetMaximization()
    solver.Solve()
    return [sum(part.solution_value() for part in mine) for mine in parts]


# -- the table ---------------------------------------------------------------------------------------------------------

RULES: dict[str, Rule] = {
    "Today (the product)": today,
    "points alone, as it was": points_alone,
    "oldest first": oldest,
    "nearest date first": next_due,
    "points per minute": by_minute,
    "CP-SAT, the day's points": best_set,
    "CP-SAT, the day's dates": best_dates,
    f"CP-SAT, {AHEAD} visits": best_ahead,
}
COLUMNS = {
    "legal": "legal missed %", "promises": "promises missed %", "long": "long ones missed %", "dates": "all missed %",
    "firsts": "reached in 14 d %", "signs": "signs answered %", "late": "legal days late", "used": "minutes used %",
    "ms": "ms a list",
}  # fmt: skip


@dataclass
class Table:
    """Rule to how each year ended under it."""

    lived: dict[str, list[Lived]] = field(default_factory=dict)

    def add(self, name: str, one: Lived) -> None:
        self.lived.setdefault(name, []).append(one)

    def line(self, name: str) -> str:
        cells = []
        for column in COLUMNS:
            values = [getattr(one, column) for one in self.lived[name]]
            cells.append("" if any(map(math.isnan, values)) else f"{_mean(values):.1f} ±{_half(values):.1f}")
        return f"{name:<26}" + "".join(f"{cell:>19}" for cell in cells)

    def against(self, name: str, other: str) -> str:
        """The difference of the same years under two rules."""
        told = []
        for column in ("dates", "firsts"):
            pairs = zip(self.lived[name], self.lived[other], strict=True)
            values = [getattr(mine, column) - getattr(theirs, column) for mine, theirs in pairs]
            told.append(f"{COLUMNS[column]} {_mean(values):+.1f} ±{_half(values):.1f}")
        return f"{name} next to {other}: " + ", ".join(told)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _half(values: Sequence[float]) -> float:
    """Half the width of the 95 % interval of a mean (Student's t, by its usual approximation)."""
    n = len(values)
    if n < 2:
        return math.nan
    spread = float(np.std(values, ddof=1)) / math.sqrt(n)
    return (1.96 + 2.4 / (n - 1) + 3 / (n - 1) ** 2) * spread


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seeds", type=int, default=20)
    options.add_argument("--loads", type=float, nargs="+", default=[0.6, 0.8, 1.0, 1.2, 1.5])
    options.add_argument("--week", type=int, nargs=5, default=[0, 240, 0, 240, 0], help="minutes, Monday to Friday")
    options.add_argument("--rules", nargs="+", choices=list(RULES), default=list(RULES))
    asked = options.parse_args()
    for load in asked.loads:
        table = Table()
        for seed in range(asked.seeds):
            year = world(seed, load, asked.week)
            for name in asked.rules:
                table.add(name, live(year, RULES[name]))
            table.add("no one could do better", bound(year))
        print(f"\nload {load}, {asked.seeds} years, minutes {asked.week}")
        print(" " * 26 + "".join(f"{name:>19}" for name in COLUMNS.values()))
        print("\n".join(table.line(name) for name in table.lived))
        print("\n".join(table.against(name, asked.rules[0]) for name in asked.rules[1:]), flush=True)
    sys.exit(0)


if __name__ == "__main__":
    main()
