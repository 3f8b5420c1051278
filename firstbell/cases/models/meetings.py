"""Meetings of a school's team: who is talked about, in which order, for how long, and what was decided."""

from django.db import models
from django.db.models import Q

from firstbell.cases.models.cases import person
from firstbell.cases.models.work import Task
from firstbell.cases.rules.meetings import KINDS, WHY
from firstbell.core.access import Scoped


class Meeting(models.Model):
    """One meeting. `version` counts whatever happens in it: who acts on an older one is told. `present` are words.

    A meeting that is closed and was never started was called off.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        RUNNING = "running", "Running"
        CLOSED = "closed", "Closed"

    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=list(KINDS.items()))
    on = models.DateField()
    held_by = person()
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    started_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    present = models.CharField(max_length=500, blank=True)
    version = models.IntegerField(default=1)

    objects = Scoped.as_manager()
    in_school = "school"

    class Meta:
        db_table = "case_meeting"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="planned", started_at=None, closed_at=None)
                | Q(state="running", started_at__isnull=False, closed_at=None)
                | Q(state="closed", closed_at__isnull=False),
                name="meeting_in_one_state",
            )
        ]
        indexes = [models.Index(fields=["school", "-on"], name="meeting_of_school")]

    class Privacy:
        personal = {"held_by", "present"}
        plain = {"id", "school", "kind", "on", "state", "started_at", "closed_at", "version"}

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.on}"

    @property
    def called_off(self) -> bool:
        return self.closed_at is not None and self.started_at is None


class AgendaItem(models.Model):
    """One student of a meeting. `since` is set while they are the one talked about; `seconds` is what was before.

    `why` is what brought them onto the agenda, as it was then; `decision` what was said of it, in words.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DISCUSSED = "discussed", "Discussed"
        SKIPPED = "skipped", "Skipped"

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="agenda_items")
    position = models.SmallIntegerField()
    why = models.CharField(max_length=WHY)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    since = models.DateTimeField(null=True)
    seconds = models.IntegerField(default=0)
    decision = models.CharField(max_length=500, blank=True)
    tasks = models.ManyToManyField(Task, related_name="decided_in")

    objects = Scoped.as_manager()
    in_school = "meeting__school"

    class Meta:
        db_table = "case_agenda"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "student"], name="once_on_an_agenda"),
            models.UniqueConstraint(fields=["meeting"], condition=Q(since__isnull=False), name="one_student_at_a_time"),
        ]

    class Privacy:
        personal = {"student", "why", "decision", "tasks"}
        plain = {"id", "meeting", "position", "state", "since", "seconds"}

    def __str__(self) -> str:
        return f"{self.position}. {self.student_id}"
