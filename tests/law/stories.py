"""School days told in letters, for the tests of the law."""

from collections.abc import Iterable
from datetime import date, timedelta

from firstbell.law.days import story
from firstbell.law.policy import policy_on
from firstbell.law.steps import Ground, Step, StepKind
from firstbell.law.truancy import DayFact

MONDAY = date(2025, 9, 1)
TODAY = policy_on(MONDAY)


def after(days: int) -> date:
    """The day so many days after the first Monday of the tests."""
    return MONDAY + timedelta(days)


def told(letters: str, first: date = MONDAY, *, subject: bool = True) -> list[DayFact]:
    """ "U.E" as three facts on three days in a row from `first`; the law does not ask about weekends here."""
    return [DayFact(first + timedelta(place), byte, subject) for place, byte in enumerate(story(letters))]


def report(number: int, on: int, *rested_on: int) -> Step:
    """Report `number`, filed so many days after the first Monday, on occasions told the same way."""
    return Step(StepKind.REPORT, after(on), number, tuple(dates(rested_on)))


def reports(*days: int) -> list[Step]:
    """Reports 1, 2, 3 ... with no record of the days they named."""
    return [report(number, day) for number, day in enumerate(days, start=1)]


def notice(on: int, number: int = 1, *rested_on: int) -> Step:
    return Step(StepKind.NOTICE, after(on), number, tuple(dates(rested_on)))


def attempt(on: int) -> Step:
    return Step(StepKind.ATTEMPT, after(on))


def referral(on: int, ground: Ground = Ground.HABITUAL) -> Step:
    return Step(StepKind.REFERRAL, after(on), ground=ground)


def dates(days: Iterable[int]) -> list[date]:
    return [after(day) for day in days]
