"""Counseling: sessions with a student or a family, groups with their roster, their meetings and who came."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now

from firstbell.core.access import Scoped
from firstbell.supports.models.plans import Plan, person
from firstbell.supports.practices import PRACTICES


class Session(models.Model):
    """One session with a student or their family. Never changed (trigger). `key` was made by the page: twice is once.

    What was confided is a sealed note of cases, which its author alone reads (EC 49602) and whose keys cases turns.
    """

    class Kind(models.TextChoices):
        INDIVIDUAL = "individual", "With the student"
        FAMILY = "family", "With the family"

    key = models.UUIDField(unique=True)
    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="sessions")
    kind = models.CharField(max_length=10, choices=Kind)
    on = models.DateField()
    minutes = models.SmallIntegerField()
    topic = models.CharField(max_length=120)
    goal = models.CharField(max_length=200, blank=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, related_name="sessions")
    note = models.OneToOneField("cases.Note", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = Scoped.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "supports_session"
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["student", "-on"], name="session_of_student")]

    class Privacy:
        personal = {"student", "kind", "on", "plan", "by"}
        confidential = {"topic", "goal", "note"}
        plain = {"id", "key", "minutes", "at"}

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.on}"


class Group(models.Model):
    """Students who meet with a counselor over a curriculum, which is a practice of the library."""

    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, related_name="support_groups")
    name = models.CharField(max_length=80)
    practice = models.CharField(max_length=40)
    goal = models.CharField(max_length=200)
    begins_on = models.DateField()
    ended_on = models.DateField(null=True)
    lead = person()
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects = Scoped.as_manager()
    in_school = "school"

    class Meta:
        db_table = "supports_group"
        ordering = ["school__name", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["school", "name"], condition=Q(ended_on=None), name="one_group_by_name"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("begins_on")), name="group_ends_after_it_begins"
            ),
        ]

    class Privacy:
        personal = {"lead"}
        plain = {"id", "school", "name", "practice", "goal", "begins_on", "ended_on", "at"}

    def __str__(self) -> str:
        return self.name

    @property
    def curriculum(self):
        return PRACTICES.get(self.practice)


class Member(models.Model):
    """A student's stay in a group, from a day on until the last one."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="members")
    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="+")
    begins_on = models.DateField()
    ended_on = models.DateField(null=True)
    by = person()

    objects = Scoped.as_manager()
    in_school = "group__school"

    class Meta:
        db_table = "supports_member"
        ordering = ["student__family", "student__given", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("begins_on")), name="member_ends_after_it_begins"
            ),
            ExclusionConstraint(
                name="one_stay_at_a_time",
                expressions=[
                    ("group", RangeOperators.EQUAL),
                    ("student", RangeOperators.EQUAL),
                    (Func("begins_on", "ended_on", Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    class Privacy:
        personal = {"group", "student", "begins_on", "ended_on", "by"}
        plain = {"id"}

    def __str__(self) -> str:
        return f"{self.student_id} in {self.group_id}"


class Meeting(models.Model):
    """One meeting of a group; a day has at most one."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="meetings")
    on = models.DateField()
    minutes = models.SmallIntegerField()
    topic = models.CharField(max_length=120)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = Scoped.as_manager()
    in_school = "group__school"

    class Meta:
        db_table = "supports_meeting"
        ordering = ["-on"]
        constraints = [models.UniqueConstraint(fields=["group", "on"], name="one_meeting_a_day")]

    class Privacy:
        personal = {"by"}
        plain = {"id", "group", "on", "minutes", "topic", "at"}

    def __str__(self) -> str:
        return f"{self.topic}, {self.on}"


class Presence(models.Model):
    """Whether a member came to a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="presences")
    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="+")
    came = models.BooleanField()

    class Meta:
        db_table = "supports_presence"
        constraints = [models.UniqueConstraint(fields=["meeting", "student"], name="one_presence_a_meeting")]

    class Privacy:
        personal = {"student", "came"}
        plain = {"id", "meeting"}

    def __str__(self) -> str:
        return "came" if self.came else "did not come"
