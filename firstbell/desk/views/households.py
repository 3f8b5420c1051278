"""The household of a student, and who leads the work with it."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from firstbell.cases import actions
from firstbell.cases.forms.households import LeadHousehold
from firstbell.cases.queries.households import household_of, workers_for
from firstbell.cases.rules import NotAllowed
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.models import User
from firstbell.desk.queries import file
from firstbell.desk.queries import households as queries
from firstbell.roster.models import Student


@page(May.SEE_CASES)
def household(request: HttpRequest, student_id: int) -> HttpResponse:
    return _show(request, file.student(request.scope, student_id))


@page(May.WORK_CASES, writes=True)
def lead(request: HttpRequest, student_id: int) -> HttpResponse:
    """Decide who leads; what could not be decided keeps its words, and the page says why."""
    who = file.student(request.scope, student_id)
    if request.method != "POST":
        return redirect("desk:household", who.pk)
    form = LeadHousehold(request.POST, people=workers_for(household_of(who), request.user))
    if form.is_valid():
        try:
            with transaction.atomic():
                row, task = actions.lead_household(student=who, by=request.user, **form.cleaned_data)
        except NotAllowed as no:
            form.add_error(None, str(no))
        else:
            accesslog.opens(request, who.pk)
            left = f" A hand-off waits for {task.owner}." if task else ""
            messages.success(request, f"{row.lead or 'Nobody'} leads the work with this household now.{left}")
            return redirect("desk:household", who.pk)
    return _show(request, who, form, status=409)


def _show(request: HttpRequest, who: Student, form: LeadHousehold | None = None, status: int = 200) -> HttpResponse:
    home = queries.household(who, request.scope, request.user)
    accesslog.opens(request, *(child.pk for child in home.children))
    may_work = May.WORK_CASES in request.scope
    if form is None and may_work:
        form = _fresh(home, request.user)
    crumbs = [("Students", reverse("desk:students")), (who.name, reverse("desk:student", args=[who.pk]))]
    context = {
        "student": who, "home": home, "form": form if may_work else None, "crumbs": crumbs, "today": clock.today(),
        "may_log": May.LOG_CONTACTS in request.scope,
    }  # fmt: skip
    return render(request, "desk/household.html", context, status=status)


def _fresh(home: queries.Household, by: User) -> LeadHousehold:
    """The form with whom the rule proposes."""
    told = {"seen": home.lead.pk if home.lead else 0, "lead": home.proposed and home.proposed.pk}
    return LeadHousehold(initial=told, people=workers_for([child.pk for child in home.children], by))
