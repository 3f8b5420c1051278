"""Activity reports: the months one owes, one to be signed, its paper, and those that wait for a countersignature."""

from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.core.answers import pdf_answer
from firstbell.core.months import FIRST, next_month
from firstbell.core.paging import Pages
from firstbell.core.refusals import NotAllowed
from firstbell.oversight.actions import delivered as actions
from firstbell.oversight.models import ActivityReport
from firstbell.oversight.queries import activity as queries

A_PAGE = 50
CRUMBS = [("Activity reports", "/oversight/reports/")]


@page(May.SIGN_ACTIVITY)
def reports(request: HttpRequest) -> HttpResponse:
    """The months that are over, newest first, with what is still to be signed."""
    rows = queries.owed(request.user, clock.today())
    context = {"rows": rows, "waiting": sum(one.report is None for one in rows)}
    return render(request, "oversight/reports.html", context)


@page(May.SIGN_ACTIVITY, writes=True)
def month(request: HttpRequest, purchase_id: int, month: str) -> HttpResponse:
    """One's own month under one purchase, as it would be signed now; then it is signed."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404 from None
    if not FIRST <= first <= clock.today():
        raise Http404
    bought = get_object_or_404(queries.purchases_of(request.user), pk=purchase_id)
    made = ActivityReport.objects.visible_to(request.scope).filter(
        user=request.user, purchase=bought, month=first
    ).first()  # fmt: skip
    if made is not None:
        return redirect("oversight:report", made.pk)
    no = ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                made = actions.sign_report(
                    purchase=bought, month=first, by=request.user, seen=request.POST.get("seen", "")
                )
            messages.success(request, f"{made} is signed. It waits for somebody who saw the work.")
            return redirect("oversight:report", made.pk)
        except NotAllowed as refused:
            no = str(refused)
    found = queries.standing(request.user, bought, first)
    if found is None:
        raise Http404
    context = {
        "purchase": bought, "month": first, "told": queries.shown(*found), "no": no, "crumbs": CRUMBS,
        "over": next_month(first) <= clock.today(),
        "unconfirmed": queries.unconfirmed(request.user, first, found[0].days),
    }  # fmt: skip
    return render(request, "oversight/activity_month.html", context, status=409 if no else 200)


def _report(request: HttpRequest, pk: int) -> ActivityReport:
    rows = ActivityReport.objects.visible_to(request.scope).select_related("user", "school", "countersigned_by")
    return get_object_or_404(rows.defer("pdf"), pk=pk)


@page(May.SIGNED_IN, writes=True)
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """A signed report: its figures, its paper; who saw the work countersigns here."""
    one, no = _report(request, report_id), ""
    may_countersign = May.COUNTERSIGN in request.scope and one.user_id != request.user.pk
    if request.method == "POST":
        if not may_countersign:
            raise Http404
        try:
            with transaction.atomic():
                actions.countersign(report=one, by=request.user)
            messages.success(request, "Countersigned.")
            return redirect("oversight:report", one.pk)
        except NotAllowed as refused:
            no = str(refused)
    context = {
        "report": one, "told": queries.shown_signed(one), "no": no,
        "may_countersign": may_countersign and one.countersigned_at is None,
        "crumbs": CRUMBS if May.SIGN_ACTIVITY in request.scope else [
            ("Reports to countersign", reverse("oversight:countersign"))
        ] if May.COUNTERSIGN in request.scope else [],
    }  # fmt: skip
    return render(request, "oversight/report.html", context, status=409 if no else 200)


@page(May.SIGNED_IN)
def report_paper(request: HttpRequest, report_id: int) -> HttpResponse:
    """The paper as it was signed."""
    one = _report(request, report_id)
    return pdf_answer(bytes(one.pdf), f"activity-{one.month:%Y-%m}-{one.user.username}-{one.purchase_id}.pdf")


@page(May.COUNTERSIGN)
def countersign(request: HttpRequest) -> HttpResponse:
    found = Pages(queries.to_countersign(request.scope), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "oversight/countersign.html", {"found": found})
