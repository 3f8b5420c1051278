"""What was known on an earlier evening: a part of what is known now, but for corrections."""

from collections import Counter
from dataclasses import replace

import pytest

from firstbell.practice import Plan, write

from .conftest import AUTUMN
from .ledger import Ledger

FIXED = ("X", "U")


@pytest.fixture(params=["yesterday", "autumn"])
def earlier(request):
    return request.getfixturevalue(request.param)


def test_nothing_after_the_evening_is_known(earlier):
    assert max(day for _, _, day, _ in earlier.marks) <= earlier.as_of
    assert max(row["date"] for row in earlier.rows("sectionAttendanceTaken")) <= earlier.as_of
    for row in earlier.rows("studentSchoolAssociations"):
        assert row["entryDate"] <= earlier.as_of
        assert row["exitWithdrawDate"] <= earlier.as_of


def test_marks_only_appear_later_for_later_days(earlier, today):
    """A mark that is new today belongs to a day after the earlier evening."""
    new = today.marks.keys() - earlier.marks.keys()
    assert new
    assert min(day for _, _, day, _ in new) > earlier.as_of


def test_what_changed_was_open_before(earlier, today):
    changed = [(old, today.marks[key]) for key, old in earlier.marks.items() if today.marks.get(key, old) != old]
    assert changed
    assert {old for old, _ in changed} == set(FIXED)
    assert {now for _, now in changed} <= {"E", "M", "B", "J", "U"}


def test_withdrawn_marks_had_never_been_verified(earlier, today):
    gone = earlier.marks.keys() - today.marks.keys()
    assert gone
    assert {earlier.marks[key] for key in gone} == {"X"}
    assert len(gone) < len(earlier.marks) / 100


def test_dozens_of_corrections_since_yesterday(yesterday, today):
    students = {key[0] for key, old in yesterday.marks.items() if today.marks.get(key) != old}
    assert 100 < len(students) < 800


def test_a_correction_bears_the_day_it_was_made(yesterday, today):
    name = "studentSchoolAttendanceEvents"
    before = {(r["studentUniqueId"], r["eventDate"]): r for r in yesterday.rows(name)}
    for row in today.rows(name):
        old = before.get((row["studentUniqueId"], row["eventDate"]))
        if old and old["attendanceCode"] != row["attendanceCode"]:
            assert row["enteredAt"][:10] == today.as_of > old["enteredAt"][:10]


def test_unverified_marks_are_recent(today):
    days = sorted({day for _, _, day, _ in today.marks})
    open_days = Counter(day for (_, _, day, period), code in today.marks.items() if code == "X" and period in ("", "1"))
    assert open_days[days[-1]] > 100
    assert max(open_days) == days[-1]
    assert min(open_days) > days[-12] or sum(open_days[d] for d in open_days if d <= days[-12]) < 10


def test_some_students_fall_below_three_occasions_and_more_reach_them(yesterday, today):
    fell = [s for s in yesterday.by_student if len(yesterday.occasions(s)) == 3 and len(today.occasions(s)) == 2]
    rose = [s for s in today.by_student if len(yesterday.occasions(s)) < 3 <= len(today.occasions(s))]
    assert 1 <= len(fell) < len(rose) < 100


def test_students_not_yet_arrived_are_nowhere(autumn, today):
    known = {row["sourcedId"] for row in autumn.rows("users")}
    later = {row["studentUniqueId"] for row in today.rows("studentSchoolAssociations")} - known
    assert len(later) > 50
    for name in ("studentPrograms", "studentContactAssociations", "studentSchoolAssociations"):
        assert not {row["studentUniqueId"] for row in autumn.rows(name)} & later


def test_what_is_known_of_people_does_not_change(autumn, today):
    for name, key in (("demographics", "sourcedId"), ("contacts", "contactUniqueId"), ("classes", "sourcedId")):
        now = {row[key]: row for row in today.rows(name)}
        assert all(now[row[key]] == row for row in autumn.rows(name))


def test_the_calendar_does_not_foresee_the_storm(autumn, today):
    assert not {r["calendarEvents"] for r in autumn.rows("calendarDates")} & {"Weather day", "Make-up day"}
    closed = {(r["schoolId"], r["date"]) for r in today.rows("calendarDates") if r["calendarEvents"] == "Weather day"}
    planned = {(r["schoolId"], r["date"]): r["calendarEvents"] for r in autumn.rows("calendarDates")}
    assert {planned[key] for key in closed} == {"Instructional day"}


def test_today_is_the_evening_written_when_none_is_asked_for(tmp_path, small):
    asked = Ledger(write(Plan(students=300), tmp_path, as_of=Plan().today).folder)
    assert asked.marks == small.marks
    assert asked.manifest == small.manifest


def test_the_end_of_the_year_has_the_made_up_day(tmp_path):
    ledger = Ledger(write(Plan(students=300), tmp_path, as_of=Plan().today.replace(month=6, day=30)).folder)
    made_up = {(r["schoolId"], r["date"]) for r in ledger.rows("calendarDates") if r["calendarEvents"] == "Make-up day"}
    assert {(school, day) for _, school, day, _ in ledger.marks} & made_up
    assert {len(days) for days in ledger.taught.values()} == {180, 176, 172}


def test_when_settled_no_evening_corrects_an_earlier_one(tmp_path):
    plan = Plan(students=120, schools=6, seed=2, settled=True)
    first, last = (Ledger(write(plan, tmp_path / str(day), as_of=day).folder) for day in (AUTUMN, plan.today))
    assert {key: code for key, code in last.marks.items() if key[2] <= first.as_of} == first.marks
    open_ones = Ledger(write(replace(plan, settled=False), tmp_path / "open", as_of=AUTUMN).folder).marks
    assert {key for key, code in open_ones.items() if first.marks.get(key) != code}
    final = Ledger(write(replace(plan, settled=False), tmp_path / "final", as_of=plan.today).folder).marks
    differ = {key for key in final.keys() | last.marks.keys() if final.get(key) != last.marks.get(key)}
    assert min(day for _, _, day, _ in differ) > AUTUMN.isoformat()  # only what is not yet corrected today
