"""What looks odd in somebody's log, as a question to them with its innocent explanation. Never a score. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

BURST = 5
"""Contacts written down within one minute from which on one asks."""
UNTRACED = 10
"""Contacts without a trace from which on one asks, where they are at least half of all."""
SAME = 5
"""Students under the same sentence from which on one asks."""
SHORTEST = 12
"""Characters of a sentence below which it is no wonder that it comes again: `Left a message`."""
HARD = 5
"""Students who miss a fifth, without any contact, from which on one asks."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One entry: the local instant at which it was written, and what it says. `trace` as coverage has it."""

    key: int
    at: datetime
    on: date
    student: int
    said: str
    trace: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody is asked. `entries` are the keys it is about; `innocent` is said first of all."""

    kind: str
    words: str
    innocent: str
    entries: tuple[int, ...]


KINDS = {
    "burst": "Many at once", "untraced": "No trace", "easy": "Hard cases not reached", "same": "The same sentence",
}  # fmt: skip


def questions(log: Sequence[Logged], hard: Iterable[int] = ()) -> list[Question]:
    """What a month's log of one person gives to ask. `hard` are students of theirs who miss a fifth of the days."""
    found = (_burst(log), _untraced(log), _easy(log, set(hard)), _same(log))
    return [one for one in found if one]


def _burst(log: Sequence[Logged]) -> Question | None:
    minutes: dict[datetime, list[Logged]] = defaultdict(list)
    for one in log:
        minutes[one.at.replace(second=0, microsecond=0)].append(one)
    most = max(minutes.values(), key=len, default=[])
    if len(most) < BURST:
        return None
    at = min(one.at for one in most)
    return Question(
        "burst",
        f"{len(most)} contacts were written down at {at:%H:%M} on {at.day} {at:%B}. How did they come about?",
        "Many write on paper during the day, or visit several homes, and type it up together at the end.",
        tuple(one.key for one in most),
    )


def _untraced(log: Sequence[Logged]) -> Question | None:
    bare = [one for one in log if not one.trace]
    if len(bare) < UNTRACED or 2 * len(bare) < len(log):
        return None
    return Question(
        "untraced",
        f"{len(bare)} of {len(log)} contacts say neither a number, nor a word, a barrier or a next step."
        " What came of them?",
        "Word in the hallway or at the gate leaves no number; the form lets one save without a sentence.",
        tuple(one.key for one in bare),
    )


def _easy(log: Sequence[Logged], hard: set[int]) -> Question | None:
    seen = Counter(one.student for one in log)
    left = hard - set(seen)
    again = sum(many > 2 for who, many in seen.items() if who not in hard)
    if len(left) < HARD or not again:
        return None
    return Question(
        "easy",
        f"{len(left)} students who miss a fifth of the days have no contact of yours this month, while {again} others"
        " have three or more. What keeps you from them?",
        "Somebody else may be in touch with them, or they have moved, or one family needed a whole week.",
        (),
    )


def _same(log: Sequence[Logged]) -> Question | None:
    sentences: dict[str, dict[int, int]] = defaultdict(dict)
    for one in log:
        plain = _plain(one.said)
        if len(plain) >= SHORTEST:
            sentences[plain].setdefault(one.student, one.key)
    most = max(sentences.values(), key=len, default={})
    if len(most) < SAME:
        return None
    return Question(
        "same",
        f"The same sentence stands in the log of {len(most)} students. Was it the same with each of them?",
        "A call about the same event, such as a bus that stopped running, is told in the same words.",
        tuple(most.values()),
    )


def _plain(said: str) -> str:
    """Without case, digits and marks: what is changed to look different is not."""
    return re.sub(r"[\W\d_]+", " ", said.casefold()).strip()
