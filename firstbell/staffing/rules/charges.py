"""What a purchase costs once it stood: the whole price, or only its days until something took its place. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from firstbell.staffing.rules.credentials import DAY


@dataclass(frozen=True, slots=True)
class Stood:
    """A purchase that the Region approved at some time. `changes` is the one it replaced, by key; `stopped` the day
    on which it was cancelled."""

    key: int
    changes: int | None
    begins: date
    ends: date
    cents: int
    stopped: date | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """What is charged, until which day; no day where it never began. `by` is the purchase that took its place."""

    cents: int
    last: date | None
    cut: bool = False
    by: int | None = None


def part(cents: int, begins: date, ends: date, last: date) -> int:
    """The cents of a price from `begins` to `last`, by days. A broken cent is not charged: the price had its own."""
    if last < begins:
        return 0
    if last >= ends:
        return cents
    return cents * ((last - begins).days + 1) // ((ends - begins).days + 1)


def charges(rows: Iterable[Stood]) -> dict[int, Charge]:
    """What each is charged, by key. The first day of every later change cuts what stood before it, however far back:
    no day is charged twice."""
    found = {one.key: one for one in rows}
    next_of = {one.changes: one for one in found.values() if one.changes is not None}
    return {one.key: _charge(one, next_of) for one in found.values()}


def _charge(one: Stood, next_of: Mapping[int | None, Stood]) -> Charge:
    last, by, later = one.ends, None, next_of.get(one.key)
    if one.stopped is not None:
        last = min(last, one.stopped - DAY)
    while later is not None:
        if later.begins - DAY < last:
            last, by = later.begins - DAY, later.key
        later = next_of.get(later.key)
    if last == one.ends:
        return Charge(one.cents, last)
    began = last >= one.begins
    return Charge(part(one.cents, one.begins, one.ends, last), last if began else None, cut=True, by=by)
