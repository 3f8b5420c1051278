"""What comes again in each counselor's charts, for the courses that are proposed."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from firstbell.core.models import User
from firstbell.core.months import month_before, month_of
from firstbell.oversight.models import Scoring
from firstbell.oversight.rules.trends import Offered
from firstbell.staffing.models import Post
from firstbell.training.models import Completion, Course, Proposal


def offered() -> list[Offered]:
    """Every course that is given and helps with an item of the rubric."""
    rows = Course.objects.filter(retired_on=None).exclude(items=[]).order_by("title", "pk")
    return [Offered(pk, title, frozenset(items)) for pk, title, items in rows.values_list("pk", "title", "items")]


@dataclass(frozen=True, slots=True)
class Read:
    """One counselor's charts of two months, `month` being the later one: the levels of each."""

    month: date
    charts: list[Mapping[str, int]]


def read_lately(on: date) -> dict[int, Read]:
    """Counselor to their charts with feedback, of the newest month that has any and the one before; one query.

    A chart without feedback does not count: its counselor has not read of it. Of two scorings the first counts.
    """
    held = Post.objects.filter(role=Post.Role.COUNSELOR, span__contains=on).values("user")
    people = User.objects.filter(pk__in=held, is_active=True)
    months = (month_before(month_before(on)), month_of(on))
    rows = Scoring.objects.filter(turn=Scoring.Turn.FIRST, review__sample__month__range=months)
    rows = rows.filter(review__sample__user__in=people.values("pk")).exclude(review__feedback="").order_by("pk")
    told: dict[int, list[tuple[date, Mapping[str, int]]]] = defaultdict(list)
    for who, month, levels in rows.values_list("review__sample__user", "review__sample__month", "levels"):
        told[who].append((month, levels))
    read = {who: _read(charts) for who, charts in sorted(told.items())}
    return {who: one for who, one in read.items() if one.month >= month_before(on)}


def _read(charts: list[tuple[date, Mapping[str, int]]]) -> Read:
    newest = max(month for month, _ in charts)
    return Read(newest, [levels for month, levels in charts if month >= month_before(newest)])


def source(item: str, month: date) -> str:
    return f"rubric:{item}:{month:%Y-%m}"


def answered(user: int, month: date) -> set[str]:
    """Items for which these charts need no course any more: one was proposed or completed since the earlier month."""
    first = month_before(month)
    found = set()
    rows = Proposal.objects.filter(user=user, source__startswith="rubric:").values_list("source", "course__items")
    for said, items in rows:
        _, item, when = said.split(":")
        if when in (f"{first:%Y-%m}", f"{month:%Y-%m}"):
            found |= {item, *items}
    done = Completion.objects.filter(user=user, on__gte=first).values_list("course__items", flat=True)
    return found.union(*done)


def courses(keys: Collection[int]) -> dict[int, Course]:
    return Course.objects.in_bulk(keys)
