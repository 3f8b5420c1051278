"""A case: the help one student gets in one school year, who answers for it, and every move it made."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstbell.cases.rules.cases import CLOSINGS, TIERS
from firstbell.core.access import Scoped


def person(**more):
    return models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+", **more)


class CaseQuerySet(Scoped):
    def open(self):
        return self.filter(state=Case.State.OPEN)


class Case(models.Model):
    """How a case stands now. Whatever changes it writes a Move; `version` counts them: nobody overwrites one."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="cases")
    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    tier = models.SmallIntegerField(choices=list(TIERS.items()))
    tier_on = models.DateField()
    lead = person(null=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    closing = models.CharField(max_length=20, choices=list(CLOSINGS.items()), blank=True)
    version = models.IntegerField(default=1)

    objects = CaseQuerySet.as_manager()
    in_school, of_student = "school", "student"

    class Meta:
        db_table = "case_file"
        constraints = [
            models.UniqueConstraint(fields=["student", "year"], condition=Q(state="open"), name="one_open_case"),
            models.CheckConstraint(
                condition=Q(state="open", closed_on=None, closing="") | Q(state="closed", closed_on__isnull=False),
                name="closed_on_a_day",
            ),
            models.CheckConstraint(condition=Q(tier__range=(1, 3)), name="tier_of_three"),
        ]
        indexes = [
            models.Index(fields=["school", "tier"], condition=Q(state="open"), name="case_open_by_tier"),
            models.Index(fields=["lead"], condition=Q(state="open"), name="case_open_by_lead"),
            models.Index(fields=["tier", "tier_on", "id"], condition=Q(state="open"), name="case_open_in_tier"),
            models.Index(fields=["opened_on", "id"], condition=Q(state="open", lead=None), name="case_open_unnamed"),
        ]

    class Privacy:
        personal = {"student", "school", "tier", "tier_on", "lead", "closing"}
        plain = {"id", "year", "state", "opened_on", "closed_on", "version"}

    def __str__(self) -> str:
        return f"case of {self.student_id}"


class Move(models.Model):
    """One change of a case: what it was, what it is, why, and what that rested on. Append-only by trigger."""

    class What(models.TextChoices):
        OPENED = "opened", "Opened"
        TIER = "tier", "Tier changed"
        LEAD = "lead", "Named adult changed"
        CLOSED = "closed", "Closed"
        REOPENED = "reopened", "Opened again"
        SCHOOL = "school", "Went to another school"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="moves")
    what = models.CharField(max_length=10, choices=What)
    was = models.CharField(max_length=120, blank=True)
    now = models.CharField(max_length=120, blank=True)
    why = models.CharField(max_length=500, blank=True)
    evidence = models.JSONField(default=dict)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person(null=True)

    class Meta:
        db_table = "case_move"
        ordering = ["pk"]
        indexes = [models.Index(fields=["case", "id"], name="case_move_in_order")]

    class Privacy:
        personal = {"case", "what", "was", "now", "why", "evidence", "by"}
        plain = {"id", "on", "at"}

    def __str__(self) -> str:
        return f"{self.get_what_display()} on {self.on}"
