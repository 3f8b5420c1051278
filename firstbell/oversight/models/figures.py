"""Figures about one person's month, and what they are asked about it. The person sees them first, and may annotate."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from firstbell.oversight.models.about import About, person
from firstbell.oversight.rules.signals import KINDS


class SeenFirst(About):
    def open_on(self, on):
        """What a supervisor may see: what was annotated or answered, and what its person could see for long enough."""
        return self.filter(Q(opens_on__lte=on) | ~Q(said=""))


class Figure(models.Model):
    """The figures of one counselor for a month, as they were counted on a night. Only what its person says moves.

    `data` is {load, coverage, timeliness, quality, outcome}, each with the words that explain it; `opens_on` is the
    first day on which a supervisor sees it without a word of the person's. Never ranked, never summed to one number.
    """

    user = person()
    month = models.DateField(help_text="Its first day.")
    counted_on = models.DateField()
    opens_on = models.DateField()
    data = models.JSONField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    seen_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=2000, blank=True)
    said_at = models.DateTimeField(null=True)

    objects = SeenFirst.as_manager()

    class Meta:
        db_table = "oversight_figure"
        ordering = ["-month", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "month"], name="one_figure_a_month"),
            models.CheckConstraint(condition=Q(opens_on__gt=F("counted_on")), name="figure_opens_later"),
            models.CheckConstraint(condition=Q(said="") | Q(said_at__isnull=False), name="annotated_at_an_instant"),
        ]
        indexes = [models.Index(fields=["month", "user"], name="figure_by_month")]

    class Privacy:
        personal = {"user", "data", "said"}
        plain = {"id", "month", "counted_on", "opens_on", "at", "seen_at", "said_at"}

    def __str__(self) -> str:
        return f"{self.month:%B %Y}"


class Question(models.Model):
    """What looked odd in somebody's log of a month, asked of them. Never counted; only their answer moves (trigger)."""

    user = person()
    month = models.DateField(help_text="Its first day.")
    kind = models.CharField(max_length=10, choices=list(KINDS.items()))
    words = models.CharField(max_length=500)
    innocent = models.CharField(max_length=300)
    entries = models.JSONField(default=list)
    asked_on = models.DateField()
    opens_on = models.DateField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    said = models.CharField(max_length=2000, blank=True)
    said_at = models.DateTimeField(null=True)

    objects = SeenFirst.as_manager()

    class Meta:
        db_table = "oversight_question"
        ordering = ["-month", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "month", "kind"], name="asked_once_a_month"),
            models.CheckConstraint(condition=Q(opens_on__gt=F("asked_on")), name="question_opens_later"),
            models.CheckConstraint(condition=Q(said="") | Q(said_at__isnull=False), name="answered_at_an_instant"),
        ]

    class Privacy:
        personal = {"user", "kind", "words", "entries", "said"}
        plain = {"id", "month", "innocent", "asked_on", "opens_on", "at", "said_at"}

    def __str__(self) -> str:
        return self.words


class ReachedByGroup(models.Model):
    """Whom somebody reached of the students in need, by group, as a night counted it. Append-only (trigger).

    `data` are sums alone: {languages, spans, programs}, key to [reached, of how many]; small ones are hidden on pages.
    """

    on = models.DateField(unique=True)
    data = models.JSONField()
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "oversight_reached_by_group"
        ordering = ["-on"]

    class Privacy:
        personal = set()
        confidential = {"data"}
        plain = {"id", "on", "at"}

    def __str__(self) -> str:
        return f"Reached alike, {self.on}"
