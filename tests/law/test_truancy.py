from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.days import HALF, Day
from firstbell.law.policy import with_settings
from firstbell.law.truancy import (
    CHRONIC_TRUANT_STEPS,
    DayFact,
    Report,
    State,
    Truancy,
    chronic_truant,
    classify,
    habitual,
    ladder,
    next_report,
    occasions,
    unsupported,
)
from tests.law.stories import MONDAY, TODAY, after, dates, reports, told

ANY_TARDY = with_settings(TODAY, **{"truancy.report_any_tardy": True})
TWO_A_DAY = with_settings(TODAY, **{"truancy.max_per_day": 2})
HISTORIES = st.text(".EUS?ItT-i ", max_size=60)


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("", 0),
        (".....", 0),
        ("UU", 2),
        ("UUU", 3),
        ("UEUEU", 3),  # excused days do not break the count
        ("UUT", 3),  # any combination
        ("TTT", 3),
        ("UUt", 2),  # short or excused
        ("ttt", 0),
        ("SSS", 0),
        ("???", 0),
        ("III", 0),
        ("---", 0),
        ("iii", 0),
        ("U U U", 3),
    ],
)
def test_what_makes_an_occasion(story, expected):
    assert len(occasions(told(story), TODAY)) == expected
    assert classify(told(story), TODAY).outcome is (Truancy.TRUANT if expected >= 3 else Truancy.NONE)


def test_occasions_are_dated_and_in_order_whatever_order_the_days_come_in():
    assert occasions(reversed(told("U.T.U")), TODAY) == dates([0, 2, 4])


def test_a_day_on_which_school_was_not_required_is_no_occasion():
    assert occasions(told("UUU", subject=False), TODAY) == []
    assert occasions([*told("UU", subject=False), *told("U", after(2))], TODAY) == [after(2)]


def test_the_half_day_flag_changes_nothing():
    assert occasions([DayFact(MONDAY, Day.OCCASION + HALF, True)], TODAY) == [MONDAY]


def test_one_day_holds_one_occasion_unless_the_district_says_two():
    thrice = told("T") * 3
    assert occasions(thrice, TODAY) == [MONDAY]
    assert occasions(thrice, TWO_A_DAY) == [MONDAY, MONDAY]


def test_counts_begin_anew_in_july():
    june = told("UU", date(2025, 6, 29))
    assert occasions(june, TODAY) == [date(2025, 6, 29), date(2025, 6, 30)]
    with pytest.raises(ValueError, match="within one school year, not 2024-2025 to 2025-2026"):
        occasions([*june, *told("U", date(2025, 7, 1))], TODAY)


def test_the_reason_carries_the_third_day():
    (reason,) = classify(told("U.U..TU"), TODAY).reasons
    assert reason.on == after(5)
    assert reason.section == "EC 48260(a)"
    assert reason.sentence == "4 unexcused occasions this school year; number 3 was on September 6, 2025."


@pytest.mark.parametrize(("story", "sentences"), [("", []), ("U", ["1 unexcused occasion of 3."])])
def test_before_the_third_it_says_how_many(story, sentences):
    assert [reason.sentence for reason in classify(told(story), TODAY).reasons] == sentences


@given(HISTORIES, st.sampled_from("UT"))
def test_one_more_unexcused_day_never_lowers_the_finding(history, more):
    assert classify(told(history + more), TODAY).outcome >= classify(told(history), TODAY).outcome
    assert len(occasions(told(history + more), TODAY)) == len(occasions(told(history), TODAY)) + 1


@given(HISTORIES, HISTORIES, st.sampled_from(".UT?t"))
def test_an_excuse_never_raises_the_finding(before, after_it, day):
    was, excused = told(f"{before}{day}{after_it}"), told(f"{before}E{after_it}")
    assert classify(excused, TODAY).outcome <= classify(was, TODAY).outcome


@given(HISTORIES)
def test_occasions_are_the_letters_u_and_t(history):
    assert occasions(told(history), TODAY) == dates(n for n, one in enumerate(history) if one in "UT")


@pytest.mark.parametrize(
    ("found", "filed", "tardies", "expected"),
    [
        ([], [], [], None),
        ([0, 1], [], [], None),
        ([0, 1], [], [2, 3], None),  # tardies never make the first report
        ([0, 1, 2], [], [], 1),
        ([0, 1, 2, 3], [], [], 1),
        ([0, 1, 2], [3], [], None),
        ([0, 1, 2, 3], [3], [], None),  # the day of filing was part of that report
        ([0, 1, 2, 4], [3], [], 2),
        ([0, 1, 2, 4], [3, 5], [], None),
        ([0, 1, 2, 4, 6], [3, 5], [], 3),
        ([0, 1, 2, 4, 6, 9], [3, 5, 7], [], 4),
        ([0, 1, 2, 4, 6, 9, 11], [3, 5, 7, 10], [], 5),
    ],
)
def test_next_report(found, filed, tardies, expected):
    finding = next_report(dates(found), reports(*filed), TODAY, tardies=dates(tardies))
    assert finding.outcome == expected
    assert bool(finding.reasons) is (expected is not None)


