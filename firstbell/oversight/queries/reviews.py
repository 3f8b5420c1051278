"""Chart reviews, shaped for pages: whose charts are drawn and read, how far reviewers agree, what comes again."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.core.months import month_before
from firstbell.oversight.models import Review, Sample, Scoring
from firstbell.oversight.queries.people import counselors
from firstbell.oversight.queries.trends import offered
from firstbell.oversight.rules.agreement import FEWEST, Agreement, agreement
from firstbell.oversight.rules.rubric import RUBRIC, WEAK, weak
from firstbell.oversight.rules.trends import Offered, best

MONTHS = 6
"""Months of which reviews are taken together, for agreement and for what comes again."""


@dataclass(frozen=True, slots=True)
class Row:
    """One counselor's month. Without a sample nothing is drawn yet; `waits` are charts somebody has to score."""

    user: User
    sample: Sample | None
    scored: int
    waits: int
    told: int
    answered: int


def board(scope: Scope, month: date, on: date) -> list[Row]:
    """Every counselor somebody oversees, by name; three queries."""
    people = list(counselors(scope, on))
    rows = Sample.objects.visible_to(scope).filter(user__in=people, month=month)
    drawn = {one.user_id: one for one in rows.prefetch_related(_reviews())}
    return [_row(one, drawn.get(one.pk)) for one in people]


def _reviews() -> Prefetch:
    return Prefetch("reviews", Review.objects.prefetch_related("scorings"))


def _row(user: User, sample: Sample | None) -> Row:
    charts = list(sample.reviews.all()) if sample else []
    waits = [one for one in charts if len(one.scorings.all()) < (2 if one.double else 1)]
    return Row(
        user, sample, len(charts) - len(waits), len(waits), sum(bool(one.feedback) for one in charts),
        sum(bool(one.answer) for one in charts),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart of a sample as somebody may see it. `mine`: they have scored it; `open`: it is theirs to score."""

    review: Review
    mine: bool
    open: bool
    state: str


def sample_charts(sample: Sample, viewer: User) -> list[Chart]:
    rows = sample.reviews.select_related("case__student__school").prefetch_related("scorings")
    return [_chart(one, viewer) for one in rows]


def _chart(one: Review, viewer: User) -> Chart:
    done = [each.by_id for each in one.scorings.all()]
    mine, whole = viewer.pk in done, len(done) >= (2 if one.double else 1)
    if one.feedback:
        state = "Answered" if one.answer else "Feedback given"
    elif whole:
        state = "Scored, feedback to be given"
    elif one.double and done:
        state = "Waits for a second reviewer" if mine else "Waits for a second reviewer: you may be the one"
    else:
        state = "To be scored"
    return Chart(one, mine, not mine and not whole, state)


def shown_scorings(review: Review, viewer: User) -> list[Scoring]:
    """What a reviewer may see of the scorings: their own at once, the other's once both are made."""
    rows = list(review.scorings.select_related("by"))
    whole = len(rows) >= (2 if review.double else 1)
    return rows if whole else [one for one in rows if one.by_id == viewer.pk]


@dataclass(frozen=True, slots=True)
class Said:
    """One item as one or two reviewers scored it: (who, the level's words, note)."""

    title: str
    levels: list[tuple[str, str, str]]


def said(scorings: Sequence[Scoring]) -> list[Said]:
    return [
        Said(item.title, [(str(one.by), item.levels[one.levels[key]], one.notes.get(key, "")) for one in scorings])
        for key, item in RUBRIC.items()
    ]


def _lately(scope: Scope, month: date) -> QuerySet[Scoring]:
    first = month
    for _ in range(MONTHS - 1):
        first = month_before(first)
    return Scoring.objects.visible_to(scope).filter(review__sample__month__range=(first, month))


def agreed(scope: Scope, month: date) -> Agreement:
    """Over the charts that two people scored in the last months, item by item."""
    pairs: dict[int, dict[int, dict[str, int]]] = defaultdict(dict)
    rows = _lately(scope, month).filter(review__double=True).order_by("review", "turn")
    for review, turn, levels in rows.values_list("review", "turn", "levels"):
        pairs[review][turn] = levels
    twice = [one for one in pairs.values() if len(one) == 2]
    return agreement([(one[1][key], one[2][key]) for one in twice for key in RUBRIC])


@dataclass(frozen=True, slots=True)
class Trend:
    """One item over the last months: how many charts, how many of them amiss, and the course that may help.

    `propose`: training is called for; `course` is None where it is not, or where no course that is given helps.
    """

    key: str
    title: str
    charts: int
    amiss: int
    propose: bool
    months: list[tuple[date, int, int]]
    course: Offered | None

    @property
    def good(self) -> int:
        return self.charts - self.amiss

    @property
    def tells(self) -> bool:
        return self.charts >= FEWEST


def counted(scope: Scope, month: date) -> QuerySet[Scoring]:
    """First scorings only: a second one would count a chart twice.

    A chart that waits for its second reader does not count yet: who is to read it would learn what the first said.
    """
    second = Scoring.objects.filter(review=OuterRef("review"), turn=Scoring.Turn.SECOND)
    return _lately(scope, month).filter(Q(review__double=False) | Exists(second), turn=Scoring.Turn.FIRST)


def trends(scope: Scope, month: date) -> list[Trend]:
    """By item, in the rubric's order."""
    levels: dict[str, dict[date, list[int]]] = {key: defaultdict(list) for key in RUBRIC}
    rows = counted(scope, month).order_by("pk")
    for when, told in rows.values_list("review__sample__month", "levels"):
        for key in RUBRIC:
            levels[key][when].append(told[key])
    every = {key: [level for told in levels[key].values() for level in told] for key in RUBRIC}
    amiss = [key for key in RUBRIC if weak(every[key])]
    given = offered() if amiss else []
    return [_trend(key, levels[key], every[key], best(key, amiss, given) if key in amiss else None) for key in RUBRIC]


def _trend(key: str, by_month: dict[date, list[int]], every: list[int], course: Offered | None) -> Trend:
    months = [(when, len(told), sum(one <= WEAK for one in told)) for when, told in sorted(by_month.items())]
    amiss = sum(one <= WEAK for one in every)
    return Trend(key, RUBRIC[key].title, len(every), amiss, weak(every), months, course)


def feedback_for(user: User) -> QuerySet[Review]:
    """Of their own charts those with feedback, newest first."""
    rows = Review.objects.filter(sample__user=user).exclude(feedback="")
    return rows.select_related("sample", "case__student", "feedback_by").order_by("-feedback_at", "-pk")
