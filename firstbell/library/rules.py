"""What is wrong with a letter that somebody else wrote: the part of the linter that plain text allows."""

import re
from collections.abc import Iterator
from datetime import date

from firstbell.law.notices import Kind, required
from firstbell.law.wording import forbidden
from firstbell.letters.linter import MOST_WORDS, Complaint
from firstbell.letters.reading import reading, words
from firstbell.letters.wording import wording

_PHONE = re.compile(r"(?:\d[\s().\-–]*){10}")


def lint_text(text: str, kind: Kind, language: str, sent_on: date) -> list[Complaint]:
    """What a pasted letter says that it may not, and what is hard about it.

    Whether it says all it must is for a person to read: `law.notices.required` lists it. ValueError for a language
    that is not one of ours.
    """
    return [*_forbidden(text, language, sent_on), *_phone(text), *_words(text, kind, language, sent_on)]


def _forbidden(text: str, language: str, sent_on: date) -> Iterator[Complaint]:
    for phrase, reason in forbidden(text, language, sent_on):
        line = text[: text.index(phrase)].count("\n") + 1
        remedy = f"Take it out: {reason.sentence}"
        yield Complaint("forbidden", f"line {line}", "nothing of the kind", phrase, remedy)


def _phone(text: str) -> Iterator[Complaint]:
    if not _PHONE.search(text):
        remedy = "Say whom to call, and the number."
        yield Complaint("phone", "the letter", "a telephone number of 10 digits", "none", remedy)


def _words(text: str, kind: Kind, language: str, sent_on: date) -> Iterator[Complaint]:
    """Length and grade; what the law makes a letter say is allowed for in the length, as our own wording says it."""
    if (measure := reading(text, language)) is None:
        return
    if measure.hard:
        remedy = "Use shorter words and shorter sentences; what the law prescribes may stay."
        yield Complaint("reading", "the letter", "a text that a sixth grader reads", measure.says, remedy)
    said = wording(language)
    owed = [said.sentences.get(f"{kind}.legal.{item.key}", item.words) for item in required(kind, sent_on)]
    most = MOST_WORDS + len(words(" ".join(owed)))
    if (found := len(words(text))) > most:
        yield Complaint("length", "the letter", f"at most {most} words", str(found), "Say less.")
