"""A trigger ladder for the practice district, in force since yesterday: a few tasks, and no flood."""

from dataclasses import replace
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from firstbell.cases import actions as cases
from firstbell.cases.models import TriggerLadder
from firstbell.cases.rules import NotAllowed
from firstbell.cases.rules.triggers import DEFAULT
from firstbell.core.models import User
from firstbell.practice import Plan
from firstbell.roster.models import School
from firstbell.roster.queries import newest_arrival


@transaction.atomic
def switch_on(plan: Plan) -> str:
    """The district's ladder, for every school, from the day of the newest files; in words. Only once."""
    if TriggerLadder.objects.exists():
        return "The district has trigger ladders already."
    director = User.objects.filter(posts__role="director").first()
    since = min(newest_arrival().through, plan.today)
    draft = cases.draft_ladder(school=None, by=director, rungs=DEFAULT)
    try:
        with transaction.atomic():
            cases.switch_on(ladder=draft, by=director, on=since)
    except NotAllowed as no:
        there = [str(school) for school in _with_counselors() if _of_its_own(school, director, since)]
        return f"The district's trigger ladder stays a draft. {no} In force: {', '.join(there) or 'none'}."
    return f"The district's trigger ladder is in force since {since:%A}: {len(DEFAULT)} triggers."


def _with_counselors() -> QuerySet[School]:
    return School.objects.filter(posts__role="counselor").distinct().order_by("pk")


def _of_its_own(school: School, by: User | None, since: date) -> bool:
    """A ladder that the school's hours can hold: the counts go up until it does; whether one is in force."""
    for more in range(0, 30, 5):
        rungs = [replace(rung, count=min(rung.count + more, rung.window or 60)) for rung in DEFAULT]
        rungs = [rung for rung in rungs if not rung.window or more == 0]
        draft = cases.draft_ladder(school=school, by=by, rungs=rungs)
        if draft.rungs != rungs:
            draft = cases.replace_triggers(ladder=draft, rungs=rungs, by=by)
        try:
            with transaction.atomic():
                cases.switch_on(ladder=draft, by=by, on=since)
            return True
        except NotAllowed:
            continue
    return False
