"""The director's desk: where counselor days are bought and filled, by region, and the purchases by state."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import BooleanField, Count, ExpressionWrapper, QuerySet, Sum

from firstbell.core.access import Scope
from firstbell.roster.models import School
from firstbell.staffing.models import Post, Purchase
from firstbell.staffing.queries.absences import holes
from firstbell.staffing.queries.credentials import in_order, papers_of
from firstbell.staffing.queries.people import on_day, posts_in
from firstbell.staffing.queries.waiting import AHEAD
from firstbell.staffing.rules.credentials import standing
from firstbell.staffing.rules.hours import FULL_WEEK

NO_REGION = "No region"
ALL = "All regions"
A_TENTH = FULL_WEEK // 10


@dataclass
class Region:
    """One row of the map. `filled` are tenths that posts deliver of what is `bought`; counselors who serve two regions
    count in both, and once in all. `missing` lack a paper today; `absences` of the next days have nobody."""

    name: str
    key: int | None = None
    schools: int = 0
    with_days: int = 0
    bought: int = 0
    filled: int = 0
    counselors: set[int] = field(default_factory=set)
    missing: set[int] = field(default_factory=set)
    absences: set[int] = field(default_factory=set)

    @property
    def open(self) -> int:
        return self.bought - self.filled


def staffing_map(scope: Scope, today: date) -> tuple[list[Region], Region]:
    """Every region by name, and all of them together. A dozen queries, whatever the size of the district."""
    rows: dict[int | None, Region] = {}
    schools = School.objects.visible_to(scope).filter(live=True).order_by("region__name", "region")
    for key, name, many in schools.values_list("region", "region__name").annotate(many=Count("pk")):
        rows[key] = Region(name or NO_REGION, key, many)
    found: dict[int | None, Region] = defaultdict(lambda: Region(NO_REGION), rows)
    _days(scope, today, found)
    _people(scope, today, found)
    for hole in holes(scope, today, today + AHEAD):
        found[hole.post.school.region_id].absences.add(hole.absence.pk)
    return list(rows.values()), _together(rows.values())


def _days(scope: Scope, today: date, found: dict[int | None, Region]) -> None:
    """What is bought today and filled: each purchase by its own posts, and by no more than it bought."""
    bought = Purchase.objects.visible_to(scope).filter(
        state=Purchase.State.APPROVED, begins_on__lte=today, ends_on__gte=today
    )  # fmt: skip
    rows = (
        bought.order_by()
        .values_list("school__region")
        .annotate(many=Count("school", distinct=True), half=Sum("tenths"))
    )
    for region, *told in rows:
        found[region].with_days, found[region].bought = told
    posts = Post.objects.filter(purchase__in=bought, span__contains=today, cover_for=None).values_list(
        "purchase__school__region", "purchase", "purchase__tenths", "week", "tenths"
    )
    minutes: dict[tuple[int | None, int, int], int] = defaultdict(int)
    for *at, week, tenths in posts:
        minutes[tuple(at)] += sum(week) if week else A_TENTH * tenths
    for (region, _, most), given in minutes.items():
        found[region].filled += min(most, given // A_TENTH)


def _people(scope: Scope, today: date, found: dict[int | None, Region]) -> None:
    """Counselors at schools today; those whose papers are in doubt are looked at one by one, and they are few."""
    rows = _counselors(scope, today).annotate(
        doubt=ExpressionWrapper(~in_order("user", today), output_field=BooleanField())
    )  # fmt: skip
    told = list(rows.values_list("user", "school__region", "span", "doubt"))
    papers = papers_of({user for user, *_, doubt in told if doubt})
    lacking = {user for user, held in papers.items() if not standing(held, today).qualified}
    for user, region, span, _ in told:
        if today in span:
            found[region].counselors.add(user)
        if user in lacking:
            found[region].missing.add(user)


def _counselors(scope: Scope, today: date) -> QuerySet[Post]:
    return posts_in(scope).filter(on_day(today), role=Post.Role.COUNSELOR, school__isnull=False)


def _together(rows: Iterable[Region]) -> Region:
    whole = Region(ALL)
    for one in rows:
        for name in ("schools", "with_days", "bought", "filled"):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
        whole.counselors |= one.counselors
        whole.missing |= one.missing
        whole.absences |= one.absences
    return whole
