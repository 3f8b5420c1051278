"""Looking for a student: beginning, the steps, finding them, losing them again, handing over, and their return."""

from datetime import date
from uuid import UUID

from django.db import transaction

from firstbell.attendance.models import Served
from firstbell.cases import actions as cases
from firstbell.cases.models import Entry
from firstbell.cases.rules import refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.recovery.actions.standing import current, settle, turned
from firstbell.recovery.models import Search, Step, Turn, Unseen
from firstbell.recovery.rules import KINDS, STATES
from firstbell.recovery.rules.steps import refused
from firstbell.roster.models import Contact, Student

HOWS = ("call", "text", "mail", "visit")
"""The kinds of contact by which a step is taken."""


@transaction.atomic
def begin(*, student: Student, why: str, by: User) -> Search:
    """Begin to look for a student before the night would: somebody knows something. NotAllowed says why not."""
    if student.school_id is None:
        raise refusal("This student is at no school of the district. A search needs a school that answers for it.")
    if not why.strip():
        raise refusal("Say why: what was heard, and from whom.")
    Student.objects.select_for_update(of=("self",)).get(pk=student.pk)
    if Search.objects.open().filter(student=student).exists():
        raise refusal("Somebody looks for this student already. Go on with that search.")
    missed, today = Unseen.objects.filter(student=student).first(), clock.today()
    search = Search.objects.create(
        student=student, school_id=student.school_id, year=SchoolYear.of(today).ending, lane="few", opened_on=today,
        grade=student.grade or "",
        kind="no_show" if missed and missed.last_seen_on is None else "unseen", opened_by=by, owner=by,
        since=missed.first_on if missed else _tomorrow_of_facts(today), unseen=missed.days if missed else 0,
        unexcused=missed.days if missed else 0,
        last_seen_on=missed.last_seen_on if missed else None,
    )  # fmt: skip
    Unseen.objects.filter(student=student).delete()
    turned(search, Turn.What.BEGUN, by=by, now=KINDS[search.kind], why=why)
    settle(search)
    journal.record("recovery.begun", by=by, about=search, student=student.pk)
    return search


def _tomorrow_of_facts(today: date) -> date:
    """Who was seen on the served day is missed from the day after: or the night would take that day for a return."""
    served = Served.objects.first()
    return date.fromordinal(served.on.toordinal() + 1) if served and served.on >= today else today


@transaction.atomic
def log_step(
    *, search: Search, key: UUID, kind: str, outcome: str, by: User, on: date | None = None, said: str = ""
) -> Step:
    """Write down a step that is no contact with the home, once: with the same `key` again, what was written first."""
    search = current(search, None)
    if before := Step.objects.filter(key=key).first():
        return before
    on, today = on or clock.today(), clock.today()
    if no := refused(kind, outcome, on=on, today=today, since=min(search.since, today), said=said):
        raise refusal(no)
    step = Step.objects.create(key=key, search=search, kind=kind, outcome=outcome, said=said.strip(), on=on, by=by)
    settle(search)
    journal.record("recovery.step_logged", by=by, about=step, student=search.student_id, kind=kind, outcome=outcome)
    return step


@transaction.atomic
def log_contact(
    *, search: Search, key: UUID, how: str, outcome: str, by: User, on: date | None = None, said: str = "",
    contact: Contact | None = None, number: str = "",
) -> Entry:  # fmt: skip
    """Write down a step that is a contact: one entry of the contact log, which cases, letters and reports read too."""
    search = current(search, None)
    if how not in HOWS:
        raise refusal("Choose how the family was tried.")
    entry = cases.log(
        key=key, student=search.student, kind=how, outcome=outcome, by=by, on=on, contact=contact, number=number,
        said=said,
    )  # fmt: skip
    settle(search)
    journal.record("recovery.step_logged", by=by, about=entry, student=search.student_id, kind=how, outcome=outcome)
    return entry


@transaction.atomic
def locate(*, search: Search, where: str, how: str, by: User, version: int | None = None) -> Search:
    """Somebody knows where the student is. The search stays open until they are back, or a proof is on record."""
    search = current(search, version, state=("unseen",))
    if not where.strip():
        raise refusal("Say where the student is.")
    if not how.strip():
        raise refusal("Say how we know: who told it, or who saw the student.")
    search.state, search.located_on, search.located_where = "located", clock.today(), where.strip()[:300]
    settle(search, "state", "located_on", "located_where")
    turned(search, Turn.What.LOCATED, by=by, was=STATES["unseen"], now=STATES["located"], why=f"{where}. {how}")
    journal.record("recovery.located", by=by, about=search, student=search.student_id)
    return search


@transaction.atomic
def lose(*, search: Search, why: str, by: User, version: int | None = None) -> Search:
    """It turned out that nobody knows where they are: the steps go on."""
    search = current(search, version, state=("located",))
    if not why.strip():
        raise refusal("Say what turned out to be wrong.")
    search.state, search.located_on, search.located_where = "unseen", None, ""
    settle(search, "state", "located_on", "located_where")
    turned(search, Turn.What.LOST, by=by, was=STATES["located"], now=STATES["unseen"], why=why)
    journal.record("recovery.lost_again", by=by, about=search, student=search.student_id)
    return search


@transaction.atomic
def hand_to(
    *, search: Search, owner: User | None, by: User, due_on: date | None = None, version: int | None = None
) -> Search:
    """Who looks for the student from now on, and by when the next step is done."""
    search = current(search, version)
    if due_on is not None and due_on < clock.today():
        raise refusal("The next step is due today or later.")
    was, search.owner = search.owner, owner
    search.due_on = due_on or search.due_on
    search.version += 1
    search.save(update_fields=["owner", "due_on", "version"])
    turned(search, Turn.What.OWNER, by=by, was=str(was or ""), now=str(owner or ""))
    journal.record("recovery.handed", by=by, about=search, student=search.student_id, owner=owner and owner.pk)
    return search


@transaction.atomic
def come_back(*, search: Search, on: date, seen_by: str, by: User, version: int | None = None) -> Search:
    """Somebody saw the student at school. The night puts the search back if the attendance then says otherwise."""
    search = current(search, version)
    if not search.since <= on <= clock.today():
        raise refusal(f"Choose the day from {search.since:%-d %B} to today on which they were at school.")
    if not seen_by.strip():
        raise refusal("Say who saw the student at school.")
    was, search.state, search.back_on = search.get_state_display(), "back", on
    search.closed_on, search.closed_by, search.last_seen_on = clock.today(), by, on
    search.version += 1
    search.save(update_fields=["state", "back_on", "closed_on", "closed_by", "last_seen_on", "version"])
    turned(search, Turn.What.CLOSED, by=by, was=was, now=STATES["back"], why=f"Seen by {seen_by.strip()}.")
    journal.record("recovery.back", by=by, about=search, student=search.student_id, on=str(on))
    return search
