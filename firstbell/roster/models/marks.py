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


class RollTaken(Arrived):
    """Roll was taken at this school in this period on this day, in so many sections: tells present from not taken."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
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
