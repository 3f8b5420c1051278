"""What was bought: the price of a share, a school's purchases, and the boards of requests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from firstbell.core.access import May, Scope
from firstbell.core.templatetags.ui import language
from firstbell.letters.agreement.paper import Stroke
from firstbell.letters.itinerant import Bought, Paid
from firstbell.staffing.funds import FUNDS
from firstbell.staffing.models import Purchase, Rate
from firstbell.staffing.queries.charges import ASKED, charged, charges_in
from firstbell.staffing.rules.hours import LETTERS
from firstbell.staffing.rules.purchases import Part, days_words, fiscal_year, money, price, refused

ON_THEIR_WAY = (Purchase.State.SIGNED, Purchase.State.CHECKED)
OLD = 14
"""Days after which a request that waits for the same person is late."""


def rate(fiscal_year: int, basis: str, tenths: int) -> int | None:
    """The cents of a year by the newest sheet; None where the sheet of that year does not name it."""
    rows = Rate.objects.filter(fiscal_year=fiscal_year, basis=basis, tenths=tenths).order_by("-pk")
    return rows.values_list("cents", flat=True).first()


OUT_OF_YEAR = "The days must lie in one fiscal year, 1 July to 30 June, the first before the last."


def no_price(year: int, basis: str, tenths: int) -> str:
    return (
        f"The rate sheet of {year_words(year)} has no price for {tenths} tenths on basis {basis}."
        " The fiscal office sets it."
    )


@dataclass(frozen=True, slots=True)
class Cost:
    """What a request would cost as it stands in the form, in words; empty where that cannot be said. `paid` are the
    tenths of its funds; `no` says what stands in the way."""

    days: str
    money: str
    year: str
    tenths: int
    paid: int
    no: list[str]


def cost(*, tenths: int, basis: str, begins: date | None, ends: date | None, parts: Sequence[Part]) -> Cost:
    """Of days that are not bought yet, by the newest sheet."""
    no, due, whole = refused(tenths, parts), "", None
    if begins and ends:
        ending = fiscal_year(begins)[1].year
        whole = rate(ending, basis, tenths)
        if whole is None:
            no.append(no_price(ending, basis, tenths))
        else:
            try:
                due = money(price(whole, begins, ends))
            except ValueError:
                no.append(OUT_OF_YEAR)
    paid = sum(one.tenths for one in parts)
    return Cost(days_words(tenths), due, money(whole) if whole else "", tenths, paid, no)


def sheet(fiscal_year: int) -> list[tuple[int, list[int | None]]]:
    """(tenths, cents by basis) of the newest sheet, 1 to 10 tenths."""
    found: dict[tuple[int, str], int] = {}
    for one in Rate.objects.filter(fiscal_year=fiscal_year).order_by("pk"):
        found[one.tenths, one.basis] = one.cents
    return [(tenths, [found.get((tenths, basis)) for basis in Rate.Basis.values]) for tenths in range(1, 11)]


def sheets() -> list[int]:
    """The fiscal years that have a rate sheet, newest first."""
    return list(Rate.objects.order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct())


def _asked(scope: Scope, **where: int | str | None) -> QuerySet[Purchase]:
    """Those in scope. `where` are lookups, of which empty ones ask nothing."""
    return Purchase.objects.visible_to(scope).filter(**{name: value for name, value in where.items() if value})


def purchases(
    scope: Scope, *, state: str = "", year: int | None = None, region: int | None = None, school: int | None = None
) -> QuerySet[Purchase]:
    """Those in scope, what waits longest first; the letters stay where they are."""
    rows = _asked(scope, state=state, fiscal_year=year, school__region=region, school=school)
    rows = rows.defer("letter").select_related("school__region", "by", "signed_by")
    return rows.annotate(moved_at=Max("moves__at")).order_by("-fiscal_year", "moved_at", "pk")


@dataclass(frozen=True, slots=True)
class Stage:
    """How many are in a state, their half days, and their money: what is charged, or `asked` for where nothing is."""

    state: str
    title: str
    many: int
    tenths: int
    money: str
    asked: bool


def board(scope: Scope, year: int, region: int | None = None) -> list[Stage]:
    """A fiscal year's purchases by state. What was replaced or cancelled counts with the days until then only."""
    rows = _asked(scope, fiscal_year=year, school__region=region)
    paid = charges_in(rows)
    found: dict[str, list[tuple[int, int]]] = {}
    for pk, state, tenths, cents in rows.order_by().values_list("pk", "state", "tenths", "cents"):
        due = cents if state in ASKED else paid[pk].cents if pk in paid else 0
        found.setdefault(state, []).append((tenths, due))
    return [
        Stage(
            state, label, len(found[state]), sum(tenths for tenths, _ in found[state]),
            money(sum(due for _, due in found[state])), state in ASKED,
        )
        for state, label in Purchase.State.choices
        if state in found
    ]  # fmt: skip


