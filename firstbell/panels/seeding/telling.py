"""Defects of what is told although the records are good: as a faulty builder, or a hand in the file, would leave it.

Each takes the lot, a good packet and its file, and gives the spoilt packet, or None where there is nothing to spoil.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from firstbell.letters.packet import Packet, Section, Sentence, Value
from firstbell.letters.packet.telling import packet_wording, rendered
from firstbell.panels.rules.packets.facts import File
from firstbell.panels.rules.packets.making import make
from firstbell.panels.seeding.files import SECRETS

Change = Callable[[Sequence[Sentence]], Sequence[Sentence] | None]


def _in(packet: Packet, key: str, change: Change) -> Packet | None:
    """The packet with a section's sentences changed; None where it has no such section or nothing to change."""
    each = packet.section(key)
    now = change(each.sentences) if each and each.sentences else None
    return put(packet, replace(each, sentences=tuple(now))) if each and now is not None else None


def put(packet: Packet, section: Section) -> Packet:
    return replace(packet, sections=tuple(section if one.key == section.key else one for one in packet.sections))


def _again(packet: Packet, one: Sentence, **raws: str) -> Sentence:
    """The sentence with other values, said again in the wording."""
    values = tuple(replace(value, raw=raws[value.name]) if value.name in raws else value for value in one.values)
    text, cells = rendered(packet_wording(packet.language), one.says, values)
    return replace(one, values=values, text=text, cells=cells)


def _one(
    rng: Random, packet: Packet, key: str, change: Callable[[Sentence], Sentence], wanted: Callable[[Sentence], bool]
) -> Packet | None:
    def changed(told: Sequence[Sentence]) -> Sequence[Sentence] | None:
        places = [at for at, one in enumerate(told) if wanted(one)]
        if not places:
            return None
        at = rng.choice(places)
        return (*told[:at], change(told[at]), *told[at + 1 :])

    return _in(packet, key, changed)


def _any_section(rng: Random, packet: Packet) -> str:
    return rng.choice([one.key for one in packet.sections if one.sentences])


def _added(packet: Packet, key: str, sentence: Sentence, donor: Packet) -> Packet:
    """A sentence of another copy slipped into this one, with the records it rests on."""
    each = packet.section(key)
    assert each is not None  # asked for by a defect of an audience that has it
    have = {one.key for one in packet.sources}
    more = tuple(one for one in donor.sources if one.key in sentence.sources and one.key not in have)
    now = replace(packet, sources=(*packet.sources, *more))
    return put(now, replace(each, sentences=(*each.sentences, sentence)))


def _panels(file: File) -> Packet:
    return make(file, "panel", "en", reference="R1-P", version=1)


# -- order, and what is left out ---------------------------------------------------------------------------------------


def days_shuffled(rng: Random, packet: Packet, file: File) -> Packet | None:
    return _in(packet, "days", lambda told: _swapped(rng, told))


def steps_shuffled(rng: Random, packet: Packet, file: File) -> Packet | None:
    return _in(packet, "ladder", lambda told: _swapped(rng, told))


def _swapped(rng: Random, told: Sequence[Sentence]) -> Sequence[Sentence] | None:
    at = rng.randrange(max(len(told) - 1, 1))
    rows = list(told)
    if len(rows) < 2 or rows[at].on == rows[at + 1].on:
        return None
    rows[at], rows[at + 1] = rows[at + 1], rows[at]
    return rows


def day_dropped(rng: Random, packet: Packet, file: File) -> Packet | None:
    return _in(packet, "days", lambda told: _less(rng, told))


def _less(rng: Random, told: Sequence[Sentence]) -> Sequence[Sentence]:
    gone = rng.choice(told)
    return [one for one in told if one is not gone]


def contact_dropped(rng: Random, packet: Packet, file: File) -> Packet | None:
    return _without(packet, "contacts", lambda told: _less(rng, told))


def promise_dropped(rng: Random, packet: Packet, file: File) -> Packet | None:
    def ours_gone(told: Sequence[Sentence]) -> Sequence[Sentence] | None:
        left = [one for one in told if one.raw("side") != "school"]
        return left if len(left) < len(told) else None

    return _without(packet, "promises", ours_gone)


def _without(packet: Packet, key: str, change: Change) -> Packet | None:
    """Left out with every trace: what else rests on the record goes too, and the record itself."""
    now = _in(packet, key, change)
    before, after = packet.section(key), now.section(key) if now else None
    if now is None or before is None or after is None:
        return None
    gone = {key for one in before.sentences for key in one.sources}
    gone -= {key for one in after.sentences for key in one.sources}
    kept = [
        replace(each, sentences=tuple(one for one in each.sentences if not gone.intersection(one.sources)))
        for each in now.sections
    ]
    return replace(now, sections=tuple(kept), sources=tuple(one for one in now.sources if one.key not in gone))


