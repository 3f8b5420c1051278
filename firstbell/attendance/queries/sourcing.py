"""From the roster's tables to what a day book is built from, as they stand or as they were known at a past moment.

Rows leave PostgreSQL by COPY. As known: a row counts if its arrival was known by then, and reads as the last arrival
(in the order they were taken in) that was known by then left it.
"""
# ruff: noqa: S608 - every name put into a statement is written in this file; values are parameters

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

import numpy as np
import polars as pl

from firstbell.facts import reduce
from firstbell.facts.arrays import ENROLMENT, OPEN, Ints, Records
from firstbell.facts.daybook import Sources
from firstbell.law.calendar import is_instructional
from firstbell.law.marks import Code, read
from firstbell.law.policy import Policy, policy_on
from firstbell.roster.models import Arrival
from firstbell.roster.queries import frame as rows_of
from firstbell.roster.queries import standing_marks

ORDINAL = "({0} - date '0001-01-01' + 1)"
_INT, _LONG, _TEXT = pl.Int32, pl.Int64, pl.String


def newest(year: int, known_at: datetime | None = None) -> Arrival:
    """The last stored arrival of a school year, of those known by `known_at`. ValueError naming the years there are."""
    arrivals = Arrival.objects.filter(year=year)
    if known_at is not None:
        arrivals = arrivals.filter(known_at__lte=known_at)
    if (found := arrivals.order_by("-pk").first()) is None:
        years = ", ".join(map(str, Arrival.objects.order_by("year").values_list("year", flat=True).distinct()))
        when = f" known by {known_at:%Y-%m-%d %H:%M}" if known_at else ""
        raise ValueError(f"no data{when} for the school year ending {year}; years with data: {years or 'none'}")
    return found


def sources(year: int, *, known_at: datetime | None = None, keep: bool = False) -> tuple[Sources, pl.DataFrame]:
    """What the book of a year is built from, and its contradicting whole-day marks (`Reduced.contradictions`).

    `keep` is for whoever holds the lease (`standing_marks`). ValueError when nothing of the year was known by then.
    """
    arrival = newest(year, known_at)
    policy = policy_on(arrival.through)
    enrolments = _enrolments(year, known_at)
    calendars = instructional_days(year, policy, known_at)
    students = frame(f"select id from {_known('student', known_at)} where live", {"id": _INT}, known_at)
    rolls = _rolls(year, known_at)
    sessions = _sessions(year, calendars, arrival.through, known_at)
    reduced = reduce.to_days(_marks(year, policy, known_at, keep), rolls.filter(pl.col("periods") > 0))
    unlisted = {int(key): np.empty(0, np.int32) for key in enrolments["calendar"].unique() if key not in calendars}
    built_from = Sources(
        year=year,
        version=str(arrival.pk),
        students=np.union1d(students["id"].to_numpy(), enrolments["student"].to_numpy()).astype(np.int32),
        calendars=calendars | unlisted,
        enrolments=_records(enrolments),
        marks=reduced.marks,
        through=arrival.through.toordinal(),
        not_taken=reduce.roll_missing(rolls.select("school", "day"), sessions),
    )
    return built_from, reduced.contradictions


def instructional_days(
    year: int, policy: Policy, known_at: datetime | None = None, *, schools: Collection[int] | None = None
) -> dict[int, Ints]:
    """Calendar id to the ordinals of its instructional days, sorted; of every calendar, or of those of `schools`."""
    rows = frame(
        f"select d.calendar_id, {ORDINAL.format('d.day')}, d.event from {_known('calendar_day', known_at)} d "
        f"join calendar c on c.id = d.calendar_id where d.live and c.year = %(year)s "
        f"and (%(schools)s::int[] is null or c.school_id = any(%(schools)s))",
        {"calendar": _INT, "day": _INT, "event": _TEXT},
        known_at,
        year=year,
        schools=None if schools is None else list(schools),
    )
    late = policy.calendar.late_arrival_days
    told = rows.select("event", "day").unique()
    teaches = [is_instructional(event, date.fromordinal(day), late_arrival_days=late) for event, day in told.rows()]
    taught = rows.join(told.filter(pl.Series(teaches, dtype=pl.Boolean)), on=["event", "day"])
    days = taught.group_by("calendar").agg(pl.col("day").unique().sort())
    return {calendar: np.array(listed, np.int32) for calendar, listed in days.rows()}


def people(year: int, known_at: datetime | None = None, students: Iterable[int] | None = None) -> pl.DataFrame:
    """Every student with an enrolment in the year, or those of `students` (primary keys), by id.

    student, key, school (where they are, else the latest enrolment's), grade, born (ordinal or null), and of the
    latest enrolment: calendar, last (ordinal, OPEN while it runs).
    """
    return frame(
        f"""
        select s.id, s.key, coalesce(s.school_id, e.school_id), coalesce(e.grade, s.grade, ''),
            {ORDINAL.format("s.born_on")}, e.calendar_id, coalesce({ORDINAL.format("e.exit_on")}, {OPEN})
        from {_known("student", known_at)} s
        join (
            select distinct on (student_id) * from {_known("enrolment", known_at)} known
            where live and year = %(year)s and (%(students)s::int[] is null or student_id = any(%(students)s))
            order by student_id, entry_on desc, "primary" desc, id desc
        ) e on e.student_id = s.id
        order by s.id
        """,
        {"student": _INT, "key": _TEXT, "school": _INT, "grade": _TEXT, "born": _INT, "calendar": _INT, "last": _INT},
        known_at,
        year=year,
        students=None if students is None else list(students),
    )


def frame(select: str, columns: dict[str, Any], known_at: datetime | None = None, **values: Any) -> pl.DataFrame:
    """As `roster.queries.frame`; `known_at` is a parameter like the others."""
    return rows_of(select, columns, known_at=known_at, **values)


