"""Days delivered in the practice district: time added and confirmed, reports signed, the last one left, a statement."""

from datetime import date, timedelta

from django.db import transaction

from firstbell.cases.queries.triggers import school_days
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.oversight.actions import delivered, statements
from firstbell.oversight.models import ConfirmedDay
from firstbell.oversight.queries.activity import owed
from firstbell.staffing.models import Post

ADDED = (("travel", 20, "between the schools"), ("records", 55, ""), ("planning", 45, "plans of the week"),
         ("other", 150, "in classrooms, at the gate, with the attendance team"))  # fmt: skip
"""What a counselor tells of a usual day besides what the log holds: kind, minutes, words."""
WEEKS, CONFIRMED = 8, 4
"""Weeks that are told of, and the days of them that are confirmed one by one."""


@transaction.atomic
def live(today: date) -> int:
    """Tell of the last weeks, confirm the last days, sign what is owed but the newest month; how many. Only once."""
    if ConfirmedDay.objects.exists():
        return 0
    posts = Post.objects.filter(role=Post.Role.COUNSELOR, purchase__isnull=False, span__contains=today)
    first = posts.order_by("pk").select_related("user", "school").first()
    if first is None:
        return 0
    told = _days_before(first, today)
    for at, day in enumerate(told):
        for kind, minutes, note in ADDED:
            delivered.add_time(on=day, kind=kind, minutes=minutes + at * 7 % 30, by=first.user, note=note)
    for day in told[-CONFIRMED:]:
        delivered.confirm_day(on=day, by=first.user)
    signed = _signed(first, today)
    statements.close_statements(on=today)
    return signed


def _days_before(post: Post, today: date) -> list[date]:
    """The school days of the last weeks, oldest first."""
    taught = school_days(SchoolYear.of(today).ending, [post.school_id])[post.school_id]
    return [day for day in taught if today - timedelta(7 * WEEKS) <= day < today]


def _signed(post: Post, today: date) -> int:
    """The months at one school, oldest first; the principal countersigns the first two."""
    mine = [one for one in owed(post.user, today) if one.purchase.school_id == post.school_id][:0:-1]
    seen_by = _principal(post.school_id)
    for at, one in enumerate(mine):
        made = delivered.sign_report(purchase=one.purchase, month=one.month, by=post.user)
        if at < 2 and seen_by is not None:
            delivered.countersign(report=made, by=seen_by)
    return len(mine)


def _principal(school: int) -> User | None:
    held = Post.objects.filter(role=Post.Role.PRINCIPAL, school=school).select_related("user").first()
    return held.user if held else None
