"""What a ladder makes of Today, and the properties that hold whatever happened in whatever order."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.cases.rules import LABELS, NotAllowed, hollow_words, line, stand, turned, why_not
from firstbell.law.findings import Reason
from firstbell.law.ladder import State
from firstbell.law.policy import policy_on
from firstbell.law.steps import Step, StepKind

MONDAY = date(2025, 9, 1)
ON = MONDAY + timedelta(60)
POLICY = policy_on(MONDAY)
R, N, A, C, F = StepKind.REPORT, StepKind.NOTICE, StepKind.ATTEMPT, StepKind.CONFERENCE, StepKind.REFERRAL


def days(*places: int) -> list[date]:
    return [MONDAY + timedelta(place) for place in places]


def step(kind: StepKind, day: int, number: int = 1, on: tuple[int, ...] = ()) -> Step:
    return Step(kind, MONDAY + timedelta(day), number, tuple(days(*on)), key=100 * day + number)


FIRST = step(R, 5, 1, (0, 2, 4))
SECOND, THIRD = step(R, 11, 2, (10,)), step(R, 15, 3, (14,))
TOLD = step(N, 6)


@pytest.mark.parametrize(
    ("occasions", "steps", "state", "rule", "rank", "missing", "coming"),
    [
        ((0, 2, 4), [], State.ELIGIBLE_FIRST, "report_due", 8, "", "report"),
        ((0, 2, 4), [FIRST], State.REPORTED, "notice_missing", 2, "notice", ""),
        ((0, 2, 4), [FIRST, TOLD], State.NOTIFIED, "", 0, "", ""),
        ((0, 2, 4, 57), [FIRST, TOLD], State.ELIGIBLE_NEXT, "report_due", 4, "", "report"),
        ((0, 2, 4, 10, 14), [FIRST, TOLD, SECOND, THIRD], State.BLOCKED, "conference_missing", 2, "conference", ""),
        ((0, 2, 4, 10, 14), [FIRST, SECOND, THIRD], State.BLOCKED, "notice_missing", 2, "notice conference", ""),
        ((0, 2, 4, 10, 14), [FIRST, TOLD, SECOND, THIRD, step(A, 16)], State.HABITUAL, "referral_due", 8, "",
         "referral"),
        ((0, 2, 4, 10, 14), [FIRST, TOLD, SECOND, THIRD, step(A, 4)], State.BLOCKED, "conference_missing", 2,
         "conference", ""),
        ((0, 2, 10, 14), [FIRST, TOLD, SECOND], State.HOLLOW, "hollow_step", 1, "", "report"),
        ((0, 2), [FIRST], State.HOLLOW, "hollow_step", 1, "", ""),
        ((0,), [step(C, 20)], State.NONE, "", 0, "", ""),
    ],
)  # fmt: skip
def test_what_is_served_of_a_ladder(occasions, steps, state, rule, rank, missing, coming):
    found = stand(days(*occasions), steps, POLICY, on=ON)
    served = line(found, len(occasions), ON)
    assert (served.state, served.rule, served.rank, served.missing, served.next_step) == (
        state, rule, rank, missing, coming,
    )  # fmt: skip
    assert served.standing_steps + served.hollow_steps == len(steps)
    assert served.sentence.endswith(".")
    assert not rule or rule in LABELS


@pytest.mark.parametrize("occasions", [(), (0,), (0, 2)])
def test_who_did_nothing_much_is_not_on_the_ladder(occasions):
    assert stand(days(*occasions), [], POLICY, on=ON) is None


def test_a_hollow_step_is_on_today_since_it_was_found():
    found = stand(days(0, 2), [FIRST], POLICY, on=ON)
    assert line(found, 2, ON).on == ON
    assert line(found, 2, ON, hollow_since=MONDAY).on == MONDAY


def test_why_not_and_why_no_more_are_sentences_with_their_section():
    [verdict] = stand(days(0, 2), [FIRST], POLICY, on=ON).ladder.verdicts
    said = why_not(verdict)
    assert said.section == "EC 48260(a)"
    assert said.sentence.startswith("Report 1 of September 6, 2025 would not count: it has only 2 of 3")
    words = "It has only 2 of 3 unexcused occasions it needs. No longer unexcused: September 5, 2025."
    assert hollow_words(verdict) == words
    assert str(NotAllowed(said, Reason("", "And so."))) == f"{said.sentence} (EC 48260(a)) And so."


def test_turned_tells_only_what_changed():
    ladder = stand(days(0, 2), [FIRST, step(C, 20)], POLICY, on=ON).ladder
    assert turned({FIRST.key: False, 2001: False}, ladder) == []
    assert [one.step.key for one in turned({FIRST.key: True, 2001: False}, ladder)] == [FIRST.key]


# -- whatever happened -------------------------------------------------------------------------------------------------

PLACES = st.integers(0, 59)
HISTORIES = st.tuples(
    st.sets(PLACES, max_size=12),
    st.lists(
        st.builds(
            Step,
            st.sampled_from([R, N, A, C, F]),
            PLACES.map(lambda place: MONDAY + timedelta(place)),
            st.integers(1, 4),
            st.lists(PLACES, max_size=4, unique=True).map(lambda places: tuple(days(*places))),
        ),
        max_size=7,
    ).map(lambda steps: [Step(s.kind, s.on, s.number, s.rested_on, key=at + 1) for at, s in enumerate(steps)]),
)


def standing(occasions: list[date], steps: list[Step]) -> set[int]:
    found = stand(occasions, steps, POLICY, on=ON)
    return {one.step.key for one in found.ladder.verdicts if one.stands} if found else set()


@given(HISTORIES, st.randoms())
def test_the_order_in_which_things_are_told_never_matters(history, chance):
    occasions, steps = days(*history[0]), list(history[1])
    told = stand(occasions, steps, POLICY, on=ON)
    chance.shuffle(occasions)
    chance.shuffle(steps)
    again = stand(occasions, steps, POLICY, on=ON)
    if told is None:
        assert again is None
    else:
        assert line(again, len(occasions), ON) == line(told, len(occasions), ON)


CLIMBS = st.tuples(
    st.lists(st.integers(0, 59), min_size=3, max_size=10, unique=True).map(sorted), st.lists(st.integers(0, 9))
)


def honest(places: list[int], gaps: list[int]) -> list[Step]:
    """Steps as take_step lets them be taken: each report names every occasion since the one before it."""
    steps: list[Step] = []
    last, number = -1, 1
    for at, place in enumerate(places):
        named = [one for one in places if last < one <= place]
        if len(named) >= (3 if number == 1 else 1) and (not gaps or at % (gaps[0] + 1) == 0):
            steps.append(Step(R, MONDAY + timedelta(place), number, tuple(days(*named)), key=len(steps) + 1))
            kind = (N, A, C)[number % 3]
            steps.append(Step(kind, MONDAY + timedelta(place), number, (), key=len(steps) + 1))
            last, number = place, number + 1
    return steps


@given(CLIMBS, st.data())
def test_an_excuse_only_takes_away_and_never_adds_a_standing_step(climb, data):
    places, steps = climb[0], honest(*climb)
    excused = data.draw(st.sampled_from(places))
    before = standing(days(*places), steps)
    after = standing(days(*(place for place in places if place != excused)), steps)
    assert before == {one.key for one in steps}
    assert after <= before


@given(CLIMBS, st.integers(0, 59))
def test_one_more_occasion_never_takes_the_ground_from_a_step(climb, more):
    places, steps = climb[0], honest(*climb)
    assert standing(days(*{*places, more}), steps) >= standing(days(*places), steps)


@given(HISTORIES)
def test_a_conference_before_the_first_report_never_counts(history):
    occasions, steps = days(*history[0]), history[1]
    found = stand(occasions, steps, POLICY, on=ON)
    reports = [one.step.on for one in found.ladder.verdicts if one.stands and one.step.kind is R] if found else []
    for verdict in found.ladder.verdicts if found else ():
        if verdict.step.kind in (A, C) and verdict.stands:
            assert reports
            assert min(reports) <= verdict.step.on
