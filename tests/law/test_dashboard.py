from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.dashboard import Change, Color, Status, change, color, indicator, is_hidden, rate, status
from firstbell.law.policy import policy_on
from tests.law.stories import TODAY

EDITION_2018 = policy_on(date(2018, 12, 1))
TENTHS = st.integers(0, 1000).map(lambda tenths: Decimal(tenths) / 10)

# Columns: increased significantly, increased, maintained, declined, declined significantly, as the state prints it.
PRINTED = {
    Status.VERY_LOW: "Y G B B B",
    Status.LOW: "O Y G G B",
    Status.MEDIUM: "O O Y G G",
    Status.HIGH: "R O O Y Y",
    Status.VERY_HIGH: "R R R O Y",
}
CELLS = [
    (level, moved, letter)
    for level, row in PRINTED.items()
    for moved, letter in zip(reversed(Change), row.split(), strict=True)
]


@pytest.mark.parametrize(
    ("chronic", "students", "expected"),
    [
        (1, 3, "33.3"),
        (1, 8, "12.5"),
        (1, 16, "6.3"),
        (1, 80, "1.3"),
        (1, 2000, "0.1"),
        (0, 30, "0.0"),
        (30, 30, "100.0"),
    ],
)
def test_rates_round_half_up_to_one_place(chronic, students, expected):
    assert rate(chronic, students) == Decimal(expected)


def test_a_rate_of_nobody_is_an_error():
    with pytest.raises(ZeroDivisionError):
        rate(1, 0)


@pytest.mark.parametrize(
    ("now", "level"),
    [
        ("0.0", Status.VERY_LOW), ("2.5", Status.VERY_LOW), ("2.6", Status.LOW), ("5.0", Status.LOW),
        ("5.1", Status.MEDIUM), ("10.0", Status.MEDIUM), ("10.1", Status.HIGH), ("20.0", Status.HIGH),
        ("20.1", Status.VERY_HIGH), ("100.0", Status.VERY_HIGH),
    ],
)  # fmt: skip
def test_status(now, level):
    assert status(Decimal(now), TODAY) is level


@pytest.mark.parametrize(
    ("points", "moved"),
    [
        ("-9.0", Change.DECLINED_SIGNIFICANTLY), ("-3.0", Change.DECLINED_SIGNIFICANTLY), ("-2.9", Change.DECLINED),
        ("-0.5", Change.DECLINED), ("-0.4", Change.MAINTAINED), ("0.0", Change.MAINTAINED),
        ("0.4", Change.MAINTAINED), ("0.5", Change.INCREASED), ("3.0", Change.INCREASED),
        ("3.1", Change.INCREASED_SIGNIFICANTLY), ("9.0", Change.INCREASED_SIGNIFICANTLY),
    ],
)  # fmt: skip
def test_change(points, moved):
    assert change(Decimal("20.0") + Decimal(points), Decimal("20.0"), TODAY) is moved


def test_the_edition_of_2018_called_three_points_significant():
    assert change(Decimal("13.0"), Decimal("10.0"), EDITION_2018) is Change.INCREASED_SIGNIFICANTLY
    assert change(Decimal("12.9"), Decimal("10.0"), EDITION_2018) is Change.INCREASED


@pytest.mark.parametrize(("level", "moved", "letter"), CELLS)
def test_the_grid_as_printed(level, moved, letter):
    assert color(level, moved, 150, TODAY).value[0].upper() == letter


@pytest.mark.parametrize("level", Status)
def test_a_small_group_neither_rises_nor_falls_significantly(level):
    for sharp, mild in [
        (Change.INCREASED_SIGNIFICANTLY, Change.INCREASED),
        (Change.DECLINED_SIGNIFICANTLY, Change.DECLINED),
    ]:
        assert color(level, sharp, 149, TODAY) is color(level, mild, 150, TODAY)
    assert color(level, Change.MAINTAINED, 149, TODAY) is color(level, Change.MAINTAINED, 150, TODAY)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ((30, 300), (30, 300), Color.YELLOW),
        ((45, 300), (30, 300), Color.RED),  # 15.0, up 5.0
        ((15, 100), (10, 100), Color.ORANGE),  # the same with few students
        ((0, 30), (0, 30), Color.BLUE),
        ((0, 29), (0, 300), None),
        ((0, 300), (0, 29), None),
        ((0, 0), (0, 0), None),
    ],
)
def test_indicator(now, before, expected):
    assert indicator(now, before, TODAY).outcome is expected


@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        ((45, 300), (30, 300), "15.0 percent, 10.0 percent the year before: high, increased significantly."),
        ((1, 29), (1, 300), "29 students in one of the two years; a color needs 30."),
    ],
)
def test_the_indicator_says_why(now, before, sentence):
    (reason,) = indicator(now, before, TODAY).reasons
    assert (reason.section, reason.sentence) == ("CDE Dashboard", sentence)


@given(TENTHS, TENTHS)
def test_a_higher_rate_never_has_a_better_status(one, other):
    low, high = sorted([one, other])
    assert status(low, TODAY) <= status(high, TODAY)


@given(TENTHS, TENTHS, st.integers(30, 500), st.sampled_from(Status))
def test_a_sharper_rise_never_has_a_better_color(one, other, students, level):
    low, high = sorted([one, other])
    best_first = list(Color)
    mild = color(level, change(low, Decimal(50), TODAY), students, TODAY)
    sharp = color(level, change(high, Decimal(50), TODAY), students, TODAY)
    assert best_first.index(mild) <= best_first.index(sharp)


@pytest.mark.parametrize(("population", "hidden"), [(0, True), (1, True), (10, True), (11, False)])
def test_small_groups_are_hidden(population, hidden):
    assert is_hidden(population, TODAY) is hidden
