"""A letter is data first: who, what, when, and nothing that could be forgotten.

A value that is missing, unknown or cannot be printed raises ValueError at once; the message names the field, the kind
of letter and what was expected.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, time
from enum import StrEnum

from firstbell.law.notices import Kind


class What(StrEnum):
    """What happened on a day, as a family reads it."""

    ABSENT = "absent"  # the whole day, no excuse
    LATE = "late"  # more than the policy's minutes, no excuse
    OUT = "out"  # left early or away in between, no excuse
    EXCUSED = "excused"
    PRESENT = "present"  # corrections only: we had it wrong


class Ground(StrEnum):
    """Why a student may be referred to a review board (EC 48263(a))."""

    HABITUAL = "habitual"
    CHRONIC = "chronic"
    CONDUCT = "conduct"


class Effort(StrEnum):
    """What the school did to help before it referred (EC 48263(a): documentation of interventions)."""

    LETTER = "letter"
    CALL = "call"
    CONFERENCE = "conference"
    VISIT = "visit"
    COUNSELING = "counseling"
    PLAN = "plan"
    TEAM = "team"


class Grade(StrEnum):
    """The grade a student is in; the words for it are in the wording files."""

    TK = "TK"
    K = "K"
    G1, G2, G3, G4, G5, G6 = "1", "2", "3", "4", "5", "6"
    G7, G8, G9, G10, G11, G12 = "7", "8", "9", "10", "11", "12"


@dataclass(frozen=True, slots=True)
class School:
    """The letterhead, and when its office answers."""

    name: str
    address: tuple[str, ...]
    phone: str
    opens: time
    closes: time
    principal: str
    district: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Who the letter goes to. A restricted contact may never be written to; the linter stops it."""

    name: str
    address: tuple[str, ...]
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Occasion:
    """One day and what happened on it."""

    on: date
    what: What


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the school year in whole days: how many the student was enrolled and how many missed."""

    first: date
    last: date
    enrolled: int
    absent: int


@dataclass(frozen=True, slots=True)
class Student:
    """A student, by the name the family writes. `called` is the name sentences use, where it is another ("Ana");
    `number` is the school's, shown only when it is given."""

    name: str
    grade: Grade
    occasions: tuple[Occasion, ...] = ()
    spans: tuple[Span, ...] = ()
    called: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who signs, and who answers when the family calls."""

    name: str
    title: str
    phone: str


@dataclass(frozen=True, slots=True)
class Meeting:
    on: date
    at: time
    place: str


@dataclass(frozen=True, slots=True)
class Board:
    """The review board or probation department a student is referred to (EC 48263(a): its name and address)."""

    name: str
    address: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the school did to help, and when."""

    on: date
    what: Effort


