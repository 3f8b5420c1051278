"""An agreement is drafted in the room, read back and signed by each side; from the first signature on it stands."""

import hashlib
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from firstbell.cases.models import Case
from firstbell.cases.rules import NotAllowed, refusal
from firstbell.cases.rules.tasks import BY_WORD, TASKS
from firstbell.core import journal
from firstbell.core.models import User
from firstbell.core.signing import strokes_of
from firstbell.law.findings import spoken
from firstbell.law.policy import policy_on
from firstbell.law.sarb import review_dates
from firstbell.letters.agreement import languages_of, written
from firstbell.letters.agreement.paper import pdf
from firstbell.notices import shelf
from firstbell.panels.actions.room import current_hearing, with_care
from firstbell.panels.models import Agreement, Directive, Hearing, Signature
from firstbell.panels.models.agreements import EVIDENCE, SIDES
from firstbell.panels.queries.agreements import agreed_of, problems_of, still_to_sign
from firstbell.panels.queries.room import here, spoken_in, students_of
from firstbell.panels.rules.agreements import target_refused, too_late
from firstbell.panels.rules.signing import scan_kind
from firstbell.roster.models import Student
from firstbell.supports.practices import PRACTICES

READERS = ("interpreter", "panel", "school", "agency")
"""Who may read an agreement aloud; the family hears it."""


@transaction.atomic
def add_directive(
    *, hearing: Hearing, student: Student, party: str, who: str, what: str, due_on: date | None, evidence: str,
    by: User, owner: User | None = None, doing: str = "other", practice: str = "", target: int | None = None,
    target_of: int | None = None, careful: bool = False, version: int | None = None,
) -> Directive:  # fmt: skip
    """Write down what a side is asked for, as it is said. What was read back is read back again after it.

    Whoever answers for it is `owner`, else the student's named adult, else who referred. NotAllowed, Careful.
    """
    agreement = _drafted(hearing, version)
    _whole(agreement.hearing, student, party, who, what, due_on, evidence)
    if no := target_refused(evidence, target, target_of):
        raise refusal(no)
    if doing not in TASKS or (practice and practice not in PRACTICES):
        raise refusal("Choose what it is from the list.")
    if evidence == "contacts" and doing in BY_WORD:
        raise refusal("Choose which contact shows it: a call, a visit, a conference, a check-in.")
    if party in ("school", "agency") and owner is None:
        raise refusal("Name who at the school answers for it: it becomes their task.")
    with_care(f"{who} {what}", careful)
    made = agreement.directives.create(
        student=student, party=party, who=who.strip()[:120], what=what.strip()[:300], due_on=due_on, evidence=evidence,
        practice=practice, target=target, target_of=target_of, doing=doing, by=by,
        owner=owner or _adult(agreement.hearing, student), position=agreement.directives.count() + 1,
    )  # fmt: skip
    _redrafted(agreement)
    journal.record("panels.directive_added", by=by, about=made, student=student.pk, party=party)
    return made


def _whole(
    hearing: Hearing, student: Student, party: str, who: str, what: str, due_on: date | None, evidence: str
) -> None:
    heard = hearing.day.on
    if student.pk not in {one.pk for one in students_of(hearing)}:
        raise refusal(f"{student.name} is not heard here.")
    if party not in SIDES:
        raise refusal("Say whose it is: the family's, the student's, the school's or an agency's.")
    if evidence not in EVIDENCE:
        raise refusal("Say what will show that it was done.")
    if not who.strip() or not what.strip():
        raise refusal("Say who does it, and what.")
    if due_on is None or due_on <= heard:
        raise refusal(f"Say by which day after {spoken(heard)}.")
    if no := too_late(due_on, review_dates(heard, policy_on(heard))[-1]):
        raise refusal(no)


def _adult(hearing: Hearing, student: Student) -> User:
    case = Case.objects.open().filter(student=student).exclude(lead=None).select_related("lead").first()
    return case.lead if case else hearing.referrals.select_related("by").get(student=student).by


@transaction.atomic
def drop_directive(*, directive: Directive, by: User, version: int | None = None) -> Agreement:
    """Strike a directive out of a draft. Nothing is struck out of what somebody has signed."""
    agreement = _drafted(directive.agreement.hearing, version)
    if (row := agreement.directives.filter(pk=directive.pk).first()) is None:
        raise refusal("Somebody else has struck it out already.")
    journal.record("panels.directive_dropped", by=by, about=agreement, student=row.student_id, party=row.party)
    row.delete()
    _redrafted(agreement)
    return agreement


@transaction.atomic
def read_back(*, hearing: Hearing, reader: str, by: User, version: int | None = None) -> Agreement:
    """Somebody read the whole text aloud in the family's language. Before that nobody signs.

    NotAllowed names what the text lacks; where the family does not speak English, without an interpreter in the room,
    and where a character of it cannot be printed.
    """
    agreement = _drafted(hearing, version)
    hearing = agreement.hearing
    if found := problems_of(agreement):
        raise NotAllowed(*found)
    language = spoken_in(hearing)
    readers = {one.name for one in here(hearing) if one.party in READERS}
    if reader.strip() not in readers:
        raise refusal("Say who read it aloud: somebody who is in the room.")
    interpreters = {one.name for one in here(hearing) if one.party == "interpreter"}
    if language != "en" and reader.strip() not in interpreters:
        raise refusal("It is read aloud in the family's language by an interpreter: mark who interprets as here first.")
    agreement.language, agreement.read_back_by = language, reader.strip()[:120]
    agreement.read_back_at, agreement.state = timezone.now(), Agreement.State.READ_BACK
    agreed = agreed_of(agreement)
    text = written(agreed)
    try:
        pdf(text, languages_of(text, language), [], "", hearing.day.on)
    except ValueError as no:
        raise refusal(f"It cannot be printed as it stands: {no}. Write it without that character.") from no
    _save(agreement, "language", "read_back_by", "read_back_at", "state")
    journal.record("panels.read_back", by=by, about=agreement, language=language)
    return agreement


