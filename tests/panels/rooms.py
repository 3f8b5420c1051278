"""A hearing of today with its people, and a short way through it: what the room's tests stand on."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from firstbell.cases import actions as cases
from firstbell.cases.models import Case
from firstbell.panels.actions import agreements, room
from firstbell.panels.actions.moving import move
from firstbell.panels.models import Agreement, Day, Hearing, Present, Referral, Seating
from firstbell.panels.queries.agreements import agreement_of, still_to_sign
from firstbell.roster.models import Contact, FamilyLink, Phone
from tests.panels.conftest import at

MARIE = "Marie Baptiste"
INTERPRETER = "Luz Ortega"


@pytest.fixture
def case(truant, counselor) -> Case:
    """The truant's open case; Rosa is the named adult."""
    return cases.open_case(student=truant, by=counselor, lead=counselor, tier=3)


@pytest.fixture
def mother(truant, district) -> Contact:
    """Marie Baptiste: holds the rights, lives with Noor, has one number and a complete address."""
    made = Contact.objects.create(
        key="C-1", given="Marie", family="Baptiste", language="es", address="4 Elm Street", city="Los Angeles",
        state="CA", postal="90011", email="marie@example.org", arrival=district.arrival,
    )  # fmt: skip
    FamilyLink.objects.create(
        student=truant, contact=made, relation="Mother", guardian=True, rights_holder=True, lives_with=True,
        primary=True, priority=1, arrival=district.arrival,
    )  # fmt: skip
    Phone.objects.create(contact=made, place=1, number="+12135550199", kind="mobile", arrival=district.arrival)
    return made


@pytest.fixture
def today_day(sarb, ines, today) -> Day:
    """A hearing day of the board today, one room."""
    return Day.objects.create(
        panel=sarb, on=today, opens=time(8, 30), closes=time(12, 15), place="12 Alder Street", rooms=["Room 4"], by=ines
    )


@pytest.fixture
def set_for(today_day, ines):
    """`set_for(referral, 9)`: heard today at nine, with every member of the panel seated."""

    def run(
        referral: Referral, hour: int = 9, *, language: str = "en", day: Day = today_day, room: str = ""
    ) -> Hearing:
        start = at(day.on, hour)
        span = DateTimeTZRange(start, start + timedelta(minutes=45))
        made = Hearing.objects.create(
            panel=day.panel, school=referral.school, day=day, room=room or day.rooms[0], family=referral.student_id,
            span=span, state="set", language=language,
        )  # fmt: skip
        made.referrals.add(referral)
        if referral.state == "draft":
            for what in ("send", "accept", "set"):
                move(referral, what, by=ines)
        for member in day.panel.members.all():
            Seating.objects.create(hearing=made, member=member, span=span)
        return made

    return run


@pytest.fixture
def hearing(referral, set_for, case, mother) -> Hearing:
    """The truant's hearing, set for today at nine; the family speaks English."""
    return set_for(referral)


@pytest.fixture
def running(hearing, ines) -> Hearing:
    """The same, begun, with four members, the mother and the student in the room."""
    return begin(hearing, ines)


def begin(hearing: Hearing, by, *, members: int = 4, family: bool = True) -> Hearing:
    for member in hearing.panel.members.order_by("pk")[:members]:
        room.arrive(hearing=hearing, party="panel", name="", member=member, by=by)
    if family:
        room.arrive(hearing=hearing, party="family", name=MARIE, by=by)
        room.arrive(hearing=hearing, party="student", name="Noor", by=by)
    return room.start(hearing=hearing, by=by)


def promise(hearing: Hearing, by, party: str, **more):
    """One directive of a side, due in two weeks."""
    first = hearing.referrals.order_by("pk").first()
    who = {"family": MARIE, "school": "Rosa Diaz"}.get(party, "Tom Abara")
    told = {
        "student": first.student, "party": party, "who": who,
        "what": f"What the {party} does", "due_on": hearing.day.on + timedelta(14), "evidence": "word",
        "owner": first.by if party in ("school", "agency") else None,
    }  # fmt: skip
    return agreements.add_directive(hearing=hearing, by=by, **(told | more))


def draft(hearing: Hearing, by) -> Agreement:
    """One directive a side: the family's, at most two days missed in twenty, a call by the school, a mentor."""
    promise(hearing, by, "family")
    promise(hearing, by, "student", who="Noor", evidence="attendance", target=2, target_of=20)
    promise(hearing, by, "school", evidence="contacts", doing="call")
    promise(hearing, by, "agency", evidence="services")
    return Agreement.objects.get(hearing=hearing)


def read_aloud(hearing: Hearing, by, reader: str = "Ines Quiroga") -> Agreement:
    return agreements.read_back(hearing=hearing, reader=reader, by=by)


def sign_all(hearing: Hearing, by, **refused: str) -> Agreement:
    """Every side signs by typed name; `refused` names sides that would not, with why."""
    for side in still_to_sign(agreement_of(hearing)):
        how = {"method": "refused", "why": refused[side]} if side in refused else {"method": "device", "typed": True}
        agreements.sign(hearing=hearing, party=side, name=f"the {side}", by=by, **how)
    return agreement_of(hearing)


def heard(hearing: Hearing, by) -> Hearing:
    """Drafted, read back, signed and held."""
    draft(hearing, by)
    read_aloud(hearing, by)
    sign_all(hearing, by)
    return room.hold(hearing=hearing, by=by)


def call(student, by, outcome: str = "no_answer", on: date | None = None):
    return cases.log(key=uuid4(), student=student, kind="call", outcome=outcome, by=by, on=on)


def leaves(hearing: Hearing, name: str, by) -> Present:
    return room.leave(present=hearing.present.get(name=name), by=by)
