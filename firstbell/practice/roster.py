"""The OneRoster 1.2 frames: who is where and in which class."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from firstbell.practice.district import District
from firstbell.practice.events import dates, section_keys
from firstbell.practice.families import name_series
from firstbell.practice.moves import OPEN
from firstbell.practice.names import CULTURES, GIVEN_NICKNAMES
from firstbell.practice.schools import DISTRICT_KEY, DISTRICT_NAME, GRADES, PERIODS, School, grade_code, regions

HEADERS = {
    "academicSessions": "title type startDate endDate parentSourcedId schoolYear",
    "orgs": "name type identifier parentSourcedId",
    "courses": "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes",
    "classes": "title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds subjects "
    "subjectCodes periods",
    "users": "enabledUser username userIds givenName familyName middleName identifier email sms phone agentSourcedIds "
    "grades password userMasterIdentifier preferredGivenName preferredMiddleName preferredFamilyName "
    "primaryOrgSourcedId pronouns",
    "roles": "userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId",
    "enrollments": "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate",
    "demographics": "birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican "
    "nativeHawaiianOrOtherPacificIslander white demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity "
    "countryOfBirthCode stateOfBirthAbbreviation cityOfBirth publicSchoolResidenceStatus metadata.homeLanguage",
}
"""Columns after sourcedId, status and dateLastModified, in the standard's order."""
Column = pl.Series | list[str] | str


def _frame(name: str, keys: pl.Series | list[str], /, **columns: Column) -> pl.DataFrame:
    """A bulk frame: every column of the standard in order, blank unless given; a plain string fills its column."""
    size = len(keys)
    given: dict[str, Column] = {"sourcedId": keys, **{key.replace("__", "."): value for key, value in columns.items()}}
    order = ("sourcedId", "status", "dateLastModified", *HEADERS[name].split())

    def filled(value: Column | None) -> pl.Series | list[str]:
        return pl.repeat(value, size, dtype=pl.String, eager=True) if value is None or isinstance(value, str) else value

    return pl.DataFrame({column: filled(given.get(column)) for column in order})


def sessions(district: District) -> pl.DataFrame:
    """The year and its two semesters."""
    plan, days = district.plan, dates(district.year.taught).cast(pl.String).to_list()
    spring = next(day for day in days if day >= f"{plan.year}-01-01")
    autumn = days[days.index(spring) - 1]
    return _frame(
        "academicSessions",
        [f"SY{plan.year}", f"FALL{plan.year}", f"SPRING{plan.year}"],
        title=[plan.label, "Fall semester", "Spring semester"],
        type=["schoolYear", "semester", "semester"],
        startDate=[f"{plan.year - 1}-07-01", days[0], spring],
        endDate=[f"{plan.year}-06-30", autumn, f"{plan.year}-06-30"],
        parentSourcedId=pl.Series([None, f"SY{plan.year}", f"SY{plan.year}"]),
        schoolYear=f"{plan.year}",
    )


def orgs(district: District) -> pl.DataFrame:
    """The district, its regions (type local) and its schools."""
    areas, some = regions(district.plan), district.schools
    return _frame(
        "orgs",
        [DISTRICT_KEY, *(key for key, _ in areas), *(s.key for s in some)],
        name=[DISTRICT_NAME, *(name for _, name in areas), *(s.name for s in some)],
        type=["district", *("local" for _ in areas), *("school" for _ in some)],
        identifier=pl.Series(["9999990", *(None for _ in areas), *(f"9999990{s.key}" for s in some)]),
        parentSourcedId=pl.Series([None, *(DISTRICT_KEY for _ in areas), *(s.region for s in some)]),
    )


def courses(district: District) -> pl.DataFrame:
    """Homeroom, and one course for each period of the day."""
    keys = ["HOMEROOM", *(f"PERIOD-{p}" for p in range(1, PERIODS + 1))]
    titles = ["Homeroom", *(f"Period {p}" for p in range(1, PERIODS + 1))]
    return _frame(
        "courses", keys, schoolYearSourcedId=f"SY{district.plan.year}", title=titles, courseCode=keys,
        orgSourcedId=DISTRICT_KEY,
    )  # fmt: skip


def _rooms(district: District, school: School) -> list[tuple[str, str]]:
    """Class key and grade of each homeroom of a school."""
    mine = district.by_school[school.index]
    grade = district.people.grade[district.moves.student[mine]]
    pairs = np.unique(np.stack([grade, district.room[mine]], axis=1), axis=0)
    return [(room_key(school, int(g), int(room)), grade_code(int(g))) for g, room in pairs]


