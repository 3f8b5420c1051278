"""The people to point at have truly the year that is told of them, recounted from the files."""

import pytest


@pytest.fixture(params=["usual", "smallest"])
def told(request, summary, today, small_summary, smallest):
    """(role -> keys, ledger) of a usual and of the smallest district."""
    return (summary.notable, today) if request.param == "usual" else (small_summary.notable, smallest)


def _one(told, role):
    keys, ledger = told
    (student,) = keys[role]
    return student, ledger


def _occasions_before_today(ledger, student):
    return [day for day in ledger.occasions(student) if day < ledger.as_of]


def test_every_role_is_played_by_a_student_on_the_roll(told):
    keys, ledger = told
    known = {row["studentUniqueId"] for row in ledger.rows("studentSchoolAssociations")}
    assert {
        "new_truant", "late_correction", "transferred", "sibling_pair", "wrong_phone_only", "severe",
        "returned_after_a_week", "no_contact",
    } <= set(keys)  # fmt: skip
    assert {student for students in keys.values() for student in students} <= known


def test_stories_are_told_of_different_students(told):
    keys, _ = told
    alone = [students[0] for role, students in keys.items() if role not in ("foster", "sibling_pair")]
    assert len(alone) == len(set(alone))


def test_new_truant_has_the_third_occasion_today(told):
    student, ledger = _one(told, "new_truant")
    assert len(_occasions_before_today(ledger, student)) == 2
    assert ledger.occasions(student)[-1] == ledger.as_of


def test_late_correction_falls_from_three_to_two(summary, yesterday, today):
    (student,) = summary.notable["late_correction"]
    before, after = yesterday.occasions(student), today.occasions(student)
    assert (len(before), len(after)) == (3, 2)
    (excused,) = set(before) - set(after)
    assert today.by_student[student][excused, ""] == "E"


def test_new_truant_was_not_one_yesterday(summary, yesterday):
    (student,) = summary.notable["new_truant"]
    assert len(yesterday.occasions(student)) == 2


def test_transferred_reaches_three_occasions_only_across_both_schools(told):
    student, ledger = _one(told, "transferred")
    first, second = sorted(ledger.enrolments(student), key=lambda row: row["entryDate"])
    assert first["schoolId"] != second["schoolId"]
    by_school = [len(ledger.absences[student, row["schoolId"]]) for row in (first, second)]
    assert by_school == [2, 1]
    assert len(ledger.occasions(student)) == 3


def test_siblings_share_a_contact_and_not_a_school(told):
    keys, ledger = told
    older, younger = keys["sibling_pair"]
    assert {r["contactUniqueId"] for r in ledger.contacts(older)} & {
        r["contactUniqueId"] for r in ledger.contacts(younger)
    }
    assert ledger.enrolments(older)[0]["schoolId"] != ledger.enrolments(younger)[0]["schoolId"]


def test_wrong_phone_only(told):
    student, ledger = _one(told, "wrong_phone_only")
    contacts = ledger.contacts(student)
    assert contacts
    for row in contacts:
        assert row["phone2"] == row["phone3"] == ""
        assert row["phone1"] in ("555-01", "disconnected") or row["phone1Type"] == "Fax"


def test_no_contact(told):
    student, ledger = _one(told, "no_contact")
    assert ledger.contacts(student) == []


def test_severe_misses_more_than_a_fifth(told):
    student, ledger = _one(told, "severe")
    assert 10 * len(ledger.away(student)) > 4 * len(ledger.days(student))
    assert len(ledger.occasions(student)) > 30


def test_returned_after_a_week(told):
    student, ledger = _one(told, "returned_after_a_week")
    days, away = ledger.days(student), ledger.away(student)
    assert away[-7:] == days[-8:-1]
    assert days[-1] == ledger.as_of not in away
    assert len(away) == 8


def test_away_now_has_been_away_two_weeks(told):
    student, ledger = _one(told, "away_now")
    assert ledger.away(student) == ledger.days(student)[-10:]
    assert [ledger.by_student[student][day, ""] for day in ledger.days(student)[-4:]] == ["X"] * 4


def test_perfect_has_no_mark_at_all(told):
    student, ledger = _one(told, "perfect")
    assert student not in ledger.by_student
    assert len(ledger.days(student)) > 140


def test_late_by_the_clock_needs_every_minute(told):
    student, ledger = _one(told, "late_by_the_clock")
    rows = [r for r in ledger.rows("studentSchoolAttendanceEvents") if r["studentUniqueId"] == student]
    assert sorted((r["attendanceCode"], r["minutesAbsent"]) for r in rows) == [
        ("L", "31"), ("L", "55"), ("T", "30"), ("U", ""),
    ]  # fmt: skip
    assert len(ledger.occasions(student)) == 3


def test_tardy_never_over_30_has_no_occasion(told):
    student, ledger = _one(told, "tardy_never_over_30")
    assert set(ledger.by_student[student].values()) == {"T"}
    assert ledger.occasions(student) == []


def test_under_six_is_too_young_for_truancy(told):
    student, ledger = _one(told, "under_six")
    (born,) = (row["birthDate"] for row in ledger.rows("demographics") if row["sourcedId"] == student)
    assert born > "2020-05-12"
    assert len(ledger.occasions(student)) == 7


def test_moves_have_people_too(told):
    keys, ledger = told
    for student in keys["no_show"]:
        assert [row["exitWithdrawType"] for row in ledger.enrolments(student)] == ["N470"]
    for student in keys["two_schools"]:
        assert {row["primarySchool"] for row in ledger.enrolments(student)} >= {"true"}
    for student in keys["came_back"]:
        assert len({row["schoolId"] for row in ledger.enrolments(student)}) == 1
