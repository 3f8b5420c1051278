"""Papers of counselors: recorded by somebody who saw them, withdrawn with a reason; posts follow at once."""

from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from firstbell.core import clock, journal, scans
from firstbell.core.models import JournalLine, User
from firstbell.core.refusals import refusal
from firstbell.law.findings import spoken
from firstbell.staffing.actions.posts import fit_to_papers
from firstbell.staffing.models import Credential, Post
from firstbell.staffing.queries.credentials import papers_of
from firstbell.staffing.rules.credentials import NEEDS, standing

LARGEST_SCAN = 2 * 1024 * 1024
LONGEST = 20
"""Years: a paper that would be in force longer was mistyped."""
_DEGREES = NEEDS[0].kinds


@transaction.atomic
def record(
    *, user: User, kind: str, issued_on: date, expires_on: date | None = None, number: str = "", scan: bytes = b"",
    by: User,
) -> Credential:  # fmt: skip
    """Record a paper that `by` saw; the person's posts reach as far as it lets them. NotAllowed says what is wrong."""
    user = User.objects.select_for_update().get(pk=user.pk)
    number = " ".join(number.split())
    _check(user, kind, issued_on, expires_on, number, by)
    if scan:
        try:
            scans.scan_kind(scan, largest=LARGEST_SCAN, what="a paper")
        except ValueError as no:
            raise refusal(str(no)) from None
    made = Credential.objects.create(
        user=user, kind=kind, number=number, issued_on=issued_on, expires_on=expires_on, scan=scan, seen_by=by
    )
    journal.record("staffing.credential_recorded", by=by, about=made, user=user.username, kind=kind)
    fit_to_papers(user=user, papers=papers_of([user.pk])[user.pk], by=by)
    return made


def _check(user: User, kind: str, issued_on: date, expires_on: date | None, number: str, by: User) -> None:
    if by == user:
        raise refusal("Nobody sees their own paper. Ask a colleague who may record it.")
    if kind not in Credential.Kind.values:
        raise refusal("Choose which paper it is.")
    if issued_on > clock.today() + timedelta(366):
        raise refusal(f"{spoken(issued_on)} is more than a year ahead. Look at the paper again.")
    if kind not in _DEGREES and not number:
        raise refusal("Give its number as it stands on the paper.")
    if kind in ("pps", "cwa") and expires_on is None:
        raise refusal("Say until which day it is in force: it stands on the paper.")
    if kind in _DEGREES and expires_on is not None:
        raise refusal("A degree does not end. Leave the last day empty.")
    if expires_on is not None and expires_on < issued_on:
        raise refusal(f"It would end on {spoken(expires_on)}, before it was issued on {spoken(issued_on)}.")
    if expires_on is not None and expires_on.year > issued_on.year + LONGEST:
        raise refusal(f"It would be in force for more than {LONGEST} years. Look at the last day again.")
    same = Credential.objects.filter(user=user, kind=kind, number=number, issued_on=issued_on, withdrawn_on=None)
    if kind not in _DEGREES and same.filter(expires_on=expires_on).exists():
        raise refusal("This paper is on record already.")


@transaction.atomic
def withdraw(*, credential: Credential, on: date, why: str, by: User) -> Credential:
    """Say that a paper counts no longer from `on`. The person's posts end that day unless another paper holds them."""
    user = User.objects.select_for_update().get(pk=credential.user_id)
    one = Credential.objects.select_for_update().get(pk=credential.pk)
    if by == user:
        raise refusal("Nobody withdraws their own paper. Ask a colleague who may.")
    if one.withdrawn_on is not None:
        raise refusal(f"It was withdrawn already, from {spoken(one.withdrawn_on)}.")
    if not why.strip():
        raise refusal("Say why it counts no longer: the person reads it.")
    if one.expires_on and on > one.expires_on:
        raise refusal(f"It ends on {spoken(one.expires_on)} in any case. Choose an earlier day.")
    without = [
        replace(paper, withdrawn=on) if paper.key == one.pk else paper for paper in papers_of([user.pk])[user.pk]
    ]
    fit_to_papers(user=user, papers=without, by=by)
    one.withdrawn_on, one.withdrawn_why = on, why.strip()[:200]
    one.save(update_fields=["withdrawn_on", "withdrawn_why"])
    journal.record("staffing.credential_withdrawn", by=by, about=one, user=user.username, on=on.isoformat())
    return one


@transaction.atomic
def note_expiring(*, on: date) -> int:
    """Write down each paper of a counselor that ends soon, once for each warning it comes under; how many now.

    A night that was left out is made up for: the nearest warning counts.
    """
    goes_on = Q(asked__endswith__gt=on) | Q(asked__isempty=False, asked__endswith=None)
    people = Post.objects.filter(goes_on | Q(asked=None, span__endswith__gt=on), role=Post.Role.COUNSELOR)
    papers = papers_of(sorted(set(people.values_list("user", flat=True))))
    found = [one for mine in papers.values() for one in standing(mine, on).endings]
    told = JournalLine.objects.filter(
        verb="staffing.paper_ends", about="staffing.credential", about_id__in=[one.key for one in found]
    )
    known = {(key, detail.get("days_before")) for key, detail in told.values_list("about_id", "detail")}
    rows = Credential.objects.defer("scan").in_bulk([one.key for one in found])
    fresh = [one for one in found if (one.key, one.threshold) not in known]
    for one in fresh:
        journal.record(
            "staffing.paper_ends", by=None, about=rows[one.key], days_before=one.threshold, on=one.until.isoformat()
        )
    return len(fresh)
