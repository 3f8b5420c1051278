"""What is done in a search: steps that are no contact, proofs, and the plan of a return."""

from django.db import models
from django.db.models.functions import Now

from firstbell.core.access import Scoped
from firstbell.law.exits import CODES, PROOFS
from firstbell.law.returning import WAYS
from firstbell.recovery.models.searches import Search, person
from firstbell.recovery.rules import ANSWERS, STEPS


class Step(models.Model):
    """A step to find a student that is no contact with the home; those that are stand in the contact log.

    Never changed (trigger): an answer that comes later is another step. `key` was made by the page: twice is once.
    """

    key = models.UUIDField(unique=True)
    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=[(key, step.label) for key, step in STEPS.items()])
    outcome = models.CharField(max_length=10, choices=list(ANSWERS.items()))
    said = models.CharField(max_length=300, blank=True)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = Scoped.as_manager()
    in_school, of_student = "search__school", "search__student"

    class Meta:
        db_table = "recovery_step"
        ordering = ["on", "pk"]

    class Privacy:
        personal = {"search", "kind", "outcome", "on", "by"}
        confidential = {"said"}
        plain = {"id", "key", "at"}

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_outcome_display().lower()}"


class Proof(models.Model):
    """A paper or record that somebody saw and vouches for, and the exit code it is for. Append-only by trigger.

    `place` is the school or institution it names, `reference` where the paper is kept.
    """

    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="proofs")
    kind = models.CharField(max_length=20, choices=list(PROOFS.items()))
    code = models.CharField(max_length=4, choices=list(CODES.items()))
    place = models.CharField(max_length=120, blank=True)
    dated_on = models.DateField()
    reference = models.CharField(max_length=120)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = Scoped.as_manager()
    in_school, of_student = "search__school", "search__student"

    class Meta:
        db_table = "recovery_proof"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["id", "search"], name="proof_of_a_search")]

    class Privacy:
        personal = {"search", "kind", "code", "place", "dated_on", "reference", "by"}
        plain = {"id", "on", "at"}

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.dated_on}"


class Return(models.Model):
    """The plan of a student's return: the way chosen among those offered, the welcome, the named adult, the tasks.

    The newest of a search counts. `offered` are keys of `law.returning.WAYS` as they were open that day. Without
    tasks they are asked on the night after the student is enrolled at a school again.
    """

    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="returns")
    way = models.CharField(max_length=20, choices=[(key, way.label) for key, way in WAYS.items()])
    offered = models.JSONField(default=list)
    meets_on = models.DateField()
    adult = person()
    credits_short = models.SmallIntegerField()
    note = models.CharField(max_length=300, blank=True)
    tasks = models.ManyToManyField("cases.Task", related_name="returns", db_table="recovery_return_task")
    on = models.DateField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = Scoped.as_manager()
    in_school, of_student = "search__school", "search__student"

    class Meta:
        db_table = "recovery_return"
        ordering = ["-pk"]

    class Privacy:
        personal = {"search", "way", "offered", "meets_on", "adult", "credits_short", "by", "tasks"}
        confidential = {"note"}
        plain = {"id", "on", "at"}

    def __str__(self) -> str:
        return f"{self.get_way_display()}, from {self.meets_on}"
