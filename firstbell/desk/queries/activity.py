"""The activity report: a month of one person's work by activity and school, from what was logged anyway."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.core.months import next_month
from firstbell.core.spreadsheets import csv_safe
from firstbell.desk.words import place_name
from firstbell.oversight.queries.work import ACTIVITIES, Line
from firstbell.roster.models import School
from firstbell.staffing.models import Post


@dataclass(frozen=True, slots=True)
class Cell:
    label: str
    contacts: int
    minutes: int
    url: str


@dataclass(frozen=True)
class Report:
    """`rows` are (activity, a cell for each school, the sum); `total` is the last row in the same shape."""

    schools: list[str]
    rows: list[tuple[str, list[Cell], Cell]]
    total: tuple[list[Cell], Cell]
    lines: list[Line] = field(default_factory=list)


def report(lines: list[Line], address: str, *, activity: str = "", school: str = "") -> Report:
    """The month as a table, each figure with the address that opens it; `lines` are those of the figure asked for."""
    names = dict(School.objects.filter(pk__in={one.school for one in lines}).values_list("pk", "name"))
    places = [*sorted(names, key=lambda pk: names[pk]), *([None] if any(one.school is None for one in lines) else [])]

    def cell(kind: str, place: Any) -> Cell:
        mine = [one for one in lines if kind in ("", one.activity) and place in ("", one.school)]
        told = f"{address}&activity={kind}&school={'' if place == '' else place or 'none'}#lines"
        label = "Together" if place == "" else place_name(names.get(place, "No school"))
        return Cell(label, len(mine), sum(one.minutes for one in mine), told)

    done = {one.activity for one in lines}
    shown = [one for one in lines if activity in ("", one.activity) and school in ("", str(one.school or "none"))]
    return Report(
        schools=[place_name(names.get(pk, "No school")) for pk in places],
        rows=[(kind, [cell(kind, pk) for pk in places], cell(kind, "")) for kind in ACTIVITIES if kind in done],
        total=([cell("", pk) for pk in places], cell("", "")),
        lines=shown,
    )


def csv_rows(lines: Iterable[Line]) -> list[list[str]]:
    """The month for a spreadsheet, a row for each day, activity and school; no student is in it."""
    sums: dict[tuple[date, str, int | None], list[int]] = {}
    for one in lines:
        sums.setdefault((one.on, one.activity, one.school), []).append(one.minutes)
    names = dict(School.objects.filter(pk__in={school for _, _, school in sums}).values_list("pk", "name"))
    rows = [
        [on.isoformat(), activity, csv_safe(names.get(school, "")), str(len(spent)), str(sum(spent))]
        for (on, activity, school), spent in sums.items()
    ]
    return [["date", "activity", "school", "contacts", "minutes"], *rows]


def supervised(scope: Scope, starts: date) -> QuerySet[User]:
    """The counselors with a post in the month at a school of the scope, by name."""
    held = Post.objects.filter(role=Post.Role.COUNSELOR, span__overlap=(starts, next_month(starts)))
    if not scope.everywhere:
        held = held.filter(Q(school__in=scope.schools) | Q(region__in=scope.regions))
    return User.objects.filter(pk__in=held.values("user")).order_by("last_name", "first_name", "pk")
