"""Signs from figures: what is said, how pressing it is, and when nothing is said."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.attendance.rules import KEPT, Figures, label, signs
from firstbell.law.policy import policy_on
from firstbell.law.sections import section_of

ON = date(2026, 2, 10)
POLICY = policy_on(ON)
QUIET = Figures(
    on=ON, enrolled=100, absent=2, enrolled_before=95, absent_before=2, occasions=0, third_on=None, streak=0,
    last_absent_on=ON - timedelta(1), first_month=0, first_month_days=20, back_after=0, back_on=None, has_contact=True,
)  # fmt: skip

CASES = [
    ("nothing to say", {}, []),
    ("third occasion today", {"occasions": 3, "third_on": ON}, ["new_truancy"]),
    ("third occasion ten days ago", {"occasions": 3, "third_on": ON - timedelta(10)}, ["new_truancy"]),
    ("third occasion eleven days ago", {"occasions": 5, "third_on": ON - timedelta(11)}, []),
    ("two days in a row", {"streak": 2}, []),
    ("three days in a row", {"streak": 3}, ["in_a_row"]),
    ("reached 20 percent", {"absent": 20, "absent_before": 18}, ["crossed_severe"]),
    ("one short of 20 percent", {"absent": 19, "absent_before": 18}, []),
    ("reached 10 percent", {"absent": 10, "absent_before": 9}, ["crossed_moderate"]),
    ("9 of 95 was under 10 percent, 10 of 101 is", {"enrolled": 101, "absent": 10, "absent_before": 9}, []),
    ("reached 5 percent", {"absent": 5, "absent_before": 4}, ["crossed_at_risk"]),
    ("past 10 percent all along", {"absent": 15, "absent_before": 14}, []),
    ("too early to say", {"enrolled": 19, "enrolled_before": 14, "absent": 4, "absent_before": 0}, []),
    (
        "a tenth of the first month",
        {"enrolled": 20, "enrolled_before": 15, "absent": 2, "absent_before": 2, "first_month": 2},
        ["first_month"],
    ),
    ("the first month is long past", {"enrolled": 60, "first_month": 2}, []),
    ("back after five days", {"back_after": 5, "back_on": ON}, ["back"]),
    ("back after four days", {"back_after": 4, "back_on": ON}, []),
    ("no contact, hardly absent", {"has_contact": False}, []),
    ("no contact, at risk", {"has_contact": False, "absent": 6, "absent_before": 6}, ["no_contact"]),
]


@pytest.mark.parametrize(("change", "rules"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_says_what_it_should(change, rules):
    assert [sign.rule for sign in signs(replace(QUIET, **change), POLICY)] == rules


def test_keeps_the_two_most_pressing():
    all_at_once = replace(
        QUIET, occasions=3, third_on=ON, streak=4, absent=20, absent_before=9, has_contact=False, back_on=None
    )
    assert [(sign.rule, sign.rank) for sign in signs(all_at_once, POLICY)] == [("new_truancy", 1), ("in_a_row", 2)]


@pytest.mark.parametrize(("change", "sentence"), [
    ({"occasions": 3, "third_on": ON}, "Third unexcused occasion was Tue 10 Feb."),
    ({"occasions": 5, "third_on": ON}, "Third unexcused occasion was Tue 10 Feb. 5 this school year."),
    ({"streak": 4}, "Absent 4 school days in a row, up to Mon 9 Feb."),
    ({"absent": 10, "absent_before": 9}, "Crossed 10\u00a0%: 10 of 100 days missed, 9 a week ago."),
    ({"enrolled": 20, "absent": 2, "enrolled_before": 15, "first_month": 2}, "Absent 2 of the first 20 school days."),
    ({"back_after": 6, "back_on": ON}, "Back Tue 10 Feb after 6 school days away."),
    ({"has_contact": False, "absent": 6, "absent_before": 6}, "No contact on file; absent 6 of 100 days."),
])  # fmt: skip
def test_a_sentence_has_its_counts_and_its_day_in_one_line(change, sentence):
    [sign] = signs(replace(QUIET, **change), POLICY)
    assert sign.sentence == sentence
    assert len(sentence) < 75


def test_the_counts_of_another_policy_are_said():
    truancy, bands = replace(POLICY.truancy, occasions=4), replace(POLICY.bands, moderate=12)
    stricter = replace(POLICY, truancy=truancy, bands=bands)
    [sign] = signs(replace(QUIET, occasions=4, third_on=ON), stricter)
    assert sign.sentence.startswith("Fourth unexcused occasion")
    assert label("crossed_moderate", stricter) == "Crossed 12\u00a0%"


@pytest.mark.parametrize(("rule", "words"), [
    ("new_truancy", "Newly truant"), ("in_a_row", "3 days in a row"), ("crossed_severe", "Crossed 20\u00a0%"),
    ("crossed_at_risk", "Crossed 5\u00a0%"), ("back", "Back after a week"), ("no_contact", "No contact on file"),
    ("first_month", "First month"), ("some_old_rule", "Some old rule"), ("crossed_nothing", "Crossed nothing"),
])  # fmt: skip
def test_a_rule_has_words(rule, words):
    assert label(rule, POLICY) == words


def test_every_rule_that_can_be_found_has_words_of_its_own():
    rules = {rule for _, _, found in CASES for rule in found}
    assert len(rules) == 8
    assert not {rule for rule in rules if label(rule, POLICY) == rule.replace("_", " ").capitalize()} - {"first_month"}


days = st.dates(ON - timedelta(30), ON)


@given(
    st.builds(
        Figures,
        on=st.just(ON),
        enrolled=st.integers(0, 180),
        absent=st.integers(0, 180),
        enrolled_before=st.integers(0, 175),
        absent_before=st.integers(0, 175),
        occasions=st.integers(0, 180),
        third_on=st.none() | days,
        streak=st.integers(0, 180),
        last_absent_on=st.none() | days,
        first_month=st.integers(0, 20),
        first_month_days=st.integers(0, 20),
        back_after=st.integers(0, 60),
        back_on=st.none() | days,
        has_contact=st.booleans(),
    )
)
def test_every_sign_fits_its_table_and_cites_what_we_hold(figures):
    found = signs(figures, POLICY)
    assert len(found) <= KEPT
    assert [sign.rank for sign in found] == sorted(sign.rank for sign in found)
    for sign in found:
        assert section_of(sign.section)
        assert len(sign.sentence) <= 200
        assert len(sign.rule) <= 30
        assert sign.on <= ON
