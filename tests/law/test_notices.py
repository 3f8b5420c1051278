from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.notices import (
    REQUIRED,
    Kind,
    Service,
    excused_letter,
    first_notice_due,
    languages,
    meeting_notice,
    missing,
    required,
    required_in_school,
)
from firstbell.law.policy import with_settings
from firstbell.law.sections import section_of
from tests.law.stories import MONDAY, TODAY, after

OLD, NEW = date(2025, 6, 30), date(2025, 7, 1)


def keys(kind: Kind, on: date) -> list[str]:
    return [item.key for item in required(kind, on)]


def test_the_seven_items_since_july_2025():
    assert keys(Kind.FIRST_TRUANCY, NEW) == ["a", "b", "c", "d", "e", "f", "g"]


def test_the_older_list():
    assert keys(Kind.FIRST_TRUANCY, OLD) == [
        "a",
        "b",
        "old_infraction",
        "c",
        "d",
        "old_prosecution",
        "old_license",
        "old_attend",
    ]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.SARB, ["name", "address", "reason", "meet", "interventions"]),
        (Kind.NEXT_TRUANCY, ["again"]),
        (Kind.CONFERENCE, []),
        (Kind.IMPROVEMENT, []),
    ],
)
def test_other_kinds(kind, expected):
    assert keys(kind, MONDAY) == expected


def test_every_item_is_cited_and_its_key_used_once():
    for items in REQUIRED.values():
        assert len({item.key for item in items}) == len(items)
        assert all(section_of(item.section).title and item.words.endswith(".") for item in items)


@pytest.mark.parametrize("left_out", "abcdefg")
def test_an_item_left_out_is_named(left_out):
    (reason,) = missing(Kind.FIRST_TRUANCY, NEW, set("abcdefg") - {left_out})
    assert reason.sentence.startswith("It must say")


@pytest.mark.parametrize(
    ("on", "said", "starts"),
    [
        (NEW, set("abcdefg"), []),
        (NEW, {*"abcdefg", "old_prosecution"}, ["Since June 30, 2025 it no longer says"]),
        (OLD, {*"abcd", "old_infraction", "old_prosecution", "old_license", "old_attend"}, []),
        (OLD, {*"abcde", "old_infraction", "old_prosecution", "old_license", "old_attend"}, ["It need not say"]),
    ],
)
def test_a_letter_of_another_time(on, said, starts):
    found = missing(Kind.FIRST_TRUANCY, on, said)
    assert len(found) == len(starts)
    assert all(reason.sentence.startswith(start) for reason, start in zip(found, starts, strict=True))


@pytest.mark.parametrize(
    ("home", "speakers", "enrolled", "chosen", "expected"),
    [
        ("es", 15, 100, (), ("en", "es")),
        ("es", 14, 100, (), ("en",)),
        ("es", 149, 1000, (), ("en",)),  # 14.9 percent
        ("es", 150, 1000, (), ("en", "es")),
        ("hy", 14, 100, ("hy",), ("en", "hy")),
        ("en", 90, 100, (), ("en",)),
        ("es", 0, 0, (), ("en",)),
        ("es", 15, 100, ("vi", "en"), ("en", "es", "vi")),
    ],
)
def test_languages_of_a_notice(home, speakers, enrolled, chosen, expected):
    finding = languages(home, {home: speakers}, enrolled, TODAY, chosen=chosen)
    assert finding.outcome == expected
    assert finding.reasons[0].section == "EC 48985"


@given(st.integers(0, 3000), st.integers(1, 3000))
def test_the_share_is_never_rounded(speakers, enrolled):
    owed = "es" in languages("es", {"es": speakers}, enrolled, TODAY).outcome
    assert owed is (speakers * 100 >= 15 * enrolled)


def test_each_language_by_itself():
    speakers = {"es": 14, "hy": 14, "en": 70, "fa": 16, "ko": 20}
    assert required_in_school(speakers, 100, TODAY) == ("ko", "fa")


def test_when_the_first_notice_is_due():
    assert first_notice_due(MONDAY, TODAY).outcome == after(10)
    assert first_notice_due(MONDAY, with_settings(TODAY, **{"truancy.notice_target_days": 3})).outcome == after(3)


@pytest.mark.parametrize(
    ("days", "by", "valid"),
    [
        (4, Service.IN_PERSON, False),
        (5, Service.IN_PERSON, True),
        (5, Service.CERTIFIED_MAIL, True),
        (30, Service.MAIL, False),
        (30, Service.EMAIL, False),
        (-1, Service.IN_PERSON, False),
    ],
)
def test_a_meeting_notice(days, by, valid):
    finding = meeting_notice(MONDAY, MONDAY + timedelta(days), by, TODAY)
    assert finding.outcome is valid
    assert {reason.section for reason in finding.reasons} == {"WIC 601.3"}


@pytest.mark.parametrize(
    ("excused", "confidential", "enrolled", "offered"),
    [
        (2, 0, 19, False),  # too early
        (2, 0, 20, True),
        (1, 0, 20, False),
        (3, 1, 20, True),
        (2, 1, 20, False),  # what is confidential is not counted
        (18, 0, 180, True),
        (17, 0, 180, False),
        (0, 0, 0, False),
    ],
)
def test_the_health_path(excused, confidential, enrolled, offered):
    assert excused_letter(excused, confidential, enrolled, TODAY).outcome is offered


def test_a_letter_never_counts_confidential_days():
    (reason,) = excused_letter(9, 4, 60, TODAY).reasons
    assert reason.sentence == "Excused on 5 of 60 days, less than 10 percent."


@pytest.mark.parametrize(("excused", "confidential"), [(1, 2), (2, -1)])
def test_days_that_cannot_be(excused, confidential):
    with pytest.raises(ValueError, match="confidential days"):
        excused_letter(excused, confidential, 60, TODAY)
