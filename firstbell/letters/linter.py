"""The letter linter: what is wrong with a letter, or with the wording of a language, before it can reach a family.

`lint` reads one letter and everything it finds blocks sending; `lint_wording` reads a whole language, ours or one
that a district edits. What the law requires and forbids on the send date is asked of law (T-21, T-22).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from firstbell.law.notices import Kind, missing
from firstbell.law.wording import forbidden
from firstbell.letters.compose import ORDER
from firstbell.letters.data import Letter
from firstbell.letters.reading import reading, words
from firstbell.letters.wording import FIELD, Wording, forms, wording

MOST_WORDS = 150  # outside the legal box: the short letters of Lasky-Fink et al. (2021) did better than the long ones
APART = ("frame", "shared", "grade", "what", "effort", "ground", "count")  # sections every kind draws on
_STAND_IN = "Ana"
_DIGITS_OF_A_PHONE = 10


@dataclass(frozen=True, slots=True)
class Complaint:
    """`where` is a key of the wording or a field of the letter; `remedy` is what to do, as a sentence."""

    rule: str
    where: str
    expected: str
    found: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: expected {self.expected}, found {self.found}. {self.remedy}"


def lint(letter: Letter, approved: Mapping[str, str] | None = None) -> list[Complaint]:
    """Everything that stops this letter. `approved` adds languages a person approved: language to wording digest.

    Raises ValueError when the letter's language is not one of ours.
    """
    said = wording(letter.language)
    return [*_approval(said, approved or {}), *_kind(said, letter.kind, letter.sent_on), *_letter(letter)]


def lint_wording(said: Wording, on: date, approved: Mapping[str, str] | None = None) -> list[Complaint]:
    """Everything wrong with a language as letters sent on that day would use it."""
    found = [*_approval(said, approved or {}), *_plurals(said)]
    for section in APART:
        found += _same_items(said, f"{section}.")
    for kind in Kind:
        found += _kind(said, kind, on)
    return found


def _approval(said: Wording, approved: Mapping[str, str]) -> Iterator[Complaint]:
    if not said.approved and approved.get(said.language) != said.digest:
        was = "an approval of an earlier text" if said.language in approved else "no approval"
        remedy = f"A person who speaks {said.name} must read and approve it first."
        yield Complaint("approval", f"{said.language}", "wording that a person approved", was, remedy)


def _kind(said: Wording, kind: Kind, on: date) -> Iterator[Complaint]:
    yield from _same_items(said, f"{kind}.")
    yield from _law(said, kind, on)
    yield from _words(said, kind)


def _same_items(said: Wording, prefix: str) -> Iterator[Complaint]:
    """Every language says what English says, item by item and field by field."""
    english = wording("en").sentences
    plural = "count."  # plural forms differ by language; _plurals looks at them
    ours = {key for key in english if key.startswith(prefix) and not key.startswith(plural)}
    theirs = {key for key in said.sentences if key.startswith(prefix) and not key.startswith(plural)}
    at = said.language
    for key in sorted(ours - theirs):
        yield Complaint("items", f"{at}: {key}", "the same items as English", "nothing", "Translate this sentence.")
    for key in sorted(theirs - ours):
        yield Complaint("items", f"{at}: {key}", "the same items as English", "one more", "Remove this sentence.")
    for key in sorted(ours & theirs):
        wanted, found = (sorted(FIELD.findall(each.sentences[key])) for each in (wording("en"), said))
        if wanted != found:
            remedy = "Use each field once, as English does."
            yield Complaint("fields", f"{at}: {key}", str(wanted), str(found), remedy)
        if not said.sentences[key].strip():
            yield Complaint("items", f"{at}: {key}", "a sentence", "nothing", "Translate this sentence.")


def _law(said: Wording, kind: Kind, on: date) -> Iterator[Complaint]:
    box = f"{kind}.legal"
    keys = {key.removeprefix(f"{box}.") for key in said.under(box) if said.sentences[key].strip()}
    for reason in missing(kind, on, keys):
        remedy = f"Write what {reason.section} asks of a letter sent on {on}, no more and no less."
        yield Complaint("required", f"{said.language}: {box}", reason.sentence, "another text", remedy)
    for key in said.under(str(kind)):
        for phrase, reason in forbidden(said.sentences[key], said.language, on):
            remedy = f"Take it out: {reason.sentence}"
            yield Complaint("forbidden", f"{said.language}: {key}", "nothing of the kind", phrase, remedy)


def _words(said: Wording, kind: Kind) -> Iterator[Complaint]:
    """Length and reading grade of our own words: not the box, not the days, not the address."""
    measure = reading("\n".join(sentences(said, kind)), said.language)
    at = f"{said.language}: {kind}"
    if measure and measure.hard:
        remedy = "Use shorter words and shorter sentences."
        yield Complaint("reading", at, "a text that a sixth grader reads", measure.says, remedy)
    if measure and (count := len(words(own_words(said, kind)))) > MOST_WORDS:
        yield Complaint("length", at, f"at most {MOST_WORDS} words", str(count), "Say less.")


def own_words(said: Wording, kind: Kind) -> str:
    """What is ours in a letter: title, greeting and sentences, with a short name in every field."""
    return "\n".join([*_filled(said, [f"{kind}.title", "frame.greeting"]), *sentences(said, kind)])


def sentences(said: Wording, kind: Kind) -> list[str]:
    """The whole sentences of a letter, which a reading grade is taken of."""
    own = [name for name in ORDER[kind] if not name.startswith("#")]
    keys = [key if (key := f"{kind}.{name}") in said.sentences else f"shared.{name}" for name in own]
    return _filled(said, [*keys, "frame.call", "frame.interpreter"])


def _filled(said: Wording, keys: list[str]) -> list[str]:
    return [FIELD.sub(_STAND_IN, said.sentences.get(key, "")) for key in keys]


def _plurals(said: Wording) -> Iterator[Complaint]:
    for counted in ("count.days", "count.school_days"):
        for form in sorted(forms(said.locale)):
            if "{n}" not in said.sentences.get(f"{counted}.{form}", ""):
                remedy = f"Say how {said.name} counts here."
                yield Complaint("plural", f"{said.language}: {counted}.{form}", "a form with {n}", "none", remedy)


def _letter(letter: Letter) -> Iterator[Complaint]:
    if letter.to.restricted:
        remedy = "Write to another contact of the student, or ask the school."
        yield Complaint("contact", "to", "someone who may be written to", f"{letter.to.name}, restricted", remedy)
    for field, phone in (("person.phone", letter.person.phone), ("school.phone", letter.school.phone)):
        if sum(character.isdigit() for character in phone) < _DIGITS_OF_A_PHONE:
            remedy = "Give a number that can be called."
            yield Complaint("phone", field, f"{_DIGITS_OF_A_PHONE} digits", phone, remedy)
    yield from _dates(letter)


def _dates(letter: Letter) -> Iterator[Complaint]:
    """Nothing that happened after the letter, and no meeting before it."""
    sent = letter.sent_on
    past = [(f"students.{n}.occasions", day.on) for n, one in enumerate(letter.students) for day in one.occasions]
    past += [(f"students.{n}.spans", span.last) for n, one in enumerate(letter.students) for span in one.spans]
    past += [("steps", step.on) for step in letter.steps]
    past += [("earlier", letter.earlier.sent_on)] if letter.earlier else []
    for field, on in past:
        if on > sent:
            yield Complaint("date", field, f"a day up to {sent}", str(on), "Correct the day or the send date.")
    if letter.meeting and letter.meeting.on <= sent and letter.kind is not Kind.CALLED_OFF:
        found = str(letter.meeting.on)
        yield Complaint("date", "meeting.on", f"a day after {sent}", found, "Give the family time to come.")
