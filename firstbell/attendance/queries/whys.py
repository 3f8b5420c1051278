"""Why a student's figures are what they are: every mark behind them, the decisions with their grounds, what changed.

The one source of the page and of the command line. Quick for one student: reads the student's row of the published
book where the book is what was known, and otherwise builds that one row anew (`alone`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db.models import Q

from firstbell.attendance.queries import alone
from firstbell.attendance.queries.alone import Said
from firstbell.attendance.queries.sourcing import newest, told
from firstbell.core.home import home
from firstbell.facts.daybook import DayBook, current
from firstbell.facts.kernels.standing import STANDING, standings
from firstbell.law import bands, chronic, truancy
from firstbell.law.calendar import SchoolYear
from firstbell.law.compulsory import window
from firstbell.law.days import ABSENT, Day, description, kind, letter
from firstbell.law.findings import Finding, Reason
from firstbell.law.marks import read
from firstbell.law.policy import Policy, policy_on
from firstbell.roster.models import Arrival, Enrolment, Student
from firstbell.roster.models import Statement as Spoken

_OCCASIONS = frozenset({Day.UNEXCUSED, Day.OCCASION})


@dataclass(frozen=True, slots=True)
class Statement:
    """What one arrival stated of a day with one code, and how the rule reads it. `withdrawn` is None while it stands.

    `periods` is empty for the whole day; a code for several class periods is one statement.
    """

    code: str
    periods: tuple[str, ...]
    school: str
    reason: Reason
    arrival: str
    known: datetime
    withdrawn: datetime | None
    withdrawn_by: str

    @property
    def coded(self) -> str:
        """The code as recorded, and for which periods: "U Unexcused, periods 1, 2"."""
        return f"{self.code}, {_periods(self.periods)}" if self.periods else self.code

    def as_text(self) -> str:
        gone = f"; withdrawn by {self.withdrawn_by}, {self.withdrawn:%Y-%m-%d}" if self.withdrawn else ""
        ground = f"{self.reason.sentence} ({self.reason.section})"
        return f"{self.coded}: {ground} [{self.arrival}, {self.known:%Y-%m-%d}{gone}]"


@dataclass(frozen=True, slots=True)
class WhyDay:
    """A day with marks, or without roll: what the book holds, and the marks it rests on."""

    on: date
    byte: int
    subject: bool
    """Whether the day lies in the student's years of compulsory education (EC 48200)."""
    statements: tuple[Statement, ...]
    """The marks that stand, then those that were withdrawn."""

    @property
    def letter(self) -> str:
        return letter(self.byte)

    @property
    def description(self) -> str:
        return description(self.byte)

    @property
    def absent(self) -> bool:
        return kind(self.byte) in ABSENT

    @property
    def occasion(self) -> bool:
        """Whether the day is one occasion of truancy; never outside the years of compulsory education."""
        return self.subject and kind(self.byte) in _OCCASIONS

    @property
    def corrected(self) -> bool:
        return any(one.withdrawn for one in self.statements)


@dataclass(frozen=True, slots=True)
class Year:
    """A student's school year up to `on`, as it stands or was known at `known_at`."""

    on: date
    arrival: Arrival
    """The newest data that was known."""
    stays: list[Enrolment]
    """Enrolments of every year, newest first."""
    bytes_on: Mapping[date, int]
    """The byte of every enrolled day, in order."""
    days: tuple[WhyDay, ...]
    """The days with a mark, and those that are not plainly present, in order."""
    figures: Mapping[str, int]
    """The fields of STANDING; days are ordinals, 0 for never."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One day that reads otherwise than before the newest data. `was` is "" for a day not told of before."""

    on: date
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What the newest data changed: figures as (before, now), and the days behind it."""

    before: Arrival
    brought_by: Arrival
    absent: tuple[int, int]
    occasions: tuple[int, int]
    days: tuple[Changed, ...]

    def as_text(self) -> list[str]:
        told_by = f"  since {self.before.label}, known {self.before.known_at:%Y-%m-%d}"
        lines = [f"{told_by}; changed by {self.brought_by.label}, known {self.brought_by.known_at:%Y-%m-%d}:"]
        for words, (was, now) in (("days absent", self.absent), ("truancy occasions", self.occasions)):
            lines += [f"    {words}: {was}, now {now}"] if was != now else []
        lines += [f"    {one.on}: {f'was {one.was}' if one.was else 'not told of before'}, now {one.now}"
                  for one in self.days]  # fmt: skip
        return lines if len(lines) > 1 else [f"{told_by}: no change"]


@dataclass(frozen=True, slots=True)
class Why:
    year: Year
    findings: Mapping[str, Finding[Any]]
    """chronic, truancy, national and district."""
    can_miss: int
    """Days that can still be missed this year before the policy's percent."""
    policy: str
    changes: Changes | None
    """None where nothing was known before the newest data."""

    def as_text(self) -> str:
        """For a terminal: the decisions with their citations, what changed, then every day with its marks."""
        known = self.year.arrival
        lines = [f"On {self.year.on}, under the policy of {self.policy}, from {known.label}:"]
        for name, finding in self.findings.items():
            lines += [f"  {name}: {finding.outcome}", *(f"    {r.sentence} ({r.section})" for r in finding.reasons)]
        lines += self.changes.as_text() if self.changes else []
        for day in self.year.days:
            outside = " (outside compulsory education)" if kind(day.byte) in _OCCASIONS and not day.subject else ""
            lines.append(f"{day.on} {day.letter} {day.description}{outside}")
            lines += [f"    {one.as_text()}" for one in day.statements]
        return "\n".join(lines)


