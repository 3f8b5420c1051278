"""Pages of what became of referrals: the year's figures, and the report to the county."""

import csv
from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.law.calendar import SchoolYear
from firstbell.notices.rules import csv_safe
from firstbell.panels.queries import tracking as queries


@page(May.TRACK_PANELS)
def tracking(request: HttpRequest) -> HttpResponse:
    year = _year(request)
    found = queries.tracking(request.scope, year, clock.today())
    accesslog.opens(
        request, *(one.student_id for one in found.waiting), *(one.referral.student_id for one in found.owed)
    )
    context = {"found": found, "year": year, "years": queries.years(request.scope, clock.today())}
    return render(request, "panels/tracking.html", context)


@page(May.TRACK_PANELS)
def report(request: HttpRequest) -> HttpResponse:
    year = _year(request)
    context = {
        "report": queries.report(request.scope, year), "year": year,
        "columns": [{"label": "Group"}, *({"label": one, "number": True} for one in queries.REPORT_COLUMNS)],
        "years": queries.years(request.scope, clock.today()), "few": queries.FEW, "on": clock.today(),
    }  # fmt: skip
    return render(request, "panels/report.html", context)


@page(May.TRACK_PANELS)
def report_csv(request: HttpRequest) -> HttpResponse:
    """The report as a table for the county's own files; the same cells are hidden."""
    year = _year(request)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="referrals-{year.ending - 1}-{year.ending}.csv"'
    csv.writer(answer).writerows(_rows(queries.report(request.scope, year)))
    return answer


def _rows(found: queries.Report) -> Iterable[list[str]]:
    yield ["Table", "Group", *queries.REPORT_COLUMNS]
    yield ["All students", "", *(str(count) for _, count in found.totals)]
    for ground, count in found.types:
        yield ["By ground", csv_safe(ground), str(count), "", ""]
    for table in found.tables:
        for row in table.rows:
            yield [table.title, *(csv_safe(cell) for cell in row)]


def _year(request: HttpRequest) -> SchoolYear:
    """The school year asked for by the year it ends in; this one where none is."""
    asked = request.GET.get("year", "")
    if not asked:
        return SchoolYear.of(clock.today())
    if not asked.isdecimal() or not 2000 <= int(asked) <= 2100:
        raise Http404
    return SchoolYear(int(asked))
