from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.chronic import (
    ELSEWHERE,
    absent_days,
    chronic,
    days_can_miss,
    elsewhere,
    federal,
    is_ten_percent,
)
from tests.law.stories import TODAY

ENROLLED = st.integers(0, 200)


@pytest.mark.parametrize(
    ("absent", "enrolled", "percent", "expected"),
    [
        (18, 180, 10, True),
        (17, 180, 10, False),
        (4, 31, 10, True),
        (3, 31, 10, False),
        (7, 100, 7, True),  # the one that floating point loses
        (6, 100, 7, False),
        (14, 200, 7, True),
        (0, 0, 10, False),
        (0, 10, 10, False),
        (1, 1, 10, True),
    ],
)
def test_is_ten_percent(absent, enrolled, percent, expected):
    assert is_ten_percent(absent, enrolled, percent) is expected


@pytest.mark.parametrize(
    ("absent", "enrolled", "at_year_end", "expected"),
    [
        (2, 19, False, None),
        (2, 20, False, True),
        (1, 20, False, False),
        (19, 19, False, None),
        (3, 30, True, None),
        (4, 31, True, True),
        (3, 31, True, False),
        (18, 180, True, True),
        (17, 180, True, False),
        (0, 0, False, None),
        (0, 0, True, None),
    ],
)
def test_chronic(absent, enrolled, at_year_end, expected):
    finding = chronic(absent, enrolled, enrolled - absent or None, TODAY, at_year_end)
    assert finding.outcome is expected
    assert finding.policy == "2025-07-01"


@pytest.mark.parametrize(
    ("enrolled", "at_year_end", "section", "sentence"),
    [
        (19, False, "setting chronic.on_pace_min_days", "Enrolled 19 days; it takes 20 to say."),
        (1, False, "setting chronic.on_pace_min_days", "Enrolled 1 day; it takes 20 to say."),
        (30, True, "CDE DataQuest", "Enrolled 30 days; it takes 31 to say."),
        (180, True, "EC 60901(c)(1)", "Absent 0 of 180 days, less than 10 percent."),
    ],
)
def test_chronic_says_why(enrolled, at_year_end, section, sentence):
    (reason,) = chronic(0, enrolled, None, TODAY, at_year_end).reasons
    assert (reason.section, reason.sentence) == (section, sentence)


@pytest.mark.parametrize("at_year_end", [True, False])
def test_a_student_who_never_came_is_left_out(at_year_end):
    assert chronic(100, 100, 0, TODAY, at_year_end).outcome is None
    assert chronic(100, 100, None, TODAY, at_year_end).outcome is True


@pytest.mark.parametrize(
    ("excused", "unexcused", "oss", "study", "expected"),
    [(3, 2, 5, 0, 10), (0, 0, 0, 0, 0), (9, 4, 3, 1, 17), (Decimal("0.5"), 0, Decimal("2.5"), 0, 3)],
)
def test_absences_of_every_kind_count_alike(excused, unexcused, oss, study, expected):
    assert absent_days(excused, unexcused, oss, study) == expected


@pytest.mark.parametrize(
    ("total", "absent", "expected"),
    [
        (180, 12, 5),
        (180, 17, 0),
        (180, 18, 0),
        (180, 60, 0),
        (180, 0, 17),
        (181, 0, 18),
        (1, 0, 0),
        (10, 0, 0),
        (0, 0, 0),
    ],
)
def test_days_can_miss(total, absent, expected):
    assert days_can_miss(total, absent) == expected


@given(ENROLLED, ENROLLED, st.integers(1, 40))
def test_days_can_miss_is_the_last_safe_number(total, absent, percent):
    left = days_can_miss(total, absent, percent)
    assert left >= 0
    if total:
        assert is_ten_percent(absent + left + 1, total, percent)
    if left:
        assert not is_ten_percent(absent + left, total, percent)


@pytest.mark.parametrize(
    ("half_days", "enrolled", "expected"),
    [(1, 9, None), (1, 10, True), (0, 10, False), (10, 100, True), (9, 100, False), (0, 0, None)],
)
def test_federal(half_days, enrolled, expected):
    finding = federal(half_days, enrolled, TODAY)
    assert finding.outcome is expected
    assert finding.reasons[0].section == "EDFacts FS195"


@given(ENROLLED, ENROLLED, st.booleans())
def test_one_more_absence_never_ends_chronic_absence(absent, enrolled, at_year_end):
    before = chronic(absent, enrolled, None, TODAY, at_year_end).outcome
    after = chronic(absent + 1, enrolled, None, TODAY, at_year_end).outcome
    assert (before is None) == (after is None)
    assert not (before and not after)


@given(ENROLLED, ENROLLED)
def test_one_more_day_in_school_never_begins_it(absent, enrolled):
    before = chronic(absent, enrolled, None, TODAY).outcome
    after = chronic(absent, enrolled + 1, None, TODAY).outcome
    assert before is None or before or not after


@given(ENROLLED, ENROLLED)
def test_a_finding_is_the_plain_fraction(absent, enrolled):
    outcome = chronic(absent, enrolled, None, TODAY).outcome
    if outcome is not None:
        assert outcome is (absent * 10 >= enrolled)


@pytest.mark.parametrize(
    ("key", "absent", "enrolled", "expected"),
    [
        ("edu", 2, 20, True),
        ("edu", 3, 19, False),
        ("edu", Decimal("9.996"), 100, False),  # published as 90.00 percent, and wrongly flagged by a rounded rate
        ("amt", 15, 180, True),
        ("amt", 14, 100, False),
        ("amt", 15, 200, False),
        ("al", 3, 30, True),
        ("al", 0, 0, False),
    ],
)
def test_elsewhere_it_is_counted_otherwise(key, absent, enrolled, expected):
    assert elsewhere(ELSEWHERE[key], absent, enrolled) is expected
