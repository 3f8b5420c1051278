"""From a folder or zip on disk to a plain list of known files, each checked for size; nothing else is opened."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from . import columns
from .limits import Limits
from .remarks import Log, shown, stop

MIB = 1024**2
JUNK = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


def gather(path: Path, into: Path, limits: Limits, log: Log) -> dict[str, Path]:
    """Known file name -> where it can be read; zip members are copied into the private folder `into`.

    Accepts a folder with the files in it or one level down, a zip of the same, or a folder with zips in it.
    """
    if path.is_dir():
        found = _from_folder(path, into, limits)
    elif path.is_file() and zipfile.is_zipfile(path):
        found = list(_from_zip(path, into, limits))
    elif path.exists():
        stop(
            path.name,
            "not-an-extract",
            expected="a folder or a zip file",
            found="another kind of file",
            remedy="Send the zip or the folder that the student system wrote.",
        )
    else:
        stop(path.name, "no-such-path", expected="a folder or zip", found="nothing there", remedy="Check the path.")
    return _named(found, path, log)


def _named(found: list[tuple[str, Path]], where: Path, log: Log) -> dict[str, Path]:
    known = columns.every_file()
    files: dict[str, Path] = {}
    for name, at in sorted(found):
        base = PurePosixPath(name).name
        proper = known.get(base.lower())
        if proper is None:
            said = shown(base)
            log.say("note", said, "unknown-file", expected="a file of the extract", found=said, remedy=_NOT_READ)
            continue
        if proper in files:
            stop(proper, "file-twice", expected="one", found="two of them", remedy="Leave one in the extract.")
        if proper != base:
            log.say("fixed", proper, "file-name", expected=proper, found=base, remedy=f"Name the file {proper}.")
        files[proper] = at
    if not files:
        stop(where.name, "empty-extract", expected="the files of the daily extract", found="none of them", remedy=_SEND)
    return files


_NOT_READ = "It is not read."
_SEND = "Send the oneroster files and the attendance files together."


def _from_folder(folder: Path, into: Path, limits: Limits) -> list[tuple[str, Path]]:
    found: list[tuple[str, Path]] = []
    entries = total = 0
    for at in _walk(folder, deeper=True):
        entries += 1
        if entries > limits.entries:
            _too_many(folder.name, limits)
        if at.suffix.lower() == ".zip" and zipfile.is_zipfile(at):
            found += _from_zip(at, into / str(entries), limits)
            continue
        size = at.stat().st_size
        _check_size(at.name, size, limits)
        total += size
        if total > limits.folder_bytes:
            _too_large(folder.name, limits.folder_bytes)
        found.append((at.name, at))
    return found


def _walk(folder: Path, *, deeper: bool) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        if _is_junk(entry.name):
            continue
        if entry.is_symlink():
            stop(entry.name, "link", expected="a plain file", found="a symbolic link", remedy="Send the file itself.")
        if entry.is_dir():
            if deeper:
                yield from _walk(Path(entry.path), deeper=False)
        elif entry.is_file():
            yield Path(entry.path)


def _from_zip(path: Path, into: Path, limits: Limits) -> Iterator[tuple[str, Path]]:
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(path) as archive:
            members = _checked(path.name, archive.infolist(), limits)
            left = limits.zip_bytes
            for number, member in enumerate(members):
                target = into / f"{number}.csv"
                left -= _copy(archive, member, target, min(left, limits.file_bytes), limits)
                yield member.filename, target
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OverflowError) as error:
        stop(
            path.name,
            "zip-damaged",
            expected="a sound zip file",
            found=f"{type(error).__name__}",
            remedy="Make the zip again and send it once more.",
        )


def _checked(name: str, members: list[zipfile.ZipInfo], limits: Limits) -> list[zipfile.ZipInfo]:
    """The members that are known files, after every member has passed; sizes here are only what the zip claims."""
    if len(members) > limits.entries:
        _too_many(name, limits)
    if any(m.filename == "[Content_Types].xml" for m in members):
        stop(name, "workbook", expected="CSV files", found="an Excel workbook", remedy="Export the tables as CSV.")
    for member in members:
        _check_member(name, member, limits)
    if sum(m.file_size for m in members) > limits.zip_bytes:
        _too_large(name, limits.zip_bytes)
    return [m for m in members if not m.is_dir() and not any(_is_junk(p) for p in PurePosixPath(m.filename).parts)]


def _check_member(name: str, member: zipfile.ZipInfo, limits: Limits) -> None:
    parts = member.orig_filename.replace("\\", "/").split("/")
    if parts[0] == "" or ".." in parts or ":" in parts[0] or "\x00" in member.orig_filename:
        stop(name, "zip-path", expected="plain names", found=member.orig_filename, remedy="Make the zip again.")
    if stat.S_ISLNK(member.external_attr >> 16):
        stop(name, "link", expected="plain files", found=f"a link: {member.filename}", remedy="Send the file itself.")
    if member.flag_bits & 0x1:
        stop(name, "zip-locked", expected="no password", found="an encrypted zip", remedy="Send it without a password.")
    if member.filename.lower().endswith(".zip"):
        stop(
            name, "zip-in-zip", expected="the files", found=member.filename, remedy="Send one zip, or a folder of zips."
        )
    _check_size(member.filename, member.file_size, limits)
    if member.file_size > MIB and member.file_size > limits.zip_ratio * max(member.compress_size, 1):
        _bomb(member.filename, limits)


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, most: int, limits: Limits) -> int:
    """Copy one member and count what really comes out, whatever the zip claimed."""
    written = 0
    with archive.open(member) as source, target.open("xb") as out:
        while chunk := source.read(MIB):
            written += len(chunk)
            if written > most:
                _too_large(member.filename, most)
            if written > MIB and written > limits.zip_ratio * max(member.compress_size, 1):
                _bomb(member.filename, limits)
            out.write(chunk)
    return written


def _check_size(name: str, size: int, limits: Limits) -> None:
    if size > limits.file_bytes:
        _too_large(name, limits.file_bytes)


def _too_large(name: str, most: int) -> None:
    stop(name, "too-large", expected=f"at most {most:,} bytes", found="more", remedy="Send one school year at a time.")


def _too_many(name: str, limits: Limits) -> None:
    stop(name, "too-many-files", expected=f"at most {limits.entries} files", found="more", remedy=_SEND)


def _bomb(name: str, limits: Limits) -> None:
    stop(
        name,
        "zip-bomb",
        expected=f"a file that shrinks at most {limits.zip_ratio} times",
        found="one that shrinks more",
        remedy="Send the files in a folder, not zipped.",
    )


def _is_junk(name: str) -> bool:
    return name in JUNK or name.startswith("._")
