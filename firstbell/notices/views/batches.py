"""A batch: chosen, previewed, approved by named people, issued, printed."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRefresh

from firstbell.core import accesslog, clock, jobs
from firstbell.core.access import May, page
from firstbell.notices import actions
from firstbell.notices.forms import Approve, New
from firstbell.notices.models import Batch
from firstbell.notices.queries import counts, sent
from firstbell.notices.queries.waiting import place, places
from firstbell.notices.rules import NotAllowed
from firstbell.notices.shelf import Damaged

CRUMBS = "notices:index"


@page(May.SEE_NOTICES)
def batches(request: HttpRequest) -> HttpResponse:
    rows = Batch.objects.visible_to(request.scope).select_related("school", "region", "prepared_by")
    found = Paginator(rows, 25).get_page(request.GET.get("page"))
    return render(request, "notices/batches.html", {"found": found, "crumbs": _crumbs()})


@page(May.PREPARE_NOTICES, writes=True)
def new(request: HttpRequest) -> HttpResponse:
    """Choose what goes out; the batch page shows who is in, who is not, and the letters themselves."""
    offered = [
        (one.kind, f"{one.title}: {one.ready} ready{f', {one.held} held' if one.held else ''}")
        for one in counts(request.scope)
    ]
    form = New(
        request.POST or None, offered=offered, places=places(request.scope),
        initial={"send_on": clock.today(), "channels": ["print"], "kinds": request.GET.getlist("kind")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = actions.prepare(
                scope=request.scope, kinds=told["kinds"], send_on=told["send_on"], channels=told["channels"],
                by=request.user, meeting=form.meeting(), **place(request.scope, told["place"]),
            )  # fmt: skip
            return redirect("notices:batch", made.pk)
        except NotAllowed as no:
            form.add_error(None, str(no))
    return render(request, "notices/new.html", {"form": form, "crumbs": _crumbs(), "any": bool(offered)})


@page(May.SEE_NOTICES)
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    found = _found(request, batch_id)
    if not request.htmx:
        return _show(request, found, Approve())
    if found.state != Batch.State.ISSUING or found.error:
        return HttpResponseClientRefresh()
    told = {"batch": found, "summary": sent.summary(found), "working": jobs.at_work(), "polled": True}
    return render(request, "notices/batch.html#progress", told)


@page(May.APPROVE_NOTICES, writes=True)
def approve(request: HttpRequest, batch_id: int) -> HttpResponse:
    found = _found(request, batch_id)
    if request.method != "POST":
        return redirect("notices:batch", batch_id)
    form = Approve(request.POST)
    if form.is_valid():
        try:
            actions.approve(batch=found, by=request.user, seen=form.cleaned_data["seen"])
            return redirect("notices:batch", batch_id)
        except NotAllowed as no:
            form.add_error(None, str(no))
    return _show(request, _found(request, batch_id), form)


@page(May.APPROVE_NOTICES, writes=True)
def issue(request: HttpRequest, batch_id: int) -> HttpResponse:
    return _do(request, batch_id, lambda found: actions.ask_issue(batch=found, by=request.user))


@page(May.PREPARE_NOTICES, writes=True)
def cancel(request: HttpRequest, batch_id: int) -> HttpResponse:
    return _do(request, batch_id, lambda found: actions.cancel(batch=found, by=request.user))


@page(May.PREPARE_NOTICES, writes=True)
def mailed(request: HttpRequest, batch_id: int) -> HttpResponse:
    return _do(request, batch_id, lambda found: actions.mailed(batch=found, by=request.user))


@page(May.SEE_NOTICES)
def print_part(request: HttpRequest, batch_id: int, part: int) -> HttpResponse:
    found = _found(request, batch_id)
    if not 1 <= part <= sent.parts(found):
        raise Http404
    try:
        run, letters = sent.print_run(found, part)
    except Damaged as why:
        return _show(request, found, _said(why))
    accesslog.opens(request, *(notice.student_id for one in letters for notice in one.notices.all()))
    answer = HttpResponse(run, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="batch-{found.pk}-{part}.pdf"'
    return answer


@page(May.SEE_NOTICES)
def csv(request: HttpRequest, batch_id: int) -> HttpResponse:
    found = _found(request, batch_id)
    letters = list(sent.letters_in(found).select_related("school"))
    accesslog.opens(request, *(notice.student_id for one in letters for notice in one.notices.all()))
    answer = StreamingHttpResponse(list(sent.mail_merge(letters)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="batch-{found.pk}.csv"'
    return answer


def _found(request: HttpRequest, batch_id: int) -> Batch:
    rows = Batch.objects.visible_to(request.scope).select_related("school", "region", "prepared_by")
    return get_object_or_404(rows, pk=batch_id)


def _do(request: HttpRequest, batch_id: int, what: Any) -> HttpResponse:
    found = _found(request, batch_id)
    if request.method != "POST":
        return redirect("notices:batch", batch_id)
    try:
        what(found)
    except NotAllowed as no:
        return _show(request, _found(request, batch_id), _said(no))
    return redirect("notices:batch", batch_id)


def _said(why: Exception) -> Approve:
    form = Approve({})
    form.errors.clear()
    form.add_error(None, str(why))
    return form


def _show(request: HttpRequest, found: Batch, form: Approve) -> HttpResponse:
    held = sent.summary(found)
    form.initial["seen"] = held.letters
    approvals = list(found.approvals.select_related("by"))
    letters = Paginator(sent.letters_in(found), 25).get_page(request.GET.get("page"))
    accesslog.opens(request, *(notice.student_id for one in letters for notice in one.notices.all()))
    mine = any(one.by_id == request.user.pk for one in approvals)
    draft = found.state == Batch.State.DRAFT
    may_approve = May.APPROVE_NOTICES in request.scope
    context = {
        "batch": found, "summary": held, "form": form, "approvals": approvals, "letters": letters,
        "sample": letters[0] if letters else None, "crumbs": [*_crumbs(), ("Batches", reverse("notices:batches"))],
        "to_approve": draft and may_approve and not mine and held.letters, "mine": mine and draft,
        "may_issue": may_approve and found.state in (Batch.State.APPROVED, Batch.State.ISSUING),
        "may_cancel": May.PREPARE_NOTICES in request.scope and found.state in (Batch.State.DRAFT, Batch.State.APPROVED),
        "may_mail": May.PREPARE_NOTICES in request.scope and ("Mail", "Waits to be sent") in
        {way[:2] for way in held.ways},
        "parts": range(1, sent.parts(found) + 1), "working": jobs.at_work(),
    }  # fmt: skip
    return render(request, "notices/batch.html", context)


def _crumbs() -> list[tuple[str, str]]:
    return [("Letters", reverse(CRUMBS))]
