"""Letters on their way: mailed by hand, by e-mail, announced by text; and what came back."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from firstbell.core import journal
from firstbell.core.models import User
from firstbell.notices import shelf
from firstbell.notices.models import Batch, Delivery, Letter
from firstbell.notices.providers import NotSent, mail, provider
from firstbell.notices.queries.sent import newest_deliveries
from firstbell.notices.rules import NotAllowed

_ONE_AT_A_TIME = 1913_0907
_FAULTS = (NotSent, OSError, ValueError, shelf.Damaged)
"""smtplib's are OSErrors, an address that is none is a ValueError."""
_UNSURE = "It was being sent when the program stopped. Ask the family, or the provider, before it is sent again."


@transaction.atomic
def mailed(*, batch: Batch, by: User) -> int:
    """The printed letters went to the post; how many."""
    waits = newest_deliveries().filter(letter__batch=batch, channel=Delivery.Channel.PRINT, state=Delivery.State.QUEUED)
    rows = _again(waits, Delivery.State.SENT, by=by)
    journal.record("notices.mailed", by=by, about=batch, letters=len(rows))
    return len(rows)


@transaction.atomic
def record_returned(*, letter: Letter, by: User, why: str = "") -> Letter:
    """The post brought it back: someone must find out where the family lives. NotAllowed for what was never issued."""
    letter = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if letter.state not in (Letter.State.ISSUED, Letter.State.DELIVERED):
        raise NotAllowed("Only a letter that was issued, and has not come back yet, can come back.")
    now = newest_deliveries().filter(letter=letter, channel=Delivery.Channel.PRINT)
    _again(now, Delivery.State.RETURNED, by=by, note=why)
    letter.state = Letter.State.RETURNED
    letter.save(update_fields=["state"])
    journal.record("notices.returned", by=by, about=letter, why=why)
    return letter


def deliver(*, batch: int) -> int:
    """Send what waits to be sent by e-mail or text; how many went out.

    Each message is marked before it leaves and again after: one that was under way when the program died is failed,
    not repeated, for a family must not hear the same twice from us, nor nothing without anyone knowing.
    """
    with _alone(batch) as alone:
        return _send(batch) if alone else 0


@contextmanager
def _alone(batch: int) -> Iterator[bool]:
    """Whether nobody else sends this batch; PostgreSQL lets go when the connection ends, by a kill too."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [_ONE_AT_A_TIME, batch])
        [alone] = cursor.fetchone()
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [_ONE_AT_A_TIME, batch])


def _send(batch: int) -> int:
    by_wire = newest_deliveries().filter(letter__batch=batch).exclude(channel=Delivery.Channel.PRINT)
    _again(by_wire.filter(state=Delivery.State.SENDING), Delivery.State.FAILED, note=_UNSURE)
    sent = 0
    for waits in by_wire.filter(state=Delivery.State.QUEUED).select_related("letter__school"):
        _again([waits], Delivery.State.SENDING)
        try:
            number = _mail(waits) if waits.channel == Delivery.Channel.EMAIL else _text(waits)
        except _FAULTS as fault:
            _again([waits], Delivery.State.FAILED, note=str(fault))
        else:
            _again([waits], Delivery.State.SENT, number=number)
            sent += 1
    return sent


@transaction.atomic
def _again(
    rows: Iterable[Delivery], state: str, *, by: User | None = None, note: str = "", number: str = ""
) -> list[Delivery]:
    return Delivery.objects.bulk_create(
        Delivery(
            letter_id=row.letter_id, channel=row.channel, to=row.to, state=state, by=by, note=note[:300],
            provider_id=number[:120],
        )
        for row in rows
    )  # fmt: skip


def _mail(waits: Delivery) -> str:
    letter = waits.letter
    paper = (f"letter-{letter.reference}.pdf", shelf.opened(letter.pdf_sha256), "application/pdf")
    return mail(
        key=f"letter.{letter.reference}", to=waits.to, subject=f"A letter from {letter.school.name}", body=letter.text,
        attached=[paper],
    )  # fmt: skip


def _text(waits: Delivery) -> str:
    """No word of what the letter says: a telephone is read by others."""
    letter = waits.letter
    head = letter.school.letterhead
    body = f"{letter.school.name} is sending you a letter. Questions? Call {head.person_phone}, any language."
    return provider().send(to=waits.to, body=body, key=f"letter.{letter.reference}.text")
