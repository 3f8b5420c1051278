"""A trigger ladder for the practice district, in force since yesterday: a few tasks, and no flood."""

from django.db import transaction

from firstbell.cases import actions as cases
from firstbell.cases.models import TriggerLadder
from firstbell.cases.rules import NotAllowed
from firstbell.cases.rules.triggers import DEFAULT
from firstbell.core.models import User
from firstbell.practice import Plan
from firstbell.roster.queries import newest_arrival


@transaction.atomic
def switch_on(plan: Plan) -> str:
    """The district's ladder, for every school, from the day of the newest files; in words. Only once."""
    if TriggerLadder.objects.exists():
        return "The district has trigger ladders already."
    director = User.objects.filter(posts__role="director").first()
    draft = cases.draft_ladder(school=None, by=director, rungs=DEFAULT)
    since = min(newest_arrival().through, plan.today)
    try:
        cases.switch_on(ladder=draft, by=director, on=since)
    except NotAllowed as no:
        return f"The district's trigger ladder stays a draft. {no}"
    return f"The district's trigger ladder is in force since {since:%A}: {len(DEFAULT)} triggers."
