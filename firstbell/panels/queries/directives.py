"""The board of directives by party: what was kept, late, broken or is due, the school and the agencies first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Prefetch, Q, QuerySet

from firstbell.core import clock
from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.panels.models import Check, Directive
from firstbell.panels.models.agreements import SIDES
from firstbell.panels.rules.agreements import UNSAID_AFTER

ORDER = ("school", "agency", "student", "family")
IN_FORCE = ("open", "kept", "late", "broken", "unknown")
COLUMNS = {"kept": "Kept", "late": "Late", "broken": "Broken", "unknown": "Not known", "open": "Not looked at yet"}
OVERDUE = "overdue"
SOON = timedelta(days=7)


def directives(
    scope: Scope, *, side: str = "", stands: str = "", school: str = "", mine: User | None = None
) -> QuerySet[Directive]:
    """Directives in force in scope, those to be looked at first on top. `stands` is one of COLUMNS, or OVERDUE."""
    found = _in_force(scope, school)
    if side:
        found = found.filter(party=side)
    if stands == OVERDUE:
        found = found.filter(next_on__lt=clock.today())
    elif stands:
        found = found.filter(stands=stands)
    if mine:
        found = found.filter(owner=mine)
    found = found.select_related("student__school", "owner", "agreement__hearing__panel", "agreement__hearing__day")
    return found.order_by(F("next_on").asc(nulls_last=True), "-pk")


def _in_force(scope: Scope, school: str = "") -> QuerySet[Directive]:
    found = Directive.objects.visible_to(scope).filter(stands__in=IN_FORCE)
    if school:
        number = int(school) if school.isdecimal() and len(school) < 10 else 0
        found = found.filter(student__school=number)
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """One side of the board: how many of its directives stand how, and how many wait for a word that is late."""

    side: str
    title: str
    counts: Mapping[str, int]
    overdue: int

    @property
    def cells(self) -> list[tuple[str, str, int]]:
        """(words, key, how many) in the order of COLUMNS."""
        return [(words, key, self.counts[key]) for key, words in COLUMNS.items()]

    @property
    def whole(self) -> int:
        return sum(self.counts.values())


def board(scope: Scope, *, school: str = "", mine: User | None = None) -> list[Row]:
    """The counts by side, the school's and the agencies' own first. One query."""
    late = Count("pk", filter=Q(next_on__lt=clock.today()))
    rows = _in_force(scope, school)
    if mine:
        rows = rows.filter(owner=mine)
    counted = rows.order_by().values("party", "stands").annotate(many=Count("pk"), late=late)
    told: dict[str, dict[str, int]] = {side: dict.fromkeys(COLUMNS, 0) for side in ORDER}
    overdue = dict.fromkeys(ORDER, 0)
    for one in counted:
        told[one["party"]][one["stands"]] = one["many"]
        overdue[one["party"]] += one["late"]
    return [Row(side, SIDES[side], told[side], overdue[side]) for side in ORDER]


def to_look_at(user: User, on: date | None = None) -> QuerySet[Directive]:
    """What this person answers for and is to look at now or within a week, the most overdue first: a row of Today."""
    by = (on or clock.today()) + SOON
    rows = Directive.objects.filter(owner=user, stands__in=IN_FORCE, next_on__lte=by)
    return rows.select_related("student__school", "agreement__hearing__panel").order_by("next_on", "pk")


def unanswered(scope: Scope, on: date | None = None) -> QuerySet[Directive]:
    """What nobody said in time, by owner: for whoever supervises. Late ones, and those the night gave up on."""
    late = Q(next_on__lt=on or clock.today())
    given_up = Q(checks__filled=True, checks__outcome="unknown")
    rows = Directive.objects.visible_to(scope).filter(late | given_up, stands__in=IN_FORCE).distinct()
    return rows.select_related("student__school", "owner").order_by(F("next_on").asc(nulls_last=True), "pk")


def directive_page(scope: Scope) -> QuerySet[Directive]:
    """Directives in scope with everything their page shows."""
    checks = Prefetch("checks", Check.objects.select_related("by").order_by("after_days"))
    rows = Directive.objects.visible_to(scope).exclude(stands="draft")
    return rows.select_related(
        "student__school", "owner", "task", "agreement__hearing__panel", "agreement__hearing__day"
    ).prefetch_related(checks)


def gives_up_on(check: Check) -> date:
    """The day on which the night writes down that nobody looked."""
    return check.due_on + UNSAID_AFTER
