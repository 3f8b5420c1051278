"""Signs from figures: what is said, how pressing it is, and when nothing is said."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.attendance.rules import KEPT, Figures, signs
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


def test_a_sentence_has_its_counts_and_its_day():
    [sign] = signs(replace(QUIET, streak=4), POLICY)
    assert sign.sentence == "Absent 4 school days in a row, the last on February 9, 2026."
    [sign] = signs(replace(QUIET, absent=10, absent_before=9), POLICY)
    assert (
        sign.sentence == "Reached 10 percent of days missed this week: absent 10 of 100 days, 9 five school days ago."
    )


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
