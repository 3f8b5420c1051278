"""Taking in what the student system says, set by set, and taking an arrival back. The caller holds the transaction."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from firstbell.core import lease
from firstbell.core.clock import end_of, today
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.roster import queries
from firstbell.roster.kinds import KINDS, Kind
from firstbell.roster.models import Arrival, Mark, School, Statement, Student, Withdrawal

SAMPLES = 20
BATCH = 200_000
EPOCH = 719_163
"""The ordinal of 1 January 1970, from which columns count days."""


@dataclass
class Tally:
    """What one table's rows came to: every row of the file is in exactly one of the first three, or in `held`.

    `held` rows say what people said otherwise in Firstbell, and change nothing.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    held: int = 0
    samples: list[dict[str, Any]] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return self.created + self.updated + self.withdrawn

    def counts(self) -> dict[str, int]:
        told = {name: n for name, n in asdict(self).items() if name != "samples"}
        return told if self.held else {name: n for name, n in told.items() if name != "held"}


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
        cursor.execute("drop table if exists diff; analyze stage")
        cursor.execute(
            f"create temp table diff as select i.*, t.id as row_id, case when t.id is null then 'created'"
            f" when not t.live then 'returned' when row({theirs}) is distinct from row({ours}) then 'updated'"
            f" else 'unchanged' end as op from ({kind.select}) i left join {kind.table} t on {same_key}"
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
    if not rows.is_empty():
        _copy(cursor, name, rows.select(list(columns)))


def _copy(cursor, table: str, rows: pl.DataFrame) -> None:
    """Append rows to a table, a batch at a time: a year of marks is not held in memory as text."""
    listed = ", ".join(f'"{column}"' for column in rows.columns)
    with connection.wrap_database_errors, cursor.copy(f"copy {table} ({listed}) from stdin (format csv)") as into:
        for batch in rows.iter_slices(BATCH):
            into.write(batch.write_csv(include_header=False, quote_style="non_numeric", null_value="").encode())


def _keep(cursor, rows: str, told: dict[str, Any]) -> None:
    """Keep rows of the table as they are now, before they change."""
    cursor.execute(
        'insert into roster_change (arrival_id, "table", "row", before)'
        f" select %(arrival)s, %(table)s, t.id, to_jsonb(t) from {told['table']} t where {rows}",
        told,
    )


def _withdraw(cursor, kind: Kind, told: dict[str, Any]) -> int:
    cursor.execute(
        f"drop table if exists gone; create temp table gone as select t.id from {kind.table} t where t.live"
        f" and {kind.domain} and not exists (select 1 from diff d where d.row_id = t.id)",
        told,
    )
    cursor.execute("select count(*) from gone")
    [withdrawn] = cursor.fetchone()
    if withdrawn:
        _keep(cursor, "t.id in (select id from gone)", told)
        cursor.execute(f"update {kind.table} t set live = false where t.id in (select id from gone)")
    return withdrawn


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
_SAME = ["student", "school", "day", "period", "code", "minutes", "share"]
_DAY = _SAME[:3]
_SLICES = 8


def receive_marks(rows: pl.DataFrame, *, arrival: Arrival) -> Tally:
    """Bring the year's marks to what `rows` say: a mark no longer stated is withdrawn, a new one appended.

    `rows` have student_key, school_key, day, period, code, minutes and share. Days that people made a statement about
    in Firstbell are theirs: the files' rows are held back and kept beside the statement. Most rows say what stands
    already, so they are compared as columns and only the others reach the database.
    """
    stated = _stated(rows, arrival.year)
    del rows  # a gigabyte, if the caller let go of it too
    standing = queries.standing_marks(arrival.year, before=arrival)
    tally = Tally()
    if len(days := _held_days(arrival.year)):
        tally = _hold_back(stated.join(days, on=_DAY, how="semi"), arrival)
        stated, standing = (rows.join(days, on=_DAY, how="anti") for rows in (stated, standing))
    fresh, gone = _differences(stated, standing)
    with connection.cursor() as cursor:
        _append(cursor, fresh.sort("student", "day"), arrival)
        withdrawn = gone.select(year=pl.lit(arrival.year), mark_id="mark", arrival_id=pl.lit(arrival.pk))
        _copy(cursor, "mark_withdrawal", withdrawn)
    same = _SAME[:4]
    corrected = len(fresh.select(same).unique().join(gone.select(same).unique(), on=same))
    tally.created += len(fresh) - corrected
    tally.updated += corrected
    tally.unchanged += len(stated) - len(fresh)
    tally.withdrawn += len(gone) - corrected
    return tally


def _held_days(year: int) -> pl.DataFrame:
    """student, school, day (ordinal) of which people's statements stand."""
    days = Statement.objects.filter(year=year, ended=None).values_list("student_id", "school_id", "day")
    rows = [(student, school, day.toordinal()) for student, school, day in days]
    return pl.DataFrame(rows, schema=dict.fromkeys(_DAY, pl.Int32), orient="row")


def _hold_back(rows: pl.DataFrame, arrival: Arrival) -> Tally:
    """Keep what the file says of the days that people spoke of. What it says for the first time counts as a change."""
    said = defaultdict(list)
    for row in rows.select(_SAME).unique().rows():
        said[row[:3]].append(list(row[3:]))
    tally, news = Tally(unchanged=len(rows) - sum(map(len, said.values()))), []
    for one in Statement.objects.filter(year=arrival.year, ended=None).iterator():
        marks = sorted(said.get((one.student_id, one.school_id, one.day.toordinal()), []), key=str)
        if marks == one.file_says:
            tally.unchanged += len(marks) if marks == one.stated else 0
            tally.held += len(marks) if marks != one.stated else 0
            continue
        one.told.append({"arrival": arrival.pk, "marks": marks})
        news.append(one)
        tally.updated += len(marks)
        tally.withdrawn += not marks
    Statement.objects.bulk_update(news, ["told"], batch_size=1000)
    return tally


def _stated(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    """The rows of the file with keys looked up; a school's own code goes before the district's."""
    students, schools = (_ids(f"select key, id from {table}") for table in ("student", "school"))
    own = "from attendance_code where year = %(year)s and school_id is"
    shared, by_school = _ids(f"select code, id {own} null", year=year), queries.frame(
        f"select school_id, code, id {own} not null",
        {"school": pl.Int32, "key": pl.String, "id": pl.Int32},
        year=year,
    )  # fmt: skip
    stated = pl.DataFrame({
        "student": _found(students, key=rows["student_key"]),
        "school": _found(schools, key=rows["school_key"]),
        "day": rows["day"].dt.epoch("d").cast(pl.Int32) + EPOCH,
        "period": rows["period"].fill_null("").cast(pl.Categorical()),
        "code": _found(shared, key=rows["code"]),
        "minutes": rows["minutes"].cast(pl.Int16),
        "share": rows["share"].cast(pl.Int16),
    })  # fmt: skip
    if len(by_school):
        own_code = _found(by_school, school=stated["school"], key=rows["code"])
        stated = stated.with_columns(own_code.zip_with(own_code.is_not_null(), stated["code"]).alias("code"))
    return stated.drop_nulls(["student", "school"])


def _ids(select: str, **values: Any) -> pl.DataFrame:
    return queries.frame(select, {"key": pl.String, "id": pl.Int32}, **values)


def _found(ids: pl.DataFrame, **keys: pl.Series) -> pl.Series:
    """The id of each key, in the order of the keys; null where there is none."""
    return pl.DataFrame(keys).join(ids, on=list(keys), how="left", maintain_order="left")["id"]


def _differences(stated: pl.DataFrame, standing: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What is stated and does not stand, and what stands and is not stated; a slice of the students at a time."""
    fresh, gone = [], []
    for k in range(_SLICES):
        mine = pl.col("student") % _SLICES == k
        said, held = stated.filter(mine), standing.filter(mine)
        fresh.append(said.join(held, on=_SAME, how="anti"))
        gone.append(held.join(said, on=_SAME, how="anti"))
    return pl.concat(fresh), pl.concat(gone)


def _append(cursor, fresh: pl.DataFrame, arrival: Arrival) -> None:
    days = (pl.col("day") - EPOCH).cast(pl.Date)
    named = fresh.select(_SAME).with_columns(days).rename(dict(zip(_SAME, _MARK, strict=True)))
    _copy(cursor, "mark", named.with_columns(year=pl.lit(arrival.year), arrival_id=pl.lit(arrival.pk)))


@transaction.atomic
def state_marks(
    *, student: Student, school: School, day: date, marks: Iterable[tuple[str, int, int, int]], label: str,
    by: User | None,
) -> Statement:  # fmt: skip
    """A person's word on a student's day at a school: these marks (period, code id, minutes, share), and no others.

    It stands whatever later files say, until `take_back_statement`; a newer one takes its place. Raises Busy.
    """
    arrival = _spoken(day, label, by)
    stands = Statement.objects.filter(student=student, school=school, day=day, ended=None).first()
    wanted = sorted(map(list, marks), key=str)
    told = stands.file_says if stands else _listed(_standing_on(student.pk, school.pk, day))
    if stands:
        stands.ended = arrival
        stands.save(update_fields=["ended"])
    _bring(student.pk, school.pk, day, wanted, arrival)
    return Statement.objects.create(
        year=arrival.year, student=student, school=school, day=day, stated=wanted, arrival=arrival,
        told=[{"arrival": arrival.pk, "marks": told}],
    )  # fmt: skip


@transaction.atomic
def take_back_statement(*, statement: Statement, label: str, by: User | None) -> Arrival:
    """Let the day be what the newest files say of it. Raises Busy, or Statement.DoesNotExist where it ended already."""
    arrival = _spoken(statement.day, label, by)
    statement = Statement.objects.get(pk=statement.pk, ended=None)
    _bring(statement.student_id, statement.school_id, statement.day, statement.file_says, arrival)
    statement.ended = arrival
    statement.save(update_fields=["ended"])
    return arrival


def _spoken(day: date, label: str, by: User | None) -> Arrival:
    """An arrival of one person's word, as of the newest files of the day's year."""
    lease.claim(wait=lease.SHORTLY, by=by)
    year = SchoolYear.of(day).ending
    newest = Arrival.objects.filter(year=year).latest("pk")
    known = max(newest.known_at, min(timezone.now(), end_of(today())))
    source = Arrival.Source.FIRSTBELL
    return arrive(source=source, label=label, year=year, known_at=known, through=newest.through, by=by)


def _standing_on(student: int, school: int, day: date, before: int | None = None) -> list[Mark]:
    """The marks of a day that stand, or stood when arrival `before` came."""
    marks = Mark.objects.filter(student=student, school=school, day=day, year=SchoolYear.of(day).ending)
    if before is None:
        return list(marks.filter(withdrawals=None))
    gone = Withdrawal.objects.filter(mark=OuterRef("pk"), year=OuterRef("year"), arrival__lt=before)
    return list(marks.filter(~Exists(gone), arrival__lt=before))


def _listed(marks: Iterable[Mark]) -> list[list]:
    return sorted(([mark.period, mark.code_id, mark.minutes, mark.share] for mark in marks), key=str)


def _bring(student: int, school: int, day: date, wanted: list[list], arrival: Arrival) -> None:
    """Let exactly these marks stand on a student's day at a school."""
    missing = list(wanted)
    for mark in _standing_on(student, school, day):
        if (row := _listed([mark])[0]) in missing:
            missing.remove(row)
        else:
            Withdrawal.objects.create(year=arrival.year, mark=mark, arrival=arrival)
    for period, code, minutes, share in missing:
        Mark.objects.create(
            year=arrival.year, student_id=student, school_id=school, day=day, period=period, code_id=code,
            minutes=minutes, share=share, arrival=arrival,
        )  # fmt: skip


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
        "select column_name from information_schema.columns where table_name = %s and column_name <> 'id'"
        " and is_generated = 'NEVER'",
        [table],
    )
    columns = [name for (name,) in cursor.fetchall()]
    sets = ", ".join(f'"{c}" = b."{c}"' for c in columns)
    cursor.execute(
        f"update {table} t set {sets} from roster_change r, jsonb_populate_record(null::{table}, r.before) b"
        ' where r.arrival_id = %(undone)s and r."table" = %(table)s and t.id = r."row"',
        told,
    )


def _take_back_marks(cursor, arrival: Arrival, undo: Arrival) -> None:
    """Later arrivals are all undone or are people's own, so their marks count as this one's: undoing states anew.

    Days that people spoke of are left as they said; only what the files say of them is set back.
    """
    told = {"year": arrival.year, "undone": arrival.pk, "arrival": undo.pk}
    listed, theirs = ", ".join(_MARK), "arrival_id in (select id from arrival where source <> 'firstbell')"
    same = " and ".join(f"b.{name} = l.{name}" for name in _MARK)
    cursor.execute("drop table if exists brought, lost, spoken")
    cursor.execute(
        "create temp table spoken as select distinct student_id, school_id, day from mark_statement"
        " where year = %(year)s and (arrival_id >= %(undone)s or ended_id >= %(undone)s"
        " or ended_id is null and (told -> -1 ->> 'arrival')::bigint >= %(undone)s)",
        told,
    )
    ours = "(m.student_id, m.school_id, m.day) not in (select student_id, school_id, day from spoken)"
    cursor.execute(
        f"create temp table brought as select id, {listed} from mark m where year = %(year)s"
        f" and arrival_id between %(undone)s and %(arrival)s and {theirs} and {ours}"
        " and not exists (select 1 from mark_withdrawal w where w.year = m.year and w.mark_id = m.id)",
        told,
    )
    cursor.execute(
        f"create temp table lost as select {listed} from mark m where year = %(year)s and arrival_id < %(undone)s"
        " and id in (select mark_id from mark_withdrawal where year = %(year)s"
        f" and arrival_id between %(undone)s and %(arrival)s and {theirs}) and {ours}",
        told,
    )
    cursor.execute(
        "insert into mark_withdrawal (year, mark_id, arrival_id) select %(year)s, id, %(arrival)s from brought b"
        f" where not exists (select 1 from lost l where {same})",
        told,
    )
    cursor.execute(
        f"insert into mark (year, {listed}, arrival_id) select %(year)s, {listed}, %(arrival)s from lost l"
        f" where not exists (select 1 from brought b where {same})",
        told,
    )
    cursor.execute("select student_id, school_id, day from spoken")
    for student, school, day in cursor.fetchall():
        _set_back(student, school, day, before=arrival.pk, undo=undo)


def _set_back(student: int, school: int, day: date, *, before: int, undo: Arrival) -> None:
    """What the files said of a day before an arrival: it stands again, or is kept beside the statement that stands."""
    spoken = Statement.objects.filter(student=student, school=school, day=day)
    then = spoken.filter(Q(ended=None) | Q(ended__gte=before), arrival__lt=before).order_by("-pk").first()
    if then:
        said = [one["marks"] for one in then.told if one["arrival"] < before][-1]
    else:
        said = _listed(_standing_on(student, school, day, before))
    stands = spoken.filter(ended=None).first()
    if stands is None:
        _bring(student, school, day, said, undo)
    elif stands.file_says != said:
        stands.told.append({"arrival": undo.pk, "marks": said})
        stands.save(update_fields=["told"])
