"""Which schools have somebody on a day, which do not, and what was bought for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from firstbell.core.access import Scope
from firstbell.roster.models import School
from firstbell.staffing.models import Post, Purchase
from firstbell.staffing.queries.absences import Hole, holes, place_of
from firstbell.staffing.rules.hours import FULL_WEEK, words

STATES = {
    "bought": "Bought, nobody there",
    "away": "Away, nobody covers",
    "short": "Fewer hours than bought",
    "none": "Nobody",
    "ok": "Covered",
}
TONES = {"bought": "severe", "away": "severe", "short": "moderate", "none": "plain", "ok": "ok"}


@dataclass(frozen=True, slots=True)
class Covered:
    """How one school (by key) stands on a day: `bought` and `minutes` are minutes a week, of `people` there."""

    school: int
    people: int
    minutes: int
    bought: int
    holes: tuple[Hole, ...]

    @property
    def state(self) -> str:
        if not self.people:
            return "bought" if self.bought else "none"
        if self.holes:
            return "away"
        return "short" if self.minutes < self.bought else "ok"

    @property
    def label(self) -> str:
        return STATES[self.state]

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def missing(self) -> str:
        """What of the bought hours nobody gives, in words."""
        left = self.bought - self.minutes
        return f"{words(left)} a week of what was bought" if left > 0 else ""


def coverage(scope: Scope, day: date, *, region: str = "") -> list[Covered]:
    """The schools in scope, those bought for and without anybody first, then by name. Six queries at most."""
    schools = School.objects.visible_to(scope).filter(live=True)
    if region:
        schools = schools.filter(region=region) if region.isdecimal() and len(region) < 10 else schools.none()
    people, minutes = _held(scope, day)
    bought = _bought(scope, day)
    open_days: dict[int, list[Hole]] = {}
    for hole in holes(scope, day, day):
        open_days.setdefault(hole.post.school_id, []).append(hole)
    rows = [
        Covered(
            key, people.get(key, 0), minutes.get(key, 0), bought.get(key, 0), tuple(open_days.get(key, ()))
        )
        for key in schools.order_by("name", "pk").values_list("pk", flat=True)
    ]  # fmt: skip
    order = list(STATES)
    return sorted(rows, key=lambda one: order.index(one.state))


def _held(scope: Scope, day: date) -> tuple[dict[int, int], dict[int, int]]:
    """People at each school, and the minutes a week of its own: a stand-in gives none beyond whom they stand in for."""
    people: dict[int, int] = {}
    minutes: dict[int, int] = {}
    rows = _counselors(scope, day).values_list("school", "week", "tenths", "cover_for")
    for school, week, tenths, cover in rows:
        people[school] = people.get(school, 0) + 1
        if cover is None:
            minutes[school] = minutes.get(school, 0) + (sum(week) if week else FULL_WEEK * tenths // 10)
    return people, minutes


def _counselors(scope: Scope, day: date) -> QuerySet[Post]:
    return Post.objects.filter(place_of(scope), role=Post.Role.COUNSELOR, span__contains=day, school__isnull=False)


def _bought(scope: Scope, day: date) -> dict[int, int]:
    """Minutes a week that were bought for each school and approved."""
    rows = Purchase.objects.filter(
        place_of(scope), state=Purchase.State.APPROVED, begins_on__lte=day, ends_on__gte=day
    ).values_list("school", "tenths")
    found: dict[int, int] = {}
    for school, tenths in rows:
        found[school] = found.get(school, 0) + FULL_WEEK * tenths // 10
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """One school of the page, with its counselors that day."""

    school: School
    posts: list[Post]
    stands: Covered


def rows_of(scope: Scope, day: date, found: Iterable[Covered]) -> list[Row]:
    """The schools of one page with who is there. Two queries."""
    given = list(found)
    schools = School.objects.visible_to(scope).select_related("region").in_bulk([one.school for one in given])
    posts: dict[int, list[Post]] = {}
    there = _counselors(scope, day).filter(school__in=schools).select_related("user")
    for post in there.order_by("user__last_name", "pk"):
        posts.setdefault(post.school_id, []).append(post)
    return [Row(schools[one.school], posts.get(one.school, []), one) for one in given if one.school in schools]
