"""Absences that wait for a reason, what was said of others, and what the student system has yet to learn of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet

from firstbell.attendance.models import Clearing
from firstbell.attendance.queries.alone import meaning
from firstbell.attendance.queries.sourcing import told
from firstbell.core.access import Scope
from firstbell.law.calendar import SchoolYear
from firstbell.law.days import Day, kind
from firstbell.law.excuses import clearing_ends
from firstbell.law.marks import read
from firstbell.law.policy import Policy, policy_on
from firstbell.law.reasons import REASONS, Per
from firstbell.roster.models import AttendanceCode, FamilyLink, Mark, Phone, School, Student
from firstbell.roster.queries import rings, standing_marks

_OPEN = (Day.UNVERIFIED, Day.UNEXCUSED, Day.OCCASION)
_LAW = [code for code in REASONS if code != "suspension"]
WORDS = {Clearing.UNEXCUSED: "no valid excuse", Clearing.PRESENT: "the student was at school"}
CHOICES = [*_LAW, Clearing.UNEXCUSED, Clearing.PRESENT]
_LETTERS = {
    "48205a01": "i", "48205a02": "q", "48205a03": "m", "48205a04": "f", "48205a05": "j", "48205a06": "o",
    "48205a07": "p", "48205a07_retreat": "t", "48205a08": "b", "48205a09": "d", "48205a10": "n", "48205a11": "c",
    "48205a12": "v", "48205a13": "g", "48205a14": "e", "48205a15": "a", "48225.5a": "w", "48225.5b": "s",
    "46014": "r", "46010.1": "x", "46015": "l", "48206.3": "h", "49069.5": "k", Clearing.UNEXCUSED: "u",
    Clearing.PRESENT: "y",
}  # fmt: skip
"""The letter that chooses a reason, while its list has the focus: each label begins with its own."""


@dataclass
class Row:
    """One student's day that waits for a reason, or whose reason may still come. `household` waits on the same day."""

    student: Student
    school: School
    day: date
    marks: list[Mark]
    ends: date
    overdue: bool
    settled: bool
    """Whether the file has a reason already: unexcused. A later excuse still counts."""
    household: list["Row"] = field(default_factory=list)
    phones: list[tuple[str, str]] = field(default_factory=list)
    used: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.student.pk}.{self.school.pk}.{self.day.isoformat()}"

    @property
    def seen(self) -> str:
        return ",".join(str(mark.pk) for mark in self.marks)

    @property
    def coded(self) -> str:
        codes = {str(mark.code): [] for mark in self.marks}
        for mark in self.marks:
            codes[str(mark.code)] += [mark.period] if mark.period else []
        return "; ".join(f"{code}, period {', '.join(at)}" if at else code for code, at in codes.items())


def reason_words(reason: str, *, to_all: bool = False) -> str:
    """The reason in words; where everyone may read it, a confidential one is only "excused" (EC 46010.1)."""
    if reason in WORDS:
        return WORDS[reason]
    return "excused" if to_all and REASONS[reason].confidential else REASONS[reason].words


def section(reason: str) -> str:
    return REASONS[reason].section if reason in REASONS else "EC 48260(a)" if reason == Clearing.UNEXCUSED else ""


def choices(row: Row) -> list[tuple[str, str]]:
    """(reason, label) for the select: letter, words, section, limit used and what is asked for."""
    return [("", "Choose a reason"), *((code, _label(code, row.used.get(code, ""))) for code in CHOICES)]


def _label(code: str, used: str) -> str:
    parts = [f"{_LETTERS[code].upper()} · {reason_words(code)}"]
    if code in REASONS:
        reason = REASONS[code]
        parts += [reason.section, used, "no doctor's note may be asked for" if reason.no_note else ""]
        parts += [f"needs {' and '.join(need.value for need in reason.needs)}"] if reason.needs else []
    return "; ".join(part for part in parts if part)


def byte(code: AttendanceCode, mark: Mark) -> int:
    """What the day is by this mark, were `code` its code."""
    return read(meaning(code), **told(mark.minutes, mark.share), policy=policy_on(mark.day)).outcome


