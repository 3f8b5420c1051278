"""Taking in what the student system says, set by set, and taking an arrival back. The caller holds the transaction."""

import io
import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import connection

from firstbell.core.models import User
from firstbell.roster.kinds import KINDS, Kind
from firstbell.roster.models import Arrival

SAMPLES = 20


@dataclass
class Tally:
    """What one table's rows came to: every row of the file is in exactly one of the first three."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    samples: list[dict[str, Any]] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return self.created + self.updated + self.withdrawn

    def counts(self) -> dict[str, int]:
        return {name: n for name, n in asdict(self).items() if name != "samples"}


def arrive(*, source: str, label: str, year: int, known_at: datetime, through: date, by: User | None) -> Arrival:
    """Open an arrival for the rows about to be taken in, and the year's partition of the marks."""
    with connection.cursor() as cursor:
        cursor.execute(f"create table if not exists mark_{int(year)} partition of mark for values in ({int(year)})")
    return Arrival.objects.create(
        source=source, label=label[:200], year=year, known_at=known_at, through=through, by=by
    )


def receive(kind: Kind, rows: pl.DataFrame, *, arrival: Arrival, complete: bool) -> Tally:
    """Bring one table to what `rows` say; with `complete`, live rows that `rows` lack are withdrawn.

    Every row that changes is first kept as it was (Change). Runs in the caller's transaction.
    """
    told = {"year": arrival.year, "arrival": arrival.pk, "table": kind.table}
    with connection.cursor() as cursor:
        _stage(cursor, "stage", kind.stage, rows)
        same_key = " and ".join(
            f"t.{c} is not distinct from i.{c}" if c in kind.loose_key else f"t.{c} = i.{c}" for c in kind.key
        )
        theirs, ours = (", ".join(f'{a}."{c}"' for c in kind.values) for a in "it")
        cursor.execute(f"drop table if exists incoming, diff; create temp table incoming as {kind.select}")
        cursor.execute("analyze incoming")
        cursor.execute(
            f"create temp table diff as select i.*, t.id as row_id, case when t.id is null then 'created'"
            f" when not t.live then 'returned' when row({theirs}) is distinct from row({ours}) then 'updated'"
            f" else 'unchanged' end as op from incoming i left join {kind.table} t on {same_key}"
        )
        cursor.execute("select op, count(*) from diff group by op")
        found = dict(cursor.fetchall())
        tally = Tally(found.get("created", 0) + found.get("returned", 0), found.get("updated", 0))
        tally.unchanged = found.get("unchanged", 0)
        tally.samples = _samples(cursor, kind) if tally.updated else []
        if complete:
            tally.withdrawn = _withdraw(cursor, kind, told)
        if tally.created or tally.updated:
            _write(cursor, kind, told)
    return tally


def _stage(cursor, name: str, columns: dict[str, str], rows: pl.DataFrame) -> None:
    typed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    cursor.execute(f"drop table if exists {name}; create temp table {name} ({typed})")
    if rows.is_empty():
        return
    buffer = io.BytesIO()
    rows.select(list(columns)).write_csv(buffer, include_header=False, quote_style="non_numeric", null_value="")
    listed = ", ".join(f'"{column}"' for column in columns)
    with cursor.copy(f"copy {name} ({listed}) from stdin (format csv)") as into:
        into.write(buffer.getbuffer())


def _keep(cursor, rows: str, told: dict[str, Any]) -> None:
    """Keep rows of the table as they are now, before they change."""
    cursor.execute(
        'insert into roster_change (arrival_id, "table", "row", before)'
        f" select %(arrival)s, %(table)s, t.id, to_jsonb(t) from {told['table']} t where {rows}",
        told,
    )


def _withdraw(cursor, kind: Kind, told: dict[str, Any]) -> int:
    cursor.execute("create index on diff (row_id)")
    gone = f"t.live and {kind.domain} and not exists (select 1 from diff d where d.row_id = t.id)"
    _keep(cursor, gone, told)
    cursor.execute(f"update {kind.table} t set live = false where {gone}", told)
    return cursor.rowcount


def _write(cursor, kind: Kind, told: dict[str, Any]) -> None:
    _keep(cursor, "t.id in (select row_id from diff where op in ('updated', 'returned'))", told)
    sets = ", ".join(f'"{c}" = d."{c}"' for c in kind.values)
    cursor.execute(
        f"update {kind.table} t set {sets}, live = true from diff d where d.row_id = t.id and d.op <> 'unchanged'"
    )
    listed = ", ".join(f'"{c}"' for c in kind.columns)
    cursor.execute(
        f"insert into {kind.table} ({listed}, arrival_id, live)"
        f" select {listed}, %(arrival)s, true from diff where op = 'created'",
        told,
    )


def _samples(cursor, kind: Kind) -> list[dict[str, Any]]:
    cursor.execute(
        f"select to_jsonb(t), to_jsonb(d) from diff d join {kind.table} t on t.id = d.row_id"
        f" where d.op = 'updated' order by d.row_id limit {SAMPLES}"
    )
    return [
        {
            "key": {c: now[c] for c in kind.key},
            "was": {c: was[c] for c in kind.values if was[c] != now[c]},
            "now": {c: now[c] for c in kind.values if was[c] != now[c]},
        }
        for was, now in (map(json.loads, pair) for pair in cursor.fetchall())
    ]


_MARK = ("student_id", "school_id", "day", "period", "code_id", "minutes", "share")
_MARK_STAGE = {
    "student_key": "text", "school_key": "text", "day": "date", "period": "text", "code": "text",
    "minutes": "smallint", "share": "smallint",
}  # fmt: skip


