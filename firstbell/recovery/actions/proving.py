"""Proofs, and the two ways off the board that need one: enrolled elsewhere, and an exit that the law lets us say."""

from datetime import date

from django.db import transaction

from firstbell.cases.rules import NotAllowed, refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.exits import ENOUGH, PROOFS, Leaving, leaving
from firstbell.law.policy import policy_on
from firstbell.recovery.actions.standing import current, settle, turned
from firstbell.recovery.models import Proof, Search, Turn, Unseen
from firstbell.recovery.queries.known import known_of
from firstbell.recovery.queries.proofs import verdict
from firstbell.recovery.rules import PROVEN, STATES


@transaction.atomic
def record_proof(
    *, search: Search, kind: str, code: str, dated_on: date, reference: str, by: User, place: str = ""
) -> Proof:
    """Write down a paper that `by` has seen and vouches for. NotAllowed for one that proves nothing of this code."""
    search = current(search, None)
    if kind not in PROOFS or kind == "steps":
        raise refusal("Choose what kind of proof it is.")
    if kind not in ENOUGH.get(code, ()):
        raise refusal(f"“{PROOFS[kind]}” is no proof for the exit code {code or 'that is missing'}.")
    if dated_on > clock.today():
        raise refusal("The paper is dated today or earlier.")
    if not reference.strip():
        raise refusal("Say where the paper is kept: a file number, a folder, a message.")
    proof = Proof.objects.create(
        search=search, kind=kind, code=code, place=place.strip()[:120], dated_on=dated_on, on=clock.today(), by=by,
        reference=reference.strip()[:120],
    )  # fmt: skip
    journal.record("recovery.proof_recorded", by=by, about=proof, student=search.student_id, kind=kind, code=code)
    return proof


@transaction.atomic
def prove(*, search: Search, code: str, by: User, version: int | None = None) -> Search:
    """Take a student off the board under an exit code that is proven. NotAllowed with everything that is missing."""
    search = current(search, version)
    found = verdict(search, code)
    if not found.outcome:
        raise NotAllowed(*found.reasons)
    proof = _steps(search, code, by) if ENOUGH[code] == {"steps"} else _newest(search, code)
    was, search.state = search.get_state_display(), state_of(code)
    search.code, search.proof, search.closed_on, search.closed_by = code, proof, clock.today(), by
    search.version += 1
    search.save(update_fields=["state", "code", "proof", "closed_on", "closed_by", "version"])
    turned(search, Turn.What.CLOSED, by=by, was=was, now=STATES[search.state], why=found.reasons[0].sentence)
    journal.record("recovery.proven", by=by, about=search, student=search.student_id, code=code, proof=proof.pk)
    return search


def state_of(code: str) -> str:
    """`elsewhere` for a code under which the student goes to school somewhere, else `exited`."""
    counts = leaving(code, "", 12, policy_on(clock.today()), found=False).outcome
    goes_on = code.startswith("T") and counts in (Leaving.TRANSFER, Leaving.LOST_TRANSFER)
    return "elsewhere" if goes_on else "exited"


def _newest(search: Search, code: str) -> Proof:
    return search.proofs.filter(kind__in=ENOUGH[code]).order_by("-pk")[0]


def _steps(search: Search, code: str, by: User) -> Proof:
    """The record of the steps is a proof of its own: what was done is written down already."""
    done = known_of(search).done
    days = f", {done[0].on} to {done[-1].on}" if done else ""
    return Proof.objects.create(
        search=search, kind="steps", code=code, dated_on=clock.today(), on=clock.today(), by=by,
        reference=f"{len(done)} steps{days}",
    )  # fmt: skip


@transaction.atomic
def reopen(*, search: Search, why: str, by: User, version: int | None = None) -> Search:
    """A proof turned out to be none, or a return was an error: the student is on the board again."""
    search = current(search, version, state=(*PROVEN, "back"))
    if not why.strip():
        raise refusal("Say what turned out to be wrong.")
    if Search.objects.open().filter(student=search.student_id).exists():
        raise refusal("Another search for this student is open already. Go on with that one.")
    Unseen.objects.filter(student=search.student_id).delete()
    was, search.state = search.get_state_display(), "unseen"
    search.code, search.proof, search.back_on, search.closed_on, search.closed_by = "", None, None, None, None
    search.located_on, search.located_where = None, ""
    settle(search, "state", "code", "proof", "back_on", "closed_on", "closed_by", "located_on", "located_where")
    turned(search, Turn.What.REOPENED, by=by, was=was, now=STATES["unseen"], why=why)
    journal.record("recovery.reopened", by=by, about=search, student=search.student_id)
    return search
