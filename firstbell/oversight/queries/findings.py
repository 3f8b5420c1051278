"""Findings, shaped for pages: those somebody may see, and one with its plan, its moves and its appeal."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.oversight.models import Appeal, Finding, PlanStep
from firstbell.oversight.rules.findings import MOVES, OPEN, WORDS

SHOWS = {"open": "Open", "appealed": "Appealed", "settled": "Settled", "all": "All"}


def findings(scope: Scope, show: str, user: str = "") -> QuerySet[Finding]:
    """By the day of their review, those without one first; settled ones newest first."""
    rows = Finding.objects.visible_to(scope).select_related("user", "by")
    if user.isascii() and user.isdecimal() and len(user) < 10:
        rows = rows.filter(user=int(user))
    if show == "settled":
        return rows.exclude(state__in=OPEN).order_by("-settled_on", "-pk")
    if show == "appealed":
        rows = rows.filter(state="appealed")
    elif show != "all":
        rows = rows.open()
    return rows.order_by("review_on", "-pk") if show != "all" else rows.order_by("-pk")


@dataclass(frozen=True, slots=True)
class Look:
    """One finding as its page shows it. `may` are the moves its state knows; who may do them is the view's."""

    finding: Finding
    steps: list[PlanStep]
    dropped: list[PlanStep]
    appeals: list[Appeal]
    moves: list[dict[str, Any]]
    may: set[str]
    late: bool


def look(finding: Finding, today: date) -> Look:
    steps = list(finding.steps.select_related("owner", "done_by"))
    return Look(
        finding, [one for one in steps if not one.dropped_on], [one for one in steps if one.dropped_on],
        list(finding.appeals.select_related("by", "decided_by")),
        [
            {"on": one.on, "title": WORDS[one.what].capitalize(), "text": one.why, "by": str(one.by), "tone": "info"}
            for one in finding.moves.select_related("by")
        ],
        {move for was, move in MOVES if was == finding.state},
        finding.review_on is not None and finding.review_on < today and finding.state in OPEN,
    )  # fmt: skip


def own(user: User) -> QuerySet[Finding]:
    return Finding.objects.filter(user=user).select_related("by").order_by("-pk")
