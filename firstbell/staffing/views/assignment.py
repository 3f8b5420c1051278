"""Who works where next: ask for an assignment, look at it, change it by hand, put it into force."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRefresh

from firstbell.core import clock, jobs
from firstbell.core.access import May, page
from firstbell.core.paging import Pages
from firstbell.core.refusals import NotAllowed, tried
from firstbell.staffing.actions import assignment as actions
from firstbell.staffing.forms.assignment import Ask, Place
from firstbell.staffing.models import Proposal
from firstbell.staffing.queries import assignment as queries
from firstbell.staffing.queries import people
from firstbell.staffing.rules.assignment import POINTS

A_PAGE = 50
CRUMBS = [("Staffing", "/staffing/")]


@page(May.ASSIGN_POSTS, writes=True)
def assignments(request: HttpRequest) -> HttpResponse:
    """Those there were, newest first; whoever serves the whole district asks for another."""
    whole = request.scope.everywhere
    form = Ask(request.POST or None, initial={"begins": clock.today()})
    if request.method == "POST" and not whole:
        raise Http404
    if request.method == "POST":
        made = tried(form, lambda: actions.propose(by=request.user, **form.words()))
        if made:
            return redirect("staffing:assignment", made.pk)
    found = Pages(queries.proposals(), A_PAGE).get_page(request.GET.get("page"))
    context = {"found": found, "form": form if whole else None, "points": POINTS.values(), "crumbs": CRUMBS}
    return render(request, "staffing/assignments.html", context)


@page(May.ASSIGN_POSTS, writes=True)
def assignment(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """One of them: who is where and why, and what is left; put into force or left aside."""
    one = get_object_or_404(queries.proposals(), pk=proposal_id)
    if request.method == "POST":
        return _decide(request, one)
    waits = one.state in (Proposal.State.WAITING, Proposal.State.GOING)
    if request.htmx and not waits:
        return HttpResponseClientRefresh()
    regions = people.regions(request.scope)
    region = request.GET.get("region", "")
    region = region if region in {str(key) for key, _ in regions} else ""
    rows = queries.placements(one, scope=request.scope, region=int(region) if region else None)
    found = Pages(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "one": one, "waits": waits, "working": waits and jobs.at_work(), "words": queries.words(one),
        "found": found, "lines": queries.lines(found.object_list), "left": queries.left(one, request.scope),
        "regions": regions, "region": region, "whole": request.scope.everywhere,
        "may_decide": request.scope.everywhere and one.state == Proposal.State.READY,
        "crumbs": [*CRUMBS, ("Assignments", reverse("staffing:assignments"))],
    }  # fmt: skip
    name = "staffing/assignment.html#progress" if request.htmx else "staffing/assignment.html"
    return render(request, name, context)


DECISIONS = {
    "force": (actions.put_in_force, "It is being put into force."),
    "drop": (actions.drop, "It is left aside."),
}


def _decide(request: HttpRequest, one: Proposal) -> HttpResponse:
    act, done = DECISIONS.get(request.POST.get("decide", ""), (None, ""))
    version = request.POST.get("version", "")
    if act is None or not version.isdecimal() or not request.scope.everywhere:
        raise Http404
    try:
        act(proposal=one, seen=int(version), by=request.user)
        messages.success(request, done)
    except NotAllowed as no:
        messages.error(request, str(no))
    return redirect("staffing:assignment", one.pk)


@page(May.ASSIGN_POSTS, writes=True)
def placement(request: HttpRequest, placement_id: int) -> HttpResponse:
    """One line set by hand. Seen and done by whoever serves the school."""
    rows = queries.in_scope(request.scope).select_related("proposal", "purchase__school", "user")
    one = get_object_or_404(rows, pk=placement_id)
    form = Place(
        request.POST or None, people=queries.choices(one),
        initial={"version": one.proposal.version, "user": one.user_id,
                 "halves": [str(at) for at, on in enumerate(one.halves) if on]},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.place(
                placement=one, user=queries.somebody(told["user"]), halves=form.ten, seen=told["version"],
                by=request.user,
            )  # fmt: skip
        except NotAllowed as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, f"{one.purchase.school} is set by hand.")
            return redirect("staffing:assignment", one.proposal_id)
    crumbs = [*CRUMBS, (str(one.proposal), reverse("staffing:assignment", args=[one.proposal_id]))]
    return render(request, "staffing/placement.html", {"one": one, "form": form, "crumbs": crumbs})
