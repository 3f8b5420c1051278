"""A file's rows under examination: checks look at whole columns, and a row leaves for the first thing wrong with it.

Nothing is copied until the end: a check only marks rows. `raw` stays as it came, so a rejected row can be handed back.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from .remarks import SCHEMA, Log, as_shown
from .table import Raw

Text = str | pl.Expr


class Sheet:
    """`raw` holds text columns and `_row`; checks return or take Series of the same length."""

    def __init__(self, raw: Raw, log: Log) -> None:
        self.file = raw.layout.file
        self.raw = raw.frame
        self._sensitive = raw.layout.sensitive
        self._ragged = raw.ragged
        self._log = log
        self._reasons: list[str] = []
        self._why = np.zeros(self.raw.height, dtype=np.uint8)
        self._aside = np.zeros(self.raw.height, dtype=np.bool_)

    def __getitem__(self, column: str) -> pl.Series:
        """The cells of a column; of one that the file did not bring, all blank."""
        if column in self.raw.columns:
            return self.raw[column]
        return pl.Series(column, [None], dtype=pl.String).new_from_index(0, self.raw.height)

    def reject(self, bad: pl.Series, rule: str, *, column: str, expected: Text, remedy: Text, found: Text = "") -> None:
        """Rows where `bad` leave with a remark each; texts may be expressions over the raw columns."""
        hit = bad.fill_null(value=False).to_numpy() & (self._why == 0)
        if not hit.any():
            return
        self._reasons.append(rule)
        self._why[hit] = len(self._reasons)
        self._remark("rejected", pl.Series(hit), rule, column, expected, remedy, found)

    def fix(self, odd: pl.Series, rule: str, *, column: str, expected: str, remedy: str) -> None:
        """Rows that were set right: one remark for all of them; in strict mode they are rejected instead."""
        if self._log.strict:
            self.reject(odd, rule, column=column, expected=expected, remedy=remedy)
        else:
            self.tell("fixed", odd, rule, column=column, expected=expected, remedy=remedy)

    def tell(self, kind: str, odd: pl.Series, rule: str, *, column: str, expected: str, remedy: str) -> None:
        """One remark about all of these rows, showing the first."""
        hit = odd.fill_null(value=False).to_numpy() & (self._why == 0)
        count = int(hit.sum())
        if count:
            first = np.zeros_like(hit)
            first[int(hit.argmax())] = True
            more = f" ({count:,} rows)" if count > 1 else ""
            found = self._found(column) + more
            self._remark(kind, pl.Series(first), rule, column, expected, remedy, found)

    def set_aside(self, repeated: pl.Series, *, column: str) -> None:
        """Rows that say again what another said: they count as kept, but stay out of the frame."""
        remedy = "The same row came twice: nothing to do, one of them counts."
        self.tell("note", repeated, "same-row-twice", column=column, expected="each row once", remedy=remedy)
        self._aside |= repeated.to_numpy()

    def _found(self, column: str) -> pl.Expr:
        return (
            as_shown(pl.col(column), sensitive=column in self._sensitive)
            if column in self.raw.columns
            else pl.lit("nothing")
        )

    def _remark(
        self, kind: str, hit: pl.Series, rule: str, column: str, expected: Text, remedy: Text, found: Text
    ) -> None:
        if isinstance(found, str):
            found = pl.lit(found) if found else self._found(column)
        remarks = self.raw.filter(hit).select(
            kind=pl.lit(kind),
            file=pl.lit(self.file),
            row=pl.col("_row"),
            column=pl.lit(column),
            rule=pl.lit(rule),
            expected=_expr(expected),
            found=found,
            remedy=_expr(remedy),
        )
        self._log.add(remarks.select(list(SCHEMA)))

    @property
    def kept(self) -> pl.Series:
        return pl.Series(self._why == 0)

    def frame(self, columns: Mapping[str, pl.Series]) -> pl.DataFrame:
        """These columns, by new name, of the rows that were kept and not set aside."""
        frame = pl.DataFrame([series.alias(name) for name, series in columns.items()])
        taken = (self._why == 0) & ~self._aside
        return frame if taken.all() else frame.filter(pl.Series(taken))

    def rejects(self) -> pl.DataFrame:
        """The rows that were not kept, as they came, with `_row` and `_reason`."""
        reasons = pl.Series("_reason", ["", *self._reasons], dtype=pl.String)
        bad = self.raw.filter(~self.kept)
        why = reasons.gather(self._why[self._why > 0])
        return pl.concat([self._ragged, bad.with_columns(why.alias("_reason"))]).sort("_row")

    def tally(self) -> dict[str, int]:
        """Rows read = kept + rejected; a repeated row that says nothing new counts as kept."""
        rejected = int((self._why > 0).sum()) + self._ragged.height
        read = self.raw.height + self._ragged.height
        return {"read": read, "kept": read - rejected, "rejected": rejected}


def _expr(text: Text) -> pl.Expr:
    return pl.lit(text) if isinstance(text, str) else text
