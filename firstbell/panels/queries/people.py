"""Panels and their people, shaped for pages: who is in term, which seats are empty, what was signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from firstbell.core.access import May, Scope
from firstbell.core.models import User
from firstbell.law.findings import Finding, Reason
from firstbell.law.sarb import consultation_due
from firstbell.notices.queries.waiting import places
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Away, Consultation, Member, Panel, Roster
from firstbell.panels.rules.people import Seated, advice, against_signing, gaps


def in_term(panel: Panel, on: date) -> list[Member]:
    """The members who sit on a panel on a day, the chair first, then by seat."""
    rows = list(panel.members.filter(term__contains=on).select_related("user"))
    order = [key for key, _ in Member.Standing.choices]
    return sorted(rows, key=lambda one: (order.index(one.standing), one.seat, one.name))


def seated(members: Sequence[Member]) -> list[Seated]:
    return [Seated(one.name, one.seat, one.standing, one.trained_on, one.sworn_on, _last(one)) for one in members]


def _last(one: Member) -> date | None:
    """The last day of a term; the range ends on the first day after it."""
    return one.term.upper - timedelta(1) if one.term.upper else None


def signed_data(members: Sequence[Member]) -> list[dict[str, Any]]:
    """The members as a roster keeps them."""
    return [
        {
            "id": one.pk, "name": one.name, "seat": one.seat, "standing": one.standing, "agency": one.agency,
            "from": one.term.lower.isoformat(), "until": one.term.upper.isoformat() if one.term.upper else None,
        }
        for one in sorted(members, key=lambda one: one.pk)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class People:
    """A panel's people on a day. `signed` is the roster in force, `changed` whether the members differ from it."""

    members: list[Member]
    gaps: list[Reason]
    advice: list[Reason]
    against: list[Reason]
    signed: Roster | None
    changed: bool
    consultation: Finding[bool] | None
    away: list[Away]


def people_of(panel: Panel, on: date) -> People:
    kind, members = KINDS[panel.kind], in_term(panel, on)
    sits = seated(members)
    signed = panel.rosters.filter(in_force_on__lte=on).select_related("signed_by").order_by("-pk").first()
    consulted = list(panel.consultations.values_list("on", flat=True))
    return People(
        members=members, gaps=gaps(kind, panel.board, [one.seat for one in members]), advice=advice(sits, on),
        against=against_signing(kind, panel.board, sits), signed=signed,
        changed=signed is not None and signed.members != signed_data(members),
        consultation=consultation_due(consulted, on) if kind.legal else None,
        away=list(Away.objects.filter(member__in=members, span__endswith__gt=on).select_related("member")),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One panel in the list. `empty` are seats that nobody fills; `signed` whether a roster is in force."""

    panel: Panel
    title: str
    where: str
    members: int
    empty: int
    open: int
    signed: bool


def panels(scope: Scope, on: date) -> list[Row]:
    """The panels in scope that are not closed, by kind as students meet them; three queries."""
    found = Panel.objects.visible_to(scope).filter(closed_on=None).select_related("school", "region")
    open_ones = Count("referrals", filter=Q(referrals__closed_on=None), distinct=True)
    rows = list(found.annotate(open=open_ones, signings=Count("rosters", distinct=True)))
    seats: dict[int, list[str]] = {}
    in_term_now = Member.objects.filter(panel__in=[one.pk for one in rows], term__contains=on)
    for panel, seat in in_term_now.values_list("panel", "seat"):
        seats.setdefault(panel, []).append(seat)
    order = list(KINDS)
    made = [
        Row(
            one, KINDS[one.kind].short, str(one.school or one.region), len(seats.get(one.pk, [])),
            len(set(KINDS[one.kind].seats) - set(seats.get(one.pk, []))), one.open, bool(one.signings),
        )
        for one in rows
    ]  # fmt: skip
    return sorted(made, key=lambda row: (order.index(row.panel.kind), row.where, row.panel.name))


def consultations(panel: Panel) -> list[Consultation]:
    return list(panel.consultations.select_related("by"))


def earlier_members(panel: Panel, on: date) -> list[Member]:
    """Those whose term is over or has not begun, newest first."""
    return list(panel.members.exclude(term__contains=on).order_by("-term", "name"))


def runs(scope: Scope, panel: Panel) -> bool:
    """Whether this person's posts let them run this panel."""
    return May.RUN_PANELS in scope and Panel.objects.run_by(scope).filter(pk=panel.pk).exists()


def places_for(scope: Scope) -> list[tuple[str, str]]:
    """(key, name) of each school and region of which this person may open a panel."""
    return [(key, name) for key, name in places(scope) if key]


def who_may_sign_in(scope: Scope) -> QuerySet[User]:
    """Whom a member may be named as: colleagues of these schools and regions, and people who hold no post."""
    users = User.objects.filter(is_active=True)
    if not scope.everywhere:
        here = Q(posts__school__in=scope.schools) | Q(posts__region__in=scope.regions) | Q(posts=None)
        users = users.filter(here)
    return users.distinct().order_by("last_name", "first_name", "pk")
