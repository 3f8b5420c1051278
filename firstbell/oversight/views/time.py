"""One's own time: the day with what was logged, the rest added in two minutes, and the word that this was it."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.refusals import NotAllowed, tried
from firstbell.oversight.actions import delivered as actions
from firstbell.oversight.forms.delivered import Add
from firstbell.oversight.models import Spent
from firstbell.oversight.queries import time as queries
from firstbell.roster.models import Student


def _asked(request: HttpRequest) -> date:
    """The day an address asks for; today for none, a day to come, or no day at all."""
    on = _day(request.GET.get("day", ""))
    return on if on and clock.today() - actions.BACK <= on <= clock.today() else clock.today()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@page(May.LOG_TIME, writes=True)
def time(request: HttpRequest) -> HttpResponse:
    """A day: add to it, take back what was added, confirm it; then the day before. What is sent names its day: it may
    come after midnight."""
    on = _day(request.POST.get("day", "")) or _asked(request) if request.method == "POST" else _asked(request)
    add = request.POST if request.POST.get("do") == "add" else None
    form = Add(add, user=request.user, on=on, initial={"kind": "travel"})
    no = ""
    if request.method == "POST":
        try:
            if _done(request, on, form):
                return redirect(f"{reverse('oversight:time')}?day={on}")
        except NotAllowed as refused:
            no = str(refused)
    days, opened = queries.strip(request.user, on, clock.today())
    seen = {
        one.pk for one in Student.objects.visible_to(request.scope).filter(pk__in=[
            line.student.pk for line in opened.lines if line.student
        ])
    }  # fmt: skip
    accesslog.opens(request, *seen)
    context = {
        "days": days, "day": opened, "form": form, "no": no, "seen": seen, "today": clock.today(),
        "before": on - timedelta(3 if on.weekday() == 0 else 1),
    }  # fmt: skip
    return render(request, "oversight/time.html", context, status=409 if request.method == "POST" else 200)


def _done(request: HttpRequest, on: date, form: Add) -> bool:
    match request.POST.get("do"):
        case "add":
            if not tried(form, lambda: actions.add_time(on=on, by=request.user, **form.words())):
                return False
            messages.success(request, "Added.")
        case "confirm":
            made = actions.confirm_day(on=on, by=request.user)
            messages.success(request, f"Confirmed: {made.minutes} minutes.")
        case _:
            key = request.POST.get("spent", "")
            rows = Spent.objects.visible_to(request.scope).filter(user=request.user)
            one = get_object_or_404(rows, pk=key if key.isdecimal() else 0)
            actions.take_back_time(spent=one, by=request.user)
            messages.success(request, "Taken back.")
    return True
