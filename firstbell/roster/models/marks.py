"""Marks of attendance: append-only. A correction withdraws one mark and states another; both keep their arrival."""

from django.db import models

from firstbell.core.access import Scoped
from firstbell.roster.models.history import Arrival, Arrived
from firstbell.roster.models.schools import School
from firstbell.roster.models.students import Student


class AttendanceCode(Arrived):
    """A code of the student system in one year, with what the district says it means. `school` blank: every school."""

    year = models.SmallIntegerField()
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField()
    description = models.CharField(null=True)  # noqa: DJ001
    category = models.CharField(null=True)  # noqa: DJ001
    excused = models.BooleanField(null=True)
    absence = models.BooleanField()
    truancy = models.BooleanField()
    ada = models.BooleanField()
    suspension = models.CharField(blank=True)
    study = models.CharField(blank=True)
    over30 = models.BooleanField()

    class Meta:
        db_table = "attendance_code"
        constraints = [
            models.UniqueConstraint(fields=["year", "school", "code"], name="one_code_by_school", nulls_distinct=False)
        ]

    class Privacy:
        personal = set()
        plain = {
            "id", "year", "school", "code", "description", "category", "excused", "absence", "truancy", "ada",
            "suspension", "study", "over30", "arrival", "live",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.code} {self.description or ''}".strip()


class Mark(models.Model):
    """One mark as one arrival stated it. The table is partitioned by school year; the trigger refuses change.

    `period` blank means the whole day. `minutes` missed and `share` of the day missed in hundredths: -1 unknown.
    """

    year = models.SmallIntegerField()
    student = models.ForeignKey(Student, on_delete=models.DO_NOTHING, db_constraint=False, related_name="marks")
    school = models.ForeignKey(School, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    day = models.DateField()
    period = models.CharField(blank=True)
    code = models.ForeignKey(AttendanceCode, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    minutes = models.SmallIntegerField(default=-1)
    share = models.SmallIntegerField(default=-1)
    arrival = models.ForeignKey(Arrival, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")

    objects = Scoped.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "mark"

    class Privacy:
        personal = {"student", "school", "day", "period", "code", "minutes", "share"}
        plain = {"id", "year", "arrival"}

    def __str__(self) -> str:
        return f"{self.student_id} {self.day} {self.code_id}"


class Withdrawal(models.Model):
    """An arrival no longer states this mark: it was corrected, cleared or taken back. Append-only by trigger."""

    year = models.SmallIntegerField()
    mark = models.ForeignKey(Mark, on_delete=models.DO_NOTHING, db_constraint=False, related_name="withdrawals")
    arrival = models.ForeignKey(Arrival, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")

    class Meta:
        db_table = "mark_withdrawal"
        indexes = [models.Index(fields=["year", "arrival"])]

    class Privacy:
        personal = set()
        plain = {"id", "year", "mark", "arrival"}

    def __str__(self) -> str:
        return f"mark {self.mark_id} withdrawn"


class Statement(models.Model):
    """What people say of a student's day at a school; no file changes it until a person takes it back (`ended`).

    `stated` holds the marks of that day as people left it, each [period, code (id), minutes, share]. `told` holds what
    the files said of it, oldest first: {"arrival": id, "marks": [...]}.
    """

    year = models.SmallIntegerField()
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="statements", db_index=False)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    stated = models.JSONField()
    told = models.JSONField()
    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="+")
    ended = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="+", null=True)

    objects = Scoped.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "mark_statement"
        constraints = [
            models.UniqueConstraint(
                fields=["student", "school", "day"], condition=models.Q(ended=None), name="one_statement_of_a_day"
            )
        ]
        indexes = [models.Index(fields=["year"], condition=models.Q(ended=None), name="statement_in_force")]

    class Privacy:
        personal = {"student", "school", "day", "stated", "told"}
        plain = {"id", "year", "arrival", "ended"}

    def __str__(self) -> str:
        return f"{self.student_id} on {self.day}"

    @property
    def file_says(self) -> list[list]:
        """The marks of the day as the newest files state them."""
        return self.told[-1]["marks"]


class RollTaken(Arrived):
    """Roll was taken at this school in this period on this day, in so many sections: tells present from not taken."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    period = models.CharField()
    sections = models.IntegerField()

    class Meta:
        db_table = "roll_taken"
        constraints = [models.UniqueConstraint(fields=["school", "day", "period"], name="one_roll_by_period")]

    class Privacy:
        personal = set()
        plain = {"id", "school", "day", "period", "sections", "arrival", "live"}

    def __str__(self) -> str:
        return f"{self.day} {self.period}"
