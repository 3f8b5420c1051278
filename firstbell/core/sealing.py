"""Text under lock: encrypted before it reaches the database, with a ring of keys that can be turned.

The ring is a file in the state folder, one Fernet key a line, newest first (Fernet specification: AES-128-CBC and
HMAC-SHA256). A new key goes on top; what older keys sealed can still be read, and `rotate` seals it again. Without
the ring nothing sealed can be read: it is backed up apart from the database (docs/operating.md).
"""

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from firstbell.core.home import home


class NoKey(Exception):  # noqa: N818 - it is a state of the world, not a fault
    """The ring holds no key that opens this text."""


def seal(text: str) -> bytes:
    """The text, encrypted with the newest key."""
    return _ring().encrypt(text.encode())


def opened(sealed: bytes) -> str:
    """What was sealed. NoKey when no key of the ring fits."""
    try:
        return _ring().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise NoKey("No key of the ring opens this text. Restore the ring from its backup.") from None


def resealed(sealed: bytes) -> bytes:
    """The same text under the newest key. NoKey when no key fits."""
    try:
        return _ring().rotate(bytes(sealed))
    except InvalidToken:
        raise NoKey("No key of the ring opens this text. Restore the ring from its backup.") from None


def add_key() -> None:
    """Put a new key on top of the ring: the next text is sealed with it."""
    at = _at()
    older = at.read_text().split() if at.exists() else []
    _write(at, [Fernet.generate_key().decode(), *older])


def keep_newest() -> None:
    """Forget every key but the newest: only once everything was sealed again."""
    _write(_at(), _at().read_text().split()[:1])


def _ring() -> MultiFernet:
    at = _at()
    if not at.exists():
        add_key()
    return MultiFernet([Fernet(key) for key in at.read_text().split()])


def _at() -> Path:
    return home() / "keys" / "sealed-notes"


def _write(at: Path, keys: list[str]) -> None:
    """Whole or not at all, readable by nobody else."""
    at.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = at.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("\n".join(keys) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(at)
