"""Pages of oversight: by role, by a neighbour's counselor, with what was typed kept, and logged where a chart opens."""

import pytest
from django.urls import reverse

from firstbell.core.models import AccessRow
from firstbell.oversight.actions import figures, findings, reviews
from firstbell.oversight.models import Figure, Finding, Observation, Question, Review, Sample
from firstbell.oversight.rules.rubric import CHECKLIST, RUBRIC
from tests.oversight.conftest import body, days, somebody
from tests.oversight.test_exceptions import hearing, ladder

SUPERVISORS = ("exceptions", "counselors", "reviews", "findings", "panels")


@pytest.fixture
def sample(caseload, counselor, marisa, today) -> Sample:
    return reviews.draw_sample(user=counselor, month=today, by=marisa, seed="1913")


@pytest.fixture
def found(counselor, marisa) -> Finding:
    return findings.find(user=counselor, what="Late.", evidence="/notices/", rule="EC 48260.5", by=marisa)


@pytest.fixture
def counted(caseload, counselor, today) -> Figure:
    figures.count_month(on=today)
    return Figure.objects.get(user=counselor)


def at(name, *args):
    return reverse(f"oversight:{name}", args=args)


SCORES = {f"level_{key}": 2 for key in RUBRIC} | {"do": "score"}

# -- by role -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SUPERVISORS)
@pytest.mark.parametrize("role", ["coordinator", "director", "counselor", "clerk", "principal", "chair", "engineer"])
def test_who_oversees(as_user, district, region, name, role):
    where = {"director": {}, "engineer": {}, "coordinator": {"region": region}, "chair": {"region": region}}
    user = somebody("some.body", role, **where.get(role, {"school": district.schools[0]}))
    allowed = role in ("coordinator", "director")
    assert as_user(user).get(at(name)).status_code == (200 if allowed else 404)


def test_ones_own_month_is_for_counselors(as_user, counselor, marisa):
    assert as_user(counselor).get(at("mine")).status_code == 200
    assert as_user(marisa).get(at("mine")).status_code == 404
    assert as_user(marisa).get(at("how")).status_code == 200


@pytest.mark.parametrize("name", SUPERVISORS)
def test_pages_say_so_when_there_is_nothing(as_user, elsewhere, name):
    assert as_user(elsewhere).get(at(name)).status_code == 200


def test_a_neighbours_counselor_is_missing(as_user, sample, counted, found, counselor, elsewhere, hugo):
    review = sample.reviews.first()
    for address in (
        at("counselor", counselor.pk), at("sample", sample.pk), at("review", review.pk), at("finding", found.pk),
        at("find", counselor.pk),
    ):  # fmt: skip
        assert as_user(elsewhere).get(address).status_code == 404, address
        assert as_user(hugo).get(address).status_code == 404, address
    for address in (at("annotate", counted.pk), at("my_finding", found.pk), at("my_review", review.pk)):
        assert as_user(hugo).get(address).status_code == 404, address
    assert as_user(elsewhere).post(at("draw", counselor.pk), {"month": "2025-09"}).status_code == 404


# -- exceptions --------------------------------------------------------------------------------------------------------


def test_each_exception_opens_its_source_and_is_logged(as_user, pupil, marisa, today):
    who = pupil("L-1")
    ladder(who, today)
    shown = body(as_user(marisa).get(at("exceptions")))
    assert f'href="{reverse("cases:case", args=[who.pk])}"' in shown
    assert AccessRow.objects.filter(by=marisa, student_id=who.pk).exists()


def test_filters_stand_in_the_address_and_pages_turn(as_user, pupil, marisa, today, district):
    for n in range(60):
        ladder(pupil(f"L-{n}"), today)
    address = f"{at('exceptions')}?list=legal&school={district.schools[0].pk}"
    shown = body(as_user(marisa).get(address))
    assert "1 to 50 of 60" in shown
    assert f"school={district.schools[0].pk}&amp;page=2" in shown
    assert "51 to 60 of 60" in body(as_user(marisa).get(f"{address}&page=2"))
    assert "Nothing here fits" in body(as_user(marisa).get(f"{at('exceptions')}?school={district.schools[1].pk}"))


