"""Whom have I not seen: the lists, and the same thing done for many students of one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRefresh

from firstbell.cases import actions
from firstbell.cases.models import Bulk
from firstbell.cases.queries import bulk as bulks
from firstbell.cases.rules import NotAllowed
from firstbell.cases.rules.bulk import MOST
from firstbell.core import accesslog, clock, jobs
from firstbell.core.access import May, page
from firstbell.desk.forms import Together, matching_words
from firstbell.desk.paging import Paged, address, paged
from firstbell.desk.queries import gaps as queries
from firstbell.desk.queries import saved
from firstbell.roster.models import Student


@page(May.SEE_CASES)
def gaps(request: HttpRequest) -> HttpResponse:
    views = saved.strip(request.user, request.scope, "desk:gaps", request.GET.urlencode())
    if views.usual and not request.GET:
        return redirect(views.usual)
    return _listed(request, views=views)


@page(May.WORK_CASES, writes=True)
def plan(request: HttpRequest) -> HttpResponse:
    """Keep whom and what somebody chose on a list, and go to the page that shows exactly what it would do."""
    asked = _asked(request)
    whence = f"{reverse('desk:gaps')}?{request.GET.urlencode()}"
    if request.method != "POST":
        return redirect(whence)
    form, no = _form(request, asked, request.POST), ""
    if form.is_valid():
        try:
            made = actions.plan_bulk(
                what=form.cleaned_data["what"], said=form.said(), by=request.user, whence=whence,
                students=_chosen(request, form.cleaned_data["which"], asked),
            )  # fmt: skip
        except NotAllowed as said:
            no = str(said)
        else:
            return redirect("desk:bulk", made.pk)
    return _listed(request, sent=request.POST, no=no, status=409)


def _form(request: HttpRequest, asked: dict[str, str], sent: Any = None, matching: str = "") -> Together:
    adults = bulks.adults(request.scope, request.user, asked["school"])
    return Together(sent, adults=adults, matching=matching, initial={"due_on": clock.today()})


def _chosen(request: HttpRequest, which: str, asked: dict[str, str]) -> list[int]:
    """The students chosen, as far as one may see them."""
    if which == "all":
        return list(queries.found(request.scope, asked, clock.today())[:MOST])
    sent = request.POST.getlist("ticked" if which == "ticked" else "on_page")[: MOST + 1]
    ids = [int(one) for one in sent if one.isdecimal() and len(one) < 19]
    mine = set(Student.objects.visible_to(request.scope).filter(pk__in=ids).values_list("pk", flat=True))
    return [pk for pk in ids if pk in mine]


def _asked(request: HttpRequest) -> dict[str, str]:
    return queries.asked(request.GET)


def _listed(
    request: HttpRequest, *, views: saved.Strip | None = None, sent: Any = None, no: str = "", status: int = 200
) -> HttpResponse:
    asked, today = _asked(request), clock.today()
    capped = queries.Capped(queries.found(request.scope, asked, today))
    listed = _paged(request, capped)
    rows = queries.rows(request.scope, listed.rows, today)
    accesslog.opens(request, *(row.student.pk for row in rows))
    offered, shown = queries.choices(request.scope), _columns(request)
    context = {
        "gap": queries.GAPS[asked["list"]], "tabs": _tabs(request, asked["list"]), "people": listed,
        "rows": [(row, queries.cells(row, shown)) for row in rows],
        "more": capped.more, "cap": queries.CAP, "filters": _filters(offered, asked), "asked": asked,
        "used": _used(request, offered, asked), "clear": f"{reverse('desk:gaps')}?list={asked['list']}",
        "columns": [(name, words) for name, words in queries.COLUMNS.items() if name in shown],
        "every": [(name, words, name in shown) for name, words in queries.COLUMNS.items()],
        "form": _again(request, asked, sent, no, matching_words(listed.count, more=capped.more)),
        "may_work": May.WORK_CASES in request.scope, "view": _view(asked, shown), "most": MOST,
        "strip": views, "typed": request.GET.get("named", ""), "query": request.GET.urlencode(),
        "ticked": {*sent.getlist("ticked")} if sent else (),
    }  # fmt: skip
    return render(request, "desk/gaps.html", context, status=status)


def _again(request: HttpRequest, asked: dict[str, str], sent: Any, no: str, matching: str) -> Together | None:
    """The form under the list, with what was sent and why it could not be; none for who may only look."""
    if May.WORK_CASES not in request.scope:
        return None
    form = _form(request, asked, sent, matching)
    if no:
        form.add_error(None, no)
    return form


def _paged(request: HttpRequest, capped: queries.Capped) -> Paged:
    listed = paged(request, capped, 50)
    return replace(listed, summary=listed.summary.replace(" of ", " of more than ")) if capped.more else listed


def _columns(request: HttpRequest) -> list[str]:
    chosen = [name for name in request.GET.getlist("columns") if name in queries.COLUMNS]
    return chosen or list(queries.USUAL)


def _tabs(request: HttpRequest, now: str) -> list[dict[str, Any]]:
    here = request.GET.copy()
    here.pop("page", None)
    tabs = []
    for key, gap in queries.GAPS.items():
        here["list"] = key
        tabs.append(
            {"label": gap.title, "url": f"{reverse('desk:gaps')}?{here.urlencode()}", "current": key == now}
        )  # fmt: skip
    return tabs


def _filters(offered: dict[str, list[tuple[str, str]]], asked: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"name": name, "label": name.capitalize(), "choices": choices, "value": asked[name]}
        for name, choices in offered.items()
    ]


def _used(request: HttpRequest, offered: Any, asked: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"label": words, "url": address(request, **{name: ""})}
        for name, choices in offered.items()
        for value, words in choices
        if asked[name] and value == asked[name]
    ]


def _view(asked: dict[str, str], shown: list[str]) -> str:
    """The address of this view, whole and without the page: what a bookmark or a message holds."""
    told = {name: value for name, value in asked.items() if value}
    return f"{reverse('desk:gaps')}?{urlencode(told | {'columns': shown}, doseq=True)}"


DOINGS: dict[str, Callable[..., Bulk]] = {
    "start": actions.start_bulk, "cancel": actions.cancel_bulk, "undo": actions.undo_bulk,
}  # fmt: skip


@page(May.WORK_CASES)
def bulk(request: HttpRequest, bulk_id: int) -> HttpResponse:
    """Before it begins: exactly who is in, who is skipped and why. Then how far it is, and what came of it."""
    one = get_object_or_404(bulks.bulks_of(request.user), pk=bulk_id)
    moving = one.state in (Bulk.State.RUNNING, Bulk.State.UNDOING) and not one.error
    if request.htmx and not moving:
        return HttpResponseClientRefresh()
    whole = len(one.done if one.state == Bulk.State.UNDOING else one.students)
    context = {
        "bulk": one, "moving": moving, "working": jobs.at_work(), "whole": whole, "gone": whole - len(one.waiting),
        "state": str(one.state),
    }  # fmt: skip
    if request.htmx:
        return render(request, "desk/bulk.html#progress", context)
    turns = bulks.turns(one) if one.state == Bulk.State.PLANNED else []
    people = Student.objects.visible_to(request.scope).in_bulk(one.students)
    accesslog.opens(request, *people)
    context |= {
        "asked": bulks.asked_words(one), "back": one.back, "fits": [turn for turn in turns if not turn.no],
        "out": [turn for turn in turns if turn.no], "done": _named(one.done, people),
        "skipped": _named(one.skipped, people), "kept": [row for row in _named(one.back, people) if row[1]],
    }  # fmt: skip
    return render(request, "desk/bulk.html", context)


def _named(items: list[dict[str, Any]], people: dict[int, Student]) -> list[tuple[Student, str]]:
    return [(people[one["student"]], one.get("why", "")) for one in items if one["student"] in people]


@page(May.WORK_CASES, writes=True)
def bulk_do(request: HttpRequest, bulk_id: int, doing: str) -> HttpResponse:
    one = get_object_or_404(bulks.bulks_of(request.user), pk=bulk_id)
    if doing not in DOINGS:
        raise Http404
    if request.method == "POST":
        try:
            DOINGS[doing](bulk=one, by=request.user)
        except NotAllowed as no:
            messages.error(request, str(no))
    return redirect("desk:bulk", one.pk)
