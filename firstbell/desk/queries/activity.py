"""The activity report: a month of one person's work by activity and school, from what was logged anyway."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from firstbell.cases.models import Entry, Meeting
from firstbell.cases.rules.entries import KINDS
from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.core.spreadsheets import csv_safe
from firstbell.desk.words import place_name
from firstbell.law.calendar import SchoolYear
from firstbell.roster.models import Enrolment, School, Student
from firstbell.staffing.models import Post
from firstbell.supports import models as supports

COUNSELING = {"individual": "Individual counseling", "family": "Family counseling"}
GROUP, TEAM = "Group counseling", "Team meeting"
ACTIVITIES = (*dict.fromkeys(kind.activity for kind in KINDS.values()), *COUNSELING.values(), GROUP, TEAM)
"""In the order of the report."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing somebody did. `school` is where the student was enrolled that day; `student` is None for a group."""

    by: int
    on: date
    activity: str
    school: int | None
    what: str
    minutes: int
    student: Student | None = None
    url: str = ""


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


def month_of(text: str, today: date) -> date:
    """The first day of the month that an address asks for (2026-05); this month for none, a later one or no month."""
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        asked = today
    return min(asked, today).replace(day=1)


def next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def lines_of(people: Collection[int], starts: date, scope: Scope | None) -> list[Line]:
    """What these people did in the month from `starts`, in order of days; only at the schools of a supervisor's scope.

    Seven queries, however many people. Without a scope it is their own work, wherever it was.
    """
    span = {"on__gte": starts, "on__lt": next_month(starts)}
    entries = list(
        Entry.objects.standing().filter(by__in=people, same_as=None, **span).select_related("student__school")
    )
    sessions = list(supports.Session.objects.filter(by__in=people, **span).select_related("student__school"))
    where = _schools_on([(one.student, one.on) for one in (*entries, *sessions)])
    found = [*_contacts(entries, where), *_sessions(sessions, where), *_groups(people, span), *_teams(people, span)]
    if scope is not None and not scope.everywhere:
        found = [one for one in found if one.school in scope.schools]
    return sorted(found, key=lambda one: (one.on, ACTIVITIES.index(one.activity)))


def _contacts(entries: Iterable[Entry], where: dict[tuple[int, date], int | None]) -> Iterator[Line]:
    for one in entries:
        yield Line(one.by_id, one.on, KINDS[one.kind].activity, where[one.student_id, one.on], str(one), one.minutes,
                   one.student, reverse("cases:case", args=[one.student_id]))  # fmt: skip


def _sessions(sessions: Iterable[supports.Session], where: dict[tuple[int, date], int | None]) -> Iterator[Line]:
    """That there was a session, not what it was about."""
    for one in sessions:
        yield Line(one.by_id, one.on, COUNSELING[one.kind], where[one.student_id, one.on], "Session", one.minutes,
                   one.student, reverse("supports:sessions", args=[one.student_id]))  # fmt: skip


def _groups(people: Collection[int], span: dict[str, date]) -> Iterator[Line]:
    for one in supports.Meeting.objects.filter(by__in=people, **span).select_related("group"):
        yield Line(one.by_id, one.on, GROUP, one.group.school_id, str(one.group), one.minutes,
                   url=reverse("supports:group", args=[one.group_id]))  # fmt: skip


def _teams(people: Collection[int], span: dict[str, date]) -> Iterator[Line]:
    """A meeting is its holder's, for as long as it ran."""
    rows = Meeting.objects.filter(held_by__in=people, started_at__isnull=False, closed_at__isnull=False, **span)
    for one in rows:
        minutes = max(1, round((one.closed_at - one.started_at).total_seconds() / 60))
        yield Line(one.held_by_id, one.on, TEAM, one.school_id, one.get_kind_display(), minutes,
                   url=reverse("cases:meeting", args=[one.pk]))  # fmt: skip


def _schools_on(asked: Collection[tuple[Student, date]]) -> dict[tuple[int, date], int | None]:
    """Where each student was enrolled on a day, the primary stay first; outside every stay where they are now."""
    stays: dict[int, list[Enrolment]] = {}
    years = {SchoolYear.of(on).ending for _, on in asked}
    rows = Enrolment.objects.filter(student__in={who.pk for who, _ in asked}, year__in=years, live=True)
    for stay in rows.order_by("-primary", "-entry_on"):
        stays.setdefault(stay.student_id, []).append(stay)
    return {
        (who.pk, on): next(
            (
                stay.school_id
                for stay in stays.get(who.pk, ())
                if stay.entry_on <= on and (stay.exit_on is None or on <= stay.exit_on)
            ),
            who.school_id,
        )
        for who, on in asked
    }


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
