"""A district to practise in: somebody ends the day; the night, done by a job, begins the next one."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from firstbell.core import clock, home, jobs, journal, lease
from firstbell.core.models import User
from firstbell.core.refusals import refusal
from firstbell.law.findings import spoken
from firstbell.practice import Plan
from firstbell.training.queries import practice as queries
from firstbell.training.queries.practice import NIGHT

NIGHT_IS_ON = "The night is on already: somebody else ended the day. Wait for the new day, it comes by itself."
OVER = (
    "The year's last school day is over, and no other comes. To begin again, make a new district in another"
    " FIRSTBELL_HOME."
)


def set_up(*, plan: Plan) -> None:
    """From now on this is a district to practise in. Which days it had is kept."""
    told = {"students": plan.students, "schools": plan.schools, "regions": plan.regions, "seed": plan.seed}
    home.remember(demo=True, practice=True, practice_plan=told)


@transaction.atomic
def begin_day(*, on: date, by: User | None) -> None:
    """It is this day from now on, for every process. Begun before, it stays as it began."""
    told = home.setting("practice_days", [])
    if any(one["on"] == on.isoformat() for one in told):
        return
    journal.record("training.day_begun", by=by, on=on.isoformat())
    now = {"on": on.isoformat(), "began": timezone.now().isoformat()}
    home.remember(today=on.isoformat(), practice_days=[*told, now], practice_night={})
    clock.catch_up()


@transaction.atomic
def end_day(*, on: date, by: User) -> None:
    """Let the night come after this day. Only one person ends it."""
    _hold(by)
    clock.catch_up()  # whoever had to wait may wake up on another day
    if on != (today := clock.today()):
        raise refusal(f"That day is over: it is {spoken(today)} now. Look at the new day before you end it.")
    if not (coming := queries.to_come(on)):
        raise refusal(OVER)
    journal.record("training.day_ended", by=by, on=on.isoformat(), next=coming[0].isoformat())
    home.remember(practice_night={})
    jobs.later(NIGHT, after=on.isoformat())


def _hold(by: User) -> None:
    """Nobody else ends the day, and nobody brings files in, while this is looked at."""
    if jobs.under_way(NIGHT):
        raise refusal(NIGHT_IS_ON)
    try:
        lease.claim(wait=lease.SHORTLY, by=by)
    except lease.Busy as why:
        raise refusal(str(why)) from why
    if jobs.under_way(NIGHT):
        raise refusal(NIGHT_IS_ON)


def tell(step: str, percent: int) -> None:
    """How far the night is, for the page that waits."""
    home.remember(practice_night={"step": step, "percent": percent})


def break_off(*, why: str) -> None:
    """The night came to nothing: it is still the day before, and it may be ended again."""
    home.remember(practice_night={"error": why[:1000]})
