"""What is said about a file while it is read: one remark a row or a column, and the one that stops everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn, overload

import polars as pl

Kind = Literal["rejected", "fixed", "dropped", "refused", "note"]

SHOWN = 60
SCHEMA = {
    "kind": pl.String,
    "file": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "rule": pl.String,
    "expected": pl.String,
    "found": pl.String,
    "remedy": pl.String,
}


@dataclass(frozen=True, slots=True)
class Remark:
    """`row` counts lines as an editor does (the header is line 1); `rule` is a stable slug; `found` may be masked."""

    kind: Kind
    file: str
    row: int | None
    column: str
    rule: str
    expected: str
    found: str
    remedy: str

    def __str__(self) -> str:
        place = ", ".join(p for p in (self.file, f"row {self.row}" if self.row else "", self.column) if p)
        return f"{place}: expected {self.expected}, found {self.found}. {self.remedy}"


class Unreadable(Exception):  # noqa: N818  # it says what the extract is
    """The extract cannot be read at all; `remark` says where, what was expected, what was found and what to do."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(str(remark))
        self.remark = remark


class Remarks(Sequence[Remark]):
    """A sequence of remarks kept as a Polars frame (`frame`, columns SCHEMA), so that a million of them stay small."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    def __len__(self) -> int:
        return self.frame.height

    @overload
    def __getitem__(self, at: int) -> Remark: ...
    @overload
    def __getitem__(self, at: slice) -> Remarks: ...
    def __getitem__(self, at: int | slice) -> Remark | Remarks:
        if isinstance(at, slice):
            return Remarks(self.frame[at])
        return Remark(*self.frame.row(at))

    def __iter__(self) -> Iterator[Remark]:
        return (Remark(*row) for row in self.frame.iter_rows())

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # a sequence compared by value, like a list


class Log:
    """Gathers remarks while one extract is read. In strict mode whatever would be fixed in a whole file stops it."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self._single: list[tuple[object, ...]] = []
        self._many: list[pl.DataFrame] = []

    def say(
        self,
        kind: Kind,
        file: str,
        rule: str,
        *,
        row: int | None = None,
        column: str = "",
        expected: str = "",
        found: str = "",
        remedy: str = "",
    ) -> None:
        if kind == "fixed" and self.strict:
            stop(file, rule, row=row, column=column, expected=expected, found=found, remedy=remedy)
        self._single.append((kind, file, row, column, rule, expected, found, remedy))

    def add(self, remarks: pl.DataFrame) -> None:
        """Many remarks at once; `remarks` has the columns of SCHEMA."""
        self._many.append(remarks.select(*SCHEMA).cast(SCHEMA))  # type: ignore[arg-type]  # a schema is a mapping

    def remarks(self) -> Remarks:
        single = pl.DataFrame(self._single, schema=SCHEMA, orient="row").with_columns(found=as_shown(pl.col("found")))
        order = ["file", "row", "column", "rule"]
        return Remarks(pl.concat([single, *self._many]).sort(order, nulls_last=False, maintain_order=True))


def stop(
    file: str,
    rule: str,
    *,
    row: int | None = None,
    column: str = "",
    expected: str = "",
    found: str = "",
    remedy: str = "",
) -> NoReturn:
    """Raise Unreadable with these particulars."""
    raise Unreadable(Remark("refused", file, row, column, rule, expected, shown(found), remedy))


def shown(text: str) -> str:
    """At most SHOWN characters, on one line, without anything that looks like a Social Security number."""
    frame = pl.DataFrame({"text": [text]}, schema={"text": pl.String})
    return str(frame.select(as_shown(pl.col("text"))).item())


def as_shown(text: pl.Expr, *, sensitive: bool = False) -> pl.Expr:
    """The same for a whole column; a `sensitive` value shows only its shape: letters as x, digits as 9."""
    if sensitive:
        text = text.str.replace_all(r"\p{L}", "x").str.replace_all(r"\p{N}", "9")
    else:
        text = text.str.replace_all(r"\b\d{3}-\d{2}-\d{4}\b", "(hidden)")
    text = text.fill_null("nothing").str.replace_all(r"[\p{Cc}\u{202a}-\u{202e}\u{2066}-\u{2069}]", " ")
    return pl.when(text.str.len_chars() > SHOWN).then(text.str.slice(0, SHOWN - 1) + "…").otherwise(text)