def room_key(school: School, grade: int, room: int) -> str:
    """Class key of a homeroom."""
    return f"{school.key}-H{grade_code(grade)}-{room:02d}"


def classes(district: District) -> Iterator[pl.DataFrame]:
    """Homerooms of every school, and the sections of those that take roll by period; one frame a school."""
    plan = district.plan
    for school in district.schools:
        rooms = _rooms(district, school)
        sections = section_keys(school, district.sections(school)).to_list() if school.by_period else []
        periods = [key.split("-P")[1][0] for key in sections]
        keys = [key for key, _ in rooms] + sections
        yield _frame(
            "classes",
            keys,
            title=[f"Homeroom {key[-5:]}" for key, _ in rooms] + [f"Period {p}" for p in periods],
            grades=pl.Series([grade for _, grade in rooms] + [None] * len(sections), dtype=pl.String),
            courseSourcedId=["HOMEROOM"] * len(rooms) + [f"PERIOD-{p}" for p in periods],
            classCode=keys,
            classType=["homeroom"] * len(rooms) + ["scheduled"] * len(sections),
            schoolSourcedId=school.key,
            termSourcedIds=f"FALL{plan.year},SPRING{plan.year}",
            periods=pl.Series([None] * len(rooms) + periods, dtype=pl.String),
        )


