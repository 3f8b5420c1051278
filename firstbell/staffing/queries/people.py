"""Who works where on a day, shaped for pages: the people in scope, and one person with their posts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from firstbell.core.access import May, Scope
from firstbell.core.models import User
from firstbell.core.refusals import refusal
from firstbell.roster.models import Region, School
from firstbell.staffing.models import Absence, Post
from firstbell.staffing.queries.absences import standing_absences
from firstbell.staffing.queries.credentials import in_order, papers_of
from firstbell.staffing.queries.posts import asked_of, minutes_a_week
from firstbell.staffing.rules.credentials import DAY, FINE, Standing, standing

FILTERS = ("role", "region", "school", "papers", "named")
PAPERS = {"missing": "A paper is missing", "soon": "A paper ends within 180 days", "fine": "All in order"}
ANYBODY = "none"
"""The role filter's word for people without a post."""


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the list with their posts that day. `standing` is a counselor's; `away` is that day's absence.

    Posts that their papers do not reach are `lost`: asked for, and nobody there.
    """

    user: User
    posts: list[Post]
    lost: list[Post]
    standing: Standing | None
    away: Absence | None

    @property
    def minutes(self) -> int:
        return sum(map(minutes_a_week, self.posts))


def posts_in(scope: Scope) -> QuerySet[Post]:
    """The posts at the schools and regions of a scope; the district's own only where everything is seen."""
    if scope.everywhere:
        return Post.objects.all()
    return Post.objects.filter(Q(school__in=scope.schools) | Q(region__in=scope.regions))


def people_in(scope: Scope) -> QuerySet[User]:
    """Everybody with a post in scope, ever; for who gives posts or sees papers also people without any."""
    if scope.everywhere:
        return User.objects.all()
    seen = Q(pk__in=posts_in(scope).values("user"))
    if May.ASSIGN_POSTS in scope or May.VERIFY_CREDENTIALS in scope:
        seen |= Q(~Exists(Post.objects.filter(user=OuterRef("pk"))), is_active=True)
    return User.objects.filter(seen)


def on_day(day: date) -> Q:
    """Posts of that day, with those that were asked for and that papers cut short."""
    return Q(span__contains=day) | Q(asked__contains=day)


def people(scope: Scope, day: date, **asked: str) -> Sequence[int] | QuerySet[User]:
    """Who is in the list, for `rows_of`. Counselors as keys: what is missing first, then what ends soonest, by name.

    Of any other role they are users by name: there may be very many.
    """
    role = asked.get("role") or Post.Role.COUNSELOR
    if role == ANYBODY:
        return _named(people_in(scope).filter(posts=None, is_active=True), asked).order_by("last_name", "pk")
    posts = posts_in(scope).filter(on_day(day), role=role)
    posts = posts.filter(_place("region", asked), _place("school", asked))
    users = _named(User.objects.filter(pk__in=posts.values("user")), asked).order_by("last_name", "first_name", "pk")
    return _by_papers(users, day, asked.get("papers", "")) if role == Post.Role.COUNSELOR else users


def _by_papers(users: QuerySet[User], day: date, wanted: str) -> list[int]:
    """Keys in the order of their papers, of those alone whose papers stand as wanted."""
    order = list(users.values_list("pk", flat=True))
    told = papers_of(users.exclude(in_order("pk", day)).values_list("pk", flat=True))
    doubt = {who: standing(papers, day) for who, papers in told.items()}
    fine = [who for who in order if who not in doubt or not doubt[who].rank < FINE]
    poor = sorted((who for who in order if who not in set(fine)), key=lambda who: doubt[who].rank)
    if wanted in ("missing", "soon"):
        return [who for who in poor if doubt[who].qualified is (wanted == "soon")]
    return fine if wanted == "fine" else poor + fine


def _place(name: str, asked: dict[str, str]) -> Q:
    key = asked.get(name, "")
    if not key:
        return Q()
    if not key.isdecimal() or len(key) > 9:
        return Q(pk__in=())
    return Q(school=key) if name == "school" else Q(region=key) | Q(school__region=key)


def _named(users: QuerySet[User], asked: dict[str, str]) -> QuerySet[User]:
    for word in asked.get("named", "").split()[:4]:
        users = users.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(username__icontains=word))
    return users


