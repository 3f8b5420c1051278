"""Packets: what a panel, a family or a court side reads, as it was made, and under which hash."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstbell.core.access import Scoped
from firstbell.letters.packet.telling import packet_wording
from firstbell.panels.kinds import AUDIENCES
from firstbell.panels.models.people import person
from firstbell.panels.models.referrals import Referral


class Packet(models.Model):
    """One version of a referral's packet for one audience in one language. Only what becomes of it moves (trigger).

    `data` is {content, sha256}: what was set and its hash; `facts` the SHA-256 of the facts it was made of: where
    today's differ, it is stale. `digest` is the SHA-256 of the PDF, under which the shelf keeps it. `stale` are the
    sentences on what changed, as the night of `stale_on` found them.
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="packets")
    audience = models.CharField(max_length=10, choices=list(AUDIENCES.items()))
    language = models.CharField(max_length=10, default="en")
    version = models.SmallIntegerField()
    data = models.JSONField()
    facts = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    pages = models.SmallIntegerField()
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()
    released_at = models.DateTimeField(null=True)
    released_by = person(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)
    stale_on = models.DateField(null=True)
    stale = models.JSONField(default=list)

    objects = Scoped.as_manager()
    in_school, of_student = "referral__school", "referral__student"

    class Meta:
        db_table = "panel_packet"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "audience", "language", "version"], name="one_packet_by_version"
            ),
            models.UniqueConstraint(
                fields=["referral", "audience", "language"],
                condition=Q(released_at__isnull=False, withdrawn_at=None),
                name="one_packet_released",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="packet_released_by_somebody",
            ),
        ]

    class Privacy:
        personal = {"referral", "by", "released_by", "withdrawn_why", "stale"}
        confidential = {"data"}
        plain = {
            "id", "audience", "language", "version", "facts", "digest", "pages", "made_at", "released_at",
            "withdrawn_at", "stale_on",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"packet of {self.referral_id} for the {self.audience}, version {self.version}"

    @property
    def language_name(self) -> str:
        return packet_wording(self.language).name


class NoteConsent(models.Model):
    """A restricted note that may be in a packet because somebody consented by name. Append-only by trigger."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="consents")
    note = models.ForeignKey("cases.Note", on_delete=models.PROTECT, related_name="+")
    given_by = models.CharField(max_length=120)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    class Meta:
        db_table = "panel_note_consent"
        constraints = [models.UniqueConstraint(fields=["referral", "note"], name="one_consent_by_note")]

    class Privacy:
        personal = {"referral", "note", "given_by", "by"}
        plain = {"id", "on", "at"}

    def __str__(self) -> str:
        return f"consent for note {self.note_id}"
