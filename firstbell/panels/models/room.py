"""What happens in the room: who is there, what was said in each part, and what teachers wrote a week before."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstbell.core.access import Scoped
from firstbell.panels.models.docket import Hearing
from firstbell.panels.models.people import Member, person
from firstbell.panels.models.referrals import Referral

PARTIES = {
    "family": "Family",
    "student": "Student",
    "school": "School",
    "agency": "Agency",
    "panel": "Panel",
    "interpreter": "Interpreter",
}


class Present(models.Model):
    """Somebody in the room. A member's row says for which seat they sat: that is what the quorum counts."""

    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, related_name="present")
    party = models.CharField(max_length=12, choices=list(PARTIES.items()))
    name = models.CharField(max_length=120)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    came_at = models.DateTimeField(db_default=Now())
    left_at = models.DateTimeField(null=True)
    by = person()

    class Meta:
        db_table = "panel_present"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["hearing", "member"], condition=Q(member__isnull=False), name="a_member_comes_once"
            )
        ]

    class Privacy:
        personal = {"party", "name", "member", "by"}
        plain = {"id", "hearing", "came_at", "left_at"}

    def __str__(self) -> str:
        return self.name


class Said(models.Model):
    """What was said in a part of the script. Append-only by trigger: the newest of a part counts."""

    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, related_name="said")
    part = models.CharField(max_length=20)
    text = models.TextField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    class Meta:
        db_table = "panel_said"
        ordering = ["pk"]

    class Privacy:
        personal = {"by"}
        confidential = {"text"}
        plain = {"id", "hearing", "part", "at"}

    def __str__(self) -> str:
        return f"{self.part} of {self.hearing_id}"


class TeacherForm(models.Model):
    """What one teacher says before the meeting: strengths first. Asked a week ahead; answered once."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="teacher_forms")
    teacher = models.CharField(max_length=120)
    subject = models.CharField(max_length=80, blank=True)
    user = person(null=True)
    asked_on = models.DateField()
    due_on = models.DateField()
    answered_at = models.DateTimeField(null=True)
    strengths = models.TextField(blank=True)
    seen = models.TextField(blank=True)
    tried = models.TextField(blank=True)
    suggests = models.TextField(blank=True)
    by = person()

    objects = Scoped.as_manager()
    in_school, of_student = "referral__school", "referral__student"

    class Meta:
        db_table = "panel_teacher_form"
        ordering = ["due_on", "pk"]

    class Privacy:
        personal = {"referral", "teacher", "subject", "user", "by"}
        confidential = {"strengths", "seen", "tried", "suggests"}
        plain = {"id", "asked_on", "due_on", "answered_at"}

    def __str__(self) -> str:
        return f"{self.teacher} on {self.referral_id}"
