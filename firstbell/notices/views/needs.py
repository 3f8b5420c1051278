"""What letters need: a person who asks for one, letterheads, and languages that somebody read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.letters.linter import lint_wording
from firstbell.letters.wording import LANGUAGES, wording
from firstbell.notices import actions
from firstbell.notices.forms import Ask, Head, Read
from firstbell.notices.models import LanguageApproval, Letterhead
from firstbell.notices.queries import sent
from firstbell.notices.rules import NotAllowed
from firstbell.roster.models import School, Student


@page(May.PREPARE_NOTICES, writes=True)
def ask(request: HttpRequest, student_id: int) -> HttpResponse:
    who = get_object_or_404(Student.objects.visible_to(request.scope).select_related("school"), pk=student_id)
    accesslog.opens(request, who.pk)
    form = Ask(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask(student=who, by=request.user, **form.cleaned_data)
            return redirect("notices:index")
        except NotAllowed as no:
            form.add_error(None, str(no))
    return render(request, "notices/ask.html", {"student": who, "form": form})


@page(May.SEE_NOTICES, writes=True)
def languages(request: HttpRequest) -> HttpResponse:
    """Every language there is a wording of; who may approve letters lets one be used that somebody read."""
    may = May.APPROVE_NOTICES in request.scope
    form = Read(request.POST or None)
    if request.method == "POST" and may and form.is_valid():
        try:
            actions.approve_language(by=request.user, **form.cleaned_data)
            return redirect("notices:languages")
        except NotAllowed as no:
            form.add_error(None, str(no))
    given = sent.readings()
    rows = [_language(code, given.get(code)) for code in LANGUAGES]
    return render(request, "notices/languages.html", {"rows": rows, "may": may, "form": form, "crumbs": _crumbs()})


def _language(code: str, given: LanguageApproval | None) -> dict[str, object]:
    said = wording(code)
    read = given is not None and given.digest == said.digest
    faults = [one for one in lint_wording(said, clock.today()) if one.rule != "approval"]
    form = Read(initial={"language": code, "digest": said.digest}, auto_id=f"id_{code}_%s")
    return {
        "code": code, "said": said, "approved": said.approved or read, "given": given if read else None,
        "changed": given is not None and not read, "faults": faults, "form": form,
    }  # fmt: skip


@page(May.SEE_NOTICES)
def letterheads(request: HttpRequest) -> HttpResponse:
    schools = School.objects.visible_to(request.scope).filter(live=True).select_related("letterhead")
    rows = [(school, getattr(school, "letterhead", None)) for school in schools]
    may = May.APPROVE_NOTICES in request.scope
    return render(request, "notices/letterheads.html", {"rows": rows, "may": may, "crumbs": _crumbs()})


@page(May.APPROVE_NOTICES, writes=True)
def letterhead(request: HttpRequest, school_id: int) -> HttpResponse:
    school = get_object_or_404(School.objects.visible_to(request.scope), pk=school_id)
    now = Letterhead.objects.visible_to(request.scope).filter(school=school).first()
    form = Head(request.POST or None, instance=now)
    if request.method == "POST" and form.is_valid():
        actions.set_letterhead(school=school, by=request.user, **form.cleaned_data)
        return redirect("notices:letterheads")
    crumbs = [*_crumbs(), ("Letterheads", reverse("notices:letterheads"))]
    return render(request, "notices/letterhead.html", {"school": school, "form": form, "crumbs": crumbs})


def _crumbs() -> list[tuple[str, str]]:
    return [("Letters", reverse("notices:index"))]
