"""Who could stand in, each with what speaks for and against it. Nobody is ranked: the order is what fits the days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q

from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.core.templatetags.ui import language
from firstbell.law.findings import spoken
from firstbell.roster.models import School
from firstbell.staffing.models import Credential, Post
from firstbell.staffing.queries.absences import Hole, away_on
from firstbell.staffing.queries.credentials import languages_of, papers_of
from firstbell.staffing.queries.people import people_in
from firstbell.staffing.queries.posts import counselors_hours, week_of
from firstbell.staffing.rules.credentials import DAY, Stretch, within
from firstbell.staffing.rules.hours import A_DAY, free, words

FOUR_WEEKS = timedelta(28)
MOST = 20
"""People who are offered at once."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody qualified and there: `minutes` a week of the hours that are needed, and the reasons in words."""

    user: User
    week: list[int]
    minutes: int
    reasons: list[str]


def candidates(
    scope: Scope, school: School, days: Stretch, needed: list[int], *, besides: int = 0, speaks: Sequence[str] = ()
) -> list[Candidate]:
    """Qualified people in scope with time on these days, who fits them best first, MOST at most. Eight queries.

    `needed` are minutes from Monday to Friday; `besides` is whoever is away, `speaks` the languages they speak.
    """
    pool = people_in(scope).filter(is_active=True).exclude(pk=besides)
    papers = papers_of(pool.filter(_on_record("cwa"), _on_record("pps")).values_list("pk", flat=True))
    gone = away_on(papers, *days)
    reach = {who: left for who, told in papers.items() if who not in gone and (left := within(days, told))}
    planned, spoken_by = counselors_hours(reach), languages_of(reach, days[0])
    places = _places(list(reach), school, days)
    found = []
    for who, left in reach.items():
        week = [min(a, b) for a, b in zip(needed, free(planned.get(who, []), *days), strict=True)]
        if sum(week) and who not in places.here:
            shared = [one for one in speaks if one in spoken_by[who]]
            found.append((_fits(who, week, left == [days], shared, places), who, week, shared))
    chosen = sorted(found)[:MOST]
    users = User.objects.in_bulk([who for _, who, *_ in chosen])
    return [
        Candidate(users[who], week, sum(week), _reasons(who, week, needed, reach[who], days, shared, school, places))
        for _, who, week, shared in chosen
    ]


def _on_record(kind: str) -> Q:
    return Q(Exists(Credential.objects.filter(user=OuterRef("pk"), kind=kind)))


@dataclass(frozen=True, slots=True)
class Places:
    """Who works in the school's region, who knew the school before, who is at the school on these days anyway."""

    near: set[int]
    knew: set[int]
    here: set[int]


def _places(users: list[int], school: School, days: Stretch) -> Places:
    found = Places(set(), set(), set())
    rows = Post.objects.filter(user__in=users).values_list("user", "role", "school", "region", "school__region", "span")
    for who, role, at, region, around, span in rows:
        if at == school.pk and not span.isempty:
            there = (span.lower or date.min) < days[1] and days[0] < (span.upper or date.max)
            (found.here if there and role == Post.Role.COUNSELOR else found.knew).add(who)
        if school.region_id and school.region_id in (region, around):
            found.near.add(who)
    return found


def _fits(who: int, week: list[int], whole: bool, shared: list[str], places: Places) -> tuple[int, ...]:
    return -sum(week), not whole, who not in places.knew, who not in places.near, -len(shared)


def _reasons(
    who: int, week: list[int], needed: list[int], left: list[Stretch], days: Stretch, shared: list[str],
    school: School, places: Places,
) -> list[str]:  # fmt: skip
    found = [_time(week, needed), _papers(left, days)]
    if shared:
        found.append(f"Speaks {', '.join(map(language, shared))}, as whoever is away does")
    if who in places.near:
        found.append(f"Works in {school.region} already")
    if who in places.knew:
        found.append("Knows the school from an earlier post")
    return found


def _time(week: list[int], needed: list[int]) -> str:
    if week == needed:
        return f"Has all {words(sum(needed))} a week free"
    return f"Has {words(sum(week))} of {words(sum(needed))} a week free"


def _papers(left: list[Stretch], days: Stretch) -> str:
    if left == [days]:
        return "Every paper is in force on all days"
    return f"Papers are in force from {spoken(left[0][0])} to {spoken(left[-1][1] - DAY)}"


def for_hole(scope: Scope, hole: Hole) -> list[Candidate]:
    """Who could stand in on the open days of an absence."""
    days = hole.days[0], hole.days[-1] + DAY
    open_on = {day.weekday() for day in hole.days}
    needed = [minutes if at in open_on else 0 for at, minutes in enumerate(week_of(hole.post))]
    away = hole.absence.user_id
    speaks = languages_of([away], days[0])[away]
    return candidates(scope, hole.post.school, days, needed, besides=away, speaks=speaks)


def for_loan(scope: Scope, school: School, today: date) -> list[Candidate]:
    """Who has some time in the next four weeks for a school without anybody."""
    return candidates(scope, school, (today, today + FOUR_WEEKS), [A_DAY] * 5)
