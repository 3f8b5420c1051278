"""Figures of a month: counted once, seen first by the person they are about, annotated by them, never changed."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from firstbell.cases.rules import refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.core.months import month_before
from firstbell.oversight.models import Figure, Question, ReachedByGroup
from firstbell.oversight.queries.counting import figures
from firstbell.oversight.queries.fairness import counted
from firstbell.oversight.queries.logs import asked_of
from firstbell.oversight.queries.people import posts_of
from firstbell.staffing.models import Post

FIRST = 7
"""Days a figure is its person's alone, unless they say something to it before."""
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Counted:
    people: int
    questions: int


@transaction.atomic
def count_month(*, on: date, by: User | None = None) -> Counted:
    """Count the month before `on` for every counselor with a post that day, unless it is counted. By night, once.

    Outcomes and coverage are as of the standings of `on`; a figure is never counted again.
    """
    month = month_before(on)
    held = Post.objects.filter(role=Post.Role.COUNSELOR, span__contains=on).values_list("user", flat=True)
    counted = Figure.objects.filter(month=month).values("user")
    people = sorted(
        User.objects.filter(pk__in=held, is_active=True).exclude(pk__in=counted).values_list("pk", flat=True)
    )
    if not people:
        return Counted(0, 0)
    posts = posts_of(people, on)
    data, opens = figures(posts, month, on), on + timedelta(FIRST)
    Figure.objects.bulk_create(
        Figure(user_id=who, month=month, counted_on=on, opens_on=opens, data=data[who]) for who in people
    )
    asked = [
        Question(user_id=who, month=month, kind=one.kind, words=one.words, innocent=one.innocent,
                 entries=list(one.entries), asked_on=on, opens_on=opens)
        for who, found in asked_of(people, month).items()
        for one in found
    ]  # fmt: skip
    Question.objects.bulk_create(asked)
    journal.record("oversight.month_counted", by=by, month=month.isoformat(), people=len(people), questions=len(asked))
    return Counted(len(people), len(asked))


@transaction.atomic
def count_reached(*, on: date, by: User | None = None) -> ReachedByGroup:
    """Count whom somebody reached of the students in need, by group; once a day. By night."""
    made, new = ReachedByGroup.objects.get_or_create(on=on, defaults={"data": counted(on)})
    if new:
        students = sum(of for _, of in made.data["spans"].values())
        journal.record("oversight.reached_counted", by=by, about=made, on=str(on), students=students)
    return made


@transaction.atomic
def annotate(*, figure: Figure, text: str, by: User) -> Figure:
    """The person says what a supervisor should know when they read the figures. Said once; it opens them."""
    figure = Figure.objects.select_for_update(of=("self",)).get(pk=figure.pk)
    _own(figure.user_id, by)
    if figure.said:
        raise refusal("You have said something to this month. It stands.")
    if not text.strip():
        raise refusal("Write what somebody should know who reads these figures.")
    now = timezone.now()
    figure.said, figure.said_at, figure.seen_at = text.strip()[:LONGEST], now, figure.seen_at or now
    figure.save(update_fields=["said", "said_at", "seen_at"])
    journal.record("oversight.figure_annotated", by=by, about=figure)
    return figure


@transaction.atomic
def answer_question(*, question: Question, text: str, by: User) -> Question:
    """The person says how it came about. Nobody counts questions or answers."""
    question = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    _own(question.user_id, by)
    if question.said:
        raise refusal("You have answered. What you said stands.")
    if not text.strip():
        raise refusal("Write how it came about.")
    question.said, question.said_at = text.strip()[:LONGEST], timezone.now()
    question.save(update_fields=["said", "said_at"])
    journal.record("oversight.question_answered", by=by, about=question, asked=question.kind, on=str(clock.today()))
    return question


def _own(user: int, by: User) -> None:
    if user != by.pk:
        raise refusal("Only the person it is about says something to it.")
