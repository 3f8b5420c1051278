"""The practice day: what day it is, what there is to look at, what one did, and ending it; it exists only there."""

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_htmx.http import HttpResponseClientRefresh

from firstbell.core import clock, jobs
from firstbell.core.access import May, page
from firstbell.core.paging import Pages
from firstbell.core.refusals import NotAllowed
from firstbell.training.actions import practice as actions
from firstbell.training.queries import practice as queries

A_PAGE = 50


@page(May.SEE_TRAINING)
def practice(request: HttpRequest) -> HttpResponse:
    _only_in_practice()
    night = queries.night()
    if request.htmx:
        told = {"night": night, "working": jobs.at_work(), "polled": True}
        return render(request, "training/practice.html#night", told) if night.on else HttpResponseClientRefresh()
    today, runs = clock.today(), May.RUN_TRAINING in request.scope
    people = Pages(queries.people(request.scope) if runs else [], A_PAGE)
    context = {
        "today": today, "night": night, "working": jobs.at_work(), "left": len(queries.to_come(today)), "runs": runs,
        "items": queries.items(request.user, request.scope, today), "past": max(0, len(queries.days()) - 1),
        "worked": queries.worked_through(request.user), "found": people.get_page(request.GET.get("page")),
        "over": actions.OVER,
    }  # fmt: skip
    return render(request, "training/practice.html", context)


@page(May.SEE_TRAINING, writes=True)
def end_day(request: HttpRequest) -> HttpResponse:
    """End the day that the page showed."""
    _only_in_practice()
    if request.method == "POST":
        try:
            with transaction.atomic():
                actions.end_day(on=_day(request.POST.get("on", "")), by=request.user)
        except NotAllowed as no:
            messages.error(request, str(no))
    return redirect("training:practice")


def _only_in_practice() -> None:
    if not settings.PRACTICE:
        raise Http404


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
