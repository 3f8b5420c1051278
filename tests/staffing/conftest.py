"""Two regions with three schools, people to assign, and somebody who may: no student is needed."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from firstbell.core.models import User
from firstbell.roster.models import Arrival, Region, School
from firstbell.staffing.actions import credentials
from tests import staff

TODAY = date(2026, 9, 14)  # a Monday
YEAR = date(2026, 8, 12), date(2027, 6, 11)


@pytest.fixture
def today(settings) -> date:
    settings.TODAY = TODAY.isoformat()
    return TODAY


@pytest.fixture
def town(db, today):
    """Maple and Oak in the North, Cedar in the South, as attributes."""
    arrival = Arrival.objects.create(
        known_at=datetime(2026, 9, 11, tzinfo=UTC), source="sis", label="Files", year=2027, through=TODAY
    )
    north, south = (Region.objects.create(key=name, name=name, arrival=arrival) for name in ("North", "South"))
    schools = {
        name.lower(): School.objects.create(key=name, name=f"{name} School", region=region, arrival=arrival)
        for name, region in (("Maple", north), ("Oak", north), ("Cedar", south))
    }
    return SimpleNamespace(north=north, south=south, arrival=arrival, **schools)


def somebody(name: str, role: str = "", **where) -> User:
    """`somebody("Rosa Diaz")`, with a post since last year where a role is named."""
    given, family = name.split()
    user = User.objects.create(username=name.lower().replace(" ", "."), first_name=given, last_name=family)
    if role:
        staff.post(user=user, role=role, span=DateRange(TODAY - timedelta(400), None), **where)
    return user


@pytest.fixture
def noor(town) -> User:
    """The Region counselor of the North: sees papers, gives posts."""
    return somebody("Noor Rahimi", "region_counselor", region=town.north)


@pytest.fixture
def rosa(town) -> User:
    """With every paper, and no post yet."""
    return staff.qualify(somebody("Rosa Diaz"))


@pytest.fixture
def hugo(town) -> User:
    """Without any paper."""
    return somebody("Hugo Petrosyan")


def papers(user: User, by: User, **ends: date | None) -> dict[str, object]:
    """`papers(hugo, noor, pps=date(…))`: a degree, PPS and CWA until these days; None leaves one out."""
    made = {"degree": credentials.record(user=user, kind="counseling", issued_on=date(2015, 6, 1), by=by)}
    for kind in ("pps", "cwa"):
        until = ends.get(kind, date(2029, 6, 30))
        if until:
            made[kind] = credentials.record(
                user=user, kind=kind, number=f"{kind}-1", issued_on=date(2020, 7, 1), expires_on=until, by=by
            )
    return made
