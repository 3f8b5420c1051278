"""One pass over a file before it is parsed: its digest, and its text as UTF-8, whatever it was written in."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from .remarks import Log, stop

CHUNK = 4 * 1024**2
NOT_TEXT = {
    b"PK\x03\x04": "a zip or Excel file",
    b"\xd0\xcf\x11\xe0": "an old or locked Excel file",
    b"\x1f\x8b": "a gzip file",
    b"%PDF": "a PDF",
}
_SAVE_AS_UTF8 = "Save the file as UTF-8."


@dataclass(frozen=True, slots=True)
class Source:
    """A file as UTF-8 on disk. In a `damaged` one bytes that were no text became U+FFFD; their lines are refused."""

    path: Path
    sha256: str
    skip: int = 0  # bytes of a byte order mark
    damaged: bool = False


def prepare(file: str, path: Path, scratch: Path, log: Log) -> Source:
    """Digest the file and make sure it is UTF-8, in a copy under `scratch` when it has to be converted."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if what := next((what for magic, what in NOT_TEXT.items() if start.startswith(magic)), None):
        stop(file, "not-text", expected="a CSV file", found=what, remedy="Export the table as CSV.")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _convert(file, path, scratch, "utf-16", log)
    digest, is_utf8 = _survey(file, path)
    if is_utf8:
        return Source(path, digest, skip=3 if start.startswith(codecs.BOM_UTF8) else 0)
    if _mostly_utf8(path):
        return _convert(file, path, scratch, "utf-8", log)
    return _convert(file, path, scratch, "cp1252", log)


def _survey(file: str, path: Path) -> tuple[str, bool]:
    digest, decoder, is_utf8 = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), True
    pending = False  # a character may be cut in two by the end of a chunk
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            if b"\x00" in chunk:
                _has_nul(file)
            if is_utf8 and (pending or not chunk.isascii()):
                try:
                    decoder.decode(chunk)
                    pending = decoder.getstate()[0] != b""
                except UnicodeDecodeError:
                    is_utf8 = False
    return digest.hexdigest(), is_utf8 and not pending


def _mostly_utf8(path: Path) -> bool:
    """More lines with accents are sound UTF-8 than not: then a few lines are damaged, and it is not Windows-1252."""
    sound = unsound = 0
    with path.open("rb") as stream:
        for line in stream:
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                sound += 1
            except UnicodeDecodeError:
                unsound += 1
    return sound > unsound


def _convert(file: str, path: Path, scratch: Path, encoding: str, log: Log) -> Source:
    """Write a UTF-8 copy and say so; damaged UTF-8 is not a thing to fix, its lines are rejected later."""
    damaged = encoding == "utf-8"
    if not damaged:
        log.say("fixed", file, "encoding", expected="UTF-8", found=NAMES[encoding], remedy=_SAVE_AS_UTF8)
    target = scratch / f"{file}.utf8"
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder(encoding)("replace" if damaged else "strict")
    try:
        with path.open("rb") as stream, target.open("x", encoding="utf-8", newline="") as out:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                out.write(_without_nul(file, decoder.decode(chunk)))
            out.write(decoder.decode(b"", final=True))
    except UnicodeError:
        stop(file, "encoding", expected="UTF-8", found="bytes that are no text", remedy=_SAVE_AS_UTF8)
    return Source(target, digest.hexdigest(), damaged=damaged)


NAMES = {"utf-16": "UTF-16", "cp1252": "Windows-1252"}


def _without_nul(file: str, text: str) -> str:
    if "\x00" in text:
        _has_nul(file)
    return text


def _has_nul(file: str) -> None:
    stop(
        file, "nul-byte", expected="text", found="a NUL byte", remedy="The file is damaged or not CSV: export it again."
    )