def is_open(mark: Mark, reason: str) -> bool:
    """Whether a reason would settle this mark: unexcused settles only what is not known yet."""
    day = kind(byte(mark.code, mark))
    return day is Day.UNVERIFIED if reason == Clearing.UNEXCUSED else day in _OPEN


def marks_of(student: Student, school: School, day: date) -> list[Mark]:
    """The marks of a student's day at a school that stand."""
    rows = Mark.objects.filter(student=student, school=school, day=day, year=SchoolYear.of(day).ending)
    return list(rows.filter(withdrawals=None).select_related("code").order_by("period", "pk"))


def coded(marks: Iterable[Mark]) -> list[list[str]]:
    return sorted([mark.period, mark.code.code] for mark in marks)


def grade_number(grade: str | None) -> int:
    """0 for kindergarten and before, 1 to 12; 0 where the grade is no number."""
    return int(grade) if grade and grade.isdecimal() else 0


def waiting_days(scope: Scope, school: School, today: date, on: date | None = None) -> list[Row]:
    """The days of a school's students that wait for a reason, oldest first; of day `on` also the unexcused ones.

    Not those that wait for an administrator. A household's students of one day are one row.
    """
    year, policy = SchoolYear.of(today), policy_on(today)
    codes = [code.pk for code in _codes(year.ending, school) if _may_wait(code, policy, also_settled=on is not None)]
    students = Student.objects.visible_to(scope).filter(school=school, live=True)
    marks = Mark.objects.filter(
        year=year.ending, student__in=students, code__in=codes, withdrawals=None, day__lte=today
    )
    if on is not None:
        marks = marks.filter(day=on)
    held = set(_decisions(scope).filter(day__range=(year.starts, year.ends)).values_list("student", "school", "day"))
    groups: dict[tuple[int, int, date], list[Mark]] = defaultdict(list)
    for mark in marks.select_related("code", "student", "school").order_by("day", "student__family", "student__given"):
        if (at := (mark.student_id, mark.school_id, mark.day)) not in held and is_open(mark, ""):
            groups[at].append(mark)
    return _households([_row(found, today) for found in groups.values()])


def _codes(year: int, school: School) -> QuerySet[AttendanceCode]:
    return AttendanceCode.objects.filter(Q(school=None) | Q(school=school), year=year)


def _may_wait(code: AttendanceCode, policy: Policy, *, also_settled: bool) -> bool:
    day = kind(read(meaning(code), minutes=None, share=None, policy=policy).outcome)
    return day is Day.UNVERIFIED or (also_settled and code.excused is False and not code.suspension)


def _row(marks: list[Mark], today: date) -> Row:
    first = marks[0]
    ends = clearing_ends(first.day, policy_on(first.day)).outcome
    settled = all(kind(byte(mark.code, mark)) is not Day.UNVERIFIED for mark in marks)
    return Row(first.student, first.school, first.day, marks, ends, today > ends and not settled, settled)


def row_named(scope: Scope, key: str) -> Row | None:
    """The row of a key that a page sent, bare; None when it is none, or its student is out of scope."""
    try:
        student, school, day = key.split(".")
        who = Student.objects.visible_to(scope).get(pk=int(student))
        where, on = School.objects.get(pk=int(school)), date.fromisoformat(day)
    except (ValueError, OverflowError, Student.DoesNotExist, School.DoesNotExist):
        return None
    return Row(who, where, on, [], on, overdue=False, settled=False)


def _households(rows: list[Row]) -> list[Row]:
    """Those who live with the same person and are absent on the same day are put together, under the first of them."""
    homes: dict[int, set[int]] = defaultdict(set)
    links = FamilyLink.objects.filter(student__in={row.student.pk for row in rows}, live=True, lives_with=True)
    for student, contact in links.values_list("student_id", "contact_id"):
        homes[student].add(contact)
    heads: list[Row] = []
    by_home: dict[tuple[date, int], Row] = {}
    for row in rows:
        at = [(row.day, home) for home in sorted(homes[row.student.pk])]
        head = next((by_home[one] for one in at if one in by_home and by_home[one].settled == row.settled), None)
        if head is not None:
            head.household.append(row)
            continue
        heads.append(row)
        for one in at:
            by_home.setdefault(one, row)
    return heads


