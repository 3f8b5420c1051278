"""The served tables, derived and replaced whole each night; and what people say of absences, which is kept."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from firstbell.core.access import Scoped

_LOOSE = {"on_delete": models.DO_NOTHING, "db_constraint": False}  # a table swapped whole holds no foreign keys


class Served(models.Model):
    """What the served tables reflect: the day, the arrival, the day book. One row."""

    year = models.SmallIntegerField()
    on = models.DateField()
    arrival = models.ForeignKey("roster.Arrival", **_LOOSE, related_name="+")
    book = models.CharField(max_length=120)
    policy = models.CharField(max_length=40)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "served"

    class Privacy:
        personal = set()
        plain = {"id", "year", "on", "arrival", "book", "policy", "at"}

    def __str__(self) -> str:
        return f"standings on {self.on}"


class Standing(models.Model):
    """What the facts say of a student on the served day, over all their schools of the year."""

    student = models.OneToOneField("roster.Student", primary_key=True, **_LOOSE, related_name="standing")
    school = models.ForeignKey("roster.School", **_LOOSE, related_name="+")
    grade = models.CharField(max_length=10, blank=True)
    enrolled = models.SmallIntegerField()
    absent = models.SmallIntegerField()
    excused = models.SmallIntegerField()
    unexcused = models.SmallIntegerField()
    suspended = models.SmallIntegerField()
    unverified = models.SmallIntegerField()
    study_undone = models.SmallIntegerField()
    occasions = models.SmallIntegerField()
    third_on = models.DateField(null=True)
    partial = models.SmallIntegerField()
    half_days = models.SmallIntegerField()
    streak = models.SmallIntegerField()
    last_absent_on = models.DateField(null=True)
    last20 = models.SmallIntegerField()
    before20 = models.SmallIntegerField()
    can_miss = models.SmallIntegerField()
    chronic = models.BooleanField(null=True)
    national_band = models.CharField(max_length=20)
    district_band = models.CharField(max_length=20)
    weeks = ArrayField(models.SmallIntegerField())
    was_absent = models.SmallIntegerField(null=True)
    was_occasions = models.SmallIntegerField(null=True)

    objects = Scoped.as_manager()
    in_school, of_student = "school", "student"

    class Meta:
        db_table = "standing"
        indexes = [
            models.Index(fields=["school", "national_band"], name="standing_by_band"),
            models.Index(
                fields=["-absent", "student"], condition=models.Q(national_band__in=("moderate", "severe")),
                name="standing_most_missed",
            ),
        ]  # fmt: skip

    class Privacy:
        personal = {
            "student", "school", "grade", "enrolled", "absent", "excused", "unexcused", "suspended", "unverified",
            "study_undone", "occasions", "third_on", "partial", "half_days", "streak", "last_absent_on", "last20",
            "before20", "can_miss", "chronic", "national_band", "district_band", "weeks", "was_absent", "was_occasions",
        }  # fmt: skip
        plain = set()

    def __str__(self) -> str:
        return f"{self.student_id}: {self.absent} of {self.enrolled} days absent"


class Sign(models.Model):
    """One dated reason why a student needs an adult now. `rank` orders them: 1 is most pressing."""

    id = models.IntegerField(primary_key=True)
    student = models.ForeignKey("roster.Student", **_LOOSE, related_name="signs")
    school = models.ForeignKey("roster.School", **_LOOSE, related_name="+")
    rule = models.CharField(max_length=30)
    rank = models.SmallIntegerField()
    on = models.DateField()
    sentence = models.CharField(max_length=200)
    section = models.CharField(max_length=60)

    objects = Scoped.as_manager()
    in_school, of_student = "school", "student"

    class Meta:
        db_table = "sign"
        indexes = [
            models.Index(fields=["school", "rank", "on"], name="sign_by_rank"),
            models.Index(fields=["rank", "-on", "student"], name="sign_in_line"),
            models.Index(fields=["rule", "school"], name="sign_by_rule"),
        ]

    class Privacy:
        personal = {"student", "school", "rule", "on", "sentence"}
        plain = {"id", "rank", "section"}

    def __str__(self) -> str:
        return self.sentence


class SchoolDay(models.Model):
    """One school's day: how many were enrolled and absent."""

    id = models.IntegerField(primary_key=True)
    school = models.ForeignKey("roster.School", **_LOOSE, related_name="+")
    day = models.DateField()
    enrolled = models.IntegerField()
    absent = models.IntegerField()
    unexcused = models.IntegerField()
    occasions = models.IntegerField()

    objects = Scoped.as_manager()
    in_school = "school"

    class Meta:
        db_table = "school_day"
        indexes = [models.Index(fields=["school", "day"], name="school_day_by_day")]

    class Privacy:
        personal = set()
        plain = {"id", "school", "day", "enrolled", "absent", "unexcused", "occasions"}

    def __str__(self) -> str:
        return f"{self.school_id} {self.day}"


