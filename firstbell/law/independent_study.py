"""Independent study: when the school must follow up, and what it then owes (EC 51747)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from firstbell.law.findings import Finding, Reason, count, spoken
from firstbell.law.policy import Policy
from firstbell.law.records import school_day

STEPS: Mapping[str, str] = {
    "contact": "Check the family's contact details",
    "notice": "Tell the parents of the absence or of not taking part",
    "outreach": "Reach out to find out what is needed",
    "conference": "Meet with student, parent and teacher, and look at the agreement again",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of a student's study. Minutes are of the last four weeks, lessons of the school month."""

    planned_days: int
    missed_minutes: int
    required_minutes: int
    missed_lessons: int = 0
    lessons: int = 0
    agreement_broken: bool = False
    medical: bool = False


def must_follow_up(progress: Progress, policy: Policy) -> Finding[bool]:
    """Whether the tiered steps are owed: over a tenth of the time or over half of live lessons missed, or a breach.

    Not for studies of under 16 school days, nor for medical ones. "More than": exactly a tenth is not enough.
    """
    rules = policy.study
    if progress.medical or progress.planned_days < rules.short_days:
        why = "medical reasons" if progress.medical else f"under {rules.short_days} school days"
        return Finding(False, (Reason("EC 51747", f"The steps are not owed for {why}."),), policy.version)
    found = []
    if 100 * progress.missed_minutes > rules.shortfall_percent * progress.required_minutes:
        over = f"More than {rules.shortfall_percent} percent of the required time missed over {rules.weeks} weeks."
        found.append(Reason(policy.cite("study.shortfall_percent"), over))
    if 100 * progress.missed_lessons > rules.live_percent * progress.lessons:
        over = f"More than {rules.live_percent} percent of live lessons missed in the school month."
        found.append(Reason(policy.cite("study.live_percent"), over))
    if progress.agreement_broken:
        found.append(Reason("EC 51747", "The study agreement was broken."))
    return Finding(bool(found), tuple(found), policy.version)


def tell_parents_by(missed_on: date, schooldays: Collection[date], policy: Policy) -> Finding[date]:
    """By when parents hear of a missed day: within one school day. ValueError when no later school day is known."""
    return _within(missed_on, schooldays, "study.tell_days", policy.study.tell_days, "Parents are told", policy)


def back_in_class_by(asked_on: date, schooldays: Collection[date], policy: Policy) -> Finding[date]:
    """By when a student who asks is back in class: five school days. ValueError when they are not all known."""
    return _within(asked_on, schooldays, "study.return_days", policy.study.return_days, "Back in class", policy)


def _within(
    start: date, schooldays: Collection[date], name: str, number: int, words: str, policy: Policy
) -> Finding[date]:
    last = school_day(start, number, schooldays)
    sentence = f"{words} by {spoken(last)}, within {count(number, 'school day')}."
    return Finding(last, (Reason(policy.cite(name), sentence, last),), policy.version)
