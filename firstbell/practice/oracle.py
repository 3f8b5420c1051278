"""A second opinion on the truancy process, written apart from `law.steps`: slow, obvious, from the top down.

A referral asks for its reports, a report for the report before it and for its days. Nothing is counted on the way up.
"""

from collections.abc import Collection, Sequence
from datetime import date

from firstbell.law.steps import Step, StepKind

FIRST, LATER, HABITUAL = 3, 1, 3
"""Occasions of the first report and of each later one, and reports of a habitual truant (EC 48260, 48261, 48262)."""


def holds(step: Step, record: Sequence[Step], occasions: Collection[date]) -> bool:
    """Whether a step of the record is right, given the occasions that there are."""
    if step.kind is StepKind.REPORT:
        return any(_rests(step, since, occasions) for since in _report_before(step, record, occasions))
    if step.kind is StepKind.NOTICE:
        told_of = _reports(step.number, step.on, record, occasions)
        return any(
            _enough(step, since, occasions) for one in told_of for since in _report_before(one, record, occasions)
        )
    if step.kind in (StepKind.ATTEMPT, StepKind.CONFERENCE):
        return bool(_reports(1, step.on, record, occasions))
    if step.kind is StepKind.REFERRAL:
        return bool(_reports(HABITUAL, step.on, record, occasions)) and _tried(step, record, occasions)
    raise ValueError(f"the replay takes no step of kind {step.kind}")


def _reports(number: int, upto: date, record: Sequence[Step], occasions: Collection[date]) -> list[Step]:
    """The reports of this number that were filed by then and are right."""
    filed = [one for one in record if one.kind is StepKind.REPORT and one.number == number and one.on <= upto]
    return [one for one in filed if holds(one, record, occasions)]


def _report_before(step: Step, record: Sequence[Step], occasions: Collection[date]) -> list[date]:
    """The days on which the report before this one was filed; the beginning of time for the first."""
    if step.number == 1:
        return [date.min]
    return [one.on for one in _reports(step.number - 1, step.on, record, occasions)]


def _rests(step: Step, since: date, occasions: Collection[date]) -> bool:
    return step.on > since and _enough(step, since, occasions)


def _enough(step: Step, since: date, occasions: Collection[date]) -> bool:
    days = {day for day in step.rested_on if day in occasions and since < day <= step.on}
    return len(days) >= (FIRST if step.number == 1 else LATER)


def _tried(referral: Step, record: Sequence[Step], occasions: Collection[date]) -> bool:
    meetings = [one for one in record if one.kind in (StepKind.ATTEMPT, StepKind.CONFERENCE)]
    return any(one.on <= referral.on and holds(one, record, occasions) for one in meetings)
