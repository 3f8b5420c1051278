"""A counselor's month as a page shows it: what was counted, in words, with what the person says to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.core.templatetags.ui import percent, plural_s, short_day
from firstbell.oversight.models import Figure, Finding, Question
from firstbell.oversight.queries.people import minutes_of, posts_of, where_words
from firstbell.oversight.rules.outcomes import Outcome, words
from firstbell.oversight.rules.rubric import RUBRIC
from firstbell.staffing.models import Post

FEWEST = 11


@dataclass(frozen=True, slots=True)
class Told:
    """One figure in words: `key` is where the page of explanations has it."""

    key: str
    title: str
    words: str
    note: str


def told(figure: Figure) -> list[Told]:
    """Always in this order, never as one number, and without anybody else's beside it."""
    data = figure.data
    return [
        _load(data["load"]), _coverage(data["coverage"], figure), _timeliness(data["timeliness"]),
        _quality(data["quality"]), _outcome(outcome_of(figure)),
    ]  # fmt: skip


def _load(one: dict[str, Any]) -> Told:
    held = f"{one['a_week']} for a full week" if one["a_week"] is not None else "no post to compare with"
    return Told("load", "Load", f"Weight {one['weight']} for {plural_s(one['students'], 'student')}", held)


def _coverage(one: dict[str, int], figure: Figure) -> Told:
    if not one["whole"]:
        return Told("coverage", "Coverage", "Nobody under 90 %", "")
    shown = f"{one['part']} of {one['whole']} reached in 14 days"
    return Told("coverage", "Coverage", shown, f"{percent(one['part'], one['whole'])}, {short_day(figure.counted_on)}")


def _timeliness(one: dict[str, int]) -> Told:
    legal = f"{one['met']} of {one['due']} legal dates met" if one["due"] else "No legal date fell due"
    kept = f"{one['kept']} of {one['promised']} tasks done by their day" if one["promised"] else "no task fell due"
    return Told("timeliness", "Timeliness", legal, kept)


def _quality(one: dict[str, int]) -> Told:
    if one["of"] < FEWEST:
        return Told("quality", "Quality", "Cannot tell", f"{one['of']} items read, {FEWEST} needed")
    charts = one["of"] // len(RUBRIC)
    return Told(
        "quality", "Quality", f"{one['good']} of {one['of']} items in order", f"{plural_s(charts, 'chart')} read"
    )


def outcome_of(figure: Figure) -> Outcome:
    """As it was counted: hundredths of a day become days again."""
    one = figure.data["outcome"]
    days = {key: None if one[key] is None else one[key] / 100 for key in ("raw", "middle", "low", "high")}
    return Outcome(one["students"], one["alone"], **days)


def _outcome(found: Outcome) -> Told:
    return Told("outcome", "Outcome", words(found), f"{plural_s(found.students, 'student')} compared")


@dataclass(frozen=True, slots=True)
class Row:
    """One counselor in the list by name. `figures` is None while the month is theirs alone, or not counted."""

    user: User
    where: str
    minutes: int
    figures: list[Told] | None
    opens_on: date | None
    said: bool


def listed(scope: Scope, page: Sequence[User], month: date, on: date) -> list[Row]:
    """A page of counselors with the month as far as it is open; two queries."""
    posts = posts_of([one.pk for one in page], on)
    rows = Figure.objects.visible_to(scope).filter(user__in=page, month=month)
    found = {one.user_id: one for one in rows}
    return [_row(one, posts.get(one.pk, []), found.get(one.pk), on) for one in page]


def _row(user: User, posts: list[Post], figure: Figure | None, on: date) -> Row:
    is_open = figure is not None and (figure.opens_on <= on or bool(figure.said))
    return Row(
        user, where_words(posts), minutes_of(posts), told(figure) if figure is not None and is_open else None,
        figure.opens_on if figure is not None and not is_open else None, figure is not None and bool(figure.said),
    )  # fmt: skip


def months(user: User, scope: Scope, on: date) -> list[Figure]:
    """What a supervisor may see of somebody's last twelve months, newest first."""
    return list(Figure.objects.visible_to(scope).filter(user=user).open_on(on)[:12])


def waiting(user: User, scope: Scope, on: date) -> Figure | None:
    """A month that is still its person's alone."""
    opened = Figure.objects.open_on(on).values("pk")
    return Figure.objects.visible_to(scope).filter(user=user).exclude(pk__in=opened).first()


def questions(user: User, scope: Scope, on: date) -> list[Question]:
    return list(Question.objects.visible_to(scope).filter(user=user).open_on(on)[:24])


@dataclass(frozen=True, slots=True)
class Mine:
    """One's own page: every month at once, with what is asked and found."""

    figures: list[tuple[Figure, list[Told]]]
    questions: list[Question]
    findings: list[Finding]


def mine(user: User) -> Mine:
    return Mine(
        [(one, told(one)) for one in Figure.objects.filter(user=user)[:12]],
        list(Question.objects.filter(user=user)[:24]),
        list(Finding.objects.filter(user=user).select_related("by")[:24]),
    )