@pytest.mark.parametrize(("policy", "expected"), [(TODAY, None), (ANY_TARDY, 2)])
def test_a_short_tardy_after_a_report_is_the_districts_choice(policy, expected):
    finding = next_report(dates([0, 1, 2]), reports(3), policy, tardies=dates([2, 8]))
    assert finding.outcome == expected
    assert [reason.on for reason in finding.reasons] == ([after(8)] if expected else [])


@pytest.mark.parametrize(
    ("filed", "attempts", "on", "expected"),
    [
        ([3, 5], [4], 20, False),
        ([3, 5, 7], [], 20, False),
        ([3, 5, 7], [2], 20, False),  # before the first report
        ([3, 5, 7], [3], 20, True),  # on its day
        ([3, 5, 7], [6], 20, True),
        ([3, 5, 7], [20], 20, True),  # on the day of classing
        ([3, 5, 7], [21], 20, False),  # after it
        ([3, 5, 7], [2, 21, 9], 20, True),
        ([3, 5, 7, 9], [4], 20, True),
        ([], [4], 20, False),
    ],
)
def test_habitual(filed, attempts, on, expected):
    assert habitual(reports(*filed), dates(attempts), TODAY, after(on)).outcome is expected


@pytest.mark.parametrize(
    ("found", "filed", "lost"),
    [
        ([0, 1, 2], [3], None),
        ([0, 1, 2], [2], None),  # filed on the third day itself
        ([0, 1], [3], 1),
        ([0, 1, 4], [3], 1),  # the third came after the report
        ([0, 1, 2], [3, 5], 2),
        ([0, 1, 2, 4], [3, 5], None),
        ([0, 1, 2, 6], [3, 5, 7], 2),
        ([], [], None),
    ],
)
def test_a_report_stands_on_the_days_it_was_filed_for(found, filed, lost):
    report = unsupported(dates(found), reports(*filed), TODAY)
    assert (report.number if report else None) == lost


def test_a_report_of_a_short_tardy_stands_where_the_district_counts_them():
    assert unsupported(dates([0, 1, 2]), reports(3, 5), ANY_TARDY, tardies=[after(4)]) is None
    assert unsupported(dates([0, 1, 2]), reports(3, 5), TODAY, tardies=[after(4)]) == Report(2, after(5))


YEAR = [0, 1, 2, 4, 6, 8]
LADDER = [
    # found, reports filed, attempts, notices, as of, expected
    ([], [], [], [], 20, State.NONE),
    ([0, 1], [], [], [], 20, State.NONE),
    ([0, 1, 2], [], [], [], 20, State.ELIGIBLE_FIRST),
    ([0, 1, 2], [], [], [], 1, State.NONE),  # the third lies in the future
    ([0, 1, 2], [3], [], [], 20, State.REPORTED),
    ([0, 1, 2], [3], [], [], 2, State.ELIGIBLE_FIRST),  # not filed yet on that day
    ([0, 1, 2], [3], [], [4], 20, State.NOTIFIED),
    ([0, 1, 2], [3], [], [4], 3, State.REPORTED),  # not told yet on that day
    ([0, 1, 2], [3], [], [2], 20, State.REPORTED),  # that notice was about something else
    ([0, 1, 2, 4], [3], [], [5], 20, State.ELIGIBLE_NEXT),
    ([0, 1, 2, 4], [3], [], [], 20, State.ELIGIBLE_NEXT),
    ([0, 1, 2, 4], [3, 5], [], [4], 20, State.NOTIFIED),
    ([0, 1, 2, 4, 6], [3, 5], [], [4], 20, State.ELIGIBLE_NEXT),
    ([0, 1, 2, 4, 6], [3, 5, 7], [], [4], 20, State.BLOCKED),
    ([0, 1, 2, 4, 6], [3, 5, 7], [1], [4], 20, State.BLOCKED),
    ([0, 1, 2, 4, 6], [3, 5, 7], [25], [4], 20, State.BLOCKED),
    ([0, 1, 2, 4, 6], [3, 5, 7], [6], [4], 20, State.HABITUAL),
    ([*YEAR], [3, 5, 7], [6], [4], 20, State.HABITUAL),
    ([*YEAR], [3, 5, 7, 9], [], [4], 20, State.JUVENILE_ELIGIBLE),
    ([*YEAR], [3, 5, 7, 9], [6], [4], 8, State.HABITUAL),  # the fourth lies in the future
    ([0, 1], [3], [], [4], 20, State.UNSUPPORTED),
    ([0, 1, 2, 4], [3, 5, 7], [6], [4], 20, State.UNSUPPORTED),
]


