"""Where a row came from and what it said before: nothing is overwritten without its earlier version kept."""

from django.db import models
from django.db.models.functions import Now


class Arrival(models.Model):
    """Facts arriving together: one applied import, its undoing, or a person's correction.

    `known_at` is when the district knew (the instant the files speak of); `at` is when Firstbell stored it.
    """

    class Source(models.TextChoices):
        SIS = "sis", "Student system"
        UNDO = "undo", "Undone import"
        FIRSTBELL = "firstbell", "Firstbell"

    at = models.DateTimeField(db_default=Now(), editable=False)
    known_at = models.DateTimeField(db_index=True)
    source = models.CharField(max_length=10, choices=Source)
    label = models.CharField(max_length=200)
    year = models.SmallIntegerField()
    through = models.DateField()
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "arrival"

    class Privacy:
        personal = {"by"}
        plain = {"id", "at", "known_at", "source", "label", "year", "through"}

    def __str__(self) -> str:
        return f"{self.label}, known {self.known_at:%Y-%m-%d %H:%M}"


class Change(models.Model):
    """What a roster row said before an arrival changed or withdrew it. Append-only by trigger."""

    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="changes")
    table = models.CharField(max_length=30)
    row = models.BigIntegerField()
    before = models.JSONField()

    class Meta:
        db_table = "roster_change"
        indexes = [models.Index(fields=["table", "row"]), models.Index(fields=["arrival"])]

    class Privacy:
        personal = {"before"}
        plain = {"id", "arrival", "table", "row"}

    def __str__(self) -> str:
        return f"{self.table} {self.row} before {self.arrival_id}"


class Arrived(models.Model):
    """A row of the student system: the arrival that first brought it, and whether it still stands there.

    A foreign key that a unique constraint or another index begins with has no index of its own: millions of rows
    arrive on the first night.
    """

    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="+", db_index=False)
    live = models.BooleanField(default=True)

    class Meta:
        abstract = True
