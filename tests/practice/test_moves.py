"""Enrolments: every kind of move happens, in a believable number, and never contradicts the calendar."""

from collections import defaultdict

import pytest


@pytest.fixture(scope="module")
def spells(today):
    """Student -> enrolments in order of entry."""
    found = defaultdict(list)
    for row in today.rows("studentSchoolAssociations"):
        found[row["studentUniqueId"]].append(row)
    return {student: sorted(rows, key=lambda row: row["entryDate"]) for student, rows in found.items()}


def _primary(spells):
    return [[row for row in rows if row["primarySchool"] == "true"] for rows in spells.values()]


def test_most_students_stay_all_year_in_one_school(spells):
    assert 0.85 < sum(len(rows) == 1 and not rows[0]["exitWithdrawDate"] for rows in spells.values()) / 8000 < 0.95


def test_transfers_change_school_without_overlap(spells):
    moved = [rows for rows in _primary(spells) if len({row["schoolId"] for row in rows}) == 2]
    assert 0.03 < len(moved) / 8000 < 0.04
    for first, second in moved:
        assert first["exitWithdrawType"] == "T160"
        assert first["exitWithdrawDate"] < second["entryDate"]
        assert second["entryType"] == "Transfer from a public school in the same local education agency"


def test_some_leave_and_return_to_the_same_school(spells):
    back = [rows for rows in _primary(spells) if len(rows) == 2 and rows[0]["schoolId"] == rows[1]["schoolId"]]
    assert 10 < len(back) < 60
    assert all(first["exitWithdrawDate"] < second["entryDate"] for first, second in back)
    assert {second["entryType"] for _, second in back} == {"Re-entry after a voluntary withdrawal"}


def test_no_shows_leave_on_the_day_they_enter_and_have_no_marks(today, spells):
    gone = [rows[0] for rows in spells.values() if rows[0]["exitWithdrawType"] == "N470"]
    assert 30 < len(gone) < 70
    assert all(row["entryDate"] == row["exitWithdrawDate"] for row in gone)
    assert not {row["studentUniqueId"] for row in gone} & set(today.by_student)


def test_leavers_carry_a_reason_of_the_state(spells):
    reasons = {row["exitWithdrawType"] for rows in spells.values() for row in rows}
    assert reasons == {"", "T160", "T180", "T200", "T240", "E140", "N470"}


def test_late_entries(today, spells):
    opened = {key: days[0] for key, days in today.taught.items()}
    late = [r[0] for r in spells.values() if r[0]["entryDate"] > opened[r[0]["schoolId"], r[0]["calendarCode"]]]
    assert 0.02 < len(late) / 8000 < 0.04


def test_second_enrolments_stand_beside_an_open_first(spells):
    second = [rows for rows in spells.values() if any(row["primarySchool"] == "false" for row in rows)]
    assert 5 < len(second) < 25
    for rows in second:
        assert [(row["primarySchool"], row["enrollmentStatus"]) for row in rows] == [("true", "10"), ("false", "20")]
        assert rows[0]["schoolId"] != rows[1]["schoolId"]
        assert not rows[0]["exitWithdrawDate"]


def test_days_away_reach_the_second_school_too(today, spells):
    """Present anywhere is present: a second school that said nothing would hide every absence."""
    shared = 0
    for student, rows in spells.items():
        for other in (row for row in rows if row["primarySchool"] == "false"):
            away = {day for day in today.away(student) if day in today.held(other)}
            said = set(today.absences.get((student, other["schoolId"]), {}))
            rolled = {r["date"] for r in today.rows("sectionAttendanceTaken") if r["schoolId"] == other["schoolId"]}
            assert said == away & rolled
            shared += len(said)
    assert shared > 20


def test_entries_and_exits_are_taught_days_of_their_calendar(today, spells):
    for rows in spells.values():
        for row in rows:
            days = today.taught[row["schoolId"], row["calendarCode"]]
            assert days[0] <= row["entryDate"] <= today.as_of
            assert not row["exitWithdrawDate"] or row["entryDate"] <= row["exitWithdrawDate"] <= today.as_of


def test_calendars_of_each_enrolment_exist(today, spells):
    have = {(row["schoolId"], row["calendarCode"]) for row in today.rows("calendars")}
    assert {(row["schoolId"], row["calendarCode"]) for rows in spells.values() for row in rows} <= have


def test_young_children_of_some_schools_start_late(today, spells):
    early = [row for rows in spells.values() for row in rows if row["calendarCode"] == "E"]
    assert len(early) > 50
    assert {row["entryGradeLevel"] for row in early} == {"TK", "KG"}
    kinds = {code for _, code in today.taught}
    assert kinds == {"R", "E", "C"}


def test_accounts_are_open_for_those_who_are_still_here(today, spells):
    still = {student for student, rows in spells.items() if not rows[-1]["exitWithdrawDate"]}
    enabled = {row["sourcedId"] for row in today.rows("users") if row["enabledUser"] == "true"}
    assert enabled & set(spells) == still


def test_the_roster_names_the_school_of_the_last_primary_enrolment(today, spells):
    school = {row["sourcedId"]: row["primaryOrgSourcedId"] for row in today.rows("users")}
    for student, rows in spells.items():
        assert school[student] == [row["schoolId"] for row in rows if row["primarySchool"] == "true"][-1]
