"""Many marks to one byte for each student, school and day: by severity, never by sum.

A system may hold a tardy and an excused absence for one student on one day, and a mark for every class period. Frames
of marks have the columns student i4, school i4, day i4 (ordinal), period str ("" for the whole day), byte u1 and
mark i8 (its id, not negative and under 2^58).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from firstbell.facts.arrays import MARK, ROLL, Records
from firstbell.law.days import ABSENT, HALF, SEVERITY, Day

_CELL = ["student", "school", "day"]
_ROOM = 2**58
_RANK = {int(day): rank for rank, day in enumerate(SEVERITY)}
_CUT = {int(Day.UNEXCUSED), int(Day.OCCASION)}
_IN_PART = {int(day): int(Day.OCCASION if day in _CUT else Day.PARTIAL if day in ABSENT else day) for day in SEVERITY}


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
    whole = _whole_days(marks)
    by_period = _period_days(marks, periods_met)
    both = whole.join(by_period, on=_CELL, how="full", coalesce=True)
    seen = (pl.col("byte") & ~HALF & 0xFF).is_in([Day.PRESENT, Day.PARTIAL])
    gains = seen & pl.col("cut").fill_null(False)
    days = both.select(
        *_CELL,
        byte=pl.when(gains).then(Day.OCCASION | (pl.col("byte") & HALF)).otherwise(pl.coalesce("byte", "period_byte")),
        mark=pl.when(gains).then("cut_mark").otherwise(pl.coalesce("mark", "period_mark")),
    ).sort(_CELL)
    return Reduced(_as_records(days, MARK), _contradictions(marks))


def roll_missing(taken: pl.DataFrame, sessions: pl.DataFrame) -> Records:
    """ROLL: the sessions without a roll call, in schools that record roll calls at all; both frames: school, day."""
    silent = sessions.unique().join(taken, on=["school", "day"], how="anti").join(taken, on="school", how="semi")
    return _as_records(silent.sort("school", "day"), ROLL)


def _whole_days(marks: pl.DataFrame) -> pl.DataFrame:
    """student, school, day, byte, mark."""
    worst = marks.filter(pl.col("period") == "").group_by(_CELL).agg(worst=_score(_kind(), _half()).min())
    return worst.select(*_CELL, byte=_byte("worst"), mark=_mark("worst"))


def _period_days(marks: pl.DataFrame, periods_met: pl.DataFrame) -> pl.DataFrame:
    """student, school, day, period_byte, period_mark; cut: a period was missed unexcused, by `cut_mark`."""
    # A period whose roll was not taken says nothing about the student, who was seen or missed in the others.
    periods = marks.filter((pl.col("period") != "") & (_kind() != Day.NOT_TAKEN))
    seen = periods.group_by("school", "day").agg(seen=pl.col("period").n_unique())
    days = (
        periods.group_by(*_CELL, "period")
        .agg(worst=_score(_kind(), _half()).min())
        .with_columns(byte=_byte("worst"), mark=_mark("worst"))
        .with_columns(in_part=_score(_kind().replace_strict(_IN_PART, return_dtype=pl.UInt8), pl.lit(False)))
        .group_by(_CELL)
        .agg(pl.col("worst").min(), pl.col("in_part").min(), named=pl.len(), absent=_kind().is_in(ABSENT).sum())
        .join(seen, on=["school", "day"])
        .join(periods_met.select("school", "day", "periods"), on=["school", "day"], how="left")
        .with_columns(met=pl.coalesce("periods", "seen"))
    )
    all_day = (pl.col("absent") >= pl.col("met")) & (pl.col("absent") == pl.col("named"))
    half = pl.when(2 * pl.col("absent") >= pl.col("met")).then(HALF).otherwise(0).cast(pl.UInt8)
    return days.select(
        *_CELL,
        period_byte=pl.when(all_day).then(_byte("worst")).otherwise(_byte("in_part") | half),
        period_mark=pl.when(all_day).then(_mark("worst")).otherwise(_mark("in_part")),
        cut=(_byte("in_part") & ~HALF & 0xFF) == Day.OCCASION,
        cut_mark=_mark("in_part"),
    )


def _contradictions(marks: pl.DataFrame) -> pl.DataFrame:
    return (
        marks.filter(pl.col("period") == "")
        .group_by(_CELL)
        .agg(bytes=pl.col("byte").unique().sort(), marks=pl.col("mark").sort())
        .filter(pl.col("bytes").list.len() > 1)
        .sort(_CELL)
    )


def _kind() -> pl.Expr:
    return pl.col("byte") & (~HALF & 0xFF)


def _half() -> pl.Expr:
    """A whole-day absence always misses half of the day, whatever its mark says."""
    return (pl.col("byte") & HALF > 0) | _kind().is_in(ABSENT)


def _score(kind: pl.Expr, half: pl.Expr) -> pl.Expr:
    """One number whose minimum is the most severe mark; among equals one that missed half the day, then the newest."""
    rank = kind.replace_strict(_RANK, return_dtype=pl.Int64)
    return (2 * rank + (~half).cast(pl.Int64)) * _ROOM + (_ROOM - 1 - pl.col("mark"))


def _byte(score: str) -> pl.Expr:
    known = {2 * rank + whole: day + HALF * (1 - whole) for day, rank in _RANK.items() for whole in (0, 1)}
    return (pl.col(score) // _ROOM).replace_strict(known, return_dtype=pl.UInt8)


def _mark(score: str) -> pl.Expr:
    return _ROOM - 1 - pl.col(score) % _ROOM


def _check_alphabet(marks: pl.DataFrame) -> None:
    strange = {byte & ~HALF for byte in marks["byte"].unique()} - _RANK.keys()
    if strange:
        raise ValueError(f"bytes outside the alphabet of days: {sorted(strange)}")


def _as_records(frame: pl.DataFrame, dtype: np.dtype[np.void]) -> Records:
    records = np.empty(len(frame), dtype)
    for name in dtype.names or ():
        records[name] = frame[name].to_numpy()
    return records
