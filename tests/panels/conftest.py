"""The tiny district of cases' tests with a region, its panels and their people, and a student who may be referred."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import make_aware

from firstbell.core.models import User
from firstbell.panels.models import Day, Member, Panel, Referral
from firstbell.roster.models import Region
from tests import staff
from tests.attendance.conftest import DAYS, YEAR
from tests.cases.conftest import absences, correct, district, night, rosa, shelf, sign_in, take, today, truant

__all__ = ["absences", "correct", "district", "night", "rosa", "shelf", "sign_in", "take", "today", "truant"]
TERM = DateRange(DAYS[0] - timedelta(60), DAYS[0] + timedelta(700))
SEATED = (
    ("Ines Quiroga", "attendance", "chair"),
    ("Tom Abara", "probation", "member"),
    ("Linh Tran", "mental_health", "member"),
    ("Ana Sousa", "parent", "member"),
    ("Jude Okoro", "law_enforcement", "member"),
)


@pytest.fixture
def region(district) -> Region:
    """Both schools' region."""
    made = Region.objects.create(key="R1", name="North", arrival=district.arrival)
    for school in district.schools:
        school.region = made
        school.save(update_fields=["region"])
    return made


def somebody(username: str, role: str = "", **where) -> User:
    """A user, with a post where a role is named."""
    given, family = username.split(".")
    user = User.objects.create(username=username, first_name=given.title(), last_name=family.title())
    if role:
        staff.post(user=user, role=role, span=DateRange(DAYS[0] - timedelta(30), None), **where)
    return user


@pytest.fixture
def ines(region) -> User:
    """The region's SARB chair."""
    return somebody("ines.quiroga", "chair", region=region)


@pytest.fixture
def marisa(region) -> User:
    """The region's Field Coordinator."""
    return somebody("marisa.tolentino", "coordinator", region=region)


@pytest.fixture
def counselor(district, region, rosa) -> User:
    """Rosa, with a post at the first school."""
    staff.post(user=rosa, role="counselor", school=district.schools[0], span=DateRange(DAYS[0] - timedelta(30), None))
    return rosa


@pytest.fixture
def sarb(region, ines) -> Panel:
    """The region's review board with five members in term; Ines chairs it."""
    made = Panel.objects.create(
        kind="sarb", name="North SARB", region=region, address="12 Alder Street, Room 4", phone="213-555-0142",
        board="local",
    )  # fmt: skip
    for name, seat, standing in SEATED:
        user = ines if standing == "chair" else None
        Member.objects.create(
            panel=made, name=name, seat=seat, standing=standing, term=TERM, user=user, trained_on=DAYS[0],
            sworn_on=DAYS[0],
        )  # fmt: skip
    return made


@pytest.fixture
def sspt(district, region) -> Panel:
    """The first school's support team: a principal, a teacher and a counselor."""
    made = Panel.objects.create(
        kind="sspt", name="SSPT of School 1", school=district.schools[0], address="1 School Road"
    )
    for name, seat, standing in (
        ("Daniel Kim", "administrator", "chair"),
        ("Mae Lund", "teacher", "member"),
        ("Rosa Diaz", "counselor", "member"),
    ):  # fmt: skip
        Member.objects.create(panel=made, name=name, seat=seat, standing=standing, term=TERM, trained_on=DAYS[0])
    return made


@pytest.fixture
def referral(truant, sarb, counselor) -> Referral:
    """The truant's referral to the board, being prepared."""
    return Referral.objects.create(
        student=truant, panel=sarb, school=truant.school, year=YEAR, ground="habitual",
        why="Five unexcused days; the plan did not do it.", made_on=DAYS[-1], by=counselor,
    )  # fmt: skip


@pytest.fixture
def day(sarb, ines, today) -> Day:
    """A hearing day three weeks ahead, 8:30 to 12:15, two rooms."""
    return Day.objects.create(
        panel=sarb, on=today + timedelta(21), opens=time(8, 30), closes=time(12, 15), place="12 Alder Street",
        rooms=["Room 4", "Room 5"], by=ines,
    )  # fmt: skip


def at(on: date, hour: int, minute: int = 0) -> datetime:
    """An instant of a day, on the wall clock here."""
    return make_aware(datetime.combine(on, time(hour, minute)))
