"""Pages of what became of referrals: the year's figures, and the report to the county."""

from collections.abc import Iterable

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from firstbell.cases.rules import NotAllowed
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.answers import csv_answer
from firstbell.core.spreadsheets import csv_safe
from firstbell.law.calendar import SchoolYear
from firstbell.panels import actions
from firstbell.panels.forms.reports import Sent
from firstbell.panels.queries import tracking as queries


@page(May.TRACK_PANELS)
def tracking(request: HttpRequest) -> HttpResponse:
    year = year_of(request)
    found = queries.tracking(request.scope, year, clock.today())
    accesslog.opens(
        request, *(one.student_id for one in found.waiting), *(one.referral.student_id for one in found.owed)
    )
    context = {"found": found, "year": year, "years": queries.years(request.scope, clock.today())}
    return render(request, "panels/tracking.html", context)


@page(May.TRACK_PANELS)
def report(request: HttpRequest) -> HttpResponse:
    return _report(request, Sent(initial={"on": clock.today()}))


@page(May.TRACK_PANELS, writes=True)
def send_report(request: HttpRequest) -> HttpResponse:
    """That the district's report went to the county, said by whoever answers for the whole district."""
    if not request.scope.everywhere:
        raise Http404
    year, form = year_of(request), Sent(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                actions.send_report(year=year, by=request.user, **form.cleaned_data)
            messages.success(request, "It is on record that the report was sent.")
            return redirect(f"{reverse('panels:report')}?year={year.ending}")
        except NotAllowed as no:
            form.add_error(None, str(no))
    return _report(request, form, 409) if form.is_bound else redirect("panels:report")


def _report(request: HttpRequest, form: Sent, status: int = 200) -> HttpResponse:
    year = year_of(request)
    context = {
        "report": queries.report(request.scope, year), "year": year,
        "columns": [{"label": "Group"}, *({"label": one, "number": True} for one in queries.REPORT_COLUMNS)],
        "years": queries.years(request.scope, clock.today()), "few": queries.FEW, "on": clock.today(),
        "sent": queries.sent(year), "form": form if request.scope.everywhere else None,
    }  # fmt: skip
    return render(request, "panels/report.html", context, status=status)


@page(May.TRACK_PANELS)
def report_csv(request: HttpRequest) -> HttpResponse:
    """The report as a table for the county's own files; the same cells are hidden."""
    year = year_of(request)
    name = f"referrals-{year.ending - 1}-{year.ending}.csv"
    return csv_answer(_rows(queries.report(request.scope, year)), name)


def _rows(found: queries.Report) -> Iterable[list[str]]:
    yield ["Table", "Group", *queries.REPORT_COLUMNS]
    yield ["All students", "", *(str(count) for _, count in found.totals)]
    for ground, count in found.types:
        yield ["By ground", csv_safe(ground), str(count), "", ""]
    for table in found.tables:
        for row in table.rows:
            yield [table.title, *(csv_safe(cell) for cell in row)]


def year_of(request: HttpRequest) -> SchoolYear:
    """The school year asked for by the year it ends in; this one where none is."""
    asked = request.GET.get("year", "")
    if not asked:
        return SchoolYear.of(clock.today())
    if not asked.isdecimal() or not 2000 <= int(asked) <= 2100:
        raise Http404
    return SchoolYear(int(asked))