# -- reviews -----------------------------------------------------------------------------------------------------------


def test_drawn_scored_told_and_answered(as_user, caseload, counselor, marisa, samir):
    answer = as_user(marisa).post(at("draw", counselor.pk), {"month": "2025-10"})
    sample = Sample.objects.get()
    assert answer["Location"] == at("sample", sample.pk)
    assert sample.seed in body(as_user(marisa).get(at("sample", sample.pk)))
    for review in sample.reviews.all():
        shown = as_user(marisa).get(at("review", review.pk))
        assert "What the chart shows" in body(shown)
        assert as_user(marisa).post(at("review", review.pk), SCORES).status_code == 302
    double = sample.reviews.get(double=True)
    shown = body(as_user(samir).get(at("review", double.pk)))
    assert "How it was scored" not in shown
    as_user(samir).post(at("review", double.pk), SCORES)
    assert "How it was scored" in body(as_user(samir).get(at("review", double.pk)))
    as_user(marisa).post(at("review", double.pk), {"do": "feedback", "text": "The calls are well told."})
    assert "The calls are well told." in body(as_user(counselor).get(at("my_review", double.pk)))
    as_user(counselor).post(at("my_review", double.pk), {"text": "Thank you."})
    assert Review.objects.get(pk=double.pk).answer == "Thank you."
    assert AccessRow.objects.filter(by=marisa, student_id=double.case.student_id).exists()


def test_what_was_chosen_is_kept_when_an_item_is_missing(as_user, sample, marisa):
    review = sample.reviews.first()
    told = SCORES | {"note_voice": "The aunt is quoted."}
    del told["level_timely"]
    answer = as_user(marisa).post(at("review", review.pk), told)
    assert answer.status_code == 409
    assert "Timely: choose a level." in body(answer)
    assert "The aunt is quoted." in body(answer)
    assert not review.scorings.exists()


def test_a_counselor_sees_a_chart_once_there_is_feedback(as_user, sample, counselor, marisa):
    review = sample.reviews.filter(double=False).first()
    assert as_user(counselor).get(at("my_review", review.pk)).status_code == 404
    reviews.score(review=review, levels=dict.fromkeys(RUBRIC, 1), notes={}, by=marisa)
    assert as_user(counselor).get(at("my_review", review.pk)).status_code == 404


def test_a_month_drawn_twice_is_refused_in_words(as_user, sample, counselor, marisa):
    answer = as_user(marisa).post(at("draw", counselor.pk), {"month": "2025-10"}, follow=True)
    assert "drawn already" in body(answer)


# -- months ------------------------------------------------------------------------------------------------------------


def test_a_month_is_theirs_alone_first(as_user, counted, counselor, marisa, settings, today):
    assert "Theirs alone until" in body(as_user(marisa).get(at("counselors")))
    assert "is theirs alone" in body(as_user(marisa).get(at("counselor", counselor.pk)))
    assert "Weight 21" in body(as_user(counselor).get(at("mine")))
    as_user(counselor).post(at("annotate", counted.pk), {"text": "I was ill for two weeks."})
    shown = body(as_user(marisa).get(at("counselor", counselor.pk)))
    assert "I was ill for two weeks." in shown
    assert "Weight 21" in shown


def test_after_a_week_a_supervisor_sees_it(as_user, counted, marisa, settings, today):
    settings.TODAY = (today + days(7)).isoformat()
    assert "Weight 21" in body(as_user(marisa).get(f"{at('counselors')}?month=2025-09"))