class DistrictDay(models.Model):
    """The sums of a day over every school there is now, so that the district's page adds up nothing."""

    day = models.DateField(primary_key=True)
    enrolled = models.IntegerField()
    absent = models.IntegerField()

    class Meta:
        db_table = "district_day"

    class Privacy:
        personal = set()
        plain = {"day", "enrolled", "absent"}

    def __str__(self) -> str:
        return f"the district {self.day}"


class SchoolReview(models.Model):
    """Bands of a school's students as of a review day: every 25 instructional days, and the served day."""

    id = models.IntegerField(primary_key=True)
    school = models.ForeignKey("roster.School", **_LOOSE, related_name="+")
    on = models.DateField()
    students = models.IntegerField()
    satisfactory = models.IntegerField()
    at_risk = models.IntegerField()
    moderate = models.IntegerField()
    severe = models.IntegerField()

    objects = Scoped.as_manager()
    in_school = "school"

    class Meta:
        db_table = "school_review"
        indexes = [models.Index(fields=["school", "on"], name="school_review_by_day")]

    class Privacy:
        personal = set()
        plain = {"id", "school", "on", "students", "satisfactory", "at_risk", "moderate", "severe"}

    def __str__(self) -> str:
        return f"{self.school_id} {self.on}"


class Breakdown(models.Model):
    """A school's standing by grade or program, so that no page has to count students."""

    id = models.IntegerField(primary_key=True)
    school = models.ForeignKey("roster.School", **_LOOSE, related_name="+")
    dimension = models.CharField(max_length=10)
    value = models.CharField(max_length=60)
    students = models.IntegerField()
    chronic = models.IntegerField()
    severe = models.IntegerField()
    enrolled_days = models.BigIntegerField()
    absent_days = models.BigIntegerField()

    objects = Scoped.as_manager()
    in_school = "school"

    class Meta:
        db_table = "breakdown"
        indexes = [models.Index(fields=["school", "dimension"], name="breakdown_by_school")]

    class Privacy:
        personal = set()
        plain = {"id", "school", "dimension", "value", "students", "chronic", "severe", "enrolled_days", "absent_days"}

    def __str__(self) -> str:
        return f"{self.school_id} {self.dimension} {self.value}"


class Uncounted(models.Model):
    """A mark that counts for nothing, and why: a question for the school's office, not a silent loss."""

    class Why(models.TextChoices):
        OUTSIDE_ENROLMENT = "outside_enrolment", "The student was not enrolled at that school that day"
        NOT_INSTRUCTIONAL = "not_instructional", "The student's calendar has no school that day"
        AFTER_THROUGH = "after_through", "The day lies after the day the files speak of"
        UNKNOWN_STUDENT = "unknown_student", "The student has no enrolment this year"
        CONTRADICTION = "contradiction", "Another whole-day mark of the same day is more severe and counts instead"

    id = models.IntegerField(primary_key=True)
    mark = models.ForeignKey("roster.Mark", **_LOOSE, related_name="+")
    student = models.ForeignKey("roster.Student", **_LOOSE, related_name="+")
    school = models.ForeignKey("roster.School", **_LOOSE, related_name="+")
    day = models.DateField()
    why = models.CharField(max_length=20, choices=Why)

    objects = Scoped.as_manager()
    in_school, of_student = "school", "student"

    class Meta:
        db_table = "uncounted"
        indexes = [models.Index(fields=["school", "day"], name="uncounted_by_day")]

    class Privacy:
        personal = {"student", "school", "day"}
        plain = {"id", "mark", "why"}

    def __str__(self) -> str:
        return f"{self.mark_id}: {self.why}"


