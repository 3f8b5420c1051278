"""Why a student's figures are what they are: every mark behind them, and the decisions with their grounds."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from firstbell.attendance.models import Served, Standing
from firstbell.attendance.queries.sourcing import told
from firstbell.attendance.queries.standings import book_of
from firstbell.facts.daybook import DayBook
from firstbell.facts.kernels.standing import STANDING, standings
from firstbell.law import bands, chronic, truancy
from firstbell.law.calendar import SchoolYear
from firstbell.law.compulsory import window
from firstbell.law.days import Day, description, kind, letter
from firstbell.law.findings import Finding
from firstbell.law.marks import Code, read
from firstbell.law.policy import Policy, policy_on
from firstbell.roster.models import AttendanceCode, Mark, Student, Withdrawal


@dataclass(frozen=True, slots=True)
class Statement:
    """One mark as one arrival stated it. `withdrawn` is when it was taken back; None while it stands."""

    code: str
    period: str
    section: str
    reason: str
    arrival: str
    known: datetime
    withdrawn: datetime | None

    def as_text(self) -> str:
        period = f", period {self.period}" if self.period else ""
        gone = f"; withdrawn {self.withdrawn:%Y-%m-%d}" if self.withdrawn else ""
        return f"{self.code}{period}: {self.reason} ({self.section}; {self.arrival}, {self.known:%Y-%m-%d}{gone})"


@dataclass(frozen=True, slots=True)
class WhyDay:
    """A day with marks, or without roll: what the book holds, and the marks it rests on."""

    on: date
    schools: str
    letter: str
    description: str
    statements: tuple[Statement, ...]
    """The marks that stand, then those that were withdrawn."""

    @property
    def corrected(self) -> bool:
        return any(one.withdrawn for one in self.statements)


@dataclass(frozen=True, slots=True)
class Why:
    on: date
    figures: dict[str, int]
    """The fields of STANDING; days are ordinals, 0 for never."""
    days: tuple[WhyDay, ...]
    findings: dict[str, Finding[Any]]
    """chronic, truancy, national and district."""
    policy: str
    was_absent: int | None
    """Served before the newest data of day `on`; None where `on` is not the served day."""
    was_occasions: int | None

    def as_text(self) -> str:
        """For a terminal: the decisions with their citations, then every day with the marks it rests on."""
        lines = [f"On {self.on}, under the policy of {self.policy}:"]
        for name, finding in self.findings.items():
            lines += [f"  {name}: {finding.outcome}", *(f"    {r.sentence} ({r.section})" for r in finding.reasons)]
        for day in self.days:
            lines.append(f"{day.on} {day.letter} {day.description}")
            lines += [f"    {one.as_text()}" for one in day.statements]
        return "\n".join(lines)


def why(student: Student, on: date, known_at: datetime | None = None) -> Why:
    """The grounds of a student's standing on day `on`, now or as the district knew it at `known_at`.

    ValueError when the year has no data, or not of this student.
    """
    book, policy = book_of(SchoolYear.of(on).ending, known_at), policy_on(on)
    try:
        line = book.line_of(student.pk)
    except KeyError:
        raise ValueError(f"student {student.key} is not in the data of the school year ending {book.year}") from None
    row = book.cells[line][: book.column(on.toordinal())]
    bytes_on = {date.fromordinal(int(book.days[at])): int(row[at]) for at in np.flatnonzero(row)}
    spoken = _statements(student, book.year, on, known_at, policy)
    figures = _figures(student, book, line, on)
    served = Standing.objects.filter(pk=student.pk).first() if Served.objects.filter(on=on).exists() else None
    return Why(
        on=on,
        figures=figures,
        days=tuple(
            _day(day, bytes_on.get(day, int(Day.NONE)), spoken.get(day, []))
            for day in sorted({*spoken, *(day for day, byte in bytes_on.items() if kind(byte) is not Day.PRESENT)})
        ),
        findings=_findings(student, bytes_on, figures, policy),
        policy=policy.version,
        was_absent=served.was_absent if served else None,
        was_occasions=served.was_occasions if served else None,
    )


def _figures(student: Student, book: DayBook, line: int, on: date) -> dict[str, int]:
    begins, ends = _subject(student)
    spans = np.array([[begins.toordinal()], [ends.toordinal()]], np.int32)
    counted = standings(book, book.column(on.toordinal()), spans[0], spans[1], np.array([line], np.int32))[0]
    return {name: int(counted[name]) for name in STANDING.names or ()}


def _subject(student: Student) -> tuple[date, date]:
    """Days of compulsory education; none without a date of birth, for nobody is called truant on a guess."""
    return window(student.born_on) if student.born_on else (date.min, date.min)


def _findings(
    student: Student, bytes_on: dict[date, int], figures: dict[str, int], policy: Policy
) -> dict[str, Finding[Any]]:
    begins, ends = _subject(student)
    facts = [truancy.DayFact(day, byte, begins <= day < ends) for day, byte in bytes_on.items()]
    absent, enrolled = figures["absent"], figures["enrolled"]
    return {
        "chronic": chronic.chronic(absent, enrolled, enrolled - absent, policy),
        "truancy": truancy.classify(facts, policy),
        "national": bands.national(absent, enrolled, policy),
        "district": bands.district(absent, enrolled, policy),
    }


def _day(on: date, byte: int, spoken: list[tuple[str, Statement]]) -> WhyDay:
    schools = ", ".join(dict.fromkeys(school for school, _ in spoken))
    ordered = sorted((one for _, one in spoken), key=lambda one: (one.withdrawn is not None, one.known, one.period))
    return WhyDay(on, schools, letter(byte), description(byte), tuple(ordered))


def _statements(
    student: Student, year: int, on: date, known_at: datetime | None, policy: Policy
) -> dict[date, list[tuple[str, Statement]]]:
    marks = Mark.objects.filter(student=student, year=year, day__lte=on).select_related("code", "school", "arrival")
    gone = Withdrawal.objects.filter(year=year, mark__in=marks.values("pk")).select_related("arrival")
    if known_at is not None:
        marks = marks.filter(arrival__known_at__lte=known_at)
        gone = gone.filter(arrival__known_at__lte=known_at)
    withdrawn = {one.mark_id: one.arrival.known_at for one in gone}
    days: dict[date, list[tuple[str, Statement]]] = {}
    for mark in marks:
        days.setdefault(mark.day, []).append((mark.school.name, _statement(mark, withdrawn.get(mark.pk), policy)))
    return days


def _statement(mark: Mark, withdrawn: datetime | None, policy: Policy) -> Statement:
    ground = read(_code(mark.code), **told(mark.minutes, mark.share), policy=policy).reasons[0]
    return Statement(
        code=str(mark.code),
        period=mark.period,
        section=ground.section,
        reason=ground.sentence,
        arrival=mark.arrival.label,
        known=mark.arrival.known_at,
        withdrawn=withdrawn,
    )


def _code(row: AttendanceCode) -> Code:
    return Code(
        row.code,
        row.description or "",
        row.category or "",
        row.excused,
        row.absence,
        row.truancy,
        row.ada,
        row.suspension,
        row.study,
        row.over30,
    )
