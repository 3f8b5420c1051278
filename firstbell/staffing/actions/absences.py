"""Days away, who stands in on them, and days lent to a school without anybody."""

from datetime import date

from django.db import transaction
from django.utils.timezone import now

from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.core.refusals import refusal
from firstbell.law.findings import spoken
from firstbell.roster.models import School
from firstbell.staffing.actions.posts import assign, end
from firstbell.staffing.models import Absence, Post
from firstbell.staffing.queries.absences import away_on, days_of, standing_absences
from firstbell.staffing.queries.posts import counselors_hours, stretch_of, week_of
from firstbell.staffing.rules.credentials import DAY
from firstbell.staffing.rules.hours import WEEKDAYS, free

LONGEST = 366
"""Days of one absence; a longer one ends a post."""


@transaction.atomic
def say_away(*, user: User, begins_on: date, ends_on: date, why: str, by: User) -> Absence:
    """Note that somebody is not there from `begins_on` to `ends_on`, both included."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if ends_on < begins_on:
        raise refusal(f"The last day away, {spoken(ends_on)}, lies before the first, {spoken(begins_on)}.")
    if (ends_on - begins_on).days >= LONGEST:
        raise refusal(f"An absence has at most {LONGEST} days. End the post instead, or note the first part.")
    if why not in Absence.Why.values:
        raise refusal("Choose why they are away.")
    if not user.posts.filter(span__overlap=(begins_on, ends_on + DAY)).exists():
        raise refusal(f"{user} has no post from {spoken(begins_on)} to {spoken(ends_on)}: there is nothing to cover.")
    if one := standing_absences(begins_on, ends_on).filter(user=user).first():
        raise refusal(
            f"{user} is noted as away from {spoken(one.begins_on)} to {spoken(one.ends_on)}. Take that back first."
        )
    made = Absence.objects.create(user=user, begins_on=begins_on, ends_on=ends_on, why=why, by=by)
    journal.record("staffing.away", by=by, about=made, user=user.username)
    return made


@transaction.atomic
def take_back(*, absence: Absence, by: User) -> list[Post]:
    """The person is there after all; the stand-ins that end by it, from today on or before they began."""
    User.objects.select_for_update().get(pk=absence.user_id)
    one = Absence.objects.select_for_update().get(pk=absence.pk)
    if one.undone_at is not None:
        raise refusal("It was taken back already.")
    begins, after = days_of(one)
    today = clock.today()
    covers = Post.objects.filter(
        cover_for__user=one.user_id, span__overlap=(begins, after), span__endswith__gt=max(today, begins)
    )
    ended = [end(post=post, on=max(today, post.asked.lower), by=by) for post in covers]
    one.undone_at, one.undone_by = now(), by
    one.save(update_fields=["undone_at", "undone_by"])
    journal.record("staffing.not_away", by=by, about=one, ended=[post.pk for post in ended])
    return ended


@transaction.atomic
def cover(
    *, absence: Absence, post: Post, user: User, by: User, begins: date | None = None, ends: date | None = None
) -> Post:
    """Let `user` stand in at a post over the days of an absence (or some of them): as many of its hours as they have.

    `ends` is the last day. NotAllowed where they are away, have no time, or lack a paper.
    """
    one = Absence.objects.select_for_update().get(pk=absence.pk)
    days = stretch_of(post.span)
    if one.undone_at is not None or post.user_id != one.user_id or post.role != Post.Role.COUNSELOR or days is None:
        raise refusal("There is nothing to cover: the absence was taken back, or the post has ended.")
    first = max(one.begins_on, days[0], clock.today(), begins or date.min)
    after = min(one.ends_on + DAY, days[1], (ends + DAY) if ends else date.max)
    if first >= after:
        raise refusal("None of these days is still to come. Choose days of the absence from today on.")
    if user.pk == one.user_id:
        raise refusal(f"{user} is the one who is away. Choose somebody else.")
    _is_there(user, first, after)
    planned = counselors_hours([user.pk]).get(user.pk, [])
    left = free(planned, first, after)
    week = [min(needed, spare) for needed, spare in zip(week_of(post), left, strict=True)]
    if not sum(week):
        wanted = [WEEKDAYS[at] for at, minutes in enumerate(week_of(post)) if minutes]
        raise refusal(f"{user} has no free time on {', '.join(wanted)} then. Choose somebody else or other days.")
    made = assign(
        user=user, role=post.role, school=post.school, begins=first, ends=after, week=week, cover_for=post, by=by
    )
    journal.record("staffing.covered", by=by, about=made, absence=one.pk, post=post.pk)
    return made


def _is_there(user: User, begins: date, ends: date) -> None:
    if not user.is_active:
        raise refusal(f"{user} no longer works here.")
    if away_on([user.pk], begins, ends):
        raise refusal(f"{user} is away themselves on some of these days. Choose somebody else or other days.")


@transaction.atomic
def lend(*, user: User, school: School, begins: date, ends: date, week: list[int], by: User) -> Post:
    """Lend a school without a counselor somebody's hours, from `begins` to `ends`, both included."""
    School.objects.select_for_update().get(pk=school.pk)
    there = Post.objects.filter(
        school=school, role=Post.Role.COUNSELOR, loan=False, span__overlap=(begins, ends + DAY)
    ).select_related("user") if ends >= begins else Post.objects.none()  # fmt: skip
    if one := there.first():
        raise refusal(
            f"{school} has {one.user} then: days are lent to a school without anybody. Cover an absence instead."
        )
    if ends >= begins:
        _is_there(user, begins, ends + DAY)
    made = assign(
        user=user, role=Post.Role.COUNSELOR, school=school, begins=begins, ends=ends + DAY, week=week, loan=True, by=by
    )
    journal.record("staffing.lent", by=by, about=made, school=school.pk)
    return made
