from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.policy import with_settings
from firstbell.law.records import (
    Clock,
    Holder,
    abuse_report_by,
    business_day,
    due,
    holder,
    parent_told_by,
    school_day,
    student_may_see,
)
from tests.law.stories import MONDAY, TODAY, after

FRIDAY = date(2025, 9, 5)
HOLIDAYS = [date(2025, 11, 27), date(2025, 11, 28)]
SCHOOLDAYS = [day for day in (after(n) for n in range(60)) if day.weekday() < 5 and day != date(2025, 9, 1)]


@pytest.mark.parametrize(
    ("after_day", "number", "expected"),
    [
        (FRIDAY, 0, FRIDAY),
        (FRIDAY, 1, date(2025, 9, 8)),
        (FRIDAY, 2, date(2025, 9, 9)),
        (FRIDAY, 5, date(2025, 9, 12)),
        (date(2025, 9, 6), 1, date(2025, 9, 8)),  # asked for on a Saturday
        (date(2025, 11, 26), 2, date(2025, 12, 2)),  # over Thanksgiving
        (date(2025, 12, 31), 1, date(2026, 1, 1)),  # the holidays are whoever's asks
    ],
)
def test_business_days(after_day, number, expected):
    assert business_day(after_day, number, HOLIDAYS) == expected


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 40), st.sets(st.integers(1, 60), max_size=10))
def test_business_days_are_counted_one_by_one(start, number, closed):
    holidays = {start + timedelta(n) for n in closed}
    days = (start + timedelta(n) for n in range(1, 400))
    open_days = [day for day in days if day.weekday() < 5 and day not in holidays]
    assert business_day(start, number, holidays) == open_days[number - 1]


@pytest.mark.parametrize("number", [-1, -5])
def test_no_days_before(number):
    with pytest.raises(ValueError, match="counted forward"):
        business_day(FRIDAY, number)


def test_school_days():
    assert school_day(FRIDAY, 1, SCHOOLDAYS) == date(2025, 9, 8)
    assert school_day(FRIDAY, 10, reversed(SCHOOLDAYS)) == date(2025, 9, 19)


@pytest.mark.parametrize(("number", "days"), [(11, SCHOOLDAYS[:10]), (1, []), (0, SCHOOLDAYS), (-1, SCHOOLDAYS)])
def test_school_days_that_are_not_known(number, days):
    with pytest.raises(ValueError, match="are known"):
        school_day(date(2025, 8, 1), number, days)


@pytest.mark.parametrize(
    ("clock", "expected", "section"),
    [
        (Clock.INSPECTION, date(2025, 9, 12), "EC 49069.7"),
        (Clock.TRANSFER, date(2025, 9, 19), "EC 49068"),
        (Clock.FOSTER_TRANSFER, date(2025, 9, 9), "EC 49069.5"),
        (Clock.FOSTER_CONTACT, date(2025, 9, 9), "EC 48853.5"),
        (Clock.CHALLENGE_MEETING, date(2025, 10, 5), "EC 49070"),
        (Clock.CHALLENGE_APPEAL, date(2025, 10, 5), "EC 49070"),
        (Clock.CHALLENGE_DECISION, date(2025, 10, 5), "EC 49070"),
        (Clock.EMERGENCY_TOLD, date(2025, 9, 12), "setting records.emergency_tell_days"),
    ],
)
def test_clocks(clock, expected, section):
    finding = due(clock, FRIDAY, TODAY, schooldays=SCHOOLDAYS)
    assert finding.outcome == expected
    assert (finding.reasons[0].section, finding.reasons[0].on) == (section, expected)


def test_every_clock_is_told_in_a_sentence():
    sentences = {due(clock, FRIDAY, TODAY, schooldays=SCHOOLDAYS).reasons[0].sentence for clock in Clock}
    assert len(sentences) == len(Clock)
    assert "The parent sees the records by September 12, 2025, within 5 business days." in sentences


def test_holidays_stop_a_clock_of_business_days():
    assert due(Clock.INSPECTION, date(2025, 11, 26), TODAY, holidays=HOLIDAYS).outcome == date(2025, 12, 5)


def test_a_district_may_tell_sooner():
    sooner = with_settings(TODAY, **{"records.emergency_tell_days": 1})
    assert due(Clock.EMERGENCY_TOLD, FRIDAY, sooner).outcome == date(2025, 9, 6)


def test_clocks_of_hours():
    noon = datetime(2025, 9, 5, 12, tzinfo=UTC)
    assert parent_told_by(noon, TODAY).outcome == noon + timedelta(hours=24)
    assert abuse_report_by(noon, TODAY).outcome == noon + timedelta(hours=36)
    assert abuse_report_by(noon, TODAY).reasons[0].section == "PC 11166"


@pytest.mark.parametrize(
    ("on", "in_college", "expected"),
    [
        (date(2025, 8, 31), False, Holder.PARENT),
        (MONDAY, False, Holder.STUDENT),
        (date(2025, 8, 31), True, Holder.STUDENT),
    ],
)
def test_who_holds_the_rights(on, in_college, expected):
    assert holder(date(2007, 9, 1), on, in_college=in_college).outcome is expected


@pytest.mark.parametrize(
    ("born_on", "grade", "alone", "may"),
    [
        (date(2009, 9, 1), 9, False, True),  # 16 today
        (date(2009, 9, 2), 9, False, False),
        (date(2010, 9, 2), 10, False, True),
        (date(2011, 9, 1), 7, True, True),  # 14 today, homeless and alone
        (date(2011, 9, 1), 7, False, False),
    ],
)
def test_students_who_may_see_their_own(born_on, grade, alone, may):
    assert student_may_see(born_on, MONDAY, finished_grade=grade, unaccompanied=alone).outcome is may
