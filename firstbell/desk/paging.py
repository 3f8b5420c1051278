"""Pages of a long list, in the shape `<c-pager>` takes; filters stay in the address."""

from collections.abc import Callable
from dataclasses import dataclass
from heapq import merge
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest


@dataclass(frozen=True)
class Paged:
    rows: list[Any]
    count: int
    summary: str
    previous: str
    next: str


def paged(request: HttpRequest, rows: Any, size: int, shape: Callable[[Any], Any] = lambda row: row) -> Paged:
    """The page the address asks for (`?page=2`); a number past the end is the last page, no number the first."""
    pages = Paginator(rows, size)
    page = pages.get_page(request.GET.get("page"))
    return Paged(
        rows=[shape(row) for row in page.object_list],
        count=pages.count,
        summary=f"{page.start_index():,} to {page.end_index():,} of {pages.count:,}",
        previous=address(request, page=page.previous_page_number()) if page.has_previous() else "",
        next=address(request, page=page.next_page_number()) if page.has_next() else "",
    )


class Merged:
    """Several ordered queries as one list for a paginator: of each, only the rows up to the page's end are read."""

    def __init__(self, *queries: QuerySet, key: Callable[[Any], Any]) -> None:
        self.queries, self.key = queries, key

    def count(self) -> int:
        return sum(query.count() for query in self.queries)

    def __getitem__(self, page: slice) -> list[Any]:
        return list(merge(*(query[: page.stop] for query in self.queries), key=self.key))[page.start : page.stop]


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
