"""What a session, a group and a daily card may be. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from firstbell.law.findings import count

LONGEST_SESSION = 240
LARGEST = 11
"""Members from which on a group's figures say nothing about one of them (the state's rule of ten or fewer)."""
MOST_TARGETS = 3
MOST_POINTS = 2


def refused(*, on: date, minutes: int, topic: str, today: date, year_starts: date) -> str:
    """Why a session cannot be what it says it is; empty when it can."""
    if on > today:
        return "It has not happened yet: choose today or an earlier day."
    if on < year_starts:
        return "That day belongs to an earlier school year."
    if not 1 <= minutes <= LONGEST_SESSION:
        return f"Minutes are from 1 to {LONGEST_SESSION}."
    if not topic.strip():
        return "Say in a few words what it was about."
    return "" if len(topic) <= 120 else "The topic is a few words: at most 120 characters."


def targets(lines: Sequence[str]) -> tuple[str, ...]:
    """One to three targets, each once. ValueError says what is wrong."""
    found = tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if not found:
        raise ValueError("Name at least one target the student can reach in a day.")
    if len(found) > MOST_TARGETS:
        raise ValueError(f"{len(found)} targets are too many for one day; {MOST_TARGETS} at most.")
    if any(len(one) > 80 for one in found):
        raise ValueError("A target is a few words: at most 80 characters.")
    return found


@dataclass(frozen=True, slots=True)
class Score:
    """Points of some days: `got` of `possible` on `days` days."""

    got: int
    possible: int
    days: int

    @property
    def sentence(self) -> str:
        if not self.days:
            return "No day was scored."
        return f"{self.got} of {count(self.possible, 'point')} on {count(self.days, 'day')}."


def score(days: Mapping[date, Sequence[int]]) -> Score:
    """The points of these days, 0 to 2 a target."""
    possible = sum(MOST_POINTS * len(points) for points in days.values())
    return Score(sum(sum(points) for points in days.values()), possible, len(days))


def points_fit(points: Sequence[int], wanted: int) -> bool:
    """Whether these are 0 to 2 points for each of `wanted` targets."""
    return len(points) == wanted and all(0 <= one <= MOST_POINTS for one in points)
