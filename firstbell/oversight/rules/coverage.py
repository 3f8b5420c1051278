"""Who was reached: what leaves a trace counts, once for each student, out of everybody who should be reached. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from firstbell.cases.rules.entries import SPOKE

WITHIN = 14
"""Days within which somebody under 90 % should be reached."""


@dataclass(frozen=True, slots=True)
class Reached:
    """One contact as coverage sees it. `trace`: a number that was dialled, words, a barrier, or a next step."""

    student: int
    on: date
    outcome: str
    trace: bool


@dataclass(frozen=True, slots=True)
class Covered:
    """So many students reached, of all who should be."""

    part: int
    whole: int


def covered(should: Iterable[int], contacts: Iterable[Reached], on: date) -> Covered:
    """Of `should`, who was reached in the last fourteen days with a trace of it; ten contacts with one count once."""
    wanted, since = set(should), on - timedelta(WITHIN)
    found = {one.student for one in contacts if one.trace and one.outcome in SPOKE and since < one.on <= on}
    return Covered(len(wanted & found), len(wanted))
