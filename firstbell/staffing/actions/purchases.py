"""A purchase on its way: written, signed by the principal, checked by fiscal, approved by the Region, changed."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from firstbell.core import journal
from firstbell.core.models import User
from firstbell.core.refusals import refusal
from firstbell.core.signing import strokes_of
from firstbell.letters.itinerant import pdf
from firstbell.roster.models import School
from firstbell.staffing.models import Post, Purchase, PurchaseMove, Share
from firstbell.staffing.queries import purchases as queries
from firstbell.staffing.rules.purchases import Part, after, cents_of, fiscal_year, price, refused

SEEN = "Somebody else decided on this purchase a moment ago. Look at it as it is now, then decide again."
OPEN = (Purchase.State.DRAFT, Purchase.State.SIGNED, Purchase.State.CHECKED)


@transaction.atomic
def draft(
    *, school: School, begins: date, ends: date, tenths: int, parts: Sequence[Part], by: User, basis: str = "C",
    weekdays: str = "", languages: Sequence[str] = (), focus: str = "", changes: Purchase | None = None,
) -> Purchase:  # fmt: skip
    """Write a request down; nothing is sent. NotAllowed says which fund, day or price stands in the way.

    `changes` is the standing purchase that this one replaces once it is approved.
    """
    year = fiscal_year(begins)[1].year
    School.objects.select_for_update().get(pk=school.pk)  # two who write for one school take turns
    waiting = Purchase.objects.filter(school=school, fiscal_year=year, state__in=OPEN)
    if waiting.exists():
        raise refusal(f"{school} has a request for {queries.year_words(year)} on its way. Finish or cancel that first.")
    standing = queries.standing(school.pk, year)
    if changes is None and standing:
        raise refusal(f"{school} has bought days for {queries.year_words(year)}. Change that purchase instead.")
    if changes is not None and changes != standing:
        raise refusal(f"Only what stands at {school} for {queries.year_words(year)} can be changed. Look at it again.")
    cents = _price(year, basis, tenths, begins, ends, parts)
    made = Purchase.objects.create(
        school=school, fiscal_year=year, basis=basis, tenths=tenths, cents=cents, begins_on=begins, ends_on=ends,
        weekdays=weekdays, languages=list(languages), focus=focus.strip(), changes=changes, by=by,
    )  # fmt: skip
    _share(made, parts)
    _moved(made, "", by, "")
    journal.record("staffing.purchase_drafted", by=by, about=made, school=school.pk, tenths=tenths, cents=cents)
    return made


@transaction.atomic
def edit(
    *, purchase: Purchase, seen: int, begins: date, ends: date, tenths: int, parts: Sequence[Part], by: User,
    basis: str = "C", weekdays: str = "", languages: Sequence[str] = (), focus: str = "",
) -> Purchase:  # fmt: skip
    """Write a draft anew. NotAllowed once it is signed: what was signed stays as it was."""
    now = _changing(purchase, seen)
    if now.state != Purchase.State.DRAFT:
        raise refusal("It is signed: what was signed stays. Ask for it to be returned, or change it once it stands.")
    if fiscal_year(begins)[1].year != now.fiscal_year:
        raise refusal(f"These days lie in another fiscal year than {queries.year_words(now.fiscal_year)}.")
    cents = _price(now.fiscal_year, basis, tenths, begins, ends, parts)
    now.basis, now.tenths, now.cents, now.begins_on, now.ends_on = basis, tenths, cents, begins, ends
    now.weekdays, now.languages, now.focus = weekdays, list(languages), focus.strip()
    now.version += 1
    now.save()
    now.shares.all().delete()
    _share(now, parts)
    journal.record("staffing.purchase_edited", by=by, about=now, tenths=tenths, cents=cents)
    return now


def _price(year: int, basis: str, tenths: int, begins: date, ends: date, parts: Sequence[Part]) -> int:
    if no := refused(tenths, parts):
        raise refusal(" ".join(no))
    whole = queries.rate(year, basis, tenths)
    if whole is None:
        raise refusal(queries.no_price(year, basis, tenths))
    try:
        return price(whole, begins, ends)
    except ValueError:
        raise refusal(queries.OUT_OF_YEAR) from None


def _share(purchase: Purchase, parts: Sequence[Part]) -> None:
    paid = cents_of(parts, purchase.cents)
    Share.objects.bulk_create(
        Share(
            purchase=purchase, fund=one.fund, tenths=one.tenths, cents=cents, students=one.students.strip(),
            plan_page=one.plan_page.strip(),
        )
        for one, cents in zip(parts, paid, strict=True)
    )  # fmt: skip


def _moved(purchase: Purchase, before: str, by: User, why: str) -> None:
    PurchaseMove.objects.create(purchase=purchase, before=before, after=purchase.state, why=why, by=by)


def _changing(purchase: Purchase, seen: int) -> Purchase:
    now = Purchase.objects.select_for_update().get(pk=purchase.pk)
    if now.version != seen:
        raise refusal(SEEN)
    return now


def _move(now: Purchase, doing: str, by: User, why: str = "", **more: Any) -> Purchase:
    """One step of a locked row on its way, with the move's row and its line in the journal."""
    before = now.state
    try:
        now.state = after(before, doing)
    except ValueError:
        label = Purchase.State(before).label.lower()
        raise refusal(f"This purchase is “{label}”: that cannot be done to it now.") from None
    now.version += 1
    for name, value in more.items():
        setattr(now, name, value)
    now.save(update_fields=["state", "version", *more])
    _moved(now, before, by, why)
    journal.record(f"staffing.purchase_{now.state}", by=by, about=now, before=before, why=why)
    return now


