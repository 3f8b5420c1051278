"""Whether a packet proves itself: everything wrong with it, by itself, for its audience, and against its records.

The checks never ask how it was made. They read its own values: its days must bear its steps, its sums its days.
"""

from collections.abc import Iterable, Iterator
from functools import cache

from firstbell.letters.packet import Packet, Section, Sentence, Source, digest
from firstbell.letters.packet.telling import LANGUAGES, in_english, packet_wording, rendered, section
from firstbell.letters.press import about
from firstbell.panels.rules.packets import evidence, fresh, private
from firstbell.panels.rules.packets.audiences import AUDIENCES, NEVER, RECORDS, Audience
from firstbell.panels.rules.packets.complaint import Complaint, short
from firstbell.panels.rules.packets.facts import File

_HEX = frozenset("0123456789abcdef")


def complaints(packet: Packet, audience: str, file: File, now: Packet | None = None) -> list[Complaint]:
    """Everything wrong with a packet for this audience; `file` is what the records say up to the packet's days.

    `now` is the packet made of that file again, where it is at hand.
    """
    rule = AUDIENCES[audience]
    now = now or fresh.again(packet, audience, file)
    found = (
        *_whose(packet, file), *_may_read(packet, rule), *_whole(packet, rule), *_rests(packet), *_words(packet, rule),
        *_language(packet, rule, file), *evidence.days(packet), *evidence.chain(packet, file),
        *evidence.proof(packet, rule, file), *private.told(packet, rule, file), *fresh.compared(packet, now),
    )  # fmt: skip
    return list(dict.fromkeys(found))


def of_paper(packet: Packet, kept: str, made: bytes, pages: int) -> list[Complaint]:
    """What is wrong with a PDF: `kept` is the content's digest as it was kept, `pages` how many were made."""
    now, found = digest(packet), []
    if now != kept:
        found.append(Complaint("hash", "content", f"{now[:12]}, kept as {kept[:12]}"))
    count, keywords = about(made)
    if kept not in keywords:
        found.append(Complaint("paper", "PDF", f"made of {keywords[:12] or 'something else'}"))
    if count != pages:
        found.append(Complaint("pages", "PDF", f"{count} of {pages}"))
    return found


def _whose(packet: Packet, file: File) -> Iterator[Complaint]:
    pupil = file.pupil
    if packet.student != pupil.student:
        yield Complaint("wrong_student", "packet", "the record of somebody else")
    for one in packet.about:
        if one.tells == "name" and one.raw("name") != pupil.name:
            yield Complaint("wrong_student", "first lines", one.raw("name"))
        if one.tells == "school" and one.raw("school") != pupil.school:
            yield Complaint("wrong_school", "first lines", one.raw("school"))
    if packet.school != pupil.school:
        yield Complaint("wrong_school", "packet", packet.school)
    if packet.year != file.attendance.year:
        yield Complaint("wrong_year", "packet", f"{packet.year - 1}-{packet.year}")
    lasting = {key for one in packet.sentences if evidence.lasts(one) for key in one.sources}
    for source in packet.sources:
        if source.student not in (0, packet.student):
            yield Complaint("wrong_student", _title(source), "a record of somebody else")
        if source.year not in (0, packet.year) and source.key not in lasting:
            yield Complaint("wrong_year", _title(source), f"{source.year - 1}-{source.year}")
    if file.moved:
        yield Complaint("moved", "school", file.moved)


def _may_read(packet: Packet, rule: Audience) -> Iterator[Complaint]:
    if packet.audience != rule.key:
        yield Complaint("wrong_audience", "packet", f"made for the {packet.audience}")
    for each in packet.sections:
        if each.key not in rule.sections:
            yield Complaint("wrong_audience", _named(packet, each), "a section that is not theirs")
    for where, one in _placed(packet):
        if one.tells not in rule.tells or one.tells in NEVER:
            yield Complaint("wrong_audience", where, f"tells: {one.tells}")
        elif one.says.split(".")[0] not in (rule.key, "about"):
            yield Complaint("wrong_audience", where, "words for somebody else")
    for source in packet.sources:
        if source.key.split(":")[0] not in RECORDS[rule.key]:
            yield Complaint("wrong_audience", _title(source), "a kind of record that is not theirs")


