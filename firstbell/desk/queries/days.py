"""A student's school days of a year, and what each mark makes of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from firstbell.attendance.models import Served, Uncounted
from firstbell.attendance.queries.standings import day_letters
from firstbell.core.access import Scope
from firstbell.core.templatetags.ui import day as said
from firstbell.law import calendar, marks
from firstbell.law.days import ABSENT, SEVERITY, Day, kind
from firstbell.law.findings import Reason
from firstbell.law.policy import policy_on
from firstbell.roster.models import CalendarDay, Enrolment, Mark

SHOWN = {
    Day.UNEXCUSED: ("U", "unexcused", "unexcused"),
    Day.EXCUSED: ("E", "excused", "excused"),
    Day.OCCASION: ("T", "late", "over 30 min without excuse"),
    Day.PARTIAL: ("P", "partial", "part of the day"),
    Day.SUSPENDED: ("S", "suspended", "suspended"),
    Day.STUDY_UNDONE: ("I", "unexcused", "independent study not done"),
    Day.IN_SCHOOL_SUSPENSION: ("S", "partial", "suspended in school"),
    Day.UNVERIFIED: ("?", "unknown", "not yet explained"),
    Day.NOT_TAKEN: ("", "unknown", "roll not taken"),
    Day.PRESENT: ("", "present", "present"),
}
LEGEND = [SHOWN[day] for day in list(SHOWN)[:5]] + [SHOWN[Day.UNVERIFIED], SHOWN[Day.PRESENT]]


@dataclass(frozen=True)
class Read:
    """One statement of the student system about a day, and what it makes of it. `withdrawn` once it was corrected."""

    mark: Mark
    day: Day
    reason: Reason | None
    withdrawn: Any = None


def read(mark: Mark, withdrawn: Any = None) -> Read:
    """A mark of one period is never a whole day: unexcused it is an occasion (EC 48260(a)), else part of the day."""
    code = mark.code
    finding = marks.read(
        marks.Code(
            code.code, code.description or "", code.category or "", code.excused, code.absence, code.truancy, code.ada,
            code.suspension, code.study, code.over30,
        ),
        minutes=None if mark.minutes < 0 else mark.minutes,
        share=None if mark.share < 0 else mark.share,
        policy=policy_on(mark.day),
    )  # fmt: skip
    made = kind(finding.outcome)
    if mark.period and made in ABSENT:
        made = Day.OCCASION if made is Day.UNEXCUSED else Day.PARTIAL
    return Read(mark, made, finding.reasons[0] if finding.reasons else None, withdrawn)


def statements(student_id: int, year: int, scope: Scope) -> list[Read]:
    """Everything the student system ever said of this student's days in a year, by day, withdrawn statements too."""
    rows = (
        Mark.objects.visible_to(scope).filter(student=student_id, year=year).select_related("code", "arrival", "school")
    )
    rows = rows.order_by("day", "period", "pk").prefetch_related("withdrawals__arrival")
    return [read(mark, next((one.arrival for one in mark.withdrawals.all()), None)) for mark in rows]


def uncounted(student_id: int, scope: Scope) -> set[int]:
    """Primary keys of the student's marks that count for nothing."""
    return set(Uncounted.objects.visible_to(scope).filter(student=student_id).values_list("mark", flat=True))


def worst(stated: Iterable[Read], days: Collection[date], leave_out: Collection[int]) -> dict[date, Read]:
    """The statement each school day is counted by: the most severe of those that stand and count."""
    by_day: dict[date, list[Read]] = defaultdict(list)
    for one in stated:
        if one.withdrawn is None and one.mark.day in days and one.mark.pk not in leave_out:
            by_day[one.mark.day].append(one)
    return {on: min(found, key=lambda one: SEVERITY.index(one.day)) for on, found in by_day.items()}


def school_days(enrolments: Iterable[Enrolment], year: int, upto: date) -> list[date]:
    """The instructional days of a student's own calendars while enrolled, up to a day."""
    spans = Q(pk__in=())
    for stay in enrolments:
        if stay.year == year:
            last = min(upto, stay.exit_on or upto)
            spans |= Q(calendar=stay.calendar_id, day__range=(stay.entry_on, last))
    days = CalendarDay.objects.filter(spans, live=True).order_by("day").values_list("day", "event")
    return sorted({on for on, event in days if calendar.is_instructional(event, on)})


@dataclass(frozen=True)
class Year:
    """A student's year up to the served day: `kinds` of every school day, `reads` behind the marked ones."""

    stays: list[Enrolment]
    stated: list[Read]
    kinds: dict[date, Day]
    reads: dict[date, Read]


def year_of(student_id: int, stays: list[Enrolment], served: Served | None, scope: Scope) -> Year:
    """The days as the day book counts them; where no book is at hand, as the marks read one by one."""
    if served is None:
        return Year(stays, [], {}, {})
    stated = statements(student_id, served.year, scope)
    book = {on: kind(byte) for on, byte in day_letters(student_id, served.year) if on <= served.on}
    days = sorted(book) or school_days(stays, served.year, served.on)
    reads = worst(stated, set(days), uncounted(student_id, scope))
    kinds = {on: reads[on].day if on in reads else Day.PRESENT for on in days}
    return Year(stays, stated, kinds | book, reads)


def months(kinds: Mapping[date, Day], url: str) -> list[dict[str, Any]]:
    """The months `<c-calendar>` draws; a day with a mark opens its reason at `url`."""
    drawn: list[dict[str, Any]] = []
    for on, made in kinds.items():
        if not drawn or drawn[-1]["label"] != f"{on:%b}":
            drawn.append({"label": f"{on:%b}", "days": []})
        letter, tone, words = SHOWN[made]
        drawn[-1]["days"].append(
            {
                "on": on,
                "letter": letter,
                "kind": tone,
                "label": f"{said(on)}: {words}",
                "url": f"{url}#day-{on:%Y-%m-%d}" if letter else "",
                "off": False,
            }
        )
    return drawn


def runs(kinds: Mapping[date, Day]) -> list[list[date]]:
    """Each run of whole-day absences, two school days or longer, oldest first."""
    found: list[list[date]] = [[]]
    for on, made in kinds.items():
        if made in ABSENT:
            found[-1].append(on)
        elif found[-1]:
            found.append([])
    return [run for run in found if len(run) > 1]
