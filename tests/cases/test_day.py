"""A day fitted to its hours: legal dates never left out, then what cannot wait, then points that anybody can check."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.cases.rules.day import Item, fitted, planned, share, soon

TODAY = date(2026, 5, 12)


def on(days: int) -> date:
    return TODAY + timedelta(days)


DAYS = st.one_of(st.none(), st.integers(-40, 40).map(on))
ITEMS = st.lists(
    st.builds(
        Item, student=st.integers(1, 10**6), minutes=st.integers(1, 60), rank=st.integers(0, 8), tier=st.integers(1, 3),
        due_on=DAYS, promised_on=DAYS, keep_by=DAYS, quiet=st.one_of(st.none(), st.integers(0, 400)),
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
    assert planned(Item(1, 10, **more), TODAY, on(1)).points == points


@pytest.mark.parametrize(
    ("back", "days", "legal"), [(1, 5, True), (1, 6, False), (7, 6, True), (7, 7, False), (15, 14, True), (1, -9, True)]
)
def test_a_legal_date_is_part_of_the_last_day_here_before_it(back, days, legal):
    assert planned(Item(1, 10, due_on=on(days)), TODAY, on(back)).legal is legal
    assert (on(days) <= soon(TODAY, on(back))) is legal


@pytest.mark.parametrize(
    ("back", "keep_by", "urgent"),
    [(1, 0, True), (1, 1, False), (3, 2, True), (3, 3, False), (3, -1, False), (9, None, False)],
)
def test_what_passes_before_the_next_day_here_cannot_wait(back, keep_by, urgent):
    item = Item(1, 10, keep_by=None if keep_by is None else on(keep_by))
    assert planned(item, TODAY, on(back)).urgent is urgent


def test_first_the_law_then_what_cannot_wait_then_points():
    items = [
        Item(1, 10, rank=1, tier=3, promised_on=on(-9), quiet=30),  # the most points of all, and its day has passed
        Item(2, 10, keep_by=on(1), quiet=0), Item(3, 10, keep_by=on(2), tier=2, quiet=0),
        Item(4, 10, due_on=on(4), quiet=0), Item(5, 10, due_on=on(1), quiet=0), Item(6, 10, keep_by=on(3), quiet=0),
    ]  # fmt: skip
    day = fitted(items, 50, TODAY, on(3))
    assert [one.item.student for one in day.now] == [5, 4, 3, 2, 1]
    assert [one.item.student for one in day.later] == [6]


@given(ITEMS, st.integers(0, 480), st.integers(1, 15))
def test_everybody_is_in_or_waits_and_legal_dates_are_in(items, minutes, back):
    day = fitted(items, minutes, TODAY, on(back))
    assert sorted(one.item.student for one in (*day.now, *day.later)) == sorted(one.student for one in items)
    assert not any(one.legal for one in day.later)
    assert bool(day.now) == bool(items)
    legal = sum(one.item.minutes for one in day.now if one.legal)
    alone = len(day.now) == 1
    assert day.planned <= max(minutes, legal) or alone
    order = [(one.legal, not one.legal and one.urgent, one.points) for one in day.now]
    assert order == sorted(order, reverse=True)
    assert all(one.points >= 0 for one in (*day.now, *day.later))


@given(ITEMS, st.integers(0, 480), st.integers(1, 15))
def test_nobody_waits_behind_a_longer_one_that_could_have(items, minutes, back):
    """Where a date passes although the student would have fitted instead, the minutes went to the law or to another
    date that passes."""
    day = fitted(items, minutes, TODAY, on(back))
    for waits in (one for one in day.later if one.urgent):
        others = sum(one.item.minutes for one in day.now if not (one.legal or one.urgent))
        assert waits.item.minutes > minutes - day.planned + others or len(day.now) == 1


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
    items = [
        Item(1, 60, keep_by=on(0)), Item(2, 30, due_on=on(9)), Item(3, 30, promised_on=on(4), keep_by=on(4)),
        Item(4, 30, promised_on=on(-4)), Item(5, 30, promised_on=on(12), keep_by=on(12)), Item(6, 30, rank=3),
    ]  # fmt: skip
    day = fitted(items, 60, TODAY, on(7))
    assert day.risk == on(4)
    assert fitted(items, 60, TODAY, on(4)).risk is None
    assert fitted(items[:1], 60, TODAY, on(7)).risk is None
    assert sorted(one.item.student for one in day.later) == [2, 3, 4, 5, 6]
    assert sorted(one.item.student for one in day.waiting) == [3, 4, 6]  # the others can be kept the next day as well


def test_the_bar_of_the_day():
    day = fitted([Item(1, 15, due_on=TODAY), Item(2, 10, promised_on=TODAY), Item(3, 10), Item(4, 5)], 60, TODAY)
    assert share([day]) == [("legal dates", 1, 15), ("promises", 1, 10), ("others", 2, 15)]
