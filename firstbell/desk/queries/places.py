"""A school, a region or the district: how its students stand, over the year, by group, and where to look."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, FloatField, QuerySet, Sum
from django.db.models.functions import Cast

from firstbell.attendance.cells import AT_MOST, without_small
from firstbell.attendance.models import Breakdown, DistrictDay, SchoolDay, SchoolReview, Standing
from firstbell.core.access import Scope
from firstbell.core.templatetags.ui import count, grade, percent, short_day
from firstbell.desk.queries.today import Reflected
from firstbell.desk.words import BANDS, CHRONIC_BANDS, band_text, program
from firstbell.roster.models import Region, School

FEWER = f"under {AT_MOST + 1}"
HIDDEN = "hidden"
_BANDS = ("satisfactory", "at_risk", "moderate", "severe")
MOST = 10
"""Students named on a school's page; the list of students has all."""
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Place:
    """The figures of one or many schools together. Nothing here is about 10 students or fewer."""

    students: int
    too_small: bool
    rate: str
    chronic: str
    bands: list[dict[str, Any]]
    over_year: list[tuple[str, ...]]
    movement: list[tuple[str, str]]
    trend: list[tuple[str, float | None]]
    weekdays: list[dict[str, Any]]
    grades: list[tuple[str, ...]]
    programs: list[tuple[str, ...]]


def schools(scope: Scope, region: Region | None = None) -> QuerySet[School]:
    rows = School.objects.visible_to(scope).filter(live=True).select_related("region")
    return rows.filter(region=region) if region else rows


def regions(scope: Scope) -> QuerySet[Region]:
    """The regions a person serves; every one for those who serve the district."""
    rows = Region.objects.filter(live=True)
    return rows if scope.everywhere else rows.filter(pk__in=scope.regions)


def place(scope: Scope, among: QuerySet[School], *, district: bool = False) -> Place:
    """The figures of these schools together, in three queries, out of the served tables.

    `district`: they are all there are, whose days were added up by the night.
    """
    reviews = _reviews(scope, among)
    days = _days_of_all() if district and scope.everywhere else _days(scope, among)
    groups = _groups(scope, among)
    now = reviews[-1] if reviews else dict.fromkeys(("students", *_BANDS), 0)
    too_small = now["students"] <= AT_MOST
    enrolled, absent = (sum(day[key] for day in days) for key in ("enrolled", "absent"))
    return Place(
        students=now["students"],
        too_small=too_small,
        rate=HIDDEN if too_small else percent(enrolled - absent, enrolled),
        chronic=HIDDEN if too_small else percent(now["moderate"] + now["severe"], now["students"]),
        bands=[] if too_small else [_band(key, now) for key in _BANDS],
        over_year=[] if too_small else [_review(one) for one in reviews],
        movement=[] if too_small else _movement(reviews),
        trend=[] if too_small else _trend(days),
        weekdays=[] if too_small else _weekdays(days),
        grades=_shown([one for one in groups if one["dimension"] == "grade"], partition=True),
        programs=_shown([one for one in groups if one["dimension"] == "program"], partition=False),
    )


def _reviews(scope: Scope, among: QuerySet[School]) -> list[dict[str, Any]]:
    rows = SchoolReview.objects.visible_to(scope).filter(school__in=among.values("pk")).values("on")
    return list(rows.annotate(**{key: Sum(key) for key in ("students", *_BANDS)}).order_by("on"))


def _days(scope: Scope, among: QuerySet[School]) -> list[dict[str, Any]]:
    """Each day's sums; a day on which hardly anyone was enrolled tells of too few to be shown."""
    rows = SchoolDay.objects.visible_to(scope).filter(school__in=among.values("pk")).values("day")
    summed = rows.annotate(enrolled=Sum("enrolled"), absent=Sum("absent")).filter(enrolled__gt=AT_MOST)
    return list(summed.order_by("day"))


def _days_of_all() -> list[dict[str, Any]]:
    return list(DistrictDay.objects.filter(enrolled__gt=AT_MOST).order_by("day").values("day", "enrolled", "absent"))


def _groups(scope: Scope, among: QuerySet[School]) -> list[dict[str, Any]]:
    rows = Breakdown.objects.visible_to(scope).filter(school__in=among.values("pk")).values("dimension", "value")
    sums = {key: Sum(key) for key in ("students", "chronic", "severe", "enrolled_days", "absent_days")}
    return sorted(rows.annotate(**sums), key=lambda one: (one["dimension"], *_in_grade_order(one["value"])))


def _in_grade_order(value: str) -> tuple[int, str]:
    """Before first grade come kindergarten and the year before it."""
    first = {"TK": -2, "KN": -1, "KG": -1, "K": -1}
    return (int(value), "") if value.isdecimal() else (first.get(value.upper(), 99), value)


def _band(key: str, now: dict[str, Any]) -> dict[str, Any]:
    share = percent(now[key], now["students"])
    return {"label": BANDS[key], "count": now[key], "tone": key, "text": f"{now[key]:,} · {share}"}


def _review(one: dict[str, Any]) -> tuple[str, ...]:
    chronic = percent(one["moderate"] + one["severe"], one["students"])
    if one["students"] <= AT_MOST:
        return (short_day(one["on"]), FEWER, *[HIDDEN] * 5)
    return (short_day(one["on"]), count(one["students"]), *(count(one[key]) for key in _BANDS), chronic)


