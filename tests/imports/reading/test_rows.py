"""One wrong row at a time: what is said of it, and that every other row still arrives."""

import pytest

from firstbell.imports.reading import read

from ..extracts import CODES, DAYS, ENROLMENTS, EVENTS, FAMILY, PROGRAMS, ROLL, SECTION_EVENTS, Small

MARK = {"studentUniqueId": "2005", "schoolId": "102", "eventDate": "2025-10-03", "attendanceCode": "U"}
PERIOD = MARK | {"sectionIdentifier": "SCI-2", "classPeriodName": "2"}
STAY = {
    "studentUniqueId": "2005",
    "schoolId": "103",
    "entryDate": "2026-02-02",
    "schoolYear": "2025-2026",
    "calendarCode": "R",
    "entryGradeLevel": "08",
}
DAY = {"schoolId": "103", "calendarCode": "R", "date": "2026-06-11", "calendarEvents": "Instructional day"}
KIN = {"studentUniqueId": "2005", "contactUniqueId": "3003"}
CODE = {"code": "Q", "countsAsAbsence": "Y"}
USER = {"sourcedId": "2099", "givenName": "Ottilie", "familyName": "Brandt", "grades": "05"}
SCHOOL = {"sourcedId": "104", "name": "Fern Hill", "type": "school"}