def dressed(rows: Sequence[Row]) -> list[Row]:
    """With every mark of the day, the family's phone numbers, and how much of each limit is used: of one page."""
    every = [one for row in rows for one in (row, *row.household)]
    pupils = {one.student.pk for one in every}
    phones, used = _phones(pupils), limits_used(pupils, every[0].day) if every else {}
    standing = _standing(every)
    for row in every:
        row.marks = standing[row.student.pk, row.school.pk, row.day]
        row.phones, row.used = phones.get(row.student.pk, []), used.get(row.student.pk, {})
    return list(rows)


def _standing(rows: Sequence[Row]) -> dict[tuple[int, int, date], list[Mark]]:
    days = {row.day for row in rows}
    marks = Mark.objects.filter(student__in={row.student.pk for row in rows}, day__in=days, withdrawals=None)
    found: dict[tuple[int, int, date], list[Mark]] = defaultdict(list)
    for mark in (
        marks.filter(year__in={SchoolYear.of(day).ending for day in days})
        .select_related("code")
        .order_by("period", "pk")
    ):
        found[mark.student_id, mark.school_id, mark.day].append(mark)
    return found


def _phones(pupils: set[int]) -> dict[int, list[tuple[str, str]]]:
    """(whose, number) by student, in the order to call: no barred contact, no number that is private or dead."""
    links = FamilyLink.objects.filter(student__in=pupils, live=True, contact__live=True).filter(
        Q(restrictions=None) | Q(restrictions="")
    )
    reached: dict[int, list[tuple[str, str]]] = defaultdict(list)
    numbers: dict[int, list[str]] = defaultdict(list)
    mine = list(links.select_related("contact").order_by("student", "priority", "pk"))
    for phone in Phone.objects.filter(contact__in={link.contact_id for link in mine}, live=True, private=False):
        number, can_ring = rings(phone)
        numbers[phone.contact_id] += [number] if can_ring else []
    for link in mine:
        whose = f"{link.contact} ({link.relation})" if link.relation else str(link.contact)
        reached[link.student_id] += [(whose, number) for number in numbers[link.contact_id]]
    return reached


def limits_used(pupils: Iterable[int], day: date) -> dict[int, dict[str, str]]:
    """Student to reason to "3 of 5 days used": of the school year, or of the newest incident where each has its own."""
    year = SchoolYear.of(day)
    done = Clearing.objects.filter(student__in=pupils, state=Clearing.State.DONE, day__range=(year.starts, year.ends))
    spent: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    for student, reason, incident in done.order_by("day").values_list("student_id", "reason", "incident"):
        if reason in REASONS and REASONS[reason].limit.endswith("_days"):
            bucket = incident if REASONS[reason].per is Per.INCIDENT else ""
            mine = spent[student, reason]
            mine[bucket] = mine.pop(bucket, 0) + 1  # the newest incident comes last
    words: dict[int, dict[str, str]] = defaultdict(dict)
    for (student, reason), buckets in spent.items():
        incident, days = list(buckets.items())[-1]
        most = getattr(policy_on(day).excuses, REASONS[reason].limit)
        words[student][reason] = f"{days} of {most} days used" + (f" for {incident}" if incident else "")
    return words


def _decisions(scope: Scope) -> QuerySet[Clearing]:
    return Clearing.objects.visible_to(scope).filter(state=Clearing.State.WAITING)


def decisions(scope: Scope) -> QuerySet[Clearing]:
    """What waits for an administrator, oldest first."""
    return _decisions(scope).select_related("student", "school", "by").order_by("day", "pk")


def cleared(scope: Scope, school: School, on: date | None) -> QuerySet[Clearing]:
    """What was said of a school's absences, newest first: of one day, or of all."""
    rows = Clearing.objects.visible_to(scope).filter(student__school=school)
    rows = rows.filter(day=on) if on else rows
    return rows.select_related("student", "by", "decided_by", "statement").order_by("-at", "-pk")


