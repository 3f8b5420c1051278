"""Regions, schools, school years and the calendars a school runs."""

from django.db import models

from firstbell.core.access import Scoped
from firstbell.roster.models.history import Arrived


class Region(Arrived):
    key = models.CharField(unique=True)
    name = models.CharField()

    class Meta:
        db_table = "region"
        ordering = ["name"]

    class Privacy:
        personal = set()
        plain = {"id", "key", "name", "arrival", "live"}

    def __str__(self) -> str:
        return self.name


class School(Arrived):
    key = models.CharField(unique=True)
    name = models.CharField()
    state_id = models.CharField(null=True)  # noqa: DJ001 - null says the file did not say
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="schools")

    objects = Scoped.as_manager()
    in_school = "pk"

    class Meta:
        db_table = "school"
        ordering = ["name"]
        indexes = [models.Index(fields=["name"], name="school_by_name")]

    class Privacy:
        personal = set()
        plain = {"id", "key", "name", "state_id", "region", "arrival", "live"}

    def __str__(self) -> str:
        return self.name


class SchoolYear(Arrived):
    """A school year, named by the calendar year it ends in (EDC 37200)."""

    year = models.SmallIntegerField(unique=True)
    name = models.CharField()
    starts = models.DateField()
    ends = models.DateField()

    class Meta:
        db_table = "school_year"

    class Privacy:
        personal = set()
        plain = {"id", "year", "name", "starts", "ends", "arrival", "live"}

    def __str__(self) -> str:
        return self.name


class Calendar(Arrived):
    """One of the calendars a school runs in a year; a school may run several."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="calendars")
    year = models.SmallIntegerField()
    code = models.CharField()
    kind = models.CharField(null=True)  # noqa: DJ001

    class Meta:
        db_table = "calendar"
        constraints = [models.UniqueConstraint(fields=["school", "year", "code"], name="one_calendar_by_code")]

    class Privacy:
        personal = set()
        plain = {"id", "school", "year", "code", "kind", "arrival", "live"}

    def __str__(self) -> str:
        return f"{self.code} {self.year}"


class CalendarDay(Arrived):
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="days", db_index=False)
    day = models.DateField()
    event = models.CharField()
    minutes = models.SmallIntegerField(null=True)

    class Meta:
        db_table = "calendar_day"
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="one_row_a_calendar_day")]

    class Privacy:
        personal = set()
        plain = {"id", "calendar", "day", "event", "minutes", "arrival", "live"}

    def __str__(self) -> str:
        return f"{self.day} {self.event}"
