"""What a purchase costs and which funds may pay it: tables of cases, and sums that hold for every split."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.staffing.funds import FUNDS
from firstbell.staffing.rules.purchases import (
    MOVES,
    Part,
    after,
    cents_of,
    days_words,
    fiscal_year,
    money,
    owes_report,
    price,
    refused,
    split,
)

WHO, WHERE = "Students in foster care", "SPSA page 14"


def told(fund: str, tenths: int) -> Part:
    return Part(fund, tenths, WHO, WHERE)


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10), min_size=1).filter(sum))
def test_parts_add_up_to_the_whole(whole, weights):
    parts = split(whole, weights)
    assert sum(parts) == whole
    for part, weight in zip(parts, weights, strict=True):  # nobody is a whole unit away from their exact share
        assert abs(part * sum(weights) - whole * weight) < sum(weights)


@pytest.mark.parametrize("weights", [[], [0, 0], [3, -1]])
def test_nothing_is_split_over_nothing(weights):
    with pytest.raises(ValueError, match="weights"):
        split(5, weights)


@pytest.mark.parametrize(
    ("whole", "weights", "parts"),
    [(100, [1, 1, 1], [34, 33, 33]), (1, [1, 1], [1, 0]), (0, [2, 3], [0, 0]), (10_001, [7, 3], [7_001, 3_000])],
)
def test_the_largest_remainder_comes_first(whole, weights, parts):
    assert split(whole, weights) == parts


@pytest.mark.parametrize(
    ("begins", "ends", "cents"),
    [
        (date(2026, 7, 1), date(2027, 6, 30), 365_00),
        (date(2026, 7, 1), date(2026, 7, 1), 1_00),
        (date(2027, 1, 1), date(2027, 6, 30), 181_00),
        (date(2027, 6, 30), date(2027, 6, 30), 1_00),
    ],
)
def test_a_part_of_the_year_costs_its_days(begins, ends, cents):
    assert price(365_00, begins, ends) == cents


@given(st.integers(1, 10**8), st.dates(date(2024, 7, 1), date(2025, 6, 29)))
def test_the_two_parts_of_a_year_cost_the_whole_or_a_cent_more(cents, last):
    rest = date.fromordinal(last.toordinal() + 1)
    together = price(cents, date(2024, 7, 1), last) + price(cents, rest, date(2025, 6, 30))
    assert together - cents in (0, 1)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [(date(2026, 7, 2), date(2026, 7, 1)), (date(2026, 6, 30), date(2026, 7, 1)), (date(2026, 7, 1), date(2027, 7, 1))],
)
def test_days_of_two_years_have_no_price(begins, ends):
    with pytest.raises(ValueError, match="fiscal year"):
        price(100, begins, ends)


def test_the_fiscal_year_begins_in_july():
    assert fiscal_year(date(2026, 6, 30)) == (date(2025, 7, 1), date(2026, 6, 30))
    assert fiscal_year(date(2026, 7, 1)) == (date(2026, 7, 1), date(2027, 6, 30))


@pytest.mark.parametrize(
    ("tenths", "parts", "said"),
    [
        (0, [told("general", 1)], ["half a day to five days"]),
        (11, [told("general", 11)], ["half a day to five days"]),
        (2, [], ["Say which fund pays"]),
        (2, [told("general", 1)], ["The funds pay 1 tenths, and 2 are bought"]),
        (2, [told("lottery", 2)], ["There is no fund “lottery”"]),
        (1, [told("title_1", 1)], ["Title I, Part A pays 2 tenths at least; 1 were"]),
        (3, [told("community", 3)], ["pays in steps of 2 tenths; 3 were"]),
        (5, [told("csi", 4), told("general", 1)], ["pays 5 tenths at least; 4 were"]),
        (7, [told("csi", 7)], ["pays in steps of 5 tenths; 7 were"]),
        (10, [told("csi", 5), told("title_1", 5)], ["is not mixed with Title I"]),
        (4, [told("donation", 2), told("general", 2)], ["Donation shares a position with no other fund"]),
        (4, [told("general", 2), told("general", 2)], ["is named twice"]),
        (2, [Part("title_1", 2, "", WHERE)], ["say which students are served"]),
        (2, [Part("title_1", 2, WHO, "")], ["say where the school plan says so"]),
        (2, [Part("title_1", 2, " ", " ")], ["say which students", "say where the school plan"]),
        (1, [Part("supplemental", 1)], ["say which students", "say where the school plan"]),
        (2, [Part("community", 2)], ["say where the school plan"]),
        (1, [Part("general", 1)], []),
        (1, [told("supplemental", 1)], []),
        (2, [told("title_1", 2)], []),
        (10, [told("csi", 10)], []),
        (10, [told("csi", 5), told("general", 5)], []),
        (10, [Part("donation", 10)], []),
        (10, [told("title_1", 4), told("general", 3), told("supplemental", 1), told("community", 2)], []),
    ],
)
def test_what_funds_may_pay(tenths, parts, said):
    found = refused(tenths, parts)
    assert len(found) == len(said), found
    for sentence, words in zip(found, said, strict=True):
        assert words in sentence


@given(st.lists(st.sampled_from(sorted(FUNDS)), unique=True, min_size=1), st.integers(0, 10**7), st.data())
def test_every_split_of_cents_adds_up(names, cents, data):
    parts = [told(name, data.draw(st.integers(1, 10))) for name in names]
    paid = cents_of(parts, cents)
    assert sum(paid) == cents
    assert min(paid) >= 0


@given(st.lists(st.builds(told, st.sampled_from(sorted(FUNDS)), st.integers(1, 10)), max_size=4), st.randoms())
def test_the_order_of_funds_says_nothing(parts, chance):
    turned = list(parts)
    chance.shuffle(turned)
    whole = sum(one.tenths for one in parts)
    assert sorted(set(refused(whole, parts))) == sorted(set(refused(whole, turned)))


@pytest.mark.parametrize(
    ("state", "doing", "to"), [(state, doing, to) for state, table in MOVES.items() for doing, to in table.items()]
)
def test_every_move_there_is(state, doing, to):
    assert after(state, doing) == to


@pytest.mark.parametrize(
    ("state", "doing"), [("draft", "approve"), ("cancelled", "sign"), ("replaced", "cancel"), ("approved", "check")]
)
def test_no_other_move(state, doing):
    with pytest.raises(ValueError, match="cannot be moved"):
        after(state, doing)


@pytest.mark.parametrize(
    ("tenths", "words"), [(1, "half a day a week"), (2, "1 day a week"), (3, "1 ½ days a week"), (10, "5 days a week")]
)
def test_days_in_words(tenths, words):
    assert days_words(tenths) == words


def test_money_in_words():
    assert [money(one) for one in (0, 5, 123_456, 100_000_000)] == ["$0.00", "$0.05", "$1,234.56", "$1,000,000.00"]


def test_who_owes_a_report():
    assert owes_report(["general", "title_1"])
    assert not owes_report(["general", "supplemental", "donation"])
