"""Whom a hearing is told to, at which homes, in which words; and who is still owed a word of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.timezone import localtime
from icalendar import Calendar, Event

from firstbell.law.findings import Reason, count, spoken
from firstbell.law.notices import Kind
from firstbell.letters import data as paper
from firstbell.letters.linter import lint
from firstbell.letters.wording import wording
from firstbell.notices.models import Delivery, Due, Letterhead
from firstbell.notices.queries.addressing import Addressed, Home, addressed
from firstbell.notices.queries.facts import Facts
from firstbell.notices.queries.planning import lines_of, school_on
from firstbell.notices.rules import Out, grade_of
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Hearing, Invitation, Member, Packet, Referral
from firstbell.panels.queries.docket import minute
from firstbell.panels.rules.scheduling import clock as time_words
from firstbell.roster.models import Student

GONE = (Delivery.State.FAILED, Delivery.State.RETURNED)
_LETTERHEAD = "Complete the letterhead of the school under Letters, Letterheads."


@dataclass(frozen=True, slots=True)
class Told:
    """One home of a hearing's family, the students of it that its letter names, and the languages it is written in."""

    home: Home
    students: tuple[Student, ...]
    languages: tuple[str, ...]

    @property
    def contact(self) -> int | None:
        return self.home.contacts[0] if self.home.contacts else None


@dataclass(frozen=True, slots=True)
class Family:
    """The homes that a hearing is told to, or what stands in the way; what a letter is written with."""

    told: tuple[Told, ...]
    out: tuple[Out, ...]
    head: Letterhead | None
    approved: dict[str, str]


def family_of(hearing: Hearing, send_on: date) -> Family:
    """Whom the law lets us tell today (EC 49061, 48853.5), and in which languages (EC 48985)."""
    referrals = hearing.referrals.filter(state__in=("set", "accepted")).order_by("pk")
    students = [one.student_id for one in referrals]
    facts = Facts(tuple(Due(student_id=one) for one in students), send_on, send_on)
    head = Letterhead.objects.filter(school=hearing.school_id).select_related("school").first()
    homes: dict[tuple, tuple[Home, list[Student], tuple[str, ...]]] = {}
    out = [] if head else [Out((Reason("", f"The letterhead of {hearing.school} is not complete."),), _LETTERHEAD)]
    for key in students:
        student = facts.students[key]
        found = _addressed(facts, student)
        if isinstance(found, Out):
            out.append(found)
            continue
        for home in found.homes:
            apart = student.pk if home.apart else 0
            homes.setdefault((home.key, apart, found.languages), (home, [], found.languages))[1].append(student)
    told = tuple(Told(home, tuple(named), languages) for home, named, languages in homes.values())
    return Family(told, tuple(out), head, facts.approved)


def _addressed(facts: Facts, student: Student) -> Addressed | Out:
    if not grade_of(student.grade):
        return Out((Reason("", f"The grade of {student.name} is none that a letter can name."),), "Correct it there.")
    return addressed(facts, student)


@dataclass(frozen=True, slots=True)
class Meet:
    """A hearing at the time and in the room that somebody was told of."""

    hearing: Hearing
    start: datetime
    room: str

    @classmethod
    def told(cls, invitation: Invitation) -> "Meet":
        return cls(invitation.hearing, invitation.start, invitation.room)

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=KINDS[self.hearing.panel.kind].minutes)

    @property
    def where(self) -> str:
        return where(self.hearing.day.place, self.room)


def letters_of(
    meet: Meet, family: Family, told: Told, kind: Kind, sent_on: date, reference: str
) -> tuple[paper.Letter, ...] | Out:
    """The letter to one home in each of its languages, linted; Out names what stops it."""
    try:
        letters = tuple(_letter(meet, family, told, kind, sent_on, one, reference) for one in told.languages)
    except ValueError as cannot:
        return Out((Reason("", f"It cannot be printed: {cannot}."),), "Correct it at the source.")
    found = [one for letter in letters for one in lint(letter, family.approved)]
    return Out(tuple(Reason("", str(one)) for one in found[:3]), found[0].remedy) if found else letters


def _letter(
    meet: Meet, family: Family, told: Told, kind: Kind, sent_on: date, language: str, reference: str
) -> paper.Letter:
    head, panel, start = family.head, meet.hearing.panel, localtime(meet.start)
    assert head is not None  # without one the family is out
    return paper.Letter(
        kind=kind, language=language, sent_on=sent_on, school=school_on(head, settings.DISTRICT),
        to=paper.Contact(told.home.name, told.home.lines),
        students=tuple(_student(one) for one in told.students),
        person=paper.Person(head.person, head.person_title, head.person_phone), reference=reference,
        meeting=paper.Meeting(start.date(), start.time(), meet.where),
        board=paper.Board(panel.name, lines_of(panel.address)),
    )  # fmt: skip


