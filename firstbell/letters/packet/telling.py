"""How a packet says things: a key of the wording and values in, a sentence out, in each language that has a wording.

A key ends in `.text`; where it has a `.row` beside it, the sentence is also a row of cells between bars.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from babel.dates import format_skeleton

from firstbell.letters import wording as letters
from firstbell.letters.packet import Section, Sentence, Value
from firstbell.letters.wording import FIELD, Wording, one_stop

HERE = Path(__file__).parent / "wording"
LANGUAGES = tuple(sorted(path.stem for path in HERE.glob("*.toml")))
# fmt: off
FIELDS = frozenset({
    "absent", "address", "asked", "before", "by", "by_on", "channel", "code", "conferences", "count", "day", "days",
    "digest", "enrolled", "excused", "file", "giver", "goal_days", "goal_of", "gone", "grade", "ground", "help", "how",
    "language", "letter", "missed", "month", "n", "name", "not_explained", "number", "occasions", "others", "outcome",
    "page", "pages", "panel", "parent", "partial", "proof", "reached", "reference", "review", "school", "share", "side",
    "since", "span", "state", "step", "students", "suspended", "teacher", "through", "to", "tries", "trend",
    "unexcused", "version", "watermark", "what", "who", "why", "words", "barriers",
})
# fmt: on
BAR = " | "
_EACH = ";"


@cache
def packet_wording(language: str) -> Wording:
    """The wording of packets in a language. Raises ValueError naming those there are."""
    if language not in LANGUAGES:
        raise ValueError(f"language: expected one of {', '.join(LANGUAGES)}, found {language!r}")
    return letters.read(HERE / f"{language}.toml", FIELDS)


def tell(
    said: Wording, says: str, *values: Value, tells: str, sources: Sequence[str], on: date | None = None,
    own: bool = False,
) -> Sentence:  # fmt: skip
    """A sentence of the wording. Raises ValueError for a key or field that is not there."""
    text, cells = rendered(said, says, values)
    return Sentence(says, text, tells, tuple(sources), values, on, cells, own)


def rendered(said: Wording, says: str, values: Sequence[Value]) -> tuple[str, tuple[str, ...]]:
    """Text and cells of a sentence, which follow from its key and values alone. Raises ValueError as `tell`."""
    try:
        text, row, named = _patterns(said.language, says)
        written = {one.name: write(said, one) for one in values if one.name in named}
        told = _filled(text, written)
        cells = tuple(_filled(cell, written) for cell in row)
    except KeyError as missing:
        raise ValueError(f"{said.language}: {says}: expected {missing}, found nothing") from None
    # somebody's own words stay as they are to the last stop, which is tidied elsewhere
    return told if "words" in written else one_stop(told), cells


_Pattern = tuple[str, ...]  # words and fields in turn, words first


@cache
def _patterns(language: str, says: str) -> tuple[_Pattern, tuple[_Pattern, ...], frozenset[str]]:
    """The sentence and the cells of a key, and the fields that any of them names. KeyError for a key without words."""
    sentences = packet_wording(language).sentences
    text, row = FIELD.split(sentences[f"{says}.text"]), sentences.get(f"{says}.row", "")
    cells = tuple(tuple(FIELD.split(cell)) for cell in row.split(BAR)) if row else ()
    return tuple(text), cells, frozenset(name for each in (text, *cells) for name in each[1::2])


def _filled(pattern: _Pattern, written: Mapping[str, str]) -> str:
    return "".join(written[piece] if at % 2 else piece for at, piece in enumerate(pattern))


def section(said: Wording, key: str, sentences: Sequence[Sentence]) -> Section:
    """A section under the key "family.days"; its own key is the last word."""
    columns = said.sentences.get(f"{key}.columns", "")
    return Section(
        key=key.rsplit(".", 1)[-1],
        title=said.say(f"{key}.title"),
        lead=said.sentences.get(f"{key}.lead", ""),
        empty=said.sentences.get(f"{key}.empty", ""),
        sentences=tuple(sentences),
        columns=tuple(columns.split(BAR)) if columns else (),
    )


def in_english(key: str) -> str:
    """How staff call a section ("family.days") or a kind of record ("source.entry"), whatever the copy's language."""
    sentences = packet_wording("en").sentences
    return sentences.get(f"{key}.title") or sentences.get(key) or key


def write(said: Wording, value: Value) -> str:
    """A value as the language writes it. Raises ValueError for a form, day or word that there is not."""
    if value.form == "text":
        return said.placed(value.raw)
    return _written(said.language, value.form, value.raw)


@lru_cache(maxsize=20_000)
def _written(language: str, form: str, raw: str) -> str:
    """The same days and words come again in every packet of a year, and each takes a while to be written."""
    kind, _, of = form.partition(".")
    return _FORMS[kind](packet_wording(language), raw, of)


def _each_day(said: Wording, raw: str, _: str) -> str:
    return said.listed([said.digits(format_skeleton("MMMd", date.fromisoformat(one), locale=said.locale))
                        for one in raw.split()])  # fmt: skip


def _month(said: Wording, raw: str, _: str) -> str:
    return said.digits(format_skeleton("yMMMM", date.fromisoformat(f"{raw}-01"), locale=said.locale))


def _proofs(said: Wording, raw: str, _: str) -> str:
    """From "print delivered 2025-10-03;email sent 2025-10-02"; nothing on record has words of its own."""
    if not raw:
        return said.say("proof.none")
    told = (one.split() for one in raw.split(_EACH))
    return "; ".join(
        said.say("proof.one", channel=said.say(f"channel.{channel}"), state=said.say(f"state.{state}"),
                 day=said.day(date.fromisoformat(on)))
        for channel, state, on in told
    )  # fmt: skip


def _step(said: Wording, raw: str, _: str) -> str:
    """From "report 2"."""
    kind, _, number = raw.partition(" ")
    return said.say(f"step.{kind}", number=said.digits(number))


def _grade(said: Wording, raw: str, _: str) -> str:
    if raw in ("TK", "K"):
        return said.say(f"grade.{raw}")
    return said.say("grade.number", number=said.digits(raw)) if raw else said.say("grade.none")


_FORMS: dict[str, Callable[[Wording, str, str], str]] = {
    "number": lambda said, raw, _: said.digits(raw),
    "date": lambda said, raw, _: said.spoken(date.fromisoformat(raw)),
    "day": lambda said, raw, _: said.day(date.fromisoformat(raw)),
    "days": _each_day,
    "month": _month,
    "count": lambda said, raw, of: said.count(of, int(raw)),
    "word": lambda said, raw, of: said.say(f"{of}.{raw}"),
    "words": lambda said, raw, of: said.listed([said.say(f"{of}.{one}") for one in raw.split()]),
    "grade": _grade,
    "step": _step,
    "proofs": _proofs,
}
