"""The Region counselor's desk: what schools ask, what waits for a word, and the schools without days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from firstbell.attendance.cells import AT_MOST
from firstbell.attendance.models import Standing
from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.core.months import month_of
from firstbell.roster.models import School
from firstbell.staffing.models import Purchase
from firstbell.staffing.queries import purchases
from firstbell.staffing.queries import waiting as staffing
from firstbell.training.models import Session
from firstbell.training.queries import consults, courses, questions

MOST = 5
"""Rows of each list; their own pages have all."""


@dataclass(frozen=True)
class Desk:
    """`parts` are (part of the board, its words, how many questions wait)."""

    parts: list[tuple[str, str, int]]
    asked: list[questions.Row]
    staffing: staffing.Line | None
    purchases: list[purchases.Line]
    sessions: list[Session]
    consults: tuple[list[consults.Of], consults.Of]


def desk(scope: Scope, user: User, today: date) -> Desk:
    found = questions.parts(scope, user, today, {})
    month = consults.log(scope, month_of(today))
    areas, _, every = consults.sums(month)
    return Desk(
        parts=[(part, questions.PARTS[part], found[part]) for part in ("late", "today", "week", "")],
        asked=questions.rows_of(questions.board(scope, user, today, {})[:MOST], today),
        staffing=staffing.waiting(scope, today, user),
        purchases=purchases.lines(purchases.to_act_on(scope)[:MOST], today),
        sessions=list(courses.coming(scope, user, today).filter(free__gt=0)[:MOST]),
        consults=(areas, every),
    )


@dataclass(frozen=True, slots=True)
class Without:
    """A school without days, and how many of its students are chronically absent."""

    school: School
    need: int

    @property
    def shown(self) -> str:
        return f"{AT_MOST} or fewer" if self.need <= AT_MOST else f"{self.need:,}"


def without_days(scope: Scope, today: date) -> QuerySet[School]:
    """The schools in scope for which no day is bought today, by name: who needs most is no order here."""
    bought = Purchase.objects.filter(state=Purchase.State.APPROVED, begins_on__lte=today, ends_on__gte=today)
    rows = School.objects.visible_to(scope).filter(live=True).exclude(pk__in=bought.values("school"))
    return rows.select_related("region").order_by("name", "pk")


def with_need(scope: Scope, page: Iterable[School]) -> list[Without]:
    """The schools of a page with their students in need. One query."""
    given = list(page)
    rows = Standing.objects.visible_to(scope).filter(school__in=given, chronic=True).order_by().values("school")
    need = dict(rows.annotate(many=Count("pk")).values_list("school", "many"))
    return [Without(one, need.get(one.pk, 0)) for one in given]
