"""What a signature may be: strokes on the device (core.signing), a typed name, or a scan of the paper. Pure."""

from firstbell.core import scans

LARGEST_SCAN = 8 * 1024 * 1024
"""Bytes of one scan: a page photographed with a telephone."""
SCANS = scans.MEDIA


def scan_kind(content: bytes) -> str:
    """pdf, png or jpeg, by what is inside and not by its name. ValueError says why it cannot be taken."""
    return scans.scan_kind(content, largest=LARGEST_SCAN, what="an agreement")
