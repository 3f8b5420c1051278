"""Posts: the one source of who may see which students."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce

from firstbell.core.models import User
from firstbell.roster.models import Region, School


class Post(models.Model):
    """One person's role at one school, one region, or (both blank) the whole district, over a span of days.

    `week` are the minutes from Monday to Friday; without it, `tenths` of a full week are spread evenly.
    """

    class Role(models.TextChoices):
        COUNSELOR = "counselor", "PSA Counselor"
        CLERK = "clerk", "Attendance clerk"
        PRINCIPAL = "principal", "Principal"
        TEACHER = "teacher", "Teacher"
        COORDINATOR = "coordinator", "Field Coordinator"
        CHAIR = "chair", "SARB Chair"
        REGION_COUNSELOR = "region_counselor", "Region Pupil Services Counselor"
        DIRECTOR = "director", "Director"
        ENGINEER = "engineer", "District engineer"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=Role)
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, related_name="posts")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="posts")
    span = DateRangeField()
    week = ArrayField(models.SmallIntegerField(), size=5, null=True, blank=True)
    tenths = models.SmallIntegerField(default=10, validators=[MinValueValidator(1), MaxValueValidator(10)])

    class Meta:
        db_table = "post"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(school__isnull=True) | models.Q(region__isnull=True), name="school_or_region"
            ),
            models.CheckConstraint(condition=models.Q(week=None) | models.Q(week__len=5), name="minutes_of_five_days"),
            models.CheckConstraint(condition=models.Q(tenths__range=(1, 10)), name="share_in_tenths"),
            ExclusionConstraint(
                name="one_post_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Coalesce("school", 0), RangeOperators.EQUAL),
                    (Coalesce("region", 0), RangeOperators.EQUAL),
                    ("span", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    class Privacy:
        personal = {"user", "role", "school", "region", "span", "week", "tenths"}
        plain = {"id"}

    def __str__(self) -> str:
        return f"{self.get_role_display()} at {self.school or self.region or 'the whole district'}"