def staff(district: District, school: School) -> list[tuple[str, str]]:
    """Key and OneRoster role of everyone who works at a school: office, principal, counselors, teachers."""
    students = len(district.by_school[school.index])
    counselors = max(1, students // (400 if school.by_period else 900))
    teachers = max(len(_rooms(district, school)), district.sections(school) if school.by_period else 0)
    return [
        (f"{school.key}-O1", "aide"),
        (f"{school.key}-A1", "principal"),
        *((f"{school.key}-C{n}", "counselor") for n in range(1, counselors + 1)),
        *((f"{school.key}-T{n:03d}", "teacher") for n in range(1, teachers + 1)),
    ]


def _staff_users(district: District, school: School | None) -> pl.DataFrame:
    keys = [key for key, _ in staff(district, school)] if school else [key for key, _ in offices(district)]
    rng = district.plan.rng("staff", school.index if school else len(district.schools))
    culture, size = rng.integers(0, len(CULTURES), len(keys)), len(keys)
    return _frame(
        "users",
        keys,
        enabledUser="true",
        username=[key.lower() for key in keys],
        givenName=name_series(culture, rng.integers(0, 1 << 30, size), rng.integers(0, 2, size)),
        familyName=name_series(culture, rng.integers(0, 1 << 30, size), np.full(size, 2)),
        identifier=keys,
        email=[f"{key.lower()}@rosalia.example.org" for key in keys],
        userMasterIdentifier=keys,
        primaryOrgSourcedId=school.key if school else DISTRICT_KEY,
    )


def offices(district: District) -> list[tuple[str, str]]:
    """Key and organisation of the district's and each region's administrator."""
    return [(f"{DISTRICT_KEY}-D1", DISTRICT_KEY), *((f"{key}-D1", key) for key, _ in regions(district.plan))]


def _current(district: District, on: int) -> tuple[np.ndarray, np.ndarray]:
    """Enrolment that counts for each student known on `on`: the last primary one entered; and who they are."""
    rows = np.flatnonzero(district.known(on) & district.moves.primary)
    rows = rows[np.lexsort((district.moves.entry[rows], district.moves.student[rows]))]
    student = district.moves.student[rows]
    last = np.r_[student[1:] != student[:-1], True] if len(rows) else np.zeros(0, np.bool_)
    return rows[last], student[last]


def users(district: District, on: int) -> Iterator[pl.DataFrame]:
    """Students first, then the staff of each school and office."""
    everyone, (rows, student) = district.people, _current(district, on)
    rng = district.plan.rng("middle names")
    middle = rng.integers(0, 1 << 30, everyone.count)[student]
    has_middle = pl.Series(rng.random(everyone.count)[student] < 0.3)
    culture, side = everyone.culture[student], np.where(everyone.female[student], 0, 1)
    keys = everyone.keys.gather(student)
    given = name_series(culture, everyone.given[student], side)
    nickname = given.replace_strict(GIVEN_NICKNAMES, default=None, return_dtype=pl.String)
    moves, schools = district.moves, pl.Series([s.key for s in district.schools])
    yield _frame(
        "users",
        keys,
        enabledUser=pl.Series(moves.last[rows] > on).cast(pl.String),
        username="s" + keys,
        givenName=given,
        familyName=name_series(culture, everyone.family[student], np.full(len(student), 2)),
        middleName=_where(has_middle, name_series(culture, middle, side)),
        identifier="97" + keys,
        email="s" + keys + "@students.example.org",
        grades=pl.Series(GRADES).gather(everyone.grade[student].astype(np.int64) + 1),
        userMasterIdentifier=keys,
        preferredGivenName=_where(pl.Series(everyone.nickname[student]), nickname),
        primaryOrgSourcedId=schools.gather(moves.school[rows]),
    )
    for school in [*district.schools, None]:
        yield _staff_users(district, school)


def _where(flags: pl.Series, values: pl.Series) -> pl.Series:
    return pl.select(pl.when(flags).then(values).otherwise(None).alias("v"))["v"]


def roles(district: District, on: int) -> Iterator[pl.DataFrame]:
    """One primary role for everyone in users.csv."""
    rows, student = _current(district, on)
    keys = district.people.keys.gather(student)
    schools = pl.Series([s.key for s in district.schools])
    opened = f"{district.plan.year - 1}-07-01"
    yield _frame(
        "roles", "R" + keys, userSourcedId=keys, roleType="primary", role="student", beginDate=opened,
        orgSourcedId=schools.gather(district.moves.school[rows]),
    )  # fmt: skip
    for school in district.schools:
        people = staff(district, school)
        who, what = [key for key, _ in people], [role for _, role in people]
        yield _frame(
            "roles", [f"R{key}" for key in who], userSourcedId=who, roleType="primary", role=what,
            beginDate=opened, orgSourcedId=school.key,
        )  # fmt: skip
    who = [key for key, _ in offices(district)]
    yield _frame(
        "roles", [f"R{key}" for key in who], userSourcedId=who, roleType="primary", role="districtAdministrator",
        beginDate=opened, orgSourcedId=[org for _, org in offices(district)],
    )  # fmt: skip


def enrollments(district: District, on: int) -> Iterator[pl.DataFrame]:
    """Each student in a homeroom, each teacher with the rooms and sections they keep; one frame a school."""
    moves, everyone, known = district.moves, district.people, district.known(on)
    for school in district.schools:
        mine = district.by_school[school.index]
        mine = mine[known[mine]]
        student, keys = moves.student[mine], everyone.keys.gather(moves.student[mine])
        pairs = zip(everyone.grade[student], district.room[mine], strict=True)
        rooms = [room_key(school, int(grade), int(room)) for grade, room in pairs]
        ended = moves.last[mine] <= on
        last = dates(np.where(moves.last[mine] == OPEN, 0, moves.last[mine]))
        entry = dates(moves.entry[mine]).cast(pl.String)
        yield _frame(
            "enrollments", "E" + keys + "-" + school.key + "-" + entry.str.replace_all("-", ""),
            classSourcedId=rooms, schoolSourcedId=school.key, userSourcedId=keys, role="student",
            primary="false", beginDate=entry, endDate=_where(pl.Series(ended), last.cast(pl.String)),
        )  # fmt: skip
        taught = [(key, f"{school.key}-T{n:03d}") for n, (key, _) in enumerate(_rooms(district, school), 1)]
        if school.by_period:
            sections = section_keys(school, district.sections(school)).to_list()
            taught += [(key, f"{school.key}-T{key[-3:]}") for key in sections]
        yield _frame(
            "enrollments", [f"E-{key}" for key, _ in taught], classSourcedId=[key for key, _ in taught],
            schoolSourcedId=school.key, userSourcedId=[who for _, who in taught], role="teacher", primary="true",
        )  # fmt: skip


def demographics(district: District, on: int) -> pl.DataFrame:
    """Birth date, sex, ethnicity and, as an extension, the home language (BCP-47). Nothing about birthplace."""
    everyone, (_, student) = district.people, _current(district, on)
    culture = everyone.culture[student].astype(np.int64)
    race = pl.Series([c.race for c in CULTURES]).gather(culture)
    mixed = np.where(culture == 1, everyone.given[student] % 3, -1)
    language = pl.Series([c.language for c in CULTURES]).gather(culture)
    return _frame(
        "demographics",
        everyone.keys.gather(student),
        birthDate=dates(everyone.born[student]).cast(pl.String),
        sex=pl.Series(["male", "female"]).gather(everyone.female[student].astype(np.int64)),
        asian=(race == "asian").cast(pl.String),
        blackOrAfricanAmerican=pl.Series(mixed == 0).cast(pl.String),
        white=((race == "white") | pl.Series(mixed == 1)).cast(pl.String),
        demographicRaceTwoOrMoreRaces=pl.Series(mixed == 2).cast(pl.String),
        hispanicOrLatinoEthnicity=(race == "hispanic").cast(pl.String),
        metadata__homeLanguage=_where(pl.Series(everyone.speaks[student]), language).fill_null("en"),
    )
