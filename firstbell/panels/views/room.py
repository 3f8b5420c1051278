"""Pages of the hearing-day room: the day's cases, and one hearing at a time, before, during and after."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases.actions import Careful
from firstbell.cases.rules import NotAllowed
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.panels.forms import agreements as written
from firstbell.panels.forms import room as said
from firstbell.panels.models import Agreement, Hearing
from firstbell.panels.queries import room as queries
from firstbell.panels.queries import room_page as shown
from firstbell.panels.queries.agreements import agreement_of

Bound = dict[str, Any]
USUALLY = timedelta(days=14)
"""When a directive falls due."""
PAGES = {"set": "panels/room_set.html", "running": "panels/room_running.html"}


@page(May.RUN_PANELS)
def day_room(request: HttpRequest, day_id: int) -> HttpResponse:
    """The cases of a day, room by room, and which is up."""
    day = get_object_or_404(queries.days_run(request.scope).select_related("panel"), pk=day_id)
    hearings = queries.docket_of(day, request.scope)
    accesslog.opens(request, *(one.student_id for hearing in hearings for one in hearing.referrals.all()))
    context = {"day": day, "hearings": hearings, "up": queries.up_now(hearings), "today": clock.today()}
    return render(request, "panels/room_day.html", context)


@page(May.RUN_PANELS)
def room(request: HttpRequest, hearing_id: int) -> HttpResponse:
    return show(request, hearing_of(request, hearing_id))


def hearing_of(request: HttpRequest, pk: int) -> Hearing:
    """A hearing of a panel this person runs, which has or had a day; 404 otherwise."""
    return get_object_or_404(queries.runnable(request.scope).exclude(day=None), pk=pk)


def show(request: HttpRequest, hearing: Hearing, bound: Bound | None = None, status: int = 200) -> HttpResponse:
    """The room as it is now; `bound` are forms that were sent and come back with what was typed."""
    one, agreement = shown.room_of(hearing), agreement_of(hearing)
    accesslog.opens(request, *(student.pk for student in one.students))
    context: Bound = {
        "room": one, "hearing": hearing, "today": clock.today(), "agreement": agreement,
        "others": said.Came(members=queries.others_on(hearing)),
        "off": said.BrokenOff(initial={"version": hearing.version}),
        "crumbs": [(str(hearing.day), reverse("panels:day_room", args=[hearing.day_id]))],
    }  # fmt: skip
    if hearing.state in PAGES:
        context["stale"] = shown.stale_of(hearing)
    if hearing.state == "running":
        context |= _script(hearing) | shown.drafting(hearing, agreement) | forms_of(request, one, agreement)
    return render(request, PAGES.get(hearing.state, "panels/room_over.html"), context | (bound or {}), status=status)


def _script(hearing: Hearing) -> Bound:
    turns = queries.turns(hearing)
    now = next((turn for turn in turns if turn.state == "next"), turns[0])
    first = {"version": hearing.version, "part": now.part.key, "text": now.said}
    return {
        "turns": turns, "now": now, "say": said.SayPart(initial=first), "first": now is turns[0],
        "last": now is turns[-1], "drafts": now.part.key in ("options", "agreement"),
        "steps": [{"state": one.state, "title": one.part.title, "text": f"{one.part.minutes} min"} for one in turns],
        "part_time": queries.clocked(hearing.part_since), "slot_time": queries.clocked(hearing.started_at),
    }  # fmt: skip


def forms_of(request: HttpRequest, one: shown.Room, agreement: Agreement | None) -> Bound:
    """The forms of the agreement; a practice or a side that was chosen fills in the new directive."""
    version = {"version": agreement.version if agreement else 0}
    asked = {name: request.GET.get(name, "") for name in ("practice", "side", "student")}
    first = written.first_of(asked["practice"], asked["side"], clock.today() + USUALLY) | version
    if asked["student"]:
        first["student"] = asked["student"]
    people = shown.answerable(one.hearing, request.user)
    return {
        "write": written.Write(initial=first, students=one.students, people=people),
        "read": written.ReadBack(initial=version, readers=shown.readers_of(one)),
        "sign": written.Sign(initial=version, sides=shown.sides_open(agreement)),
        "unsigned": written.Unsigned(initial=version),
        "chosen": bool(asked["practice"] or asked["side"]),
    }


def do(request: HttpRequest, hearing: Hearing, act: Callable[[int], Any], anchor: str = "") -> HttpResponse:
    """Do it on the version that was seen, and go back to the room; what cannot be done says why there."""
    seen = request.POST.get("version", "")
    if request.method == "POST":
        try:
            with transaction.atomic():
                act(int(seen) if seen.isdecimal() and len(seen) < 10 else 0)
        except NotAllowed as no:
            messages.error(request, str(no))
    return back(hearing, anchor)


def back(hearing: Hearing, anchor: str = "") -> HttpResponse:
    address = reverse("panels:room", args=[hearing.pk])
    return redirect(f"{address}#{anchor}" if anchor else address)


def told(
    request: HttpRequest, hearing: Hearing, name: str, form: forms.Form, act: Callable[[], Any], anchor: str = ""
) -> HttpResponse:
    """Do what a form says; what cannot be done stands in the form, with every word of it. `name` is the form's here."""
    if request.method != "POST":
        return back(hearing, anchor)
    careful = None
    if form.is_valid():
        try:
            with transaction.atomic():
                act()
            return back(hearing, anchor)
        except NotAllowed as no:
            careful = no if isinstance(no, Careful) else None
            if careful is None:
                form.add_error(None, str(no))
    fresh = hearing_of(request, hearing.pk)
    return show(request, fresh, {name: _renewed(form, fresh), "careful": careful, "sent": name}, status=409)


def _renewed(form: forms.Form, hearing: Hearing) -> forms.Form:
    """The same words on the newest version: whoever was told that somebody acted may send them again."""
    agreement = agreement_of(hearing)
    newest = hearing.version if isinstance(form, said.SayPart) else agreement.version if agreement else 0
    form.data = form.data.copy()
    form.data["version"] = str(newest)
    return form
