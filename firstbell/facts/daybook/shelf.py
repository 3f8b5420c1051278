"""The shelf: a book is written beside the others, checked, and pointed to in a single rename.

    home/2026-run41-3f9c0a21b7de.book/   manifest.json and one .npy file for each array
    home/2026.current                    the name of the book to read

Readers keep the map they opened; nobody ever sees half a book. One process publishes at a time (the caller's lease);
any number read.
"""

import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from firstbell.facts.daybook.book import ARRAYS, DayBook
from firstbell.facts.kernels.totals import bytes_used

_LOOKS = 3


class BadBook(ValueError):  # noqa: N818 - named for what it is
    """A book on disk that is not what was written. Says which file, what was expected and what was found."""

    def __init__(self, file: Path, expected: object, found: object):
        super().__init__(f"{file}: expected {expected}, found {found}")
        self.file, self.expected, self.found = file, expected, found


def publish(book: DayBook, home: Path) -> Path:
    """Put a book on the shelf and make it the current one of its year; returns its folder.

    The same content under the same version is the same folder, so publishing twice is harmless. Keeps the book that
    was current before, for readers about to open it; sweeps away older ones and whatever a killed run left.
    """
    if not re.fullmatch(r"[\w.-]+", book.version):
        raise ValueError(f"not a version that can name a folder: {book.version!r}")
    home.mkdir(parents=True, exist_ok=True)
    before = _pointed(home, book.year)
    target = home / f"{book.year}-{book.version}-{book.digest[:12]}.book"
    if not _is_sound(target):
        fresh = Path(tempfile.mkdtemp(prefix=f"{book.year}-", suffix=".tmp", dir=home))
        try:
            _write(book, fresh)
            check(fresh)
            shutil.rmtree(target, ignore_errors=True)
            fresh.replace(target)
            _sync(home)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    _point(home, book.year, target.name)
    _sweep(home, book.year, keep={target.name, before})
    return target


def current(home: Path, year: int) -> DayBook | None:
    """The current book of a school year, mapped read-only; None if none was ever published. Raises BadBook.

    Checks types, shapes and lengths, not every byte: that is `check`.
    """
    name = ""
    for _ in range(
        _LOOKS
    ):  # a book may be swept between reading its name and opening it, but then a newer one is named
        if not (name := _pointed(home, year)):
            return None
        if (home / name / "manifest.json").exists():
            return _open(home / name)
    raise BadBook(home / name / "manifest.json", "a manifest", "nothing")


def check(folder: Path) -> None:
    """Read a book to its last byte. BadBook if a shape, a total or a digest is not the one in its manifest."""
    manifest, book = _manifest(folder), _open(folder)
    for name, found in book.digests.items():
        if found != (expected := manifest["arrays"][name]["sha256"]):
            raise BadBook(folder / f"{name}.npy", expected, found)
    whole: dict[str, object] = {"totals": _totals(book), "digest": book.digest}
    for name, value in whole.items():
        if value != manifest[name]:
            raise BadBook(folder / "manifest.json", manifest[name], value)


def _write(book: DayBook, folder: Path) -> None:
    arrays = {}
    for name, array in book.arrays().items():
        with (folder / f"{name}.npy").open("wb") as file:
            np.save(file, array, allow_pickle=False)
            _flush(file)
        arrays[name] = {"dtype": array.dtype.str, "shape": list(array.shape), "sha256": book.digests[name]}
    manifest = {
        "year": book.year,
        "version": book.version,
        "through": book.through,
        "digest": book.digest,
        "totals": _totals(book),
        "arrays": arrays,
    }
    with (folder / "manifest.json").open("wb") as file:
        file.write(json.dumps(manifest, indent=1).encode())
        _flush(file)
    _sync(folder)


def _open(folder: Path) -> DayBook:
    manifest = _manifest(folder)
    arrays = {name: _mapped(folder / f"{name}.npy", manifest["arrays"][name]) for name in ARRAYS}
    return DayBook(manifest["year"], manifest["version"], manifest["through"], **arrays)


def _mapped(file: Path, expected: dict[str, Any]) -> NDArray[Any]:
    wanted = f"{expected['dtype']} {tuple(expected['shape'])}"
    try:
        array = np.asarray(np.load(file, mmap_mode="r", allow_pickle=False))
    except (OSError, EOFError, ValueError) as problem:
        raise BadBook(file, wanted, problem) from problem
    if (found := f"{array.dtype.str} {array.shape}") != wanted:
        raise BadBook(file, wanted, found)
    return array


def _manifest(folder: Path) -> dict[str, Any]:
    file = folder / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(file.read_text())
    except (OSError, ValueError) as problem:
        raise BadBook(file, "a manifest", problem) from problem
    return manifest


def _totals(book: DayBook) -> dict[str, int]:
    return {str(byte): int(count) for byte, count in enumerate(bytes_used(book.cells)) if count}


def _is_sound(folder: Path) -> bool:
    try:
        check(folder)
    except BadBook:
        return False
    return True


def _pointed(home: Path, year: int) -> str:
    try:
        return (home / f"{year}.current").read_text()
    except FileNotFoundError:
        return ""


def _point(home: Path, year: int, name: str) -> None:
    fresh = home / f"{year}-current.tmp"
    with fresh.open("wb") as file:
        file.write(name.encode())
        _flush(file)
    fresh.replace(home / f"{year}.current")
    _sync(home)


def _sweep(home: Path, year: int, keep: set[str]) -> None:
    for path in home.glob(f"{year}-*"):
        if path.is_dir() and path.name not in keep:
            shutil.rmtree(path)


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make the names in a folder last through a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
