"""Hearings that a Field Coordinator attended, and what they saw of the process."""

from django.db import models
from django.db.models.functions import Now

from firstbell.core.access import Scoped
from firstbell.oversight.models.about import person


class Observation(models.Model):
    """One hearing as one person saw it: {item of the checklist: yes, no, unseen}, and words. Append-only (trigger).

    What is watched is the process and who chairs it; nothing is written about the family.
    """

    hearing = models.ForeignKey("panels.Hearing", on_delete=models.PROTECT, related_name="observations")
    seen = models.JSONField()
    said = models.CharField(max_length=2000, blank=True)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = Scoped.as_manager()
    in_school = "hearing__school"

    class Meta:
        db_table = "oversight_observation"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["hearing", "by"], name="observed_once_by_a_person")]

    class Privacy:
        personal = {"seen", "said", "by"}
        plain = {"id", "hearing", "on", "at"}

    def __str__(self) -> str:
        return f"hearing seen on {self.on}"
