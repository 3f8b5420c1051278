"""Reads over posts: the scope they give, the minutes somebody has at a school on a day, what is left of a week."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange

from firstbell.core.access import NOTHING, ROLES, Scope
from firstbell.core.models import User
from firstbell.roster.models import School
from firstbell.staffing.models import Post
from firstbell.staffing.rules.credentials import Stretch
from firstbell.staffing.rules.hours import FULL_WEEK, Hours, spread, stretch


def posts_on(user: User, day: date) -> list[Post]:
    """The posts a person holds on a day, schools by name first, then regions, then the district."""
    posts = Post.objects.filter(user=user, span__contains=day).select_related("school", "region")
    return sorted(posts, key=lambda p: (p.school is None, p.region is None, str(p.school or p.region or "")))


def scope_of(user: User, on: date) -> Scope:
    """What this person may do and see that day, from the posts they hold then; no post, no scope."""
    posts = posts_on(user, on)
    if not user.is_active or not posts:
        return NOTHING
    regions = {post.region_id for post in posts if post.region_id}
    schools = {post.school_id for post in posts if post.school_id}
    if regions:
        schools |= set(School.objects.filter(region__in=regions).values_list("pk", flat=True))
    return Scope(
        may=frozenset().union(*(ROLES[post.role] for post in posts)),
        schools=frozenset(schools),
        regions=frozenset(regions),
        everywhere=any(not (post.school_id or post.region_id) for post in posts),
        why="; ".join(f"{post} since {post.span.lower:%-d %b %Y}" for post in posts),
        posts=tuple(posts),
    )


def week_of(post: Post) -> list[int]:
    """The minutes of a post from Monday to Friday."""
    return list(post.week) if post.week else spread(post.tenths)


def minutes_on(post: Post, day: date) -> int:
    """The minutes this post gives on a day; none at the weekend."""
    return week_of(post)[day.weekday()] if day.weekday() < 5 else 0


def minutes_a_week(post: Post) -> int:
    return sum(post.week) if post.week else FULL_WEEK * post.tenths // 10


def next_day(post: Post, after: date) -> date | None:
    """The next day on which the person is here; None when there is none within two weeks."""
    days = (after + timedelta(n) for n in range(1, 15))
    return next((day for day in days if minutes_on(post, day) and day in post.span), None)


def asked_of(post: Post) -> DateRange:
    """The days a post was asked for, whether or not papers reach."""
    return post.asked or post.span


def stretch_of(days: DateRange) -> Stretch | None:
    """A range as rules see it; None for one without days."""
    return None if days.isempty else stretch(days.lower, days.upper)


def counselors_hours(users: Iterable[int]) -> dict[int, list[Hours]]:
    """What each is planned for as a counselor, as it was asked: a renewed paper must not bring two schools together."""
    rows = Post.objects.filter(user__in=list(users), role=Post.Role.COUNSELOR, school__isnull=False).order_by("pk")
    told = rows.values_list("user", "school", "school__name", "asked", "span", "week", "tenths")
    found: dict[int, dict[tuple, Hours]] = {}
    for user, school, name, asked, span, week, tenths in told:
        if days := stretch_of(asked or span):
            # a post that papers cut in two is planned once
            found.setdefault(user, {})[school, days] = Hours(*days, week or spread(tenths), name)
    return {who: list(hours.values()) for who, hours in found.items()}
