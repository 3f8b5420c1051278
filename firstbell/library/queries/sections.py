"""What the library shows of the law: search, sections by topic, and one section with all that rests on it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from django.urls import resolve, reverse

from firstbell.core import citing
from firstbell.core.access import Scope
from firstbell.law import sections
from firstbell.law.policy import policy_on
from firstbell.law.sections import CHOICES, SECTIONS, Section
from firstbell.library import examples, searching
from firstbell.library.labels import LABELS
from firstbell.library.queries.policy import Choice, Number, choices, numbers
from firstbell.library.topics import MARKS, SCREENS, STOP, SYNONYMS, TOPICS, Screen

_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Mark:
    """How surely we know a section, as a chip, and in full."""

    tone: str
    words: str
    told: str


MARK = {key: Mark(*MARKS[key], told) for key, told in sections.CONFIDENCE.items()}


@dataclass(frozen=True)
class Entry:
    """A section, or a setting, in a list. `snippet` is cut at the words that were looked for."""

    number: str
    title: list[tuple[str, bool]]
    url: str
    mark: Mark
    news: str = ""
    is_repealed: bool = False
    snippet: list[tuple[str, bool]] = field(default_factory=list)


@dataclass(frozen=True)
class Topic:
    title: str
    entries: list[Entry]


@cache
def _index() -> searching.Index:
    documents = [
        searching.Document(
            number,
            ((number, 6), (section.title, 3), (section.plain, 1), (section.example, 0.5)),
            section.words,
        )
        for number, section in SECTIONS.items()
    ]
    for name, choice in CHOICES.items():
        plain_name = name.replace("_", " ").replace(".", " ")
        fields = ((LABELS[name][0], 3.0), (choice.why, 1.0), (plain_name, 1.0))
        documents.append(searching.Document(f"setting {name}", fields, (name.rpartition(".")[2].replace("_", " "),)))
    return searching.Index(documents, synonyms=SYNONYMS, stop=STOP)


@dataclass(frozen=True)
class Answer:
    """What a search found, best first; a word we took for a misspelling, and what for."""

    entries: list[Entry]
    read_as: tuple[tuple[str, str], ...] = ()


MOST = 20
"""Hits that a page shows: whoever has not found it among these asks again in other words."""


def searched(question: str, *, on: date) -> Answer:
    """Sections and settings that answer a question, in everyday words or by number."""
    hits = found(question)
    return Answer([_entry(key, on, hits.stems) for key in hits.keys[:MOST]], hits.read_as)


def found(question: str) -> searching.Found:
    """Every section and setting that answers, by the number or name it is cited by."""
    return _index().find(question)


def by_topic(on: date, *, only_changed: bool) -> list[Topic]:
    """Every section under its topic, or only those with something new since a year ago."""
    new = {section.number for section, _ in news(on)}
    topics = [
        Topic(title, [_entry(number, on) for number in numbers if not only_changed or number in new])
        for title, numbers in TOPICS.items()
    ]
    return [topic for topic in topics if topic.entries]


def news(on: date) -> list[tuple[Section, sections.Change]]:
    """What changed in the year before a day or is about to, newest first."""
    return sections.changes(on - _YEAR)


def _entry(cited: str, on: date, stems: Iterable[str] = ()) -> Entry:
    section, hits = sections.section_of(cited), frozenset(stems)
    setting = cited.removeprefix("setting ") if cited.startswith("setting ") else ""
    title, told = (LABELS[setting][0], section.title) if setting else (section.title, section.plain)
    changed = next((change for change in section.changed if change.on >= on - _YEAR), None)
    return Entry(
        citing.words(section.number),
        searching.marked(title, hits),
        citing.address(cited),
        MARK[section.confidence],
        "" if changed is None else _news(changed, on),
        section.until is not None and section.until < on,
        searching.marked(searching.best_sentence(told, hits), hits) if hits else [],
    )


def _news(change: sections.Change, on: date) -> str:
    return f"{'Changes' if change.on > on else 'Changed'} {_day(change.on)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


# -- one section -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SectionPage:
    """Everything the page of one section shows.

    `changes` are (day, what, mark), newest first; `screens` (words, address), without an address where this person
    may not go.
    """

    section: Section
    mark: Mark
    repealed_on: date | None
    news: str
    changes: list[tuple[date, str, Mark]]
    worked: examples.Worked | None
    numbers: list[Number]
    settings: list[Choice]
    screens: list[tuple[str, str]]


def section_page(slug: str, scope: Scope, *, on: date) -> SectionPage | None:
    """None for a section we do not hold."""
    if (number := citing.BY_SLUG.get(slug)) is None:
        return None
    section, policy = SECTIONS[number], policy_on(on)
    changes = sorted(section.changed, key=lambda change: change.on, reverse=True)
    return SectionPage(
        section,
        MARK[section.confidence],
        section.until + timedelta(1) if section.until and section.until < on else None,
        next((_news(change, on) for change in changes if change.on >= on - _YEAR), ""),
        [(change.on, change.what, MARK[change.confidence]) for change in changes],
        examples.worked(section, policy),
        [one for group in numbers(policy).values() for one in group if _base(one.cited) == number],
        [choice for choice in choices(policy) if _base(choice.section) == number],
        [(screen.words, _open_to(scope, screen)) for screen in SCREENS.get(number, ())],
    )


def _open_to(scope: Scope, screen: Screen) -> str:
    """The address of a screen, if this person may open it."""
    address = reverse(screen.route) if screen.route else ""
    return address if address and resolve(address).func.permission in scope else ""


def _base(cited: str) -> str:
    return sections.section_of(cited).number
