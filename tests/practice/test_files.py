"""The rules of the two folders: names, headers, manifests, blanks, references and what must never be there."""

import hashlib
import json
import re

import pytest

from firstbell.practice import Plan, write

from .ledger import ROSTER, SIDE, Ledger, header, read

FIRST = "sourcedId,status,dateLastModified,"
HEADERS = {
    "academicSessions": FIRST + "title,type,startDate,endDate,parentSourcedId,schoolYear",
    "orgs": FIRST + "name,type,identifier,parentSourcedId",
    "courses": FIRST + "schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
    "classes": FIRST + "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,"
    "subjects,subjectCodes,periods",
    "users": FIRST + "enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,"
    "agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,"
    "primaryOrgSourcedId,pronouns",
    "roles": FIRST + "userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId",
    "enrollments": FIRST + "classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
    "demographics": FIRST + "birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,"
    "nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,"
    "countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus,metadata.homeLanguage",
    "calendars": "calendarCode,schoolId,schoolYear,calendarType,gradeLevels",
    "calendarDates": "schoolId,schoolYear,calendarCode,date,calendarEvents,instructionalMinutes",
    "studentSchoolAssociations": "studentUniqueId,schoolId,entryDate,schoolYear,calendarCode,entryGradeLevel,entryType,"
    "exitWithdrawDate,exitWithdrawType,primarySchool,enrollmentStatus,residencyStatus,localExitCode",
    "contacts": "contactUniqueId,firstName,lastSurname,preferredFirstName,preferredLanguage,email,"
    "phone1,phone1Type,phone1TextCapable,phone1DoNotPublish,phone2,phone2Type,phone2TextCapable,phone2DoNotPublish,"
    "phone3,phone3Type,phone3TextCapable,phone3DoNotPublish,address1,address2,city,state,postalCode",
    "studentContactAssociations": "studentUniqueId,contactUniqueId,relation,legalGuardian,livesWith,"
    "primaryContactStatus,emergencyContactStatus,contactPriority,contactRestrictions,educationRightsHolder,"
    "mailingReceives",
    "studentSchoolAttendanceEvents": "studentUniqueId,schoolId,eventDate,attendanceCode,attendanceEventCategory,"
    "attendanceEventReason,eventDuration,minutesAbsent,arrivalTime,departureTime,enteredAt,enteredBy",
    "studentSectionAttendanceEvents": "studentUniqueId,schoolId,sectionIdentifier,classPeriodName,eventDate,"
    "attendanceCode,minutesAbsent,enteredAt,enteredBy",
    "sectionAttendanceTaken": "schoolId,sectionIdentifier,classPeriodName,date,staffUniqueId,takenAt",
    "attendanceCodes": "schoolYear,schoolId,code,description,category,excused,countsAsAbsence,countsForTruancy,"
    "countsForADA,suspension,independentStudy,tardyOver30",
    "studentPrograms": "studentUniqueId,program,beginDate,endDate",
}
KEYS = {
    **dict.fromkeys(ROSTER, ("sourcedId",)),
    "calendars": ("calendarCode", "schoolId", "schoolYear"),
    "calendarDates": ("schoolId", "calendarCode", "date"),
    "studentSchoolAssociations": ("studentUniqueId", "schoolId", "entryDate"),
    "contacts": ("contactUniqueId",),
    "studentContactAssociations": ("studentUniqueId", "contactUniqueId"),
    "studentSectionAttendanceEvents": ("studentUniqueId", "schoolId", "classPeriodName", "eventDate"),
    "sectionAttendanceTaken": ("schoolId", "sectionIdentifier", "classPeriodName", "date"),
    "attendanceCodes": ("code",),
    "studentPrograms": ("studentUniqueId", "program"),
}
REFERENCES = [
    ("orgs", "parentSourcedId", "orgs", "sourcedId"),
    ("academicSessions", "parentSourcedId", "academicSessions", "sourcedId"),
    ("courses", "schoolYearSourcedId", "academicSessions", "sourcedId"),
    ("courses", "orgSourcedId", "orgs", "sourcedId"),
    ("classes", "courseSourcedId", "courses", "sourcedId"),
    ("classes", "schoolSourcedId", "orgs", "sourcedId"),
    ("users", "primaryOrgSourcedId", "orgs", "sourcedId"),
    ("roles", "userSourcedId", "users", "sourcedId"),
    ("roles", "orgSourcedId", "orgs", "sourcedId"),
    ("enrollments", "classSourcedId", "classes", "sourcedId"),
    ("enrollments", "userSourcedId", "users", "sourcedId"),
    ("enrollments", "schoolSourcedId", "orgs", "sourcedId"),
    ("demographics", "sourcedId", "users", "sourcedId"),
    ("calendars", "schoolId", "orgs", "sourcedId"),
    ("studentSchoolAssociations", "studentUniqueId", "users", "sourcedId"),
    ("studentSchoolAssociations", "schoolId", "orgs", "sourcedId"),
    ("studentContactAssociations", "studentUniqueId", "users", "sourcedId"),
    ("studentContactAssociations", "contactUniqueId", "contacts", "contactUniqueId"),
    ("studentPrograms", "studentUniqueId", "users", "sourcedId"),
    ("studentSchoolAttendanceEvents", "studentUniqueId", "users", "sourcedId"),
    ("studentSchoolAttendanceEvents", "schoolId", "orgs", "sourcedId"),
    ("studentSchoolAttendanceEvents", "attendanceCode", "attendanceCodes", "code"),
    ("studentSchoolAttendanceEvents", "enteredBy", "users", "sourcedId"),
    ("studentSectionAttendanceEvents", "studentUniqueId", "users", "sourcedId"),
    ("studentSectionAttendanceEvents", "sectionIdentifier", "classes", "sourcedId"),
    ("studentSectionAttendanceEvents", "attendanceCode", "attendanceCodes", "code"),
    ("studentSectionAttendanceEvents", "enteredBy", "users", "sourcedId"),
    ("sectionAttendanceTaken", "sectionIdentifier", "classes", "sourcedId"),
    ("sectionAttendanceTaken", "staffUniqueId", "users", "sourcedId"),
]
ABSENT = {
    "categories", "classResources", "courseResources", "lineItemLearningObjectiveIds", "lineItems",
    "lineItemScoreScales", "resources", "resultLearningObjectiveIds", "results", "resultScoreScales", "scoreScales",
    "userProfiles", "userResources",
}  # fmt: skip


