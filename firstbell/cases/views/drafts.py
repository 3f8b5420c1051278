"""What somebody is writing is kept while they write, and thrown away when they say so."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from firstbell.cases import actions
from firstbell.cases.forms.casework import Log, Write
from firstbell.cases.models import Draft
from firstbell.core.access import May, page
from firstbell.roster.models import Student

FIELDS = {Draft.Form.LOG: ("said", Log), Draft.Form.NOTE: ("text", Write)}
"""Of each form the words without which there is no draft, and whose fields are kept."""


@page(May.LOG_CONTACTS, writes=True)
def draft(request: HttpRequest, student_id: int, form: str) -> HttpResponse:
    """Asked by the page every few seconds: it shows nothing, so it opens no record. Empty words throw a draft away."""
    who = get_object_or_404(Student.objects.visible_to(request.scope), pk=student_id)
    if form not in FIELDS or (form == Draft.Form.NOTE and May.WORK_CASES not in request.scope):
        raise Http404
    if request.method == "POST":
        words, shape = FIELDS[Draft.Form(form)]
        if request.POST.get(words, "").strip():
            told = {name: request.POST.getlist(name) for name in shape.base_fields if name in request.POST}
            actions.keep_draft(student=who, form=form, told=told, by=request.user)
            return HttpResponse(status=204)
        actions.forget_draft(student=who, form=form, by=request.user)
    return redirect("cases:case", who.pk)
