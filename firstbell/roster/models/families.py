"""Families: contacts, their phones, and what each is to each student."""

from django.db import models

from firstbell.core.access import Scoped
from firstbell.roster.models.history import Arrived
from firstbell.roster.models.students import Student


class Contact(Arrived):
    key = models.CharField(unique=True)
    given = models.CharField(null=True)  # noqa: DJ001
    family = models.CharField(null=True)  # noqa: DJ001
    preferred_given = models.CharField(null=True)  # noqa: DJ001
    language = models.CharField(null=True)  # noqa: DJ001
    email = models.CharField(null=True)  # noqa: DJ001
    address = models.CharField(null=True)  # noqa: DJ001
    city = models.CharField(null=True)  # noqa: DJ001
    state = models.CharField(null=True)  # noqa: DJ001
    postal = models.CharField(null=True)  # noqa: DJ001

    class Meta:
        db_table = "contact"

    class Privacy:
        personal = {
            "key",
            "given",
            "family",
            "preferred_given",
            "language",
            "email",
            "address",
            "city",
            "state",
            "postal",
        }
        plain = {"id", "arrival", "live"}

    def __str__(self) -> str:
        return f"{self.preferred_given or self.given or ''} {self.family or ''}".strip()


class Phone(Arrived):
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="phones", db_index=False)
    place = models.SmallIntegerField()
    number = models.CharField()
    kind = models.CharField()
    text_ok = models.BooleanField(null=True)
    private = models.BooleanField(default=False)

    class Meta:
        db_table = "phone"
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["contact", "place"], name="one_phone_by_place")]

    class Privacy:
        personal = {"contact", "number"}
        plain = {"id", "place", "kind", "text_ok", "private", "arrival", "live"}

    def __str__(self) -> str:
        return self.number


class FamilyLink(Arrived):
    """What a contact is to a student: who lives with them, who holds education rights, who must not be called."""

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="family_links", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="family_links")
    relation = models.CharField(null=True)  # noqa: DJ001
    guardian = models.BooleanField(null=True)
    lives_with = models.BooleanField(null=True)
    primary = models.BooleanField(null=True)
    emergency = models.BooleanField(null=True)
    priority = models.SmallIntegerField(null=True)
    restrictions = models.CharField(null=True)  # noqa: DJ001
    rights_holder = models.BooleanField(null=True)
    mailing = models.BooleanField(null=True)

    objects = Scoped.as_manager()
    in_school, of_student = "student__school", "student"

    class Meta:
        db_table = "family_link"
        constraints = [models.UniqueConstraint(fields=["student", "contact"], name="one_link_by_pair")]

    class Privacy:
        personal = {"student", "contact", "relation"}
        confidential = {"restrictions"}
        plain = {
            "id", "guardian", "lives_with", "primary", "emergency", "priority", "rights_holder", "mailing", "arrival",
            "live",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.relation} of {self.student_id}"
