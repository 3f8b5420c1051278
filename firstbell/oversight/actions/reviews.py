"""Chart reviews: draw the sample, score it alone, give feedback once, and hear the answer."""

from collections.abc import Mapping
from datetime import date
from secrets import token_hex

from django.db import transaction
from django.utils import timezone

from firstbell.cases.rules import refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.core.months import month_of
from firstbell.oversight.models import Review, Sample, Scoring
from firstbell.oversight.queries.charts import charts
from firstbell.oversight.rules.rubric import RUBRIC
from firstbell.oversight.rules.sampling import doubled, draw, frame_digest
from firstbell.staffing.queries import scope_of

FIRST, SECOND = Scoring.Turn.FIRST, Scoring.Turn.SECOND
LONGEST = 2000


@transaction.atomic
def draw_sample(*, user: User, month: date, by: User, seed: str = "") -> Sample:
    """Draw five charts of a counselor for a month, from a seed nobody can know before; it is written down.

    NotAllowed for one's own charts, a month to come, a month drawn already, or where there is no chart.
    """
    month = month_of(month)
    if user == by:
        raise refusal("Nobody reviews their own charts.")
    if month > clock.today():
        raise refusal(f"{month:%B %Y} has not begun. Choose a month that has.")
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if Sample.objects.filter(user=user, month=month).exists():
        raise refusal(
            f"The charts of {month:%B %Y} are drawn already. They stand, whichever they are: drawing again until they"
            " please would make it no sample."
        )
    mine = scope_of(by, clock.today())  # a chart of another region's student nobody here could open
    frame = list(charts(user, month).visible_to(mine).values_list("pk", flat=True))
    if not frame:
        raise refusal(f"{user} answered for no case in {month:%B %Y}: there is nothing to read.")
    seed = seed or token_hex(8)
    drawn = draw(frame, seed)
    made = Sample.objects.create(
        user=user, month=month, seed=seed, charts=drawn, frame=len(frame), frame_digest=frame_digest(frame), by=by
    )
    twice = doubled(drawn, seed)
    Review.objects.bulk_create(
        Review(sample=made, case_id=case, place=place, double=case in twice) for place, case in enumerate(drawn, 1)
    )
    journal.record("oversight.sample_drawn", by=by, about=made, user=user.pk, charts=len(drawn), of=len(frame))
    return made


@transaction.atomic
def score(*, review: Review, levels: Mapping[str, int], notes: Mapping[str, str], by: User) -> Scoring:
    """Score a chart: the first, or, where it is read twice, the second without having seen the first. Never changed."""
    review = _current(review)
    if review.sample.user_id == by.pk:
        raise refusal("Nobody reviews their own charts.")
    missing = [one.title for one in RUBRIC.values() if levels.get(one.key) not in range(len(one.levels))]
    if missing:
        raise refusal(f"Choose a level for each item. Missing: {', '.join(missing)}.")
    turn = turn_of(review, by)
    made = Scoring.objects.create(
        review=review, turn=turn, levels={key: levels[key] for key in RUBRIC},
        notes={key: notes[key].strip()[:500] for key in RUBRIC if notes.get(key, "").strip()}, by=by,
    )  # fmt: skip
    journal.record("oversight.chart_scored", by=by, about=review, turn=int(turn), user=review.sample.user_id)
    return made


def turn_of(review: Review, by: User) -> Scoring.Turn:
    """Whose turn it is. NotAllowed when this person scored it already, or nobody is asked to any more."""
    done = {one.turn: one.by_id for one in review.scorings.all()}
    if by.pk in done.values():
        raise refusal("You have scored this chart. What was said stands; say more in the feedback.")
    if FIRST not in done:
        return FIRST
    if review.double and SECOND not in done:
        return SECOND
    raise refusal("This chart has been scored by everybody who was asked to.")


@transaction.atomic
def give_feedback(*, review: Review, text: str, by: User) -> Review:
    """Say to the counselor what was found, once the chart is scored by everybody who was asked to. Said once."""
    review = _current(review)
    if review.sample.user_id == by.pk:
        raise refusal("Nobody reviews their own charts.")
    if review.feedback:
        raise refusal(f"{review.feedback_by} has given feedback on this chart. It stands; talk it over instead.")
    if waits_for(review):
        raise refusal(f"{waits_for(review)} Feedback is given after that.")
    if not review.scorings.filter(by=by).exists():
        raise refusal("Feedback is given by somebody who scored the chart.")
    if not text.strip():
        raise refusal("Say what was found: what went well first.")
    review.feedback, review.feedback_at, review.feedback_by = text.strip()[:LONGEST], timezone.now(), by
    review.save(update_fields=["feedback", "feedback_at", "feedback_by"])
    journal.record("oversight.feedback_given", by=by, about=review, user=review.sample.user_id)
    return review


@transaction.atomic
def answer_feedback(*, review: Review, text: str, by: User) -> Review:
    """The counselor's own words to the feedback, kept beside it. Said once."""
    review = _current(review)
    if review.sample.user_id != by.pk:
        raise refusal("Only the counselor whose chart it is answers.")
    if not review.feedback:
        raise refusal("There is no feedback to answer yet.")
    if review.answer:
        raise refusal("You have answered. What you said stands.")
    if not text.strip():
        raise refusal("Write your answer, or leave the feedback without one.")
    review.answer, review.answered_at = text.strip()[:LONGEST], timezone.now()
    review.save(update_fields=["answer", "answered_at"])
    journal.record("oversight.feedback_answered", by=by, about=review)
    return review


def waits_for(review: Review) -> str:
    """Which scoring is missing, in words; empty where none is."""
    turns = {one.turn for one in review.scorings.all()}
    if FIRST not in turns:
        return "Nobody has scored this chart yet."
    if review.double and SECOND not in turns:
        return "This chart is read twice, and a second person has not scored it yet."
    return ""


def _current(review: Review) -> Review:
    return Review.objects.select_for_update(of=("self",)).select_related("sample__user", "case").get(pk=review.pk)
