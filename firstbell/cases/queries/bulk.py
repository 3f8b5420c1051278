"""Whom a bulk action fits, and how one stands: for its preview, for each turn of the worker, for its page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from firstbell.cases.models import Bulk, Case, Task
from firstbell.cases.rules.bulk import Facts, why_not
from firstbell.cases.rules.tasks import TASKS
from firstbell.core import clock
from firstbell.core.access import NOTHING, May, Scope
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.roster.models import School, Student
from firstbell.staffing.queries import scope_of

MOST_ADULTS = 100


@dataclass(frozen=True, slots=True)
class Turn:
    """One student of a bulk action, with their open case if there is one."""

    student: Student | None
    case: Case | None
    no: str


def bulks_of(person: User) -> QuerySet[Bulk]:
    """A bulk action is its author's."""
    return Bulk.objects.filter(by=person).select_related("by")


def turns(bulk: Bulk, students: Sequence[int] | None = None) -> list[Turn]:
    """What a bulk action would do now for each of its students, in their order. Four queries and the scopes."""
    ids = bulk.students if students is None else students
    scope = _scope(bulk.by)
    adult = User.objects.filter(pk=bulk.said.get("lead"), is_active=True).first()
    there = scope_of(adult, clock.today()) if adult else NOTHING
    people = Student.objects.visible_to(scope).select_related("school").in_bulk(ids)
    cases = cases_now(people)
    asked = _asked(people, bulk.said.get("kind", ""))
    found = []
    for pk in ids:
        who, case = people.get(pk), cases.get(pk)
        facts = Facts(
            enrolled=who.live and who.school_id is not None, has_case=case is not None,
            lead=case.lead_id if case else None, asked_by=asked.get(pk),
        ) if who else None  # fmt: skip
        serves = case is not None and case.school_id in there.schools
        no = why_not(bulk.what, facts, adult=bulk.said.get("lead"), serves=serves)
        found.append(Turn(who, case, no))
    return found


def cases_now(students: Iterable[int]) -> dict[int, Case]:
    """Student to their open case of this school year."""
    rows = Case.objects.open().filter(student__in=list(students), year=SchoolYear.of(clock.today()).ending)
    return {one.student_id: one for one in rows.select_related("lead", "school")}


def _scope(person: User) -> Scope:
    """What the author may see today; nothing once they may not work cases."""
    scope = scope_of(person, clock.today())
    return scope if May.WORK_CASES in scope else NOTHING


def _asked(students: Iterable[int], kind: str) -> dict[int, Any]:
    if not kind:
        return {}
    rows = Task.objects.open().filter(case__student__in=list(students), kind=kind, case__state=Case.State.OPEN)
    return dict(rows.order_by("-due_on").values_list("case__student", "due_on"))


def adults(scope: Scope, me: User, school: str = "") -> list[tuple[str, str]]:
    """(key, name) of who may be named: oneself first, then whoever has a post at the school, or at any one serves."""
    schools = School.objects.visible_to(scope)
    if school:
        schools = schools.filter(pk=int(school)) if school.isdecimal() and len(school) < 10 else schools.none()
    elif scope.everywhere:
        schools = schools.none()  # a district's people are too many to choose from: narrow by school
    here = Q(posts__school__in=schools) | Q(posts__region__in=schools.exclude(region=None).values("region"))
    rows = User.objects.filter(here, is_active=True, posts__span__contains=clock.today()).exclude(pk=me.pk).distinct()
    named = rows.order_by("last_name", "pk")[:MOST_ADULTS]
    return [(str(me.pk), f"{me} (me)"), *((str(one.pk), str(one)) for one in named)]


def asked_words(bulk: Bulk) -> str:
    """`Name Rosa Diaz as the adult`, `Open a case in tier 2`, `Ask for: Call home, by 14 May`."""
    if bulk.what == Bulk.What.ADULT:
        return f"Name {User.objects.filter(pk=bulk.said['lead']).first() or 'nobody'} as the adult"
    if bulk.what == Bulk.What.TASK:
        return f"Ask for: {bulk.said['text'] or TASKS[bulk.said['kind']]}, by {bulk.said['due_on']}"
    return bulk.get_what_display()
