"""Pages of trigger ladders: which school has which, what is in force, and a draft next to what it would have done."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases import actions
from firstbell.cases.forms import triggers as said
from firstbell.cases.models import TriggerLadder
from firstbell.cases.queries import simulator
from firstbell.cases.queries import triggers as queries
from firstbell.cases.rules import NotAllowed
from firstbell.cases.rules.triggers import DEFAULT, ROLES, Rung
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.templatetags.ui import short_day
from firstbell.law.calendar import SchoolYear
from firstbell.roster.models import School

COLUMNS = ["When", "Asks for", "Of whom", {"label": "School days", "number": True}]
NAMES, LATELY, SCHOOLS = 25, 20, 50


@page(May.SEE_CASES)
def triggers(request: HttpRequest) -> HttpResponse:
    schools = School.objects.visible_to(request.scope).filter(live=True).order_by("name")
    found = Paginator(schools, SCHOOLS).get_page(request.GET.get("page"))
    context = {"found": found, "places": queries.places(list(found)), "default": queries.in_force(None)}
    return render(request, "cases/triggers.html", context)


@page(May.SEE_CASES)
def ladder(request: HttpRequest, school_id: int | None = None) -> HttpResponse:
    school, now = _school(request, school_id), SchoolYear.of(clock.today()).ending
    reached = list(queries.lately(request.scope, school, now)[:LATELY])
    accesslog.opens(request, *(one.student_id for one in reached))
    spoken = queries.in_force(school)
    context = {
        "school": school, "ladder": spoken, "columns": COLUMNS, "rows": _rows(spoken.rungs if spoken else ()),
        "versions": queries.versions(school), "draft": queries.draft(school), "reached": reached,
        "may_edit": _may_edit(request, school), "crumbs": _crumbs(), "editing": _editing(school),
    }  # fmt: skip
    return render(request, "cases/triggers_ladder.html", context)


@page(May.EDIT_TRIGGERS, writes=True)
def draft(request: HttpRequest, school_id: int | None = None) -> HttpResponse:
    school = _school(request, school_id)
    if not _may_edit(request, school):
        raise Http404
    doing, there = request.POST.get("do", ""), queries.draft(school)
    if request.method != "POST":
        return _draft_page(request, school, there)
    if doing == "add" or doing.startswith("remove-"):
        form = said.Draft(initial={"revision": request.POST.get("revision"), "note": request.POST.get("note")})
        return _draft_page(request, school, there, said.changed(request.POST, doing), form)
    if doing == "save":
        return _save(request, school, there)
    return _decide(request, school, there, doing)


def _save(request: HttpRequest, school: School | None, there: TriggerLadder | None) -> HttpResponse:
    rows, form = said.Rows(request.POST), said.Draft(request.POST)
    if rows.is_valid() and form.is_valid():
        told = form.cleaned_data
        try:
            with transaction.atomic():
                made = there or actions.draft_ladder(school=school, by=request.user)
                seen = told["revision"] if there else None
                actions.replace_triggers(
                    ladder=made, rungs=rows.rungs, by=request.user, revision=seen, note=told["note"]
                )
            return redirect(_editing(school))
        except NotAllowed as no:
            form.add_error(None, str(no))
    elif form.is_valid():
        for problem in rows.non_form_errors() or ["Look at the rows: something is missing, or out of its limits."]:
            form.add_error(None, problem)
    return _draft_page(request, school, there, rows, form)


def _decide(request: HttpRequest, school: School | None, there: TriggerLadder | None, doing: str) -> HttpResponse:
    """Switch the draft on, give it up, or switch off what is in force, as it was seen."""
    of_school, seen = _page_of(school), request.POST.get("revision", "")
    if there is None or not seen.isdecimal():
        messages.error(request, "There is no draft any more: somebody switched it on or gave it up.")
        return redirect(of_school)
    try:
        if doing == "switch_on":
            actions.switch_on(ladder=there, by=request.user, revision=int(seen[:9]))
            messages.success(request, f"Version {there.version} is in force from today. Tonight asks by it.")
        elif doing == "give_up":
            actions.retire(ladder=there, by=request.user)
            messages.success(request, f"The draft of version {there.version} was given up. It stays on record.")
        return redirect(of_school)
    except NotAllowed as no:
        form = said.Draft({"revision": there.revision, "note": there.note})
        form.add_error(None, str(no))
        return _draft_page(request, school, there, None, form)


def _draft_page(
    request: HttpRequest, school: School | None, there: TriggerLadder | None, rows: Any = None, form: Any = None
) -> HttpResponse:
    start = there or queries.in_force(school)
    seen = {"revision": there.revision if there else 0, "note": there.note if there else ""}
    told = _simulated(there, school)
    context = {
        "school": school, "draft": there, "rows": rows or said.shown(start.rungs if start else DEFAULT),
        "form": form or said.Draft(initial=seen), "crumbs": [*_crumbs(), (str(school or "The district"),
        _page_of(school))], "told": told, **(_figures(request, told) if told else {}),
    }  # fmt: skip
    return render(request, "cases/triggers_draft.html", context)


def _simulated(there: TriggerLadder | None, school: School | None) -> simulator.Simulation | None:
    """What the saved draft would have done this year; None without a draft, or without data of the year."""
    try:
        return simulator.simulate(there.rungs, school, SchoolYear.of(clock.today()).ending) if there else None
    except ValueError:
        return None


def _figures(request: HttpRequest, told: simulator.Simulation) -> dict[str, Any]:
    found = Paginator(range(told.reached), NAMES).get_page(request.GET.get("page"))
    names = simulator.names(told, request.scope, max(found.start_index() - 1, 0), found.end_index())
    accesslog.opens(request, *(one.student.pk for one in names))
    return {
        "found": found,
        "names": names,
        "weeks": [
            {
                "label": f"{week.number} · {short_day(week.monday)}".replace(" ", "\N{NO-BREAK SPACE}"),
                "count": week.minutes,
                "text": f"{week.tasks:,} · {week.minutes:,} min",
            }
            for week in told.weeks
        ],
        "counts": [[rung.sentence, rung.wish, f"{told.of(place):,}"] for place, rung in enumerate(told.rungs)],
        "count_columns": ["Trigger", "Asks for", {"label": "Reached", "number": True}],
    }


def _rows(rungs: Any) -> list[list[Any]]:
    """The cells of each trigger, under COLUMNS."""
    return [_cells(rung) for rung in rungs]


def _cells(rung: Rung) -> list[Any]:
    return [rung.sentence, rung.wish, ROLES[rung.role], rung.within]


def _school(request: HttpRequest, school_id: int | None) -> School | None:
    """None is the district, whose ladder everybody may read."""
    return school_id and get_object_or_404(School.objects.visible_to(request.scope), pk=school_id)


def _may_edit(request: HttpRequest, school: School | None) -> bool:
    """The district's ladder speaks for schools of every region: only who sees all of them changes it."""
    return May.EDIT_TRIGGERS in request.scope and (school is not None or request.scope.everywhere)


def _page_of(school: School | None) -> str:
    return reverse("cases:triggers_of", args=[school.pk]) if school else reverse("cases:triggers_district")


def _editing(school: School | None) -> str:
    if school is None:
        return reverse("cases:triggers_district_draft")
    return reverse("cases:triggers_draft", args=[school.pk])


def _crumbs() -> list[tuple[str, str]]:
    return [("Trigger ladders", reverse("cases:triggers"))]
