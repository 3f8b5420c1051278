"""The record for the SSPT: what was tried for a student this school year, by whom and when. Nothing is typed for it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from firstbell.cases.models import AgendaItem, Case, Move, Step, Task
from firstbell.cases.queries import efforts
from firstbell.cases.queries.casework import timeline
from firstbell.cases.rules.entries import SPOKE
from firstbell.core.access import May, Scope
from firstbell.law.calendar import SchoolYear
from firstbell.notices.queries import sent
from firstbell.roster.models import Student
from firstbell.supports.models import Check, Plan, Presence, Session

KINDS = {
    "case": "Tiers and who answers", "contact": "Contacts", "letter": "Letters", "process": "Truancy process",
    "plan": "Plan", "help": "Counseling and groups", "meeting": "Meetings and decisions", "task": "Other work",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """`items` in the shape `<c-timeline>` takes, oldest first; `counts` are (kind, words, how many) of all there is."""

    items: list[dict[str, Any]]
    counts: list[tuple[str, str, int]]
    contacts: int
    reached: int
    people: int


def record(who: Student, scope: Scope, on: date, *, kind: str = "") -> Record:
    """What was tried from the beginning of the school year up to day `on`; of one kind where it is asked for."""
    year = SchoolYear.of(on)
    told = [one for one in efforts(who) if one.on <= on]
    items = [*timeline(told, _moves(who, year)), *_letters(who), *_process(who), *_meetings(who), *_tasks(who)]
    if May.SEE_SUPPORTS in scope:
        items += [*_plans(who, year), *_help(who)]
    items = sorted((one for one in items if year.starts <= one["on"] <= on), key=lambda one: one["on"])
    counted = Counter(one["kind"] for one in items)
    return Record(
        items=[one for one in items if kind in ("", one["kind"])],
        counts=[(key, words, counted[key]) for key, words in KINDS.items() if counted[key]],
        contacts=len(told),
        reached=sum(one.outcome in SPOKE for one in told),
        people=len({one.by_id for one in told}),
    )


def _moves(who: Student, year: SchoolYear) -> list[Move]:
    cases = Case.objects.filter(student=who, year=year.ending)
    return list(Move.objects.filter(case__in=cases).select_related("by").order_by("pk"))


def _letters(who: Student) -> Iterable[dict[str, Any]]:
    return ({**one, "kind": "letter"} for one in sent.timeline(who))


def _process(who: Student) -> Iterable[dict[str, Any]]:
    """The steps of the truancy process; those that a contact was filed as are told with the contact."""
    for step in Step.objects.filter(student=who, entries=None).select_related("by"):
        fell = "" if step.stands else f"No longer stands: {step.hollow_why}"
        yield {
            "kind": "process", "on": step.on, "tone": "info" if step.stands else "severe", "title": step.title,
            "text": fell, "by": str(step.by or "the night"),
        }  # fmt: skip


def _meetings(who: Student) -> Iterable[dict[str, Any]]:
    """Every meeting in which the student was talked about, with what was decided, by whom it is done and by when."""
    rows = AgendaItem.objects.filter(student=who, state=AgendaItem.State.DISCUSSED, meeting__started_at__isnull=False)
    for item in rows.select_related("meeting__held_by").prefetch_related("tasks__owner"):
        tasks = sorted(item.tasks.all(), key=lambda task: task.pk)
        decided = "; ".join(
            f"{task}, {task.owner or 'nobody yet'}, by {task.due_on:%-d %b} ({task.get_state_display().lower()})"
            for task in tasks
        )
        present = f"There: {item.meeting.present}." if item.meeting.present else ""
        yield {
            "kind": "meeting", "on": item.meeting.on, "tone": "ok", "title": item.meeting.get_kind_display(),
            "text": " ".join(filter(None, (item.decision, f"Decided: {decided}." if decided else "", present))),
            "by": str(item.meeting.held_by),
        }  # fmt: skip


def _tasks(who: Student) -> Iterable[dict[str, Any]]:
    """Work that no contact proves: what was done is said in words."""
    rows = Task.objects.filter(case__student=who, state=Task.State.DONE, done_with=None).select_related("done_by")
    for task in rows.exclude(done_on=None):
        yield {
            "kind": "task", "on": task.done_on, "tone": "ok", "title": str(task), "text": task.outcome,
            "by": str(task.done_by or "the night"),
        }  # fmt: skip


def _plans(who: Student, year: SchoolYear) -> Iterable[dict[str, Any]]:
    plans = Plan.objects.filter(student=who, year=year.ending).select_related("by").prefetch_related("commitments")
    for plan in plans:
        promised = "; ".join(map(str, plan.commitments.all()))
        barriers = ", ".join(plan.barrier_words)
        text = f"{plan.goal}. For: {barriers or 'no barrier named'}. Agreed by {plan.agreed_by}. {promised}".strip()
        yield {"kind": "plan", "on": plan.on, "tone": "ok", "title": f"Plan, version {plan.version}", "text": text,
               "by": str(plan.by)}  # fmt: skip
        if plan.ended_on:
            yield {"kind": "plan", "on": plan.ended_on, "title": "Plan ended", "text": plan.ended_why, "by": ""}
    checks = Check.objects.filter(commitment__student=who).select_related("commitment", "by")
    for check in checks:
        yield {
            "kind": "plan", "on": check.on, "tone": "ok" if check.state == Check.State.KEPT else "moderate",
            "title": f"{check.get_state_display()}: {check.commitment}", "text": check.note, "by": str(check.by),
        }  # fmt: skip


def _help(who: Student) -> Iterable[dict[str, Any]]:
    """That there was counseling and for how long: what it was about is not part of this record (EC 49602)."""
    for one in Session.objects.filter(student=who).select_related("by"):
        yield {"kind": "help", "on": one.on, "tone": "ok", "title": f"Session {one.get_kind_display().lower()}",
               "text": f"{one.minutes} minutes", "by": str(one.by)}  # fmt: skip
    came = Presence.objects.filter(student=who, came=True).select_related("meeting__group", "meeting__by")
    for one in came:
        yield {"kind": "help", "on": one.meeting.on, "tone": "ok", "title": f"Group: {one.meeting.group}",
               "text": f"{one.meeting.minutes} minutes", "by": str(one.meeting.by)}  # fmt: skip