class Clearing(models.Model):
    """What was said of one student's absence on one day, who said it and who took it down (5 CCR 306, 421).

    `reason` is a code of `law.reasons.REASONS`, UNEXCUSED or PRESENT. `was` and `now` list [period, code] of the day's
    marks before and after; `finding` holds outcome, reasons (section, sentence) and policy version.
    """

    UNEXCUSED, PRESENT = "unexcused", "present"

    class State(models.TextChoices):
        DONE = "done", "Cleared"
        WAITING = "waiting", "Waiting for a decision"
        REFUSED = "refused", "Not accepted"
        TAKEN_BACK = "taken_back", "Taken back"

    class Evidence(models.TextChoices):
        CALL = "parent_call", "Call with the family"
        NOTE = "parent_note", "Note from the family"
        VISIT = "visit", "Home visit"
        DOCTOR = "doctor", "Doctor or clinic"
        OTHER = "other", "Something else"
        NONE = "none", "Nothing"

    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="clearings", db_index=False)
    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    was = models.JSONField()
    now = models.JSONField(default=list)
    reason = models.CharField(max_length=20)
    incident = models.CharField(max_length=60, blank=True)
    shown = models.JSONField(default=list)
    evidence = models.CharField(max_length=12, choices=Evidence)
    said_by = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State)
    finding = models.JSONField()
    statement = models.ForeignKey("roster.Statement", on_delete=models.PROTECT, null=True, related_name="clearings")
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)

    objects = Scoped.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "clearing"
        indexes = [
            models.Index(fields=["student", "day"], name="clearing_of_day"),
            models.Index(fields=["at"], name="clearing_by_age"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "school", "day"], condition=models.Q(state__in=("done", "waiting")),
                name="one_clearing_of_a_day",
            )
        ]  # fmt: skip

    class Privacy:
        personal = {
            "student", "school", "day", "was", "now", "shown", "evidence", "said_by", "by", "decided_by", "why",
            "statement",
        }  # fmt: skip
        confidential = {"reason", "incident", "note", "finding"}
        plain = {"id", "state", "at", "decided_at"}

    def __str__(self) -> str:
        return f"{self.student_id} on {self.day}: {self.get_state_display()}"


class ReasonCode(models.Model):
    """The district's own choice of the attendance code that states a reason; without one the best fit is taken."""

    reason = models.CharField(max_length=20)
    code = models.CharField(max_length=20)

    class Meta:
        db_table = "reason_code"
        constraints = [models.UniqueConstraint(fields=["reason", "code"], name="one_code_for_a_reason")]

    class Privacy:
        personal = set()
        plain = {"id", "reason", "code"}

    def __str__(self) -> str:
        return f"{self.reason} by {self.code}"


class CountChange(models.Model):
    """The change list: a past day that later facts made count otherwise, what brought it, and the counts it moved.

    Counts are those on the last day that was told of before. Append-only by trigger.
    """

    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="count_changes")
    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    year = models.SmallIntegerField()
    arrival = models.ForeignKey("roster.Arrival", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    was_kind = models.SmallIntegerField()
    now_kind = models.SmallIntegerField()
    occasions_was = models.SmallIntegerField()
    occasions_now = models.SmallIntegerField()
    absent_was = models.SmallIntegerField()
    absent_now = models.SmallIntegerField()
    version = models.BigIntegerField()
    found_at = models.DateTimeField(auto_now_add=True)

    objects = Scoped.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "count_change"
        indexes = [models.Index(fields=["-found_at"], name="count_change_by_age")]
        constraints = [
            models.UniqueConstraint(fields=["year", "version", "student", "day"], name="one_change_of_a_day")
        ]

    class Privacy:
        personal = {
            "student", "school", "day", "was_kind", "now_kind", "occasions_was", "occasions_now", "absent_was",
            "absent_now",
        }  # fmt: skip
        plain = {"id", "year", "arrival", "version", "found_at"}

    def __str__(self) -> str:
        return f"{self.student_id} on {self.day}: {self.was_kind} is now {self.now_kind}"