def _known(table: str, known_at: datetime | None) -> str:
    """The table, or in brackets its rows as they read at %(known_at)s."""
    if known_at is None:
        return table
    return f"""(
        select was.* from {table} now
        left join (
            select distinct on (c."row") c."row", c.before from (
                select c.*, max(c.id) filter (where a.known_at <= %(known_at)s) over (partition by c."row") as known
                from roster_change c join arrival a on a.id = c.arrival_id where c."table" = '{table}'
            ) c where c.id > coalesce(c.known, 0) order by c."row", c.id
        ) earlier on earlier."row" = now.id
        cross join lateral jsonb_populate_record(now, coalesce(earlier.before, '{{}}')) was
        where now.arrival_id in (select id from arrival where known_at <= %(known_at)s)
    )"""


def _enrolments(year: int, known_at: datetime | None) -> pl.DataFrame:
    return frame(
        f"""
        select student_id, school_id, calendar_id, {ORDINAL.format("entry_on")},
            coalesce({ORDINAL.format("exit_on")}, {OPEN}), "primary"::int
        from {_known("enrolment", known_at)} known where live and year = %(year)s
        """,
        {"student": _INT, "school": _INT, "calendar": _INT, "entry": _INT, "last": _INT, "primary": _INT},
        known_at,
        year=year,
    )


def _records(enrolments: pl.DataFrame) -> Records:
    records = np.empty(len(enrolments), ENROLMENT)
    for name in enrolments.columns:
        records[name] = enrolments[name].to_numpy()
    return records


def _rolls(year: int, known_at: datetime | None) -> pl.DataFrame:
    """school, day, periods: the days on which roll was taken, and in how many class periods."""
    return frame(
        f"""
        select school_id, {ORDINAL.format("day")}, count(distinct nullif(period, ''))
        from {_known("roll_taken", known_at)} known
        where live and day between make_date(%(year)s - 1, 7, 1) and make_date(%(year)s, 6, 30) group by 1, 2
        """,
        {"school": _INT, "day": _INT, "periods": pl.UInt32},
        known_at,
        year=year,
    )


def _sessions(year: int, calendars: dict[int, Ints], through: date, known_at: datetime | None) -> pl.DataFrame:
    """school, day: every instructional day of any of a school's calendars, up to `through`."""
    owners = frame(
        f"select id, school_id from {_known('calendar', known_at)} known where year = %(year)s",
        {"calendar": _INT, "school": _INT},
        known_at,
        year=year,
    )
    lists = [calendars.get(calendar, np.empty(0, np.int32)).tolist() for calendar in owners["calendar"]]
    days = owners.select("school").with_columns(pl.Series("day", lists, dtype=pl.List(_INT))).explode("day")
    return days.filter(pl.col("day") <= through.toordinal()).unique()


def _marks(year: int, policy: Policy, known_at: datetime | None, keep: bool) -> pl.DataFrame:
    """What `reduce.to_days` takes: the standing marks of a year, each with its byte."""
    marks = standing_marks(year, keep=keep) if known_at is None else _known_marks(year, known_at)
    meaning = marks.select("code", "minutes", "share", kind=_KIND).unique("kind")
    codes = _codes(year, known_at)
    read_as = [
        read(codes[code], **told(minutes, share), policy=policy).outcome
        for code, minutes, share in meaning.select("code", "minutes", "share").rows()
    ]
    byte = _KIND.replace_strict(meaning["kind"], pl.Series(read_as, dtype=pl.UInt8), return_dtype=pl.UInt8)
    return marks.select("student", "school", "day", "period", "mark", byte=byte)


_KIND = (pl.col("code").cast(_LONG) * 2**16 + pl.col("minutes")) * 2**16 + pl.col("share")
"""Code, minutes and share as one number: 470 kinds stand for ten million marks."""


def _known_marks(year: int, known_at: datetime) -> pl.DataFrame:
    """As `standing_marks`, of the marks and withdrawals known at a moment."""
    return frame(
        f"""
        with known as (select id from arrival where known_at <= %(known_at)s)
        select m.id, m.student_id, m.school_id, {ORDINAL.format("m.day")}, m.period, m.code_id, m.minutes, m.share
        from mark m where m.year = %(year)s and m.arrival_id in (select id from known) and not exists (
            select from mark_withdrawal w
            where w.mark_id = m.id and w.year = %(year)s and w.arrival_id in (select id from known)
        )
        """,
        {
            "mark": _LONG, "student": _INT, "school": _INT, "day": _INT, "period": _TEXT, "code": _INT,
            "minutes": pl.Int16, "share": pl.Int16,
        },
        known_at,
        year=year,
    )  # fmt: skip


def told(minutes: int, share: int) -> dict[str, int | None]:
    """What a stored mark tells `law.marks.read`: -1 is minutes or a share that the file did not give."""
    return {"minutes": None if minutes < 0 else minutes, "share": None if share < 0 else share}


def _codes(year: int, known_at: datetime | None) -> dict[int, Code]:
    rows = frame(
        f"""
        select id, code, description, category, excused::int, absence::int, truancy::int, ada::int, suspension, study,
            over30::int
        from {_known("attendance_code", known_at)} known where year = %(year)s
        """,
        {"id": _INT, "code": _TEXT, "description": _TEXT, "category": _TEXT, "excused": _INT, "absence": _INT,
         "truancy": _INT, "ada": _INT, "suspension": _TEXT, "study": _TEXT, "over30": _INT},
        known_at,
        year=year,
    ).with_columns(pl.col("excused", "absence", "truancy", "ada", "over30").cast(pl.Boolean))  # fmt: skip
    return {row.pop("id"): Code(**row) for row in rows.to_dicts()}
