"""The board: which column a search stands in, and who comes first in it. Pure: dates and counts in, answers out.

The order is that of the dropout work list: those whom nobody reached within five school days of their stop, then the
nearest eighteenth birthday, then the nearest Census Day, then the most credits short.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from firstbell.law.compulsory import birthday
from firstbell.law.exits import cycle
from firstbell.law.policy import Policy

KINDS = {
    "no_show": "Never came",
    "expected": "Expected back, not enrolled",
    "unseen": "Stopped coming",
    "exit": "Left without proof",
}
STATES = {
    "unseen": "Not located",
    "located": "Located",
    "back": "Back at school",
    "elsewhere": "Enrolled elsewhere, proven",
    "exited": "Left, proven",
}
OPEN = ("unseen", "located")
PROVEN = ("elsewhere", "exited")
LANES = ("few", "several", "many", "left", "located")
"""The columns, from the left."""


@dataclass(frozen=True, slots=True)
class Spell:
    """One stay away: since when, how many school days, when a person was last reached, how the file says they left."""

    since: date
    unseen: int
    reached_on: date | None = None
    exit_on: date | None = None


def lane_of(state: str, spell: Spell, policy: Policy) -> str:
    """The column of an open search: located, left, or by the school days for which nobody has seen the student."""
    if state == "located":
        return "located"
    if spell.exit_on is not None:
        return "left"
    _, several, many = policy.exits.unseen_days
    return "many" if spell.unseen >= many else "several" if spell.unseen >= several else "few"


def lane_words(policy: Policy) -> Mapping[str, str]:
    """What the columns are called, under the policy's days."""
    first, several, many = policy.exits.unseen_days
    return {
        "few": f"Unseen {first} to {several - 1} days",
        "several": f"Unseen {several} to {many - 1} days",
        "many": f"Unseen {many} days and more",
        "left": "Left without proof",
        "located": "Located",
    }


def urgent(spell: Spell, policy: Policy) -> bool:
    """First in line: so many school days without anybody reached (setting exits.outreach_days)."""
    reached = spell.reached_on is not None and spell.reached_on >= spell.since
    return spell.unseen >= policy.exits.outreach_days and not reached


def order_of(spell: Spell, born_on: date | None, today: date, policy: Policy) -> tuple[bool, date | None, date | None]:
    """(first in line, the adult birthday ahead, the Census Day ahead): what the board is ordered by, with the credits.

    None once the day is past, or where it is not known.
    """
    adult = birthday(born_on, policy.truancy.age_before) if born_on else None
    census = cycle(spell.exit_on or today)[2]
    return (
        urgent(spell, policy),
        adult if adult and adult > today else None,
        census if census >= today else None,
    )


def grade_number(code: str | None) -> int:
    """A grade of the file as the law counts it: 0 for kindergarten and before, 9 for ungraded secondary."""
    text = (code or "").strip().upper()
    return int(text) if text.isdecimal() else 9 if text == "US" else 0
