"""One pipeline for page and command line: read, preview, apply, undo. A preview is an apply rolled back (ADR-0004)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
from django.conf import settings
from django.db import connection, transaction

from firstbell.core import journal
from firstbell.core.models import User
from firstbell.imports.models import Reject, Remark, Run
from firstbell.imports.reading import Extract, read
from firstbell.imports.rules import Surprise, surprises
from firstbell.law.calendar import SchoolYear, is_instructional
from firstbell.roster import actions as roster
from firstbell.roster.kinds import KINDS
from firstbell.roster.models import Arrival, School, Student

LOCK = 1913_0904
Progress = Callable[[str, int], None]


class Busy(Exception):  # noqa: N818 - it is a state of the world, not a fault
    """Another import holds the lock."""


class CannotUndo(Exception):  # noqa: N818
    """The run cannot be taken back; the message says why and what to do."""


@contextmanager
def lock() -> Iterator[None]:
    """One import at a time, held by the database connection: a killed process frees it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise Busy("Another import is running. Wait until it has ended, then start this one again.")
        try:
            yield
        finally:
            if connection.connection is not None and not connection.connection.closed:
                cursor.execute("select pg_advisory_unlock(%s)", [LOCK])


def preview(
    path: Path, *, by: User | None, strict: bool = False, upload: str = "", progress: Progress | None = None
) -> Run:
    """Read the files and say exactly what applying them would do; nothing but the run itself is kept.

    Raises Unreadable (the files as a whole are no good) or Busy.
    """
    extract = read(path, strict=strict, progress=progress)
    with lock(), transaction.atomic():
        found = _surprises(extract)
        point = transaction.savepoint()
        counts, samples, _ = _take_in(extract, by=by, progress=progress)
        transaction.savepoint_rollback(point)
        return _keep_run(extract, Run.State.PREVIEWED, by, strict, counts, samples, found, upload=upload)


def apply(
    path: Path, *, by: User | None, strict: bool = False, accept: bool = False, progress: Progress | None = None
) -> Run:
    """Read and apply the files in one transaction: all of it or nothing, also when the process is killed.

    A surprise stops it (state STOPPED, nothing applied) unless `accept`. Files that say nothing new give UNCHANGED.
    Raises Unreadable or Busy.
    """
    extract = read(path, strict=strict, progress=progress)
    with lock(), transaction.atomic():
        found = _surprises(extract)
        if found and not accept:
            return _keep_run(extract, Run.State.STOPPED, by, strict, {}, {}, found)
        point = transaction.savepoint()
        counts, samples, arrival = _take_in(extract, by=by, progress=progress)
        changed = any(n for tally in counts.values() for name, n in tally.items() if name != "unchanged")
        newer = (
            not Arrival.objects.filter(year=extract.year, through__gte=arrival.through).exclude(pk=arrival.pk).exists()
        )
        if not (changed or newer):
            transaction.savepoint_rollback(point)
            return _keep_run(extract, Run.State.UNCHANGED, by, strict, counts, samples, found)
        run = _keep_run(extract, Run.State.APPLIED, by, strict, counts, samples, found, arrival=arrival)
        journal.record("imports.applied", by=by, about=run, name=run.name, digest=run.digest)
        return run


@transaction.atomic
def undo(*, run: Run | None = None, by: User | None) -> Run:
    """Take back an applied run (the newest when none is named). Raises CannotUndo or Busy."""
    with lock():
        newest = Run.objects.filter(state=Run.State.APPLIED).order_by("-pk").first()
        if newest is None:
            raise CannotUndo("There is no applied import to undo.")
        if run is not None and run.pk != newest.pk:
            raise CannotUndo(f"Only the newest applied import can be undone: that is run {newest.pk}, {newest.name}.")
        roster.take_back(newest.arrival, by=by)
        newest.state = Run.State.UNDONE
        newest.save(update_fields=["state"])
        journal.record("imports.undone", by=by, about=newest)
        return newest


def _take_in(extract: Extract, *, by: User | None, progress: Progress | None):
    arrival = roster.arrive(
        source=Arrival.Source.SIS, label=extract.name, year=extract.year, known_at=extract.as_of,
        through=extract.as_of.astimezone(ZoneInfo(settings.TIME_ZONE)).date(), by=by,
    )  # fmt: skip
    files = {Path(name).name for name in extract.rows}
    counts, samples = {}, {}
    for step, kind in enumerate(KINDS):
        rows = extract.tables.get(kind.name, pl.DataFrame())
        tally = roster.receive(kind, rows, arrival=arrival, complete=kind.file in files)
        counts[kind.name], samples[kind.name] = tally.counts(), tally.samples
        if progress:
            progress(f"compare {kind.name}", 100 * (step + 1) // len(KINDS))
    roster.settle(through=arrival.through)
    tally = roster.receive_marks(extract.tables["marks"], arrival=arrival)
    counts["marks"] = tally.counts()
    return counts, {name: found for name, found in samples.items() if found}, arrival


def _surprises(extract: Extract) -> list[Surprise]:
    known = set(School.objects.values_list("key", flat=True))
    last = (
        Run.objects.filter(state=Run.State.APPLIED, year=extract.year)
        .order_by("-as_of")
        .values_list("as_of", flat=True)
        .first()
    )
    return surprises(
        students=extract.tables["students"].height,
        students_before=Student.objects.filter(live=True).count(),
        new_schools=[key for key in extract.tables["schools"]["key"] if key not in known],
        schools_before=School.objects.filter(live=True).count(),
        as_of=extract.as_of,
        last_as_of=last,
        now=datetime.now(timezone.utc),  # noqa: UP017
        year=extract.year,
        year_of_as_of=SchoolYear.of(extract.as_of.date()).ending,
    )


def _keep_run(extract, state, by, strict, counts, samples, found, *, arrival=None, upload="") -> Run:
    run = Run.objects.create(
        state=state, by=by, name=extract.name[:255], digest=extract.digest, as_of=extract.as_of, year=extract.year,
        system=f"OneRoster {extract.version} {extract.system or ''}".strip()[:120], strict=strict, upload=upload,
        counts={"rows": extract.rows, "tables": counts, "instructional_days": _instructional_days(extract)},
        samples=samples,
        surprises=[surprise.as_dict() for surprise in found], arrival=arrival,
    )  # fmt: skip
    Remark.objects.bulk_create(
        (
            Remark(
                run=run, kind=r.kind, file=r.file[:120], row=r.row, column=(r.column or "")[:120], rule=r.rule[:60],
                expected=r.expected[:500], found=r.found[:200], remedy=r.remedy[:500],
            )
            for r in extract.remarks
        ),
        batch_size=5000,
    )  # fmt: skip
    Reject.objects.bulk_create((Reject(run=run, **row) for row in _rejected(extract)), batch_size=5000)
    return run


def _instructional_days(extract: Extract) -> int:
    days = extract.tables["calendar_days"].select("day", "event").unique().rows()
    return len({day for day, event in days if is_instructional(event or "", day)})


def _rejected(extract: Extract) -> Iterator[dict[str, object]]:
    for file, rows in extract.rejects.items():
        for row in rows.iter_rows(named=True):
            number, reason = row.pop("_row"), row.pop("_reason")
            yield {"file": file[:120], "row": number, "reason": str(reason)[:1000], "cells": row}
