"""Findings about somebody's work, the plan to mend it, its steps, and the appeal that another person decides."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from firstbell.oversight.models.about import About, person
from firstbell.oversight.rules.findings import OPEN, STATES


class FindingQuerySet(About):
    def open(self):
        return self.filter(state__in=OPEN)


class Finding(models.Model):
    """What was found, on what it rests, and under which rule. What was found never changes (trigger), only its state.

    `evidence` is the address of a page of ours that shows it. Whatever happens is a FindingMove; `version` counts them.
    """

    user = person()
    what = models.CharField(max_length=1000)
    evidence = models.CharField(max_length=300)
    rule = models.CharField(max_length=200)
    on = models.DateField()
    by = person()
    at = models.DateTimeField(db_default=Now(), editable=False)
    state = models.CharField(max_length=12, choices=list(STATES.items()), default="open")
    answer = models.CharField(max_length=2000, blank=True)
    review_on = models.DateField(null=True)
    settled_on = models.DateField(null=True)
    version = models.IntegerField(default=1)

    objects = FindingQuerySet.as_manager()

    class Meta:
        db_table = "oversight_finding"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(user=F("by")), name="nobody_finds_of_themselves"),
            models.CheckConstraint(
                condition=~Q(what="") & ~Q(evidence="") & ~Q(rule=""), name="a_finding_rests_on_something"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, settled_on=None) | ~Q(state__in=OPEN) & Q(settled_on__isnull=False),
                name="settled_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("planned", "done")) | Q(review_on__isnull=False), name="a_plan_has_a_review"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="finding_of_person"),
            models.Index(fields=["review_on"], condition=Q(state__in=OPEN), name="finding_by_review"),
        ]

    class Privacy:
        personal = {"user", "what", "evidence", "rule", "by", "answer", "state", "review_on", "settled_on"}
        plain = {"id", "on", "at", "version"}

    def __str__(self) -> str:
        return self.what


class PlanStep(models.Model):
    """One step of a corrective action plan: what, who, by when; later what was done. Only the doing moves (trigger)."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="steps")
    text = models.CharField(max_length=300)
    owner = person()
    due_on = models.DateField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()
    dropped_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    done_by = person(null=True)
    said = models.CharField(max_length=500, blank=True)

    objects = About.as_manager()
    of_user = "finding__user"

    class Meta:
        db_table = "oversight_plan_step"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(done_by__isnull=False) & ~Q(said=""), name="a_step_is_done_with_words"
            ),
            models.CheckConstraint(condition=Q(done_on=None) | Q(dropped_on=None), name="a_step_done_is_not_dropped"),
        ]

    class Privacy:
        personal = {"text", "owner", "by", "done_by", "said"}
        plain = {"id", "finding", "due_on", "at", "dropped_on", "done_on"}

    def __str__(self) -> str:
        return self.text


class Appeal(models.Model):
    """The person a finding is about asks somebody else to decide. `found_by` and they themselves never decide it.

    `was` is the state that waits meanwhile. Only the decision is ever written (trigger).
    """

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "The finding stands"
        OVERTURNED = "overturned", "The finding does not stand"

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="appeals")
    why = models.CharField(max_length=2000)
    was = models.CharField(max_length=12, choices=list(STATES.items()))
    found_by = person()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    reasons = models.CharField(max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = person(null=True)

    objects = About.as_manager()
    of_user = "finding__user"

    class Meta:
        db_table = "oversight_appeal"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["finding"], condition=Q(outcome=""), name="one_appeal_at_a_time"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("found_by")) & ~Q(decided_by=F("by")),
                name="another_person_decides",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by=None, decided_at=None)
                | ~Q(outcome="") & ~Q(reasons="") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="decided_with_reasons",
            ),
        ]

    class Privacy:
        personal = {"why", "found_by", "by", "outcome", "reasons", "decided_by", "was"}
        plain = {"id", "finding", "at", "decided_at"}

    def __str__(self) -> str:
        return self.get_outcome_display() or "Waiting for a decision"


class FindingMove(models.Model):
    """One thing that happened to a finding. Append-only by trigger."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="moves")
    what = models.CharField(max_length=12)
    was = models.CharField(max_length=12, blank=True)
    now = models.CharField(max_length=12)
    why = models.CharField(max_length=2000, blank=True)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = About.as_manager()
    of_user = "finding__user"

    class Meta:
        db_table = "oversight_finding_move"
        ordering = ["pk"]

    class Privacy:
        personal = {"why", "by"}
        plain = {"id", "finding", "what", "was", "now", "on", "at"}

    def __str__(self) -> str:
        return f"{self.what} on {self.on}"
