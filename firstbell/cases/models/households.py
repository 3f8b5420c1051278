"""Who leads the work with a household: one person, named for the children who live together."""

from django.db import models
from django.db.models.functions import Now

from firstbell.cases.models.cases import person
from firstbell.roster.models import Student


class LeadWorker(models.Model):
    """From `on`, this person leads the work with the home of these children; of each, until a later row names them.

    Without a `lead` nobody does. Append-only by trigger, children included. `proposed` is whom the rule named then,
    `evidence` what that rested on: {children: [{student, tier, band, adult, since}]}.
    """

    lead = person(null=True)
    students = models.ManyToManyField(Student, related_name="lead_workers", db_table="case_lead_worker_student")
    on = models.DateField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()
    why = models.CharField(max_length=300)
    proposed = person(null=True)
    evidence = models.JSONField(default=dict)

    class Meta:
        db_table = "case_lead_worker"

    class Privacy:
        personal = {"lead", "students", "by", "why", "proposed", "evidence"}
        plain = {"id", "on", "at"}

    def __str__(self) -> str:
        return f"{self.lead or 'nobody'} from {self.on}"
