from collections.abc import Callable
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.ladder import MOVES, Event, State, needing_correction, state, taken
from firstbell.law.steps import Ground, Step, StepKind, standing_steps
from firstbell.law.truancy import CHRONIC_TRUANT_STEPS
from tests.law.stories import MONDAY, TODAY, after, attempt, dates, notice, referral, report, reports

YEAR = [0, 1, 2, 4, 6, 8]
INQUIRY = Step(StepKind.INQUIRY, after(8))
LADDER = [
    # found, steps, as of, expected
    ([], [], 20, State.NONE),
    ([0, 1], [], 20, State.NONE),
    ([0, 1, 2], [], 20, State.ELIGIBLE_FIRST),
    ([0, 1, 2], [], 1, State.NONE),  # the third lies in the future
    ([0, 1, 2], reports(3), 20, State.REPORTED),
    ([0, 1, 2], reports(3), 2, State.ELIGIBLE_FIRST),  # not filed yet on that day
    ([0, 1, 2], [*reports(3), notice(4)], 20, State.NOTIFIED),
    ([0, 1, 2], [*reports(3), notice(4)], 3, State.REPORTED),  # not told yet on that day
    ([0, 1, 2], [*reports(3), notice(2)], 20, State.HOLLOW),  # a notice of nothing
    ([0, 1, 2, 4], [*reports(3), notice(5)], 20, State.ELIGIBLE_NEXT),
    ([0, 1, 2, 4], reports(3), 20, State.ELIGIBLE_NEXT),
    ([0, 1, 2, 4], [*reports(3, 5), notice(4)], 20, State.NOTIFIED),
    ([0, 1, 2, 4, 6], [*reports(3, 5), notice(4)], 20, State.ELIGIBLE_NEXT),
    ([0, 1, 2, 4, 6], [*reports(3, 5, 7), notice(4)], 20, State.BLOCKED),
    ([0, 1, 2, 4, 6], [*reports(3, 5, 7), attempt(1)], 20, State.BLOCKED),
    ([0, 1, 2, 4, 6], [*reports(3, 5, 7), attempt(25)], 20, State.BLOCKED),
    ([0, 1, 2, 4, 6], [*reports(3, 5, 7), attempt(6)], 20, State.HABITUAL),
    (YEAR, [*reports(3, 5, 7), attempt(6)], 20, State.HABITUAL),
    (YEAR, [*reports(3, 5, 7), attempt(6), referral(9)], 20, State.REFERRED),
    (YEAR, [*reports(3, 5, 7), attempt(6), referral(9), Step(StepKind.MEDIATION, after(10))], 20, State.MEDIATION),
    (YEAR, [*reports(3, 5, 7), referral(9)], 20, State.HOLLOW),
    (YEAR, reports(3, 5, 7, 9), 20, State.JUVENILE_ELIGIBLE),
    (YEAR, [*reports(3, 5, 7, 9), attempt(6)], 8, State.HABITUAL),  # the fourth lies in the future
    ([0, 1], reports(3), 20, State.HOLLOW),
    ([0, 1, 2, 4], [*reports(3, 5, 7), attempt(6)], 20, State.HOLLOW),
    ([], [attempt(2)], 20, State.NONE),  # a call too early is no step to correct
]


@pytest.mark.parametrize(("found", "steps", "on", "expected"), LADDER)
def test_state(found, steps, on, expected):
    finding = state(dates(found), steps, TODAY, on=after(on))
    assert finding.outcome is expected
    assert finding.policy == TODAY.version
    assert bool(finding.reasons) is (expected is not State.NONE)


def test_a_further_report_is_named_last_whatever_the_state():
    finding = state(dates(YEAR), [*reports(3, 5, 7), attempt(6), notice(4)], TODAY, on=after(20))
    assert finding.outcome is State.HABITUAL
    assert [reason.section for reason in finding.reasons] == ["EC 48264.5", "EC 48262", "EC 48261"]
    assert finding.reasons[-1].on == after(8)


def test_a_missing_notice_is_still_said_when_a_further_report_is_possible():
    finding = state(dates([0, 1, 2, 4]), reports(3), TODAY, on=after(20))
    assert [reason.section for reason in finding.reasons] == ["EC 48260.5", "EC 48261"]


def test_another_ground_refers_without_reports():
    steps = [referral(3, Ground.CHRONIC)]
    assert state([], steps, TODAY, on=after(9), grounds=[Ground.CHRONIC]).outcome is State.REFERRED
    assert state([], steps, TODAY, on=after(9)).outcome is State.HOLLOW


WHOLE = [*reports(3, 5, 7), notice(4), attempt(6), referral(8), INQUIRY]


@pytest.mark.parametrize(
    ("unexcused", "schooldays", "expected"), [(9, 90, State.CHRONIC_TRUANT), (8, 90, State.REFERRED)]
)
def test_a_chronic_truant_has_had_every_step(unexcused, schooldays, expected):
    finding = state(dates(YEAR[:5]), WHOLE, TODAY, on=after(20), unexcused_days=unexcused, schooldays=schooldays)
    assert finding.outcome is expected


