"""From a letter to its page: every word in its place, no paper yet. Plain text and PDF are both made from the page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from firstbell.law.notices import Kind
from firstbell.letters.data import Grade, Letter, Student
from firstbell.letters.wording import Wording, wording


class Role(StrEnum):
    """How a part looks on paper."""

    TEXT = "text"
    DAYS = "days"  # `heading` is the student, when there are several
    FACTS = "facts"  # lines in pairs: label, value
    BOX = "box"  # what the law asks us to say, apart from our own words


@dataclass(frozen=True, slots=True)
class Part:
    role: Role
    lines: tuple[str, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One letter in one language, ready to be set."""

    language: str
    right_to_left: bool
    title: str
    school: tuple[str, ...]  # letterhead; the name first
    date: str
    to: tuple[str, ...]
    about: tuple[str, ...]
    greeting: str
    parts: tuple[Part, ...]
    call: tuple[str, ...]
    close: str
    signer: tuple[str, ...]
    reference: str
    page: str  # "Page {page} of {pages}": filled when the pages are known


# What stands where. A name with a mark is a block of its own; the others are sentences of the kind, or shared ones.
ORDER = {
    Kind.FIRST_TRUANCY: ("opening", "days", "#days", "mistake", "next", "#legal"),
    Kind.NEXT_TRUANCY: ("opening", "days", "#days", "mistake", "next", "#legal"),
    Kind.EXCUSED: ("opening", "days", "#days", "health", "next"),
    Kind.CONFERENCE: ("opening", "#meeting", "change", "bring"),
    Kind.SART: ("opening", "team", "#meeting", "change", "bring", "efforts", "#steps"),
    Kind.SARB: ("opening", "#legal", "efforts", "#steps", "next"),
    Kind.CORRECTION: ("opening", "days", "#days", "effect", "keep"),
    Kind.IMPROVEMENT: ("opening", "#spans", "thanks", "next"),
    Kind.SUMMARY: ("opening", "#spans", "#days", "mistake", "next"),
    Kind.HEARING: ("opening", "group", "#meeting", "counts", "talk", "offers", "change", "bring"),
    Kind.CALLED_OFF: ("opening", "#meeting", "next"),
}


def compose(letter: Letter) -> Page:
    """The page of a letter. Raises ValueError when its language is not one of ours."""
    words = wording(letter.language)
    school = letter.school
    return Page(
        language=letter.language,
        right_to_left=words.right_to_left,
        title=words.say(f"{letter.kind}.title"),
        school=(school.name, *filter(None, [school.district]), *school.address, school.phone),
        date=words.spoken(letter.sent_on),
        to=(letter.to.name, *letter.to.address),
        about=tuple(_about(words, student) for student in letter.students),
        greeting=words.say("frame.greeting", students=_names(words, letter)),
        parts=tuple(_parts(words, letter)),
        call=(_call(words, letter), words.say("frame.interpreter")),
        close=words.say("frame.close"),
        signer=(letter.person.name, letter.person.title, school.name),
        reference=words.say("frame.reference", reference=words.placed(letter.reference)),
        page=words.sentences["frame.page"],
    )


def fields(words: Wording, letter: Letter) -> dict[str, str]:
    """What the sentences of a letter may name; only what the letter has."""
    values = {"students": _names(words, letter), "report": words.digits(str(letter.report))}
    if letter.board:
        values["board"] = words.placed(letter.board.name)
        values["board_address"] = words.placed(", ".join(letter.board.address))
    if letter.ground:
        values["ground"] = words.say(f"ground.{letter.ground}")
    if letter.earlier:
        values["earlier"] = words.spoken(letter.earlier.sent_on)
        values["earlier_title"] = words.say(f"{letter.earlier.kind}.title")
    return values


def _parts(words: Wording, letter: Letter) -> Iterator[Part]:
    values = fields(words, letter)
    for name in ORDER[letter.kind]:
        match name:
            case "#days":
                yield from _days(words, letter)
            case "#spans":
                yield from _spans(words, letter)
            case "#meeting":
                yield _meeting(words, letter)
            case "#steps":
                yield Part(Role.DAYS, tuple(_dated(words, step.on, f"effort.{step.what}") for step in letter.steps))
            case "#legal":
                heading, *items = words.under(f"{letter.kind}.legal")
                yield Part(Role.BOX, tuple(words.say(key, **values) for key in items), words.say(heading))
            case _:
                own = f"{letter.kind}.{name}"
                key = own if own in words.sentences else f"shared.{name}"
                yield Part(Role.TEXT, (words.say(key, **values),))


def _names(words: Wording, letter: Letter) -> str:
    return words.listed([student.called or student.name for student in letter.students])


def _about(words: Wording, student: Student) -> str:
    grade = student.grade
    named = f"grade.{grade}" if grade in {Grade.TK, Grade.K} else "grade.number"
    line = words.say(
        "frame.student", name=words.placed(student.name), grade=words.say(named, number=words.digits(grade))
    )
    return f"{line} · {words.placed(student.number)}" if student.number else line


def _heading(words: Wording, letter: Letter, student: Student) -> str:
    return words.placed(student.name) if len(letter.students) > 1 else ""


def _dated(words: Wording, on: date, what: str) -> str:
    return words.say("frame.dated", day=words.day(on), what=words.say(what))


def _days(words: Wording, letter: Letter) -> Iterator[Part]:
    for student in letter.students:
        days = sorted(student.occasions, key=lambda occasion: occasion.on)
        lines = tuple(_dated(words, day.on, f"what.{day.what}") for day in days)
        if lines:
            yield Part(Role.DAYS, lines, _heading(words, letter, student))


def _spans(words: Wording, letter: Letter) -> Iterator[Part]:
    for student in letter.students:
        lines = tuple(
            words.say(
                "frame.span",
                first=words.spoken(span.first),
                last=words.spoken(span.last),
                absent=words.count("days", span.absent),
                enrolled=words.count("school_days", span.enrolled),
            )
            for span in student.spans
        )
        yield Part(Role.DAYS, lines, _heading(words, letter, student))


def _meeting(words: Wording, letter: Letter) -> Part:
    meeting = letter.meeting
    assert meeting is not None  # Letter refuses a meeting letter without one
    when = words.say("frame.meeting", day=words.day(meeting.on), time=words.clock(meeting.at))
    where = words.placed(meeting.place)
    return Part(Role.FACTS, (words.say("frame.when"), when, words.say("frame.where"), where))


def _call(words: Wording, letter: Letter) -> str:
    person, school = letter.person, letter.school
    return words.say(
        "frame.call",
        person=words.placed(person.name),
        title=words.placed(person.title),
        phone=words.placed(person.phone),
        opens=words.clock(school.opens),
        closes=words.clock(school.closes),
    )
