"""The tiny district of the cases' tests, with families to write to and letterheads to write on."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from firstbell.cases import actions as cases
from firstbell.core.access import EVERYTHING
from firstbell.core.models import User
from firstbell.notices import actions
from firstbell.notices.models import Batch, Due, Letter, Outbox
from firstbell.notices.queries import Meeting
from firstbell.roster import models as m
from tests import staff
from tests.attendance.conftest import DAYS, absences, district, shelf
from tests.cases.conftest import night, today

__all__ = ["absences", "district", "night", "shelf", "today"]
SENT = DAYS[-1]
MEETING = Meeting(SENT + timedelta(12), time(15, 30), "Room 12")
HEAD = {
    "address": "4120 Calle del Sol\nRosalia, CA 90099", "phone": "(555) 010-0140", "opens": time(7, 30),
    "closes": time(16), "principal": "Denise Okafor", "person": "Hugo Barrera",
    "person_title": "Attendance Counselor", "person_phone": "(555) 010-0142",
    "board": "Review Board of Rosalia", "board_address": "900 Mission Road\nRosalia, CA 90099",
}  # fmt: skip


@pytest.fixture
def rosa(db) -> User:
    return User.objects.create(username="rosa", first_name="Rosa", last_name="Diaz")


@pytest.fixture
def daniel(db) -> User:
    return User.objects.create(username="daniel", first_name="Daniel", last_name="Kim")


@dataclass
class Town:
    """Students with unexcused days 0, 2 and 4, a report of day 5, and a mother who holds the rights."""

    district: object
    rosa: User
    number: int = 0
    told: dict = field(default_factory=dict)

    def contact(self, given: str, **more) -> m.Contact:
        self.number += 1
        values = {"family": "Reyes", "address": f"{self.number} Olive Street", "city": "Rosalia", "state": "CA",
                  "postal": "90099", "email": f"home{self.number}@example.org"}  # fmt: skip
        return m.Contact.objects.create(
            key=f"C{self.number}", given=given, arrival=self.district.arrival, **(values | more)
        )

    def link(self, pupil: m.Student, contact: m.Contact, relation: str = "Mother", **more) -> m.FamilyLink:
        values = {"guardian": True, "lives_with": True, "primary": True, "priority": 1, "rights_holder": True,
                  "mailing": True}  # fmt: skip
        return m.FamilyLink.objects.create(
            student=pupil, contact=contact, relation=relation, arrival=self.district.arrival, **(values | more)
        )

    def pupil(
        self, key: str, *, mother: bool | m.Contact = True, days: str = "U.U.U", at: int = 0, **more
    ) -> m.Student:
        """A student with these marks, and a mother of their own unless told otherwise."""
        made = self.district.student(key, at=at)
        for name, value in {"given": "Ana", "family": f"Reyes {key}", "language": "en", **more}.items():
            setattr(made, name, value)
        made.save()
        marked = {day: code for day, code in zip(DAYS, days, strict=False) if code != "."}
        self.told[key] = {day: self.district.mark(made, day, code, at=at) for day, code in marked.items()}
        if mother:
            self.link(made, mother if isinstance(mother, m.Contact) else self.contact("Marisol"))
        return made

    def family(self, *keys: str, **more) -> tuple[m.Contact, list[m.Student]]:
        """A mother with reported children, whose families are told next."""
        mother = self.contact("Marisol")
        children = [self.pupil(key, mother=mother, **more) for key in keys]
        for child in children:
            self.report(child)
        actions.find_due()
        return mother, children

    def report(self, pupil: m.Student, day: int = 5):
        return cases.take_step(student=pupil, kind="report", on=DAYS[day], by=self.rosa)

    def correct(self, key: str, *places: int, code: str = "E") -> None:
        """The next evening's files say these days were excused."""
        self.district.arrives(SENT)
        for place in places:
            mark = self.told[key][DAYS[place]]
            self.district.withdraw(mark)
            self.district.mark(mark.student, mark.day, code)


@pytest.fixture
def town(district, rosa, settings) -> Town:
    settings.DISTRICT = "Rosalia Unified School District"
    for school in district.schools:
        actions.set_letterhead(school=school, by=rosa, **HEAD)
    district.arrives(SENT)
    return Town(district, rosa)


@pytest.fixture
def ana(town) -> m.Student:
    """Reported, and the family not told yet."""
    pupil = town.pupil("P-1")
    town.report(pupil)
    actions.find_due()
    return pupil


@pytest.fixture
def prepare(town, rosa):
    def run(*kinds: str, **more) -> Batch:
        given = {"scope": EVERYTHING, "kinds": kinds or ("first_truancy",), "send_on": SENT, "by": rosa}
        return actions.prepare(**(given | more))

    return run


@pytest.fixture
def issued(prepare, daniel):
    """`issued(batch)`: approved by the principal and issued."""

    def run(batch: Batch | None = None) -> Batch:
        batch = batch or prepare()
        actions.approve(batch=batch, by=daniel)
        actions.ask_issue(batch=batch, by=daniel)
        return actions.issue(batch=batch.pk)

    return run


@pytest.fixture
def sign_in(client, district):
    def signed(role: str, *, at: int | None = 0):
        user, _ = User.objects.get_or_create(username=f"{role}-{at}", first_name="Hugo", last_name=role.title())
        school = None if at is None else district.schools[at]
        if not user.posts.exists():
            staff.post(user=user, role=role, school=school, span=DateRange(DAYS[0] - timedelta(30), None))
        client.force_login(user)
        return client

    return signed


def due(pupil: m.Student, kind: str = "first_truancy") -> Due:
    return Due.objects.filter(student=pupil, kind=kind).latest("pk")


def iso(*places: int) -> list[str]:
    return [DAYS[place].isoformat() for place in places]


def on(place: int) -> date:
    return DAYS[place]


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What these came to, or the exceptions they ended in, begun together on connections of their own."""
    ready = Barrier(len(calls))

    def run(call):
        try:
            ready.wait(20)
            return call()
        except Exception as fault:
            return fault
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def draft(ana, prepare, district) -> Batch:
    return prepare(school=district.schools[0])


@pytest.fixture
def sent(draft, issued) -> Letter:
    issued(draft)
    return Letter.objects.get()


@pytest.fixture
def message(sent) -> Outbox:
    return Outbox.objects.create(
        key="<1>", channel="email", to="home1@example.org", subject="A letter from School 1", body="Dear family",
        attached=sent.pdf_sha256,
    )  # fmt: skip


def text(answer, status: int = 200) -> str:
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode().replace("\xa0", " "))


def body(answer, status: int = 200) -> str:
    """The words of the page itself, without its frame."""
    return text(answer, status).split("<main", 1)[1]
