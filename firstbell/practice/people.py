"""Students and the households they live in: grade, birth, school, programs and each one's leaning towards absence.

Everything is one array per attribute, indexed by student; a name is a number until it is written.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.random import Generator

from firstbell.practice.names import CULTURES
from firstbell.practice.plan import Bools, Bytes, Floats, Ints, Plan
from firstbell.practice.schools import TK, Map, School

ABSENT_BY_GRADE = (10.0, 8.5, 7.4, 6.8, 6.4, 6.1, 6.0, 6.0, 6.3, 7.3, 11.9, 12.1, 10.7, 14.3)
"""Percent of days absent, TK to 12, after published figures of a large city district in 2019."""
FAMILY_SD, OWN_SD, UPPER_SPREAD = 0.45, 0.82, 1.3
CONTINUATION_SHARE = 0.045
STRAY_SHARE = 0.1
PROGRAM_PULL = {"SWD": 0.2, "Foster": 0.3, "Homeless": 0.55, "SED": 0.3, "EL": -0.05, "504": 0.1, "Migrant": 0.15}


@dataclass(frozen=True)
class People:
    """All students. `absence` is a logit of the chance of a day absent; `household` counts from 0."""

    count: int
    keys: pl.Series
    household: Ints
    households: int
    culture: Bytes
    speaks: Bools
    family: Ints
    given: Ints
    nickname: Bools
    female: Bools
    grade: Ints
    born: Ints
    school: Ints
    absence: Floats
    unexcused: Floats
    late: Floats
    programs: dict[str, Bools]
    place: Floats


def _households(rng: Generator, students: int) -> Ints:
    """Household of each student: one to four children, siblings next to each other."""
    sizes = rng.choice(np.array([1, 2, 3, 4]), students, p=[0.56, 0.31, 0.1, 0.03])
    return np.asarray(np.repeat(np.arange(students, dtype=np.int32), sizes)[:students], np.int32)


def _grades(rng: Generator, household: Ints) -> Ints:
    """Siblings are one to three grades apart, now and then twins; wrapping keeps every grade equally full."""
    first = np.r_[True, household[1:] != household[:-1]]
    start = rng.choice(14, len(household), p=[0.6 / 13.6] + [1 / 13.6] * 13)
    gap = rng.choice(np.array([0, 1, 2, 3, 4, 5]), len(household), p=[0.03, 0.2, 0.32, 0.25, 0.12, 0.08])
    steps = np.where(first, start, gap)
    head = np.maximum.accumulate(np.where(first, np.arange(len(household)), 0))
    total = np.cumsum(steps)
    return np.asarray((total - (total - steps)[head]) % 14 + TK, np.int32)


def _births(rng: Generator, grade: Ints, year: int) -> Ints:
    """Kindergarten is for those who turn five by 1 September (EC 48000); two in a hundred are a year older."""
    older = (rng.random(len(grade)) < 0.02) & (grade > 1)
    youngest = np.array([date(year - 6 - age, 9, 1).toordinal() for age in range(TK, 14)], np.int32)
    return (youngest[grade - TK + older] - rng.integers(0, 365, len(grade))).astype(np.int32)


def _student_keys(plan: Plan) -> pl.Series:
    """Eight digits, some with leading zeros, in no order that says anything about the student."""
    prime = 9_999_991
    numbers = (np.arange(plan.students, dtype=np.int64) * 7_368_787 + 104_729 * (plan.seed + 1)) % prime
    return pl.Series("key", numbers).cast(pl.String).str.zfill(8)


def _programs(rng: Generator, household: Ints, speaks: Bools) -> dict[str, Bools]:
    """Each program's students; hardship is shared by a household, disability is not."""
    homes = int(household[-1]) + 1
    n = len(household)
    poor = (rng.random(homes) < 0.72)[household]
    return {
        "EL": speaks & (rng.random(n) < 0.42),
        "SWD": rng.random(n) < 0.135,
        "504": rng.random(n) < 0.02,
        "Foster": (rng.random(homes) < 0.008)[household],
        "Homeless": (rng.random(homes) < 0.035)[household] & poor,
        "SED": poor,
        "Migrant": (rng.random(homes) < 0.003)[household],
    }


