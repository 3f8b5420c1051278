"""Which files an extract has and which of their columns are read; any other is dropped before anything is kept.

Column names: OneRoster CSV binding 1.1 and 1.2; the attendance side files are named after Ed-Fi resources.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

BOOKKEEPING = "sourcedId status dateLastModified"


@dataclass(frozen=True)
class Layout:
    """One kind of file. `standard` is the order a strict OneRoster file must have; `mapped` is what we read."""

    file: str
    mapped: tuple[str, ...]
    needed: tuple[str, ...]
    standard: tuple[str, ...] = ()
    sensitive: frozenset[str] = frozenset()
    guarded: bool = False  # has standard columns that are nobody's business here: a ragged row is not kept

    @property
    def known(self) -> tuple[str, ...]:
        return (*self.standard, *(c for c in self.mapped if c not in self.standard))


def _roster(file: str, mapped: str, standard: str, *, needed: str = "", sensitive: str = "") -> Layout:
    return Layout(
        file,
        ("sourcedId", "status", *mapped.split()),
        ("sourcedId", *needed.split()),
        tuple(f"{BOOKKEEPING} {standard}".split()),
        frozenset(sensitive.split()),
        guarded=bool(sensitive),
    )


def _side(file: str, mapped: str, *, needed: str, sensitive: str = "", standard: str = "") -> Layout:
    columns = tuple(mapped.split())
    return Layout(file, columns, tuple(needed.split()), (*columns, *standard.split()), frozenset(sensitive.split()))


_SESSIONS = "title type startDate endDate parentSourcedId schoolYear"
_ORGS = "name type identifier parentSourcedId"
_CLASSES = (
    "title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds subjects subjectCodes "
    "periods"
)
_USERS_12 = (
    "enabledUser username userIds givenName familyName middleName identifier email sms phone agentSourcedIds grades "
    "password userMasterIdentifier preferredGivenName preferredMiddleName preferredFamilyName primaryOrgSourcedId "
    "pronouns"
)
_USERS_11 = (
    "enabledUser orgSourcedIds role username userIds givenName familyName middleName identifier email sms phone "
    "agentSourcedIds grades password"
)
_ROLES = "userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId"
_ENROLMENTS = "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate"
_DEMOGRAPHICS = (
    "birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican nativeHawaiianOrOtherPacificIslander "
    "white demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity countryOfBirthCode stateOfBirthAbbreviation "
    "cityOfBirth publicSchoolResidenceStatus"
)
_NAMES = "givenName familyName middleName preferredGivenName preferredFamilyName"

_SHARED = (
    _roster("academicSessions.csv", "type startDate endDate schoolYear", _SESSIONS, needed="type startDate endDate"),
    _roster("orgs.csv", _ORGS, _ORGS, needed="name type"),
    _roster("classes.csv", "schoolSourcedId", _CLASSES),
    _roster("enrollments.csv", "classSourcedId userSourcedId", _ENROLMENTS, needed="classSourcedId userSourcedId"),
    _roster(
        "demographics.csv",
        "birthDate sex metadata.homeLanguage",
        _DEMOGRAPHICS,
        sensitive="birthDate metadata.homeLanguage",
    ),
)
ONEROSTER = {
    "1.2": (
        *_SHARED,
        _roster("users.csv", f"{_NAMES} grades", _USERS_12, needed="givenName familyName", sensitive=_NAMES),
        _roster("roles.csv", "userSourcedId roleType role", _ROLES, needed="userSourcedId role"),
    ),
    "1.1": (
        *_SHARED,
        _roster("users.csv", f"{_NAMES} grades role", _USERS_11, needed="givenName familyName role", sensitive=_NAMES),
    ),
}

_CONTACT = "firstName lastSurname preferredFirstName email address1 address2 address3"
_PHONES = " ".join(
    f"phone{n} phone{n}Type phone{n}TextCapable phone{n}DoNotPublish phone{n}Priority" for n in range(1, 10)
)
_EVENT = "eventDate attendanceCode attendanceEventCategory eventDuration minutesAbsent"
_EVENT_UNREAD = "attendanceEventReason arrivalTime departureTime enteredAt enteredBy"
SIDE_FILES = (
    _side(
        "calendars.csv",
        "calendarCode schoolId schoolYear calendarType",
        needed="calendarCode schoolId",
        standard="gradeLevels",
    ),
    _side(
        "calendarDates.csv",
        "schoolId schoolYear calendarCode date calendarEvents instructionalMinutes",
        needed="schoolId calendarCode date calendarEvents",
    ),
    _side(
        "attendanceCodes.csv",
        "schoolYear schoolId code description category excused countsAsAbsence countsForTruancy countsForADA "
        "suspension independentStudy tardyOver30",
        needed="code countsAsAbsence",
    ),
    _side(
        "studentSchoolAssociations.csv",
        "studentUniqueId schoolId entryDate schoolYear calendarCode entryGradeLevel entryType exitWithdrawDate "
        "exitWithdrawType primarySchool enrollmentStatus",
        needed="studentUniqueId schoolId entryDate",
        standard="residencyStatus localExitCode",
    ),
    _side(
        "contacts.csv",
        f"contactUniqueId {_CONTACT} preferredLanguage city state postalCode {_PHONES}",
        needed="contactUniqueId",
        sensitive=f"{_CONTACT} city postalCode " + " ".join(f"phone{n}" for n in range(1, 10)),
    ),
    _side(
        "studentContactAssociations.csv",
        "studentUniqueId contactUniqueId relation legalGuardian livesWith primaryContactStatus "
        "emergencyContactStatus contactPriority contactRestrictions educationRightsHolder mailingReceives",
        needed="studentUniqueId contactUniqueId",
        sensitive="contactRestrictions",
    ),
    _side("studentPrograms.csv", "studentUniqueId program beginDate endDate", needed="studentUniqueId program"),
    _side(
        "studentSchoolAttendanceEvents.csv",
        f"studentUniqueId schoolId {_EVENT}",
        needed="studentUniqueId schoolId eventDate attendanceCode",
        standard=_EVENT_UNREAD,
    ),
    _side(
        "studentSectionAttendanceEvents.csv",
        f"studentUniqueId schoolId sectionIdentifier classPeriodName {_EVENT}",
        needed="studentUniqueId schoolId eventDate attendanceCode",
        standard=_EVENT_UNREAD,
    ),
    _side(
        "sectionAttendanceTaken.csv",
        "schoolId sectionIdentifier classPeriodName date",
        needed="schoolId sectionIdentifier date",
        standard="staffUniqueId takenAt",
    ),
)
EVENTS = ("studentSchoolAttendanceEvents.csv", "studentSectionAttendanceEvents.csv")
ALWAYS_NEEDED = ("calendars.csv", "calendarDates.csv", "studentSchoolAssociations.csv", "attendanceCodes.csv")
ROSTER_NEEDED = {
    "1.2": ("academicSessions.csv", "orgs.csv", "users.csv", "roles.csv"),
    "1.1": ("academicSessions.csv", "orgs.csv", "users.csv"),
}
ROSTER_MANIFEST, SIDE_MANIFEST = "manifest.csv", "manifest.json"

_CATALOGUE_11 = (
    "academicSessions categories classes classResources courses courseResources demographics enrollments lineItems "
    "orgs resources results users"
)
_CATALOGUE_12 = (
    f"{_CATALOGUE_11} lineItemLearningObjectiveIds lineItemScoreScales resultLearningObjectiveIds resultScoreScales "
    "roles scoreScales userProfiles userResources"
)
CATALOGUE = {"1.1": frozenset(_CATALOGUE_11.split()), "1.2": frozenset(_CATALOGUE_12.split())}

# Headers met in the wild, in lower case, beside what they should have been.
TYPOS = {
    "prefferedgivenname": "preferredGivenName",
    "prefferedmiddlename": "preferredMiddleName",
    "prefferedfamilyname": "preferredFamilyName",
    "datalastmodified": "dateLastModified",
}
TYPOS_IN = {"demographics.csv": {"usersourcedid": "sourcedId"}}

_REFUSED = re.compile(r"password|passwd|ssn|socialsec|immigra|citizenship|passport|undocumented|^visa|aliennumber")


def is_refused(column: str) -> bool:
    """Whether a column of this name is never read, whoever sends it: passwords, SSNs, immigration status."""
    return _REFUSED.search(re.sub(r"[^a-z]", "", column.lower())) is not None


def every_file() -> dict[str, str]:
    """Each file name we know in lower case -> as it should be written, the unread catalogue files included."""
    names = [ROSTER_MANIFEST, SIDE_MANIFEST, *(layout.file for layout in SIDE_FILES)]
    names += [f"{name}.csv" for name in CATALOGUE["1.2"]]
    return {name.lower(): name for name in names}
