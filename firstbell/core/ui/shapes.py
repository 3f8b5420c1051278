"""Geometry of the small drawings: sparkline, bars, hours bar, trend, calendar. Plain values in, plain values out.

Pages allow no inline style, so a length is an SVG attribute: whole drawings are in pixels when they are
small and fixed (spark), and in percent of the width when they stretch (bars, hours, trend).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

Point = tuple[float, float]
Value = float | None


@dataclass(frozen=True)
class Spark:
    """Numbers as they are written: a list draws fifty of these, and a page would format each number again."""

    lines: tuple[str, ...]
    """`points` of one polyline for each run of values; a gap breaks the line."""
    dots: tuple[tuple[str, str], ...]
    """(x, y) of values that stand alone between gaps, and of the last value."""
    goal: str
    """Height of the dashed goal line."""


@dataclass(frozen=True)
class Segment:
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Trend:
    segments: tuple[Segment, ...]
    dots: tuple[Point, ...]
    rules: tuple[tuple[float, str], ...]
    """(y in pixels, label) of the horizontal rules, highest first."""
    labels: tuple[tuple[float, str], ...]
    """(x in percent, label) below the drawing: first, middle, last."""
    goal: float | None


def scale(value: float, low: float, high: float, start: float, end: float) -> float:
    """`value` moved from low..high to start..end, held inside, to a tenth. A scale without extent gives `start`."""
    if high == low:
        return start
    share = min(1.0, max(0.0, (value - low) / (high - low)))
    return round(start + share * (end - start), 1)


def spaced(count: int, start: float, end: float) -> list[float]:
    """`count` evenly spaced positions from start to end; a single one lies at the end, where "now" is."""
    if count == 1:
        return [end]
    return [scale(i, 0, count - 1, start, end) for i in range(count)]


def runs(values: Sequence[Value]) -> list[list[int]]:
    """Indexes of each unbroken run of values."""
    found: list[list[int]] = []
    for i, value in enumerate(values):
        if value is None:
            continue
        if found and found[-1][-1] == i - 1:
            found[-1].append(i)
        else:
            found.append([i])
    return found


@lru_cache(maxsize=4096)
def spark(values: tuple[Value, ...], *, goal: float = 90, low: float = 50, high: float = 100) -> Spark:
    """A line of percentages, oldest first, in a box of 92 x 22 pixels. None is a week without school days."""
    xs = spaced(len(values), 2.0, 90.0)
    points = [None if v is None else (x, scale(v, low, high, 20.0, 2.0)) for x, v in zip(xs, values, strict=True)]
    lines, dots = [], []
    for run in runs(values):
        there = [p for i in run if (p := points[i])]
        if len(there) > 1:
            lines.append(" ".join(f"{x},{y}" for x, y in there))
        if len(there) == 1 or run[-1] == len(values) - 1:
            dots.append(tuple(map(str, there[-1])))
    return Spark(tuple(lines), tuple(dots), str(scale(goal, low, high, 20.0, 2.0)))


def spark_words(values: Sequence[Value]) -> str:
    """What the sparkline says, for those who hear it: `Last 3 weeks: 92 %, no school, 88 %`."""
    if not values:
        return "No weeks yet"
    said = ", ".join("no school" if v is None else f"{v:g} %" for v in values)
    return f"Last {len(values)} weeks: {said}" if len(values) > 1 else f"Last week: {said}"


def shares(counts: Sequence[float], whole: float | None = None) -> list[float]:
    """Width of each count's bar in percent, to a tenth, of `whole`, or of the largest count."""
    top = max(counts, default=0) if whole is None else whole
    return [scale(count, 0, top, 0.0, 100.0) if top else 0.0 for count in counts]


def stacked(minutes: Sequence[float], whole: float) -> list[Point]:
    """(start, width) in percent of `whole` for parts laid end to end; parts past the end share what room they have."""
    whole = max(whole, sum(minutes)) or 1
    placed, at = [], 0.0
    for part in minutes:
        placed.append((round(100 * at / whole, 1), round(100 * part / whole, 1)))
        at += part
    return placed


def nice_range(values: Sequence[Value], goal: float | None = None) -> tuple[float, float]:
    """The tens that hold every value and the goal; never flat."""
    there = [v for v in [*values, goal] if v is not None] or [0.0]
    low, high = 10 * (min(there) // 10), -10 * (-max(there) // 10)
    return (low, high) if high > low else (low, low + 10)


def trend(points: Sequence[tuple[str, Value]], *, goal: float | None = None, height: float = 120) -> Trend:
    """A line over time, oldest first: x in percent of the width, y in pixels of `height`."""
    values = [value for _, value in points]
    low, high = nice_range(values, goal)
    xs = spaced(len(points), 8.0, 98.0)
    ys = [None if v is None else scale(v, low, high, height - 20, 8.0) for v in values]
    segments = tuple(
        Segment(xs[a], ya, xs[b], yb)
        for run in runs(values)
        for a, b in pairwise(run)
        if (ya := ys[a]) is not None and (yb := ys[b]) is not None
    )
    dots = tuple((x, y) for x, y in zip(xs, ys, strict=True) if y is not None)
    rules = tuple((scale(v, low, high, height - 20, 8.0), f"{v:g}") for v in (high, (low + high) / 2, low))
    named = sorted({0, len(points) // 2, len(points) - 1}) if points else []
    labels = tuple((xs[i], points[i][0]) for i in named)
    return Trend(segments, dots, rules, labels, None if goal is None else scale(goal, low, high, height - 20, 8.0))


@dataclass(frozen=True)
class Month:
    label: str
    cells: tuple[tuple[Mapping[str, Any] | None, bool], ...]
    """(day or None, whether a new week starts here)."""


@dataclass(frozen=True)
class Calendar:
    width: int
    """Columns of a week: five, or seven if any day falls on a weekend."""
    months: tuple[Month, ...]
    """Every month has the same number of cells, and a weekday is always in the same column of its week."""


def calendar(months: Sequence[Mapping[str, Any]]) -> Calendar:
    """Months of `{label, days: [{on: date, ...}]}` laid out week by week."""
    days = [day["on"] for month in months for day in month["days"]]
    width = 7 if any(on.weekday() > 4 for on in days) else 5
    weeks = max((_week_of(on, width) for on in days), default=0) + 1
    return Calendar(width, tuple(_month(month, width, weeks) for month in months))


def _month(month: Mapping[str, Any], width: int, weeks: int) -> Month:
    placed = {_week_of(day["on"], width) * width + day["on"].weekday(): day for day in month["days"]}
    return Month(month["label"], tuple((placed.get(i), i % width == 0 and i > 0) for i in range(width * weeks)))


def _week_of(on: date, width: int) -> int:
    """Which week of its month a date is in, from 0; a weekend before the first school week is not counted."""
    first = on.replace(day=1).weekday()
    return (on.day - 1 + (first if first < width else first - 7)) // 7
