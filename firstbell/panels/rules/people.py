"""Who a panel needs, and what stands in the way of signing its roster into force. Pure: seats in, reasons out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from firstbell.law.findings import Reason, count, spoken
from firstbell.law.sarb import Board, composition
from firstbell.panels.kinds import ALL_SEATS, Kind
from firstbell.panels.rules.hearings import quorum

SETTING = "setting panels.roster"
ENDS_SOON = 60
"""Days before the end of a term from which on it is shown."""


@dataclass(frozen=True, slots=True)
class Seated:
    """One member in term, as the rules see them."""

    name: str
    seat: str
    standing: str
    trained_on: date | None = None
    sworn_on: date | None = None
    until: date | None = None


def gaps(kind: Kind, board: str, seats: Collection[str]) -> list[Reason]:
    """Seats that nobody fills, with what asks for them: EC 48321 for a review board, the district for the others."""
    if kind.legal:
        return list(composition(Board(board or "local"), set(seats) & set(kind.seats)).reasons)
    return [Reason(SETTING, f"Nobody sits for {ALL_SEATS[seat]}.") for seat in kind.seats if seat not in seats]


def against_signing(kind: Kind, board: str, members: Sequence[Seated]) -> list[Reason]:
    """Why a roster cannot be signed into force; nothing where it can."""
    seats = [one.seat for one in members]
    found = [Reason(SETTING, "Nobody chairs the panel.")] if not _chaired(members) else []
    found += quorum(kind, seats).reasons
    if kind.legal and board == Board.COUNTY:
        found += gaps(kind, board, seats)
    return found


def advice(members: Iterable[Seated], on: date) -> list[Reason]:
    """What should be mended soon: a term that ends, training or the promise of confidentiality not on record."""
    members = list(members)
    found = []
    for one in members:
        if one.until and 0 <= (one.until - on).days <= ENDS_SOON:
            found.append(Reason(SETTING, f"The term of {one.name} ends on {spoken(one.until)}."))
    if untrained := [one.name for one in members if one.trained_on is None]:
        words = f"{count(len(untrained), 'member')} without training on record: {', '.join(untrained)}."
        found.append(Reason(SETTING, words))
    if unsworn := [one.name for one in members if one.sworn_on is None]:
        words = f"{count(len(unsworn), 'member')} who has not promised confidentiality: {', '.join(unsworn)}."
        found.append(Reason("EC 49076(a)(1)(A)", words))
    return found


def _chaired(members: Iterable[Seated]) -> bool:
    return any(one.standing == "chair" for one in members)
