"""What the library shows of letters: every language with its approval, one sample, one pasted text.

A language is approved as we ship it, or by the district, which approves exactly the wording it read.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tomllib import TOMLDecodeError

from babel import UnknownLocaleError

from firstbell.law.notices import Item, Kind, required
from firstbell.letters.linter import Complaint, lint, lint_wording
from firstbell.letters.samples import sample
from firstbell.letters.text import text
from firstbell.letters.wording import Wording, read, wording
from firstbell.library import rules
from firstbell.library.labels import KINDS, LANGUAGES
from firstbell.notices.queries.facts import approved

_APPROVAL = "approval"


@dataclass(frozen=True)
class Language:
    """A language of letters: whether a person approved its wording, and what else the linter says of it."""

    code: str
    name: str
    own_name: str
    direction: str
    is_approved: bool
    complaints: list[Complaint]


def languages(on: date) -> list[Language]:
    """Every language as letters sent on a day would use it, English first."""
    return [_language(wording(code), on) for code in LANGUAGES]


def _language(said: Wording, on: date) -> Language:
    found = lint_wording(said, on, approved())
    complaints = [one for one in found if one.rule != _APPROVAL]
    direction = "rtl" if said.right_to_left else "ltr"
    return Language(said.language, LANGUAGES[said.language], said.name, direction, found == complaints, complaints)


@dataclass(frozen=True)
class Sample:
    """An invented letter as a family would read it. `kind` is in words; `must_say` is what the law asks of it."""

    kind: str
    language: Language
    text: str
    complaints: list[Complaint]
    must_say: tuple[Item, ...]


def shown(kind: str, language: str, sent_on: date) -> Sample:
    """ValueError for a kind or a language we do not have."""
    letter = sample(Kind(kind), language, sent_on)
    complaints = [one for one in lint(letter) if one.rule != _APPROVAL]
    told = _language(wording(language), sent_on)
    return Sample(KINDS[letter.kind], told, text(letter), complaints, required(letter.kind, sent_on))


@dataclass(frozen=True)
class Checked:
    """What the linter says of a pasted text, and what a person must still look for in it."""

    complaints: list[Complaint]
    must_say: tuple[Item, ...]


def checked(*, pasted: str, kind: str, language: str, sent_on: date) -> Checked:
    found = rules.lint_text(pasted, Kind(kind), language, sent_on)
    return Checked(found, required(Kind(kind), sent_on))


def linted(file: Path | None, *, kind: str, language: str, on: date) -> list[tuple[str, bool, list[Complaint]]]:
    """(name, whether approved, complaints) of every language of ours, of one wording file, or of one text.

    ValueError says what about the file, the kind or the language cannot be used.
    """
    if file is None:
        return [(one.name, one.is_approved, one.complaints) for one in languages(on)]
    if file.suffix == ".toml":
        said = _read(file)
        complaints = [one for one in lint_wording(said, on) if one.rule != _APPROVAL]
        return [(file.name, said.approved, complaints)]
    for name, known, found in (("kind", KINDS, kind), ("language", LANGUAGES, language)):
        if found not in known:
            raise ValueError(f"{name}: expected one of {', '.join(known)}, found {found!r}")
    return [(file.name, True, rules.lint_text(_text(file), Kind(kind), language, on))]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{file.name}: expected a text in UTF-8, found something else") from None


def _read(file: Path) -> Wording:
    try:
        return read(file)
    except (KeyError, UnknownLocaleError, TOMLDecodeError) as fault:
        raise ValueError(f"{file.name}: expected a wording file, found {fault!r}") from None
