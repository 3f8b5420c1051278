"""The day book of a year, built and published once for each arrival."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from django.db import transaction

from firstbell.attendance.actions.changing import keep_differences
from firstbell.attendance.models import Uncounted
from firstbell.attendance.queries.sourcing import newest, sources
from firstbell.core import lease
from firstbell.core.home import home
from firstbell.facts.arrays import Records, WhyNot
from firstbell.facts.daybook import BadBook, DayBook, build, current, publish

_WHY = {int(reason): Uncounted.Why[reason.name].value for reason in WhyNot}


@dataclass(frozen=True, eq=False)
class Built:
    book: DayBook
    uncounted: pl.DataFrame
    """mark, why (`Uncounted.Why`): marks that are in no cell, and those that a more severe one overrules."""


@transaction.atomic
def rebuild(year: int) -> Built:
    """Build and publish the book of a year, unless the current one reflects the newest arrival already.

    Holds the lease: no import lands while the sources are read, and nobody else publishes. A run that was killed can
    simply be run again. ValueError when the year has no data; Busy.
    """
    lease.claim(wait=lease.QUEUE)
    shelf = home() / "facts"
    version = str(newest(year).pk)
    book, beside = _sound(shelf, year), shelf / f"uncounted-{year}-{version}.parquet"
    if book is not None and book.version == version and beside.exists():
        return Built(book, pl.read_parquet(beside))
    built_from, contradictions = sources(year, keep=True)
    before = book
    book, left = build(built_from)
    uncounted = pl.concat([_left(left), _overruled(contradictions, built_from.marks)])
    shelf.mkdir(parents=True, exist_ok=True)
    _keep(uncounted, beside)
    if before is not None:
        keep_differences(before, book, shelf)
    publish(book, shelf)
    for older in set(shelf.glob(f"uncounted-{year}-*")) - {beside}:
        older.unlink()
    return Built(book, uncounted)


def _sound(shelf: Path, year: int) -> DayBook | None:
    """The current book, or None when there is none or it is damaged: it can always be built again."""
    try:
        return current(shelf, year)
    except BadBook:
        return None


def _keep(uncounted: pl.DataFrame, path: Path) -> None:
    fresh = path.with_suffix(".tmp")
    with fresh.open("wb") as file:
        uncounted.write_parquet(file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _left(left: Records) -> pl.DataFrame:
    reasons = pl.Series("why", left["reason"].astype(np.int64))
    return pl.DataFrame(
        {"mark": left["mark"].astype(np.int64), "why": reasons.replace_strict(_WHY, return_dtype=pl.String)}
    )


def _overruled(contradictions: pl.DataFrame, counted: Records) -> pl.DataFrame:
    marks = contradictions.select(mark=pl.col("marks").explode().cast(pl.Int64)).drop_nulls()
    return marks.filter(~pl.col("mark").is_in(counted["mark"].tolist())).with_columns(
        why=pl.lit(Uncounted.Why.CONTRADICTION.value)
    )
