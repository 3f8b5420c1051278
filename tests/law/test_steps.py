"""Which steps stand, against a slow and obvious oracle; late excuses, order, and what may come next."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.policy import with_settings
from firstbell.law.steps import Coming, Ground, Ladder, Step, StepKind, standing_steps
from tests.law.stories import TODAY, after, attempt, dates, notice, referral, report, reports

ANY_TARDY = with_settings(TODAY, **{"truancy.report_any_tardy": True})
YEAR = [0, 1, 2, 4, 6, 8]
WHOLE = [
    report(1, 3, 0, 1, 2),
    notice(3, 1, 0, 1, 2),
    attempt(4),
    report(2, 5, 4),
    report(3, 7, 6),
    referral(7),
    Step(StepKind.INQUIRY, after(7)),
    Step(StepKind.MEDIATION, after(8)),
    report(4, 9, 8),
    Step(StepKind.COURT, after(10)),
]


def hollow(found, steps, policy=TODAY, **more) -> list[Step]:
    return [verdict.step for verdict in standing_steps(dates(found), steps, policy, **more).hollow]


def report_next(found, filed, policy=TODAY, tardies=()) -> Coming | None:
    ladder = standing_steps(dates(found), reports(*filed), policy, tardies=dates(tardies), on=after(40))
    return next((one for one in ladder.following if one.kind is StepKind.REPORT), None)


def test_nothing_is_nothing():
    assert standing_steps([], [], TODAY) == Ladder()
    assert standing_steps(dates([0, 1]), [], TODAY) == Ladder()


def test_a_whole_ladder_stands():
    ladder = standing_steps(dates(YEAR), WHOLE, TODAY)
    assert [verdict.step for verdict in ladder.verdicts] == WHOLE
    assert ladder.hollow == ladder.missing == ladder.following == ladder.carried == ()
    assert all(verdict.reason.sentence.endswith(".") for verdict in ladder.verdicts)


@pytest.mark.parametrize(
    ("excused", "fallen"),
    [
        (8, WHOLE[8:]),  # the fourth report's day: the report, and the court
        (6, WHOLE[4:6] + WHOLE[7:]),  # the third: no longer habitual, so the referral and all that follows
        (4, [*WHOLE[3:6], *WHOLE[7:]]),
        (1, [*WHOLE[:6], *WHOLE[7:]]),  # one of the first three: everything but the inquiry, which did happen
    ],
)
def test_a_late_excuse_takes_exactly_what_rested_on_it(excused, fallen):
    assert hollow([day for day in YEAR if day != excused], WHOLE) == fallen


@pytest.mark.parametrize(
    ("rested_on", "excused", "falls"),
    [
        ((0, 1, 2), 1, True),
        ((0, 1, 2, 4), 1, False),  # three of the four days it named are left
        ((0, 1, 2, 4), 8, False),
        ((), 1, False),  # nothing kept: every day up to the report speaks for it, and there are four
    ],
)
def test_a_report_stands_on_the_days_it_named(rested_on, excused, falls):
    one = report(1, 5, *rested_on)
    assert hollow([day for day in YEAR if day != excused], [one]) == ([one] if falls else [])


def test_other_days_do_not_stand_in_for_those_that_were_named():
    """Five occasions came before the report, but the family was told of three, and one was excused."""
    assert hollow([0, 1, 4, 5], [report(1, 7, 0, 1, 2)]) == [report(1, 7, 0, 1, 2)]


def test_the_days_that_were_lost_are_named_even_where_the_step_stands():
    (verdict,) = standing_steps(dates([0, 2, 4]), [report(1, 5, 0, 1, 2, 4)], TODAY).verdicts
    assert verdict.stands
    assert verdict.lost == (after(1),)


@pytest.mark.parametrize(
    ("found", "filed", "lost"),
    [
        ([0, 1, 2], [3], []),
        ([0, 1, 2], [2], []),  # filed on the third day itself
        ([0, 1], [3], [1]),
        ([0, 1, 4], [3], [1]),  # the third came after the report
        ([0, 1, 2], [3, 5], [2]),
        ([0, 1, 2, 4], [3, 5], []),
        ([0, 1, 2, 6], [3, 5, 7], [2, 3]),  # the third report counts from the second, which fell
        ([], [], []),
    ],
)
def test_reports_without_evidence(found, filed, lost):
    assert [step.number for step in hollow(found, reports(*filed))] == lost


@pytest.mark.parametrize(
    "steps",
    [
        [report(2, 5, 4)],  # nothing before it
        [report(1, 3), report(3, 7)],
        [report(1, 3), report(1, 5, 4)],  # there is a first one already
    ],
)
def test_a_number_out_of_turn_does_not_stand(steps):
    assert hollow(YEAR, steps) == steps[-1:]


def test_a_report_filed_again_bears_what_follows():
    """The first report falls, is filed again on the right days, and a second may follow."""
    again = [
        report(1, 3, 0, 1, 2),
        notice(3, 1, 0, 1, 2),
        report(1, 6, 0, 2, 5),
        notice(7, 1, 0, 2, 5),
        report(2, 9, 8),
    ]
    ladder = standing_steps(dates([0, 2, 5, 8]), again, TODAY)
    assert [verdict.step for verdict in ladder.hollow] == again[:2]
    assert ladder.standing(StepKind.REPORT) == [again[2], again[4]]
    assert ladder.missing == ()


@pytest.mark.parametrize(
    ("steps", "falls"),
    [
        ([report(1, 3), notice(3)], False),
        ([report(1, 3), notice(2)], True),  # it came before the report it tells of
        ([report(1, 3), notice(4, 2)], True),  # there is no second report
        ([report(1, 3), report(2, 5), notice(6, 2, 4)], False),
        ([report(1, 3), report(2, 5), notice(6, 2, 9)], True),  # the day it names is none
        ([report(1, 3), notice(4, 0)], True),
    ],
)
def test_a_notice_rests_on_its_report(steps, falls):
    notices = [step for step in steps if step.kind is StepKind.NOTICE]
    assert hollow(YEAR, steps) == (notices if falls else [])


@pytest.mark.parametrize(
    ("tried", "stands"),
    [([], False), ([2], False), ([3], True), ([6], True), ([9], True), ([10], False), ([2, 10], False), ([2, 6], True)],
)
def test_a_referral_needs_a_conference_tried_between_the_first_report_and_itself(tried, stands):
    steps = [*reports(3, 5, 7), *(attempt(day) for day in tried), referral(9)]
    assert (referral(9) in hollow(YEAR, steps)) is not stands


@given(st.lists(st.integers(0, 2), max_size=5), st.integers(1, 6))
def test_a_conference_before_the_first_report_never_counts(early, number):
    steps = [*reports(3, 5, 7, 9)[:number], *(attempt(day) for day in early), referral(12)]
    ladder = standing_steps(dates(YEAR), steps, TODAY)
    assert ladder.standing(StepKind.ATTEMPT) == ladder.standing(StepKind.REFERRAL) == []
    assert any(one.kind is StepKind.CONFERENCE for one in ladder.missing) is (number >= 3)


@pytest.mark.parametrize("ground", [Ground.CHRONIC, Ground.CONDUCT])
def test_another_ground_needs_no_reports(ground):
    step = referral(3, ground)
    assert hollow([], [step], grounds=[ground]) == []
    assert hollow([], [step]) == [step]


@pytest.mark.parametrize(
    ("found", "filed", "tardies", "expected"),
    [
        ([0, 1], [], [2, 3], None),  # tardies never make the first report
        ([0, 1, 2], [], [], (1, 2)),
        ([0, 1, 2, 3], [], [], (1, 2)),
        ([0, 1, 2], [3], [], None),
        ([0, 1, 2, 3], [3], [], None),  # the day of filing was part of that report
        ([0, 1, 2, 4], [3], [], (2, 4)),
        ([0, 1, 2, 4, 6], [3, 5], [], (3, 6)),
        ([0, 1, 2, 4, 6, 9], [3, 5, 7], [], (4, 9)),
        ([0, 1, 2, 4, 6, 9, 11], [3, 5, 7, 10], [], (5, 11)),
        ([0, 1, 4], [3], [], (1, 4)),  # the first does not stand; it may be filed again
    ],
)
def test_the_next_report_and_since_when(found, filed, tardies, expected):
    coming = report_next(found, filed, tardies=tardies)
    assert (coming and (coming.number, coming.since)) == (expected and (expected[0], after(expected[1])))


@pytest.mark.parametrize(("policy", "expected"), [(TODAY, None), (ANY_TARDY, 2)])
def test_a_short_tardy_after_a_report_is_the_districts_choice(policy, expected):
    coming = report_next([0, 1, 2], [3], policy, tardies=[2, 8])
    assert (coming and coming.number) == expected
    filed = [report(1, 3, 0, 1, 2), report(2, 9, 8)]
    fallen = hollow([0, 1, 2], filed, policy, tardies=dates([8]))
    assert fallen == ([] if expected else filed[1:])


def test_what_is_missing_and_by_when():
    ladder = standing_steps(dates(YEAR), reports(3, 5, 7), TODAY, on=after(8))
    assert [(one.kind, one.since, one.due) for one in ladder.missing] == [
        (StepKind.NOTICE, after(3), after(13)),
        (StepKind.CONFERENCE, after(3), None),
    ]
    assert [one.kind for one in ladder.following] == [StepKind.REPORT]


def test_a_referral_may_follow_from_the_day_both_are_there():
    ladder = standing_steps(dates(YEAR[:5]), [*reports(3, 5, 7), attempt(9)], TODAY)
    (coming,) = ladder.following
    assert (coming.kind, coming.since) == (StepKind.REFERRAL, after(9))


def test_july_first_begins_anew_and_orders_stay_open():
    june = [day.replace(year=2026, month=6) for day in dates([0, 1, 2])]
    steps = [Step(StepKind.REPORT, date(2026, 6, 10)), Step(StepKind.REFERRAL, date(2026, 6, 20))]
    ladder = standing_steps(june, steps, TODAY, on=date(2026, 7, 1))
    assert ladder == Ladder(carried=(steps[1],))
    assert standing_steps(june, steps, TODAY, on=date(2026, 6, 30)).standing(StepKind.REPORT) == steps[:1]


# -- a slow and obvious oracle --

DAYS = st.integers(0, 14)
STEPS = st.one_of(
    st.builds(
        lambda number, on, named: report(number, on, *named), st.integers(1, 4), DAYS, st.lists(DAYS, max_size=5)
    ),
    st.builds(
        lambda number, on, named: notice(on, number, *named), st.integers(0, 3), DAYS, st.lists(DAYS, max_size=4)
    ),
    st.builds(attempt, DAYS),
    st.builds(referral, DAYS),
    st.builds(lambda on: Step(StepKind.CONFERENCE, after(on)), DAYS),
    st.builds(lambda on: Step(StepKind.MEDIATION, after(on)), DAYS),
    st.builds(lambda on: Step(StepKind.COURT, after(on)), DAYS),
)
HISTORIES = st.lists(STEPS, max_size=9, unique=True)
FOUND = st.sets(DAYS)


def slowly(found: list[date], steps: list[Step]) -> set[Step]:
    """The steps that stand: for every one, ask again of everything before it, with nothing remembered."""
    places = list(StepKind)
    ordered = sorted(steps, key=lambda s: (s.on, places.index(s.kind), s.number, sorted(s.rested_on)))

    def chain(before: int) -> list[Step]:
        standing: list[Step] = []
        for step in ordered[:before]:
            if step.kind is StepKind.REPORT and step.number == len(standing) + 1:
                since = standing[-1].on if standing else date.min
                named = set(step.rested_on) or set(found)
                left = [day for day in named if day in found and since < day <= step.on]
                if len(left) >= (1 if standing else 3):
                    standing.append(step)
        return standing

    def stands(place: int) -> bool:
        step, filed = ordered[place], chain(place)
        match step.kind:
            case StepKind.REPORT:
                return step in chain(place + 1)
            case StepKind.NOTICE:
                if not 1 <= step.number <= len(filed):
                    return False
                since = filed[step.number - 2].on if step.number > 1 else date.min
                named = set(step.rested_on) or set(found)
                left = [day for day in named if day in found and since < day <= step.on]
                return len(left) >= (1 if step.number > 1 else 3)
            case StepKind.ATTEMPT | StepKind.CONFERENCE:
                return bool(filed)
            case StepKind.REFERRAL:
                met = [at for at in range(place) if ordered[at].kind in (StepKind.ATTEMPT, StepKind.CONFERENCE)]
                return len(filed) >= 3 and any(stands(at) for at in met)
            case StepKind.MEDIATION:
                return any(ordered[at].kind is StepKind.REFERRAL and stands(at) for at in range(place))
            case _:
                return len(filed) >= 4

    return {step for place, step in enumerate(ordered) if stands(place)}


@given(FOUND, HISTORIES)
def test_the_same_as_the_slow_oracle(found, steps):
    ladder = standing_steps(dates(found), steps, TODAY)
    assert {verdict.step for verdict in ladder.verdicts if verdict.stands} == slowly(dates(found), steps)
    assert len(ladder.verdicts) == len(steps)


@given(FOUND, HISTORIES, st.randoms())
def test_the_order_never_matters(found, steps, random):
    shuffled, days = list(steps), dates(found)
    random.shuffle(shuffled)
    random.shuffle(days)
    assert standing_steps(days, shuffled, TODAY, on=after(20)) == standing_steps(
        dates(sorted(found)), steps, TODAY, on=after(20)
    )


@st.composite
def lawful(draw) -> tuple[list[int], list[Step]]:
    """Occasions, and a chain of reports filed on them as they were known: everything stands."""
    found = sorted(draw(st.sets(st.integers(0, 30), min_size=3)))
    steps, last, named = [], 2, found[:3]
    for number in range(1, len(found) - 1):
        on = named[-1]
        steps.append(report(number, on, *named))
        if draw(st.booleans()):
            steps.append(notice(on, number, *named))
        if draw(st.booleans()):
            steps.append(attempt(on))
        if number >= 3 and any(step.kind is StepKind.ATTEMPT for step in steps) and draw(st.booleans()):
            steps.append(referral(on))
        last += 1
        named = found[last : last + 1]
    return found, steps


@given(lawful())
def test_what_is_filed_on_what_is_known_stands(history):
    found, steps = history
    assert hollow(found, steps) == []


@given(lawful(), st.data())
def test_a_late_excuse_hollows_the_first_report_that_named_it_and_all_after(history, data):
    """Exact days are named, so from the report that lost its day nothing that rests on the chain can stand."""
    found, steps = history
    excused = data.draw(st.sampled_from(found))
    hit = [step.number for step in steps if step.kind is StepKind.REPORT and after(excused) in step.rested_on]
    fallen = hollow([day for day in found if day != excused], steps)
    first = next((at for at, step in enumerate(steps) if step.kind is StepKind.REPORT and step.number in hit), None)
    tail = [] if first is None else steps[first:]
    kept_by_chain = {
        step
        for step in tail
        if first and step.kind is StepKind.ATTEMPT  # an earlier report still stands under it
    }
    needed = steps[: first or 0]
    still = {step for step in tail if step.kind is StepKind.REFERRAL and _habitual(needed, step, tail)}
    assert set(fallen) == set(tail) - kept_by_chain - still


def _habitual(kept: list[Step], referred: Step, tail: list[Step]) -> bool:
    """Three reports from before the one that fell, and any attempt up to the referral."""
    reported = sum(step.kind is StepKind.REPORT for step in kept)
    tried = [step for step in (*kept, *tail) if step.kind is StepKind.ATTEMPT and step.on <= referred.on]
    return reported >= 3 and bool(tried)


@given(FOUND, DAYS, HISTORIES)
def test_one_more_unexcused_day_never_lowers_how_many_reports_stand(found, more, steps):
    """Read the other way round: an excuse never raises it."""
    fewer, with_it = (
        len(standing_steps(dates(days), steps, TODAY).standing(StepKind.REPORT)) for days in (found, found | {more})
    )
    assert with_it >= fewer


@given(FOUND, HISTORIES, st.integers(0, 20))
def test_what_comes_later_is_left_aside(found, steps, on):
    whole = standing_steps(dates(found), steps, TODAY, on=after(on))
    known = [step for step in steps if step.on <= after(on)]
    assert whole == standing_steps(dates(day for day in found if day <= on), known, TODAY, on=after(on))


DAYS = st.dates(date(2, 1, 1), date(9998, 12, 31))
"""Every day whose school year a calendar has."""


@given(st.lists(DAYS), st.lists(st.builds(Step, st.sampled_from(StepKind), DAYS, st.integers(-3, 9))))
def test_every_input_has_an_answer(found, steps):
    ladder = standing_steps(found, steps, TODAY)
    assert len(ladder.verdicts) + len(ladder.carried) <= len(steps)


@given(FOUND, st.integers(0, 14))
def test_an_excuse_never_raises_what_may_follow(found, excused):
    before, now = report_next(found, []), report_next(found - {excused}, [])
    assert before or not now
    assert not (before and now) or now.since >= before.since


def test_nothing_is_built_for_a_student_without_steps():
    assert standing_steps([], [], TODAY) is standing_steps([after(0)], [], TODAY)
