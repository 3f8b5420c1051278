"""A past for the practice district: its people took steps in earlier weeks, and tonight's corrections undo some."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import polars as pl
from django.db import transaction

from firstbell.attendance.queries import occasions
from firstbell.cases import actions as cases
from firstbell.cases.models import Step
from firstbell.core.models import User
from firstbell.practice import Plan, corrected
from firstbell.roster.models import Student
from firstbell.staffing.models import Post

STORIES = (
    "report notice attempt",
    "report",
    "report notice attempt report",
    "report notice attempt report report",
    "report notice report report",
    "report notice attempt report report referral",
    "report notice report",
)
"""What was done of a student: one waits for its notice, one for a conference, one may be referred, one was."""

EACH, UNDONE = 2, 4
"""Students of each story at a school, and students of whom tonight's files correct a day that a report rests on."""
CALL = {"how": "Phone call", "whom": "Parent or guardian", "outcome": "Left a message"}
Known = dict[Student, list[date]]


@transaction.atomic
def live(plan: Plan) -> int:
    """Take the steps of the weeks before, by what is known the evening before `plan.today`; how many. Only once."""
    if Step.objects.exists():
        return 0
    known, tonight = _known(plan.year), dict(corrected(plan, plan.today))
    for post in Post.objects.filter(role="counselor").select_related("user"):
        theirs = {who: days for who, days in known.items() if who.school_id == post.school_id}
        _undone(theirs, tonight, plan.today, post.user)
        others = [who for who, days in theirs.items() if who.key not in tonight and 5 <= len(days) <= 12]
        for place, who in enumerate(others[: EACH * len(STORIES)]):
            for kind, on in _dated(STORIES[place % len(STORIES)].split(), theirs[who]):
                if on < plan.today:
                    _take(who, kind, on, post.user)
    done = set(Step.objects.values_list("student", flat=True))
    rest = {who: days for who, days in known.items() if who.pk not in done and len(days) == 3}
    _undone(rest, tonight, plan.today, User.objects.get(posts__role="director"))
    return Step.objects.count()


def _known(year: int) -> Known:
    """Whoever has three occasions or more, with their days."""
    days = dict(occasions(year).group_by("student").agg(pl.col("day").sort()).rows())
    return {who: days[who.pk] for who in Student.objects.filter(pk__in=days).order_by("pk") if len(days[who.pk]) >= 3}


def _undone(known: Known, tonight: Mapping[str, date], today: date, by: User) -> None:
    """Reports of three days each, one of which tonight's files correct, and what followed from them."""
    few = sorted(known.items(), key=lambda one: (len(one[1]), one[0].pk))
    falling = [(who, _three(days, tonight[who.key])) for who, days in few if tonight.get(who.key) in days]
    for who, days in [(who, days) for who, days in falling if _working_day(days[-1], 1) < today][:UNDONE]:
        on = _working_day(days[-1], 1)
        cases.take_step(student=who, kind="report", on=on, by=by, rests_on=days)
        for kind in ("notice", "attempt"):
            if (on := _working_day(on, 2)) < today:
                _take(who, kind, on, by)


def _three(days: Sequence[date], corrected_on: date) -> Sequence[date]:
    """The day that is corrected and the two before it, or as near as there are."""
    first = max(0, days.index(corrected_on) - 2)
    return days[first : first + 3]


def _take(who: Student, kind: str, on: date, by: User) -> None:
    cases.take_step(student=who, kind=kind, on=on, by=by, said=CALL if kind == "attempt" else None)


def _dated(kinds: Sequence[str], days: Sequence[date]) -> Iterator[tuple[str, date]]:
    """Each step with its day: a report the day after the occasion that made it possible, the rest soon after."""
    on = filed = date.min
    for kind in kinds:
        if kind == "report":
            ripe = days[2:] if filed == date.min else [day for day in days if day > filed]
            if not ripe:
                return
            on = filed = _working_day(max(ripe[0], on), 1)
        else:
            on = _working_day(on, 2)
        yield kind, on


def _working_day(day: date, later: int) -> date:
    moved = day + timedelta(later)
    return moved + timedelta(max(0, 7 - moved.isoweekday()) + 1) if moved.isoweekday() > 5 else moved
