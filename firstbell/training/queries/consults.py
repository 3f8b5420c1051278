"""Consults, shaped for pages: the log of a month, its sums by area and by school, and the same as a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum

from firstbell.core.access import Scope
from firstbell.core.months import next_month
from firstbell.core.spreadsheets import csv_safe
from firstbell.roster.models import SchoolYear
from firstbell.training.models.questions import Area, Consult
from firstbell.training.queries.questions import number

HEAD = ("on", "region", "school", "area", "way", "minutes", "with", "about", "advised", "by")


def log(scope: Scope, month: date, school: str = "") -> QuerySet[Consult]:
    """The consults of a month at the schools of a scope, newest first; undone ones too."""
    rows = Consult.objects.visible_to(scope).filter(on__gte=month, on__lt=next_month(month))
    if school:
        rows = rows.filter(school=number(school))
    return rows.select_related("school__region", "by", "undone_by")


@dataclass(frozen=True, slots=True)
class Of:
    """What was advised in one area, or at one school."""

    label: str
    consults: int
    minutes: int


def sums(rows: QuerySet[Consult]) -> tuple[list[Of], list[Of], Of]:
    """By area in its order, by school by name, and all together; without what was undone. Two queries."""
    told = rows.filter(undone_at=None).select_related(None)
    by_area = {each["area"]: each for each in _counted(told, "area")}
    areas = [_of(words, by_area[key]) for key, words in Area.choices if key in by_area]
    schools = [_of(each["school__name"], each) for each in _counted(told, "school__name", "school")]
    every = Of("All together", sum(one.consults for one in areas), sum(one.minutes for one in areas))
    return areas, schools, every


def _counted(rows: QuerySet[Consult], *by: str) -> QuerySet:
    return rows.order_by(*by).values(*by).annotate(consults=Count("pk"), spent=Sum("minutes"))


def _of(label: str, found: dict) -> Of:
    return Of(label, found["consults"], found["spent"])


def lines(rows: QuerySet[Consult]) -> Iterator[list[str]]:
    """What a file holds, with its head; nothing that was undone."""
    yield list(HEAD)
    for one in rows.filter(undone_at=None):
        told = (
            one.on.isoformat(), str(one.school.region or ""), str(one.school), one.get_area_display(),
            one.get_way_display(), str(one.minutes), one.whom, one.about, one.advised, str(one.by),
        )  # fmt: skip
        yield [csv_safe(cell) for cell in told]


def year_begins(today: date) -> date:
    """The first day of the school year that has begun; without any on record the law's, the first of July."""
    begun = SchoolYear.objects.filter(starts__lte=today, live=True).order_by("-starts").values_list("starts", flat=True)
    first = begun.first()
    return first or date(today.year if today.month >= 7 else today.year - 1, 7, 1)