def words_last(rng: Random, packet: Packet, file: File) -> Packet | None:
    first = [one for one in packet.sections if one.key == "words"]
    return replace(packet, sections=(*(one for one in packet.sections if one.key != "words"), *first))


def section_dropped(rng: Random, packet: Packet, file: File) -> Packet | None:
    gone = rng.choice(packet.sections)
    return replace(packet, sections=tuple(one for one in packet.sections if one is not gone))


def first_line_dropped(rng: Random, packet: Packet, file: File) -> Packet | None:
    needed = [one for one in packet.about if one.tells in ("name", "school", "panel", "parent", "address", "through")]
    gone = rng.choice(needed)
    return replace(packet, about=tuple(one for one in packet.about if one is not gone))


# -- what it rests on --------------------------------------------------------------------------------------------------


def unlinked(rng: Random, packet: Packet, file: File) -> Packet | None:
    return _one(rng, packet, _any_section(rng, packet), lambda one: replace(one, sources=()), lambda one: True)


def source_dropped(rng: Random, packet: Packet, file: File) -> Packet | None:
    gone = rng.choice(packet.sources)
    return replace(packet, sources=tuple(one for one in packet.sources if one is not gone))


def source_twice(rng: Random, packet: Packet, file: File) -> Packet | None:
    return replace(packet, sources=(*packet.sources, rng.choice(packet.sources)))


def hash_changed(rng: Random, packet: Packet, file: File) -> Packet | None:
    one = rng.choice([one for one in packet.sources if not one.key.startswith("profile")])
    other = replace(one, digest=one.digest[::-1])
    return replace(packet, sources=tuple(other if each is one else each for each in packet.sources))


def altered(rng: Random, packet: Packet, file: File) -> Packet | None:
    def changed(one: Sentence) -> Sentence:
        words = one.text.split()
        at = rng.randrange(len(words))
        return replace(one, text=" ".join((*words[:at], "not", *words[at:])))

    return _one(rng, packet, _any_section(rng, packet), changed, lambda one: True)


def outcome_changed(rng: Random, packet: Packet, file: File) -> Packet | None:
    return _one(
        rng, packet, "contacts", lambda one: _again(packet, one, outcome="reached"),
        lambda one: one.raw("outcome") in ("no_answer", "left_word"),
    )  # fmt: skip


def promise_kept(rng: Random, packet: Packet, file: File) -> Packet | None:
    return _one(
        rng, packet, "promises", lambda one: _again(packet, one, state="kept"), lambda one: one.raw("state") != "kept"
    )


def step_twice(rng: Random, packet: Packet, file: File) -> Packet | None:
    return _in(packet, "ladder", lambda told: _more(rng, told))


def day_twice(rng: Random, packet: Packet, file: File) -> Packet | None:
    return _in(packet, "days", lambda told: _more(rng, told))


def _more(rng: Random, told: Sequence[Sentence]) -> Sequence[Sentence]:
    at = rng.randrange(len(told))
    return (*told[:at], told[at], *told[at:])


# -- who may read it ---------------------------------------------------------------------------------------------------


def log_to_family(rng: Random, packet: Packet, file: File) -> Packet | None:
    donor = _panels(file)
    told = [one for one in _sentences(donor, "contacts") if one.tells == "contact.words"]
    return _added(packet, "contacts", rng.choice(told), donor) if told else None


def teachers_to_family(rng: Random, packet: Packet, file: File) -> Packet | None:
    donor = _panels(file)
    told = _sentences(donor, "teachers")
    return _added(packet, "strengths", rng.choice(told), donor) if told else None


def plan_to_attorney(rng: Random, packet: Packet, file: File) -> Packet | None:
    donor = _panels(file)
    told = [*_sentences(donor, "plan"), *_sentences(donor, "promises")]
    return _added(packet, "tried", rng.choice(told), donor) if told else None


def words_to_attorney(rng: Random, packet: Packet, file: File) -> Packet | None:
    donor = _panels(file)
    told = [*_sentences(donor, "words"), *_sentences(donor, "strengths"), *_sentences(donor, "why")]
    return _added(packet, "determinations", rng.choice(told), donor)


def _sentences(packet: Packet, key: str) -> tuple[Sentence, ...]:
    found = packet.section(key)
    return found.sentences if found else ()


def note_slipped_in(rng: Random, packet: Packet, file: File) -> Packet | None:
    """A restricted note that nobody consented to share: with a name that never did, or with none."""
    told = _sentences(packet, "notes")
    if not told:
        return None
    source = next(one for one in packet.sources if one.key in told[0].sources)
    other = replace(source, key=f"note:{rng.randint(500, 999)}")
    sentence = replace(_again(packet, told[0], giver=rng.choice(("", "Marisol Vega"))), sources=(other.key,))
    now = replace(packet, sources=(*packet.sources, other))
    return _in(now, "notes", lambda notes: (*notes, sentence))


def sealed_slipped_in(rng: Random, packet: Packet, file: File) -> Packet | None:
    return _one(rng, packet, "notes", lambda one: _again(packet, one, words=rng.choice(SECRETS)), lambda one: True)


