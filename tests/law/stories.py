"""School days told in letters, for the tests of the law."""

from collections.abc import Iterable
from datetime import date, timedelta

from firstbell.law.days import story
from firstbell.law.policy import policy_on
from firstbell.law.truancy import DayFact, Report

MONDAY = date(2025, 9, 1)
TODAY = policy_on(MONDAY)


def after(days: int) -> date:
    """The day so many days after the first Monday of the tests."""
    return MONDAY + timedelta(days)


def told(letters: str, first: date = MONDAY, *, subject: bool = True) -> list[DayFact]:
    """ "U.E" as three facts on three days in a row from `first`; the law does not ask about weekends here."""
    return [DayFact(first + timedelta(place), byte, subject) for place, byte in enumerate(story(letters))]


def reports(*days: int) -> list[Report]:
    """Reports 1, 2, 3 ... filed so many days after the first Monday."""
    return [Report(number, after(day)) for number, day in enumerate(days, start=1)]


def dates(days: Iterable[int]) -> list[date]:
    return [after(day) for day in days]
