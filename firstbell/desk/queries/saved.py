"""Saved views of the lists: which lists keep them, how many students each holds now, whom one can be shared with."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict
from django.urls import reverse

from firstbell.core import clock, saved
from firstbell.core.access import May, Scope
from firstbell.core.models import SavedView, User
from firstbell.desk.queries import gaps, people
from firstbell.desk.words import place_name
from firstbell.roster.models import School


def _gaps(scope: Scope, query: QueryDict) -> int:
    return len(gaps.found(scope, gaps.asked(query), clock.today())[: gaps.CAP + 1])


def _students(scope: Scope, query: QueryDict) -> int:
    asked = {name: query.get(name, "") for name in people.FILTERS}
    return people.students(scope, **asked).order_by()[: gaps.CAP + 1].count()


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that keeps views. `names` are those of its query that a view holds; `count` stops one past the cap."""

    title: str
    names: tuple[str, ...]
    permission: May
    count: Callable[[Scope, QueryDict], int]


LISTS = {
    "desk:gaps": Listed("Not seen lately", ("list", *gaps.FILTERS, "columns"), May.SEE_CASES, _gaps),
    "desk:students": Listed("Students", people.FILTERS, May.SEE_STUDENTS, _students),
}


def kept(route: str, query: str) -> str:
    """What a view of this list holds of an address: its own names in their order, without the page or empty values."""
    told = parse_qsl(query)
    return urlencode([(name, value) for name in LISTS[route].names for given, value in told if given == name])


def address(view: SavedView) -> str:
    return f"{reverse(view.route)}?{view.query}"


def count_words(view: SavedView, scope: Scope) -> str:
    """How many students a view holds for whoever asks: `74`, `over 500`."""
    many = LISTS[view.route].count(scope, QueryDict(view.query))
    return f"over {gaps.CAP}" if many > gaps.CAP else str(many)


@dataclass(frozen=True, slots=True)
class Shown:
    view: SavedView
    url: str
    current: bool
    own: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """The saved views above a list. `now` is the one that is shown, `query` what a new one would hold."""

    route: str
    query: str
    views: list[Shown]
    removed: list[SavedView]
    now: Shown | None
    usual: str
    shares: list[tuple[str, str]]


def strip(person: User, scope: Scope, route: str, query: str) -> Strip:
    """The views of a list for whoever looks at it. Three queries at most."""
    held = kept(route, query)
    found = saved.views_of(person, scope.schools, route)
    live = [one for one in found if one.removed_at is None]
    views = [Shown(one, address(one), one.query == held, one.owner_id == person.pk) for one in live]
    usual = next((one.url for one in views if one.own and one.view.usual), "")
    now = next((one for one in sorted(views, key=lambda one: not one.own) if one.current), None)
    removed = [one for one in found if one.removed_at is not None]
    new = bool(held) and not (now and now.own)
    return Strip(route, held, views, removed, now, usual, _shares(scope, held) if new else [])


def _shares(scope: Scope, held: str) -> list[tuple[str, str]]:
    """(key, name) of the schools whose people may see it too: where one has a post, and the one the list is of."""
    school = QueryDict(held).get("school", "")
    mine = {post.school_id for post in scope.posts if post.school_id}
    mine |= {int(school)} if school.isdecimal() and len(school) < 10 else set()
    return [(str(one.pk), place_name(one)) for one in School.objects.visible_to(scope).filter(pk__in=mine)]


def named(person: User, scope: Scope, asked: str) -> list[Shown]:
    """The views whose name holds what was typed, for the palette."""
    wanted = asked.casefold()
    if not wanted:
        return []
    found = (one for one in saved.views_of(person, scope.schools) if one.removed_at is None and one.route in LISTS)
    return [
        Shown(one, address(one), False, one.owner_id == person.pk)
        for one in found
        if wanted in one.name.casefold() and LISTS[one.route].permission in scope
    ][:5]