def test_a_question_is_answered_by_its_person(as_user, counselor, marisa, counted, today):
    asked = Question.objects.create(
        user=counselor, month=counted.month, kind="burst", words="How did they come about?", innocent="Paper first.",
        asked_on=today, opens_on=today + days(7),
    )  # fmt: skip
    assert "How did they come about?" in body(as_user(counselor).get(at("mine")))
    assert "How did they come about?" not in body(as_user(marisa).get(at("counselor", counselor.pk)))
    answer = as_user(counselor).post(at("answer", asked.pk), {"text": " "})
    assert (answer.status_code, "Write what you want to say" in body(answer)) == (409, True)
    as_user(counselor).post(at("answer", asked.pk), {"text": "From my list."})
    assert "From my list." in body(as_user(marisa).get(at("counselor", counselor.pk)))


# -- findings ----------------------------------------------------------------------------------------------------------


def test_found_planned_done_and_signed_off(as_user, counselor, marisa, today):
    told = {"what": "Three reports have no notice.", "evidence": "/notices/", "rule": "EC 48260.5"}
    as_user(marisa).post(at("find", counselor.pk), told)
    found = Finding.objects.get()
    as_user(marisa).post(at("finding", found.pk), {
        "do": "plan", "version": 1, "text_1": "Notify them", "due_1": today + days(2), "review_on": today + days(9),
    })  # fmt: skip
    step = found.steps.get()
    assert "Notify them" in body(as_user(counselor).get(at("my_finding", found.pk)))
    as_user(counselor).post(at("do_step", step.pk), {"said": "Sent, see the batch."})
    version = Finding.objects.get().version
    as_user(marisa).post(at("finding", found.pk), {
        "do": "settle", "version": version, "what": "sign_off", "text": "All have theirs.",
    })  # fmt: skip
    assert Finding.objects.get().state == "signed_off"
    assert "Three reports have no notice." in body(as_user(marisa).get(f"{at('findings')}?show=settled"))


def test_what_was_typed_is_kept_when_it_is_refused(as_user, counselor, marisa, found, today):
    answer = as_user(marisa).post(at("find", counselor.pk), {
        "what": "The visits are missing.", "evidence": "https://example.org", "rule": "Policy",
    })  # fmt: skip
    assert answer.status_code == 409
    assert "The visits are missing." in body(answer)
    stale = as_user(marisa).post(at("finding", found.pk), {
        "do": "plan", "version": 99, "text_1": "Call them", "due_1": today, "review_on": today,
    })  # fmt: skip
    assert stale.status_code == 409
    assert "Call them" in body(stale)


def test_appealed_and_decided_by_the_director(as_user, found, counselor, marisa, samir):
    as_user(counselor).post(at("my_finding", found.pk), {"do": "appeal", "version": 1, "text": "They were mailed."})
    assert "Decide the appeal" not in body(as_user(marisa).get(at("finding", found.pk)))
    told = {"do": "decide", "outcome": "overturned", "reasons": "The proofs came late."}
    refused = as_user(marisa).post(at("finding", found.pk), told)
    assert "decided by the director" in body(refused)
    assert "Decide the appeal" in body(as_user(samir).get(at("finding", found.pk)))
    as_user(samir).post(at("finding", found.pk), told)
    assert Finding.objects.get().state == "overturned"
    assert "The proofs came late." in body(as_user(counselor).get(at("my_finding", found.pk)))


def test_an_appeal_that_is_none_is_missing(as_user, found, samir):
    told = {"do": "decide", "outcome": "upheld", "reasons": "x"}
    assert as_user(samir).post(at("finding", found.pk), told).status_code == 404


# -- panels ------------------------------------------------------------------------------------------------------------


def test_a_hearing_that_was_attended(as_user, referral, day, marisa, today):
    one = hearing(referral, day, today - days(1), "held")
    assert at("observe", one.pk) in body(as_user(marisa).get(at("panels")))
    answer = as_user(marisa).post(at("observe", one.pk), {"said": "Calm."})
    assert (answer.status_code, "Calm." in body(answer)) == (409, True)
    as_user(marisa).post(at("observe", one.pk), dict.fromkeys(CHECKLIST, "yes") | {"said": "Calm and kind."})
    assert Observation.objects.get().said == "Calm and kind."
    assert "Calm and kind." in body(as_user(marisa).get(at("panels")))
    assert as_user(marisa).get(at("observe", one.pk)).status_code == 404
