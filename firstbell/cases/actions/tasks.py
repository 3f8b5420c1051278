"""Tasks: asked for, claimed, put off with a reason, done with the work to show, or dropped with a reason."""

from datetime import date, timedelta

from django.db import transaction

from firstbell.cases.models import Case, Task, Wait
from firstbell.cases.rules import refusal
from firstbell.cases.rules.tasks import BY_WORD, TASKS, minutes
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.findings import spoken
from firstbell.roster.models import Student

FURTHEST = timedelta(days=30)
"""How far a task can be put off: one review period and a little."""


@transaction.atomic
def ask(
    *, case: Case, kind: str, due_on: date, by: User | None, owner: User | None = None, text: str = "",
    source: str = Task.Source.PERSON, took: int | None = None,
) -> Task:  # fmt: skip
    """Ask for something to be done in an open case. NotAllowed says what is wrong."""
    if kind not in TASKS:
        raise refusal("Choose what is to be done.")
    if kind == "other" and not text.strip():
        raise refusal("Say what is to be done.")
    if due_on < clock.today():
        raise refusal(f"{spoken(due_on)} is past: choose today or a later day.")
    if Case.objects.select_for_update(of=("self",)).get(pk=case.pk).state != Case.State.OPEN:
        raise refusal("The case is closed. Open it again first.")
    task = Task.objects.create(
        case=case, kind=kind, text=text.strip()[:300], owner=owner, due_on=due_on,
        minutes=minutes(kind) if took is None else took, source=source, asked_by=by,
    )  # fmt: skip
    journal.record("cases.task_asked", by=by, about=task, student=case.student_id, kind=kind)
    return task


@transaction.atomic
def finish(*, task: Task, outcome: str, by: User, version: int | None = None) -> Task:
    """Say what was done. NotAllowed for what only a contact can prove: log it, and the task clears by itself."""
    task = _current(task, version)
    if task.kind not in BY_WORD:
        raise refusal(f"“{TASKS[task.kind]}” is done when the contact is logged; it clears by itself then.")
    if not outcome.strip():
        raise refusal("Say what was done.")
    task.state, task.done_on, task.done_by, task.outcome = Task.State.DONE, clock.today(), by, outcome.strip()[:500]
    _save(task, "state", "done_on", "done_by", "outcome")
    journal.record("cases.task_done", by=by, about=task, student=task.case.student_id)
    return task


@transaction.atomic
def drop(*, task: Task, why: str, by: User | None, version: int | None = None) -> Task:
    """It will not be done: the reason is kept. Without a person it is the night that found so."""
    task = _current(task, version)
    if not why.strip():
        raise refusal("Say why it is not needed any more.")
    task.state, task.outcome = Task.State.DROPPED, why.strip()[:500]
    _save(task, "state", "outcome")
    journal.record("cases.task_dropped", by=by, about=task, student=task.case.student_id, why=task.outcome)
    return task


@transaction.atomic
def retell(*, task: Task, text: str, due_on: date, by: User | None) -> Task:
    """Say anew why an open task is asked, and let it be due on the nearer of its own day and `due_on`."""
    task = _current(task, None)
    task.text, task.due_on = text.strip()[:300], min(task.due_on, due_on)
    _save(task, "text", "due_on")
    journal.record("cases.task_retold", by=by, about=task, student=task.case.student_id, due_on=str(task.due_on))
    return task


@transaction.atomic
def snooze(*, task: Task, until: date, why: str, by: User, version: int | None = None) -> Task:
    """Put it off, at most FURTHEST, and say why. Its due day stays: what is late is late."""
    task = _current(task, version)
    _later(until)
    if not why.strip():
        raise refusal("Say why it can wait.")
    task.snoozed_until, task.snoozed_why = until, why.strip()[:200]
    _save(task, "snoozed_until", "snoozed_why")
    journal.record("cases.task_snoozed", by=by, about=task, student=task.case.student_id, until=str(until), why=why)
    return task


@transaction.atomic
def put_off(*, student: Student, until: date, why: str, by: User) -> Wait:
    """Say that a student's row of Today can wait, and why. What has a legal date comes back by itself before it."""
    _later(until)
    if not why.strip():
        raise refusal("Say why it can wait.")
    wait = Wait.objects.create(student=student, until=until, why=why.strip()[:200], by=by)
    journal.record("cases.put_off", by=by, about=wait, student=student.pk, until=str(until), why=wait.why)
    return wait


@transaction.atomic
def claim(*, task: Task, by: User, version: int | None = None) -> Task:
    """Take it on. Two at once: the second is told who has it."""
    task = _current(task, version)
    if task.claimed_by_id not in (None, by.pk):
        raise refusal(f"{task.claimed_by} has it already.")
    task.claimed_by, task.owner = by, by
    _save(task, "claimed_by", "owner")
    journal.record("cases.task_claimed", by=by, about=task, student=task.case.student_id)
    return task


def _later(until: date) -> None:
    if not clock.today() < until <= clock.today() + FURTHEST:
        raise refusal(f"Put it off until tomorrow at the earliest, and {FURTHEST.days} days from now at the latest.")


def _current(task: Task, version: int | None) -> Task:
    now = Task.objects.select_for_update(of=("self",)).select_related("case", "claimed_by", "done_by").get(pk=task.pk)
    if now.state != Task.State.OPEN:
        raise refusal(f"This task is {now.get_state_display().lower()}{f', by {now.done_by}' if now.done_by else ''}.")
    if version is not None and version != now.version:
        who = f" {now.claimed_by} has it now." if now.claimed_by else ""
        raise refusal(f"Somebody changed this task while you had it open.{who} Look at it and decide again.")
    return now


def _save(task: Task, *fields: str) -> None:
    task.version += 1
    task.save(update_fields=[*fields, "version"])
