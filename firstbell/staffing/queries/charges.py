"""What each purchase that once stood is charged: its price, or its days until a change or the cancelling."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Min, Q, QuerySet

from firstbell.staffing.models import Purchase
from firstbell.staffing.rules.charges import Charge, Stood, charges
from firstbell.staffing.rules.purchases import money, split

CUT = (Purchase.State.REPLACED, Purchase.State.CANCELLED)
"""The states in which not the whole price is charged."""
ASKED = (Purchase.State.DRAFT, Purchase.State.SIGNED, Purchase.State.CHECKED, Purchase.State.RETURNED)
"""The states in which nothing is charged yet."""


def charges_in(rows: QuerySet[Purchase]) -> dict[int, Charge]:
    """By purchase, of those that stood at some time. `rows` holds whole fiscal years of a school. One query."""
    stopped = Min("moves__at__date", filter=Q(moves__before="approved", moves__after="cancelled"))
    told = rows.order_by().annotate(stopped=stopped).filter(
        Q(state__in=["approved", "replaced"]) | Q(state="cancelled", stopped__isnull=False)
    )  # fmt: skip
    found = told.values_list("pk", "changes", "begins_on", "ends_on", "cents", "stopped")
    return charges(Stood(*one) for one in found)


def charged(rows: Iterable[Purchase]) -> dict[int, Charge]:
    """Of these, by key; whoever never stood is charged nothing and is not there."""
    rows = list(rows)
    found = {one.pk: Charge(one.cents, one.ends_on) for one in rows if one.state == Purchase.State.APPROVED}
    if cut := [one for one in rows if one.state in CUT]:
        family = Purchase.objects.filter(
            school__in={one.school_id for one in cut}, fiscal_year__in={one.fiscal_year for one in cut}
        )
        told = charges_in(family)
        found |= {one.pk: told[one.pk] for one in cut if one.pk in told}
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """What a page says of a charge that is less than the price: until which day, none where it never began. `by` is
    the purchase that took its place; `shares` what each fund pays."""

    money: str
    last: date | None
    by: int | None
    shares: dict[str, str]


def counted(one: Purchase) -> Counted | None:
    """None where the whole price is charged, or nothing ever was to be."""
    told = charged([one]).get(one.pk)
    if told is None or not told.cut:
        return None
    shares = list(one.shares.all())
    paid = split(told.cents, [share.tenths for share in shares])
    by_fund = {share.fund: money(cents) for share, cents in zip(shares, paid, strict=True)}
    return Counted(money(told.cents), told.last, told.by, by_fund)
