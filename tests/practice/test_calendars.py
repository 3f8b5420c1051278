"""Calendars against a wall calendar of 2025-26, and against sense in any other year."""

from datetime import date, timedelta

import pytest

from firstbell.practice.calendars import MON, THU, calendars, minutes, nth, school_year

YEAR = school_year(2026)
TAUGHT = {date.fromordinal(int(day)) for day in YEAR.taught}


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ((2025, 9, MON, 1), date(2025, 9, 1)),
        ((2025, 11, THU, 4), date(2025, 11, 27)),
        ((2026, 1, MON, 3), date(2026, 1, 19)),
        ((2026, 5, MON, -1), date(2026, 5, 25)),
        ((2026, 8, MON, -1), date(2026, 8, 31)),
        ((2025, 12, THU, -1), date(2025, 12, 25)),
    ],
)
def test_nth_weekday(when, expected):
    assert nth(*when) == expected


@pytest.mark.parametrize(
    ("day", "taught"),
    [
        (date(2025, 8, 13), False),
        (date(2025, 8, 14), True),  # second Thursday of August
        (date(2025, 9, 1), False),  # Labor Day
        (date(2025, 11, 11), False),  # Veterans Day
        (date(2025, 11, 24), False),  # Thanksgiving week
        (date(2025, 11, 28), False),
        (date(2025, 12, 19), True),
        (date(2025, 12, 22), False),  # three weeks in winter
        (date(2026, 1, 9), False),
        (date(2026, 1, 12), False),  # teachers return first
        (date(2026, 1, 13), True),
        (date(2026, 1, 19), False),  # Martin Luther King Jr. Day
        (date(2026, 2, 16), False),  # Presidents' Day
        (date(2026, 4, 3), False),  # spring break
        (date(2026, 4, 6), True),
        (date(2026, 5, 12), True),
        (date(2026, 5, 25), False),  # Memorial Day
    ],
)
def test_the_year_2025_26(day, taught):
    assert (day in TAUGHT) is taught


@pytest.mark.parametrize("year", range(2024, 2036))
def test_every_year_has_180_weekdays_and_ends_in_june(year):
    some = school_year(year)
    days = [date.fromordinal(int(day)) for day in some.taught]
    assert len(set(days)) == 180
    assert all(day.weekday() < 5 for day in days)
    assert days == sorted(days)
    assert date(year - 1, 8, 8) <= days[0] <= date(year - 1, 8, 14)
    assert date(year, 6, 3) <= days[-1] <= date(year, 6, 16)
    assert not set(some.off) & {day.toordinal() for day in days}
    assert all(storm in some.taught for storm in (*some.storms, some.weather_day))
    assert days[-1] < date.fromordinal(some.make_up_day) <= days[-1] + timedelta(days=3)


@pytest.mark.parametrize(
    ("level", "early", "closed", "expected"),
    [
        ("elementary", False, False, {"R": 180}),
        ("elementary", True, False, {"R": 180, "E": 176}),
        ("middle", False, True, {"R": 180}),
        ("continuation", False, True, {"C": 172}),
    ],
)
def test_calendars_of_a_school(level, early, closed, expected):
    made = calendars(YEAR, level=level, early=early, closed=closed)
    assert {calendar.code: len(calendar.days) for calendar in made} == expected


def test_a_closed_school_makes_its_day_up():
    (regular,) = calendars(YEAR, level="high", early=False, closed=True)
    assert YEAR.weather_day not in regular.days
    assert regular.days[-1] == YEAR.make_up_day


def test_nobody_knows_of_the_closure_the_evening_before():
    (regular,) = calendars(YEAR, level="high", early=False, closed=True)
    assert regular.known(YEAR, YEAR.weather_day - 1).tolist() == YEAR.taught.tolist()
    assert regular.known(YEAR, YEAR.weather_day).tolist() == regular.days.tolist()


@pytest.mark.parametrize(
    ("day", "level", "code", "expected"),
    [
        (date(2026, 5, 11), "elementary", "R", 320),
        (date(2026, 5, 12), "elementary", "R", 260),  # Tuesday
        (date(2026, 5, 11), "elementary", "E", 240),
        (date(2026, 5, 11), "high", "R", 365),
        (date(2026, 5, 11), "span", "R", 330),
        (date(2026, 5, 12), "continuation", "C", 180),
    ],
)
def test_minutes(day, level, code, expected):
    assert minutes(day.toordinal(), level=level, code=code) == expected
