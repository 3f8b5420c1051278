from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.excuses import (
    Claim,
    Decision,
    Excuse,
    Terms,
    clearing_ends,
    judge,
    may_ask_for_note,
    may_explain,
    words_for,
)
from firstbell.law.policy import policy_on, with_settings
from firstbell.law.reasons import REASONS, Per, Shown
from firstbell.law.sections import section_of
from tests.law.stories import MONDAY, TODAY, after

EXCUSED, OFFICE, NOT = Excuse.EXCUSED, Excuse.ADMINISTRATOR, Excuse.NOT_EXCUSED
EVERYTHING = frozenset(Shown)
YES = Decision(True, "A. Reyes", after(3), "the facts of the case")
NO = Decision(False, "A. Reyes", after(3), "the facts of the case")


def outcomes(code, days, *, shown=EVERYTHING, grade=9, incident="", **more) -> list[Excuse]:
    claims = [Claim(after(day), code, incident, frozenset(shown)) for day in days]
    judged = judge(claims, grade, **more)
    return [judged[claim].outcome for claim in claims]


@pytest.mark.parametrize(
    ("code", "limit"),
    [
        ("48205a04", 5),
        ("48205a13", 3),
        ("48205a12", 1),
        ("48205a07_retreat", 1),
        ("48225.5a", 5),
        ("48225.5b", 5),
        ("46014", 4),
    ],
)
def test_a_limit_of_days(code, limit):
    assert outcomes(code, range(limit + 2)) == [EXCUSED] * limit + [OFFICE] * 2


@pytest.mark.parametrize("code", [code for code in REASONS if not REASONS[code].limit])
def test_reasons_without_a_limit(code):
    assert outcomes(code, range(40)) == [EXCUSED] * 40


def test_every_code_names_a_section_we_hold_and_a_limit_the_policy_knows():
    for reason in REASONS.values():
        assert section_of(reason.section).title
        for name in (reason.grade_from, reason.limit if reason.limit != "none" else ""):
            assert not name or getattr(TODAY.excuses, name) >= 0
        assert (reason.per is not None) is (reason.limit not in ("", "none"))


def test_incidents_have_limits_of_their_own():
    claims = [Claim(after(day), "48205a04", who) for who in ("grandmother", "uncle") for day in range(6)]
    judged = judge(claims, 9)
    assert [judged[claim].outcome for claim in claims] == ([EXCUSED] * 5 + [OFFICE]) * 2


def test_semesters_months_and_years():
    terms = Terms(semesters=(after(0), after(10)), months=(after(0), after(4), after(8)))
    assert outcomes("48205a07_retreat", [0, 9, 10, 11], terms=terms) == [EXCUSED, OFFICE, EXCUSED, OFFICE]
    assert outcomes("46014", range(9), terms=terms) == [EXCUSED] * 9
    assert outcomes("46014", range(5)) == [EXCUSED] * 4 + [OFFICE]
    june = (date(2026, 6, 30) - MONDAY).days
    assert outcomes("48205a12", [june, june + 1]) == [EXCUSED, EXCUSED]


def test_parental_leave_lasts_eight_weeks_from_its_first_day():
    assert outcomes("46015", [0, 30, 55, 56], shown=()) == [EXCUSED, EXCUSED, EXCUSED, OFFICE]
    assert outcomes("46015", [0, 56], shown=[Shown.MEDICAL_NEED]) == [EXCUSED, EXCUSED]


@pytest.mark.parametrize(
    ("code", "shown", "expected"),
    [
        ("48205a07", (), NOT),
        ("48205a07", (Shown.PARENT_REQUEST,), NOT),
        ("48205a07", (Shown.PRINCIPAL_APPROVAL,), NOT),
        ("48205a07", (Shown.PARENT_REQUEST, Shown.PRINCIPAL_APPROVAL), EXCUSED),
        ("48205a12", (), OFFICE),
        ("48205a12", (Shown.PRIOR_NOTICE,), EXCUSED),
        ("48225.5a", (), NOT),
        ("48225.5b", (), NOT),
        ("46014", (Shown.PARENT_CONSENT, Shown.BOARD_RESOLUTION), NOT),
        ("48205a01", (), EXCUSED),
        ("48205a15", EVERYTHING, OFFICE),
    ],
)
def test_what_must_be_on_record(code, shown, expected):
    assert outcomes(code, [0], shown=shown) == [expected]


def test_what_fails_for_want_of_a_paper_costs_nothing():
    bare, full = Claim(after(0), "48205a07_retreat"), Claim(after(1), "48205a07_retreat", shown=EVERYTHING)
    judged = judge([bare, full], 9)
    assert [judged[bare].outcome, judged[full].outcome] == [NOT, EXCUSED]


@pytest.mark.parametrize(
    ("code", "grade", "expected"),
    [
        ("48205a12", 5, OFFICE),
        ("48205a12", 6, EXCUSED),
        ("48205a12", 12, EXCUSED),
        ("46010.1", 6, OFFICE),
        ("46010.1", 7, EXCUSED),
    ],
)
def test_grades(code, grade, expected):
    assert outcomes(code, [0], grade=grade) == [expected]


def test_where_middle_school_begins_is_the_districts_choice():
    seven = with_settings(TODAY, **{"excuses.civic_grade_from": 7})
    assert outcomes("48205a12", [0], grade=6, in_force=lambda day: seven) == [OFFICE]


