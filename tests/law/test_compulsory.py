from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.compulsory import GROUNDS, Exemption, birthday, subject, window
from firstbell.law.policy import PolicyError
from firstbell.law.sections import section_of

TWELVE, SIXTEEN = date(2013, 9, 1), date(2009, 3, 1)
ON = date(2025, 10, 6)


@pytest.mark.parametrize(
    ("born_on", "age", "expected"),
    [
        (date(2015, 5, 9), 6, date(2021, 5, 9)),
        (date(2016, 2, 29), 6, date(2022, 3, 1)),
        (date(2008, 2, 29), 18, date(2026, 3, 1)),
        (date(2008, 2, 29), 16, date(2024, 2, 29)),
        (date(2019, 12, 31), 6, date(2025, 12, 31)),
        (date(2007, 7, 1), 18, date(2025, 7, 1)),
    ],
)
def test_birthday(born_on, age, expected):
    assert birthday(born_on, age) == expected


def test_window():
    assert window(date(2015, 5, 9)) == (date(2021, 5, 9), date(2033, 5, 9))


@pytest.mark.parametrize(
    ("born_on", "on", "expected"),
    [
        (date(2019, 10, 7), date(2025, 10, 6), False),  # the day before the sixth birthday
        (date(2019, 10, 6), date(2025, 10, 6), True),  # on it
        (date(2007, 10, 7), date(2025, 10, 6), True),  # the day before the eighteenth
        (date(2007, 10, 6), date(2025, 10, 6), False),  # on it
        (date(2016, 2, 29), date(2022, 2, 28), False),  # born on February 29: six on March 1
        (date(2016, 2, 29), date(2022, 3, 1), True),
        (date(2008, 2, 29), date(2026, 2, 28), True),
        (date(2008, 2, 29), date(2026, 3, 1), False),
        (date(2025, 12, 1), date(2025, 10, 6), False),  # a birth date in the future is not our business here
    ],
)
def test_from_the_sixth_birthday_until_the_eighteenth(born_on, on, expected):
    finding = subject(born_on, on)
    assert finding.outcome is expected
    assert finding.reasons[0].section == "EC 48200"


@pytest.mark.parametrize(
    ("graduated_on", "expected"), [(ON + timedelta(1), True), (ON, False), (date(2025, 6, 1), False)]
)
def test_a_graduate_need_not_attend(graduated_on, expected):
    assert subject(SIXTEEN, ON, graduated_on=graduated_on).outcome is expected


@pytest.mark.parametrize(
    ("kind", "born_on", "expected"),
    [
        ("private_school", TWELVE, False),
        ("tutor", TWELVE, False),
        ("home_or_hospital", TWELVE, False),
        ("immunization", TWELVE, False),
        ("new_arrival", TWELVE, False),
        ("new_arrival", date(2013, 10, 7), True),  # not twelve until tomorrow
        ("leave_at_15", date(2010, 10, 6), False),
        ("leave_at_15", SIXTEEN, True),
        ("leave_at_15", TWELVE, True),
        ("leave_from_16", SIXTEEN, False),
        ("leave_from_16", date(2009, 10, 7), True),
        ("continuation", SIXTEEN, False),
        ("continuation", TWELVE, True),
        ("proficiency", SIXTEEN, False),
        ("proficiency", TWELVE, True),
        ("work_permit", SIXTEEN, True),  # part-time classes take the place of full-time school
    ],
)
def test_exemptions(kind, born_on, expected):
    finding = subject(born_on, ON, exemptions=[Exemption(kind, date(2025, 9, 1), None, "affidavit seen")])
    assert finding.outcome is expected
    assert GROUNDS[kind].section in {reason.section for reason in finding.reasons}


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        (ON, ON, False),
        (ON, None, False),
        (ON - timedelta(30), ON, False),
        (ON - timedelta(30), ON - timedelta(1), True),
        (ON + timedelta(1), None, True),
    ],
)
def test_an_exemption_counts_on_its_days_both_included(begins, ends, expected):
    assert subject(TWELVE, ON, exemptions=[Exemption("tutor", begins, ends, "credential 77")]).outcome is expected


@pytest.mark.parametrize("evidence", ["", "  "])
def test_an_exemption_without_proof_does_not_count_and_says_so(evidence):
    finding = subject(TWELVE, ON, exemptions=[Exemption("tutor", ON, None, evidence)])
    assert finding.outcome is True
    assert "no proof is on record" in finding.reasons[1].sentence


def test_one_good_exemption_among_several_is_enough():
    several = [Exemption("leave_from_16", ON, None, "agreement"), Exemption("tutor", ON, None, "credential 77")]
    finding = subject(TWELVE, ON, exemptions=several)
    assert finding.outcome is False
    assert [reason.section for reason in finding.reasons] == ["EC 48224"]


def test_an_unknown_exemption_is_an_error():
    with pytest.raises(KeyError):
        subject(TWELVE, ON, exemptions=[Exemption("whim", ON, None, "a note")])


def test_a_day_before_every_policy_is_refused():
    with pytest.raises(PolicyError):
        subject(date(2000, 1, 1), date(2010, 1, 1))


@pytest.mark.parametrize("ground", GROUNDS.values(), ids=GROUNDS)
def test_grounds_hold_together(ground):
    assert section_of(ground.section).number == ground.section
    assert 6 <= ground.age_from < ground.age_before <= 18


@given(st.dates(date(1996, 1, 1), date(2024, 12, 31)), st.dates(date(2013, 1, 1), date(2030, 12, 31)))
def test_the_window_decides_and_nothing_else(born_on, on):
    begins, ends = window(born_on)
    assert subject(born_on, on).outcome is (begins <= on < ends)


@given(st.dates(date(1950, 1, 1), date(2030, 1, 1)), st.integers(0, 18))
def test_birthdays_are_the_corresponding_day_or_the_first_of_march(born_on, age):
    day = birthday(born_on, age)
    assert day.year == born_on.year + age
    assert (day.month, day.day) in {(born_on.month, born_on.day), (3, 1)}
