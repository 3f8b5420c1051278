"""The change list: past days that later facts made count otherwise, found by comparing each day book with the last.

The comparison is kept beside the new book when that is published, so that no night is lost if a run is killed before
it was written down.
"""

import os
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from django.db import transaction

from firstbell.attendance.models import CountChange
from firstbell.attendance.queries.sourcing import frame, people
from firstbell.attendance.queries.standings import compulsory
from firstbell.core import journal, lease
from firstbell.core.home import home
from firstbell.core.models import User
from firstbell.facts.daybook import DayBook
from firstbell.facts.kernels.standing import standings
from firstbell.law.days import ABSENT, HALF, Day

_BLOCK = 65_536


def keep_differences(was: DayBook, now: DayBook, shelf: Path) -> None:
    """Write beside the books what `now` counts otherwise than `was`, of the days that `was` told of."""
    path = shelf / f"changes-{now.year}-{was.version}-{now.version}.parquet"
    fresh = path.with_suffix(".tmp")
    with fresh.open("wb") as file:
        differences(was, now).write_parquet(file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def differences(was: DayBook, now: DayBook) -> pl.DataFrame:
    """One row for each past day of a student in both books that counts otherwise, as an absence or as an occasion.

    student, school, day (ordinal), was_kind, now_kind, and the counts of absences and occasions on the last day that
    `was` told of: absent_was, absent_now, occasions_was, occasions_now.
    """
    students, old, new = np.intersect1d(was.students, now.students, return_indices=True)
    upto = was.column(was.through)
    days, left, right = np.intersect1d(was.days[:upto], now.days, return_indices=True)
    counts = _counts()
    places, columns = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for first in range(0, len(students), _BLOCK):
        part = slice(first, first + _BLOCK)
        before = counts[was.cells[old[part]][:, left]]
        place, column = np.nonzero(before != counts[now.cells[new[part]][:, right]])
        places.append(place + first)
        columns.append(column)
    place, column = np.concatenate(places), np.concatenate(columns)
    changed = pl.DataFrame(
        {
            "student": students[place].astype(np.int32),
            "day": days[column].astype(np.int32),
            "was_kind": (was.cells[old[place], left[column]] & ~np.uint8(HALF)).astype(np.int32),
            "now_kind": (now.cells[new[place], right[column]] & ~np.uint8(HALF)).astype(np.int32),
        }
    )
    return changed.join(_counted(was, now, changed["student"].unique().to_list()), on="student").sort("student", "day")


def _counts() -> np.ndarray:
    """Byte to what it counts as: 1 an absence, 2 an occasion, 3 both."""
    counts = np.zeros(256, np.uint8)
    for day in Day:
        value = (day in ABSENT) + 2 * (day in (Day.UNEXCUSED, Day.OCCASION))
        counts[[int(day), int(day) | HALF]] = value
    return counts


def _counted(was: DayBook, now: DayBook, students: list[int]) -> pl.DataFrame:
    persons = people(now.year, students=students)
    columns = {"student": persons["student"], "school": persons["school"]}
    for name, book in (("was", was), ("now", now)):
        lines = np.searchsorted(book.students, persons["student"].to_numpy()).astype(np.int32)
        found = standings(book, book.column(was.through), *compulsory(persons["born"]), lines)
        columns |= {f"{what}_{name}": pl.Series(found[what].astype(np.int32)) for what in ("absent", "occasions")}
    return pl.DataFrame(columns)


@transaction.atomic
def note_changes(*, year: int, by: User | None = None) -> int:
    """Write down what the books of a year found to count otherwise since the last time; how many days. Raises Busy.

    May be repeated: what stands already is not written twice.
    """
    lease.claim(wait=lease.QUEUE)
    noted, files = 0, sorted((home() / "facts").glob(f"changes-{year}-*.parquet"))
    for file in files:
        since, version = map(int, file.stem.split("-")[2:])
        if CountChange.objects.filter(year=year, version=version).exists():
            continue
        rows = pl.read_parquet(file)
        causes = _causes(year, since, version, rows["student"].unique().to_list())
        made = rows.join(causes, on=["student", "day"], how="left").with_columns(pl.col("arrival").fill_null(version))
        CountChange.objects.bulk_create((_change(row, year, version) for row in made.to_dicts()), batch_size=1000)
        noted += len(made)
    if noted:
        journal.record("attendance.changes_noted", by=by, year=year, days=noted)
    transaction.on_commit(lambda: [file.unlink(missing_ok=True) for file in files])
    return noted


def _change(row: dict[str, int], year: int, version: int) -> CountChange:
    told = {name: row[name] for name in row if name not in ("student", "school", "day", "arrival")}
    return CountChange(
        student_id=row["student"], school_id=row["school"], day=date.fromordinal(row["day"]), year=year,
        arrival_id=row["arrival"], version=version, **told,
    )  # fmt: skip


def _causes(year: int, since: int, version: int, students: list[int]) -> pl.DataFrame:
    """student, day, arrival: the newest arrival in between that stated or took back a mark of that day.

    Where none did, a calendar or an enrolment changed: the whole of what arrived is the cause.
    """
    return frame(
        """
        select student_id, day - date '0001-01-01' + 1, max(arrival) from (
            select student_id, day, arrival_id as arrival from mark
            where year = %(year)s and arrival_id > %(since)s and arrival_id <= %(version)s
                and student_id = any(%(students)s)
            union all
            select m.student_id, m.day, w.arrival_id from mark_withdrawal w
            join mark m on m.id = w.mark_id and m.year = w.year
            where w.year = %(year)s and w.arrival_id > %(since)s and w.arrival_id <= %(version)s
                and m.student_id = any(%(students)s)
        ) found group by 1, 2
        """,
        {"student": pl.Int32, "day": pl.Int32, "arrival": pl.Int64},
        year=year,
        since=since,
        version=version,
        students=students,
    )
