"""What schools ask the Region, with who answers by when; and consults that took place anyway."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstbell.core.access import May, Scope, Scoped
from firstbell.training.models.courses import person


class Area(models.TextChoices):
    TRUANCY = "truancy", "Truancy letters and their order"
    ABSENCES = "absences", "Excused and unexcused absences"
    PANELS = "panels", "SART, SARB and hearings"
    PRIVACY = "privacy", "Records and privacy"
    RIGHTS = "rights", "Foster, unhoused and newcomer students"
    CASEWORK = "casework", "Working with a family"
    STAFFING = "staffing", "Counselor days and funds"
    OTHER = "other", "Something else"


class Asked(Scoped):
    """A school's own questions, and answers shared with every school (without saying whose)."""

    def visible_to(self, scope: Scope):
        if scope.everywhere:
            return self
        seen = Q(school__in=scope.schools)
        if May.ASK_REGION in scope or May.ANSWER_SCHOOLS in scope:
            seen |= Q(shared=True)
        return self.filter(seen)


class Question(models.Model):
    """A school asks; one named person answers by a day. What was asked stays, an answer is given once (trigger).

    `sources` are what the answer rests on: {"law": [statute keys], "earlier": [ids of questions answered before]}.
    """

    class Urgency(models.TextChoices):
        TODAY = "today", "Today: a student or a deadline waits"
        WEEK = "week", "This week"
        MONTH = "month", "When there is time"

    class State(models.TextChoices):
        OPEN = "open", "Nobody has it yet"
        TAKEN = "taken", "Somebody has it"
        ANSWERED = "answered", "Answered"
        CLOSED = "closed", "Closed"

    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, related_name="+")
    area = models.CharField(max_length=10, choices=Area)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.WEEK)
    title = models.CharField(max_length=120)
    what = models.CharField(max_length=2000)
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answerer = person(null=True)
    taken_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=4000, blank=True)
    sources = models.JSONField(default=dict, blank=True)
    answered_at = models.DateTimeField(null=True)
    shared = models.BooleanField(default=False, help_text="Every school may read it, without whose it was.")
    helped = models.BooleanField(null=True)
    version = models.IntegerField(default=1)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = Asked.as_manager()
    in_school = "school"

    class Meta:
        db_table = "training_question"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "closed"]) | Q(answerer__isnull=False), name="somebody_has_a_question"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | ~Q(answer="") & Q(answered_at__isnull=False), name="answered_in_words"
            ),
            models.CheckConstraint(condition=Q(shared=False) | ~Q(answer=""), name="shared_with_an_answer"),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="question_due"),
            models.Index(fields=["school", "-id"], name="question_of_school"),
        ]

    class Privacy:
        personal = {"by", "answerer"}
        confidential = {"title", "what", "answer"}
        plain = {
            "id", "school", "area", "urgency", "due_on", "state", "taken_at", "sources", "answered_at", "shared",
            "helped", "version", "at",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Consult(models.Model):
    """Somebody of the Region advised a school: whom, how long, about what. It is only ever undone (trigger)."""

    class Way(models.TextChoices):
        CALL = "call", "Call"
        VISIT = "visit", "Visit to the school"
        MEETING = "meeting", "Meeting"
        MAIL = "mail", "Mail"

    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, related_name="+")
    area = models.CharField(max_length=10, choices=Area)
    way = models.CharField(max_length=10, choices=Way)
    on = models.DateField()
    minutes = models.SmallIntegerField()
    whom = models.CharField(max_length=200, help_text="With whom: the principal, the clerk.")
    about = models.CharField(max_length=1000)
    advised = models.CharField(max_length=1000)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()
    undone_at = models.DateTimeField(null=True)
    undone_by = person(null=True)

    objects = Scoped.as_manager()
    in_school = "school"

    class Meta:
        db_table = "training_consult"
        ordering = ["-on", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(minutes__range=(1, 600)), name="a_consult_takes_minutes")]
        indexes = [models.Index(fields=["by", "on"], name="consult_by_day")]

    class Privacy:
        personal = {"whom", "by", "undone_by"}
        confidential = {"about", "advised"}
        plain = {"id", "school", "area", "way", "on", "minutes", "at", "undone_at"}

    def __str__(self) -> str:
        return f"{self.get_way_display()}, {self.on:%-d %b %Y}"
