"""What lets somebody work as a PSA Counselor: degree, credential and authorization, each seen by somebody."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from firstbell.staffing.models.posts import StaffQuerySet, person


class Credential(models.Model):
    """A paper of one person, seen by another. A renewal is a new row; only its withdrawal is ever written (trigger).

    A post as counselor needs, on each of its days, a Master's in Social Work or School Counseling, a Pupil Personnel
    Services credential and the Child Welfare and Attendance authorization (5 CCR 80632.5, EDC 44266).
    """

    class Kind(models.TextChoices):
        SOCIAL_WORK = "social_work", "Master's in Social Work"
        COUNSELING = "counseling", "Master's in School Counseling"
        PPS = "pps", "Pupil Personnel Services credential"
        CWA = "cwa", "Child Welfare and Attendance authorization"
        LANGUAGE = "language", "Language other than English"

    user = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=12, choices=Kind)
    number = models.CharField(max_length=40, blank=True, help_text="Of a language: its code.")
    issued_on = models.DateField()
    expires_on = models.DateField(null=True, help_text="The last day it is in force; a degree has none.")
    scan = models.BinaryField(blank=True, default=b"")
    seen_by = person()
    seen_at = models.DateTimeField(db_default=Now(), editable=False)
    withdrawn_on = models.DateField(null=True, help_text="The first day it no longer counts.")
    withdrawn_why = models.CharField(max_length=200, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        db_table = "credential"
        ordering = ["user", "kind", "-issued_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("issued_on")), name="expires_after_it_was_issued"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["social_work", "counseling"])
                | ~Q(number="") & (Q(kind="language") | Q(expires_on__isnull=False)),
                name="a_credential_has_a_number_and_an_end",
            ),
            models.CheckConstraint(condition=~Q(user=F("seen_by")), name="nobody_sees_their_own_credential"),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | ~Q(withdrawn_why=""), name="credential_withdrawn_with_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_on"], condition=Q(withdrawn_on=None), name="credential_by_end"),
        ]

    class Privacy:
        personal = {
            "user", "kind", "number", "issued_on", "expires_on", "scan", "seen_by", "withdrawn_on", "withdrawn_why",
        }  # fmt: skip
        plain = {"id", "seen_at"}

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()
