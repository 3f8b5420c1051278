"""The daily card of check-in/check-out: up to three targets, 0 to 2 points for each on a school day."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstbell.core.access import Scoped
from firstbell.supports.models.plans import person


class CardQuerySet(Scoped):
    def running(self):
        return self.filter(ended_on=None)


class Card(models.Model):
    """The targets of a student. Other targets are another card."""

    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="cards")
    targets = models.JSONField()
    begins_on = models.DateField()
    ended_on = models.DateField(null=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = CardQuerySet.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "supports_card"
        constraints = [models.UniqueConstraint(fields=["student"], condition=Q(ended_on=None), name="one_card_running")]

    class Privacy:
        personal = {"student", "begins_on", "ended_on", "by"}
        confidential = {"targets"}
        plain = {"id", "at"}

    def __str__(self) -> str:
        return f"card of {self.student_id}"


class CardDay(models.Model):
    """The points of one day, in the order of the card's targets."""

    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="days")
    on = models.DateField()
    points = models.JSONField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    class Meta:
        db_table = "supports_card_day"
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["card", "on"], name="one_row_a_card_day")]

    class Privacy:
        personal = {"card", "on", "points", "by"}
        plain = {"id", "at"}

    def __str__(self) -> str:
        return f"{self.on}: {sum(self.points)}"
