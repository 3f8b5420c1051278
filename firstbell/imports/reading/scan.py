"""Prove with arrays, before a fast parser sees them, that lines are what they seem: so no row can shift by a column.

A parser that fills or cuts ragged rows would let a stray comma move one student's values under another heading. Here
the separators of each line are counted on the bytes; only lines with exactly the header's count go the fast way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NEWLINE, COMMA, QUOTE, RETURN = 10, 44, 34, 13
Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one block: where each ends (at its newline), and which hold exactly `width` cells."""

    ends: Places
    sound: Flags

    def cut(self, block: bytes, which: Flags) -> bytes:
        """The bytes of only these lines."""
        if which.all():
            return block
        lengths = np.diff(self.ends, prepend=-1)
        return np.frombuffer(block, np.uint8)[np.repeat(which, lengths)].tobytes()


def lines(block: bytes, width: int, longest: int) -> Lines | None:
    """Lines of a block that ends in a newline; None when its quoting or line ends need the careful reader.

    A line longer than `longest` bytes is called unsound too, so that its cells are measured one by one, and so is a
    blank one.
    """
    if b"\r" in block and block.count(b"\r") != block.count(b"\r\n"):
        return None
    data = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(data == NEWLINE)
    commas = np.flatnonzero(data == COMMA)
    if b'"' in block:
        quotes = np.flatnonzero(data == QUOTE)
        if not _well_quoted(data, quotes, ends):
            return None
        commas = commas[np.searchsorted(quotes, commas) % 2 == 0]
    lengths = np.diff(ends, prepend=-1)
    sound = _has_width(commas, ends, width) & (lengths <= longest)
    if width == 1:  # only then could a blank line pass for a row
        sound &= ~((lengths == 1) | ((lengths == 2) & (data[ends - 1] == RETURN)))
    return Lines(ends, sound)


def _has_width(commas: Places, ends: Places, width: int) -> Flags:
    each = width - 1
    if each and commas.size == ends.size * each:
        grid = commas.reshape(-1, each)
        if (grid[:, -1] < ends).all() and (grid[1:, 0] > ends[:-1]).all():
            return np.ones(ends.size, dtype=np.bool_)
    counts = np.diff(np.searchsorted(commas, ends), prepend=0)
    return np.asarray(counts == each, dtype=np.bool_)


def _well_quoted(data: Bytes, quotes: Places, ends: Places) -> bool:
    """Every quote opens a cell, closes one, or is doubled inside one, and no quoted cell spans lines (RFC 4180)."""
    if quotes.size % 2:
        return False
    opens, closes = quotes[0::2], quotes[1::2]
    before = np.where(opens == 0, NEWLINE, data[opens - 1])
    after = data[closes + 1]
    opens_well = np.isin(before, (COMMA, NEWLINE, QUOTE)).all()
    closes_well = np.isin(after, (COMMA, NEWLINE, RETURN, QUOTE)).all()
    one_line = (np.searchsorted(ends, opens) == np.searchsorted(ends, closes)).all()
    return bool(opens_well and closes_well and one_line)
