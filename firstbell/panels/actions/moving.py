"""One move of a referral: the state, the version, the line of its history and the journal's, together or not at all."""

from typing import Any

from firstbell.cases.rules import refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.panels.models import Referral
from firstbell.panels.rules.referrals import REFERRAL_MOVES, after

_DAYS = {"sent": "sent_on", "accepted": "accepted_on", "closed": "closed_on", "withdrawn": "closed_on"}


def current(referral: Referral, version: int | None = None) -> Referral:
    """The referral as it is, locked. NotAllowed when somebody acted on it since `version` was shown."""
    now = Referral.objects.select_for_update(of=("self",)).select_related("student", "panel", "school").get(
        pk=referral.pk
    )  # fmt: skip
    if version is not None and version != now.version:
        last = now.moves.select_related("by").last()
        who = f"{last.by or 'The system'} did that" if last else "Somebody acted"
        raise refusal(
            f"This referral changed while you had it open: it is now {now.get_state_display().lower()}. {who}. Nothing"
            " of theirs was overwritten, and nothing of yours is saved yet: look, and say it again."
        )
    return now


def move(
    referral: Referral, what: str, *, by: User | None, why: str = "", evidence: dict[str, Any] | None = None,
    version: int | None = None, **also: Any,
) -> Referral:  # fmt: skip
    """Take a referral (of any kind) through one move; call inside a transaction. `also` are fields written with it.

    NotAllowed for a move that its state does not know, or when `version` is not the newest.
    """
    now = current(referral, version)
    was, state = now.state, after(REFERRAL_MOVES, "referral", now.state, what)
    today = clock.today()
    now.state, now.version = state, now.version + 1
    changed = {"state", "version", *also}
    for name, value in also.items():
        setattr(now, name, value)
    if day := _DAYS.get(state):
        setattr(now, day, today)
        changed.add(day)
    if was == "closed":
        now.closed_on = None
        changed.add("closed_on")
    now.save(update_fields=sorted(changed))
    now.moves.create(what=what, was=was, now=state, why=why[:500], evidence=evidence or {}, on=today, by=by)
    journal.record(f"panels.referral_{PAST[what]}", by=by, about=now, student=now.student_id, was=was, now=state)
    return now


PAST = {
    "send": "sent",
    "return": "returned",
    "accept": "accepted",
    "set": "set",
    "unset": "unset",
    "hear": "heard",
    "review": "to_be_reviewed",
    "forward": "forwarded",
    "close": "closed",
    "reopen": "reopened",
    "withdraw": "withdrawn",
}
"""The journal's word for each move."""
