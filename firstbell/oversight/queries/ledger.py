"""Bought against delivered: what was done at schools with bought days, by day, and the ledger over it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from firstbell.cases.queries.triggers import school_days
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.oversight.queries.work import Days, Line, work_of
from firstbell.oversight.rules.ledger import Sums, Term, Told, Week, in_force, ledger, shared
from firstbell.roster.models import School
from firstbell.staffing.models import Post, Purchase, PurchaseMove, Share
from firstbell.staffing.queries import minutes_on
from firstbell.staffing.queries.absences import holes_of, standing_absences
from firstbell.staffing.queries.charges import charges_in
from firstbell.staffing.rules.credentials import DAY
from firstbell.staffing.rules.purchases import fiscal_year

STOOD = (Purchase.State.APPROVED, Purchase.State.REPLACED, Purchase.State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Done:
    """A line of work as one school has it: its own, or its share of one that names no school.

    `paid`: by a post that delivers bought days.
    """

    line: Line
    school: int
    minutes: int
    paid: bool


@dataclass(frozen=True)
class At:
    """One school: what the ledger is made of, and the lines it opens to."""

    told: Told
    done: list[Done]


def terms_of(schools: Collection[int], days: Days) -> dict[int, list[Term]]:
    """School to what was bought with a day among these, each as long as it is charged: a change or a cancellation
    ends it (staffing.rules.charges)."""
    years = {fiscal_year(one)[1].year for one in (days[0], days[1] - DAY)}
    rows = Purchase.objects.filter(school__in=schools, fiscal_year__in=years)
    until = {pk: one.last for pk, one in charges_in(rows).items() if one.last is not None}
    funds: dict[int, list[tuple[str, int]]] = defaultdict(list)
    shares = Share.objects.filter(purchase__in=until).order_by("fund")
    for purchase, fund, tenths in shares.values_list("purchase", "fund", "tenths"):
        funds[purchase].append((fund, tenths))
    found: dict[int, list[Term]] = defaultdict(list)
    told = rows.filter(pk__in=until, begins_on__lt=days[1]).order_by("pk")
    for pk, school, begins in told.values_list("pk", "school", "begins_on"):
        if until[pk] >= days[0] and funds[pk]:
            found[school].append(Term(pk, begins, until[pk], tuple(funds[pk])))
    return found


def done_at(schools: Collection[int], days: Days, by: User | None = None) -> list[Done]:
    """What was done at these schools on these days, in order of days; by one person where they are named."""
    return _done(schools, _posts(schools, days, by), days)


def at_schools(schools: Collection[int], days: Days) -> dict[int, At]:
    """What was planned and done at these schools on these days, up to one fiscal year. A dozen and a half queries."""
    posts = _posts(schools, days)
    done = _done(schools, posts, days)
    terms, taught = terms_of(schools, days), _taught(schools, days)
    planned, away = _planned(posts, schools, days, taught)
    mine: dict[int, list[Done]] = defaultdict(list)
    for one in done:
        mine[one.school].append(one)
    return {school: _at(school, mine[school], planned, away, terms, taught) for school in schools}


def _at(
    school: int, done: list[Done], planned: Mapping, away: Mapping, terms: Mapping, taught: Mapping
) -> At:  # fmt: skip
    paid: dict[date, Counter[int]] = defaultdict(Counter)
    unbought: Counter[date] = Counter()
    for one in done:
        if one.paid:
            paid[one.line.on][one.line.by] += one.minutes
        else:
            unbought[one.line.on] += one.minutes
    told = Told(
        taught.get(school, []), terms.get(school, []), planned.get(school, {}), away.get(school, {}),
        {day: list(people.values()) for day, people in paid.items()}, unbought,
    )  # fmt: skip
    return At(told, done)


def _posts(schools: Collection[int], days: Days, by: User | None = None) -> list[Post]:
    """Of everybody (or one person) who is a counselor at one of these schools some day: all their posts at schools."""
    rows = Post.objects.filter(role=Post.Role.COUNSELOR, school__isnull=False, span__overlap=days)
    rows = rows if by is None else rows.filter(user=by)
    there = rows.filter(school__in=schools).values("user")
    return list(rows.filter(user__in=there).select_related("cover_for", "school").order_by("pk"))


def pays(post: Post) -> bool:
    """Whether it delivers bought days: its own, or those of the post it stands in for."""
    return bool(post.purchase_id or (post.cover_for and post.cover_for.purchase_id))


def _done(schools: Collection[int], posts: Sequence[Post], days: Days) -> list[Done]:
    found: list[Done] = []
    of: dict[int, list[Post]] = defaultdict(list)
    for post in posts:
        of[post.user_id].append(post)
    for line in work_of(of.keys(), days, None):
        held = [post for post in of[line.by] if line.on in post.span]
        if line.school is None:
            plan = {post.school_id: minutes_on(post, line.on) for post in held}
            parts = shared(line.minutes, plan)
        else:
            parts = {line.school: line.minutes}
        for school, minutes in parts.items():
            if school in schools:
                paid = any(pays(post) for post in held if post.school_id == school)
                found.append(Done(line, school, minutes, paid))
    return found


def _planned(
    posts: Sequence[Post], schools: Collection[int], days: Days, taught: Mapping[int, Sequence[date]]
) -> tuple[dict[int, dict[date, int]], dict[int, dict[date, int]]]:
    """School to minutes by day of the posts that deliver bought days; and of those with nobody there."""
    here = [post for post in posts if post.school_id in schools and pays(post) and post.cover_for_id is None]
    planned: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    away: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for post in here:
        for day in taught.get(post.school_id, ()):
            if day in post.span:
                planned[post.school_id][day] += minutes_on(post, day)
    gone = list(standing_absences(days[0], days[1] - DAY).filter(user__in={post.user_id for post in here}))
    if gone:
        for hole in holes_of(gone, here, days):
            for day in hole.days:
                if day in planned[hole.post.school_id]:
                    away[hole.post.school_id][day] += minutes_on(hole.post, day)
    return planned, away


def _taught(schools: Collection[int], days: Days) -> dict[int, list[date]]:
    """School to its school days among these."""
    years = {SchoolYear.of(one).ending for one in (days[0], days[1] - DAY)}
    found: dict[int, list[date]] = defaultdict(list)
    for year in sorted(years):
        for school, taught in school_days(year, schools).items():
            found[school] += [day for day in taught if days[0] <= day < days[1]]
    return found


def year_of(ending: int) -> Days:
    """A fiscal year's first day, and the first day after it."""
    first, last = fiscal_year(date(ending, 6, 30))
    return first, last + DAY