@pytest.mark.parametrize(("found", "filed", "attempts", "notices", "on", "expected"), LADDER)
def test_ladder(found, filed, attempts, notices, on, expected):
    finding = ladder(dates(found), reports(*filed), dates(attempts), dates(notices), TODAY, on=after(on))
    assert finding.outcome is expected
    assert finding.policy == TODAY.version
    assert bool(finding.reasons) is (expected is not State.NONE)


def test_a_further_report_is_named_last_whatever_the_state():
    finding = ladder(dates(YEAR), reports(3, 5, 7), [after(6)], [after(4)], TODAY, on=after(20))
    assert finding.outcome is State.HABITUAL
    assert [reason.section for reason in finding.reasons] == ["EC 48264.5", "EC 48262", "EC 48261"]
    assert finding.reasons[-1].on == after(8)


def test_a_missing_notice_is_still_said_when_a_further_report_is_possible():
    finding = ladder(dates([0, 1, 2, 4]), reports(3), [], [], TODAY, on=after(20))
    assert [reason.section for reason in finding.reasons] == ["EC 48260.5", "EC 48261"]


@pytest.mark.parametrize("numbers", [[2], [1, 3], [2, 1], [1, 1], [0, 1]])
def test_reports_are_numbered_in_order(numbers):
    filed = [Report(number, after(place)) for place, number in enumerate(numbers)]
    with pytest.raises(ValueError, match="numbered 1, 2, 3"):
        ladder([], filed, [], [], TODAY, on=after(20))


def test_reports_are_filed_in_order():
    with pytest.raises(ValueError, match="in the order of their numbers"):
        ladder([], reports(5, 3), [], [], TODAY, on=after(20))


@pytest.mark.parametrize("place", range(5))
def test_a_ladder_stands_within_one_year(place):
    before = date(2025, 6, 30)
    parts = [[], [], [], [], []]
    parts[place] = [Report(1, before)] if place == 1 else [before]
    found, filed, attempts, notices, tardies = parts
    with pytest.raises(ValueError, match="within one school year"):
        ladder(found, filed, attempts, notices, TODAY, on=MONDAY, tardies=tardies)


CLIMB = [State.NONE, State.ELIGIBLE_FIRST, State.NOTIFIED, State.ELIGIBLE_NEXT, State.HABITUAL, State.JUVENILE_ELIGIBLE]


def test_the_year_of_one_student_day_by_day():
    """Three days, a report, a notice; then one day and one report after another, up to the fourth."""
    filed, attempts, notices = reports(3, 5, 7, 9), [after(5)], [after(3)]
    seen = [ladder(dates(YEAR), filed, attempts, notices, TODAY, on=after(n)).outcome for n in range(10)]
    none, first, told_, more, habit, court = CLIMB
    assert seen == [none, none, first, told_, more, told_, more, habit, habit, court]


@given(st.sets(st.integers(0, 30)), st.integers(0, 30))
def test_an_excuse_never_raises_what_could_be_filed(found, excused):
    before = next_report(dates(sorted(found)), [], TODAY).outcome
    after_excuse = next_report(dates(sorted(found - {excused})), [], TODAY).outcome
    assert (after_excuse or 0) <= (before or 0)


@given(st.sets(st.integers(0, 40)), st.sets(st.integers(0, 40)), st.integers(0, 45))
def test_what_happens_later_never_changes_where_one_stood(found, attempts, on):
    """The state as of a day is the same with and without the facts that came after it."""
    filed = reports(*(day for day in (10, 20, 30) if day <= on))
    known = ladder(
        dates(d for d in found if d <= on), filed, dates(a for a in attempts if a <= on), [], TODAY, on=after(on)
    )
    assert ladder(dates(found), reports(10, 20, 30), dates(attempts), [], TODAY, on=after(on)) == known


@pytest.mark.parametrize(
    ("unexcused", "schooldays", "expected"),
    [(9, 90, True), (17, 180, False), (18, 180, True), (0, 0, False), (1, 11, False), (1, 10, True)],
)
def test_chronic_truant(unexcused, schooldays, expected):
    assert chronic_truant(unexcused, schooldays, CHRONIC_TRUANT_STEPS, TODAY).outcome is expected


@pytest.mark.parametrize("missing", CHRONIC_TRUANT_STEPS)
def test_every_step_must_have_been_taken(missing):
    done = set(CHRONIC_TRUANT_STEPS) - {missing}
    finding = chronic_truant(9, 90, done, TODAY)
    assert finding.outcome is False
    assert [reason.section for reason in finding.reasons] == ["EC 48263.6", missing]


def test_under_a_tenth_the_steps_are_not_asked():
    (reason,) = chronic_truant(1, 90, (), TODAY).reasons
    assert reason.sentence == "1 of 90 school days missed without excuse."


@pytest.mark.parametrize("state", State)
def test_states_have_words(state):
    assert state.label
    assert len({one.label for one in State}) == len(State)
