"""The same thing for many students: whom it does not fit and why, and what state it may go to. Pure."""

from dataclasses import dataclass
from datetime import date

from firstbell.core.refusals import NotAllowed
from firstbell.law.findings import Reason, spoken

MOST = 500
"""Students of one bulk action: what a person can still answer for, and a worker does in a minute or two."""
MOVES = {
    ("planned", "start"): "running",
    ("planned", "cancel"): "cancelled",
    ("running", "cancel"): "cancelled",
    ("running", "finish"): "done",
    ("done", "undo"): "undoing",
    ("cancelled", "undo"): "undoing",
    ("undoing", "undo"): "undoing",
    ("undoing", "finish"): "undone",
}
_WORDS = {
    "planned": "has not begun", "running": "is under way", "done": "is done", "cancelled": "was stopped",
    "undoing": "is being taken back", "undone": "was taken back",
}  # fmt: skip


def after(state: str, move: str) -> str:
    try:
        return MOVES[state, move]
    except KeyError:
        words = {"cancel": "stopped", "undo": "taken back", "start": "begun", "finish": "ended"}[move]
        raise NotAllowed(Reason("", f"This {_WORDS[state]}: it cannot be {words} now.")) from None


@dataclass(frozen=True, slots=True)
class Facts:
    """One student, as a bulk action finds them. `serves`: the adult to be named has a post at the case's school."""

    enrolled: bool
    has_case: bool
    lead: int | None = None
    asked_by: date | None = None
    """The day by which the same kind of task is asked for already."""


def why_not(what: str, facts: Facts | None, *, adult: int | None = None, serves: bool = True) -> str:
    """Why it does not fit this student; empty where it does. No facts: whoever asks does not serve them any more."""
    if facts is None:
        return "You do not serve this student any more."
    if what == "open":
        if facts.has_case:
            return "Has an open case already."
        return "" if facts.enrolled else "Is at no school of the district now."
    if not facts.has_case:
        return "Has no open case: open one first."
    if what == "adult":
        if facts.lead == adult:
            return "Has this named adult already."
        return "" if serves else "Is at a school where this adult has no post."
    return f"Was asked for already, by {spoken(facts.asked_by)}." if facts.asked_by else ""