def school_ledger(school: int, ending: int, today: date) -> tuple[list[Week], At]:
    """A school's weeks of a fiscal year up to today, and what they open to."""
    days = year_of(ending)
    at = at_schools([school], (days[0], min(days[1], max(today, days[0]) + DAY)))[school]
    return ledger(at.told, today), at


@dataclass(frozen=True, slots=True)
class Row:
    """One school of the board: what a month came to. `tenths` are those in force on its last day."""

    school: School
    tenths: int
    sums: Sums
    unbought: int


def board(page: Sequence[School], month: Days, today: date) -> list[Row]:
    """A page of schools with a month's sums up to today."""
    found = at_schools([one.pk for one in page], month)
    return [_row(one, found[one.pk], min(today, month[1] - DAY)) for one in page]


def _row(school: School, at: At, until: date) -> Row:
    weeks = ledger(at.told, until)
    term = in_force(at.told.terms, until)
    tenths = term.tenths if term else 0
    return Row(school, tenths, sum((one.sums for one in weeks), Sums()), sum(one.unbought for one in weeks))


def with_days(days: Days) -> Q:
    """Schools for which something stood with a day among these; where a day was really bought, the ledger says."""
    stood = Purchase.objects.filter(Exists(PurchaseMove.objects.filter(purchase=OuterRef("pk"), after="approved")))
    return Q(pk__in=stood.filter(begins_on__lt=days[1], ends_on__gte=days[0]).values("school"))


def by_name(done: Sequence[Done]) -> list[tuple[Done, str]]:
    """Each line with who did it."""
    names = {one.pk: str(one) for one in User.objects.filter(pk__in={each.line.by for each in done})}
    return [(each, names[each.line.by]) for each in done]