def why(student: Student, on: date, known_at: datetime | None = None, *, arrival: Arrival | None = None) -> Why:
    """The grounds of a student's standing on day `on`, now or as the district knew it at `known_at`.

    `arrival` is the newest data known then, for whoever has it at hand. ValueError when the year has no data, or not
    of this student.
    """
    policy, year = policy_on(on), year_of(student, on, known_at, arrival=arrival)
    begins, ends = _subject(student, known_at)
    facts = [truancy.DayFact(day, byte, begins <= day < ends) for day, byte in year.bytes_on.items()]
    absent, enrolled = year.figures["absent"], year.figures["enrolled"]
    findings: dict[str, Finding[Any]] = {
        "chronic": chronic.chronic(absent, enrolled, enrolled - absent, policy),
        "truancy": truancy.classify(facts, policy),
        "national": bands.national(absent, enrolled, policy),
        "district": bands.district(absent, enrolled, policy),
    }
    left = chronic.days_can_miss(enrolled + _days_ahead(year, known_at), absent, policy.chronic.percent)
    return Why(year, findings, left, policy.version, _changes(student, year))


def year_of(student: Student, on: date, known_at: datetime | None = None, *, arrival: Arrival | None = None) -> Year:
    """A student's year up to day `on`; the rest as `why`."""
    arrival = arrival or newest(SchoolYear.of(on).ending, known_at)
    policy = policy_on(arrival.through)
    stays = alone.stays(student.pk, known_at)
    enrolled = [stay for stay in stays if stay.year == arrival.year]
    if not enrolled and not _is_listed(student, known_at):
        raise ValueError(f"student {student.key} is not in the data of the school year ending {arrival.year}")
    marks = alone.said(student.pk, arrival.year, known_at)
    book = _published(student, arrival, known_at)
    if book is None:
        book = alone.book_of_one(student.pk, arrival, enrolled, marks, policy, known_at)
    subject = _subject(student, known_at)
    bytes_on = _bytes(book, book.line_of(student.pk), on)
    days = _days(bytes_on, marks, on, subject, policy)
    return Year(on, arrival, stays, bytes_on, days, _figures(student, book, on, subject))


def _is_listed(student: Student, known_at: datetime | None) -> bool:
    return any(row.live for row in alone.as_known(Student.objects.filter(pk=student.pk), known_at))


def _published(student: Student, arrival: Arrival, known_at: datetime | None) -> DayBook | None:
    """The current book where it is what was known: it reflects the newest of it, and nothing known later.

    What people said of the student since then is known at once, and is not in the book before the night.
    """
    spoken = Spoken.objects.filter(Q(arrival__gt=arrival.pk) | Q(ended__gt=arrival.pk), student=student)
    if known_at is None and spoken.exists():
        return None
    book = current(home() / "facts", arrival.year)
    if book is None or book.version != str(arrival.pk) or not book.has(student.pk):
        return None
    later = known_at is not None and Arrival.objects.filter(year=arrival.year, known_at__gt=known_at).exists()
    return None if later else book


def _bytes(book: DayBook, line: int, on: date) -> dict[date, int]:
    row = book.cells[line][: book.column(on.toordinal())]
    return {date.fromordinal(int(book.days[at])): int(row[at]) for at in np.flatnonzero(row)}


def _subject(student: Student, known_at: datetime | None) -> tuple[date, date]:
    """Days of compulsory education; none without a date of birth, for nobody is called truant on a guess."""
    if known_at is not None:
        [student] = alone.as_known(Student.objects.filter(pk=student.pk), known_at) or [student]
    return window(student.born_on) if student.born_on else (date.min, date.min)


