"""What a batch would hold: every letter with its home, languages and days, and whoever is left out with the reason.

The same plan is made again when letters are issued: what would now be said otherwise, or to another home, is not sent.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from typing import Any

from firstbell.law.findings import Reason
from firstbell.law.notices import Kind, required
from firstbell.letters import data as paper
from firstbell.letters.linter import lint
from firstbell.letters.typeset import pdf
from firstbell.notices.models import Due, Letterhead
from firstbell.notices.queries.addressing import Addressed, Home, addressed
from firstbell.notices.queries.content import Content, content
from firstbell.notices.queries.facts import Facts
from firstbell.notices.rules import ALONE, MEETING, Out, grade_of
from firstbell.roster.models import Mark, Student


@dataclass(frozen=True, slots=True)
class Meeting:
    on: date
    at: time
    place: str


@dataclass(frozen=True, slots=True)
class Told:
    """One due letter that can be sent: to whom, and what it says."""

    due: Due
    student: Student
    to: Addressed
    says: Content


@dataclass(frozen=True, slots=True)
class Sheet:
    """One letter to one home before it is worded: the students of it are due the same."""

    home: Home
    languages: tuple[str, ...]
    told: tuple[Told, ...]

    @property
    def dues(self) -> frozenset[int]:
        return frozenset(one.due.pk for one in self.told)


@dataclass(frozen=True, slots=True)
class Left:
    due: Due
    out: Out


@dataclass(frozen=True)
class Plan:
    facts: Facts
    sheets: list[Sheet]
    left: list[Left]
    meeting: Meeting | None = None
    district: str = ""

    @cached_property
    def evidence(self) -> dict[int, dict[str, Any]]:
        """What is frozen with the notice of each due letter that goes out; read only where one is written."""
        told = {one.due.pk: one for sheet in self.sheets for one in sheet.told}
        marks = _marks(self.facts.year, told.values())
        return {pk: _evidence(self.facts, one, marks) for pk, one in told.items()}


def plan(
    dues: Iterable[Due], *, send_on: date, as_of: date, meeting: Meeting | None = None, district: str = ""
) -> Plan:
    """What letters dated `send_on` would go out for these, and who is left out. `dues` come with their steps."""
    facts = Facts(tuple(dues), send_on, as_of)
    told, left = [], []
    for due in facts.dues:
        found = _told(facts, due)
        told.append(found) if isinstance(found, Told) else left.append(Left(due, found))
    return Plan(facts, _sheets(told), left, meeting, district)


def _told(facts: Facts, due: Due) -> Told | Out:
    student = facts.students[due.student_id]
    head = facts.letterheads.get(student.school_id or 0)
    if student.school is None or head is None:
        remedy = "Complete the letterhead of the school under Letters, Letterheads."
        return Out((Reason("", "The school's letterhead is not complete."),), remedy)
    if not grade_of(student.grade):
        return Out((Reason("", "The grade on file is none that a letter can name."),), "Correct it at the source.")
    if due.kind == Kind.SARB and not (head.board and head.board_address):
        remedy = "Complete the letterhead of the school under Letters, Letterheads."
        return Out((Reason("EC 48263", "The review board's name and address are not on file."),), remedy)
    says = content(facts, due)
    if isinstance(says, Out):
        return says
    to = addressed(facts, student)
    return to if isinstance(to, Out) else Told(due, student, to, says)


def _sheets(told: Sequence[Told]) -> list[Sheet]:
    """One letter for the students of a home who are due the same, at the same school, in the same languages."""
    groups: dict[tuple[Any, ...], list[tuple[Home, Told]]] = {}
    for one in sorted(told, key=lambda one: (one.student.family, one.student.given, one.due.pk)):
        for home in one.to.homes:
            alone = one.due.pk if home.apart or Kind(one.due.kind) in ALONE else 0
            whom = (home.key, frozenset(home.contacts))  # who opens it may read of every student it names
            key = (one.due.kind, one.due.number, one.student.school_id, whom, one.to.languages, alone)
            groups.setdefault(key, []).append((home, one))
    return [
        Sheet(members[0][0], members[0][1].to.languages, tuple(one for _, one in members))
        for members in groups.values()
    ]


_RARE = re.compile(r"[^\u0000-\u024f\u2010-\u2027]")
"""What a name written in Latin letters does not need."""


def letters_of(made: Plan, sheet: Sheet, reference: str) -> tuple[paper.Letter, ...] | Out:
    """The letter in each of its languages, linted; Out names what stops it."""
    try:
        letters = tuple(_letter(made, sheet, language, reference) for language in sheet.languages)
        if any(_RARE.search(text) for letter in letters for _, text in paper.texts(letter)):
            pdf(letters)  # whether our fonts have such a character, only setting it can tell
    except ValueError as cannot:
        return Out((Reason("", f"It cannot be printed: {cannot}."),), "Correct it at the source.")
    found = [one for letter in letters for one in lint(letter, made.facts.approved)]
    if found:
        return Out(tuple(Reason("", str(one)) for one in found[:3]), found[0].remedy)
    return letters


def _letter(made: Plan, sheet: Sheet, language: str, reference: str) -> paper.Letter:
    first = sheet.told[0]
    kind, says = Kind(first.due.kind), first.says
    head = made.facts.letterheads[first.student.school_id or 0]
    return paper.Letter(
        kind=kind,
        language=language,
        sent_on=made.facts.send_on,
        school=school_on(head, made.district),
        to=paper.Contact(sheet.home.name, sheet.home.lines),
        students=tuple(_student(one) for one in sheet.told),
        person=paper.Person(head.person, head.person_title, head.person_phone),
        reference=reference,
        meeting=paper.Meeting(made.meeting.on, made.meeting.at, made.meeting.place)
        if made.meeting and kind in MEETING
        else None,
        report=first.due.number if kind is Kind.NEXT_TRUANCY else 0,
        board=paper.Board(head.board, lines_of(head.board_address)) if kind is Kind.SARB else None,
        ground=says.ground,
        steps=says.steps,
        earlier=says.earlier,
    )


def school_on(head: Letterhead, district: str) -> paper.School:
    return paper.School(
        head.school.name, lines_of(head.address), head.phone, head.opens, head.closes, head.principal, district
    )


def lines_of(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _student(one: Told) -> paper.Student:
    """By the names the family enrolled the student with: what a student is called at school is theirs to tell."""
    who = one.student
    return paper.Student(
        f"{who.given} {who.family}", paper.Grade(grade_of(who.grade)), one.says.occasions, one.says.spans, who.given
    )


Coded = tuple[str, str, int]
"""Code, period and arrival of a mark."""


def _marks(year: int, told: Iterable[Told]) -> dict[tuple[int, date], list[Coded]]:
    """The marks that stand on the days that letters name, by student and day."""
    named = {(one.student.pk, day) for one in told for day, _, _ in one.says.days}
    students, days = {student for student, _ in named}, {day for _, day in named}
    rows = Mark.objects.filter(year=year, student__in=students, day__in=days, withdrawals=None)
    found: dict[tuple[int, date], list[Coded]] = {}
    for student, day, *coded in rows.order_by("period", "pk").values_list(
        "student", "day", "code__code", "period", "arrival"
    ):
        if (student, day) in named:
            found.setdefault((student, day), []).append(tuple(coded))
    return found


def _evidence(facts: Facts, one: Told, marks: dict[tuple[int, date], list[Coded]]) -> dict[str, Any]:
    """What is frozen with the notice: each day as it was recorded, and the law it was decided by."""
    days = []
    for day, byte, what in one.says.days:
        said = marks.get((one.student.pk, day), [])
        newest = max((arrival for _, _, arrival in said), default=None)
        days.append({"day": day.isoformat(), "code": _coded(said), "byte": byte, "what": what.value, "arrival": newest})
    return {
        "days": days,
        "policy": facts.policy.version,
        "items": [item.key for item in required(Kind(one.due.kind), facts.send_on)],
        "why": one.due.reasons,
        "who": [[reason.section, reason.sentence] for reason in one.to.who],
    }


def _coded(marks: Iterable[Coded]) -> str:
    """The codes of a day as recorded: "E", "U periods 1, 2"."""
    periods: dict[str, list[str]] = {}
    for code, period, _ in marks:
        periods.setdefault(code, []).append(period)
    said = []
    for code, found in periods.items():
        named = [period for period in found if period]
        word = "period" if len(named) == 1 else "periods"
        said.append(f"{code} {word} {', '.join(named)}" if named else code)
    return ", ".join(said)
