"""What a team's meeting needs: whom to talk about, one student on one page, and the recap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from firstbell.attendance.models import Standing
from firstbell.cases.models import AgendaItem, Case, Entry, Ladder, Meeting, Note, Task
from firstbell.cases.queries.casework import colleagues, last_reached, tasks_of
from firstbell.cases.queries.steps import Climb, ladder_of
from firstbell.cases.rules import TITLES
from firstbell.cases.rules.cases import TIERS
from firstbell.cases.rules.meetings import MOST, Need, agenda, turn
from firstbell.core import clock
from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.core.templatetags.ui import day, grade, plural_s
from firstbell.law.bands import NationalBand
from firstbell.law.policy import policy_on
from firstbell.law.steps import StepKind
from firstbell.roster.models import School, Student, fold

CONTACTS, NOTES = 4, 3
"""How many of the newest contacts and open notes a team is shown of one student."""
CHRONIC = ("moderate", "severe")


def proposed(school: School) -> list[tuple[int, str]]:
    """(student, why) of a meeting at a school, most pressing first; only students who are there now."""
    return agenda(_needs(school), policy_on(clock.today()), MOST)


def why_now(student: Student) -> str:
    """What would bring a student onto the agenda of their school; empty where nothing would."""
    if student.school is None:
        return ""
    mine = [need for need in _needs(student.school) if need.student == student.pk]
    return "".join(why for _, why in agenda(mine, policy_on(clock.today())))


def _needs(school: School) -> list[Need]:
    today = clock.today()
    needs: dict[int, dict[str, Any]] = {}
    for told in (_intensive(school), _legal(school), _late(school, today), _missing(school, today)):
        for student, figures in told.items():
            needs.setdefault(student, {}).update(figures)
    here = Student.objects.filter(pk__in=needs, school=school, live=True).values_list("pk", flat=True)
    return [Need(student, **needs[student]) for student in here]


def _intensive(school: School) -> dict[int, dict[str, Any]]:
    rows = Case.objects.open().filter(school=school, tier=3)
    return {student: {"tier": 3} for student in rows.values_list("student", flat=True)}


def _legal(school: School) -> dict[int, dict[str, Any]]:
    rows = Ladder.objects.filter(Q(hollow_steps__gt=0) | ~Q(missing=""), school=school)
    return {
        row.student_id: {"hollow": row.hollow_steps, "missing": _named(row.missing), "due_by": row.due_by}
        for row in rows
    }


def _named(kinds: str) -> str:
    """`notice conference` as people say it."""
    return " and ".join(TITLES[StepKind(kind)].lower() for kind in kinds.split())


def _late(school: School, today: date) -> dict[int, dict[str, Any]]:
    rows = Task.objects.open().filter(case__school=school, case__state=Case.State.OPEN, due_on__lt=today)
    rows = rows.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=today))
    counted = rows.values_list("case__student").annotate(many=Count("pk"), first=Min("due_on"))
    return {student: {"overdue": many, "overdue_since": first} for student, many, first in counted}


def _missing(school: School, today: date) -> dict[int, dict[str, Any]]:
    rows = Standing.objects.filter(school=school, national_band__in=CHRONIC).values_list(
        "student", "absent", "enrolled"
    )
    figures = {student: {"absent": absent, "enrolled": enrolled} for student, absent, enrolled in rows}
    reached = last_reached(list(figures))
    for student, told in figures.items():
        told["quiet"] = (today - reached[student]).days if student in reached else None
    return figures


def meetings(scope: Scope) -> QuerySet[Meeting]:
    """The meetings of a scope's schools, the running ones first, then the newest."""
    rows = Meeting.objects.visible_to(scope).select_related("school", "held_by").annotate(students=Count("items"))
    return rows.order_by("-state", "-on", "-pk")  # the words happen to sort: running, planned, closed


def agenda_of(meeting: Meeting) -> list[AgendaItem]:
    """Everybody on the agenda, in order."""
    return list(meeting.items.select_related("student__school", "student__standing").order_by("position", "pk"))


def found(scope: Scope, meeting: Meeting, asked: str) -> list[Student]:
    """At most eight students of the meeting's school by student number or the beginnings of their names."""
    rows = Student.objects.visible_to(scope).filter(school=meeting.school_id, live=True)
    return list(rows.filter(named(asked)).order_by("family", "given", "pk")[:8])


def named(asked: str) -> Q:
    """Who is meant: a student number, or the beginnings of their names in any order; nobody by nothing."""
    words = fold(asked).split()
    if not words:
        return Q(pk__in=())
    names = Q()
    for word in words:
        names &= Q(searched__contains=f" {word}")
    return names | Q(key__iexact=asked.strip())


def next_of(items: Sequence[AgendaItem], here: AgendaItem | None) -> AgendaItem | None:
    """Who comes up after this one."""
    comes = turn([(one.pk, one.state) for one in items], here and here.pk, "next")
    return next((one for one in items if one.pk == comes), None)


def up_in(meeting: Meeting) -> AgendaItem | None:
    """Who is talked about now."""
    return meeting.items.filter(since__isnull=False).first()


