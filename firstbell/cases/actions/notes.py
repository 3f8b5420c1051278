"""Notes: written once, read by those their lock admits."""

from collections.abc import Sequence

from django.db import connection, transaction

from firstbell.cases.models import Draft, Note
from firstbell.cases.rules import NotAllowed, refusal
from firstbell.cases.rules.notes import LONGEST, cautions
from firstbell.core import journal, sealing
from firstbell.core.models import User
from firstbell.law.findings import Reason
from firstbell.roster.models import Student


class Careful(NotAllowed):
    """An open note speaks of something private: it is saved once its author has read why not, or restricted it."""


@transaction.atomic
def write_note(
    *, student: Student, lock: str, text: str, by: User, readers: Sequence[User] = (), careful: bool = False
) -> Note:
    """Write a note. Careful when an open one has sensitive words and `careful` does not say that they are meant.

    The journal says that a note was written and under which lock, never what is in it.
    """
    if lock not in Note.Lock.values:
        raise refusal("Choose who may read it.")
    if not text.strip():
        raise refusal("There is nothing to save yet.")
    if len(text) > LONGEST:
        raise refusal(f"That is {len(text):,} characters; {LONGEST:,} fit in one note. Split it in two.")
    if lock == Note.Lock.RESTRICTED and not readers:
        raise refusal("Name at least one person who may read it, beside yourself and the privacy officer.")
    if lock == Note.Lock.OPEN and not careful and (found := cautions(text)):
        raise Careful(*(Reason(one.section, one.advice) for one in found))
    sealed = lock == Note.Lock.SEALED
    if sealed:
        hold_keys("shared")
    note = Note.objects.create(
        student=student, lock=lock, by=by, text="" if sealed else text.strip(),
        sealed=sealing.seal(text.strip()) if sealed else None,
    )  # fmt: skip
    note.readers.set(readers if lock == Note.Lock.RESTRICTED else ())
    journal.record("cases.note_written", by=by, about=note, student=student.pk, lock=lock)
    return note


@transaction.atomic
def turn_keys(*, by: User | None = None) -> int:
    """Seal every sealed note, and every draft, again under a new key and forget the older ones; how many notes."""
    hold_keys("alone")
    sealing.add_key()
    notes = Note.objects.filter(lock=Note.Lock.SEALED).select_for_update(of=("self",))
    count = 0
    for note in notes.iterator(chunk_size=500):
        note.sealed = sealing.resealed(note.sealed)
        note.save(update_fields=["sealed"])
        count += 1
    for draft in Draft.objects.select_for_update(of=("self",)).iterator(chunk_size=500):
        try:
            draft.sealed = sealing.resealed(draft.sealed)
        except sealing.NoKey:
            draft.delete()  # a draft is no record: what no key opens is not worth stopping for
        else:
            draft.save(update_fields=["sealed"])
    journal.record("cases.keys_turned", by=by, notes=count)
    transaction.on_commit(sealing.keep_newest)
    return count


_KEYS = 1913_0907


def hold_keys(how: str) -> None:
    """Until the transaction ends: nobody seals while the keys are turned, for the older ones are forgotten then."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {_LOCKS[how]}(%s)", [_KEYS])


_LOCKS = {"shared": "pg_advisory_xact_lock_shared", "alone": "pg_advisory_xact_lock"}