def _figures(student: Student, book: DayBook, on: date, subject: tuple[date, date]) -> dict[str, int]:
    spans = np.array([[day.toordinal()] for day in subject], np.int32)
    line = np.array([book.line_of(student.pk)], np.int32)
    counted = standings(book, book.column(on.toordinal()), spans[0], spans[1], line)[0]
    return {name: int(counted[name]) for name in STANDING.names or ()}


def _days_ahead(year: Year, known_at: datetime | None) -> int:
    """School days of the newest stay's calendar that still lie ahead while it runs."""
    stay = next((stay for stay in year.stays if stay.year == year.arrival.year), None)
    if stay is None:
        return 0
    after, last = min(year.on, year.arrival.through), stay.exit_on or date.max
    days = alone.taught([stay.calendar_id], policy_on(year.arrival.through), known_at)[stay.calendar_id]
    return sum(after < day <= last for day in days)


def _days(
    bytes_on: Mapping[date, int], marks: Iterable[Said], on: date, subject: tuple[date, date], policy: Policy
) -> tuple[WhyDay, ...]:
    spoken: dict[date, list[Said]] = {}
    for one in marks:
        if one.mark.day <= on:
            spoken.setdefault(one.mark.day, []).append(one)
    unusual = {day for day, byte in bytes_on.items() if kind(byte) is not Day.PRESENT}
    begins, ends = subject
    return tuple(
        WhyDay(
            on=day,
            byte=bytes_on.get(day, int(Day.NONE)),
            subject=begins <= day < ends,
            statements=_statements(spoken.get(day, []), policy),
        )
        for day in sorted(unusual | spoken.keys())
    )


def _statements(marks: Iterable[Said], policy: Policy) -> tuple[Statement, ...]:
    """Those that stand first; marks that differ only in their period are one statement."""
    alike: dict[tuple[Any, ...], list[Said]] = {}
    for one in marks:
        mark = one.mark
        same = (one.back is not None, one.back_by, mark.arrival_id, mark.school_id, bool(mark.period), one.code)
        alike.setdefault((*same, mark.minutes, mark.share), []).append(one)
    ordered = sorted(alike.values(), key=lambda found: found[0].back is not None)
    return tuple(_statement(found, policy) for found in ordered)


def _statement(alike: Sequence[Said], policy: Policy) -> Statement:
    one, mark = alike[0], alike[0].mark
    finding = read(one.code, **told(mark.minutes, mark.share), policy=policy)
    periods = tuple(other.mark.period for other in alike if other.mark.period)
    return Statement(
        code=f"{one.code.code} {one.code.description}".strip(),
        periods=periods,
        school=mark.school.name,
        reason=_of_periods(periods, kind(finding.outcome)) if periods else finding.reasons[0],
        arrival=mark.arrival.label,
        known=mark.arrival.known_at,
        withdrawn=one.back,
        withdrawn_by=one.back_by,
    )


def _periods(periods: Sequence[str]) -> str:
    return f"{'period' if len(periods) == 1 else 'periods'} {', '.join(periods)}"


def _of_periods(periods: Sequence[str], day: Day) -> Reason:
    """A class period is longer than 30 minutes, so missing it unexcused is an occasion; alone it is no absent day."""
    if day in _OCCASIONS:
        return Reason("EC 48260(a)", f"Missed {_periods(periods)} without a valid excuse.")
    if day in ABSENT:
        return Reason("EC 46010.3", f"Missed {_periods(periods)}; absent that day only if every period was missed.")
    return Reason("EC 46010.3", f"In school for part of the day; the mark is for {_periods(periods)}.")


def _changes(student: Student, now: Year) -> Changes | None:
    """Against what was known when the data before the newest arrived."""
    earlier = Arrival.objects.filter(year=now.arrival.year, pk__lt=now.arrival.pk, known_at__lt=now.arrival.known_at)
    before = earlier.order_by("-pk").first()
    if before is None:
        return None
    try:
        was = year_of(student, now.on, before.known_at)
    except ValueError:
        return None
    return Changes(
        before=before,
        brought_by=now.arrival,
        absent=(was.figures["absent"], now.figures["absent"]),
        occasions=(was.figures["occasions"], now.figures["occasions"]),
        days=tuple(_differing(was.bytes_on, now.bytes_on, before.through)),
    )


def _differing(was: Mapping[date, int], now: Mapping[date, int], through: date) -> Iterable[Changed]:
    for day in sorted(was.keys() | now.keys()):
        old, new = was.get(day, int(Day.NONE)), now.get(day, int(Day.NONE))
        if kind(old) is kind(new) or (day > through and kind(new) is Day.PRESENT):
            continue
        yield Changed(day, description(old) if day <= through else "", description(new))
