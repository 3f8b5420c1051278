"""From a path to an Extract: unpack, digest, manifests, then each file after those it refers to."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import polars as pl

from . import columns, encoding, enrolments, families, manifests, marks, people, places, school_days, unpack
from .arrival import Arrival
from .columns import ROSTER_MANIFEST, SIDE_MANIFEST
from .encoding import Source
from .limits import Limits
from .remarks import Log, Remarks, stop

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Extract:
    """A district's files as normalised frames, and everything there was to say about them.

    `digest` names the content, whatever it was packed in. `rows`: file -> {read, kept, rejected}, read = kept +
    rejected. `rejects`: file -> the rejected rows as they came (mapped columns only) with `_row` and `_reason`.
    """

    name: str
    digest: str
    as_of: datetime
    year: int
    system: str
    version: Literal["1.1", "1.2"]
    tables: dict[str, pl.DataFrame]
    remarks: Remarks
    rejects: dict[str, pl.DataFrame]
    rows: dict[str, dict[str, int]]


def read(
    path: Path, *, strict: bool = False, limits: Limits | None = None, progress: Progress | None = None
) -> Extract:
    """Read a folder or zip of the daily extract; nothing is written but private scratch files, gone when it returns.

    In lenient mode common slips are set right and told; in `strict` mode a slip in a row rejects the row and a slip
    in a file raises. `progress` hears the file at hand and the percent of bytes done. Raises Unreadable.
    """
    log = Log(strict=strict)
    bounds = limits or Limits()
    try:
        with tempfile.TemporaryDirectory(prefix="firstbell-") as scratch:
            return _read(path, Path(scratch), bounds, log, progress)
    except OSError as error:
        stop(path.name, "cannot-read", expected="readable files", found=error.strerror or "", remedy="Try it again.")


def _read(path: Path, scratch: Path, limits: Limits, log: Log, progress: Progress | None) -> Extract:
    files = unpack.gather(path, scratch, limits, log)
    _check_present(files, (ROSTER_MANIFEST, SIDE_MANIFEST))
    roster = manifests.roster(files[ROSTER_MANIFEST], log)
    side = manifests.side(files[SIDE_MANIFEST], log)
    _check_needed(files, roster)
    _check_states(files, roster, log)
    layouts = {layout.file: layout for layout in (*columns.ONEROSTER[roster.version], *columns.SIDE_FILES)}
    sources = {f: encoding.prepare(f, at, scratch, log) for f, at in files.items() if f in layouts}
    arrival = Arrival(side.year, roster.version, sources, layouts, limits, log, _ticker(sources, progress))
    _read_tables(arrival, side)
    _check_claims(arrival, side, log)
    return Extract(
        name=path.name,
        digest=_digest(files, sources),
        as_of=side.as_of,
        year=side.year,
        system=roster.system,
        version="1.1" if roster.version == "1.1" else "1.2",
        tables=arrival.tables,
        remarks=log.remarks(),
        rejects=arrival.rejects,
        rows=arrival.rows,
    )


def _read_tables(arrival: Arrival, side: manifests.Side) -> None:
    places.read(arrival)
    people.read(arrival, side.as_of.date())
    school_days.read(arrival)
    enrolments.read(arrival)
    enrolments.check_classes(arrival)
    families.read(arrival)
    marks.read(arrival)


def _check_present(files: dict[str, Path], needed: tuple[str, ...]) -> None:
    missing = [f for f in needed if f not in files]
    if missing:
        expected = " and ".join(missing)
        remedy = "Send the roster files and the attendance files with both manifests."
        stop(missing[0], "no-manifest", expected=expected, found=", ".join(sorted(files)), remedy=remedy)


def _check_needed(files: dict[str, Path], roster: manifests.Roster) -> None:
    """All that is missing is named at once."""
    needed = (*columns.ROSTER_NEEDED[roster.version], *columns.ALWAYS_NEEDED)
    missing = [f for f in needed if f not in files]
    if not any(f in files for f in columns.EVENTS):
        missing.append(" or ".join(columns.EVENTS))
    if missing:
        found = f"{len(files)} other files"
        remedy = "Send these files too."
        stop(missing[0], "missing-file", expected=", ".join(missing), found=found, remedy=remedy)


def _check_states(files: dict[str, Path], roster: manifests.Roster, log: Log) -> None:
    """manifest.csv says absent exactly of the files that are not there."""
    for file, state in sorted(roster.states.items()):
        there = file in files
        if state and there != (state == "bulk"):
            found = "the file is there" if there else "no such file"
            remedy = "Let the student system write the manifest again."
            log.say("fixed", file, "manifest-state", expected=f"{state} by the manifest", found=found, remedy=remedy)


def _check_claims(arrival: Arrival, side: manifests.Side, log: Log) -> None:
    """manifest.json gives rows and sha256 of each file; a file cut short on its way shows here."""
    for file, (rows, digest) in sorted(side.claims.items()):
        if file not in arrival.layouts:
            continue
        source = arrival.sources.get(file)
        if source is None:
            _differs(file, "the file", "no such file", log)
            continue
        if digest is not None and digest.lower() != source.sha256:
            _differs(file, f"sha256 {digest[:12]}…", f"{source.sha256[:12]}…", log)
        read = arrival.rows.get(file, {}).get("read", rows)
        if rows is not None and read != rows:
            _differs(file, f"{rows:,} rows", f"{read:,} rows", log)


def _differs(file: str, expected: str, found: str, log: Log) -> None:
    remedy = "The file is not the one the manifest tells of: was it cut short or changed by hand?"
    if log.strict:
        stop(file, "manifest-differs", expected=expected, found=found, remedy=remedy)
    log.say("note", file, "manifest-differs", expected=expected, found=found, remedy=remedy)


def _digest(files: dict[str, Path], sources: dict[str, Source]) -> str:
    """sha256 over each file's name and sha256, in order of name."""
    whole = hashlib.sha256()
    for file, at in sorted(files.items()):
        own = sources[file].sha256 if file in sources else _sha256(at)
        whole.update(f"{file}\n{own}\n".encode())
    return whole.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _ticker(sources: dict[str, Source], progress: Progress | None) -> Callable[[str, int], None] | None:
    if progress is None:
        return None
    total = sum(s.path.stat().st_size for s in sources.values())
    done = 0

    def tick(file: str, size: int) -> None:
        nonlocal done
        done += size
        progress(file, min(100, 100 * done // max(total, 1)))

    return tick
