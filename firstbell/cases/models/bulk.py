"""The same thing asked for many students at once: who asked, whom it was for, and what became of each."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from firstbell.cases.models.cases import person

UNDO = timedelta(hours=24)
"""How long it may be taken back together."""


class Bulk(models.Model):
    """What was asked never changes (trigger); only its state, and what became of each student.

    `said` is {} or {lead} or {kind, due_on, text}; `done` are {student, case, task, was}; `skipped` and `back` (what an
    undoing came to) are {student, why}. It is its author's alone.
    """

    class What(models.TextChoices):
        ADULT = "adult", "Name the adult"
        OPEN = "open", "Open a case in tier 2"
        TASK = "task", "Ask for a task"

    class State(models.TextChoices):
        PLANNED = "planned", "Not begun"
        RUNNING = "running", "Under way"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Stopped"
        UNDOING = "undoing", "Being taken back"
        UNDONE = "undone", "Taken back"

    what = models.CharField(max_length=8, choices=What)
    said = models.JSONField(default=dict)
    students = models.JSONField(default=list)
    whence = models.CharField(max_length=400, blank=True)
    by = person()
    at = models.DateTimeField(db_default=Now(), editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    done = models.JSONField(default=list)
    skipped = models.JSONField(default=list)
    back = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "case_bulk"
        indexes = [models.Index(fields=["by", "-id"], name="bulk_by_person")]

    class Privacy:
        personal = {"students", "said", "by", "done", "skipped", "back", "whence"}
        plain = {"id", "what", "at", "state", "ended_at", "error"}

    def __str__(self) -> str:
        return f"{self.get_what_display()}, {len(self.students)} students"

    @property
    def may_undo(self) -> bool:
        if self.state == self.State.UNDOING:
            return bool(self.error)  # it was begun and never came to its end
        if self.state not in (self.State.DONE, self.State.CANCELLED) or not self.done:
            return False
        return self.ended_at is not None and timezone.now() - self.ended_at <= UNDO

    @property
    def waiting(self) -> list[Any]:
        """The students whose turn has not come; while it is taken back, what was done and is not back yet."""
        if self.state == self.State.UNDOING:
            seen = {one["student"] for one in self.back}
            return [one for one in self.done if one["student"] not in seen]
        seen = {one["student"] for one in (*self.done, *self.skipped)}
        return [one for one in self.students if one not in seen]
