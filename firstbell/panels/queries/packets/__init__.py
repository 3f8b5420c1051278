"""Reads over packets: the file one is made of, what is wrong with it, what changed since, how a page shows it."""

from firstbell.panels.queries.packets.kept import (
    Standing,
    choices,
    complaints,
    content_of,
    draft,
    evidence_of,
    guest_copy,
    languages,
    looked_at,
    packets_of,
    released,
    stale,
    standing,
)
from firstbell.panels.queries.packets.reading import file_of
from firstbell.panels.queries.packets.showing import Preview, Shareable, address, preview, shareable

__all__ = [
    "Preview", "Shareable", "Standing", "address", "choices", "complaints", "content_of", "draft", "evidence_of",
    "file_of", "guest_copy", "languages", "looked_at", "packets_of", "preview", "released", "shareable", "stale",
    "standing",
]  # fmt: skip
