"""Referrals as lists and pages show them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from firstbell.core.access import Scope
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Hearing, Panel, Referral
from firstbell.panels.queries.waiting import overtaken
from firstbell.panels.rules.referrals import OPEN
from firstbell.roster.models import Student
from firstbell.roster.queries import housemates

WAITS = {
    "draft": "The school prepares it",
    "returned": "The school mends it",
    "sent": "The chair reads it",
    "accepted": "A hearing is to be set",
    "set": "The hearing",
    "heard": "What follows is to be decided",
    "forwarded": "The agency reports what came of it",
}
"""What each open state waits for."""


def referrals(scope: Scope, *, state: str = "", panel: str = "", school: str = "") -> QuerySet[Referral]:
    """Referrals in scope, those made first on top. `state` is one of the states, "open" for all open, "stale"
    for those with a released packet that facts overtook, "" for all."""
    found = Referral.objects.visible_to(scope).select_related("student", "panel", "school", "by")
    if state == "open":
        found = found.open()
    elif state == "stale":
        found = found.open().filter(overtaken())
    elif state:
        found = found.filter(state=state)
    return found.filter(_number("panel", panel), _number("school", school)).order_by("made_on", "pk")


def _number(name: str, asked: str) -> Q:
    """Rows of one; of all for "", and of none for what is no number."""
    if not asked:
        return Q()
    return Q(**{name: int(asked)}) if asked.isdecimal() and len(asked) < 10 else Q(pk__in=())


def referrals_of(student: Student) -> list[Referral]:
    """Every referral of a student, newest first."""
    rows = Referral.objects.filter(student=student).select_related("panel", "school", "by")
    return list(rows.order_by("-made_on", "-pk"))


def panels_for(student: Student) -> list[Panel]:
    """The panels that a student may be referred to: their school's and their region's, in the order they meet them."""
    if student.school is None:
        return []
    mine = Q(school=student.school_id) | Q(region=student.school.region_id, region__isnull=False)
    order = list(KINDS)
    return sorted(Panel.objects.filter(mine, closed_on=None), key=lambda one: (order.index(one.kind), one.name))


def siblings_to_join(referral: Referral) -> list[Referral]:
    """Open referrals to the same panel of children of the same home, which may be heard together with this one."""
    home = housemates([referral.student_id]).get(referral.student_id, [])
    rows = Referral.objects.filter(student__in=home, panel=referral.panel_id, joined=None)
    return list(rows.filter(state__in=("sent", "accepted")).select_related("student").order_by("pk"))


def moves_of(referral: Referral) -> list[dict[str, Any]]:
    """Every move in the shape `<c-timeline>` takes, newest first."""
    rows = referral.moves.select_related("by").order_by("-pk")
    return [
        {
            "on": one.on,
            "tone": "info",
            "title": one.get_now_display(),
            "text": one.why,
            "by": str(one.by or "the night"),
        }
        for one in rows
    ]


def hearing_of(referral: Referral) -> Hearing | None:
    """The newest hearing at which this referral is or was on."""
    return referral.hearings.select_related("day", "panel").order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class Counted:
    """How many referrals in scope are in each open state."""

    state: str
    words: str
    count: int


def counted(scope: Scope) -> list[Counted]:
    rows = Referral.objects.visible_to(scope).open().values_list("state").annotate(n=Count("pk"))
    found = dict(rows.order_by())
    return [Counted(state, WAITS[state], found.get(state, 0)) for state in OPEN]
