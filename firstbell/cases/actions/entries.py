"""The contact log: one entry, and everything that follows from it in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from firstbell.cases.actions.steps import take_back, take_step
from firstbell.cases.models import Case, Entry, Task
from firstbell.cases.queries import ladder_of
from firstbell.cases.rules import refusal
from firstbell.cases.rules.entries import BARRIERS, KINDS, OUTCOMES, clears, refused
from firstbell.cases.rules.tasks import TASKS, minutes
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.steps import StepKind
from firstbell.roster.models import Contact, FamilyLink, Student
from firstbell.roster.queries import housemates

UNDO = timedelta(hours=24)
"""How long whoever wrote an entry may take it back by themselves."""


@dataclass(frozen=True, slots=True)
class Next:
    """The next step that was promised: a task of this kind, due that day."""

    kind: str
    due_on: date
    text: str = ""


@transaction.atomic
def log(
    *, key: UUID, student: Student, kind: str, outcome: str, by: User, on: date | None = None,
    contact: Contact | None = None, number: str = "", barriers: Sequence[str] = (), said: str = "",
    took: int | None = None, counts_as_effort: bool = False, next_step: Next | None = None,
    also: Sequence[Student] = (),
) -> Entry:  # fmt: skip
    """Write a contact down, once: with the same `key` again, what was written the first time.

    It clears the open tasks it is the work of, makes the next step a task, and, where `counts_as_effort`, is filed as
    the attempt at a conference (EC 48262). `also` are other children of the home whom it was about: each has an entry
    of the same words, without its minutes. NotAllowed says what is wrong with it, or why it is no such attempt.
    """
    # a double click comes as two at once; of several children everybody locks the same first
    named = [student.pk, *(one.pk for one in also)]
    list(Student.objects.select_for_update(of=("self",)).filter(pk__in=named).order_by("pk"))
    if before := Entry.objects.filter(key=key).first():
        return before
    on = on or clock.today()
    spent = KINDS[kind].minutes if took is None and kind in KINDS else took or 0
    if no := refused(kind, outcome, on=on, today=clock.today(), said=said, minutes=spent):
        raise refusal(no)
    if unknown := [one for one in barriers if one not in BARRIERS]:
        raise refusal(f"There is no barrier {unknown[0]!r}.")
    _may_name(student, also, kind)
    told = {
        "kind": kind, "outcome": outcome, "contact": contact, "number": number[:40], "said": said.strip(), "on": on,
        "barriers": list(dict.fromkeys(barriers)), "by": by,
    }  # fmt: skip
    entry = _write(told, student, counts_as_effort, key=key, minutes=spent)
    for sibling in also:
        effort = counts_as_effort and _would_count(sibling)
        _write(told, sibling, effort, key=uuid5(key, str(sibling.pk)), minutes=0, same_as=entry)
    if next_step is not None:
        _promise(entry, next_step, by)
    return entry


def _may_name(student: Student, also: Sequence[Student], kind: str) -> None:
    if also and not KINDS[kind].reaches_home:
        raise refusal("Only a contact with the family can be about several children: log this one for each child.")
    home = housemates([student.pk]).get(student.pk, ()) if also else ()
    if strangers := [one.name for one in also if one.pk not in home]:
        raise refusal(f"{strangers[0]} does not live in the same home as {student.name}: log it there.")


def _would_count(student: Student) -> bool:
    """Whether an attempt at a conference would be one for this child (EC 48262): only then it is filed for them."""
    climb = ladder_of(student)
    return bool(climb and climb.meet)


def _write(told: dict[str, Any], student: Student, effort: bool, **own: Any) -> Entry:
    """One child's entry of what was told, and what follows from it for that child alone; `own` are its other fields."""
    kind, outcome, by, contact = told["kind"], told["outcome"], told["by"], told["contact"]
    if contact is not None and not FamilyLink.objects.filter(student=student, contact=contact).exists():
        whom = f"{student.name}: log it for each child" if "same_as" in own else "this student"
        raise refusal(f"That person is no contact of {whom}.")
    case = Case.objects.open().filter(student=student).first()
    step = _effort(student, kind, outcome, told["on"], by) if effort else None
    entry = Entry.objects.create(student=student, case=case, step=step, **told, **own)
    _clear(entry, by)
    filed = step and step.pk
    journal.record(
        "cases.contact_logged", by=by, about=entry, student=student.pk, kind=kind, outcome=outcome, step=filed
    )
    return entry


