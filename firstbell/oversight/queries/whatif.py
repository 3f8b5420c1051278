"""What so many counselor days would bring a school, and cost it: its need, and what others reached with theirs."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from firstbell.attendance.models import DistrictDay, Standing
from firstbell.cases.queries.triggers import school_days
from firstbell.law.calendar import SchoolYear
from firstbell.oversight.queries.counting import got_through
from firstbell.oversight.rules.ledger import monday_of
from firstbell.oversight.rules.reach import FEWEST, Reach, reach
from firstbell.roster.models import School
from firstbell.staffing.models import Post, Purchase, Rate
from firstbell.staffing.queries import FULL_WEEK, minutes_a_week, purchases
from firstbell.staffing.rules.purchases import days_words, fiscal_year, money, price

LATELY = 60
"""Days within which somebody was reached “lately”."""
SETTLED = 4
"""School weeks that a school must have had a counselor for before it is compared with: fewer tell of a beginning."""


@dataclass(frozen=True, slots=True)
class Need:
    """Students who miss a tenth of their days, those of them who miss a fifth, and who of both was reached lately."""

    chronic: int
    severe: int
    reached: int
    severe_reached: int


@dataclass(frozen=True, slots=True)
class Row:
    """So many tenths: in words, what they cost (empty without a price), whom they may reach; `now`: they are bought."""

    tenths: int
    days: str
    year: str
    rest: str
    reach: Reach | None
    now: bool


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`schools` are those compared with, `weeks` those of school left; `why_not` says why nobody can tell the reach."""

    need: Need
    bought: Purchase | None
    bought_days: str
    schools: int
    weeks: int
    rows: list[Row]
    priced: bool
    why_not: str


def what_if(school: School, basis: str, today: date) -> WhatIf:
    need, weeks = need_of(school, today), weeks_left(school, today)
    ratios = [one for where, one in ratios_of(today).items() if where != school.pk]
    ending = fiscal_year(today)[1].year
    stands = purchases.standing(school.pk, ending)
    costs = _costs(ending, basis)
    no = why_not(len(ratios), weeks)
    rows = [
        Row(
            tenths, days_words(tenths), money(cents) if cents else "",
            money(price(cents, today, fiscal_year(today)[1])) if cents else "",
            None if no else reach(ratios, tenths, weeks, need.chronic),
            stands is not None and stands.tenths == tenths,
        )
        for tenths, cents in costs.items()
    ]  # fmt: skip
    words = days_words(stands.tenths) if stands else ""
    return WhatIf(need, stands, words, len(ratios), weeks, rows, any(costs.values()), no)


def _costs(ending: int, basis: str) -> dict[int, int | None]:
    """Tenths to the cents of a whole year on a basis; None where the sheet has no price."""
    at = Rate.Basis.values.index(basis)
    return {tenths: cents[at] for tenths, cents in purchases.sheet(ending)}


def why_not(schools: int, weeks: int) -> str:
    """Why nothing can be said of the reach; empty where something can."""
    if schools < FEWEST:
        return f"fewer than {FEWEST} schools to compare with"
    return "" if weeks else "no whole school week is left in the school’s calendar"


def need_of(school: School, today: date) -> Need:
    """Of the standings served: whom the law calls chronically absent; a fifth is counted in whole days."""
    contacts = got_through(today - timedelta(LATELY - 1), today).filter(student=OuterRef("student"))
    rows = Standing.objects.filter(school=school, chronic=True).annotate(met=Exists(contacts))
    fifth, met = Q(enrolled__lte=5 * F("absent")), Q(met=True)
    return Need(**rows.aggregate(
        chronic=Count("pk"), severe=Count("pk", filter=fifth), reached=Count("pk", filter=met),
        severe_reached=Count("pk", filter=fifth & met),
    ))  # fmt: skip


def weeks_left(school: School, today: date) -> int:
    return weeks_ahead(school_days(SchoolYear.of(today).ending, [school.pk]).get(school.pk, []), today)


def weeks_ahead(days: Iterable[date], today: date) -> int:
    """The whole weeks ahead with one of these school days; this one only on its Monday."""
    return len({first for day in days if (first := monday_of(day)) >= today})


def ratios_of(today: date) -> dict[int, Fraction]:
    """School to the students in need it reached this school year for each tenth of a full week and school week.

    The whole district, whoever asks: only numbers leave. A contact counts on days on which the school had a counselor,
    whoever made it; a post that stands in for another adds no time.
    """
    first = SchoolYear.of(today).starts
    rows = DistrictDay.objects.filter(day__gte=first, day__lte=today).order_by("day")
    spent = _spent(list(rows.values_list("day", flat=True)))
    if not spent:
        return {}
    posted = _counselors().filter(school=OuterRef("student__standing__school"), span__contains=OuterRef("on"))
    contacts = got_through(first, today).filter(Exists(posted), student__standing__chronic=True)
    counted = contacts.values("student__standing__school").annotate(many=Count("student", distinct=True)).order_by()
    met = dict(counted.values_list("student__standing__school", "many"))
    return {school: Fraction(met.get(school, 0)) / time for school, time in spent.items()}


def _counselors() -> QuerySet[Post]:
    return Post.objects.filter(role=Post.Role.COUNSELOR, school__isnull=False, cover_for=None)


def _spent(days: Sequence[date]) -> dict[int, Fraction]:
    """School to the tenths of a week times the school weeks that its counselors had on these days, once it is settled.

    A week counts whole, however many of its days were taught.
    """
    if not days:
        return {}
    mondays = [monday_of(day) for day in days]
    time: dict[int, Fraction] = defaultdict(Fraction)
    had: dict[int, set[date]] = defaultdict(set)
    for post in _counselors().filter(span__overlap=(days[0], days[-1] + timedelta(1))):
        since = bisect_left(days, post.span.lower) if post.span.lower else 0
        weeks = set(mondays[since : bisect_left(days, post.span.upper) if post.span.upper else None])
        time[post.school_id] += len(weeks) * Fraction(10 * minutes_a_week(post), FULL_WEEK)
        had[post.school_id] |= weeks
    return {school: total for school, total in time.items() if total and len(had[school]) >= SETTLED}
