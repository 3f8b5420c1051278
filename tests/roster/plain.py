"""The plain way to everything the ledger is quick with: the marks' tables in SQL, every row of them, every time."""

from collections.abc import Iterable

import polars as pl
from django.db import connection

from firstbell.roster.models import Mark, Statement

DAY = "student_id, school_id, day"
KEY = f"{DAY}, period"
ROW = f"{KEY}, code_id, minutes, share"
STANDING = (
    "select m.id, {columns} from mark m where m.year = %(year)s"
    " and not exists (select 1 from mark_withdrawal w where w.mark_id = m.id)"
)


def standing(year: int, columns: str = ROW) -> list[tuple]:
    """(id, …) of every mark of a year that no arrival withdrew, by id."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING.format(columns=columns) + " order by id", {"year": year})
        return cursor.fetchall()


def tally(rows: pl.DataFrame, year: int) -> dict[str, int]:
    """What `receive_marks` must answer for these rows, before it is asked."""
    same = "(c.student_id, c.school_id, c.day, c.period, c.code_id, c.minutes, c.share)" \
           " = (i.student_id, i.school_id, i.day, i.period, i.code_id, i.minutes, i.share)"  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists said, incoming, cur, fresh, gone")
        cursor.execute(
            "create temp table said (student_key text, school_key text, day date, period text, code text,"
            " minutes smallint, share smallint)"
        )
        cursor.executemany("insert into said values (%s, %s, %s, %s, %s, %s, %s)", rows.rows())
        cursor.execute(
            "create temp table incoming as select st.id as student_id, c.id as school_id, s.day,"
            " coalesce(s.period, '') as period, coalesce(own.id, every.id) as code_id, s.minutes, s.share"
            " from said s join student st on st.key = s.student_key join school c on c.key = s.school_key"
            " left join attendance_code own on own.year = %(year)s and own.school_id = c.id and own.code = s.code"
            " left join attendance_code every on every.year = %(year)s and every.school_id is null"
            " and every.code = s.code",
            {"year": year},
        )
        held = _held(cursor, year)
        cursor.execute(
            f"delete from incoming i where ({DAY}) in (select {DAY} from mark_statement where ended_id is null)"
        )
        theirs = f" and ({DAY}) not in (select {DAY} from mark_statement where ended_id is null)"
        cursor.execute(f"create temp table cur as {STANDING.format(columns=ROW)}{theirs}", {"year": year})
        cursor.execute(
            f"create temp table fresh as select * from incoming i where not exists (select from cur c where {same})"
        )
        cursor.execute(
            f"create temp table gone as select * from cur c where not exists (select from incoming i where {same})"
        )
        cursor.execute(
            "select (select count(*) from incoming), (select count(*) from fresh), (select count(*) from gone),"
            f" (select count(*) from (select {KEY} from fresh intersect select {KEY} from gone) both_ways)"
        )
        said, fresh, gone, corrected = cursor.fetchone()
    counts = {
        "created": fresh - corrected,
        "updated": corrected + held["updated"],
        "unchanged": said - fresh + held["unchanged"],
        "withdrawn": gone - corrected + held["withdrawn"],
    }
    return counts | {"held": held["held"]} if held["held"] else counts


def _held(cursor, year: int) -> dict[str, int]:
    """What the rows of days that people spoke of count as."""
    counts = dict.fromkeys(("updated", "unchanged", "withdrawn", "held"), 0)
    for one in Statement.objects.filter(year=year, ended=None):
        cursor.execute(
            "select period, code_id, minutes, share from incoming"
            " where student_id = %s and school_id = %s and day = %s",
            [one.student_id, one.school_id, one.day],
        )
        now = cursor.fetchall()
        if not same(now, one.told[-1]["marks"]):
            counts["updated"] += len(now)
            counts["withdrawn"] += not now
        else:
            counts["unchanged" if same(now, one.stated) else "held"] += len(now)
    return counts


def same(left: Iterable, right: Iterable) -> bool:
    return {tuple(row) for row in left} == {tuple(row) for row in right}


def statements_stand() -> bool:
    """Of every day that people spoke of exactly the marks stand that they stated."""
    return all(same(one.stated, _on(one)) for one in Statement.objects.filter(ended=None))


def _on(one: Statement) -> list[tuple]:
    marks = Mark.objects.filter(withdrawals=None, student=one.student_id, school=one.school_id, day=one.day)
    return list(marks.values_list("period", "code_id", "minutes", "share"))


def otherwise_as_told(rows: pl.DataFrame, year: int) -> bool:
    """Everywhere else exactly the marks stand that the files state."""
    counts = tally(rows, year)
    return counts["created"] == counts["updated"] == counts["withdrawn"] == 0
