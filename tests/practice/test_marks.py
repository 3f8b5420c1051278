"""The attendance rows themselves: where they may lie, what each must say, and how rolls and marks agree."""

from collections import Counter, defaultdict

import pytest

WHOLE, PERIOD = "studentSchoolAttendanceEvents", "studentSectionAttendanceEvents"


@pytest.fixture(params=["today", "small", "autumn"])
def ledger(request):
    return request.getfixturevalue(request.param)


def _held(ledger):
    held = defaultdict(set)
    for row in ledger.rows("studentSchoolAssociations"):
        held[row["studentUniqueId"], row["schoolId"]].update(ledger.held(row))
    return held


def test_marks_lie_on_taught_days_of_an_enrolment(ledger):
    held = _held(ledger)
    stray = [key for key in ledger.marks if key[2] not in held[key[0], key[1]]]
    assert ledger.marks
    assert stray == []


def test_one_whole_day_mark_a_day_but_for_a_tardy_beside_a_mistake(ledger):
    keys = Counter((r["studentUniqueId"], r["schoolId"], r["eventDate"]) for r in ledger.rows(WHOLE))
    doubled = {key for key, count in keys.items() if count > 1}
    assert len(doubled) <= len(keys) / 1000
    codes = [r["attendanceCode"] for r in ledger.rows(WHOLE)
             if (r["studentUniqueId"], r["schoolId"], r["eventDate"]) in doubled]  # fmt: skip
    assert set(codes) <= {"X", "T", "L", "P"}


@pytest.mark.parametrize(
    ("code", "minutes", "duration", "clock"),
    [
        ("E", None, "1", None), ("U", None, "1", None), ("X", None, "1", None), ("M", None, "1", None),
        ("T", range(1, 31), "share", "arrivalTime"), ("L", range(31, 300), "share", "arrivalTime"),
        ("P", range(31, 300), "share", "departureTime"),
    ],
)  # fmt: skip
def test_what_a_daily_row_says(today, code, minutes, duration, clock):
    rows = [row for row in today.rows(WHOLE) if row["attendanceCode"] == code]
    assert len(rows) > 50
    for row in rows:
        assert row["minutesAbsent"] == "" if minutes is None else int(row["minutesAbsent"]) in minutes
        assert row["eventDuration"] == "1" if duration == "1" else 0 <= float(row["eventDuration"]) < 1
        assert {c for c in ("arrivalTime", "departureTime") if row[c]} == ({clock} if clock else set())


def test_late_by_is_the_arrival_after_eight(today):
    for row in today.rows(WHOLE):
        if row["arrivalTime"]:
            hours, minutes, _ = map(int, row["arrivalTime"].split(":"))
            assert hours * 60 + minutes - 480 == int(row["minutesAbsent"])


def test_category_and_reason_are_those_of_the_code(ledger):
    table = {row["code"]: (row["category"], row["description"]) for row in ledger.rows("attendanceCodes")}
    for row in ledger.rows(WHOLE):
        assert (row["attendanceEventCategory"], row["attendanceEventReason"]) == table[row["attendanceCode"]]


@pytest.mark.parametrize("name", [WHOLE, PERIOD])
def test_marks_were_entered_between_their_day_and_the_extract(ledger, name):
    for row in ledger.rows(name):
        assert row["eventDate"] <= row["enteredAt"] <= ledger.manifest["asOf"]


def test_unverified_is_neither_excused_nor_truant(today):
    codes = {row["code"]: row for row in today.rows("attendanceCodes")}
    assert (codes["X"]["excused"], codes["X"]["countsAsAbsence"], codes["X"]["countsForTruancy"]) == ("", "Y", "N")
    assert [code for code, row in codes.items() if row["countsForTruancy"] == "Y"] == ["U", "L"]
    assert [code for code, row in codes.items() if row["countsAsAbsence"] == "N"] == ["I", "A", "T", "L", "P"]
    assert (codes["S"]["suspension"], codes["I"]["suspension"]) == ("OSS", "ISS")
    assert (codes["N"]["independentStudy"], codes["A"]["independentStudy"]) == ("non-ADA", "ADA")
    assert [code for code, row in codes.items() if row["tardyOver30"] == "Y"] == ["L"]


def test_every_code_is_used(today):
    assert set(today.marks.values()) == {row["code"] for row in today.rows("attendanceCodes")}


