"""Pages of the truancy process: what late corrections changed, and the steps people take on a student's ladder."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases import actions, queries
from firstbell.cases.forms import Attempt, Conference, Confirm, Withdraw
from firstbell.cases.models import Step
from firstbell.cases.rules import NotAllowed
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.paging import Pages
from firstbell.law.steps import StepKind
from firstbell.roster.models import School, Student

STEPS = ["Student", "What no longer stands", "Occasions", "Because of", "Found"]
COUNTS = ["Student", "Day", "Occasions", "Days absent", "Because of"]
EVIDENCE = ["Day", "Code as recorded", "Counts as", "Brought by"]


@page(May.SEE_CASES)
def changes(request: HttpRequest) -> HttpResponse:
    school, counts = request.GET.get("school", ""), request.GET.get("show") == "counts"
    listed = queries.recounted(request.scope, school) if counts else queries.fallen(request.scope, school)
    found = Pages(listed, 50).get_page(request.GET.get("page"))
    accesslog.opens(request, *(one.student_id for one in found))
    schools = School.objects.visible_to(request.scope).filter(live=True).values_list("pk", "name")
    context = {
        "found": found,
        "counts": counts,
        "rows": queries.recounts(list(found)) if counts else [queries.fall(step) for step in found],
        "columns": COUNTS if counts else STEPS,
        "tabs": [
            {"label": label, "url": f"?show={key}&school={school}", "current": counts is (key == "counts")}
            for key, label in (("steps", "Steps that no longer stand"), ("counts", "Counts that changed"))
        ],
        "school": school,
        "schools": [(str(pk), name) for pk, name in schools],
    }
    return render(request, "cases/changes.html", context)


@page(May.CONFIRM_STEPS, writes=True)
def report(request: HttpRequest, student_id: int) -> HttpResponse:
    return _take(request, student_id, StepKind.REPORT, Confirm)


@page(May.CONFIRM_STEPS, writes=True)
def attempt(request: HttpRequest, student_id: int) -> HttpResponse:
    return _take(request, student_id, StepKind.ATTEMPT, Attempt)


@page(May.CONFIRM_STEPS, writes=True)
def conference(request: HttpRequest, student_id: int) -> HttpResponse:
    return _take(request, student_id, StepKind.CONFERENCE, Conference)


def _take(request: HttpRequest, student_id: int, kind: StepKind, shape: type[forms.Form]) -> HttpResponse:
    who = _student(request, student_id)
    now = queries.offer_now(who, kind)
    form = shape(request.POST or None, initial={"on": clock.today(), "number": now.number if now else 1})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.take_step(
                student=who, kind=kind, on=told.get("on") or clock.today(), by=request.user, note=told["note"],
                number=told.get("number"), said=form.said(),
            )  # fmt: skip
            return redirect("desk:student", who.pk)
        except NotAllowed as no:
            form.add_error(None, str(no))
    context = {
        "student": who, "crumbs": _crumbs(who), "kind": kind, "form": form, "offer": now, "columns": EVIDENCE,
        "evidence": queries.shown(now) if now else [],
    }  # fmt: skip
    return render(request, "cases/take.html", context)


@page(May.CONFIRM_STEPS, writes=True)
def withdraw(request: HttpRequest, student_id: int) -> HttpResponse:
    who = _student(request, student_id)
    form = Withdraw(request.POST or None)
    hollow = Step.objects.visible_to(request.scope).filter(student=who).hollow().order_by("on", "pk")
    if request.method == "POST" and form.is_valid():
        step = get_object_or_404(hollow, pk=form.cleaned_data["step"])
        actions.withdraw(step=step, by=request.user, why=form.cleaned_data["why"])
        return redirect("desk:student", who.pk)
    context = {"student": who, "crumbs": _crumbs(who), "form": form, "hollow": _forms(hollow)}
    return render(request, "cases/withdraw.html", context)


def _crumbs(who: Student) -> list[tuple[str, str]]:
    return [("Students", reverse("desk:students")), (who.name, reverse("desk:student", args=[who.pk]))]


def _forms(hollow: Any) -> list[tuple[Step, Withdraw]]:
    """Each step with a form of its own."""
    return [(step, Withdraw(initial={"step": step.pk}, auto_id=f"id_{step.pk}_%s")) for step in hollow]


def _student(request: HttpRequest, pk: int) -> Student:
    who = get_object_or_404(Student.objects.visible_to(request.scope).select_related("school"), pk=pk)
    accesslog.opens(request, who.pk)
    return who
