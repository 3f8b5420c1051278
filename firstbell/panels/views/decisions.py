"""Pages of what follows a hearing: the decision with its reasons, and what an agency reports back."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases.actions import Careful
from firstbell.cases.rules import NotAllowed
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.panels.actions import decisions as actions
from firstbell.panels.forms import decisions as said
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Decision, Referral
from firstbell.panels.queries import decisions as queries
from firstbell.panels.queries.people import runs
from firstbell.panels.rules.decisions import SECTION, STEPS


@page(May.RUN_PANELS, writes=True)
def decide(request: HttpRequest, referral_id: int) -> HttpResponse:
    """What follows for one student; a court is asked only by whoever may confirm steps."""
    one = _referral(request, referral_id)
    legal = KINDS[one.panel.kind].legal and May.CONFIRM_STEPS in request.scope
    form = said.Decide(request.POST or None, legal=legal, initial={"version": one.version})
    if request.method == "POST" and form.is_valid() and (made := _decided(request, one, form)):
        messages.success(request, f"Decided: {made.get_what_display().lower()}. The case goes on as it was.")
        return redirect("panels:referral", one.pk)
    return _show(request, one, form, status=409 if request.method == "POST" else 200)


def _decided(request: HttpRequest, one: Referral, form: said.Decide) -> Decision | None:
    try:
        with transaction.atomic():
            return actions.decide(referral=one, by=request.user, **form.cleaned_data)
    except NotAllowed as no:
        form.cautioned = isinstance(no, Careful)
        form.add_error(None, str(no))
        return None


def _show(request: HttpRequest, one: Referral, form: said.Decide, status: int) -> HttpResponse:
    accesslog.opens(request, one.student_id)
    context: dict[str, Any] = {
        "referral": one, "student": one.student, "form": form, "agreed": queries.agreed(one),
        "hearing": queries.last_held(one), "earlier": one.decisions.select_related("by"), "today": clock.today(),
        "sections": SECTION, "steps": STEPS, "back": said.CameBack(initial={"on": clock.today()}),
        "crumbs": [("Referrals", reverse("panels:referrals")),
                   (one.student.name, reverse("panels:referral", args=[one.pk]))],
    }  # fmt: skip
    return render(request, "panels/decide.html", context, status=status)


def _referral(request: HttpRequest, pk: int) -> Referral:
    rows = Referral.objects.visible_to(request.scope).select_related("student__school", "panel", "step")
    one = get_object_or_404(rows, pk=pk)
    if not runs(request.scope, one.panel):
        raise Http404
    return one


@page(May.RUN_PANELS, writes=True)
def outcome(request: HttpRequest, decision_id: int) -> HttpResponse:
    """What the agency that mediates or prosecutes says came of it (EC 48297)."""
    rows = Decision.objects.visible_to(request.scope).select_related("referral")
    row = get_object_or_404(rows, pk=decision_id)
    one = _referral(request, row.referral_id)
    form = said.CameBack(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                actions.report_outcome(decision=row, by=request.user, **form.cleaned_data)
            messages.success(request, "What came of it is on record.")
        except NotAllowed as no:
            messages.error(request, str(no))
    elif form.is_bound:
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
    return redirect("panels:decide", one.pk)
