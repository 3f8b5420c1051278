from datetime import date
from decimal import Decimal

import pytest

from firstbell.law.ada import attendance_rate, day_attended, keeps_attendance, value_of_a_day
from firstbell.law.excuses import Excuse
from firstbell.law.exits import (
    CODES,
    ENOUGH,
    PROOFS,
    UNKNOWN,
    Leaving,
    census_day,
    cycle,
    is_never_attended,
    is_proven,
    leaving,
    may_exit_unknown,
    needs_proof,
)
from firstbell.law.sections import section_of
from tests.law.stories import MONDAY, TODAY, after


@pytest.mark.parametrize(
    ("year", "expected"),
    [(2023, date(2023, 10, 4)), (2024, date(2024, 10, 2)), (2025, date(2025, 10, 1)), (2026, date(2026, 10, 7))],
)
def test_census_day_is_the_first_wednesday_in_october(year, expected):
    assert census_day(year) == expected
    assert expected.weekday() == 2


@pytest.mark.parametrize(
    ("left", "begins", "ends", "census"),
    [
        (date(2025, 8, 15), date(2024, 8, 16), date(2025, 8, 15), date(2025, 10, 1)),
        (date(2025, 8, 16), date(2025, 8, 16), date(2026, 8, 15), date(2026, 10, 7)),
        (date(2026, 2, 1), date(2025, 8, 16), date(2026, 8, 15), date(2026, 10, 7)),
    ],
)
def test_the_dropout_year(left, begins, ends, census):
    assert cycle(left) == (begins, ends, census)


@pytest.mark.parametrize(
    ("code", "completion", "grade", "found", "expected"),
    [
        ("E140", "", 9, False, Leaving.DROPOUT),
        ("E140", "", 9, True, Leaving.BACK),
        ("E140", "", 6, False, Leaving.NOT_COUNTED),
        ("E140", "", 7, False, Leaving.DROPOUT),
        ("E300", "", 10, False, Leaving.DROPOUT),
        ("E400", "", 10, False, Leaving.DROPOUT),
        ("T270", "", 12, False, Leaving.DROPOUT),
        ("T380", "", 12, False, Leaving.DROPOUT),
        ("E230", "100", 12, False, Leaving.GRADUATE),
        ("E230", "250", 12, False, Leaving.GRADUATE),
        ("E230", "330", 12, False, Leaving.GRADUATE),
        ("E230", "104", 12, False, Leaving.DROPOUT),
        ("E230", "360", 12, False, Leaving.DROPOUT),
        ("E230", "104", 12, True, Leaving.BACK),
        ("E230", "320", 12, False, Leaving.COMPLETER),
        ("T160", "", 9, False, Leaving.LOST_TRANSFER),
        ("T160", "", 9, True, Leaving.BACK),
        ("T160", "", 5, False, Leaving.NOT_COUNTED),
        ("T200", "", 9, False, Leaving.TRANSFER),
        ("E130", "", 9, False, Leaving.NOT_COUNTED),
        ("E155", "", 9, False, Leaving.NOT_COUNTED),
        ("N470", "", 9, False, Leaving.NOT_COUNTED),
    ],
)
def test_how_a_leaving_counts(code, completion, grade, found, expected):
    finding = leaving(code, completion, grade, TODAY, found=found)
    assert finding.outcome is expected
    assert expected.is_dropout is (expected in (Leaving.DROPOUT, Leaving.LOST_TRANSFER))
    assert finding.reasons[0].section == "CALPADS dropout"


@pytest.mark.parametrize("code", CODES)
def test_being_found_never_makes_a_dropout(code):
    assert not leaving(code, "", 9, TODAY, found=True).outcome.is_dropout


def test_an_unknown_code_is_an_error():
    with pytest.raises(KeyError):
        leaving("E999", "", 9, TODAY, found=False)


@pytest.mark.parametrize(("days", "steps", "expected"), [(3, 1, True), (2, 5, False), (30, 0, False), (3, 0, False)])
def test_nobody_is_given_up_without_steps(days, steps, expected):
    assert may_exit_unknown(days, steps, TODAY).outcome is expected


