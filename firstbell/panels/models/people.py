"""Panels and who sits on them: seats by agency, terms, who is away or cannot judge, and what was signed into force."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from firstbell.core.access import Scope, Scoped
from firstbell.panels.kinds import ALL_SEATS, KINDS


def person(**more):
    return models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+", **more)


class PanelQuerySet(Scoped):
    """A school's staff see their school's panels and those of their region, to which they refer."""

    def visible_to(self, scope: Scope):
        if scope.everywhere:
            return self
        return self.filter(
            Q(school__in=scope.schools)
            | Q(region__in=scope.regions)
            | Q(region__schools__in=scope.schools, region__isnull=False)
        ).distinct()

    def run_by(self, scope: Scope):
        """The panels that this person's posts let them run: the school's own, or the region's."""
        if scope.everywhere:
            return self
        return self.filter(Q(school__in=scope.schools) | Q(region__in=scope.regions))


class Panel(models.Model):
    """A panel of one school or of one region. `name` and `address` are what a notice says of it (EC 48263(a)).

    `board`: a county board must have every seat of EC 48321, a local one may.
    """

    kind = models.CharField(max_length=20, choices=[(one.key, one.title) for one in KINDS.values()])
    name = models.CharField(max_length=120)
    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, null=True, related_name="panels")
    region = models.ForeignKey("roster.Region", on_delete=models.PROTECT, null=True, related_name="panels")
    address = models.CharField(max_length=200)
    phone = models.CharField(max_length=30, blank=True)
    board = models.CharField(max_length=6, choices=[("local", "Local board"), ("county", "County board")], blank=True)
    closed_on = models.DateField(null=True)

    objects = PanelQuerySet.as_manager()
    in_school = "school"

    class Meta:
        db_table = "panel"
        ordering = ["kind", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(school__isnull=True, region__isnull=False) | Q(school__isnull=False, region__isnull=True),
                name="panel_of_a_school_or_a_region",
            ),
            models.CheckConstraint(condition=Q(kind="sarb") | Q(board=""), name="only_a_sarb_is_a_board"),
        ]

    class Privacy:
        personal = set()
        plain = {"id", "kind", "name", "school", "region", "address", "phone", "board", "closed_on"}

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(Scoped):
    def visible_to(self, scope: Scope):
        return self.filter(panel__in=Panel.objects.visible_to(scope).values("pk"))


class Member(models.Model):
    """Somebody who sits on a panel for an agency over a term. `user` is who they sign in as, where they do.

    An outside member is a guest: the hearings they are seated at are all they ever see.
    """

    class Standing(models.TextChoices):
        CHAIR = "chair", "Chair"
        VICE = "vice", "Alternate chair"
        MEMBER = "member", "Member"
        ALTERNATE = "alternate", "Alternate"

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="members")
    name = models.CharField(max_length=120)
    seat = models.CharField(max_length=24, choices=list(ALL_SEATS.items()))
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.MEMBER)
    agency = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    user = person(null=True)
    languages = models.CharField(max_length=120, blank=True)
    term = DateRangeField()
    trained_on = models.DateField(null=True)
    sworn_on = models.DateField(null=True)

    objects = MemberQuerySet.as_manager()
    in_school = "panel__school"

    class Meta:
        db_table = "panel_member"
        ordering = ["seat", "name"]
        constraints = [
            ExclusionConstraint(
                name="one_chair_at_a_time",
                expressions=[("panel", RangeOperators.EQUAL), ("term", RangeOperators.OVERLAPS)],
                condition=Q(standing="chair"),
            ),
            ExclusionConstraint(
                name="one_seat_for_a_guest",
                expressions=[
                    ("panel", RangeOperators.EQUAL), ("user", RangeOperators.EQUAL), ("term", RangeOperators.OVERLAPS),
                ],
                condition=Q(user__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["user"], condition=Q(user__isnull=False), name="panel_member_by_user")]

    class Privacy:
        personal = {"name", "agency", "email", "phone", "user", "languages"}
        plain = {"id", "panel", "seat", "standing", "term", "trained_on", "sworn_on"}

    def __str__(self) -> str:
        return self.name


class Away(models.Model):
    """Days on which a member cannot sit: whole ones, or on each of them only from `since` until `until`."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="away")
    span = DateRangeField()
    since = models.TimeField(null=True)
    until = models.TimeField(null=True)
    by = person()

    class Meta:
        db_table = "panel_away"
        constraints = [
            models.CheckConstraint(
                condition=Q(since=None, until=None) | Q(until__gt=F("since")), name="away_for_a_part_of_the_day"
            )
        ]

    class Privacy:
        personal = {"member", "span", "since", "until", "by"}
        plain = {"id"}

    def __str__(self) -> str:
        return f"{self.member_id} away {self.span}"


class Recusal(models.Model):
    """A member who must not judge a student: kin, neighbour, own pupil. Append-only by trigger."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="recusals")
    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    class Meta:
        db_table = "panel_recusal"
        constraints = [models.UniqueConstraint(fields=["member", "student"], name="one_recusal_by_pair")]

    class Privacy:
        personal = {"member", "student", "by"}
        confidential = {"why"}
        plain = {"id", "at"}

    def __str__(self) -> str:
        return f"{self.member_id} recused from {self.student_id}"


class Roster(models.Model):
    """The members as the Field Coordinator signed them into force. Append-only by trigger: the newest counts.

    `members` is what was signed: id, name, seat, standing, agency, term of each, as data.
    """

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="rosters")
    in_force_on = models.DateField()
    members = models.JSONField()
    gaps = models.JSONField(default=list)
    at = models.DateTimeField(db_default=Now(), editable=False)
    signed_by = person()

    class Meta:
        db_table = "panel_roster"
        ordering = ["-pk"]

    class Privacy:
        personal = {"members", "signed_by"}
        plain = {"id", "panel", "in_force_on", "gaps", "at"}

    def __str__(self) -> str:
        return f"roster of {self.panel_id} from {self.in_force_on}"


class Consultation(models.Model):
    """The yearly talk with students whose diversity is the district's (EC 48321(g)). Append-only by trigger."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="consultations")
    on = models.DateField()
    with_whom = models.CharField(max_length=300)
    heard = models.TextField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    class Meta:
        db_table = "panel_consultation"
        ordering = [F("on").desc()]

    class Privacy:
        personal = {"with_whom", "heard", "by"}
        plain = {"id", "panel", "on", "at"}

    def __str__(self) -> str:
        return f"consultation of {self.on}"