def _student(one: Student) -> paper.Student:
    return paper.Student(f"{one.given} {one.family}", paper.Grade(grade_of(one.grade)), (), (), one.given)


def where(place: str, room: str) -> str:
    return place if room in place else f"{place}, {room}"


def reminder(hearing: Hearing, language: str, phone: str) -> str:
    """What a telephone may show: when and where, and not of whom or why."""
    said, start = wording(language), localtime(hearing.span.lower)
    return said.say(
        "hearing_invitation.reminder", day=said.day(start.date()), time=said.clock(start.time()),
        board_address=where(hearing.day.place, hearing.room), phone=phone,
    )  # fmt: skip


def standing(hearing: Hearing) -> QuerySet[Invitation]:
    """The invitations that say the time and room that the hearing has now, and did not fail."""
    rows = hearing.invitations.filter(what=Invitation.What.INVITATION).exclude(state__in=GONE)
    return rows.filter(start=hearing.span and hearing.span.lower, room=hearing.room)


@dataclass(frozen=True, slots=True)
class Owed:
    """Somebody who has not been told of a hearing as it is now. `again`: they were told of another time."""

    name: str
    again: bool
    member: Member | None = None
    told: Told | None = None


def owed(hearing: Hearing, family: Family) -> list[Owed]:
    """Homes and members without a standing invitation."""
    if hearing.state != "set":
        return []
    have = list(standing(hearing))
    before = set(hearing.invitations.exclude(state__in=GONE).values_list("contact", "member", "to"))
    families, members = {(one.contact_id, one.to) for one in have}, {one.member_id for one in have}
    found = [
        Owed(one.home.name, (one.contact, None, one.home.name) in before, told=one)
        for one in family.told
        if (one.contact, one.home.name) not in families
    ]
    seats = hearing.seatings.select_related("member__user").order_by("member__seat", "member__name")
    found += [
        Owed(one.member.name, (None, one.member_id, one.member.name) in before, member=one.member)
        for one in seats
        if one.member_id not in members
    ]
    return found


def summons(member: Member, meets: Sequence[Meet], what: str) -> tuple[str, str]:
    """Subject and text of what a member is told of hearings of one day; no student is in it."""
    panel, first = meets[0].hearing.panel, min(one.start for one in meets)
    title = f"{KINDS[panel.kind].short} on {spoken(localtime(first).date())}"
    said = {
        Invitation.What.INVITATION: f"You are asked to sit at {count(len(meets), 'hearing')}.",
        Invitation.What.REMINDER: f"A reminder: you sit at {count(len(meets), 'hearing')}.",
        Invitation.What.CALLED_OFF: f"{count(len(meets), 'hearing')} will not take place. You need not come for it.",
    }[Invitation.What(what)]
    off = what == Invitation.What.CALLED_OFF
    lines = [f"{title}, {panel}", "", f"{member.name}: {said}", ""]
    lines += [_hours(one) if off else f"{_hours(one)}, {one.where}" for one in sorted(meets, key=lambda one: one.start)]
    if not off:
        lines += ["", _packets([one.hearing for one in meets])]
    return title, "\n".join(lines) + "\n"


def _hours(one: Meet) -> str:
    return f"{time_words(minute(one.start))} to {time_words(minute(one.end))}"


def _packets(hearings: Sequence[Hearing]) -> str:
    """Where to read them, once each student's packet for the panel is released."""
    rows = Referral.objects.filter(hearings__in=hearings).exclude(state="withdrawn")
    released = Packet.objects.filter(
        referral=OuterRef("pk"), audience="panel", released_at__isnull=False, withdrawn_at=None
    )
    if rows.filter(~Exists(released)).exists():
        return "The packets are not released yet. You will be told."
    return f"The packets are released. Sign in to read them: {settings.ADDRESS}/panels/seats/"


def calendar(meets: Sequence[Meet], *, of_family: bool, off: bool = False) -> bytes:
    """Hearings as iCalendar (RFC 5545), to put in one's calendar or to take out of it; nobody's name is in it."""
    made = Calendar()
    made.add("prodid", "-//Firstbell//hearings//EN")
    made.add("version", "2.0")
    made.add("method", "CANCEL" if off else "PUBLISH")
    for one in meets:
        made.add_component(_event(one, of_family=of_family, off=off))
    return made.to_ical()


def _event(one: Meet, *, of_family: bool, off: bool) -> Event:
    hearing, event = one.hearing, Event()
    event.add("uid", f"hearing-{hearing.pk}-{'family' if of_family else 'panel'}@firstbell")
    event.add("sequence", hearing.version)
    event.add("dtstamp", timezone.now())
    event.add("dtstart", one.start.astimezone(UTC))
    event.add("dtend", one.end.astimezone(UTC))
    summary = f"{KINDS[hearing.panel.kind].short} hearing, {hearing.panel}"
    event.add("summary", "Meeting at school district" if of_family else summary)
    if not off:
        event.add("location", one.where)
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("class", "PRIVATE")
    return event
