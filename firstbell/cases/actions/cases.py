"""Opening, moving and closing cases. Every change writes a Move; whoever acts on an older version is told."""

from typing import Any

from django.db import transaction
from django.db.models import F

from firstbell.attendance.models import Standing
from firstbell.cases.models import Case, Move, Task
from firstbell.cases.rules import refusal
from firstbell.cases.rules.cases import CLOSINGS, TIERS, Figures, may_close_as_met, proposed
from firstbell.cases.rules.tasks import minutes
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.law.policy import policy_on
from firstbell.roster.models import Student


def figures_of(student: Student) -> Figures | None:
    """What a tier rests on, of the served standing; None where no day is served."""
    standing = Standing.objects.filter(student=student).first()
    if standing is None:
        return None
    return Figures(standing.enrolled, standing.absent, standing.last20, standing.occasions)


@transaction.atomic
def open_case(
    *, student: Student, by: User | None, tier: int | None = None, lead: User | None = None, why: str = ""
) -> Case:
    """Open the case of this school year, in the tier the rules propose unless one is given. NotAllowed says why not."""
    today = clock.today()
    if student.school_id is None or not student.live:
        raise refusal("This student is at no school of the district now. A case needs a school that works it.")
    year = SchoolYear.of(today).ending
    Student.objects.select_for_update(of=("self",)).get(pk=student.pk)
    if Case.objects.open().filter(student=student, year=year).exists():
        raise refusal("This student has an open case already. Go on with that one.")
    now = figures_of(student)
    rule = proposed(now, policy_on(today)) if now else None
    chosen = tier or max(2, rule.tier if rule else 2)
    _tier_known(chosen)
    case = Case.objects.create(
        student=student, school_id=student.school_id, year=year, tier=chosen, tier_on=today, lead=lead, opened_on=today
    )
    told = why or (rule.reason.sentence if rule else "")
    _moved(case, Move.What.OPENED, "", TIERS[chosen], by=by, why=told, evidence=_evidence(now))
    journal.record("cases.opened", by=by, about=case, student=student.pk, tier=chosen)
    return case


@transaction.atomic
def set_tier(*, case: Case, tier: int, why: str, by: User, version: int | None = None) -> Case:
    """A person decides the tier. `version` is the one they saw."""
    _tier_known(tier)
    case = _current(case, version)
    if case.tier == tier:
        raise refusal(f"The case is in {TIERS[tier].split(',')[0].lower()} already.")
    if not why.strip():
        raise refusal("Say why: the reason is kept with the change.")
    was, case.tier, case.tier_on = case.tier, tier, clock.today()
    _save(case, "tier", "tier_on")
    _moved(case, Move.What.TIER, TIERS[was], TIERS[tier], by=by, why=why, evidence=_evidence(figures_of(case.student)))
    journal.record("cases.tier_set", by=by, about=case, student=case.student_id, was=was, now=tier)
    return case


@transaction.atomic
def name_adult(*, case: Case, lead: User | None, by: User, version: int | None = None) -> Case:
    """Who answers for this student: the one adult everybody asks."""
    case = _current(case, version)
    was, case.lead = case.lead, lead
    _save(case, "lead")
    _moved(case, Move.What.LEAD, str(was or ""), str(lead or ""), by=by)
    journal.record("cases.adult_named", by=by, about=case, student=case.student_id, lead=lead and lead.pk)
    return case


@transaction.atomic
def close(*, case: Case, closing: str, why: str, by: User, version: int | None = None) -> Case:
    """Close a case with its reason; its open tasks are dropped with the same. NotAllowed where it may not be closed."""
    if closing not in CLOSINGS:
        raise refusal("Choose why the case is closed.")
    case = _current(case, version)
    now = figures_of(case.student)
    if closing == "goal_met" and (no := may_close_as_met(now, policy_on(clock.today())) if now else ""):
        raise refusal(f"{no} Close it for another reason, or keep it open.")
    if closing in ("referred", "declined") and not why.strip():
        raise refusal("Say which agency leads now, or what the family said.")
    waiting = list(case.tasks.open().select_for_update(of=("self",)))
    for task in waiting:
        task.state, task.outcome, task.version = (
            Task.State.DROPPED,
            f"Case closed: {CLOSINGS[closing]}",
            task.version + 1,
        )
        task.save(update_fields=["state", "outcome", "version"])
    case.state, case.closed_on, case.closing = Case.State.CLOSED, clock.today(), closing
    _save(case, "state", "closed_on", "closing")
    told = f"{CLOSINGS[closing]}. {why}".strip()
    _moved(case, Move.What.CLOSED, "", CLOSINGS[closing], by=by, why=told, evidence=_evidence(now))
    journal.record("cases.closed", by=by, about=case, student=case.student_id, closing=closing, dropped=len(waiting))
    return case


