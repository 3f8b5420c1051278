"""A referral of one student to one panel, every move it made, and what was let through although it was not ready."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstbell.core.access import Scoped
from firstbell.panels.models.people import Panel, person
from firstbell.panels.rules.referrals import GROUNDS, OPEN, STATES


class ReferralQuerySet(Scoped):
    def open(self):
        return self.filter(state__in=OPEN)


class Referral(models.Model):
    """How a referral stands now. Whatever changes it writes a ReferralMove; `version` counts them.

    `joined` is the referral of a sibling that it is heard with; `step` the legal step it made, where the panel's kind
    is a legal one (EC 48263); `notice` the written notice of the referral. `school` is the school that referred.
    """

    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="panel_referrals")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="referrals")
    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, related_name="panel_referrals")
    year = models.SmallIntegerField()
    ground = models.CharField(max_length=10, choices=list(GROUNDS.items()))
    why = models.TextField()
    asked = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="draft")
    joined = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="siblings")
    step = models.ForeignKey("cases.Step", on_delete=models.PROTECT, null=True, related_name="+")
    notice = models.ForeignKey("notices.Notice", on_delete=models.PROTECT, null=True, related_name="+")
    made_on = models.DateField()
    sent_on = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    by = person()
    version = models.IntegerField(default=1)

    objects = ReferralQuerySet.as_manager()
    in_school, of_student = "school", "student"

    class Meta:
        db_table = "panel_referral"
        constraints = [
            models.UniqueConstraint(
                fields=["student", "panel"], condition=Q(state__in=OPEN), name="one_open_referral_to_a_panel"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("closed", "withdrawn"), closed_on__isnull=False)
                | ~Q(state__in=("closed", "withdrawn")) & Q(closed_on=None),
                name="referral_closed_on_a_day",
            ),
            models.CheckConstraint(condition=~Q(joined=models.F("pk")), name="not_joined_with_itself"),
        ]
        indexes = [
            models.Index(fields=["panel", "state", "made_on"], name="referral_of_panel"),
            models.Index(fields=["school", "state"], name="referral_of_school"),
        ]

    class Privacy:
        personal = {"student", "school", "case", "ground", "joined", "step", "notice", "by"}
        confidential = {"why", "asked"}
        plain = {"id", "panel", "year", "state", "made_on", "sent_on", "accepted_on", "closed_on", "version"}

    def __str__(self) -> str:
        return f"referral of {self.student_id} to {self.panel_id}"


class ReferralMove(models.Model):
    """One move of a referral: from which state to which, why, and on what it rested. Append-only by trigger."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="moves")
    what = models.CharField(max_length=12)
    was = models.CharField(max_length=10, choices=list(STATES.items()), blank=True)
    now = models.CharField(max_length=10, choices=list(STATES.items()))
    why = models.CharField(max_length=500, blank=True)
    evidence = models.JSONField(default=dict)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person(null=True)

    class Meta:
        db_table = "panel_referral_move"
        ordering = ["pk"]

    class Privacy:
        personal = {"referral", "why", "evidence", "by"}
        plain = {"id", "what", "was", "now", "on", "at"}

    def __str__(self) -> str:
        return f"{self.what} on {self.on}"


class Override(models.Model):
    """What was missing and is let through: one person says why, a second agrees. `missing` are the reasons as data."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="overrides")
    missing = models.JSONField()
    why = models.CharField(max_length=500)
    asked_by = person()
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    agreed_by = person(null=True)
    agreed_at = models.DateTimeField(null=True)

    objects = Scoped.as_manager()
    in_school, of_student = "referral__school", "referral__student"

    class Meta:
        db_table = "panel_override"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by=None, agreed_at=None)
                | Q(agreed_by__isnull=False, agreed_at__isnull=False) & ~Q(agreed_by=models.F("asked_by")),
                name="a_second_person_agrees",
            )
        ]

    class Privacy:
        personal = {"referral", "missing", "asked_by", "agreed_by"}
        confidential = {"why"}
        plain = {"id", "asked_at", "agreed_at"}

    def __str__(self) -> str:
        return f"override for {self.referral_id}"
