"""A packet on paper: tagged PDF/UA-1 with its pages counted, its content's hash on each, and a list of its records.

The same packet is the same bytes. A watermark names who a copy is for; it changes the paper and never the content.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files

from firstbell.letters.data import texts, wrong
from firstbell.letters.packet import Packet, Section, Sentence, digest
from firstbell.letters.packet.telling import BAR, packet_wording
from firstbell.letters.press import Form, Unset, breakable, printed, script
from firstbell.letters.wording import LANGUAGES as LETTERS
from firstbell.letters.wording import Wording, wording

_TEMPLATE = files("firstbell.letters.packet").joinpath("packet.typ").read_bytes()
SHORT = 16
"""Digits of a hash that a foot line shows; the list of records shows all."""
_NARROW, _WIDE = 6, 60


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence or a row of cells, and the numbers of the records it rests on: "[3, 5-8]"."""

    text: str
    cells: tuple[str, ...]
    marks: str
    own: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A section as it is set; `widths` are the shares of its columns."""

    title: str
    lead: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    lines: tuple[Line, ...]
    empty: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything packet.typ sets, in its order."""

    title: str
    closing: str
    about: tuple[Line, ...]
    blocks: tuple[Block, ...]
    sources_title: str
    sources_lead: str
    sources_columns: tuple[str, ...]
    sources: tuple[tuple[str, ...], ...]
    reference: str
    short: str
    content: str
    digest: str
    page: str
    watermark: str
    cover_title: str
    cover_lines: tuple[str, ...]
    cover_note: str


def pdf(packet: Packet, watermark: str = "") -> bytes:
    """The packet as PDF/UA-1. Raises ValueError naming the field that holds a character no font of ours has."""
    return _printed(packet, watermark, "pdf")[0]


def images(packet: Packet, watermark: str = "", ppi: int = 96) -> list[bytes]:
    """Each page as PNG."""
    return _printed(packet, watermark, "png", ppi)


def text(packet: Packet) -> str:
    """The whole packet in plain words: for a screen reader's preview, and for the golden tests."""
    sheet = sheet_of(packet)
    parts = [[sheet.cover_title, *sheet.cover_lines, sheet.cover_note]] if packet.cover else []
    parts += [[sheet.title, *(f"{one.cells[0]}: {one.cells[1]} {one.marks}" for one in sheet.about)]]
    for block in sheet.blocks:
        lines = [f"- {BAR.join(one.cells) if block.columns else one.text} {one.marks}".rstrip() for one in block.lines]
        head = [block.title, *filter(None, [block.lead, BAR.join(block.columns)])]
        parts.append([*head, *(lines or [block.empty])])
    parts.append([sheet.sources_title, *(BAR.join(row[:-1]) for row in sheet.sources)])
    parts.append([sheet.closing, sheet.reference])
    return "\n\n".join("\n".join(filter(None, part)) for part in parts) + "\n"


def sheet_of(packet: Packet, watermark: str = "") -> Sheet:
    """What is set of a packet. Raises ValueError for a language without a wording."""
    said, content = packet_wording(packet.language), digest(packet)
    place = {one.key: number for number, one in enumerate(packet.sources, 1)}
    cover = packet.cover
    return Sheet(
        title=said.say(f"title.{packet.audience}"),
        closing=said.say(f"closing.{packet.audience}"),
        about=tuple(_line(one, place) for one in packet.about),
        blocks=tuple(_block(one, place) for one in packet.sections),
        sources_title=said.say("frame.sources"),
        sources_lead=said.say("frame.sources_lead"),
        sources_columns=tuple(said.say("frame.sources_columns").split(BAR)),
        sources=_sources(said, packet),
        reference=said.say("frame.reference", reference=packet.reference, version=str(packet.version)),
        short=said.say("frame.content", digest=content[:SHORT]),
        content=said.say("frame.content", digest=content),
        digest=content,
        page=said.sentences["frame.page"],
        watermark=said.say("frame.copy", watermark=watermark) if watermark else "",
        cover_title=said.say("frame.cover") if cover else "",
        cover_lines=cover.lines if cover else (),
        cover_note=cover.note if cover else "",
    )


def marks(keys: Sequence[str], place: dict[str, int]) -> str:
    """`[3, 5-8]`: the numbers of these sources; of one that is not listed a question mark."""
    numbers = sorted({place[key] for key in keys if key in place})
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    told += ["?"] * (not keys or any(key not in place for key in keys))
    return f"[{', '.join(told)}]"


def _line(one: Sentence, place: dict[str, int]) -> Line:
    return Line(one.text, one.cells, marks(one.sources, place), one.own)


def _block(each: Section, place: dict[str, int]) -> Block:
    lines = tuple(_line(one, place) for one in each.sentences)
    return Block(each.title, each.lead, each.columns, _widths(each), lines, each.empty)


def _widths(each: Section) -> tuple[int, ...]:
    """Shares of the columns: by what is longest in them, so that a day takes little and a sentence much."""
    heads = tuple(max(name.split(), key=len, default="") for name in each.columns)
    rows = [heads, *(one.cells for one in each.sentences if len(one.cells) == len(each.columns))]
    longest = (max(len(row[at]) for row in rows) for at in range(len(each.columns)))
    return tuple(min(max(length, _NARROW), _WIDE) for length in longest)


def _sources(said: Wording, packet: Packet) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (str(number), one.title, said.digits(said.spoken(one.on)) if one.on else "", one.by, one.digest)
        for number, one in enumerate(packet.sources, 1)
    )


def _printed(packet: Packet, watermark: str, form: Form, ppi: int = 96) -> list[bytes]:
    sheet = sheet_of(packet, watermark)
    said = packet_wording(packet.language)
    data = asdict(sheet, dict_factory=breakable) | script(said.language, right_to_left=said.right_to_left)
    data["digest"] = sheet.digest  # found in the file's keywords: not to be broken
    if packet.cover and packet.cover.language in LETTERS:
        theirs = wording(packet.cover.language)
        data["cover_script"] = script(theirs.language, right_to_left=theirs.right_to_left)
    try:
        return printed(_TEMPLATE, data, form=form, ppi=ppi, on=packet.made_on)
    except Unset as no:
        field, found = next(
            ((at, one) for at, one in texts(packet) if no.glyph and no.glyph in one), ("packet", str(no))
        )
        raise wrong(f"packet for the {packet.audience}", field, "characters that our fonts have", repr(found)) from no
