"""How the desk writes phones, sections, bands and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.attendance.models import Standing
from firstbell.desk.queries.people import fold
from firstbell.desk.words import band_text, cited, rings, spark
from firstbell.roster.models import Phone


@pytest.mark.parametrize(("number", "written", "can_ring"), [
    ("2135550142", "(213) 555-0142", True), ("+52 55 5123 4567", "+52 55 5123 4567", True), ("12", "12", False),
    ("call work", "call work", False), ("", "", False), ("000-000-0000", "000-000-0000", False),
])  # fmt: skip
def test_a_phone_that_can_ring(number, written, can_ring):
    shown, rung = rings(Phone(number=number))
    assert rung is can_ring
    assert shown == written or not can_ring


@pytest.mark.parametrize(("section", "shown", "linked"), [
    ("", "", False), ("EC 48260(a)", "EC 48260(a)", True), ("setting truancy.max_per_day", "District setting", False),
])  # fmt: skip
def test_a_section_of_law(section, shown, linked):
    words, url = cited(section)
    assert words == shown
    assert bool(url) is linked


def test_a_band_and_its_share():
    assert band_text(None) == "No days yet"
    assert band_text(Standing(enrolled=0, absent=0, national_band="none")) == "No days yet"
    assert band_text(Standing(enrolled=50, absent=5, national_band="moderate")) == "Chronic 10\u00a0%"
    assert spark(Standing(weeks=[90, -1, 0])) == [90, None, 0]
    assert spark(None) == []


@pytest.mark.parametrize(("name", "plain"), [
    ("Núñez-Ortiz", "nunez ortiz"), ("O’Brien", "obrien"), ("ŁUKASZ", "lukasz"), ("Nguyễn", "nguyen"),
    ("Jose\u0301", "jose"), ("Зоя", "зоя"),
])  # fmt: skip
def test_names_fold_to_plain_letters(name, plain):
    assert fold(name) == plain


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(name):
    assert fold(fold(name)) == fold(name)
