"""Packets are made, released and withdrawn; a restricted note goes into one only with somebody's named consent.

A packet with a complaint that blocks is never released; one that holds what nobody may read is not even kept.
"""

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from firstbell.cases.models import Note
from firstbell.cases.rules import NotAllowed, refusal
from firstbell.core import clock, journal
from firstbell.core.access import May
from firstbell.core.models import User
from firstbell.law.findings import Reason, count, spoken
from firstbell.letters.frozen import as_data
from firstbell.letters.packet import digest
from firstbell.letters.packet.paper import pdf
from firstbell.letters.packet.telling import LANGUAGES
from firstbell.letters.press import page_count
from firstbell.notices import shelf
from firstbell.panels.kinds import AUDIENCES, KINDS
from firstbell.panels.models import NoteConsent, Packet, Referral
from firstbell.panels.queries import packets as queries
from firstbell.panels.rules.packets.checking import complaints
from firstbell.panels.rules.packets.complaint import Complaint, blocking
from firstbell.panels.rules.packets.fresh import facts
from firstbell.panels.rules.referrals import OPEN
from firstbell.staffing.queries import scope_of

LONGEST = 300
NAME = 120


@transaction.atomic
def make_packet(*, referral: Referral, audience: str, language: str = "", by: User) -> Packet:
    """Make the next version of an audience's packet from the records of today; without a language, the family's.

    NotAllowed where this panel has no such papers, the year has no data, a name cannot be printed, or it would hold
    what this audience may never read.
    """
    referral = _open(referral)
    if audience not in KINDS[referral.panel.kind].papers:
        raise refusal(f"A {KINDS[referral.panel.kind].short} has no packet for {AUDIENCES.get(audience, audience)!r}.")
    if language and language not in LANGUAGES:
        raise refusal("There is no wording of packets in that language yet. Choose English or Spanish.")
    content, file = _content(referral, audience, language)
    if never := [one for one in complaints(content, audience, file, content) if one.never]:
        raise _refused("This packet is not made", never)
    rows = Packet.objects.filter(referral=referral, audience=audience, language=content.language)
    version = (rows.aggregate(last=Max("version"))["last"] or 0) + 1
    content, _ = queries.draft(referral, audience, content.language, version=version, file=file)
    try:
        made = pdf(content)
    except ValueError as no:
        raise refusal(f"The packet cannot be printed. {no}") from None
    kept = shelf.keep(made)
    shelf.settle([kept])
    row = Packet.objects.create(
        referral=referral, audience=audience, language=content.language, version=version, by=by,
        data={"content": as_data(content), "sha256": digest(content)}, facts=facts(content), digest=kept,
        pages=page_count(made),
    )  # fmt: skip
    journal.record(
        "panels.packet_made", by=by, about=row, student=referral.student_id, audience=audience, version=version
    )
    return row


def _content(referral: Referral, audience: str, language: str):
    try:
        return queries.draft(referral, audience, language)
    except ValueError as none:
        raise refusal(f"The records of this year cannot be read: {none}.") from None


@transaction.atomic
def release(*, packet: Packet, by: User) -> Packet:
    """Let its audience read it. The one they read until now is withdrawn with the reason.

    NotAllowed with the list of what blocks it, or where it was released or withdrawn already.
    """
    row = _current(packet)
    if row.withdrawn_at or row.released_at:
        raise refusal(f"This packet is {'withdrawn' if row.withdrawn_at else 'released'} already. {_MAKE}")
    _open(row.referral)
    if found := blocking(queries.complaints(row)):
        raise _refused("This packet is not released", found)
    former = queries.released(row.referral, row.audience, row.language)
    if former is not None:
        told = queries.stale(former)
        _withdraw(former, f"Replaced by version {row.version}. {' '.join(told)}".strip(), by)
    row.released_at, row.released_by = Now(), by
    row.save(update_fields=["released_at", "released_by"])
    row.refresh_from_db()
    journal.record(
        "panels.packet_released", by=by, about=row, student=row.referral.student_id, audience=row.audience,
        version=row.version,
    )  # fmt: skip
    return row


_MAKE = "Make a new version where something is to change."