def _effort(student: Student, kind: str, outcome: str, on: date, by: User):
    if not KINDS[kind].reaches_home:
        raise refusal("Only an effort to reach the family counts as an attempt at a conference.")
    said = {"how": KINDS[kind].label, "whom": "Parent or guardian", "outcome": OUTCOMES[outcome]}
    held = kind == "conference" and outcome in ("reached", "plan")
    made = StepKind.CONFERENCE if held else StepKind.ATTEMPT
    return take_step(student=student, kind=made, on=on, by=by, said=said)


def _clear(entry: Entry, by: User) -> None:
    """The work exists now: the tasks that waited for it are done."""
    waiting = Task.objects.open().filter(case__student=entry.student_id, case__state=Case.State.OPEN)
    for task in waiting.select_for_update(of=("self",)):
        if clears(task.kind, entry.kind, entry.outcome):
            task.state, task.done_on, task.done_by, task.done_with = Task.State.DONE, entry.on, by, entry
            task.version += 1
            task.save(update_fields=["state", "done_on", "done_by", "done_with", "version"])
            journal.record("cases.task_done", by=by, about=task, student=entry.student_id, entry=entry.pk)


def _promise(entry: Entry, wanted: Next, by: User) -> None:
    if wanted.kind not in TASKS:
        raise refusal("Choose what the next step is.")
    if wanted.due_on < clock.today():
        raise refusal("The next step must be today or later.")
    if entry.case is None:
        raise refusal("A next step needs a case: open one for this student first.")
    task = Task.objects.create(
        case=entry.case, kind=wanted.kind, text=wanted.text[:300], owner=by, due_on=wanted.due_on,
        minutes=minutes(wanted.kind), source=Task.Source.ENTRY, asked_in=entry, asked_by=by,
    )  # fmt: skip
    journal.record("cases.task_asked", by=by, about=task, student=entry.student_id, entry=entry.pk)


@transaction.atomic
def undo(*, entry: Entry, by: User) -> Entry:
    """Take an entry back within a day: it stays on record as undone, and what followed from it is as before.

    NotAllowed for another person's entry, an old one, or one whose next step somebody has already done.
    """
    entry = Entry.objects.select_for_update(of=("self",)).select_related("student", "step").get(pk=entry.pk)
    if entry.undone_at is not None:
        return entry
    if entry.by_id != by.pk:
        raise refusal(f"Only {entry.by} can take this back: they wrote it.")
    if timezone.now() - entry.at > UNDO:
        raise refusal("It was written more than a day ago. Write a new entry that puts it right.")
    if done := entry.next_steps.filter(state=Task.State.DONE).first():
        raise refusal(f"Its next step is done already ({done}). Write a new entry that puts it right.")
    for other in entry.others.filter(undone_at=None).order_by("pk"):
        undo(entry=other, by=by)  # it was one contact: taken back, it was about no child
    entry.undone_at, entry.undone_by = timezone.now(), by
    entry.save(update_fields=["undone_at", "undone_by"])
    _reopen(entry, by)
    for task in entry.next_steps.open().select_for_update(of=("self",)):
        task.state, task.outcome = Task.State.DROPPED, "The entry it came from was undone"
        task.version += 1
        task.save(update_fields=["state", "outcome", "version"])
        journal.record("cases.task_dropped", by=by, about=task, student=entry.student_id, why=task.outcome)
    if entry.step is not None and entry.step.withdrawn_on is None:
        take_back(step=entry.step, by=by, why="The entry it came from was undone.")
    journal.record("cases.contact_undone", by=by, about=entry, student=entry.student_id)
    return entry


def _reopen(entry: Entry, by: User) -> None:
    """The work does not exist any more: the tasks it cleared wait again, where their case is still open."""
    for task in entry.cleared.filter(case__state=Case.State.OPEN).select_for_update(of=("self",)):
        task.state, task.done_on, task.done_by, task.done_with = Task.State.OPEN, None, None, None
        task.version += 1
        task.save(update_fields=["state", "done_on", "done_by", "done_with", "version"])
        journal.record("cases.task_reopened", by=by, about=task, student=entry.student_id, entry=entry.pk)
