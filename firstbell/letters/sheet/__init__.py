"""A sheet between grown-ups of one district: paragraphs, figures in tables, and who signed. In English only.

The Personnel Activity Report and the principal's statement are printed on it. Start at Sheet, then text() or pdf().
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from firstbell.letters.press import Form, Unset, printed, script

_TEMPLATE = files("firstbell.letters.sheet").joinpath("sheet.typ").read_bytes()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; the first column are words, the others figures where `figures` says so."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: bool = True


@dataclass(frozen=True, slots=True)
class Block:
    """A part with its heading: paragraphs, then a table where there is one."""

    heading: str
    lines: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """`origin` is who it is from and about; `reference` is printed at the foot of each page."""

    title: str
    origin: tuple[str, ...]
    blocks: tuple[Block, ...]
    signatures: tuple[str, ...] = ()
    reference: str = ""


def text(sheet: Sheet) -> str:
    """The whole sheet as plain text, as the paper says it."""
    blocks = [sheet.title, "\n".join(sheet.origin)]
    blocks += ["\n".join([one.heading, *_body(one)]) for one in sheet.blocks]
    return "\n\n".join([*blocks, *sheet.signatures]) + "\n"


def _body(one: Block) -> Iterator[str]:
    yield from one.lines
    if one.table is not None:
        yield " | ".join(one.table.head)
        yield from (" | ".join(row) for row in one.table.rows)


def pdf(sheet: Sheet, *, on: date, form: Form = "pdf") -> list[bytes]:
    """One tagged PDF, or an image of each page. Raises ValueError naming a character that no font of ours has."""
    try:
        return printed(_TEMPLATE, [_data(sheet)], on=on, form=form)
    except Unset as no:
        raise ValueError(f"sheet: expected characters that our fonts have, found {no.glyph or no!s}") from no


def _data(sheet: Sheet) -> dict[str, Any]:
    return script("en", right_to_left=False) | {
        "title": sheet.title,
        "origin": list(sheet.origin),
        "blocks": [
            {
                "heading": one.heading,
                "lines": list(one.lines),
                "table": None if one.table is None else _table(one.table),
            }
            for one in sheet.blocks
        ],
        "signatures": list(sheet.signatures),
        "reference": sheet.reference,
    }


def _table(one: Table) -> dict[str, Any]:
    return {"head": list(one.head), "rows": [list(row) for row in one.rows], "figures": one.figures}
