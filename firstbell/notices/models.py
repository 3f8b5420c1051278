"""Who is due a letter, the batches letters go out in, the paper of each household, and what became of it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstbell.core.access import Scope, Scoped
from firstbell.law.notices import Kind
from firstbell.notices.rules import OF_PANELS, TITLES

KINDS = [(kind.value, TITLES[kind]) for kind in Kind if kind not in OF_PANELS]


def _person(**more):
    return models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+", **more)


class Letterhead(models.Model):
    """What a school's letters say of the school: the office, who signs and answers, where its review board sits."""

    school = models.OneToOneField("roster.School", on_delete=models.PROTECT, related_name="letterhead")
    address = models.TextField()
    phone = models.CharField(max_length=40)
    opens = models.TimeField()
    closes = models.TimeField()
    principal = models.CharField(max_length=120)
    person = models.CharField(max_length=120)
    person_title = models.CharField(max_length=120)
    person_phone = models.CharField(max_length=40)
    board = models.CharField(max_length=200, blank=True)
    board_address = models.TextField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = _person(null=True)

    objects = Scoped.as_manager()
    in_school = "school"

    class Meta:
        db_table = "letterhead"

    class Privacy:
        personal = {"changed_by"}
        plain = {
            "id", "school", "address", "phone", "opens", "closes", "principal", "person", "person_title",
            "person_phone", "board", "board_address", "changed_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"letterhead of {self.school}"


class LanguageApproval(models.Model):
    """Someone who speaks a language read its wording, and `by` let it be used. Append-only by trigger."""

    language = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    read_by = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = _person()

    class Meta:
        db_table = "language_approval"

    class Privacy:
        personal = {"read_by", "by"}
        plain = {"id", "language", "digest", "at"}

    def __str__(self) -> str:
        return f"{self.language} read by {self.read_by}"


class BatchQuerySet(Scoped):
    def visible_to(self, scope: Scope) -> Self:
        """A batch of one school, of a region, or (both blank) of the district."""
        if scope.everywhere:
            return self
        return self.filter(Q(school__in=scope.schools) | Q(region__in=scope.regions))


class Batch(models.Model):
    """Letters prepared together and approved as they are. Nothing in it changes but what a correction takes out.

    They are dated `send_on` and speak of days up to `as_of`, the last that was known when they were prepared.

    `left_out` are those who did not get in: [{due, student, kind, reasons: [[section, sentence]], remedy}].
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Waits for approval"
        APPROVED = "approved", "Approved"
        ISSUING = "issuing", "Being issued"
        ISSUED = "issued", "Issued"
        CANCELLED = "cancelled", "Cancelled"

    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey("roster.Region", on_delete=models.PROTECT, null=True, related_name="+")
    kinds = models.JSONField()
    channels = models.JSONField()
    send_on = models.DateField()
    as_of = models.DateField()
    meeting_on = models.DateField(null=True)
    meeting_at = models.TimeField(null=True)
    meeting_place = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    left_out = models.JSONField(default=list)
    needs = models.SmallIntegerField()
    prepared_by = _person(null=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    error = models.CharField(max_length=1000, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        db_table = "notice_batch"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(school=None) | Q(region=None), name="batch_of_school_or_region")
        ]

    class Privacy:
        personal = {"left_out", "prepared_by"}
        plain = {
            "id", "school", "region", "kinds", "channels", "send_on", "as_of", "meeting_on", "meeting_at",
            "meeting_place", "state", "needs", "at", "error",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"batch {self.pk}"

    @property
    def place(self) -> str:
        return str(self.school or self.region or "Whole district")


class Approval(models.Model):
    """One person looked at a batch and approved it. Append-only by trigger."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="approvals")
    by = _person()
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "notice_approval"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["batch", "by"], name="one_approval_by_person")]

    class Privacy:
        personal = {"by"}
        plain = {"id", "batch", "at"}

    def __str__(self) -> str:
        return f"{self.by} approved {self.batch_id}"


class Due(models.Model):
    """A letter that a student's family is due. `step` is what it tells of: a report, a referral, or what fell.

    `reasons` are [[section, sentence]], `held` the same for what stands in its way, `occasions` ISO days. `checked` is
    the newest arrival when it was last looked at whether the letter could go out.
    """

    class State(models.TextChoices):
        OPEN = "open", "Due"
        HELD = "held", "Held"
        BATCHED = "batched", "In a batch"
        SENT = "sent", "Issued"
        GONE = "gone", "No longer due"

    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="letters_due")
    kind = models.CharField(max_length=20, choices=KINDS)
    number = models.SmallIntegerField(default=1)
    year = models.SmallIntegerField()
    step = models.ForeignKey("cases.Step", on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateField()
    due_by = models.DateField(null=True)
    reasons = models.JSONField(default=list)
    occasions = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    held = models.JSONField(default=list)
    remedy = models.CharField(max_length=300, blank=True)
    asked_by = _person(null=True)
    note = models.CharField(max_length=300, blank=True)
    found_at = models.DateTimeField(db_default=Now(), editable=False)
    checked = models.BigIntegerField(default=0)

    objects = Scoped.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "notice_due"
        constraints = [
            models.UniqueConstraint(
                fields=["student", "kind", "number", "step"], condition=Q(state__in=["open", "held", "batched"]),
                nulls_distinct=False, name="one_letter_due",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["kind", "state"], condition=Q(state__in=["open", "held"]), name="due_waiting")]

    class Privacy:
        personal = {
            "student", "kind", "number", "step", "since", "due_by", "reasons", "occasions", "held", "asked_by", "note",
        }  # fmt: skip
        plain = {"id", "year", "state", "remedy", "found_at", "checked"}

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.student_id}"


