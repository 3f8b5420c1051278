"""The wording of every kind of letter, one file per language, and how each language writes days, counts and names.

A sentence is found by its key, "first_truancy.legal.a". A field in braces is filled once, so that braces in a name
stay braces. The files say which languages a person has approved; `digest` is what such an approval is given to.
"""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list

HERE = Path(__file__).parent
LANGUAGES = tuple(sorted(path.stem for path in HERE.glob("*.toml")))
FIELD = re.compile(r"\{(\w+)\}")
# fmt: off
FIELDS = frozenset({
    "students", "name", "grade", "number", "person", "title", "phone", "opens", "closes", "reference", "page",
    "pages", "day", "time", "first", "last", "absent", "enrolled", "what", "n", "report", "board", "board_address",
    "ground", "earlier", "earlier_title",
})
# fmt: on
_TWO_STOPS = re.compile(r"(?<!\.)\.(\u2069?)\.(?!\.)")  # "4:00 p.m." at the end of a sentence
_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_LARGEST = 400  # no school year has more days; every plural form a count can need occurs below


@dataclass(frozen=True)
class Wording:
    """What one language says. `sentences` maps a flat key to a sentence with fields in braces."""

    language: str
    name: str
    locale: Locale
    approved: bool
    digest: str
    sentences: Mapping[str, str]

    @cached_property
    def right_to_left(self) -> bool:
        return self.locale.text_direction == "rtl"

    def say(self, key: str, **values: str) -> str:
        """The sentence of `key` with its fields filled. Raises ValueError for a key or field that is not there."""
        try:
            said = FIELD.sub(lambda field: values[field[1]], self.sentences[key])
        except KeyError as missing:
            raise ValueError(f"{self.language}: {key}: expected {missing}, found nothing") from None
        return one_stop(said)

    def under(self, prefix: str) -> list[str]:
        """The keys below `prefix`, in the file's order."""
        return [key for key in self.sentences if key.startswith(f"{prefix}.")]

    def digits(self, text: str) -> str:
        """In the language's own digits; a thin space of Unicode's, which few fonts have, becomes a common one."""
        text = text.replace("\u202f", "\u00a0")
        return text.translate(_PERSIAN) if self.language == "fa" else text

    def spoken(self, on: date) -> str:
        """September 3, 2026."""
        return self.digits(format_date(on, "long", locale=self.locale))

    def day(self, on: date) -> str:
        """Thu, Sep 3, 2026."""
        return self.digits(format_skeleton("yMMMEd", on, locale=self.locale))

    def clock(self, at: time) -> str:
        """3:30 PM."""
        return self.digits(format_time(at, "short", locale=self.locale))

    def listed(self, values: Sequence[str]) -> str:
        """Ana, Luis, and Sam."""
        return format_list([self.placed(value) for value in values], locale=self.locale)

    def count(self, key: str, number: int) -> str:
        """3 days: the plural form this language wants."""
        form = self.locale.plural_form(number)
        return self.say(f"count.{key}.{form}", n=self.digits(str(number)))

    def placed(self, value: str) -> str:
        """A value from outside, isolated where its direction is not the sentence's (Unicode UAX 9)."""
        strong = (unicodedata.bidirectional(character) for character in value)
        turned = next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L"
        if turned == self.right_to_left:
            return value
        return ("\u2067" if turned else "\u2066") + value + "\u2069"


def one_stop(sentence: str) -> str:
    """ "… at 4:00 p.m." already ends the sentence."""
    return _TWO_STOPS.sub(r".\1", sentence)


def forms(locale: Locale) -> set[str]:
    """The plural forms that a count of days can take in a language."""
    return {locale.plural_form(number) for number in range(_LARGEST)}


@cache
def wording(language: str) -> Wording:
    """The wording of a language we have. Raises ValueError naming those there are."""
    if language not in LANGUAGES:
        raise ValueError(f"language: expected one of {', '.join(LANGUAGES)}, found {language!r}")
    return read(HERE / f"{language}.toml")


def read(path: Path, known: frozenset[str] = FIELDS) -> Wording:
    """A wording file, ours or one a district edits; its stem is the language.

    Raises ValueError for a field that is not among those `known`, which something fills.
    """
    raw = path.read_bytes()
    data = tomllib.loads(raw.decode())
    about = {name: data.pop(name) for name in ("name", "locale", "approved")}
    sentences = dict(_flat(data))
    for key, sentence in sentences.items():
        if unknown := set(FIELD.findall(sentence)) - known:
            raise ValueError(f"{path.stem}: {key}: expected fields among {sorted(known)}, found {sorted(unknown)}")
    locale = Locale.parse(about["locale"])
    return Wording(path.stem, about["name"], locale, about["approved"], hashlib.sha256(raw).hexdigest(), sentences)


def _flat(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
