"""How long a Field Coordinator of 120 counselors waits, and the pages of counselor days, at the district's size.

    FIRSTBELL_HOME=… python -m benchmarks.oversight

Measures the district that is in FIRSTBELL_HOME (`python -m benchmarks.nightly --home …` leaves the largest one there,
`python -m benchmarks.load` puts a year of casework into it). The counselors, their days and whoever asks are made up
and rolled back. The peer of the same run is a page without a figure: what frame, sign-in and scope alone take.
"""

import argparse
import statistics
import time
from datetime import date
from typing import Any
from unittest import mock

from firstbell.site.ready import ready

COUNSELORS, BOUGHT = 120, 40
FUNDS = (("title_1", 2), ("general", 4))


def measure(times: int) -> list[tuple[str, str, list[float], int]]:
    """(page, who, milliseconds of each, bar)."""
    from django.db import transaction

    with transaction.atomic():
        region, schools = _branch()
        people = {role: _somebody(role, region, schools[0]) for role in ROLES}
        rows = [
            (name, role, _times(people[role], address, times), bar)
            for name, role, address, bar in _pages(region, schools)
        ]
        transaction.set_rollback(True)
    return rows


ROLES = ("coordinator", "region_counselor", "principal", "director", "counselor")


def _branch() -> tuple[Any, list[Any]]:
    """One region with a counselor at each of 120 schools, of whom the first forty bought three days a week."""
    from firstbell.core import clock
    from firstbell.core.models import User
    from firstbell.roster.models import Region, School
    from firstbell.site import practice_staffing
    from firstbell.staffing import actions as staffing

    schools = list(School.objects.filter(live=True).order_by("pk")[:COUNSELORS])
    region = schools[0].region or Region.objects.order_by("pk").first()
    School.objects.filter(pk__in=[one.pk for one in schools]).update(region=region)
    director = _somebody("director", region, schools[0])
    for number, school in enumerate(schools):
        user = User.objects.create(username=f"bench-{number}", password="!", last_name=f"Bench {number:03d}")
        practice_staffing.qualify(user, clock.today())
        post = staffing.assign(user=user, role="counselor", school=school, by=None, begins=date(2000, 1, 1), tenths=6)
        if number < BOUGHT:
            post.purchase = _bought(school, director)
            post.save(update_fields=["purchase"])
    return region, schools


def _bought(school: Any, by: Any) -> Any:
    from django.utils import timezone

    from firstbell.core import clock
    from firstbell.staffing.models import Purchase, PurchaseMove, Share
    from firstbell.staffing.rules.purchases import fiscal_year

    first, last = fiscal_year(clock.today())
    made = Purchase.objects.create(
        school=school, fiscal_year=last.year, tenths=6, cents=60_000_00, begins_on=first, ends_on=last, by=by
    )
    Share.objects.bulk_create(Share(purchase=made, fund=fund, tenths=n, cents=n * 10_000_00) for fund, n in FUNDS)
    made.signed_by, made.signed_at, made.letter, made.state = by, timezone.now(), b"%PDF", "approved"
    made.save()
    PurchaseMove.objects.create(purchase=made, before="checked", after="approved", by=by)
    return made


def _somebody(role: str, region: Any, school: Any) -> Any:
    from firstbell.core import clock
    from firstbell.core.models import User
    from firstbell.site import practice_staffing
    from firstbell.staffing import actions as staffing

    user, new = User.objects.get_or_create(username=f"bench.{role}", defaults={"password": "!"})
    if new:
        where = {"school": school} if role in ("principal", "counselor") else {}
        where |= {"region": region} if role in ("coordinator", "region_counselor") else {}
        if role == "counselor":
            practice_staffing.qualify(user, clock.today())
        staffing.assign(user=user, role=role, by=None, begins=date(2000, 1, 1), tenths=10, **where)
    return user


def _pages(region: Any, schools: list[Any]) -> list[tuple[str, str, str, int]]:
    from django.urls import reverse

    from firstbell.core import clock
    from firstbell.oversight.actions import figures

    figures.count_month(on=clock.today())
    figures.count_reached(on=clock.today())
    school = [schools[0].pk]
    return [
        ("nothing but the frame", "coordinator", reverse("oversight:how"), 0),
        ("what needs a coordinator", "coordinator", reverse("oversight:exceptions"), 150),
        ("counselors", "coordinator", reverse("oversight:counselors"), 150),
        ("ledger of days", "coordinator", reverse("oversight:ledger"), 100),
        ("a school's ledger", "principal", reverse("oversight:ledger_school", args=school), 100),
        ("statement so far", "principal", reverse("oversight:so_far", args=school), 100),
        ("what would days bring", "principal", reverse("oversight:what_if", args=school), 100),
        ("principal's desk", "principal", reverse("desk:principal"), 100),
        ("Region's desk", "region_counselor", reverse("desk:region_desk"), 100),
        ("region meeting", "region_counselor", reverse("oversight:region", args=[region.pk]), 100),
        ("director's desk", "director", reverse("desk:district_desk"), 100),
        ("training of people", "region_counselor", reverse("training:people"), 100),
        ("questions of schools", "region_counselor", reverse("training:board"), 100),
        ("my time", "counselor", reverse("oversight:time"), 100),
    ]  # fmt: skip


def _times(user: Any, address: str, times: int) -> list[float]:
    from django.test import Client

    client = Client()
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200, f"{address}: expected 200, found {answer.status_code}"
    waits = []
    for _ in range(times):
        began = time.perf_counter()
        client.get(address)
        waits.append(1000 * (time.perf_counter() - began))
    return waits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20)
    asked = parser.parse_args()
    ready()
    with mock.patch("django.conf.settings.ALLOWED_HOSTS", ["testserver"]):
        rows = measure(asked.times)
    print(f"{COUNSELORS} counselors of one region, {BOUGHT} schools with days; milliseconds of a whole answer\n")
    print(f"{'page':26} {'who':17} {'median':>8} {'p95':>8} {'bar':>5}")
    for name, role, waits, bar in rows:
        p95 = sorted(waits)[int(0.95 * (len(waits) - 1))]
        print(f"{name:26} {role:17} {statistics.median(waits):8.1f} {p95:8.1f} {bar or '':>5}")


if __name__ == "__main__":
    main()
