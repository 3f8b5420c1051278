"""The page of what counselor days would bring a school before it asks for them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.oversight.queries import whatif as queries
from firstbell.roster.models import School
from firstbell.staffing.models import Rate
from firstbell.staffing.queries.purchases import year_words
from firstbell.staffing.rules.purchases import fiscal_year


@page(May.SEE_STATEMENT)
def what_if(request: HttpRequest, school_id: int) -> HttpResponse:
    """`?basis=` chooses the prices; one that is none is C."""
    school = get_object_or_404(School.objects.visible_to(request.scope).filter(live=True), pk=school_id)
    today, basis = clock.today(), request.GET.get("basis", "")
    basis = basis if basis in Rate.Basis.values else "C"
    ending = fiscal_year(today)[1].year
    context = {
        "school": school, "look": queries.what_if(school, basis, today), "basis": basis, "bases": Rate.Basis.choices,
        "today": today, "year": year_words(ending), "lately": queries.LATELY, "settled": queries.SETTLED,
        "may_buy": May.BUY_DAYS in request.scope, "may_set": May.SET_RATES in request.scope, "ending": ending,
        "crumbs": [("Counselor days", reverse("staffing:purchases"))],
    }  # fmt: skip
    return render(request, "oversight/what_if.html", context)
