"""What planning knows of the students of some letters, read in a few queries however many there are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

import numpy as np
import polars as pl
from django.db.models import Q

from firstbell.attendance import queries as attendance
from firstbell.attendance.models import Clearing
from firstbell.attendance.queries.standings import book_of
from firstbell.cases.models import Step
from firstbell.law.calendar import SchoolYear
from firstbell.law.days import HALF, Day, kind
from firstbell.law.policy import Policy, policy_on
from firstbell.law.reasons import REASONS
from firstbell.letters.wording import LANGUAGES, wording
from firstbell.notices.models import Due, LanguageApproval, Letterhead
from firstbell.notices.rules import language_of
from firstbell.roster.models import AttendanceCode, FamilyLink, Mark, Program, Statement, Student


@dataclass(frozen=True)
class Facts:
    """Of the students of `dues`, as they are known now; letters are dated `send_on`, speak of days up to `as_of`."""

    dues: tuple[Due, ...]
    send_on: date
    as_of: date

    @cached_property
    def policy(self) -> Policy:
        return policy_on(self.send_on)

    @property
    def year(self) -> int:
        return SchoolYear.of(self.send_on).ending

    @cached_property
    def students(self) -> dict[int, Student]:
        wanted = {due.student_id for due in self.dues}
        return Student.objects.select_related("school").in_bulk(wanted)

    @cached_property
    def links(self) -> dict[int, list[FamilyLink]]:
        """The live contacts of each student, in the order to try them."""
        rows = FamilyLink.objects.filter(student__in=self.students, live=True, contact__live=True)
        found: dict[int, list[FamilyLink]] = {}
        for link in rows.select_related("contact").prefetch_related("contact__phones"):
            found.setdefault(link.student_id, []).append(link)
        for links in found.values():
            links.sort(key=lambda one: (not one.primary, one.priority is None, one.priority or 0, one.contact_id))
        return found

    @cached_property
    def foster(self) -> frozenset[int]:
        rows = Program.objects.filter(student__in=self.students, program__iexact="foster", live=True)
        rows = rows.filter(begins_on__lte=self.send_on).exclude(ends_on__lt=self.send_on)
        return frozenset(rows.values_list("student", flat=True))

    @cached_property
    def letterheads(self) -> dict[int, Letterhead]:
        return {one.school_id: one for one in Letterhead.objects.filter(school__in=self._schools)}

    @cached_property
    def speakers(self) -> dict[int, dict[str, int]]:
        """School, language (of a wording, or the tag as it is), and how many students of the school speak it."""
        rows = Student.objects.filter(school__in=self._schools, live=True).values_list("school", "language")
        counted: dict[int, dict[str, int]] = {school: {} for school in self._schools}
        for school, tag in rows:
            spoken = language_of(tag, LANGUAGES)
            counted[school][spoken] = counted[school].get(spoken, 0) + 1
        return counted

    @cached_property
    def approved(self) -> dict[str, str]:
        """Languages that a person approved, with the digest of the wording they read."""
        return approved()

    @cached_property
    def occasions(self) -> dict[int, dict[date, int]]:
        """Student, day and kind of every unexcused occasion of the year."""
        if not self.students:
            return {}
        found = _by_student(attendance.occasions(self.year, students=self.students))
        for student in self.spoken:
            found[student] = {one.on: kind(one.byte) for one in self._year_of(student).days if one.occasion}
        return found

    def bytes_on(self, student: int) -> dict[date, int]:
        """The byte of every enrolled day of the year up to `as_of`; none of a student who is in no data."""
        if student in self.spoken:
            return dict(self._year_of(student).bytes_on)
        try:
            row = self.book.cells[self.book.line_of(student)]
        except KeyError:
            return {}
        upto = self.book.column(self.as_of.toordinal())
        return {date.fromordinal(int(self.book.days[at])): int(row[at]) for at in range(upto) if row[at]}

    def days_of(self, student: int, kinds: Iterable[Day]) -> list[tuple[date, int]]:
        """The days of these kinds up to `as_of` with their bytes, straight from the book: thousands are asked for."""
        wanted = frozenset(kinds)
        if student in self.spoken:
            return [(day, byte) for day, byte in self.bytes_on(student).items() if kind(byte) in wanted]
        try:
            row = self.book.cells[self.book.line_of(student)]
        except KeyError:
            return []
        found = np.flatnonzero(np.isin(row[: self.book.column(self.as_of.toordinal())], _bytes(wanted)))
        return [(date.fromordinal(int(self.book.days[at])), int(row[at])) for at in found]

    @cached_property
    def book(self):
        """The day book of the year."""
        return book_of(self.year)

    @cached_property
    def spoken(self) -> frozenset[int]:
        """Students of whom somebody said something that no day book holds before the night."""
        said = Q(arrival__gt=int(self.book.version)) | Q(ended__gt=int(self.book.version))
        rows = Statement.objects.filter(said, student__in=self.students, year=self.year)
        return frozenset(rows.values_list("student", flat=True))

    def _year_of(self, student: int) -> attendance.Year:
        return attendance.year_of(self.students[student], self.as_of)

    @cached_property
    def steps(self) -> dict[int, list[Step]]:
        """The year's steps of each student that were not withdrawn, earliest first."""
        found: dict[int, list[Step]] = {}
        for step in Step.objects.filter(student__in=self.students, year=self.year).counted().order_by("on", "pk"):
            found.setdefault(step.student_id, []).append(step)
        return found

    @cached_property
    def late(self) -> frozenset[tuple[int, date]]:
        """Student and day of every mark that stands and whose code says that they came late."""
        codes = _codes_that_say(self.year, "late", "tard")
        rows = Mark.objects.filter(year=self.year, student__in=self.students, code__in=codes, withdrawals=None)
        return frozenset(rows.values_list("student", "day"))

    @cached_property
    def hidden(self) -> dict[int, set[date]]:
        return hidden_days(self.year, self.students)

    def is_hidden(self, student: int, day: date) -> bool:
        """Whether it is an absence that no parent may learn of (EC 46010.1)."""
        return day in self.hidden.get(student, ())

    @cached_property
    def undecided(self) -> frozenset[tuple[int, date]]:
        """Student and day of the reasons that were given and that an administrator has not decided on."""
        rows = Clearing.objects.filter(student__in=self.students, state=Clearing.State.WAITING)
        return frozenset(rows.values_list("student", "day"))

    @cached_property
    def _schools(self) -> frozenset[int]:
        return frozenset(student.school_id for student in self.students.values() if student.school_id)


