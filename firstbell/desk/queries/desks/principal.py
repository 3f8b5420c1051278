"""A principal's desk: what needs them at each of their schools, what was bought and done, who is there this week."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from firstbell.core.access import ROLES, May, Scope
from firstbell.core.models import User
from firstbell.desk.queries import places
from firstbell.desk.queries.places import Place
from firstbell.notices.models import Batch
from firstbell.notices.queries import counts
from firstbell.oversight.queries import statements
from firstbell.oversight.queries.needs import Need, needs_of
from firstbell.oversight.rules.statements import Said, Span, told
from firstbell.roster.models import School
from firstbell.staffing.models import Post, Purchase
from firstbell.staffing.queries import minutes_on
from firstbell.staffing.queries.absences import holes, standing_absences
from firstbell.staffing.queries.people import posts_in
from firstbell.staffing.queries.purchases import standing, weekdays
from firstbell.staffing.rules.purchases import days_words, fiscal_year
from firstbell.training.queries import questions

MOST = 5
"""Questions and batches shown of a school; their own pages have all."""


@dataclass(frozen=True, slots=True)
class Here:
    """One counselor on one day: `words` say for whom they stand in, or that nobody does while they are away."""

    name: str
    minutes: int
    words: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Bought:
    """The purchase in force this fiscal year, in words; the days the school would like."""

    purchase: Purchase
    days: str
    wished: str


@dataclass(frozen=True)
class Desk:
    """One school of a principal's desk. `figures` are parts of the statement so far, each with where it opens."""

    school: School
    needs: list[Need]
    span: Span | None
    figures: list[tuple[Said, str]]
    bought: Bought | None
    week: list[tuple[date, list[Here]]]
    letters: tuple[int, int]
    batches: list[Batch]
    asked: list[questions.Row]
    place: Place


def schools(scope: Scope) -> QuerySet[School]:
    """The schools at which this person buys days, by name."""
    buys = [post for post in scope.posts if May.BUY_DAYS in ROLES[post.role]]
    rows = School.objects.visible_to(scope).filter(live=True).order_by("name", "pk")
    if any(post.school_id is None and post.region_id is None for post in buys):
        return rows
    at = Q(pk__in=[post.school_id for post in buys]) | Q(region__in=[post.region_id for post in buys if post.region_id])
    return rows.filter(at)


def desks(scope: Scope, user: User, page: Iterable[School], today: date) -> list[Desk]:
    """The desk of each school of a page."""
    given = list(page)
    spans = {one.pk: statements.running_span(one, today) for one in given}
    begun = {pk: span for pk, span in spans.items() if span}
    figures = statements.figures(begun, today) if begun else {}
    return [_desk(scope, user, one, spans[one.pk], figures.get(one.pk), today) for one in given]


def _desk(
    scope: Scope, user: User, school: School, span: Span | None, data: dict[str, Any] | None, today: date
) -> Desk:  # fmt: skip
    links = statements.opens(school.pk)
    waits = counts(scope, school=str(school.pk))
    asked = questions.of_my_schools(scope).filter(school=school).exclude(state="closed")
    return Desk(
        school=school, needs=needs_of(scope, school, user, today), span=span,
        figures=[(one, links[one.key]) for one in told(data) if one.key in links] if data else [],
        bought=_bought(school, today), week=week(scope, school, today),
        letters=(sum(one.ready for one in waits), sum(one.held for one in waits)),
        batches=list(_to_approve(scope, user, school)[:MOST]), asked=questions.rows_of(asked[:MOST], today),
        place=places.place(scope, places.schools(scope).filter(pk=school.pk)),
    )  # fmt: skip


def _bought(school: School, today: date) -> Bought | None:
    one = standing(school.pk, fiscal_year(today)[1].year)
    return Bought(one, days_words(one.tenths), ", ".join(weekdays(one))) if one else None


def _to_approve(scope: Scope, user: User, school: School) -> QuerySet[Batch]:
    """Batches of this school that wait for this person's approval."""
    if May.APPROVE_NOTICES not in scope:
        return Batch.objects.none()
    rows = Batch.objects.visible_to(scope).filter(school=school, state=Batch.State.DRAFT)
    return rows.exclude(approvals__by=user).order_by("send_on", "pk")


# -- the week ----------------------------------------------------------------------------------------------------------


def week(scope: Scope, school: School, today: date) -> list[tuple[date, list[Here]]]:
    """Monday to Friday with who is there by name; at the weekend those of the coming week. Three to five queries."""
    monday = today - timedelta(today.weekday()) + timedelta(7 if today.weekday() > 4 else 0)
    days = [monday + timedelta(n) for n in range(5)]
    rows = posts_in(scope).filter(
        school=school, role=Post.Role.COUNSELOR, span__overlap=(monday, monday + timedelta(5))
    )  # fmt: skip
    posts = list(rows.select_related("user", "cover_for__user").order_by("user__last_name", "user__first_name", "pk"))
    away = list(standing_absences(days[0], days[-1]).filter(user__in=[post.user_id for post in posts]))
    gone = {(one.user_id, day) for one in away for day in days if one.begins_on <= day <= one.ends_on}
    left = holes(scope, days[0], days[-1], school=school.pk) if gone else []
    nobody = {(hole.post.pk, day) for hole in left for day in hole.days}
    return [(day, [_here(post, day, gone, nobody) for post in posts if _works(post, day)]) for day in days]


def _works(post: Post, day: date) -> bool:
    return day in post.span and minutes_on(post, day) > 0


def _here(post: Post, day: date, gone: set[tuple[int, date]], nobody: set[tuple[int, date]]) -> Here:
    name, minutes = str(post.user), minutes_on(post, day)
    if (post.user_id, day) in gone:
        if post.cover_for_id:
            return Here(name, minutes, "was to stand in, and is away too", "severe")
        if (post.pk, day) in nobody:
            return Here(name, minutes, "away, nobody stands in", "severe")
        return Here(name, minutes, "away, somebody stands in", "plain")
    return Here(name, minutes, f"stands in for {post.cover_for.user}" if post.cover_for else "", "info")