def _leaning(rng: Generator, household: Ints, grade: Ints, programs: dict[str, Bools]) -> Floats:
    """How far each student is from the mean of their grade; high schools hold the widest spread."""
    homes = int(household[-1]) + 1
    own = rng.normal(0, OWN_SD, len(household)) * np.where(grade >= 9, UPPER_SPREAD, 1.0)
    leaning = rng.normal(0, FAMILY_SD, homes)[household] + own
    for program, pull in PROGRAM_PULL.items():
        leaning += pull * programs[program]
    return leaning.astype(np.float32)


def _to_continuation(rng: Generator, grade: Ints, leaning: Floats, school: Ints, where: Map, place: Floats) -> Ints:
    """The students of grades 10 to 12 who miss the most, mostly, attend the continuation school."""
    able = np.flatnonzero(grade >= 10)
    order = able[np.argsort(leaning[able] + rng.normal(0, 1.6, len(able)))]
    chosen = order[len(order) - max(3, round(len(order) * CONTINUATION_SHARE)) :]
    moved = school.copy()
    moved[chosen] = where.at("continuation", place[chosen])
    return moved


def absence_logits(leaning: Floats, grade: Ints, season: Floats) -> Floats:
    """Shift each grade so that its mean chance of absence over the season is the published one."""
    shifted = leaning.copy()
    for index, percent in enumerate(ABSENT_BY_GRADE):
        mine = np.flatnonzero(grade == index + TK)
        sample = leaning[mine[:: max(1, len(mine) // 4000)]]
        low, high = -8.0, 4.0
        for _ in range(24):
            middle = (low + high) / 2
            mean = float((1 / (1 + np.exp(-(sample[:, None] + season + middle)))).mean()) if len(mine) else 0.0
            low, high = (middle, high) if mean < percent / 100 else (low, middle)
        shifted[mine] += (low + high) / 2
    return shifted


def people(plan: Plan, every: list[School], season: Floats) -> People:
    """Everyone of the plan. `season` is a sample of the day effects on logits, to hit the mean attendance."""
    rng, where = plan.rng("people"), Map(every)
    household = _households(rng, plan.students)
    homes = int(household[-1]) + 1
    grade = _grades(rng, household)
    shares = np.array([c.share for c in CULTURES])
    home_culture = rng.choice(len(CULTURES), homes, p=shares / shares.sum()).astype(np.uint8)
    culture = home_culture[household]
    speaks = (rng.random(homes) < np.array([c.spoken for c in CULTURES])[home_culture])[household]
    place = rng.random(homes, np.float32)[household]
    stray = rng.random(plan.students) < STRAY_SHARE
    choice = np.where(stray, rng.random(plan.students, np.float32), place).astype(np.float32)
    programs = _programs(rng, household, speaks & (culture != 1))
    leaning = _leaning(rng, household, grade, programs)
    school = _to_continuation(rng, grade, leaning, where.home(grade, choice), where, choice)
    absence = absence_logits(leaning + np.array([s.effect for s in every], np.float32)[school], grade, season)
    return People(
        count=plan.students,
        keys=_student_keys(plan),
        household=household,
        households=homes,
        culture=culture,
        speaks=speaks,
        family=rng.integers(0, 1 << 30, homes, np.int32)[household],
        given=rng.integers(0, 1 << 30, plan.students, np.int32),
        nickname=rng.random(plan.students) < 0.5,
        female=rng.random(plan.students) < 0.49,
        grade=grade,
        born=_births(rng, grade, plan.year),
        school=school,
        absence=absence,
        unexcused=_unexcused(rng, grade, leaning),
        late=(0.5 * leaning + rng.normal(-4.3, 0.9, plan.students)).astype(np.float32),
        programs=programs,
        place=choice,
    )


def _unexcused(rng: Generator, grade: Ints, leaning: Floats) -> Floats:
    """Each student's chance that an absence has no valid excuse; higher in the upper grades."""
    usual = np.where(grade <= 5, -2.0, np.where(grade <= 8, -1.45, -0.85))
    logit = usual + 0.45 * leaning + rng.normal(0, 1.2, len(grade))
    return np.asarray(1 / (1 + np.exp(-logit)), np.float32)
