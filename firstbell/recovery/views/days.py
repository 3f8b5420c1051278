"""Recovery days: which there are, a new one, its lists, the sheets on paper, what came of it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases.rules import NotAllowed
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.recovery import actions, queries
from firstbell.recovery.forms import Plan, Results
from firstbell.recovery.models import Day
from firstbell.recovery.queries import sheets as paper
from firstbell.roster.models import School

A_PAGE, STOPS = 25, 50
AT_ONCE = 60
"""Stops that are entered in one go; of a longer list the next come after these."""


@page(May.SEE_RECOVERY)
def days(request: HttpRequest) -> HttpResponse:
    found = Paginator(queries.days(request.scope), A_PAGE).get_page(request.GET.get("page"))
    context = {"found": found, "may_plan": May.PLAN_RECOVERY_DAYS in request.scope, "today": clock.today()}
    return render(request, "recovery/days.html", context)


@page(May.PLAN_RECOVERY_DAYS, writes=True)
def new_day(request: HttpRequest) -> HttpResponse:
    places = queries.places_for_day(request.scope)
    form = Plan(request.POST or None, places=places, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = _plan(request, form.cleaned_data)
            messages.success(request, f"{made.stops.count()} students are on the lists.")
            return redirect("recovery:day", made.pk)
        except NotAllowed as no:
            form.add_error(None, str(no))
    return render(request, "recovery/new_day.html", {"form": form, "crumbs": _crumbs()})


def _plan(request: HttpRequest, told: dict[str, Any]) -> Day:
    kind, _, pk = told["place"].partition("-")
    school = get_object_or_404(School.objects.visible_to(request.scope), pk=pk) if kind == "school" else None
    region = get_object_or_404(queries.regions(request.scope), pk=pk) if kind == "region" else None
    chosen = queries.open_for(
        request.scope, told["lanes"], school=school and school.pk, region=region and region.pk,
        grade_from=told["grade_from"],
    )  # fmt: skip
    return actions.plan_day(
        name=told["name"], on=told["on"], how=told["how"], area=told["area"], phone=told["phone"], searches=chosen,
        by=request.user, school=school, region=region,
    )  # fmt: skip


@page(May.SEE_RECOVERY)
def day(request: HttpRequest, day_id: int) -> HttpResponse:
    shown = _day(request, day_id)
    stops = queries.stops_of(shown, request.scope)
    areas, found = queries.grouped(stops), Paginator(stops, STOPS).get_page(request.GET.get("page"))
    accesslog.opens(request, *(stop.search.student_id for stop in found.object_list))
    context = {
        "day": shown, "areas": areas, "whole": queries.together(areas), "found": found, "crumbs": _crumbs(),
        "today": clock.today(), "may_plan": May.PLAN_RECOVERY_DAYS in request.scope,
    }  # fmt: skip
    return render(request, "recovery/day.html", context)


@page(May.PLAN_RECOVERY_DAYS)
def sheets(request: HttpRequest, day_id: int) -> HttpResponse:
    """The paper that volunteers take along, who are no users: as little about each student as will do."""
    shown = _day(request, day_id)
    stops = queries.stops_of(shown, request.scope, request.GET.get("area", ""))
    accesslog.opens(request, *(stop.search.student_id for stop in stops))
    context = {"day": shown, "sheets": paper.sheets(shown, stops), "crumbs": _trail(shown)}
    return render(request, "recovery/sheets.html", context)


@page(May.PLAN_RECOVERY_DAYS, writes=True)
def results(request: HttpRequest, day_id: int) -> HttpResponse:
    """Many students at once: what is left blank stays to be done, what was entered stays."""
    shown = _day(request, day_id)
    area = request.GET.get("area", "")
    every = queries.stops_of(shown, request.scope, area)
    sent = _sent(request)
    stops = list(every.filter(pk__in=sent) if sent else every.filter(result="")[:AT_ONCE])
    done = list(every.exclude(result="")[:AT_ONCE])
    accesslog.opens(request, *(stop.search.student_id for stop in (*stops, *done)))
    form = Results(request.POST if request.method == "POST" else None, stops=stops)
    if request.method == "POST" and form.is_valid():
        try:
            entered = actions.enter_results(day=shown, results=form.came(), by=request.user)
            messages.success(request, f"Entered for {entered} students.")
            return redirect("recovery:day", shown.pk)
        except NotAllowed as no:
            form.add_error(None, str(no))
    left = every.filter(result="").count() - len(form.stops)
    context = {"day": shown, "form": form, "done": done, "area": area, "left": max(left, 0), "crumbs": _trail(shown)}
    return render(request, "recovery/results.html", context)


def _sent(request: HttpRequest) -> list[int]:
    """The stops that the sent page showed."""
    names = (name.removeprefix("result_") for name in request.POST if name.startswith("result_"))
    return [int(pk) for pk in names if pk.isascii() and pk.isdecimal() and len(pk) < 19][: 2 * AT_ONCE]


def _day(request: HttpRequest, pk: int) -> Day:
    return get_object_or_404(Day.objects.visible_to(request.scope).select_related("school", "region", "by"), pk=pk)


def _crumbs() -> list[tuple[str, str]]:
    return [("Recovery days", reverse("recovery:days"))]


def _trail(shown: Day) -> list[tuple[str, str]]:
    return [*_crumbs(), (shown.name, reverse("recovery:day", args=[shown.pk]))]
