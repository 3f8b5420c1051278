"""Days delivered in the practice district: time added and confirmed, reports signed, the last one left, a statement."""

from datetime import date, timedelta

from django.db import transaction

from firstbell.core.models import User
from firstbell.oversight.actions import delivered, statements
from firstbell.oversight.models import ConfirmedDay
from firstbell.oversight.queries.activity import owed
from firstbell.staffing.models import Post

ADDED = (("travel", 25, "to the other school and back"), ("records", 40, ""), ("planning", 30, "plans of the week"))
"""What a counselor tells of a day besides what the log holds: kind, minutes, words."""
DAYS = 4


@transaction.atomic
def live(today: date) -> int:
    """Tell of a few days, confirm all but today, sign what is owed but the newest month; reports signed. Only once."""
    if ConfirmedDay.objects.exists():
        return 0
    posts = Post.objects.filter(role=Post.Role.COUNSELOR, purchase__isnull=False, span__contains=today)
    first = posts.order_by("pk").select_related("user", "school").first()
    if first is None:
        return 0
    for day in _days_before(today):
        for kind, minutes, note in ADDED:
            delivered.add_time(on=day, kind=kind, minutes=minutes, by=first.user, note=note)
        delivered.confirm_day(on=day, by=first.user)
    signed = _signed(first, today)
    statements.close_statements(on=today)
    return signed


def _days_before(today: date) -> list[date]:
    found = [day for n in range(1, 10) if (day := today - timedelta(n)).weekday() < 5]
    return sorted(found[:DAYS])


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
