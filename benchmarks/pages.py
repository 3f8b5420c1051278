"""How long staff wait: the data of a page and its whole response, for a director, who sees everyone, and a counselor.

    FIRSTBELL_HOME=… python -m benchmarks.pages

Measures the district that is in FIRSTBELL_HOME (`python -m benchmarks.nightly --home …` leaves the largest one there).
Whoever asks is made up and rolled back; so is the access log of what they opened.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from unittest import mock

from firstbell.site.ready import ready

BARS = {"student": 20, "search": 50}
LIST = 100


@dataclass
class Row:
    page: str
    who: str
    queries: int
    data: list[float]
    whole: list[float]

    @property
    def bar(self) -> int:
        return BARS.get(self.page.split()[0], LIST)


def measure(asked: argparse.Namespace) -> list[Row]:
    from django.db import transaction

    with transaction.atomic():
        rows = [row for role in ("director", "counselor") for row in _as(role, asked)]
        transaction.set_rollback(True)
    return rows


def _as(role: str, asked: argparse.Namespace) -> Iterator[Row]:
    from django.test import Client

    from firstbell.core import clock
    from firstbell.core.models import User
    from firstbell.roster.models import School
    from firstbell.site import practice_staffing
    from firstbell.staffing import actions as staffing

    schools = School.objects.filter(live=True).order_by("pk")[:2]
    someone = User.objects.create(username=f"bench.{role}", password="!")
    if role == "counselor":
        practice_staffing.qualify(someone, clock.today())
    for school in schools if role == "counselor" else [None]:
        tenths = 5 if school else 10
        staffing.assign(user=someone, role=role, school=school, by=None, begins=date(2000, 1, 1), tenths=tenths)
    client = Client()
    client.force_login(someone)
    for page, addresses in pages(role, schools[0], random.Random(1), asked.times):
        queries = _queries(client.get, addresses[0])
        yield Row(page, role, queries, _data(someone, addresses), _times(client.get, addresses))


def pages(role: str, school, rng: random.Random, times: int) -> Iterator[tuple[str, list[str]]]:
    """(page, addresses to ask in turn)."""
    from django.urls import reverse

    from firstbell.attendance.models import Standing
    from firstbell.desk.queries.gaps import GAPS

    busy = Standing.objects.filter(absent__gte=8)
    mine = busy.filter(school=school) if role == "counselor" else busy
    keys = list(mine.order_by("pk").values_list("pk", flat=True)[:20_000])
    someone = [str(rng.choice(keys)) for _ in range(times)]
    yield "student file", [reverse("desk:student", args=[pk]) for pk in someone]
    yield "why", [reverse("desk:why", args=[pk]) for pk in someone]
    for words in ("maria", "garcia lopez", "jose", "ng", "m", "09245110"):
        yield f"search {words!r}", [f"{reverse('desk:search')}?q={words.replace(' ', '+')}"] * times
    yield "Today", [reverse("desk:today")] * times
    yield "students", [reverse("desk:students")] * times
    yield "students, severe", [reverse("desk:students") + "?band=severe"] * times
    for name in GAPS:
        yield f"not seen, {name}", [f"{reverse('desk:gaps')}?list={name}"] * times
    yield "lost students", [reverse("recovery:board")] * times
    yield "lost, one board", [f"{reverse('recovery:board')}?all=1"] * times
    yield "lost, one column", [f"{reverse('recovery:board')}?lane=left"] * times
    yield "school", [reverse("desk:school", args=[school.pk])] * times
    if role == "director":
        yield "schools", [reverse("desk:schools")] * times
        yield "region", [reverse("desk:region", args=[school.region_id])] * times
        yield "district", [reverse("desk:district")] * times
        yield "uncounted", [reverse("desk:uncounted")] * times


def _times(get: Callable, addresses: list[str]) -> list[float]:
    get(addresses[0])
    return [_timed(get, url) for url in addresses]


def _timed(get: Callable, url: str) -> float:
    began = time.perf_counter()
    answer = get(url)
    taken = 1000 * (time.perf_counter() - began)
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    return taken


def _data(someone, addresses: list[str]) -> list[float]:
    """Views do all but draw, behind the door: what is left is the data of the page."""
    from django.http import HttpResponse
    from django.test import RequestFactory
    from django.urls import resolve

    from firstbell.core import clock
    from firstbell.staffing.queries import scope_of

    def look(url: str) -> HttpResponse:
        request, found = RequestFactory().get(url), resolve(url.split("?")[0])
        request.user, request.scope, request.htmx = someone, scope_of(someone, clock.today()), False
        return found.func.__wrapped__(request, **found.kwargs)

    nothing = HttpResponse("")
    with (
        mock.patch("firstbell.desk.views.pages.render", return_value=nothing),
        mock.patch("firstbell.desk.views.gaps.render", return_value=nothing),
        mock.patch("firstbell.recovery.views.board.render", return_value=nothing),
    ):
        return _times(look, addresses)


def _queries(get: Callable, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        get(url)
    return len(seen)


def in_table(rows: list[Row]) -> str:
    lines = [f"{'page':<24} {'who':<10} {'queries':>7} {'data ms':>8} {'p95':>6} {'whole ms':>9} {'p95':>6} {'bar':>5}"]
    for row in rows:
        figures = [f(times) for times in (row.data, row.whole) for f in (statistics.median, _p95)]
        cells = "{:>8.1f} {:>6.1f} {:>9.1f} {:>6.1f}".format(*figures)
        lines.append(f"{row.page:<24} {row.who:<10} {row.queries:>7} {cells} {row.bar:>5}")
    return "\n".join(lines)


def _p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * (len(times) - 1))]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--times", type=int, default=21)
    asked = options.parse_args()
    ready()
    from firstbell.roster.models import Student

    rows = measure(asked)
    print(f"{Student.objects.count():,} students, median and 95th percentile of {asked.times}\n\n{in_table(rows)}")


if __name__ == "__main__":
    main()
