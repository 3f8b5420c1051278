"""Recovery days as pages show them: which there are, whom a new one would visit, what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from firstbell.core.access import Scope
from firstbell.recovery.models import Day, Search, Stop
from firstbell.recovery.rules.days import RESULTS
from firstbell.roster.models import Region, School

_FOUND = [key for key, one in RESULTS.items() if one.found]
_REACHED = [key for key, one in RESULTS.items() if one.outcome == "reached"]


def days(scope: Scope) -> QuerySet[Day]:
    """The days in scope, newest first, each with its stops, those entered, and those by which a student was found."""
    return Day.objects.visible_to(scope).select_related("school", "region").annotate(
        many=Count("stops"), entered=Count("stops", filter=~Q(stops__result="")),
        found=Count("stops", filter=Q(stops__result__in=_FOUND)),
    ).order_by("-on", "-pk")  # fmt: skip


def regions(scope: Scope) -> QuerySet[Region]:
    """The regions a person serves; every one for those who serve the district."""
    rows = Region.objects.filter(live=True)
    return rows if scope.everywhere else rows.filter(pk__in=scope.regions)


def places_for_day(scope: Scope) -> list[tuple[str, str]]:
    """Of what a day may be planned: the district, a region or a school that one serves."""
    found = [("district", "The whole district")] if scope.everywhere else []
    found += [(f"region-{one.pk}", f"{one}, the region") for one in regions(scope)]
    schools = School.objects.visible_to(scope).filter(live=True).order_by("name")
    return [*found, *((f"school-{one.pk}", one.name) for one in schools)]


def open_for(
    scope: Scope, lanes: Iterable[str], *, school: int | None, region: int | None, grade_from: int
) -> list[Search]:
    """Whom a day would look for: not yet located, from these columns, from a grade up."""
    rows = Search.objects.visible_to(scope).filter(state="unseen", lane__in=list(lanes))
    if school:
        rows = rows.filter(school=school)
    if region:
        rows = rows.filter(school__region=region)
    if grade_from:
        rows = rows.filter(grade__in=[f"{n:02}" for n in range(grade_from, 13)] + ["US"])
    return list(rows.in_line().select_related("student", "school"))


def stops_of(day: Day, scope: Scope, area: str = "") -> QuerySet[Stop]:
    """The stops of a day that this person may see, by area and name; of one area where one is asked for."""
    rows = Stop.objects.visible_to(scope).filter(day=day).select_related("search__student__school", "entered_by")
    rows = rows.filter(area=area) if area else rows
    return rows.order_by("area", "search__student__family", "search__student__given", "pk")


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of a day, or of one of its areas."""

    area: str
    stops: int
    entered: int
    found: int
    reached: int


def grouped(stops: QuerySet[Stop]) -> list[Tally]:
    """By area, in order. One query."""
    told = {
        "stops": Count("pk"), "entered": Count("pk", filter=~Q(result="")),
        "found": Count("pk", filter=Q(result__in=_FOUND)), "reached": Count("pk", filter=Q(result__in=_REACHED)),
    }  # fmt: skip
    return [Tally(**row) for row in stops.order_by("area").values("area").annotate(**told)]


def together(areas: Iterable[Tally]) -> Tally:
    parts = [(one.stops, one.entered, one.found, one.reached) for one in areas]
    return Tally("", *(map(sum, zip(*parts, strict=True)) if parts else (0, 0, 0, 0)))
