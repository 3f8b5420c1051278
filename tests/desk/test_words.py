"""How the desk writes sections, bands and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.attendance.models import Standing
from firstbell.desk.queries.people import fold
from firstbell.desk.words import band_text, cited, language, missed, place_name, program, spark
from firstbell.law.findings import reaches


@pytest.mark.parametrize(("section", "shown", "linked"), [
    ("", "", False), ("EC 48260(a)", "EC 48260(a)", True), ("setting truancy.max_per_day", "District setting", True),
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


@pytest.mark.parametrize(("code", "name"), [
    ("es", "Spanish"), ("es-MX", "Spanish"), ("FIL", "Filipino"), ("Spanish", "Spanish"), ("", ""), (None, ""),
    ("xx", "xx"),
])  # fmt: skip
def test_a_language_is_named(code, name):
    assert language(code) == name


def test_a_program_and_a_school_are_named():
    assert (program("EL"), program("Band")) == ("English learner", "Band")
    assert [place_name(one) for one in ("Maple Middle School", "School of Arts", "Oak", None)] == [
        "Maple Middle", "School of Arts", "Oak", "",
    ]  # fmt: skip


@pytest.mark.parametrize(("absent", "enrolled", "written"), [
    (8, 161, "4.9\u00a0%"),  # 4.969: rounded it would claim the line of 5
    (5, 100, "5\u00a0%"), (15, 159, "9.4\u00a0%"), (0, 50, "0\u00a0%"), (50, 50, "100\u00a0%"), (1, 3000, "0\u00a0%"),
    (17, 159, "10.7\u00a0%"), (0, 0, "no days"), (4, 80, "5\u00a0%"), (2999, 3000, "99.9\u00a0%"),
])  # fmt: skip
def test_a_share_missed_is_written(absent, enrolled, written):
    assert missed(absent, enrolled) == written


@given(st.integers(1, 200).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_a_share_never_reads_as_a_line_that_was_not_reached(days):
    absent, enrolled = days
    shown = float(missed(absent, enrolled).removesuffix("\u00a0%"))
    for line in (5, 10, 20):
        assert (shown >= line) == reaches(absent, enrolled, line)
    assert abs(shown - 100 * absent / enrolled) <= 0.1 + 1e-9


@pytest.mark.parametrize(("name", "plain"), [
    ("Núñez-Ortiz", "nunez ortiz"), ("O’Brien", "obrien"), ("ŁUKASZ", "lukasz"), ("Nguyễn", "nguyen"),
    ("Jose\u0301", "jose"), ("Зоя", "зоя"),
])  # fmt: skip
def test_names_fold_to_plain_letters(name, plain):
    assert fold(name) == plain


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(name):
    assert fold(fold(name)) == fold(name)
