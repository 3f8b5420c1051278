"""Search in memory: BM25 over a few hundred short texts, by word stem, with everyday words and small misspellings.

Index documents once with Index(); `find` ranks them, `marked` cuts a text where it was hit. No I/O, no clock.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from math import log

import snowballstemmer

_WORD = re.compile(r"[a-z0-9]+(?:[.'’][a-z0-9]+)*")
_K1, _B = 1.2, 0.5
_MEANT, _BEGUN, _MISSPELT = 0.5, 0.6, 0.5
"""What a word weighs that was only meant, only begun, or written differently from every word we hold."""
_KEYWORD = 3.0
"""Bonus for each word of a keyword phrase that stands whole in the question."""
_LONG_ENOUGH = 5
"""Letters of a word that may be misspelt: shorter ones resemble too much."""

_stemmer = snowballstemmer.stemmer("english")


def words(text: str) -> list[str]:
    """The words of a text as they are written, in lower case: "48260.5" and "doctor's" are one word each."""
    return _WORD.findall(text.lower())


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    return str(_stemmer.stemWord(word.replace("’", "'")))


@dataclass(frozen=True)
class Document:
    """`fields` are (text, weight) pairs, `keywords` phrases that name the document by themselves."""

    key: str
    fields: tuple[tuple[str, float], ...]
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """Documents by key, best first; the stems that hit; and how words were read that we do not hold."""

    keys: tuple[str, ...]
    stems: frozenset[str] = frozenset()
    read_as: tuple[tuple[str, str], ...] = ()


class Index:
    """Documents ready to be searched. `synonyms` lead from a word to words of ours, `stop` are left out."""

    def __init__(
        self, documents: Sequence[Document], *, synonyms: Mapping[str, str], stop: Collection[str] = ()
    ) -> None:
        self._stop = frozenset(stop)
        self._meant = {
            stem(word): [stem(one) for one in words(meant) if one not in stop] for word, meant in synonyms.items()
        }
        self._bags = {document.key: _bag(document) for document in documents}
        self._phrases = {
            document.key: [frozenset(map(stem, words(phrase))) for phrase in document.keywords]
            for document in documents
        }
        self._spelt: dict[str, str] = {}
        self._holding: dict[str, list[str]] = defaultdict(list)
        for document in documents:
            for text in (*(text for text, _ in document.fields), *document.keywords):
                for word in words(text):
                    self._spelt.setdefault(word, stem(word))
            for one in self._bags[document.key]:
                self._holding[one].append(document.key)
        lengths = {key: sum(bag.values()) for key, bag in self._bags.items()}
        average = sum(lengths.values()) / max(1, len(lengths))
        self._long = {key: _K1 * (1 - _B + _B * length / average) for key, length in lengths.items()}

    def find(self, question: str) -> Found:
        """What answers a question. Empty for a question without a word that says anything."""
        asked: dict[str, float] = {}
        stems: set[str] = set()
        read_as: list[tuple[str, str]] = []
        for word in [word for word in words(question) if word not in self._stop]:
            weighed, spelt = self._read(word)
            read_as += [(word, spelt)] if spelt else []
            for one, weight in weighed.items():
                asked[one] = max(weight, asked.get(one, 0.0))
            stems |= weighed.keys()
        scores = self._scores(asked)
        for key, phrases in self._phrases.items():
            whole = (phrase for phrase in phrases if phrase <= asked.keys())
            if bonus := _KEYWORD * sum(len(phrase) * min(asked[one] for one in phrase) for phrase in whole):
                scores[key] += bonus
        ranked = sorted(scores, key=lambda key: -scores[key])
        return Found(tuple(ranked), frozenset(stems), tuple(read_as))

    def _read(self, word: str) -> tuple[dict[str, float], str]:
        """Stems that a word of the question stands for, with their weights; and the spelling taken for a mistake."""
        one = stem(word)
        weighed = {meant: _MEANT for meant in self._meant.get(one, ()) if meant in self._holding}
        if one in self._holding or weighed:
            return weighed | {one: 1.0}, ""
        if begun := {self._spelt[held] for held in self._spelt if len(word) > 2 and held.startswith(word)}:
            return dict.fromkeys(begun, _BEGUN), ""
        known = [*self._spelt, *self._meant] if len(word) >= _LONG_ENOUGH and word.isalpha() else []
        for close in get_close_matches(word, known, n=1, cutoff=0.75):
            return dict.fromkeys(self._read(close)[0], _MISSPELT), close
        return {}, ""

    def _scores(self, asked: Mapping[str, float]) -> defaultdict[str, float]:
        scores: defaultdict[str, float] = defaultdict(float)
        for one, weight in asked.items():
            holders = self._holding.get(one, ())
            rarity = log(1 + (len(self._bags) - len(holders) + 0.5) / (len(holders) + 0.5))
            for key in holders:
                often = self._bags[key][one]
                scores[key] += weight * rarity * often * (_K1 + 1) / (often + self._long[key])
        return scores


def _bag(document: Document) -> dict[str, float]:
    """Every stem of a document with the weights of the places it stands in, added up."""
    bag: defaultdict[str, float] = defaultdict(float)
    for text, weight in document.fields:
        for word in words(text):
            bag[stem(word)] += weight
    return bag


def marked(text: str, stems: Collection[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it was hit; joined they are the text again."""
    pieces, at = [], 0
    for match in re.finditer(_WORD.pattern, text, re.IGNORECASE):
        if stem(match[0].lower()) in stems:
            pieces += [(text[at : match.start()], False), (match[0], True)]
            at = match.end()
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def best_sentence(text: str, stems: Collection[str]) -> str:
    """The sentence with the most different hits; the first of those with equally many."""
    sentences = re.split(r"(?<=[.?!])\s+", text)
    return max(sentences, key=lambda said: len({stem(word) for word in words(said)} & set(stems)))
