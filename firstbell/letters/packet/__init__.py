"""A packet is data first: what one audience reads of one student before a panel meets, and what each sentence rests on.

A sentence is a key of the wording and the values that fill it; its text follows from them and from nothing else. So
whatever reads a packet, a page, a PDF or a check, reads the same facts. Start at Packet, telling.tell(), paper.pdf().
"""

import hashlib
import json
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from firstbell.letters.frozen import read_as


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a sentence. `raw` is the same in every language; `form` says how a language writes it:

    text, number, date ("2025-09-03"), day (with its weekday), days (several, between spaces), month ("2025-09"),
    count.X (a number of X), word.X (a word of the wording's X), words.X (several, between spaces), grade, proofs, step
    ("report 2"). What no field of the sentence names is kept for whoever checks it.
    """

    name: str
    raw: str
    form: str = "text"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, or one row where `cells` are given. `says` is its key in the wording.

    `tells` is the kind of information, by which an audience is given it or not; `sources` are keys of the packet's
    sources. `own`: it holds somebody's own words, as they were written.
    """

    says: str
    text: str
    tells: str
    sources: tuple[str, ...]
    values: tuple[Value, ...] = ()
    on: date | None = None
    cells: tuple[str, ...] = ()
    own: bool = False

    def raw(self, name: str) -> str:
        """The raw value of a field; empty where the sentence has none."""
        return next((one.raw for one in self.values if one.name == name), "")


@dataclass(frozen=True, slots=True)
class Section:
    """Sentences about one matter. `columns` are given where they are rows; `empty` is said where there are none."""

    key: str
    title: str
    lead: str
    empty: str
    sentences: tuple[Sentence, ...]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A record that sentences rest on. `key` is its kind and number: "entry:12".

    `student` is whose it is and `year` of which school year, 0 where it is nobody's or of no year; `digest` is the
    SHA-256 of the record as it was read.
    """

    key: str
    title: str
    by: str
    on: date | None
    student: int
    year: int
    digest: str


@dataclass(frozen=True, slots=True)
class Cover:
    """The page before a copy that is not in the family's language. `lines` are in that language, `note` in English."""

    language: str
    note: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Packet:
    """One audience's copy. `student` is a primary key; attendance is told up to `through`, all else up to `made_on`.

    `language` is that of the wording, `home` what the family speaks.
    """

    audience: str
    language: str
    home: str
    reference: str
    version: int
    made_on: date
    through: date
    student: int
    school: str
    year: int
    about: tuple[Sentence, ...]
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
    cover: Cover | None = None

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence, those of the first lines included, in order."""
        return (*self.about, *(one for section in self.sections for one in section.sentences))

    def section(self, key: str) -> Section | None:
        return next((one for one in self.sections if one.key == key), None)


def digest(value: Any) -> str:
    """The SHA-256 of a dataclass: of its fields in order as JSON, days as ISO 8601."""
    written = json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    raise TypeError(f"no plain data: {value!r}")


def packet_from(data: dict[str, Any]) -> Packet:
    """The packet that `frozen.as_data` wrote. Raises ValueError naming a field that is missing, unknown or wrong."""
    return read_as(Packet, data, "packet")
