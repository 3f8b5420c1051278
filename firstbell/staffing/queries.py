"""Reads over posts: the scope they give, and the minutes somebody has at a school on a day."""

from datetime import date, timedelta

from firstbell.core.access import NOTHING, ROLES, Scope
from firstbell.core.models import User
from firstbell.roster.models import School
from firstbell.staffing.models import Post


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


FULL_WEEK = 5 * 8 * 60
"""Minutes of a whole post."""


def minutes_on(post: Post, day: date) -> int:
    """The minutes this post gives on a day; none at the weekend."""
    if day.weekday() > 4:
        return 0
    return post.week[day.weekday()] if post.week else FULL_WEEK * post.tenths // 50


def minutes_a_week(post: Post) -> int:
    return sum(post.week) if post.week else FULL_WEEK * post.tenths // 10


def next_day(post: Post, after: date) -> date | None:
    """The next day on which the person is here; None when there is none within two weeks."""
    days = (after + timedelta(n) for n in range(1, 15))
    return next((day for day in days if minutes_on(post, day) and day in post.span), None)
