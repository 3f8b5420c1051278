"""What is done in the room: it begins, people come and go, words are kept, nobody came, it is held."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases import actions as cases
from firstbell.cases.rules import NotAllowed
from firstbell.core import accesslog
from firstbell.core.access import May, page
from firstbell.panels.actions import room as actions
from firstbell.panels.forms import room as said
from firstbell.panels.models import Hearing
from firstbell.panels.queries import room as queries
from firstbell.panels.queries import room_page as shown
from firstbell.panels.queries.notice import notice_of
from firstbell.panels.views.room import back, do, hearing_of, told
from firstbell.roster.models import Student


@page(May.RUN_PANELS, writes=True)
def start(request: HttpRequest, hearing_id: int) -> HttpResponse:
    one = hearing_of(request, hearing_id)
    return do(request, one, lambda seen: actions.start(hearing=one, by=request.user, version=seen))


@page(May.RUN_PANELS, writes=True)
def arrive(request: HttpRequest, hearing_id: int) -> HttpResponse:
    """A name that was pressed, a member without a seat, or anybody by name."""
    one = hearing_of(request, hearing_id)
    sent = {name: request.POST.get(name, "") for name in ("member", "party", "name")}

    def comes(_: int) -> None:
        member = queries.member_of(one, sent["member"])
        actions.arrive(hearing=one, party=sent["party"], name=sent["name"], member=member, by=request.user)

    return do(request, one, comes, "people")


@page(May.RUN_PANELS, writes=True)
def leave(request: HttpRequest, hearing_id: int) -> HttpResponse:
    one = hearing_of(request, hearing_id)

    def goes(_: int) -> None:
        if there := queries.came(one, request.POST.get("present", "")):
            actions.leave(present=there, by=request.user)

    return do(request, one, goes, "people")


@page(May.RUN_PANELS, writes=True)
def say(request: HttpRequest, hearing_id: int) -> HttpResponse:
    """What was said in the part that is up, and where to go from there."""
    one = hearing_of(request, hearing_id)
    form = said.SayPart(request.POST or None)
    return told(request, one, "say", form, lambda: _said(request, one, form.cleaned_data))


def _said(request: HttpRequest, one: Hearing, words: dict[str, Any]) -> None:
    """All of it or nothing. Only the first act asks for the version: from there on the hearing is ours."""
    seen, by, to = words["version"], request.user, request.POST.get("to", "")
    kept = {turn.part.key: turn.said for turn in queries.turns(one)}
    if words["text"] and words["text"] != kept.get(words["part"]):
        actions.say(hearing=one, part=words["part"], text=words["text"], by=by, careful=words["careful"], version=seen)
        seen = None
    if to in ("next", "back"):
        actions.go_to(hearing=one, part=queries.beside_in(one, words["part"], to), by=by, version=seen)


@page(May.RUN_PANELS, writes=True)
def miss(request: HttpRequest, hearing_id: int) -> HttpResponse:
    """Nobody of the family came: was the notice good, who was tried today, and what happens next."""
    one = hearing_of(request, hearing_id)
    form = said.Missed(request.POST or None, initial={"version": one.version})
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            with transaction.atomic():
                actions.miss(hearing=one, why=words["why"], again=words["again"] == "yes", by=request.user,
                             version=words["version"])  # fmt: skip
            return back(one)
        except NotAllowed as no:
            form.add_error(None, str(no))
    return _missed(request, one, form, status=409 if request.method == "POST" else 200)


def _missed(request: HttpRequest, one: Hearing, form: said.Missed, status: int) -> HttpResponse:
    if one.state not in ("set", "running"):
        return back(one)
    students = queries.students_of(one)
    accesslog.opens(request, *(student.pk for student in students))
    numbers = [(line, said.Tried.of(student, line, place))
               for place, (student, line) in enumerate(queries.numbers_of(one))]  # fmt: skip
    context = {
        "room": shown.room_of(one), "hearing": one, "form": form, "notice": notice_of(one),
        "numbers": numbers, "tries": queries.tries_of(one), "tried": queries.tried_today(one),
        "crumbs": [(str(one.day), reverse("panels:day_room", args=[one.day_id]))],
    }  # fmt: skip
    return render(request, "panels/room_missed.html", context, status=status)


@page(May.RUN_PANELS, writes=True)
def tried(request: HttpRequest, hearing_id: int) -> HttpResponse:
    """One number that was tried: an entry of the contact log like any other."""
    one = hearing_of(request, hearing_id)
    form = said.Tried(request.POST or None)
    if form.is_valid():
        words = form.cleaned_data
        rows = Student.objects.visible_to(request.scope).filter(pk__in=[who.pk for who in queries.students_of(one)])
        student = get_object_or_404(rows, pk=words["student"])
        line = next((line for _, line in queries.numbers_of(one) if line.key == words["line"]), None)
        try:
            with transaction.atomic():
                cases.log(
                    key=words["key"], student=student, kind="call", outcome=words["outcome"], said=words["said"],
                    contact=line.contact if line else None, number=line.number if line else "", by=request.user,
                )  # fmt: skip
        except NotAllowed as no:
            messages.error(request, str(no))
    return redirect("panels:miss", one.pk)


@page(May.RUN_PANELS, writes=True)
def break_off(request: HttpRequest, hearing_id: int) -> HttpResponse:
    one = hearing_of(request, hearing_id)
    form = said.BrokenOff(request.POST or None)

    def ends() -> None:
        words = form.cleaned_data
        actions.break_off(hearing=one, why=words["why"], withdrawn=words["how"] == "withdrawn", by=request.user,
                          version=words["version"])  # fmt: skip

    return told(request, one, "off", form, ends)


@page(May.RUN_PANELS, writes=True)
def hold(request: HttpRequest, hearing_id: int) -> HttpResponse:
    """The end: everything that is missing is said at once."""
    one = hearing_of(request, hearing_id)
    return do(request, one, lambda seen: actions.hold(hearing=one, by=request.user, version=seen), "end")
