"""The coordinator's home: what needs them, list by list, each row opening its source."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.paging import Pages
from firstbell.oversight.queries import exceptions as queries

A_PAGE = 50


@page(May.OVERSEE)
def exceptions(request: HttpRequest) -> HttpResponse:
    today, asked = clock.today(), queries.asked(request.GET)
    counts = queries.counts(request.scope, asked, today)
    pages = Pages(queries.found(request.scope, asked, today), A_PAGE)
    pages.count = counts[asked["list"]]  # counted with the others already
    found = pages.get_page(request.GET.get("page"))
    rows = queries.rows(asked["list"], found, today)
    accesslog.opens(request, *(row.student for row in rows if row.student))
    context = {
        "tabs": [
            {"label": kind.title, "count": counts[key].short, "current": key == asked["list"],
             "url": address(request, list=key, page="")}
            for key, kind in queries.LISTS.items()
        ],
        "kind": queries.LISTS[asked["list"]], "rows": rows, "found": found, "asked": asked,
        "choices": queries.choices(request.scope, today), "stale": queries.stale(today),
        "may_see_imports": May.SEE_IMPORTS in request.scope, "narrowed": asked["school"] or asked["counselor"],
        "previous": address(request, page=found.previous_page_number()) if found.has_previous() else "",
        "next": address(request, page=found.next_page_number()) if found.has_next() else "",
        "clear": address(request, school="", counselor="", page=""),
    }  # fmt: skip
    return render(request, "oversight/exceptions.html", context)


def address(request: HttpRequest, **changed: object) -> str:
    """This page with some of its query changed; what is empty is left out."""
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = str(value)
        if not value:
            del query[name]
    return f"{request.path}?{query.urlencode()}" if query else request.path
