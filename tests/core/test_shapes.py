"""The geometry of the small drawings: worked examples, then properties against slower, plainer versions."""

from datetime import date, timedelta
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.core.ui import shapes

percents = st.lists(st.none() | st.integers(0, 100), max_size=40)
counts = st.lists(st.integers(0, 5000), max_size=20)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(50, 20.0), (100, 2.0), (90, 5.6), (92, 4.9), (58, 17.1), (12, 20.0), (130, 2.0)],
)
def test_scale(value, expected):
    assert shapes.scale(value, 50, 100, 20.0, 2.0) == expected


def test_a_scale_without_extent_stays_at_its_start():
    assert shapes.scale(7, 7, 7, 3.0, 9.0) == 3.0


@given(st.floats(-1e6, 1e6), st.floats(-100, 100), st.floats(0, 100))
def test_scale_never_leaves_its_range(value, low, extent):
    assert 2.0 <= shapes.scale(value, low, low + extent, 2.0, 20.0) <= 20.0


@given(st.integers(-50, 150), st.integers(-50, 150))
def test_scale_keeps_order(a, b):
    low, high = sorted((a, b))
    assert shapes.scale(low, 0, 100, 0, 100) <= shapes.scale(high, 0, 100, 0, 100)


@pytest.mark.parametrize(("count", "expected"), [(0, []), (1, [90.0]), (2, [2.0, 90.0]), (3, [2.0, 46.0, 90.0])])
def test_spaced(count, expected):
    assert shapes.spaced(count, 2.0, 90.0) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], []),
        ([None, None], []),
        ([1, 2, 3], [[0, 1, 2]]),
        ([1, None, 3], [[0], [2]]),
        ([None, 1, 2, None, 0], [[1, 2], [4]]),  # zero is a value, not a gap
    ],
)
def test_runs(values, expected):
    assert shapes.runs(values) == expected


@given(percents)
def test_runs_are_what_grouping_finds(values):
    grouped = groupby(range(len(values)), key=lambda i: values[i] is None)
    assert shapes.runs(values) == [list(run) for gap, run in grouped if not gap]


def test_a_spark_is_a_line_and_its_last_point():
    drawn = shapes.spark((92, 88, 90, 80, 76, 72, 70, 64, 60, 58))
    assert drawn.lines == (
        "2.0,4.9 11.8,6.3 21.6,5.6 31.3,9.2 41.1,10.6 50.9,12.1 60.7,12.8 70.4,15.0 80.2,16.4 90.0,17.1",
    )
    assert drawn.dots == (("90.0", "17.1"),)
    assert drawn.goal == "5.6"


@pytest.mark.parametrize(
    ("values", "lines", "dots"),
    [
        ([], 0, 0),
        ([80], 0, 1),
        ([None, None], 0, 0),
        ([80, 82, None], 1, 0),  # the last week had no school: nothing marks "now"
        ([80, 82, None, 84], 1, 1),
        ([80, None, 84, 85], 1, 2),
    ],
)
def test_gaps_break_a_spark(values, lines, dots):
    drawn = shapes.spark(tuple(values))
    assert (len(drawn.lines), len(drawn.dots)) == (lines, dots)


@given(percents)
def test_every_week_with_school_is_drawn_and_no_other(values):
    drawn = shapes.spark(tuple(values))
    on_lines = {point for line in drawn.lines for point in line.split()}
    dots = {f"{x},{y}" for x, y in drawn.dots}
    weeks = [v for v in values if v is not None]
    assert len(on_lines | dots) == len(weeks)
    assert all(0 <= float(y) <= 22 and 0 <= float(x) <= 92 for x, y in (p.split(",") for p in on_lines | dots))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], "No weeks yet"),
        ([88], "Last week: 88 %"),
        ([92, None, 88.5], "Last 3 weeks: 92 %, no school, 88.5 %"),
    ],
)
def test_spark_words(values, words):
    assert shapes.spark_words(values) == words


@pytest.mark.parametrize(
    ("given_counts", "whole", "expected"),
    [
        ([], None, []),
        ([0, 0], None, [0.0, 0.0]),
        ([4, 2, 1], None, [100.0, 50.0, 25.0]),
        ([1, 2], 3, [33.3, 66.7]),
        ([5], 3, [100.0]),
    ],
)
def test_shares(given_counts, whole, expected):
    assert shapes.shares(given_counts, whole) == expected


