"""What a signature may be: strokes on the device, a typed name, or a scan of the paper. Pure: bytes and data in."""

import json
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image

from firstbell.letters.agreement.paper import BOX

MOST_POINTS, LEAST_POINTS, MOST_STROKES = 4000, 4, 60
LARGEST_SCAN = 8 * 1024 * 1024
"""Bytes of one scan: a page photographed with a telephone."""
MOST_PAGES = 6
_PIXELS = 60_000_000
SCANS = {"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg"}


def strokes_of(told: str) -> list[list[list[int]]]:
    """The pen's strokes as the page sent them. ValueError says what is wrong with them."""
    try:
        found = json.loads(told)
    except ValueError:
        raise ValueError("The drawing could not be read. Clear it and sign again.") from None
    if not isinstance(found, list) or not all(isinstance(stroke, list) for stroke in found):
        raise ValueError("The drawing could not be read. Clear it and sign again.")
    points = [point for stroke in found for point in stroke]
    if len(found) > MOST_STROKES or len(points) > MOST_POINTS:
        raise ValueError("The drawing is too long. Clear it and sign again, more shortly.")
    if len(points) < LEAST_POINTS:
        raise ValueError("Nothing is drawn yet. Sign in the box, or type the name.")
    if not all(map(_in_box, points)):
        raise ValueError("The drawing runs out of its box. Clear it and sign again.")
    return [[[int(x), int(y)] for x, y in stroke] for stroke in found if stroke]


def _in_box(point: Any) -> bool:
    if not isinstance(point, list) or len(point) != 2:
        return False
    return all(type(one) is int and 0 <= one <= most for one, most in zip(point, BOX, strict=True))


def scan_kind(content: bytes) -> str:
    """pdf, png or jpeg, by what is inside and not by its name. ValueError says why it cannot be taken."""
    if not content:
        raise ValueError("The file is empty. Scan the paper again.")
    if len(content) > LARGEST_SCAN:
        raise ValueError(f"The file has {len(content) // 1024:,} KB; {LARGEST_SCAN // 1024:,} KB fit. Scan it smaller.")
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return _image(content)
    raise ValueError("That is no PDF, PNG or JPEG. Scan the paper into one of these.")


def _pdf(content: bytes) -> str:
    try:
        with pikepdf.open(BytesIO(content)) as file:
            pages = len(file.pages)
    except (pikepdf.PdfError, pikepdf.PasswordError):
        raise ValueError("The PDF cannot be opened: it is damaged or locked. Scan the paper again.") from None
    if not 1 <= pages <= MOST_PAGES:
        raise ValueError(f"The PDF has {pages} pages; an agreement has 1 to {MOST_PAGES}.")
    return "pdf"


def _image(content: bytes) -> str:
    try:
        with Image.open(BytesIO(content), formats=["PNG", "JPEG"]) as picture:
            kind, (width, height) = str(picture.format).lower(), picture.size
            if width * height > _PIXELS:
                raise ValueError("The picture is too large. Scan it smaller.")
            picture.load()
    except (OSError, SyntaxError, Image.DecompressionBombError):
        raise ValueError("The picture is damaged. Scan the paper again.") from None
    return kind
