"""One search as its page shows it: who is lost, what is known, what was tried, what is missing, the ways back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from firstbell.cases.models import Task
from firstbell.cases.queries.casework import Line as Number
from firstbell.cases.queries.casework import lines_to
from firstbell.core import clock
from firstbell.core.models import User
from firstbell.core.templatetags.ui import day, plural_s
from firstbell.law.exits import CODES
from firstbell.law.findings import Finding
from firstbell.law.policy import policy_on
from firstbell.law.returning import WAYS, Way, ways
from firstbell.recovery.models import Proof, Return, Search, Turn
from firstbell.recovery.queries.known import knowns
from firstbell.recovery.queries.proofs import Ending, ending
from firstbell.recovery.queries.work_list import held
from firstbell.recovery.rules import STEPS, Known, Line, grade_number, next_of, progress

_USUAL = ("T160", "T200", "T240", "T180", "E140", "E400")
"""The codes a search ends with as a rule; every other can be chosen too."""


@dataclass(frozen=True)
class Look:
    """Everything the page of a search shows. `facts` are what the work list of lost students must hold."""

    search: Search
    lines: list[Line]
    facts: list[tuple[str, str]]
    numbers: list[Number]
    proofs: list[Proof]
    endings: list[Ending]
    others: list[Ending]
    ways: list[tuple[str, Way, Finding[bool]]]
    plan: Return | None
    tasks: list[Task]
    turns: list[dict[str, Any]]
    earlier: list[Search]

    @property
    def next(self) -> str:
        """The step proposed next, as it stands now; the search holds what the night or the last act proposed."""
        return next_of(self.lines) if self.search.state == "unseen" else ""

    @property
    def logs(self) -> bool:
        """Whether the next step is a contact with the home."""
        return bool(self.next and STEPS[self.next].logs)

    @property
    def takes(self) -> bool:
        return bool(self.next and not STEPS[self.next].logs)


def look(search: Search) -> Look:
    student, numbers = search.student, lines_to(search.student)
    known = knowns([search], {student.pk: numbers})[search.pk]
    proofs, plan = list(search.proofs.select_related("by")), search.returns.select_related("adult", "by").first()
    told, others = _endings(search, known, proofs)
    return Look(
        search=search, lines=progress(known), facts=held(search, known, clock.today()), numbers=numbers,
        proofs=proofs, endings=told, others=others,
        ways=ways_of(search), plan=plan,
        tasks=list(plan.tasks.select_related("owner").order_by("due_on", "pk")) if plan else [],
        turns=timeline(search.turns.select_related("by")),
        earlier=list(student.searches.exclude(pk=search.pk).order_by("-since")),
    )  # fmt: skip


def ways_of(search: Search) -> list[tuple[str, Way, Finding[bool]]]:
    """Every way back, with whether it is open to this student today, and why."""
    student, today = search.student, clock.today()
    found = ways(student.born_on, grade_number(student.grade), today, policy_on(today))
    return [(key, WAYS[key], finding) for key, finding in found.items()]


def _endings(search: Search, known: Known, proofs: Sequence[Proof]) -> tuple[list[Ending], list[Ending]]:
    """The codes somebody spoke of, on file or by a proof; then the others a search ends with as a rule."""
    if not search.is_open:
        return [], []
    told, kinds = [search.exit_code, *(proof.code for proof in proofs)], {proof.kind for proof in proofs}
    listed = [ending(search, code, known, kinds) for code in dict.fromkeys((*told, *_USUAL)) if code in CODES]
    return [one for one in listed if one.code in told], [one for one in listed if one.code not in told]


def timeline(turns: QuerySet[Turn]) -> list[dict[str, Any]]:
    """The turns in the shape `<c-timeline>` takes, newest first."""
    return [
        {
            "on": one.on, "tone": "ok" if one.what in ("located", "closed", "return") else "info",
            "title": one.get_what_display(), "detail": " to ".join(filter(None, (one.was, one.now))), "text": one.why,
            "by": str(one.by or "the night"),
        }
        for one in reversed(turns)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """A search in two lines, for the student file."""

    search: Search
    words: str


def card_of(student: int) -> Card | None:
    """The open search for a student; else the one that ended as a leaving, where no later one is. One query."""
    search = Search.objects.filter(student=student).select_related("owner").order_by("-pk").first()
    if search is None or search.state == "back":
        return None
    if not search.is_open:
        return Card(search, f"{search.get_state_display()}: {search.code}, since {search.closed_on:%-d %b %Y}")
    seen = f"last seen {day(search.last_seen_on)}" if search.last_seen_on else "never seen this year"
    return Card(search, f"{search.get_state_display()}, {seen}, {plural_s(search.unseen, 'school day')} ago")


def people_for(search: Search) -> Sequence[User]:
    """Who may look for the student, or be the named adult: everybody with a post at the school or its region today."""
    here = Q(posts__school=search.school_id) | Q(posts__region=search.school.region_id, posts__region__isnull=False)
    found = User.objects.filter(here, is_active=True, posts__span__contains=clock.today())
    return found.distinct().order_by("last_name", "pk")
