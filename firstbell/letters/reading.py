"""How easy a text is to read, by a published measure for its language; None where we trust no measure.

English: the Flesch-Kincaid grade (Kincaid et al., 1975). Spanish: the Szigriszt-Pazos score read on the INFLESZ scale
(Barrio-Cantalejo et al., 2008), where 65 and more is what primary school reads. Other languages have a human reviewer.
"""

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_END = re.compile(r"[.!?]+(?=\s|$)|\n+")
_SILENT = re.compile(
    r"(?:[^laeiouy]e|[^laeiouytd]ed|[^aeiouyscgxz]es)$"
)  # "came", "missed", "times"; not "table", "started"
_ENGLISH = re.compile(r"[aeiouy]+")
_MUTE = re.compile(r"(?<=[qg])u(?=[eiéí])")
_SPANISH = re.compile(r"[iuüy]?[aeoáéó](?:[iuy](?![aeoáéóíú]))?|[íú]|[iuü]+|\by\b")
HARDEST_GRADE = 6  # our choice; families read letters of this kind better (see docs/adr/0009)
LOWEST_INFLESZ = 65


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure of a text: `hard` when it is over what we allow, and `says` how it reads."""

    words: int
    says: str
    hard: bool


def words(text: str) -> list[str]:
    return _WORD.findall(text)


def reading(text: str, language: str) -> Reading | None:
    """The measure of a text in English or Spanish."""
    found = words(text)
    sentences = sum(1 for sentence in _END.split(text) if words(sentence))
    if not found or language not in ("en", "es"):
        return None
    pace = len(found) / sentences
    if language == "en":
        grade = 0.39 * pace + 11.8 * sum(map(syllables, found)) / len(found) - 15.59
        return Reading(len(found), f"grade {grade:.1f}", round(grade, 1) > HARDEST_GRADE)
    score = 206.835 - 62.3 * sum(map(silabas, found)) / len(found) - pace
    return Reading(len(found), f"INFLESZ {score:.1f}", round(score, 1) < LOWEST_INFLESZ)


def syllables(word: str) -> int:
    """Of an English word, by its vowel groups without a silent ending; right for nine words in ten."""
    low = word.lower()
    return max(1, len(_ENGLISH.findall(low)) - bool(_SILENT.search(low) and len(_ENGLISH.findall(low)) > 1))


def silabas(word: str) -> int:
    """Of a Spanish word: vowel nuclei; a weak vowel joins a strong neighbor unless it bears the accent."""
    return max(1, len(_SPANISH.findall(_MUTE.sub("", word.lower()))))
