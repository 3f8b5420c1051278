"""From an agreement's frozen text to its paper: a tagged PDF, one sheet a language, with who signed and how."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Any

from firstbell.letters.agreement import NEXT, agreement_wording, read
from firstbell.letters.press import Unset, printed, script
from firstbell.letters.wording import Wording

_TEMPLATE = files("firstbell.letters.agreement").joinpath("agreement.typ").read_bytes()
BOX = (600, 160)
"""Width and height of the box in which somebody signs on the device."""
Stroke = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature. `method` is device, typed, paper or refused; `strokes` are points in BOX, [[x, y], …] each."""

    name: str
    party: str
    method: str
    at: datetime
    strokes: Sequence[Stroke] = ()
    why: str = ""


def pdf(
    text: str, languages: Sequence[str], signatures: Sequence[Signed], digest: str, on: date, unsigned: str = ""
) -> bytes:
    """The copy that is handed out: `text` as it was signed, its sheets in these languages, and every signature.

    `unsigned` is why it was left without. Raises ValueError naming a character that no font of ours has.
    """
    pages = [
        _sheet(agreement_wording(language), sheet, signatures, digest, unsigned)
        for language, sheet in zip(languages, text.split(NEXT), strict=True)
    ]
    try:
        return printed(_TEMPLATE, pages, on=on)[0]
    except Unset as no:
        found = repr(no.glyph) if no.glyph else str(no)
        raise ValueError(f"agreement: expected characters that our fonts have, found {found}") from no


def drawn(strokes: Sequence[Stroke], ink: str = "#1b1b1b") -> str:
    """The strokes as an SVG of their own."""
    width, height = BOX
    lines = "".join(f'<polyline points="{points(stroke)}"/>' for stroke in strokes)
    pen = f'fill="none" stroke="{ink}" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"'
    space = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {space}><g {pen}>{lines}</g></svg>'


def points(stroke: Stroke) -> str:
    """The points of a stroke as SVG writes them; a dot is drawn as a line of no length."""
    told = [(int(x), int(y)) for x, y in stroke]
    return " ".join(f"{x},{y}" for x, y in (told * 2 if len(told) == 1 else told))


def _sheet(
    said: Wording, sheet: str, signatures: Sequence[Signed], digest: str, unsigned: str
) -> dict[str, Any]:  # fmt: skip
    [(title, parts)] = read(sheet)
    rows = [{"line": _line(said, one), "drawing": drawn(one.strokes) if one.strokes else ""} for one in signatures]
    return script(said.language, right_to_left=said.right_to_left) | {
        "title": title,
        "parts": [{"role": part.role.value, "heading": part.heading, "lines": list(part.lines)} for part in parts],
        "signatures": said.say("frame.signatures"),
        "rows": rows,
        "unsigned": said.say("frame.unsigned", why=said.placed(unsigned)) if unsigned else "",
        "fingerprint": said.say("frame.fingerprint", digest=digest) if digest else "",
        "page": said.sentences["frame.page"],
    }


def _line(said: Wording, one: Signed) -> str:
    values = {"name": said.placed(one.name), "party": said.say(f"party.{one.party}"),
              "when": f"{said.spoken(one.at.date())}, {said.clock(one.at.time())}"}  # fmt: skip
    if one.method == "refused":
        return said.say("frame.refused", why=said.placed(one.why), **values)
    return said.say("frame.signed", method=said.say(f"method.{one.method}"), **values)