class Notice(models.Model):
    """One letter as it concerns one student: what it rested on, frozen; the step it took; whether it still stands.

    `evidence` is {days: [{day, code, byte, what, arrival}], arrival, policy, items, who, languages, kept_from}. Only
    the state and what comes later are ever written again (trigger).
    """

    class State(models.TextChoices):
        PREPARED = "prepared", "Prepared"
        ISSUED = "issued", "Issued"
        RESCINDED = "rescinded", "Rescinded"
        CANCELLED = "cancelled", "Not sent"

    student = models.ForeignKey("roster.Student", on_delete=models.PROTECT, related_name="notices")
    year = models.SmallIntegerField()
    kind = models.CharField(max_length=20, choices=KINDS)
    number = models.SmallIntegerField(default=1)
    due = models.ForeignKey(Due, on_delete=models.PROTECT, related_name="notices")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="notices")
    evidence = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.PREPARED)
    step = models.ForeignKey("cases.Step", on_delete=models.PROTECT, null=True, related_name="notices")
    issued_at = models.DateTimeField(null=True)
    rescinded_on = models.DateField(null=True)
    rescinded_why = models.CharField(max_length=500, blank=True)
    rescinded_by = _person(null=True)

    objects = Scoped.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "notice"
        constraints = [
            models.UniqueConstraint(
                fields=["student", "year"], condition=Q(kind="first_truancy", state__in=["prepared", "issued"]),
                name="first_notice_once_a_year",
            ),
            models.CheckConstraint(
                condition=Q(state="rescinded", rescinded_on__isnull=False)
                | Q(~Q(state="rescinded"), rescinded_on=None),
                name="rescinded_on_a_day",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["student", "-id"], name="notice_of_student"),
            models.Index(fields=["-rescinded_on"], condition=Q(state="rescinded"), name="notice_rescinded"),
        ]

    class Privacy:
        personal = {"student", "kind", "number", "due", "evidence", "step", "rescinded_why", "rescinded_by"}
        plain = {"id", "year", "batch", "state", "issued_at", "rescinded_on"}

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.student_id}"


class Letter(models.Model):
    """The paper of one home, for the students of it that it tells of. `data` is the letter in each of its languages.

    What it says never changes (trigger); `parcel` counts the letters that are issued together or not at all, `place`
    is its place in the print run, `home` the one who opens it: never two of a kind on one day.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", "Prepared"
        ISSUED = "issued", "Issued"
        DELIVERED = "delivered", "Delivered"
        RETURNED = "returned", "Returned"
        CANCELLED = "cancelled", "Not sent"

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="letters")
    notices = models.ManyToManyField(Notice, related_name="letters")
    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=KINDS)
    sent_on = models.DateField()
    reference = models.CharField(max_length=40, unique=True)
    parcel = models.IntegerField()
    place = models.IntegerField()
    home = models.CharField(max_length=60)
    copy = models.BooleanField(default=False)
    to_name = models.CharField(max_length=300)
    to_lines = models.JSONField()
    contacts = models.JSONField()
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    languages = models.JSONField()
    data = models.JSONField()
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.PREPARED)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField(null=True)

    objects = Scoped.as_manager()
    in_school = "school"

    class Meta:
        db_table = "letter"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "home", "sent_on"], condition=~Q(state="cancelled"), name="one_of_a_kind_a_day"
            )
        ]
        indexes = [models.Index(fields=["batch", "parcel"], name="letter_by_parcel")]

    class Privacy:
        personal = {
            "notices", "kind", "home", "copy", "to_name", "to_lines", "contacts", "email", "phone", "languages", "data",
            "text", "school",
        }  # fmt: skip
        plain = {"id", "batch", "sent_on", "reference", "parcel", "place", "state", "pdf_sha256", "issued_at"}

    def __str__(self) -> str:
        return self.reference


class Delivery(models.Model):
    """One thing that happened to a letter on its way, the newest of a channel is how it stands. Append-only."""

    class Channel(models.TextChoices):
        PRINT = "print", "Mail"
        EMAIL = "email", "E-mail"
        TEXT = "text", "Text message"

    class State(models.TextChoices):
        QUEUED = "queued", "Waits to be sent"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        DELIVERED = "delivered", "Delivered"
        RETURNED = "returned", "Returned"
        FAILED = "failed", "Failed"

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel)
    to = models.CharField(max_length=400)
    state = models.CharField(max_length=10, choices=State)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = _person(null=True)
    provider_id = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "letter_delivery"
        ordering = ["pk"]
        indexes = [models.Index(fields=["letter", "channel", "-id"], name="delivery_newest")]

    class Privacy:
        personal = {"to", "by", "note"}
        plain = {"id", "letter", "channel", "state", "at", "provider_id"}

    def __str__(self) -> str:
        return f"{self.get_channel_display()} of {self.letter_id}: {self.get_state_display()}"


class Outbox(models.Model):
    """What a practice district would have sent: nothing leaves it, and people can open what would have gone out."""

    key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(max_length=8, choices=Delivery.Channel)
    to = models.CharField(max_length=400)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    attached = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "outbox"
        ordering = ["-pk"]

    class Privacy:
        personal = {"to", "subject", "body"}
        plain = {"id", "key", "channel", "attached", "at"}

    def __str__(self) -> str:
        return f"{self.get_channel_display()} to {self.to}"
