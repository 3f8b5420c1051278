from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.policy import policy_on, with_settings
from firstbell.law.recovery import credited, earned, is_open_to, is_staffed
from tests.law.stories import MONDAY, TODAY, after


def days(*minutes: int, grade: int = 6, policy=TODAY) -> int:
    """Minutes on days in a row from a Monday."""
    return earned({after(place): one for place, one in enumerate(minutes)}, grade, policy).outcome


@pytest.mark.parametrize(
    ("minutes", "grade", "expected"),
    [
        ([], 6, 0),
        ([239], 6, 0),
        ([240], 6, 1),
        ([60, 60, 60, 60], 6, 1),
        ([59] * 30, 6, 0),  # less than an hour never adds up
        ([119, 121], 6, 0),  # one hour and two
        ([480], 6, 1),  # one day on one date
        ([480, 0], 6, 1),  # a whole second day is not saved up for the next
        ([480, 60], 6, 2),  # less than a day is
        ([300, 180], 6, 2),
        ([180], 0, 1),
        ([180], 1, 0),
        ([230], 2, 0),  # 230 minutes are three whole hours
        ([240], 2, 1),
        ([240] * 7, 6, 5),  # five a week
        ([240] * 8, 6, 6),  # the next week begins on Monday
        ([240, 240], 12, 2),
    ],
)
def test_minutes_to_days(minutes, grade, expected):
    assert days(*minutes, grade=grade) == expected


def test_the_hour_is_a_setting():
    assert days(230, grade=2, policy=with_settings(TODAY, **{"recovery.increment_minutes": 1})) == 1


@given(st.dictionaries(st.integers(0, 40).map(after), st.integers(0, 600), max_size=30), st.integers(0, 12))
def test_never_more_than_a_day_a_date_or_five_a_week_or_the_time_itself(sessions, grade):
    total = earned(sessions, grade, TODAY).outcome
    weeks = {(on - timedelta(on.weekday())) for on in sessions}
    assert total <= min(len(sessions), 5 * len(weeks))
    assert total * TODAY.schoolday.minutes(grade) <= sum(sessions.values())


def test_minutes_below_zero_are_refused():
    with pytest.raises(ValueError, match="negative"):
        days(-1)


@pytest.mark.parametrize(
    ("earned_days", "absent", "expected"), [(12, 15, 10), (12, 8, 8), (3, 8, 3), (0, 8, 0), (3, 0, 0)]
)
def test_what_is_credited(earned_days, absent, expected):
    assert credited(earned_days, absent, TODAY).outcome == expected


def test_there_was_none_before_july_2025():
    assert credited(5, 5, policy_on(date(2025, 6, 30))).outcome == 0


@pytest.mark.parametrize(
    ("study", "classroom", "expected"), [(0, True, True), (15, True, True), (16, True, False), (0, False, False)]
)
def test_who_may_take_part(study, classroom, expected):
    assert is_open_to(study, TODAY, classroom=classroom).outcome is expected


@pytest.mark.parametrize(
    ("students", "teachers", "grade", "expected"),
    [(10, 1, 0, True), (11, 1, 0, False), (20, 1, 1, True), (21, 1, 12, False), (40, 2, 6, True), (1, 0, 6, False)],
)
def test_enough_teachers(students, teachers, grade, expected):
    assert is_staffed(students, teachers, grade, TODAY).outcome is expected


def test_the_week_of_these_tests_begins_on_monday():
    assert MONDAY.weekday() == 0