@pytest.fixture(params=["today", "small", "autumn"])
def ledger(request) -> Ledger:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("name", HEADERS)
def test_headers_are_exact(small, name):
    assert ",".join(header(small.path(name))) == HEADERS[name]


@pytest.mark.parametrize("name", HEADERS)
def test_rows_are_as_wide_as_the_header_and_text_is_utf8(ledger, name):
    rows = ledger.rows(name)
    assert len(rows) > 0
    assert not any(None in row or None in row.values() for row in rows)
    raw = ledger.path(name).read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw


def test_folders_are_flat_and_hold_nothing_else(ledger):
    roster = {path.name for path in (ledger.folder / "oneroster").iterdir()}
    side = {path.name for path in (ledger.folder / "attendance").iterdir()}
    assert roster == {"manifest.csv", *(f"{name}.csv" for name in ROSTER)}
    assert side == {"manifest.json", *(f"{name}.csv" for name in SIDE)}


def test_oneroster_manifest_speaks_of_the_whole_catalogue(ledger):
    rows = read(ledger.folder / "oneroster" / "manifest.csv")
    said = {row["propertyName"]: row["value"] for row in rows}
    assert len(said) == len(rows) == 4 + 21
    assert (said["manifest.version"], said["oneroster.version"]) == ("1.0", "1.2")
    assert {name for name, value in said.items() if value == "bulk"} == {f"file.{name}" for name in ROSTER}
    assert {name for name, value in said.items() if value == "absent"} == {f"file.{name}" for name in ABSENT}


