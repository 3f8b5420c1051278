"""The ledger: the marks of a school year that stand, in columns, in a file beside the day books.

Derived, and never trusted further than it can say which arrivals it holds: one that the database does not know makes
the whole file worthless, one that it lacks is read from the tables. Without the file everything is read from them.
"""

import json
import os
from pathlib import Path

import polars as pl
from django.db import connection

from firstbell.core.home import home
from firstbell.roster.models import Arrival
from firstbell.roster.queries.columns import frame

_SCHEMA = {
    "mark": pl.Int64, "student": pl.Int32, "school": pl.Int32, "day": pl.Int32, "period": pl.Categorical(),
    "code": pl.Int32, "minutes": pl.Int16, "share": pl.Int16, "arrival": pl.Int32,
}  # fmt: skip
_ROWS = (
    "select id, student_id, school_id, day - date '0001-01-01' + 1, period, code_id, minutes, share, arrival_id"
    " from mark where year = %(year)s and arrival_id = any(%(arrivals)s)"
)
_GONE = "select mark_id from mark_withdrawal where year = %(year)s and arrival_id = any(%(arrivals)s)"
_Told = dict[int, str]
"""Arrival id to the instant it was stored: an id alone may come again after a restored backup."""


def standing_marks(year: int, *, before: Arrival | None = None, keep: bool = False) -> pl.DataFrame:
    """The marks of a year that stand, or that stood when `before` began to be taken in.

    mark (id), student, school, day (ordinal), period ("" for the whole day), code, minutes, share, arrival. With
    `keep` the file is brought up to date, which only whoever holds the lease may ask for.
    """
    told = _told(year, before)
    known, held = _kept(year)
    if not known.items() <= told.items():
        known, held = {}, pl.DataFrame(schema=_SCHEMA)
    if news := sorted(told.keys() - known.keys()):
        held = _with_news(held, year, news)
        if keep:
            _keep(held, year, told)
    return held


def _with_news(held: pl.DataFrame, year: int, arrivals: list[int]) -> pl.DataFrame:
    fresh = frame(_ROWS, _SCHEMA | {"period": pl.String}, year=year, arrivals=arrivals)
    gone = frame(_GONE, {"mark": pl.Int64}, year=year, arrivals=arrivals)
    rows = pl.concat([held, fresh.with_columns(pl.col("period").cast(pl.Categorical()))])
    return rows.join(gone, on="mark", how="anti", maintain_order="left") if len(gone) else rows


def _told(year: int, before: Arrival | None) -> _Told:
    arrivals = Arrival.objects.filter(year=year)
    if before is not None:
        arrivals = arrivals.exclude(pk=before.pk)
    return {pk: at.isoformat() for pk, at in arrivals.values_list("pk", "at")}


def _file(year: int) -> Path:
    return home() / "facts" / f"marks-{year}.parquet"


def _kept(year: int) -> tuple[_Told, pl.DataFrame]:
    """The arrivals that the file holds, and its marks; nothing where it is missing, damaged or another database's."""
    try:
        said = json.loads(pl.read_parquet_metadata(_file(year))["firstbell"])
        if said["database"] == connection.settings_dict["NAME"]:
            held = pl.read_parquet(_file(year))
            if len(held) == said["marks"] and held.schema == _SCHEMA:
                return {int(pk): at for pk, at in said["arrivals"].items()}, held
    except (OSError, ValueError, KeyError, AttributeError, pl.exceptions.PolarsError):
        pass
    return {}, pl.DataFrame(schema=_SCHEMA)


def _keep(held: pl.DataFrame, year: int, told: _Told) -> None:
    """Written beside and renamed over: a reader has the old file or the new one."""
    said = {"database": connection.settings_dict["NAME"], "arrivals": told, "marks": len(held)}
    path = _file(year)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".tmp")
    with fresh.open("wb") as file:
        held.write_parquet(file, compression="lz4", statistics=False, metadata={"firstbell": json.dumps(said)})
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
