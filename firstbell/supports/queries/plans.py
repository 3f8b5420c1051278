"""A student's plan as pages show it: whether it helps, what was promised, what contacts have told since."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from firstbell.attendance.queries import year_of
from firstbell.cases.models import Entry
from firstbell.core import clock
from firstbell.core.access import Scope
from firstbell.law.calendar import SchoolYear
from firstbell.law.days import ABSENT, Day, kind
from firstbell.law.findings import count
from firstbell.roster.models import Arrival, Student
from firstbell.supports.models import Check, Commitment, Plan
from firstbell.supports.practices import Practice, matched
from firstbell.supports.rules import BARRIERS, PARTIES, Barrier, Reached, Tally, compared, reached, words


def absent_days(student: Student, on: date, *, arrival: Arrival | None = None) -> dict[date, bool]:
    """Every enrolled school day of the year so far, and whether it was missed whole; empty where nothing is known.

    A day on which roll was not taken says nothing and is left out.
    """
    try:
        year = year_of(student, on, arrival=arrival)
    except ValueError:
        return {}
    seen = {day: kind(byte) for day, byte in year.bytes_on.items()}
    return {day: what in ABSENT for day, what in seen.items() if what is not Day.NOT_TAKEN}


@dataclass(frozen=True, slots=True)
class Progress:
    tally: Tally
    goal: Reached


def progress(plan: Plan, days: Mapping[date, bool] | None = None) -> Progress:
    """Whether a plan helps, and how far its goal is, up to today or the day on which it ended."""
    until = plan.ended_on or clock.today()
    known = absent_days(plan.student, until) if days is None else days
    return Progress(compared(known, plan.begins_on), reached(known, plan.goal_from, plan.goal_days, plan.goal_of))


def versions(student: Student) -> list[Plan]:
    """Every version of every year, newest first."""
    return list(Plan.objects.filter(student=student).select_related("student", "by").order_by("-year", "-version"))


@dataclass(frozen=True, slots=True)
class Side:
    """What one party promised; `rows` are commitments with how each stands."""

    party: str
    title: str
    rows: list[tuple[Commitment, Check | None]]


def commitments_of(plan: Plan) -> list[Side]:
    """Side by side: the family's, the student's and the school's, each with its newest check."""
    checks = Prefetch("checks", Check.objects.select_related("by"))
    found = [(one, next(reversed(one.checks.all()), None)) for one in plan.commitments.prefetch_related(checks)]
    return [Side(key, title, [row for row in found if row[0].party == key]) for key, title in PARTIES.items()]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What contacts since the plan began say of barriers. `unplanned` are those the plan does not name."""

    rows: list[tuple[Entry, list[str]]]
    counts: list[tuple[str, int]]
    unplanned: list[str]


def evidence(plan: Plan) -> Evidence:
    """The barriers logged with contacts since the plan began: read from the contact log, never typed again."""
    told = Entry.objects.standing().filter(student=plan.student_id, on__gte=plan.begins_on).exclude(barriers=[])
    if plan.ended_on:
        told = told.filter(on__lte=plan.ended_on)
    rows = list(told.select_related("by").order_by("-on", "-pk"))
    counted = Counter(key for row in rows for key in row.barriers)
    return Evidence(
        [(row, words(row.barriers)) for row in rows],
        [(words([key])[0], number) for key, number in counted.most_common()],
        words(key for key, _ in counted.most_common() if key not in plan.barriers),
    )


def strategies(plan: Plan) -> list[tuple[Barrier, Sequence[Practice]]]:
    """For each barrier of the plan, the three practices with the best evidence."""
    return [(BARRIERS[key], matched(key)[:3]) for key in plan.barriers if key in BARRIERS]


def reviews_due(scope: Scope, on: date) -> QuerySet[Plan]:
    """The plans in scope that are to be looked at by a day, longest overdue first."""
    found = Plan.objects.visible_to(scope).in_force().filter(review_on__lte=on, year=SchoolYear.of(on).ending)
    return found.select_related("student__school", "by").order_by("review_on", "pk")


@dataclass(frozen=True, slots=True)
class PlanCard:
    """A plan in a few lines, for the student file. `plan` is None where none is in force."""

    plan: Plan | None
    goal: str = ""
    progress: Progress | None = None
    barriers: str = ""
    overdue: bool = False
    unchecked: str = ""


def plan_card(student: Student) -> PlanCard:
    """The plan in force of this school year: goal, whether it helps, what was not checked by its day."""
    today = clock.today()
    found = Plan.objects.in_force().filter(student=student, year=SchoolYear.of(today).ending)
    plan = found.select_related("student", "by").first()
    if plan is None:
        return PlanCard(None)
    late = plan.commitments.filter(by_on__lt=today, checks=None).count()
    return PlanCard(
        plan, plan.goal, progress(plan), ", ".join(plan.barrier_words), plan.review_on < today,
        f"{count(late, 'commitment')} past the day and not checked" if late else "",
    )  # fmt: skip