def test_attendance_manifest_counts_and_seals_every_file(ledger):
    manifest = ledger.manifest
    assert (manifest["schemaVersion"], manifest["schoolYear"]) == ("1.0", "2025-2026")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT23:30:00Z", manifest["asOf"])
    assert set(manifest["files"]) == {f"{name}.csv" for name in SIDE}
    for name, facts in manifest["files"].items():
        path = ledger.folder / "attendance" / name
        assert facts["rows"] == len(read(path))
        assert facts["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_summary_counts_the_same_rows(summary, today):
    assert summary.rows == {name: len(today.rows(name)) for name in sorted(HEADERS)}


@pytest.mark.parametrize("name", ROSTER)
def test_bulk_files_leave_status_and_date_blank(ledger, name):
    assert {(row["status"], row["dateLastModified"]) for row in ledger.rows(name)} == {("", "")}


@pytest.mark.parametrize("name", ROSTER)
def test_ids_are_guids_of_the_standard(ledger, name):
    guid = re.compile(r"[0-9A-Za-z./@_-]{1,255}")
    assert all(guid.fullmatch(row["sourcedId"]) for row in ledger.rows(name))


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_unique(ledger, name):
    keys = [tuple(row[column] for column in KEYS[name]) for row in ledger.rows(name)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(("name", "column", "target", "key"), REFERENCES)
def test_every_reference_resolves(ledger, name, column, target, key):
    known = {row[key] for row in ledger.rows(target)}
    assert {row[column] for row in ledger.rows(name)} - {""} <= known


def test_terms_of_classes_resolve(small):
    terms = {row["sourcedId"] for row in small.rows("academicSessions")}
    assert {term for row in small.rows("classes") for term in row["termSourcedIds"].split(",")} <= terms


def test_everyone_has_one_primary_role(ledger):
    roles = [row["userSourcedId"] for row in ledger.rows("roles") if row["roleType"] == "primary"]
    assert sorted(roles) == sorted(row["sourcedId"] for row in ledger.rows("users"))


@pytest.mark.parametrize("name", HEADERS)
def test_dates_and_booleans_have_the_standard_form(ledger, name):
    date, boolean = re.compile(r"|\d{4}-\d\d-\d\d"), {"", "true", "false"}
    for row in ledger.rows(name):
        for column, value in row.items():
            if column.endswith("Date") or column == "date":
                assert date.fullmatch(value), (column, value)
            if column in ("primary", "enabledUser", "primarySchool", "asian", "white", "livesWith", "legalGuardian"):
                assert value in boolean


@pytest.mark.parametrize("name", HEADERS)
def test_nothing_forbidden_is_written(ledger, name):
    columns = header(ledger.path(name))
    assert not [column for column in columns if re.search("ssn|social|immigra|citizen|visa", column, re.IGNORECASE)]
    for column in ("password", "countryOfBirthCode", "stateOfBirthAbbreviation", "cityOfBirth"):
        assert {row[column] for row in ledger.rows(name) if column in row} <= {""}


def test_nothing_looks_like_a_social_security_number(ledger):
    for name in ("users", "contacts", "demographics", "studentSchoolAssociations"):
        assert not re.search(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)", ledger.path(name).read_text(encoding="utf-8"))


def test_same_plan_same_bytes(small, tmp_path):
    again = write(Plan(students=300), tmp_path / "again").folder
    for path in sorted(small.folder.rglob("*.*")):
        assert (again / path.relative_to(small.folder)).read_bytes() == path.read_bytes(), path.name


def test_another_seed_is_another_district(small, tmp_path):
    other = Ledger(write(Plan(students=300, seed=7), tmp_path).folder)
    for name in ("users", "contacts", "studentSchoolAttendanceEvents", "studentSchoolAssociations"):
        assert other.path(name).read_bytes() != small.path(name).read_bytes()


def test_writing_over_an_older_extract_leaves_nothing_of_it(small, tmp_path):
    write(Plan(students=300, seed=7), tmp_path)
    write(Plan(students=300), tmp_path)
    for path in sorted(small.folder.rglob("*.*")):
        assert (tmp_path / path.relative_to(small.folder)).read_bytes() == path.read_bytes(), path.name


def test_progress_is_told(tmp_path):
    told: list[tuple[str, int]] = []
    write(Plan(students=300), tmp_path, progress=lambda name, done: told.append((name, done)))
    assert [done for name, done in told if name == "attendance"] == list(range(1, 13))
    assert {name for name, _ in told} >= {"users", "contacts", "calendarDates"}


def test_before_the_first_day_there_are_schools_but_no_students(tmp_path):
    folder = write(Plan(students=300), tmp_path, as_of=Plan().today.replace(2025, 8, 1)).folder
    ledger = Ledger(folder)
    assert ledger.rows("studentSchoolAssociations") == ledger.rows("demographics") == []
    assert len(ledger.rows("orgs")) == 1 + 3 + 12
    assert json.loads((folder / "attendance" / "manifest.json").read_text())["asOf"] == "2025-08-01T23:30:00Z"
