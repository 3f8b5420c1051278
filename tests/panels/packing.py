"""A referral that may go to a board, made by the real actions: reports, tries, letters with proof, plan, notes."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest

from firstbell.cases import actions as cases
from firstbell.cases.actions.notes import write_note
from firstbell.core.access import EVERYTHING
from firstbell.core.models import User
from firstbell.notices import actions as notices
from firstbell.panels.models import Referral
from firstbell.roster import models as m
from firstbell.supports import actions as supports
from tests.attendance.conftest import DAYS, YEAR
from tests.notices.conftest import HEAD
from tests.supports.conftest import draft as plan_draft

CONFIDED = "My uncle drinks and shouts so I hide at the river until dark."
HELD_BACK = "Father was served with papers and the shelter moved them to Pomona again."
SHARED = "Works evenings at the market to help with the rent and asks for later mornings."
RESTRICTED_HOME = "77 Elm Court"


@pytest.fixture
def mother(truant, district) -> m.Contact:
    """Who holds the rights, speaks Spanish and may be written to."""
    made = m.Contact.objects.create(
        key="C-1", given="Marisol", family="Baptiste", address="815 Olive Street", city="Rosalia", state="CA",
        postal="90099", language="es", email="marisol@example.org", arrival=district.arrival,
    )  # fmt: skip
    m.FamilyLink.objects.create(
        student=truant, contact=made, relation="Mother", guardian=True, lives_with=True, primary=True, priority=1,
        rights_holder=True, mailing=True, arrival=district.arrival,
    )  # fmt: skip
    m.Phone.objects.create(contact=made, place=1, number="(213) 555-0142", kind="Mobile", arrival=district.arrival)
    return made


@pytest.fixture
def father(truant, district) -> m.Contact:
    """Whom a court keeps away: his address and number stand nowhere."""
    made = m.Contact.objects.create(
        key="C-2", given="Andre", family="Baptiste", address=RESTRICTED_HOME, city="Rosalia", state="CA",
        postal="90099", arrival=district.arrival,
    )  # fmt: skip
    m.FamilyLink.objects.create(
        student=truant, contact=made, relation="Father", guardian=False, lives_with=False, primary=False, priority=2,
        restrictions="Court order", rights_holder=False, mailing=False, arrival=district.arrival,
    )  # fmt: skip
    m.Phone.objects.create(contact=made, place=1, number="(213) 555-0199", kind="Mobile", arrival=district.arrival)
    return made


@pytest.fixture
def sibling(truant, mother, district) -> m.Student:
    """Another child of the home."""
    made = district.student("P-2")
    made.given = "Amara"
    made.save(update_fields=["given"])
    m.FamilyLink.objects.create(
        student=made, contact=mother, relation="Mother", guardian=True, lives_with=True, primary=True, priority=1,
        rights_holder=True, mailing=True, arrival=district.arrival,
    )  # fmt: skip
    return made


@pytest.fixture
def log(truant, rosa):
    """`log("call", "reached", 7, "words")`: what Rosa logged on the eighth school day."""

    def run(kind: str, outcome: str, day: int, said: str = "", **more):
        return cases.log(
            key=uuid4(), student=truant, kind=kind, outcome=outcome, on=DAYS[day], said=said, by=rosa, **more
        )

    return run


@pytest.fixture
def chained(referral, mother, father, sibling, log, take, district, sarb, rosa, ines, settings) -> Referral:
    """The truant's referral with everything that a board's packet needs."""
    settings.DISTRICT = "Rosalia Unified School District"
    settings.EMAIL_BACKEND = "firstbell.notices.providers.LocalMail"  # pytest-django put its own in its place
    notices.set_letterhead(school=referral.school, by=rosa, **HEAD)
    take("report", 5)
    log("visit", "reached", 8, "The bus passes before the alarm rings.")
    take("attempt", 9, said={"how": "Home visit"})
    take("report", 11)
    take("report", 15)
    log("call", "no_answer", 16)
    referral.step = take("referral", 17)
    referral.asked = "That somebody calls by nine."
    referral.save(update_fields=["step", "asked"])
    post(referral, rosa, ines)
    supports.write_plan(student=referral.student, draft=plan_draft(), by=rosa)
    return Referral.objects.select_related("student__school", "school", "panel", "by").get(pk=referral.pk)


def post(referral: Referral, by: User, second: User) -> None:
    """Every letter that is due is prepared, approved, issued and sent, by the real actions."""
    notices.find_due()
    batch = notices.prepare(
        scope=EVERYTHING, kinds=["first_truancy", "next_truancy", "sarb_referral"], send_on=DAYS[-1], by=by,
        channels=["print", "email"], school=referral.school,
    )  # fmt: skip
    notices.approve(batch=batch, by=second)
    notices.issue(batch=notices.ask_issue(batch=batch, by=second).pk)
    notices.deliver(batch=batch.pk)
    notices.mailed(batch=batch, by=by)


@pytest.fixture
def note(truant, rosa, ines):
    """`note("sealed", "words")`: a note of Rosa's about the student."""

    def run(lock: str, text: str, by: User | None = None):
        readers = [ines] if lock == "restricted" else []
        return write_note(student=truant, lock=lock, text=text, by=by or rosa, readers=readers, careful=True)

    return run


def day_of(place: int) -> date:
    return DAYS[place]


__all__ = ["YEAR", "chained", "father", "log", "mother", "note", "sibling", "time", "timedelta"]
