"""Activity reports: which months somebody owes, what a report would say now, and which wait for a countersignature."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from firstbell.core.access import May, Scope
from firstbell.core.models import User
from firstbell.core.months import next_month
from firstbell.oversight.models import ActivityReport, ConfirmedDay
from firstbell.oversight.queries.ledger import STOOD, done_at, pays, terms_of
from firstbell.oversight.queries.work import Days
from firstbell.oversight.rules.activity import Month, Signed, Worked, month_under
from firstbell.oversight.rules.ledger import Term, in_force
from firstbell.staffing.funds import FUNDS
from firstbell.staffing.models import Post, Purchase
from firstbell.staffing.rules.credentials import DAY
from firstbell.staffing.rules.purchases import fiscal_year, owes_report

BACK = 12
"""Months one looks back for reports that are owed."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A month of somebody's under one purchase. `report` is there once it is signed."""

    purchase: Purchase
    month: date
    report: ActivityReport | None

    @property
    def state(self) -> str:
        if self.report is None:
            return "to be signed"
        return "countersigned" if self.report.countersigned_at else "signed"


def owed(user: User, today: date) -> list[Owed]:
    """The months that are over, newest first, in which somebody delivered days of a fund that asks for a report."""
    first = _months_back(today)
    posts = Post.objects.filter(
        user=user, role=Post.Role.COUNSELOR, school__isnull=False, span__overlap=(first, today + DAY)
    ).select_related("cover_for")  # fmt: skip
    paid = [post for post in posts if pays(post)]
    terms = terms_of({post.school_id for post in paid}, (first, today + DAY))
    found: set[tuple[int, date]] = set()
    for post in paid:
        for month in _months(post, first, today):
            found |= {(term.purchase, month) for term in _in(terms.get(post.school_id, ()), post, month)}
    bought = Purchase.objects.defer("letter").select_related("school").in_bulk({purchase for purchase, _ in found})
    signed = {
        (one.purchase_id, one.month): one
        for one in ActivityReport.objects.defer("pdf", "purchase__letter")
        .filter(user=user, month__gte=first)
        .select_related("purchase__school")
    }
    rows = [Owed(bought[purchase], month, signed.get((purchase, month))) for purchase, month in found]
    rows += _afterwards(user, rows, list(signed.values()), today)
    return sorted(rows, key=lambda one: (-one.month.toordinal(), one.purchase.school.name, one.purchase.pk))


def _afterwards(user: User, rows: list[Owed], signed: list[ActivityReport], today: date) -> Iterable[Owed]:
    """What was signed to the last month and came out otherwise since: one more report takes it in; once it is signed,
    it stands in the list like any other."""
    told = {(one.purchase.pk, one.month) for one in rows}
    waits = {one.purchase.pk for one in rows if one.report is None}
    newest: dict[int, ActivityReport] = {}
    for one in signed:
        if (one.purchase_id, one.month) not in told:
            yield Owed(one.purchase, one.month, one)
        if one.purchase_id not in newest or newest[one.purchase_id].month < one.month:
            newest[one.purchase_id] = one
    for pk, last in newest.items():
        month = next_month(last.month)
        if pk in waits or (pk, month) in told or next_month(month) > today:
            continue
        found = standing(user, last.purchase, month)
        if found is not None and found[0].adjustments:
            yield Owed(last.purchase, month, None)


