"""A district to practise in: made on an early school day with nothing done yet, and moved on night by night."""

import logging
import shutil
from collections.abc import Callable
from datetime import date

from django.conf import settings

from firstbell.core import clock, home, jobs, lease
from firstbell.core.refusals import refusal
from firstbell.practice import Plan, school_days, write
from firstbell.practice.plan import FEWEST_SCHOOLS
from firstbell.roster.queries import newest_arrival
from firstbell.site import practice_letters, practice_triggers, schedule
from firstbell.site.faults import explain
from firstbell.site.practice_district import NAME, Say, personas, staff
from firstbell.training.actions import practice as actions
from firstbell.training.actions.courses import take_up_catalogue
from firstbell.training.queries import practice as queries

log = logging.getLogger(__name__)
USUAL, SEED, PLACE = 300, 1913, 29
"""How many students, which seed, and which of the year's school days (counted from 0) the first one is."""
SMALL = 240
"""Students below which a district has as few schools as a district can have."""
Tell = Callable[[str, int], None]
AT_FAULT = "Firstbell itself is at fault; its log says more. What was done stands whole. End the day again."
KILLED = (
    f"The night was begun {jobs.TRIES} times and never came to its end: is there enough memory? What was done stands"
    " whole. End the day again."
)


def make(*, students: int, seed: int, begins: date | None, say: Say) -> None:
    """Make the district as its people find it on its first day. What stands already is kept, whatever was asked for.

    Raises NotAllowed where the folder holds something else, or no such district can be.
    """
    if not home.setting("practice"):
        _only_where_nothing_is()
    elif stood := queries.days():
        settings.TODAY = stood[-1].on.isoformat()
        say(f"It stands already: it is {clock.today():%A %-d %B %Y} there.")
        return
    plan = queries.plan() if home.setting("practice") else _plan(students, seed)  # begun before and broken off
    before, first = _first_days(plan, begins)
    actions.set_up(plan=plan)
    home.remember(district=NAME)
    _live_through(plan, before, say)
    with clock.living_on(before):
        _people(plan, say)
    _live_through(plan, first, say)
    take_up_catalogue(by=None)
    actions.begin_day(on=first, by=None)
    settings.TODAY = first.isoformat()  # this process read its settings before the district had a day of its own


def _only_where_nothing_is() -> None:
    what = "the usual demo" if home.setting("demo") else "a district's data" if newest_arrival() else ""
    if what:
        raise refusal(
            f"{home.home()} holds {what}. Choose another folder to practise in, for example"
            " FIRSTBELL_HOME=.firstbell/practice firstbell demo --practice."
        )


def _plan(students: int, seed: int) -> Plan:
    try:
        return Plan(students=students, seed=seed, schools=Plan.schools if students >= SMALL else FEWEST_SCHOOLS)
    except ValueError as why:
        raise refusal(f"No such district can be made: {why}.") from why


def _first_days(plan: Plan, begins: date | None) -> tuple[date, date]:
    """The first day, and the school day before it: its files come in first, so that the first day has news."""
    every = school_days(plan)
    first = begins or every[PLACE]
    if first not in every[1:]:
        last = every[-1]
        raise refusal(
            f"{first} is no day to begin on. Choose a school day from {every[1]} to {last}; in a week without"
            " holidays, any day from Monday to Friday."
        )
    return every[every.index(first) - 1], first


def _live_through(plan: Plan, on: date, say: Say) -> None:
    """A day before anybody practises, unless its files came in already."""
    newest = newest_arrival()
    if newest is None or newest.through < on:
        say(f"Writing the district's files as of {on:%A %-d %B %Y} ({plan.students:,} students) …")
        with clock.living_on(on):
            _bring_in(plan, on, say, None)


def _people(plan: Plan, say: Say) -> None:
    """Who works there, their letterheads and their ladder: nothing else is done before somebody practises."""
    staff(plan, date(plan.year, 6, 30))  # papers that last the whole year: a trainee keeps their post
    practice_letters.head()
    say(practice_triggers.switch_on(plan))


def _bring_in(plan: Plan, on: date, say: Say, tell: Tell | None) -> None:
    """Write the files of a day and live through its night. The plan is the source, so nobody has to look at them."""
    folder = home.home() / "practice"
    shutil.rmtree(folder, ignore_errors=True)
    write(plan, folder, as_of=on)
    schedule.nightly(files=folder, accept=True, say=say, progress=tell)
    schedule.after_night(say=say)


def next_day(*, after: str) -> None:
    """The night after a day, and the next school day. Done by another attempt, it is not done again."""
    ended = date.fromisoformat(after)
    coming = queries.to_come(ended)
    if not coming or queries.days()[-1].on != ended:
        return
    try:
        actions.tell("Writing the files of the day", 1)
        with clock.living_on(coming[0]):
            _bring_in(queries.plan(), coming[0], log.info, actions.tell)
    except lease.Busy as why:
        actions.tell("Waiting: somebody brings files in", 0)
        raise jobs.NotYet from why
    except Exception as fault:
        if (said := explain(fault)) is None:
            log.exception("the night after %s", after)
            said = AT_FAULT
        actions.break_off(why=said)
    else:
        actions.begin_day(on=coming[0], by=None)


def _give_up(*, after: str) -> None:
    if queries.days()[-1].on.isoformat() == after:
        actions.break_off(why=KILLED)


jobs.handle(queries.NIGHT, next_day, gives_up=_give_up)


def welcome(port: int, say: Say) -> None:
    """What to do now: the address, who to be, what to try."""
    say(f"\n[bold]{NAME}[/], to practise in, is ready: http://localhost:{port}/")
    for one in personas():
        say(f"  {one['name']:<18} {one['role']}, {one['text']}")
    say(
        f"It is {clock.today():%A %-d %B %Y}, and nobody has done anything yet this year but you. Choose a person, open"
    )
    say("Practice day at the top of Work, work through what it shows, then end the day: the night brings the next one.")
    say("Stop with Ctrl+C; the same command starts it again where it was.\n")
