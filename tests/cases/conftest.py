"""The tiny district of attendance's tests, with people who take steps, and a night that reviews them."""

from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from firstbell.attendance.actions import note_changes, rebuild, serve
from firstbell.cases import actions
from firstbell.core.models import User
from tests import staff
from tests.attendance.conftest import DAYS, YEAR, absences, district, shelf

__all__ = ["absences", "district", "shelf"]
TODAY = DAYS[-1]


@pytest.fixture(autouse=True)
def today(settings) -> date:
    settings.TODAY = TODAY.isoformat()
    return TODAY


@pytest.fixture
def night(district):
    """`night()`: the day book, the standings and the review of everything known; what the review came to."""

    def run(through: date = TODAY) -> actions.Reviewed:
        if district.arrival.through != through:
            district.arrives(through)
        rebuild(YEAR)
        serve(on=through)
        note_changes(year=YEAR)
        return actions.review(year=YEAR)

    return run


@pytest.fixture
def rosa(db) -> User:
    return User.objects.create(username="rosa", first_name="Rosa", last_name="Diaz")


@pytest.fixture
def truant(district, absences):
    """A student with unexcused days 1, 3 and 5, and again 11 and 15; the marks lie in `.told` by day."""
    district.arrives(DAYS[-1])
    pupil = district.student("P-1")
    pupil.told = {mark.day: mark for mark in absences(pupil, "U.U.U.....U...U")}
    return pupil


@pytest.fixture
def correct(district):
    """`correct(mark)`: the next evening's files say that the day was excused."""

    def run(mark, code: str = "E", through: date = TODAY):
        arrival = district.arrives(through)
        district.withdraw(mark)
        district.mark(mark.student, mark.day, code)
        return arrival

    return run


@pytest.fixture
def take(truant, rosa):
    """`take("report", 5)`: the truant's step, so many school days into the tests' year."""

    def run(kind: str, day: int, **more):
        return actions.take_step(student=truant, kind=kind, on=DAYS[day], by=rosa, **more)

    return run


@pytest.fixture
def sign_in(client, district):
    def signed(role: str, *, at: int | None = 0):
        user = User.objects.create(username=f"{role}-{at}", first_name="Hugo", last_name="Petrosyan")
        school = None if at is None else district.schools[at]
        staff.post(user=user, role=role, school=school, span=DateRange(DAYS[0] - timedelta(30), None))
        client.force_login(user)
        return client

    return signed
