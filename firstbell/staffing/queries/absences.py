"""Who is away, and which days of theirs nobody covers yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from firstbell.core import clock
from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.staffing.models import Absence, Post
from firstbell.staffing.queries.posts import stretch_of, week_of
from firstbell.staffing.rules.credentials import DAY, Stretch
from firstbell.staffing.rules.hours import Hours, days, uncovered


@dataclass(frozen=True, slots=True)
class Hole:
    """Days of one absence that one post of the absent person leaves without anybody."""

    absence: Absence
    post: Post
    days: list[date]


def standing_absences(begins: date, ends: date) -> QuerySet[Absence]:
    """Absences that were not taken back and have a day from `begins` to `ends`, both included."""
    return Absence.objects.filter(undone_at=None, begins_on__lte=ends, ends_on__gte=begins)


def days_of(absence: Absence) -> Stretch:
    return absence.begins_on, absence.ends_on + DAY


def away_on(users: Iterable[int], begins: date, ends: date) -> set[int]:
    """Which of these are away on some day from `begins` until before `ends`."""
    rows = standing_absences(begins, ends - DAY).filter(user__in=list(users))
    return set(rows.values_list("user", flat=True))


def place_of(scope: Scope, field: str = "school") -> Q:
    """Posts at the schools of a scope."""
    return Q() if scope.everywhere else Q(**{f"{field}__in": scope.schools})


def holes(scope: Scope, begins: date, ends: date, **where: int) -> list[Hole]:
    """What absences leave open in scope (or at one `school` or `region`), soonest first. Three queries."""
    gone = list(standing_absences(begins, ends).select_related("user"))
    if not gone:
        return []
    posts = _own().filter(place_of(scope), _at(where), user__in=[one.user_id for one in gone])
    return holes_of(gone, list(posts), (begins, ends + DAY))


def _own() -> QuerySet[Post]:
    """Counselors' posts at schools, without those that stand in: whose stand-in is away is open themselves."""
    rows = Post.objects.filter(role=Post.Role.COUNSELOR, school__isnull=False, cover_for=None)
    return rows.select_related("school__region")


def _at(where: dict[str, int]) -> Q:
    names = {"school": "school", "region": "school__region"}
    return Q(**{names[name]: value for name, value in where.items()})


def holes_of(gone: list[Absence], posts: list[Post], days: Stretch) -> list[Hole]:
    """The same of these absences and posts. A stand-in who is away themselves covers nothing."""
    covers: dict[int, list[Hours]] = {}
    standing_in = list(Post.objects.filter(cover_for__in=[one.pk for one in posts], span__isempty=False))
    away: dict[int, list[Stretch]] = {}
    for one in standing_absences(days[0], days[1]).filter(user__in={one.user_id for one in standing_in}):
        away.setdefault(one.user_id, []).append(days_of(one))
    for one in standing_in:
        for part in _there(stretch_of(one.span), away.get(one.user_id, [])):
            covers.setdefault(one.cover_for_id, []).append(Hours(*part, week_of(one)))
    found = []
    for absence in gone:
        begins, ends = days_of(absence)
        for post in posts:
            at = stretch_of(post.span)
            if post.user_id != absence.user_id or at is None:
                continue
            within = max(begins, days[0]), min(ends, days[1])
            if left := uncovered(within, Hours(*at, week_of(post)), covers.get(post.pk, [])):
                found.append(Hole(absence, post, left))
    return sorted(found, key=lambda one: (one.days[0], str(one.post.school), one.post.pk))


def _there(span: Stretch | None, away: list[Stretch]) -> list[Stretch]:
    """A span without the days away."""
    parts = [span] if span else []
    for begin, end in away:
        parts = [
            part
            for first, after in parts
            for part in ((first, min(after, begin)), (max(first, end), after))
            if part[0] < part[1]
        ]
    return parts


@dataclass(frozen=True, slots=True)
class Away:
    """One absence of a person's page: what it leaves open in scope, and who stands in."""

    absence: Absence
    open_days: int
    covers: list[Post]


def absences_of(scope: Scope, user: User, today: date) -> list[Away]:
    """A person's absences of the last year and to come, newest first; those taken back are left out."""
    rows = Absence.objects.filter(user=user, undone_at=None, ends_on__gte=today - timedelta(365)).order_by("-begins_on")
    gone = list(rows.select_related("user", "by"))
    posts = list(_own().filter(place_of(scope), user=user))
    left: dict[int, int] = {}
    if gone:
        first, last = min(one.begins_on for one in gone), max(one.ends_on for one in gone)
        for hole in holes_of(gone, posts, (max(first, today), max(last + DAY, today))):
            left[hole.absence.pk] = left.get(hole.absence.pk, 0) + len(hole.days)
    covers = Post.objects.filter(cover_for__in=posts, span__isempty=False).select_related("user", "school")
    return [
        Away(one, left.get(one.pk, 0), [post for post in covers if _during(post, one)]) for one in gone
    ]  # fmt: skip


def _during(post: Post, absence: Absence) -> bool:
    begins, ends = days_of(absence)
    return post.span.lower < ends and begins < (post.span.upper or date.max)


def holes_for(scope: Scope, absence: Absence) -> list[Hole]:
    """What one absence leaves open in scope from today on."""
    begins, ends = days_of(absence)
    if absence.undone_at is not None or ends <= (today := clock.today()):
        return []
    return holes_of([absence], list(_own().filter(place_of(scope), user=absence.user)), (max(begins, today), ends))


def stood_in(user: User, begins: date, ends: date) -> list[tuple[date, Post]]:
    """The days from `begins` to `ends`, both included, on which somebody stands in or is lent, with the post."""
    rows = Post.objects.filter(
        Q(loan=True) | Q(cover_for__isnull=False), user=user, span__overlap=(begins, ends + DAY)
    ).select_related("school")
    return [
        (day, post)
        for post in rows
        for day in days(max(post.span.lower, begins), min(post.span.upper or date.max, ends + DAY))
        if week_of(post)[day.weekday()]
    ]
