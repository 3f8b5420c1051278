"""What an assignment is made of: bought half days nobody works yet, qualified people and their free half days."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from firstbell.core.access import EVERYTHING, Scope
from firstbell.core.models import User
from firstbell.law.findings import count
from firstbell.staffing.models import Placement, Post, Proposal, Purchase
from firstbell.staffing.queries.credentials import languages_of, papers_of
from firstbell.staffing.queries.posts import week_of
from firstbell.staffing.rules.assignment import HALVES, Person, Wanted, week_words, why_words
from firstbell.staffing.rules.credentials import within
from firstbell.staffing.rules.hours import A_DAY, LETTERS

HALF = A_DAY // 2
NO_REGION = 0


def wanted(fiscal_year: int, begins: date, needs: Mapping[int, int]) -> list[Wanted]:
    """Approved purchases in force on a day, less what posts deliver already; `needs` are 0 to 100 by school."""
    bought = Purchase.objects.filter(
        fiscal_year=fiscal_year, state=Purchase.State.APPROVED, begins_on__lte=begins, ends_on__gte=begins
    )
    worked: dict[int, int] = defaultdict(int)
    for post in Post.objects.filter(purchase__in=bought, span__contains=begins, cover_for=None):
        worked[post.purchase_id] += sum(week_of(post)) // HALF
    return [
        Wanted(
            key=one.pk, school=one.school_id, region=one.school.region_id or NO_REGION,
            halves=one.tenths - worked[one.pk], need=needs.get(one.school_id, 0),
            days=frozenset(at for at, day in enumerate(LETTERS) if day in one.weekdays),
            languages=frozenset(one.languages),
        )
        for one in bought.select_related("school").order_by("pk")
        if one.tenths > worked[one.pk]
    ]  # fmt: skip


def people(begins: date, ends: date) -> list[Person]:
    """Everybody whose papers reach over these days and who works as a counselor, or as nobody yet."""
    held = _held(begins)
    pool = User.objects.filter(is_active=True, credentials__kind="cwa").distinct().order_by("pk")
    others = set(Post.objects.filter(span__contains=begins).exclude(role="counselor").values_list("user", flat=True))
    users = [one.pk for one in pool if one.pk not in others]
    papers, spoken = papers_of(users), languages_of(users, begins)
    was_at, regions = _was_at(users)
    able = [who for who in users if within((begins, ends), papers[who]) == [(begins, ends)]]
    return [
        Person(
            key=who, free=frozenset(range(HALVES)) - held[who], region=regions.get(who),
            languages=frozenset(spoken[who]), was_at=frozenset(was_at[who]),
        )
        for who in able
    ]  # fmt: skip


def _held(begins: date) -> dict[int, set[int]]:
    """The half days that each works already; a day's minutes fill its morning first, then its afternoon."""
    minutes: dict[int, list[int]] = defaultdict(lambda: [0] * 5)
    for post in Post.objects.filter(role="counselor", school__isnull=False, span__contains=begins):
        for at, more in enumerate(week_of(post)):
            minutes[post.user_id][at] += more
    taken: dict[int, set[int]] = defaultdict(set)
    for who, week in minutes.items():
        taken[who] = {2 * at + half for at, spent in enumerate(week) for half in (0, 1) if spent > half * HALF}
    return taken


def _was_at(users: Iterable[int]) -> tuple[dict[int, set[int]], dict[int, int]]:
    """The schools each has served, and the region of the latest."""
    schools: dict[int, set[int]] = defaultdict(set)
    regions: dict[int, int] = {}
    posts = Post.objects.filter(user__in=users, role="counselor", school__isnull=False, span__isempty=False)
    for who, school, region in posts.order_by("span").values_list("user", "school", "school__region"):
        schools[who].add(school)
        if region:
            regions[who] = region
    return schools, regions


@dataclass(frozen=True, slots=True)
class Left:
    """A purchase that lacks half days, and why."""

    purchase: Purchase
    halves: int
    why: str


def proposals() -> QuerySet[Proposal]:
    """Those there were, newest first: of the whole district, and without a name in them."""
    return Proposal.objects.select_related("by")


def in_scope(scope: Scope) -> QuerySet[Placement]:
    """Placements at the schools of a scope."""
    return Placement.objects.filter(purchase__in=Purchase.objects.visible_to(scope).values("pk"))


def placements(proposal: Proposal, *, scope: Scope = EVERYTHING, region: int | None = None) -> QuerySet[Placement]:
    """Who is placed where, by school; of one region where asked."""
    rows = in_scope(scope).filter(proposal=proposal).select_related("user", "purchase__school__region")
    if region:
        rows = rows.filter(purchase__school__region=region)
    return rows.order_by("purchase__school__name", "user__last_name", "pk")


@dataclass(frozen=True, slots=True)
class Line:
    """A placement in words."""

    placement: Placement
    when: str
    why: str


def lines(rows: Iterable[Placement]) -> list[Line]:
    return [
        Line(one, week_words(one.halves), "set by hand" if one.by_id else why_words(one.why)) for one in rows
    ]  # fmt: skip


def choices(placement: Placement) -> list[tuple[int, str]]:
    """Who could be there: everybody qualified to the end of the fiscal year, and how many half days they have left."""
    now = placement.proposal
    able = {one.key: len(one.free) for one in people(now.begins_on, ends_of(now.fiscal_year))}
    for who, halves in Placement.objects.filter(proposal=now, user__in=able).values_list("user", "halves"):
        able[who] -= sum(halves)
    named = User.objects.filter(pk__in=able).order_by("last_name", "first_name", "pk")
    return [(one.pk, f"{one}, {count(able[one.pk], 'half day')} left") for one in named]


def somebody(user: int) -> User:
    return User.objects.get(pk=user)


def left(proposal: Proposal, scope: Scope) -> list[Left]:
    """What nobody was found for, by school: worked out again from the placements that stand, hand-set ones included."""
    placed: dict[int, int] = defaultdict(int)
    for purchase, halves in Placement.objects.filter(proposal=proposal).values_list("purchase", "halves"):
        placed[purchase] += sum(halves)
    short = {one["purchase"]: one["halves"] - placed[one["purchase"]] for one in proposal.asked}
    mine = Purchase.objects.visible_to(scope).filter(pk__in=[key for key, halves in short.items() if halves > 0])
    why = {one["purchase"]: one["why"] for one in proposal.unmet}
    return [
        Left(one, short[one.pk], why.get(one.pk, "Somebody was taken from here by hand."))
        for one in mine.select_related("school__region").defer("letter").order_by("school__name", "pk")
    ]


def words(proposal: Proposal) -> str:
    """How good a proposal is, in a sentence: what it comes to next to what no assignment can pass."""
    if not proposal.bound:
        return "There was nothing to place, or nobody to place."
    missing = proposal.bound - (proposal.value or 0)
    waited = f"{count(len(proposal.asked), 'purchase')} waited."
    if not missing:
        return f"No assignment is better: it comes to {proposal.value:,} points. {waited}"
    permille = -(-1000 * missing // proposal.bound)
    return (
        f"It comes to {proposal.value:,} points; no assignment can pass {proposal.bound:,}, so that a better one is"
        f" better by {permille // 10}.{permille % 10} percent at most. {waited}"
    )


def ends_of(fiscal_year: int) -> date:
    """The first day after a fiscal year."""
    return date(fiscal_year, 7, 1)
