"""Pages of imports: the runs, a new upload, one run from preview to undo."""

from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRefresh

from firstbell.core import jobs
from firstbell.core.access import May, page
from firstbell.imports import actions, queries
from firstbell.imports.forms import Accept, Upload
from firstbell.imports.models import Run

REFUSALS = (actions.Busy, actions.NotNow, actions.CannotUndo)


@page(May.SEE_IMPORTS)
def runs(request):
    """Every run, newest first."""
    found = Paginator(Run.objects.select_related("by"), 25).get_page(request.GET.get("page"))
    told = {"runs": found, "rows": queries.listed(found), "may_apply": May.APPLY_IMPORTS in request.scope}
    return render(request, "imports/runs.html", told)


@page(May.APPLY_IMPORTS, writes=True)
def new(request):
    """Send a zip; its page shows what applying it would change."""
    form = Upload(request.POST, request.FILES) if request.method == "POST" else Upload()
    if request.method == "POST" and form.is_valid():
        try:
            sent = form.cleaned_data
            return redirect("imports:run", actions.receive(sent["files"], strict=sent["strict"], by=request.user).pk)
        except REFUSALS as why:
            form.add_error(None, str(why))
    told = {"form": form, "crumbs": _crumbs(), "importing": queries.importing()}
    return render(request, "imports/new.html", told)


@page(May.SEE_IMPORTS)
def run(request, run_id):
    """One run: how far it is, what it would change or changed, and what may be done with it."""
    found = get_object_or_404(Run.objects.select_related("by", "asked_by"), pk=run_id)
    if not request.htmx:
        return _show(request, found, Accept(surprises=found.surprises))
    if not found.task:
        return HttpResponseClientRefresh()
    return render(request, "imports/run.html#progress", {"run": found, "working": jobs.at_work(), "polled": True})


@page(May.APPLY_IMPORTS, writes=True)
def apply(request, run_id):
    """Have a previewed run applied; what is unusual about it must have been looked at."""
    found = get_object_or_404(Run.objects.select_related("by", "asked_by"), pk=run_id)
    if request.method != "POST":
        return redirect("imports:run", run_id)
    form = Accept(request.POST, surprises=found.surprises)
    if form.is_valid():
        return _asked(request, found, form, Run.Task.APPLY, form.cleaned_data.get("reason", ""))
    return _show(request, found, form)


@page(May.APPLY_IMPORTS, writes=True)
def undo(request, run_id):
    """Have the newest applied run taken back."""
    found = get_object_or_404(Run.objects.select_related("by", "asked_by"), pk=run_id)
    if request.method != "POST":
        return redirect("imports:run", run_id)
    return _asked(request, found, Accept(request.POST, surprises=[]), Run.Task.UNDO, "")


@page(May.SEE_IMPORTS)
def remarks(request, run_id):
    """The rejected rows with their reasons, as CSV to mend and send again."""
    get_object_or_404(Run, pk=run_id)
    answer = StreamingHttpResponse(
        list(queries.remarks_csv(run_id, kinds=("rejected", "refused"))), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="run-{run_id}-rejected.csv"'
    return answer


def _asked(request, found: Run, form: Accept, task: str, reason: str):
    try:
        actions.ask(run=found, task=task, by=request.user, reason=reason)
    except REFUSALS as why:
        form.add_error(None, str(why))
        return _show(request, found, form)
    return redirect("imports:run", found.pk)


def _show(request, found: Run, form: Accept):
    may, remarks = May.APPLY_IMPORTS in request.scope, queries.remarks_by_rule(found)
    told = {
        "run": found, "form": form, "crumbs": _crumbs(), "outcome": queries.outcome(found),
        "figures": queries.figures(found), "totals": queries.totals(found), "tables": queries.tables(found),
        "still": queries.still(found), "words": queries.WORDS, "samples": queries.samples(found),
        "said": [one for one in remarks if one["kind"] != "dropped"],
        "dropped": [one for one in remarks if one["kind"] == "dropped"],
        "columns_dropped": sum(one["n"] for one in remarks if one["kind"] == "dropped"),
        "rejected": queries.rejected(found), "stopper": queries.stopper(found), "working": jobs.at_work(),
        "may_apply": may and queries.may_be(Run.Task.APPLY, found),
        "may_undo": may and queries.may_be(Run.Task.UNDO, found),
    }  # fmt: skip
    return render(request, "imports/run.html", told)


def _crumbs() -> list[tuple[str, str]]:
    return [("Imports", reverse("imports:runs"))]
