"""What is to be done in a case, and what was done: tasks, and the entries of the contact log."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstbell.cases.models.cases import Case, person
from firstbell.cases.rules.entries import BARRIERS, KINDS, OUTCOMES
from firstbell.cases.rules.tasks import TASKS
from firstbell.core.access import Scoped


class EntryQuerySet(Scoped):
    def standing(self):
        """Those that were not taken back."""
        return self.filter(undone_at=None)


class Entry(models.Model):
    """One contact, written down once; everything else reads it here. Only its undoing is ever written (trigger).

    `key` was made by the page: the same entry sent twice is one. `number` is the telephone number that was dialled.
    `step` is the conference attempt it was counted as (EC 48262). Of one contact about several children of a home each
    has an entry; `same_as` is the first of them, which alone holds the minutes.
    """

    key = models.UUIDField(unique=True)
    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="entries")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="entries")
    kind = models.CharField(max_length=12, choices=[(key, kind.label) for key, kind in KINDS.items()])
    outcome = models.CharField(max_length=12, choices=list(OUTCOMES.items()))
    contact = models.ForeignKey("roster.Contact", on_delete=models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=40, blank=True)
    barriers = models.JSONField(default=list)
    said = models.TextField(blank=True)
    minutes = models.SmallIntegerField()
    on = models.DateField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()
    step = models.ForeignKey("cases.Step", on_delete=models.PROTECT, null=True, related_name="entries")
    same_as = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="others")
    undone_at = models.DateTimeField(null=True)
    undone_by = person(null=True)

    objects = EntryQuerySet.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "case_entry"
        indexes = [
            models.Index(fields=["student", "-on", "-id"], name="entry_of_student"),
            models.Index(fields=["by", "-on"], name="entry_by_person"),
            models.Index(fields=["student", "-on"], condition=Q(kind="visit", undone_at=None), name="entry_of_visit"),
            models.Index(fields=["contact", "number"], condition=Q(contact__isnull=False), name="entry_by_number"),
        ]

    class Privacy:
        personal = {
            "student", "case", "kind", "outcome", "contact", "number", "barriers", "said", "on", "by", "step",
            "same_as", "undone_by",
        }  # fmt: skip
        plain = {"id", "key", "minutes", "at", "undone_at"}

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_outcome_display().lower()}"

    @property
    def barrier_words(self) -> str:
        return ", ".join(BARRIERS[one].lower() for one in self.barriers if one in BARRIERS)


class TaskQuerySet(Scoped):
    def open(self):
        return self.filter(state=Task.State.OPEN)


class Task(models.Model):
    """Something somebody must do by a day. It is done only when the work exists: an entry, or words for it."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    class Source(models.TextChoices):
        PERSON = "person", "Somebody asked for it"
        ENTRY = "entry", "Next step of a contact"
        TRIGGER = "trigger", "The school's trigger ladder"
        DECISION = "decision", "Decided in a meeting"
        HANDOFF = "handoff", "Hand-off"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=12, choices=list(TASKS.items()))
    text = models.CharField(max_length=300, blank=True)
    owner = person(null=True)
    due_on = models.DateField()
    minutes = models.SmallIntegerField()
    source = models.CharField(max_length=10, choices=Source)
    asked_in = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, related_name="next_steps")
    asked_by = person(null=True)
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    done_on = models.DateField(null=True)
    done_by = person(null=True)
    done_with = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, related_name="cleared")
    outcome = models.CharField(max_length=500, blank=True)
    claimed_by = person(null=True)
    snoozed_until = models.DateField(null=True)
    snoozed_why = models.CharField(max_length=200, blank=True)
    version = models.IntegerField(default=1)

    objects = TaskQuerySet.as_manager()
    in_school, of_student = "case__school", "case__student"

    class Meta:
        db_table = "case_task"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_on__isnull=False) & (Q(done_with__isnull=False) | ~Q(outcome="")),
                name="done_only_with_work",
            ),
            models.CheckConstraint(condition=~Q(state="dropped") | ~Q(outcome=""), name="dropped_with_a_reason"),
        ]
        indexes = [
            models.Index(fields=["owner", "due_on"], condition=Q(state="open"), name="task_open_by_owner"),
            models.Index(fields=["case", "due_on"], condition=Q(state="open"), name="task_open_of_case"),
            models.Index(fields=["due_on", "id"], condition=Q(state="open"), name="task_open_by_day"),
        ]

    class Privacy:
        personal = {
            "case", "kind", "text", "owner", "asked_in", "asked_by", "done_by", "done_with", "outcome", "claimed_by",
            "snoozed_why",
        }  # fmt: skip
        plain = {
            "id", "due_on", "minutes", "source", "asked_at", "state", "done_on", "snoozed_until", "version",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.text or self.get_kind_display()


class Wait(models.Model):
    """Somebody looked at a student's row of Today and said that it can wait, and why. Append-only by trigger."""

    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="waits")
    until = models.DateField()
    why = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = Scoped.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "case_wait"
        indexes = [models.Index(fields=["student", "-until"], name="wait_of_student")]

    class Privacy:
        personal = {"student", "why", "by"}
        plain = {"id", "until", "at"}

    def __str__(self) -> str:
        return f"waits until {self.until}"
