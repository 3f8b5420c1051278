"""Pages of teachers' forms: one's own, one to answer, whom to ask about a referral, who is late."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases.actions import Careful
from firstbell.cases.rules import NotAllowed
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.panels.actions import teachers as actions
from firstbell.panels.forms import teachers as said
from firstbell.panels.models import Referral
from firstbell.panels.queries import teachers as queries

A_PAGE = 50


@page(May.ANSWER_FORMS)
def forms(request: HttpRequest) -> HttpResponse:
    """What this person is asked, and, for whoever refers to panels, who has not answered in time."""
    mine = Paginator(queries.mine(request.user), A_PAGE).get_page(request.GET.get("page"))
    late = queries.late(request.scope)[:A_PAGE] if May.REFER_TO_PANELS in request.scope else []
    accesslog.opens(request, *(one.referral.student_id for one in (*mine, *late)))
    return render(request, "panels/teacher_forms.html", {"mine": mine, "late": late, "today": clock.today()})


@page(May.ANSWER_FORMS, writes=True)
def form(request: HttpRequest, form_id: int) -> HttpResponse:
    """One form: the teacher's own, or written down by whoever refers."""
    one = get_object_or_404(queries.to_answer(request.user, request.scope), pk=form_id)
    accesslog.opens(request, one.referral.student_id)
    answer, status = said.Answer(request.POST or None), 200
    if request.method == "POST":
        status = 409
        if answer.is_valid():
            try:
                with transaction.atomic():
                    actions.answer_teacher_form(form=one, by=request.user, **answer.cleaned_data)
                messages.success(request, "Thank you. The team reads it before the meeting.")
                return redirect("panels:teacher_form", one.pk)
            except NotAllowed as no:
                answer.cautioned = isinstance(no, Careful)
                answer.add_error(None, str(no))
    context = {
        "one": one, "form": answer, "student": one.referral.student, "today": clock.today(),
        "crumbs": [("Teacher forms", reverse("panels:teacher_forms"))],
    }  # fmt: skip
    return render(request, "panels/teacher_form.html", context, status=status)


@page(May.REFER_TO_PANELS, writes=True)
def ask(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Whom of the teachers to ask about a student, and who answered."""
    rows = Referral.objects.visible_to(request.scope).select_related("student", "panel")
    one = get_object_or_404(rows, pk=referral_id)
    accesslog.opens(request, one.student_id)
    form, status = (
        said.Ask(request.POST or None, people=queries.teachers_at(one), initial={"version": one.version}),
        200,
    )
    if request.method == "POST":
        status = 409
        if form.is_valid():
            try:
                with transaction.atomic():
                    made = actions.ask_teacher(referral=one, by=request.user, **form.cleaned_data)
                messages.success(request, f"{made.teacher} is asked, by {made.due_on:%-d %b}.")
                return redirect("panels:teachers", one.pk)
            except NotAllowed as no:
                form.add_error(None, str(no))
    context = {
        "referral": one, "student": one.student, "form": form, "asked": queries.forms_of(one), "today": clock.today(),
        "crumbs": [("Referrals", reverse("panels:referrals")),
                   (one.student.name, reverse("panels:referral", args=[one.pk]))],
    }  # fmt: skip
    return render(request, "panels/teachers.html", context, status=status)
