from datetime import date

import pytest

from firstbell.law.consequences import GONE, LADDER, is_available, may_follow, parent_fine, ward_orders
from firstbell.law.sections import SECTIONS, section_of
from tests.law.stories import MONDAY, TODAY


@pytest.mark.parametrize(
    ("report", "tried", "sections"),
    [
        (1, False, ["EC 48264.5", "EC 37223"]),
        (2, False, ["EC 48264.5", "EC 48264.5"]),
        (3, False, []),
        (3, True, ["EC 48262", "EC 48263"]),
        (4, False, ["WIC 601"]),
        (9, True, ["WIC 601"]),
    ],
)
def test_what_may_follow(report, tried, sections):
    finding = may_follow(report, MONDAY, TODAY, conference_tried=tried)
    assert [action.section for action in finding.outcome] == sections
    assert finding.reasons


def test_the_court_is_for_people_and_counsel():
    assert [action.by_counsel for actions in LADDER.values() for action in actions].count(True) == 1
    assert LADDER[4][0].by_counsel


def test_steps_before_2023_are_not_held():
    finding = may_follow(1, date(2022, 12, 31), TODAY)
    assert finding.outcome == ()
    assert "2023" in finding.reasons[0].sentence


@pytest.mark.parametrize("number", [0, -1])
def test_numbers_begin_at_one(number):
    with pytest.raises(ValueError, match="numbered from 1"):
        may_follow(number, MONDAY, TODAY)
    with pytest.raises(ValueError, match="numbered from 1"):
        parent_fine(number, TODAY)


@pytest.mark.parametrize(
    ("section", "on", "available"),
    [
        ("PC 270.1", date(2025, 12, 31), True),
        ("PC 270.1", date(2026, 1, 1), False),
        ("VC 13202.7", date(2018, 12, 31), True),
        ("VC 13202.7", date(2019, 1, 1), False),
        ("EC 48293", date(2026, 2, 1), True),
        ("EC 48264.5", date(2026, 2, 1), True),
    ],
)
def test_what_a_case_may_rest_on(section, on, available):
    finding = is_available(section, on)
    assert finding.outcome is available
    assert available or finding.reasons[-1].section == "EC 48293"


@pytest.mark.parametrize("section", GONE)
def test_the_library_knows_the_last_day_of_what_is_gone(section):
    until = SECTIONS[section].until
    assert until is not None
    assert (GONE[section][0] - until).days == 1
    assert section_of(section).changed[-1].on == GONE[section][0]


@pytest.mark.parametrize(("conviction", "dollars"), [(1, 100), (2, 250), (3, 500), (7, 500)])
def test_parents_fines(conviction, dollars):
    finding = parent_fine(conviction, TODAY)
    assert finding.outcome == dollars
    assert f"${dollars}" in finding.reasons[0].sentence


def test_what_a_court_may_order_a_ward():
    assert ward_orders(TODAY).outcome == (20, 40, 90, 50)
