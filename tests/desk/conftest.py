"""A tiny district in ORM rows: two regions, three schools, a family split between two of them."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Sum

from firstbell.attendance.models import (
    Breakdown,
    DistrictDay,
    SchoolDay,
    SchoolReview,
    Served,
    Sign,
    Standing,
    Uncounted,
)
from firstbell.core.models import User
from firstbell.roster import models as roster
from tests import staff

ON = date(2026, 5, 8)
FIRST = date(2026, 3, 2)
YEAR = 2026


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A state folder of the test's own, without a day book until the test publishes one."""
    monkeypatch.setenv("FIRSTBELL_HOME", str(tmp_path))
    return tmp_path / "facts"


@pytest.fixture
def district(db, settings, shelf):
    """Names of the rows tests speak of, as attributes."""
    settings.TODAY = "2026-05-12"
    place = SimpleNamespace(schools={}, students={})
    place.arrival = roster.Arrival.objects.create(
        known_at=datetime(2026, 5, 9, tzinfo=UTC), source="sis", label="Files of 8 May", year=YEAR, through=ON
    )
    place.regions = {name: _made(place, roster.Region, key=name, name=name) for name in ("North", "South")}
    for name, region in (("Maple", "North"), ("Oak", "North"), ("Cedar", "South")):
        place.schools[name] = _made(place, roster.School, key=name, name=name, region=place.regions[region])
    place.calendars = {name: _calendar(place, school) for name, school in place.schools.items()}
    _students(place)
    _family(place)
    _marks(place)
    _served(place)
    return place


def _made(place, model, /, **fields):
    return model.objects.create(arrival=place.arrival, **fields)


def _calendar(place, school):
    calendar = _made(place, roster.Calendar, school=school, year=YEAR, code="main")
    days = [FIRST + timedelta(n) for n in range((ON - FIRST).days + 1)]
    roster.CalendarDay.objects.bulk_create(
        roster.CalendarDay(arrival=place.arrival, calendar=calendar, day=on, event="Instructional day")
        for on in days
        if on.weekday() < 5
    )
    return calendar


PEOPLE = (
    ("ana", "José Ana", "Núñez-Ortiz", "Maple", "03", 12, "severe"),
    ("leo", "Leo", "Ortiz", "Maple", "04", 2, "satisfactory"),
    ("mia", "Mia", "Park", "Oak", "07", 6, "moderate"),
    ("sam", "Sam", "O'Brien", "Cedar", "KN", 3, "at_risk"),
)


def _students(place):
    for key, given, family, school, grade, absent, band in PEOPLE:
        at = place.schools[school]
        who = _made(
            place, roster.Student, key=f"S-{key}", given=given, family=family, grade=grade, school=at,
            born_on=date(2017, 5, 20), language="Spanish",
        )  # fmt: skip
        place.students[key] = who
        _made(
            place, roster.Enrolment, student=who, school=at, year=YEAR, entry_on=FIRST,
            calendar=place.calendars[school], grade=grade,
        )  # fmt: skip
        standing(who, absent=absent, national_band=band)


def standing(who, **fields):
    usual = {
        "school": who.school, "grade": who.grade, "enrolled": 50, "absent": 0, "excused": 0, "unexcused": 0,
        "suspended": 0, "unverified": 0, "study_undone": 0, "occasions": 0, "partial": 0, "half_days": 0, "streak": 0,
        "last20": 0, "before20": 0, "can_miss": 4, "chronic": False, "national_band": "none", "district_band": "none",
        "weeks": [100, -1, 80],
    }  # fmt: skip
    return Standing.objects.create(student=who, **(usual | fields))


def _family(place):
    """Rosa lives with Ana (Maple) and Sam (Cedar); Leo's father lives elsewhere and may not be called."""
    rosa = _made(place, roster.Contact, key="C1", given="Rosa", family="Núñez", language="Spanish")
    ivan = _made(place, roster.Contact, key="C2", given="Iván", family="Núñez")
    for at, number in enumerate(("2135550142", "12")):
        _made(place, roster.Phone, contact=rosa, place=at, number=number, kind="cell")
    for name in ("ana", "sam"):
        _made(
            place, roster.FamilyLink, student=place.students[name], contact=rosa, relation="mother", lives_with=True,
            rights_holder=True, priority=1,
        )  # fmt: skip
    _made(
        place, roster.FamilyLink, student=place.students["ana"], contact=ivan, relation="father", priority=2,
        restrictions="No contact by court order",
    )  # fmt: skip
    _made(place, roster.Program, student=place.students["ana"], program="EL", begins_on=FIRST)


