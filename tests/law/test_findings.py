from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.findings import Finding, Reason, count, reaches, spoken


def test_a_finding_is_a_value():
    assert Finding(True, (Reason("EC 48200", "Six."),)) == Finding(True, (Reason("EC 48200", "Six."),))
    assert len({Finding(1), Finding(1), Finding(2)}) == 2


@pytest.mark.parametrize(("number", "words"), [(0, "0 days"), (1, "1 day"), (2, "2 days"), (21, "21 days")])
def test_count(number, words):
    assert count(number, "day") == words


def test_spoken():
    assert spoken(date(2025, 9, 3)) == "September 3, 2025"


@pytest.mark.parametrize(
    ("part", "whole", "percent", "expected"),
    [
        (7, 100, 7, True),  # 0.07 * 100 is 7.000000000000001 in floating point
        (6, 100, 7, False),
        (29, 100, 29, True),
        (57, 100, 57, True),
        (18, 180, 10, True),
        (17, 180, 10, False),
        (0, 0, 10, False),
        (0, 0, 0, False),
        (0, 5, 0, True),
        (Decimal("9.995"), 100, 10, False),
        (Decimal("10.0"), 100, 10, True),
    ],
)
def test_reaches(part, whole, percent, expected):
    assert reaches(part, whole, percent) is expected


@given(st.integers(0, 400), st.integers(1, 400), st.integers(0, 100))
def test_reaches_is_the_exact_fraction(part, whole, percent):
    assert reaches(part, whole, percent) is (Fraction(part, whole) >= Fraction(percent, 100))