@pytest.mark.parametrize(
    ("without", "missing"),
    [
        (WHOLE[3], {"EC 48260.5"}),
        (WHOLE[4], {"EC 48262", "EC 48263"}),
        (WHOLE[5], {"EC 48263"}),
        (INQUIRY, {"EC 48291"}),
        (WHOLE[2], {"EC 48262", "EC 48263"}),
        (WHOLE[1], {"EC 48261", "EC 48262", "EC 48263"}),
        (WHOLE[0], set(CHRONIC_TRUANT_STEPS) - {"EC 48291"}),
    ],
)
def test_which_of_the_steps_were_taken(without, missing):
    steps = [step for step in WHOLE if step is not without]
    assert taken(standing_steps(dates(YEAR), steps, TODAY), TODAY) == set(CHRONIC_TRUANT_STEPS) - missing
    assert taken(standing_steps(dates(YEAR), WHOLE, TODAY), TODAY) == set(CHRONIC_TRUANT_STEPS)


def test_what_needs_a_correction_is_what_the_family_was_told():
    ladder = standing_steps(dates([0, 1]), [report(1, 3, 0, 1, 2), notice(3, 1, 0, 1, 2), attempt(4)], TODAY)
    assert len(ladder.hollow) == 3
    assert [reason.section for reason in needing_correction(ladder)] == ["EC 48260(a)", "EC 48260.5"]


def test_the_year_of_one_student_day_by_day():
    """Three days, a report, a notice; then one day and one report after another, up to the fourth."""
    steps = [*reports(3, 5, 7, 9), attempt(5), notice(3)]
    none, first, told, more = State.NONE, State.ELIGIBLE_FIRST, State.NOTIFIED, State.ELIGIBLE_NEXT
    habitual, court = State.HABITUAL, State.JUVENILE_ELIGIBLE
    seen = [state(dates(YEAR), steps, TODAY, on=after(n)).outcome for n in range(10)]
    assert seen == [none, none, first, told, more, told, more, habitual, habitual, court]


def test_the_new_year_begins_at_the_bottom():
    assert state(dates(YEAR), WHOLE, TODAY, on=date(2026, 7, 1)).outcome is State.NONE


@pytest.mark.parametrize("one", State)
def test_states_have_words(one):
    assert one.label
    assert len({other.label for other in State}) == len(State)
    assert MOVES[one, Event.NEW_YEAR] == {State.NONE}


MOVE = st.sampled_from([event for event in Event if event is not Event.NEW_YEAR])


@given(st.lists(MOVE, max_size=24), st.data())
def test_every_lawful_day_is_a_move_of_the_machine(events, data):
    """A year unfolds one event a day, each only when it may; the machine's data allows every change of state."""
    found: list[date] = []
    steps: list[Step] = []
    was = State.NONE
    for number, event in enumerate(events):
        on = after(number)
        if not _apply(event, on, found, steps, lambda days: data.draw(st.sampled_from(days))):
            continue
        now = state(found, steps, TODAY, on=on).outcome
        assert now in MOVES.get((was, event), {was}), (was, event, now)
        was = now
        if was is State.HOLLOW:
            return


def test_every_move_of_the_machine_happens():
    """Long random years, leaning to what climbs: nothing in the table is a dead letter."""
    random, seen = Random(7), set()
    events = [Event.OCCASION] * 6 + [Event.REPORT] * 5 + [event for event in Event if event is not Event.NEW_YEAR]
    for _ in range(600):
        found: list[date] = []
        steps: list[Step] = []
        was = State.NONE
        for number in range(30):
            event, on = random.choice(events), after(number)
            if was is State.HOLLOW or not _apply(event, on, found, steps, random.choice):
                continue
            now = state(found, steps, TODAY, on=on).outcome
            seen.add((was, event, now))
            was = now
    listed = {(was, event, now) for (was, event), places in MOVES.items() for now in places}
    missed = {move for move in listed - seen if move[1] not in (Event.NEW_YEAR, Event.LATE_EXCUSE)}
    assert missed == set()
    assert all(now in MOVES.get((was, event), {was}) for was, event, now in seen)


def _apply(event: Event, on: date, found: list[date], steps: list[Step], choose: Callable[[list[date]], date]) -> bool:
    """Do what the event says, if the ladder of the day allows it."""
    ladder = standing_steps(found, steps, TODAY, on=on)
    filed = ladder.standing(StepKind.REPORT)
    match event:
        case Event.OCCASION:
            found.append(on)
        case Event.REPORT:
            coming = [one for one in ladder.following if one.kind is StepKind.REPORT]
            if not coming:
                return False
            since = filed[-1].on if filed else date.min
            named = tuple(day for day in found if day > since)
            steps.append(Step(StepKind.REPORT, on, coming[0].number, named))
        case Event.NOTICE if filed and not ladder.standing(StepKind.NOTICE):
            steps.append(Step(StepKind.NOTICE, on, 1, filed[0].rested_on))
        case Event.MEETING if filed:
            steps.append(Step(StepKind.ATTEMPT, on))
        case Event.REFERRAL if any(one.kind is StepKind.REFERRAL for one in ladder.following):
            steps.append(Step(StepKind.REFERRAL, on))
        case Event.MEDIATION if ladder.standing(StepKind.REFERRAL):
            steps.append(Step(StepKind.MEDIATION, on))
        case Event.LATE_EXCUSE if found:
            found.remove(choose(found))
        case _:
            return False
    return True


@given(st.sets(st.integers(0, 20)), st.integers(0, 20))
def test_without_steps_an_excuse_never_raises_the_state(found, excused):
    ranks = list(State)
    before = state(dates(found), [], TODAY, on=after(30)).outcome
    now = state(dates(found - {excused}), [], TODAY, on=after(30)).outcome
    assert ranks.index(now) <= ranks.index(before)


def test_the_days_of_the_stories_lie_in_one_year():
    assert after(0) == MONDAY
