"""The list of letters that wait: by kind and school, with why, and what stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from firstbell.core.access import Scope
from firstbell.core.paging import Chained, Counted, counted, wide
from firstbell.law.notices import Kind
from firstbell.notices.models import Due
from firstbell.notices.rules import TITLES, NotAllowed
from firstbell.roster.models import Region, School

STATES = (Due.State.OPEN, Due.State.HELD)


def waiting(
    scope: Scope, kinds: Sequence[str] = (), school: School | None = None, region: Region | None = None
) -> QuerySet[Due]:
    """Letters that wait, in scope; of some kinds, of a school, a region or everywhere."""
    found = Due.objects.visible_to(scope).filter(state__in=STATES)
    if kinds:
        found = found.filter(kind__in=kinds)
    if school is not None:
        found = found.filter(student__school=school)
    if region is not None:
        found = found.filter(student__school__region=region)
    return found.order_by("student__school__name", "student__family", "student__given", "pk")


@dataclass(frozen=True, slots=True)
class Waits:
    kind: str
    title: str
    ready: Counted
    held: Counted


def counts(scope: Scope, school: str = "", *, upto: bool = False) -> list[Waits]:
    """Every kind of which any letter waits: how many can go out, how many are held.

    `upto`: of many schools each is counted along its own index and only so far, for a page.
    """
    if upto and scope.everywhere and not school:
        found = counted(
            {(kind, state): Due.objects.filter(kind=kind, state=state) for kind in Kind for state in STATES}
        )
    else:
        rows = listed(scope, school=school).order_by().values_list("kind", "state").annotate(Count("pk"))
        found = {(kind, state): Counted(number) for kind, state, number in rows}
    none = Counted(0)
    waits = [
        Waits(kind.value, TITLES[kind], *(found.get((kind.value, state), none) for state in STATES)) for kind in Kind
    ]
    return [one for one in waits if one.ready or one.held]


def listed(scope: Scope, kind: str = "", school: str = "", state: str = "") -> QuerySet[Due]:
    """The rows of the list; a school that is no number has none."""
    found = waiting(scope, [kind] if kind else ())
    if school:
        found = found.filter(student__school=int(school)) if school.isdecimal() and len(school) < 10 else found.none()
    if state in STATES:
        found = found.filter(state=state)
    return found.select_related("student__school", "step", "asked_by")


def in_line(scope: Scope, kind: str = "", school: str = "", state: str = "") -> QuerySet[Due] | Chained:
    """What `listed` finds, for a page. Of many schools it walks them by name and stops; who is at none comes last."""
    found = listed(scope, kind, school, state)
    if school or not wide(scope):
        return found
    return Chained(found.filter(student__school__name__isnull=False), found.filter(student__school=None))


def places(scope: Scope) -> list[tuple[str, str]]:
    """(key, name) of what a batch may be of: a school, a region the person serves whole, or the district."""
    schools = School.objects.visible_to(scope).filter(live=True)
    regions = Region.objects.all() if scope.everywhere else Region.objects.filter(pk__in=scope.regions)
    found = [("", "Whole district")] if scope.everywhere else []
    found += [(f"region {pk}", name) for pk, name in regions.values_list("pk", "name")]
    return found + [(f"school {pk}", name) for pk, name in schools.values_list("pk", "name")]


def place(scope: Scope, chosen: str) -> dict[str, School | Region]:
    """The school or region of one of these keys, as `prepare` takes it. NotAllowed for what is not among them."""
    if chosen not in dict(places(scope)):
        raise NotAllowed("Choose where these letters are for.")
    kind, _, pk = chosen.partition(" ")
    if not kind:
        return {}
    return {"school": School.objects.get(pk=pk)} if kind == "school" else {"region": Region.objects.get(pk=pk)}
