"""Bought against delivered, to the minute: what a school day was worth, who was planned, what was done. Pure.

Every minute is counted once: what the weeks and the funds say adds up to what was logged, and to what was bought.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from firstbell.staffing.rules.hours import FULL_WEEK
from firstbell.staffing.rules.purchases import split

A_TENTH = FULL_WEEK // 50
"""Minutes that a tenth of a full week is worth on a school day: five of them make half a day a week."""


@dataclass(frozen=True, slots=True)
class Term:
    """A purchase as the ledger sees it, from `begins` to `ends`, both in it. `funds` are (fund, tenths)."""

    purchase: int
    begins: date
    ends: date
    funds: tuple[tuple[str, int], ...]

    @property
    def tenths(self) -> int:
        return sum(tenths for _, tenths in self.funds)


@dataclass(frozen=True, slots=True)
class Sums:
    """Minutes: bought, planned by posts, planned but away with nobody in their place, delivered."""

    bought: int = 0
    planned: int = 0
    away: int = 0
    delivered: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.bought + other.bought, self.planned + other.planned, self.away + other.away,
            self.delivered + other.delivered,
        )  # fmt: skip

    @property
    def balance(self) -> int:
        """Delivered beyond what was bought; below nought, what is owed."""
        return self.delivered - self.bought


@dataclass(frozen=True, slots=True)
class Week:
    """One week by its Monday. `funds` are fund to (bought, delivered); `unbought` was delivered outside any purchase.

    `balance` is what was delivered beyond what was bought since the first week.
    """

    monday: date
    sums: Sums
    funds: Mapping[str, tuple[int, int]]
    unbought: int
    balance: int

    @property
    def owed(self) -> int:
        """What is still to be delivered of all that was bought since the first week."""
        return max(0, -self.balance)


@dataclass(frozen=True)
class Told:
    """What happened at one school: its school days, the purchases, and minutes by day.

    `delivered` are each person's minutes of a day, as their activity reports split them; `unbought` are those of people
    whose post delivers no purchase.
    """

    days: Sequence[date]
    terms: Sequence[Term]
    planned: Mapping[date, int] = field(default_factory=dict)
    away: Mapping[date, int] = field(default_factory=dict)
    delivered: Mapping[date, Sequence[int]] = field(default_factory=dict)
    unbought: Mapping[date, int] = field(default_factory=dict)

    def between(self, first: date, last: date) -> "Told":
        """The same of some days only."""
        parts = (self.planned, self.away, self.delivered, self.unbought)
        cut = [{day: one for day, one in part.items() if first <= day <= last} for part in parts]
        return Told([day for day in self.days if first <= day <= last], self.terms, *cut)


def in_force(terms: Iterable[Term], day: date) -> Term | None:
    """The purchase that pays a day: of those that hold it the newest, for a change replaces the one before."""
    return max((one for one in terms if one.begins <= day <= one.ends), key=lambda one: one.purchase, default=None)


def monday_of(day: date) -> date:
    return day - timedelta(day.weekday())


def by_fund(minutes: int, term: Term, day: date) -> dict[str, int]:
    """Minutes of one day over the funds of a purchase, by their tenths; the parts add up.

    Day by day, so that weeks and months agree to the minute; who gets an odd minute takes turns with the day.
    """
    turn = day.toordinal() % len(term.funds)
    funds = [*term.funds[turn:], *term.funds[:turn]]
    parts = split(minutes, [tenths for _, tenths in funds])
    return {fund: part for (fund, _), part in zip(funds, parts, strict=True)}


def ledger(told: Told, until: date) -> list[Week]:
    """The weeks up to a day, from the first with anything in it; a week without anything is a row of noughts."""
    weeks: dict[date, _Week] = {}
    taught = set(told.days)
    for day in sorted({*taught, *told.delivered, *told.unbought, *told.planned}):
        if day > until:
            break
        week = weeks.setdefault(monday_of(day), _Week())
        term = in_force(told.terms, day)
        people, unbought = told.delivered.get(day, ()), told.unbought.get(day, 0)
        if term is None:  # whoever delivers what nobody bought that day
            people, unbought = (), sum(people) + unbought
        bought = A_TENTH * term.tenths if term and day in taught else 0
        week.sums += Sums(bought, told.planned.get(day, 0), told.away.get(day, 0), sum(people))
        week.unbought += unbought
        if term is not None:
            week.bought.update(by_fund(bought, term, day))
            for minutes in people:
                week.delivered.update(by_fund(minutes, term, day))
    return list(_running(weeks))


@dataclass
class _Week:
    sums: Sums = Sums()
    unbought: int = 0
    bought: Counter[str] = field(default_factory=Counter)
    delivered: Counter[str] = field(default_factory=Counter)


def _running(weeks: Mapping[date, _Week]) -> Iterator[Week]:
    balance, monday, last = 0, min(weeks, default=date.max), max(weeks, default=date.min)
    while monday <= last:
        one = weeks.get(monday, _Week())
        balance += one.sums.balance
        funds = {name: (one.bought[name], one.delivered[name]) for name in sorted({*one.bought, *one.delivered})}
        yield Week(monday, one.sums, funds, one.unbought, balance)
        monday += timedelta(7)


def shared(minutes: int, plan: Mapping[int, int]) -> dict[int | None, int]:
    """Minutes that no school is named for, over the schools one is planned at that day, by their minutes there.

    Under None where nothing is planned: work for no school in particular.
    """
    schools = [one for one in sorted(plan) if plan[one] > 0]
    if not schools:
        return {None: minutes} if minutes else {}
    parts = split(minutes, [plan[one] for one in schools])
    return {school: part for school, part in zip(schools, parts, strict=True) if part}
