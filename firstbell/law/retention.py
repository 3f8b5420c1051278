"""How long records are kept (5 CCR 432, 437), and when they may go."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from firstbell.law.calendar import SchoolYear
from firstbell.law.findings import Finding, Reason, count, spoken
from firstbell.law.policy import Policy


class Class(StrEnum):
    PERMANENT = "permanent"
    INTERIM = "interim"
    PERMITTED = "permitted"


KINDS: Mapping[str, Class] = {
    "identity": Class.PERMANENT,
    "birth": Class.PERMANENT,
    "parents": Class.PERMANENT,
    "address": Class.PERMANENT,
    "enrolment": Class.PERMANENT,
    "marks_and_credits": Class.PERMANENT,
    "immunization": Class.PERMANENT,
    "graduation": Class.PERMANENT,
    "consent": Class.PERMANENT,
    "expulsion": Class.INTERIM,
    "access_log": Class.INTERIM,
    "health": Class.INTERIM,
    "special_education": Class.INTERIM,
    "language": Class.INTERIM,
    "progress_notice": Class.INTERIM,
    "directory_restriction": Class.INTERIM,
    "program_authorization": Class.INTERIM,
    "study_evaluation": Class.INTERIM,
    "discipline": Class.PERMITTED,
    "supplementary_attendance": Class.PERMITTED,
    "truancy_notice": Class.PERMITTED,
    "review_board_packet": Class.PERMITTED,
    "case_note": Class.PERMITTED,
}
"""What we keep, by class. Notices, packets and case notes are classed by us; a legal hold overrides all."""


def may_go_on(
    record: str, left_on: date | None, policy: Policy, *, disposable_on: date | None = None, hold: bool = False
) -> Finding[date | None]:
    """The first day on which a record may be destroyed; None while it must be kept. KeyError for an unknown kind.

    `left_on` is when the student withdrew or finished, `disposable_on` when an interim record was classed so.
    """
    kind = KINDS[record]
    if hold:
        return _kept("5 CCR 437", "A legal hold keeps it.", policy)
    if kind is Class.PERMANENT:
        return _kept("5 CCR 432", "A permanent record is kept for ever.", policy)
    if kind is Class.INTERIM:
        if disposable_on is None:
            return _kept("5 CCR 437", "An interim record is kept until it is classed disposable.", policy)
        years = policy.records.interim_years
        day = SchoolYear(SchoolYear.of(disposable_on).ending + years).starts
        return _may_go(day, f"during school year {years} after it was classed disposable", policy)
    if left_on is None:
        return _kept("5 CCR 437", "A permitted record is kept while the student is enrolled.", policy)
    months = policy.records.permitted_months
    return _may_go(_months_after(left_on, months), f"{count(months, 'month')} after the student left", policy)


def challenge_papers_go_on(decided_on: date, policy: Policy) -> Finding[date]:
    """When the papers of a challenge are destroyed, unless it goes on (EC 49070)."""
    day = _months_after(decided_on, 12 * policy.records.challenge_keep_years)
    reason = Reason(policy.cite("records.challenge_keep_years"), f"The papers are destroyed on {spoken(day)}.", day)
    return Finding(day, (reason,), policy.version)


def _kept(section: str, sentence: str, policy: Policy) -> Finding[date | None]:
    return Finding(None, (Reason(section, sentence),), policy.version)


def _may_go(day: date, when: str, policy: Policy) -> Finding[date | None]:
    return Finding(day, (Reason("5 CCR 437", f"It may be destroyed from {spoken(day)}, {when}.", day),), policy.version)


def _months_after(day: date, months: int) -> date:
    """The same day of a later month; where that month has no such day, the first of the next one."""
    total = day.year * 12 + day.month - 1 + months
    try:
        return day.replace(year=total // 12, month=total % 12 + 1)
    except ValueError:
        return date((total + 1) // 12, (total + 1) % 12 + 1, 1)
