"""What somebody is writing and has not saved: kept for them alone, and gone once it is saved."""

from django.db import models
from django.utils import timezone

from firstbell.cases.models.cases import person
from firstbell.roster.models import Student


class Draft(models.Model):
    """One form about one student as one person left it. Always sealed: nobody knows yet which lock its words will have.

    `sealed` is JSON, {field: [values]}; turning the keys seals it again with the notes.
    """

    class Form(models.TextChoices):
        LOG = "log", "A contact"
        NOTE = "note", "A note"

    by = person()
    form = models.CharField(max_length=8, choices=Form)
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="+", db_index=False)
    sealed = models.BinaryField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "case_draft"
        constraints = [models.UniqueConstraint(fields=["by", "student", "form"], name="one_draft_of_a_form")]

    class Privacy:
        personal = {"by", "student"}
        confidential = {"sealed"}
        plain = {"id", "form", "at"}

    def __str__(self) -> str:
        return f"{self.get_form_display()}, not saved"
