"""One's own days: what was logged on each, what was planned, what was confirmed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from firstbell.core.models import User
from firstbell.oversight.models import ConfirmedDay, Spent
from firstbell.oversight.queries.work import Line, work_of
from firstbell.roster.models import School
from firstbell.staffing.models import Post
from firstbell.staffing.queries import minutes_on

SHOWN = 10
"""Working days in the strip."""


@dataclass(frozen=True, slots=True)
class Told:
    """One day in the strip: minutes logged and planned; `confirmed` are the minutes that were confirmed, None if none.

    `moved`: it came out otherwise since it was confirmed.
    """

    on: date
    minutes: int
    planned: int
    confirmed: int | None

    @property
    def moved(self) -> bool:
        return self.confirmed is not None and self.confirmed != self.minutes


@dataclass(frozen=True)
class Day:
    """One day open: its lines, its own added time (which can be taken back), and who is planned where."""

    told: Told
    lines: list[Line]
    added: list[Spent]
    posts: list[tuple[School, int]]

    @property
    def left(self) -> int:
        return max(0, self.told.planned - self.told.minutes)


def strip(user: User, on: date, today: date) -> tuple[list[Told], Day]:
    """The working days up to today, newest first, and the day asked for, opened."""
    days = _working_days(today)
    first, last = min(on, days[-1]), max(on, today)
    lines: dict[date, list[Line]] = defaultdict(list)
    for line in work_of([user.pk], (first, last + timedelta(1)), None):
        lines[line.on].append(line)
    posts = list(
        Post.objects.filter(user=user, school__isnull=False, span__overlap=(first, last + timedelta(1)))
        .select_related("school").order_by("school__name", "pk")
    )  # fmt: skip
    said = ConfirmedDay.objects.filter(user=user, on__gte=first, on__lte=last).order_by("pk")
    confirmed = dict(said.values_list("on", "minutes"))
    told = {day: _told(day, lines[day], posts, confirmed) for day in {*days, on}}
    added = list(Spent.objects.filter(user=user, on=on, undone_at=None).select_related("school"))
    there = [(post.school, minutes_on(post, on)) for post in posts if on in post.span and minutes_on(post, on)]
    return [told[day] for day in days], Day(told[on], lines[on], added, there)


def _working_days(today: date) -> list[date]:
    found, day = [], today
    while len(found) < SHOWN:
        if day.weekday() < 5:
            found.append(day)
        day -= timedelta(1)
    return found


def _told(day: date, lines: Sequence[Line], posts: Sequence[Post], confirmed: dict[date, int]) -> Told:
    planned = sum(minutes_on(post, day) for post in posts if day in post.span)
    return Told(day, sum(one.minutes for one in lines), planned, confirmed.get(day))


def schools_on(user: User, on: date) -> list[tuple[str, str]]:
    """The schools somebody has a post at on a day, as choices."""
    rows = School.objects.filter(posts__user=user, posts__span__contains=on).order_by("name").distinct()
    return [(str(one.pk), str(one)) for one in rows]
