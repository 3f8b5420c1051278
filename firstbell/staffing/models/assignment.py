"""Who might work where next: a proposal for a fiscal year, with what it could not meet, before it becomes posts."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from firstbell.staffing.models.posts import person


class Proposal(models.Model):
    """One run of the solver over the bought days of a fiscal year. `bound` is what no assignment could pass.

    `asked` is what waited: [{"purchase", "halves", "need"}]; `unmet` what nobody was found for: [{"purchase",
    "halves", "why"}]. `said` is why it came to nothing, or was not put into force.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Being worked out"
        READY = "ready", "Ready to look at"
        GOING = "going", "Being put into force"
        IN_FORCE = "in_force", "In force"
        DROPPED = "dropped", "Dropped"
        FAILED = "failed", "Came to nothing"

    fiscal_year = models.SmallIntegerField()
    begins_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    value = models.BigIntegerField(null=True)
    bound = models.BigIntegerField(null=True)
    milliseconds = models.IntegerField(null=True)
    asked = models.JSONField(default=list)
    unmet = models.JSONField(default=list)
    said = models.CharField(max_length=300, blank=True)
    version = models.IntegerField(default=1)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person(null=True)

    class Meta:
        db_table = "assignment_proposal"
        ordering = ["-fiscal_year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "begins_on"], condition=Q(state="in_force"), name="one_assignment_in_force"
            ),
        ]

    class Privacy:
        personal = {"by"}
        plain = {
            "id", "fiscal_year", "begins_on", "state", "value", "bound", "milliseconds", "version", "at", "asked",
            "unmet", "said",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"Assignment of {self.fiscal_year - 1}-{self.fiscal_year % 100:02d}"


class Placement(models.Model):
    """Somebody at a school on half days of the week, within a proposal. `halves` are ten of 0 or 1: Monday morning,
    Monday afternoon, Tuesday morning and so on; `why` is what spoke for it. `by` a person once moved by hand.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="placements")
    purchase = models.ForeignKey("staffing.Purchase", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    halves = ArrayField(models.SmallIntegerField(), size=10)
    why = models.JSONField(default=list)
    by = person(null=True)

    class Meta:
        db_table = "assignment_placement"
        ordering = ["proposal", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "purchase", "user"], name="one_placement_of_a_person"),
            models.CheckConstraint(condition=Q(halves__len=10), name="ten_half_days"),
        ]
        indexes = [models.Index(F("proposal"), F("user"), name="placement_by_person")]

    class Privacy:
        personal = {"user", "halves", "why", "by"}
        plain = {"id", "proposal", "purchase"}

    def __str__(self) -> str:
        return f"{self.user} at {self.purchase.school}"
