"""The principal's statement: over which days it goes, and what it says in words. Pure: figures in, sentences out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from firstbell.law.calendar import review_marks
from firstbell.law.findings import spoken
from firstbell.letters.sheet import Block, Sheet, Table
from firstbell.oversight.rules.activity import time_words
from firstbell.oversight.rules.outcomes import Outcome, words

EVERY = 25
"""School days of one statement."""


@dataclass(frozen=True, slots=True)
class Span:
    """The school days from `begins` to `ends`, both in it; `number` counts within the school year."""

    number: int
    begins: date
    ends: date


def spans(days: Iterable[date], every: int = EVERY) -> list[Span]:
    """A school year's days by 25; what is left at the end of the year is no span."""
    taught = sorted(set(days))
    marks = review_marks(taught, every)
    begins = [taught[0], *(taught[taught.index(mark) + 1] for mark in marks[:-1])] if marks else []
    return [Span(at + 1, first, last) for at, (first, last) in enumerate(zip(begins, marks, strict=True))]


def running(days: Iterable[date], today: date, every: int = EVERY) -> Span | None:
    """The span that today lies in, up to today; None before the first school day."""
    taught = [day for day in sorted(set(days)) if day <= today]
    if not taught:
        return None
    at = (len(taught) - 1) // every
    return Span(at + 1, taught[at * every], taught[-1])


@dataclass(frozen=True, slots=True)
class Said:
    """One part of a statement: a value with its unit, and a sentence to it. `key` is what the page opens it by."""

    key: str
    title: str
    value: str
    unit: str
    note: str

    @property
    def figure(self) -> str:
        return f"{self.value} {self.unit}".strip()


def told(data: Mapping[str, Any]) -> list[Said]:
    """Always these, in this order."""
    return [_bought(data), _reached(data), _legal(data["legal"]), _plans(data["plans"])]


def _bought(data: Mapping[str, Any]) -> Said:
    title = "Bought and delivered"
    if not data["bought"] and not data["delivered"]:
        return Said("days", title, "Nothing", "bought", "No counselor days were bought for this time.")
    note = f"Since 1 July: {_hours(data['delivered_so_far'])} of {_hours(data['bought_so_far'])}."
    if data["away"]:
        note += f" {_hours(data['away'])} had nobody, while somebody was away."
    if data.get("besides"):
        note += f" {_hours(data['besides'])} besides, by posts that no purchase pays."
    return Said("days", title, _hours(data["delivered"]), f"of {_hours(data['bought'])} delivered", note)


def _reached(data: Mapping[str, Any]) -> Said:
    many, need, of = data["students"], data["need"], data["need_reached"]
    in_need = f"Of {_students(need)} who are chronically absent, {of} were reached."
    unit = "student reached" if many == 1 else "students reached"
    return Said("reached", "Students reached", f"{many:,}", unit, in_need if need else "Nobody is chronically absent.")


def _legal(one: Mapping[str, int]) -> Said:
    if not one["due"]:
        return Said("legal", "Legal dates", "None", "fell due", "No first notice of truancy was due (EC 48260.5).")
    note = "First notices of truancy that fell due, and were given by then (EC 48260.5)."
    return Said("legal", "Legal dates", f"{one['met']} of {one['due']}", "legal dates met", note)


def _plans(one: Mapping[str, int]) -> Said:
    if not one["cases"]:
        return Said("plans", "Student plans", "No", "open case", "No case of tier 2 or 3 is open.")
    late = f"{one['overdue']} of the plans are past their review." if one["overdue"] else "No plan is past its review."
    return Said("plans", "Student plans", f"{one['planned']} of {one['cases']}", "cases have a plan", late)


OUTCOME = "Attendance against similar students"
WHO_COUNTS = (
    "All students who missed a tenth or more of the twenty school days before the last twenty, against students like"
    " them at other schools."
)


def outcome(one: Mapping[str, Any] | None) -> str:
    """What came of it, with its range, or that one cannot tell; empty where it was not counted."""
    if one is None:
        return ""
    days = {key: None if one[key] is None else one[key] / 100 for key in ("raw", "middle", "low", "high")}
    return words(Outcome(one["students"], one["alone"], **days))


def more_or_less(data: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """What one day a week more or less would mean: how it is meant, and (days, students in need reached)."""
    said = data.get("days")
    if not said:
        return "", []
    if said["why_not"]:
        return f"Cannot tell: {said['why_not']}.", []
    lead = f"Students in need reached in the {said['weeks']} school weeks that are left, by what other schools reached."
    return lead, [(one["days"] + (" (as now)" if one["now"] else ""), one["reach"]) for one in said["rows"]]


def sheet(data: Mapping[str, Any], *, district: str, school: str, title: str, span: Span, reference: str) -> Sheet:
    """A statement on one page."""
    rows = [(one.title, one.figure, one.note) for one in told(data)]
    if came := outcome(data["outcome"]):
        rows.append((OUTCOME, came, WHO_COUNTS))
    blocks = [
        Block(
            "What you got",
            (),
            Table(("Figure", "In these 25 school days", "What it means"), tuple(rows), figures=False),
        )
    ]
    if data["people"]:
        blocks.append(Block("Who was there", (), Table(("Counselor", "Hours"), _people(data["people"]))))
    if data["activities"]:
        blocks.append(Block("What the time went to", (), Table(("Activity", "Hours"), _people(data["activities"]))))
    lead, days = more_or_less(data)
    if lead:
        likely = Table(("Days", "Students"), tuple(days)) if days else None
        blocks.append(Block("One day a week more or less", (lead,), likely))
    return Sheet(
        title, (f"{district}, {school}", f"{spoken(span.begins)} to {spoken(span.ends)}"), tuple(blocks), (), reference
    )


def _people(rows: Sequence[Sequence[Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), time_words(minutes)) for name, minutes in rows)


def _hours(minutes: int) -> str:
    return f"{minutes // 60} h {minutes % 60:02d}" if minutes % 60 else f"{minutes // 60} h"


def _students(many: int) -> str:
    return "1 student" if many == 1 else f"{many:,} students"