@pytest.mark.parametrize(
    ("attended", "before", "exit_on", "expected"),
    [(0, False, MONDAY, True), (1, False, MONDAY, False), (0, True, MONDAY, False), (0, False, after(1), False)],
)
def test_never_attended(attended, before, exit_on, expected):
    assert is_never_attended(attended, before, MONDAY, exit_on).outcome is expected


@pytest.mark.parametrize(("code", "needs"), [
    ("T160", True), ("E140", True), ("E400", True), ("N470", True), ("", True), ("E999", True),
    ("E155", False), ("E230", False), ("E130", False),
])  # fmt: skip
def test_which_leavings_ask_for_proof(code, needs):
    assert needs_proof(code) is needs


@pytest.mark.parametrize(
    ("code", "proofs", "undone", "expected"),
    [
        ("T160", (), (), False),
        ("T160", ("records_request",), (), True),
        ("T160", ("state_record",), ("home visit",), True),  # who is found needs no further step
        ("T160", ("family_statement",), (), False),  # a word at the door is not enough
        ("T200", ("state_record",), (), False),  # the state's data end at its border
        ("T200", ("enrolment_letter",), (), True),
        ("T240", ("family_statement",), (), True),
        ("T180", ("affidavit",), (), True),
        ("T370", ("institution_letter",), (), True),
        ("T380", ("records_request",), (), False),
        ("E140", (), (), True),
        ("E140", (), ("home visit",), False),
        ("E140", ("records_request",), ("home visit",), False),
        ("E400", (), ("home visit", "records request"), False),
        ("E300", (), (), False),
        ("E300", ("expulsion_order",), ("home visit",), False),
        ("E300", ("expulsion_order",), (), True),
        ("N470", (), (), True),
        ("E155", ("records_request",), (), False),
        ("E230", ("certificate",), ("home visit",), True),
        ("E130", ("death_record",), (), True),
    ],
)
def test_whether_a_leaving_is_proven(code, proofs, undone, expected):
    found = is_proven(code, proofs, undone, TODAY)
    assert found.outcome is expected
    assert found.reasons
    assert all(section_of(reason.section) for reason in found.reasons)


@pytest.mark.parametrize("code", CODES)
def test_more_proof_never_takes_a_proof_away(code):
    alone = is_proven(code, (), (), TODAY).outcome
    assert is_proven(code, tuple(PROOFS), (), TODAY).outcome >= alone
    assert set(ENOUGH.get(code, ())) <= set(PROOFS)
    assert code not in UNKNOWN or not is_proven(code, tuple(PROOFS), ("home visit",), TODAY).outcome


def test_what_is_missing_is_named():
    found = is_proven("E140", (), ("home visit", "the state's data"), TODAY)
    assert found.reasons[0].sentence == "Not done yet: home visit; the state's data."
    with pytest.raises(KeyError):
        is_proven("E999", (), (), TODAY)


@pytest.mark.parametrize(("minutes", "days"), [(0, 0), (1, 1), (240, 1), (500, 1)])
def test_any_part_of_a_day_is_a_day(minutes, days):
    assert day_attended(minutes).outcome == days


@pytest.mark.parametrize(
    ("code", "excuse", "keeps"),
    [
        ("46014", Excuse.EXCUSED, True),
        ("46014", Excuse.ADMINISTRATOR, False),
        ("48205a01", Excuse.EXCUSED, False),
        ("46010.1", Excuse.EXCUSED, False),
    ],
)
def test_hardly_any_absence_keeps_its_attendance(code, excuse, keeps):
    assert keeps_attendance(code, excuse).outcome is keeps


@pytest.mark.parametrize(
    ("attended", "taught", "expected"),
    [
        (975, 1000, ("97.50", "2.50")),
        (0, 5, ("0.00", "100.00")),
        (5, 5, ("100.00", "0.00")),
        (2, 3, ("66.67", "33.33")),
    ],
)
def test_the_rate_that_is_shown(attended, taught, expected):
    assert attendance_rate(attended, taught) == tuple(map(Decimal, expected))


@pytest.mark.parametrize(("attended", "taught"), [(1, 0), (2, 1), (-1, 5)])
def test_rates_of_nothing(attended, taught):
    with pytest.raises(ValueError, match="days attended of"):
        attendance_rate(attended, taught)


def test_what_a_day_brings():
    assert value_of_a_day(Decimal(10025)) == Decimal("55.69")
