"""Giving and ending posts."""

from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from firstbell.core import journal
from firstbell.core.models import User
from firstbell.roster.models import Region, School
from firstbell.staffing.models import Post


@transaction.atomic
def assign(
    *, user: User, role: str, by: User | None, begins: date, ends: date | None = None,
    school: School | None = None, region: Region | None = None, tenths: int = 10, week: list[int] | None = None,
) -> Post:  # fmt: skip
    """Give a person a post from `begins` until `ends` (first day without it; None: open). `week`: see Post.

    Raises ValidationError for an unknown role, both a school and a region, or a share outside 1-10 tenths;
    IntegrityError when the same post is already held then.
    """
    post = Post(
        user=user, role=role, school=school, region=region, span=DateRange(begins, ends), tenths=tenths, week=week
    )
    post.full_clean(exclude={"school", "region"}, validate_constraints=False)
    post.save()
    journal.record("staffing.assigned", by=by, about=post, role=role, user=user.username)
    return post


@transaction.atomic
def end(*, post: Post, on: date, by: User | None) -> Post:
    """End a post: `on` is the first day without it. Scope is gone that day."""
    post.span = DateRange(post.span.lower, on)
    post.save(update_fields=["span"])
    journal.record("staffing.ended", by=by, about=post, on=on.isoformat())
    return post