@transaction.atomic
def reopen(*, case: Case, why: str, by: User, version: int | None = None) -> Case:
    """Open a closed case of this school year again. NotAllowed when another is open, or the year is over."""
    if not why.strip():
        raise refusal("Say why it is opened again.")
    case = _current(case, version, state=Case.State.CLOSED)
    if case.year != SchoolYear.of(clock.today()).ending:
        raise refusal("That case belongs to an earlier school year. Open a new one.")
    if Case.objects.open().filter(student=case.student_id, year=case.year).exists():
        raise refusal("This student has an open case already. Go on with that one.")
    was, case.state, case.closed_on, case.closing = case.get_closing_display(), Case.State.OPEN, None, ""
    if case.student.school_id:
        case.school_id = case.student.school_id
    _save(case, "state", "closed_on", "closing", "school")
    _moved(case, Move.What.REOPENED, was, "", by=by, why=why)
    journal.record("cases.reopened", by=by, about=case, student=case.student_id)
    return case


@transaction.atomic
def follow_students(*, by: User | None = None) -> list[Case]:
    """Every open case whose student went to another school goes with them, with a warm hand-off to do; which did.

    Run each night. Nothing is lost: entries, notes and open tasks stay in the case; tasks lose an owner who is not at
    the new school's side until somebody there takes them.
    """
    moved = Case.objects.open().select_for_update(of=("self",)).select_related("student__school", "school", "lead")
    gone = list(moved.exclude(student__school=None).exclude(student__school=F("school")))
    for case in gone:
        was, case.school = case.school, case.student.school
        _save(case, "school")
        _moved(case, Move.What.SCHOOL, str(was), str(case.school), by=by)
        case.tasks.create(
            kind="handoff", source=Task.Source.HANDOFF, owner=case.lead, due_on=clock.today(),
            minutes=minutes("handoff"), text=f"Tell {case.school} what helps, and whom the family trusts"[:300],
        )  # fmt: skip
        journal.record("cases.transferred", by=by, about=case, student=case.student_id, was=was.pk, now=case.school_id)
    return gone


def _tier_known(tier: int) -> None:
    if tier not in TIERS:
        raise refusal("There are tiers 1, 2 and 3.")


def _current(case: Case, version: int | None, *, state: str = Case.State.OPEN) -> Case:
    """The case as it stands, locked. NotAllowed when somebody acted since it was shown, or it is in no such state."""
    now = Case.objects.select_for_update(of=("self",)).select_related("student__school", "lead").get(pk=case.pk)
    if version is not None and version != now.version:
        last = now.moves.select_related("by").last()
        raise refusal(
            f"Somebody changed this case while you had it open ({last}, by {last.by or 'the night'})."
            " Nothing of theirs was overwritten: look at it and decide again."
        )
    if now.state != state:
        raise refusal(f"This case is {now.get_state_display().lower()}.")
    return now


def _save(case: Case, *fields: str) -> None:
    case.version += 1
    case.save(update_fields=[*fields, "version"])


def _moved(
    case: Case, what: str, was: str, now: str, *, by: User | None, why: str = "", evidence: dict[str, Any] | None = None
) -> None:
    Move.objects.create(
        case=case, what=what, was=was[:120], now=now[:120], why=why[:500], evidence=evidence or {}, on=clock.today(),
        by=by,
    )  # fmt: skip


def _evidence(now: Figures | None) -> dict[str, Any]:
    if now is None:
        return {}
    return {"enrolled": now.enrolled, "absent": now.absent, "last20": now.last20, "occasions": now.occasions}
