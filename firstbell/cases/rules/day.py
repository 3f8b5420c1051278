"""A counselor's day, fitted to the hours they have: what to do first, what must wait, and what waiting risks. Pure.

What has a legal date is first and never left out, whatever the hours. Then comes what cannot wait: a promise, or the
fortnight of a first contact, that passes before the next day here. Then everybody else. Each in the order of a sum of
points that anybody can check (`POINTS` and the page that explains them). ADR-0012 says why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

SOON = 5
"""Days before a legal date from which it is part of today, at least; else from the last day here before it."""
FORTNIGHT = 14
"""Days in which somebody is to be reached for a first time; and how far ahead promises are kept when there is room."""
POINTS = {
    "legal": (
        100,
        "A step of the truancy process has a legal date within 5 days, or before your next day at the school: 100, and"
        " 10 for each day it is nearer than 5.",
    ),
    "promise": (60, "Somebody promised it for today or earlier: 60, and 2 for each day it is late, 20 at most."),
    "tier": (15, "The case is in tier 2: 15; in tier 3: 30."),
    "sign": (40, "What happened in attendance: 40 for the most pressing kind of sign, 5 less for each kind after it."),
    "quiet": (1, "Days since a person last reached the family: 1 each, 30 at most; 20 where nobody was reached yet."),
}
_MOST_LATE, _MOST_QUIET, _NEVER = 20, 30, 20
MINUTES = {
    "hollow_step": 15, "conference_missing": 10, "notice_missing": 10, "report_due": 15, "referral_due": 20,
    "new_truancy": 10, "in_a_row": 10, "first_month": 10, "back": 5, "no_contact": 10,
}  # fmt: skip
USUAL = 10


@dataclass(frozen=True, slots=True)
class Item:
    """One student of a day. `rank` is that of their sign (1 is most pressing, 0 none), `due_on` the first legal date,
    `promised_on` that of the first promise, `keep_by` the first day that has not passed of a promise or of a first
    contact's fortnight, `quiet` the days since they were last reached (None: never)."""

    student: int
    minutes: int
    rank: int = 0
    tier: int = 1
    due_on: date | None = None
    promised_on: date | None = None
    keep_by: date | None = None
    quiet: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A student with their points. `urgent`: a date of theirs passes before the next day here."""

    item: Item
    points: int
    legal: bool
    urgent: bool


@dataclass(frozen=True, slots=True)
class Day:
    """`now` fits into `minutes`, in order; `later` does not. `over` are the minutes legal dates ask beyond them."""

    minutes: int
    back_on: date
    now: list[Planned] = field(default_factory=list)
    later: list[Planned] = field(default_factory=list)

    @property
    def planned(self) -> int:
        return sum(one.item.minutes for one in self.now)

    @property
    def over(self) -> int:
        return max(0, self.planned - self.minutes)

    @property
    def waiting(self) -> list[Planned]:
        """Of what does not fit, whatever was meant for today: no promise that the next day here can keep as well."""
        return [one for one in self.later if one.item.rank or one.urgent or _passed(one.item, self.back_on)]

    @property
    def risk(self) -> date | None:
        """The first day among what waits that passes before the next day here; None when none does."""
        return min((one.item.keep_by for one in self.later if one.urgent and one.item.keep_by), default=None)


def soon(today: date, back_on: date) -> date:
    """The last legal date that is part of today: SOON ahead, or the day before the next day here."""
    return max(today + timedelta(SOON), back_on - timedelta(1))


def planned(item: Item, today: date, back_on: date) -> Planned:
    """The points of one student, by `POINTS`; `back_on` is the next day here."""
    legal = item.due_on is not None and item.due_on <= soon(today, back_on)
    points = 0
    if legal and item.due_on is not None:
        points += POINTS["legal"][0] + 10 * max(0, SOON - (item.due_on - today).days)
    if item.promised_on is not None and item.promised_on <= today:
        points += POINTS["promise"][0] + min(_MOST_LATE, 2 * (today - item.promised_on).days)
    points += POINTS["tier"][0] * (item.tier - 1)
    points += max(0, POINTS["sign"][0] - 5 * (item.rank - 1)) if item.rank else 0
    points += _NEVER if item.quiet is None else min(_MOST_QUIET, item.quiet)
    return Planned(item, points, legal, item.keep_by is not None and today <= item.keep_by < back_on)


def _passed(item: Item, back_on: date) -> bool:
    return item.promised_on is not None and item.promised_on < back_on


def fitted(items: Iterable[Item], minutes: int, today: date, back_on: date | None = None) -> Day:
    """The day: legal dates, then what cannot wait until `back_on` (tomorrow, when not given), then everybody else.

    Each with most points first, while they fit; a short thing may fill the gap a long one leaves. Whatever has a legal
    date is in, even beyond the minutes; and the first of all is in when nothing else is, for a day is never empty while
    somebody waits.
    """
    back_on = back_on or today + timedelta(1)
    order = sorted((planned(one, today, back_on) for one in items), key=_place)
    left = minutes - sum(one.item.minutes for one in order if one.legal)
    now: list[Planned] = []
    later: list[Planned] = []
    for one in order:
        if one.legal:
            now.append(one)
        elif one.item.minutes <= left:
            left -= one.item.minutes
            now.append(one)
        else:
            later.append(one)
    if not now and later:
        now.append(later.pop(0))
    return Day(minutes, back_on, now, later)


def _place(one: Planned) -> tuple[bool, bool, int, int]:
    return not one.legal, not (one.legal or one.urgent), -one.points, one.item.student


def share(days: Sequence[Day]) -> list[tuple[str, int, int]]:
    """(words, how many, minutes) of a day's parts, for the bar: legal dates, promises, the rest."""
    parts: dict[str, list[int]] = {"legal dates": [], "promises": [], "others": []}
    for one in (planned for day in days for planned in day.now):
        name = "legal dates" if one.legal else "promises" if one.item.promised_on else "others"
        parts[name].append(one.item.minutes)
    return [(name, len(spent), sum(spent)) for name, spent in parts.items() if spent]
