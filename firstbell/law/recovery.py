"""Attendance recovery: time made up outside the school day, in whole days and within limits (EC 46211)."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from firstbell.law.findings import Finding, Reason, count
from firstbell.law.policy import Policy


def earned(sessions: Mapping[date, int], grade: int, policy: Policy) -> Finding[int]:
    """Whole days that minutes of recovery classes, by date, come to in a grade (0 for kindergarten and before).

    Time counts in whole hours each date and adds up to a day when it reaches the shortest school day. One date
    completes at most one day and a week, Monday to Sunday, at most five; a rest of less than a day is carried on.
    ValueError for minutes below zero.
    """
    if any(minutes < 0 for minutes in sessions.values()):
        raise ValueError("minutes of recovery cannot be negative")
    rules, shortest = policy.recovery, policy.schoolday.minutes(grade)
    step = rules.increment_minutes
    needed = -(-shortest // step) * step
    bank, days, weeks = 0, 0, Counter[tuple[int, int]]()
    for on in sorted(sessions):
        bank += sessions[on] // step * step
        week = on.isocalendar()[:2]
        if bank >= needed and weeks[week] < rules.week_days:
            weeks[week] += rules.day_days
            days += rules.day_days
            bank -= needed
        bank = min(bank, needed - step)
    total = sum(sessions.values())
    sentence = f"{count(total, 'minute')} come to {count(days, 'day')}; a day takes {needed} in this grade."
    return Finding(days, (Reason("EC 46211", sentence),), policy.version)


def credited(days_earned: int, days_absent: int, policy: Policy) -> Finding[int]:
    """Days credited: no more than were missed in the school year, nor than the yearly limit."""
    most = policy.recovery.max_days
    days = max(0, min(days_earned, days_absent, most))
    sentence = f"{days} credited: {days_earned} earned, {days_absent} missed, at most {most} a year."
    return Finding(days, (Reason(policy.cite("recovery.max_days"), sentence),), policy.version)


def is_open_to(study_days: int, policy: Policy, *, classroom: bool = True) -> Finding[bool]:
    """Whether a student may take part: classroom-based, and not in independent study for more than 15 school days."""
    most = policy.recovery.study_days
    if not classroom:
        return Finding(False, (Reason("EC 46211", "It is open to classroom-based students only."),), policy.version)
    fits = study_days <= most
    sentence = f"{count(study_days, 'school day')} of continual independent study; more than {most} leave it closed."
    return Finding(fits, (Reason(policy.cite("recovery.study_days"), sentence),), policy.version)


def is_staffed(students: int, teachers: int, grade: int, policy: Policy) -> Finding[bool]:
    """Whether a class has enough certificated teachers of the district: 10 to one in kindergarten, 20 above."""
    most = policy.recovery.kindergarten_ratio if grade <= 0 else policy.recovery.ratio
    sentence = f"{count(students, 'student')} with {count(teachers, 'teacher')}; at most {most} to one."
    return Finding(students <= most * teachers, (Reason("EC 46211", sentence),), policy.version)
