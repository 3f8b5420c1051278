"""What schools buy: the rate sheet of a fiscal year, purchases of counselor days, and the funds that pay them.

Money is whole cents, time whole minutes or tenths of a full week; no column is a float.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from firstbell.core.access import Scoped
from firstbell.staffing.funds import FUNDS
from firstbell.staffing.models.posts import person


class Rate(models.Model):
    """What so many tenths of a counselor cost a school in a fiscal year, on a basis. A new sheet is new rows (trigger).

    Of the rows of one year, basis and share the newest counts, for purchases asked for after it.
    """

    class Basis(models.TextChoices):
        B = "B", "B basis, 221 paid days"
        C = "C", "C basis, 204 paid days"
        E = "E", "E basis, 234 paid days"

    fiscal_year = models.SmallIntegerField(help_text="The calendar year in which it ends on 30 June.")
    basis = models.CharField(max_length=1, choices=Basis)
    tenths = models.SmallIntegerField()
    cents = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person(null=True)

    class Meta:
        db_table = "purchase_rate"
        ordering = ["fiscal_year", "basis", "tenths", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(tenths__range=(1, 10)), name="rate_of_tenths"),
            models.CheckConstraint(condition=Q(cents__gt=0), name="a_rate_costs_something"),
        ]
        indexes = [models.Index(fields=["fiscal_year", "basis", "tenths", "-id"], name="rate_newest")]

    class Privacy:
        personal = {"by"}
        plain = {"id", "fiscal_year", "basis", "tenths", "cents", "at"}

    def __str__(self) -> str:
        return f"{self.tenths / 10} on basis {self.basis}, {self.fiscal_year}"


class Purchase(models.Model):
    """A school's purchase of counselor days for a fiscal year: 1 to 10 tenths of a full week, half day by half day.

    A change is a new row that `changes` the one before, which stands until the new one is approved. Once signed, what
    was asked is settled (trigger); only its state moves, by people, each move a row of PurchaseMove.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Being written"
        SIGNED = "signed", "Signed by the principal"
        CHECKED = "checked", "Funds checked"
        APPROVED = "approved", "Approved by the Region"
        RETURNED = "returned", "Returned with reasons"
        REPLACED = "replaced", "Replaced by a later one"
        CANCELLED = "cancelled", "Cancelled"

    school = models.ForeignKey("roster.School", on_delete=models.PROTECT, related_name="purchases")
    fiscal_year = models.SmallIntegerField(help_text="The calendar year in which it ends on 30 June.")
    basis = models.CharField(max_length=1, choices=Rate.Basis, default=Rate.Basis.C)
    tenths = models.SmallIntegerField()
    cents = models.BigIntegerField()
    begins_on = models.DateField()
    ends_on = models.DateField(help_text="The last day.")
    weekdays = models.CharField(max_length=5, blank=True, help_text="Of MTWHF, those the school would like.")
    languages = models.JSONField(default=list, blank=True)
    focus = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.IntegerField(default=1)
    changes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="changed_by")
    signed_by = person(null=True)
    signed_at = models.DateTimeField(null=True)
    letter = models.BinaryField(null=True, help_text="The Itinerant PSA Counselor letter as it was signed, PDF.")
    letter_hash = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    objects = Scoped.as_manager()
    in_school = "school"

    class Meta:
        db_table = "purchase"
        ordering = ["-fiscal_year", "school__name", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(tenths__range=(1, 10)), name="purchase_of_tenths"),
            models.CheckConstraint(condition=Q(cents__gt=0), name="a_purchase_costs_something"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("begins_on")), name="purchase_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"])
                | Q(signed_by__isnull=False, signed_at__isnull=False, letter__isnull=False),
                name="a_purchase_on_its_way_is_signed",
            ),
            models.UniqueConstraint(fields=["changes"], condition=~Q(state__in=["cancelled", "returned"]),
                                    name="one_change_at_a_time"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["fiscal_year", "state", "school"], name="purchase_by_state"),
            models.Index(fields=["school", "-fiscal_year"], name="purchase_of_school"),
        ]

    class Privacy:
        personal = {"by", "signed_by", "letter"}
        plain = {
            "id", "school", "fiscal_year", "basis", "tenths", "cents", "begins_on", "ends_on", "weekdays", "languages",
            "focus", "state", "version", "changes", "signed_at", "letter_hash", "at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.tenths / 10} of a counselor, {self.fiscal_year - 1}-{self.fiscal_year % 100:02d}"


class Share(models.Model):
    """What one fund pays of a purchase. The shares of a purchase add up to its tenths and its cents."""

    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="shares")
    fund = models.CharField(max_length=20, choices=[(one.key, one.name) for one in FUNDS.values()])
    tenths = models.SmallIntegerField()
    cents = models.BigIntegerField()
    students = models.CharField(max_length=300, blank=True, help_text="Which students the fund may serve, in words.")
    plan_page = models.CharField(max_length=80, blank=True, help_text="Where the school plan says so.")

    class Meta:
        db_table = "purchase_share"
        ordering = ["purchase", "-tenths", "fund"]
        constraints = [
            models.UniqueConstraint(fields=["purchase", "fund"], name="one_share_of_a_fund"),
            models.CheckConstraint(condition=Q(tenths__range=(1, 10)), name="share_of_tenths"),
            models.CheckConstraint(condition=Q(cents__gte=0), name="share_is_no_debt"),
        ]

    class Privacy:
        personal = set()
        plain = {"id", "purchase", "fund", "tenths", "cents", "students", "plan_page"}

    def __str__(self) -> str:
        return f"{self.tenths / 10} from {self.get_fund_display()}"


class PurchaseMove(models.Model):
    """One step of a purchase: who moved it from which state to which, when and why. Append-only (trigger)."""

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="moves")
    before = models.CharField(max_length=10, choices=Purchase.State, blank=True)
    after = models.CharField(max_length=10, choices=Purchase.State)
    why = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = person()

    class Meta:
        db_table = "purchase_move"
        ordering = ["purchase", "pk"]

    class Privacy:
        personal = {"by", "why"}
        plain = {"id", "purchase", "before", "after", "at"}

    def __str__(self) -> str:
        return f"{self.before} to {self.after}"
