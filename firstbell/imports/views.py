"""Pages of imports: the runs, a new upload with its preview, one run's report."""

import secrets
from pathlib import Path

from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from firstbell.core import home
from firstbell.core.access import May, page
from firstbell.imports import actions, queries
from firstbell.imports.forms import Upload
from firstbell.imports.models import Run
from firstbell.imports.reading import Unreadable


@page(May.SEE_IMPORTS)
def runs(request):
    """Every run, newest first."""
    found = Paginator(Run.objects.select_related("by"), 25).get_page(request.GET.get("page"))
    return render(request, "imports/runs.html", {"runs": found, "may_apply": May.APPLY_IMPORTS in request.scope})


@page(May.APPLY_IMPORTS, writes=True)
def new(request):
    """Send a zip and see exactly what applying it would change."""
    form = Upload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        name = f"{secrets.token_hex(8)}.zip"
        try:
            kept = _keep(form.cleaned_data["files"], name)
            found = actions.preview(kept, by=request.user, strict=form.cleaned_data["strict"], upload=name)
            return redirect("imports:run", found.pk)
        except Unreadable as why:
            r = why.remark
            form.add_error("files", f"{r.file or 'The zip'}: expected {r.expected}; found {r.found}. {r.remedy}")
        except actions.Busy as why:
            form.add_error(None, str(why))
    return render(request, "imports/new.html", {"form": form})


@page(May.SEE_IMPORTS)
def run(request, run_id):
    """One run: counts, sample differences, surprises, remarks."""
    found = get_object_or_404(Run, pk=run_id)
    return render(
        request,
        "imports/run.html",
        {"run": found, "totals": queries.totals(found), "tables": queries.tables(found),
         "groups": queries.remark_groups(found), "samples": queries.samples(found)},
    )  # fmt: skip


@page(May.SEE_IMPORTS)
def remarks(request, run_id):
    """The rejected rows with their reasons, as CSV to mend and send again."""
    get_object_or_404(Run, pk=run_id)
    answer = StreamingHttpResponse(
        list(queries.remarks_csv(run_id, kinds=("rejected", "refused"))), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="run-{run_id}-rejected.csv"'
    return answer


def _keep(sent, name: str) -> Path:
    folder = home.home() / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / name).open("wb") as into:
        for chunk in sent.chunks():
            into.write(chunk)
    return folder / name
