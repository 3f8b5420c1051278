"""Pages of panels and their people."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases.rules import refusal
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.refusals import tried
from firstbell.notices.queries.waiting import place
from firstbell.panels.actions import people as actions
from firstbell.panels.forms import people as said
from firstbell.panels.kinds import ALL_SEATS, KINDS
from firstbell.panels.models import Member, Panel
from firstbell.panels.queries import people as queries
from firstbell.roster.models import Student

Bound = dict[str, forms.Form]


@page(May.SEE_PANELS)
def index(request: HttpRequest) -> HttpResponse:
    rows = queries.panels(request.scope, clock.today())
    context = {"rows": rows, "may_open": May.RUN_PANELS in request.scope and bool(queries.places_for(request.scope))}
    return render(request, "panels/index.html", context)


@page(May.RUN_PANELS, writes=True)
def open_panel(request: HttpRequest) -> HttpResponse:
    form = said.Open(request.POST or None, where=queries.places_for(request.scope))
    if request.method == "POST":
        made = tried(form, lambda: _opened(request, **form.cleaned_data))
        if made:
            messages.success(request, f"The {made} is open. Seat its members next.")
            return redirect("panels:panel", made.pk)
    crumbs = [("Panels", reverse("panels:index"))]
    status = 409 if form.errors else 200
    return render(request, "panels/open.html", {"form": form, "crumbs": crumbs, "kinds": KINDS.values()}, status=status)


def _opened(request: HttpRequest, where: str, **told: Any) -> Panel:
    return actions.open_panel(by=request.user, **place(request.scope, where), **told)


@page(May.SEE_PANELS)
def panel(request: HttpRequest, panel_id: int) -> HttpResponse:
    return _show(request, get_object_or_404(Panel.objects.visible_to(request.scope), pk=panel_id), {})


def _show(request: HttpRequest, one: Panel, bound: Bound, status: int = 200) -> HttpResponse:
    today = clock.today()
    runs = queries.runs(request.scope, one)
    people = queries.people_of(one, today)
    context = {
        "panel": one, "kind": KINDS[one.kind], "people": people, "today": today, "bound": bound, "runs": runs,
        "may_sign": runs and May.SIGN_ROSTERS in request.scope, "seats": ALL_SEATS,
        "earlier": queries.earlier_members(one, today), "consulted": queries.consultations(one),
        "forms": {"sign": said.Sign(initial={"on": today}), "about": _about(one, None),
                  "consult": said.Consult(initial={"on": today}, auto_id="id_consult_%s")} | bound,
        "crumbs": [("Panels", reverse("panels:index"))],
    }  # fmt: skip
    return render(request, "panels/panel.html", context, status=status)


def _about(one: Panel, data: Any) -> said.About:
    known = {name: getattr(one, name) for name in ("name", "address", "phone", "board")}
    return said.About(data, kind=one.kind, initial=known, auto_id="id_about_%s")


def _run(request: HttpRequest, panel_id: int) -> Panel:
    """The panel, for who runs it; for anybody else there is none."""
    one = get_object_or_404(Panel.objects.visible_to(request.scope), pk=panel_id)
    if not queries.runs(request.scope, one):
        raise Http404
    return one


def _do(
    request: HttpRequest, one: Panel, name: str, form: forms.Form, act: Callable[[], Any], done: str
) -> HttpResponse:
    """One doing of the panel's page: back to it when done, the page with what was typed when it is refused."""
    if request.method != "POST":
        return redirect("panels:panel", one.pk)
    if tried(form, act):
        messages.success(request, done)
        return redirect("panels:panel", one.pk)
    one.refresh_from_db()
    return _show(request, one, {name: form}, status=409)


@page(May.RUN_PANELS, writes=True)
def change_panel(request: HttpRequest, panel_id: int) -> HttpResponse:
    one = _run(request, panel_id)
    form = _about(one, request.POST or None)
    act = lambda: actions.change_panel(panel=one, by=request.user, **form.cleaned_data)  # noqa: E731
    return _do(request, one, "about", form, act, "Saved. Notices from now on say it so.")


@page(May.SIGN_ROSTERS, writes=True)
def sign(request: HttpRequest, panel_id: int) -> HttpResponse:
    one, form = _run(request, panel_id), said.Sign(request.POST or None)
    act = lambda: actions.sign_roster(panel=one, by=request.user, **form.cleaned_data)  # noqa: E731
    return _do(request, one, "sign", form, act, "The roster is signed into force.")


@page(May.RUN_PANELS, writes=True)
def consult(request: HttpRequest, panel_id: int) -> HttpResponse:
    one, form = _run(request, panel_id), said.Consult(request.POST or None, auto_id="id_consult_%s")
    act = lambda: actions.consult(panel=one, by=request.user, **form.cleaned_data)  # noqa: E731
    return _do(request, one, "consult", form, act, "The consultation is on record.")


