"""The household of a student on one page: every child the district knows in it, who leads, what was said last."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from firstbell.cases.models import Case, Entry, LeadWorker
from firstbell.cases.queries.bulk import cases_now
from firstbell.cases.queries.households import (
    Led,
    Proposed,
    household_of,
    leads_of,
    proposed_lead,
    who_led,
    workers_for,
)
from firstbell.cases.rules.cases import TIERS
from firstbell.cases.rules.entries import KINDS, SPOKE
from firstbell.core import clock
from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.desk.queries import file
from firstbell.desk.queries.gaps import next_tasks, waiting
from firstbell.desk.words import band_text, language, place_name
from firstbell.law.compulsory import subject
from firstbell.roster.models import Student

_REACH_HOME = [key for key, kind in KINDS.items() if kind.reaches_home]


@dataclass(frozen=True, slots=True)
class Child:
    """One child of the home. Of one outside the reader's scope only the name and the school are filled."""

    pk: int
    name: str
    school: str
    mine: bool
    grade: str = ""
    band: str = "none"
    band_text: str = ""
    missed: str = ""
    tier: str = ""
    adult: str = ""
    tasks: int = 0
    next_step: str = ""
    reached: date | None = None
    exempt: str = ""
    """Why school is not required of them today; empty where it is, or where the birthday is not on file."""


@dataclass(frozen=True)
class Household:
    """`reached` is the last entry with which somebody reached the family, about any child in scope."""

    children: list[Child]
    adults: list[file.Reach]
    languages: list[str]
    reached: Entry | None
    lead: LeadWorker | None
    serves: bool
    """Whether whoever leads has a post at one of these schools today."""
    proposed: User | None
    proposal: str
    led: list[Led]

    @property
    def hidden(self) -> int:
        return sum(not child.mine for child in self.children)


def household(who: Student, scope: Scope, by: User) -> Household:
    """A dozen queries, however many children."""
    ids, today = household_of(who), clock.today()
    mine = Exists(Student.objects.visible_to(scope).filter(pk=OuterRef("pk")))
    rows = Student.objects.filter(pk__in=ids).annotate(mine=mine).select_related("school", "standing")
    children = list(rows.order_by("born_on", "pk"))
    seen = {one.pk: one for one in children if one.mine}
    adults = [one for one in file.contacts(who, scope) if one.link.lives_with and not one.link.restrictions]
    lead, rule = leads_of({0: ids}).get(0), proposed_lead(ids)
    return Household(
        children=_children(children, seen, today),
        adults=adults,
        languages=_languages(seen.values(), adults),
        reached=_reached(seen),
        lead=lead,
        serves=bool(lead and lead.lead and workers_for(ids, by).filter(pk=lead.lead_id).exists()),
        proposed=rule.lead,
        proposal=_proposal(rule, seen),
        led=who_led(ids),
    )


def _children(children: Sequence[Student], seen: Collection[int], today: date) -> list[Child]:
    cases, tasks, counts = cases_now(seen), next_tasks(seen), waiting(seen)
    spoke = Entry.objects.standing().filter(student__in=seen, outcome__in=SPOKE)
    reached = dict(spoke.order_by("on", "pk").values_list("student", "on"))
    found = []
    for one in children:
        if not one.mine:
            found.append(Child(one.pk, one.name, str(one.school or ""), mine=False))
            continue
        case, task = cases.get(one.pk), tasks.get(one.pk)
        found.append(_child(one, case, f"{task}, by {task.due_on:%-d %b}" if task else "", counts.get(one.pk, 0),
                            reached.get(one.pk), today))  # fmt: skip
    return found


def _child(one: Student, case: Case | None, step: str, tasks: int, reached: date | None, today: date) -> Child:
    standing = file.standing_of(one)
    free = subject(one.born_on, today) if one.born_on else None
    return Child(
        one.pk, one.name, place_name(one.school), mine=True, grade=one.grade or "",
        band=standing.national_band if standing else "none", band_text=band_text(standing),
        missed=f"{standing.absent} of {standing.enrolled}" if standing else "",
        tier=TIERS[case.tier].split(",")[0] if case else "", adult=str(case.lead or "") if case else "", tasks=tasks,
        next_step=step, reached=reached,
        exempt=free.reasons[0].sentence if free and not free.outcome else "",
    )  # fmt: skip


def _languages(children: Collection[Student], adults: Sequence[file.Reach]) -> list[str]:
    codes = [*(one.link.contact.language for one in adults), *(one.language for one in children)]
    return list(dict.fromkeys(filter(None, map(language, codes))))


def _reached(seen: Collection[int]) -> Entry | None:
    """A call about one child is a contact with the household; a word with a teacher is none."""
    rows = Entry.objects.standing().filter(student__in=seen, outcome__in=SPOKE, kind__in=_REACH_HOME)
    return rows.select_related("student", "by").order_by("-on", "-pk").first()


def _proposal(rule: Proposed, seen: Mapping[int, Student]) -> str:
    """Why the rule proposes them; of a child outside the scope, only the school."""
    if rule.case is None:
        return ""
    if rule.case.student_id not in seen:
        return f"the named adult of a child at {rule.case.school}"
    who = seen[rule.case.student_id]
    return f"the named adult of {who.name}, who is in {TIERS[rule.case.tier].split(',')[0].lower()}"
