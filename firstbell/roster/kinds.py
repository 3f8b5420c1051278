"""How each kind of row of the daily extract meets its table: key, values, look-ups, and what a missing row means."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Kind:
    """One table of the extract.

    `select` reads the staged rows (`s`) with foreign keys looked up; `domain` limits the stored rows (`t`) the
    extract speaks for: a live row of the domain that the extract lacks is withdrawn. `file` is the file that must be
    there for that: silence about a file withdraws nothing.
    """

    name: str
    table: str
    stage: dict[str, str]
    key: tuple[str, ...]
    values: tuple[str, ...]
    select: str = "select s.* from stage s"
    domain: str = "true"
    file: str = ""
    loose_key: frozenset[str] = field(default_factory=frozenset)

    @property
    def columns(self) -> tuple[str, ...]:
        return self.key + self.values


_TEXT = "text"
_FLAG = "boolean"
_YEAR = "t.year = %(year)s"


def _text(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, _TEXT)


KINDS = (
    Kind("regions", "region", _text("key", "name"), ("key",), ("name",), file="orgs.csv"),
    Kind(
        "schools", "school", _text("key", "name", "state_id", "region_key"), ("key",),
        ("name", "state_id", "region_id"),
        "select s.key, s.name, s.state_id, r.id as region_id from stage s left join region r on r.key = s.region_key",
        file="orgs.csv",
    ),
    Kind(
        "years", "school_year", {"year": "smallint", "name": _TEXT, "starts": "date", "ends": "date"},
        ("year",), ("name", "starts", "ends"), domain=_YEAR, file="academicSessions.csv",
    ),
    Kind(
        "calendars", "calendar", {"school_key": _TEXT, "year": "smallint", "code": _TEXT, "kind": _TEXT},
        ("school_id", "year", "code"), ("kind",),
        "select c.id as school_id, s.year, s.code, s.kind from stage s join school c on c.key = s.school_key",
        _YEAR, "calendars.csv",
    ),
    Kind(
        "calendar_days", "calendar_day",
        {"school_key": _TEXT, "year": "smallint", "code": _TEXT, "day": "date", "event": _TEXT, "minutes": "smallint"},
        ("calendar_id", "day"), ("event", "minutes"),
        "select k.id as calendar_id, s.day, s.event, s.minutes from stage s join school c on c.key = s.school_key"
        " join calendar k on k.school_id = c.id and k.year = s.year and k.code = s.code",
        "t.calendar_id in (select id from calendar where year = %(year)s)", "calendarDates.csv",
    ),
    Kind(
        "codes", "attendance_code",
        {"year": "smallint", "school_key": _TEXT, "code": _TEXT, "description": _TEXT, "category": _TEXT,
         "excused": _FLAG, "absence": _FLAG, "truancy": _FLAG, "ada": _FLAG, "suspension": _TEXT, "study": _TEXT,
         "over30": _FLAG},
        ("year", "school_id", "code"),
        ("description", "category", "excused", "absence", "truancy", "ada", "suspension", "study", "over30"),
        "select s.year, c.id as school_id, s.code, s.description, s.category, s.excused, s.absence, s.truancy, s.ada,"
        " coalesce(s.suspension, '') as suspension, coalesce(s.study, '') as study, s.over30"
        " from stage s left join school c on c.key = s.school_key",
        _YEAR, "attendanceCodes.csv", frozenset({"school_id"}),
    ),
    Kind(
        "students", "student",
        {**_text("key", "given", "middle", "family", "preferred_given", "preferred_family"), "born_on": "date",
         **_text("sex", "grade", "language")},
        ("key",),
        ("given", "middle", "family", "preferred_given", "preferred_family", "born_on", "sex", "grade", "language"),
        file="users.csv",
    ),
    Kind(
        "contacts", "contact",
        _text("key", "given", "family", "preferred_given", "language", "email", "address", "city", "state", "postal"),
        ("key",), ("given", "family", "preferred_given", "language", "email", "address", "city", "state", "postal"),
        file="contacts.csv",
    ),
    Kind(
        "phones", "phone",
        {"contact_key": _TEXT, "place": "smallint", "number": _TEXT, "kind": _TEXT, "text_ok": _FLAG, "private": _FLAG},
        ("contact_id", "place"), ("number", "kind", "text_ok", "private"),
        "select c.id as contact_id, s.place, s.number, s.kind, s.text_ok, coalesce(s.private, false) as private"
        " from stage s join contact c on c.key = s.contact_key",
        file="contacts.csv",
    ),
    Kind(
        "family", "family_link",
        {"student_key": _TEXT, "contact_key": _TEXT, "relation": _TEXT, "guardian": _FLAG, "lives_with": _FLAG,
         "primary": _FLAG, "emergency": _FLAG, "priority": "smallint", "restrictions": _TEXT, "rights_holder": _FLAG,
         "mailing": _FLAG},
        ("student_id", "contact_id"),
        ("relation", "guardian", "lives_with", "primary", "emergency", "priority", "restrictions", "rights_holder",
         "mailing"),
        'select st.id as student_id, c.id as contact_id, s.relation, s.guardian, s.lives_with, s."primary",'
        " s.emergency, s.priority, s.restrictions, s.rights_holder, s.mailing from stage s"
        " join student st on st.key = s.student_key join contact c on c.key = s.contact_key",
        file="studentContactAssociations.csv",
    ),
    Kind(
        "enrolments", "enrolment",
        {"student_key": _TEXT, "school_key": _TEXT, "year": "smallint", "entry_on": "date", "calendar_code": _TEXT,
         "grade": _TEXT, "entry_code": _TEXT, "exit_on": "date", "exit_code": _TEXT, "primary": _FLAG, "status": _TEXT},
        ("student_id", "school_id", "year", "entry_on"),
        ("calendar_id", "grade", "entry_code", "exit_on", "exit_code", "primary", "status"),
        "select st.id as student_id, c.id as school_id, s.year, s.entry_on, k.id as calendar_id, s.grade, s.entry_code,"
        ' s.exit_on, s.exit_code, coalesce(s."primary", true) as "primary", s.status from stage s'
        " join student st on st.key = s.student_key join school c on c.key = s.school_key"
        " join calendar k on k.school_id = c.id and k.year = s.year and k.code = s.calendar_code",
        _YEAR, "studentSchoolAssociations.csv",
    ),
    Kind(
        "programs", "program", {"student_key": _TEXT, "program": _TEXT, "begins_on": "date", "ends_on": "date"},
        ("student_id", "program", "begins_on"), ("ends_on",),
        "select st.id as student_id, s.program, s.begins_on, s.ends_on from stage s"
        " join student st on st.key = s.student_key",
        file="studentPrograms.csv",
    ),
    Kind(
        "roll", "roll_taken", {"school_key": _TEXT, "day": "date", "period": _TEXT, "sections": "integer"},
        ("school_id", "day", "period"), ("sections",),
        "select c.id as school_id, s.day, s.period, s.sections from stage s join school c on c.key = s.school_key",
        "t.day between make_date(%(year)s - 1, 7, 1) and make_date(%(year)s, 6, 30)", "sectionAttendanceTaken.csv",
    ),
)  # fmt: skip