def _movement(reviews: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """(band, how many more or fewer) since the review mark before the newest."""
    if len(reviews) < 2 or reviews[-2]["students"] <= AT_MOST:
        return []
    before, now = reviews[-2:]
    moved = [(BANDS[key], now[key] - before[key]) for key in _BANDS]
    return [("Since", short_day(before["on"]))] + [
        (band, f"{by:+,}".replace("-", "\u2212") if by else "no change") for band, by in moved
    ]


def _trend(days: Iterable[dict[str, Any]]) -> list[tuple[str, float | None]]:
    """Attendance of each week in percent, to a tenth, by the Monday it begins on."""
    weeks: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for one in days:
        week = weeks[one["day"] - timedelta(one["day"].weekday())]
        week[0] += one["enrolled"]
        week[1] += one["absent"]
    return [(short_day(on), _tenths(whole - gone, whole)) for on, (whole, gone) in weeks.items()]


def _tenths(part: int, whole: int) -> float | None:
    return (2000 * part + whole) // (2 * whole) / 10 if whole else None


def _weekdays(days: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Share of students absent on each weekday."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for one in days:
        sums[one["day"].weekday()][0] += one["absent"]
        sums[one["day"].weekday()][1] += one["enrolled"]
    return [
        {"label": _DAYS[day], "count": _tenths(gone, whole) or 0, "text": percent(gone, whole)}
        for day, (gone, whole) in sorted(sums.items())
    ]


def _shown(groups: list[dict[str, Any]], *, partition: bool) -> list[tuple[str, ...]]:
    """Rows of a table by group. A small group is hidden, and where the groups add up, another with it."""
    counts = [one["students"] for one in groups]
    return [_group(one, shown) for one, shown in zip(groups, without_small(counts, partition=partition), strict=True)]


def _group(one: dict[str, Any], shown: int | None) -> tuple[str, ...]:
    name = grade(one["value"]) if one["dimension"] == "grade" else program(one["value"])
    if shown is None:
        return (name, FEWER if one["students"] <= AT_MOST else HIDDEN, HIDDEN, HIDDEN, HIDDEN)
    attended = percent(one["enrolled_days"] - one["absent_days"], one["enrolled_days"])
    return (name, count(shown), attended, percent(one["chronic"], shown), percent(one["severe"], shown))


@dataclass(frozen=True)
class Most:
    """The students of a school who missed the largest share of their days, and how many are chronic in all."""

    rows: list[dict[str, Any]]
    count: int


def most_missed(scope: Scope, school: School) -> Most:
    """Two queries, whatever the school's size."""
    rows = Standing.objects.visible_to(scope).filter(school=school, national_band__in=CHRONIC_BANDS)
    share = Cast("absent", FloatField()) / F("enrolled")  # only to put them in order
    first = rows.select_related("student").order_by(share.desc(), "-absent", "student_id")[:MOST]
    return Most([{"standing": one, "band_text": band_text(one)} for one in first], rows.count())


class Table:
    """Schools for `Pages`, a row each: students, rate of the year, chronic share. Four queries for a page of them.

    A small school is hidden, and where the total would give it away, the next smallest with it.
    """

    def __init__(self, scope: Scope, among: QuerySet[School], at: Reflected | None) -> None:
        self.scope = scope
        self.ids = list(among.order_by("name", "pk").values_list("pk", flat=True))
        reviews = SchoolReview.objects.visible_to(scope).filter(on=at.served.on if at else None)
        reviews = reviews.filter(school__in=among.order_by().values("pk")).order_by("school")
        self.now = {pk: told for pk, *told in reviews.values_list("school", "students", *CHRONIC_BANDS)}
        shown = without_small([students for students, *_ in self.now.values()])
        self.hidden = {pk for pk, students in zip(self.now, shown, strict=True) if students is None}

    def count(self) -> int:
        return len(self.ids)

    def __getitem__(self, page: slice) -> list[dict[str, Any]]:
        ids = self.ids[page]
        named = School.objects.visible_to(self.scope).in_bulk(ids)
        sums = Breakdown.objects.visible_to(self.scope).filter(dimension="grade", school__in=ids).values("school")
        sums = sums.annotate(enrolled=Sum("enrolled_days"), absent=Sum("absent_days"))
        rates = {one["school"]: one for one in sums}
        return [
            _school_row(named[pk], self.now.get(pk), rates.get(pk), hidden=pk in self.hidden)
            for pk in ids
            if pk in named
        ]


def _school_row(school: School, now: list[int] | None, days: dict[str, Any] | None, *, hidden: bool) -> dict[str, Any]:
    """`now`: students, and those in each of the chronic bands."""
    row = {"school": school, "students": "no students", "rate": "", "chronic": "", "severe": ""}
    if now is None or days is None:
        return row
    students, moderate, severe = now
    if hidden:
        words = FEWER if students <= AT_MOST else HIDDEN
        return row | {"students": words, "rate": HIDDEN, "chronic": HIDDEN, "severe": HIDDEN}
    return row | {
        "students": count(students),
        "rate": percent(days["enrolled"] - days["absent"], days["enrolled"]),
        "chronic": percent(moderate + severe, students),
        "severe": percent(severe, students),
    }
