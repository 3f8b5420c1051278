"""Courses, sessions of them, who has a seat, what was completed, and what was proposed to whom."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstbell.core import clock
from firstbell.core.access import May, Scope
from firstbell.roster.models import School
from firstbell.staffing.models import Post


def person(**more):
    return models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+", **more)


class Offered(models.QuerySet):
    """Courses are the district's: whoever may see training sees them all."""

    def visible_to(self, scope: Scope):
        return self if May.SEE_TRAINING in scope else self.none()


class Near(models.QuerySet):
    """Sessions of the whole district, and of the regions in which this person has a school."""

    def visible_to(self, scope: Scope):
        if scope.everywhere:
            return self
        if May.SEE_TRAINING not in scope:
            return self.none()
        regions = School.objects.filter(pk__in=scope.schools).values("region")
        return self.filter(Q(region=None) | Q(region__in=scope.regions) | Q(region__in=regions))


class Learned(models.QuerySet):
    """What one person learned: their own, and for who runs training that of people with a post near them today."""

    def visible_to(self, scope: Scope):
        if May.RUN_TRAINING in scope and scope.everywhere:
            return self
        seen = Q(user__in=[post.user_id for post in scope.posts])
        if May.RUN_TRAINING in scope:
            near = Q(school__in=scope.schools) | Q(region__in=scope.regions)
            held = Post.objects.filter(near, span__contains=clock.today())
            seen |= Q(user__in=held.values("user"))
        return self.filter(seen)


class Course(models.Model):
    """Something to learn. `months` is how long it counts, for ever without; `roles` are those it is required of.

    `items` are the items of the chart review's rubric that it helps with. Retired, never deleted.
    """

    class Kind(models.TextChoices):
        COURSE = "course", "Course"
        MOCK_SARB = "mock_sarb", "Mock SARB hearing"
        PRACTICE = "practice", "Practice district"

    key = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    what = models.CharField(max_length=1000, help_text="What somebody can do afterwards.")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.COURSE)
    minutes = models.SmallIntegerField()
    months = models.SmallIntegerField(null=True)
    roles = models.JSONField(default=list, blank=True)
    items = models.JSONField(default=list, blank=True)
    retired_on = models.DateField(null=True)
    version = models.IntegerField(default=1)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person(null=True)

    objects = Offered.as_manager()

    class Meta:
        db_table = "training_course"
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__range=(5, 2400)), name="a_course_takes_minutes"),
            models.CheckConstraint(condition=Q(months=None) | Q(months__range=(1, 120)), name="a_course_counts_months"),
        ]

    class Privacy:
        personal = {"by"}
        plain = {
            "id",
            "key",
            "title",
            "what",
            "kind",
            "minutes",
            "months",
            "roles",
            "items",
            "retired_on",
            "version",
            "at",
        }

    def __str__(self) -> str:
        return self.title


class Session(models.Model):
    """A course on a day, in a region or (without one) for the whole district. Closed once who came is written down."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        HELD = "held", "Held"
        CANCELLED = "cancelled", "Cancelled"

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions")
    region = models.ForeignKey("roster.Region", on_delete=models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    begins = models.TimeField()
    minutes = models.SmallIntegerField()
    place = models.CharField(max_length=200)
    seats = models.SmallIntegerField()
    note = models.CharField(max_length=500, blank=True)
    led_by = person()
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    closed_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True, help_text="Why it was cancelled.")
    version = models.IntegerField(default=1)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = Near.as_manager()

    class Meta:
        db_table = "training_session"
        ordering = ["on", "begins", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(seats__range=(1, 500)), name="a_session_has_seats"),
            models.CheckConstraint(condition=Q(minutes__range=(5, 2400)), name="a_session_takes_minutes"),
            models.CheckConstraint(
                condition=Q(state="planned", closed_at=None) | ~Q(state="planned") & Q(closed_at__isnull=False),
                name="a_session_is_closed_at_an_instant",
            ),
        ]
        indexes = [models.Index(fields=["state", "on"], name="session_coming")]

    class Privacy:
        personal = {"led_by", "by"}
        plain = {
            "id", "course", "region", "on", "begins", "minutes", "place", "seats", "note", "state", "closed_at", "why",
            "version", "at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.course}, {self.on:%-d %b %Y}"


class Seat(models.Model):
    """Somebody's seat in a session. Who comes when all are taken waits, in the order of coming. `came` is said once."""

    class State(models.TextChoices):
        HAS = "has", "Has a seat"
        WAITS = "waits", "Waits for a seat"
        GAVE_UP = "gave_up", "Gave it up"

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="taken")
    user = person()
    state = models.CharField(max_length=10, choices=State, default=State.HAS)
    came = models.BooleanField(null=True)
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects = Learned.as_manager()

    class Meta:
        db_table = "training_seat"
        ordering = ["session", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], condition=~Q(state="gave_up"), name="one_seat_each"),
            models.CheckConstraint(condition=Q(came=None) | Q(state="has"), name="who_came_had_a_seat"),
        ]

    class Privacy:
        personal = {"user", "came"}
        plain = {"id", "session", "state", "at"}

    def __str__(self) -> str:
        return self.get_state_display()


class Completion(models.Model):
    """Somebody completed a course on a day; it counts until `until`, for ever without. Append-only (trigger).

    `session` is where; without one, `proof` says what was shown (a certificate of another provider, the practice
    district worked through). `title` and `what` are the course's words as they were.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="completions")
    user = person()
    on = models.DateField()
    until = models.DateField(null=True, help_text="The last day it counts.")
    minutes = models.SmallIntegerField()
    title = models.CharField(max_length=120, blank=True, help_text="What the course was called then.")
    what = models.CharField(max_length=1000, blank=True, help_text="What it taught then.")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, null=True, related_name="completions")
    proof = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = Learned.as_manager()

    class Meta:
        db_table = "training_completion"
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["course", "user", "on"], name="completed_once_a_day"),
            models.CheckConstraint(condition=Q(session__isnull=False) | ~Q(proof=""), name="a_completion_has_proof"),
        ]
        indexes = [models.Index(fields=["user", "course", "-on"], name="completed_by")]

    class Privacy:
        personal = {"user", "proof", "by"}
        plain = {"id", "course", "on", "until", "minutes", "title", "what", "session", "at"}

    def __str__(self) -> str:
        return f"{self.course}, {self.on:%-d %b %Y}"


class Proposal(models.Model):
    """A course proposed to somebody because of what was observed. `source` keeps one gap from proposing twice."""

    class State(models.TextChoices):
        OPEN = "open", "Proposed"
        TAKEN = "taken", "Agreed"
        DECLINED = "declined", "Not now"

    user = person()
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="proposals")
    why = models.CharField(max_length=500)
    source = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    said = models.CharField(max_length=500, blank=True)
    said_at = models.DateTimeField(null=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person(null=True)

    objects = Learned.as_manager()

    class Meta:
        db_table = "training_proposal"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "source"], name="proposed_once_for_a_gap")]

    class Privacy:
        personal = {"user", "why", "source", "said", "by"}
        plain = {"id", "course", "state", "said_at", "at"}

    def __str__(self) -> str:
        return f"{self.course} for {self.user}"
