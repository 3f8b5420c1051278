"""Students, where they are enrolled, the programs they are in."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper

from firstbell.core.access import Scoped
from firstbell.roster.models.history import Arrived
from firstbell.roster.models.names import folded
from firstbell.roster.models.schools import Calendar, School


class Student(Arrived):
    """A student of the district. `school` is where they are enrolled now (or were last): it decides who sees them.

    `searched` holds all names as `fold` writes them; the database keeps it.
    """

    key = models.CharField(unique=True)
    given = models.CharField()
    middle = models.CharField(null=True)  # noqa: DJ001
    family = models.CharField()
    preferred_given = models.CharField(null=True)  # noqa: DJ001
    preferred_family = models.CharField(null=True)  # noqa: DJ001
    born_on = models.DateField(null=True)
    sex = models.CharField(null=True)  # noqa: DJ001
    grade = models.CharField(null=True)  # noqa: DJ001
    language = models.CharField(null=True)  # noqa: DJ001
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, related_name="students", db_index=False)

    searched = models.GeneratedField(
        expression=folded("given", "family", "preferred_given", "preferred_family", "middle"),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = Scoped.as_manager()
    in_school, of_student = "school", "pk"

    class Meta:
        db_table = "student"
        indexes = [
            models.Index(fields=["school", "family", "given"]),
            models.Index(fields=["family", "given"]),
            models.Index(fields=["grade", "family", "given"], name="student_by_grade"),
            models.Index(Upper("key"), name="student_by_any_case_key"),
            GinIndex(OpClass("searched", name="gin_trgm_ops"), name="student_by_searched"),
        ]

    class Privacy:
        personal = {
            "key", "given", "middle", "family", "preferred_given", "preferred_family", "born_on", "sex", "grade",
            "language", "school", "searched",
        }  # fmt: skip
        plain = {"id", "arrival", "live"}

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name the student goes by."""
        return f"{self.preferred_given or self.given} {self.preferred_family or self.family}"


class Enrolment(Arrived):
    """A stay at a school: entry day, and last day enrolled once it has ended (inclusive)."""

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="enrolments", db_index=False)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="enrolments")
    year = models.SmallIntegerField()
    entry_on = models.DateField()
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+", db_index=False)
    grade = models.CharField(null=True)  # noqa: DJ001
    entry_code = models.CharField(null=True)  # noqa: DJ001
    exit_on = models.DateField(null=True)
    exit_code = models.CharField(null=True)  # noqa: DJ001
    primary = models.BooleanField(default=True)
    status = models.CharField(null=True)  # noqa: DJ001

    objects = Scoped.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "enrolment"
        constraints = [
            models.UniqueConstraint(fields=["student", "school", "year", "entry_on"], name="one_enrolment_by_entry"),
            models.CheckConstraint(
                condition=models.Q(exit_on__isnull=True) | models.Q(exit_on__gte=models.F("entry_on")),
                name="exit_not_before_entry",
            ),
        ]

    class Privacy:
        personal = {"student", "school", "grade", "entry_on", "exit_on", "entry_code", "exit_code", "status"}
        plain = {"id", "year", "calendar", "primary", "arrival", "live"}

    def __str__(self) -> str:
        return f"{self.student_id} at {self.school_id} from {self.entry_on}"


class Program(Arrived):
    """A program the student is in: EL, SWD, 504, Foster, Homeless, SED, …"""

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="programs", db_index=False)
    program = models.CharField()
    begins_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        db_table = "program"
        constraints = [models.UniqueConstraint(fields=["student", "program", "begins_on"], name="one_program_by_begin")]

    class Privacy:
        personal = {"student", "begins_on", "ends_on"}
        confidential = {"program"}
        plain = {"id", "arrival", "live"}

    def __str__(self) -> str:
        return self.program
