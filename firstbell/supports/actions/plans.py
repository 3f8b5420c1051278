"""Writing a plan, checking what was promised in it, ending it."""

from django.db import transaction

from firstbell.cases.actions import Careful
from firstbell.cases.rules import refusal
from firstbell.cases.rules.notes import cautions
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.law.findings import Reason
from firstbell.roster.models import Student
from firstbell.supports.models import Check, Commitment, Plan
from firstbell.supports.rules import Draft, Promise, refused


@transaction.atomic
def write_plan(*, student: Student, draft: Draft, by: User, seen: int = 0, careful: bool = False) -> Plan:
    """Write the next version of a student's plan of this school year. NotAllowed says why it is none.

    `seen` is the version that was on the page, 0 for none: nobody overwrites what they have not read. Careful where its
    words are private and `careful` does not say that they are meant: a version is never deleted.
    """
    today = clock.today()
    if student.school_id is None or not student.live:
        raise refusal("This student is at no school of the district now. A plan needs a school that keeps its part.")
    if no := refused(draft, today):
        raise refusal(no)
    if not careful and (found := cautions(draft.words)):
        raise Careful(*(Reason(one.section, one.advice) for one in found))
    Student.objects.select_for_update(of=("self",)).get(pk=student.pk)
    year = SchoolYear.of(today).ending
    last = Plan.objects.filter(student=student, year=year).order_by("version").last()
    now = last if last and last.state == Plan.State.IN_FORCE else None
    _unseen(now, seen)
    if now:
        now.state = Plan.State.REPLACED
        now.save(update_fields=["state"])
    plan = Plan.objects.create(
        student=student, year=year, version=last.version + 1 if last else 1,
        begins_on=now.begins_on if now else today, goal_from=_goal_from(now, draft), strengths=draft.strengths.strip(),
        barriers=list(dict.fromkeys(draft.barriers)), asked_for=draft.asked_for.strip(), goal_days=draft.goal_days,
        goal_of=draft.goal_of, review_on=draft.review_on, agreed_by=draft.agreed_by.strip(), on=today, by=by,
    )  # fmt: skip
    plan.commitments.set([_kept(now, one) or _promised(plan, one) for one in draft.promises])
    journal.record("supports.plan_written", by=by, about=plan, student=student.pk, version=plan.version)
    return plan


def _unseen(now: Plan | None, seen: int) -> None:
    if (now.version if now else 0) == seen:
        return
    if now is None:
        raise refusal("This plan was ended while you had it open. Nothing was saved: look at it and decide again.")
    raise refusal(
        f"{now.by} wrote version {now.version} of this plan while you had it open. Nothing of theirs was overwritten:"
        " look at it and decide again."
    )


def _goal_from(now: Plan | None, draft: Draft):
    same = now and (now.goal_days, now.goal_of) == (draft.goal_days, draft.goal_of)
    return now.goal_from if same else clock.today()


def _kept(now: Plan | None, one: Promise) -> Commitment | None:
    """The commitment that goes on in the same words, with its checks; None where it is a new one."""
    if now is None or one.key is None:
        return None
    same = {"party": one.party, "text": one.text.strip(), "who": one.who.strip(), "by_on": one.by_on}
    return now.commitments.filter(pk=one.key, **same).first()


def _promised(plan: Plan, one: Promise) -> Commitment:
    return Commitment.objects.create(
        student=plan.student, party=one.party, text=one.text.strip(), who=one.who.strip(), by_on=one.by_on, by=plan.by
    )


@transaction.atomic
def check(*, commitment: Commitment, state: str, by: User, note: str = "") -> Check:
    """Say whether a commitment was kept. An earlier answer stays on record; the newest counts."""
    if state not in Check.State.values:
        raise refusal("Say whether it was kept, not kept, or is not known.")
    if not commitment.plans.filter(state=Plan.State.IN_FORCE).exists():
        raise refusal("This commitment is in no plan that is in force now.")
    if len(note) > 300:
        raise refusal(f"That is {len(note):,} characters; 300 fit here. Put the rest into a note.")
    made = Check.objects.create(commitment=commitment, state=state, note=note.strip(), on=clock.today(), by=by)
    student = commitment.student_id
    journal.record("supports.commitment_checked", by=by, about=commitment, student=student, state=state)
    return made


@transaction.atomic
def end_plan(*, plan: Plan, why: str, by: User) -> Plan:
    """End a plan without another in its place; all its versions stay. NotAllowed without a reason."""
    if not why.strip():
        raise refusal("Say why the plan ends: the reason is kept with it.")
    plan = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if plan.state != Plan.State.IN_FORCE:
        raise refusal(f"This plan is not in force: {plan.get_state_display().lower()}.")
    plan.state, plan.ended_on, plan.ended_why = Plan.State.ENDED, clock.today(), why.strip()[:300]
    plan.save(update_fields=["state", "ended_on", "ended_why"])
    journal.record("supports.plan_ended", by=by, about=plan, student=plan.student_id)
    return plan
