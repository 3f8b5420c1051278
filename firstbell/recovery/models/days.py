"""A recovery day: the day on which many people knock or ring at once, and each stop on its lists."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstbell.core.access import Scope, Scoped
from firstbell.recovery.models.searches import Search, person
from firstbell.recovery.rules.days import AREAS, HOWS, RESULTS


class DayQuerySet(Scoped):
    def visible_to(self, scope: Scope) -> Self:
        """A day of one school, of a region, or (both blank) of the district."""
        if scope.everywhere:
            return self
        return self.filter(Q(school__in=scope.schools) | Q(region__in=scope.regions))


class Day(models.Model):
    """One recovery day. `phone` is the number that volunteers give and families may call back."""

    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey("roster.Region", on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=80)
    on = models.DateField()
    how = models.CharField(max_length=8, choices=list(HOWS.items()))
    area = models.CharField(max_length=8, choices=list(AREAS.items()))
    phone = models.CharField(max_length=40)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = DayQuerySet.as_manager()

    class Meta:
        db_table = "recovery_day"
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(school=None) | Q(region=None), name="day_of_school_or_region")
        ]

    class Privacy:
        personal = {"by"}
        plain = {"id", "school", "region", "name", "on", "how", "area", "phone", "at"}

    def __str__(self) -> str:
        return self.name


class Stop(models.Model):
    """One student on a day's list. What came of it is also an entry of the contact log, and is never said twice."""

    day = models.ForeignKey(Day, on_delete=models.PROTECT, related_name="stops")
    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="stops")
    area = models.CharField(max_length=80)
    result = models.CharField(max_length=10, choices=[(key, one.label) for key, one in RESULTS.items()], blank=True)
    note = models.CharField(max_length=300, blank=True)
    entry = models.ForeignKey("cases.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(null=True)
    entered_by = person(null=True)

    objects = Scoped.as_manager()
    in_school, of_student = "search__school", "search__student"

    class Meta:
        db_table = "recovery_stop"
        ordering = ["area", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["day", "search"], name="one_stop_a_search"),
            models.CheckConstraint(
                condition=Q(result="", entry=None, entered_by=None) | ~Q(result="") & Q(entered_by__isnull=False),
                name="result_entered_by_somebody",
            ),
        ]

    class Privacy:
        personal = {"search", "area", "result", "entry", "entered_by"}
        confidential = {"note"}
        plain = {"id", "day", "entered_at"}

    def __str__(self) -> str:
        return f"{self.area}: {self.get_result_display() or 'to do'}"
