"""Who is absent when: one school's year as arrays of enrolments by days.

Each day's chance adds, on logits: the student's own leaning (which carries school, household, grade and programs), a
slow drift of the household and of the student, the season (weekday, month, storms, an illness wave) and a wave of the
school's own. Absence is sticky from one day to the next, with the same mean.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.random import Generator

from firstbell.practice.calendars import SchoolYear
from firstbell.practice.codes import EXCUSED, EXCUSED_SHARES, Code
from firstbell.practice.plan import Bools, Bytes, Floats, Ints, Plan

WEEKDAY = (0.1, -0.055, -0.095, -0.07, 0.135)
MONTH = {8: -0.18, 9: -0.03, 10: -0.16, 11: -0.09, 12: -0.02, 1: -0.03, 2: 0.1, 3: 0.0, 4: -0.1, 5: 0.01, 6: 0.3}
STORM = 1.35
WAVE, WAVE_DAYS = 0.35, 14.0
STICKY = 0.27
DRIFT_SD, SCHOOL_SD, SCHOOL_MEMORY = 0.28, 0.2, 0.6
LONG_RUN, SUSPENSION, IN_SCHOOL, STUDY = 0.02, 0.015, 0.008, 0.006


@dataclass(frozen=True)
class Group:
    """The enrolments of one school, in file order; `held[d, e]` says the enrolment has school on day d."""

    days: Ints
    held: Bools
    absence: Floats
    unexcused: Floats
    upper: bool
    drift: Floats


def season(days: Ints, year: SchoolYear) -> Floats:
    """The district's effect of each day on the logit of absence."""
    dates = [date.fromordinal(int(day)) for day in days]
    effect = np.array([WEEKDAY[day.weekday()] + MONTH[day.month] for day in dates])
    wave_peak = date(year.year, 1, 14).toordinal()
    effect += WAVE * np.exp(-(((days - wave_peak) / WAVE_DAYS) ** 2))
    effect += STORM * np.isin(days, year.storms)
    return effect.astype(np.float32)


def season_sample(year: SchoolYear) -> Floats:
    """Forty values with the spread of season, drift and school wave together, to aim the mean with."""
    levels = np.quantile(season(year.taught, year), (np.arange(20) + 0.5) / 20)
    noise = np.hypot(DRIFT_SD, SCHOOL_SD)
    return np.concatenate([levels - noise, levels + noise]).astype(np.float32)


def _school_wave(rng: Generator, count: int) -> Floats:
    """A first-order autoregression: a bad day at a school is often followed by another."""
    shocks = rng.normal(0, SCHOOL_SD * np.sqrt(1 - SCHOOL_MEMORY**2), count)
    wave = np.empty(count, np.float32)
    level = rng.normal(0, SCHOOL_SD)
    for n, shock in enumerate(shocks):
        level = SCHOOL_MEMORY * level + shock
        wave[n] = level
    return wave


def household_drift(plan: Plan, households: int) -> Floats:
    """Households by twelve months: siblings have their bad months together."""
    drift = plan.rng("household drift").standard_normal((households, 12), np.float32)
    return np.asarray(drift * np.float32(DRIFT_SD * 0.7), np.float32)


def days_absent(rng: Generator, group: Group, year: SchoolYear) -> Bools:
    """Days by enrolments: absent the whole day, or not."""
    months = np.array([date.fromordinal(int(day)).month - 1 for day in group.days])
    own = rng.standard_normal((len(group.absence), 12), np.float32) * np.float32(DRIFT_SD * 0.7)
    logit = group.absence + (group.drift + own).T[months]
    logit += (season(group.days, year) + _school_wave(rng, len(group.days)))[:, None]
    chance = 1 / (1 + np.exp(-logit))
    draws = rng.random(chance.shape, np.float32)
    absent = np.zeros(chance.shape, np.bool_)
    before = draws[0] < chance[0]
    for d in range(len(group.days)):
        now = draws[d] < (1 - STICKY) * chance[d] + STICKY * before
        absent[d] = now & group.held[d]
        before = np.where(group.held[d], now, before)
    return absent


def _runs(rng: Generator, group: Group, share: float, low: int, high: int) -> list[tuple[slice, int]]:
    """Some enrolments and a stretch of days for each: (days, enrolment)."""
    days, count = group.held.shape
    chosen = np.flatnonzero(rng.random(count) < share)
    starts, lengths = rng.integers(0, days, len(chosen)), rng.integers(low, high, len(chosen))
    return [(slice(int(s), int(s + n)), int(e)) for s, n, e in zip(starts, lengths, chosen, strict=True)]


def _reasons(rng: Generator, absent: Bools, unexcused: Floats) -> Bytes:
    """A code for every day, the same through a run of absent days."""
    shape = absent.shape
    excuse = rng.choice(np.array(EXCUSED, np.uint8), shape, p=np.array(EXCUSED_SHARES))
    drawn = np.where(rng.random(shape, np.float32) < unexcused, np.uint8(Code.UNEXCUSED), excuse)
    starts = absent & ~np.vstack([np.zeros((1, shape[1]), np.bool_), absent[:-1]])
    head = np.maximum.accumulate(np.where(starts, np.arange(shape[0], dtype=np.int16)[:, None], np.int16(0)), axis=0)
    return np.asarray(np.take_along_axis(drawn, head, axis=0), np.uint8)


def final_codes(rng: Generator, group: Group, year: SchoolYear) -> Bytes:
    """Days by enrolments: the code that stands when everything is known, NONE for a day in class."""
    absent = days_absent(rng, group, year)
    long_runs = _runs(rng, group, LONG_RUN, 6, 15)
    for days, e in long_runs:
        absent[days, e] = group.held[days, e]
    codes = np.where(absent, _reasons(rng, absent, group.unexcused), np.uint8(Code.NONE)).astype(np.uint8)
    for code, share, low, high in _special(group.upper):
        for days, e in _runs(rng, group, share, low, high):
            codes[days, e] = np.where(group.held[days, e], np.uint8(code), codes[days, e])
    return codes


def _special(upper: bool) -> list[tuple[Code, float, int, int]]:
    study = [(Code.STUDY, STUDY, 3, 9), (Code.STUDY_UNDONE, STUDY / 2, 3, 9)]
    if not upper:
        return study
    return [*study, (Code.SUSPENDED, SUSPENSION, 1, 6), (Code.IN_SCHOOL, IN_SCHOOL, 1, 3)]
