from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.days import HALF, Day
from firstbell.law.policy import with_settings
from firstbell.law.truancy import (
    CHRONIC_TRUANT_STEPS,
    DayFact,
    Truancy,
    chronic_truant,
    classify,
    occasions,
    ward_report,
)
from tests.law.stories import MONDAY, TODAY, after, dates, told

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


def test_the_court_hears_of_a_ward_within_ten_days():
    finding = ward_report(MONDAY, TODAY)
    assert finding.outcome == after(10)
    assert finding.reasons[0].section == "EC 48267"
