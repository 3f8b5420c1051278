"""Chart reviews: samples that can be drawn again, two readers who do not see each other, feedback, and its answer."""

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction

from firstbell.cases.models import Case
from firstbell.core.models import JournalLine
from firstbell.core.refusals import NotAllowed
from firstbell.oversight.actions import reviews as actions
from firstbell.oversight.models import Review, Sample, Scoring
from firstbell.oversight.queries import reviews as queries
from firstbell.oversight.queries.charts import charts, evidence
from firstbell.oversight.rules.rubric import RUBRIC
from firstbell.oversight.rules.sampling import doubled, draw, frame_digest
from tests.oversight.conftest import contact, days

REFUSED = (InternalError, ProgrammingError, IntegrityError)
GOOD = dict.fromkeys(RUBRIC, 2)


@pytest.fixture
def sample(caseload, counselor, marisa, today) -> Sample:
    return actions.draw_sample(user=counselor, month=today, by=marisa, seed="1913")


def score(review, by, **levels):
    return actions.score(review=review, levels=GOOD | levels, notes={"voice": "The aunt is quoted."}, by=by)


def once(sample) -> Review:
    return sample.reviews.filter(double=False).first()


def twice(sample) -> Review:
    return sample.reviews.get(double=True)


# -- the sample --------------------------------------------------------------------------------------------------------


def test_a_sample_can_be_drawn_again_from_what_was_written_down(sample, counselor, today):
    frame = set(Case.objects.filter(lead=counselor).values_list("pk", flat=True))
    assert len(sample.charts) == 5
    assert sample.charts == draw(frame, sample.seed)
    assert (sample.frame, sample.frame_digest) == (7, frame_digest(frame))
    assert [one.case_id for one in sample.reviews.all()] == sample.charts
    assert {one.case_id for one in sample.reviews.filter(double=True)} == doubled(sample.charts, sample.seed)
    assert JournalLine.objects.get(verb="oversight.sample_drawn").detail == {
        "user": counselor.pk, "charts": 5, "of": 7,
    }  # fmt: skip


def test_nobody_knows_the_seed_before(caseload, counselor, marisa, hugo, pupil, today):
    from firstbell.cases import actions as cases

    cases.open_case(student=pupil("H-1", at=1, absent=9), by=hugo, lead=hugo, tier=2)
    seeds = {actions.draw_sample(user=who, month=today, by=marisa).seed for who in (counselor, hugo)}
    assert len(seeds) == 2
    assert all(len(one) == 16 for one in seeds)


def test_a_month_is_drawn_once(sample, counselor, marisa, today):
    with pytest.raises(NotAllowed, match=r"drawn already.*no sample"):
        actions.draw_sample(user=counselor, month=today, by=marisa)


@pytest.mark.parametrize(
    ("who", "later", "why"),
    [("counselor", 0, "their own charts"), ("marisa", 40, "has not begun"), ("marisa", -60, "answered for no case")],
)
def test_what_is_not_drawn(request, caseload, counselor, marisa, today, who, later, why):
    with pytest.raises(NotAllowed, match=why):
        actions.draw_sample(user=counselor, month=today + days(later), by=request.getfixturevalue(who))
    assert not Sample.objects.exists()


def test_the_frame_is_every_case_open_in_the_month(caseload, counselor, today):
    from firstbell.cases import actions as cases

    cases.close(case=caseload[0], closing="mistake", why="Another student.", by=counselor)
    assert charts(counselor, today.replace(day=1)).count() == 6
    assert charts(counselor, (today - days(40)).replace(day=1)).count() == 0


# -- scoring -----------------------------------------------------------------------------------------------------------


def test_a_chart_is_scored_once_by_one_person(sample, marisa, samir):
    made = score(once(sample), marisa)
    assert (made.turn, made.levels, made.notes) == (1, GOOD, {"voice": "The aunt is quoted."})
    with pytest.raises(NotAllowed, match="You have scored"):
        score(once(sample), marisa)
    with pytest.raises(NotAllowed, match="by everybody who was asked"):
        score(once(sample), samir)
    assert JournalLine.objects.filter(verb="oversight.chart_scored").count() == 1


def test_the_second_reader_does_not_see_the_first(sample, marisa, samir):
    review = twice(sample)
    score(review, marisa, timely=0)
    assert queries.shown_scorings(review, samir) == []
    assert [one.by for one in queries.shown_scorings(review, marisa)] == [marisa]
    assert score(review, samir).turn == Scoring.Turn.SECOND
    assert len(queries.shown_scorings(review, samir)) == len(queries.shown_scorings(review, marisa)) == 2


@pytest.mark.parametrize("wrong", [{"timely": 4}, {"timely": -1}, {"voice": None}])
def test_each_item_needs_a_level(sample, marisa, wrong):
    with pytest.raises(NotAllowed, match="Choose a level for each item"):
        score(once(sample), marisa, **wrong)


def test_nobody_scores_their_own(sample, counselor):
    with pytest.raises(NotAllowed, match="own charts"):
        score(once(sample), counselor)


# -- feedback and answer -----------------------------------------------------------------------------------------------


