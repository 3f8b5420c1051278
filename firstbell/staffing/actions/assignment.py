"""Proposing who works where, changing it by hand, and putting it into force: then the placements are posts."""

import time
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from firstbell.core import jobs, journal
from firstbell.core.models import User
from firstbell.core.refusals import NotAllowed, refusal
from firstbell.law.findings import spoken
from firstbell.staffing.actions.posts import assign, end
from firstbell.staffing.models import Placement, Post, Proposal
from firstbell.staffing.queries import assignment as queries
from firstbell.staffing.queries.posts import week_of
from firstbell.staffing.rules.assignment import HALVES, half_words, plan

JOB, FORCE = "staffing.propose", "staffing.put_in_force"
SEEN = "Somebody changed this assignment a moment ago. Look at it as it is now, then decide again."


@transaction.atomic
def propose(*, fiscal_year: int, begins: date, by: User) -> Proposal:
    """Ask for an assignment from a day on; a worker works it out. NotAllowed for a day outside the fiscal year."""
    if not date(fiscal_year - 1, 7, 1) <= begins < queries.ends_of(fiscal_year):
        raise refusal(f"{spoken(begins)} is no day of the fiscal year that ends on 30 June {fiscal_year}.")
    if Proposal.objects.filter(state=Proposal.State.WAITING).exists():
        raise refusal("An assignment is being worked out already. It takes a minute.")
    if Proposal.objects.filter(state=Proposal.State.GOING).exists():
        raise refusal("An assignment is being put into force. Ask again when it is: it takes a minute.")
    made = Proposal.objects.create(fiscal_year=fiscal_year, begins_on=begins, by=by)
    journal.record("staffing.proposal_asked", by=by, about=made, begins=begins.isoformat())
    jobs.later(JOB, proposal=made.pk)
    return made


@transaction.atomic
def work_out(*, proposal: int, needs: Mapping[int, int], seconds: float = 30.0) -> Proposal:
    """Work out what waits; `needs` are 0 to 100 by school. Safe to repeat: what does not wait is left alone."""
    now = Proposal.objects.select_for_update().get(pk=proposal)
    if now.state != Proposal.State.WAITING:
        return now
    wants = queries.wanted(now.fiscal_year, now.begins_on, needs)
    people = queries.people(now.begins_on, queries.ends_of(now.fiscal_year))
    began = time.monotonic()
    made = plan(wants, people, seed=now.pk, seconds=seconds)
    now.milliseconds = round(1000 * (time.monotonic() - began))
    now.state, now.value, now.bound = Proposal.State.READY, made.value, made.bound
    now.asked = [{"purchase": one.key, "halves": one.halves, "need": one.need} for one in wants]
    now.unmet = [{"purchase": one.wanted, "halves": one.halves, "why": one.why} for one in made.unmet]
    now.save()
    Placement.objects.bulk_create(
        Placement(proposal=now, purchase_id=one.wanted, user_id=one.person, halves=list(one.halves), why=list(one.why))
        for one in made.placed
    )
    journal.record(
        "staffing.proposed", by=None, about=now, placed=len(made.placed), unmet=len(made.unmet),
        value=made.value, bound=made.bound,
    )  # fmt: skip
    return now


@transaction.atomic
def give_up(*, proposal: int) -> None:
    """After several broken tries: say so, and let somebody ask again."""
    now = Proposal.objects.select_for_update().get(pk=proposal)
    if now.state == Proposal.State.WAITING:
        now.state = Proposal.State.FAILED
        now.said = "It was begun several times and never came to its end. Is there enough memory? Ask for it again."
        now.save(update_fields=["state", "said"])
        journal.record("staffing.proposal_failed", by=None, about=now)


def _changing(proposal: Proposal, seen: int) -> Proposal:
    """The row, locked and as it was seen; NotAllowed where somebody was faster, or it is no longer to be changed."""
    now = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if now.version != seen:
        raise refusal(SEEN)
    if now.state != Proposal.State.READY:
        raise refusal(f"This assignment is “{now.get_state_display().lower()}”: only one that is ready is changed.")
    now.version += 1
    now.save(update_fields=["version"])
    return now


@transaction.atomic
def place(*, placement: Placement, user: User, halves: Sequence[int], seen: int, by: User) -> Placement | None:
    """Set by hand who is where and when; no half day at all takes the placement away.

    NotAllowed names what stands in the way: not free then, not qualified, more than the school bought.
    """
    now = _changing(placement.proposal, seen)
    if len(halves) != HALVES or set(halves) - {0, 1}:
        raise refusal(f"Give ten half days, each worked or not; {len(halves)} came.")
    others = Placement.objects.filter(proposal=now).exclude(pk=placement.pk)
    if sum(halves):
        _fits(now, placement, user, halves, others)
    journal.record(
        "staffing.placed_by_hand", by=by, about=placement.purchase, user=user.username, halves=list(halves),
        was=[placement.user_id, placement.halves],
    )  # fmt: skip
    if not sum(halves):
        placement.delete()
        return None
    placement.user, placement.halves, placement.why, placement.by = user, list(halves), [], by
    placement.save()
    return placement