def test_young_schools_take_roll_by_day_and_the_others_by_period(today):
    level = {row["sourcedId"]: row["name"] for row in today.rows("orgs")}
    rolled = {row["schoolId"] for row in today.rows("sectionAttendanceTaken")}
    assert {row["schoolId"] for row in today.rows(PERIOD)} == rolled
    assert all("Elementary" not in level[school] and "TK-8" not in level[school] for school in rolled)
    assert len(rolled) == 5


def test_half_of_the_period_schools_write_no_daily_row(today):
    second = {
        (row["studentUniqueId"], row["schoolId"])
        for row in today.rows("studentSchoolAssociations")
        if row["primarySchool"] == "false"
    }
    rolled = {row["schoolId"] for row in today.rows("sectionAttendanceTaken")}
    daily = {r["schoolId"] for r in today.rows(WHOLE) if (r["studentUniqueId"], r["schoolId"]) not in second}
    assert 2 <= len(rolled - daily) <= 3


def test_daily_and_period_rows_of_a_day_agree(today):
    """A whole day away is the same code in all six periods, where a school writes both."""
    periods = defaultdict(dict)
    for (student, school, day, period), code in today.marks.items():
        if period:
            periods[student, school, day][period] = code
    both = [(key, code) for (*key, period), code in today.marks.items() if not period and tuple(key) in periods]
    assert len(both) > 1000
    for key, code in both:
        assert set(periods[tuple(key)]) == set("123456")
        assert set(periods[tuple(key)].values()) == {code}


def test_partial_days_miss_at_most_three_periods(today):
    periods = defaultdict(list)
    for (student, school, day, period), code in today.marks.items():
        if period and code in today.absence_codes:
            periods[student, school, day].append(int(period))
    sizes = Counter(len(some) for some in periods.values())
    assert set(sizes) == {1, 2, 3, 6}
    assert sizes[1] > sizes[2] > sizes[3] > 0
    for some in periods.values():
        assert sorted(some) == list(range(min(some), min(some) + len(some)))


def test_a_section_belongs_to_its_school_and_period(today):
    classes = {row["sourcedId"]: (row["schoolSourcedId"], row["periods"]) for row in today.rows("classes")}
    for name in (PERIOD, "sectionAttendanceTaken"):
        assert all(classes[r["sectionIdentifier"]] == (r["schoolId"], r["classPeriodName"]) for r in today.rows(name))


def test_a_student_keeps_the_same_section_all_year(today):
    sections = defaultdict(set)
    for row in today.rows(PERIOD):
        sections[row["studentUniqueId"], row["schoolId"], row["classPeriodName"]].add(row["sectionIdentifier"])
    entries = Counter((r["studentUniqueId"], r["schoolId"]) for r in today.rows("studentSchoolAssociations"))
    assert all(len(some) <= entries[student, school] for (student, school, _), some in sections.items())


def test_on_a_few_days_a_school_took_no_roll_and_then_there_are_no_marks(today):
    rolled = defaultdict(set)
    for row in today.rows("sectionAttendanceTaken"):
        rolled[row["schoolId"]].add(row["date"])
    marked = {(school, day) for _, school, day, _ in today.marks}
    for school, days in rolled.items():
        (calendar,) = (taught for (key, _), taught in today.taught.items() if key == school)
        untaken = set(calendar) - days
        assert len(untaken) == 2
        assert not {(school, day) for day in untaken} & marked


def test_a_few_single_rolls_are_missing(today):
    sections = sum(row["classType"] == "scheduled" for row in today.rows("classes"))
    rolls = len(today.rows("sectionAttendanceTaken"))
    days = len({row["date"] for row in today.rows("sectionAttendanceTaken")})
    assert 0.9 < rolls / (sections * days) < 1


def test_storms_closed_some_schools_for_a_day_that_is_made_up(today):
    closed = {row["schoolId"] for row in today.rows("calendarDates") if row["calendarEvents"] == "Weather day"}
    made_up = {row["schoolId"] for row in today.rows("calendarDates") if row["calendarEvents"] == "Make-up day"}
    assert closed == made_up
    assert 1 <= len(closed) <= 4


def test_every_calendar_says_why_there_is_no_school(today):
    events = Counter(row["calendarEvents"] for row in today.rows("calendarDates"))
    assert set(events) == {
        "Instructional day", "Holiday", "Non-instructional day", "Teacher only day", "Weather day", "Make-up day",
    }  # fmt: skip
    for row in today.rows("calendarDates"):
        assert bool(row["instructionalMinutes"]) is (row["calendarEvents"] in ("Instructional day", "Make-up day"))
