"""Time that no log tells of, days confirmed, and activity reports signed and countersigned over it."""

import hashlib
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.core.months import next_month
from firstbell.core.refusals import refusal
from firstbell.letters.sheet import pdf
from firstbell.oversight.models import ActivityReport, ConfirmedDay, Spent
from firstbell.oversight.queries import activity as queries
from firstbell.oversight.queries.work import work_of
from firstbell.oversight.rules.activity import Month, Paper, sheet
from firstbell.oversight.rules.ledger import Term
from firstbell.roster.models import School
from firstbell.staffing.models import Post, Purchase
from firstbell.staffing.queries.purchases import year_words
from firstbell.staffing.rules.purchases import days_words

BACK = timedelta(days=62)
"""How far back a day may be told of: what is older is asked of the office that keeps the books."""
LONGEST = 16 * 60
"""Minutes of one day, all together."""


@transaction.atomic
def add_time(*, on: date, kind: str, minutes: int, by: User, school: School | None = None, note: str = "") -> Spent:
    """Minutes that no contact, session or meeting tells of. NotAllowed for a day to come, or more than a day."""
    _a_day(on)
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    if kind not in Spent.Kind.values:
        raise refusal("Choose what the time was for.")
    if not 1 <= minutes <= 720:
        raise refusal(f"One line holds 1 to 720 minutes; {minutes} were told.")
    if school is not None and not Post.objects.filter(user=by, school=school, span__contains=on).exists():
        raise refusal(f"You had no post at {school} on that day. Leave the school out to share the time over yours.")
    had = sum(one.minutes for one in work_of([by.pk], (on, on + timedelta(1)), None))
    if had + minutes > LONGEST:
        raise refusal(
            f"That day holds {had} minutes already: {minutes} more would make it longer than sixteen hours. Look at"
            " what is there first."
        )
    made = Spent.objects.create(user=by, on=on, kind=kind, minutes=minutes, school=school, note=note.strip()[:200])
    journal.record("oversight.time_added", by=by, about=made, on=str(on), minutes=minutes, kind=kind)
    return made


@transaction.atomic
def take_back_time(*, spent: Spent, by: User) -> Spent:
    """It was not so. A report that was signed over it stays; the next one carries an adjustment."""
    spent = Spent.objects.select_for_update(of=("self",)).get(pk=spent.pk)
    if spent.user_id != by.pk:
        raise refusal("Only who told of the time takes it back.")
    if spent.undone_at is not None:
        raise refusal("It was taken back already.")
    spent.undone_at = timezone.now()
    spent.save(update_fields=["undone_at"])
    journal.record("oversight.time_taken_back", by=by, about=spent, on=str(spent.on), minutes=spent.minutes)
    return spent


@transaction.atomic
def confirm_day(*, on: date, by: User) -> ConfirmedDay:
    """That was the day: what stands for it now is said to be all of it."""
    _a_day(on)
    minutes = sum(one.minutes for one in work_of([by.pk], (on, on + timedelta(1)), None))
    if minutes > LONGEST:
        raise refusal(f"{minutes} minutes is more than a day holds. Take back what is twice there, then confirm.")
    made = ConfirmedDay.objects.create(user=by, on=on, minutes=minutes)
    journal.record("oversight.day_confirmed", by=by, about=made, on=str(on), minutes=minutes)
    return made


def _a_day(on: date) -> None:
    today = clock.today()
    if on > today:
        raise refusal(f"{on:%-d %B %Y} has not come yet.")
    if on < today - BACK:
        raise refusal(f"{on:%-d %B %Y} is more than two months ago. Ask the office that keeps the books.")


@transaction.atomic
def sign_report(*, purchase: Purchase, month: date, by: User, seen: str = "") -> ActivityReport:
    """Sign a month that is over: printed, kept under its hash, never changed. Earlier months come in as adjustments.

    A month without work is signed as one of nought; months are signed in their order. `seen` is the digest of what was
    shown. NotAllowed for a month that is not over, not owed, signed already, or that came out otherwise meanwhile.
    """
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    month = month.replace(day=1)
    if next_month(month) > clock.today():
        raise refusal(f"{month:%B %Y} is not over: it is signed after the fact.")
    if ActivityReport.objects.filter(user=by, purchase=purchase, month=month).exists():
        raise refusal(f"{month:%B %Y} is signed. It stays; what changes since comes into the next report.")
    waiting = [one.month for one in queries.owed(by, clock.today()) if one.purchase == purchase and not one.report]
    found = queries.standing(by, purchase, month)
    if found is None or month not in waiting:
        raise refusal(f"No report of {month:%B %Y} is owed under this purchase: there is nothing to sign.")
    if min(waiting) < month:
        raise refusal(f"Sign {min(waiting):%B %Y} first: months are signed in their order, so that none is left out.")
    if seen and seen != found[0].digest:
        raise refusal("It came out otherwise since you opened this page. Look through it as it is now, then sign.")
    return _signed(purchase, *found, by)


def _signed(purchase: Purchase, told: Month, term: Term, by: User) -> ActivityReport:
    paper = paper_of(purchase, told, term, by)
    try:
        made = pdf(sheet(told, term, paper), on=clock.today())[0]
    except ValueError as no:
        raise refusal(f"The report cannot be printed. {no}") from None
    row = ActivityReport.objects.create(
        user=by, school=purchase.school, purchase=purchase, month=told.month, activities=dict(told.activities),
        funds=[[fund, minutes] for fund, minutes in told.charged(term).items()],
        adjustments=[[str(month), minutes] for month, minutes in told.adjustments], total=told.total, pdf=made,
        pdf_hash=hashlib.sha256(made).hexdigest(), signed_at=timezone.now(),
    )  # fmt: skip
    journal.record(
        "oversight.activity_signed", by=by, about=row, month=str(told.month), purchase=purchase.pk, minutes=told.total,
        adjusted=len(told.adjustments),
    )  # fmt: skip
    return row


def paper_of(purchase: Purchase, told: Month, term: Term, by: User) -> Paper:
    return Paper(
        district=settings.DISTRICT, school=str(purchase.school), person=str(by),
        purchase=f"{days_words(purchase.tenths).capitalize()}, {year_words(purchase.fiscal_year)}",
        names=queries.fund_names(term), federal=queries.is_federal(term), signed_on=clock.today(),
        unconfirmed=queries.unconfirmed(by, told.month, told.days),
        reference=f"Purchase {purchase.pk}, {told.month:%Y-%m}, {by.username}",
    )  # fmt: skip


@transaction.atomic
def countersign(*, report: ActivityReport, by: User) -> ActivityReport:
    """Somebody who saw the work says that the report is a fair record of it. Nobody countersigns their own."""
    report = ActivityReport.objects.select_for_update(of=("self",)).defer("pdf").get(pk=report.pk)
    if report.user_id == by.pk:
        raise refusal("Somebody else countersigns: who saw the work, not who did it.")
    if report.countersigned_at is not None:
        raise refusal(f"{report.countersigned_by} countersigned this report already.")
    report.countersigned_by, report.countersigned_at = by, timezone.now()
    report.save(update_fields=["countersigned_by", "countersigned_at"])
    journal.record("oversight.activity_countersigned", by=by, about=report, user=report.user_id)
    return report
