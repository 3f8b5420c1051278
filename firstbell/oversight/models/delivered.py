"""What falls out of no log: time that its person adds, days they confirm; and reports that were signed over it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstbell.core.access import May, Scope, Scoped
from firstbell.oversight.models.about import About, person


class Spent(models.Model):
    """Minutes of a day that no contact, session or meeting tells of. Only ever taken back (trigger).

    Without a school it is shared over the schools its person is planned at that day.
    """

    class Kind(models.TextChoices):
        TRAVEL = "travel", "Travel"
        RECORDS = "records", "Letters and records"
        PLANNING = "planning", "Planning and review"
        TRAINING = "training", "Training"
        OTHER = "other", "Other work"

    user = person()
    on = models.DateField()
    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    minutes = models.SmallIntegerField()
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    undone_at = models.DateTimeField(null=True)

    objects = About.as_manager()

    class Meta:
        db_table = "oversight_spent"
        ordering = ["on", "pk"]
        constraints = [models.CheckConstraint(condition=Q(minutes__range=(1, 720)), name="minutes_of_one_day")]
        indexes = [models.Index(fields=["user", "on"], condition=Q(undone_at=None), name="spent_by_day")]

    class Privacy:
        personal = {"user", "note"}
        plain = {"id", "on", "school", "kind", "minutes", "at", "undone_at"}

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.minutes} min"


class ConfirmedDay(models.Model):
    """Somebody said of a day: this was it. `minutes` is what stood then. Append-only (trigger); the newest counts."""

    user = person()
    on = models.DateField()
    minutes = models.SmallIntegerField()
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects = About.as_manager()

    class Meta:
        db_table = "oversight_confirmed_day"
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["user", "-on"], name="confirmed_by_day")]

    class Privacy:
        personal = {"user"}
        plain = {"id", "on", "minutes", "at"}

    def __str__(self) -> str:
        return f"{self.on}: {self.minutes} min"


class Reports(About):
    def visible_to(self, scope: Scope):
        """Their own; and those of the schools of whoever countersigns."""
        mine = Q(user__in=[post.user_id for post in scope.posts])
        if May.COUNTERSIGN not in scope and May.SEE_LEDGER not in scope:
            return self.filter(mine)
        if scope.everywhere:
            return self
        return self.filter(mine | Q(school__in=scope.schools))


class ActivityReport(models.Model):
    """A Personnel Activity Report: a month of one person's work under one purchase, signed after the fact.

    `activities` are {activity: minutes}, `funds` [[fund, minutes]], `adjustments` [[month, minutes]] for months that
    were signed before and came out otherwise since; `total` is all of it together. What was signed stays; only the
    countersignature comes later (trigger). 2 CFR 200.430(g).
    """

    user = person()
    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, related_name="+")
    purchase = models.ForeignKey("staffing.Purchase", on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="Its first day.")
    activities = models.JSONField()
    funds = models.JSONField()
    adjustments = models.JSONField(default=list)
    total = models.IntegerField()
    pdf = models.BinaryField()
    pdf_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    countersigned_by = person(null=True)
    countersigned_at = models.DateTimeField(null=True)

    objects = Reports.as_manager()

    class Meta:
        db_table = "oversight_activity_report"
        ordering = ["-month", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "purchase", "month"], name="one_activity_report_a_month"),
            models.CheckConstraint(
                condition=Q(countersigned_by=None, countersigned_at=None)
                | Q(countersigned_by__isnull=False, countersigned_at__isnull=False),
                name="countersigned_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(countersigned_by=None) | ~Q(countersigned_by=models.F("user")),
                name="nobody_countersigns_their_own",
            ),
        ]
        indexes = [
            models.Index(
                fields=["school", "month"], condition=Q(countersigned_by=None), name="report_to_countersign"
            )
        ]  # fmt: skip

    class Privacy:
        personal = {"user", "activities", "funds", "adjustments", "total", "pdf", "countersigned_by"}
        plain = {"id", "school", "purchase", "month", "pdf_hash", "signed_at", "countersigned_at"}

    def __str__(self) -> str:
        return f"{self.month:%B %Y}"


class SchoolStatement(models.Model):
    """A principal's statement over 25 school days, as the night after them had it. Append-only (trigger).

    `number` counts within the school year; `data` are the figures as the page and the paper say them.
    """

    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField(help_text="The calendar year in which the school year ends.")
    number = models.SmallIntegerField()
    begins_on = models.DateField()
    ends_on = models.DateField()
    data = models.JSONField()
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects = Scoped.as_manager()
    in_school = "school"

    class Meta:
        db_table = "oversight_statement"
        ordering = ["-year", "-number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["school", "year", "number"], name="one_statement_of_a_span"),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("begins_on")), name="statement_over_days"),
        ]

    class Privacy:
        personal = {"data"}  # who was there is named
        plain = {"id", "school", "year", "number", "begins_on", "ends_on", "at"}

    def __str__(self) -> str:
        return f"Statement {self.number} of {self.year - 1}-{self.year % 100:02d}"
