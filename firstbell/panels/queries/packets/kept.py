"""The packets of a referral: how each stands, what is wrong with it, what changed since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from firstbell.core import clock
from firstbell.law.findings import spoken
from firstbell.letters import packet as paper
from firstbell.letters.packet.paper import SHORT, pdf
from firstbell.letters.packet.telling import LANGUAGES, packet_wording
from firstbell.notices import shelf
from firstbell.panels.kinds import AUDIENCES, KINDS
from firstbell.panels.models import Packet, Referral
from firstbell.panels.queries.packets.reading import days_of, file_of
from firstbell.panels.rules.packets.checking import complaints as wrong_with
from firstbell.panels.rules.packets.checking import of_paper
from firstbell.panels.rules.packets.complaint import Complaint, blocking
from firstbell.panels.rules.packets.facts import File
from firstbell.panels.rules.packets.fresh import again, changes, facts
from firstbell.panels.rules.packets.making import language_for, make
from firstbell.panels.rules.referrals import OPEN


def content_of(row: Packet) -> paper.Packet:
    """What was set of a packet. ValueError where the row does not hold one."""
    return paper.packet_from(row.data["content"])


def draft(
    referral: Referral, audience: str, language: str = "", *, version: int = 1, file: File | None = None
) -> tuple[paper.Packet, File]:
    """A packet as it would be made now, and the file it is made of. ValueError for a language or year without data."""
    file = file or file_of(referral)
    chosen = language or language_for(audience, file.pupil.language)
    reference = f"R{referral.pk}-{audience[0].upper()}"
    return make(file, audience, chosen, reference=reference, version=version), file


def looked_at(
    row: Packet, content: paper.Packet | None = None, file: File | None = None
) -> tuple[list[Complaint], list[str]]:
    """Everything wrong with a kept packet today, its paper included, and the sentences on what changed since.

    `content` and the `file` of its own days where they are at hand.
    """
    content = content or content_of(row)
    file = file or _file_again(row, content)
    now = again(content, row.audience, file)
    found = wrong_with(content, row.audience, file, now)
    try:
        found += of_paper(content, row.data["sha256"], shelf.opened(row.digest), row.pages)
    except shelf.Damaged as why:
        found.append(Complaint("paper", "PDF", str(why)))
    return found, _changed(row, content, now)


def complaints(row: Packet) -> list[Complaint]:
    """Everything wrong with a kept packet today."""
    return looked_at(row)[0]


def stale(row: Packet) -> list[str]:
    """What the records now say otherwise of the packet's own days, as sentences; none while it still holds."""
    content = content_of(row)
    return _changed(row, content, again(content, row.audience, _file_again(row, content)))


def _changed(row: Packet, content: paper.Packet, now: paper.Packet) -> list[str]:
    if facts(now) == row.facts:
        return []
    return changes(content, now) or ["A record that it rests on was changed."]


def _file_again(row: Packet, content: paper.Packet) -> File:
    return file_of(row.referral, on=content.made_on, through=content.through)


def packets_of(referral: Referral) -> QuerySet[Packet]:
    """Every version for every audience, the newest first."""
    rows = Packet.objects.filter(referral=referral).select_related("by", "released_by", "referral__panel")
    return rows.order_by("audience", "-pk")


def released(referral: Referral, audience: str = "panel", language: str | None = None) -> Packet | None:
    """The packet that an audience reads now."""
    rows = Packet.objects.filter(referral=referral, audience=audience, released_at__isnull=False, withdrawn_at=None)
    rows = rows.filter(language=language) if language else rows
    return rows.select_related("referral__student", "referral__school", "referral__panel").first()


def guest_copy(row: Packet, name: str, on: date | None = None) -> bytes:
    """A packet's content as a PDF that bears a guest's name and the day on every page. The content's hash stays."""
    return pdf(content_of(row), f"{name}, {spoken(on or clock.today())}")


@dataclass(frozen=True, slots=True)
class Standing:
    """One audience of a referral: its copies, newest first, and what is wrong with the one that is looked at.

    `found` are the complaints about the newest copy that is not withdrawn, or, where there is none, about the one that
    would be made now; `stale` the sentences on what changed since. `cannot` says why none can be made.
    """

    audience: str
    title: str
    rows: list[Packet]
    found: list[Complaint]
    stale: list[str]
    cannot: str = ""

    @property
    def newest(self) -> Packet | None:
        return _newest(self.rows)

    @property
    def released(self) -> Packet | None:
        return next((one for one in self.rows if one.released_at and not one.withdrawn_at), None)

    @property
    def blocking(self) -> list[Complaint]:
        return blocking(self.found)

    @property
    def advice(self) -> list[Complaint]:
        return [one for one in self.found if not one.blocks]


def _newest(rows: Sequence[Packet]) -> Packet | None:
    return next((one for one in rows if one.withdrawn_at is None), None)


Files = dict[tuple[date, date], File]


def standing(referral: Referral) -> list[Standing]:
    """Each audience that the panel's kind has papers for. Copies of the same day share one reading of the records."""
    rows = list(packets_of(referral))
    files: Files = {}
    found = []
    for audience in KINDS[referral.panel.kind].papers:
        mine = [one for one in rows if one.audience == audience]
        try:
            wrong, told = _looked(referral, audience, mine, files) if referral.state in OPEN else ([], [])
            found.append(Standing(audience, AUDIENCES[audience], mine, wrong, told))
        except ValueError as none:
            found.append(Standing(audience, AUDIENCES[audience], mine, [], [], cannot=str(none)))
    return found


def _looked(
    referral: Referral, audience: str, rows: Sequence[Packet], files: Files
) -> tuple[list[Complaint], list[str]]:
    """What is wrong with the newest copy and what changed since; without one, what would be wrong with one made now."""
    newest = _newest(rows)
    content = content_of(newest) if newest else None
    days = (content.made_on, content.through) if content else days_of(referral)
    if days not in files:
        files[days] = file_of(referral, on=days[0], through=days[1])
    if newest and content:
        return looked_at(newest, content, files[days])
    content, file = draft(referral, audience, file=files[days])
    return wrong_with(content, audience, file, content), []


def choices(referral: Referral) -> list[tuple[str, str]]:
    """The audiences a packet of this referral may be made for."""
    return [(one, AUDIENCES[one]) for one in KINDS[referral.panel.kind].papers]


def languages() -> list[tuple[str, str]]:
    """The languages that packets have a wording in, by their names."""
    return [(one, packet_wording(one).name) for one in LANGUAGES]


def evidence_of(row: Packet, content: paper.Packet) -> list[tuple[str, Any]]:
    """The lines that prove a kept packet: reference, hashes, pages."""
    return [
        ("Reference", f"{content.reference}, version {row.version}"),
        ("Made", f"{spoken(content.made_on)}, by {row.by}"),
        ("Attendance known up to", spoken(content.through)),
        ("Content (SHA-256)", row.data["sha256"][:SHORT]),
        ("PDF (SHA-256)", row.digest[:SHORT]),
        ("Pages", row.pages),
    ]