@pytest.mark.parametrize(
    ("code", "on", "expected"),
    [
        ("48205a11", date(2021, 12, 31), OFFICE),
        ("48205a11", date(2022, 1, 3), EXCUSED),
        ("48205a12", date(2022, 12, 31), OFFICE),
        ("48205a12", date(2023, 1, 3), EXCUSED),
        ("48205a13", date(2024, 12, 31), OFFICE),
        ("48205a13", date(2025, 1, 2), EXCUSED),
        ("48205a14", date(2024, 12, 31), OFFICE),
        ("48205a01", date(2014, 1, 6), EXCUSED),
    ],
)
def test_the_list_grew_over_time(code, on, expected):
    claim = Claim(on, code, shown=EVERYTHING)
    assert judge([claim], 9)[claim].outcome is expected


def test_grieving_before_2024_was_a_single_day():
    days = [date(2023, 11, 6) + timedelta(n) for n in range(2)]
    claims = [Claim(day, "48205a04") for day in days]
    judged = judge(claims, 9)
    assert [judged[claim].outcome for claim in claims] == [EXCUSED, OFFICE]
    assert judged[claims[0]].policy == policy_on(days[0]).version


@pytest.mark.parametrize(
    ("decision", "code", "shown", "expected"),
    [
        (YES, "48205a15", (), EXCUSED),
        (NO, "48205a15", (), NOT),
        (YES, "48205a07", (), EXCUSED),
        (NO, "48205a01", (), EXCUSED),  # the law excuses; nobody can take that back
    ],
)
def test_an_administrators_decision(decision, code, shown, expected):
    claim = Claim(after(0), code, shown=frozenset(shown), decision=decision)
    finding = judge([claim], 9)[claim]
    assert finding.outcome is expected
    if code != "48205a01":
        assert finding.reasons[0].section == "EC 48260(c)"
        assert "A. Reyes" in finding.reasons[0].sentence


def test_a_day_decided_by_a_person_uses_up_no_limit():
    decided = [Claim(after(day), "48205a04", decision=YES if day == 5 else None) for day in range(6)]
    assert [judge(decided, 9)[claim].outcome for claim in decided] == [EXCUSED] * 6


@pytest.mark.parametrize(("by", "why"), [("", "why"), ("A. Reyes", " "), (" ", "")])
def test_a_decision_says_who_and_why(by, why):
    with pytest.raises(ValueError, match="who decided and why"):
        Decision(True, by, MONDAY, why)


def test_an_unknown_reason_is_an_error():
    with pytest.raises(KeyError):
        judge([Claim(MONDAY, "whim")], 9)
    assert judge([], 9) == {}


CLAIMS = st.lists(
    st.builds(
        Claim,
        st.integers(0, 60).map(after),
        st.sampled_from(sorted(REASONS)),
        st.sampled_from(["", "a", "b"]),
        st.frozensets(st.sampled_from(Shown)),
        st.sampled_from([None, YES, NO]),
    ),
    max_size=20,
)
RANK = {NOT: 0, OFFICE: 1, EXCUSED: 2}


@given(CLAIMS, st.randoms(), st.integers(0, 12))
def test_the_order_never_matters(claims, random, grade):
    shuffled = list(claims)
    random.shuffle(shuffled)
    assert judge(claims, grade) == judge(shuffled, grade)


@given(CLAIMS, st.integers(0, 12))
def test_no_limit_is_ever_passed_without_a_person(claims, grade):
    excused = {claim for claim, finding in judge(claims, grade).items() if finding.outcome is EXCUSED}
    for code, per in {(claim.code, claim.incident) for claim in excused if REASONS[claim.code].per is Per.INCIDENT}:
        reason = REASONS[code]
        if reason.limit.endswith("_days"):
            mine = {c.on for c in excused if (c.code, c.incident) == (code, per) and c.decision is None}
            assert len(mine) <= getattr(TODAY.excuses, reason.limit)


@given(CLAIMS, st.integers(0, 12))
def test_more_on_record_never_hurts_the_claim_itself(claims, grade):
    for claim in claims[:3]:
        alone, better = judge([claim], grade), Claim(claim.on, claim.code, claim.incident, EVERYTHING, claim.decision)
        assert RANK[judge([better], grade)[better].outcome] >= RANK[alone[claim].outcome]


@pytest.mark.parametrize(("code", "allowed"), [("48205a06", False), ("46010.1", False), ("48205a01", True)])
def test_doctors_notes(code, allowed):
    assert may_ask_for_note(code).outcome is allowed


@pytest.mark.parametrize(
    ("code", "to_parent", "words"),
    [
        ("46010.1", True, "excused"),
        ("46010.1", False, "confidential medical services"),
        ("48205a05", True, "jury duty"),
    ],
)
def test_a_confidential_reason_is_not_shown_to_a_parent(code, to_parent, words):
    assert words_for(code, to_parent=to_parent) == words


@pytest.mark.parametrize(("on", "adult"), [(date(2025, 8, 31), False), (MONDAY, True)])
def test_a_student_of_18_explains_alone(on, adult):
    assert may_explain(date(2007, 9, 1), on).outcome is adult


@pytest.mark.parametrize(("days", "last"), [(10, 10), (0, 0), (60, 60)])
def test_families_have_time_to_give_a_reason(days, last):
    policy = with_settings(TODAY, **{"excuses.clearing_days": days})
    finding = clearing_ends(MONDAY, policy)
    assert finding.outcome == after(last)
    assert finding.reasons[0].section == "setting excuses.clearing_days"


@pytest.mark.parametrize("one", Excuse)
def test_outcomes_have_words(one):
    assert one.label
