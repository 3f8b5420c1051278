"""Pages of the Model SARB rubric: the evidence by criterion, to read, to print, and as a table."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.core.answers import csv_answer
from firstbell.core.spreadsheets import csv_safe
from firstbell.panels.queries import rubric as queries
from firstbell.panels.queries.tracking import FEW, years
from firstbell.panels.rubric import PROGRAM
from firstbell.panels.views.tracking import year_of


@page(May.TRACK_PANELS)
def rubric(request: HttpRequest) -> HttpResponse:
    year, today = year_of(request), clock.today()
    found = queries.rubric(request.scope, year, today)
    context = {
        "found": found, "program": PROGRAM, "year": year, "years": years(request.scope, today), "on": today, "few": FEW,
        "missing": sum(bool(row.missing) for _, rows in found for row in rows),
        "all": sum(len(rows) for _, rows in found),
        "crumbs": [("From referral to outcome", f"{reverse('panels:tracking')}?year={year.ending}")],
    }  # fmt: skip
    return render(request, "panels/rubric.html", context)


@page(May.TRACK_PANELS)
def rubric_csv(request: HttpRequest) -> HttpResponse:
    """The same evidence as a table, to work on an application with."""
    year = year_of(request)
    lines = queries.as_table(queries.rubric(request.scope, year, clock.today()))
    rows = ([csv_safe(cell) for cell in line] for line in lines)
    return csv_answer(rows, f"model-sarb-{year.ending - 1}-{year.ending}.csv")
