from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.absence_summary import AbsenceSummary, problems, whole_days
from firstbell.law.policy import policy_on
from tests.law.stories import TODAY

PARTS = ("in_person", "oss", "iss", "excused", "unexcused", "non_ada_study", "ada_study")
DAYS = st.decimals(0, 60, places=2)


def summary(expected: object, **days: object) -> AbsenceSummary:
    return AbsenceSummary(Decimal(str(expected)), **{name: Decimal(str(value)) for name, value in days.items()})


GOOD = {"in_person": 160, "oss": 3, "iss": 2, "excused": 9, "unexcused": 4, "non_ada_study": 1, "ada_study": 1}


def codes(record: AbsenceSummary, policy=TODAY) -> list[str]:
    return [reason.section.removeprefix("CALPADS ") for reason in problems(record, policy)]


@pytest.mark.parametrize(("days", "whole"), [("2.50", 2), ("2.99", 2), ("3", 3), ("0.5", 0), ("0", 0), ("180.00", 180)])
def test_half_days_are_not_reported(days, whole):
    assert whole_days(Decimal(days)) == whole


def test_a_good_record():
    record = summary(180, **GOOD)
    assert codes(record) == []
    assert record.absent == 17


@pytest.mark.parametrize("part", PARTS)
def test_every_part_belongs_to_the_sum(part):
    assert codes(summary(180, **{**GOOD, part: GOOD[part] + 1}))[:1] == ["STAS0318"]


@pytest.mark.parametrize(
    ("days", "complaints"),
    [
        ({"expected": 100, "in_person": 90, "iss": 5, "non_ada_study": 5}, []),
        ({"expected": 100, "in_person": 90, "iss": 5, "non_ada_study": 6}, ["STAS0318", "STAS0311"]),
        ({"expected": 10, "in_person": "7.5", "excused": "2.5"}, []),
        ({"expected": 10, "in_person": "7.5", "excused": "2.25"}, ["STAS0318"]),
        ({"expected": 0}, []),
    ],
)
def test_the_sum_and_the_room_for_independent_study(days, complaints):
    assert codes(summary(**days)) == complaints


@pytest.mark.parametrize(("recovered", "good"), [(0, True), (10, True), (11, False), (-1, False), ("2.5", False)])
def test_recovered_days_are_whole_and_at_most_ten(recovered, good):
    assert (codes(summary(10, in_person=10, recovered=recovered)) == []) is good


def test_there_was_no_recovery_before_2025():
    before = policy_on(date(2025, 6, 30))
    assert codes(summary(10, in_person=10, recovered=1), before) == ["STAS0739"]


def test_a_complaint_tells_the_numbers():
    (reason,) = problems(summary(10, in_person=9), TODAY)
    assert reason.sentence == "The days add up to 9, but 10 were expected."


@given(st.fixed_dictionaries(dict.fromkeys(PARTS, DAYS)))
def test_a_record_that_adds_up_always_has_room(days):
    record = AbsenceSummary(sum(days.values(), Decimal(0)), **days)
    assert codes(record) == []
    assert record.absent == record.expected - record.in_person - record.iss - record.ada_study
