"""Outcomes fair to case mix: by hand, by a slow twin, by property, and against invented truth."""

from math import isclose, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.oversight.rules.outcomes import (
    FEWEST,
    Cell,
    Outcome,
    Raw,
    outcomes,
    pool,
    stratum_of,
    words,
)
from firstbell.oversight.rules.simulate import HONEST, draw, instead, people, seen, simulated

HIGH = ("Grades 9 to 12", 4)


def cell(school: int, *won: int, stratum=HIGH) -> Cell:
    return Cell(school, stratum, len(won), sum(won), sum(one * one for one in won))


@pytest.mark.parametrize(("missed", "alike"), [(2, 2), (7, 7), (8, 8), (9, 8), (10, 10), (12, 10), (13, 13), (20, 13)])
def test_who_is_alike(missed, alike):
    assert stratum_of("Grades 6 to 8", missed) == ("Grades 6 to 8", alike)


def test_a_student_is_compared_with_those_like_them_elsewhere():
    """Everybody comes back by two days: nobody did anything, and nothing is shown."""
    found = outcomes({7: {1}, 8: {2}}, [cell(1, *[2] * 20), cell(2, *[2] * 30)])
    assert found[7].raw == found[8].raw == 0
    assert not found[7].tells


def test_the_difference_before_pooling_is_that_of_the_means():
    found = outcomes({7: {1}}, [cell(1, *[3, 4] * 10), cell(2, *[1, 2] * 20)])
    assert found[7].raw == 2.0
    assert 0 < found[7].middle < 2.0
    assert found[7].low < found[7].middle < found[7].high


def test_an_easier_mix_gains_nothing():
    """Whoever serves those who began with most days missed is not below who serves the others, nor above."""
    mild, hard = ("Grades 6 to 8", 2), ("Grades 6 to 8", 13)
    cells = [cell(1, *[0, 1] * 15, stratum=mild), cell(2, *[8, 9] * 15, stratum=hard),
             cell(3, *[0, 1] * 15, stratum=mild), cell(3, *[8, 9] * 15, stratum=hard)]  # fmt: skip
    found = outcomes({7: {1}, 8: {2}}, cells)
    assert found[7].raw == found[8].raw == 0


def test_nothing_is_said_of_ten_students():
    ten, eleven = (outcomes({7: {1}}, [cell(1, *[9] * many), cell(2, *[0, 1] * 30)])[7] for many in (10, FEWEST))
    assert (ten.students, ten.low, ten.tells) == (10, None, False)
    assert words(ten) == "Cannot tell: only 10 students can be compared, and 11 are needed."
    assert eleven.low is not None


def test_whom_nobody_is_like_is_not_compared():
    found = outcomes(
        {7: {1}}, [cell(1, *[5] * 15), cell(1, *[2, 3] * 8, stratum=("x", 2)), cell(2, 1, 2, stratum=("x", 2))]
    )
    assert (found[7].alone, found[7].students) == (15, 16)
    assert outcomes({7: {1}}, [cell(1, *[5] * 15)])[7] == Outcome(0, 15)


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (Outcome(40, 0, 1.0, 1.0, 0.4, 1.6), "+0.4 to +1.6 days of 20 won back beyond similar students."),
        (Outcome(40, 0, -1.0, -1.0, -1.6, -0.4), "−1.6 to −0.4 days of 20 won back beyond similar students."),
        (
            Outcome(40, 0, 0.1, 0.1, -0.5, 0.7),
            "Cannot tell: −0.5 to +0.7 days of 20 won back beyond similar students, which includes no difference.",
        ),
        (Outcome(0, 3), "Cannot tell: no student can be compared, and 11 are needed."),
    ],
)
def test_words(one, told):
    assert words(one) == told