@transaction.atomic
def sign(*, purchase: Purchase, seen: int, by: User, strokes: str = "") -> Purchase:
    """The principal's signature: the letter is printed, kept under its hash, and what was asked is settled.

    `strokes` are the pen's as the page sent them, and stay in the letter; without any the name stands there.
    """
    now = _changing(purchase, seen)
    if now.state != Purchase.State.DRAFT:
        raise refusal("It is signed already.")
    at = timezone.now()
    try:
        drawn = strokes_of(strokes) if strokes else ()
    except ValueError as no:
        raise refusal(str(no)) from None
    told = queries.letter_of(now, district=settings.DISTRICT, principal=str(by), signed_at=at, strokes=drawn)
    try:
        made = pdf(told)
    except ValueError as no:
        raise refusal(f"The letter cannot be printed. {no}") from None
    return _move(
        now, "sign", by, signed_by=by, signed_at=at, letter=made,
        letter_hash=hashlib.sha256(made).hexdigest(),
    )  # fmt: skip


@transaction.atomic
def check(*, purchase: Purchase, seen: int, by: User) -> Purchase:
    """The fiscal office says that the funds are there. NotAllowed for who signed it."""
    _another(purchase, by)
    return _move(_changing(purchase, seen), "check", by)


@transaction.atomic
def approve(*, purchase: Purchase, seen: int, by: User) -> Purchase:
    """The Region approves. What it changes is replaced from that moment. NotAllowed for who signed or checked it."""
    _another(purchase, by)
    now = _move(_changing(purchase, seen), "approve", by)
    if now.changes is not None:
        former = Purchase.objects.select_for_update().get(pk=now.changes_id)
        if former.state != Purchase.State.APPROVED:
            raise refusal("What it was to change no longer stands. Return it, so that the school can ask anew.")
        _move(former, "replace", by, f"Replaced by purchase {now.pk}")
        Post.objects.filter(purchase=former).update(purchase=now)
    return now


def _another(purchase: Purchase, by: User) -> None:
    hands = {purchase.signed_by_id, *purchase.moves.exclude(before="").values_list("by", flat=True)}
    if by.pk in hands:
        raise refusal("Signing, checking and approving are three people's: you have had a hand in this one already.")


@transaction.atomic
def send_back(*, purchase: Purchase, seen: int, why: str, by: User) -> Purchase:
    """Fiscal office or Region returns it with reasons; the school writes a new one."""
    if not why.strip():
        raise refusal("Say why it is returned, so that the school can mend it.")
    return _move(_changing(purchase, seen), "return", by, why.strip())


@transaction.atomic
def cancel(*, purchase: Purchase, seen: int, why: str, by: User) -> Purchase:
    """The school no longer wants it. Posts that deliver it stay until somebody ends them, and show as unfunded."""
    if not why.strip():
        raise refusal("Say why it is cancelled.")
    return _move(_changing(purchase, seen), "cancel", by, why.strip())


@transaction.atomic
def deliver(*, post: Post, purchase: Purchase, by: User | None) -> Post:
    """Say that a counselor's post delivers a school's bought days."""
    if post.role != Post.Role.COUNSELOR or post.school_id != purchase.school_id:
        raise refusal("Only a counselor's post at the school that bought the days delivers them.")
    if purchase.state != Purchase.State.APPROVED:
        raise refusal("The Region has not approved this purchase.")
    post.purchase = purchase
    post.save(update_fields=["purchase"])
    journal.record("staffing.purchase_delivered", by=by, about=purchase, post=post.pk)
    return post