def _marks(place):
    """Ana: unexcused 5 to 7 May, one excused day, one day corrected from unexcused to nothing, one late, a Saturday."""
    with connection.cursor() as cursor:
        cursor.execute(f"create table if not exists mark_{YEAR} partition of mark for values in ({YEAR})")
    code = {
        "U": {"excused": False, "absence": True, "truancy": True},
        "E": {"excused": True, "absence": True, "truancy": False},
        "T": {"excused": False, "absence": False, "truancy": True, "over30": True},
    }
    words = {"U": "Unexcused", "E": "Illness", "T": "Tardy over 30"}
    usual = {"year": YEAR, "ada": False, "over30": False}
    codes = {
        letter: _made(place, roster.AttendanceCode, code=letter, description=words[letter], **(usual | flags))
        for letter, flags in code.items()
    }
    place.marks = {
        on: roster.Mark.objects.create(
            year=YEAR, student=place.students["ana"], school=place.schools["Maple"], day=date(2026, month, day),
            code=codes[letter], arrival=place.arrival,
        )
        for on, letter, month, day in (
            ("5", "U", 5, 5), ("6", "U", 5, 6), ("7", "U", 5, 7), ("excused", "E", 4, 14), ("late", "T", 4, 16),
            ("corrected", "U", 4, 3), ("uncounted", "U", 4, 18),
        )
    }  # fmt: skip
    roster.Withdrawal.objects.create(year=YEAR, mark=place.marks["corrected"], arrival=place.arrival)


def _served(place):
    Served.objects.create(year=YEAR, on=ON, arrival=place.arrival, book="b", policy="2025-07-01")
    ana, mia = place.students["ana"], place.students["mia"]
    sentences = (
        (ana, "new_truancy", 1, "Third unexcused day was Thursday.", "EC 48260(a)"),
        (ana, "in_a_row", 2, "Absent three school days in a row.", "setting streaks"),
        (mia, "crossed_moderate", 4, "Crossed ten percent on Friday.", "Attendance Works"),
    )
    for at, (who, rule, rank, sentence, section) in enumerate(sentences):
        Sign.objects.create(
            id=at, student=who, school=who.school, rule=rule, rank=rank, on=ON, sentence=sentence, section=section
        )
    Uncounted.objects.create(
        id=1, mark=place.marks["uncounted"], student=ana, school=ana.school, day=date(2026, 4, 18),
        why="not_instructional",
    )  # fmt: skip
    for at, (name, students) in enumerate((("Maple", 100), ("Oak", 60), ("Cedar", 8))):
        _place(place.schools[name], at, students)
    for one in SchoolDay.objects.values("day").annotate(enrolled=Sum("enrolled"), absent=Sum("absent")):
        DistrictDay.objects.create(**one)


def _place(school, at, students):
    for n, on in enumerate((date(2026, 4, 3), ON)):
        SchoolReview.objects.create(
            id=10 * at + n, school=school, on=on, students=students, satisfactory=students - 6 - n, at_risk=3,
            moderate=2 + n, severe=1,
        )  # fmt: skip
    for n in range(10):
        SchoolDay.objects.create(
            id=100 * at + n, school=school, day=date(2026, 4, 27) + timedelta(n + 2 * (n // 5)), enrolled=students,
            absent=students // 10, unexcused=0, occasions=0,
        )  # fmt: skip
    for n, (grade, people) in enumerate((("03", students - 34), ("04", 30), ("05", 4))):
        Breakdown.objects.create(
            id=10 * at + n, school=school, dimension="grade", value=grade, students=max(people, 1), chronic=1, severe=0,
            enrolled_days=max(people, 1) * 50, absent_days=10,
        )  # fmt: skip


@pytest.fixture
def sign_in(client, district):
    """`sign_in("counselor", school="Maple")` gives a client signed in with that one post."""

    def signed(role, school=None, region=None):
        user, new = User.objects.get_or_create(username=f"{role}-{school}-{region}")
        if new:
            staff.post(
                user=user, role=role, school=district.schools.get(school), region=district.regions.get(region),
                span=DateRange(date(2025, 8, 1), None),
            )  # fmt: skip
        client.force_login(user)
        return client

    return signed
