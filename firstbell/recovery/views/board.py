"""The lost-student board: of many schools first in numbers, of one in columns, and each column as a list."""

from dataclasses import asdict
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from firstbell.core import accesslog, clock
from firstbell.core.access import May, Scope, page
from firstbell.law.policy import policy_on
from firstbell.recovery import queries
from firstbell.recovery.queries import Asked
from firstbell.recovery.rules import LANES, lane_words

A_PAGE = 50
NAMES = ("school", "region", "grade", "kind", "owner")
MANY = 3
"""So many schools and more are shown in numbers first."""


@page(May.SEE_RECOVERY)
def board(request: HttpRequest) -> HttpResponse:
    asked = Asked(**{name: request.GET.get(name, "") for name in NAMES})
    lane = request.GET.get("lane", "")
    if lane in LANES:
        return _lane(request, asked, lane)
    if lane == "closed":
        return _closed(request, asked)
    if _many(request.scope) and not asked.school and not request.GET.get("all"):
        return _places(request, asked)
    lanes = queries.board(request.scope, asked)
    accesslog.opens(request, *(row.student.pk for one in lanes for row in one.rows))
    context = _frame(request, asked) | {
        "lanes": [(one, address(request, lane=one.key)) for one in lanes], "total": sum(one.count for one in lanes),
    }  # fmt: skip
    return render(request, "recovery/board.html", context)


def _many(scope: Scope) -> bool:
    return scope.everywhere or len(scope.schools) >= MANY


def _places(request: HttpRequest, asked: Asked) -> HttpResponse:
    rows = queries.places(request.scope, asked)
    regions = request.scope.everywhere and not asked.region
    key = "region" if regions else "school"
    titles = lane_words(policy_on(clock.today()))
    context = _frame(request, asked) | {
        "places": [(one, address(request, **{key: one.key})) for one in rows], "what": key.capitalize(),
        "columns": [titles[lane] for lane in LANES], "totals": [sum(column) for column in zip(*(
            one.counts for one in rows), strict=True)] if rows else [],
        "everyone": address(request, all="1"),
    }  # fmt: skip
    return render(request, "recovery/places.html", context)


def _lane(request: HttpRequest, asked: Asked, lane: str) -> HttpResponse:
    found = Paginator(queries.listed(request.scope, asked, lane), A_PAGE).get_page(request.GET.get("page"))
    accesslog.opens(request, *(row.student.pk for row in found.object_list))
    context = _frame(request, asked) | _paged(request, found) | {
        "title": lane_words(policy_on(clock.today()))[lane], "rows": found.object_list, "lane": lane,
    }  # fmt: skip
    return render(request, "recovery/lane.html", context)


def _closed(request: HttpRequest, asked: Asked) -> HttpResponse:
    found = Paginator(queries.closed(request.scope, asked), A_PAGE).get_page(request.GET.get("page"))
    accesslog.opens(request, *(one.student_id for one in found.object_list))
    context = _frame(request, asked) | _paged(request, found) | {"searches": found.object_list, "lane": "closed"}
    return render(request, "recovery/closed.html", context)


def _frame(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    offered, told = queries.choices(request.scope), asdict(asked)
    return {
        "asked": asked, "clear": reverse("recovery:board"), "today": clock.today(),
        "may_search": May.SEARCH in request.scope,
        "kept": [(name, value) for name in (*NAMES, "all") if name not in offered and (value := request.GET.get(name))],
        "filters": [{"name": name, "label": name.capitalize(), "choices": listed, "value": told[name]}
                    for name, listed in offered.items()],
        "used": [{"label": words, "url": address(request, **{name: ""})} for name, listed in offered.items()
                 for value, words in listed if told[name] and value == told[name]],
        "mine": address(request, owner="" if asked.owner else str(request.user.pk)),
        "board_url": address(request, lane=""), "closed_url": address(request, lane="closed"),
    }  # fmt: skip


def _paged(request: HttpRequest, found: Any) -> dict[str, Any]:
    return {
        "found": found, "summary": f"{found.start_index():,} to {found.end_index():,} of {found.paginator.count:,}",
        "previous": address(request, page=found.previous_page_number()) if found.has_previous() else "",
        "next": address(request, page=found.next_page_number()) if found.has_next() else "",
    }  # fmt: skip


def address(request: HttpRequest, **changes: Any) -> str:
    """This page's address with some of its query changed; an empty value takes the name out."""
    query = request.GET.copy()
    if "page" not in changes:
        query.pop("page", None)
    for name, value in changes.items():
        query[name] = str(value)
        if value in ("", None):
            del query[name]
    return f"{request.path}?{query.urlencode()}" if query else request.path