def rows_of(scope: Scope, day: date, who: Iterable[User | int], role: str = "") -> list[Row]:
    """People (or their keys) with what they hold that day, in the order given. Four queries at most."""
    given = list(who)
    users = User.objects.in_bulk([one for one in given if isinstance(one, int)])
    found = [users[one] if isinstance(one, int) else one for one in given]
    keys = [one.pk for one in found]
    posts = posts_in(scope).filter(on_day(day), user__in=keys).select_related("school", "region").order_by("pk")
    held: dict[int, list[Post]] = {}
    for post in posts.filter(role=role) if role and role != ANYBODY else posts:
        held.setdefault(post.user_id, []).append(post)
    gone = {one.user_id: one for one in standing_absences(day, day).filter(user__in=keys)}
    counselors = [key for key, rows in held.items() if any(one.role == Post.Role.COUNSELOR for one in rows)]
    told = papers_of(counselors)
    return [
        Row(
            one, *_split(held.get(one.pk, []), day), standing(told[one.pk], day) if one.pk in told else None,
            gone.get(one.pk),
        )
        for one in found
    ]  # fmt: skip


def _split(posts: list[Post], day: date) -> tuple[list[Post], list[Post]]:
    """The posts of a day, and those that papers do not reach."""
    here = [one for one in posts if day in one.span]
    there = {(one.role, one.school_id, one.region_id) for one in here}
    lost = {(one.role, one.school_id, one.region_id): one for one in posts if one not in here}
    return here, [one for key, one in lost.items() if key not in there]


def regions(scope: Scope) -> list[tuple[str, str]]:
    """(key, name) to choose from; none where there is no choice."""
    rows = Region.objects.filter(live=True)
    if not scope.everywhere:
        rows = rows.filter(pk__in=scope.regions)
    found = [(str(pk), name) for pk, name in rows.values_list("pk", "name")]
    return found if len(found) > 1 else []


def schools(scope: Scope) -> list[tuple[str, str]]:
    """(key, name) of the schools in scope, by name."""
    rows = School.objects.visible_to(scope).filter(live=True).values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


@dataclass(frozen=True, slots=True)
class Held:
    """One post on a person's page, from `begins` to `last`; `cut` says that papers keep it shorter than asked for.

    One that papers leave no day shows the days that were asked for.
    """

    post: Post
    begins: date | None
    last: date | None
    cut: bool
    minutes: int
    over: bool


def posts_of(scope: Scope, user: User, on: date) -> list[Held]:
    """A person's posts in scope (one's own wherever), those of today and to come first; cut by papers, each part."""
    own = any(post.user_id == user.pk for post in scope.posts)
    rows = (Post.objects if own else posts_in(scope)).filter(user=user)
    rows = rows.select_related("school", "region", "cover_for__user")
    return sorted((_held(one, on) for one in rows), key=lambda one: (one.over, one.begins or date.max))


def _held(post: Post, on: date) -> Held:
    asked, span = asked_of(post), post.span
    days = asked if span.isempty else span
    over = days.isempty or (days.upper is not None and days.upper <= on)
    shorter = span.lower != asked.lower or (span.upper != asked.upper and (asked.upper is not None or over))
    cut = not asked.isempty and (span.isempty or shorter)
    return Held(post, days.lower, days.upper - DAY if days.upper else None, cut, minutes_a_week(post), over)


def place(scope: Scope, kind: str, key: str) -> dict[str, School | Region]:
    """{"school": …} or {"region": …} in scope, as a form named it; nothing for the whole district.

    NotAllowed where it is not there to give.
    """
    if kind == "district" and scope.everywhere:
        return {}
    rows = School.objects.visible_to(scope).filter(live=True) if kind == "school" else Region.objects.none()
    if kind == "region" and scope.everywhere:
        rows = Region.objects.filter(live=True)
    one = rows.filter(pk=key).first() if key.isdecimal() else None
    if one is None:
        raise refusal("That place is not yours to give posts at. Choose one of the list.")
    return {kind: one}


def posts_given_by(scope: Scope) -> QuerySet[Post]:
    """The posts that this person may end: counselors' in scope; for who serves the district all but their like."""
    rows = posts_in(scope)
    if scope.everywhere:
        return rows.exclude(role__in=(Post.Role.DIRECTOR, Post.Role.ENGINEER))
    return rows.filter(role=Post.Role.COUNSELOR)
