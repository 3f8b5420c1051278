"""What makes an agreement whole, who signs it, whom it binds, and what the records say of a promise. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from firstbell.law import sarb
from firstbell.law.findings import Reason, count, spoken
from firstbell.panels.kinds import Kind
from firstbell.supports.rules.plans import reached

MOST = 3
"""Directives of one side that a family can carry home; more is advised against, not refused."""
UNSAID_AFTER = timedelta(days=14)
"""Days past a check after which the record says that nobody looked."""
RECORDED = ("attendance", "contacts")
"""Evidence that the records themselves hold."""
OURS = "school"
"""The one side whose undone task proves that the promise was broken: of the others our silence proves nothing."""
_LAWS = {"family": "family", "student": "family", "school": "school", "agency": "agency"}
"""EC 48263(b) speaks of the pupil or the parents: what the student does is of the family's side."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A directive as it is drafted: which side, what, by when."""

    party: str
    what: str
    due_on: date


def problems(promises: Sequence[Promise], heard_on: date) -> tuple[Reason, ...]:
    """What stands between a draft and its reading back: it binds every side, says what, falls due after the hearing."""
    law = [sarb.Directive(sarb.Party(_LAWS[one.party]), one.what, one.due_on) for one in promises]
    return sarb.directive_problems(law, heard_on)


def advice(kind: Kind, promises: Sequence[Promise], agencies: Collection[str]) -> list[str]:
    """What the panel may want to think of before it signs. `agencies` are those that sit at the table."""
    told = []
    if kind.level == "region" and agencies and not any(one.party == "agency" for one in promises):
        told.append(f"Nothing is asked of an agency, and {' and '.join(sorted(agencies))} sit here.")
    for party in ("family", "student"):
        mine = sum(one.party == party for one in promises)
        if mine > MOST:
            told.append(f"{mine} things are asked of the {party}. At most {MOST} can be remembered.")
    return told


def signers(promises: Sequence[Promise]) -> list[str]:
    """Whose word an agreement needs, in the order in which they sign: whoever is bound, and the panel last.

    A student signs beside the family, never instead of it.
    """
    sides = {one.party for one in promises}
    if "student" in sides:
        sides.add("family")
    return [*(side for side in ("family", "student", "school", "agency") if side in sides), "panel"]


def binds(kind: Kind, party: str, signed: Collection[str]) -> bool:
    """Whether a directive is in force. A review board directs (EC 48263(b)); elsewhere a side binds only itself."""
    return kind.legal or party in signed or (party == "student" and "family" in signed)


@dataclass(frozen=True, slots=True)
class Known:
    """What the records say of one directive up to `on`, the day they are asked.

    `absent` says of every school day known whether it was missed, `through` is the last of the data. `proved_on` is the
    first day after the hearing on which the promised contact was logged or the task was done; `has_task` whether the
    directive asked somebody of ours for something.
    """

    on: date
    absent: Mapping[date, bool] = field(default_factory=dict)
    through: date | None = None
    proved_on: date | None = None
    has_task: bool = False


def said_by_records(
    party: str,
    evidence: str,
    heard_on: date,
    due_on: date,
    check_on: date,
    target: tuple[int, int] | None,
    known: Known,
) -> tuple[str, str] | None:
    """(outcome, sentence) where the records can say it; None where a person must.

    A promise of the family or an agency is never called broken because we have no record of it.
    """
    if evidence == "attendance":
        return _attendance(heard_on, check_on, target, known) if target else None
    if known.proved_on and known.proved_on <= known.on:
        late = known.proved_on > due_on
        after = f", after {spoken(due_on)}" if late else ""
        return ("late" if late else "kept"), f"On record since {spoken(known.proved_on)}{after}."
    if party == OURS and known.has_task and due_on < check_on:
        return "broken", f"It was due on {spoken(due_on)}, and nothing of the kind is on record."
    return None


def _attendance(heard_on: date, check_on: date, target: tuple[int, int], known: Known) -> tuple[str, str] | None:
    """The school days from the hearing to the check against the target; nothing while they are not all known."""
    if known.through is None or known.through < check_on:
        return None
    days = {day: missed for day, missed in known.absent.items() if day <= check_on}
    if not any(day > heard_on for day in days):
        return None
    found = reached(days, heard_on, *target)
    return ("broken" if found.state == "missed" else "kept"), found.sentence


def unsaid(due_on: date, owner: str) -> str:
    """What the record says of a check that nobody answered."""
    return f"Nobody said by {spoken(due_on + UNSAID_AFTER)}. {owner} was to look on {spoken(due_on)}."


def too_late(due_on: date, last: date) -> str:
    """Why a directive may not fall due then; empty where it may: the last look must be able to see it."""
    if due_on <= last:
        return ""
    return f"The last look is on {spoken(last)}: choose that day or an earlier one."


def target_refused(evidence: str, target: int | None, of: int | None) -> str:
    """Why a target in days cannot stand; empty when it can."""
    if evidence != "attendance":
        return "" if target is None and of is None else "Days are a target only where attendance shows it."
    if target is None or of is None:
        return "Say how many days absent at most, in how many school days."
    if not 5 <= of <= 60:
        return "The target is over 5 to 60 school days: the last look is 90 days away."
    if not 0 <= target < of:
        return f"At most {target} days absent in {count(of, 'school day')} is no target: aim for fewer."
    return ""
