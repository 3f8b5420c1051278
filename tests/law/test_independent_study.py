from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.independent_study import STEPS, Progress, back_in_class_by, must_follow_up, tell_parents_by
from tests.law.stories import TODAY

ON_TRACK = Progress(planned_days=16, missed_minutes=0, required_minutes=4800, lessons=20)
SCHOOLDAYS = [date(2025, 9, day) for day in (5, 8, 9, 10, 11, 12, 15)]


@pytest.mark.parametrize(
    ("change", "owed"),
    [
        ({}, False),
        ({"missed_minutes": 480}, False),  # exactly a tenth
        ({"missed_minutes": 481}, True),
        ({"missed_minutes": 481, "planned_days": 15}, False),
        ({"missed_minutes": 481, "medical": True}, False),
        ({"missed_lessons": 10}, False),  # exactly half
        ({"missed_lessons": 11}, True),
        ({"lessons": 0}, False),
        ({"required_minutes": 0}, False),
        ({"agreement_broken": True}, True),
        ({"agreement_broken": True, "planned_days": 15}, False),
    ],
)
def test_when_the_steps_are_owed(change, owed):
    finding = must_follow_up(replace(ON_TRACK, **change), TODAY)
    assert finding.outcome is owed
    assert {reason.section for reason in finding.reasons} <= {"EC 51747"}


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 30))
def test_more_missed_never_takes_the_steps_away(missed, more, lessons):
    one = replace(ON_TRACK, missed_minutes=missed, missed_lessons=lessons)
    worse = replace(one, missed_minutes=missed + more)
    assert must_follow_up(worse, TODAY).outcome >= must_follow_up(one, TODAY).outcome


def test_what_is_owed_by_when():
    assert tell_parents_by(date(2025, 9, 5), SCHOOLDAYS, TODAY).outcome == date(2025, 9, 8)
    assert back_in_class_by(date(2025, 9, 5), SCHOOLDAYS, TODAY).outcome == date(2025, 9, 12)
    assert list(STEPS) == ["contact", "notice", "outreach", "conference"]


def test_a_calendar_that_ends_too_soon_is_an_error():
    with pytest.raises(ValueError, match="are known"):
        back_in_class_by(date(2025, 9, 11), SCHOOLDAYS, TODAY)