def _fits(now: Proposal, placement: Placement, user: User, halves: Sequence[int], others) -> None:
    able = {one.key: one for one in queries.people(now.begins_on, queries.ends_of(now.fiscal_year))}
    if user.pk not in able:
        raise refusal(f"{user} is not qualified until the end of the fiscal year, or holds another post.")
    taken = {at for one in others.filter(user=user) for at, on in enumerate(one.halves) if on}
    wrong = [at for at, on in enumerate(halves) if on and (at not in able[user.pk].free or at in taken)]
    if wrong:
        raise refusal(f"{user} is at another school on {half_words(wrong[0])}.")
    if others.filter(user=user, purchase=placement.purchase).exists():
        raise refusal(f"{user} is placed there already. Change that line instead.")
    bought = next((one["halves"] for one in now.asked if one["purchase"] == placement.purchase_id), 0)
    beside = sum(sum(one.halves) for one in others.filter(purchase=placement.purchase))
    if sum(halves) + beside > bought:
        raise refusal(f"The school waits for {bought} half days; these would be {sum(halves) + beside}.")


@transaction.atomic
def put_in_force(*, proposal: Proposal, seen: int, by: User) -> Proposal:
    """Ask that the placements become posts; a worker makes them, and until then nothing here is changed."""
    now = _changing(proposal, seen)
    if Proposal.objects.filter(
        fiscal_year=now.fiscal_year, begins_on=now.begins_on, state=Proposal.State.IN_FORCE
    ).exists():  # fmt: skip
        raise refusal(f"An assignment from {spoken(now.begins_on)} on is in force. Ask for one from another day on.")
    now.state, now.said = Proposal.State.GOING, ""
    now.save(update_fields=["state", "said"])
    journal.record("staffing.force_asked", by=by, about=now)
    jobs.later(FORCE, proposal=now.pk, by=by.pk)
    return now


@transaction.atomic
def carry_out(*, proposal: int, by: int) -> list[Post]:
    """Make each placement a post from the proposal's day to the end of the fiscal year; scope follows at once.

    All or none: where one cannot be, the proposal is ready again and says which. Safe to repeat.
    """
    now = Proposal.objects.select_for_update().get(pk=proposal)
    if now.state != Proposal.State.GOING:
        return []
    asked_by, made = User.objects.get(pk=by), []
    try:
        with transaction.atomic():
            for one in queries.placements(now):
                made.append(_made(now, one, asked_by))
    except NotAllowed as no:
        _ready_again(now, str(no), asked_by)
        return []
    now.state = Proposal.State.IN_FORCE
    now.save(update_fields=["state"])
    journal.record("staffing.assignment_in_force", by=asked_by, about=now, posts=len(made))
    return made


def _made(now: Proposal, one: Placement, by: User) -> Post:
    try:
        return _post_of(now, one, by)
    except NotAllowed as no:
        raise refusal(f"{one.user} at {one.purchase.school}: {no}") from no


@transaction.atomic
def give_up_force(*, proposal: int, by: int) -> None:
    """After several broken tries: say so, and let somebody put it into force again."""
    now = Proposal.objects.select_for_update().get(pk=proposal)
    if now.state == Proposal.State.GOING:
        why = "It was begun several times and never came to its end. Is there enough memory? Put it into force again."
        _ready_again(now, why, User.objects.get(pk=by))


def _ready_again(now: Proposal, why: str, by: User) -> None:
    now.state, now.said = Proposal.State.READY, why[:300]
    now.save(update_fields=["state", "said"])
    journal.record("staffing.force_refused", by=by, about=now, why=now.said)


def _post_of(now: Proposal, one: Placement, by: User) -> Post:
    """The post of a placement; hours that the same person has at the school already are joined with it."""
    week = [queries.HALF * (one.halves[2 * day] + one.halves[2 * day + 1]) for day in range(5)]
    same = Post.objects.filter(
        user=one.user, role=Post.Role.COUNSELOR, school=one.purchase.school, span__contains=now.begins_on
    )
    for post in same:
        week = [a + b for a, b in zip(week, week_of(post), strict=True)]
        end(post=post, on=now.begins_on, by=by)
    return assign(
        user=one.user, role=Post.Role.COUNSELOR, school=one.purchase.school, begins=now.begins_on,
        ends=queries.ends_of(now.fiscal_year), tenths=min(10, sum(week) // queries.HALF), week=week, by=by,
        purchase=one.purchase,
    )  # fmt: skip


@transaction.atomic
def drop(*, proposal: Proposal, seen: int, by: User) -> Proposal:
    """Leave a proposal aside; its placements stay to be read."""
    now = _changing(proposal, seen)
    now.state = Proposal.State.DROPPED
    now.save(update_fields=["state"])
    journal.record("staffing.proposal_dropped", by=by, about=now)
    return now
