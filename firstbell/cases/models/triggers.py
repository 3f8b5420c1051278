"""Trigger ladders: what a school asks of whom when absences add up, and whom each trigger has reached."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstbell.cases.models.cases import person
from firstbell.cases.models.work import Task
from firstbell.cases.rules.tasks import TASKS
from firstbell.cases.rules.triggers import ROLES, TRACKS, Rung
from firstbell.core.access import Scoped


class TriggerLadder(models.Model):
    """One version of a school's ladder; without a school it is the district's, for every school with none of its own.

    Only a draft is edited (trigger of the database). It speaks of the days from `in_force_on` to the day before
    `retired_on`. `revision` counts the edits of a draft: nobody overwrites one.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_FORCE = "in_force", "In force"
        RETIRED = "retired", "Retired"

    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, null=True, related_name="trigger_ladders")
    version = models.IntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    in_force_on = models.DateField(null=True)
    retired_on = models.DateField(null=True)
    made_by = person(null=True)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    switched_on_by = person(null=True)
    note = models.CharField(max_length=300, blank=True)
    revision = models.IntegerField(default=1)

    objects = Scoped.as_manager()
    in_school = "school"

    class Meta:
        db_table = "case_trigger_ladder"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["school", "version"], nulls_distinct=False, name="one_ladder_of_a_version"),
            models.UniqueConstraint(
                fields=["school"], condition=Q(state="in_force"), nulls_distinct=False, name="one_ladder_in_force"
            ),
            models.UniqueConstraint(
                fields=["school"], condition=Q(state="draft"), nulls_distinct=False, name="one_ladder_in_draft"
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(in_force_on__isnull=False, retired_on=None), name="in_force_since"
            ),
        ]

    class Privacy:
        personal = {"made_by", "switched_on_by"}
        plain = {"id", "school", "version", "state", "in_force_on", "retired_on", "made_at", "note", "revision"}

    def __str__(self) -> str:
        return f"version {self.version}"

    @property
    def rungs(self) -> list[Rung]:
        return [one.rung for one in self.triggers.all()]


class Trigger(models.Model):
    """One step of a ladder: so many days of a track within a window ask somebody to do something in so many days."""

    ladder = models.ForeignKey(TriggerLadder, on_delete=models.PROTECT, related_name="triggers")
    position = models.SmallIntegerField()
    track = models.CharField(max_length=10, choices=list(TRACKS.items()))
    count = models.SmallIntegerField()
    window = models.SmallIntegerField()
    asks = models.CharField(max_length=12, choices=list(TASKS.items()))
    within = models.SmallIntegerField()
    role = models.CharField(max_length=10, choices=list(ROLES.items()))
    text = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "case_trigger"
        ordering = ["ladder", "position"]
        constraints = [
            models.UniqueConstraint(fields=["ladder", "position"], name="one_trigger_at_a_place"),
            models.CheckConstraint(condition=Q(count__gte=1, window__gte=0, within__gte=1), name="trigger_of_days"),
        ]

    class Privacy:
        personal = set()
        plain = {"id", "ladder", "position", "track", "count", "window", "asks", "within", "role", "text"}

    def __str__(self) -> str:
        return self.rung.sentence

    @property
    def rung(self) -> Rung:
        return Rung(self.track, self.count, self.window, self.asks, self.within, self.role, self.text)


class Reached(models.Model):
    """A trigger reached a student through an absence on a day. Never changed but for `task` (trigger of the database).

    Without a task it asks for nothing now: the absence does not count any more, or the student is at no school.
    """

    trigger = models.ForeignKey(Trigger, on_delete=models.PROTECT, related_name="reached")
    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="triggers_reached")
    year = models.SmallIntegerField()
    on = models.DateField()
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="reached")
    found_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = Scoped.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "case_reached"
        constraints = [models.UniqueConstraint(fields=["trigger", "student", "on"], name="reached_once_a_day")]
        indexes = [models.Index(fields=["year"], name="reached_in_year")]

    class Privacy:
        personal = {"trigger", "student", "on", "task"}
        plain = {"id", "year", "found_at"}

    def __str__(self) -> str:
        return f"{self.trigger} on {self.on}"