def overdue(year: int, on: date, policy: Policy) -> list[tuple[Student, School, date]]:
    """Every day of the year whose grace has passed on `on` and that nobody explained, all schools; oldest first."""
    codes = [
        code.pk for code in AttendanceCode.objects.filter(year=year) if _may_wait(code, policy, also_settled=False)
    ]
    found = standing_marks(year).filter(pl.col("code").is_in(codes)).select("student", "school", "day").unique()
    days = [(student, school, date.fromordinal(day)) for student, school, day in found.sort("day", "student").rows()]
    late = [one for one in days if clearing_ends(one[2], policy).outcome < on]
    asked = set(Clearing.objects.filter(state__in=("waiting", "done")).values_list("student_id", "school_id", "day"))
    pupils = Student.objects.in_bulk({student for student, _, _ in late})
    schools = School.objects.in_bulk({school for _, school, _ in late})
    settled = [(pupils[s], schools[c], day) for s, c, day in late if (s, c, day) not in asked]
    return [one for one in settled if any(is_open(mark, Clearing.UNEXCUSED) for mark in marks_of(*one))]


@dataclass(frozen=True)
class Correction:
    """One mark that Firstbell states otherwise than the student system, or a difference that needs a person."""

    clearing: Clearing
    period: str
    was: str
    now: str
    third: bool
    """The newest file states neither what it stated before nor what Firstbell states."""


def corrections(scope: Scope, since: date | None = None) -> Iterator[Correction]:
    """What Firstbell stated and the newest files do not state yet, by day and student."""
    rows = Clearing.objects.visible_to(scope).filter(state=Clearing.State.DONE, statement__ended=None)
    if since:
        rows = rows.filter(at__date__gte=since)
    rows = rows.select_related("student", "school", "by", "decided_by", "statement").order_by("day", "student", "pk")
    names = dict(AttendanceCode.objects.values_list("pk", "code"))
    for one in rows.iterator():
        said, stated = one.statement.file_says, one.statement.stated
        if sorted(map(str, said)) == sorted(map(str, stated)):
            continue
        third = len(one.statement.told) > 1 and said != one.statement.told[0]["marks"]
        yield from _lines(one, said, stated, names, third)


def _lines(one: Clearing, said: Any, stated: Any, names: dict[int, str], third: bool) -> Iterator[Correction]:
    file, ours = ({row[0]: names.get(row[1], "") for row in rows} for rows in (said, stated))
    for period in sorted(file.keys() | ours.keys()):
        if file.get(period, "") != ours.get(period, ""):
            yield Correction(one, period, file.get(period, ""), ours.get(period, ""), third)


COLUMNS = (
    "studentSourcedId", "schoolSourcedId", "date", "period", "fromCode", "toCode", "reasonSection", "by", "at",
)  # fmt: skip


def corrections_csv(scope: Scope, since: date | None = None) -> Iterator[list[str]]:
    """The file for the student system, heading first; no cell reads as a formula, no confidential reason is named."""
    yield list(COLUMNS)
    for line in corrections(scope, since):
        one = line.clearing
        confidential = one.reason in REASONS and REASONS[one.reason].confidential
        cells = (
            one.student.key, one.school.key, one.day.isoformat(), line.period, line.was, line.now,
            "excused" if confidential else section(one.reason), str(one.decided_by or one.by or "Firstbell"),
            f"{one.decided_at or one.at:%Y-%m-%dT%H:%M:%SZ}",
        )  # fmt: skip
        yield [_harmless(cell) for cell in cells]


def _harmless(cell: str) -> str:
    """A spreadsheet takes a cell that begins so for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def schools(scope: Scope) -> QuerySet[School]:
    return School.objects.visible_to(scope).filter(live=True).order_by("name", "pk")


def counts_by_day(rows: Iterable[Row]) -> list[tuple[date, int]]:
    """(day, students) of the rows, oldest first."""
    counts: dict[date, int] = defaultdict(int)
    for row in rows:
        counts[row.day] += 1 + len(row.household)
    return sorted(counts.items())
