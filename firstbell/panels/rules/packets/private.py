"""What no packet may hold: locked words, restricted addresses, other children, reasons of excused days, and more."""

import re
from collections.abc import Iterator

from firstbell.cases.rules.notes import cautions
from firstbell.law.findings import spoken
from firstbell.law.wording import forbidden
from firstbell.letters.packet import Packet, Sentence
from firstbell.letters.packet.telling import in_english
from firstbell.panels.rules.packets.audiences import Audience
from firstbell.panels.rules.packets.complaint import Complaint, short
from firstbell.panels.rules.packets.facts import File
from firstbell.panels.rules.packets.phrases import dials, holds, within
from firstbell.panels.rules.packets.sections import FEW

_NUMBER = re.compile(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)")
_MAY_SHARE = "panel"
_FAMILY = "family"


def told(packet: Packet, rule: Audience, file: File) -> Iterator[Complaint]:
    guard = file.guard
    if guard.blind:
        yield Complaint("blind", "packet", "no key opens them")
    locked = guard.locked if rule.key == _MAY_SHARE else guard.locked | guard.shared
    for one in packet.sentences:
        texts = [value.raw for value in one.values if value.form == "text"] + ([one.text] if not one.values else [])
        for text in texts:
            if holds(text, locked):
                yield Complaint("locked_words", _where(one), "words of a note under lock")
            if any(_stands(place, text) for place in guard.places):
                yield Complaint("restricted_address", _where(one), "an address or number")
            if name := next((name for name in guard.others if within(text, name)), ""):
                yield Complaint("other_child", _where(one), name)
            yield from _forbidden(packet, rule, one, text)
        yield from _consent(packet, one, file)
    if any(one.says == "about.withheld" for one in packet.about):
        yield Complaint("address_withheld", "first lines", "address")
    yield from _days(packet, file)
    yield from _small(packet, file)


def _stands(place: str, text: str) -> bool:
    return dials(text, place) if place.replace(" ", "").isdigit() else within(text, place)


def _forbidden(packet: Packet, rule: Audience, one: Sentence, text: str) -> Iterator[Complaint]:
    if _NUMBER.search(text):
        yield Complaint("number", _where(one), "000-00-0000")
    if not one.own:
        return
    about = {caution.about for caution in cautions(text)}
    if "immigration" in about:
        yield Complaint("status", _where(one), short(text))
    if "health" in about and rule.key == "attorney":
        yield Complaint("health", _where(one), short(text))
    if rule.key == _FAMILY:
        for phrase, _ in forbidden(text, packet.language, packet.made_on):
            yield Complaint("threat", _where(one), phrase)


def _consent(packet: Packet, one: Sentence, file: File) -> Iterator[Complaint]:
    if one.tells != "note":
        return
    given, consented = one.raw("asked"), {note.key for note in file.notes}
    if not one.raw("giver").strip() or not given or given > packet.made_on.isoformat():
        yield Complaint("note_consent", _where(one), "nobody's name, or a day to come")
    elif not consented.issuperset(one.sources):
        yield Complaint("note_consent", _where(one), "no consent is on record for this note")


def _days(packet: Packet, file: File) -> Iterator[Complaint]:
    """An excused day shows no code, nor one whose reason is nobody's; a day under decision accuses nobody yet."""
    section = packet.section("days")
    known = {one.on: one for one in file.attendance.days}
    for one in section.sentences if section else ():
        day = known.get(one.on) if one.on else None
        if one.raw("code") and (one.raw("what") == "excused" or (day and day.hidden)):
            yield Complaint("confidential_day", in_english("panel.days"), spoken(one.on) if one.on else short(one.text))
        if day and day.waits and one.raw("what") in ("unexcused", "occasion", "unverified"):
            yield Complaint("undecided", in_english("panel.days"), spoken(day.on))


def _small(packet: Packet, file: File) -> Iterator[Complaint]:
    one, section = file.profile, packet.section("profile")
    shown = any(each.says.endswith("profile.school") for each in (section.sentences if section else ()))
    if one and shown and min(one.chronic, one.students - one.chronic) <= FEW:
        yield Complaint("small_cell", in_english("panel.profile"), "a figure of ten or fewer")


def _where(one: Sentence) -> str:
    return in_english(one.says.rpartition(".")[0]) if one.says.count(".") > 1 else "first lines"
