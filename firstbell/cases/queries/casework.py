"""What a page shows of a student's case: how it stands, what waits, whom to reach, what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q, QuerySet

from firstbell.cases.models import Case, Entry, Meeting, Move, Note, Task
from firstbell.cases.rules.cases import TIERS, Proposal
from firstbell.cases.rules.entries import SPOKE
from firstbell.core import clock, sealing
from firstbell.core.access import May, Scope
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.roster.models import Contact, FamilyLink, Phone, Student
from firstbell.roster.queries import rings

WRONG = "wrong_number"


@dataclass(frozen=True, slots=True)
class Card:
    """A case in a few words. `reached` is the day on which a person last reached the family or the student."""

    case: Case | None
    tier: str
    lead: str
    tasks: int
    due_on: date | None
    reached: date | None


def card_of(student: Student) -> Card:
    """The open case of a student, what waits in it, when somebody was last reached. One query where there is none."""
    case = Case.objects.open().filter(student=student).select_related("lead").first()
    if case is None:
        return Card(None, TIERS[1], "", 0, None, None)
    waits = list(case.tasks.open().order_by("due_on").values_list("due_on", flat=True))
    spoke = Entry.objects.standing().filter(student=student, outcome__in=SPOKE).order_by("-on")
    due, last = next(iter(waits), None), spoke.values_list("on", flat=True).first()
    return Card(case, TIERS[case.tier], str(case.lead or ""), len(waits), due, last)


def tasks_of(case: Case) -> QuerySet[Task]:
    """What waits, first due first."""
    return case.tasks.open().select_related("owner", "claimed_by", "asked_by").order_by("due_on", "pk")


def entries_of(student: Student) -> QuerySet[Entry]:
    """The contact log, newest first; undone entries too, for they were written."""
    rows = Entry.objects.filter(student=student).select_related("by", "contact", "step", "undone_by")
    return rows.order_by("-on", "-pk")


def cases_of(student: Student) -> list[Case]:
    return list(Case.objects.filter(student=student).select_related("lead", "school").order_by("-year", "-pk"))


def moves_of(cases: Sequence[Case]) -> list[Move]:
    return list(Move.objects.filter(case__in=cases).select_related("by").order_by("-pk"))


@dataclass(frozen=True, slots=True)
class Line:
    """A number to try. `wrong_on` is the day somebody found that it is not theirs."""

    contact: Contact
    whose: str
    number: str
    wrong_on: date | None

    @property
    def key(self) -> str:
        return f"{self.contact.pk}:{self.number}"


def lines_to(student: Student) -> list[Line]:
    """The numbers of the family, the best first: those found wrong last, nobody who must not be called."""
    return lines_of([student.pk]).get(student.pk, [])


def lines_of(students: Sequence[int]) -> dict[int, list[Line]]:
    """The same for many students, in three queries; none for a student without anybody to call."""
    links = FamilyLink.objects.filter(student__in=students, live=True, contact__live=True).select_related("contact")
    mine = [link for link in links.order_by("priority", "pk") if not link.restrictions]
    numbers: dict[int, list[str]] = {}
    for phone in Phone.objects.filter(contact__in={one.contact_id for one in mine}, live=True).order_by("place"):
        written, can_ring = rings(phone)
        numbers.setdefault(phone.contact_id, []).extend([written] if can_ring else [])
    wrong = _found_wrong(list(numbers))
    found: dict[int, list[Line]] = {}
    for link in mine:
        whose = f"{link.contact} ({link.relation or 'contact'})"
        for number in numbers.get(link.contact_id, [""]) or [""]:
            line = Line(link.contact, whose, number, wrong.get((link.contact_id, number)))
            found.setdefault(link.student_id, []).append(line)
    return {who: sorted(lines, key=lambda one: (one.wrong_on is not None, not one.number))
            for who, lines in found.items()}  # fmt: skip


def _found_wrong(contacts: Sequence[int]) -> dict[tuple[int, str], date]:
    """(contact, number) to the day, where the last word on a number is that it is wrong, said of any child."""
    told = Entry.objects.standing().filter(contact__in=contacts).exclude(number="").order_by("on", "pk")
    last = {(contact, number): (outcome, on) for contact, number, outcome, on in
            told.values_list("contact", "number", "outcome", "on")}  # fmt: skip
    return {key: on for key, (outcome, on) in last.items() if outcome == WRONG}


@dataclass(frozen=True, slots=True)
class Read:
    """A note as one person may read it; `text` is None where there is a note they may not."""

    note: Note
    text: str | None


def notes_of(student: Student, reader: User, scope: Scope) -> list[Read]:
    """The notes there are about a student, newest first: open ones, those this person may read; no word of the rest."""
    rows = Note.objects.filter(student=student).select_related("by").prefetch_related("readers").order_by("-pk")
    rows = rows.exclude(~Q(by=reader), lock=Note.Lock.SEALED)
    found = []
    for note in rows:
        if note.lock == Note.Lock.SEALED:
            found.append(Read(note, _unsealed(note)))
        elif note.lock == Note.Lock.OPEN or _admits(note, reader, scope):
            found.append(Read(note, note.text))
        else:
            found.append(Read(note, None))
    return found


def _unsealed(note: Note) -> str:
    try:
        return sealing.opened(note.sealed)
    except sealing.NoKey as lost:
        return str(lost)


def _admits(note: Note, reader: User, scope: Scope) -> bool:
    named = {note.by_id, *(one.pk for one in note.readers.all())}
    return reader.pk in named or May.READ_RESTRICTED in scope


def timeline(entries: Sequence[Entry], moves: Sequence[Move]) -> list[dict[str, Any]]:
    """Contacts and moves in the shape `<c-timeline>` takes, newest first; `kind` is contact or case."""
    items = [_contact(entry) for entry in entries if entry.undone_at is None]
    items += [
        {"kind": "case", "on": move.on, "tone": "info", "title": _moved(move), "text": move.why,
         "by": str(move.by or "the night")}
        for move in moves
    ]  # fmt: skip
    return sorted(items, key=lambda item: item["on"], reverse=True)


def _moved(move: Move) -> str:
    change = " to ".join(filter(None, (move.was, move.now)))
    return f"{move.get_what_display()}: {change}" if change else move.get_what_display()


def _contact(entry: Entry) -> dict[str, Any]:
    text = " ".join(filter(None, (entry.said, f"In the way: {entry.barrier_words}." if entry.barriers else "")))
    return {
        "kind": "contact", "on": entry.on, "tone": "ok" if entry.outcome in SPOKE else "plain", "title": str(entry),
        "detail": str(entry.contact or ""), "text": text, "by": str(entry.by),
        "chip": "counts as a conference attempt" if entry.step_id else "",
    }  # fmt: skip


def colleagues(case: Case | Meeting) -> QuerySet[User]:
    """Who may be named as the adult of a case, or given a task: everybody with a post at its school today."""
    here = Q(posts__school=case.school_id) | Q(posts__region=case.school.region_id, posts__region__isnull=False)
    people = User.objects.filter(here, is_active=True, posts__span__contains=clock.today())
    return people.distinct().order_by("last_name", "pk")


def team_of(student: Student) -> QuerySet[User]:
    """Everybody with a post at the student's school: who a restricted note may name."""
    return User.objects.filter(posts__school=student.school_id, is_active=True).distinct().order_by("last_name", "pk")


def efforts(student: Student) -> list[Entry]:
    """The record of an SSPT or a referral: every contact of the year that counts for something, oldest first."""
    year = SchoolYear.of(clock.today())
    return list(
        Entry.objects.standing().filter(student=student, on__range=(year.starts, year.ends))
        .select_related("by", "contact", "step").order_by("on", "pk")
    )  # fmt: skip


def last_reached(students: Sequence[int]) -> dict[int, date]:
    """Student to the day on which a person last reached them or their family: what supervision looks at."""
    rows = Entry.objects.standing().filter(student__in=students, outcome__in=SPOKE)
    return dict(rows.values("student").annotate(last=Max("on")).values_list("student", "last"))


def proposal_words(case: Case, rule: Proposal | None) -> str:
    """What the rules propose where it differs from what a person decided; else nothing."""
    if rule is None or rule.tier == case.tier:
        return ""
    return f"The rules propose {TIERS[rule.tier].split(',')[0].lower()}: {rule.reason.sentence}"
