"""The ledger balances to the minute: tables worked by hand, and properties over weeks, funds and purchases."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.oversight.rules.ledger import A_TENTH, Sums, Term, Told, by_fund, in_force, ledger, monday_of, shared

MONDAY = date(2026, 8, 10)
TITLE_1, GENERAL = "title_1", "general"


def term(purchase=1, begins=MONDAY, days=60, funds=((TITLE_1, 2), (GENERAL, 2))):
    return Term(purchase, begins, begins + timedelta(days), tuple(funds))


def test_a_tenth_of_a_week_is_half_a_day_over_its_five_days():
    assert A_TENTH * 5 == 4 * 60


def test_a_week_by_hand():
    days = [MONDAY + timedelta(n) for n in range(4)]  # Friday is a holiday
    told = Told(days, [term()], {MONDAY: 480}, {MONDAY: 0}, {MONDAY: [100, 51], MONDAY + timedelta(5): [30]})
    [week] = ledger(told, MONDAY + timedelta(6))
    assert week.sums == Sums(bought=4 * 4 * A_TENTH, planned=480, away=0, delivered=181)
    assert week.funds == {TITLE_1: (384, week.funds[TITLE_1][1]), GENERAL: (384, week.funds[GENERAL][1])}
    assert sum(delivered for _, delivered in week.funds.values()) == 181
    assert week.balance == 181 - 768
    assert week.unbought == 0


def test_what_nobody_bought_is_kept_apart():
    told = Told([MONDAY], [term(begins=MONDAY + timedelta(7))], {}, {}, {MONDAY: [45]}, {MONDAY: 15})
    [week] = ledger(told, MONDAY)
    assert (week.sums.delivered, week.unbought, week.funds) == (0, 60, {})


@pytest.mark.parametrize(("day", "purchase"), [(0, 1), (9, 1), (10, 2), (60, 2), (70, 2), (71, None), (-1, None)])
def test_of_two_purchases_the_later_one_pays(day, purchase):
    terms = [term(1), term(2, MONDAY + timedelta(10))]
    found = in_force(terms, MONDAY + timedelta(day))
    assert (found.purchase if found else None) == purchase


def test_a_week_without_anything_is_a_row_of_noughts():
    told = Told([MONDAY, MONDAY + timedelta(14)], [term()])
    weeks = ledger(told, MONDAY + timedelta(20))
    assert [week.sums.bought for week in weeks] == [192, 0, 192]
    assert [week.balance for week in weeks] == [-192, -192, -384]


def test_nothing_at_all_is_no_week():
    assert ledger(Told([], []), MONDAY) == []


def test_the_odd_minute_takes_turns():
    got = [by_fund(1, term(), MONDAY + timedelta(n))[TITLE_1] for n in range(10)]
    assert sum(got) == 5


FUNDS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(1, 4)), min_size=1, max_size=4, unique_by=lambda one: one[0]
)
DAY = st.integers(0, 90).map(lambda n: MONDAY + timedelta(n))
TERM = st.builds(
    lambda pk, begins, days, funds: Term(pk, begins, begins + timedelta(days), tuple(funds)),
    st.integers(1, 9), DAY, st.integers(0, 60), FUNDS,
)  # fmt: skip
TOLD = st.builds(
    Told, st.lists(DAY, unique=True).map(sorted), st.lists(TERM, max_size=3, unique_by=lambda one: one.purchase),
    st.dictionaries(DAY, st.integers(0, 480)), st.dictionaries(DAY, st.integers(0, 480)),
    st.dictionaries(DAY, st.lists(st.integers(0, 600), max_size=3)), st.dictionaries(DAY, st.integers(0, 600)),
)  # fmt: skip


@given(TOLD, DAY)
def test_it_balances_to_the_minute(told, until):
    weeks = ledger(told, until)
    logged = sum(sum(people) for day, people in told.delivered.items() if day <= until)
    logged += sum(minutes for day, minutes in told.unbought.items() if day <= until)
    assert sum(week.sums.delivered + week.unbought for week in weeks) == logged
    bought = sum(A_TENTH * one.tenths for day in told.days if day <= until and (one := in_force(told.terms, day)))
    assert sum(week.sums.bought for week in weeks) == bought
    for week in weeks:
        assert sum(got for got, _ in week.funds.values()) == week.sums.bought
        assert sum(got for _, got in week.funds.values()) == week.sums.delivered
    if weeks:
        assert weeks[-1].balance == sum(week.sums.balance for week in weeks)
        assert [week.monday for week in weeks] == [weeks[0].monday + timedelta(7 * n) for n in range(len(weeks))]
        assert all(week.monday == monday_of(week.monday) for week in weeks)


@given(TOLD, DAY, DAY)
def test_a_later_day_only_adds(told, one, other):
    """What a week said stays: a week that was over says the same in every later ledger."""
    early, late = sorted([one, other])
    weeks = {week.monday: week for week in ledger(told, late)}
    for week in ledger(told, early):
        if week.monday + timedelta(6) <= early:
            assert weeks[week.monday].sums == week.sums
            assert weeks[week.monday].funds == week.funds


@given(st.integers(0, 600), FUNDS, DAY)
def test_funds_add_up_and_none_is_short_by_a_minute(minutes, funds, day):
    told = Term(1, day, day, tuple(funds))
    got = by_fund(minutes, told, day)
    assert sum(got.values()) == minutes
    for fund, tenths in funds:
        assert abs(got[fund] - minutes * tenths / told.tenths) < 1


@given(st.integers(0, 600), st.dictionaries(st.integers(1, 5), st.integers(0, 480)))
def test_what_is_shared_adds_up(minutes, plan):
    got = shared(minutes, plan)
    assert sum(got.values()) == minutes
    assert set(got) <= {school for school, planned in plan.items() if planned} | ({None} if minutes else set())


def test_no_school_in_particular():
    assert shared(40, {}) == {None: 40}
    assert shared(0, {}) == {}
    assert shared(90, {1: 240, 2: 120, 3: 0}) == {1: 60, 2: 30}
