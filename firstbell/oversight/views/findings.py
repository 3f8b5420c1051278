"""Pages of findings: the list, writing one, one with its plan, and the side of the person it is about."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.core.paging import Pages
from firstbell.core.refusals import tried
from firstbell.oversight.actions import findings as actions
from firstbell.oversight.forms import findings as said
from firstbell.oversight.models import Appeal, Finding, PlanStep
from firstbell.oversight.queries import findings as queries
from firstbell.oversight.queries.people import counselors
from firstbell.oversight.views.exceptions import address

A_PAGE = 50


@page(May.OVERSEE)
def findings(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "")
    show = show if show in queries.SHOWS else "open"
    found = Pages(queries.findings(request.scope, show, request.GET.get("user", "")), A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "found": found, "today": clock.today(),
        "tabs": [{"label": words, "url": address(request, show=key, page=""), "current": key == show}
                 for key, words in queries.SHOWS.items()],
        "previous": address(request, page=found.previous_page_number()) if found.has_previous() else "",
        "next": address(request, page=found.next_page_number()) if found.has_next() else "",
    }  # fmt: skip
    return render(request, "oversight/findings.html", context)


@page(May.OVERSEE, writes=True)
def find(request: HttpRequest, user_id: int) -> HttpResponse:
    user = get_object_or_404(counselors(request.scope, clock.today()), pk=user_id)
    form = said.Find(request.POST or None, initial={"evidence": request.GET.get("evidence", "")})
    if request.method == "POST" and (
        made := tried(form, lambda: actions.find(user=user, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, f"{user} can read it now.")
        return redirect("oversight:finding", made.pk)
    context = {"person": user, "form": form, "crumbs": [(str(user), reverse("oversight:counselor", args=[user.pk]))]}
    return render(request, "oversight/find.html", context, status=409 if request.method == "POST" else 200)


@page(May.OVERSEE, writes=True)
def finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """One finding, for who oversees: its plan, the review, and an appeal where this person may decide it."""
    one = _finding(request, finding_id, mine=False)
    look, doing = queries.look(one, clock.today()), request.POST.get("do", "")
    bound = {name: request.POST if doing == name else None for name in ("plan", "settle", "decide")}
    now = {"version": one.version}
    shown = {
        "plan": said.Plan(bound["plan"], initial=now, auto_id="id_plan_%s"),
        "settle": said.Settle(bound["settle"], may=look.may, initial=now, auto_id="id_settle_%s"),
        "decide": said.Decide(bound["decide"], auto_id="id_decide_%s"),
    }  # fmt: skip
    waiting = next((each for each in look.appeals if not each.outcome), None)
    doers: dict[str, Callable[[Any], Any]] = {
        "plan": lambda form: actions.plan(finding=one, by=request.user, **form.words()),
        "settle": lambda form: actions.settle(finding=one, by=request.user, **form.words()),
        "decide": lambda form: actions.decide(
            appeal=_appeal(waiting), by=request.user, scope=request.scope, **form.cleaned_data
        ),
    }
    if doing in doers and _done(request, shown[doing], doers[doing]):
        return redirect("oversight:finding", one.pk)
    decides = waiting is not None and request.scope.everywhere and request.user.pk != one.by_id
    context = {"look": look, "forms": shown, "bound": shown.get(doing), "waiting": waiting, "decides": decides,
               "crumbs": [("Findings", reverse("oversight:findings"))]}  # fmt: skip
    return render(request, "oversight/finding.html", context, status=409 if request.method == "POST" else 200)


@page(May.ANSWER_REVIEWS, writes=True)
def my_finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """A finding about oneself: what it rests on, an answer, and an appeal to the director."""
    one = _finding(request, finding_id, mine=True)
    look, doing, now = queries.look(one, clock.today()), request.POST.get("do", ""), {"version": one.version}
    shown = {
        "answer": said.Say(request.POST if doing == "answer" else None, label="Your answer", initial=now,
                           auto_id="id_answer_%s"),
        "appeal": said.Say(request.POST if doing == "appeal" else None, label="Why it should not stand", initial=now,
                           auto_id="id_appeal_%s"),
    }  # fmt: skip
    doers: dict[str, Callable[[Any], Any]] = {
        "answer": lambda form: actions.answer(finding=one, by=request.user, **form.cleaned_data),
        "appeal": lambda form: actions.appeal(
            finding=one, by=request.user, why=form.cleaned_data["text"], version=form.cleaned_data["version"]
        ),
    }
    if doing in doers and _done(request, shown[doing], doers[doing]):
        return redirect("oversight:my_finding", one.pk)
    context = {"look": look, "forms": shown, "bound": shown.get(doing), "done": said.Done(),
               "crumbs": [("My month", reverse("oversight:mine"))]}  # fmt: skip
    return render(request, "oversight/my_finding.html", context, status=409 if request.method == "POST" else 200)


@page(May.ANSWER_REVIEWS, writes=True)
def do_step(request: HttpRequest, step_id: int) -> HttpResponse:
    """One's own step of a plan is done."""
    step = get_object_or_404(
        PlanStep.objects.visible_to(request.scope).filter(owner=request.user).select_related("finding"), pk=step_id
    )
    form = said.Done(request.POST or None)
    if request.method == "POST" and not _done(
        request, form, lambda told: actions.do_step(step=step, by=request.user, **told.cleaned_data)
    ):
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
    return redirect("oversight:my_finding", step.finding_id)


def _done(request: HttpRequest, form: forms.Form, do: Callable[[Any], Any]) -> bool:
    """Do what a form says; a refusal stands in the form, with what was typed."""
    made = tried(form, lambda: do(form))
    if made is not None:
        messages.success(request, "Done.")
    return made is not None


def _finding(request: HttpRequest, pk: int, *, mine: bool) -> Finding:
    rows = Finding.objects.visible_to(request.scope).select_related("user", "by")
    rows = rows.filter(user=request.user) if mine else rows.exclude(user=request.user)
    return get_object_or_404(rows, pk=pk)


def _appeal(waiting: Appeal | None) -> Appeal:
    if waiting is None:
        raise Http404
    return waiting
