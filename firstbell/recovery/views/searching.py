"""One search: what is known, the steps, where the student is, the proofs, the way back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases.queries import lines_to
from firstbell.cases.rules import NotAllowed
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.recovery import actions, queries
from firstbell.recovery import forms as said
from firstbell.recovery.models import Search
from firstbell.roster.models import Student

Bound = dict[str, forms.Form]


@page(May.SEE_RECOVERY)
def search(request: HttpRequest, search_id: int) -> HttpResponse:
    return _show(request, _search(request, search_id), {})


@page(May.SEARCH, writes=True)
def begin(request: HttpRequest, student_id: int) -> HttpResponse:
    rows = Student.objects.visible_to(request.scope).select_related("school")
    who = get_object_or_404(rows, pk=student_id)
    accesslog.opens(request, who.pk)
    form = said.Begin(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.begin(student=who, by=request.user, **form.cleaned_data)
            messages.success(request, f"You look for {who.name} now.")
            return redirect("recovery:search", made.pk)
        except NotAllowed as no:
            form.add_error(None, str(no))
    crumbs = [("Lost students", reverse("recovery:board"))]
    return render(request, "recovery/begin.html", {"student": who, "form": form, "crumbs": crumbs})


@page(May.SEARCH, writes=True)
def step(request: HttpRequest, search_id: int, what: str) -> HttpResponse:
    """A contact with the home, or a step that is none."""
    one = _search(request, search_id)
    form, log = _step_form(what, one, request.POST or None), STEPS[what]
    return _do(request, one, what, form, lambda: (
        f"{log(search=one, by=request.user, **form.told())} is on record."))  # fmt: skip


STEPS: dict[str, Callable[..., Any]] = {"contact": actions.log_contact, "taken": actions.log_step}


def _step_form(what: str, one: Search, sent: Any = None) -> forms.Form:
    return said.Contact(sent, numbers=lines_to(one.student)) if what == "contact" else said.Taken(sent)


def _located(one: Search, by: Any, told: dict[str, Any]) -> str:
    actions.locate(search=one, by=by, **told)
    return "Located. The search stays open until they are back, or a proof is on record."


def _lost(one: Search, by: Any, told: dict[str, Any]) -> str:
    actions.lose(search=one, by=by, **told)
    return "Lost again: the steps go on."


def _back(one: Search, by: Any, told: dict[str, Any]) -> str:
    actions.come_back(search=one, by=by, **told)
    return f"{one.student.name} is back. The night looks at the attendance, and puts the search back if it says no."


def _handed(one: Search, by: Any, told: dict[str, Any]) -> str:
    now = actions.hand_to(search=one, by=by, **told)
    return f"{now.owner} looks for them now." if now.owner else "Nobody looks for them now."


def _planned(one: Search, by: Any, told: dict[str, Any]) -> str:
    plan = actions.plan_return(search=one, by=by, **told)
    asked = plan.tasks.count()
    return f"The way back is planned: {asked} tasks are asked." if asked else (
        "The way back is planned. Its tasks are asked on the night after the enrolment.")  # fmt: skip


DOINGS: dict[str, tuple[type[forms.Form], Callable[..., str]]] = {
    "locate": (said.Locate, _located),
    "lose": (said.Lose, _lost),
    "back": (said.Back, _back),
    "hand": (said.Hand, _handed),
}


@page(May.SEARCH, writes=True)
def decide(request: HttpRequest, search_id: int, doing: str) -> HttpResponse:
    one = _search(request, search_id)
    shape, act = DOINGS[doing]
    form = shape(request.POST or None, **({"people": queries.people_for(one)} if doing == "hand" else {}))
    return _do(request, one, doing, form, lambda: act(one, request.user, form.cleaned_data))


@page(May.WORK_CASES, writes=True)
def plan(request: HttpRequest, search_id: int) -> HttpResponse:
    """The way back opens a case and asks for tasks in it: that is casework."""
    one = _search(request, search_id)
    form = said.WayBack(request.POST or None, people=queries.people_for(one), ways=queries.ways_of(one))
    return _do(request, one, "return", form, lambda: _planned(one, request.user, form.cleaned_data))


@page(May.PROVE_LEAVING, writes=True)
def proof(request: HttpRequest, search_id: int) -> HttpResponse:
    one, form = _search(request, search_id), said.Paper(request.POST or None)

    def write() -> str:
        told = {name: value for name, value in form.cleaned_data.items() if name not in ("seen", "version")}
        return f"{actions.record_proof(search=one, by=request.user, **told)}: on record."

    return _do(request, one, "proof", form, write)


@page(May.PROVE_LEAVING, writes=True)
def close(request: HttpRequest, search_id: int) -> HttpResponse:
    one, form = _search(request, search_id), said.Close(request.POST or None)

    def end() -> str:
        ended = actions.prove(search=one, by=request.user, **form.cleaned_data)
        return f"{ended.get_state_display()}. {one.student.name} is off the board."

    return _do(request, one, "close", form, end)


@page(May.PROVE_LEAVING, writes=True)
def reopen(request: HttpRequest, search_id: int) -> HttpResponse:
    one, form = _search(request, search_id), said.Reopen(request.POST or None)

    def again() -> str:
        actions.reopen(search=one, by=request.user, **form.cleaned_data)
        return "On the board again."

    return _do(request, one, "reopen", form, again)


def _do(request: HttpRequest, one: Search, name: str, form: forms.Form, act: Callable[[], str]) -> HttpResponse:
    """Do it and go back to the search; what cannot be done keeps every word, and the page says why."""
    if request.method != "POST":
        return redirect("recovery:search", one.pk)
    if form.is_valid():
        try:
            with transaction.atomic():
                messages.success(request, act())
            return redirect("recovery:search", one.pk)
        except NotAllowed as no:
            form.add_error(None, str(no))
    return _show(request, one, {name: form}, status=409)


def _show(request: HttpRequest, one: Search, bound: Bound, status: int = 200) -> HttpResponse:
    one.refresh_from_db(fields=["version", "state"])
    look, may = queries.look(one), May.SEARCH in request.scope
    context = {
        "search": one, "student": one.student, "look": look, "bound": bound, "today": clock.today(), "may_search": may,
        "may_prove": May.PROVE_LEAVING in request.scope, "may_work": May.WORK_CASES in request.scope,
        "forms": _forms(one, look, bound) if may else {},
        "crumbs": [("Lost students", reverse("recovery:board"))], "failed": next(iter(bound), ""),
    }  # fmt: skip
    return render(request, "recovery/search.html", context, status=status)


def _forms(one: Search, look: queries.Look, bound: Bound) -> Bound:
    """Every form of the page: the one that could not be saved with its words, the others fresh."""
    seen, people = {"version": one.version}, queries.people_for(one)
    start = {"code": one.exit_code, "dated_on": clock.today()}
    fresh: Bound = {
        "contact": said.Contact(numbers=look.numbers, initial={"how": "visit" if look.next == "visit" else "call"}),
        "taken": said.Taken(initial={"kind": look.next}), "locate": said.Locate(initial=seen),
        "lose": said.Lose(initial=seen), "reopen": said.Reopen(initial=seen),
        "back": said.Back(initial=seen | {"on": clock.today()}),
        "hand": said.Hand(initial=seen | {"owner": one.owner_id, "due_on": one.due_on}, people=people),
        "return": said.WayBack(initial=seen | {"adult": one.owner_id, "credits_short": one.credits_short},
                               people=people, ways=look.ways),
        "proof": said.Paper(initial=seen | start), "close": said.Close(initial=seen | {"code": one.exit_code}),
    }  # fmt: skip
    return fresh | {name: form for name, form in bound.items() if name in fresh}


def _search(request: HttpRequest, pk: int) -> Search:
    rows = Search.objects.visible_to(request.scope).select_related("student__school", "school", "owner", "proof__by")
    one = get_object_or_404(rows, pk=pk)
    accesslog.opens(request, one.student_id)
    return one
