from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.facts.suppression import rate, suppress


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([], []),
        ([11, 40], [11, 40]),
        ([10, 40, 60], [None, None, 60]),  # one hidden count is the total less the others: hide the next smallest
        ([3, 4, 60], [None, None, 60]),
        ([3, 60, 12], [None, 60, None]),
        ([0, 0, 50, 70], [None, None, None, 70]),  # a hidden sum of 0 says that both are 0
        ([10, 10, 50, 70], [None, None, None, 70]),  # and one of 20 that both are 10
        ([9, 10, 50, 70], [None, None, 50, 70]),
        ([7, 20, 20], [None, None, 20]),
        ([5], [None]),
        ([12], [12]),
    ],
)
def test_small_counts_and_what_would_give_them_away(counts, shown):
    assert suppress(counts) == shown


def test_without_a_total_nothing_gives_them_away():
    assert suppress([3, 60, 12], total_shown=False) == [None, 60, 12]


def test_a_population_of_ten_is_hidden_and_of_eleven_shown():
    assert suppress([10, 11, 12, 9]) == [None, 11, 12, None]
    assert suppress([4, 5, 6, 7], at_most=5) == [None, None, 6, 7]


@given(st.lists(st.integers(0, 7), max_size=5))
def test_no_small_count_can_be_worked_out_from_the_total(counts):
    """Whoever knows the total, the counts shown and that hidden counts are small if they can be, still has a choice."""
    at_most = 2
    shown = suppress(counts, at_most=at_most)
    assert all(one is None for one, count in zip(shown, counts, strict=True) if count <= at_most)
    assert all(one in (None, count) for one, count in zip(shown, counts, strict=True))
    if any(one is not None for one in shown):
        left = sum(counts) - sum(one for one in shown if one is not None)
        hidden = shown.count(None)
        most = at_most if all(c <= at_most for c, one in zip(counts, shown, strict=True) if one is None) else left
        possible = [guess for guess in product(range(most + 1), repeat=hidden) if sum(guess) == left]
        assert all(len({guess[at] for guess in possible}) > 1 for at in range(hidden))


@given(st.lists(st.integers(0, 40), max_size=6))
def test_no_more_is_hidden_than_one_beyond_the_small_ones(counts):
    assert suppress(counts).count(None) <= sum(count <= 10 for count in counts) + 1


@pytest.mark.parametrize(
    ("count", "of", "shown"),
    [
        (1, 10, None),
        (0, 0, None),
        (1, 11, Decimal("9.1")),
        (9, 80, Decimal("11.3")),  # 11.25: halves go up
        (0, 20, Decimal("0.0")),
        (20, 20, Decimal("100.0")),
    ],
)
def test_a_rate_is_hidden_with_its_population(count, of, shown):
    assert rate(count, of) == shown
