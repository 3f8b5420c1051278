"""The work with a household: whose home it is, who leads, who should, and who led before."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import F, Max, Q, QuerySet

from firstbell.attendance.models import Standing
from firstbell.cases.models import Case, LeadWorker, Move
from firstbell.cases.queries.bulk import cases_now
from firstbell.cases.rules.households import Child, leading, proposed
from firstbell.core import clock
from firstbell.core.models import User
from firstbell.core.templatetags.ui import plural_s
from firstbell.roster.models import School, Student
from firstbell.roster.queries import housemates


def household_of(student: Student) -> list[int]:
    """The children of a student's home and the student, by primary key."""
    return sorted({student.pk, *housemates([student.pk]).get(student.pk, ())})


def leads_of(homes: Mapping[int, Collection[int]]) -> dict[int, LeadWorker]:
    """Of each home (any key to its children) the decision that says who leads; none where nobody decided. One query."""
    children = {child for home in homes.values() for child in home}
    rows = LeadWorker.objects.filter(students__in=children).annotate(child=F("students")).select_related("lead", "by")
    told = {(row.child, row.pk): row for row in rows}
    newest: dict[int, int] = {}
    for child, pk in sorted(told):
        newest[child] = pk
    found = {}
    for key, home in homes.items():
        mine = {child: newest[child] for child in home if child in newest}
        if pk := leading(mine):
            found[key] = next(told[child, pk] for child, one in mine.items() if one == pk)
    return found


@dataclass(frozen=True, slots=True)
class Proposed:
    """Whom the rule proposes, by which child's case; `evidence` is what a decision keeps of it."""

    lead: User | None
    case: Case | None
    evidence: dict[str, Any]


def proposed_lead(children: Collection[int]) -> Proposed:
    """Whom the open cases of these children propose as the one lead worker; nobody where no case has an adult."""
    cases = {pk: one for pk, one in cases_now(children).items() if one.lead is None or one.lead.is_active}
    named = Move.objects.filter(case__in=cases.values(), what=Move.What.LEAD).values("case").annotate(on=Max("on"))
    since = dict(named.values_list("case", "on"))
    bands = dict(Standing.objects.filter(student__in=cases).values_list("student", "national_band"))
    rows = [
        Child(pk, one.tier, bands.get(pk, "none"), one.lead_id, since.get(one.pk, one.opened_on))
        for pk, one in cases.items()
    ]
    best = proposed(rows)
    evidence = {"children": [asdict(row) | {"since": row.since.isoformat()} for row in rows]}
    case = cases[best.student] if best else None
    return Proposed(case.lead if case else None, case, evidence)


def workers_for(children: Collection[int], by: User) -> QuerySet[User]:
    """Who may lead: whoever decides, and everybody with a post today at a school of these children, or its region."""
    schools = School.objects.filter(students__in=children)
    here = Q(posts__school__in=schools) | Q(posts__region__in=schools.exclude(region=None).values("region"))
    people = User.objects.filter(here, is_active=True, posts__span__contains=clock.today())
    return User.objects.filter(Q(pk__in=people.values("pk")) | Q(pk=by.pk)).order_by("last_name", "pk")


@dataclass(frozen=True, slots=True)
class Led:
    """One lead of a home, from a day until the day of the next decision (None: still)."""

    row: LeadWorker
    until: date | None


def who_led(children: Collection[int]) -> list[Led]:
    """Every decision that named any of these children, newest first; each with the day it ended for all of them."""
    rows = LeadWorker.objects.filter(students__in=children).annotate(child=F("students")).select_related("lead", "by")
    named: dict[LeadWorker, set[int]] = {}
    for row in rows.order_by("-pk"):
        named.setdefault(row, set()).add(row.child)
    later: dict[int, date] = {}
    found = []
    for row, mine in named.items():
        ends = [later[child] for child in mine if child in later]
        found.append(Led(row, max(ends) if len(ends) == len(mine) else None))
        later |= dict.fromkeys(mine, row.on)
    return found


@dataclass(frozen=True, slots=True)
class Home:
    """The other children of a student's home, by primary key. `lead` is None where nobody leads."""

    others: list[int]
    lead: User | None

    @property
    def words(self) -> str:
        """`2 other children in this home; lead: Rosa Diaz`."""
        others = plural_s(len(self.others), "other child,other children")
        return f"{others} in this home; lead: {self.lead or 'nobody yet'}"


def homes_of(students: Collection[int]) -> dict[int, Home]:
    """Student to their home, where another child lives in it. Three queries, however many students."""
    others = {student: home for student, home in housemates(students).items() if home}
    leads = leads_of({student: [student, *home] for student, home in others.items()}) if others else {}
    return {student: Home(home, leads[student].lead if student in leads else None) for student, home in others.items()}
