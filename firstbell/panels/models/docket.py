"""Hearing days and hearings: where, when, who sits, who was invited. No room, person or family is in two places."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstbell.core.access import Scope, Scoped
from firstbell.notices.models import Delivery
from firstbell.panels.models.people import Member, Panel, person
from firstbell.panels.models.referrals import Referral
from firstbell.panels.rules.hearings import HEARING_STATES

COUNT = ("set", "running", "held")
"""States of a hearing in which it takes up its room, its people and its time."""


class DayQuerySet(Scoped):
    """A hearing day is seen by who runs the panel and by the schools that may refer to it."""

    def visible_to(self, scope: Scope):
        return self.filter(panel__in=Panel.objects.visible_to(scope).values("pk"))


class Day(models.Model):
    """A day on which a panel sits. `version` counts whatever changes its docket: two chairs never overwrite.

    `travel_minutes` lie between this place and any other for who must be at both. The pause is for everybody.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "Being planned"
        FIXED = "fixed", "Fixed"
        CALLED_OFF = "called_off", "Called off"

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="days")
    on = models.DateField()
    opens = models.TimeField()
    closes = models.TimeField()
    place = models.CharField(max_length=200)
    rooms = ArrayField(models.CharField(max_length=60))
    pause_from = models.TimeField(null=True)
    pause_until = models.TimeField(null=True)
    travel_minutes = models.SmallIntegerField(default=30)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    why = models.CharField(max_length=300, blank=True)
    version = models.IntegerField(default=1)
    by = person()

    objects = DayQuerySet.as_manager()
    in_school = "panel__school"

    class Meta:
        db_table = "panel_day"
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "on"], name="one_day_of_a_panel"),
            models.CheckConstraint(condition=Q(closes__gt=models.F("opens")), name="day_opens_before_it_closes"),
            models.CheckConstraint(condition=Q(rooms__len__gte=1), name="day_has_a_room"),
            models.CheckConstraint(
                condition=Q(pause_from=None, pause_until=None) | Q(pause_until__gt=models.F("pause_from")),
                name="pause_begins_before_it_ends",
            ),
        ]
        indexes = [models.Index(fields=["on"], name="panel_day_by_date")]

    class Privacy:
        personal = {"by"}
        plain = {
            "id", "panel", "on", "opens", "closes", "place", "rooms", "pause_from", "pause_until", "travel_minutes",
            "state", "why", "version",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.panel} on {self.on}"


class Interpreter(models.Model):
    """Somebody who interprets one language on a hearing day: all day, or from `opens` until `closes`."""

    day = models.ForeignKey(Day, on_delete=models.PROTECT, related_name="interpreters")
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10)
    opens = models.TimeField(null=True)
    closes = models.TimeField(null=True)
    by = person()

    class Meta:
        db_table = "panel_interpreter"
        ordering = ["language", "name"]
        constraints = [
            models.UniqueConstraint(fields=["day", "name", "language"], name="one_interpreter_by_language"),
            models.CheckConstraint(
                condition=Q(opens=None) | Q(closes=None) | Q(closes__gt=models.F("opens")),
                name="interpreter_comes_before_going",
            ),
        ]

    class Privacy:
        personal = {"name", "by"}
        plain = {"id", "day", "language", "opens", "closes"}

    def __str__(self) -> str:
        return self.name


