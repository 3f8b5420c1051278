"""How a referral goes on, from the school's draft to its close. Pure: values in, states and sentences out."""

from collections.abc import Mapping

from firstbell.cases.rules import NotAllowed
from firstbell.law.findings import Reason

STATES = {
    "draft": "Being prepared",
    "sent": "With the chair",
    "returned": "Returned",
    "accepted": "Accepted",
    "set": "Hearing set",
    "heard": "Heard",
    "forwarded": "With mediation or court",
    "closed": "Closed",
    "withdrawn": "Withdrawn",
}
OPEN = ("draft", "sent", "returned", "accepted", "set", "heard", "forwarded")
GROUNDS = {
    "habitual": "Habitual truancy",
    "chronic": "Chronic absence",
    "conduct": "Insubordinate or disorderly conduct",
    "other": "Another need",
}
"""EC 48263 knows the first three. `other` is for panels that no statute describes."""
REFERRAL_MOVES: Mapping[tuple[str, str], str] = {
    ("draft", "send"): "sent",
    ("returned", "send"): "sent",
    ("sent", "return"): "returned",
    ("sent", "accept"): "accepted",
    ("accepted", "set"): "set",
    ("set", "unset"): "accepted",
    ("set", "hear"): "heard",
    ("heard", "review"): "accepted",
    ("heard", "forward"): "forwarded",
    ("heard", "close"): "closed",
    ("forwarded", "forward"): "forwarded",
    ("forwarded", "review"): "accepted",
    ("forwarded", "close"): "closed",
    ("closed", "reopen"): "heard",
} | {(state, "withdraw"): "withdrawn" for state in ("draft", "sent", "returned", "accepted", "set")}


def after(moves: Mapping[tuple[str, str], str], what: str, state: str, move: str) -> str:
    """The state a `what` is in after a move. NotAllowed for a move it cannot make."""
    try:
        return moves[state, move]
    except KeyError:
        raise NotAllowed(Reason("", f"A {what} that is {STATES.get(state, state).lower()} cannot {move}.")) from None
