"""What is printed of work that was logged anyway: the record for the SSPT, a counselor's activity report."""

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from firstbell.cases.queries import card_of
from firstbell.core import accesslog, clock
from firstbell.core.access import May, Scope, page
from firstbell.core.answers import csv_answer
from firstbell.core.models import User
from firstbell.core.months import next_month, running_month
from firstbell.core.templatetags.ui import day, grade
from firstbell.desk.paging import paged
from firstbell.desk.queries import activity as months
from firstbell.desk.queries import file
from firstbell.desk.queries import record as queries
from firstbell.desk.queries import today as work
from firstbell.desk.words import language
from firstbell.oversight.queries.work import work_of
from firstbell.roster.models import Student


@page(May.SEE_CASES)
def record(request: HttpRequest, student_id: int) -> HttpResponse:
    who, kind = file.student(request.scope, student_id), request.GET.get("kind", "")
    if kind and kind not in queries.KINDS:
        raise Http404
    accesslog.opens(request, who.pk)
    at, standing, card = work.reflected(), file.standing_of(who), card_of(who)
    facts = [
        ("Student number", who.key), ("Grade", grade(who.grade).removeprefix("Grade ")),
        ("School", str(who.school or "")), ("Home language", language(who.language)), ("Tier", card.tier),
        ("Named adult", card.lead or "nobody yet"), ("Last reached", day(card.reached) or "never"),
    ]  # fmt: skip
    context = {
        "student": who, "today": clock.today(), "facts": facts, "kind": kind, "kind_words": queries.KINDS.get(kind, ""),
        "figures": file.figures(standing, reverse("desk:why", args=[who.pk]), at.policy) if standing and at else [],
        "record": queries.record(who, request.scope, clock.today(), kind=kind),
        "crumbs": [("Students", reverse("desk:students")), (who.name, reverse("desk:student", args=[who.pk]))],
    }  # fmt: skip
    return render(request, "desk/record.html", context)


@page(May.LOG_CONTACTS)
def activity(request: HttpRequest) -> HttpResponse:
    """One's own month, wherever the work was."""
    return _month(request, request.user, None)


@page(May.SUPERVISE)
def activity_of(request: HttpRequest, user_id: int) -> HttpResponse:
    """A counselor's month at the schools of the supervisor's scope."""
    starts = running_month(request.GET.get("month", ""), clock.today())
    return _month(request, get_object_or_404(months.supervised(request.scope, starts), pk=user_id), request.scope)


@page(May.SUPERVISE)
def supervised(request: HttpRequest) -> HttpResponse:
    starts = running_month(request.GET.get("month", ""), clock.today())
    people = paged(request, months.supervised(request.scope, starts), 25)
    lines = work_of([one.pk for one in people.rows], (starts, next_month(starts)), request.scope)
    rows = [(one, [line for line in lines if line.by == one.pk]) for one in people.rows]
    context = {
        "people": people, "rows": [(one, len(mine), sum(line.minutes for line in mine)) for one, mine in rows],
    }  # fmt: skip
    return render(request, "desk/supervised.html", context | _around(request.path, starts))


def _month(request: HttpRequest, person: User, scope: Scope | None) -> HttpResponse:
    starts = running_month(request.GET.get("month", ""), clock.today())
    lines = work_of([person.pk], (starts, next_month(starts)), scope)
    if request.GET.get("as") == "csv":
        return csv_answer(months.csv_rows(lines), f"activity-{person.username}-{starts:%Y-%m}.csv")
    asked = {name: request.GET.get(name, "") for name in ("activity", "school")}
    told = months.report(lines, f"?month={starts:%Y-%m}", **asked)
    mine = Student.objects.visible_to(request.scope).filter(pk__in={one.student.pk for one in lines if one.student})
    shown = paged(request, told.lines, 100)
    seen = set(mine.values_list("pk", flat=True))
    accesslog.opens(request, *(one.student.pk for one in shown.rows if one.student and one.student.pk in seen))
    context = {
        "person": person, "own": scope is None, "report": told, "lines": shown, "seen": seen, "asked": asked,
    }  # fmt: skip
    return render(request, "desk/activity.html", context | _around(request.path, starts))


def _around(path: str, starts: date) -> dict[str, object]:
    """The month of a page and the addresses of those beside it; none later than this one."""
    after = next_month(starts)
    return {
        "starts": starts, "previous": f"{path}?month={starts - timedelta(days=1):%Y-%m}",
        "next": f"{path}?month={after:%Y-%m}" if after <= clock.today() else "",
    }  # fmt: skip
