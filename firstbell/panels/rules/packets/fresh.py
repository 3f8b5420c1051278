"""Whether a packet still says what its records say: each record by its hash, and each sentence by the record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from firstbell.law.findings import spoken
from firstbell.letters.packet import Packet, Sentence, Source, digest
from firstbell.letters.packet.telling import in_english, packet_wording
from firstbell.panels.rules.packets.complaint import Complaint, short
from firstbell.panels.rules.packets.facts import File
from firstbell.panels.rules.packets.making import make

CONTEXT = ("profile",)
"""Sections that move every night and change nothing of the student: no packet is stale for them."""


def again(packet: Packet, audience: str, file: File) -> Packet:
    """The same packet, made of what the records say now."""
    return make(file, audience, packet.language, reference=packet.reference, version=packet.version)


def compared(packet: Packet, now: Packet) -> Iterator[Complaint]:
    """`now` is the same packet, made again for the audience it is checked for."""
    mine, fresh = ({one.key: one for one in each.sources} for each in (packet, now))
    context = _context(packet) | _context(now)
    moved = {key for key, one in mine.items() if key in fresh and one.digest != fresh[key].digest} - context
    for key, one in mine.items():
        if key in moved:
            yield Complaint("stale", _title(one), _day(one.on))
        elif key not in fresh and key not in context:
            yield Complaint("gone", _title(one), _day(one.on))
    for key, one in fresh.items():
        if key not in mine and key not in context:
            yield Complaint("left_out", _title(one), _day(one.on))
    said = {_core(one): one for one in now.sentences}
    told = {_core(one): one for one in packet.sentences}
    for core, one in told.items():
        if core not in said and not moved.intersection(one.sources) and set(one.sources) <= fresh.keys() - context:
            yield Complaint("misquoted", _part(one), short(one.text))
    for core, one in said.items():
        if core not in told and not moved.intersection(one.sources) and set(one.sources) <= mine.keys() - context:
            yield Complaint("left_out", _part(one), short(one.text))


def changes(packet: Packet, now: Packet) -> list[str]:
    """What the records say otherwise than a packet, as sentences: days first, then steps, then other records."""
    mine, fresh = ({one.key: one for one in each.sources} for each in (packet, now))
    context = _context(packet) | _context(now)
    found = [*_days_that_differ(packet, now), *_steps_that_fell(packet, now)]
    days_told = bool(found)
    for key, one in mine.items():
        if key in context:
            continue
        if key not in fresh:
            found.append(f"{_named(one)} no longer stands: it was taken back, withdrawn or replaced.")
        elif one.digest != fresh[key].digest and not (days_told and key.startswith("attendance")):
            found.append(f"{_named(one)} was changed.")
    found += [f"{_named(one)} is new." for key, one in fresh.items() if key not in mine and key not in context]
    return found


def _days_that_differ(packet: Packet, now: Packet) -> Iterator[str]:
    was, is_now = ({one.on: one for one in _days(each)} for each in (packet, now))
    for on in sorted(on for on in {*was, *is_now} if on):
        before, after = was.get(on), is_now.get(on)
        if before and after and before.values == after.values:
            continue
        was_told, told = _what(before), _what(after)
        differs = f"was told as {was_told} and is now {told}" if was_told != told else "is recorded otherwise now"
        yield f"{spoken(on)} {differs}."


def _steps_that_fell(packet: Packet, now: Packet) -> Iterator[str]:
    was, is_now = ({one.sources: one for one in _told(each, "ladder")} for each in (packet, now))
    for key, one in was.items():
        after = is_now.get(key)
        if after and one.says.endswith(".fallen") != after.says.endswith(".fallen"):
            what, _, number = one.raw("step").partition(" ")
            step = packet_wording("en").say(f"step.{what}", number=number)
            fell = "does not stand any more" if after.says.endswith(".fallen") else "stands again"
            yield f"The {step}{f' of {spoken(one.on)}' if one.on else ''} {fell}."


def _told(packet: Packet, key: str) -> tuple[Sentence, ...]:
    found = packet.section(key)
    return found.sentences if found else ()


def _days(packet: Packet) -> list[Sentence]:
    return [one for one in _told(packet, "days") if one.on]


def _what(one: Sentence | None) -> str:
    return packet_wording("en").say(f"what.{one.raw('what')}") if one else "no absence"


def _named(one: Source) -> str:
    return f"{_title(one)}{f' of {spoken(one.on)}' if one.on else ''}{f', {one.by}' if one.student else ''}"


def _title(one: Source) -> str:
    return in_english(f"source.{one.key.split(':')[0]}")


def _part(one: Sentence) -> str:
    """The section of a sentence: "Contacts" of "panel.contacts.said"."""
    return in_english(one.says.rpartition(".")[0])


def _core(one: Sentence) -> tuple[object, ...]:
    return one.says, one.tells, one.sources, one.values, one.on


def _context(packet: Packet) -> set[str]:
    return {
        key for name in CONTEXT if (found := packet.section(name)) for one in found.sentences for key in one.sources
    }


def _day(on: date | None) -> str:
    return f"of {spoken(on)}" if on else "as it was read"


@dataclass(frozen=True, slots=True)
class _Facts:
    about: tuple[Sentence, ...]
    sections: tuple[Sentence, ...]
    digests: tuple[str, ...]


def facts(packet: Packet) -> str:
    """The SHA-256 of what a packet was made of: equal where the records say the same of the same days."""
    context = _context(packet)
    kept = tuple(one for each in packet.sections if each.key not in CONTEXT for one in each.sentences)
    digests = tuple(sorted(f"{one.key} {one.digest}" for one in packet.sources if one.key not in context))
    return digest(_Facts(packet.about, kept, digests))