# name: file, the row, rule, column
REJECTED = {
    "mark of nobody": (EVENTS, MARK | {"studentUniqueId": "9"}, "unknown-student", "studentUniqueId"),
    "mark without a student": (EVENTS, MARK | {"studentUniqueId": " "}, "required", "studentUniqueId"),
    "mark of a student Excel rounded": (
        EVENTS,
        MARK | {"studentUniqueId": "1.0E+09"},
        "excel-number",
        "studentUniqueId",
    ),
    "mark in no school": (EVENTS, MARK | {"schoolId": "999"}, "unknown-school", "schoolId"),
    "mark in the district": (EVENTS, MARK | {"schoolId": "1"}, "unknown-school", "schoolId"),
    "mark with an unknown code": (EVENTS, MARK | {"attendanceCode": "??"}, "unknown-code", "attendanceCode"),
    "mark without code or category": (EVENTS, MARK | {"attendanceCode": ""}, "unknown-code", "attendanceCode"),
    "mark of an unknown category": (
        EVENTS,
        MARK | {"attendanceCode": "", "attendanceEventCategory": "Asleep"},
        "unknown-code",
        "attendanceCode",
    ),
    "mark without a day": (EVENTS, MARK | {"eventDate": ""}, "required", "eventDate"),
    "mark on no day": (EVENTS, MARK | {"eventDate": "2025-02-30"}, "date-format", "eventDate"),
    "mark on a day in words": (EVENTS, MARK | {"eventDate": "3 Oct 2025"}, "date-format", "eventDate"),
    "mark on an Excel serial": (EVENTS, MARK | {"eventDate": "45933"}, "excel-date", "eventDate"),
    "mark with a two-digit year": (EVENTS, MARK | {"eventDate": "10/3/25"}, "date-ambiguous", "eventDate"),
    "mark with the day first": (EVENTS, MARK | {"eventDate": "13/10/2025"}, "date-ambiguous", "eventDate"),
    "mark in a year of five digits": (EVENTS, MARK | {"eventDate": "20255-10-03"}, "date-format", "eventDate"),
    "mark before the school year": (EVENTS, MARK | {"eventDate": "2025-07-04"}, "outside-year", "eventDate"),
    "mark after the school year": (EVENTS, MARK | {"eventDate": "2026-07-04"}, "outside-year", "eventDate"),
    "mark of minus a minute": (EVENTS, MARK | {"minutesAbsent": "-1"}, "number", "minutesAbsent"),
    "mark of a month of minutes": (EVENTS, MARK | {"minutesAbsent": "43200"}, "number", "minutesAbsent"),
    "mark of half a minute": (EVENTS, MARK | {"minutesAbsent": "2.5"}, "number", "minutesAbsent"),
    "mark of two days": (EVENTS, MARK | {"eventDuration": "2"}, "share", "eventDuration"),
    "mark of no number": (EVENTS, MARK | {"eventDuration": "NaN"}, "share", "eventDuration"),
    "mark of words": (EVENTS, MARK | {"eventDuration": "all day"}, "share", "eventDuration"),
    "period mark without a period": (
        SECTION_EVENTS,
        PERIOD | {"sectionIdentifier": "", "classPeriodName": ""},
        "required",
        "classPeriodName",
    ),
    "roll of no school": (
        ROLL,
        {"schoolId": "9", "sectionIdentifier": "A", "date": "2025-10-03"},
        "unknown-school",
        "schoolId",
    ),
    "roll of no section": (ROLL, {"schoolId": "103", "date": "2025-10-03"}, "required", "sectionIdentifier"),
    "roll in August of next year": (
        ROLL,
        {"schoolId": "103", "sectionIdentifier": "A", "date": "2026-08-20"},
        "outside-year",
        "date",
    ),
    "stay of nobody": (ENROLMENTS, STAY | {"studentUniqueId": "9"}, "unknown-student", "studentUniqueId"),
    "stay in no school": (ENROLMENTS, STAY | {"schoolId": "9"}, "unknown-school", "schoolId"),
    "stay without an entry": (ENROLMENTS, STAY | {"entryDate": ""}, "required", "entryDate"),
    "stay that ends before it starts": (
        ENROLMENTS,
        STAY | {"exitWithdrawDate": "2026-02-01"},
        "exit-before-entry",
        "exitWithdrawDate",
    ),
    "stay of last year": (ENROLMENTS, STAY | {"schoolYear": "2024-2025"}, "other-year", "schoolYear"),
    "stay of no year": (ENROLMENTS, STAY | {"schoolYear": "soon"}, "other-year", "schoolYear"),
    "stay by an unknown calendar": (ENROLMENTS, STAY | {"calendarCode": "ZZ"}, "unknown-calendar", "calendarCode"),
    "stay by no calendar where there are two": (
        ENROLMENTS,
        STAY | {"schoolId": "101", "calendarCode": ""},
        "unknown-calendar",
        "calendarCode",
    ),
    "stay that is neither primary nor not": (ENROLMENTS, STAY | {"primarySchool": "perhaps"}, "flag", "primarySchool"),
    "stay told twice with another end": (
        ENROLMENTS,
        STAY | {"schoolId": "102", "entryDate": "2025-08-14", "exitWithdrawDate": "2026-01-09"},
        "duplicate-id",
        "studentUniqueId",
    ),
    "calendar day of no calendar": (DAYS, DAY | {"calendarCode": "ZZ"}, "unknown-calendar", "calendarCode"),
    "calendar day of another year": (DAYS, DAY | {"date": "2027-09-01"}, "outside-year", "date"),
    "calendar day without an event": (DAYS, DAY | {"calendarEvents": ""}, "required", "calendarEvents"),
    "calendar day of 25 hours": (DAYS, DAY | {"instructionalMinutes": "1500"}, "number", "instructionalMinutes"),
    "calendar of no school": ("calendars.csv", {"calendarCode": "R", "schoolId": "9"}, "unknown-school", "schoolId"),
    "calendar without a name": ("calendars.csv", {"schoolId": "101"}, "required", "calendarCode"),
    "code that counts or not": (CODES, CODE | {"countsAsAbsence": ""}, "required", "countsAsAbsence"),
    "code with a strange flag": (CODES, CODE | {"excused": "sometimes"}, "flag", "excused"),
    "code with a strange suspension": (CODES, CODE | {"suspension": "EXP"}, "suspension", "suspension"),
    "code with strange study": (CODES, CODE | {"independentStudy": "half"}, "study", "independentStudy"),
    "code told twice differently": (CODES, CODE | {"code": "U", "countsAsAbsence": "N"}, "duplicate-id", "schoolId"),
    "kin of nobody": (FAMILY, KIN | {"studentUniqueId": "9"}, "unknown-student", "studentUniqueId"),
    "kin of an unknown contact": (FAMILY, KIN | {"contactUniqueId": "9"}, "unknown-contact", "contactUniqueId"),
    "kin with a strange priority": (FAMILY, KIN | {"contactPriority": "first"}, "number", "contactPriority"),
    "kin who is maybe a guardian": (FAMILY, KIN | {"legalGuardian": "maybe"}, "flag", "legalGuardian"),
    "contact without an id": ("contacts.csv", {"firstName": "Ida"}, "required", "contactUniqueId"),
    "contact Excel rounded": ("contacts.csv", {"contactUniqueId": "3.0E+09"}, "excel-number", "contactUniqueId"),
    "contact told twice differently": (
        "contacts.csv",
        {"contactUniqueId": "3001", "firstName": "Ida"},
        "duplicate-id",
        "contactUniqueId",
    ),
    "program of nobody": (PROGRAMS, {"studentUniqueId": "9", "program": "EL"}, "unknown-student", "studentUniqueId"),
    "program without a name": (PROGRAMS, {"studentUniqueId": "2005"}, "required", "program"),
    "program that ends first": (
        PROGRAMS,
        {"studentUniqueId": "2005", "program": "EL", "beginDate": "2025-09-02", "endDate": "2025-09-01"},
        "end-before-start",
        "endDate",
    ),
    "user without an id": ("users.csv", USER | {"sourcedId": ""}, "required", "sourcedId"),
    "user without any name": ("users.csv", USER | {"givenName": "", "familyName": ""}, "required", "familyName"),
    "user Excel rounded": ("users.csv", USER | {"sourcedId": "2E+09"}, "excel-number", "sourcedId"),
    "user with a hidden sign in the id": (
        "users.csv",
        USER | {"sourcedId": "20\u200b99"},
        "id-characters",
        "sourcedId",
    ),
    "user with a turned-round id": ("users.csv", USER | {"sourcedId": "\u202e9902"}, "id-characters", "sourcedId"),
    "user with an endless id": ("users.csv", USER | {"sourcedId": "9" * 300}, "id-characters", "sourcedId"),
    "user told twice differently": ("users.csv", USER | {"sourcedId": "2001"}, "duplicate-id", "sourcedId"),
    "user marked as deleted": ("users.csv", USER | {"status": "tobedeleted"}, "to-be-deleted", "status"),
    "role of nobody": (
        "roles.csv",
        {"sourcedId": "r9", "userSourcedId": "9", "role": "student"},
        "unknown-user",
        "userSourcedId",
    ),
    "school without a name": ("orgs.csv", SCHOOL | {"name": ""}, "required", "name"),
    "term that ends first": (
        "academicSessions.csv",
        {"sourcedId": "T9", "type": "term", "startDate": "2026-01-05", "endDate": "2026-01-04"},
        "end-before-start",
        "endDate",
    ),
    "enrolment without an id": (
        "enrollments.csv",
        {"classSourcedId": "HR101", "userSourcedId": "2001"},
        "required",
        "sourcedId",
    ),
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The district before anything is added."""
    return read(Small().write(tmp_path_factory.mktemp("plain")))


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(("file", "cells", "rule", "column"), REJECTED.values(), ids=REJECTED)
def test_a_wrong_row_leaves_alone(tmp_path, plain, file, cells, rule, column, strict):
    small = Small().add(file, **cells)
    line = len(small.rows[file]) + 1
    extract = read(small.write(tmp_path / "day"), strict=strict)
    found = [r for r in extract.remarks if r.kind == "rejected"]
    assert [(r.file, r.row, r.column, r.rule) for r in found] == [(file, line, column, rule)]
    assert found[0].expected
    assert found[0].remedy
    assert extract.rejects[file].select("_row", "_reason").rows() == [(line, rule)]
    assert extract.rows[file] == {"read": line - 1, "kept": line - 2, "rejected": 1}
    for name, frame in plain.tables.items():
        assert frame.equals(extract.tables[name]), name


def test_a_rejected_row_comes_back_as_it_was(tmp_path):
    small = Small().add(EVENTS, **MARK | {"attendanceCode": "??", "minutesAbsent": "07"})
    row = read(small.write(tmp_path)).rejects[EVENTS].row(0, named=True)
    assert {k: v for k, v in row.items() if v and k[0] != "_"} == MARK | {"attendanceCode": "??", "minutesAbsent": "07"}


def test_the_remedy_names_the_calendars_a_school_has(tmp_path):
    small = Small()
    for student, school in (("2005", "101"), ("2006", "103"), ("2007", "101")):
        small.add(ENROLMENTS, **STAY | {"studentUniqueId": student, "schoolId": school, "calendarCode": "ZZ"})
    remarks = [r for r in read(small.write(tmp_path)).remarks if r.kind == "rejected"]
    assert ["R, EK" in r.remedy for r in remarks] == [True, False, True]


# name: file, the row, rule; in strict mode the same row is rejected
FIXED = {
    "American date": (EVENTS, MARK | {"eventDate": "10/3/2025"}, "date-american"),
    "date with a time": (EVENTS, MARK | {"eventDate": "2025-10-03T00:00:00Z"}, "date-time"),
    "code from its category": (
        EVENTS,
        MARK | {"attendanceCode": "", "attendanceEventCategory": "unexcused absence"},
        "code-blank",
    ),
    "the only calendar": (ENROLMENTS, STAY | {"calendarCode": ""}, "calendar-blank"),
    "grade 9": (ENROLMENTS, STAY | {"entryGradeLevel": "9"}, "grade-format"),
    "grade in words": (ENROLMENTS, STAY | {"entryGradeLevel": "Ninth grade"}, "grade-format"),
    "grade nobody knows": (ENROLMENTS, STAY | {"entryGradeLevel": "senior"}, "grade-unknown"),
    "two grades": ("users.csv", USER | {"grades": "05,06"}, "grade-format"),
    "status in a full file": ("users.csv", USER | {"status": "active"}, "status-filled"),
    "one name only": ("users.csv", USER | {"familyName": ""}, "name-missing"),
    "hidden characters in a name": ("users.csv", USER | {"givenName": "Otti\u202elie"}, "hidden-characters"),
    "language in words": ("contacts.csv", {"contactUniqueId": "3009", "preferredLanguage": "Spanish!"}, "language"),
    "phone that may or may not take texts": (
        "contacts.csv",
        {"contactUniqueId": "3009", "phone1": "1", "phone1TextCapable": "maybe"},
        "flag",
    ),
    "two primary roles": (
        "roles.csv",
        {"sourcedId": "r99", "userSourcedId": "2001", "roleType": "primary", "role": "aide"},
        "two-primary-roles",
    ),
    "enrolment in an absent class": (
        "enrollments.csv",
        {"sourcedId": "e99", "classSourcedId": "GONE", "userSourcedId": "2001"},
        "unknown-class",
    ),
}


@pytest.mark.parametrize(("file", "cells", "rule"), FIXED.values(), ids=FIXED)
def test_a_slip_is_set_right_or_in_strict_mode_rejected(tmp_path, file, cells, rule):
    small = Small().add(file, **cells)
    line = len(small.rows[file]) + 1
    folder = small.write(tmp_path)
    lenient, strict = read(folder), read(folder, strict=True)
    assert (file, rule, line) in {(r.file, r.rule, r.row) for r in lenient.remarks if r.kind == "fixed"}
    assert lenient.rejects == {}
    assert strict.rejects[file]["_row"].to_list() == [line]
    assert [r.rule for r in strict.remarks if r.kind == "rejected"] == [rule]


def test_the_same_slip_in_many_rows_is_one_remark(tmp_path):
    small = Small()
    for row in small.rows[EVENTS]:
        year, month, day = row["eventDate"].split("-")
        row["eventDate"] = f"{int(month)}/{int(day)}/{year}"
    extract = read(small.write(tmp_path))
    fixed = [(r.row, r.rule, r.found) for r in extract.remarks if r.kind == "fixed"]
    assert fixed == [(2, "date-american", "9/10/2025 (6 rows)")]
    assert extract.tables["marks"].equals(read(Small().write(tmp_path / "iso")).tables["marks"])


def test_one_day_first_date_makes_all_slashed_dates_suspect(tmp_path):
    small = Small().add(EVENTS, **MARK | {"eventDate": "3/10/2025"}).add(EVENTS, **MARK | {"eventDate": "23/10/2025"})
    extract = read(small.write(tmp_path))
    assert extract.rejects[EVENTS]["_reason"].to_list() == ["date-ambiguous"] * 2


@pytest.mark.parametrize(
    ("file", "cells"),
    [
        (EVENTS, MARK),
        (ENROLMENTS, STAY),
        (FAMILY, KIN),
        (CODES, CODE),
        (DAYS, DAY),
        (PROGRAMS, {"studentUniqueId": "2005", "program": "EL"}),
        ("contacts.csv", {"contactUniqueId": "3009"}),
        ("orgs.csv", SCHOOL),
        ("calendars.csv", {"calendarCode": "S", "schoolId": "103"}),
    ],
)
def test_the_same_row_twice_counts_once(tmp_path, file, cells):
    once, twice = Small().add(file, **cells), Small().add(file, **cells).add(file, **cells)
    first, second = read(once.write(tmp_path / "once")), read(twice.write(tmp_path / "twice"))
    assert [(r.kind, r.rule, r.file) for r in second.remarks if r.kind != "dropped"] == [
        ("note", "same-row-twice", file)
    ]
    assert second.rows[file]["kept"] == second.rows[file]["read"] == first.rows[file]["read"] + 1
    for name, frame in first.tables.items():
        assert frame.equals(second.tables[name]), name


def test_two_codes_on_one_day_are_both_kept(tmp_path):
    small = Small().add(EVENTS, **MARK).add(EVENTS, **MARK | {"attendanceCode": "T"})
    marks = read(small.write(tmp_path)).tables["marks"].filter(student_key="2005")
    assert sorted(marks["code"]) == ["T", "U"]


def test_marks_on_a_sunday_or_after_leaving_are_kept(tmp_path):
    small = Small().change(ENROLMENTS, "2005", exitWithdrawDate="2025-09-30")
    small.add(EVENTS, **MARK).add(EVENTS, **MARK | {"eventDate": "2025-10-05"})
    extract = read(small.write(tmp_path))
    assert extract.tables["marks"].filter(student_key="2005").height == 2
    assert extract.rejects == {}


@pytest.mark.parametrize(
    ("given", "grade"),
    [("9", "09"), ("k", "KG"), ("KN", "KG"), ("TK", "TK"), ("", "08"), ("12", "12"), ("UG", "UN"), ("Grade 3", "03")],
)
def test_grades(tmp_path, given, grade):
    small = Small().change(ENROLMENTS, "2005", entryGradeLevel=given)
    assert read(small.write(tmp_path)).tables["enrolments"].filter(student_key="2005")["grade"].item() == grade


@pytest.mark.parametrize(
    ("given", "share"),
    [("", -1), ("0", 0), ("0.5", 50), ("0.29", 29), ("1", 100), ("1.00", 100), (".25", 25), ("0.335", 34)],
)
def test_shares_are_hundredths(tmp_path, given, share):
    small = Small().add(EVENTS, **MARK | {"eventDuration": given})
    assert read(small.write(tmp_path)).tables["marks"].filter(student_key="2005")["share"].item() == share


@pytest.mark.parametrize(
    ("given", "tag"), [("ES", "es"), ("zh-Hant", "zh-Hant"), ("hy", "hy"), ("", None), ("12", None)]
)
def test_languages(tmp_path, given, tag):
    small = Small().change("demographics.csv", "2005", **{"metadata.homeLanguage": given, "sex": "Female"})
    row = read(small.write(tmp_path)).tables["students"].filter(key="2005")
    assert row.select("language", "sex").rows() == [(tag, "female")]


@pytest.mark.parametrize("born", ["2031-01-01", "1875-05-05", "12/25/14"])
def test_a_wrong_birth_date_does_not_lose_the_student_nor_show_the_date(tmp_path, born):
    extract = read(Small().change("demographics.csv", "2005", birthDate=born).write(tmp_path))
    student = extract.tables["students"].filter(key="2005").row(0, named=True)
    assert (student["given"], student["born_on"]) == ("Lourdes", None)
    found = [r.found for r in extract.remarks if r.kind == "rejected"]
    assert len(found) == 1
    assert born not in found[0]
    assert set(found[0]) <= set("9-/")


def test_long_values_are_cut_and_line_breaks_taken_out(tmp_path):
    small = Small().add(EVENTS, **MARK | {"attendanceCode": "\x1b[31m" + "Z" * 300})
    found = [r.found for r in read(small.write(tmp_path)).remarks if r.kind == "rejected"]
    assert [len(f) for f in found] == [60]
    assert "\x1b" not in found[0]


def test_remarks_are_a_sequence_in_order_of_file_and_row(tmp_path):
    small = Small()
    for n in range(5):
        small.add(EVENTS, **MARK | {"studentUniqueId": f"9{n}"})
    remarks = read(small.write(tmp_path)).remarks
    assert len(remarks) == len(list(remarks)) == remarks.frame.height
    assert remarks[0] == next(iter(remarks))
    assert list(remarks[:3]) == list(remarks)[:3]
    assert remarks == list(remarks)
    assert remarks != 3
    places = [(r.file, r.row or 0) for r in remarks]
    assert places == sorted(places)
    assert "row 8" in str(next(r for r in remarks if r.kind == "rejected"))