class Hearing(models.Model):
    """One household before one panel: one referral, or those of siblings together. `span` is set with its room.

    `part` is where in the script the room is; `version` counts whatever happens in it. `interpreter` is a person's
    name; `language` what the family speaks. `family` keeps one household out of two rooms: the key of its first child.
    `by_hand`: a person chose its time, and no proposal moves it. `wish` is the family's part of the day. `waiver` is
    who of the family agreed to less notice, and how.
    """

    class Wish(models.TextChoices):
        ANY = "", "Any time"
        MORNING = "morning", "Morning"
        AFTERNOON = "afternoon", "Afternoon"

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="hearings")
    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, related_name="+")
    referrals = models.ManyToManyField(Referral, related_name="hearings", db_table="panel_hearing_referral")
    day = models.ForeignKey(Day, on_delete=models.PROTECT, null=True, related_name="hearings")
    room = models.CharField(max_length=60, blank=True)
    span = DateTimeRangeField(null=True)
    family = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=list(HEARING_STATES.items()), default="waiting")
    language = models.CharField(max_length=10, default="en")
    interpreter = models.CharField(max_length=120, blank=True)
    wish = models.CharField(max_length=10, choices=Wish, blank=True)
    by_hand = models.BooleanField(default=False)
    set_by = person(null=True)
    waiver = models.CharField(max_length=300, blank=True)
    waived_on = models.DateField(null=True)
    part = models.CharField(max_length=20, blank=True)
    part_since = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)
    earlier = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="later")
    version = models.IntegerField(default=1)

    objects = Scoped.as_manager()
    in_school = "school"

    class Meta:
        db_table = "panel_hearing"
        ordering = ["span", "pk"]
        constraints = [
            ExclusionConstraint(
                name="one_hearing_in_a_room",
                expressions=[
                    ("day", RangeOperators.EQUAL), ("room", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=COUNT),
            ),
            ExclusionConstraint(
                name="one_hearing_of_a_family",
                expressions=[("family", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
                condition=Q(state__in=COUNT),
            ),
            ExclusionConstraint(
                name="one_room_for_an_interpreter",
                expressions=[
                    ("day", RangeOperators.EQUAL), ("interpreter", RangeOperators.EQUAL),
                    ("span", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=COUNT) & ~Q(interpreter=""),
            ),
            models.CheckConstraint(condition=Q(waiver="") | Q(waived_on__isnull=False), name="waived_on_a_day"),
            models.CheckConstraint(
                condition=~Q(state__in=(*COUNT, "no_show"))
                | Q(day__isnull=False, span__isnull=False) & ~Q(room=""),
                name="a_set_hearing_has_time_and_room",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["panel", "state"], name="hearing_of_panel")]

    class Privacy:
        personal = {
            "school", "referrals", "family", "language", "interpreter", "wish", "set_by", "waiver", "waived_on", "why",
        }  # fmt: skip
        plain = {
            "id", "panel", "day", "room", "span", "state", "by_hand", "part", "part_since", "started_at", "ended_at",
            "earlier", "version",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"hearing {self.pk}"


class Seating(models.Model):
    """A member who sits at a hearing. `span` is the hearing's while it counts: nobody sits in two rooms at once."""

    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, related_name="seatings")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="seatings")
    span = DateTimeRangeField(null=True)
    came = models.BooleanField(null=True)

    class Meta:
        db_table = "panel_seating"
        constraints = [
            models.UniqueConstraint(fields=["hearing", "member"], name="one_chair_at_a_hearing"),
            ExclusionConstraint(
                name="nobody_sits_twice_at_once",
                expressions=[("member", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
            ),
        ]

    class Privacy:
        personal = {"member"}
        plain = {"id", "hearing", "span", "came"}

    def __str__(self) -> str:
        return f"{self.member_id} at {self.hearing_id}"


class Attending(models.Model):
    """Somebody of ours who must be in the room: who referred, or who sits and signs in. In one room at a time.

    `span` is the hearing's while it counts. Members of other panels are the same person: this is what tells.
    """

    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, related_name="attending")
    user = person()
    span = DateTimeRangeField(null=True)

    class Meta:
        db_table = "panel_attending"
        constraints = [
            models.UniqueConstraint(fields=["hearing", "user"], name="attends_a_hearing_once"),
            ExclusionConstraint(
                name="nobody_attends_twice_at_once",
                expressions=[("user", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
            ),
        ]

    class Privacy:
        personal = {"user"}
        plain = {"id", "hearing", "span"}

    def __str__(self) -> str:
        return f"{self.user_id} attends {self.hearing_id}"


class Invitation(models.Model):
    """One message of a hearing to somebody, how it went, and what is known of whether it arrived.

    `start` and `room` are what it said: a hearing that moved since owes a new one. `digest` is the letter's PDF on the
    shelf, `told_on` the day it left: the hearing's clock counts from it. Childcare and transport are what the family
    takes of what is offered. `state` is how the message stands on its way, as for letters.
    """

    class What(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        REMINDER = "reminder", "Reminder"
        CALLED_OFF = "called_off", "Called off"

    class Channel(models.TextChoices):
        LETTER = "letter", "Letter"
        EMAIL = "email", "Email"
        TEXT = "text", "Text message"
        HAND = "hand", "By hand"
        CALL = "call", "Call"

    class Answer(models.TextChoices):
        NONE = "none", "No answer yet"
        COMES = "comes", "Comes"
        OTHER_DAY = "other_day", "Asks for another day"
        REFUSES = "refuses", "Does not come"

    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, related_name="invitations")
    contact = models.ForeignKey("roster.Contact", on_delete=models.PROTECT, null=True, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=10, choices=What, default=What.INVITATION)
    to = models.CharField(max_length=300)
    address = models.CharField(max_length=400, blank=True)
    channel = models.CharField(max_length=8, choices=Channel)
    language = models.CharField(max_length=10, default="en")
    start = models.DateTimeField(null=True)
    room = models.CharField(max_length=60, blank=True)
    text = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=Delivery.State, default=Delivery.State.QUEUED)
    note = models.CharField(max_length=300, blank=True)
    told_on = models.DateField()
    proof = models.CharField(max_length=200, blank=True)
    delivered_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.NONE)
    childcare = models.BooleanField(null=True)
    transport = models.BooleanField(null=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person(null=True)

    class Meta:
        db_table = "panel_invitation"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(contact=None) | Q(member=None), name="invites_family_or_member")
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state__in=("queued", "sending")), name="invitation_on_its_way")
        ]

    class Privacy:
        personal = {
            "contact", "member", "to", "address", "language", "text", "note", "proof", "answer", "childcare",
            "transport", "by",
        }  # fmt: skip
        plain = {
            "id", "hearing", "what", "channel", "start", "room", "digest", "state", "told_on", "delivered_on",
            "reminded_on", "at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"invitation of {self.to}"
