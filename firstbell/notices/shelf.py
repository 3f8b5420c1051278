"""Papers as they were issued or scanned, each under the hash of its bytes: what the name says is what is inside."""

import hashlib
import os
from pathlib import Path

from firstbell.core.home import home


class Damaged(Exception):  # noqa: N818
    """The file of an issued letter is missing, or its bytes are not those that were issued."""


def keep(made: bytes, kind: str = "pdf") -> str:
    """Keep these bytes and return their SHA-256; the file is whole and on disk before it has its name."""
    digest = hashlib.sha256(made).hexdigest()
    path = _path(digest, kind)
    if path.exists() and path.stat().st_size == len(made):
        return digest
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.tmp")
    with fresh.open("wb") as file:
        file.write(made)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return digest


def settle(digests: list[str]) -> None:
    """Make the names of kept files last through a power cut, before rows speak of them."""
    for folder in {_path(digest).parent for digest in digests}:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def opened(digest: str, kind: str = "pdf") -> bytes:
    """The bytes of an issued letter, checked. Damaged where they are not what was issued."""
    try:
        made = _path(digest, kind).read_bytes()
    except OSError as gone:
        raise Damaged(f"The PDF {digest[:12]} is not in the state folder: restore it from a backup.") from gone
    if hashlib.sha256(made).hexdigest() != digest:
        raise Damaged(f"The PDF {digest[:12]} was changed since it was issued: restore it from a backup.")
    return made


def _path(digest: str, kind: str = "pdf") -> Path:
    return home() / "letters" / digest[:2] / f"{digest}.{kind}"
