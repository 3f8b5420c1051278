"""Whom have I not seen: five lists of students whom the work has not reached, each found along an index of its own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict

from firstbell.attendance.models import Standing
from firstbell.cases import queries as cases
from firstbell.cases.models import Case, Entry, Task
from firstbell.cases.queries.bulk import cases_now
from firstbell.cases.rules.cases import TIERS
from firstbell.cases.rules.entries import OUTCOMES, SPOKE, clears
from firstbell.core.access import Scope
from firstbell.core.templatetags.ui import grade, plural_s, short_day
from firstbell.desk.queries import people
from firstbell.desk.words import CHRONIC_BANDS, band_text, language, place_name, spark
from firstbell.law.calendar import SchoolYear
from firstbell.roster.models import Student

QUIET = 14
"""Days without anybody reached after which a student with low attendance has not been seen."""
CAP = 500
"""Students of a list that are counted and shown; whoever has more narrows it. A full count of a district is dear."""
COLUMNS = {
    "weeks": "Ten weeks", "band": "Standing", "tier": "Tier", "adult": "Named adult", "contact": "Last reached",
    "task": "Next task", "language": "Language", "grade": "Grade", "school": "School",
}  # fmt: skip
USUAL = ("weeks", "band", "tier", "adult", "contact", "task")
Asked = Mapping[str, str]
FILTERS = ("school", "grade", "tier")
_VISITED = [outcome for outcome in OUTCOMES if clears("visit", "visit", outcome)]


@dataclass(frozen=True, slots=True)
class Gap:
    """One list. `find(scope, today)` gives rows whose `of` names the student, in the order that `words` tell."""

    title: str
    words: str
    of: str
    find: Callable[[Scope, date], QuerySet]


def _chronic(scope: Scope) -> QuerySet[Standing]:
    rows = Standing.objects.visible_to(scope).filter(national_band__in=CHRONIC_BANDS)
    return rows.order_by("-absent", "student_id")


def _quiet(scope: Scope, today: date) -> QuerySet[Standing]:
    """Under 90 % is more than a tenth missed, as an integer: 9 of 90 days is 90 %."""
    lately = Entry.objects.standing().filter(outcome__in=SPOKE, on__gt=today - timedelta(QUIET))
    rows = _chronic(scope).filter(enrolled__lt=10 * F("absent"))
    return rows.filter(~Exists(lately.filter(student=OuterRef("student"))))


def _unopened(scope: Scope, today: date) -> QuerySet[Standing]:
    """A case that was opened by mistake was none."""
    mistakes = Q(state=Case.State.CLOSED, closing="mistake")
    this_year = Case.objects.filter(year=SchoolYear.of(today).ending, student=OuterRef("student")).exclude(mistakes)
    return _chronic(scope).filter(~Exists(this_year))


def _cases(scope: Scope, today: date) -> QuerySet[Case]:
    return Case.objects.open().visible_to(scope).filter(year=SchoolYear.of(today).ending)


def _unvisited(scope: Scope, today: date) -> QuerySet[Case]:
    year = SchoolYear.of(today)
    visits = Entry.objects.standing().filter(kind="visit", outcome__in=_VISITED, on__gte=year.starts)
    rows = _cases(scope, today).filter(~Exists(visits.filter(student=OuterRef("student"))), tier=3)
    return rows.order_by("tier_on", "pk")


def _unnamed(scope: Scope, today: date) -> QuerySet[Case]:
    return _cases(scope, today).filter(lead=None).order_by("opened_on", "pk")


def _late(scope: Scope, today: date) -> QuerySet[Task]:
    """The first late task of each student; one that was put off is late all the same."""
    rows = Task.objects.open().filter(case__state=Case.State.OPEN, due_on__lt=today)
    before = Q(due_on__lt=OuterRef("due_on")) | Q(due_on=OuterRef("due_on"), pk__lt=OuterRef("pk"))
    first = ~Exists(rows.filter(before, case__student=OuterRef("case__student")))
    return rows.visible_to(scope).filter(first).order_by("due_on", "pk")


GAPS = {
    "quiet": Gap(
        f"Not reached in {QUIET} days", f"Under 90\u00a0% attendance, and nobody was reached in {QUIET} days;"
        " most days missed first.", "student", _quiet,
    ),
    "visit": Gap(
        "Tier 3, no visit", "In tier 3, and nobody has been at the door this school year; longest in tier 3 first.",
        "student", _unvisited,
    ),
    "adult": Gap(
        "No named adult", "An open case that nobody answers for; oldest first.", "student", _unnamed,
    ),
    "case": Gap(
        "Chronic, no case", "Chronically absent, and without any case this school year; most days missed first.",
        "student", _unopened,
    ),
    "late": Gap("Tasks overdue", "Something was due before today; longest overdue first.", "case__student", _late),
}  # fmt: skip


def asked(query: QueryDict) -> dict[str, str]:
    """The list and the filters that an address asks for; without a known list the first."""
    key = query.get("list", "")
    return {name: query.get(name, "") for name in FILTERS} | {"list": key if key in GAPS else "quiet"}


def found(scope: Scope, asked: Asked, today: date) -> QuerySet:
    """The primary keys of the students of a list (`asked`: list, school, grade, tier), in its order."""
    gap = GAPS[asked["list"]]
    pupils = Student.objects.visible_to(scope).filter(live=True)
    if asked["grade"]:
        pupils = pupils.filter(grade=asked["grade"])
    if school := asked["school"]:
        pupils = pupils.filter(school=int(school)) if school.isdecimal() and len(school) < 10 else pupils.none()
    rows = gap.find(scope, today).filter(**{f"{gap.of}__in": pupils})
    if asked["tier"]:
        rows = rows.filter(_in_tier(asked["tier"], gap.of, today))
    return rows.values_list(gap.of, flat=True)


def _in_tier(tier: str, of: str, today: date) -> Any:
    """Without an open case everybody is in tier 1."""
    now = Case.objects.open().filter(year=SchoolYear.of(today).ending, student=OuterRef(of))
    here = Exists(now.filter(tier=int(tier) if tier in ("1", "2", "3") else 0))
    return here | ~Exists(now) if tier == "1" else here


class Capped:
    """The first CAP rows of a list, for a paginator: read once, and no more are counted or shown."""

    def __init__(self, rows: QuerySet) -> None:
        found = list(rows[: CAP + 1])
        self.ids, self.more = found[:CAP], len(found) > CAP

    def count(self) -> int:
        return len(self.ids)

    def __getitem__(self, page: slice) -> list[int]:
        return self.ids[page]


@dataclass(frozen=True, slots=True)
class Row:
    """A student of a list, with every column somebody may choose."""

    student: Student
    key: str
    weeks: list[int | None]
    band: str
    band_text: str
    tier: str
    adult: str
    contact: str
    task: str
    late: bool
    language: str
    grade: str
    school: str


def rows(scope: Scope, ids: Sequence[int], today: date) -> list[Row]:
    """The students of one page in their order. Four queries, however many they are."""
    pupils = Student.objects.visible_to(scope).select_related("school", "standing").in_bulk(ids)
    open_now, reached, tasks = cases_now(pupils), cases.last_reached(list(pupils)), next_tasks(pupils)
    return [
        _row(pupils[pk], open_now.get(pk), reached.get(pk), tasks.get(pk), today) for pk in ids if pk in pupils
    ]  # fmt: skip


def next_tasks(students: Iterable[int]) -> dict[int, Task]:
    """Student to the first task due in their open case."""
    waiting = Task.objects.open().filter(case__student__in=list(students), case__state=Case.State.OPEN)
    first = waiting.order_by("case__student", "due_on", "pk").distinct("case__student").select_related("case")
    return {one.case.student_id: one for one in first}


def waiting(students: Iterable[int]) -> dict[int, int]:
    """Student to how many tasks wait in their open case."""
    rows = Task.objects.open().filter(case__student__in=list(students), case__state=Case.State.OPEN)
    return dict(rows.values("case__student").annotate(many=Count("pk")).values_list("case__student", "many"))


def _row(who: Student, case: Case | None, last: date | None, task: Task | None, today: date) -> Row:
    standing = getattr(who, "standing", None)
    tier = TIERS[case.tier].split(",")[0] if case else "no case"
    due = f"{task}, {'was due' if task.due_on < today else 'by'} {short_day(task.due_on)}" if task else ""
    return Row(
        who, str(who.pk), spark(standing), standing.national_band if standing else "none", band_text(standing), tier,
        str(case.lead or "nobody") if case else "", reached_words(last, today), due,
        task is not None and task.due_on < today, language(who.language), grade(who.grade), place_name(who.school),
    )  # fmt: skip


def cells(row: Row, shown: Sequence[str]) -> list[tuple[str, str, str, bool]]:
    """The columns of a row in their order: how each is drawn (`""`: as words), heading, words, whether they wrap."""
    drawn = {"weeks": "weeks", "band": "band", "task": "late" if row.late else ""}
    words = {"weeks": "", "band": row.band_text}
    return [
        (drawn.get(name, ""), heading, words.get(name) or getattr(row, name), name in ("task", "adult"))
        for name, heading in COLUMNS.items()
        if name in shown
    ]


def reached_words(last: date | None, today: date) -> str:
    """`never`, `today`, `23 days ago`."""
    if last is None:
        return "never"
    return f"{plural_s((today - last).days, 'day')} ago" if last < today else "today"


def choices(scope: Scope) -> dict[str, list[tuple[str, str]]]:
    """What a list can be narrowed by: (value, words) by filter."""
    offered = people.choices(scope)
    grades = [(value, grade(value)) for value, _ in offered["grade"]]
    return {"school": offered["school"], "grade": grades, "tier": [(str(key), words) for key, words in TIERS.items()]}
