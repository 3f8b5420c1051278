"""The slow reader, line by line, for the few lines and files that the fast one cannot vouch for.

It never guesses: a line that is not sound CSV is refused alone and reading goes on with the next, so that one stray
quote does not swallow a hundred students.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

JOINED = 40  # a quoted cell may run over at most this many lines


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of one record, or why it was refused; `line` is that of its first line in the file."""

    line: int
    cells: list[str]
    rule: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a record must be: `width` named cells of at most `cell` characters; in `damaged` text, free of U+FFFD."""

    width: int
    cell: int
    damaged: bool = False

    def judged(self, line: int, cells: list[str]) -> Row:
        """Surplus cells are let go only when all of them are blank."""
        if any(len(c) > self.cell for c in cells):
            return Row(line, [], "cell-too-long", f"a cell of more than {self.cell:,} characters")
        if self.damaged and any("\ufffd" in c for c in cells):
            return Row(line, cells, "bad-bytes", "bytes that are no text")
        if len(cells) < self.width:
            return Row(line, cells, "too-few-cells", f"{len(cells)} cells")
        if any(c.strip() for c in cells[self.width :]):
            return Row(line, cells, "too-many-cells", f"{len(cells)} cells")
        return Row(line, cells[: self.width])


def rows(lines: Iterable[tuple[int, str]], shape: Shape) -> Iterator[Row]:
    """Each record of these (line number, line with its end), blank lines left out."""
    source = iter(lines)
    ahead: deque[tuple[int, str]] = deque(islice(source, JOINED))
    while ahead:
        taken = 1
        if ahead[0][1].strip("\r\n"):
            row, taken = _record(ahead, shape)
            yield row
        for _ in range(taken):
            ahead.popleft()
        ahead.extend(islice(source, taken))


def _record(ahead: deque[tuple[int, str]], shape: Shape) -> tuple[Row, int]:
    """The record that starts at the first of these lines, and how many lines it takes."""
    line, text = ahead[0]
    cells = _cells(text)
    if cells is not None:
        return shape.judged(line, cells), 1
    if len(text) > shape.cell:
        return Row(line, [], "cell-too-long", f"a line of {len(text):,} characters"), 1
    joined = text
    for taken, (_, following) in enumerate(islice(ahead, 1, None), start=2):
        joined += following
        # A line that could stand alone is another record, not the rest of a cell.
        if following.count(",") == shape.width - 1 or len(joined) > shape.cell:
            break
        if (cells := _cells(joined)) is not None:
            return shape.judged(line, cells), taken
    return Row(line, [text], "quotes", "a stray quote"), 1


def _cells(text: str) -> list[str] | None:
    """Cells of sound CSV text, None when its quotes do not close."""
    try:
        found = list(csv.reader([text], strict=True))
    except csv.Error:
        return None
    return found[0] if len(found) == 1 else None
