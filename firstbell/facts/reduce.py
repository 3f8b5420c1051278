"""Many marks to one byte for each student, school and day: by severity, never by sum.

A system may hold a tardy and an excused absence for one student on one day, and a mark for every class period. Frames
of marks have the columns student i4, school i4, day i4 (ordinal), period str ("" for the whole day), byte u1 and
mark i8 (its id, not negative and under 2^58).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from firstbell.facts.arrays import MARK, ROLL, Ints, Longs, Records
from firstbell.facts.kernels.reducing import RANK, UNRANKED, reduce_cells
from firstbell.law.days import HALF, Day

_CELL = ["student", "school", "day"]


@dataclass(frozen=True)
class Reduced:
    marks: Records
    """MARK, by student, school and day."""
    contradictions: pl.DataFrame
    """student, school, day, bytes (list of u1), marks (list of i8): days with different marks for the whole day."""


def to_days(marks: pl.DataFrame, periods_met: pl.DataFrame) -> Reduced:
    """One byte for each student, school and day that has a mark. ValueError on a byte outside the alphabet.

    `periods_met` has the columns school, day and periods: how many class periods met. Where it has no row, the
    periods that any mark of that school names on that day stand for it.

    Of several marks for the whole day the most severe counts, the newest among equals. Without one, a student absent
    from every period that met was absent all day, as severely as the worst period (our choice); otherwise
    they were there: with an OCCASION if a period was missed unexcused, since a class period is longer than 30 minutes
    (EC 48260), and with HALF if they missed at least half of the periods. A mark for the
    whole day that says present or partly present gains only the OCCASION from the periods.
    """
    _check_alphabet(marks)
    rows = _in_order(marks.select(*_CELL, period=_numbered(marks["period"]), byte="byte", mark="mark"))
    cells, disputed = np.empty(len(rows), MARK), np.zeros(len(rows), np.uint8)
    schools, first_day, met = _met(marks, periods_met)
    student, school, day, period, byte, mark = (rows[name].to_numpy() for name in rows.columns)
    count = reduce_cells(
        student, school, day, period, byte, mark, schools, first_day, met, cells, disputed
    )  # fmt: skip
    return Reduced(cells[:count], _contradictions(rows.filter(pl.Series(disputed == 1))))


def roll_missing(taken: pl.DataFrame, sessions: pl.DataFrame) -> Records:
    """ROLL: the sessions without a roll call, in schools that record roll calls at all; both frames: school, day."""
    silent = sessions.unique().join(taken, on=["school", "day"], how="anti").join(taken, on="school", how="semi")
    return _as_records(silent.sort("school", "day"), ROLL)


def _numbered(periods: pl.Series) -> pl.Series:
    """The same number for the same period, 0 for the whole day."""
    number = periods.cast(pl.Categorical).to_physical().cast(pl.Int32) + 1
    return number.set(periods.cast(pl.String) == "", 0) if len(periods) else number


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """By student, school, day and period; marks come nearly so from the database, which a stable sort is quick with."""
    keys = [rows[name].to_numpy() for name in ("student", "school", "day", "period")]
    lows = [int(key.min()) if len(key) else 0 for key in keys]
    sizes = [int(key.max()) - low + 1 if len(key) else 1 for key, low in zip(keys, lows, strict=True)]
    if np.prod([float(size) for size in sizes]) >= 2.0**62:
        return rows[np.lexsort(keys[::-1])]
    packed: Longs = np.zeros(len(rows), np.int64)
    for key, low, size in zip(keys, lows, sizes, strict=True):
        packed *= size
        packed += key
        packed -= low
    return rows if (packed[1:] >= packed[:-1]).all() else rows[np.argsort(packed, kind="stable")]


def _met(marks: pl.DataFrame, periods_met: pl.DataFrame) -> tuple[Ints, int, Ints]:
    """Schools, sorted; the first day; and how many periods met, by school and day: what the kernel looks up."""
    # A period whose roll was not taken says nothing about the student, who was seen or missed in the others.
    periods = marks.filter((pl.col("period") != "") & ((pl.col("byte") & (~HALF & 0xFF)) != Day.NOT_TAKEN))
    unsaid = periods.join(periods_met, on=["school", "day"], how="anti")
    seen = unsaid.group_by("school", "day").agg(periods=pl.col("period").n_unique())
    said = pl.concat([one.select(pl.col("school", "day", "periods").cast(pl.Int32)) for one in (periods_met, seen)])
    schools = marks["school"].unique().sort().to_numpy()
    days = marks["day"].to_numpy()
    first, last = (int(days.min()), int(days.max())) if len(days) else (0, 0)
    within = said.filter(pl.col("school").is_in(schools) & pl.col("day").is_between(first, last))
    met = np.zeros((len(schools), last - first + 1), np.int32)
    met[np.searchsorted(schools, within["school"]), within["day"].to_numpy() - first] = within["periods"]
    return schools, first, met


def _contradictions(disputed: pl.DataFrame) -> pl.DataFrame:
    return disputed.group_by(_CELL).agg(bytes=pl.col("byte").unique().sort(), marks=pl.col("mark").sort()).sort(_CELL)


def _check_alphabet(marks: pl.DataFrame) -> None:
    strange = [byte for byte in marks["byte"].unique() if RANK[byte & ~HALF] == UNRANKED]
    if strange:
        raise ValueError(f"bytes outside the alphabet of days: {sorted(strange)}")


def _as_records(frame: pl.DataFrame, dtype: np.dtype[np.void]) -> Records:
    records = np.empty(len(frame), dtype)
    for name in dtype.names or ():
        records[name] = frame[name].to_numpy()
    return records
