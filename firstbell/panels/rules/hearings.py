"""How a hearing goes on, and whether enough people sit for it."""

from collections.abc import Collection, Mapping

from firstbell.law.findings import Finding, Reason, count
from firstbell.panels.kinds import ALL_SEATS, Kind

HEARING_STATES = {
    "waiting": "To be set",
    "set": "Set",
    "running": "Running",
    "held": "Held",
    "no_show": "Family did not come",
    "called_off": "Called off",
}
HEARING_MOVES: Mapping[tuple[str, str], str] = {
    ("waiting", "set"): "set",
    ("set", "set"): "set",
    ("set", "unset"): "waiting",
    ("set", "start"): "running",
    ("set", "miss"): "no_show",
    ("running", "miss"): "no_show",
    ("running", "hold"): "held",
    ("waiting", "call_off"): "called_off",
    ("set", "call_off"): "called_off",
    ("running", "call_off"): "called_off",
}
OPEN_HEARINGS = ("waiting", "set", "running")


def quorum(kind: Kind, seats: Collection[str]) -> Finding[bool]:
    """Whether members with these seats (one entry a member) are enough to hold a hearing, and what is missing.

    Raises ValueError for a seat that no panel has.
    """
    if unknown := sorted(set(seats) - ALL_SEATS.keys()):
        raise ValueError(f"not a seat of any panel: {', '.join(unknown)}")
    section = "EC 48321" if kind.legal else "setting panels.quorum"
    reasons = [
        Reason(section, f"A {kind.short} does not sit without {ALL_SEATS[seat]}.")
        for seat in kind.must
        if seat not in seats
    ]
    if len(seats) < kind.quorum:
        reasons.append(Reason(section, f"{count(len(seats), 'member')} of the {kind.quorum} it needs."))
    return Finding(not reasons, tuple(reasons))
