"""What letters need: a person who asks for one, letterheads, and languages that somebody read."""

from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.paging import Pages
from firstbell.letters.linter import lint_wording
from firstbell.letters.wording import LANGUAGES, wording
from firstbell.notices import actions
from firstbell.notices.forms import Ask, Head, Read
from firstbell.notices.models import LanguageApproval, Letterhead
from firstbell.notices.queries import sent
from firstbell.notices.rules import NotAllowed
from firstbell.roster.models import School, Student

ENGLISH = {"fa": "Farsi", "tl": "Tagalog"}
"""What schools here call a language where the locale data says otherwise."""


@page(May.PREPARE_NOTICES, writes=True)
def ask(request: HttpRequest, student_id: int) -> HttpResponse:
    who = get_object_or_404(Student.objects.visible_to(request.scope).select_related("school"), pk=student_id)
    accesslog.opens(request, who.pk)
    form = Ask(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            due = actions.ask(student=who, by=request.user, **form.cleaned_data)
            messages.success(request, f"{due.get_kind_display()} for {who.name}: it goes out with the next batch.")
            return redirect("notices:index")
        except NotAllowed as no:
            form.add_error(None, str(no))
    crumbs = [(who.name, reverse("desk:student", args=[who.pk]))]
    return render(request, "notices/ask.html", {"student": who, "form": form, "crumbs": crumbs})


@page(May.SEE_NOTICES, writes=True)
def languages(request: HttpRequest) -> HttpResponse:
    """Every language there is a wording of; who may approve letters lets one be used that somebody read."""
    may = May.APPROVE_NOTICES in request.scope
    code, form = request.POST.get("language", ""), None
    if request.method == "POST":
        if not may or code not in LANGUAGES:
            raise Http404
        form = _approve(request, code)
        if form is None:
            return redirect("notices:languages")
    given = sent.readings()
    rows = [_language(one, given.get(one), form if one == code else None) for one in LANGUAGES]
    rows.sort(key=itemgetter("english"))
    return render(request, "notices/languages.html", {"rows": rows, "may": may, "form": form, "crumbs": _crumbs()})


def _approve(request: HttpRequest, code: str) -> Read | None:
    """Let the wording be used; the form with what is wrong where it cannot be, ready to be sent again."""
    form = Read(request.POST, auto_id=_ids(code))
    if not form.is_valid():
        return form
    try:
        actions.approve_language(by=request.user, **form.cleaned_data)
    except NotAllowed as no:
        form = Read(form.cleaned_data | {"digest": wording(code).digest}, auto_id=_ids(code))
        form.add_error(None, str(no))
        return form
    messages.success(request, f"{wording(code).name}: approved. Letters held for it can go into the next batch.")
    return None


def _ids(code: str) -> str:
    return f"id_{code}_%s"


def _language(code: str, given: LanguageApproval | None, form: Read | None) -> dict[str, Any]:
    said = wording(code)
    read = given is not None and given.digest == said.digest
    faults = [one for one in lint_wording(said, clock.today()) if one.rule != "approval"]
    return {
        "code": code, "said": said, "english": ENGLISH.get(code) or said.locale.get_language_name("en") or code,
        "approved": said.approved or read, "given": given if read else None,
        "changed": given is not None and not read, "faults": faults, "open": form is not None,
        "form": form or Read(initial={"language": code, "digest": said.digest}, auto_id=_ids(code)),
    }  # fmt: skip


@page(May.SEE_NOTICES)
def letterheads(request: HttpRequest) -> HttpResponse:
    schools = School.objects.visible_to(request.scope).filter(live=True).select_related("letterhead")
    found = Pages(schools.order_by("name", "pk"), 50).get_page(request.GET.get("page"))
    rows = [(school, getattr(school, "letterhead", None)) for school in found]
    may = May.APPROVE_NOTICES in request.scope
    context = {"rows": rows, "found": found, "may": may, "crumbs": _crumbs()}
    return render(request, "notices/letterheads.html", context)


@page(May.APPROVE_NOTICES, writes=True)
def letterhead(request: HttpRequest, school_id: int) -> HttpResponse:
    school = get_object_or_404(School.objects.visible_to(request.scope), pk=school_id)
    now = Letterhead.objects.visible_to(request.scope).filter(school=school).first()
    form = Head(request.POST or None, instance=now)
    if request.method == "POST" and form.is_valid():
        actions.set_letterhead(school=school, by=request.user, **form.cleaned_data)
        messages.success(request, f"The letterhead of {school} is kept.")
        return redirect("notices:letterheads")
    crumbs = [*_crumbs(), ("Letterheads", reverse("notices:letterheads"))]
    return render(request, "notices/letterhead.html", {"school": school, "form": form, "crumbs": crumbs})


def _crumbs() -> list[tuple[str, str]]:
    return [("Letters", reverse("notices:index"))]
