"""The practice library."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from firstbell.core.access import May, page
from firstbell.supports import queries
from firstbell.supports.practices import PRACTICES, STRENGTHS
from firstbell.supports.rules import BARRIERS, words


@page(May.SEE_SUPPORTS)
def practices(request: HttpRequest) -> HttpResponse:
    barrier, tier = request.GET.get("barrier", ""), request.GET.get("tier", "")
    barrier = barrier if barrier in BARRIERS else ""
    context = {
        "practices": queries.chosen(barrier, tier), "families": queries.families(), "barrier": BARRIERS.get(barrier),
        "tier": tier, "tiers": ("1", "2", "3"),
    }  # fmt: skip
    return render(request, "supports/practices.html", context)


@page(May.SEE_SUPPORTS)
def practice(request: HttpRequest, key: str) -> HttpResponse:
    if (shown := PRACTICES.get(key)) is None:
        raise Http404
    context = {
        "practice": shown, "strength": STRENGTHS[shown.strength], "crumbs": [("Practices", _index())],
        "barriers": list(zip(shown.barriers, words(shown.barriers), strict=True)),
        "may_work": May.WORK_SUPPORTS in request.scope,
    }  # fmt: skip
    return render(request, "supports/practice.html", context)


def _index() -> str:
    return reverse("supports:practices")
