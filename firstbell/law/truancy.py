"""Truancy: unexcused occasions within one school year, and who is a chronic truant (EC 48260, 48263.6).

Nothing here does anything to anyone: the functions say what the facts would allow, and people decide.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from firstbell.law.calendar import SchoolYear
from firstbell.law.days import Day, kind
from firstbell.law.findings import Finding, Reason, count, reaches, spoken
from firstbell.law.policy import Policy

CHRONIC_TRUANT_STEPS = ("EC 48260", "EC 48260.5", "EC 48261", "EC 48262", "EC 48263", "EC 48291")
"""What a district must have done before it may call anyone a chronic truant (EC 48263.6)."""


class Truancy(IntEnum):
    NONE = 0
    TRUANT = 1


@dataclass(frozen=True, slots=True)
class DayFact:
    """One enrolled day: its byte (`law.days`), and whether school was required on it (`compulsory.subject`)."""

    on: date
    day: int
    subject: bool


def occasions(days: Iterable[DayFact], policy: Policy) -> list[date]:
    """The dates of the unexcused occasions, earliest first; a date appears at most `max_per_day` times.

    A whole unexcused day is one occasion, so is an unexcused stretch of more than 30 minutes (EC 48260(a)).
    ValueError when the days lie in more than one school year: every count begins anew on July 1.
    """
    facts = list(days)
    _one_year(fact.on for fact in facts)
    found = Counter(fact.on for fact in facts if fact.subject and kind(fact.day) in (Day.UNEXCUSED, Day.OCCASION))
    return [on for on in sorted(found) for _ in range(min(found[on], policy.truancy.max_per_day))]


def classify(days: Iterable[DayFact], policy: Policy) -> Finding[Truancy]:
    """Truant from the third unexcused occasion of one school year on; the reason carries that day."""
    found = occasions(days, policy)
    needed = policy.truancy.occasions
    section = policy.cite("truancy.occasions")
    if len(found) < needed:
        few = (Reason(section, f"{count(len(found), 'unexcused occasion')} of {needed}."),) if found else ()
        return Finding(Truancy.NONE, few, policy.version)
    third = found[needed - 1]
    sentence = f"{count(len(found), 'unexcused occasion')} this school year; number {needed} was on {spoken(third)}."
    return Finding(Truancy.TRUANT, (Reason(section, sentence, third),), policy.version)


def chronic_truant(
    unexcused_days: int, schooldays_to_date: int, steps_done: Collection[str], policy: Policy
) -> Finding[bool]:
    """A tenth of the school days since enrolment missed without excuse, and every step of the law taken (EC 48263.6).

    `steps_done` holds the members of CHRONIC_TRUANT_STEPS that were complied with. Not the same as chronically
    absent, which counts absences for any reason.
    """
    share = f"{unexcused_days} of {count(schooldays_to_date, 'school day')} missed without excuse."
    reasons = [Reason("EC 48263.6", share)]
    many = reaches(unexcused_days, schooldays_to_date, policy.truancy.chronic_percent)
    missing = [step for step in CHRONIC_TRUANT_STEPS if step not in steps_done]
    if many:
        reasons += [Reason(step, "This step has not been taken.") for step in missing]
    return Finding(many and not missing, tuple(reasons), policy.version)


def ward_report(truant_on: date, policy: Policy) -> Finding[date]:
    """The day by which court and probation officer hear of a ward's truancy or tardiness (EC 48267)."""
    due = truant_on + timedelta(policy.truancy.ward_report_days)
    sentence = (
        f"The court and the probation officer are told by {spoken(due)}, {policy.truancy.ward_report_days} days on."
    )
    return Finding(due, (Reason(policy.cite("truancy.ward_report_days"), sentence, due),), policy.version)


def _one_year(days: Iterable[date]) -> None:
    years = sorted({SchoolYear.of(day) for day in days})
    if len(years) > 1:
        raise ValueError(f"occasions are counted within one school year, not {years[0]} to {years[-1]}")
