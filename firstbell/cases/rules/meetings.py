"""Who is talked about in a team's meeting and why, and how a meeting goes on. Pure: values in, sentences out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from firstbell.core.refusals import NotAllowed
from firstbell.law.findings import Reason, count, reaches, spoken
from firstbell.law.policy import Policy

MOST = 15
"""Students proposed for one meeting: three minutes each in three quarters of an hour."""
QUIET = 14
"""Days without a word from the family, after which a student who misses a lot is talked about."""
WHY = 400
"""Characters of a reason."""
KINDS = {"attendance_team": "Attendance team", "sspt": "SSPT"}
MOVES = {
    ("planned", "start"): "running",
    ("planned", "close"): "closed",
    ("running", "close"): "closed",
}


def after(state: str, move: str) -> str:
    """The state a meeting is in after a move. NotAllowed for a move it cannot make."""
    try:
        return MOVES[state, move]
    except KeyError:
        raise NotAllowed(Reason("", f"A meeting that is {state} cannot {move}.")) from None


@dataclass(frozen=True, slots=True)
class Need:
    """What may bring one student onto an agenda. `quiet` are the days since a person was reached; None for never."""

    student: int
    tier: int = 0
    hollow: int = 0
    missing: str = ""
    due_by: date | None = None
    overdue: int = 0
    overdue_since: date | None = None
    absent: int = 0
    enrolled: int = 0
    quiet: int | None = None


def reasons(need: Need, policy: Policy) -> list[tuple[int, str]]:
    """(place, sentence) of each reason to talk about a student, most pressing first."""
    told = []
    if need.tier == 3:
        told.append((1, "In tier 3."))
    if need.hollow:
        verb = "does" if need.hollow == 1 else "do"
        told.append((2, f"{count(need.hollow, 'step')} of the truancy process {verb} not stand any more."))
    if need.missing:
        due = f", due by {spoken(need.due_by)}" if need.due_by else ""
        told.append((2, f"Missing: {need.missing}{due}."))
    if need.overdue:
        since = f", the oldest since {spoken(need.overdue_since)}" if need.overdue_since else ""
        told.append((3, f"{count(need.overdue, 'task')} overdue{since}."))
    enough = need.enrolled >= policy.chronic.on_pace_min_days
    if enough and reaches(need.absent, need.enrolled, policy.bands.moderate) and _silent(need.quiet):
        last = "nobody has reached the family yet" if need.quiet is None else f"last reached {need.quiet} days ago"
        told.append((4, f"{need.absent} of {count(need.enrolled, 'day')} missed, and {last}."))
    return told


def _silent(quiet: int | None) -> bool:
    return quiet is None or quiet > QUIET


def agenda(needs: Iterable[Need], policy: Policy, most: int = MOST) -> list[tuple[int, str]]:
    """(student, why) of a meeting: by the most pressing reason, then by how many, then by the share of days missed."""
    told = [(need, found) for need in needs if (found := reasons(need, policy))]
    told.sort(key=lambda pair: (pair[1][0][0], -len(pair[1]), -_missed(pair[0]), pair[0].student))
    return [(need.student, " ".join(sentence for _, sentence in found)[:WHY]) for need, found in told[:most]]


def _missed(need: Need) -> int:
    """Days missed in a million: good enough to put people in order, and never compared with a threshold."""
    return 1_000_000 * need.absent // need.enrolled if need.enrolled else 0


def turn(order: Sequence[tuple[int, str]], here: int | None, to: str) -> int | None:
    """The item that comes up next, of (item, state) in the order of the agenda; None when nobody is left.

    Next and skip go to the next who waits, past the end to who was left waiting before; back goes one place back,
    whatever became of it, and from the end to the last.
    """
    keys = [key for key, _ in order]
    at = keys.index(here) if here in keys else len(keys)
    if to == "back":
        return keys[at - 1] if at else here
    waiting = [key for key, state in (*order[at + 1 :], *order[:at]) if state == "waiting"]
    return waiting[0] if waiting else None
