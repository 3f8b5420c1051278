"""Where a principal, a Region counselor and the director begin: what needs them, and how their schools stand."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.core.paging import Pages
from firstbell.desk.queries.desks import district, fairness, principal, region
from firstbell.oversight.queries.fairness import WITHIN
from firstbell.staffing.queries.purchases import board, year_words
from firstbell.staffing.rules.purchases import fiscal_year

SCHOOLS = 3
"""A principal has one school, seldom two: each is a whole desk."""
A_PAGE = 25


@page(May.BUY_DAYS)
def principal_desk(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    found = Pages(principal.schools(request.scope), SCHOOLS).get_page(request.GET.get("page"))
    desks = principal.desks(request.scope, request.user, found, today)
    context = {"found": found, "desks": desks, "words": year_words(fiscal_year(today)[1].year), "today": today}
    return render(request, "desk/desk_principal.html", context)


@page(May.APPROVE_PURCHASES)
def region_desk(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    found = Pages(region.without_days(request.scope, today), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "desk": region.desk(request.scope, request.user, today), "found": found, "today": today,
        "schools": region.with_need(request.scope, found), "may_look": May.SEE_STATEMENT in request.scope,
        "several": request.scope.everywhere or len(request.scope.regions) > 1,
    }  # fmt: skip
    return render(request, "desk/desk_region.html", context)


@page(May.SEE_DISTRICT)
def district_desk(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    ending = fiscal_year(today)[1].year
    regions, together = district.staffing_map(request.scope, today)
    context = {
        "regions": regions, "together": together, "stages": board(request.scope, ending), "words": year_words(ending),
        "reached": fairness.newest(), "within": WITHIN, "today": today,
    }  # fmt: skip
    return render(request, "desk/desk_district.html", context)