def test_feedback_waits_for_whoever_was_asked(sample, marisa, samir):
    with pytest.raises(NotAllowed, match="Nobody has scored"):
        actions.give_feedback(review=twice(sample), text="Well done.", by=marisa)
    score(twice(sample), marisa)
    with pytest.raises(NotAllowed, match="a second person has not"):
        actions.give_feedback(review=twice(sample), text="Well done.", by=marisa)
    score(twice(sample), samir)
    given = actions.give_feedback(review=twice(sample), text=" Well done. ", by=samir)
    assert (given.feedback, given.feedback_by) == ("Well done.", samir)
    with pytest.raises(NotAllowed, match="has given feedback"):
        actions.give_feedback(review=twice(sample), text="More.", by=marisa)


def test_feedback_is_given_by_who_read_it_in_words(sample, marisa, samir):
    score(once(sample), marisa)
    with pytest.raises(NotAllowed, match="somebody who scored"):
        actions.give_feedback(review=once(sample), text="Well done.", by=samir)
    with pytest.raises(NotAllowed, match="Say what was found"):
        actions.give_feedback(review=once(sample), text="  ", by=marisa)


def test_the_counselor_answers_once(sample, counselor, marisa, hugo):
    review = once(sample)
    with pytest.raises(NotAllowed, match="no feedback to answer"):
        actions.answer_feedback(review=review, text="Thanks.", by=counselor)
    score(review, marisa)
    actions.give_feedback(review=review, text="Well done.", by=marisa)
    with pytest.raises(NotAllowed, match="Only the counselor"):
        actions.answer_feedback(review=review, text="Thanks.", by=hugo)
    assert actions.answer_feedback(review=review, text="Thanks.", by=counselor).answer == "Thanks."
    with pytest.raises(NotAllowed, match="You have answered"):
        actions.answer_feedback(review=review, text="And more.", by=counselor)
    verbs = ["oversight.feedback_given", "oversight.feedback_answered"]
    assert list(JournalLine.objects.filter(verb__in=verbs).order_by("pk").values_list("verb", flat=True)) == verbs


def test_the_database_keeps_what_was_said(sample, marisa, counselor):
    review = once(sample)
    made = score(review, marisa)
    actions.give_feedback(review=review, text="Well done.", by=marisa)
    for change in (
        lambda: Scoring.objects.filter(pk=made.pk).update(levels={}),
        lambda: Sample.objects.filter(pk=sample.pk).update(seed="mine"),
        lambda: Review.objects.filter(pk=review.pk).update(feedback="Otherwise."),
        lambda: Review.objects.filter(pk=review.pk).update(double=True),
        lambda: Scoring.objects.create(review=review, turn=2, levels=GOOD, by=marisa),
        lambda: Sample.objects.create(
            user=counselor, month="2025-08-01", seed="x", charts=[], frame=0, frame_digest="", by=counselor
        ),
    ):
        with pytest.raises(REFUSED), transaction.atomic():
            change()


# -- what pages read ---------------------------------------------------------------------------------------------------


def test_the_board_is_by_name_and_counts_what_waits(sample, counselor, hugo, marisa, scope, today):
    score(once(sample), marisa)
    rows = queries.board(scope(marisa), today.replace(day=1), today)
    assert [str(row.user) for row in rows] == ["Rosa Diaz", "Hugo Petrosyan"]
    assert [(row.scored, row.waits) for row in rows if row.sample] == [(1, 4)]
    assert rows[1].sample is None


def test_agreement_is_of_charts_read_twice(sample, marisa, samir, scope, today):
    score(once(sample), marisa)
    score(twice(sample), marisa, timely=0, plan=1)
    assert queries.agreed(scope(marisa), today.replace(day=1)).pairs == 0
    score(twice(sample), samir, timely=1, plan=1)
    found = queries.agreed(scope(marisa), today.replace(day=1))
    assert (found.pairs, found.same, found.tells) == (6, 5, False)


def test_what_comes_again_counts_each_chart_once(sample, marisa, samir, scope, today):
    for review in sample.reviews.all():
        score(review, marisa, barrier=0)
    told = {one.key: one for one in queries.trends(scope(marisa), today.replace(day=1))}
    assert told["barrier"].charts == 4  # the fifth waits for somebody who must not know what the first said
    score(twice(sample), samir, barrier=3)
    told = {one.key: one for one in queries.trends(scope(marisa), today.replace(day=1))}
    assert (told["barrier"].charts, told["barrier"].amiss, told["barrier"].propose) == (5, 5, False)
    assert told["voice"].amiss == 0


def test_evidence_shows_what_the_records_say_and_nothing_confided(caseload, counselor, today):
    from firstbell.cases.models import Note
    from firstbell.core.sealing import seal

    case = caseload[0]
    contact(case.student, counselor, barriers=["transport"], said="The bus is late.")
    Note.objects.create(student=case.student, lock="restricted", text="Confided to me alone", by=counselor)
    Note.objects.create(student=case.student, lock="sealed", sealed=seal("Sealed words"), by=counselor)
    told = evidence(case, today.replace(day=1)).lines
    assert list(told) == list(RUBRIC)
    assert any("The bus is late." in line for line in told["barrier"])
    assert told["plan"] == ["There is no plan."]
    assert "Confided" not in str(told)
    assert "Sealed" not in str(told)


def test_evidence_costs_the_same_however_long_the_chart(caseload, counselor, today, django_assert_max_num_queries):
    for _ in range(30):
        contact(caseload[0].student, counselor, barriers=["health"])
    with django_assert_max_num_queries(7):
        evidence(caseload[0], today.replace(day=1))
