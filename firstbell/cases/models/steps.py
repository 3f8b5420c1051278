"""Steps of the truancy process, which people take, and the ladder of every student, which is derived from them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstbell.cases.rules import TITLES, title_of
from firstbell.core.access import Scoped
from firstbell.law.steps import Ground, StepKind

_LOOSE = {"on_delete": models.DO_NOTHING, "db_constraint": False}  # a table swapped whole holds no foreign keys


class StepQuerySet(Scoped):
    def counted(self):
        """Those that were not withdrawn: what the law is asked about."""
        return self.filter(withdrawn_on=None)

    def hollow(self):
        """Those that no longer stand and that nobody has withdrawn yet."""
        return self.counted().filter(stands=False)


class Step(models.Model):
    """Something that was done on a day. Its facts never change (trigger); only what has become of it does.

    `rests_on` are ISO days, `evidence` what they were when the step was taken: {days: [{day, code, byte, arrival}],
    arrival, policy, said: {…}}. `hollow_*` say since when, why and by which arrival it no longer stands.
    """

    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="steps")
    year = models.SmallIntegerField()
    kind = models.CharField(max_length=12, choices=[(kind.value, TITLES[kind]) for kind in StepKind])
    number = models.SmallIntegerField(default=1)
    ground = models.CharField(max_length=20, default=Ground.HABITUAL.value)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")
    rests_on = models.JSONField(default=list)
    evidence = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    stands = models.BooleanField(default=True)
    hollow_on = models.DateField(null=True)
    hollow_why = models.CharField(max_length=500, blank=True)
    hollow_lost = models.JSONField(default=list)
    hollow_arrival = models.ForeignKey("roster.Arrival", on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_on = models.DateField(null=True)
    withdrawn_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = StepQuerySet.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "case_step"
        indexes = [
            models.Index(fields=["student", "year"]),
            models.Index(fields=["-hollow_on"], condition=Q(stands=False), name="case_step_hollow"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(stands=True, hollow_on=None) | Q(stands=False, hollow_on__isnull=False),
                name="hollow_since_a_day",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_by=None) | Q(withdrawn_on__isnull=False, stands=False),
                name="only_hollow_is_withdrawn",
            ),
        ]

    class Privacy:
        personal = {
            "student", "kind", "number", "ground", "on", "by", "rests_on", "evidence", "note", "hollow_why",
            "hollow_lost", "withdrawn_by",
        }  # fmt: skip
        plain = {"id", "year", "at", "stands", "hollow_on", "hollow_arrival", "withdrawn_on"}

    def __str__(self) -> str:
        return f"{self.title} of {self.on}"

    @property
    def title(self) -> str:
        return title_of(self.kind, self.number)


class Ladder(models.Model):
    """Where a student stood on the last night, one row for each student with a step or enough occasions.

    `missing` are kinds of step that are called for, `next_*` what may follow; `due_by` the day the first missing one
    is due. `rule` to `section` are the row of Today, as attendance's Sign has them; `rank` 0 is no row.
    """

    student = models.OneToOneField("roster.Student", primary_key=True, **_LOOSE, related_name="ladder")
    school = models.ForeignKey("roster.School", **_LOOSE, related_name="+")
    state = models.CharField(max_length=20)
    occasions = models.SmallIntegerField()
    standing_steps = models.SmallIntegerField()
    hollow_steps = models.SmallIntegerField()
    missing = models.CharField(max_length=40, blank=True)
    next_step = models.CharField(max_length=12, blank=True)
    next_number = models.SmallIntegerField(default=1)
    next_from = models.DateField(null=True)
    due_by = models.DateField(null=True)
    rule = models.CharField(max_length=30, blank=True)
    rank = models.SmallIntegerField()
    on = models.DateField()
    sentence = models.CharField(max_length=300)
    section = models.CharField(max_length=60)

    objects = Scoped.as_manager()
    in_school, of_student = "school", "student"

    class Meta:
        db_table = "case_ladder"
        indexes = [
            models.Index(fields=["school", "rank", "on"], name="case_ladder_by_rank"),
            models.Index(fields=["rule", "rank", "school"], name="case_ladder_by_rule"),
        ]

    class Privacy:
        personal = {
            "student", "school", "state", "occasions", "standing_steps", "hollow_steps", "missing", "next_step",
            "next_number", "next_from", "due_by", "rule", "on", "sentence",
        }  # fmt: skip
        plain = {"rank", "section"}

    def __str__(self) -> str:
        return self.sentence
