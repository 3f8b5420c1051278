"""Whether a packet's own days bear what it says: order, sums, the chain of the law judged again, letters with proof."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from firstbell.law.calendar import SchoolYear
from firstbell.law.findings import spoken
from firstbell.law.notices import Kind as Letter
from firstbell.law.policy import policy_on
from firstbell.law.sarb import NOTICE_FIELDS
from firstbell.law.steps import Ground, Step, StepKind, standing_steps
from firstbell.letters.packet import Packet, Section, Sentence
from firstbell.letters.packet.telling import in_english
from firstbell.panels.kinds import KINDS
from firstbell.panels.rules.packets.audiences import Audience
from firstbell.panels.rules.packets.complaint import Complaint, short
from firstbell.panels.rules.packets.facts import File

_LASTING = (StepKind.REFERRAL, StepKind.MEDIATION, StepKind.COURT)
_WHOLE = ("unexcused", "excused", "suspended", "unverified", "study_undone")
_COUNTS = ("unexcused", "occasion")
_IN_ORDER = ("days", "ladder", "notices", "contacts", "tried", "determinations")
_ONCE = ("days", "ladder", "notices", "contacts", "promises", "notes", "determinations")
_ON_ITS_WAY = ("sent", "delivered")
_OF_PROCESS = (Letter.FIRST_TRUANCY, Letter.NEXT_TRUANCY, Letter.CONFERENCE, Letter.SART, Letter.SARB)
_BROKEN = {
    StepKind.REPORT: "chain_report", StepKind.NOTICE: "chain_notice", StepKind.ATTEMPT: "chain_meeting",
    StepKind.CONFERENCE: "chain_meeting",
}  # fmt: skip


def lasts(one: Sentence) -> bool:
    """Whether a sentence tells of a step that outlives its school year."""
    return one.tells == "step" and one.raw("step").partition(" ")[0] in _LASTING


def days(packet: Packet) -> Iterator[Complaint]:
    year = SchoolYear(packet.year)
    for each in packet.sections:
        told = [one for one in each.sentences if one.on]
        for one in told:
            if one.on > packet.made_on or (each.key == "days" and one.on > packet.through):
                yield Complaint("after_made", _named(packet, each), spoken(one.on))
            if one.on not in year and not lasts(one) and each.key != "notes":
                yield Complaint("outside_year", _named(packet, each), spoken(one.on))
        if each.key in _IN_ORDER and any(first.on > then.on for first, then in pairwise(told)):
            yield Complaint("order", _named(packet, each), ", ".join(spoken(one.on) for one in told[:3]))
        yield from _twice(packet, each)
    yield from _sums(packet)


def _twice(packet: Packet, each: Section) -> Iterator[Complaint]:
    if each.key in _ONCE:
        seen = set()
        for one in each.sentences:
            key = (one.says, one.on) if each.key == "days" else one.sources
            if key in seen:
                yield Complaint("twice", _named(packet, each), short(one.text))
            seen.add(key)


def _sums(packet: Packet) -> Iterator[Complaint]:
    """The months add up to the year, the year to the days that are listed, the codes to the same days."""
    listed, months, codes = (_of(packet, key) for key in ("days", "months", "codes"))
    kinds = [one.raw("what") for one in listed]
    totals = {"absent": sum(one in _WHOLE for one in kinds)}
    totals |= {name: kinds.count(name) for name in ("excused", "unexcused", "suspended")}
    totals["partial"] = kinds.count("occasion")
    for one in months[-1:]:
        for name in ("enrolled", "excused", "unexcused", "absent", "suspended", "partial"):
            each = sum(int(month.raw(name)) for month in months[:-1])
            if int(one.raw(name)) != each or (name in totals and totals[name] != each):
                yield Complaint(
                    "sums", in_english("panel.months"), f"{name}: {one.raw(name)} in the year, {each} in its months"
                )
    if packet.section("codes") and sum(int(one.raw("days")) for one in codes) != len(listed):
        yield Complaint(
            "sums", in_english("panel.codes"), f"{sum(int(one.raw('days')) for one in codes)} of {len(listed)} days"
        )


def _named(packet: Packet, each: Section) -> str:
    return in_english(f"{packet.audience}.{each.key}")


def _of(packet: Packet, key: str) -> tuple[Sentence, ...]:
    found = packet.section(key)
    return found.sentences if found else ()


def chain(packet: Packet, file: File) -> Iterator[Complaint]:
    """The steps as they are told, judged by the law on the days as they are told."""
    told = _of(packet, "ladder")
    listed = [one for one in _of(packet, "days") if one.raw("what") in _COUNTS and not one.raw("young")]
    counted = [one.on for one in listed if one.on]
    steps = [_step(place, one) for place, one in enumerate(told)]
    grounds = frozenset(Ground(one) for one in file.grounds)
    ladder = standing_steps(
        counted, [one for one in steps if one], policy_on(packet.made_on), on=packet.made_on, grounds=grounds
    )
    verdicts = {one.step.key: one for one in ladder.verdicts}
    for place, (one, step) in enumerate(zip(told, steps, strict=True)):
        verdict, stands = verdicts.get(place), not one.says.endswith(".fallen")
        if verdict and not verdict.stands:
            yield Complaint(
                _BROKEN.get(verdict.step.kind, "chain_referral"), in_english("panel.ladder"), verdict.reason.sentence
            )
        elif verdict and not stands:
            yield Complaint("chain_told", in_english("panel.ladder"), short(one.text))
        for day in step.rested_on if step and stands else ():
            if day not in counted:
                yield Complaint("evidence", in_english("panel.ladder"), spoken(day))
    if KINDS[file.referred.panel_kind].legal and not any(one and one.kind is StepKind.REFERRAL for one in steps):
        yield Complaint("referral_missing", in_english("panel.ladder"), "no referral")


def _step(place: int, one: Sentence) -> Step | None:
    kind, _, number = one.raw("step").partition(" ")
    if one.on is None or kind not in list(StepKind):
        return None
    named = tuple(date.fromisoformat(day) for day in one.raw("days").split())
    return Step(StepKind(kind), one.on, int(number or 1), named, Ground(one.raw("ground") or "habitual"), place)


def proof(packet: Packet, rule: Audience, file: File) -> Iterator[Complaint]:
    """Letters that arrived, a notice of the referral with its four parts, and help before anything else."""
    legal, letters = KINDS[file.referred.panel_kind].legal, _of(packet, "notices")
    fallen = {one.key for one in file.notices if one.fell}
    for one in letters:
        if fallen.intersection(one.sources):
            yield Complaint("notice_rescinded", in_english("panel.notices"), short(one.text))
        states = [each.split()[1] for each in one.raw("proof").split(";") if each]
        if one.raw("letter") in _OF_PROCESS and not any(state in _ON_ITS_WAY for state in states):
            yield Complaint(
                "notice_returned" if "returned" in states else "notice_unproven",
                in_english("panel.notices"),
                short(one.text),
            )
    if "notice" not in rule.tells:
        return
    yield from _told_by_letter(packet, letters)
    if not legal:
        return
    owed = [one for one in letters if one.raw("letter") == Letter.SARB]
    if not owed:
        yield Complaint("notice_missing", in_english("panel.notices"), "no notice of the referral")
    for one in owed:
        if lacking := [name for name in NOTICE_FIELDS if name not in one.raw("items").split()]:
            yield Complaint("notice_fields", in_english("panel.notices"), f"without {', '.join(lacking)}")
    helped = [one for one in _of(packet, "tried") if one.tells == "help"]
    if len({one.on for one in helped}) < policy_on(packet.made_on).boards.interventions:
        yield Complaint("help_missing", in_english("panel.tried"), f"{len(helped)} on record")


def _told_by_letter(packet: Packet, letters: tuple[Sentence, ...]) -> Iterator[Complaint]:
    """A notice that is a step of the ladder has its letter among the letters."""
    sent = {one.raw("number") for one in letters if one.raw("letter") in (Letter.FIRST_TRUANCY, Letter.NEXT_TRUANCY)}
    for one in _of(packet, "ladder"):
        kind, _, number = one.raw("step").partition(" ")
        if kind == StepKind.NOTICE and not one.says.endswith(".fallen") and number not in sent:
            yield Complaint("notice_unproven", in_english("panel.ladder"), short(one.text))
