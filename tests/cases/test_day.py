"""A day fitted to its hours: points anybody can check, legal dates never left out, never empty while somebody waits."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.cases.rules.day import Item, fitted, planned, share

TODAY = date(2026, 5, 12)


def on(days: int) -> date:
    return TODAY + timedelta(days)


DAYS = st.one_of(st.none(), st.integers(-40, 40).map(on))
ITEMS = st.lists(
    st.builds(
        Item, student=st.integers(1, 10**6), minutes=st.integers(1, 60), rank=st.integers(0, 8), tier=st.integers(1, 3),
        due_on=DAYS, promised_on=DAYS, quiet=st.one_of(st.none(), st.integers(0, 400)),
    ),
    max_size=40, unique_by=lambda one: one.student,
)  # fmt: skip


@pytest.mark.parametrize(
    ("more", "points"),
    [
        ({}, 20), ({"quiet": 0}, 0), ({"quiet": 9}, 9), ({"quiet": 90}, 30), ({"quiet": 0, "rank": 1}, 40),
        ({"quiet": 0, "rank": 7}, 10), ({"quiet": 0, "tier": 2}, 15), ({"quiet": 0, "tier": 3}, 30),
        ({"quiet": 0, "due_on": on(5)}, 100), ({"quiet": 0, "due_on": on(0)}, 150),
        ({"quiet": 0, "due_on": on(-3)}, 180), ({"quiet": 0, "due_on": on(6)}, 0),
        ({"quiet": 0, "promised_on": on(0)}, 60),
        ({"quiet": 0, "promised_on": on(-2)}, 64), ({"quiet": 0, "promised_on": on(-50)}, 80),
        ({"quiet": 0, "promised_on": on(1)}, 0),
    ],
)  # fmt: skip
def test_the_points_are_those_the_page_explains(more, points):
    assert planned(Item(1, 10, **more), TODAY).points == points


@given(ITEMS, st.integers(0, 480))
def test_everybody_is_in_or_waits_and_legal_dates_are_in(items, minutes):
    day = fitted(items, minutes, TODAY)
    assert sorted(one.item.student for one in (*day.now, *day.later)) == sorted(one.student for one in items)
    assert not any(one.legal for one in day.later)
    assert bool(day.now) == bool(items)
    legal = sum(one.item.minutes for one in day.now if one.legal)
    alone = len(day.now) == 1
    assert day.planned <= max(minutes, legal) or alone
    assert [one.points for one in day.now] == sorted((one.points for one in day.now), reverse=True)


@given(ITEMS, st.integers(0, 480))
def test_nobody_who_waits_would_still_have_fitted(items, minutes):
    day = fitted(items, minutes, TODAY)
    left = minutes - day.planned
    assert all(one.item.minutes > left for one in day.later)


@given(ITEMS, st.integers(0, 480), st.randoms())
def test_the_order_they_come_in_never_matters(items, minutes, chance):
    again = list(items)
    chance.shuffle(again)
    assert fitted(again, minutes, TODAY) == fitted(items, minutes, TODAY)


def test_legal_dates_beyond_the_hours_are_said():
    day = fitted([Item(1, 40, due_on=TODAY), Item(2, 40, due_on=TODAY), Item(3, 5)], 60, TODAY)
    assert ([one.item.student for one in day.now], day.over) == ([1, 2], 20)


def test_what_waits_says_the_first_date_it_risks():
    items = [Item(1, 60, rank=1), Item(2, 30, due_on=on(9)), Item(3, 30, promised_on=on(4))]
    assert fitted(items, 60, TODAY).risk == on(4)
    assert fitted(items[:1], 60, TODAY).risk is None


def test_the_bar_of_the_day():
    day = fitted([Item(1, 15, due_on=TODAY), Item(2, 10, promised_on=TODAY), Item(3, 10), Item(4, 5)], 60, TODAY)
    assert share([day]) == [("legal dates", 1, 15), ("promises", 1, 10), ("others", 2, 15)]
