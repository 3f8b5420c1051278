"""What comes again in somebody's charts proposes a course: once, of charts they have read of, named by item only."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from firstbell.core.models import JournalLine
from firstbell.oversight.actions import reviews
from firstbell.oversight.actions.training import propose_training
from firstbell.oversight.models import Review, Sample, Scoring
from firstbell.oversight.queries.trends import read_lately
from firstbell.oversight.rules.rubric import RUBRIC
from firstbell.oversight.rules.trends import Offered, answers, weak_items, why
from firstbell.site import schedule
from firstbell.training.actions.courses import record_completion, retire_course, take_up_catalogue
from firstbell.training.models import Course, Proposal
from tests.oversight.conftest import body, days

# -- the rule ----------------------------------------------------------------------------------------------------------


def charts(levels: str, key: str = "barrier") -> list[dict[str, int]]:
    """One chart for each digit, with that level of an item and everything else in order."""
    return [dict.fromkeys(RUBRIC, 2) | {key: int(one)} for one in levels]


@pytest.mark.parametrize(
    ("levels", "amiss"),
    [
        ("", None),
        ("11", None),
        ("111", 3),
        ("110", 3),
        ("11122", 3),
        ("01322", None),      # two are too few, though
        ("111222", 3),        # exactly half
        ("1112222", None),    # three of seven are less than half
        ("1111222", 4),
        ("2222222222", None),
        ("1111100000", 10),
    ],
)  # fmt: skip
def test_what_comes_again(levels, amiss):
    assert weak_items(charts(levels)) == ({} if amiss is None else {"barrier": amiss})


A_CHART = st.fixed_dictionaries({key: st.integers(0, 3) for key in RUBRIC})


@given(st.lists(A_CHART, max_size=12), st.sampled_from(list(RUBRIC)))
def test_one_more_chart_amiss_never_takes_an_item_out(read, key):
    more = [*read, dict.fromkeys(RUBRIC, 3) | {key: 1}]
    assert key not in weak_items(read) or weak_items(more)[key] == weak_items(read)[key] + 1


@given(st.lists(A_CHART, max_size=12), st.randoms())
def test_the_order_of_charts_does_not_matter(read, random):
    mixed = list(read)
    random.shuffle(mixed)
    assert weak_items(mixed) == weak_items(read)


HELPFUL = Offered(1, "A chart that helps", frozenset({"barrier", "plan"}))
VOICE = Offered(2, "The voice", frozenset({"voice", "barrier"}))
CALLS = Offered(3, "Calls", frozenset({"timely"}))


@pytest.mark.parametrize(
    ("weak", "answered", "found"),
    [
        (["barrier"], (), [(1, ("barrier",))]),                          # by name where both help with one
        (["barrier", "voice"], (), [(2, ("barrier", "voice"))]),         # the one that helps with more
        (["barrier", "plan", "voice"], (), [(1, ("barrier", "plan")), (2, ("voice",))]),
        (["timely", "barrier"], (), [(3, ("timely",)), (1, ("barrier",))]),
        (["follow"], (), []),                                            # no course helps
        (["follow", "timely"], (), [(3, ("timely",))]),
        (["barrier", "plan"], ("barrier", "plan"), []),
        (["barrier", "timely"], ("barrier",), [(3, ("timely",))]),
    ],
)  # fmt: skip
def test_as_few_courses_as_help(weak, answered, found):
    assert [(one.course, one.items) for one in answers(weak, [HELPFUL, VOICE, CALLS], answered)] == found


OFFERS = st.lists(st.sets(st.sampled_from(list(RUBRIC))).map(frozenset), max_size=6).map(
    lambda told: [Offered(n, f"Course {n}", items) for n, items in enumerate(told)]
)


@given(st.sets(st.sampled_from(list(RUBRIC))), OFFERS)
def test_each_item_is_answered_once_where_a_course_helps(weak, offered):
    found = answers(sorted(weak), offered)
    said = [item for one in found for item in one.items]
    assert len({one.course for one in found}) == len(found)
    assert sorted(said) == sorted(item for item in weak if any(item in one.items for one in offered))


@pytest.mark.parametrize(
    ("weak", "read", "said"),
    [
        ({"barrier": 3}, 5, "Of your last five charts, three could say more of “Barrier found”."),
        ({"barrier": 3, "plan": 4}, 6,
         "Of your last six charts, three could say more of “Barrier found”, and four could say more of “Plan fits the"
         " barrier”."),
        ({"follow": 11}, 12, "Of your last 12 charts, 11 could say more of “Follow-through”."),
    ],
)  # fmt: skip
def test_the_why_names_items_and_nothing_else(weak, read, said):
    assert why(weak, weak, read) == said


# -- by night ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def sample(caseload, counselor, marisa, today) -> Sample:
    take_up_catalogue(by=marisa)
    return reviews.draw_sample(user=counselor, month=today, by=marisa, seed="1913")


def read(sample, *by, many: int = 5, told: bool = True, **levels) -> list[Review]:
    """The first charts scored by one, and by the other where they are read twice; with feedback, unless not told."""
    done = []
    for review in sample.reviews.all()[:many]:
        for who in by[: 2 if review.double else 1]:
            reviews.score(review=review, levels=dict.fromkeys(RUBRIC, 2) | levels, notes={}, by=who)
        if told:
            reviews.give_feedback(review=review, text="The calls are well told.", by=by[0])
        done.append(review)
    return done


def test_a_course_is_proposed_once_for_the_same_charts(sample, counselor, marisa, samir, today):
    read(sample, marisa, samir, barrier=1, plan=0)
    assert [propose_training(on=today), propose_training(on=today), propose_training(on=today + days(31))] == [1, 0, 0]
    made = Proposal.objects.get()
    assert (made.user, made.course.key, made.state) == (counselor, "chart-barrier-plan", "open")
    assert made.source == f"rubric:barrier:{today:%Y-%m}"
    assert made.why == (
        "Of your last five charts, five could say more of “Barrier found”, and five could say more of “Plan fits the"
        " barrier”."
    )
    line = JournalLine.objects.get(verb="training.proposed")
    assert (line.about_id, line.by, line.detail["user"]) == (made.pk, None, counselor.pk)
    assert not any(one.case.student.name in made.why for one in sample.reviews.all())


def test_charts_of_one_month_may_differ(sample, marisa, samir, today):
    first, *others = sample.reviews.all()
    for review in (first, *others[:2]):
        for who in (marisa, samir)[: 2 if review.double else 1]:
            level = 0 if review == first else 1
            reviews.score(review=review, levels=dict.fromkeys(RUBRIC, 2) | {"barrier": level}, notes={}, by=who)
        reviews.give_feedback(review=review, text="Well told.", by=marisa)
    assert propose_training(on=today) == 1


def test_what_was_declined_is_not_proposed_again_for_these_charts(sample, marisa, samir, today):
    read(sample, marisa, samir, barrier=1)
    propose_training(on=today)
    Proposal.objects.update(state="declined", said="Not this month.", said_at=sample.at)
    assert propose_training(on=today) == 0


@pytest.mark.parametrize(("many", "told", "proposed"), [(5, False, 0), (2, True, 0), (3, True, 1)])
def test_only_charts_with_feedback_count(sample, marisa, samir, today, many, told, proposed):
    read(sample, marisa, samir, many=many, told=told, barrier=1)
    assert propose_training(on=today) == proposed


def test_of_two_scorings_the_first_counts(sample, marisa, samir, today):
    read(sample, marisa, samir, barrier=1)
    twice = Scoring.objects.filter(review__double=True)
    assert sorted(twice.values_list("turn", flat=True)) == [1, 2]
    assert [len(one.charts) for one in read_lately(today).values()] == [5]


def test_charts_of_long_ago_propose_nothing(sample, marisa, samir, today):
    read(sample, marisa, samir, barrier=1)
    assert propose_training(on=today + days(62)) == 0


def test_no_proposal_without_a_course_or_after_it(sample, counselor, marisa, samir, today):
    read(sample, marisa, samir, barrier=1)
    course = Course.objects.get(key="chart-barrier-plan")
    record_completion(user=counselor, course=course, on=today, proof="Certificate", by=marisa)
    assert propose_training(on=today) == 0
    for one in Course.objects.all():
        retire_course(course=one, by=marisa)
    assert propose_training(on=today) == 0


def test_who_is_no_counselor_any_more_is_left_alone(sample, counselor, marisa, samir, today):
    read(sample, marisa, samir, barrier=1)
    type(counselor).objects.filter(pk=counselor.pk).update(is_active=False)
    assert propose_training(on=today) == 0


def test_the_night_proposes(sample, marisa, samir, today):
    read(sample, marisa, samir, barrier=1)
    said: list[str] = []
    schedule.propose_training(on=today, say=said.append)
    assert "1 courses proposed" in said[0]


def test_the_page_names_the_course(as_user, sample, counselor, marisa, samir, today):
    before = read(sample, marisa, samir, barrier=1)
    shown = body(as_user(marisa).get(f"{reverse('oversight:reviews')}?month={today:%Y-%m}"))
    assert "Proposes:" not in shown  # of five charts nobody can tell
    older = Sample.objects.create(
        user=counselor, month=(today - days(40)).replace(day=1), seed="x", charts=sample.charts, frame=7,
        frame_digest="x", by=marisa,
    )  # fmt: skip
    oldest = Sample.objects.create(
        user=counselor, month=(today - days(70)).replace(day=1), seed="x", charts=sample.charts, frame=7,
        frame_digest="x", by=marisa,
    )  # fmt: skip
    for drawn in (older, oldest):
        for place, one in enumerate(before, 1):
            again = Review.objects.create(sample=drawn, case=one.case, place=place)
            Scoring.objects.create(review=again, turn=1, levels=dict.fromkeys(RUBRIC, 2) | {"barrier": 1}, by=marisa)
    shown = body(as_user(marisa).get(f"{reverse('oversight:reviews')}?month={today:%Y-%m}"))
    course = Course.objects.get(key="chart-barrier-plan")
    assert f'Proposes: <a href="{reverse("training:course", args=[course.pk])}">{course.title}</a>' in shown
