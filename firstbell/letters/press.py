"""The press that every paper of ours is set on: Typst, package fonts only, tagged PDF/UA-1, the same bytes each time.

Nothing is read from the network or from the system. Start at printed().
"""

import json
import re
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any, Literal

import pikepdf
import typst

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
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_LONG_WORD = re.compile(r"[^\W\u0e00-\u0eff\u2e80-\uffdc]{40}(?=\w)")  # scripts that break anywhere need no help

Form = Literal["pdf", "png"]


class Unset(Exception):  # noqa: N818 - it is an answer, not a fault
    """Typst would not set it. `glyph` is the character that no font of ours has, where that is why."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        found = _NO_GLYPH.search(error)
        self.glyph = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), found[1]) if found else ""


def printed(template: bytes, data: object, *, form: Form = "pdf", ppi: int = 96, on: date) -> list[bytes]:
    """One PDF, or an image of each page; the template finds `data` as JSON in `sys.inputs.pages`. Unset.

    `on` is the day that the file says it was made on.
    """
    try:
        made = _compiler().compile(
            template,
            sys_inputs={"pages": json.dumps(data, ensure_ascii=False)},
            format=form,
            pdf_standards=["ua-1"] if form == "pdf" else [],
            ppi=ppi,
            timestamp=datetime(on.year, on.month, on.day, tzinfo=UTC),
        )
    except typst.TypstError as error:
        raise Unset(str(error)) from error
    return [made] if isinstance(made, bytes) else list(made or ())


def script(language: str, *, right_to_left: bool) -> dict[str, Any]:
    """What a template sets for the text of a language: lang, region, dir, fonts."""
    return {
        "lang": language.split("-")[0],
        "region": _REGION.get(language),
        "dir": "rtl" if right_to_left else "ltr",
        "fonts": _FACES.get(language, _LATIN) + _STANDING_BY,
    }


def breakable(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Let a word longer than half a line be broken: it must not run off the paper. For `dataclasses.asdict`."""

    def each(value: Any) -> Any:
        if isinstance(value, str):
            return _LONG_WORD.sub("\\g<0>\u200b", value)
        return tuple(each(item) for item in value) if isinstance(value, tuple) else value

    return {name: each(value) for name, value in pairs}


def page_count(made: bytes) -> int:
    with pikepdf.open(BytesIO(made)) as file:
        return len(file.pages)


def about(made: bytes) -> tuple[int, str]:
    """How many pages a PDF has, and its keywords."""
    with pikepdf.open(BytesIO(made)) as file:
        return len(file.pages), str(file.docinfo.get("/Keywords", ""))


@cache
def _compiler() -> typst.Compiler:
    """One per process: reading the fonts takes longer than a letter."""
    homes = [str(files(name)) for name in FONT_PACKAGES]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=homes)
    return typst.Compiler(font_paths=fonts)
