"""The tiny district of attendance's tests, with nights that look for the lost, and people who search."""

from datetime import date
from uuid import uuid4

import pytest

from firstbell.attendance.actions import rebuild, serve
from firstbell.core.models import User
from firstbell.recovery import actions
from firstbell.recovery.models import Search
from firstbell.roster import models as roster
from tests.attendance.conftest import DAYS, YEAR
from tests.cases.conftest import absences, correct, district, rosa, shelf, sign_in, today

__all__ = ["absences", "correct", "district", "rosa", "shelf", "sign_in", "today"]


@pytest.fixture
def stand_on(settings):
    """`stand_on(11)`: it is the twelfth school day of the tests' year."""

    def run(n: int) -> date:
        settings.TODAY = DAYS[n].isoformat()
        return DAYS[n]

    return run


@pytest.fixture
def lost_night(district, stand_on):
    """`lost_night(8)`: the night of the ninth school day, with all that was marked by then; what it came to."""

    def run(n: int = -1) -> actions.Found:
        on = stand_on(n)
        district.arrives(on)
        rebuild(YEAR)
        serve(on=on)
        return actions.find_lost(year=YEAR)

    return run


@pytest.fixture
def pupil(district, absences):
    """`pupil("..UUUU", at=0)`: a student with these first days; the rest of the year they are there."""
    made = iter(range(1000))

    def run(letters: str = "", *, at: int = 0, born: date = date(2010, 11, 3), grade: str = "09") -> roster.Student:
        n = next(made)
        who = district.student(f"L-{n}", at=at, born=born)
        who.given, who.family, who.grade = f"Ada{n}", f"Okoye{n}", grade
        who.save(update_fields=["given", "family", "grade"])
        for day, code in zip(DAYS, letters, strict=False):
            if code != ".":
                district.mark(who, day, code, at=at)
        return who

    return run


@pytest.fixture
def lost(pupil, lost_night):
    """The search for a student who came for four days and then for eleven does not; it is the tenth day."""
    who = pupil("....UU??UUUUUUU")
    lost_night(9)
    return Search.objects.get(student=who)


@pytest.fixture
def family(district):
    """`family(who)`: a mother at home with a number and an address, an uncle for emergencies, a father who may not."""

    def run(who: roster.Student, key: str = "") -> dict[str, roster.Contact]:
        found = {}
        for place, (name, told) in enumerate({
            "mother": {"lives_with": True, "rights_holder": True}, "uncle": {"emergency": True},
            "father": {"lives_with": True, "restrictions": "No contact by court order"},
        }.items()):  # fmt: skip
            one = roster.Contact.objects.create(
                key=f"{name}{key or who.key}", given=name.title(), family="Okoye", language="es",
                address=f"{place} Elm Street", city="Rosalia", state="CA", postal=f"9009{place}",
                arrival=district.arrival,
            )  # fmt: skip
            roster.Phone.objects.create(
                contact=one, place=0, number=f"213555014{place}", kind="cell", text_ok=place == 0,
                arrival=district.arrival,
            )  # fmt: skip
            roster.FamilyLink.objects.create(
                student=who, contact=one, relation=name, priority=place, arrival=district.arrival, **told
            )
            found[name] = one
        return found

    return run


@pytest.fixture
def take(rosa):
    """`take(search, "state", "nothing")` is no contact with the home, `take(search, "visit", "no_answer")` is one."""

    def run(search: Search, kind: str, outcome: str, **more):
        if kind in ("numbers", "contacts", "visit"):
            how = "visit" if kind == "visit" else "call"
            return actions.log_contact(search=search, key=uuid4(), how=how, outcome=outcome, by=rosa, **more)
        return actions.log_step(search=search, key=uuid4(), kind=kind, outcome=outcome, by=rosa, **more)

    return run


@pytest.fixture
def exhausted(take):
    """`exhausted(search)`: every step taken, and nobody knows anything."""

    def run(search: Search) -> Search:
        for kind in ("siblings", "neighbor", "records", "state"):
            take(search, kind, "nothing")
        take(search, "visit", "no_answer")
        search.refresh_from_db()
        return search

    return run


@pytest.fixture
def hugo(db) -> User:
    return User.objects.create(username="hugo", first_name="Hugo", last_name="Petrosyan")