@transaction.atomic
def withdraw_packet(*, packet: Packet, why: str, by: User) -> Packet:
    """Take a packet back from its audience, or put a draft aside. It stays on record with the reason."""
    row = _current(packet)
    if row.withdrawn_at:
        raise refusal("This packet is withdrawn already.")
    if not why.strip():
        raise refusal("Say why it is withdrawn: whoever read it is told.")
    _withdraw(row, why.strip(), by)
    return row


def _withdraw(row: Packet, why: str, by: User | None) -> None:
    row.withdrawn_at, row.withdrawn_why = Now(), why[:LONGEST]
    row.save(update_fields=["withdrawn_at", "withdrawn_why"])
    row.refresh_from_db()
    journal.record(
        "panels.packet_withdrawn", by=by, about=row, student=row.referral.student_id, audience=row.audience,
        version=row.version,
    )  # fmt: skip


@transaction.atomic
def consent(*, referral: Referral, note: Note, given_by: str, on: date, by: User) -> NoteConsent:
    """Record that somebody consented by name to share a restricted note with the panel. Nothing takes it back.

    NotAllowed for a sealed note, which is nobody's to share and of which nobody is told; for another student's; and for
    whoever may not read it.
    """
    referral = _open(referral)
    if note.student_id != referral.student_id or note.lock != Note.Lock.RESTRICTED or not _reads(note, by):
        raise refusal("There is no restricted note of this student that you may share.")
    if not given_by.strip():
        raise refusal("Say who consented, by name.")
    if len(given_by.strip()) > NAME:
        raise refusal(f"A name is at most {NAME} characters.")
    if on > clock.today():
        raise refusal(f"{spoken(on)} is to come: a consent is recorded once it was given.")
    if NoteConsent.objects.filter(referral=referral, note=note).exists():
        raise refusal("The consent for this note is on record already.")
    row = NoteConsent.objects.create(referral=referral, note=note, given_by=given_by.strip(), on=on, by=by)
    journal.record("panels.note_consented", by=by, about=row, student=referral.student_id, note=note.pk)
    return row


def _reads(note: Note, by: User) -> bool:
    """Its author, those it names, and the privacy officer."""
    named = note.by_id == by.pk or note.readers.filter(pk=by.pk).exists()
    return named or May.READ_RESTRICTED in scope_of(by, clock.today())


@transaction.atomic
def note_stale(*, by: User | None = None) -> int:
    """Each night: say of every released packet of an open referral what changed since it was made; how many did.

    A packet is noted once: whoever releases the next version withdraws it with what is noted here.
    """
    rows = Packet.objects.filter(
        released_at__isnull=False, withdrawn_at=None, stale_on=None, referral__state__in=OPEN
    ).select_related("referral__student__school", "referral__school", "referral__panel", "referral__by")
    found = 0
    for row in rows.order_by("pk").iterator(chunk_size=100):
        try:
            told = queries.stale(row)
        except ValueError:  # the student's year is gone from the data: a person finds it on the page
            told = ["The student is not in the data of this school year any more."]
        if not told:
            continue
        row.stale_on, row.stale = clock.today(), told
        row.save(update_fields=["stale_on", "stale"])
        journal.record("panels.packet_found_stale", by=by, about=row, student=row.referral.student_id, changes=told)
        found += 1
    return found


def _current(packet: Packet) -> Packet:
    rows = Packet.objects.select_for_update(of=("self",))
    return rows.select_related("referral__student__school", "referral__school", "referral__panel", "referral__by").get(
        pk=packet.pk
    )


def _open(referral: Referral) -> Referral:
    """The referral with a lock on it, so that two versions never get one number. NotAllowed once it has ended."""
    rows = Referral.objects.select_for_update(of=("self",))
    now = rows.select_related("student__school", "school", "panel", "by").get(pk=referral.pk)
    if now.state not in OPEN:
        raise refusal(f"This referral is {now.get_state_display().lower()}: nothing more is made for it.")
    return now


def _refused(what: str, found: list[Complaint]) -> NotAllowed:
    first = Reason("", f"{what}: {count(len(found), 'thing')} to mend.")
    return NotAllowed(first, *(Reason(one.section, str(one)) for one in found))
