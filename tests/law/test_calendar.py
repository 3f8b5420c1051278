from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.calendar import SchoolYear, is_instructional, review_marks

MONDAY, SATURDAY, SUNDAY = date(2025, 9, 1), date(2025, 9, 6), date(2025, 9, 7)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2025, 6, 30), "2024-2025"),
        (date(2025, 7, 1), "2025-2026"),
        (date(2025, 12, 31), "2025-2026"),
        (date(2026, 1, 1), "2025-2026"),
        (date(2026, 6, 30), "2025-2026"),
        (date(2026, 7, 1), "2026-2027"),
        (date(2024, 2, 29), "2023-2024"),
        (date(1999, 9, 1), "1999-2000"),
    ],
)
def test_the_year_turns_on_the_first_of_july(day, name):
    assert SchoolYear.of(day).name == str(SchoolYear.of(day)) == name


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_a_day_lies_in_its_own_year_and_no_other(day):
    year = SchoolYear.of(day)
    assert day in year
    assert day not in SchoolYear(year.ending - 1)
    assert day not in SchoolYear(year.ending + 1)
    assert year.ends + timedelta(1) == SchoolYear(year.ending + 1).starts


@pytest.mark.parametrize("text", ["2025-2026", "2025-26", "2026", " 2025-2026 "])
def test_parse(text):
    assert SchoolYear.parse(text) == SchoolYear(2026)


@pytest.mark.parametrize(
    "text", ["", "26", "2025-2027", "2025-2025", "2025-27", "2026-2025", "25-26", "2025/2026", "0-1", "1066", "٢٠٢٦"]
)
def test_parse_refuses_what_is_no_school_year(text):
    with pytest.raises(ValueError, match="write 2025-2026 or 2026"):
        SchoolYear.parse(text)


@given(st.integers(1901, 2100))
def test_a_name_reads_back(ending):
    assert SchoolYear.parse(SchoolYear(ending).name) == SchoolYear(ending)


def test_the_turn_of_the_century_in_short():
    assert SchoolYear.parse("1999-00") == SchoolYear(2000)


@pytest.mark.parametrize(
    ("event", "taught"),
    [
        ("Instructional day", True),
        ("Make-up day", True),
        ("INSTRUCTIONAL DAY ", True),
        ("uri://ed-fi.org/CalendarEventDescriptor#Instructional day", True),
        ("Weather day; Make-up day", True),
        ("Instructional day|Student late arrival/early dismissal", True),
        ("Holiday", False),
        ("Non-instructional day", False),
        ("Teacher only day", False),
        ("Strike", False),
        ("Emergency day", False),
        ("Weather day", False),
        ("Other", False),
        ("Student late arrival/early dismissal", False),
        ("", False),
        (";|", False),
    ],
)
def test_is_instructional(event, taught):
    assert is_instructional(event) is taught
    assert is_instructional(event, MONDAY) is taught


@pytest.mark.parametrize("weekend", [SATURDAY, SUNDAY])
@pytest.mark.parametrize("event", ["Instructional day", "Make-up day"])
def test_saturdays_and_sundays_never_count(event, weekend):
    assert is_instructional(event, weekend) is False


def test_a_district_may_count_late_arrival_days():
    late = "Student late arrival/early dismissal"
    assert is_instructional(late, MONDAY, late_arrival_days=True)
    assert not is_instructional(late, SUNDAY, late_arrival_days=True)
    assert not is_instructional("Holiday", MONDAY, late_arrival_days=True)


@pytest.mark.parametrize(("length", "marks"), [(0, 0), (24, 0), (25, 1), (49, 1), (50, 2), (180, 7)])
def test_the_year_is_reviewed_every_25_days(length, marks):
    days = [MONDAY + timedelta(n) for n in range(length)]
    found = review_marks(reversed(days + days))
    assert found == [days[24 + 25 * n] for n in range(marks)]


def test_another_rhythm():
    days = [MONDAY + timedelta(n) for n in range(7)]
    assert review_marks(days, every=3) == [days[2], days[5]]
