"""The first line of a file: which cell holds which column, what is dropped, what is refused."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from .columns import TYPOS, TYPOS_IN, Layout, is_refused
from .limits import Limits
from .remarks import Log, stop

_FIX_HEADER = "Write the header exactly as the standard does."


@dataclass(frozen=True, slots=True)
class Header:
    """`width` cells carry a name; `full` counts the unnamed ones at the end too. Places are cell numbers from 0."""

    width: int
    full: int
    mapped: dict[str, int]
    refused: dict[str, int]
    plain: bool  # no column here could hold what must not be kept, so a ragged row may be


def parse(line: str, layout: Layout, limits: Limits, log: Log) -> Header:
    """Raises Unreadable for a header that cannot be trusted: doubled names, far too many, or a needed one missing."""
    given = _cells(line, layout.file, limits)
    full = len(given)
    while given and not given[-1]:
        given.pop()
    if full > len(given):
        _fixed(layout.file, "unnamed-columns", "names only", f"{full - len(given)} columns without a name", log)
    names = [_proper(name, layout, log) for name in given]
    _check_once(names, layout.file)
    _check_needed(names, layout)
    _check_order(names, layout, log)
    return _header(names, full, layout, log)


def _cells(line: str, file: str, limits: Limits) -> list[str]:
    if line.count(",") >= limits.columns:
        expected, found = f"at most {limits.columns} columns", f"{line.count(',') + 1:,} columns"
        remedy = "Send only the columns of the extract."
        stop(file, "too-many-columns", row=1, expected=expected, found=found, remedy=remedy)
    try:
        cells = [cell.strip() for cell in next(csv.reader([line], strict=True), [])]
    except csv.Error:
        stop(file, "header", row=1, expected="a header of names", found="a stray quote", remedy=_FIX_HEADER)
    if len(cells) == 1 and any(mark in line for mark in ";\t|"):
        remedy = "Export with commas between the columns."
        stop(file, "separator", row=1, expected="commas between the columns", found=line.strip(), remedy=remedy)
    return cells


def _proper(name: str, layout: Layout, log: Log) -> str:
    """The column's name as the standard writes it; a case or spelling slip is set right and told."""
    if name in layout.known:
        return name
    low = name.lower()
    by_case = {c.lower(): c for c in layout.known}
    proper = TYPOS_IN.get(layout.file, {}).get(low) or TYPOS.get(low) or by_case.get(low)
    if proper is None or proper not in layout.known:
        return name
    _fixed(layout.file, "header-name", proper, name, log, column=proper)
    return proper


def _fixed(file: str, rule: str, expected: str, found: str, log: Log, *, column: str = "") -> None:
    log.say("fixed", file, rule, row=1, column=column, expected=expected, found=found, remedy=_FIX_HEADER)


def _check_once(names: list[str], file: str) -> None:
    twice = sorted({n for n in names if n and names.count(n) > 1})
    if twice:
        remedy = "Leave one of them: we cannot know which is meant."
        stop(file, "header-twice", row=1, column=twice[0], expected="each name once", found=twice[0], remedy=remedy)


def _check_needed(names: list[str], layout: Layout) -> None:
    missing = [c for c in layout.needed if c not in names]
    if missing:
        remedy = "Send the file with its header line and these columns."
        expected, found = f"columns {', '.join(missing)}", ", ".join(names) or "no header"
        stop(layout.file, "missing-column", row=1, column=missing[0], expected=expected, found=found, remedy=remedy)


def _check_order(names: list[str], layout: Layout, log: Log) -> None:
    """OneRoster wants every standard column, in order; extensions (metadata.…) may only follow. We read by name."""
    if "sourcedId" not in layout.standard:
        return
    for place, expected in enumerate(layout.standard):
        found = names[place] if place < len(names) else "nothing"
        if found != expected:
            _fixed(layout.file, "header-order", expected, found, log, column=expected)
            return


def _header(names: list[str], full: int, layout: Layout, log: Log) -> Header:
    mapped: dict[str, int] = {}
    refused: dict[str, int] = {}
    for place, name in enumerate(names):
        if is_refused(name):
            refused[name] = place
        elif name in layout.mapped:
            mapped[name] = place
        else:
            _dropped(name, layout, log)
    plain = not refused and not layout.guarded and all(name in layout.known for name in names)
    return Header(len(names), full, mapped, refused, plain)


def _dropped(name: str, layout: Layout, log: Log) -> None:
    rule = "column-not-used" if name in layout.known else "column-unknown"
    log.say(
        "dropped",
        layout.file,
        rule,
        column=name[:100],
        expected="a column that Firstbell reads",
        found=name or "a column without a name",
        remedy="Nothing to do: it was not read.",
    )
