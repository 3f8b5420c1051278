"""What people take along: the calls of today and a visit's sheet on paper, their tasks in a calendar."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from firstbell.cases.models import Task
from firstbell.core import accesslog, clock, feeds
from firstbell.core.access import May, page
from firstbell.desk.queries import calls as paper
from firstbell.desk.queries import feed as told
from firstbell.desk.queries import file


@page(May.SEE_CASES)
def calls(request: HttpRequest) -> HttpResponse:
    listed, planned = paper.calls(request.user, request.scope, clock.today())
    accesslog.opens(request, *(one.student.pk for one in listed))
    return render(request, "desk/calls.html", {"calls": listed, "planned": planned, "today": clock.today()})


@page(May.SEE_CASES)
def visit(request: HttpRequest, student_id: int) -> HttpResponse:
    who = file.student(request.scope, student_id)
    sheet = paper.visit(who, request.scope, clock.today())
    accesslog.opens(request, who.pk, *(one.pk for one in sheet.siblings if one.pk))
    crumbs = [("Students", reverse("desk:students")), (who.name, reverse("desk:student", args=[who.pk]))]
    context = {"student": who, "sheet": sheet, "crumbs": crumbs, "today": clock.today()}
    return render(request, "desk/visit.html", context)


@page(May.SEE_CASES)
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """Where a calendar entry leads: its address names no student."""
    one = get_object_or_404(Task.objects.visible_to(request.scope).select_related("case"), pk=task_id)
    return redirect("cases:case", one.case.student_id)


@page(May.SEE_CASES, writes=True)
def feed_key(request: HttpRequest) -> HttpResponse:
    """Make one's feed, whose address is shown this once, or end it."""
    address = ""
    if request.method == "POST" and "revoke" in request.POST:
        feeds.revoke_key(by=request.user)
        messages.success(request, "The feed has ended: its address shows nothing from now on.")
        return redirect("desk:feed_key")
    if request.method == "POST":
        address = request.build_absolute_uri(reverse("desk:feed", args=[feeds.make_key(by=request.user)]))
    return render(request, "desk/feed.html", {"key": feeds.key_of(request.user), "address": address})


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Reached by calendar programs, which cannot sign in: the address is the secret, and no student is in it."""
    try:
        owner = feeds.owner_of(token)
    except feeds.TooOften:
        return HttpResponse(status=429, headers={"Retry-After": str(feeds.PAUSE.seconds)})
    if owner is None:
        raise Http404
    made = told.calendar(owner, request.build_absolute_uri("/")[:-1])
    return HttpResponse(made, content_type="text/calendar; charset=utf-8", headers={
        "Cache-Control": "private, no-store", "Content-Disposition": 'inline; filename="firstbell.ics"',
    })  # fmt: skip
