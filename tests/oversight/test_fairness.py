"""The interval of a difference against published examples, and the words to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.oversight.rules.fairness import Difference, difference, words

COUNTS = st.tuples(st.integers(1, 400), st.integers(1, 400)).flatmap(
    lambda of: st.tuples(st.integers(0, of[0]), st.just(of[0]), st.integers(0, of[1]), st.just(of[1]))
)


@pytest.mark.parametrize(
    ("told", "low", "high"),
    [  # Newcombe, Statistics in Medicine 17 (1998), table II, method 10
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_is_the_published_one(told, low, high):
    found = difference(*told)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(COUNTS, st.integers(1, 40))
def test_it_holds_the_difference_and_turns_round_with_the_groups(counts, groups):
    part, whole, other, others = counts
    one, turned = difference(*counts, groups=groups), difference(other, others, part, whole, groups=groups)
    assert -1 - 1e-9 <= one.low <= one.middle <= one.high <= 1 + 1e-9
    assert abs(one.low + turned.high) < 1e-9
    wider = difference(*counts, groups=groups + 1)
    assert wider.low <= one.low + 1e-12
    assert wider.high >= one.high - 1e-12


@pytest.mark.parametrize("told", [(0, 0, 1, 5), (1, 5, 0, 0), (0, 0, 0, 0)])
def test_nobody_is_compared_with_nobody(told):
    assert difference(*told) is None


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (None, "Cannot tell: there is nobody to compare with."),
        (Difference(-0.2, -0.1, -0.042), "4.2 to 20.0 points fewer than everybody else."),
        (Difference(0.01, 0.1, 0.19), "1.0 to 19.0 points more than everybody else."),
        (
            Difference(-0.03, 0.01, 0.05),
            "Cannot tell: between 3.0 points fewer and 5.0 points more, which includes no difference.",
        ),
        (
            Difference(0.0, 0.1, 0.2),
            "Cannot tell: between 0.0 points more and 20.0 points more, which includes no difference.",
        ),
    ],
)
def test_the_words_say_as_much_as_is_known(one, said):
    assert words(one) == said


def test_among_many_groups_one_of_them_has_to_differ_more():
    assert difference(20, 40, 300, 400).tells
    assert difference(22, 40, 290, 400, groups=1).tells
    assert not difference(22, 40, 290, 400, groups=20).tells
