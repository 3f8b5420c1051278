"""Whom somebody oversees: counselors by name, never in any other order."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.oversight.models.about import overseen
from firstbell.staffing.models import Post
from firstbell.staffing.queries import minutes_a_week

BY_NAME = ("last_name", "first_name", "pk")


def counselors(scope: Scope, on: date) -> QuerySet[User]:
    """The counselors somebody oversees on a day."""
    held = overseen(scope).filter(span__contains=on)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by(*BY_NAME)


def visible_people(scope: Scope) -> QuerySet[User]:
    """Who may be looked at: themselves, and whoever is or was a counselor somebody oversees."""
    mine = {post.user_id for post in scope.posts}
    return User.objects.filter(pk__in=overseen(scope).values("user")) | User.objects.filter(pk__in=mine)


def posts_of(people: Iterable[int], on: date) -> dict[int, list[Post]]:
    """Person to their posts as counselor on a day, schools by name."""
    found: dict[int, list[Post]] = {}
    rows = Post.objects.filter(user__in=people, role=Post.Role.COUNSELOR, span__contains=on)
    for post in rows.select_related("school", "region").order_by("school__name", "pk"):
        found.setdefault(post.user_id, []).append(post)
    return found


def minutes_of(posts: Iterable[Post]) -> int:
    """Minutes a week of several posts together."""
    return sum(minutes_a_week(post) for post in posts)


def where_words(posts: Iterable[Post]) -> str:
    return ", ".join(str(post.school or post.region or "the whole district") for post in posts)
