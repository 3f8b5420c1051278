"""Users, the journal of what people did, the log of what they looked at."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower, Now


class User(AbstractUser):
    """Someone who signs in. What they may see comes from their posts (staffing), never from this row."""

    display_name = models.CharField(max_length=120, blank=True)

    class Meta(AbstractUser.Meta):
        db_table = "person"

    class Privacy:
        personal = {"username", "first_name", "last_name", "email", "display_name", "last_login"}
        confidential = {"password"}
        plain = {"id", "is_superuser", "is_staff", "is_active", "date_joined"}

    def __str__(self) -> str:
        return self.display_name or self.get_full_name() or self.username


class JournalLine(models.Model):
    """One thing somebody did, written in the transaction that did it. Append-only by trigger."""

    at = models.DateTimeField(db_default=Now(), editable=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    about = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "journal_line"
        indexes = [models.Index(fields=["about", "about_id"]), models.Index(fields=["by", "-at"])]

    class Privacy:
        personal = {"by", "detail"}
        plain = {"id", "at", "verb", "about", "about_id"}

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"


class AccessRow(models.Model):
    """One opening of one student's record. Append-only by trigger; no key to the student, so it outlives them."""

    at = models.DateTimeField(db_default=Now(), editable=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    student_id = models.BigIntegerField()
    why = models.CharField(max_length=200)
    route = models.CharField(max_length=80)
    ip = models.GenericIPAddressField(null=True)

    class Meta:
        db_table = "access_row"
        indexes = [models.Index(fields=["student_id", "-at"]), models.Index(fields=["by", "-at"])]

    class Privacy:
        personal = {"by", "student_id", "ip"}
        plain = {"id", "at", "why", "route"}

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by_id} opened {self.student_id}"


class FeedKey(models.Model):
    """The secret address of one person's calendar feed. Only its hash is kept; whoever loses it makes a new one."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    hashed = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    read_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "feed_key"
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(revoked_at=None), name="one_feed_of_a_person")
        ]

    class Privacy:
        personal = {"user", "read_at"}
        confidential = {"hashed"}
        plain = {"id", "made_at", "revoked_at"}

    def __str__(self) -> str:
        return f"calendar feed of {self.user_id}"


class SavedView(models.Model):
    """A list as somebody filtered it, under a name: the route of its page and its query. Removed, it can come back.

    `shared_with` is the key of the school whose people see it too (core knows no schools); `usual` says that the list
    opens with it for its owner.
    """

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    route = models.CharField(max_length=60)
    query = models.CharField(max_length=500)
    name = models.CharField(max_length=60)
    shared_with = models.BigIntegerField(null=True)
    usual = models.BooleanField(default=False)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "saved_view"
        constraints = [
            models.UniqueConstraint(
                "owner", "route", Lower("name"), condition=models.Q(removed_at=None), name="one_view_by_name"
            ),
            models.UniqueConstraint(
                fields=["owner", "route"], condition=models.Q(usual=True, removed_at=None), name="one_usual_view"
            ),
        ]
        indexes = [
            models.Index(fields=["shared_with", "route"], condition=models.Q(removed_at=None), name="view_by_school")
        ]

    class Privacy:
        personal = {"owner", "query", "name"}
        plain = {"id", "route", "shared_with", "usual", "made_at", "removed_at"}

    def __str__(self) -> str:
        return self.name
