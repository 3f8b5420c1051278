"""What a purchase costs, which funds may pay it, and how it moves on. Pure: whole cents, whole tenths, no floats.

A share that is split is split by largest remainder, so that the parts always add up to the whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from firstbell.staffing.funds import FUNDS, Fund

MOVES = {
    "draft": {"sign": "signed", "cancel": "cancelled"},
    "signed": {"check": "checked", "return": "returned", "cancel": "cancelled"},
    "checked": {"approve": "approved", "return": "returned", "cancel": "cancelled"},
    "approved": {"replace": "replaced", "cancel": "cancelled"},
    "returned": {"cancel": "cancelled"},
}
"""From a state, by what is done, to the next. Whatever is not here cannot be done."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one fund is to pay: so many tenths. `students` and `plan_page` in words, where the fund asks for them."""

    fund: str
    tenths: int
    students: str = ""
    plan_page: str = ""


def split(whole: int, weights: Sequence[int]) -> list[int]:
    """A whole number in parts like these weights, by largest remainder, the earlier first; they add up to the whole.

    ValueError where there is nothing to split over.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative, and one must be more than nought")
    parts = [whole * one // total for one in weights]
    rest = sorted(range(len(weights)), key=lambda at: (-(whole * weights[at] % total), at))
    for at in rest[: whole - sum(parts)]:
        parts[at] += 1
    return parts


def fiscal_year(day: date) -> tuple[date, date]:
    """The first and the last day of the fiscal year a day lies in: 1 July to 30 June (GOV 13290)."""
    ending = day.year + (day.month > 6)
    return date(ending - 1, 7, 1), date(ending, 6, 30)


def price(year_cents: int, begins: date, ends: date) -> int:
    """The cents of a purchase from `begins` to `ends`, both in it: the year's price by days, a broken cent counts.

    ValueError where the days do not lie in one fiscal year.
    """
    first, last = fiscal_year(begins)
    if not first <= begins <= ends <= last:
        raise ValueError(f"{begins} to {ends} does not lie in one fiscal year")
    days, whole = (ends - begins).days + 1, (last - first).days + 1
    return -(-year_cents * days // whole)


def cents_of(parts: Sequence[Part], cents: int) -> list[int]:
    """What each part pays of a price."""
    return split(cents, [one.tenths for one in parts])


def days_words(tenths: int) -> str:
    """`half a day a week`, `2 ½ days a week`."""
    whole, half = divmod(tenths, 2)
    if not whole:
        return "half a day a week"
    return f"{whole}{' ½' if half else ''} day{'s' if tenths > 2 else ''} a week"


def money(cents: int) -> str:
    """`$1,234.50`."""
    return f"${cents // 100:,}.{cents % 100:02d}"


def refused(tenths: int, parts: Sequence[Part], funds: Mapping[str, Fund] = FUNDS) -> list[str]:
    """Why these funds may not pay so many tenths, each a sentence with what was found and what is needed."""
    if not 1 <= tenths <= 10:
        return [f"A school buys half a day to five days a week, 1 to 10 tenths; {tenths} were asked for."]
    if not parts:
        return ["Say which fund pays."]
    found = [no for one in parts for no in _of_one(one, funds)]
    known = [funds[one.fund] for one in parts if one.fund in funds]
    found += _together(known)
    if (paid := sum(one.tenths for one in parts)) != tenths:
        found.append(f"The funds pay {paid} tenths, and {tenths} are bought: the shares must add up.")
    return found


def _of_one(part: Part, funds: Mapping[str, Fund]) -> Iterable[str]:
    fund = funds.get(part.fund)
    if fund is None:
        yield f"There is no fund “{part.fund}”. Choose one of {', '.join(one.name for one in funds.values())}."
        return
    if part.tenths < fund.min_tenths:
        yield f"{fund.name} pays {fund.min_tenths} tenths at least; {part.tenths} were asked for. {fund.why}"
    elif part.tenths % fund.step:
        yield f"{fund.name} pays in steps of {fund.step} tenths; {part.tenths} were asked for. {fund.why}"
    if fund.students and not part.students.strip():
        yield f"{fund.name}: say which students are served. {fund.why}"
    if fund.plan_page and not part.plan_page.strip():
        yield f"{fund.name}: say where the school plan says so. {fund.why}"


def _together(funds: Sequence[Fund]) -> Iterable[str]:
    names = [one.key for one in funds]
    for one in {fund.key: fund for fund in funds}.values():
        if names.count(one.key) > 1:
            yield f"{one.name} is named twice: give it one share."
        others = sorted((other for other in funds if other.key != one.key), key=lambda other: other.name)
        if one.alone and others:
            yield f"{one.name} shares a position with no other fund; {others[0].name} is named too. {one.why}"
        for other in others:
            if other.key in one.never_with and not other.alone:
                yield f"{one.name} is not mixed with {other.name} in one position. {one.why}"


def after(state: str, doing: str) -> str:
    """The state that follows; ValueError in words where it cannot be done."""
    if (to := MOVES.get(state, {}).get(doing)) is None:
        raise ValueError(f"A purchase that is “{state}” cannot be moved by “{doing}”.")
    return to


def owes_report(funds: Iterable[str]) -> bool:
    """Whether one of these funds asks for a monthly activity report (2 CFR 200.430(g))."""
    return any(FUNDS[one].monthly_report for one in funds if one in FUNDS)
