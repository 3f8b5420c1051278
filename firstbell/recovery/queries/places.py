"""The board of many schools in numbers: a region or a school a row, a column of the board a figure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count

from firstbell.core.access import Scope
from firstbell.recovery.queries.board import Asked, number, searches, unseen
from firstbell.recovery.rules import LANES
from firstbell.roster.models import Region, School


@dataclass(frozen=True, slots=True)
class Place:
    """A school or a region with how many of its students stand in each column."""

    key: int
    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


def counts(scope: Scope, asked: Asked) -> dict[int, dict[str, int]]:
    """School to students by column. Two queries over the indexes of the board, whatever the number of schools."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = searches(scope, asked).order_by().values_list("school", "lane").annotate(n=Count("*"))
    for school, lane, n in rows:
        found[school][lane] = n
    for school, n in unseen(scope, asked).order_by().values_list("school").annotate(n=Count("*")):
        found[school]["few"] = found[school].get("few", 0) + n
    return found


def places(scope: Scope, asked: Asked) -> list[Place]:
    """Regions for who serves the district and has chosen none, else schools; first those with most unseen longest."""
    by_school = counts(scope, asked)
    schools = School.objects.visible_to(scope).filter(live=True).select_related("region").order_by("name")
    if asked.region:
        schools = schools.filter(region=number(asked.region))
    if scope.everywhere and not asked.region and Region.objects.filter(live=True).exists():
        return _ordered(_by_region(schools, by_school))
    return _ordered(Place(one.pk, one.name, _in_lanes([by_school.get(one.pk, {})])) for one in schools)


def _by_region(schools: Iterable[School], by_school: Mapping[int, Mapping[str, int]]) -> list[Place]:
    held: dict[int, list[Mapping[str, int]]] = defaultdict(list)
    names = {0: "No region"}
    for one in schools:
        held[one.region_id or 0].append(by_school.get(one.pk, {}))
        names |= {one.region_id: str(one.region)} if one.region_id else {}
    return [Place(key, names[key], _in_lanes(parts)) for key, parts in held.items()]


def _in_lanes(parts: Iterable[Mapping[str, int]]) -> tuple[int, ...]:
    listed_parts = list(parts)
    return tuple(sum(one.get(lane, 0) for one in listed_parts) for lane in LANES)


def _ordered(rows: Iterable[Place]) -> list[Place]:
    at = LANES.index("many")
    return sorted(rows, key=lambda one: (-one.counts[at], -one.total, one.name))
