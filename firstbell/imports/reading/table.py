"""One file on disk to one frame of text: trimmed cells of the mapped columns, and the rows without a sound shape."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from . import careful, scan
from .columns import Layout
from .encoding import Source
from .headers import Header, parse
from .limits import Limits
from .remarks import Log, stop

Tick = Callable[[str, int], None]

BLOCK = 16 * 1024**2
LONGEST_LINE = 4 * 1024**2
BATCH = 20_000
_SHAPE_REMEDIES = {
    "too-few-cells": "Give the row a cell for every column of the header.",
    "too-many-cells": "Put quotes around a cell that contains a comma, or remove the surplus cells.",
    "quotes": "Close the quotes, and double a quote inside a quoted cell.",
    "cell-too-long": "Shorten the cell.",
    "bad-bytes": "Save the file as UTF-8.",
}


@dataclass
class Raw:
    """Text as it came: `frame` has the mapped columns (blank = null) and `_row`; `ragged` the rows of a wrong shape."""

    layout: Layout
    frame: pl.DataFrame
    ragged: pl.DataFrame

    @classmethod
    def empty(cls, layout: Layout) -> Raw:
        """What an optional file says that did not come."""
        frame = pl.DataFrame(schema={**dict.fromkeys(layout.mapped, pl.String), "_row": pl.UInt32})
        return cls(layout, frame, frame.with_columns(_reason=pl.lit("")))


def load(source: Source, layout: Layout, limits: Limits, log: Log, tick: Tick | None = None) -> Raw:
    """Read one file; `tick` hears of the file and the bytes done. Raises Unreadable for one that cannot be trusted."""
    with source.path.open("rb") as stream:
        stream.seek(source.skip)
        header = parse(_first_line(stream, layout.file), layout, limits, log)
        reader = _Reader(layout, header, limits, source.damaged, tick)
        reader.read(stream)
    return reader.result(log)


def _first_line(stream: io.BufferedReader, file: str) -> str:
    """The header line; the stream is left at the byte after it."""
    start = stream.tell()
    line = stream.readline(LONGEST_LINE)
    head = line.rstrip(b"\r\n")
    if b"\r" in head:  # lines of an old Macintosh: only a CR ends them
        head = head[: head.index(b"\r")]
        stream.seek(start + len(head) + 1)
    if not head.strip():
        remedy = "Send the file with its header line."
        stop(file, "no-header", row=1, expected="a header", found="nothing", remedy=remedy)
    if len(line) == LONGEST_LINE:
        _line_too_long(file)
    return head.decode("utf-8", "replace")


def _line_too_long(file: str) -> None:
    found = f"a line of more than {LONGEST_LINE:,} bytes"
    stop(file, "line-too-long", expected="lines of text", found=found, remedy="The file is not CSV: export it again.")


@dataclass
class _Reader:
    """Takes lines of one file until they are all in `frames` or in `refused`."""

    layout: Layout
    header: Header
    limits: Limits
    damaged: bool
    tick: Tick | None
    line: int = 2
    frames: list[pl.DataFrame] = field(default_factory=list)
    refused: list[careful.Row] = field(default_factory=list)
    with_values: set[str] = field(default_factory=set)
    rows: int = 0
    in_order: bool = True

    def read(self, stream: io.BufferedReader) -> None:
        """Block by block the fast way, and from the first block whose quoting is in doubt the careful way."""
        for block, start in _blocks(stream, self.layout.file):
            found = None if self.damaged else scan.lines(block, self.header.full, self.limits.cell)
            if found is None:
                stream.seek(start)
                self._take_rows(_numbered(stream, self.line, self.layout.file))
                return
            self._take_block(block, found)
            self.line += found.ends.size
            if self.tick:
                self.tick(self.layout.file, len(block))

    def _take_block(self, block: bytes, found: scan.Lines) -> None:
        numbers = np.arange(self.line, self.line + found.ends.size, dtype=np.uint32)
        if found.sound.any():
            self._take_frame(self._parse(found.cut(block, found.sound), numbers[found.sound]))
        if not found.sound.all():
            odd = found.cut(block, ~found.sound).split(b"\n")[:-1]
            self._take_rows(zip(numbers[~found.sound].tolist(), (line.decode() for line in odd), strict=True))
            self.in_order = False

    def _parse(self, block: bytes, numbers: npt.NDArray[np.uint32]) -> pl.DataFrame:
        frame = pl.read_csv(
            io.BytesIO(block),
            has_header=False,
            schema={str(n): pl.String for n in range(self.header.full)},
            columns=sorted([*self.header.mapped.values(), *self.header.refused.values(), *self._unnamed()]),
            quote_char='"' if b'"' in block else None,
        )
        if frame.height != numbers.size:
            expected, found = f"{numbers.size:,} rows", f"{frame.height:,} rows"
            stop(self.layout.file, "unparsed", expected=expected, found=found, remedy="Export the file again.")
        return frame.with_columns(_row=numbers)

    def _unnamed(self) -> range:
        return range(self.header.width, self.header.full)

    def _take_rows(self, lines: Iterable[tuple[int, str]]) -> None:
        shape = careful.Shape(self.header.width, self.limits.cell, self.damaged)
        rows = careful.rows(lines, shape)
        while batch := list(itertools.islice(rows, BATCH)):
            self.refused += (r for r in batch if r.rule)
            self._take_sound([r for r in batch if not r.rule])

    def _take_sound(self, rows: list[careful.Row]) -> None:
        places = [*self.header.mapped.values(), *self.header.refused.values()]
        cells = {str(p): [r.cells[p] if p < len(r.cells) else None for r in rows] for p in places}
        numbers = pl.Series("_row", [r.line for r in rows], dtype=pl.UInt32)
        self._take_frame(pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)).with_columns(numbers))

    def _forgive_short_rows(self, log: Log) -> None:
        """Some writers leave off columns that are blank to the end of the file: then all rows are short alike.

        A single short row may have lost any of its cells and is never taken. Nor is a file whose rows do not all end
        in a blank, or that would lack a column we read.
        """
        short = {len(row.cells) for row in self.refused if row.rule == "too-few-cells"}
        alike = len(short) == 1 and all(r.rule == "too-few-cells" and not r.cells[-1].strip() for r in self.refused)
        if log.strict or self.rows or not alike or min(short) <= max(self.header.mapped.values()):
            return
        rows, self.refused = self.refused, []
        found = f"{min(short)} cells in every row"
        expected, remedy = f"{self.header.width} cells", "Write a cell for every column, blank or not."
        log.say("fixed", self.layout.file, "short-rows", row=2, expected=expected, found=found, remedy=remedy)
        for start in range(0, len(rows), BATCH):
            self._take_sound(rows[start : start + BATCH])

    def _take_frame(self, frame: pl.DataFrame) -> None:
        """Keep the mapped columns only; of a refused one it is only asked whether it holds anything."""
        for name, place in self.header.refused.items():
            if name not in self.with_values and _filled(frame[str(place)]).any():
                self.with_values.add(name)
        if surplus := [str(n) for n in self._unnamed() if str(n) in frame.columns]:
            frame = self._without_surplus(frame, surplus)
        named = {
            name: pl.col(str(place)).str.strip_chars().replace("", None) for name, place in self.header.mapped.items()
        }
        self.frames.append(frame.select(**named, _row="_row"))
        self.rows += frame.height
        if self.rows > self.limits.rows:
            expected = f"at most {self.limits.rows:,} rows"
            stop(self.layout.file, "too-many-rows", expected=expected, found="more", remedy="Send one school year.")

    def _without_surplus(self, frame: pl.DataFrame, surplus: list[str]) -> pl.DataFrame:
        bad = frame.select(pl.any_horizontal(pl.col(surplus).str.strip_chars().fill_null("") != "")).to_series()
        found = f"{self.header.full} cells"
        self.refused += (careful.Row(int(n), [], "too-many-cells", found) for n in frame.filter(bad)["_row"])
        return frame.filter(~bad)

    def result(self, log: Log) -> Raw:
        self._forgive_short_rows(log)
        for name in sorted(self.with_values):
            self._say_refused(name, log)
        empty = pl.DataFrame(schema={**dict.fromkeys(self.header.mapped, pl.String), "_row": pl.UInt32})
        frame = pl.concat([empty, *self.frames])
        return Raw(self.layout, frame if self.in_order else frame.sort("_row"), self._ragged(log))

    def _say_refused(self, name: str, log: Log) -> None:
        particulars: dict[str, Any] = {
            "column": name[:100],
            "expected": "no such column",
            "found": "values, none of which was read",
            "remedy": "Take the column out of the export: passwords, SSNs and immigration status are never kept.",
        }
        if log.strict:
            stop(self.layout.file, "column-refused", **particulars)
        log.say("refused", self.layout.file, "column-refused", **particulars)

    def _ragged(self, log: Log) -> pl.DataFrame:
        """The refused rows by cell number; without their cells when one might hold what must not be kept."""
        for row in self.refused:
            log.say(
                "rejected",
                self.layout.file,
                row.rule,
                row=row.line,
                expected=f"{self.header.width} cells of text",
                found=row.found,
                remedy=_SHAPE_REMEDIES[row.rule],
            )
        cells = {
            name: [row.cells[at] if self.header.plain and at < len(row.cells) else None for row in self.refused]
            for name, at in self.header.mapped.items()
        }
        frame = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String))
        rows = pl.Series("_row", [row.line for row in self.refused], dtype=pl.UInt32)
        reasons = pl.Series("_reason", [row.rule for row in self.refused], dtype=pl.String)
        return frame.with_columns(rows, reasons)


def _filled(cells: pl.Series) -> pl.Series:
    return cells.str.strip_chars().fill_null("") != ""


def _blocks(stream: io.BufferedReader, file: str) -> Iterator[tuple[bytes, int]]:
    """Whole lines, about BLOCK bytes at a time, and where each block starts; the last line is given its newline."""
    start, rest = stream.tell(), b""
    while chunk := stream.read(BLOCK):
        rest += chunk
        cut = rest.rfind(b"\n") + 1
        if not cut:
            if b"\r" not in rest:
                _line_too_long(file) if len(rest) > LONGEST_LINE else None
                continue
            cut = len(rest)
        yield rest[:cut], start
        start, rest = start + cut, rest[cut:]
    if rest:
        yield rest + b"\n", start


def _numbered(stream: io.BufferedReader, first: int, file: str) -> Iterator[tuple[int, str]]:
    """Lines from here on, numbered as an editor would; CRLF, LF and a lone CR each end one."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    try:
        for line in itertools.count(first):
            found = text.readline(LONGEST_LINE)
            if len(found) == LONGEST_LINE:
                _line_too_long(file)
            if not found:
                return
            yield line, found
    finally:
        text.detach()  # the stream is closed by the one who opened it
