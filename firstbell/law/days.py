"""The alphabet of a student's day: one byte for each student and instructional day.

A byte is a `Day`, with HALF added when at least half of the day was missed (the federal measure, FS195).
Bytes are stored by the day book and must never be renumbered.
"""

from enum import IntEnum


class Day(IntEnum):
    NONE = 0
    PRESENT = 1
    EXCUSED = 2
    UNEXCUSED = 3
    SUSPENDED = 4
    UNVERIFIED = 5
    STUDY_UNDONE = 6
    PARTIAL = 7
    OCCASION = 8
    NOT_TAKEN = 9
    IN_SCHOOL_SUSPENSION = 10


HALF = 32
"""Flag added to a byte: missed at least half of the day (EDFacts FS195). A whole-day absence always carries it."""

ABSENT = frozenset({Day.EXCUSED, Day.UNEXCUSED, Day.SUSPENDED, Day.UNVERIFIED, Day.STUDY_UNDONE})
"""Whole-day absences: what chronic absence counts (EC 60901(c)(1))."""

SEVERITY = (
    Day.SUSPENDED,
    Day.UNEXCUSED,
    Day.EXCUSED,
    Day.UNVERIFIED,
    Day.STUDY_UNDONE,
    Day.OCCASION,
    Day.IN_SCHOOL_SUSPENSION,
    Day.PARTIAL,
    Day.NOT_TAKEN,
    Day.PRESENT,
)
"""Most severe first. Several marks on one day reduce to the most severe; they never add up."""

_SHOWN = {
    Day.NONE: (" ", "No school, or not enrolled"),
    Day.PRESENT: (".", "Present"),
    Day.EXCUSED: ("E", "Absent all day, excused"),
    Day.UNEXCUSED: ("U", "Absent all day, unexcused"),
    Day.SUSPENDED: ("S", "Suspended from school all day"),
    Day.UNVERIFIED: ("?", "Absent all day, reason not known yet"),
    Day.STUDY_UNDONE: ("I", "Independent study day without completed work"),
    Day.PARTIAL: ("t", "Here for part of the day"),
    Day.OCCASION: ("T", "Here for part of the day, missed more than 30 minutes unexcused"),
    Day.NOT_TAKEN: ("-", "Attendance was not taken"),
    Day.IN_SCHOOL_SUSPENSION: ("i", "Suspended in school"),
}


_KINDS = {day | flag: day for day in Day for flag in (0, HALF)}


def kind(byte: int) -> Day:
    """The day without its flags. ValueError on a byte outside the alphabet."""
    return _KINDS[byte] if byte in _KINDS else Day(byte & ~HALF)  # a table: a page asks for hundreds


def letter(day: int) -> str:
    """One character for a byte, as pages and tests show it: ". E U S ? I t T - i", a blank for no day."""
    return _SHOWN[kind(day)][0]


def description(day: int) -> str:
    """The byte in words that a family reads."""
    return _SHOWN[kind(day)][1]


def byte_of(character: str) -> int:
    """The byte that `letter` shows; whole-day absences carry HALF. KeyError on any other character."""
    return _BYTES[character]


def story(letters: str) -> tuple[int, ...]:
    """A run of letters, "..UU.T", as bytes."""
    return tuple(byte_of(one) for one in letters)


_BYTES = {shown[0]: day + HALF * (day in ABSENT) for day, shown in _SHOWN.items()}
