"""Lists that may be very long: counted so far and no further, and turned page by page."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from heapq import merge
from typing import Any, Self

from django.core.exceptions import EmptyResultSet
from django.core.paginator import EmptyPage, Page, Paginator
from django.db import connection
from django.db.models import QuerySet

from firstbell.core.access import Scope

MOST = 1000
"""Rows that are counted of a list: counting a district takes longer than anybody wants to wait for a page."""
FEW = 10
"""Schools whose rows are counted whole."""
FURTHEST = 20_000
"""No page has a higher number; who asks for one gets the last that was counted."""


class Counted(int):
    """How many there are, as far as was counted; it is written as `1,284` or, where there are more, `more than 1,000`.

    Sums keep what is known: of 1,000 and more and 20 others, there are more than 1,020.
    """

    more: bool

    def __new__(cls, number: int, *, more: bool = False) -> Self:
        made = super().__new__(cls, number)
        made.more = more
        return made

    @classmethod
    def upto(cls, number: int) -> Self:
        """Of a count that stopped one after MOST."""
        return cls(min(number, MOST), more=number > MOST)

    def __add__(self, other: int) -> "Counted":
        return Counted(int(self) + int(other), more=self.more or getattr(other, "more", False))

    __radd__ = __add__

    def __format__(self, spec: str) -> str:
        return f"{'more than ' if self.more else ''}{int(self):,}"

    def __str__(self) -> str:
        return format(self)

    @property
    def short(self) -> str:
        """`1,284`, or `1,000+` where there is little room."""
        return f"{int(self):,}{'+' if self.more else ''}"


def counted(queries: Mapping[Any, QuerySet]) -> dict[Any, Counted]:
    """How many rows each finds, counted to MOST: one query for all of them."""
    parts, values = [], []
    for query in queries.values():
        try:
            sql, params = query.order_by().values("pk")[: MOST + 1].query.sql_with_params()
        except EmptyResultSet:
            sql, params = "select 1 where false", ()
        parts.append(f"(select count(*) from ({sql}) as one)")  # noqa: S608 - as the ORM wrote it
        values += params
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(parts)}", values)
        return dict(zip(queries, map(Counted.upto, cursor.fetchone()), strict=True))


def wide(scope: Scope) -> bool:
    """Whether somebody serves so many schools that what they see is counted only so far."""
    return scope.everywhere or len(scope.schools) > FEW


def part(rows: QuerySet, start: int, stop: int) -> list[Any]:
    """Some rows of an ordered query: their keys are found first, and only then all that is shown of them.

    Asked for both at once, the planner takes fetching for dear and walks the order instead of sorting a few.
    """
    keys = list(rows.values_list("pk", flat=True)[start:stop])
    return list(rows.filter(pk__in=keys)) if keys else []


class Merged:
    """Several ordered queries as one list for `Pages`. `key` puts rows in order by `fields` alone.

    After the first page, no more than these fields are read of what lies before it.
    """

    def __init__(self, *queries: QuerySet, key: Callable[[Any], Any], fields: Sequence[str]) -> None:
        self.queries, self.key, self.fields = queries, key, fields

    def count(self) -> Counted:
        return sum(counted(dict(enumerate(self.queries))).values(), Counted(0))

    def __getitem__(self, page: slice) -> list[Any]:
        if not page.start:
            return list(merge(*(query[: page.stop] for query in self.queries), key=self.key))[: page.stop]
        heads = [self._heads(at, query, page.stop) for at, query in enumerate(self.queries)]
        found = list(merge(*heads, key=lambda head: self.key(head[1])))[page.start : page.stop]
        rows = [query.in_bulk([one.pk for which, one in found if which == at]) for at, query in enumerate(self.queries)]
        return [rows[at][one.pk] for at, one in found if one.pk in rows[at]]

    def _heads(self, at: int, query: QuerySet, stop: int) -> list[tuple[int, Any]]:
        return [(at, head) for head in query.values_list("pk", *self.fields, named=True)[:stop]]


class Chained:
    """Queries as one list for `Pages`, the rows of each after all of those before it."""

    def __init__(self, *queries: QuerySet) -> None:
        self.queries = queries

    def count(self) -> Counted:
        return sum(counted(dict(enumerate(self.queries))).values(), Counted(0))

    def __getitem__(self, page: slice) -> list[Any]:
        found: list[Any] = []
        start, wanted = page.start, page.stop - page.start
        for query in self.queries:
            rows = part(query, start, start + wanted - len(found))
            found += rows
            if len(found) >= wanted:
                break
            start = 0 if rows else max(0, start - query.count())
        return found


class LongPage(Page):
    """One page of a list that may go on after the rows that were counted."""

    def __init__(self, rows: Sequence[Any], number: int, pages: "Pages", *, further: bool) -> None:
        super().__init__(rows, number, pages)
        self.further = further

    def has_next(self) -> bool:
        return self.further

    def next_page_number(self) -> int:
        return self.number + 1

    def end_index(self) -> int:
        return max(self.start_index() + len(self.object_list) - 1, 0)

    @property
    def summary(self) -> str:
        """`1 to 50 of more than 1,000`."""
        return f"{self.start_index():,} to {self.end_index():,} of {self.paginator.count:,}"


class Pages(Paginator):
    """Pages of a queryset, or of anything that can be sliced and says how many it is, as a list or `Merged` do.

    A number past the end is the last page. Past the rows that were counted one may go on as far as there are any.
    """

    @cached_property
    def count(self) -> Counted:
        rows = self.object_list
        if isinstance(rows, QuerySet):
            return counted({0: rows})[0]
        found = len(rows) if isinstance(rows, Sequence) else rows.count()
        return found if isinstance(found, Counted) else Counted(found)

    def validate_number(self, number: Any) -> int:
        goes_on = self.count.more and str(number).isdecimal() and int(number) <= FURTHEST
        return int(number) if goes_on and int(number) > 0 else super().validate_number(number)

    def get_page(self, number: Any) -> LongPage:
        try:
            return super().get_page(number)
        except EmptyPage:
            return self.page(self.num_pages)

    def page(self, number: Any) -> LongPage:
        at = self.validate_number(number)
        first = (at - 1) * self.per_page
        last = first + self.per_page + 1
        found = self.object_list
        rows = part(found, first, last) if isinstance(found, QuerySet) else list(found[first:last])
        if not rows and at > 1:
            raise EmptyPage("There is no such page.")
        return LongPage(rows[: self.per_page], at, self, further=len(rows) > self.per_page)
