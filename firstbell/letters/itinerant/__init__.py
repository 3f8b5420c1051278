"""The Itinerant PSA Counselor letter: what a school buys for a fiscal year, from which funds, signed by the principal.

Between grown-ups of one district, so in English only. Start at Bought, then text() or pdf().
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files

from firstbell.law.findings import spoken
from firstbell.letters.agreement.paper import Stroke, drawn
from firstbell.letters.press import Unset, printed, script

_TEMPLATE = files("firstbell.letters.itinerant").joinpath("itinerant.typ").read_bytes()


@dataclass(frozen=True, slots=True)
class Paid:
    """What one fund pays. `students` and `plan_page` are said where the fund asks for them."""

    fund: str
    code: str
    days: str
    money: str
    federal: bool = False
    reports: bool = False
    students: str = ""
    plan_page: str = ""


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase in words, and which principal signed it when; `strokes` are the pen's, as in an agreement."""

    district: str
    school: str
    year: str
    begins: date
    ends: date
    days: str
    basis: str
    money: str
    paid: tuple[Paid, ...]
    principal: str
    signed_at: datetime
    weekdays: str = ""
    languages: str = ""
    focus: str = ""
    reference: str = ""
    strokes: Sequence[Stroke] = ()


@dataclass(frozen=True, slots=True)
class Part:
    heading: str
    lines: tuple[str, ...]
    listed: bool = True


def parts(said: Bought) -> Iterator[Part]:
    """The body, part by part."""
    yield Part(
        "What the school buys",
        (
            f"{said.school} buys an itinerant PSA Counselor for {said.days}, from {spoken(said.begins)} to"
            f" {spoken(said.ends)} ({said.year}, {said.basis}).",
            f"It costs {said.money}.",
            *([f"The school would like: {said.weekdays}."] if said.weekdays else []),
            *([f"Languages besides English that the school asks for: {said.languages}."] if said.languages else []),
            *([f"What matters most: {said.focus}"] if said.focus else []),
        ),
    )
    yield Part(
        "Who pays", tuple(f"{one.fund} (program {one.code}): {one.days}, {one.money}." for one in said.paid)
    )  # fmt: skip
    if owed := list(_owed(said.paid)):
        yield Part("What these funds ask for", tuple(owed))
    yield Part(
        "What the counselor does",
        (
            "Works to keep every student enrolled and attending: finds what keeps a student away, plans with the"
            " family, follows through.",
            "Holds a Master's degree in Social Work or School Counseling and a Pupil Personnel Services credential"
            " with the Child Welfare and Attendance authorization.",
            "Writes down each contact once; the school sees what was bought and what was delivered every 25"
            " instructional days.",
        ),
    )
    yield Part(
        "What the school provides",
        (
            "A room in which one can speak in confidence, a telephone, a computer and the attendance records.",
            "Somebody who clears absences before anything is called truancy.",
            "A place at the table of its attendance team.",
        ),
    )
    yield Part(
        "What is understood",
        (
            "The Region assigns the counselor by qualification, need, language and continuity.",
            "A change or cancellation is asked for in writing and counts from the day on which the Region approves it.",
        ),
    )


def _owed(paid: Sequence[Paid]) -> Iterator[str]:
    for one in paid:
        if one.students:
            yield f"{one.fund} serves: {one.students.rstrip('.')}."
        if one.plan_page:
            yield f"{one.fund} is named in the school plan: {one.plan_page.rstrip('.')}."
        if one.reports:
            rule = " (2 CFR 200.430(g))" if one.federal else ""
            yield f"{one.fund}: the counselor signs an activity report every month{rule}."


def _signature(said: Bought) -> str:
    return f"Signed in Firstbell by {said.principal}, principal, on {spoken(said.signed_at.date())}."


def text(said: Bought) -> str:
    """The whole letter as plain text, as the paper says it."""
    blocks = [f"Itinerant PSA Counselor, {said.year}", f"{said.district}, {said.school}"]
    blocks += ["\n".join([part.heading, *(f"- {line}" for line in part.lines)]) for part in parts(said)]
    return "\n\n".join([*blocks, _signature(said)]) + "\n"


def pdf(said: Bought) -> bytes:
    """The letter as a tagged PDF. Raises ValueError naming a character that no font of ours has."""
    data = script("en", right_to_left=False) | {
        "title": f"Itinerant PSA Counselor, {said.year}",
        "from": f"{said.district}, {said.school}",
        "parts": [{"heading": part.heading, "lines": list(part.lines)} for part in parts(said)],
        "signature": _signature(said),
        "drawing": drawn(said.strokes) if said.strokes else "",
        "reference": said.reference,
    }
    try:
        return printed(_TEMPLATE, [data], on=said.signed_at.date())[0]
    except Unset as no:
        raise ValueError(f"letter: expected characters that our fonts have, found {no.glyph or no!s}") from no
