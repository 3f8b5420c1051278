"""Oversight for the practice district: a month counted and annotated, five charts read, a finding, a hearing attended.

Everything goes through the very actions the pages use, by the people who would do it.
"""

from datetime import date, timedelta

from django.db import transaction

from firstbell.core.models import User
from firstbell.oversight.actions import figures, findings, hearings, reviews
from firstbell.oversight.models import Figure, Question, Review, Sample, Scoring
from firstbell.oversight.rules.rubric import CHECKLIST, RUBRIC
from firstbell.panels.models import Hearing
from firstbell.staffing.models import Post

LEVELS = (
    {"timely": 3, "legal_order": 2, "barrier": 3, "plan": 2, "voice": 3, "follow": 2},
    {"timely": 2, "legal_order": 3, "barrier": 1, "plan": 0, "voice": 1, "follow": 1},
    {"timely": 3, "legal_order": 3, "barrier": 2, "plan": 3, "voice": 2, "follow": 3},
    {"timely": 1, "legal_order": 2, "barrier": 0, "plan": 0, "voice": 0, "follow": 1},
)
"""What the coordinator chose for the charts read so far, by item; the last of the five waits."""
TOLD = "The calls are well told, and the family is heard. The plan could say who does what by when."
ANSWERED = "Agreed. The bus was only settled on Friday; the plan says so from now on."
EXPLAINED = "Those are the first contacts of this practice district: they were all written when it was made."
ANNOTATED = "Two of the five weeks went to the move of the school's office. The visits are in the log since."


@transaction.atomic
def live(today: date) -> int:
    """Count last month, review a counselor's charts, write a finding, attend a hearing; charts read. Only once."""
    if Sample.objects.exists():
        return 0
    coordinator, director = _holder("coordinator"), _holder("director")
    counselors = Post.objects.filter(role="counselor", span__contains=today, school__region__isnull=False)
    first = counselors.order_by("pk").select_related("user").first()
    if coordinator is None or director is None or first is None:
        return 0
    figures.count_month(on=today)
    figures.count_reached(on=today)
    rosa = first.user
    for figure in Figure.objects.filter(user=rosa):
        figures.annotate(figure=figure, text=ANNOTATED, by=rosa)
    for question in Question.objects.filter(user=rosa, kind="burst"):
        figures.answer_question(question=question, text=EXPLAINED, by=rosa)
    _review(reviews.draw_sample(user=rosa, month=today, by=coordinator), rosa, coordinator, director)
    _found(rosa, coordinator, today)
    _attended(coordinator, today)
    return Scoring.objects.filter(turn=Scoring.Turn.FIRST).count()


def _holder(role: str) -> User | None:
    post = Post.objects.filter(role=role).select_related("user").order_by("pk").first()
    return post.user if post else None


def _review(sample: Sample, rosa: User, coordinator: User, director: User) -> None:
    """One read by two people, who differ on one item, and one left to be read; feedback on one, and its answer."""
    charts = sorted(sample.reviews.all(), key=lambda one: (not one.double, one.place))
    for chart, levels in zip(charts, LEVELS, strict=False):
        reviews.score(review=chart, levels=levels, notes={}, by=coordinator)
        if chart.double:
            second = levels | {"voice": (levels["voice"] + 1) % len(RUBRIC["voice"].levels)}
            reviews.score(review=chart, levels=second, notes={"voice": "One sentence of the aunt."}, by=director)
    if told := next((one for one in charts if not one.double), None):
        reviews.give_feedback(review=told, text=TOLD, by=coordinator)
        reviews.answer_feedback(review=Review.objects.get(pk=told.pk), text=ANSWERED, by=rosa)


def _found(rosa: User, coordinator: User, today: date) -> None:
    """A finding with a plan that is under way."""
    made = findings.find(
        user=rosa, what="Two home visits of April were planned and nothing says whether they took place.",
        evidence="/oversight/?list=visits", rule="District practice: a visit is written down the day after.",
        by=coordinator,
    )  # fmt: skip
    findings.answer(finding=made, text="Nobody was home both times. I should have written that.", by=rosa)
    findings.plan(
        finding=made, steps=[("Write down both visits", today + timedelta(2)),
                             ("Write each visit down at the door, on the telephone", today + timedelta(14))],
        review_on=today + timedelta(21), by=coordinator,
    )  # fmt: skip


def _attended(coordinator: User, today: date) -> None:
    held = Hearing.objects.filter(state="held", day__on__lte=today).order_by("-day__on", "pk").first()
    if held is not None:
        seen = dict.fromkeys(CHECKLIST, "yes") | {"language": "unseen", "help": "no"}
        hearings.observe(
            hearing=held, seen=seen, by=coordinator,
            said="Calm, and the student spoke first. Ask next time what the school will do, before the family.",
        )  # fmt: skip
