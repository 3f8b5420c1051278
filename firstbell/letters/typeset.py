"""From letters to paper: tagged PDF/UA-1 by Typst, from package fonts only, the same bytes for the same letter.

A family's letter in two languages is one PDF, a page for each. Nothing is read from the network or from the system.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from multiprocessing import get_context
from os import cpu_count
from typing import Any, Literal

import pikepdf
import typst

from firstbell.letters.compose import Page, compose
from firstbell.letters.data import Letter, texts, wrong

Mail = Letter | Sequence[Letter]  # one household's letter; in several languages, a sequence
Made = bytes | ValueError

FONT_PACKAGES = ("fontpkg_public_sans", "manimgx_fonts", "manimgx_fonts_cjk")
_LATIN = ("Public Sans", "Noto Sans")
_FACES = {  # the language's own face first; the rest stand by for names
    "hy": ("Noto Sans", "Noto Sans Armenian"),
    "ru": ("Noto Sans",),
    "zh-Hans": ("Noto Sans CJK SC",),
    "ko": ("Noto Sans CJK KR",),
    "ar": ("Noto Sans Arabic", "Noto Sans"),
    "fa": ("Noto Sans Arabic", "Noto Sans"),
}
_STANDING_BY = (*_LATIN, "Noto Sans Arabic", "Noto Sans Armenian", "Noto Sans CJK SC")
_REGION = {"zh-Hans": "CN"}

_CHUNK = 64  # letters handed to a process at a time
SIZES = (10.5, 10, 9.6)  # points, best first; nothing smaller is kind to a tired reader
US_LETTER = (612, 792)  # points
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_LONG_WORD = re.compile(r"[^\W\u0e00-\u0eff\u2e80-\uffdc]{40}(?=\w)")  # scripts that break anywhere need no help
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


def _fitted(letters: tuple[Letter, ...], form: Literal["pdf", "png"], ppi: int = 96) -> list[bytes]:
    """One page a letter at the largest size that makes it so; where none does, the first size and more pages."""
    first = made = _compiled(letters, form, ppi, SIZES[0])
    for size in SIZES[1:]:
        if _pages(made) <= len(letters):
            return made
        made = _compiled(letters, form, ppi, size)
    return made if _pages(made) <= len(letters) else first


def _pages(made: list[bytes]) -> int:
    if not made[0].startswith(b"%PDF"):
        return len(made)
    with pikepdf.open(BytesIO(made[0])) as file:
        return len(file.pages)


def _compiled(letters: tuple[Letter, ...], form: Literal["pdf", "png"], ppi: int, size: float) -> list[bytes]:
    """One PDF, or an image of each page."""
    sent = letters[0].sent_on
    pages = [_data(compose(letter), size) for letter in letters]
    try:
        made = _compiler().compile(
            _TEMPLATE,
            sys_inputs={"pages": json.dumps(pages, ensure_ascii=False)},
            format=form,
            pdf_standards=["ua-1"] if form == "pdf" else [],
            ppi=ppi,
            timestamp=datetime(sent.year, sent.month, sent.day, tzinfo=UTC),
        )
    except typst.TypstError as error:
        raise _unprintable(letters, str(error)) from error
    return [made] if isinstance(made, bytes) else list(made or ())


def _unprintable(letters: tuple[Letter, ...], error: str) -> ValueError:
    """Typst names the character that no font has; say which field it is in."""
    found = _NO_GLYPH.search(error)
    glyph = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), found[1]) if found else ""
    for letter in letters:
        for field, text in texts(letter):
            if glyph and glyph in text:
                return wrong(letter.kind, field, "characters that our fonts have", f"{glyph!r} in {text!r}")
    return wrong(letters[0].kind, "letter", "a letter that can be set", error)


def _data(page: Page, size: float) -> dict[str, Any]:
    """The page as letter.typ reads it."""
    data: dict[str, Any] = asdict(page, dict_factory=_breakable)
    return data | {
        "lang": page.language.split("-")[0],
        "size": size,
        "region": _REGION.get(page.language),
        "dir": "rtl" if page.right_to_left else "ltr",
        "fonts": _FACES.get(page.language, _LATIN) + _STANDING_BY,
    }


def _breakable(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Let a word longer than half a line be broken: it must not run off the paper."""

    def each(value: Any) -> Any:
        if isinstance(value, str):
            return _LONG_WORD.sub("\\g<0>\u200b", value)
        return tuple(each(item) for item in value) if isinstance(value, tuple) else value

    return {name: each(value) for name, value in pairs}


@cache
def _compiler() -> typst.Compiler:
    """One per process: reading the fonts takes longer than a letter."""
    homes = [str(files(name)) for name in FONT_PACKAGES]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=homes)
    return typst.Compiler(font_paths=fonts)
