"""A packet as a page: what the paper says, with an address behind every number; and the notes that may be shared."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from firstbell.cases.models import Note
from firstbell.cases.queries.casework import notes_of
from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.law.findings import spoken
from firstbell.letters import packet as paper
from firstbell.letters.packet.telling import packet_wording
from firstbell.panels.models import NoteConsent, Referral


@dataclass(frozen=True, slots=True)
class Shown:
    """A sentence on a page: its words, and each record it rests on as (number, title, address)."""

    text: str
    cells: tuple[str, ...]
    own: bool
    sources: list[tuple[int, str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    key: str
    title: str
    lead: str
    columns: tuple[str, ...]
    rows: list[Shown]
    empty: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A packet as a page: what the paper says, with an address behind every number."""

    about: list[Shown]
    parts: list[Part]
    sources: list[tuple[int, paper.Source, str]]
    sha256: str
    title: str
    closing: str


def preview(content: paper.Packet, referral: Referral) -> Preview:
    said = packet_wording(content.language)
    place = {one.key: number for number, one in enumerate(content.sources, 1)}
    titles = {one.key: _title(one) for one in content.sources}
    links = {one.key: address(one.key, referral) for one in content.sources}

    def shown(sentences: Iterable[paper.Sentence]) -> list[Shown]:
        return [
            Shown(
                one.text,
                one.cells,
                one.own,
                [(place[key], titles[key], links[key]) for key in one.sources if key in place],
            )
            for one in sentences
        ]

    parts = [
        Part(one.key, one.title, one.lead, one.columns, shown(one.sentences), one.empty) for one in content.sections
    ]
    return Preview(
        shown(content.about), parts, [(place[one.key], one, links[one.key]) for one in content.sources],
        paper.digest(content), said.say(f"title.{content.audience}"), said.say(f"closing.{content.audience}"),
    )  # fmt: skip


def _title(one: paper.Source) -> str:
    return ", ".join(filter(None, (one.title, spoken(one.on) if one.on else "", one.by)))


_PAGES: dict[str, tuple[str, str]] = {
    "roster": ("desk:student", "student"), "parent": ("desk:student", "student"), "attendance": ("desk:why", "student"),
    "step": ("cases:case", "student"), "entry": ("cases:case", "student"), "note": ("cases:case", "student"),
    "plan": ("supports:plan", "student"), "promise": ("supports:plan", "student"),
    "session": ("cases:case", "student"), "group": ("cases:case", "student"),
    "meeting": ("cases:meeting", "number"), "notice": ("notices:letter", "number"),
    "referral": ("panels:referral", "referral"), "panel": ("panels:referral", "referral"),
    "decision": ("panels:referral", "referral"), "teacher": ("panels:referral", "referral"),
    "hearing": ("panels:referral", "referral"), "profile": ("desk:school", "number"),
}  # fmt: skip
"""Where a record can be opened, by the kind in its source's key, and by what its page is found."""


def address(key: str, referral: Referral) -> str:
    """The page on which the record behind a source can be opened."""
    kind, _, number = key.partition(":")
    name, by = _PAGES[kind]
    of = {"student": referral.student_id, "referral": referral.pk, "number": int(number)}
    return reverse(name, args=[of[by]])


@dataclass(frozen=True, slots=True)
class Shareable:
    """A restricted note that this reader may read, and who consented to share it with the panel."""

    note: Note
    text: str
    consent: NoteConsent | None


def shareable(referral: Referral, reader: User, scope: Scope) -> list[Shareable]:
    """The restricted notes somebody may share, newest first. Sealed ones are nobody's, and not even named."""
    given = {one.note_id: one for one in NoteConsent.objects.filter(referral=referral).select_related("by")}
    return [
        Shareable(one.note, one.text, given.get(one.note.pk))
        for one in notes_of(referral.student, reader, scope)
        if one.note.lock == Note.Lock.RESTRICTED and one.text is not None
    ]
