"""A batch: chosen, previewed, approved by named people, issued, printed."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRefresh

from firstbell.core import accesslog, clock, jobs
from firstbell.core.access import May, page
from firstbell.core.answers import pdf_answer
from firstbell.notices import actions
from firstbell.notices.forms import Approve, New
from firstbell.notices.models import Batch, Letter
from firstbell.notices.queries import counts, sent
from firstbell.notices.queries.waiting import place, places
from firstbell.notices.rules import NotAllowed
from firstbell.notices.shelf import Damaged
from firstbell.notices.views.reading import samples

CRUMBS = "notices:index"
NAMED = 50
"""Who is left out, by name, of each reason; the others are counted."""


@page(May.SEE_NOTICES)
def batches(request: HttpRequest) -> HttpResponse:
    rows = Batch.objects.visible_to(request.scope).select_related("school", "region", "prepared_by")
    rows = rows.annotate(live=Count("letters", filter=~Q(letters__state=Letter.State.CANCELLED))).order_by("-pk")
    found = Paginator(rows, 25).get_page(request.GET.get("page"))
    return render(request, "notices/batches.html", {"found": found, "crumbs": _crumbs()})


@page(May.PREPARE_NOTICES, writes=True)
def new(request: HttpRequest) -> HttpResponse:
    """Choose what goes out; the batch page shows who is in, who is not, and the letters themselves."""
    offered = [
        (one.kind, f"{one.title}: {one.ready} ready{f', {one.held} held' if one.held else ''}")
        for one in counts(request.scope, upto=True)
    ]
    form = New(
        request.POST or None, offered=offered, places=places(request.scope),
        initial={
            "send_on": clock.today(), "channels": ["print"], "kinds": request.GET.getlist("kind"),
            "place": f"school {request.GET.get('school', '')}",
        },
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
    return pdf_answer(run, f"batch-{found.pk}-{part}.pdf", save=True)


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
    form.initial = form.data = {"seen": held.letters}  # what is approved next is what this page shows
    letters = Paginator(sent.letters_in(found), 25).get_page(request.GET.get("page"))
    read = samples(found)
    left = [(sentence, remedy, number, who[:NAMED]) for sentence, remedy, number, who in held.left]
    shown = [*letters, *(one for one, _ in read)]
    accesslog.opens(request, *(notice.student_id for one in shown for notice in one.notices.all()))
    accesslog.opens(request, *(one["student"] for *_, who in left for one in who))
    context = {
        "batch": found, "summary": held, "form": form, "letters": letters, "samples": read, "left": left,
        "crumbs": [*_crumbs(), ("Batches", reverse("notices:batches"))], "parts": range(1, sent.parts(found) + 1),
        "working": jobs.at_work(),
    }  # fmt: skip
    return render(request, "notices/batch.html", context | _next(request, found, held))


def _next(request: HttpRequest, found: Batch, held: sent.Summary) -> dict[str, Any]:
    """What this person may do with the batch as it stands, and who approved it already."""
    approvals = list(found.approvals.select_related("by"))
    mine = any(one.by_id == request.user.pk for one in approvals)
    draft, approved = found.state == Batch.State.DRAFT, found.state == Batch.State.APPROVED
    approves, prepares = May.APPROVE_NOTICES in request.scope, May.PREPARE_NOTICES in request.scope
    return {
        "approvals": approvals, "mine": mine and draft, "to_approve": draft and approves and not mine and held.letters,
        "may_issue": approves and (approved or found.error), "may_cancel": prepares and (draft or approved),
        "may_mail": prepares and ("Mail", "Waits to be sent") in {way[:2] for way in held.ways},
    }  # fmt: skip


def _crumbs() -> list[tuple[str, str]]:
    return [("Letters", reverse(CRUMBS))]
