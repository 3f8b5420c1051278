"""What a scanned paper may be: a PDF, PNG or JPEG by what is inside, never by its name."""

from io import BytesIO

import pikepdf
from PIL import Image

MEDIA = {"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg"}
MOST_PAGES = 6
_PIXELS = 60_000_000


def scan_kind(content: bytes, *, largest: int, what: str) -> str:
    """pdf, png or jpeg. ValueError says why it cannot be taken; `largest` is in bytes, `what` a paper's name."""
    if not content:
        raise ValueError("The file is empty. Scan the paper again.")
    if len(content) > largest:
        raise ValueError(f"The file has {len(content) // 1024:,} KB; {largest // 1024:,} KB fit. Scan it smaller.")
    if content.startswith(b"%PDF-"):
        return _pdf(content, what)
    if content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return _image(content)
    raise ValueError("That is no PDF, PNG or JPEG. Scan the paper into one of these.")


def kept_kind(content: bytes) -> str:
    """The kind of a scan that was taken before, by its first bytes."""
    return "pdf" if content.startswith(b"%PDF-") else "png" if content.startswith(b"\x89PNG") else "jpeg"


def _pdf(content: bytes, what: str) -> str:
    try:
        with pikepdf.open(BytesIO(content)) as file:
            pages = len(file.pages)
    except (pikepdf.PdfError, pikepdf.PasswordError):
        raise ValueError("The PDF cannot be opened: it is damaged or locked. Scan the paper again.") from None
    if not 1 <= pages <= MOST_PAGES:
        raise ValueError(f"The PDF has {pages} pages; {what} has 1 to {MOST_PAGES}.")
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