@page(May.RUN_PANELS, writes=True)
def add_member(request: HttpRequest, panel_id: int) -> HttpResponse:
    one = _run(request, panel_id)
    first = {"seat": request.GET.get("seat"), "begins": clock.today(), "standing": "member"}
    form = said.Seat(request.POST or None, panel=one, people=queries.who_may_sign_in(request.scope), initial=first)
    if request.method == "POST":
        made = tried(form, lambda: actions.add_member(panel=one, by=request.user, **form.cleaned_data))
        if made:
            messages.success(request, f"{made} sits on the {one}. The roster waits to be signed again.")
            return redirect("panels:panel", one.pk)
    return _member_page(request, one, None, {"seat": form})


def _member_page(request: HttpRequest, one: Panel, member: Member | None, bound: Bound) -> HttpResponse:
    gone = member.away.order_by("span") if member else []
    recused = list(member.recusals.select_related("student")) if member else []
    accesslog.opens(request, *(row.student_id for row in recused))
    context = {
        "panel": one, "member": member, "away": gone, "recused": recused, "bound": bound,
        "forms": {
            "leave": said.Leave(initial={"on": clock.today()}, auto_id="id_leave_%s"),
            "gone": said.Gone(auto_id="id_gone_%s"), "recuse": said.Recuse(auto_id="id_recuse_%s"),
        } | bound,
        "crumbs": [("Panels", reverse("panels:index")), (str(one), reverse("panels:panel", args=[one.pk]))],
    }  # fmt: skip
    status = 409 if any(form.errors for form in bound.values()) else 200
    return render(request, "panels/member.html", context, status=status)


@page(May.RUN_PANELS, writes=True)
def member(request: HttpRequest, member_id: int) -> HttpResponse:
    one = _member(request, member_id)
    form = said.Seat.of(one, request.POST or None, people=queries.who_may_sign_in(request.scope))
    act = lambda: actions.change_member(member=one, by=request.user, **form.cleaned_data)  # noqa: E731
    return _member_done(request, one, "seat", form, act, "Saved.")


def _member(request: HttpRequest, member_id: int) -> Member:
    """The member, for who runs the panel; for anybody else there is none."""
    one = get_object_or_404(Member.objects.visible_to(request.scope).select_related("panel"), pk=member_id)
    _run(request, one.panel_id)
    return one


def _member_done(
    request: HttpRequest, one: Member, name: str, form: forms.Form, act: Callable[[], Any], done: str
) -> HttpResponse:
    if request.method == "POST" and tried(form, act):
        messages.success(request, done)
        return redirect("panels:member", one.pk)
    bound = {name: form}
    if name != "seat":
        bound["seat"] = said.Seat.of(one, None, people=queries.who_may_sign_in(request.scope))
    return _member_page(request, one.panel, one, bound)


@page(May.RUN_PANELS, writes=True)
def end_member(request: HttpRequest, member_id: int) -> HttpResponse:
    one, form = _member(request, member_id), said.Leave(request.POST or None, auto_id="id_leave_%s")
    act = lambda: actions.end_member(member=one, by=request.user, **form.cleaned_data)  # noqa: E731
    return _member_done(request, one, "leave", form, act, "Their term ends then. Look for hearings that need another.")


@page(May.RUN_PANELS, writes=True)
def be_away(request: HttpRequest, member_id: int) -> HttpResponse:
    one, form = _member(request, member_id), said.Gone(request.POST or None, auto_id="id_gone_%s")
    act = lambda: actions.be_away(member=one, by=request.user, **form.cleaned_data)  # noqa: E731
    return _member_done(request, one, "gone", form, act, "Noted: no hearing is proposed to them on those days.")


@page(May.RUN_PANELS, writes=True)
def recuse(request: HttpRequest, member_id: int) -> HttpResponse:
    one, form = _member(request, member_id), said.Recuse(request.POST or None, auto_id="id_recuse_%s")

    def act() -> Any:
        key = form.cleaned_data["student"].strip()
        who = Student.objects.visible_to(request.scope).filter(key__iexact=key).first()
        if who is None:
            raise refusal(f"No student of yours has the number {key}. Look at it again in the student's file.")
        return actions.recuse(member=one, student=who, why=form.cleaned_data["why"], by=request.user)

    return _member_done(request, one, "recuse", form, act, "They will not sit for this student.")


@page(May.RUN_PANELS, writes=True)
def close_panel(request: HttpRequest, panel_id: int) -> HttpResponse:
    one = _run(request, panel_id)
    form = forms.Form(request.POST or None)
    return _do(request, one, "close", form, lambda: actions.close_panel(panel=one, by=request.user), "Closed.")
