"""The two manifests: which OneRoster the roster files speak, and what the attendance files claim about themselves."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .columns import CATALOGUE, ROSTER_MANIFEST, SIDE_MANIFEST
from .remarks import Log, stop

MOST = 1024**2  # a manifest of more bytes is none
_AGAIN = "Let the student system write the manifest again."


@dataclass(frozen=True, slots=True)
class Roster:
    """What manifest.csv says. `states`: file name -> absent or bulk."""

    version: str
    system: str
    states: dict[str, str]


@dataclass(frozen=True, slots=True)
class Side:
    """What manifest.json says. `year` is the one the school year ends in; `claims`: file -> (rows, sha256)."""

    year: int
    as_of: datetime
    claims: dict[str, tuple[int | None, str | None]] = field(default_factory=dict)


def roster(path: Path, log: Log) -> Roster:
    """Read manifest.csv (OneRoster CSV binding, section on the manifest)."""
    rows = list(csv.reader(_text(ROSTER_MANIFEST, path).splitlines()))
    if not rows or [cell.strip() for cell in rows[0]][:2] != ["propertyName", "value"]:
        found = ",".join(rows[0]) if rows else "nothing"
        stop(ROSTER_MANIFEST, "manifest", row=1, expected="propertyName,value", found=found, remedy=_AGAIN)
    said: dict[str, str] = {}
    for number, row in enumerate(rows[1:], start=2):
        name, value = ([cell.strip() for cell in row] + ["", ""])[:2]
        if name in said:
            _fixed(number, name, "each property once", "a second one", log)
        elif name:
            said[name] = value
    version = said.get("oneroster.version", "")
    if version not in CATALOGUE:
        remedy = "Export as OneRoster 1.2 or 1.1."
        found = version or "no version"
        stop(ROSTER_MANIFEST, "version", column="oneroster.version", expected="1.1 or 1.2", found=found, remedy=remedy)
    return Roster(version, _system(said, log), _states(said, version, log))


def _system(said: dict[str, str], log: Log) -> str:
    names = []
    for key in ("source.systemName", "source.systemCode"):
        value = said.get(key, "")
        if value == "absent":
            _fixed(None, key, "a name or nothing", value, log)
            value = ""
        names.append(value)
    return names[0] or names[1]


def _states(said: dict[str, str], version: str, log: Log) -> dict[str, str]:
    states: dict[str, str] = {}
    for name, value in said.items():
        file = name.removeprefix("file.")
        if file == name:
            if name not in ("manifest.version", "oneroster.version", "source.systemName", "source.systemCode"):
                _fixed(None, name, "a property of the standard", "an unknown one", log)
        elif file not in CATALOGUE[version]:
            _fixed(None, name, f"a file of OneRoster {version}", "an unknown one", log)
        else:
            states[f"{file}.csv"] = _state(name, value, log)
    if log.strict and len(states) < len(CATALOGUE[version]):
        missing = sorted(CATALOGUE[version] - {s.removesuffix(".csv") for s in states})
        _fixed(None, f"file.{missing[0]}", "absent, bulk or delta", "no line", log)
    return states


def _state(name: str, value: str, log: Log) -> str:
    state = value.lower()
    if state == "delta":
        remedy = "Export everything (bulk): a file of changes alone cannot show who has left."
        stop(ROSTER_MANIFEST, "delta", column=name, expected="bulk", found="delta", remedy=remedy)
    if value not in ("absent", "bulk"):
        _fixed(None, name, "absent or bulk", value or "nothing", log)
    return state if state in ("absent", "bulk") else ""


def _fixed(row: int | None, column: str, expected: str, found: str, log: Log) -> None:
    log.say("fixed", ROSTER_MANIFEST, "manifest", row=row, column=column, expected=expected, found=found, remedy=_AGAIN)


def side(path: Path, log: Log) -> Side:
    """Read manifest.json; every figure of the extract hangs on its schoolYear and asOf, so they are never assumed."""
    try:
        said = json.loads(_text(SIDE_MANIFEST, path))
    except (ValueError, RecursionError):
        stop(SIDE_MANIFEST, "manifest", expected="JSON", found="something else", remedy=_AGAIN)
    if not isinstance(said, dict):
        stop(SIDE_MANIFEST, "manifest", expected="a JSON object", found=type(said).__name__, remedy=_AGAIN)
    if said.get("schemaVersion") != "1.0":
        found = str(said.get("schemaVersion", "nothing"))
        stop(SIDE_MANIFEST, "version", column="schemaVersion", expected="1.0", found=found, remedy=_AGAIN)
    return Side(school_year(said.get("schoolYear")), _as_of(said.get("asOf"), log), _claims(said.get("files")))


def school_year(value: object) -> int:
    """The ending year of "2021-2022", "2022" or 2022."""
    year = ending_year(str(value))
    if year is None:
        stop(SIDE_MANIFEST, "school-year", column="schoolYear", expected="2025-2026", found=str(value), remedy=_AGAIN)
    return year


def ending_year(text: str) -> int | None:
    """2026 for "2025-2026", "2025-26" and "2026"; None for anything else."""
    if re.fullmatch(r"(19|20)\d\d", text):
        return int(text)
    if span := re.fullmatch(r"((?:19|20)\d\d)[-/](\d\d|\d{4})", text):
        year = int(span[1]) + 1
        return year if str(year).endswith(span[2]) else None
    return None


def _as_of(value: object, log: Log) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo is None:
            log.say(
                "fixed",
                SIDE_MANIFEST,
                "as-of-zone",
                column="asOf",
                expected="a moment with its zone, like 2026-05-12T18:00:00Z",
                found=str(value),
                remedy="It was taken as UTC.",
            )
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        expected = "a moment like 2026-05-12T18:00:00Z"
        stop(SIDE_MANIFEST, "as-of", column="asOf", expected=expected, found=str(value), remedy=_AGAIN)


def _claims(files: Any) -> dict[str, tuple[int | None, str | None]]:
    if not isinstance(files, dict):
        return {}
    claims: dict[str, tuple[int | None, str | None]] = {}
    for name, claim in files.items():
        if isinstance(claim, dict):
            rows, digest = claim.get("rows"), claim.get("sha256")
            claims[name] = (rows if type(rows) is int else None, digest if isinstance(digest, str) else None)
    return claims


def _text(file: str, path: Path) -> str:
    if path.stat().st_size > MOST:
        stop(file, "manifest", expected="a small file", found="a very large one", remedy=_AGAIN)
    data = path.read_bytes()
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        stop(file, "encoding", expected="UTF-8", found="bytes that are no text", remedy="Save the file as UTF-8.")
