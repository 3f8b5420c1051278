"""What may become of a batch, whom a relation names, what a file's words mean: values in, answers out."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.notices import Kind
from firstbell.law.policy import policy_on, with_settings
from firstbell.law.recipients import Role
from firstbell.letters.wording import LANGUAGES
from firstbell.notices import rules
from firstbell.notices.models import Batch
from firstbell.notices.rules import NotAllowed, after

SENT = date(2025, 10, 3)
POLICY = policy_on(SENT)


@pytest.mark.parametrize(("state", "move", "then"), [
    ("draft", "approve", "approved"),
    ("draft", "cancel", "cancelled"),
    ("approved", "cancel", "cancelled"),
    ("approved", "issue", "issuing"),
    ("issuing", "issue", "issuing"),  # a killed run goes on
    ("issuing", "finish", "issued"),
])  # fmt: skip
def test_what_may_become_of_a_batch(state, move, then):
    assert after(state, move) == then


@pytest.mark.parametrize("state", Batch.State.values)
@pytest.mark.parametrize("move", list(rules.PAST))
def test_nothing_else_may(state, move):
    if (state, move) in rules.MOVES:
        return
    with pytest.raises(NotAllowed, match=f"A batch that is {state} cannot be {rules.PAST[move]}."):
        after(state, move)


def test_what_was_issued_or_cancelled_stays_so():
    assert not [move for (state, move) in rules.MOVES if state in ("issued", "cancelled")]


@given(st.integers(1, 20_000), st.integers(0, 10_000))
def test_two_people_above_the_setting(letters, above):
    policy = with_settings(POLICY, **{"notices.second_approval_above": above})
    assert rules.approvals_needed(letters, policy) == (2 if letters > above else 1)


@pytest.mark.parametrize(("days", "why"), [
    (-1, "from that day on"), (0, ""), (1, ""), (7, ""), (8, "more than a week ago. Cancel the batch"),
])  # fmt: skip
def test_letters_go_out_on_their_day_or_within_a_week(days, why):
    said = rules.may_issue_on(SENT, SENT + timedelta(days))
    assert why in said
    assert bool(said) == bool(why)


@pytest.mark.parametrize(("ago", "held"), [(0, True), (1, True), (10, True), (11, False), (40, False)])
def test_a_reason_may_be_given_for_ten_days(ago, held):
    found = rules.open_window([SENT - timedelta(ago)], SENT, POLICY)
    assert (found is not None) is held
    if found:
        assert (found.waits, found.reasons[0].section) == (True, "setting excuses.clearing_days")


@given(st.lists(st.integers(0, 30), max_size=6))
def test_the_last_day_decides_when_it_can_go_out(ago):
    found = rules.open_window([SENT - timedelta(n) for n in ago], SENT, POLICY)
    if not ago or min(ago) > 10:
        assert found is None
    else:
        assert f"October {3 + 11 - min(ago)}, 2025" in found.remedy


@pytest.mark.parametrize(("relation", "role"), [
    ("Mother", Role.PARENT), ("FATHER", Role.PARENT), ("Stepfather", Role.PARENT), ("Parent/Guardian", Role.GUARDIAN),
    ("Legal Guardian", Role.GUARDIAN), ("Grandmother", Role.CAREGIVER), ("Foster mother", Role.CAREGIVER),
    ("Aunt", Role.CAREGIVER), ("Education Rights Holder", Role.RIGHTS_HOLDER), ("Attorney", Role.ATTORNEY),
    ("Lawyer of the child", Role.ATTORNEY), ("County Social Worker", Role.SOCIAL_WORKER),
    ("Tribal social worker", Role.TRIBAL_WORKER),
])  # fmt: skip
def test_whom_a_relation_names(relation, role):
    assert rules.role_of(relation) is role


@pytest.mark.parametrize("relation", [
    None, "", "Neighbor", "Dentist", "Godmother", "Godparent", "Mother of a friend", "Friend's father",
    "Father, rights terminated", "No educational rights", "Former guardian", "Fóster?", "母",
])  # fmt: skip
def test_whoever_is_not_plainly_family_gets_nothing(relation):
    assert rules.role_of(relation) is Role.OTHER


@given(st.text(max_size=30))
def test_any_word_for_a_relation_has_a_role(relation):
    assert rules.role_of(relation) in Role


@pytest.mark.parametrize(("tag", "language"), [
    (None, "en"), ("", "en"), ("en", "en"), ("EN-us", "en"), ("es", "es"), ("es-MX", "es"), ("fil", "tl"),
    ("fil-PH", "tl"), ("tl", "tl"), ("zh", "zh-Hans"), ("zh-CN", "zh-Hans"), ("ZH-hans", "zh-Hans"),
    ("hy-AM", "hy"), ("ar", "ar"),
    ("zh-TW", "zh-TW"),  # other signs: never the wording of another script
    ("zh-Hant", "zh-Hant"), ("so", "so"), ("som-SO", "som"),
])  # fmt: skip
def test_the_wording_of_a_language_tag(tag, language):
    assert rules.language_of(tag, LANGUAGES) == language


@pytest.mark.parametrize(("code", "grade"), [
    ("KN", "K"), ("kg", "K"), ("00", "K"), ("TK", "TK"), ("PK", "TK"), ("01", "1"), ("7", "7"), ("12", "12"),
    ("13", ""), ("UE", ""), ("", ""), (None, ""), ("-1", ""), ("²", ""), ("١٢", "12"),
])  # fmt: skip
def test_the_grade_that_a_letter_can_name(code, grade):
    assert rules.grade_of(code) == grade


def test_every_kind_has_a_title_and_its_own_rules():
    assert set(rules.TITLES) == set(Kind)
    assert len(set(rules.TITLES.values())) == len(Kind)
    assert set(rules.MEETING) <= set(rules.ASKED)
    assert not set(rules.ACCUSING) & set(rules.ASKED), "nobody asks for an accusation"
