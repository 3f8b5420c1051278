"""Any size: the smallest, the usual within twenty seconds, and the shape of a large one."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstbell.practice import Plan, plan, write

from .ledger import Ledger


@pytest.mark.timeout(20)
def test_eight_thousand_students_are_quick(tmp_path):
    rows = write(Plan(seed=3), tmp_path).rows
    assert rows["demographics"] > 7900
    assert rows["studentSchoolAttendanceEvents"] > 50_000


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(6, 15), st.integers(20, 60), st.integers(0, 10_000), st.integers(1, 6))
def test_small_districts_of_every_shape_are_whole(tmp_path, schools, students_each, seed, regions):
    plan = Plan(students=schools * students_each, schools=schools, regions=regions, seed=seed)
    told = write(plan, tmp_path)
    ledger = Ledger(tmp_path)
    enrolled = {row["studentUniqueId"] for row in ledger.rows("studentSchoolAssociations")}
    assert {row["sourcedId"] for row in ledger.rows("demographics")} == enrolled
    assert {key for key, *_ in ledger.marks} <= enrolled
    assert len(ledger.occasions(told.notable["new_truant"][0])) == 3
    assert len(ledger.occasions(told.notable["late_correction"][0])) == 2
    assert len(ledger.occasions(told.notable["transferred"][0])) == 3
    assert ledger.contacts(told.notable["no_contact"][0]) == []


@pytest.fixture
def large(monkeypatch, tmp_path):
    """A district written as a large one is, without being large."""
    monkeypatch.setattr(plan, "DETAILED", 1000)
    return Ledger(write(Plan(students=2400, schools=40), tmp_path).folder)


def test_a_large_district_writes_one_roll_a_period(large):
    keys = [(r["schoolId"], r["classPeriodName"], r["date"]) for r in large.rows("sectionAttendanceTaken")]
    assert len(keys) == len(set(keys)) > 1000


def test_a_large_district_writes_whole_days_once(large):
    """Either a daily row or six period rows, never both."""
    whole = {key[:3] for key in large.marks if not key[3]}
    second = {(r["studentUniqueId"], r["schoolId"]) for r in large.rows("studentSchoolAssociations")
              if r["primarySchool"] == "false"}  # fmt: skip
    periods = [key for key in large.marks if key[3] and key[:3] in whole and key[:2] not in second]
    by_period_only = {key[1] for key in large.marks if key[3]} - {key[1] for key in whole if key[:2] not in second}
    assert periods == []
    assert len(by_period_only) in (1, 2)