def _months_back(today: date) -> date:
    """The first day of the month so many before."""
    at = 12 * today.year + today.month - 1 - BACK
    return date(at // 12, at % 12 + 1, 1)


def _months(post: Post, first: date, today: date) -> Iterable[date]:
    """The months that are over in which a post has a day."""
    month = max(post.span.lower or first, first).replace(day=1)
    while next_month(month) <= today and (post.span.upper is None or month < post.span.upper):
        yield month
        month = next_month(month)


def _in(terms: Iterable[Term], post: Post, month: date) -> Iterable[Term]:
    """The purchases in force on some day of a month and a post whose funds ask for a report."""
    terms = list(terms)
    begins = max(month, post.span.lower or month)
    ends = min(next_month(month), post.span.upper or date.max)
    days = (date.fromordinal(one) for one in range(begins.toordinal(), ends.toordinal()))
    found = {term for day in days if (term := in_force(terms, day)) is not None}
    return [one for one in found if owes_report(fund for fund, _ in one.funds)]


def standing(user: User, purchase: Purchase, month: date) -> tuple[Month, Term] | None:
    """What the report of a month would say now; None where nothing was in force."""
    days = _days(purchase, month)
    terms = terms_of([purchase.school_id], days).get(purchase.school_id, [])
    term = next((one for one in terms if one.purchase == purchase.pk), None)
    if term is None:
        return None
    before = ActivityReport.objects.filter(user=user, purchase=purchase, month__lt=month).order_by("month")
    worked = _worked(user, purchase, terms, days)
    return month_under(term, month, worked, [signed_of(one) for one in before.defer("pdf")]), term


def _days(purchase: Purchase, month: date) -> Days:
    """From the first day of the fiscal year to the end of the month."""
    return fiscal_year(purchase.begins_on)[0], next_month(month)


def _worked(user: User, purchase: Purchase, terms: list[Term], days: Days) -> list[Worked]:
    """A person's paid work at the school of a purchase on the days it was the one in force."""
    found = []
    for one in done_at([purchase.school_id], days, by=user):
        term = in_force(terms, one.line.on)
        if one.paid and term is not None and term.purchase == purchase.pk:
            found.append(Worked(one.line.on, one.line.activity, one.minutes))
    return found


def signed_of(report: ActivityReport) -> Signed:
    own = sum(report.activities.values())
    return Signed(report.month, own, tuple((date.fromisoformat(one), minutes) for one, minutes in report.adjustments))


def unconfirmed(user: User, month: date, worked: Iterable[date]) -> int:
    """Days of a month with work that their person has not confirmed."""
    said = ConfirmedDay.objects.filter(user=user, on__gte=month, on__lt=next_month(month))
    return len(set(worked) - set(said.values_list("on", flat=True)))


def to_countersign(scope: Scope) -> QuerySet[ActivityReport]:
    """Signed reports of the schools of a scope that nobody countersigned, oldest first."""
    if May.COUNTERSIGN not in scope:
        return ActivityReport.objects.none()
    rows = ActivityReport.objects.visible_to(scope).filter(countersigned_at=None)
    mine = [post.user_id for post in scope.posts]
    return rows.exclude(user__in=mine).defer("pdf").select_related("user", "school", "purchase").order_by("month", "pk")


def fund_names(term: Term) -> dict[str, str]:
    return {fund: _fund_name(fund) for fund, _ in term.funds}


def _fund_name(fund: str) -> str:
    return f"{FUNDS[fund].name} ({FUNDS[fund].code})"


def is_federal(term: Term) -> bool:
    return any(FUNDS[fund].federal for fund, _ in term.funds)


def purchases_of(user: User) -> QuerySet[Purchase]:
    """What somebody delivers or delivered days of."""
    mine = Post.objects.filter(user=user, role=Post.Role.COUNSELOR, school__isnull=False)
    rows = Purchase.objects.filter(state__in=STOOD, school__in=mine.values("school"))
    return rows.defer("letter").select_related("school")


def shown(month: Month, term: Term) -> dict[str, Any]:
    """A report's figures for its page."""
    names = fund_names(term)
    return {
        "activities": list(month.activities.items()), "minutes": month.minutes, "total": month.total,
        "adjustments": month.adjustments,
        "funds": [(names[fund], tenths, minutes) for (fund, tenths), minutes in zip(
            term.funds, month.charged(term).values(), strict=True
        )],
        "digest": month.digest,
    }  # fmt: skip


def shown_signed(report: ActivityReport) -> dict[str, Any]:
    """A signed report's figures as they were signed, in the shape of `shown`."""
    return {
        "activities": list(report.activities.items()), "minutes": sum(report.activities.values()),
        "total": report.total,
        "adjustments": [(date.fromisoformat(one), minutes) for one, minutes in report.adjustments],
        "funds": [(_fund_name(fund), None, minutes) for fund, minutes in report.funds],
    }  # fmt: skip
