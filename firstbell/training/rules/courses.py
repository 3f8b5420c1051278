"""How long a completion counts, how a requirement stands, who gets the next seat; and the catalogue as data."""

import tomllib
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib import resources
from typing import TypeVar

from firstbell.law.findings import count, spoken

SOON = 60
"""Days before its end from which a completion is said to run out."""
OLDEST = 20
"""Years after which nobody remembers what was completed: a day before that is a slip of the pen."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Offer:
    """A course of the catalogue."""

    key: str
    title: str
    what: str
    minutes: int
    kind: str = "course"
    months: int | None = None
    roles: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


def _told() -> dict[str, dict[str, dict[str, object]]]:
    text = resources.files("firstbell.training").joinpath("wording").joinpath("courses.toml")
    return tomllib.loads(text.read_text(encoding="utf-8"))


CATALOGUE = {key: Offer(key, **one) for key, one in _told()["courses"].items()}  # type: ignore[arg-type]
ITEMS = {key: str(words) for key, words in _told()["items"].items()}
"""What of a chart review a course may help with: the rubric's own items."""


def until(on: date, months: int | None) -> date | None:
    """The last day a completion counts: the same day so many months later, or the last of a shorter month."""
    if months is None:
        return None
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Standing:
    """How something required stands: `counts`, `soon` (it runs out), `lapsed` or `missing`; until when; in words."""

    state: str
    until: date | None
    words: str

    @property
    def label(self) -> str:
        return LABELS[self.state][0]

    @property
    def tone(self) -> str:
        return LABELS[self.state][1]


LABELS = {
    "missing": ("Missing", "severe"), "lapsed": ("Missing", "severe"), "soon": ("Soon", "moderate"),
    "counts": ("In order", "ok"),
}  # fmt: skip
"""The word and the tone of each state."""


def standing(done: Iterable[date | None], today: date) -> Standing:
    """Of the last days on which each completion of a course counts; None counts for good."""
    days = list(done)
    if not days:
        return Standing("missing", None, "Not completed yet")
    if None in days:
        return Standing("counts", None, "Counts for good")
    last = max(day for day in days if day is not None)
    left = (last - today).days
    if left < 0:
        return Standing("lapsed", last, f"Ran out on {spoken(last)}")
    if left > SOON:
        return Standing("counts", last, f"Counts until {spoken(last)}")
    when = f"in {count(left, 'day')}, on {spoken(last)}" if left else "after today"
    return Standing("soon", last, f"Runs out {when}")


def next_in_line(seats: int, taken: int, waiting: Sequence[T]) -> list[T]:
    """Who of those waiting, in the order of their coming, gets a seat now."""
    return list(waiting[: max(0, seats - taken)])


@dataclass(frozen=True, slots=True)
class When:
    """A stretch of time on the wall clock: it may go on past midnight."""

    on: date
    begins: time
    minutes: int

    @property
    def stretch(self) -> tuple[datetime, datetime]:
        start = datetime.combine(self.on, self.begins)
        return start, start + timedelta(minutes=self.minutes)


def at_one_time(first: When, second: When) -> bool:
    """Whether nobody can be at both; one may begin when the other ends."""
    (begins, ends), (starts, stops) = first.stretch, second.stretch
    return begins < stops and starts < ends