def item_of(meeting: Meeting, pk: int | None) -> AgendaItem | None:
    """A student of this meeting's agenda; None where everybody had their turn."""
    return meeting.items.select_related("student__school", "meeting__school").filter(pk=pk).first()


def decided(item: AgendaItem | None) -> list[Task]:
    """What was decided of a student in this meeting, in order."""
    return list(item.tasks.select_related("owner").order_by("pk")) if item else []


def doers(meeting: Meeting, by: User) -> QuerySet[User]:
    """Who may be given a task: the colleagues at the school, and whoever speaks."""
    return User.objects.filter(Q(pk__in=colleagues(meeting).values("pk")) | Q(pk=by.pk)).order_by("last_name", "pk")


def clock_of(seconds: int) -> str:
    """`2:05`."""
    return f"{seconds // 60}:{seconds % 60:02d}"


@dataclass(frozen=True, slots=True)
class Brief:
    """One student as a team needs them, on one page. `gone` says why there is nothing to show, where they left."""

    item: AgendaItem
    gone: str = ""
    figures: Sequence[dict[str, str]] = ()
    weeks: Sequence[int | None] = ()
    band: str = "none"
    band_text: str = ""
    case: Case | None = None
    ladder: Climb | None = None
    tasks: Sequence[Task] = ()
    entries: Sequence[Entry] = ()
    notes: Sequence[Note] = ()
    reached: date | None = None


def brief(item: AgendaItem, scope: Scope) -> Brief:
    """What is shown of a student in a meeting: open notes only. Nothing of who left the school or the scope."""
    who = Student.objects.visible_to(scope).filter(pk=item.student_id).first()
    if gone := _gone(item, who):
        return Brief(item, gone)
    case = Case.objects.open().filter(student=who).select_related("lead").first()
    standing = Standing.objects.filter(student=who).first()
    entries = Entry.objects.standing().filter(student=who).select_related("by", "contact", "step")
    notes = Note.objects.filter(student=who, lock=Note.Lock.OPEN).select_related("by")
    return Brief(
        item,
        figures=_figures(standing),
        weeks=[None if week < 0 else week for week in standing.weeks] if standing else [],
        band=standing.national_band if standing else "none",
        band_text=NationalBand(standing.national_band).label if standing and standing.enrolled else "",
        case=case,
        ladder=ladder_of(who),
        tasks=list(tasks_of(case)) if case else [],
        entries=list(entries.order_by("-on", "-pk")[:CONTACTS]),
        notes=list(notes.order_by("-pk")[:NOTES]),
        reached=last_reached([who.pk]).get(who.pk),
    )


def facts_of(one: Brief) -> list[tuple[str, str]]:
    """The facts of the identity bar. A student who left has only their number."""
    who = one.item.student
    if one.gone:
        return [("Student number", who.key)]
    return [
        ("Student number", who.key),
        ("Grade", grade(who.grade).removeprefix("Grade ")),
        ("Tier", TIERS[one.case.tier if one.case else 1].split(",")[0].removeprefix("Tier ")),
        ("Named adult", str((one.case and one.case.lead) or "nobody yet")),
        ("Last reached", day(one.reached) or "never"),
    ]


def _gone(item: AgendaItem, who: Student | None) -> str:
    if who is None or who.school_id != item.meeting.school_id:
        return f"No longer a student of {item.meeting.school}. What there is to know is at the school they went to."
    return "" if who.live else "No longer in the student system: they left the district."


def _figures(standing: Standing | None) -> list[dict[str, str]]:
    if standing is None:
        return []
    absent, enrolled = standing.absent, standing.enrolled
    latest = min(20, enrolled)
    return [
        {"value": str(absent), "unit": f"of {plural_s(enrolled, 'day')}", "note": "absent, for any reason"},
        {"value": str(standing.unexcused), "unit": plural_s(standing.unexcused, "day").partition("\u00a0")[2],
         "note": "absent without a valid excuse"},
        {"value": str(standing.occasions), "unit": plural_s(standing.occasions, "occasion").partition("\u00a0")[2],
         "note": "truancy, this school year"},
        {"value": str(standing.last20), "unit": f"of the last {latest}", "note": "absent lately"},
    ]  # fmt: skip


def spent(item: AgendaItem) -> int:
    """Seconds an item has had, those since it came up included."""
    return item.seconds + (int((timezone.now() - item.since).total_seconds()) if item.since else 0)


@dataclass(frozen=True, slots=True)
class Told:
    """One student of a recap."""

    item: AgendaItem
    tasks: Sequence[Task]
    time: str


def recap(meeting: Meeting) -> tuple[list[Told], list[Told]]:
    """(those talked about, those who were not) of a meeting, in order. What was said in it, and nothing of any file."""
    rows = meeting.items.select_related("student").prefetch_related("tasks__owner").order_by("position", "pk")
    told = [Told(item, sorted(item.tasks.all(), key=lambda task: task.pk), clock_of(spent(item))) for item in rows]
    talked = [one for one in told if one.item.state == AgendaItem.State.DISCUSSED]
    return talked, [one for one in told if one.item.state != AgendaItem.State.DISCUSSED]
