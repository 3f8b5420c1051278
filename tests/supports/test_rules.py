"""What a plan must be, whether it helps, what a card and a session may be: tables, properties, a slow twin."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.cases.rules.entries import BARRIERS as LOGGED
from firstbell.supports import rules
from firstbell.supports.practices import PRACTICES, STRENGTHS, TONES, matched
from firstbell.supports.rules import BARRIERS, FAMILIES, Promise, counseling
from firstbell.supports.rules.plans import TOO_EARLY
from tests.supports.conftest import draft

TODAY = date(2025, 10, 3)
DAY0 = date(2025, 9, 1)


@pytest.mark.parametrize(("change", "words"), [
    ({}, ""),
    ({"goal_days": None}, "A plan without a goal is refused"),
    ({"goal_of": None}, "A plan without a goal is refused"),
    ({"goal_of": 4}, "over 5 to 100"),
    ({"goal_of": 101}, "over 5 to 100"),
    ({"goal_days": 0}, ""),
    ({"goal_days": -1}, "is no goal"),
    ({"goal_days": 19}, ""),
    ({"goal_days": 20}, "At most 20 days absent in 20 school days is no goal"),
    ({"review_on": None}, "looked at again"),
    ({"review_on": TODAY}, ""),
    ({"review_on": TODAY - timedelta(1)}, "October 2, 2025 is past"),
    ({"review_on": TODAY + timedelta(50)}, ""),
    ({"review_on": TODAY + timedelta(51)}, "at most 50 days away"),
    ({"barriers": ("sleep", "moon")}, "There is no barrier 'moon'"),
    ({"agreed_by": "  "}, "Say who agreed"),
    ({"agreed_by": "x" * 201}, "at most 200"),
    ({"strengths": "x" * 10_000}, "10,000 characters about strengths; 2,000 fit"),
    ({"asked_for": "x" * 2_001}, "what the family asked for"),
    ({"promises": (Promise("uncle", "Drive"),)}, "Say whose commitment"),
    ({"promises": (Promise("family", " "),)}, "Say what is promised"),
    ({"promises": (Promise("family", "x" * 301),)}, "at most 300 characters"),
])  # fmt: skip
def test_what_is_a_plan(change, words):
    found = rules.refused(draft(**change), TODAY)
    assert (words in found) if words else found == ""


def days(letters: str) -> dict[date, bool]:
    """Each letter a day from DAY0 on: `A` absent, a dot present."""
    return {DAY0 + timedelta(n): one == "A" for n, one in enumerate(letters)}


@pytest.mark.parametrize(("before", "since", "span", "was", "now", "words"), [
    ("A..........", ".........", 0, 0, 0, "Too early to tell: 9 school days since the start, of 10"),
    ("AAA.......", "..........", 10, 3, 0, "Fewer days missed: 0 days absent in the last 10 school days, 3 in the 10"),
    ("..........", "A.........", 10, 0, 1, "More days missed: 1 day absent"),
    ("A.........", "A.........", 10, 1, 1, "No change"),
    ("A........", "..........", 0, 0, 0, "Cannot tell: only 9 school days this year came before the start"),
    ("AAAA..........", "..........", 10, 0, 0, "No change"),  # as many days: the four were longer ago
    ("A.........", "AAAAA..........", 10, 1, 0, "Fewer days missed"),  # the newest ten of fifteen
    ("", "", 0, 0, 0, "Too early to tell: 0 school days"),
])  # fmt: skip
def test_against_themselves(before, since, span, was, now, words):
    found = rules.compared(days(f"{before}A{since}"), DAY0 + timedelta(len(before)))  # the plan's own day is neither
    assert (found.span, found.before if span else 0, found.since if span else 0) == (span, was, now)
    assert words in found.sentence


@given(st.text(alphabet="A.", max_size=60), st.integers(0, 60))
def test_the_comparison_is_a_slow_count_of_equal_windows(letters, at):
    known, begins = days(letters), DAY0 + timedelta(at)
    found = rules.compared(known, begins)
    before, since = letters[:at], letters[at + 1 :]
    assert found.days == len(since)
    if not found.span:
        assert min(len(before), len(since)) < TOO_EARLY
        return
    assert found.span == min(len(before), len(since)) >= TOO_EARLY
    assert found.before == before[len(before) - found.span :].count("A")
    assert found.since == since[len(since) - found.span :].count("A")
    assert ("Fewer" in found.sentence) is (found.since < found.before)


@given(st.text(alphabet="A.", max_size=60), st.integers(0, 30), st.integers(0, 30), st.integers(5, 40))
def test_one_more_day_absent_never_brings_a_goal_nearer(letters, at, most, of):
    order = ["missed", "running", "met"]
    now = rules.reached(days(letters), DAY0 + timedelta(at), most, of)
    for n, one in enumerate(letters):
        if one == ".":
            worse = rules.reached(days(letters[:n] + "A" + letters[n + 1 :]), DAY0 + timedelta(at), most, of)
            assert order.index(worse.state) <= order.index(now.state)


@pytest.mark.parametrize(("letters", "state"), [
    ("....", "running"), ("A.A..", "met"), ("AAA", "missed"), ("A.A..AAAA", "met"), (".....", "met"), ("", "running"),
])  # fmt: skip
def test_a_goal_of_two_days_in_five(letters, state):
    assert rules.reached(days(f"A{letters}"), DAY0, 2, 5).state == state


def test_the_taxonomy_covers_what_contacts_log_in_four_families():
    assert set(LOGGED) <= set(BARRIERS)
    assert set(FAMILIES) == {"barriers", "aversion", "disengagement", "misconceptions"}
    for key, one in BARRIERS.items():
        assert one.key == key
        assert one.family in FAMILIES
        assert one.examples
        assert matched(key), f"nothing is matched with {key}"
        if key in LOGGED:
            assert one.label == LOGGED[key]


def test_the_library_says_how_strong_and_by_whom_and_never_offers_harm():
    assert len(PRACTICES) >= 15
    assert set(STRENGTHS) == set(TONES) == {one.strength for one in PRACTICES.values()}
    for one in PRACTICES.values():
        assert set(one.barriers) <= set(BARRIERS)
        assert one.sources
        assert one.tier in (1, 2, 3)
        assert 0 <= one.minutes <= 240
        assert one.what.endswith(".")
        assert one.evidence.endswith(".")
    assert PRACTICES["punitive-measures"].strength == "harm"
    assert PRACTICES["school-refusal-cbt"].fits_a_group
    assert not any(PRACTICES[one].fits_a_group for one in ("nudge-letters", "attendance-contracts"))
    assert all(one.strength != "harm" for key in BARRIERS for one in matched(key))
    strengths = list(STRENGTHS)
    for key in BARRIERS:
        ranks = [strengths.index(one.strength) for one in matched(key)]
        assert ranks == sorted(ranks)


@pytest.mark.parametrize(("change", "words"), [
    ({}, ""), ({"on": TODAY + timedelta(1)}, "has not happened yet"), ({"on": date(2025, 6, 30)}, "earlier school"),
    ({"minutes": 0}, "Minutes are from 1 to 240"), ({"minutes": 241}, "Minutes"), ({"topic": " "}, "what it was about"),
    ({"topic": "x" * 121}, "at most 120"),
])  # fmt: skip
def test_what_is_a_session(change, words):
    told = {"on": TODAY, "minutes": 30, "topic": "Mornings", "today": TODAY, "year_starts": date(2025, 7, 1)} | change
    found = counseling.refused(**told)
    assert (words in found) if words else found == ""


@pytest.mark.parametrize(("lines", "found"), [
    (["In class by the bell", " ", "Homework"], ("In class by the bell", "Homework")), (["A", "A", "B"], ("A", "B")),
])  # fmt: skip
def test_targets(lines, found):
    assert counseling.targets(lines) == found


@pytest.mark.parametrize(("lines", "words"), [
    ([], "at least one"), (["a", "b", "c", "d"], "4 targets are too many"), (["x" * 81], "at most 80"),
])  # fmt: skip
def test_no_targets(lines, words):
    with pytest.raises(ValueError, match=words):
        counseling.targets(lines)


@given(st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=3), max_size=10))
def test_points_never_pass_what_is_possible(rows):
    found = counseling.score({DAY0 + timedelta(n): row for n, row in enumerate(rows)})
    assert 0 <= found.got <= found.possible
    assert found.days == len(rows)
    assert found.sentence
