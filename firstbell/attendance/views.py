"""Pages of clearing: absences without a reason, an administrator's decisions, corrections for the student system."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.attendance import actions
from firstbell.attendance.forms import Clear, Decide, TakeBack
from firstbell.attendance.models import Clearing
from firstbell.attendance.queries import clearing as queries
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.answers import csv_answer
from firstbell.core.lease import Busy
from firstbell.roster.models import School

ROWS = 25
MEANWHILE = (
    "Files are being brought in just now, and nothing was stored. Your words are still here: save again shortly."
)


@page(May.CLEAR_ABSENCES, writes=True)
def clearing(request: HttpRequest) -> HttpResponse:
    """One page of rows; a row that is saved leads to the next, one that cannot be saved keeps its words."""
    schools = list(queries.schools(request.scope))
    school = _chosen(request, schools)
    on = _day(request.GET.get("on", ""))
    every = queries.waiting_days(request.scope, school, clock.today(), on) if school else []
    found = Paginator(every, ROWS).get_page(request.GET.get("page"))
    rows, bound = queries.dressed(found.object_list), None
    if request.method == "POST":
        bound = _bound(request, every)
        if bound.is_valid() and (done := _clear(request, bound)):
            messages.success(request, done)
            return redirect(_next(request, rows, bound.cleaned_data["row"]))
    at = request.GET.get("row", "")
    first = at if any(row.key == at for row in rows) else rows[0].key if rows else ""
    forms = [
        (row, bound if bound and bound.data.get("row") == row.key else Clear(row=row, first=row.key == first))
        for row in rows
    ]
    accesslog.opens(request, *(one.student.pk for row in rows for one in (row, *row.household)))
    done = queries.cleared(request.scope, school, on)[:10] if school else []
    context = {
        "schools": [(str(one.pk), one.name) for one in schools], "school": school, "on": on, "found": found,
        "forms": forms, "bound": bound, "days": queries.counts_by_day(every), "today": clock.today(),
        "done": [(one, queries.reason_words(one.reason, to_all=True), _back_form(one)) for one in done],
        "differences": sum(line.third for line in queries.corrections(request.scope)) if school else 0,
    }  # fmt: skip
    return render(request, "attendance/clearing.html", context, status=409 if bound and bound.conflict else 200)


def _chosen(request: HttpRequest, schools: list[School]) -> School | None:
    """The school the address names, else the first in scope; 404 for one out of scope."""
    asked = request.GET.get("school", "")
    if not asked:
        return schools[0] if schools else None
    found = next((one for one in schools if str(one.pk) == asked), None)
    if found is None:
        raise Http404
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _bound(request: HttpRequest, every: list[queries.Row]) -> Clear:
    """The row that was sent, as it stands now; one that is no longer there is kept as the page had it."""
    key = request.POST.get("row", "")
    row = next((one for one in every if one.key == key), None) or _named(request, key)
    form = Clear(request.POST, row=row)
    form.fields["also"].choices = [(one, one) for one in request.POST.getlist("also")]
    return form


def _named(request: HttpRequest, key: str) -> queries.Row:
    row = queries.row_named(request.scope, key)
    if row is None:
        raise Http404
    return row


def _clear(request: HttpRequest, form: Clear) -> str:
    """What was stored, in a sentence; nothing of it when one of a household cannot be, and the form says why."""
    try:
        with transaction.atomic():
            done = []
            for key, seen in form.whose:
                row = _named(request, key)
                marks = [int(one) for one in seen.split(",") if one.isdecimal()]
                done.append(
                    actions.clear(
                        student=row.student, school=row.school, day=row.day, by=request.user, seen=marks, **form.words()
                    )
                )
    except actions.NotAllowed as no:
        form.conflict = str(no) if isinstance(no, actions.Conflict) else ""
        form.add_error(None, str(no))
        return ""
    except Busy:
        form.add_error(None, MEANWHILE)
        return ""
    names = ", ".join(one.student.name for one in done)
    if any(one.state == Clearing.State.WAITING for one in done):
        ground = next(one.finding["reasons"][0]["sentence"] for one in done if one.state == Clearing.State.WAITING)
        return f"{names}: put before an administrator. {ground}"
    words = queries.reason_words(done[0].reason, to_all=True)
    return f"{names}: {words}. Their own counts have followed; those of the school follow tonight."


def _next(request: HttpRequest, rows: list[queries.Row], key: str) -> str:
    keys = [row.key for row in rows]
    at = keys.index(key) + 1 if key in keys else 0
    query = request.GET.copy()
    query["row"] = keys[at] if at < len(keys) else ""
    return f"{reverse('attendance:clearing')}?{query.urlencode()}"


def _back_form(one: Clearing) -> TakeBack | None:
    if one.state not in (Clearing.State.DONE, Clearing.State.WAITING):
        return None
    return TakeBack(initial={"clearing": one.pk}, auto_id=f"id_back{one.pk}_%s")


@page(May.CLEAR_ABSENCES, writes=True)
def take_back(request: HttpRequest) -> HttpResponse:
    """Only from the clearing page's own form; without one there is nothing to see."""
    form = TakeBack(request.POST or None)
    clearings = Clearing.objects.visible_to(request.scope)
    if request.method != "POST":
        raise Http404
    one = get_object_or_404(clearings, pk=_number(request.POST.get("clearing", "")))
    if form.is_valid():
        _said(
            request,
            f"{one.student.name}: taken back.",
            lambda: actions.take_back(clearing=one, why=form.cleaned_data["why"], by=request.user),
        )
    else:
        messages.error(request, "Say why it is taken back: it is kept.")
    return redirect(f"{reverse('attendance:clearing')}?school={one.student.school_id}&on={one.day.isoformat()}")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 16 else 0


