"""Where a search stands on the board: its column, its place in the line, its next step and when that is due."""

from collections.abc import Sequence
from datetime import date

from firstbell.cases.rules import refusal
from firstbell.core import clock
from firstbell.core.models import User
from firstbell.law.policy import Policy, policy_on
from firstbell.recovery.models import Search, Turn
from firstbell.recovery.queries.known import known_of, last_reached
from firstbell.recovery.rules import OPEN, Known, Spell, due_on, lane_of, next_of, order_of, progress

PLACED = ("lane", "first", "adult_on", "census_on")
STEPPED = ("next_step", "due_on", "reached_on")


def place(search: Search, born_on: date | None, policy: Policy) -> None:
    """Put a search into its column and its place in the line; nothing is written."""
    spell = Spell(search.since, search.unseen, search.reached_on, search.exit_on)
    search.lane = lane_of(search.state, spell, policy)
    search.first, search.adult_on, search.census_on = order_of(spell, born_on, clock.today(), policy)


def step_on(search: Search, known: Known, reached: date | None) -> None:
    """Propose the next step; nothing is written. A day somebody agreed on stands until the step it was for is done."""
    search.reached_on = reached
    coming = "" if search.state == "located" else next_of(progress(known))
    if search.due_on is not None and coming == search.next_step:
        return
    last = max((one.on for one in known.done), default=search.opened_on)
    search.next_step, search.due_on = coming, due_on(coming, max(last, search.located_on or last))


def settle(search: Search, *fields: str) -> None:
    """Write a search after a person acted on it, with its place in the line as it is now."""
    step_on(search, known_of(search), last_reached([search]).get(search.pk))
    place(search, search.student.born_on, policy_on(clock.today()))
    search.version += 1
    search.save(update_fields=[*fields, *PLACED, *STEPPED, "version"])


def current(search: Search, version: int | None, *, state: Sequence[str] = OPEN) -> Search:
    """The search as it stands, locked. NotAllowed when somebody acted since it was shown, or it is in no such state."""
    now = Search.objects.select_for_update(of=("self",)).select_related("student", "school", "owner").get(pk=search.pk)
    if version is not None and version != now.version:
        last = now.turns.select_related("by").last()
        raise refusal(
            f"Somebody changed this search while you had it open ({last}, by {last.by or 'the night'})."
            " Nothing of theirs was overwritten: look at it and decide again."
        )
    if now.state not in state:
        raise refusal(f"This search is {now.get_state_display().lower()}.")
    return now


def turned(search: Search, what: str, *, by: User, was: str = "", now: str = "", why: str = "") -> None:
    Turn.objects.create(
        search=search, what=what, was=was[:120], now=now[:120], why=why.strip()[:500], on=clock.today(), by=by
    )
