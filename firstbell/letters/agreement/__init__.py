"""What was agreed at a hearing, as one text: the text that is read aloud, signed under its hash, and handed out.

The frame is said in English and in the family's language where it has a wording; each promise stays in the words in
which it was said in the room. Everything on paper follows from the frozen text. Start at written(), then paper.pdf().
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from firstbell.letters import wording as letters
from firstbell.letters.compose import Part, Role
from firstbell.letters.wording import Wording

HERE = Path(__file__).parent / "wording"
LANGUAGES = tuple(sorted(path.stem for path in HERE.glob("*.toml")))
SIDES = ("family", "student", "school", "agency")
OWN = "en"
"""The language in which promises are written down."""
NEXT = "\f"
"""Between the sheets of one text."""
# fmt: off
FIELDS = frozenset({
    "absent", "day", "days", "digest", "enrolled", "evidence", "language", "method", "n", "name", "page", "pages",
    "panel", "party", "students", "what", "when", "who", "why",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class Promise:
    """One directive. `target` are (days absent at most, in so many school days); `student` is named among several."""

    side: str
    who: str
    what: str
    by: date
    evidence: str
    student: str = ""
    target: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a hearing agreed. `kind` is a key of the wording's kinds, `present` are (party, name).

    `read_by` read it aloud in `language`, a tag; empty before anybody did. `called` is what English calls the language.
    """

    kind: str
    panel: str
    heard_on: date
    students: tuple[str, ...]
    present: tuple[tuple[str, str], ...]
    promises: tuple[Promise, ...]
    looks_on: tuple[date, ...]
    read_by: str
    language: str
    called: str


@cache
def agreement_wording(language: str) -> Wording:
    """The wording of agreements in a language. Raises ValueError naming those there are."""
    if language not in LANGUAGES:
        raise ValueError(f"language: expected one of {', '.join(LANGUAGES)}, found {language!r}")
    return letters.read(HERE / f"{language}.toml", FIELDS)


def sheets(language: str) -> list[str]:
    """The wordings of one text: English, and the family's language where a person approved a wording of it."""
    found = [OWN]
    if language != OWN and language in LANGUAGES and agreement_wording(language).approved:
        found.append(language)
    return found


def written(agreed: Agreed) -> str:
    """The whole text, one sheet a language. Nothing in it depends on when or where it is asked for."""
    return NEXT.join(
        "\n\n".join(_blocks(agreement_wording(language), agreed)) + "\n" for language in sheets(agreed.language)
    )


def languages_of(text: str, language: str) -> list[str]:
    """The wording of each sheet of a text that was written when the family spoke `language`."""
    return [OWN, language][: text.count(NEXT) + 1]


def read(text: str) -> list[tuple[str, list[Part]]]:
    """(title, parts) of each sheet of a text that `written` made."""
    found = []
    for sheet in text.split(NEXT):
        title, *blocks = sheet.strip("\n").split("\n\n")
        found.append((title, [_part(block) for block in blocks]))
    return found


def _part(block: str) -> Part:
    heading, *items = block.split("\n")
    if items and all(item.startswith("- ") for item in items):
        return Part(Role.DAYS, tuple(item.removeprefix("- ") for item in items), heading)
    return Part(Role.TEXT, (block,))


def _blocks(said: Wording, agreed: Agreed) -> Iterator[str]:
    panel = said.say(f"kind.{agreed.kind}")
    yield said.say("frame.title", panel=panel)
    yield said.say("frame.met", day=said.spoken(agreed.heard_on), panel=said.placed(agreed.panel),
                   students=said.listed(agreed.students))  # fmt: skip
    people = (said.say("frame.person", name=_own(said, name), party=said.say(f"party.{party}"))
              for party, name in agreed.present)  # fmt: skip
    yield _list(said.say("frame.there"), people)
    for side in SIDES:
        mine = [one for one in agreed.promises if one.side == side]
        if mine:
            yield _list(said.say(f"side.{side}"), (_promise(said, one) for one in mine))
    yield said.say("frame.looks", days=said.listed([said.spoken(day) for day in agreed.looks_on]))
    yield said.say("frame.help")
    if agreed.read_by:
        yield _how_read(said, agreed)
    yield said.say("frame.sign")


def _list(heading: str, items: Iterator[str]) -> str:
    return "\n".join((heading, *(f"- {item}" for item in items)))


def _promise(said: Wording, one: Promise) -> str:
    told = [said.say("frame.promise", who=_own(said, one.who), what=_own(said, one.what)).rstrip(".") + "."]
    if one.student:
        told.append(said.say("frame.about", name=_own(said, one.student)))
    if one.target:
        absent, of = one.target
        told.append(said.say("frame.target", absent=said.count("days", absent), enrolled=said.count("school_days", of)))
    told.append(said.say("frame.by", day=said.spoken(one.by)))
    told.append(said.say("frame.shown", evidence=said.say(f"evidence.{one.evidence}")))
    return " ".join(told)


def _how_read(said: Wording, agreed: Agreed) -> str:
    """That somebody read it aloud, and in which words each promise is written."""
    reader = said.placed(agreed.read_by)
    if agreed.language == OWN:
        return said.say("frame.read", name=reader)
    spoken = said.name if said.language == agreed.language else agreed.called
    return said.say("frame.read_in", name=reader, language=spoken)


def _own(said: Wording, text: str) -> str:
    """Somebody's own words on one line."""
    return said.placed(" ".join(text.split()))
