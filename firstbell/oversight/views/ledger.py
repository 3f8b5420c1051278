"""The ledger of counselor days: schools of a month, one school's weeks, and what a week opens to."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.answers import csv_answer
from firstbell.core.months import FIRST, month_before, next_month, running_month
from firstbell.core.paging import Pages
from firstbell.core.spreadsheets import csv_safe
from firstbell.oversight.queries import ledger as queries
from firstbell.oversight.rules.ledger import Sums
from firstbell.roster.models import School, Student
from firstbell.staffing.funds import FUNDS
from firstbell.staffing.queries.purchases import year_words
from firstbell.staffing.rules.purchases import fiscal_year

A_PAGE = 20
CRUMBS = [("Ledger of days", "/oversight/ledger/")]


@page(May.SEE_LEDGER)
def ledger(request: HttpRequest) -> HttpResponse:
    """The schools with bought days and what a month came to, by name; `?month=2026-05`, this month for none."""
    today = clock.today()
    month = running_month(request.GET.get("month", ""), today)
    days = month, next_month(month)
    rows = School.objects.visible_to(request.scope).filter(queries.with_days(days), live=True).order_by("name")
    found = Pages(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "found": found, "rows": queries.board(list(found), days, today), "month": month,
        "before": month_before(month), "after": days[1] if days[1] <= today else None,
    }  # fmt: skip
    return render(request, "oversight/ledger.html", context)


def _school(request: HttpRequest, school_id: int) -> School:
    return get_object_or_404(School.objects.visible_to(request.scope), pk=school_id)


def _year(request: HttpRequest) -> int:
    """The fiscal year an address asks for, by the year it ends in; this one for none."""
    told, now = request.GET.get("year", ""), fiscal_year(clock.today())[1].year
    return int(told) if told.isdecimal() and len(told) == 4 and FIRST.year < int(told) <= now else now


@page(May.SEE_LEDGER)
def school(request: HttpRequest, school_id: int) -> HttpResponse:
    """One school's fiscal year week by week, newest first, by fund; as a file where it is asked for."""
    one, year = _school(request, school_id), _year(request)
    weeks, _ = queries.school_ledger(one.pk, year, clock.today())
    if request.GET.get("as") == "csv":
        return csv_answer(_lines(one, weeks), f"ledger-{one.key}-{year}.csv")
    funds = sorted({name for week in weeks for name in week.funds})
    sums = sum((week.sums for week in weeks), Sums())
    context = {
        "school": one, "year": year, "words": year_words(year), "weeks": weeks[::-1], "sums": sums, "crumbs": CRUMBS,
        "unbought": sum(week.unbought for week in weeks),
        "funds": [(FUNDS[name].name, *_both(weeks, name)) for name in funds],
        "may_open": May.SEE_STATEMENT in request.scope,
    }  # fmt: skip
    return render(request, "oversight/ledger_school.html", context)


def _both(weeks: list[queries.Week], fund: str) -> tuple[int, int]:
    told = [week.funds.get(fund, (0, 0)) for week in weeks]
    return sum(bought for bought, _ in told), sum(delivered for _, delivered in told)


def _lines(one: School, weeks: list[queries.Week]) -> Iterator[Sequence[Any]]:
    yield "school", "week_of", "fund", "bought_minutes", "delivered_minutes"
    for week in weeks:
        for fund, (bought, delivered) in week.funds.items():
            yield csv_safe(str(one)), week.monday, fund, bought, delivered
        if week.unbought:
            yield csv_safe(str(one)), week.monday, "not bought", 0, week.unbought


@page(May.SEE_LEDGER)
def week(request: HttpRequest, school_id: int, monday: str) -> HttpResponse:
    """What a week's minutes are: every line; students by name only for who may see them."""
    one = _school(request, school_id)
    try:
        first = date.fromisoformat(monday)
    except ValueError:
        raise Http404 from None
    if not FIRST <= first <= clock.today() + timedelta(7):
        raise Http404
    days = first - timedelta(first.weekday()), first - timedelta(first.weekday()) + timedelta(7)
    done = queries.done_at([one.pk], days)
    seen: set[int] = set()
    if May.SEE_STUDENTS in request.scope:
        asked = [each.line.student.pk for each in done if each.line.student]
        seen = set(Student.objects.visible_to(request.scope).filter(pk__in=asked).values_list("pk", flat=True))
    accesslog.opens(request, *seen)
    context = {
        "school": one, "monday": days[0], "sunday": days[1] - timedelta(1), "done": done, "seen": seen,
        "rows": queries.by_name(done), "may_read": May.SEE_STUDENTS in request.scope,
        "total": sum(each.minutes for each in done),
        "crumbs": [*CRUMBS, (str(one), reverse("oversight:ledger_school", args=[one.pk]))],
    }  # fmt: skip
    return render(request, "oversight/ledger_week.html", context)
