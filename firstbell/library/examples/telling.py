"""What the worked examples are told with: lines, days by letter, invented dates of one school year."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from firstbell.law.days import story
from firstbell.law.findings import Finding, Reason, spoken
from firstbell.law.marks import Code, read
from firstbell.law.policy import Policy
from firstbell.law.truancy import DayFact

MONDAY = date(2025, 9, 8)
"""Where most examples begin: no holiday follows it within a fortnight."""


@dataclass(frozen=True)
class Line:
    """One question and its answer: what was given, what came out, on which grounds."""

    given: str
    outcome: str
    reasons: tuple[Reason, ...] = ()


Case = Callable[[Policy], Iterator[Line]]


def line(given: str, finding: Finding[object], yes: str, no: str = "") -> Line:
    """A finding as a line; `yes` and `no` word a true and a false outcome, else the outcome speaks for itself."""
    outcome = finding.outcome
    if isinstance(outcome, bool):
        return Line(given, yes if outcome else no, finding.reasons)
    said = spoken(outcome) if isinstance(outcome, date) else str(outcome)
    return Line(given, yes.format(said), finding.reasons)


def days(letters: str, first: date = MONDAY, *, subject: bool = True) -> list[DayFact]:
    """School days told in letters ("U" a whole day unexcused, "E" excused), one after the other from `first`."""
    return [DayFact(first + timedelta(place), byte, subject) for place, byte in enumerate(story(letters))]


def late(minutes: int, on: date, policy: Policy) -> DayFact:
    """A day on which a student came so many minutes late, without an excuse."""
    tardy = Code("T", "Tardy", "Tardy", excused=False, absence=False, truancy=False, ada=True)
    return DayFact(on, read(tardy, minutes=minutes, share=None, policy=policy).outcome, subject=True)
