"""Notes about a student: open to the school's team, restricted to named people, or sealed for their author alone."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstbell.cases.models.cases import person
from firstbell.core.access import Scoped


class Note(models.Model):
    """What somebody wrote, under its lock. Never changed (trigger); a sealed text is kept only encrypted.

    Sealed notes are what a pupil of twelve or more confides to a counselor (EC 49602): their author alone reads them,
    and they are in no packet, export or search.
    """

    class Lock(models.TextChoices):
        OPEN = "open", "Open to the school's team"
        RESTRICTED = "restricted", "Restricted to named people"
        SEALED = "sealed", "Sealed, for me alone"

    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="case_notes")
    lock = models.CharField(max_length=10, choices=Lock)
    text = models.TextField(blank=True)
    sealed = models.BinaryField(null=True)
    readers = models.ManyToManyField("core.User", related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = Scoped.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "case_note"
        constraints = [
            models.CheckConstraint(
                condition=Q(lock="sealed", text="", sealed__isnull=False) | ~Q(lock="sealed") & Q(sealed=None),
                name="sealed_text_only_encrypted",
            )
        ]
        indexes = [models.Index(fields=["student", "-id"], name="note_of_student")]

    class Privacy:
        personal = {"student", "by", "readers"}
        confidential = {"text", "sealed"}
        plain = {"id", "lock", "at"}

    def __str__(self) -> str:
        return f"{self.get_lock_display()}, {self.at:%Y-%m-%d}"
