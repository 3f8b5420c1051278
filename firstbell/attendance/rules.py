"""Signs: dated reasons why a student needs an adult now. Pure: a row of figures in, sentences out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from firstbell.law.findings import count, reaches
from firstbell.law.policy import Policy

KEPT = 2
"""Signs shown of one student, the most pressing."""

IN_A_ROW = 3
LONG_AWAY = 5
NEWS = timedelta(days=10)
"""How long a third occasion is news."""

_BEGINNING = 25
"""Enrolled days until which an absence in the first month is still news."""

_ORDINALS = {1: "First", 2: "Second", 3: "Third", 4: "Fourth", 5: "Fifth"}
RANKS = {
    "new_truancy": 1, "in_a_row": 2, "crossed_severe": 3, "crossed_moderate": 4, "first_month": 5, "back": 5,
    "crossed_at_risk": 6, "no_contact": 7,
}  # fmt: skip
"""Every rule and how pressing it is; 1 is most."""
_LABELS = {
    "new_truancy": "Newly truant",
    "in_a_row": f"{IN_A_ROW} days in a row",
    "first_month": "First month",
    "back": "Back after a week",
    "no_contact": "No contact on file",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What the signs are read from: a standing on `on`, and the one five school days before.

    Days that never were are None."""

    on: date
    enrolled: int
    absent: int
    enrolled_before: int
    absent_before: int
    occasions: int
    third_on: date | None
    streak: int
    last_absent_on: date | None
    first_month: int
    first_month_days: int
    back_after: int
    back_on: date | None
    has_contact: bool


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign. `rank` orders them: 1 is most pressing."""

    rule: str
    rank: int
    on: date
    sentence: str
    section: str


def signs(row: Figures, policy: Policy) -> list[Signal]:
    """At most KEPT signs, best first; the newest among equals."""
    found = [*_truancy(row, policy), *_streak(row), *_crossed(row, policy), *_month(row, policy), *_back(row)]
    found += _contact(row, policy)
    return sorted(found, key=lambda sign: (sign.rank, -sign.on.toordinal(), sign.rule))[:KEPT]


def label(rule: str, policy: Policy) -> str:
    """The few words by which a page offers a rule: "Crossed 10 %". An unknown rule is named as it is written."""
    if rule.startswith("crossed_") and (percent := getattr(policy.bands, rule.removeprefix("crossed_"), None)):
        return f"Crossed {_percent(percent)}"
    return _LABELS.get(rule, rule.replace("_", " ").capitalize())


def _signal(rule: str, on: date, sentence: str, section: str) -> Signal:
    return Signal(rule, RANKS[rule], on, sentence, section)


def _truancy(row: Figures, policy: Policy) -> Iterator[Signal]:
    if row.third_on and timedelta(0) <= row.on - row.third_on <= NEWS:
        needed = policy.truancy.occasions
        third = _ORDINALS.get(needed, f"Number {needed}, the latest")
        more = f" {row.occasions} this school year." if row.occasions > needed else ""
        sentence = f"{third} unexcused occasion was {_day(row.third_on)}.{more}"
        yield _signal("new_truancy", row.third_on, sentence, policy.cite("truancy.occasions"))


def _streak(row: Figures) -> Iterator[Signal]:
    if row.streak >= IN_A_ROW and row.last_absent_on:
        sentence = f"Absent {row.streak} school days in a row, up to {_day(row.last_absent_on)}."
        yield _signal("in_a_row", row.last_absent_on, sentence, "setting streaks")


def _crossed(row: Figures, policy: Policy) -> Iterator[Signal]:
    """Only the highest line crossed: who passes 20 percent need not be told of 10."""
    if row.enrolled < policy.chronic.on_pace_min_days:
        return
    bands = policy.bands
    for percent, band in ((bands.severe, "severe"), (bands.moderate, "moderate"), (bands.at_risk, "at_risk")):
        if not reaches(row.absent, row.enrolled, percent):
            continue
        if not reaches(row.absent_before, row.enrolled_before, percent):
            days = f"{row.absent} of {count(row.enrolled, 'day')} missed, {row.absent_before} a week ago"
            sentence = f"Crossed {_percent(percent)}: {days}."
            yield _signal(f"crossed_{band}", row.last_absent_on or row.on, sentence, policy.cite(f"bands.{band}"))
        return


def _month(row: Figures, policy: Policy) -> Iterator[Signal]:
    over = row.first_month_days == policy.chronic.on_pace_min_days
    if over and row.enrolled <= _BEGINNING and reaches(row.first_month, row.first_month_days, policy.chronic.percent):
        sentence = f"Absent {row.first_month} of the first {count(row.first_month_days, 'school day')}."
        yield _signal("first_month", row.last_absent_on or row.on, sentence, "setting first_month")


def _back(row: Figures) -> Iterator[Signal]:
    if row.back_after >= LONG_AWAY and row.back_on:
        sentence = f"Back {_day(row.back_on)} after {row.back_after} school days away."
        yield _signal("back", row.back_on, sentence, "setting back_within")


def _contact(row: Figures, policy: Policy) -> Iterator[Signal]:
    if not row.has_contact and reaches(row.absent, row.enrolled, policy.bands.at_risk):
        sentence = f"No contact on file; absent {row.absent} of {count(row.enrolled, 'day')}."
        yield _signal("no_contact", row.on, sentence, policy.cite("bands.at_risk"))


def _day(day: date) -> str:
    """As pages write it: "Tue 12 May"."""
    return f"{day:%a} {day.day} {day:%b}"


def _percent(number: int) -> str:
    return f"{number}\u00a0%"
