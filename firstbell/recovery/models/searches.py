"""A search for one student, every turn it took, and those whom nobody has seen for a day or three."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstbell.core.access import Scoped
from firstbell.law.exits import CODES
from firstbell.recovery.rules import KINDS, LANES, OPEN, STATES

_LOOSE = {"on_delete": models.DO_NOTHING, "db_constraint": False}  # a table swapped whole holds no foreign keys


def person(**more):
    return models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+", **more)


class SearchQuerySet(Scoped):
    def open(self):
        return self.filter(state__in=OPEN)

    def in_line(self):
        """The order of the board: first in line, adult soonest, Census Day soonest, most credits short."""
        return self.order_by("-first", "adult_on", "census_on", "-credits_short", "pk")


class Search(models.Model):
    """One student's stay away, from the first day missed (`since`) until a return or a proof; one is open at a time.

    It stands where the student is enrolled, or was last. `unseen` are the school days since anybody saw them,
    `unexcused` those in a row without a word, `exit_*` how the student system says they left: the night writes these,
    the `grade`, and the columns of the board's order (`lane` to `credits_short`). A row is never deleted (trigger),
    and the table holds no closed one without its return or its own proof (constraints).
    """

    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="searches")
    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField()
    grade = models.CharField(max_length=10, blank=True)
    kind = models.CharField(max_length=10, choices=list(KINDS.items()))
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="unseen")
    since = models.DateField()
    opened_on = models.DateField()
    opened_by = person(null=True)
    last_seen_on = models.DateField(null=True)
    unseen = models.SmallIntegerField(default=0)
    unexcused = models.SmallIntegerField(default=0)
    exit_on = models.DateField(null=True)
    exit_code = models.CharField(max_length=10, blank=True)
    lane = models.CharField(max_length=10, choices=[(lane, lane) for lane in LANES])
    first = models.BooleanField(default=False)
    adult_on = models.DateField(null=True)
    census_on = models.DateField(null=True)
    credits_short = models.SmallIntegerField(default=0)
    owner = person(null=True)
    next_step = models.CharField(max_length=10, blank=True)
    due_on = models.DateField(null=True)
    reached_on = models.DateField(null=True)
    located_on = models.DateField(null=True)
    located_where = models.CharField(max_length=300, blank=True)
    closed_on = models.DateField(null=True)
    closed_by = person(null=True)
    back_on = models.DateField(null=True)
    code = models.CharField(max_length=4, choices=list(CODES.items()), blank=True)
    proof = models.ForeignKey("recovery.Proof", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)

    objects = SearchQuerySet.as_manager()
    in_school, of_student = "school", "student"

    class Meta:
        db_table = "recovery_search"
        constraints = [
            models.UniqueConstraint(fields=["student"], condition=Q(state__in=OPEN), name="one_search_open"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, closed_on=None, back_on=None, code="", proof=None)
                | Q(state="back", closed_on__isnull=False, back_on__isnull=False, code="", proof=None)
                | Q(
                    Q(state="elsewhere", code__startswith="T") | Q(state="exited"),
                    closed_on__isnull=False, closed_by__isnull=False, back_on=None, proof__isnull=False,
                ) & ~Q(code=""),
                name="closed_by_return_or_proof",
            ),
            models.CheckConstraint(
                condition=~Q(state="located") | Q(located_on__isnull=False) & ~Q(located_where=""),
                name="located_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(back_on=None) | Q(back_on__gte=models.F("since")), name="back_after_missed"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["school", "lane", "-first", "adult_on", "census_on"], condition=Q(state__in=OPEN),
                name="search_of_school_in_line",
            ),
            models.Index(
                fields=["lane", "-first", "adult_on", "census_on"], condition=Q(state__in=OPEN),
                name="search_in_line",
            ),
            models.Index(fields=["owner", "due_on"], condition=Q(state__in=OPEN), name="search_by_owner"),
            models.Index(fields=["school", "-closed_on"], condition=~Q(state__in=OPEN), name="search_closed"),
            models.Index(fields=["year", "back_on"], condition=Q(state="back"), name="search_of_return"),
        ]  # fmt: skip

    class Privacy:
        personal = {
            "student", "school", "grade", "kind", "state", "since", "last_seen_on", "unseen", "unexcused", "exit_on",
            "exit_code", "lane", "first", "adult_on", "census_on", "credits_short", "opened_by", "owner", "next_step",
            "reached_on", "located_on", "back_on", "code", "proof", "closed_by",
        }  # fmt: skip
        confidential = {"located_where"}
        plain = {"id", "year", "opened_on", "due_on", "closed_on", "version"}

    def __str__(self) -> str:
        return f"search for {self.student_id} since {self.since}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class Turn(models.Model):
    """One turn of a search: what it was, what it is, and why. Without a person it was the night. Append-only."""

    class What(models.TextChoices):
        BEGUN = "begun", "Search begun"
        LOCATED = "located", "Located"
        LOST = "lost", "Lost again"
        OWNER = "owner", "Owner changed"
        SCHOOL = "school", "Went along to another school"
        EXIT = "exit", "The student system says how they left"
        RETURN = "return", "Plan of return"
        CLOSED = "closed", "Off the board"
        REOPENED = "reopened", "Back on the board"

    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="turns")
    what = models.CharField(max_length=10, choices=What)
    was = models.CharField(max_length=120, blank=True)
    now = models.CharField(max_length=120, blank=True)
    why = models.CharField(max_length=500, blank=True)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person(null=True)

    class Meta:
        db_table = "recovery_turn"
        ordering = ["pk"]

    class Privacy:
        personal = {"search", "what", "was", "now", "by"}
        confidential = {"why"}
        plain = {"id", "on", "at"}

    def __str__(self) -> str:
        return f"{self.get_what_display()} on {self.on}"


class Unseen(models.Model):
    """Whom nobody saw on the last few school days of the served day, too few for a search. Replaced whole each night.

    `days` in a row without a word, the first of them `first_on`; `last_seen_on` is null for who never came.
    """

    student = models.OneToOneField("roster.Student", primary_key=True, **_LOOSE, related_name="unseen")
    school = models.ForeignKey("roster.School", **_LOOSE, related_name="+")
    grade = models.CharField(max_length=10, blank=True)
    days = models.SmallIntegerField()
    first_on = models.DateField()
    last_seen_on = models.DateField(null=True)

    objects = Scoped.as_manager()
    in_school, of_student = "school", "student"

    class Meta:
        db_table = "recovery_unseen"
        indexes = [
            models.Index(fields=["school", "-days", "student"], name="unseen_of_school"),
            models.Index(fields=["-days", "student"], name="unseen_longest"),
        ]

    class Privacy:
        personal = {"student", "school", "grade", "days", "first_on", "last_seen_on"}
        plain = set()

    def __str__(self) -> str:
        return f"{self.student_id}: {self.days} days"
