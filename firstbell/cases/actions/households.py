"""Naming the one lead worker of a household: decided by a person, handed on with a task, never overwritten."""

from django.db import transaction

from firstbell.cases.actions.tasks import ask
from firstbell.cases.models import Case, LeadWorker, Task
from firstbell.cases.queries.bulk import cases_now
from firstbell.cases.queries.households import household_of, leads_of, proposed_lead, workers_for
from firstbell.cases.rules import refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.roster.models import Student


@transaction.atomic
def lead_household(
    *, student: Student, lead: User | None, why: str, by: User, seen: int | None = None
) -> tuple[LeadWorker, Task | None]:
    """Name who leads the work with a student's household (None: nobody), and the hand-off this leaves to do.

    `seen` is the decision that the page showed (0: none). NotAllowed says what is wrong.
    """
    home = list(Student.objects.select_for_update(of=("self",)).filter(pk__in=household_of(student)).order_by("pk"))
    children = [one.pk for one in home]
    before = leads_of({0: children}).get(0)
    if seen is not None and seen != (before.pk if before else 0):
        told = f"{before.lead or 'nobody'} leads since {before.on:%-d %B}, decided by {before.by}" if before else ""
        raise refusal(f"Somebody decided while you had this open: {told}. Look at it and decide again.")
    was, cases = before.lead if before else None, cases_now(children)
    _may(lead, was, why, children, cases, by)
    rule = proposed_lead(children)
    row = LeadWorker.objects.create(
        lead=lead, on=clock.today(), by=by, why=why.strip()[:300], proposed=rule.lead, evidence=rule.evidence
    )
    row.students.set(home)
    journal.record(
        "cases.household_led", by=by, about=row, student=student.pk, students=children, lead=lead and lead.pk,
        was=was and was.pk,
    )  # fmt: skip
    return row, _hand_off(was, lead, children, cases, by)


def _may(lead: User | None, was: User | None, why: str, children: list[int], cases: dict[int, Case], by: User) -> None:
    if lead == was:
        raise refusal(f"{lead} leads already." if lead else "Nobody leads yet: there is nothing to end.")
    if not why.strip():
        raise refusal("Say why: the reason is kept with the decision.")
    if lead is None:
        return
    if not workers_for(children, by).filter(pk=lead.pk).exists():
        raise refusal(f"{lead} has no post at a school of these children today. Choose somebody who has.")
    if not cases:
        raise refusal("No child of this home has an open case. Open one first: a lead worker leads work that there is.")


def _hand_off(
    was: User | None, lead: User | None, children: list[int], cases: dict[int, Case], by: User
) -> Task | None:
    """What leaves with whoever led: they tell it, or, where they have left, whoever leads now asks around."""
    if was is None or lead is None or not cases:
        return None
    here = workers_for(children, by).filter(pk=was.pk).exists()
    mine = [one for one in cases.values() if one.lead_id == was.pk]
    case = min(mine or cases.values(), key=lambda one: (-one.tier, one.pk))
    text = f"Tell {lead} what helps this household, and whom it trusts" if here else (
        f"{was} has left: ask the schools what helps this household, and whom it trusts"
    )  # fmt: skip
    return ask(
        case=case, kind="handoff", text=text, owner=was if here else lead, due_on=clock.today(), by=by,
        source=Task.Source.HANDOFF,
    )  # fmt: skip