@cache
def _bytes(kinds: frozenset[Day]) -> np.ndarray:
    """Every byte of these kinds, with and without the federal half day."""
    return np.array([byte for one in kinds for byte in (int(one), int(one) | HALF)], np.uint8)


def known_upto(day: date) -> date:
    """The last day, up to `day`, that the newest data speaks of; `day` itself before there is any."""
    try:
        return min(day, attendance.newest(SchoolYear.of(day).ending).through)
    except ValueError:
        return day


def approved() -> dict[str, str]:
    return dict(LanguageApproval.objects.order_by("pk").values_list("language", "digest"))


def hidden_days(year: int, students: Collection[int] | None = None) -> dict[int, set[date]]:
    """Absences for confidential services, of everyone or of some: said so by a code, or by whoever cleared the day."""
    found: dict[int, set[date]] = {}
    codes = _codes_that_say(year, "confidential", "46010.1")
    marks = Mark.objects.filter(year=year, code__in=codes, withdrawals=None) if codes else Mark.objects.none()
    confidential = [code for code, reason in REASONS.items() if reason.confidential]
    clearings = Clearing.objects.filter(reason__in=confidential, state__in=("done", "waiting"))
    for rows in (marks, clearings):
        mine = rows if students is None else rows.filter(student__in=students)
        for student, day in mine.values_list("student", "day"):
            found.setdefault(student, set()).add(day)
    return found


def _codes_that_say(year: int, *words: str) -> list[int]:
    """The attendance codes whose own words contain one of these."""
    rows = AttendanceCode.objects.filter(year=year).values_list("pk", "code", "description", "category")
    told = ((pk, " ".join(filter(None, said)).casefold()) for pk, *said in rows)
    return [pk for pk, said in told if any(word in said for word in words)]


def _by_student(rows: pl.DataFrame) -> dict[int, dict[date, int]]:
    found: dict[int, dict[date, int]] = {}
    for student, day, byte in rows.select("student", "day", "kind").rows():
        found.setdefault(student, {})[day] = byte
    return found


def is_approved(language: str, approvals: dict[str, str]) -> bool:
    said = wording(language)
    return said.approved or approvals.get(language) == said.digest


def names(languages: Collection[str]) -> Iterable[str]:
    return (wording(one).name if one in LANGUAGES else one for one in languages)