def _slowly(served, rows):
    """The same difference, a student at a time: rows are (school, stratum, won)."""
    found = {}
    for who, mine in served.items():
        beyond = []
        for school, stratum, won in rows:
            others = [w for s, t, w in rows if t == stratum and s not in mine]
            if school in mine and others:
                beyond.append(won - sum(others) / len(others))
        found[who] = (len(beyond), sum(beyond) / len(beyond) if beyond else None)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_the_same_as_a_student_at_a_time(seed):
    chance = Random(seed)
    rows = [
        (chance.randint(1, 6), (chance.choice("ab"), chance.choice((2, 5))), chance.randint(-10, 10))
        for _ in range(400)
    ]
    cells = {}
    for school, stratum, won in rows:
        cells.setdefault((school, stratum), []).append(won)
    served = {1: {1}, 2: {2, 3}, 3: {6}, 4: {99}}
    found = outcomes(served, [cell(school, *won, stratum=stratum) for (school, stratum), won in cells.items()])
    for who, (students, beyond) in _slowly(served, rows).items():
        assert found[who].students == students
        assert found[who].raw is None if beyond is None else isclose(found[who].raw, beyond)


raws = st.dictionaries(
    st.integers(0, 50),
    st.builds(Raw, st.integers(11, 300), st.floats(-6, 6), st.floats(0.01, 4)),
    min_size=1,
    max_size=12,
)


@given(raws)
def test_pooling_only_ever_draws_toward_no_difference(told):
    for who, (middle, deviation) in pool(told).items():
        assert abs(middle) <= abs(told[who].beyond)
        assert middle * told[who].beyond >= 0
        assert 0 <= deviation <= sqrt(told[who].variance) + 1.0


@given(raws, st.randoms())
def test_the_order_of_people_is_nothing(told, chance):
    turned = list(told.items())
    chance.shuffle(turned)
    once, again = pool(told), pool(dict(turned))
    assert all(isclose(once[who][0], again[who][0], abs_tol=1e-9) for who in told)


def test_pooling_by_a_finer_sum():
    """Against the same integral over ten times as many points."""
    from math import exp, log

    told = {1: Raw(40, 1.2, 0.2), 2: Raw(40, -0.3, 0.3), 3: Raw(20, 0.1, 0.6)}
    taus = [4 * (at + 0.5) / 2000 for at in range(2000)]
    weights = []
    for tau in taus:
        sums = -tau * tau / 2
        for one in told.values():
            whole = one.variance + tau * tau
            sums -= 0.5 * (log(whole) + one.beyond**2 / whole)
        weights.append(exp(sums))
    kept = [tau * tau / (tau * tau + 0.2) for tau in taus]
    middle = sum(w * k * 1.2 for w, k in zip(weights, kept, strict=True)) / sum(weights)
    assert isclose(pool(told)[1][0], middle, rel_tol=1e-3)


# -- against invented truth --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[7, 1913])
def told(request):
    return simulated(request.param, rounds=12)


def test_nobody_rises_by_writing_or_by_picking(told):
    honest, *others = told.groups
    assert honest.people >= 30
    assert [one.rose for one in others] == [0, 0]
    assert all(one.outcome < honest.outcome and one.coverage < honest.coverage for one in others)


def test_a_scoreboard_would_have_put_them_first(told):
    """What the view is there to prevent: the same people lead on contacts, or on those they were in contact with."""
    honest, stuffer, picker = told.groups
    assert stuffer.contacts > 4 * honest.contacts
    assert picker.naive > honest.naive + 1


def test_intervals_hold_the_truth_as_often_as_they_say(told):
    assert told.intervals > 1200
    assert told.covers, told.held / told.intervals


def test_where_there_is_nothing_one_cannot_tell(told):
    assert told.humble


def test_more_lines_in_the_log_change_no_outcome():
    """The view does not read how much was written: who only adds lines is shown to the digit as before."""
    chance = Random(5)
    everybody = people(chance, lambda: 0.5)
    for twin, shown in instead(everybody, everybody[:3]):
        assert twin.kind == HONEST
        assert shown == seen(everybody)[twin.key]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.999))
def test_a_lower_rate_never_misses_more(one, other, luck):
    low, high = sorted((one, other))
    assert draw(low, luck) <= draw(high, luck)