def _said(request: HttpRequest, done: str, do: Any) -> bool:
    """Do it and say so, or say why not."""
    try:
        with transaction.atomic():
            do()
    except (actions.NotAllowed, Busy) as no:
        messages.error(request, MEANWHILE if isinstance(no, Busy) else str(no))
        return False
    messages.success(request, done)
    return True


@page(May.DECIDE_ABSENCES, writes=True)
def decisions(request: HttpRequest) -> HttpResponse:
    waiting, bound = queries.decisions(request.scope), None
    if request.method == "POST":
        one = get_object_or_404(
            Clearing.objects.visible_to(request.scope), pk=_number(request.POST.get("clearing", ""))
        )
        bound = Decide(request.POST, auto_id=f"id_{one.pk}_%s")
        allow = request.POST.get("answer") == "allow"
        words = "accepted" if allow else "not accepted"
        if bound.is_valid():
            why = bound.cleaned_data["why"]
            _said(
                request,
                f"{one.student.name}: {words}.",
                lambda: actions.decide(clearing=one, allow=allow, why=why, by=request.user),
            )
            return redirect("attendance:decisions")
    found = Paginator(waiting, ROWS).get_page(request.GET.get("page"))
    accesslog.opens(request, *(one.student_id for one in found))
    forms = [
        (one, queries.reason_words(one.reason), bound if bound and bound.data.get("clearing") == str(one.pk)
         else Decide(initial={"clearing": one.pk}, auto_id=f"id_{one.pk}_%s"))
        for one in found
    ]  # fmt: skip
    return render(request, "attendance/decisions.html", {"found": found, "forms": forms, "bound": bound})


@page(May.CLEAR_ABSENCES)
def corrections(request: HttpRequest) -> HttpResponse:
    since = _day(request.GET.get("since", ""))
    found = Paginator(list(queries.corrections(request.scope, since)), 50).get_page(request.GET.get("page"))
    accesslog.opens(request, *(line.clearing.student_id for line in found))
    return render(request, "attendance/corrections.html", {"found": found, "since": since})


@page(May.CLEAR_ABSENCES)
def corrections_csv(request: HttpRequest) -> HttpResponse:
    since = _day(request.GET.get("since", ""))
    accesslog.opens(request, *(line.clearing.student_id for line in queries.corrections(request.scope, since)))
    return csv_answer(queries.corrections_csv(request.scope, since), "corrections.csv")
