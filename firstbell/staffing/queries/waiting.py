"""What staffing asks of one person or one place now: a line of Today and of a school's, region's or district's page."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from firstbell.core.access import May, Scope
from firstbell.core.models import User
from firstbell.staffing.models import Post
from firstbell.staffing.queries.absences import holes, standing_absences
from firstbell.staffing.queries.credentials import in_order, papers_of
from firstbell.staffing.queries.people import on_day, posts_in
from firstbell.staffing.queries.purchases import to_act_on
from firstbell.staffing.rules.credentials import WARNED, Ending, standing

AHEAD = timedelta(days=14)
"""How far ahead an absence without anybody is shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """`missing` counselors lack a paper today; `ends` counts papers by the warning they come under, soonest first;
    `absences` in the next days have nobody who stands in; `own` papers of this person end soon, or are over;
    `purchases` of counselor days wait for this person's next word."""

    missing: int
    ends: list[tuple[int, int]]
    absences: int
    own: list[str]
    purchases: int

    @property
    def anything(self) -> bool:
        return bool(self.missing or self.ends or self.absences or self.own or self.purchases)


def waiting(scope: Scope, today: date, user: User | None = None, **where: int) -> Line | None:
    """What waits in scope (or at one `school` or `region`); None for who neither gives posts, nor has a hand in
    purchases, nor is a counselor."""
    gives, mine = May.ASSIGN_POSTS in scope, _own(scope, user, today)
    decides = user is not None and bool(scope.may & {May.BUY_DAYS, May.CHECK_FUNDS, May.APPROVE_PURCHASES})
    if not (gives or mine or decides):
        return None
    doubt, gone = _to_look_at(scope, today, where) if gives else (set(), set())
    told = papers_of(doubt | ({user.pk} if mine and user else set()))
    found = {who: standing(papers, today) for who, papers in told.items()}
    theirs = [one for who, one in found.items() if who in doubt]
    warned = [ending.threshold for one in theirs for ending in one.endings]
    return Line(
        missing=sum(not one.qualified for one in theirs),
        ends=[(days, warned.count(days)) for days in sorted(WARNED) if days in warned],
        absences=len({hole.absence.pk for hole in holes(scope, today, today + AHEAD, **where)}) if gone else 0,
        own=_sentences(found[user.pk].endings) if mine and user else [],
        purchases=to_act_on(scope).order_by().count() if decides else 0,
    )


def _own(scope: Scope, user: User | None, today: date) -> bool:
    """Whether this is a counselor whose papers may end soon: a post that goes on longer shows that they do not."""
    soon = today + timedelta(max(WARNED) + 1)
    posts = [post for post in scope.posts if post.role == Post.Role.COUNSELOR]
    return user is not None and any(post.span.upper and post.span.upper <= soon for post in posts)


def _sentences(endings: tuple[Ending, ...]) -> list[str]:
    return [one.sentence for one in endings]


def _to_look_at(scope: Scope, today: date, where: dict[str, int]) -> tuple[set[int], set[int]]:
    """The counselors whose papers are not plainly in order, and those who are away soon. One query, few rows."""
    at = Q()
    if "school" in where:
        at = Q(school=where["school"])
    elif "region" in where:
        at = Q(region=where["region"]) | Q(school__region=where["region"])
    away = Exists(standing_absences(today, today + AHEAD).filter(user=OuterRef("user")))
    doubt = ExpressionWrapper(~in_order("user", today), output_field=BooleanField())
    posts = posts_in(scope).filter(on_day(today), at, role=Post.Role.COUNSELOR).annotate(doubt=doubt, away=away)
    rows = list(posts.filter(Q(doubt=True) | Q(away=True)).values_list("user", "doubt", "away"))
    return {who for who, doubt, _ in rows if doubt}, {who for who, _, away in rows if away}