def address_told(rng: Random, packet: Packet, file: File) -> Packet | None:
    place = f"{file.guard.places[0]}, Rosalia, CA 90099"
    about = tuple(_again(packet, one, address=place) if one.tells == "address" else one for one in packet.about)
    return replace(packet, about=about)


def code_told(rng: Random, packet: Packet, file: File) -> Packet | None:
    """The code beside an excused day, as the row of an unexcused one shows it."""
    code = rng.choice(("M", "CM", "E", "MH"))

    def shown(one: Sentence) -> Sentence:
        return _again(packet, replace(one, says="panel.days.day", values=(*one.values, Value("code", code))))

    return _one(rng, packet, "days", shown, lambda one: one.says == "panel.days.excused")


# -- whose it is -------------------------------------------------------------------------------------------------------


def other_student(rng: Random, packet: Packet, file: File) -> Packet | None:
    if rng.random() < 0.5:
        return replace(packet, student=packet.student + 1)
    about = tuple(_again(packet, one, name="Jamie Vega") if one.tells == "name" else one for one in packet.about)
    return replace(packet, about=about)


def other_record(rng: Random, packet: Packet, file: File) -> Packet | None:
    mine = rng.choice([one for one in packet.sources if one.student])
    other = replace(mine, student=mine.student + rng.randint(1, 99))
    return replace(packet, sources=tuple(other if one is mine else one for one in packet.sources))


def other_school(rng: Random, packet: Packet, file: File) -> Packet | None:
    about = tuple(_again(packet, one, school="Harbor High") if one.tells == "school" else one for one in packet.about)
    return replace(packet, about=about) if rng.random() < 0.5 else replace(packet, school="Harbor High")


def other_year(rng: Random, packet: Packet, file: File) -> Packet | None:
    return replace(packet, year=packet.year + rng.choice((-1, 1)))


def record_of_other_year(rng: Random, packet: Packet, file: File) -> Packet | None:
    mine = rng.choice([one for one in packet.sources if one.key.startswith(("entry", "plan", "referral"))])
    other = replace(mine, year=mine.year - 1)
    return replace(packet, sources=tuple(other if one is mine else one for one in packet.sources))


# -- its language ------------------------------------------------------------------------------------------------------


def in_english(rng: Random, packet: Packet, file: File) -> Packet | None:
    return make(file, "family", "en", reference=packet.reference, version=1) if packet.language == "es" else None


def one_in_english(rng: Random, packet: Packet, file: File) -> Packet | None:
    if packet.language != "es":
        return None
    english = make(file, "family", "en", reference=packet.reference, version=1)
    key = _any_section(rng, packet)
    place = rng.randrange(len(_sentences(packet, key)))
    spoken = _sentences(english, key)[place]
    return _in(packet, key, lambda told: (*told[:place], spoken, *told[place + 1 :]))


def cover_dropped(rng: Random, packet: Packet, file: File) -> Packet | None:
    return replace(packet, cover=None) if packet.cover else None


# -- figures and days --------------------------------------------------------------------------------------------------


def sum_changed(rng: Random, packet: Packet, file: File) -> Packet | None:
    name = rng.choice(("absent", "excused", "unexcused", "enrolled"))

    def changed(told: Sequence[Sentence]) -> Sequence[Sentence]:
        wrong = str(int(told[-1].raw(name)) + rng.choice((1, 2, 5)))
        return (*told[:-1], _again(packet, told[-1], **{name: wrong}))

    return _in(packet, "months", changed)


def code_count_changed(rng: Random, packet: Packet, file: File) -> Packet | None:
    return _one(
        rng, packet, "codes", lambda one: _again(packet, one, days=str(int(one.raw("days")) + 1)), lambda one: True
    )


def day_moved(rng: Random, packet: Packet, file: File) -> Packet | None:
    day = packet.through + timedelta(rng.randint(1, 3))
    return _one(
        rng, packet, "days", lambda one: replace(_again(packet, one, day=day.isoformat()), on=day),
        lambda one: one.on == max(each.on for each in _sentences(packet, "days") if each.on),
    )  # fmt: skip


def day_excused(rng: Random, packet: Packet, file: File) -> Packet | None:
    """A day that a report names, told as excused: the packet no longer bears its own report."""
    named = {day for one in _sentences(packet, "ladder") for day in one.raw("days").split()}
    return _one(
        rng, packet, "days", lambda one: _again(packet, one, what="excused"),
        lambda one: one.on is not None and one.on.isoformat() in named,
    )  # fmt: skip


def told_fallen(rng: Random, packet: Packet, file: File) -> Packet | None:
    def fallen(one: Sentence) -> Sentence:
        return _again(packet, replace(one, says=f"{packet.audience}.ladder.fallen"))

    return _one(rng, packet, "ladder", fallen, lambda one: not one.says.endswith(".fallen"))
