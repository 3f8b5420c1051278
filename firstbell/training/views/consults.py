"""Pages of consults: the log of a month with its sums and its file, and writing one down."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.core.answers import csv_answer
from firstbell.core.months import month_before, next_month, running_month
from firstbell.core.paging import Pages
from firstbell.core.refusals import NotAllowed, tried
from firstbell.roster.models import School
from firstbell.training.actions import consults as actions
from firstbell.training.forms.consults import Log
from firstbell.training.models.questions import Consult
from firstbell.training.queries import consults as queries
from firstbell.training.queries.questions import schools

A_PAGE = 50


@page(May.ANSWER_SCHOOLS)
def consults(request: HttpRequest) -> HttpResponse:
    """The consults of a month, at one school or all of one's schools."""
    today, school = clock.today(), request.GET.get("school", "")
    month = running_month(request.GET.get("month", ""), today)
    rows = queries.log(request.scope, month, school)
    if request.GET.get("as") == "csv":
        return csv_answer(queries.lines(rows), f"consults-{month:%Y-%m}.csv")
    found, later = Pages(rows, A_PAGE).get_page(request.GET.get("page")), next_month(month)
    areas, by_school, every = queries.sums(rows)
    context = {
        "found": found, "month": month, "before": month_before(month), "school": school,
        "after": later if later <= today else None, "schools": schools(request.scope),
        "sums": [("By area", areas), ("By school", by_school)], "every": every,
        "mine": {one.pk for one in found.object_list if _may_undo(one, request)},
    }  # fmt: skip
    return render(request, "training/consults.html", context)


def _may_undo(one: Consult, request: HttpRequest) -> bool:
    return one.by_id == request.user.pk and not one.undone_at and localtime(one.at).date() == clock.today()


@page(May.ANSWER_SCHOOLS, writes=True)
def log_consult(request: HttpRequest) -> HttpResponse:
    form = Log(request.POST or None, schools=schools(request.scope), initial={"on": clock.today()})
    if request.method == "POST" and (made := tried(form, lambda: _logged(request, form))):
        messages.success(request, "It is logged. You may undo it today.")
        return redirect(f"{reverse('training:consults')}?month={made.on:%Y-%m}")
    context = {"form": form, "crumbs": [("Consults", reverse("training:consults"))]}
    return render(request, "training/log_consult.html", context, status=409 if request.method == "POST" else 200)


def _logged(request: HttpRequest, form: Log) -> Consult:
    told = dict(form.cleaned_data)
    school = get_object_or_404(School.objects.visible_to(request.scope), pk=told.pop("school"))
    return actions.log_consult(school=school, by=request.user, **told)


@page(May.ANSWER_SCHOOLS, writes=True)
def undo_consult(request: HttpRequest, consult_id: int) -> HttpResponse:
    """One's own consult of today is undone."""
    one = get_object_or_404(Consult.objects.visible_to(request.scope), pk=consult_id)
    if request.method == "POST":
        try:
            with transaction.atomic():
                actions.undo_consult(consult=one, by=request.user)
            messages.success(request, "It is undone.")
        except NotAllowed as no:
            messages.error(request, str(no))
    return redirect(f"{reverse('training:consults')}?month={one.on:%Y-%m}")
