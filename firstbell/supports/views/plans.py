"""A student's plan: read, written, checked, ended."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases.actions import Careful
from firstbell.cases.rules import NotAllowed
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.law.calendar import SchoolYear
from firstbell.roster.models import Student
from firstbell.supports import actions, queries
from firstbell.supports.forms import Checked, End, PlanForm, draft_of, promises_form
from firstbell.supports.models import Check, Commitment, Plan


@page(May.SEE_SUPPORTS)
def plan(request: HttpRequest, student_id: int) -> HttpResponse:
    """The plan in force, or the version the address names; without one, what to do."""
    who = student(request, student_id)
    every = queries.versions(who)
    shown = _shown(every, request.GET.get("version", ""))
    return render(request, "supports/plan.html", _context(request, who, every, shown, End()))


def _shown(every: list[Plan], asked: str) -> Plan | None:
    if not asked:
        return every[0] if every else None
    found = next((one for one in every if str(one.pk) == asked), None)
    if found is None:
        raise Http404
    return found


def _context(request: HttpRequest, who: Student, every: list[Plan], shown: Plan | None, end: End) -> dict[str, Any]:
    now = shown is not None and shown.state == Plan.State.IN_FORCE
    context = {
        "student": who, "crumbs": crumbs(who), "plan": shown, "versions": every, "in_force": now, "end": end,
        "may_work": May.WORK_SUPPORTS in request.scope, "today": clock.today(),
        "this_year": SchoolYear.of(clock.today()).ending,
    }  # fmt: skip
    if shown is not None:
        context |= {
            "progress": queries.progress(shown), "sides": queries.commitments_of(shown),
            "evidence": queries.evidence(shown), "strategies": queries.strategies(shown),
        }  # fmt: skip
    return context


@page(May.WORK_SUPPORTS, writes=True)
def edit(request: HttpRequest, student_id: int) -> HttpResponse:
    who = student(request, student_id)
    now = _in_force(request, who)
    form = PlanForm.of(now, request.POST or None)
    promises = promises_form(now, request.POST or None)
    if request.method == "POST" and all([form.is_valid(), promises.is_valid()]):
        told = draft_of(form, promises)
        try:
            made = actions.write_plan(
                student=who, draft=told, by=request.user, seen=form.cleaned_data["seen"],
                careful=form.cleaned_data["careful"],
            )  # fmt: skip
            messages.success(request, f"Version {made.version} of the plan is in force.")
            return redirect("supports:plan", who.pk)
        except NotAllowed as no:
            form.cautioned = isinstance(no, Careful)
            form.add_error(None, str(no))
    faults = [(one, error) for one in promises for errors in one.errors.values() for error in errors]
    context = {
        "student": who, "crumbs": [*crumbs(who), ("Plan", reverse("supports:plan", args=[who.pk]))], "form": form,
        "promises": promises, "faults": faults, "plan": now,
    }  # fmt: skip
    return render(request, "supports/edit.html", context)


@page(May.WORK_SUPPORTS, writes=True)
def end(request: HttpRequest, student_id: int) -> HttpResponse:
    who = student(request, student_id)
    now = _in_force(request, who)
    form = End(request.POST or None)
    if now is not None and request.method == "POST" and form.is_valid():
        actions.end_plan(plan=now, why=form.cleaned_data["why"], by=request.user)
        messages.success(request, "The plan has ended. All its versions stay here.")
        return redirect("supports:plan", who.pk)
    every = queries.versions(who)
    return render(request, "supports/plan.html", _context(request, who, every, now or _shown(every, ""), form))


@page(May.WORK_SUPPORTS, writes=True)
def commitments(request: HttpRequest, student_id: int) -> HttpResponse:
    """Each commitment of the plan in force with a form of its own; the one that was sent keeps what it says."""
    who = student(request, student_id)
    now = _in_force(request, who)
    sent = Checked(request.POST) if request.method == "POST" else None
    if sent is not None and sent.is_valid() and _check(request, who, sent):
        return redirect("supports:commitments", who.pk)
    sides = [(side.title, [(*row, _form(row, sent)) for row in side.rows]) for side in queries.commitments_of(now)] \
        if now else []  # fmt: skip
    context = {
        "student": who, "crumbs": [*crumbs(who), ("Plan", reverse("supports:plan", args=[who.pk]))], "plan": now,
        "sides": sides, "sent": sent, "today": clock.today(),
    }  # fmt: skip
    return render(request, "supports/commitments.html", context)


def _check(request: HttpRequest, who: Student, sent: Checked) -> bool:
    told = sent.cleaned_data
    mine = Commitment.objects.visible_to(request.scope).filter(student=who)
    try:
        actions.check(
            commitment=get_object_or_404(mine, pk=told["commitment"]), state=told["state"], note=told["note"],
            by=request.user,
        )  # fmt: skip
    except NotAllowed as no:
        sent.add_error(None, str(no))
        return False
    messages.success(request, "Checked.")
    return True


def _form(row: tuple[Commitment, Check | None], sent: Checked | None) -> Checked:
    one, ids = row[0], f"id_{row[0].pk}_%s"
    if sent is not None and sent.data.get("commitment") == str(one.pk):
        sent.auto_id = ids
        return sent
    return Checked(initial={"commitment": one.pk}, auto_id=ids)


def _in_force(request: HttpRequest, who: Student) -> Plan | None:
    now = Plan.objects.visible_to(request.scope).filter(student=who, year=SchoolYear.of(clock.today()).ending)
    return now.in_force().select_related("by", "student").first()


def crumbs(who: Student) -> list[tuple[str, str]]:
    return [("Students", reverse("desk:students")), (who.name, reverse("desk:student", args=[who.pk]))]


def student(request: HttpRequest, pk: int) -> Student:
    """A student in scope, whose record this answer opens; 404 otherwise."""
    who = get_object_or_404(Student.objects.visible_to(request.scope).select_related("school"), pk=pk)
    accesslog.opens(request, who.pk)
    return who