@dataclass(frozen=True, slots=True)
class Earlier:
    """The letter that no longer stands."""

    kind: Kind
    sent_on: date


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one household in one language. What each kind needs besides the first nine is in `NEEDS`."""

    kind: Kind
    language: str  # a wording file: "en", "zh-Hans"
    sent_on: date
    school: School
    to: Contact
    students: tuple[Student, ...]
    person: Person
    reference: str  # printed small, so that a letter in hand leads to its proof
    meeting: Meeting | None = None
    report: int = 0  # which report of this school year, from 2
    board: Board | None = None
    ground: Ground | None = None
    steps: tuple[Step, ...] = ()
    earlier: Earlier | None = None

    def __post_init__(self) -> None:
        needs = NEEDS[self.kind]
        for name, expected in (ALWAYS | needs).items():
            if not getattr(self, name):
                raise wrong(self.kind, name, expected, "nothing")
        for name in sorted(OPTIONAL - set(needs)):
            if getattr(self, name):
                raise wrong(self.kind, name, "nothing: this kind has no such field", "a value")
        if needs.get("report") and self.report < 2:
            raise wrong(self.kind, "report", needs["report"], str(self.report))
        for number, student in enumerate(self.students):
            _check_days(self.kind, f"students.{number}", student)
        _check_texts(self)


ALWAYS = {
    "language": "the language of a wording file",
    "students": "at least one student",
    "reference": "the reference that leads to the letter's proof",
}
NEEDS: dict[Kind, dict[str, str]] = {
    Kind.FIRST_TRUANCY: {},
    Kind.NEXT_TRUANCY: {"report": "which report of this school year, from 2"},
    Kind.EXCUSED: {},
    Kind.CONFERENCE: {"meeting": "when and where to meet"},
    Kind.SART: {"meeting": "when and where the team meets", "steps": "what the school did to help"},
    Kind.SARB: {
        "board": "the review board's name and address (EC 48263(a))",
        "ground": "the reason for the referral (EC 48263(a))",
        "steps": "what the school did to help (EC 48263(a))",
    },
    Kind.CORRECTION: {"earlier": "the letter that no longer stands"},
    Kind.IMPROVEMENT: {},
    Kind.SUMMARY: {},
    Kind.HEARING: {"meeting": "when and where the panel hears the family", "board": "the panel's name and address"},
    Kind.CALLED_OFF: {"meeting": "the hearing that does not take place", "board": "the panel's name and address"},
}
OPTIONAL = {name for needs in NEEDS.values() for name in needs}
SPANS = {Kind.IMPROVEMENT: 2, Kind.SUMMARY: 1}  # an earlier and a later one; the one the summary covers
DATED = {Kind.FIRST_TRUANCY, Kind.NEXT_TRUANCY, Kind.EXCUSED, Kind.CORRECTION}
MAY_BE_EMPTY = {"called", "number", "district"}
LONGEST = 300  # characters of one value: a name of 80 is long, a place of 300 is a mistake

# Controls, halves of a pair, private and unassigned code points; and what can turn a line around unseen.
_UNPRINTABLE = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
_TURNS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")


def wrong(kind: str, field: str, expected: str, found: str) -> ValueError:
    """The one way this package says that a letter cannot be made."""
    return ValueError(f"{kind}: {field}: expected {expected}, found {found}")


def texts(value: object, at: str = "") -> Iterator[tuple[str, str]]:
    """(field, text) of every string in a letter: "students.0.name", "school.address.1"."""
    if isinstance(value, StrEnum):
        return
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from texts(item, f"{at}.{number}")
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name), f"{at}.{field.name}".lstrip("."))


def _check_days(kind: Kind, at: str, student: Student) -> None:
    if kind in DATED and not student.occasions:
        raise wrong(kind, f"{at}.occasions", "at least one day", "none")
    if len(student.spans) != SPANS.get(kind, 0):
        raise wrong(kind, f"{at}.spans", str(SPANS.get(kind, 0)), str(len(student.spans)))
    for span in student.spans:
        if not (span.first <= span.last and 0 <= span.absent <= span.enrolled and span.enrolled > 0):
            raise wrong(kind, f"{at}.spans", "0 to all of its enrolled days missed, first before last", str(span))


def _check_texts(letter: Letter) -> None:
    for field in ("school.address", "to.address", "board.address"):
        owner, name = field.split(".")
        if (place := getattr(letter, owner)) is not None and not getattr(place, name):
            raise wrong(letter.kind, field, "at least one line", "nothing")
    for field, text in texts(letter):
        if not text.strip() and field.rsplit(".", 1)[-1] not in MAY_BE_EMPTY:
            raise wrong(letter.kind, field, "text", "nothing")
        if len(text) > LONGEST:
            raise wrong(letter.kind, field, f"at most {LONGEST} characters", str(len(text)))
        for character in text:
            if unicodedata.category(character) in _UNPRINTABLE or _TURNS.match(character):
                raise wrong(letter.kind, field, "text that can be printed", f"U+{ord(character):04X}")