def _whole(packet: Packet, rule: Audience) -> Iterator[Complaint]:
    told = {one.tells for one in packet.about if all(value.raw.strip() for value in one.values)}
    for name in sorted(rule.needs - told):
        yield Complaint("missing_field", "first lines", name)
    have = [one.key for one in packet.sections]
    for key in rule.sections:
        if key not in have:
            yield Complaint("missing_section", in_english(f"{rule.key}.{key}"), "nothing")
    known = [key for key in have if key in rule.sections]
    if known != [key for key in rule.sections if key in known]:
        yield Complaint("section_order", "sections", ", ".join(known))
    if rule.key == "attorney" and not (packet.section("determinations") or _NOTHING).sentences:
        yield Complaint("missing_field", in_english("attorney.determinations"), "what the board determined")


_NOTHING = Section("", "", "", "", ())


def _rests(packet: Packet) -> Iterator[Complaint]:
    keys = [one.key for one in packet.sources]
    for where, one in _placed(packet):
        if not one.sources or not one.text.strip():
            yield Complaint("unlinked", where, short(one.text) or "no words")
        for key in one.sources:
            if key not in keys:
                yield Complaint("unlinked", where, f"{key} is not in the list of records")
    used = {key for one in packet.sentences for key in one.sources}
    for source in packet.sources:
        if keys.count(source.key) > 1:
            yield Complaint("manifest", _title(source), "listed twice")
        if source.key not in used:
            yield Complaint("manifest", _title(source), "listed, and no sentence rests on it")
        if len(source.digest) != 64 or not set(source.digest) <= _HEX:
            yield Complaint("manifest", _title(source), "no SHA-256")


def _words(packet: Packet, rule: Audience) -> Iterator[Complaint]:
    """Every sentence is what its key and values say in the packet's language, and nothing else."""
    for where, one in _placed(packet):
        if _reads(packet.language, one):
            continue
        other = any(_reads(language, one) for language in LANGUAGES)
        yield Complaint("untranslated" if other else "altered", where, short(one.text))
    for each in packet.sections:
        if each.key in rule.sections and not _frames(packet.language, rule.key, each):
            other = any(_frames(language, rule.key, each) for language in LANGUAGES)
            yield Complaint(
                "untranslated" if other else "altered", _named(packet, each), short(each.lead or each.title)
            )


def _reads(language: str, one: Sentence) -> bool:
    try:
        return rendered(packet_wording(language), one.says, one.values) == (one.text, one.cells)
    except (ValueError, KeyError):
        return False


def _frames(language: str, audience: str, each: Section) -> bool:
    found = _frame(language, f"{audience}.{each.key}")
    return found is not None and (found.title, found.lead, found.empty, found.columns) == (
        each.title, each.lead, each.empty, each.columns,
    )  # fmt: skip


@cache
def _frame(language: str, key: str) -> Section | None:
    try:
        return section(packet_wording(language), key, ())
    except ValueError:
        return None


def _language(packet: Packet, rule: Audience, file: File) -> Iterator[Complaint]:
    if not rule.own_language:
        if packet.language != "en":
            yield Complaint("untranslated", "packet", packet.language)
        return
    if packet.home != file.pupil.language:
        yield Complaint("untranslated", "packet", f"made for a family that speaks {packet.home}")
    if packet.language == packet.home:
        return
    if packet.home in LANGUAGES:
        yield Complaint("untranslated", "packet", packet.language)
    elif packet.cover is None or packet.cover.language != packet.home:
        yield Complaint("no_cover", "first page", packet.home)
    else:
        yield Complaint("interpreter", "first page", packet.home)


def _placed(packet: Packet) -> Iterable[tuple[str, Sentence]]:
    """Each sentence with the title of where it stands."""
    yield from (("first lines", one) for one in packet.about)
    yield from ((_named(packet, each), one) for each in packet.sections for one in each.sentences)


def _named(packet: Packet, each: Section) -> str:
    return in_english(f"{packet.audience}.{each.key}")


def _title(source: Source) -> str:
    return in_english(f"source.{source.key.split(':')[0]}")