@given(counts)
def test_the_longest_bar_is_the_largest_count(numbers):
    widths = shapes.shares(numbers)
    assert len(widths) == len(numbers)
    assert all(0 <= width <= 100 for width in widths)
    if any(numbers):
        assert widths[numbers.index(max(numbers))] == 100.0


@pytest.mark.parametrize(
    ("minutes", "whole", "expected"),
    [
        ([], 480, []),
        ([120, 240], 480, [(0.0, 25.0), (25.0, 50.0)]),
        ([300, 300], 480, [(0.0, 50.0), (50.0, 50.0)]),  # more planned than the day holds
        ([0], 0, [(0.0, 0.0)]),
    ],
)
def test_stacked(minutes, whole, expected):
    assert shapes.stacked(minutes, whole) == expected


@given(counts, st.integers(0, 1000))
def test_parts_of_a_day_lie_end_to_end_inside_it(minutes, whole):
    placed = shapes.stacked(minutes, whole)
    for (start, width), (following, _) in pairwise(placed):
        assert abs(start + width - following) < 0.11
    assert all(start + width <= 100.11 for start, width in placed)


@pytest.mark.parametrize(
    ("values", "goal", "expected"),
    [
        ([], None, (0, 10)),
        ([93.9, 97.1], 95, (90, 100)),
        ([90, 100], None, (90, 100)),
        ([50, None], None, (50, 60)),
        ([64], 95, (60, 100)),
    ],
)
def test_nice_range(values, goal, expected):
    assert shapes.nice_range(values, goal) == expected


def test_a_trend_has_its_rules_its_gap_and_three_labels():
    drawn = shapes.trend([("Aug", 97), ("Sep", 96), ("Oct", None), ("Nov", 93), ("Dec", 94)], goal=95)
    assert [label for _, label in drawn.rules] == ["100", "95", "90"]
    assert drawn.goal == drawn.rules[1][0]
    assert len(drawn.dots) == 4
    assert [(s.x1, s.x2) for s in drawn.segments] == [(8.0, 30.5), (75.5, 98.0)]
    assert [label for _, label in drawn.labels] == ["Aug", "Oct", "Dec"]


def test_a_trend_of_nothing_is_empty():
    drawn = shapes.trend([])
    assert (drawn.segments, drawn.dots, drawn.labels, drawn.goal) == ((), (), (), None)


@given(percents)
def test_a_trend_joins_only_neighbours(values):
    drawn = shapes.trend([(str(i), v) for i, v in enumerate(values)])
    joined = sum(a is not None and b is not None for a, b in pairwise(values))
    assert len(drawn.segments) == joined
    assert len(drawn.dots) == sum(v is not None for v in values)


def months_of(days):
    return [
        {"label": f"{key:%b}", "days": [{"on": on} for on in group]}
        for key, group in groupby(sorted(days), key=lambda on: on.replace(day=1))
    ]


def test_a_month_that_starts_on_a_thursday_leaves_three_cells_blank():
    grid = shapes.calendar(months_of([date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 5)]))
    cells = [day["on"].day if day else None for day, _ in grid.months[0].cells]
    assert cells == [None, None, None, 1, 2, 5, None, None, None, None]
    assert [new for _, new in grid.months[0].cells].count(True) == 1


def test_a_month_that_starts_on_a_sunday_starts_with_its_monday():
    grid = shapes.calendar(months_of([date(2026, 2, 2)]))
    assert grid.months[0].cells[0][0] == {"on": date(2026, 2, 2)}


def test_saturday_school_widens_every_week():
    grid = shapes.calendar(months_of([date(2026, 5, 9), date(2026, 6, 1)]))
    assert grid.width == 7
    assert {len(month.cells) for month in grid.months} == {14}


def test_a_year_without_days_has_no_months():
    assert shapes.calendar([]) == shapes.Calendar(5, ())


@given(st.sets(st.integers(0, 400), max_size=120))
def test_every_day_keeps_its_weekday_column_and_none_is_lost(offsets):
    days = [date(2025, 7, 1) + timedelta(n) for n in offsets]
    grid = shapes.calendar(months_of(days))
    shown = [(i, day["on"]) for month in grid.months for i, (day, _) in enumerate(month.cells) if day]
    assert sorted(on for _, on in shown) == sorted(days)
    assert all(i % grid.width == on.weekday() for i, on in shown)
    assert len({len(month.cells) for month in grid.months}) <= 1
