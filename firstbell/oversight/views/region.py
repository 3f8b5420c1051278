"""The page of a region's monthly meeting, to be looked at together and printed on two pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.core.months import asked_month, month_before, next_month
from firstbell.core.paging import Pages
from firstbell.oversight.queries import region as queries
from firstbell.oversight.queries.reviews import MONTHS

A_PAGE = 25


@page(May.ANSWER_SCHOOLS)
def meeting(request: HttpRequest, region_id: int) -> HttpResponse:
    """`?month=2026-04`; the month before this one for none."""
    one = get_object_or_404(queries.regions(request.scope), pk=region_id)
    today = clock.today()
    month = asked_month(request.GET.get("month", ""), today)
    later, told = next_month(month), queries.meeting(request.scope, one, month, today)
    context = {
        "region": one, "month": month, "before": month_before(month), "after": later if later <= today else None,
        "told": told, "found": Pages(told.places.rows, A_PAGE).get_page(request.GET.get("page")),
        "months": MONTHS, "few": queries.FEW, "people": queries.FEWEST_PEOPLE,
        "crumbs": [("Regions", reverse("desk:regions")), (one.name, reverse("desk:region", args=[one.pk]))],
    }  # fmt: skip
    return render(request, "oversight/region.html", context)
