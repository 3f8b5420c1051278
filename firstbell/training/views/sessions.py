"""Pages of sessions: those near somebody, one with its seats, and for who runs it the change, the end and who came."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.core.models import User
from firstbell.core.paging import Pages
from firstbell.core.refusals import NotAllowed, tried
from firstbell.training.actions import courses as actions
from firstbell.training.forms import courses as said
from firstbell.training.models import Seat, Session
from firstbell.training.queries import courses as queries

A_PAGE = 50
CRUMBS = [("Sessions", "/training/sessions/")]


@page(May.SEE_TRAINING)
def sessions(request: HttpRequest) -> HttpResponse:
    runs, show = May.RUN_TRAINING in request.scope, request.GET.get("show", "")
    shows = {key: words for key, words in queries.SHOWS.items() if runs or key != "close"}
    show = show if show in shows else "coming"
    rows = queries.shown(request.scope, request.user, show, clock.today())
    context = {
        "found": Pages(rows, A_PAGE).get_page(request.GET.get("page")), "show": show, "runs": runs,
        "tabs": [
            {"label": words, "url": f"{request.path}?show={key}", "current": key == show}
            for key, words in shows.items()
        ],
    }  # fmt: skip
    return render(request, "training/sessions.html", context)


@page(May.SEE_TRAINING, writes=True)
def session(request: HttpRequest, session_id: int) -> HttpResponse:
    """One session; whoever runs it also changes it, cancels it, and says who came."""
    one = _session(request, session_id)
    seats = list(queries.seats_of(one)) if _runs(request, one) else None
    shown = _forms(request, one, seats) if seats is not None and one.state == Session.State.PLANNED else {}
    doing = request.POST.get("do", "")
    if request.method == "POST":
        if doing not in shown:
            return _stale(request, one, seats is not None)
        if tried(shown[doing], lambda: _doers(request.user, one)[doing](shown[doing])) is not None:
            messages.success(request, "Done.")
            return redirect("training:session", one.pk)
    context = {
        "one": one, "seats": seats, "forms": shown, "bound": shown.get(doing), "today": clock.today(),
        "crumbs": CRUMBS, "runs": seats is not None,
    }  # fmt: skip
    return render(request, "training/session.html", context, status=409 if request.method == "POST" else 200)


def _stale(request: HttpRequest, one: Session, runs: bool) -> HttpResponse:
    """Somebody sends what the page no longer asks for: it was closed or cancelled meanwhile."""
    if not runs or one.state == Session.State.PLANNED:
        raise Http404
    messages.error(request, f"Somebody else was first: this session is {one.get_state_display().lower()}.")
    return redirect("training:session", one.pk)


def _forms(request: HttpRequest, one: Session, seats: list[Seat]) -> dict[str, forms.Form]:
    today, doing, now = clock.today(), request.POST.get("do", ""), {"version": one.version}
    data = {name: request.POST if doing == name else None for name in ("change", "cancel", "close")}
    leaders = queries.leaders(request.scope, today, also=one.led_by_id)
    told = now | {name: getattr(one, name) for name in ("place", "seats", "note")} | {"led_by": one.led_by_id}
    found: dict[str, forms.Form] = {
        "change": said.Change(data["change"], leaders=leaders, initial=told, auto_id="id_change_%s"),
        "cancel": said.Cancel(data["cancel"], initial=now, auto_id="id_cancel_%s"),
    }
    if one.on <= today:
        having = [seat for seat in seats if seat.state == Seat.State.HAS]
        found["close"] = said.Close(data["close"], seats=having, initial=now, auto_id="id_close_%s")
    return found


def _doers(by: User, one: Session) -> dict[str, Callable[[Any], Any]]:
    return {
        "change": lambda form: actions.change_session(session=one, by=by, **form.cleaned_data),
        "cancel": lambda form: actions.cancel_session(session=one, by=by, **form.cleaned_data),
        "close": lambda form: actions.close_session(session=one, by=by, **form.words()),
    }


@page(May.RUN_TRAINING)
def sheet(request: HttpRequest, session_id: int) -> HttpResponse:
    """Who has a seat, with room to sign: to be printed."""
    one = _session(request, session_id)
    if not _runs(request, one):
        raise Http404
    return render(request, "training/sheet.html", {"one": one, "seats": queries.seats_of(one), "crumbs": CRUMBS})


@page(May.SEE_TRAINING, writes=True)
def take_seat(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign oneself up."""
    one = _session(request, session_id)
    if request.method == "POST":
        try:
            with transaction.atomic():
                seat = actions.sign_up(session=one, user=request.user, by=request.user)
            waits = seat.state == Seat.State.WAITS
            messages.success(request, "You wait for a seat." if waits else "You have a seat.")
        except NotAllowed as no:
            messages.error(request, str(no))
    return redirect("training:session", one.pk)


@page(May.SEE_TRAINING, writes=True)
def leave_seat(request: HttpRequest, seat_id: int) -> HttpResponse:
    """Give up one's own seat, or in a session one runs somebody's who asked for it."""
    seat = get_object_or_404(queries.seat_seen(request.scope, request.user), pk=seat_id)
    if request.method == "POST":
        try:
            with transaction.atomic():
                actions.give_up(seat=seat, by=request.user)
            messages.success(request, "The seat is given up. Whoever has waited longest gets it.")
        except NotAllowed as no:
            messages.error(request, str(no))
    return redirect("training:session", seat.session_id)


def _session(request: HttpRequest, session_id: int) -> Session:
    return get_object_or_404(queries.sessions(request.scope, request.user), pk=session_id)


def _runs(request: HttpRequest, one: Session) -> bool:
    return queries.run_by(request.scope, request.user).filter(pk=one.pk).exists()
