"""The way back: a plan of return, with the named adult and the tasks that make it happen."""

from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef

from firstbell.cases import actions as cases
from firstbell.cases.models import Case, Task
from firstbell.cases.rules import refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.policy import policy_on
from firstbell.law.returning import WAYS, ways
from firstbell.recovery.actions.standing import current, turned
from firstbell.recovery.models import Return, Search, Turn
from firstbell.recovery.rules import due_on, grade_number
from firstbell.recovery.rules.returning import MOST_CREDITS, parts

HOPEFUL = ("located", "back")
"""States in which there is a way back to plan."""


@transaction.atomic
def plan_return(
    *, search: Search, way: str, meets_on: date, adult: User, credits_short: int, by: User, note: str = "",
    version: int | None = None,
) -> Return:  # fmt: skip
    """Plan how a located student comes back. Its tasks are asked in the student's case, which is opened where need be.

    Of a student who is at no school of the district now they are asked on the night after the enrolment.
    """
    search, today = current(search, version, state=HOPEFUL), clock.today()
    open_ways = ways(search.student.born_on, grade_number(search.student.grade), today, policy_on(today))
    if way not in open_ways:
        raise refusal("Choose a way back.")
    if not open_ways[way].outcome:
        raise refusal(f"{WAYS[way].label} is not open now. {open_ways[way].reasons[0].sentence}")
    if meets_on < today:
        raise refusal("The welcome meeting is today or later.")
    if not 0 <= credits_short <= MOST_CREDITS:
        raise refusal(f"Credits short are from 0 to {MOST_CREDITS}.")
    _drop_earlier(search, by)
    plan = Return.objects.create(
        search=search, way=way, offered=[key for key, found in open_ways.items() if found.outcome], meets_on=meets_on,
        adult=adult, credits_short=credits_short, note=note.strip()[:300], on=today, by=by,
    )  # fmt: skip
    search.credits_short = credits_short
    search.save(update_fields=["credits_short"])
    turned(search, Turn.What.RETURN, by=by, now=WAYS[way].label, why=note)
    journal.record("recovery.return_planned", by=by, about=plan, student=search.student_id, way=way)
    if search.student.live and search.student.school_id:
        _ask(plan)
    return plan


def _drop_earlier(search: Search, by: User) -> None:
    """What an earlier plan asked for and nobody has done is not asked any more."""
    for task in Task.objects.open().filter(returns__search=search).distinct():
        cases.drop(task=task, why="The way back was planned anew.", by=by)


def ask_waiting() -> int:
    """Ask for the tasks of the plans whose students are at a school of the district only now; how many plans."""
    newer = Return.objects.filter(search=OuterRef("search"), pk__gt=OuterRef("pk"))
    waiting = Return.objects.filter(
        ~Exists(newer), tasks=None, search__state__in=HOPEFUL, search__student__live=True,
        search__student__school__isnull=False,
    )  # fmt: skip
    rows = list(waiting.select_related("search__student__school", "adult", "by").order_by("pk"))
    for plan in rows:
        _ask(plan)
    return len(rows)


def _ask(plan: Return) -> None:
    student, today = plan.search.student, clock.today()
    case = Case.objects.open().filter(student=student).order_by("year").last()
    if case is None:
        why = f"{WAYS[plan.way].label}: a way back after {plan.search.unseen} school days unseen."
        case = cases.open_case(student=student, by=plan.by, tier=3, lead=plan.adult, why=why)
    elif case.lead_id != plan.adult_id:
        cases.name_adult(case=case, lead=plan.adult, by=plan.by)
    for part in parts(plan.way, plan.credits_short):
        due = max(today, due_on("", plan.meets_on) if part.after else plan.meets_on)
        task = cases.ask(
            case=case, kind=part.kind, text=part.text, due_on=due, owner=plan.adult, by=plan.by,
            source=Task.Source.DECISION,
        )  # fmt: skip
        plan.tasks.add(task)
