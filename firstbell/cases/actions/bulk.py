"""The same thing for many students: planned, run by a worker one student at a time, stopped, taken back."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from firstbell.cases.actions.cases import close, name_adult, open_case
from firstbell.cases.actions.tasks import ask, drop
from firstbell.cases.models import Bulk, Case, Task
from firstbell.cases.queries.bulk import Turn, turns
from firstbell.cases.rules import NotAllowed, refusal
from firstbell.cases.rules.bulk import MOST, after
from firstbell.cases.rules.tasks import TASKS
from firstbell.core import clock, jobs, journal
from firstbell.core.models import User

JOB = "cases.bulk"


@transaction.atomic
def plan_bulk(*, what: str, said: dict[str, Any], students: Sequence[int], by: User, whence: str = "") -> Bulk:
    """Keep what is to be done for whom; nothing happens yet. NotAllowed for nobody, too many, or what cannot be."""
    chosen = list(dict.fromkeys(students))
    if not chosen:
        raise refusal("Choose at least one student.")
    if len(chosen) > MOST:
        raise refusal(f"At most {MOST} students at once: narrow the list.")
    if what not in Bulk.What:
        raise refusal("Choose what is to be done.")
    if what == Bulk.What.ADULT and not User.objects.filter(pk=said.get("lead"), is_active=True).exists():
        raise refusal("Choose whom to name.")
    if what == Bulk.What.TASK:
        _task_fits(said)
    made = Bulk.objects.create(what=what, said=said, students=chosen, by=by, whence=whence[:400])
    journal.record("cases.bulk_planned", by=by, about=made, what=what, students=len(chosen))
    return made


def _task_fits(said: dict[str, Any]) -> None:
    if said.get("kind") not in TASKS:
        raise refusal("Choose what is to be done.")
    if said["kind"] == "other" and not said.get("text", "").strip():
        raise refusal("Say what is to be done.")
    if not said.get("due_on") or date.fromisoformat(said["due_on"]) < clock.today():
        raise refusal("Choose today or a later day.")


@transaction.atomic
def start_bulk(*, bulk: Bulk, by: User) -> Bulk:
    """Have a worker do it. NotAllowed when it was begun before."""
    now = _move(bulk, "start", by)
    jobs.later(JOB, bulk=now.pk)
    return now


@transaction.atomic
def cancel_bulk(*, bulk: Bulk, by: User) -> Bulk:
    """Stop after the student whose turn it is. What was done stands, and can be taken back."""
    return _move(bulk, "cancel", by)


@transaction.atomic
def undo_bulk(*, bulk: Bulk, by: User) -> Bulk:
    """Have a worker take back what was done, student by student, within a day. NotAllowed afterwards."""
    now = _locked(bulk.pk)
    after(now.state, "undo")
    if now.state == Bulk.State.UNDOING and not now.may_undo:
        raise refusal("It is being taken back already.")
    if not now.may_undo:
        raise refusal("It ended more than a day ago, or nothing was done. Put it right in each case.")
    now = _move(now, "undo", by)
    jobs.later(JOB, bulk=now.pk)
    return now


def carry_out(*, bulk: int) -> None:
    """Do what was asked, or take it back, one student in each transaction; safe to kill and to begin again."""
    while _next(bulk):
        pass


@transaction.atomic
def _next(pk: int) -> bool:
    """One student's turn; False when nobody waits, or somebody stopped it."""
    now = _locked(pk)
    if now.state not in (Bulk.State.RUNNING, Bulk.State.UNDOING):
        return False
    if not now.waiting:
        _move(now, "finish", now.by)
        return False
    if now.state == Bulk.State.RUNNING:
        _take(now, now.waiting[0])
    else:
        _take_back(now, now.waiting[0])
    now.save(update_fields=["done", "skipped", "back"])
    return True


def _take(now: Bulk, student: int) -> None:
    turn = turns(now, [student])[0]
    try:
        if turn.no:
            raise refusal(turn.no)
        with transaction.atomic():
            now.done.append({"student": student} | _do(now, turn))
    except NotAllowed as no:
        now.skipped.append({"student": student, "why": str(no)})


def _do(now: Bulk, turn: Turn) -> dict[str, Any]:
    if now.what == Bulk.What.OPEN:
        made = open_case(student=turn.student, by=now.by, tier=2, why=f"Opened together with others ({now.pk})")
        return {"case": made.pk}
    if now.what == Bulk.What.ADULT:
        was = turn.case.lead_id
        named = name_adult(case=turn.case, lead=User.objects.get(pk=now.said["lead"]), by=now.by)
        return {"case": named.pk, "was": was}
    task = ask(
        case=turn.case, kind=now.said["kind"], text=now.said.get("text", ""), by=now.by,
        due_on=date.fromisoformat(now.said["due_on"]), owner=turn.case.lead or now.by,
    )  # fmt: skip
    return {"task": task.pk}


def _take_back(now: Bulk, item: dict[str, Any]) -> None:
    try:
        with transaction.atomic():
            _undo(now, item)
        now.back.append({"student": item["student"], "why": ""})
    except NotAllowed as no:
        now.back.append({"student": item["student"], "why": str(no)})


def _undo(now: Bulk, item: dict[str, Any]) -> None:
    why = "Asked for many at once, and taken back"
    if now.what == Bulk.What.TASK:
        drop(task=Task.objects.get(pk=item["task"]), why=why, by=now.by)
        return
    case = Case.objects.select_for_update(of=("self",)).get(pk=item["case"])
    if now.what == Bulk.What.ADULT:
        if case.lead_id != now.said["lead"]:
            raise refusal("Somebody named another adult since.")
        name_adult(case=case, lead=User.objects.filter(pk=item["was"]).first(), by=now.by)
        return
    if case.version > 1 or case.entries.exists() or case.tasks.exists():
        raise refusal("The case was worked since: close it there if it is not needed.")
    close(case=case, closing="mistake", why=why, by=now.by)


def give_up(*, bulk: int) -> None:
    """The work was begun again and again and never ended: the row says so. What was done stands."""
    why = f"It was begun {jobs.TRIES} times and never ended. What was done stands; stop it, or take it back."
    Bulk.objects.filter(pk=bulk).update(error=why)


def _locked(pk: int) -> Bulk:
    return Bulk.objects.select_for_update(of=("self",)).select_related("by").get(pk=pk)


def _move(bulk: Bulk, move: str, by: User) -> Bulk:
    """Its next state, with the journal line. NotAllowed for another person's, or out of turn."""
    now = _locked(bulk.pk)
    if now.by_id != by.pk:
        raise refusal(f"Only {now.by} can do that: they asked for it.")
    now.state = after(now.state, move)
    now.ended_at = timezone.now() if now.state in (Bulk.State.DONE, Bulk.State.CANCELLED) else now.ended_at
    now.error = ""
    now.save(update_fields=["state", "ended_at", "error"])
    journal.record(
        f"cases.bulk_{now.state}", by=by, about=now, done=len(now.done), skipped=len(now.skipped), back=len(now.back)
    )
    return now