def to_act_on(scope: Scope) -> QuerySet[Purchase]:
    """What waits for this person: returned or unsigned, signed with fiscal, checked with the Region. What was returned
    waits until the school has written another for that year."""
    states: list[str] = []
    if May.BUY_DAYS in scope:
        states += [Purchase.State.DRAFT, Purchase.State.RETURNED]
    if May.CHECK_FUNDS in scope:
        states += [Purchase.State.SIGNED]
    if May.APPROVE_PURCHASES in scope:
        states += [Purchase.State.CHECKED]
    return purchases(scope).filter(state__in=states).exclude(Q(state=Purchase.State.RETURNED) & Exists(_newer()))


def _newer() -> QuerySet[Purchase]:
    """Those that a school wrote after this one for the same fiscal year."""
    return Purchase.objects.filter(
        school=OuterRef("school"), fiscal_year=OuterRef("fiscal_year"), pk__gt=OuterRef("pk")
    ).order_by()  # fmt: skip


def to_write_again(purchase: Purchase) -> bool:
    """Whether it was returned and the school has written no other since."""
    rows = Purchase.objects.filter(pk=purchase.pk, state=Purchase.State.RETURNED)
    return rows.exclude(Exists(_newer())).exists()


def standing(school: int, fiscal_year: int) -> Purchase | None:
    """What a school has bought and the Region approved, for a fiscal year."""
    rows = Purchase.objects.filter(school=school, fiscal_year=fiscal_year, state=Purchase.State.APPROVED)
    return rows.order_by("-pk").first()


def letter_of(
    purchase: Purchase, *, district: str, principal: str, signed_at: datetime, strokes: Sequence[Stroke] = ()
) -> Bought:  # fmt: skip
    """A purchase as its letter says it; `strokes` where the signature was drawn."""
    paid = tuple(
        Paid(
            fund.name, fund.code, days_words(one.tenths), money(one.cents), fund.federal, fund.monthly_report,
            one.students, one.plan_page,
        )
        for one in purchase.shares.all()
        for fund in [FUNDS[one.fund]]
    )  # fmt: skip
    return Bought(
        district=district, school=str(purchase.school), year=year_words(purchase.fiscal_year),
        begins=purchase.begins_on, ends=purchase.ends_on, days=days_words(purchase.tenths),
        basis=purchase.get_basis_display(), money=money(purchase.cents), paid=paid, principal=principal,
        signed_at=signed_at, weekdays=", ".join(weekdays(purchase)),
        languages=", ".join(language(one) for one in purchase.languages), focus=purchase.focus,
        reference=f"Purchase {purchase.pk}, version {purchase.version}", strokes=strokes,
    )  # fmt: skip


def weekdays(purchase: Purchase) -> list[str]:
    """Those the school would like, by name."""
    return [LETTERS[one] for one in purchase.weekdays if one in LETTERS]


def year_words(ending: int) -> str:
    """`2026-27`."""
    return f"{ending - 1}-{ending % 100:02d}"


@dataclass(frozen=True, slots=True)
class Line:
    """A purchase in a list. `waits` is how long it has waited for the same person, `late` whether that is long;
    `charged` is said where it is less than the price."""

    purchase: Purchase
    days: str
    money: str
    waits: int
    late: bool
    charged: str


def lines(rows: Iterable[Purchase], today: date) -> list[Line]:
    rows = list(rows)
    paid = charged(rows)
    return [
        Line(
            one, days_words(one.tenths), money(one.cents), waits, one.state in ON_THEIR_WAY and waits > OLD,
            money(paid[one.pk].cents) if one.pk in paid and paid[one.pk].cut else "",
        )
        for one in rows
        for waits in [max(0, (today - one.moved_at.date()).days) if one.moved_at else 0]
    ]  # fmt: skip
