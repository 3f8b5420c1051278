"""Issuing an approved batch: each letter is made, kept by its hash, and recorded with the step it takes.

Safe to kill at any moment: a file has its name only when it is whole, and a row says "issued" in the same transaction
that takes the step. A run that goes on makes the same bytes again and skips what is recorded.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import chain

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from firstbell.cases import actions as cases
from firstbell.cases.models import Step
from firstbell.cases.rules import NotAllowed as NoStep
from firstbell.core import clock, jobs, journal
from firstbell.core.models import User
from firstbell.law.findings import spoken
from firstbell.law.notices import Kind
from firstbell.law.steps import StepKind
from firstbell.letters.frozen import as_data, from_data
from firstbell.letters.typeset import pdfs
from firstbell.notices import shelf
from firstbell.notices.actions.preparing import put_back
from firstbell.notices.models import Batch, Delivery, Due, Letter, Notice
from firstbell.notices.queries.planning import Meeting, Plan, letters_of, plan
from firstbell.notices.rules import ACCUSING, NotAllowed, Out, after, may_issue_on

CHUNK = 100
"""Letters that are recorded in one transaction."""
Progress = Callable[[int, int], None]


@transaction.atomic
def ask_issue(*, batch: Batch, by: User) -> Batch:
    """Have a worker issue an approved batch. NotAllowed before it is approved, or on a day its letters do not bear."""
    batch = _begin(batch.pk)
    journal.record("notices.issue_asked", by=by, about=batch)
    jobs.later("notices.issue", batch=batch.pk)
    return batch


def _begin(pk: int) -> Batch:
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=pk)
    if batch.state != Batch.State.ISSUING and (no := may_issue_on(batch.send_on, clock.today())):
        raise NotAllowed(no)
    batch.state, batch.error = after(batch.state, "issue"), ""
    batch.save(update_fields=["state", "error"])
    return batch


def issue(*, batch: int, progress: Progress = lambda _done, _whole: None) -> Batch:
    """Issue what of the batch is not issued yet; the batch as it then stands.

    What a correction, a new restriction or a changed address has overtaken since the approval is not sent, and is due
    again; so is what was begun and not ended in time. Run from a worker or the command line: it starts processes.
    """
    with transaction.atomic():
        made = Batch.objects.select_for_update(of=("self",)).get(pk=batch)
        if made.state == Batch.State.ISSUED:
            return made
        made = _begin(batch)
    if may_issue_on(made.send_on, clock.today()):
        return _finish(made.pk)
    letters = list(made.letters.filter(state=Letter.State.PREPARED).order_by("parcel", "pk"))
    whole = len(letters)
    papers = pdfs([[from_data(one) for one in letter.data] for letter in letters])
    done = 0
    for chunk in _chunks(letters):
        kept = [(letter, next(papers)) for letter in chunk]
        kept_as = {letter.pk: shelf.keep(made_of) for letter, made_of in kept if isinstance(made_of, bytes)}
        shelf.settle(list(kept_as.values()))
        _record(made.pk, [letter.pk for letter in chunk], kept_as)
        done += len(chunk)
        progress(done, whole)
    return _finish(made.pk)


def _chunks(letters: Sequence[Letter]) -> Iterator[list[Letter]]:
    """Whole parcels, CHUNK letters or a little more at a time."""
    chunk: list[Letter] = []
    for letter in letters:
        if len(chunk) >= CHUNK and chunk[-1].parcel != letter.parcel:
            yield chunk
            chunk = []
        chunk.append(letter)
    if chunk:
        yield chunk


@transaction.atomic
def _record(pk: int, chunk: Sequence[int], kept_as: dict[int, str]) -> None:
    """Issue these letters, if they could be set, still say what is true and go where they should."""
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=pk)
    rows = Letter.objects.select_for_update(of=("self",)).filter(pk__in=chunk, state=Letter.State.PREPARED)
    letters = list(rows.prefetch_related("notices__due__step", "notices__student"))
    if batch.state != Batch.State.ISSUING or not letters:
        return
    approval = batch.approvals.select_related("by").last()
    by = approval.by if approval else batch.prepared_by
    now = _plan_again(batch, letters)
    parcels: dict[int, list[Letter]] = {}
    for letter in letters:
        parcels.setdefault(letter.parcel, []).append(letter)
    gone = [parcel for parcel in parcels.values() if not _issue(parcel, now, kept_as, by)]
    put_back(list({notice.pk: notice for letter in chain(*gone) for notice in letter.notices.all()}.values()))
    issued = [letter for letter in letters if letter.state == Letter.State.ISSUED]
    _queue(batch, issued)
    references = [letter.reference for letter in issued]
    journal.record("notices.issued", by=by, about=batch, letters=references, put_back=sum(map(len, gone)))


def _plan_again(batch: Batch, letters: Sequence[Letter]) -> Plan:
    dues = {notice.due_id: notice.due for letter in letters for notice in letter.notices.all()}
    meeting = None
    if batch.meeting_on and batch.meeting_at:
        meeting = Meeting(batch.meeting_on, batch.meeting_at, batch.meeting_place)
    return plan(dues.values(), send_on=batch.send_on, as_of=batch.as_of, meeting=meeting, district=settings.DISTRICT)


def _same(now: Plan, letter: Letter) -> bool:
    """Would this very letter be made again, for the same home?"""
    dues = {notice.due_id for notice in letter.notices.all()}
    for sheet in now.sheets:
        if sheet.home.key == letter.home and sheet.dues == dues:
            again = letters_of(now, sheet, letter.reference)
            return not isinstance(again, Out) and [as_data(one) for one in again] == letter.data
    return False


def _issue(parcel: Sequence[Letter], now: Plan, kept_as: dict[int, str], by: User | None) -> bool:
    """Issue the letters of one parcel with their steps, or none of them."""
    if not all(letter.pk in kept_as and _same(now, letter) for letter in parcel):
        return False
    try:
        with transaction.atomic():
            notices = {notice.pk: notice for letter in parcel for notice in letter.notices.all()}
            for notice in notices.values():
                _issue_notice(notice, parcel[0], by)
    except NoStep:
        return False
    for letter in parcel:
        letter.state, letter.pdf_sha256, letter.issued_at = Letter.State.ISSUED, kept_as[letter.pk], timezone.now()
    Letter.objects.bulk_update(parcel, ["state", "pdf_sha256", "issued_at"])
    Due.objects.filter(pk__in=[notice.due_id for notice in notices.values()]).update(state=Due.State.SENT)
    return True


def _issue_notice(notice: Notice, letter: Letter, by: User | None) -> None:
    notice.step = _step(notice, letter, by)
    notice.state, notice.issued_at = Notice.State.ISSUED, timezone.now()
    notice.save(update_fields=["step", "state", "issued_at"])


def _step(notice: Notice, letter: Letter, by: User | None) -> Step | None:
    """The step that the letter is, or that it tells of. An invitation is an attempt to hold a conference (EC 48262)."""
    due, said = notice.due, {"how": "Letter", "letter": letter.reference}
    match notice.kind:
        case kind if kind in ACCUSING:
            days = [one["day"] for one in notice.evidence["days"]]
            return cases.take_step(
                student=notice.student, kind=StepKind.NOTICE, on=letter.sent_on, by=by, number=notice.number,
                rests_on=[date.fromisoformat(day) for day in days], said=said,
            )  # fmt: skip
        case Kind.CONFERENCE if due.asked_by_id is None:
            outcome = f"Invited to a conference by letter {letter.reference}"
            whom = "Parent or guardian"
            return cases.take_step(
                student=notice.student, kind=StepKind.ATTEMPT, on=letter.sent_on, by=by,
                said=said | {"whom": whom, "outcome": outcome},
            )  # fmt: skip
        case Kind.CORRECTION if due.step and due.step.withdrawn_on is None:
            return cases.withdraw(step=due.step, by=by, why=f"Letter {letter.reference} of {spoken(letter.sent_on)}")
    return due.step


def _queue(batch: Batch, issued: Sequence[Letter]) -> None:
    """One line for each way a letter is to take; every letter that has no other way is mailed."""
    rows = []
    for letter in issued:
        address = ", ".join((letter.to_name, *letter.to_lines))
        ways = {
            Delivery.Channel.PRINT: address,
            Delivery.Channel.EMAIL: letter.email,
            Delivery.Channel.TEXT: letter.phone,
        }
        chosen = [way for way in batch.channels if ways[Delivery.Channel(way)]] or [Delivery.Channel.PRINT]
        if chosen == [Delivery.Channel.TEXT]:
            chosen = [Delivery.Channel.PRINT, Delivery.Channel.TEXT]  # a text message only says that a letter comes
        rows += [
            Delivery(letter=letter, channel=way, to=ways[Delivery.Channel(way)][:400], state=Delivery.State.QUEUED)
            for way in chosen
        ]
    Delivery.objects.bulk_create(rows, batch_size=1000)


@transaction.atomic
def _finish(pk: int) -> Batch:
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=pk)
    stuck = batch.letters.filter(state=Letter.State.PREPARED)
    if batch.state == Batch.State.ISSUING:
        if stuck.exists():  # begun, and not ended while its letters bore a day that still may be
            put_back(list(batch.notices.filter(letters__in=stuck, state=Notice.State.PREPARED).distinct()))
        batch.state = after(batch.state, "finish")
        batch.save(update_fields=["state"])
        sent = batch.letters.exclude(state=Letter.State.CANCELLED).count()
        journal.record("notices.batch_issued", by=None, about=batch, letters=sent)
        if set(batch.channels) & {Delivery.Channel.EMAIL, Delivery.Channel.TEXT}:
            jobs.later("notices.deliver", batch=batch.pk)
    return batch


def give_up(*, batch: int) -> None:
    """The work was begun again and again and never ended: the batch says so, and may be asked for again."""
    why = f"Issuing was begun {jobs.TRIES} times and never ended. What is issued stands; press Issue to go on."
    Batch.objects.filter(pk=batch, state=Batch.State.ISSUING).update(error=why)
