"""The certificate of a course that somebody of the branch completed: one page that says what, when, and until when.

Between grown-ups of one district, so in English only. Start at Completed, then text() or pdf().
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from firstbell.law.findings import spoken
from firstbell.letters.press import Unset, printed, script

_TEMPLATE = files("firstbell.letters.certificate").joinpath("certificate.typ").read_bytes()
TITLE = "Certificate of completion"


@dataclass(frozen=True, slots=True)
class Completed:
    """A completion in words. `where` and `led_by` are of a session; without one, `shown` says what was shown."""

    district: str
    person: str
    course: str
    what: str
    on: date
    minutes: int
    until: date | None
    recorded_by: str
    where: str = ""
    led_by: str = ""
    shown: str = ""
    reference: str = ""


def _length(minutes: int) -> str:
    hours, left = divmod(minutes, 60)
    told = [f"{number} {word}{'' if number == 1 else 's'}" for number, word in ((hours, "hour"), (left, "minute"))]
    return " and ".join(one for one, number in zip(told, (hours, left), strict=True) if number)


def lines(said: Completed) -> Iterator[str]:
    """What stands below the course, line by line."""
    yield f"Completed on {spoken(said.on)}, {_length(said.minutes)}."
    if said.where:
        yield f"In a session at {said.where.rstrip('.')}, led by {said.led_by}."
    if said.shown:
        yield f"What was shown: {said.shown.rstrip('.')}."
    yield f"It counts until {spoken(said.until)}." if said.until else "It counts for good."


def _signature(said: Completed) -> str:
    return f"Recorded in Firstbell by {said.recorded_by}."


def text(said: Completed) -> str:
    """The whole certificate as plain text, as the paper says it."""
    blocks = [TITLE, said.district, f"{said.person}\nhas completed\n{said.course}", said.what, "\n".join(lines(said))]
    return "\n\n".join([*blocks, _signature(said)]) + "\n"


def pdf(said: Completed) -> bytes:
    """The certificate as a tagged PDF. Raises ValueError naming a character that no font of ours has."""
    data = script("en", right_to_left=False) | {
        "title": TITLE, "from": said.district, "person": said.person, "course": said.course, "what": said.what,
        "lines": list(lines(said)), "signature": _signature(said), "reference": said.reference,
    }  # fmt: skip
    try:
        return printed(_TEMPLATE, [data], on=said.on)[0]
    except Unset as no:
        raise ValueError(f"certificate: expected characters that our fonts have, found {no.glyph or no!s}") from no
