"""From what the records say to one audience's packet: its sections in their order, and the records they rest on.

Nothing is decided here about who may read what: `audiences` says it, and `checking` looks at what came out.
"""

from collections.abc import Iterable, Sequence

from firstbell.letters.packet import Cover, Packet, Sentence, Source, Value
from firstbell.letters.packet.telling import LANGUAGES as SPOKEN
from firstbell.letters.packet.telling import packet_wording, section
from firstbell.letters.wording import LANGUAGES as LETTERS
from firstbell.letters.wording import Wording, wording
from firstbell.panels.rules.packets.audiences import AUDIENCES, Audience
from firstbell.panels.rules.packets.facts import Fact, File
from firstbell.panels.rules.packets.sections import SECTIONS, Maker, Teller, on_day


def make(file: File, audience: str, language: str, *, reference: str, version: int) -> Packet:
    """The copy of one audience, in the language of a wording. KeyError for an audience, ValueError for a language."""
    rule, said = AUDIENCES[audience], packet_wording(language)
    teller = Teller(said, rule, file)
    about = tuple(one for key in rule.about for one in _ABOUT[key](teller, file))
    sections = tuple(
        section(said, f"{audience}.{key}", list(SECTIONS[audience, key](teller, file))) for key in rule.sections
    )
    told = [*about, *(one for each in sections for one in each.sentences)]
    return Packet(
        audience=audience, language=language, home=file.pupil.language, reference=reference, version=version,
        made_on=file.on, through=file.through, student=file.pupil.student, school=file.pupil.school,
        year=file.attendance.year, about=about, sections=sections, sources=_sources(said, file, told),
        cover=_cover(rule, file.pupil.language, language),
    )  # fmt: skip


def language_for(audience: str, home: str) -> str:
    """The language a copy is in: the family's where there is a wording of it, else English."""
    return home if AUDIENCES[audience].own_language and home in SPOKEN else "en"


def _cover(rule: Audience, home: str, language: str) -> Cover | None:
    """What stands before a family's copy that is not in its language. Nothing is translated by a machine."""
    if not rule.own_language or home == language:
        return None
    said = packet_wording(language)
    name = said.say(f"language.{home if f'language.{home}' in said.sentences else 'other'}")
    lines = (wording(home).say("frame.interpreter"),) if home in LETTERS else ()
    return Cover(home, said.say("frame.cover_note", language=name), lines)


def _sources(said: Wording, file: File, told: Sequence[Sentence]) -> tuple[Source, ...]:
    """The records that are named, in the order in which they are first named."""
    records = {one.key: one for one in file.records()}
    keys = dict.fromkeys(key for sentence in told for key in sentence.sources)
    return tuple(_source(said, records[key]) for key in keys)


def _source(said: Wording, one: Fact) -> Source:
    by = one.by or said.say("source.of_district")
    return Source(one.key, said.say(f"source.{one.key.split(':')[0]}"), by, one.on, one.student, one.year, one.digest)


# -- the first lines ---------------------------------------------------------------------------------------------------


def _name(t: Teller, file: File) -> Iterable[Sentence]:
    yield t("about.name", Value("name", file.pupil.name), tells="name", of=[file.pupil])


def _grade(t: Teller, file: File) -> Iterable[Sentence]:
    yield t("about.grade", Value("grade", file.pupil.grade, "grade"), tells="grade", of=[file.pupil])


def _school(t: Teller, file: File) -> Iterable[Sentence]:
    yield t("about.school", Value("school", file.pupil.school), tells="school", of=[file.pupil])


def _language(t: Teller, file: File) -> Iterable[Sentence]:
    known = file.pupil.language if f"language.{file.pupil.language}" in t.said.sentences else "other"
    yield t("about.language", Value("language", known, "word.language"), tells="language", of=[file.pupil])


def _panel(t: Teller, file: File) -> Iterable[Sentence]:
    values = (Value("panel", file.panel.name), Value("address", file.panel.address))
    yield t("about.panel", *values, tells="panel", of=[file.panel])


def _ground(t: Teller, file: File) -> Iterable[Sentence]:
    values = Value("ground", file.referred.ground, "word.ground")
    yield t("about.ground", values, tells="ground", of=[file.referred])


def _referred(t: Teller, file: File) -> Iterable[Sentence]:
    one = file.referred
    yield t("about.referred", on_day("day", one.on), Value("by", one.by), tells="referred", of=[one], on=one.on)


def _through(t: Teller, file: File) -> Iterable[Sentence]:
    value = Value("through", file.through.isoformat(), "date")
    yield t("about.through", value, tells="through", of=[file.attendance])


def _parent(t: Teller, file: File) -> Iterable[Sentence]:
    if one := file.parent:
        yield t("about.parent", Value("parent", one.name), tells="parent", of=[one])


def _address(t: Teller, file: File) -> Iterable[Sentence]:
    one = file.parent
    if one and one.lines:
        yield t("about.address", Value("address", ", ".join(one.lines)), tells="address", of=[one])
    elif one and one.withheld:
        yield t("about.withheld", tells="address", of=[one])


_ABOUT: dict[str, Maker] = {
    "name": _name, "grade": _grade, "school": _school, "language": _language, "panel": _panel, "ground": _ground,
    "referred": _referred, "through": _through, "parent": _parent, "address": _address,
}  # fmt: skip
