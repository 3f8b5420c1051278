from dataclasses import replace
from datetime import date

import pytest

from firstbell.law.notices import REQUIRED, Kind
from firstbell.law.sarb import (
    DISTRICT_ATTORNEY_FIELDS,
    NOTICE_FIELDS,
    RECEIVERS,
    SEATS,
    Board,
    Directive,
    Package,
    Party,
    composition,
    consultation_due,
    directive_problems,
    may_notify_attorney,
    overdue,
    referral_ready,
    review_dates,
)
from firstbell.law.steps import Ground
from tests.law.stories import MONDAY, TODAY, after, dates

READY = Package(
    Ground.HABITUAL, True, after(20), (after(4), after(9)), RECEIVERS, frozenset(NOTICE_FIELDS), notified_on=after(15)
)


def test_a_county_board_needs_every_seat():
    assert len(SEATS) == 13
    assert composition(Board.COUNTY, SEATS).outcome is True
    assert composition(Board.COUNTY, SEATS).reasons == ()


@pytest.mark.parametrize("empty", SEATS)
def test_an_empty_seat_is_named(empty):
    finding = composition(Board.COUNTY, SEATS.keys() - {empty})
    assert finding.outcome is False
    (reason,) = finding.reasons
    assert SEATS[empty] in reason.sentence


def test_a_local_board_may_have_them():
    finding = composition(Board.LOCAL, ["parent", "attendance"])
    assert finding.outcome is True
    assert len(finding.reasons) == 11


def test_an_unknown_seat_is_an_error():
    with pytest.raises(ValueError, match="not a seat of EC 48321: astronaut"):
        composition(Board.COUNTY, ["astronaut"])


@pytest.mark.parametrize(
    ("held", "on", "due"),
    [
        ([], MONDAY, True),
        ([date(2025, 8, 20)], MONDAY, False),
        ([date(2025, 6, 30)], MONDAY, True),  # last year's
        ([date(2025, 10, 1)], MONDAY, True),  # still to come
    ],
)
def test_students_are_consulted_every_year(held, on, due):
    assert consultation_due(held, on).outcome is due


def test_a_complete_package_is_ready():
    assert referral_ready(READY, TODAY).outcome is True
    assert referral_ready(READY, TODAY).reasons == ()


@pytest.mark.parametrize(
    ("change", "sections", "number"),
    [
        ({"holds": False}, {"EC 48262"}, 1),
        ({"holds": False, "ground": Ground.CHRONIC}, {"EC 48263"}, 1),
        ({"interventions": ()}, {"EC 48263(a)"}, 1),
        ({"interventions": (after(21),)}, {"EC 48263(a)"}, 1),  # help after the referral is no help before it
        ({"given_to": frozenset({"board"})}, {"EC 48263(a)"}, 2),
        ({"notice": frozenset({"name", "address", "reason"})}, {"EC 48263(a)"}, 1),
        ({"notice": frozenset()}, {"EC 48263(a)"}, 4),
        ({"notified_on": None}, {"EC 48263(a)"}, 1),
        ({"notified_on": after(21)}, {"EC 48263(a)"}, 1),
    ],
)
def test_what_a_referral_lacks_is_named(change, sections, number):
    finding = referral_ready(replace(READY, **change), TODAY)
    assert finding.outcome is False
    assert {reason.section for reason in finding.reasons} == sections
    assert len(finding.reasons) == number


def test_the_four_fields_are_those_a_letter_must_hold():
    assert set(NOTICE_FIELDS) <= {item.key for item in REQUIRED[Kind.SARB]}


@pytest.mark.parametrize(
    ("referred", "failed", "silent", "given", "allowed"),
    [
        (True, True, False, DISTRICT_ATTORNEY_FIELDS, True),
        (True, False, True, DISTRICT_ATTORNEY_FIELDS, True),
        (True, False, False, DISTRICT_ATTORNEY_FIELDS, False),
        (False, True, True, DISTRICT_ATTORNEY_FIELDS, False),
        (True, True, False, DISTRICT_ATTORNEY_FIELDS[:-1], False),
    ],
)
def test_the_notice_to_the_district_attorney(referred, failed, silent, given, allowed):
    finding = may_notify_attorney(referred, failed, silent, given)
    assert finding.outcome is allowed
    assert bool(finding.reasons) is not allowed


def test_agreements_are_looked_at_again():
    assert review_dates(MONDAY, TODAY) == dates([10, 30, 60, 90])


FAMILY = Directive(Party.FAMILY, "See the clinic", after(10))
SCHOOL = Directive(Party.SCHOOL, "Change the schedule", after(5))


@pytest.mark.parametrize(
    ("directives", "number"),
    [
        ([FAMILY, SCHOOL], 0),
        ([FAMILY], 1),  # what is agreed binds the school as well
        ([SCHOOL], 1),
        ([], 2),
        ([FAMILY, SCHOOL, Directive(Party.AGENCY, " ", after(5))], 1),
        ([FAMILY, replace(SCHOOL, due=MONDAY)], 1),
    ],
)
def test_what_is_wrong_with_directives(directives, number):
    assert len(directive_problems(directives, MONDAY)) == number


@pytest.mark.parametrize(("on", "late"), [(5, []), (6, [SCHOOL]), (11, [SCHOOL, FAMILY])])
def test_directives_without_proof_fall_overdue(on, late):
    done = Directive(Party.AGENCY, "Call back", after(1), proof="letter of September 2")
    assert overdue([FAMILY, SCHOOL, done], after(on)) == late
