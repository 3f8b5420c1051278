"""How many students days may reach: by hand at the edges, and by what must always hold."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.oversight.rules.reach import FEWEST, Reach, reach

ELEVEN = [Fraction(n, 10) for n in range(11)]
"""The second, the sixth and the tenth are told: 1/10, 5/10 and 9/10."""
RATIOS = st.lists(st.fractions(0, 5, max_denominator=400), min_size=FEWEST, max_size=40)


@pytest.mark.parametrize(
    ("ratios", "tenths", "weeks", "need", "told"),
    [
        (ELEVEN, 1, 4, 99, Reach(0, 2, 4)),  # 0.4 down, 2, 3.6 up
        (ELEVEN, 3, 4, 99, Reach(1, 6, 11)),
        (ELEVEN, 3, 1, 99, Reach(0, 2, 3)),  # 1.5 in the middle is 2
        (ELEVEN, 10, 4, 12, Reach(4, 12, 12)),
        (ELEVEN[::-1], 10, 4, 3, Reach(3, 3, 3)),
        (ELEVEN, 10, 0, 12, Reach(0, 0, 0)),
        (ELEVEN, 10, 4, 0, Reach(0, 0, 0)),
        ([Fraction(1)] * 11, 2, 2, 9, Reach(4, 4, 4)),
        ([Fraction(n) for n in range(1, 21)], 1, 1, 99, Reach(2, 10, 18)),  # of twenty: the 2nd, 10th and 18th
        (ELEVEN[:10], 10, 4, 12, None),
        ([], 10, 4, 12, None),
    ],
)
def test_by_hand(ratios, tenths, weeks, need, told):
    assert reach(ratios, tenths, weeks, need) == told


@pytest.mark.parametrize(
    ("one", "words"), [(Reach(12, 20, 31), "between 12 and 31 (middle 20)"), (Reach(8, 8, 8), "8")]
)
def test_in_words(one, words):
    assert one.words == words


@given(RATIOS, st.integers(1, 10), st.integers(0, 42), st.integers(0, 3000))
def test_in_order_and_never_more_than_need_it(ratios, tenths, weeks, need):
    one = reach(ratios, tenths, weeks, need)
    assert 0 <= one.low <= one.middle <= one.high <= need


@given(RATIOS, st.integers(1, 9), st.integers(0, 42), st.integers(0, 3000))
def test_more_days_never_reach_fewer(ratios, tenths, weeks, need):
    fewer, more = (reach(ratios, many, weeks, need) for many in (tenths, tenths + 1))
    assert (fewer.low, fewer.middle, fewer.high) <= (more.low, more.middle, more.high)
    assert fewer.middle <= more.middle
    assert fewer.high <= more.high


@given(RATIOS, st.randoms(use_true_random=False))
def test_the_order_of_schools_does_not_matter(ratios, chance):
    mixed = chance.sample(ratios, len(ratios))
    assert reach(mixed, 4, 20, 500) == reach(ratios, 4, 20, 500)


@given(RATIOS, st.integers(1, 10), st.integers(1, 42))
def test_a_tenth_at_most_lies_outside_on_either_side(ratios, tenths, weeks):
    one, many = reach(ratios, tenths, weeks, 10**6), len(ratios)
    reached = [ratio * tenths * weeks for ratio in ratios]
    assert 10 * sum(told < one.low for told in reached) <= many
    assert 10 * sum(told > one.high for told in reached) <= many
