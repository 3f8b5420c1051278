"""What the night rests on: who should be on the board by the facts, and what became of those who are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firstbell.attendance.queries.sourcing import instructional_days
from firstbell.attendance.queries.unseen import Sight, sights, unseen
from firstbell.law.policy import Policy
from firstbell.recovery.models import Search
from firstbell.recovery.rules import PROVEN
from firstbell.roster.models import Calendar
from firstbell.roster.queries import frame

NO_SHOW = "N470"


@dataclass(frozen=True, slots=True)
class Lost:
    """Somebody who is to be looked for: why, since when, and how the student system says they left."""

    student: int
    school: int
    kind: str
    since: date
    days: int
    last_seen_on: date | None = None
    exit_on: date | None = None
    exit_code: str = ""


@dataclass(frozen=True)
class Night:
    """The facts of one night, up to `on`. `silent` are days in a row without a word, of students enrolled now.

    `left` are all who left during the year, whether their code asks for proof or not.
    """

    year: int
    on: date
    running: frozenset[int]
    silent: dict[int, Lost]
    left: dict[int, Lost]
    expected: dict[int, Lost]
    schooldays: Mapping[int, NDArray[np.int32]]
    """School to its school days of the year, as ordinals."""

    def schooldays_after(self, school: int, day: date) -> int:
        """The school days of the year after a day, up to the night's."""
        days = self.schooldays.get(school, np.empty(0, np.int32))
        first, last = np.searchsorted(days, [day.toordinal(), self.on.toordinal()], side="right")
        return max(int(last - first), 0)


def night(year: int, on: date, policy: Policy) -> Night:
    """Everybody whom the facts of a year up to a day say is unseen, left without proof, or was expected."""
    days = _school_days(year, policy)
    running = _running(year, on)
    silent = unseen(year, on).join(running, on="student")
    return Night(
        year, on, frozenset(running["student"]), {row["student"]: _silent(row) for row in silent.iter_rows(named=True)},
        _left(year, on, running), _expected(year, on, days), days,
    )  # fmt: skip


def _silent(row: dict[str, Any]) -> Lost:
    kind = "no_show" if row["last_seen_on"] is None else "unseen"
    return Lost(row["student"], row["school"], kind, row["first_on"], row["days"], row["last_seen_on"])


def _running(year: int, on: date) -> pl.DataFrame:
    """student, school: who is enrolled on the day, and where they stand."""
    return frame(
        "select distinct e.student_id, s.school_id from enrolment e join student s on s.id = e.student_id"
        " where e.live and e.year = %(year)s and e.entry_on <= %(on)s and (e.exit_on is null or e.exit_on >= %(on)s)"
        " and s.school_id is not null",
        {"student": pl.Int32, "school": pl.Int32}, year=year, on=on,
    )  # fmt: skip


_LEAVING = {
    "student": pl.Int32, "school": pl.Int32, "entry_on": pl.Date, "exit_on": pl.Date, "code": pl.String,
    "grade": pl.String,
}  # fmt: skip
_LATEST = (
    "select distinct on (e.student_id) e.student_id, e.school_id, e.entry_on, e.exit_on, coalesce(e.exit_code, ''),"
    " coalesce(e.grade, '') from enrolment e where e.live and e.year = %(year)s and {rest}"
    " order by e.student_id, e.exit_on desc nulls first, e.entry_on desc, e.id desc"
)


def _left(year: int, on: date, running: pl.DataFrame) -> dict[int, Lost]:
    """Who left during the year, and is enrolled nowhere in the district since."""
    rows = frame(_LATEST.format(rest="e.exit_on < %(on)s"), _LEAVING, year=year, on=on)
    gone = rows.join(running, on="student", how="anti")
    return {row["student"]: _gone(row) for row in gone.iter_rows(named=True)}


def _gone(row: dict[str, Any]) -> Lost:
    kind = "no_show" if row["code"] == NO_SHOW else "exit"
    since = date.fromordinal(row["exit_on"].toordinal() + 1)
    return Lost(row["student"], row["school"], kind, since, 0, exit_on=row["exit_on"], exit_code=row["code"])


_GOES_ON = ("", "E155")
"""How an enrolment ends that is expected to go on the year after; the last grade is not."""


def _expected(year: int, on: date, days: Mapping[int, NDArray[np.int32]]) -> dict[int, Lost]:
    """Who was here until the end of last year, and has no enrolment in this one though school has begun."""
    before = frame(
        _LATEST.format(rest="not exists (select from enrolment n where n.student_id = e.student_id and n.live"
                            " and n.year = %(year)s + 1)"),
        _LEAVING, year=year - 1,
    )  # fmt: skip
    found = {}
    for row in before.filter(pl.col("code").is_in(_GOES_ON), pl.col("grade") != "12").iter_rows(named=True):
        taught = days.get(row["school"])
        if taught is not None and len(taught) and taught[0] <= on.toordinal():
            first = date.fromordinal(int(taught[0]))
            found[row["student"]] = Lost(row["student"], row["school"], "expected", first, 0)
    return found


def _school_days(year: int, policy: Policy) -> dict[int, NDArray[np.int32]]:
    taught = instructional_days(year, policy)
    found: dict[int, NDArray[np.int32]] = {}
    for calendar, school in Calendar.objects.filter(year=year, live=True).order_by("pk").values_list("pk", "school"):
        if calendar in taught:
            found.setdefault(school, taught[calendar])
    return found


def sights_of(year: int, on: date, searches: Iterable[Search]) -> dict[int, Sight]:
    """Student to what the facts say of them since they were missed, or since the day they are said to be back."""
    return sights(year, on, {one.student_id: one.back_on or one.since for one in searches})


def proven(students: Iterable[int], facts: Night) -> set[int]:
    """Those whose leaving is proven: their last search ended so, and they were neither seen nor enrolled since."""
    rows = Search.objects.filter(student__in=list(students), state__in=PROVEN).order_by("closed_on", "pk")
    closed: dict[int, date] = dict(rows.values_list("student", "closed_on"))
    seen = sights(facts.year, facts.on, closed)
    back = {who for who, sight in seen.items() if sight.back_on}
    return closed.keys() - back - _anew(facts.year, closed)


def _anew(year: int, closed: Mapping[int, date]) -> set[int]:
    """Those who were enrolled anew after that day."""
    rows = frame(
        "select student_id, max(entry_on) from enrolment where live and year = %(year)s and student_id = any(%(who)s)"
        " group by 1", {"student": pl.Int32, "entry_on": pl.Date}, year=year, who=list(closed),
    )  # fmt: skip
    return {who for who, entry_on in rows.rows() if entry_on > closed[who]}
