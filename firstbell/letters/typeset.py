"""From letters to paper: tagged PDF/UA-1 by Typst, from package fonts only, the same bytes for the same letter.

A family's letter in two languages is one PDF, a page for each. Nothing is read from the network or from the system.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from importlib.resources import files
from io import BytesIO
from multiprocessing import get_context
from os import cpu_count
from typing import Any

import pikepdf

from firstbell.letters.compose import Page, compose
from firstbell.letters.data import Letter, texts, wrong
from firstbell.letters.press import Form, Unset, breakable, page_count, printed, script

Mail = Letter | Sequence[Letter]  # one household's letter; in several languages, a sequence
Made = bytes | ValueError

_CHUNK = 64  # letters handed to a process at a time
SIZES = (10.5, 10, 9.6)  # points, best first; nothing smaller is kind to a tired reader
US_LETTER = (612, 792)  # points
_TEMPLATE = files("firstbell.letters").joinpath("letter.typ").read_bytes()


def pdf(mail: Mail) -> bytes:
    """The letter as PDF/UA-1: US letter paper, its address in the window of a #10 envelope.

    Raises ValueError naming the field when a letter holds a character that no font of ours has.
    """
    return _fitted(_letters(mail), "pdf")[0]


def images(mail: Mail, ppi: int = 96) -> list[bytes]:
    """Each page as PNG, for a preview."""
    return _fitted(_letters(mail), "png", ppi)


def pdfs(mails: Sequence[Mail], progress: Callable[[int], None] = lambda _: None) -> Iterator[Made]:
    """The PDF of each letter, in order, made on every core; `progress` hears how many are done.

    A letter that cannot be set comes back as its ValueError, so that one name never stops the others. Run from a
    worker, not from a web request: more than a few letters start processes of their own.
    """
    if len(mails) <= _CHUNK:
        yield from _counted(map(_made, mails), progress)
        return
    with get_context("spawn").Pool(cpu_count()) as pool:
        yield from _counted(pool.imap(_made, mails, chunksize=_CHUNK), progress)


def merged(made: Iterable[bytes], duplex: bool = True) -> bytes:
    """Many letters as one file for the printer; with `duplex`, each begins on the front of a sheet.

    For paper only: the letters' tags, which screen readers need, stay with the single PDFs.
    """
    run = pikepdf.new()
    for letter in made:
        with pikepdf.open(BytesIO(letter)) as one:
            run.pages.extend(one.pages)
        if duplex and len(run.pages) % 2:
            run.add_blank_page(page_size=US_LETTER)
    for page in run.pages:
        if "/StructParents" in page.obj:
            del page.obj["/StructParents"]
    out = BytesIO()
    run.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _made(mail: Mail) -> Made:
    try:
        return pdf(mail)
    except ValueError as cannot:
        return cannot


def _counted(made: Iterable[Made], progress: Callable[[int], None]) -> Iterator[Made]:
    for done, one in enumerate(made, 1):
        progress(done)
        yield one


def _letters(mail: Mail) -> tuple[Letter, ...]:
    letters = (mail,) if isinstance(mail, Letter) else tuple(mail)
    if not letters:
        raise ValueError("letters: expected at least one, found none")
    return letters


def _fitted(letters: tuple[Letter, ...], form: Form, ppi: int = 96) -> list[bytes]:
    """One page a letter at the largest size that makes it so; where none does, the first size and more pages."""
    first = made = _compiled(letters, form, ppi, SIZES[0])
    for size in SIZES[1:]:
        if _pages(made) <= len(letters):
            return made
        made = _compiled(letters, form, ppi, size)
    return made if _pages(made) <= len(letters) else first


def _pages(made: list[bytes]) -> int:
    return page_count(made[0]) if made[0].startswith(b"%PDF") else len(made)


def _compiled(letters: tuple[Letter, ...], form: Form, ppi: int, size: float) -> list[bytes]:
    """One PDF, or an image of each page."""
    pages = [_data(compose(letter), size) for letter in letters]
    try:
        return printed(_TEMPLATE, pages, form=form, ppi=ppi, on=letters[0].sent_on)
    except Unset as no:
        raise _unprintable(letters, no) from no


def _unprintable(letters: tuple[Letter, ...], no: Unset) -> ValueError:
    """Typst names the character that no font has; say which field it is in."""
    for letter in letters:
        for field, text in texts(letter):
            if no.glyph and no.glyph in text:
                return wrong(letter.kind, field, "characters that our fonts have", f"{no.glyph!r} in {text!r}")
    return wrong(letters[0].kind, "letter", "a letter that can be set", str(no))


def _data(page: Page, size: float) -> dict[str, Any]:
    """The page as letter.typ reads it."""
    data: dict[str, Any] = asdict(page, dict_factory=breakable)
    return data | script(page.language, right_to_left=page.right_to_left) | {"size": size}
