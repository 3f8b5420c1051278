"""One pipeline for page and command line: read, preview, apply, undo. A preview is an apply rolled back (ADR-0004).

What a page asks for is done by a job: `receive` and `ask` put it, `taken_up`, `finish` and `fail` are the job's.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone as clock

from firstbell.core import jobs, journal, lease
from firstbell.core.lease import Busy as Busy
from firstbell.core.models import User
from firstbell.imports import queries
from firstbell.imports.models import Reject, Remark, Run
from firstbell.imports.reading import Extract, Unreadable, read
from firstbell.imports.rules import KEPT_DAYS, Surprise, may_be_asked, surprises
from firstbell.law.calendar import SchoolYear, is_instructional
from firstbell.roster import actions as roster
from firstbell.roster.kinds import KINDS
from firstbell.roster.models import Arrival, School, Student

Progress = Callable[[str, int], None]
MOVED_ON = (
    "Another import was applied or undone after this preview was made, so it was made again."
    " Nothing was applied: look at it once more, then apply."
)


class CannotUndo(Exception):  # noqa: N818
    """The run cannot be taken back; the message says why and what to do."""


class NotNow(Exception):  # noqa: N818
    """What was asked of the run does not fit the state it is in."""


def preview(
    path: Path, *, by: User | None, strict: bool = False, run: Run | None = None, progress: Progress | None = None
) -> Run:
    """Read the files and say exactly what applying them would do; nothing but the run itself is kept.

    Raises Unreadable (the files as a whole are no good) or Busy.
    """
    extract = _read(path, strict, run, progress)
    with transaction.atomic():
        lease.claim(wait=lease.SHORTLY, by=by)
        return _previewed(extract, by=by, strict=strict, run=run, progress=progress)


def apply(
    path: Path, *, by: User | None, strict: bool = False, accept: bool = False, reason: str = "",
    run: Run | None = None, progress: Progress | None = None,
) -> Run:  # fmt: skip
    """Read and apply the files in one transaction: all of it or nothing, also when the process is killed.

    A surprise stops it (state STOPPED, nothing applied) unless `accept`. Files that say nothing new give UNCHANGED.
    A previewed `run` whose preview the district has moved on from is previewed again instead.
    Raises Unreadable or Busy.
    """
    extract = _read(path, strict, run, progress)
    with transaction.atomic():
        lease.claim(wait=lease.SHORTLY, by=by)
        if run is not None and run.basis_id != queries.basis():
            return _previewed(extract, by=by, strict=strict, run=run, progress=progress, error=MOVED_ON)
        found = _surprises(extract)
        if found and not accept:
            return _keep_run(extract, Run.State.STOPPED, by, strict, {}, {}, found, run=run)
        stood = Arrival.objects.filter(year=extract.year).order_by("-pk").first()
        point = transaction.savepoint()
        counts, samples, arrival = _take_in(extract, by=by, progress=_part(progress, "", 50, 95))
        changed = any(n for tally in counts.values() for name, n in tally.items() if name not in ("unchanged", "held"))
        newer = stood is None or stood.through < arrival.through
        if not (changed or newer):
            transaction.savepoint_rollback(point)
            return _keep_run(extract, Run.State.UNCHANGED, by, strict, counts, samples, found, run=run)
        run = _keep_run(extract, Run.State.APPLIED, by, strict, counts, samples, found, arrival=arrival, run=run)
        if found:
            rules = [surprise.rule for surprise in found]
            journal.record("imports.accepted", by=by, about=run, reason=reason, surprises=rules)
        journal.record("imports.applied", by=by, about=run, name=run.name, digest=run.digest)
        return run


@transaction.atomic
def undo(*, run: Run | None = None, by: User | None) -> Run:
    """Take back an applied run (the newest when none is named). Raises CannotUndo or Busy."""
    lease.claim(wait=lease.SHORTLY, by=by)
    newest = queries.newest_applied()
    if newest is None:
        raise CannotUndo("There is no applied import to undo.")
    if run is not None and run.pk != newest.pk:
        raise CannotUndo(f"Only the newest applied import can be undone: that is run {newest.pk}, {newest.name}.")
    roster.take_back(newest.arrival, by=by)
    newest.state = Run.State.UNDONE
    newest.save(update_fields=["state"])
    journal.record("imports.undone", by=by, about=newest)
    return newest


@transaction.atomic
def receive(files: UploadedFile, *, strict: bool, by: User) -> Run:
    """Keep an uploaded zip under a name of ours and ask for its preview. Raises Busy."""
    upload = f"{secrets.token_hex(16)}.zip"
    sweep()
    with (queries.uploads() / upload).open("wb") as into:
        for chunk in files.chunks():
            into.write(chunk)
    run = Run.objects.create(state=Run.State.RECEIVED, by=by, name=files.name[:255], strict=strict, upload=upload)
    return ask(run=run, task=Run.Task.PREVIEW, by=by)


@transaction.atomic
def ask(*, run: Run, task: str, by: User, reason: str = "") -> Run:
    """Have a worker preview, apply or undo a run; asking twice asks once. Raises Busy, NotNow or CannotUndo."""
    run = Run.objects.select_for_update().get(pk=run.pk)
    if run.task:
        return run
    if busy := queries.importing():
        raise Busy(busy)
    if not may_be_asked(task, state=run.state, files_kept=queries.files_of(run) is not None):
        raise NotNow(
            f"This run is {run.get_state_display().lower()}, or its files are no longer kept. Send them again."
        )
    if task == Run.Task.UNDO and run != queries.newest_applied():
        raise CannotUndo("Only the newest applied import can be undone. Undo that one first.")
    run.task, run.asked_by, run.asked_at, run.reason = task, by, clock.now(), reason
    run.step, run.percent, run.error = "Waiting for its turn", 0, ""
    run.save()
    jobs.later(f"imports.{task}", run=run.pk)
    return run


def taken_up(*, run: int, task: str) -> Run | None:
    """The run, if that task is still to be done; None when another attempt did it."""
    return Run.objects.select_related("asked_by").filter(pk=run, task=task).first()


@transaction.atomic
def finish(*, run: Run, served: dict[str, Any] | None) -> None:
    """The task is done, `served` says what the standings came to; the files are kept only while they are needed."""
    run = Run.objects.select_for_update().get(pk=run.pk)
    run.task, run.step, run.percent = "", "", 100
    run.counts = {**run.counts, "served": served}
    if run.state in (Run.State.APPLIED, Run.State.UNCHANGED, Run.State.UNDONE):
        transaction.on_commit(lambda upload=run.upload: _remove(upload))
        run.upload = ""
    elif run.state == Run.State.PREVIEWED:
        run.reason = ""
    run.save()


@transaction.atomic
def fail(*, run: Run, why: Exception | str) -> None:
    """The task came to nothing: keep what to say about it. Files that were never read leave a failed run."""
    run = Run.objects.select_for_update().get(pk=run.pk)
    if isinstance(why, Unreadable) and why.remark.file == run.upload:
        why = Unreadable(replace(why.remark, file=run.name))
    run.task, run.step, run.error = "", "", str(why)[:1000]
    if run.state == Run.State.RECEIVED:
        run.state = Run.State.FAILED
        if isinstance(why, Unreadable):
            run.remarks.all().delete()
            _keep_remarks(run, [why.remark])
    run.save()


def wait(*, run: Run) -> None:
    """Another holds the lease: say who, the job will come again."""
    Run.objects.filter(pk=run.pk).update(step=f"Waiting. {queries.holding()}"[:200])


class Telling:
    """Says how far a run is, over a connection of its own: pages must see it before the work commits."""

    def __init__(self, run: Run) -> None:
        self.run, self.step, self.said_at = run, "", 0.0
        self.connection = connection.copy()

    def __enter__(self) -> Progress:
        return self._tell

    def __exit__(self, *ignored: object) -> None:
        self.connection.close()

    def _tell(self, step: str, percent: int) -> None:
        if step == self.step and time.monotonic() - self.said_at < 0.3:
            return
        self.step, self.said_at = step, time.monotonic()
        # The row is ours but for the moment the work itself writes it: then saying nothing is right.
        with suppress(DatabaseError), self.connection.cursor() as cursor:
            cursor.execute("set lock_timeout = '200ms'")
            cursor.execute(
                "update import_run set step = %s, percent = %s where id = %s", [step[:200], percent, self.run.pk]
            )


def _part(progress: Progress | None, verb: str, first: int, last: int) -> Progress | None:
    """`progress` for one part of the work, from `first` to `last` percent of the whole."""
    if progress is None:
        return None
    return lambda step, percent: progress(f"{verb}{step}", first + (last - first) * percent // 100)


def sweep() -> None:
    """Remove uploaded files that nobody applied in KEPT_DAYS."""
    oldest = time.time() - KEPT_DAYS * 24 * 3600
    for kept in queries.uploads().glob("*.zip"):
        if kept.stat().st_mtime < oldest:
            kept.unlink(missing_ok=True)


def _remove(upload: str) -> None:
    if upload:
        (queries.uploads() / upload).unlink(missing_ok=True)


def _read(path: Path, strict: bool, run: Run | None, progress: Progress | None) -> Extract:
    extract = read(path, strict=strict, progress=_part(progress, "Reading ", 0, 50))
    return replace(extract, name=run.name) if run else extract


def _previewed(extract: Extract, *, by, strict, run, progress, error: str = "") -> Run:
    found = _surprises(extract)
    point = transaction.savepoint()
    counts, samples, _ = _take_in(extract, by=by, progress=_part(progress, "", 50, 95))
    transaction.savepoint_rollback(point)
    return _keep_run(extract, Run.State.PREVIEWED, by, strict, counts, samples, found, run=run, error=error)


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
            progress(f"Comparing {kind.name.replace('_', ' ')}", 100 * (step + 1) // len(KINDS))
    roster.settle(through=arrival.through)
    tally = roster.receive_marks(extract.tables.pop("marks"), arrival=arrival)
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


def _keep_run(extract, state, by, strict, counts, samples, found, *, arrival=None, run=None, error="") -> Run:
    """Write what came of an attempt into its run, or into a new one. The same files were remarked on before."""
    run = run or Run(by=by, name=extract.name[:255])
    said_before = run.digest == extract.digest
    run.state, run.digest, run.as_of, run.year, run.strict = state, extract.digest, extract.as_of, extract.year, strict
    run.system = f"OneRoster {extract.version} {extract.system or ''}".strip()[:120]
    run.counts = {"rows": extract.rows, "tables": counts, "instructional_days": _instructional_days(extract)}
    run.samples, run.surprises = samples, [surprise.as_dict() for surprise in found]
    run.arrival, run.basis_id, run.error = arrival, queries.basis(), error
    run.save()
    if not said_before:
        run.remarks.all().delete()
        run.rejects.all().delete()
        _keep_remarks(run, extract.remarks)
        Reject.objects.bulk_create((Reject(run=run, **row) for row in _rejected(extract)), batch_size=5000)
    return run


def _keep_remarks(run: Run, remarks) -> None:
    Remark.objects.bulk_create(
        (
            Remark(
                run=run, kind=r.kind, file=r.file[:120], row=r.row, column=(r.column or "")[:120], rule=r.rule[:60],
                expected=r.expected[:500], found=r.found[:200], remedy=r.remedy[:500],
            )
            for r in remarks
        ),
        batch_size=5000,
    )  # fmt: skip


def _instructional_days(extract: Extract) -> int:
    days = extract.tables["calendar_days"].select("day", "event").unique().rows()
    return len({day for day, event in days if is_instructional(event or "", day)})


def _rejected(extract: Extract) -> Iterator[dict[str, object]]:
    for file, rows in extract.rejects.items():
        for row in rows.iter_rows(named=True):
            number, reason = row.pop("_row"), row.pop("_reason")
            yield {"file": file[:120], "row": number, "reason": str(reason)[:1000], "cells": row}
