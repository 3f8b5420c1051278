"""The board's columns and its order, the steps and their days, what a stop and a return come to."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.policy import policy_on
from firstbell.law.returning import WAYS
from firstbell.recovery.rules import (
    LANES,
    STEPS,
    Done,
    Known,
    Spell,
    due_on,
    grade_number,
    lane_of,
    lane_words,
    next_of,
    order_of,
    progress,
    undone,
    urgent,
)
from firstbell.recovery.rules.days import RESULTS, said_of
from firstbell.recovery.rules.returning import parts
from firstbell.recovery.rules.steps import refused

TODAY = date(2025, 10, 3)
POLICY = policy_on(TODAY)
SINCE = date(2025, 9, 8)


@pytest.mark.parametrize(("state", "unseen", "left", "lane"), [
    ("unseen", 0, False, "few"), ("unseen", 1, False, "few"), ("unseen", 3, False, "few"),
    ("unseen", 4, False, "several"), ("unseen", 9, False, "several"),
    ("unseen", 10, False, "many"), ("unseen", 170, False, "many"),
    ("unseen", 2, True, "left"), ("unseen", 90, True, "left"),
    ("located", 90, True, "located"), ("located", 1, False, "located"),
])  # fmt: skip
def test_the_column_of_a_search(state, unseen, left, lane):
    assert lane_of(state, Spell(SINCE, unseen, exit_on=SINCE if left else None), POLICY) == lane


def test_the_columns_are_named_by_the_policys_days():
    assert list(lane_words(POLICY)) == list(LANES)
    assert list(lane_words(POLICY).values())[:3] == [
        "Unseen 1 to 3 days",
        "Unseen 4 to 9 days",
        "Unseen 10 days and more",
    ]


@pytest.mark.parametrize(("unseen", "reached", "first"), [
    (4, None, False), (5, None, True), (40, None, True),
    (5, SINCE, False), (5, SINCE - timedelta(1), True), (5, SINCE + timedelta(30), False),
])  # fmt: skip
def test_first_in_line_after_five_school_days_without_anybody_reached(unseen, reached, first):
    assert urgent(Spell(SINCE, unseen, reached), POLICY) is first


@pytest.mark.parametrize(("born", "exit_on", "adult", "census"), [
    (date(2007, 10, 4), None, date(2025, 10, 4), date(2026, 10, 7)),
    (date(2007, 10, 3), None, None, date(2026, 10, 7)),  # eighteen today
    (date(2008, 2, 29), None, date(2026, 3, 1), date(2026, 10, 7)),
    (None, None, None, date(2026, 10, 7)),
    (None, date(2025, 8, 10), None, None),  # its Census Day was two days ago
    (None, date(2025, 8, 20), None, date(2026, 10, 7)),
])  # fmt: skip
def test_what_the_line_is_ordered_by(born, exit_on, adult, census):
    assert order_of(Spell(SINCE, 9, exit_on=exit_on), born, TODAY, POLICY) == (True, adult, census)


@pytest.mark.parametrize(("code", "grade"), [
    ("09", 9), ("12", 12), ("KN", 0), ("TK", 0), ("US", 9), ("UE", 0), ("", 0), (None, 0),
])  # fmt: skip
def test_a_grade_as_the_law_counts_it(code, grade):
    assert grade_number(code) == grade


def did(kind: str, *, answered: bool = True) -> Done:
    return Done(kind, SINCE, "x", "Rosa", answered=answered)


def states(known: Known) -> dict[str, str]:
    return {line.key: line.state for line in progress(known)}


FULL = Known(frozenset({"1:a", "1:b"}), frozenset({"7"}), 2, True)


@pytest.mark.parametrize(("known", "key", "state"), [
    (FULL, "numbers", "open"),
    (Known(FULL.numbers, rung=frozenset({"1:a"})), "numbers", "open"),
    (Known(FULL.numbers, rung=frozenset({"1:a", "1:b", "9:z"})), "numbers", "done"),
    (Known(), "numbers", "none"),
    (FULL, "contacts", "open"),
    (Known(contacts=frozenset({"7", "8"}), asked=frozenset({"7"})), "contacts", "open"),
    (Known(contacts=frozenset({"7"}), asked=frozenset({"7"})), "contacts", "done"),
    (Known(), "contacts", "none"),
    (FULL, "siblings", "open"), (Known(), "siblings", "none"), (Known(done=(did("siblings"),)), "siblings", "done"),
    (FULL, "visit", "open"), (Known(address=False), "visit", "none"), (Known(done=(did("visit"),)), "visit", "done"),
    (Known(), "neighbor", "open"), (Known(), "records", "open"), (Known(), "state", "open"),
    (Known(done=(did("records", answered=False),)), "records", "waiting"),
    (Known(done=(did("records", answered=False), did("records"))), "records", "done"),
])  # fmt: skip
def test_how_a_step_stands(known, key, state):
    assert states(known)[key] == state


def test_steps_are_proposed_in_their_order_and_what_waits_last():
    assert next_of(progress(FULL)) == "numbers"
    assert next_of(progress(Known(address=False))) == "neighbor"
    told = tuple(did(kind) for kind in ("neighbor", "state"))
    waits = Known(address=False, done=(*told, did("records", answered=False)))
    assert next_of(progress(waits)) == "records"
    assert undone(progress(waits)) == ["records request"]
    settled = Known(address=False, done=(*told, did("records")))
    assert next_of(progress(settled)) == ""
    assert undone(progress(settled)) == []


KNOWN = st.builds(
    Known, numbers=st.frozensets(st.sampled_from("abc")), contacts=st.frozensets(st.sampled_from("xyz")),
    siblings=st.integers(0, 3), address=st.booleans(), rung=st.frozensets(st.sampled_from("abcd")),
    asked=st.frozensets(st.sampled_from("xyzw")),
    done=st.lists(st.builds(did, st.sampled_from(sorted(STEPS)), answered=st.booleans()), max_size=6).map(tuple),
)  # fmt: skip


@given(KNOWN, st.sampled_from(sorted(STEPS)))
def test_doing_more_never_opens_a_step_again(known, kind):
    more = Known(known.numbers, known.contacts, known.siblings, known.address, known.rung, known.asked,
                 (*known.done, did(kind)))  # fmt: skip
    before, after = states(known), states(more)
    assert all(after[key] in ("done", "none") for key, state in before.items() if state in ("done", "none"))
    assert not undone(progress(more)) or undone(progress(known))


@given(KNOWN)
def test_there_is_a_next_step_exactly_while_something_is_undone(known):
    lines = progress(known)
    assert bool(next_of(lines)) is bool(undone(lines))


@pytest.mark.parametrize(("key", "since", "due"), [
    ("numbers", date(2025, 10, 3), date(2025, 10, 6)),  # a Friday, then the Monday
    ("visit", date(2025, 10, 1), date(2025, 10, 6)),
    ("state", date(2025, 10, 6), date(2025, 10, 13)),
    ("", date(2025, 10, 6), date(2025, 10, 13)),
])  # fmt: skip
def test_a_step_is_due_in_working_days(key, since, due):
    assert due_on(key, since) == due


STEP = {"kind": "state", "outcome": "nothing", "on": TODAY, "today": TODAY, "since": SINCE, "said": ""}


@pytest.mark.parametrize(("change", "words"), [
    ({}, ""),
    ({"kind": "visit"}, "Choose which step it was"),
    ({"kind": "prayer"}, "Choose which step it was"),
    ({"outcome": "reached"}, "Choose what came of it"),
    ({"on": TODAY + timedelta(1)}, "has not happened yet"),
    ({"on": SINCE - timedelta(1)}, "was not missed before 8 September"),
    ({"outcome": "told"}, "Say what you learned"),
    ({"outcome": "told", "said": "Moved to Fresno."}, ""),
    ({"said": "x" * 301}, "301 characters; 300 fit"),
])  # fmt: skip
def test_what_a_step_may_be(change, words):
    said = refused(**(STEP | change))
    assert words in said
    assert bool(said) is bool(words)


def test_every_result_is_an_outcome_of_the_contact_log_or_none():
    from firstbell.cases.rules.entries import OUTCOMES, SPOKE  # beside the cases it is checked against

    assert {one.outcome for one in RESULTS.values()} - {""} <= set(OUTCOMES)
    assert all(one.outcome in SPOKE for one in RESULTS.values() if one.found)
    assert said_of("moved", "Day", "To Fresno.") == "Day: moved away, or not known there. To Fresno."


@pytest.mark.parametrize("way", WAYS)
def test_every_way_back_asks_for_a_welcome_and_a_check_in(way):
    told = parts(way, 40)
    assert [one.kind for one in told] == ["other", "conference", "plan", "checkin"]
    assert "40 credits short" in told[2].text
    assert [one.kind for one in parts(way, 0)] == ["other", "conference", "checkin"]
    assert all(one.text and len(one.text) <= 300 for one in told)