@transaction.atomic
def sign(
    *, hearing: Hearing, party: str, name: str, method: str, by: User, strokes: str = "", typed: bool = False,
    scan: bytes = b"", why: str = "", version: int | None = None,
) -> Signature:  # fmt: skip
    """One side signs what was read back: with strokes or a typed name on the device, on paper, or it would not.

    The first signature freezes the text and its hash. With the last side's the agreement is signed, or left unsigned
    where a side would not. NotAllowed says what is missing.
    """
    agreement = _open(hearing, version)
    if agreement.state != Agreement.State.READ_BACK:
        raise refusal("Read it back first: nobody signs what they have not heard.")
    if not name.strip():
        raise refusal("Say who signs.")
    if party not in (open_to := still_to_sign(agreement)):
        raise refusal(
            "Everybody this agreement binds has signed." if not open_to else "That side has signed, or is not bound."
        )
    proof = _proof(method, strokes=strokes, typed=typed, name=name, scan=scan, why=why)
    if not agreement.digest:
        _freeze(agreement)
    made = agreement.signatures.create(
        party=party, name=name.strip()[:120], method=method, digest=agreement.digest, by=by, **proof
    )
    _save(agreement)
    journal.record("panels.signed", by=by, about=agreement, party=party, method=method, digest=agreement.digest)
    if not still_to_sign(agreement):
        _close(agreement, by)
    return made


def _proof(method: str, *, strokes: str, typed: bool, name: str, scan: bytes, why: str) -> dict[str, Any]:
    try:
        if method == Signature.Method.DEVICE:
            return {"strokes": {"typed": name.strip()} if typed else strokes_of(strokes)}
        if method == Signature.Method.PAPER:
            return {"scan": shelf.keep(scan, scan_kind(scan))}
    except ValueError as no:
        raise refusal(str(no)) from no
    if method != Signature.Method.REFUSED:
        raise refusal("Say how they sign: on the device, on paper, or not at all.")
    if not why.strip():
        raise refusal("Say why they would not sign, in their words.")
    return {"why": why.strip()[:300]}


@transaction.atomic
def leave_unsigned(*, hearing: Hearing, why: str, by: User, version: int | None = None) -> Agreement:
    """The hearing ends without all signatures: the reason is kept, and what was signed stays signed."""
    agreement = _open(hearing, version)
    if not why.strip():
        raise refusal("Say why it is not signed.")
    if not agreement.digest and agreement.directives.exists():
        _freeze(agreement)
    _unsigned(agreement, why, by)
    return agreement


def _close(agreement: Agreement, by: User) -> None:
    refused = list(agreement.signatures.filter(method=Signature.Method.REFUSED))
    if refused:
        words = "; ".join(f"{one.name} would not sign: {one.why}" for one in refused)
        return _unsigned(agreement, words, by)
    agreement.state, agreement.closed_at = Agreement.State.SIGNED, timezone.now()
    _save(agreement, "state", "closed_at")
    journal.record("panels.agreement_signed", by=by, about=agreement, digest=agreement.digest)
    return None


def _unsigned(agreement: Agreement, why: str, by: User) -> None:
    agreement.state, agreement.closed_at = Agreement.State.UNSIGNED, timezone.now()
    agreement.why = why.strip()[:300]
    _save(agreement, "state", "closed_at", "why")
    journal.record("panels.agreement_unsigned", by=by, about=agreement, digest=agreement.digest)


def _freeze(agreement: Agreement) -> None:
    """From here on the words are what was signed; the database holds them fast."""
    agreement.text = written(agreed_of(agreement))
    agreement.digest = hashlib.sha256(agreement.text.encode()).hexdigest()
    agreement.save(update_fields=["text", "digest"])


def _open(hearing: Hearing, version: int | None) -> Agreement:
    """The agreement of a running hearing, locked; begun where there is none. NotAllowed for a closed or newer one.

    `version` is 0 where the page showed none yet.
    """
    hearing = current_hearing(hearing, None, "running")
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("hearing__panel", "hearing__day")
    agreement = rows.filter(hearing=hearing).first()
    shown = agreement.version if agreement else 0
    if agreement is None:
        made = Agreement.objects.create(hearing=hearing, language=spoken_in(hearing))
        agreement = rows.get(pk=made.pk)
    if agreement.closed_at is not None:
        raise refusal(f"The agreement is closed: {agreement.get_state_display().lower()}.")
    if version is not None and version != shown:
        raise refusal(
            "Somebody else changed the agreement while you had it open. Nothing of theirs was overwritten, and nothing"
            " of yours is saved yet: look, and say it again."
        )
    return agreement


def _drafted(hearing: Hearing, version: int | None) -> Agreement:
    """As `_open`, of one that nobody has signed."""
    agreement = _open(hearing, version)
    if agreement.digest:
        raise refusal("Somebody has signed: the words stay as they are. Agree on anything new at the next hearing.")
    return agreement


def _redrafted(agreement: Agreement) -> None:
    agreement.state, agreement.read_back_at, agreement.read_back_by = Agreement.State.DRAFT, None, ""
    _save(agreement, "state", "read_back_at", "read_back_by")


def _save(agreement: Agreement, *fields: str) -> None:
    agreement.version += 1
    agreement.save(update_fields=[*fields, "version"])
