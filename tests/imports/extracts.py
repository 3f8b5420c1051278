"""A small invented district that writes itself as the canonical daily extract, to be changed before it is written.

    small = Small(as_of="2026-02-02T18:00:00Z")
    small.add(EVENTS, studentUniqueId="2001", schoolId="101", eventDate="2026-01-14", attendanceCode="U")
    small.change("users.csv", "2001", familyName="Ortega")
    folder = small.write(tmp_path / "extract")

It has three schools in two regions, two calendars in one of them, ten students, their families and their marks.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path

EVENTS = "studentSchoolAttendanceEvents.csv"
SECTION_EVENTS = "studentSectionAttendanceEvents.csv"
ENROLMENTS = "studentSchoolAssociations.csv"
FAMILY = "studentContactAssociations.csv"
CODES = "attendanceCodes.csv"
DAYS = "calendarDates.csv"
ROLL = "sectionAttendanceTaken.csv"
PROGRAMS = "studentPrograms.csv"

_B = "sourcedId,status,dateLastModified,"
HEADERS = {
    "academicSessions.csv": _B + "title,type,startDate,endDate,parentSourcedId,schoolYear",
    "orgs.csv": _B + "name,type,identifier,parentSourcedId",
    "courses.csv": _B + "schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
    "classes.csv": _B + "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,"
    "subjects,subjectCodes,periods",
    "users.csv": _B + "enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,"
    "agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,"
    "primaryOrgSourcedId,pronouns",
    "roles.csv": _B + "userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId",
    "enrollments.csv": _B + "classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
    "demographics.csv": _B + "birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,"
    "nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,"
    "countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus,metadata.homeLanguage",
    "calendars.csv": "calendarCode,schoolId,schoolYear,calendarType,gradeLevels",
    DAYS: "schoolId,schoolYear,calendarCode,date,calendarEvents,instructionalMinutes",
    CODES: "schoolYear,schoolId,code,description,category,excused,countsAsAbsence,countsForTruancy,countsForADA,"
    "suspension,independentStudy,tardyOver30",
    ENROLMENTS: "studentUniqueId,schoolId,entryDate,schoolYear,calendarCode,entryGradeLevel,entryType,"
    "exitWithdrawDate,exitWithdrawType,primarySchool,enrollmentStatus,residencyStatus,localExitCode",
    "contacts.csv": "contactUniqueId,firstName,lastSurname,preferredFirstName,preferredLanguage,email,phone1,"
    "phone1Type,phone1TextCapable,phone1DoNotPublish,phone2,phone2Type,address1,city,state,postalCode",
    FAMILY: "studentUniqueId,contactUniqueId,relation,legalGuardian,livesWith,primaryContactStatus,"
    "emergencyContactStatus,contactPriority,contactRestrictions,educationRightsHolder,mailingReceives",
    PROGRAMS: "studentUniqueId,program,beginDate,endDate",
    EVENTS: "studentUniqueId,schoolId,eventDate,attendanceCode,attendanceEventCategory,attendanceEventReason,"
    "eventDuration,minutesAbsent,arrivalTime,departureTime,enteredAt,enteredBy",
    SECTION_EVENTS: "studentUniqueId,schoolId,sectionIdentifier,classPeriodName,eventDate,attendanceCode,"
    "minutesAbsent,enteredAt,enteredBy",
    ROLL: "schoolId,sectionIdentifier,classPeriodName,date,staffUniqueId,takenAt",
}
USERS_11 = (
    _B + "enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,"
    "agentSourcedIds,grades,password"
)
ROSTER = tuple(HEADERS)[:8]
CATALOGUE_11 = [
    "academicSessions",
    "categories",
    "classes",
    "classResources",
    "courses",
    "courseResources",
    "demographics",
    "enrollments",
    "lineItems",
    "orgs",
    "resources",
    "results",
    "users",
]
CATALOGUE_12 = [
    *CATALOGUE_11,
    "lineItemLearningObjectiveIds",
    "lineItemScoreScales",
    "resultLearningObjectiveIds",
    "resultScoreScales",
    "roles",
    "scoreScales",
    "userProfiles",
    "userResources",
]

SCHOOLS = {"101": "Alder Creek Elementary", "102": "Ridgeline Middle", "103": "Mission Bell High"}
# key, given, family, born, grade, school
STUDENTS = (
    ("2001", "Maribel", "Ocampo-Reyes", "2016-03-09", "04", "101"),
    ("2002", "Narek", "Hovhannisyan", "2019-11-30", "TK", "101"),
    ("2003", "Thảo", "Nguyễn", "2018-01-15", "KG", "101"),
    ("2004", "Desmond", "O'Neal", "2013-06-21", "07", "102"),
    ("2005", "Lourdes", "Bautista", "2012-09-02", "08", "102"),
    ("2006", "Yeon-woo", "Pak", "2013-12-24", "06", "102"),
    ("2007", "Farideh", "Karimi", "2009-04-17", "11", "103"),
    ("2008", "José", "Ocampo-Reyes", "2010-07-05", "10", "103"),
    ("2009", "Kwame", "Adeyemi", "2008-02-29", "12", "103"),
    ("2010", "Solveig", "Lindqvist", "2011-10-12", "09", "103"),
)
CONTACTS = (
    ("3001", "Inés", "Reyes", "es", "(213) 555-0111", "Mobile"),
    ("3002", "Anahit", "Hovhannisyan", "hy", "(818) 555-0122", "Home"),
    ("3003", "Loretta", "O'Neal", "en", "(323) 555-0133", "Work"),
    ("3004", "Babak", "Karimi", "fa", "(310) 555-0144", "Mobile"),
)
KIN = (("2001", "3001"), ("2008", "3001"), ("2002", "3002"), ("2004", "3003"), ("2007", "3004"))
MARKS = (
    ("2001", "101", "2025-09-10", "U", "1", ""),
    ("2001", "101", "2025-09-11", "U", "1", ""),
    ("2001", "101", "2025-10-01", "E", "1", ""),
    ("2004", "102", "2025-09-12", "T", "", "12"),
    ("2007", "103", "2025-11-05", "E", "1", ""),
    ("2009", "103", "2025-12-02", "L", "", "45"),
)
_CODES = (
    ("U", "Unexcused", "Unexcused Absence", "N", "Y", "Y", "N", "", "", "N"),
    ("E", "Illness", "Excused Absence", "Y", "Y", "N", "N", "", "", "N"),
    ("X", "Not yet known", "", "", "Y", "N", "N", "", "", "N"),
    ("S", "Suspended", "", "Y", "Y", "N", "N", "OSS", "", "N"),
    ("N", "Study undone", "", "Y", "Y", "N", "N", "", "non-ADA", "N"),
    ("T", "Tardy", "Tardy", "N", "N", "N", "Y", "", "", "N"),
    ("L", "Late over 30 minutes", "", "N", "N", "Y", "Y", "", "", "Y"),
)
HOLIDAYS = {date(2025, 9, 1): "Holiday", date(2025, 11, 11): "Holiday"}
FIRST, LAST = date(2025, 8, 14), date(2026, 6, 10)

Row = dict[str, str]


class Small:
    """`rows` holds each file's rows by column; `raw` replaces a file's bytes; `claims` may lie in manifest.json."""

    def __init__(
        self,
        *,
        version: str = "1.2",
        as_of: str = "2026-01-30T18:00:00Z",
        school_year: str = "2025-2026",
        system: str = "Invented SIS",
    ) -> None:
        self.version, self.as_of, self.school_year, self.system = version, as_of, school_year, system
        self.headers = {file: header.split(",") for file, header in HEADERS.items()}
        self.rows: dict[str, list[Row]] = {file: [] for file in HEADERS}
        self.raw: dict[str, bytes] = {}
        self.claims: dict[str, dict[str, object]] = {}
        self.manifest: dict[str, str] = {}
        self._roster()
        self._school_days()
        self._people()
        if version == "1.1":
            self._as_11()

    def add(self, file: str, **cells: str) -> Small:
        """One more row; a column not in the header yet is put at its end."""
        self.headers[file] += [c for c in cells if c not in self.headers[file]]
        self.rows[file].append(cells)
        return self

    def change(self, file: str, key: str, **cells: str) -> Small:
        """Change every row whose first cell is `key`."""
        self.headers[file] += [c for c in cells if c not in self.headers[file]]
        first = self.headers[file][0]
        for row in self.rows[file]:
            if row.get(first) == key:
                row.update(cells)
        return self

    def remove(self, file: str, key: str | None = None) -> Small:
        """Leave out the rows whose first cell is `key`, or without a key the whole file."""
        if key is None:
            del self.rows[file]
            return self
        first = self.headers[file][0]
        self.rows[file] = [row for row in self.rows[file] if row.get(first) != key]
        return self

    def text(self, file: str) -> str:
        """The file as it would be written."""
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, self.headers[file], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows[file])
        return out.getvalue()

    def files(self) -> dict[str, bytes]:
        """Path inside the extract -> bytes, both manifests included."""
        every = {file: self.text(file).encode() for file in self.rows} | self.raw
        roster = {f: b for f, b in every.items() if f in ROSTER or f == "manifest.csv"}
        side = {f: b for f, b in every.items() if f not in roster}
        roster.setdefault("manifest.csv", self._manifest_csv(roster))
        side.setdefault("manifest.json", self._manifest_json(side))
        return {f"oneroster/{f}": b for f, b in roster.items()} | {f"attendance/{f}": b for f, b in side.items()}

    def write(self, folder: Path) -> Path:
        """Write as a folder with oneroster/ and attendance/ in it."""
        for name, data in self.files().items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        return folder

    def zip(self, path: Path) -> Path:
        """Write as one zip."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.files().items():
                archive.writestr(name, data)
        return path

    def _manifest_csv(self, roster: dict[str, bytes]) -> bytes:
        catalogue = CATALOGUE_11 if self.version == "1.1" else CATALOGUE_12
        said = {"manifest.version": "1.0", "oneroster.version": self.version}
        said |= {f"file.{name}": "bulk" if f"{name}.csv" in roster else "absent" for name in catalogue}
        said |= {"source.systemName": self.system} | self.manifest
        return "".join(f"{k},{v}\n" for k, v in {"propertyName": "value", **said}.items()).encode()

    def _manifest_json(self, side: dict[str, bytes]) -> bytes:
        files = {
            f: {"rows": len(self.rows.get(f, [])), "sha256": hashlib.sha256(b).hexdigest()} for f, b in side.items()
        }
        for file in self.raw:
            files.get(file, {}).pop("rows", None)
        for file, claim in self.claims.items():
            files[file] = files.get(file, {}) | claim
        said = {"schemaVersion": "1.0", "schoolYear": self.school_year, "asOf": self.as_of, "files": files}
        return json.dumps(said).encode()

    def _roster(self) -> None:
        year = {"schoolYear": "2026", "startDate": str(FIRST), "endDate": str(LAST)}
        self.add("academicSessions.csv", sourcedId="Y26", title="2025-2026", type="schoolYear", **year)
        term = year | {"endDate": "2025-12-19", "parentSourcedId": "Y26"}
        self.add("academicSessions.csv", sourcedId="F25", title="Fall", type="semester", **term)
        self.add("orgs.csv", sourcedId="1", name="Rosalia Unified", type="district")
        for key, name in (("11", "North"), ("12", "South")):
            self.add("orgs.csv", sourcedId=key, name=name, type="local", parentSourcedId="1")
        for key, name in SCHOOLS.items():
            above = "12" if key == "103" else "11"
            cds = f"1999999{key:0>7}"
            self.add("orgs.csv", sourcedId=key, name=name, type="school", identifier=cds, parentSourcedId=above)
            room = {"title": "Homeroom", "classType": "homeroom", "schoolSourcedId": key, "termSourcedIds": "Y26,F25"}
            self.add("classes.csv", sourcedId=f"HR{key}", courseSourcedId="HR", **room)
        self.add("courses.csv", sourcedId="HR", title="Homeroom", orgSourcedId="1", schoolYearSourcedId="Y26")

    def _school_days(self) -> None:
        span = (FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1))
        weekdays = [day for day in span if day.weekday() < 5]
        for school, code in (("101", "R"), ("101", "EK"), ("102", "R"), ("103", "R")):
            place = {"schoolId": school, "schoolYear": "2025-2026", "calendarCode": code}
            self.add("calendars.csv", calendarType="School", **place)
            for day in weekdays:
                event = HOLIDAYS.get(day, "Instructional day")
                self.add(DAYS, date=str(day), calendarEvents=event, instructionalMinutes="320", **place)
        columns = self.headers[CODES][2:]
        for code in _CODES:
            self.add(CODES, schoolYear="2025-2026", **dict(zip(columns, code, strict=True)))

    def _people(self) -> None:
        for student in STUDENTS:
            self.add_student(*student)
        for key, given, family, language, phone, kind in CONTACTS:
            name = {"firstName": given, "lastSurname": family, "preferredLanguage": language}
            home = {"address1": "418 Larkspur Court, Unit 2", "city": "Rosalia", "state": "CA", "postalCode": "90099"}
            self.add("contacts.csv", contactUniqueId=key, phone1=phone, phone1Type=kind, **name, **home)
        for student, contact in KIN:
            bond = {"relation": "Mother", "legalGuardian": "true", "livesWith": "true", "primaryContactStatus": "true"}
            self.add(FAMILY, studentUniqueId=student, contactUniqueId=contact, **bond)
        self.add(PROGRAMS, studentUniqueId="2003", program="EL", beginDate="2024-08-15")
        for mark in MARKS:
            self.add_mark(*mark)
        period = {"studentUniqueId": "2010", "schoolId": "103", "sectionIdentifier": "ALG-3"}
        period |= {"classPeriodName": "3", "eventDate": "2025-10-07", "attendanceCode": "U"}
        self.add(SECTION_EVENTS, **period)
        for section in ("ALG-3", "BIO-3"):
            self.add(ROLL, schoolId="103", sectionIdentifier=section, classPeriodName="3", date="2025-10-07")

    def add_student(self, key: str, given: str, family: str, born: str, grade: str, school: str) -> Small:
        """A student with a role, a birth date, a homeroom and an enrolment from the first day of school."""
        name = {"givenName": given, "familyName": family, "grades": grade}
        self.add("users.csv", sourcedId=key, enabledUser="true", username=f"s{key}", **name)
        self.add(
            "roles.csv", sourcedId=f"r{key}", userSourcedId=key, roleType="primary", role="student", orgSourcedId=school
        )
        self.add("demographics.csv", sourcedId=key, birthDate=born)
        room = {"classSourcedId": f"HR{school}", "schoolSourcedId": school, "role": "student"}
        self.add("enrollments.csv", sourcedId=f"e{key}", userSourcedId=key, **room)
        code = "EK" if grade in ("TK", "KG") else "R"
        place = {"schoolId": school, "schoolYear": "2025-2026", "calendarCode": code, "entryGradeLevel": grade}
        status = {"entryDate": str(FIRST), "primarySchool": "true", "enrollmentStatus": "10"}
        return self.add(ENROLMENTS, studentUniqueId=key, **place, **status)

    def add_mark(self, student: str, school: str, day: str, code: str, share: str = "1", minutes: str = "") -> Small:
        """A mark of the whole day."""
        mark = {"eventDate": day, "attendanceCode": code, "eventDuration": share, "minutesAbsent": minutes}
        return self.add(EVENTS, studentUniqueId=student, schoolId=school, **mark)

    def _as_11(self) -> None:
        roles = {row["userSourcedId"]: row for row in self.rows.pop("roles.csv")}
        self.headers["users.csv"] = USERS_11.split(",")
        for row in self.rows["users.csv"]:
            row["role"] = roles[row["sourcedId"]]["role"]
            row["orgSourcedIds"] = roles[row["sourcedId"]]["orgSourcedId"]
