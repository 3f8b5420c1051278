"""The law library: the statutes, standards and district choices that reasons cite, in our own plain words.

Owns the TOML files of this folder, which quote nothing at length. Start at section_of(); it is no legal advice.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any, Literal, cast

Confidence = Literal["V", "S", "M", "I"]

CONFIDENCE: Mapping[Confidence, str] = {
    "V": "Read in the official text",
    "S": "Read in a secondary source",
    "M": "From memory; check before relying on it",
    "I": "Our interpretation, or the district's choice",
}

_LEGINFO = "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode={}&sectionNum={}."
_CODES = {"EC": "EDC", "FAM": "FAM", "WIC": "WIC", "PC": "PEN", "VC": "VEH"}


@dataclass(frozen=True, slots=True)
class Change:
    """What a section began to say on a day, and how surely we know it."""

    on: date
    what: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Section:
    """A place in the law. `url` is the official page where there is one; a district's choice has none.

    `plain` tells it in two to five sentences; `words` are what people search for. `until` is the last day it was
    in force. `example` is a worked case, decided under the acceptance case `case`.
    """

    number: str
    title: str
    url: str
    confidence: Confidence
    plain: str = ""
    words: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    changed: tuple[Change, ...] = ()
    example: str = ""
    case: str = ""

    def in_force(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the law leaves open: why we chose as we did, which section it fills in, and the range of a number."""

    name: str
    why: str
    under: str
    between: tuple[int, int] | None = None


def section_of(cited: str) -> Section:
    """The section a reason cites: "EC 48260(a)" is found under "EC 48260", "CALPADS STAS0318" under "CALPADS".

    Raises KeyError for a section we do not hold.
    """
    if cited.startswith("setting "):
        return Section(cited, SETTINGS[cited.removeprefix("setting ")], "", "I")
    base = cited.partition("(")[0]
    return SECTIONS["CALPADS"] if base.startswith("CALPADS ") and base not in SECTIONS else SECTIONS[base]


def changes(since: date, until: date = date.max) -> list[tuple[Section, Change]]:
    """What changed from `since` to `until`, both included, newest first: "changed since last year"."""
    found = [(held, one) for held in SECTIONS.values() for one in held.changed if since <= one.on <= until]
    return sorted(found, key=lambda pair: pair[1].on, reverse=True)


def _tables(group: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(resources.files(__name__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml") and (file.name == "settings.toml") is (group == "settings"):
            yield from tomllib.loads(file.read_text(encoding="utf-8")).items()


def _section(number: str, table: Mapping[str, Any]) -> Section:
    told = dict(table)
    sure = cast(Confidence, told.pop("confidence", "V"))
    code, _, place = number.partition(" ")
    url = told.pop("url", "") or _LEGINFO.format(_CODES[code], place)
    changed = tuple(Change(one["on"], one["what"], one.get("confidence", sure)) for one in told.pop("changed", ()))
    words = tuple(told.pop("words", ()))
    return Section(number, told.pop("title"), url, sure, words=words, changed=changed, **told)


def _choice(name: str, table: Mapping[str, Any]) -> Choice:
    least, most = table.get("between", (None, None))
    return Choice(name, table["why"], table["under"], None if least is None else (least, most))


SECTIONS: dict[str, Section] = {number: _section(number, table) for number, table in _tables("law")}
CHOICES: dict[str, Choice] = {name: _choice(name, table) for name, table in _tables("settings")}
SETTINGS: dict[str, str] = {name: choice.why for name, choice in CHOICES.items()}
