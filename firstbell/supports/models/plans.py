"""A student's plan in its versions, what each side commits to, and who checked whether it was kept."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from firstbell.core.access import Scoped
from firstbell.supports.rules import PARTIES, goal_words, words


def person(**more):
    return models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+", **more)


class Commitment(models.Model):
    """What one side promised. Never changed (trigger): new words are a new commitment, in a new version of the plan."""

    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="+")
    party = models.CharField(max_length=8, choices=list(PARTIES.items()))
    text = models.CharField(max_length=300)
    who = models.CharField(max_length=120, blank=True)
    by_on = models.DateField(null=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = Scoped.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "supports_commitment"
        ordering = ["pk"]

    class Privacy:
        personal = {"student", "party", "who", "by_on", "by"}
        confidential = {"text"}
        plain = {"id", "at"}

    def __str__(self) -> str:
        return f"{self.get_party_display()}: {self.text}"


class Check(models.Model):
    """Somebody asked whether a commitment was kept. The newest says how it stands; append-only by trigger."""

    class State(models.TextChoices):
        KEPT = "kept", "Kept"
        BROKEN = "not_kept", "Not kept"
        UNKNOWN = "unknown", "Not known"

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="checks")
    state = models.CharField(max_length=8, choices=State)
    note = models.CharField(max_length=300, blank=True)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    class Meta:
        db_table = "supports_check"
        ordering = ["pk"]

    class Privacy:
        personal = {"commitment", "state", "on", "by"}
        confidential = {"note"}
        plain = {"id", "at"}

    def __str__(self) -> str:
        return f"{self.get_state_display()} on {self.on}"


class PlanQuerySet(Scoped):
    def in_force(self):
        return self.filter(state=Plan.State.IN_FORCE)


class Plan(models.Model):
    """A version of a student's plan of a year; an edit makes the next. Only `state` and why it ended move (trigger).

    `begins_on` is the day of the first version: what is compared is before and after it. `goal_from` is the day on
    which this goal was set. `barriers` are keys of the taxonomy.
    """

    class State(models.TextChoices):
        IN_FORCE = "in_force", "In force"
        REPLACED = "replaced", "Replaced by a later version"
        ENDED = "ended", "Ended"

    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="plans")
    year = models.SmallIntegerField()
    version = models.SmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.IN_FORCE)
    begins_on = models.DateField()
    strengths = models.TextField(blank=True)
    barriers = models.JSONField(default=list)
    asked_for = models.TextField(blank=True)
    goal_days = models.SmallIntegerField()
    goal_of = models.SmallIntegerField()
    goal_from = models.DateField()
    review_on = models.DateField()
    agreed_by = models.CharField(max_length=200)
    commitments = models.ManyToManyField(Commitment, related_name="plans", db_table="supports_plan_commitment")
    on = models.DateField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()
    ended_on = models.DateField(null=True)
    ended_why = models.CharField(max_length=300, blank=True)

    objects = PlanQuerySet.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "supports_plan"
        constraints = [
            models.UniqueConstraint(
                fields=["student", "year"], condition=Q(state="in_force"), name="one_plan_in_force"
            ),
            models.UniqueConstraint(fields=["student", "year", "version"], name="one_plan_by_version"),
            models.CheckConstraint(condition=Q(goal_days__gte=0, goal_of__gt=F("goal_days")), name="plan_has_a_goal"),
            models.CheckConstraint(condition=Q(review_on__gte=F("on")), name="review_not_past"),
            models.CheckConstraint(
                condition=Q(state="ended", ended_on__isnull=False) | ~Q(state="ended") & Q(ended_on=None),
                name="plan_ended_on_a_day",
            ),
        ]
        indexes = [models.Index(fields=["review_on"], condition=Q(state="in_force"), name="plan_by_review")]

    class Privacy:
        personal = {
            "student", "begins_on", "barriers", "goal_days", "goal_of", "goal_from", "review_on", "agreed_by", "by",
            "commitments", "ended_why",
        }  # fmt: skip
        confidential = {"strengths", "asked_for"}
        plain = {"id", "year", "version", "state", "on", "at", "ended_on"}

    def __str__(self) -> str:
        return f"plan of {self.student_id}, version {self.version}"

    @property
    def goal(self) -> str:
        return goal_words(self.goal_days, self.goal_of)

    @property
    def barrier_words(self) -> list[str]:
        return words(self.barriers)
