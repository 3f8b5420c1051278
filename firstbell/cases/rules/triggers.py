"""When a trigger of a school's ladder is reached, and which ladders make no sense. Pure: days in, days out.

The rule of a trigger (`count` days of a track within `window` of the student's own school days; 0 is the whole year):

1. It is reached on the day on which the last of these `count` days falls.
2. Over the whole year it is reached once at most.
3. Within a window it rests from then on until, on some school day, fewer than `count` days lie in the window that ends
   there. Only days after that count for the next time: no day counts for the same trigger twice, and one long
   absence reaches it once.

Nobody is asked twice for what waits already: a trigger that asks for the same of the same student joins the open task.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from firstbell.cases.rules.tasks import TASKS, minutes
from firstbell.law.days import ABSENT, Day
from firstbell.law.findings import count as counted

TRACKS = {"excused": "Excused days", "unexcused": "Unexcused days", "any": "Days absent"}
KINDS = {
    "excused": frozenset({Day.EXCUSED}),
    "unexcused": frozenset({Day.UNEXCUSED, Day.OCCASION}),
    "any": ABSENT,
}
"""What a track counts. An unexcused gap of more than 30 minutes is an occasion, so it is of the unexcused track."""
_NOUNS = {"excused": "excused day", "unexcused": "unexcused day", "any": "day absent"}
ROLES = {"adult": "Named adult", "counselor": "Counselor", "clerk": "Clerk", "principal": "Principal"}
MOST_DAYS, LONGEST_WINDOW, LONGEST_WAIT, MOST_TRIGGERS = 60, 90, 20, 12
WITHOUT_A_POST = 8 * 60
"""Minutes a week counted for a school that has no counselor's post, in a region that has no counselor of its own: the
office helps out a day a week. The district's choice.
"""


@dataclass(frozen=True, slots=True)
class Rung:
    """A trigger as plain values: so many days of a track within a window ask this of that role, in so many days."""

    track: str
    count: int
    window: int
    asks: str
    within: int
    role: str
    text: str = ""

    @property
    def minutes(self) -> int:
        return minutes(self.asks)

    @property
    def of_counselor(self) -> bool:
        return self.role in ("adult", "counselor")

    @property
    def sentence(self) -> str:
        noun = _NOUNS[self.track]
        days = counted(self.count, noun) if noun != "day absent" else f"{counted(self.count, 'day')} absent"
        return f"{days} in the school year" if self.window == 0 else f"{days} within {self.window} school days"

    @property
    def wish(self) -> str:
        return self.text or TASKS[self.asks]

    @property
    def same(self) -> tuple[str, str]:
        """What two tasks of one student have alike when they are the same: the kind; of `other` the words too."""
        return self.asks, self.wish if self.asks == "other" else ""

    def is_asked_by(self, kind: str, text: str) -> bool:
        """Whether an open task of this kind and these words is what this trigger would ask for."""
        return kind == self.asks and (kind != "other" or text == self.wish or text.startswith(f"{self.wish}: "))


DEFAULT = (
    Rung("any", 3, 10, "call", 3, "counselor"),
    Rung("unexcused", 5, 0, "conference", 10, "counselor"),
    Rung("any", 10, 0, "plan", 10, "counselor"),
)
"""What a new ladder starts from: a call while it is early, a conference, then a plan."""


def refused(rungs: Sequence[Rung]) -> str:
    """Why these can be no ladder; empty when they can."""
    if not rungs:
        return "A ladder needs at least one trigger."
    if len(rungs) > MOST_TRIGGERS:
        return f"A ladder has {MOST_TRIGGERS} triggers at most; this one has {len(rungs)}."
    for place, rung in enumerate(rungs, start=1):
        if no := _refused(rung):
            return f"Trigger {place}: {no}"
    same = Counter((rung.track, rung.count, rung.window, rung.asks) for rung in rungs)
    for rung in rungs:
        if same[rung.track, rung.count, rung.window, rung.asks] > 1:
            return f"“{rung.sentence}” asks twice for the same: {rung.wish.lower()}."
    return ""


def _refused(rung: Rung) -> str:
    if rung.track not in TRACKS or rung.asks not in TASKS or rung.role not in ROLES:
        return "choose what it counts, what it asks for, and of whom."
    if rung.asks == "other" and not rung.text.strip():
        return "say what is to be done."
    if not 1 <= rung.count <= MOST_DAYS:
        return f"the days it counts are from 1 to {MOST_DAYS}."
    if rung.window and not rung.count <= rung.window <= LONGEST_WINDOW:
        return f"{counted(rung.count, 'day')} cannot fall within {rung.window} school days; {LONGEST_WINDOW} at most."
    if not 1 <= rung.within <= LONGEST_WAIT:
        return f"the school days to do it in are from 1 to {LONGEST_WAIT}."
    return ""


def reached(days: Sequence[date], school_days: Sequence[date], rung: Rung) -> list[date]:
    """The days on which one student reaches a trigger: `days` of its track, `school_days` of their own year."""
    taught = sorted(set(school_days))
    nth = np.flatnonzero(np.isin(np.array(taught, "datetime64[D]"), np.array(list(days), "datetime64[D]")))
    places = reached_at(nth, np.zeros(len(nth), np.int64), rung.count, rung.window)
    return [taught[at] for at in nth[places]]


def joined(asked: Iterable[tuple[Hashable, date, date]]) -> list[bool]:
    """Which of these, in the order they were reached, ask for what waits already, and so for nothing more.

    Each is (whose and what, reached on, due by). A task counts as open until the day it is due; whatever joins it can
    bring that day nearer.
    """
    open_until: dict[Hashable, date] = {}
    told = []
    for what, on, due in asked:
        until = open_until.get(what, date.min)
        told.append(on < until)
        open_until[what] = min(due, until) if on < until else due
    return told


Ints = NDArray[np.int64]


def reached_at(nth: Ints, student: Ints, count: int, window: int) -> Ints:
    """The places at which triggers are reached, of everyone at once.

    For each day of the track, by student and day: whose it is, and which of their school days it was.
    """
    total = len(nth)
    if not total:
        return np.empty(0, np.int64)
    begins = np.flatnonzero(np.concatenate([[True], student[1:] != student[:-1]]))
    ends = np.append(begins[1:], total)
    if window == 0:
        at = begins + count - 1
        return at[at < ends]
    first = np.repeat(begins, ends - begins)
    holds = _next(_apart(nth, first, count - 1, none=window) < window)
    rests_over = _next(_apart(nth, first, count, none=0) > window)
    found, start, end = [np.empty(0, np.int64)], begins, ends
    while len(start):
        at = holds[np.minimum(start + count - 1, total)]
        at, end = at[at < end], end[at < end]
        found.append(at)
        start = rests_over[at + 1]
        start, end = start[start < end], end[start < end]
    return np.sort(np.concatenate(found))


def _apart(nth: Ints, first: Ints, back: int, *, none: int) -> Ints:
    """How many school days lie between each day and the one `back` places earlier; `none` where the student has none.

    Fewer than `window` apart means that so many days and one more lie within the window. More than `window` apart
    means that on some school day before this one fewer than `back` days were left in it.
    """
    at = np.arange(len(nth))
    theirs = at - back >= first
    return np.where(theirs, nth - nth[np.maximum(at - back, 0)], none)


def _next(flags: NDArray[np.bool_]) -> Ints:
    """For each place (and the one after the last) the first at or after it whose flag is set; else the length."""
    total = len(flags)
    places = np.where(flags, np.arange(total), total)
    return np.append(np.minimum.accumulate(places[::-1])[::-1], total)
