"""The clocks of student records: inspection, transfer, challenge, courts, abuse reports (EC 49068 to 49077).

Business days and school days are reckoned with holidays and school days given as values.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from firstbell.law.compulsory import birthday
from firstbell.law.findings import Finding, Reason, count, spoken
from firstbell.law.policy import Policy

_SATURDAY = 5


class Unit(StrEnum):
    BUSINESS_DAY = "business day"
    SCHOOL_DAY = "school day"
    DAY = "day"


class Clock(StrEnum):
    INSPECTION = "inspection"
    TRANSFER = "transfer"
    FOSTER_TRANSFER = "foster_transfer"
    FOSTER_CONTACT = "foster_contact"
    CHALLENGE_MEETING = "challenge_meeting"
    CHALLENGE_APPEAL = "challenge_appeal"
    CHALLENGE_DECISION = "challenge_decision"
    EMERGENCY_TOLD = "emergency_told"


@dataclass(frozen=True, slots=True)
class _Limit:
    value: str
    unit: Unit
    section: str
    words: str


_LIMITS: Mapping[Clock, _Limit] = {
    Clock.INSPECTION: _Limit("inspection_days", Unit.BUSINESS_DAY, "EC 49069.7", "The parent sees the records"),
    Clock.TRANSFER: _Limit("transfer_days", Unit.SCHOOL_DAY, "EC 49068", "The permanent record is sent"),
    Clock.FOSTER_TRANSFER: _Limit(
        "foster_days", Unit.BUSINESS_DAY, "EC 49069.5", "Student and records are transferred"
    ),
    Clock.FOSTER_CONTACT: _Limit(
        "foster_days", Unit.BUSINESS_DAY, "EC 48853.5", "The last school is asked for records"
    ),
    Clock.CHALLENGE_MEETING: _Limit("challenge_days", Unit.DAY, "EC 49070", "The superintendent meets the parent"),
    Clock.CHALLENGE_APPEAL: _Limit("challenge_days", Unit.DAY, "EC 49070", "The parent may appeal to the board"),
    Clock.CHALLENGE_DECISION: _Limit("challenge_days", Unit.DAY, "EC 49070", "The board decides"),
    Clock.EMERGENCY_TOLD: _Limit(
        "emergency_tell_days", Unit.DAY, "setting records.emergency_tell_days", "The parent is told of the disclosure"
    ),
}


def due(
    clock: Clock,
    received_on: date,
    policy: Policy,
    *,
    holidays: Collection[date] = (),
    schooldays: Sequence[date] = (),
) -> Finding[date]:
    """The last day to answer something received on `received_on`; that day itself is not counted.

    ValueError when `schooldays` end before a clock of school days does.
    """
    limit = _LIMITS[clock]
    number: int = getattr(policy.records, limit.value)
    if limit.unit is Unit.BUSINESS_DAY:
        last = business_day(received_on, number, holidays)
    elif limit.unit is Unit.SCHOOL_DAY:
        last = school_day(received_on, number, schooldays)
    else:
        last = received_on + timedelta(number)
    sentence = f"{limit.words} by {spoken(last)}, within {count(number, limit.unit)}."
    return Finding(last, (Reason(limit.section, sentence, last),), policy.version)


def business_day(after: date, number: int, holidays: Collection[date] = ()) -> date:
    """The `number`th Monday to Friday after a day that is no holiday; with 0 the day itself. ValueError below 0."""
    if number < 0:
        raise ValueError(f"business days are counted forward, not {number}")
    closed, day = frozenset(holidays), after
    while number:
        day += timedelta(1)
        number -= day.weekday() < _SATURDAY and day not in closed
    return day


def school_day(after: date, number: int, schooldays: Collection[date]) -> date:
    """The `number`th school day after a day. ValueError when fewer are known, or the number is below 1."""
    later = sorted(day for day in set(schooldays) if day > after)
    if not 1 <= number <= len(later):
        raise ValueError(f"{count(number, 'school day')} after {after}: only {len(later)} are known")
    return later[number - 1]


def parent_told_by(disclosed_at: datetime, policy: Policy) -> Finding[datetime]:
    """When a parent must know that a judge or probation officer was given records (EC 49076(a)(1)(J))."""
    hours = policy.records.court_parent_hours
    last = disclosed_at + timedelta(hours=hours)
    reason = Reason(policy.cite("records.court_parent_hours"), f"The parent is told within {hours} hours.", last.date())
    return Finding(last, (reason,), policy.version)


def abuse_report_by(learned_at: datetime, policy: Policy) -> Finding[datetime]:
    """When the written report must be in; the telephone call comes at once (PC 11166)."""
    hours = policy.records.abuse_report_hours
    last = learned_at + timedelta(hours=hours)
    sentence = f"Telephone at once; the written report follows within {hours} hours. Nobody may hold it up."
    return Finding(last, (Reason(policy.cite("records.abuse_report_hours"), sentence, last.date()),), policy.version)


class Holder(StrEnum):
    PARENT = "parent"
    STUDENT = "student"


def holder(born_on: date, on: date, *, in_college: bool = False) -> Finding[Holder]:
    """Who holds the rights in a student's records: the parent, from 18 or in college the student (EC 49061)."""
    if in_college or on >= birthday(born_on, 18):
        why = "attends college" if in_college else "is 18"
        return Finding(Holder.STUDENT, (Reason("EC 49061", f"The student {why} and holds the rights."),))
    return Finding(Holder.PARENT, (Reason("EC 49061", "The parent holds the rights until the student is 18."),))


def student_may_see(born_on: date, on: date, *, finished_grade: int, unaccompanied: bool = False) -> Finding[bool]:
    """Whether a student may see the own records: at 16, after grade 10, or at 14 when homeless and alone (EC 49076)."""
    age_needed = 14 if unaccompanied else 16
    may = on >= birthday(born_on, age_needed) or finished_grade >= 10
    words = "may" if may else "may not yet"
    return Finding(may, (Reason("EC 49076(a)(1)", f"The student {words} see the records: {age_needed}, or grade 10."),))
