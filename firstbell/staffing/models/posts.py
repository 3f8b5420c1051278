"""Posts: the one source of who may see which students; and the days somebody with a post is away."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.roster.models import Region, School


def person(**more):
    return models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+", **more)


class StaffQuerySet(models.QuerySet):
    """Rows about one person: seen by themselves, and by whoever supervises a school or region of a post of theirs."""

    def visible_to(self, scope: Scope):
        if scope.everywhere:
            return self
        mine = [post.user_id for post in scope.posts]
        held = Post.objects.filter(Q(school__in=scope.schools) | Q(region__in=scope.regions))
        return self.filter(Q(user__in=mine) | Q(user__in=held.values("user")))


class Post(models.Model):
    """One person's role at one school, one region, or (both blank) the whole district, over a span of days.

    `week` are the minutes from Monday to Friday; without it, `tenths` of a full week are spread evenly. A counselor's
    `span` is what was `asked` as far as their credentials reach. `purchase` is whose bought days it delivers.
    `cover_for` is a post that this one stands in for while its holder is away; a `loan` gives a school without bought
    days some.
    """

    class Role(models.TextChoices):
        COUNSELOR = "counselor", "PSA Counselor"
        CLERK = "clerk", "Attendance clerk"
        PRINCIPAL = "principal", "Principal"
        TEACHER = "teacher", "Teacher"
        COORDINATOR = "coordinator", "Field Coordinator"
        CHAIR = "chair", "SARB Chair"
        REGION_COUNSELOR = "region_counselor", "Region Pupil Services Counselor"
        FISCAL = "fiscal", "Fiscal specialist"
        DIRECTOR = "director", "Director"
        ENGINEER = "engineer", "District engineer"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=Role)
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, related_name="posts")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="posts")
    span = DateRangeField()
    asked = DateRangeField(null=True)
    week = ArrayField(models.SmallIntegerField(), size=5, null=True, blank=True)
    tenths = models.SmallIntegerField(default=10, validators=[MinValueValidator(1), MaxValueValidator(10)])
    purchase = models.ForeignKey("staffing.Purchase", on_delete=models.PROTECT, null=True, related_name="posts")
    cover_for = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="covers")
    loan = models.BooleanField(default=False)

    class Meta:
        db_table = "post"
        constraints = [
            models.CheckConstraint(condition=Q(school__isnull=True) | Q(region__isnull=True), name="school_or_region"),
            models.CheckConstraint(condition=Q(week=None) | Q(week__len=5), name="minutes_of_five_days"),
            models.CheckConstraint(condition=Q(tenths__range=(1, 10)), name="share_in_tenths"),
            models.CheckConstraint(
                condition=Q(cover_for=None) | Q(role="counselor", loan=False), name="cover_is_a_counselors"
            ),
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
        personal = {
            "user", "role", "school", "region", "span", "asked", "week", "tenths", "purchase", "cover_for", "loan",
        }  # fmt: skip
        plain = {"id"}

    def __str__(self) -> str:
        return f"{self.get_role_display()} at {self.school or self.region or 'the whole district'}"


class Absence(models.Model):
    """Days on which somebody with a post is not there. Only its taking back is ever written (trigger)."""

    class Why(models.TextChoices):
        ILL = "ill", "Ill"
        LEAVE = "leave", "Leave"
        TRAINING = "training", "Training"
        OTHER = "other", "Other"

    user = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="absences")
    begins_on = models.DateField()
    ends_on = models.DateField(help_text="The last day away.")
    why = models.CharField(max_length=10, choices=Why)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()
    undone_at = models.DateTimeField(null=True)
    undone_by = person(null=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        db_table = "staff_absence"
        ordering = ["begins_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("begins_on")), name="away_until_a_later_day"),
            ExclusionConstraint(
                name="one_absence_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (
                        models.Func("begins_on", "ends_on", models.Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(undone_at=None),
            ),
        ]

    class Privacy:
        personal = {"user", "begins_on", "ends_on", "by", "undone_by"}
        confidential = {"why"}
        plain = {"id", "at", "undone_at"}

    def __str__(self) -> str:
        return f"{self.begins_on} to {self.ends_on}"
