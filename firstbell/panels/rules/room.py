"""What the room asks: whether the notice of a hearing was good, and which part of the script comes next. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from firstbell.law.findings import Finding, Reason, count, spoken
from firstbell.panels.kinds import Kind

SETTING = "setting panels.practice"
LONGEST = 2000
"""Characters of what was said in one part."""
HOME = ("family", "student")
"""Parties of whom somebody must have come for a hearing to be held."""


@dataclass(frozen=True, slots=True)
class Told:
    """One invitation of the family, and what the file says today of whom it went to.

    `holds_rights` and `reachable` are None where nobody on file was named; `moved_on` is the day on which the file
    learned of another address after the invitation left. `lost` says that it never left or came back; `says_so`
    whether it told of the time the hearing had. `waived`: the family agreed to less notice.
    """

    to: str
    language: str
    told_on: date
    delivered_on: date | None = None
    answered: bool = False
    holds_rights: bool | None = None
    reachable: bool | None = None
    moved_on: date | None = None
    lost: bool = False
    says_so: bool = True
    waived: bool = False


def faults(one: Told, kind: Kind, on: date, language: str) -> tuple[Reason, ...]:
    """What was wrong with one invitation to a hearing `on` a day, of a family that speaks `language`."""
    found = []
    days, needed = (on - one.told_on).days, kind.clocks.notice_days
    if days < needed and not one.waived:
        found.append(f"It left {count(max(days, 0), 'day')} before the hearing; {needed} are due.")
    if not one.says_so:
        found.append("It told of another time.")
    if one.lost:
        found.append("It never left, or it came back.")
    elif one.delivered_on is None and not one.answered:
        found.append("Nothing shows that it arrived.")
    if one.language != language:
        found.append(f"It was not in the family's language ({language}).")
    if one.holds_rights is None:
        found.append("It names nobody who is on file.")
    elif not one.holds_rights:
        found.append("Whom it went to may not decide about this student's education.")
    if one.reachable is False:
        found.append("Whom it went to must not be written to.")
    if one.moved_on:
        found.append(f"The file has another address since {spoken(one.moved_on)}.")
    return tuple(Reason(SETTING, f"To {one.to}: {sentence}") for sentence in found)


def notice_was_good(told: Sequence[Told], kind: Kind, on: date, language: str) -> Finding[bool]:
    """Whether at least one invitation was without fault; else everything that was wrong with each."""
    if not told:
        return Finding(False, (Reason(SETTING, "Nobody of the family was invited: no invitation is on record."),))
    every = [faults(one, kind, on, language) for one in told]
    if good := next((one for one, wrong in zip(told, every, strict=True) if not wrong), None):
        words = f"{good.to} was told on {spoken(good.told_on)}, in time and in their language, and it arrived."
        return Finding(True, (Reason(SETTING, words),))
    return Finding(False, tuple(reason for wrong in every for reason in wrong))


def beside(kind: Kind, part: str, to: str) -> str:
    """The part of the script after or before this one; at either end the part itself."""
    keys = [one.key for one in kind.script]
    at = keys.index(part) + (1 if to == "next" else -1)
    return keys[min(max(at, 0), len(keys) - 1)]
