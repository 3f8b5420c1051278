"""Chronic absence: a tenth of the enrolled days missed for any reason, in whole days (EC 60901(c)(1)).

Counts are whole days, or Decimal where an hourly school reports parts of days. They are compared as they are:
a rounded percentage would call 90.004 percent chronic, and would miss 7 of 100 days at 7 percent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from firstbell.law.findings import Finding, Reason, count, reaches
from firstbell.law.policy import Policy

Days = int | Decimal


def absent_days(excused: Days, unexcused: Days, oss: Days, non_ada_study: Days) -> Days:
    """Absences of every kind (CALPADS 13.19 + 13.20 + 13.17 + 13.21); suspension in school is none of them."""
    return excused + unexcused + oss + non_ada_study


def is_ten_percent(absent: Days, enrolled: Days, percent: int = 10) -> bool:
    """Whether a tenth (or another `percent`) of the enrolled days was missed; never of no days at all."""
    return reaches(absent, enrolled, percent)


def chronic(
    absent: int, enrolled: int, attended: int | None, policy: Policy, at_year_end: bool = False
) -> Finding[bool | None]:
    """Chronically absent, or on pace for it while the year runs.

    None when too few days have passed to say: under 20 in the year, not more than 30 at its end, or not one
    day attended (the state leaves such a student out). `attended` None means it is not known.
    """
    rules = policy.chronic
    if attended == 0:
        left_out = Reason("CDE Dashboard", "A student who has not attended a single day is not counted.")
        return Finding(None, (left_out,), policy.version)
    needed, source = (
        (rules.min_days, policy.cite("chronic.min_days"))
        if at_year_end
        else (rules.on_pace_min_days, policy.cite("chronic.on_pace_min_days"))
    )
    if enrolled < needed:
        early = Reason(source, f"Enrolled {count(enrolled, 'day')}; it takes {needed} to say.")
        return Finding(None, (early,), policy.version)
    outcome = reaches(absent, enrolled, rules.percent)
    side = "at least" if outcome else "less than"
    sentence = f"Absent {absent} of {count(enrolled, 'day')}, {side} {rules.percent} percent."
    return Finding(outcome, (Reason(policy.cite("chronic.percent"), sentence),), policy.version)


def days_can_miss(expected_total: int, absent: int, percent: int = 10) -> int:
    """How many more days can be missed before the whole year's absences reach `percent`; 0 once they have."""
    return max(0, (percent * expected_total - 1) // 100 - absent)


def federal(half_days: int, enrolled: int, policy: Policy) -> Finding[bool | None]:
    """The federal measure (EDFacts FS195): a day counts as missed from half of it on. None under ten days enrolled."""
    rules = policy.federal
    section = policy.cite("federal.percent")
    if enrolled < rules.min_days:
        early = Reason(section, f"Enrolled {count(enrolled, 'day')}; the federal count needs {rules.min_days}.")
        return Finding(None, (early,), policy.version)
    sentence = f"Missed at least half of {half_days} of {count(enrolled, 'day')}."
    return Finding(reaches(half_days, enrolled, rules.percent), (Reason(section, sentence),), policy.version)


@dataclass(frozen=True, slots=True)
class Definition:
    """Somebody else's definition of chronic absence, for comparing figures that were counted differently."""

    name: str
    percent: int
    min_days: int = 1
    min_absent: int = 0


ELSEWHERE: Mapping[str, Definition] = {
    "edu": Definition("EDU data warehouse", percent=10, min_days=20),
    "amt": Definition("Ed-Fi analytics", percent=8, min_absent=15),
    "al": Definition("Jefferson County, Alabama", percent=10),
}


def elsewhere(definition: Definition, absent: Days, enrolled: Days) -> bool:
    """Whether a student would be called chronically absent under another definition; compared exactly, unlike some."""
    enough = enrolled >= definition.min_days and absent >= definition.min_absent
    return enough and reaches(absent, enrolled, definition.percent)
