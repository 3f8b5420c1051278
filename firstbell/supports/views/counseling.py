"""Sessions with a student, and the daily card."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases.rules import NotAllowed
from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.roster.models import Student
from firstbell.supports import actions, queries
from firstbell.supports.forms import Points, Session, Targets
from firstbell.supports.models import Card
from firstbell.supports.queries.counseling import Week
from firstbell.supports.views.plans import crumbs, student


@page(May.WORK_SUPPORTS)
def sessions(request: HttpRequest, student_id: int) -> HttpResponse:
    who = student(request, student_id)
    held = queries.sessions_of(who, request.user)
    context = {"student": who, "crumbs": crumbs(who), "held": held, "hours": queries.hours_of(held)}
    return render(request, "supports/sessions.html", context)


@page(May.WORK_SUPPORTS, writes=True)
def session(request: HttpRequest, student_id: int) -> HttpResponse:
    who = student(request, student_id)
    now = queries.plan_card(who)
    form = Session(request.POST or None, initial={"on": clock.today(), "goal": now.goal, "kind": "individual"})
    if request.method == "POST" and form.is_valid():
        try:
            actions.hold_session(student=who, by=request.user, **form.cleaned_data)
            messages.success(request, f"The session with {who.name} is recorded.")
            return redirect("supports:sessions", who.pk)
        except NotAllowed as no:
            form.add_error(None, str(no))
    trail = [*crumbs(who), ("Sessions", reverse("supports:sessions", args=[who.pk]))]
    return render(request, "supports/session.html", {"student": who, "crumbs": trail, "form": form})


@page(May.WORK_SUPPORTS, writes=True)
def card(request: HttpRequest, student_id: int) -> HttpResponse:
    """The running card with a week of it; `doing` says what was sent: begin, score or end."""
    who = student(request, student_id)
    cards = queries.cards_of(who)
    running = next((one for one in cards if one.ended_on is None), None)
    sent = _card_form(request, running)
    if sent is not None and sent.is_valid() and _do(request, who, sent):
        return redirect(request.get_full_path())
    shown = running or (cards[0] if cards else None)
    week = queries.week_of(shown, _day(request.GET.get("week", ""))) if shown else None
    context = {
        "student": who, "crumbs": crumbs(who), "card": shown, "running": running, "week": week, "sent": sent,
        "rows": _rows(shown, week, sent) if week else [], "begin": sent if isinstance(sent, Targets) else Targets(),
        "here": f"?week={week.monday.isoformat()}" if week else "", "today": clock.today(),
    }  # fmt: skip
    return render(request, "supports/card.html", context)


def _card_form(request: HttpRequest, running: Card | None) -> Points | Targets | None:
    doing = request.POST.get("doing")
    if doing == "end" and running:
        return Targets({"targets": "end"})
    if doing == "score" and running:
        return Points(request.POST, card=running, auto_id=f"id_{request.POST.get('on', '')}_%s")
    return Targets(request.POST) if doing else None


def _do(request: HttpRequest, who: Student, sent: Points | Targets) -> bool:
    mine = Card.objects.visible_to(request.scope).filter(student=who).running()
    doing = request.POST["doing"]
    try:
        if doing == "begin":
            actions.start_card(student=who, targets=sent.lines, by=request.user)
        elif doing == "end":
            actions.end_card(card=get_object_or_404(mine), by=request.user)
        else:
            on = sent.cleaned_data["on"]
            actions.mark_day(card=get_object_or_404(mine), on=on, points=sent.points, by=request.user)
    except NotAllowed as no:
        sent.add_error(None, str(no))
        return False
    return True


def _rows(shown: Card, week: Week, sent: Points | Targets | None) -> list[tuple[date, list[int] | None, Points | None]]:
    """Each day of the week with its points and, where it may be scored, its form."""
    found = []
    for on, points, is_open in week.rows:
        form = None
        if is_open and shown.ended_on is None:
            told = {"on": on} | {f"target_{n}": one for n, one in enumerate(points or ())}
            form = Points(card=shown, initial=told, auto_id=f"id_{on.isoformat()}_%s")
            if isinstance(sent, Points) and sent.data.get("on") == on.isoformat():
                form = sent
        found.append((on, points, form))
    return found


def _day(text: str) -> date:
    """The day an address names; today for none, and for one that is far from it."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return clock.today()
    return asked if abs(asked - clock.today()) < timedelta(days=400) else clock.today()
