"""Pages of a long list, in the shape `<c-pager>` takes; filters stay in the address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from firstbell.core.paging import Counted, Pages


@dataclass(frozen=True)
class Paged:
    rows: list[Any]
    count: Counted
    summary: str
    previous: str
    next: str


def paged(request: HttpRequest, rows: Any, size: int, shape: Callable[[Any], Any] = lambda row: row) -> Paged:
    """The page the address asks for (`?page=2`); a number past the end is the last page, no number the first."""
    page = Pages(rows, size).get_page(request.GET.get("page"))
    return Paged(
        rows=[shape(row) for row in page.object_list],
        count=page.paginator.count,
        summary=page.summary,
        previous=address(request, page=page.previous_page_number()) if page.has_previous() else "",
        next=address(request, page=page.next_page_number()) if page.has_next() else "",
    )


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