def receive_marks(rows: pl.DataFrame, *, arrival: Arrival) -> Tally:
    """Bring the year's marks to what `rows` say: a mark no longer stated is withdrawn, a new one appended.

    Marks that people stated in Firstbell are theirs: no file withdraws them.
    """
    told = {"year": arrival.year, "arrival": arrival.pk}
    listed = ", ".join(_MARK)
    same = " and ".join(f"c.{name} = i.{name}" for name in _MARK)
    with connection.cursor() as cursor:
        _stage(cursor, "stage", _MARK_STAGE, rows.with_columns(pl.col("period").fill_null("")))
        cursor.execute("drop table if exists incoming, cur, fresh, gone")
        cursor.execute(
            "create temp table incoming as select st.id as student_id, c.id as school_id, s.day,"
            " coalesce(s.period, '') as period, coalesce(own.id, every.id) as code_id, s.minutes, s.share from stage s"
            " join student st on st.key = s.student_key join school c on c.key = s.school_key"
            " left join attendance_code own on own.year = %(year)s and own.school_id = c.id and own.code = s.code"
            " left join attendance_code every on every.year = %(year)s and every.school_id is null"
            " and every.code = s.code",
            told,
        )
        cursor.execute(
            f"create temp table cur as select m.id, {listed} from mark m where m.year = %(year)s"
            " and not exists (select 1 from mark_withdrawal w where w.mark_id = m.id)"
            " and m.arrival_id not in (select id from arrival where source = 'firstbell')",
            told,
        )
        cursor.execute("analyze incoming; analyze cur")
        cursor.execute(
            f"create temp table fresh as select i.* from incoming i left join cur c on {same} where c.id is null"
        )
        cursor.execute(
            f"create temp table gone as select c.* from cur c left join incoming i on {same} where i.code_id is null"
        )
        cursor.execute(
            "select (select count(*) from incoming), (select count(*) from fresh), (select count(*) from gone),"
            " (select count(*) from (select distinct student_id, school_id, day, period from fresh) f"
            "  join (select distinct student_id, school_id, day, period from gone) g"
            "  using (student_id, school_id, day, period))"
        )
        all_rows, fresh, gone, corrected = cursor.fetchone()
        cursor.execute(
            f"insert into mark (year, {listed}, arrival_id) select %(year)s, {listed}, %(arrival)s from fresh"
            " order by student_id, day",
            told,
        )
        cursor.execute(
            "insert into mark_withdrawal (year, mark_id, arrival_id) select %(year)s, id, %(arrival)s from gone", told
        )
    return Tally(fresh - corrected, corrected, all_rows - fresh, gone - corrected)


def settle(*, through: date) -> None:
    """Say of every student where they are enrolled now (or were last): it decides who sees them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update student s set school_id = e.school_id from (select distinct on (student_id) student_id, school_id"
            " from enrolment where live"
            " order by student_id, (entry_on <= %(on)s and coalesce(exit_on, %(on)s) >= %(on)s)"
            ' desc, "primary" desc, entry_on desc, id desc) e'
            " where e.student_id = s.id and s.school_id is distinct from e.school_id",
            {"on": through},
        )


def take_back(arrival: Arrival, *, by: User | None) -> Arrival:
    """Undo an arrival: what it brought is withdrawn, what it changed or withdrew stands again; all as new history."""
    earlier = Arrival.objects.filter(year=arrival.year, pk__lt=arrival.pk).order_by("-pk").first()
    undo = arrive(
        source=Arrival.Source.UNDO, label=f"undo of {arrival.label}", year=arrival.year, known_at=arrival.known_at,
        through=earlier.through if earlier else arrival.through, by=by,
    )  # fmt: skip
    with connection.cursor() as cursor:
        for kind in KINDS:
            _take_back(cursor, kind.table, arrival.pk, undo.pk)
        _take_back_marks(cursor, arrival, undo)
    settle(through=undo.through)
    return undo


def _take_back(cursor, table: str, undone: int, undo: int) -> None:
    told = {"table": table, "undone": undone, "arrival": undo}
    changed = 'select "row" from roster_change where arrival_id = %(undone)s and "table" = %(table)s'
    brought = f"(t.arrival_id = %(undone)s and t.live and t.id not in ({changed}))"
    _keep(cursor, f"t.id in ({changed}) or {brought}", told)
    cursor.execute(f"update {table} t set live = false where {brought}", told)
    cursor.execute(
        "select column_name from information_schema.columns where table_name = %s and column_name <> 'id'", [table]
    )
    columns = [name for (name,) in cursor.fetchall()]
    sets = ", ".join(f'"{c}" = b."{c}"' for c in columns)
    cursor.execute(
        f"update {table} t set {sets} from roster_change r, jsonb_populate_record(null::{table}, r.before) b"
        ' where r.arrival_id = %(undone)s and r."table" = %(table)s and t.id = r."row"',
        told,
    )


def _take_back_marks(cursor, arrival: Arrival, undo: Arrival) -> None:
    told = {"year": arrival.year, "undone": arrival.pk, "arrival": undo.pk}
    cursor.execute(
        "insert into mark_withdrawal (year, mark_id, arrival_id) select m.year, m.id, %(arrival)s from mark m"
        " where m.year = %(year)s and m.arrival_id = %(undone)s"
        " and not exists (select 1 from mark_withdrawal w where w.mark_id = m.id)",
        told,
    )
    cursor.execute(
        f"insert into mark (year, {', '.join(_MARK)}, arrival_id) select m.year, {', '.join('m.' + c for c in _MARK)},"
        " %(arrival)s from mark m join mark_withdrawal w on w.mark_id = m.id"
        " where m.year = %(year)s and w.arrival_id = %(undone)s",
        told,
    )
