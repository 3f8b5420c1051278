"""What is charged of a purchase that was replaced or cancelled: tables of cases, and sums that hold for every chain."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.staffing.rules.charges import Charge, Stood, charges, part
from firstbell.staffing.rules.purchases import Part, cents_of, price

JULY, JUNE = date(2026, 7, 1), date(2027, 6, 30)
FIRST = Stood(1, None, JULY, JUNE, 365_00)


def later(key: int, begins: date, *, changes: int, stopped: date | None = None) -> Stood:
    return Stood(key, changes, begins, JUNE, price(365_00, begins, JUNE), stopped)


@pytest.mark.parametrize(
    ("last", "cents"),
    [
        (date(2026, 6, 30), 0),  # before it begins
        (JULY, 1_00),
        (date(2026, 10, 14), 106_00),
        (date(2027, 6, 29), 364_00),
        (JUNE, 365_00),
        (date(2027, 8, 1), 365_00),
    ],
)
def test_a_part_costs_its_days(last, cents):
    assert part(365_00, JULY, JUNE, last) == cents


def test_a_broken_cent_is_not_charged():
    assert part(100, JULY, JUNE, date(2026, 7, 1)) == 0
    assert part(1_000, JULY, JUNE, date(2026, 7, 1)) == 2


OCT, JAN = date(2026, 10, 15), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([FIRST], {1: Charge(365_00, JUNE)}),
        (
            [FIRST, later(2, OCT, changes=1)],
            {1: Charge(106_00, date(2026, 10, 14), cut=True, by=2), 2: Charge(259_00, JUNE)},
        ),
        ([Stood(1, None, JULY, JUNE, 365_00, stopped=OCT)], {1: Charge(106_00, date(2026, 10, 14), cut=True)}),
        # cancelled before it began, or on its first day
        ([Stood(1, None, OCT, JUNE, 259_00, stopped=JULY)], {1: Charge(0, None, cut=True)}),
        ([Stood(1, None, OCT, JUNE, 259_00, stopped=OCT)], {1: Charge(0, None, cut=True)}),
        # a change from the first day on leaves nothing of the former
        ([FIRST, later(2, JULY, changes=1)], {1: Charge(0, None, cut=True, by=2), 2: Charge(365_00, JUNE)}),
        # the third begins before the second: it cuts the first too
        (
            [FIRST, later(2, JAN, changes=1), later(3, OCT, changes=2)],
            {
                1: Charge(106_00, date(2026, 10, 14), cut=True, by=3),
                2: Charge(0, None, cut=True, by=3),
                3: Charge(259_00, JUNE),
            },
        ),
        # what was cancelled does not bring the former back
        (
            [FIRST, later(2, OCT, changes=1, stopped=JAN)],
            {
                1: Charge(106_00, date(2026, 10, 14), cut=True, by=2),
                2: Charge(78_00, date(2026, 12, 31), cut=True),
            },
        ),
        # a change that begins after the former's end cuts nothing
        (
            [Stood(1, None, JULY, date(2026, 12, 31), 184_00), later(2, JAN, changes=1)],
            {1: Charge(184_00, date(2026, 12, 31)), 2: Charge(181_00, JUNE)},
        ),
    ],
)
def test_what_is_charged(rows, told):
    assert charges(rows) == told
    assert charges(rows[::-1]) == told


@st.composite
def chains(draw, same_rate: bool = False, to_june: bool = False):
    """(the dearest year, a school's purchases of a year, each the change of the one before)."""
    years, rows = [], []
    for key in range(1, draw(st.integers(1, 6)) + 1):
        begins = JULY + timedelta(draw(st.integers(0, 364)))
        ends = JUNE if to_june else begins + timedelta(draw(st.integers(0, (JUNE - begins).days)))
        years.append(years[0] if same_rate and years else draw(st.integers(1, 10**8)))
        stopped = draw(st.none() | st.dates(JULY, JUNE))
        rows.append(Stood(key, key - 1 or None, begins, ends, price(years[-1], begins, ends), stopped))
    return max(years), rows


@given(chains())
def test_a_chain_of_changes_costs_a_dearest_year_at_most(chain):
    dearest, rows = chain
    found = charges(rows)
    whole = [one for one in rows if found[one.key].cents and not found[one.key].cut]
    together = sum(one.cents for one in found.values())
    # each price counts its broken cent as a whole one (rules.price): so much, and no more, may be on top
    assert together <= dearest + max(0, len(rows) - 1)
    assert min(one.cents for one in found.values()) >= 0
    assert all(found[one.key].cents == one.cents for one in whole)


@given(chains(same_rate=True, to_june=True))
def test_at_one_rate_not_even_a_cent_is_on_top(chain):
    dearest, rows = chain
    assert sum(one.cents for one in charges(rows).values()) <= dearest


@given(chains())
def test_no_day_is_charged_twice(chain):
    _, rows = chain
    found = charges(rows)
    days = [
        day
        for one in rows
        if (last := found[one.key].last) is not None
        for day in range(one.begins.toordinal(), last.toordinal() + 1)
    ]
    assert len(days) == len(set(days))


@given(chains(), st.lists(st.integers(1, 10), min_size=1, max_size=5))
def test_the_funds_add_up_to_what_is_charged(chain, tenths):
    parts = [Part(str(at), one) for at, one in enumerate(tenths)]
    for one in charges(chain[1]).values():
        paid = cents_of(parts, one.cents)
        assert sum(paid) == one.cents
        assert min(paid) >= 0
