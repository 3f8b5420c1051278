from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.days import ABSENT, HALF, Day, kind
from firstbell.law.marks import Code, read
from firstbell.law.policy import with_settings
from firstbell.law.sections import section_of
from tests.law.stories import TODAY

UNEXCUSED = Code("U", "Absent unexcused", "Unexcused Absence", excused=False, absence=True, truancy=True, ada=False)
EXCUSED = Code("E", "Absent excused", "Excused Absence", excused=True, absence=True, truancy=False, ada=False)
UNVERIFIED = Code("X", "Not verified", "Unexcused Absence", excused=None, absence=True, truancy=False, ada=False)
NOT_TRUANCY = replace(UNEXCUSED, code="W", truancy=False)
TARDY = Code("T", "Tardy", "Tardy", excused=False, absence=False, truancy=False, ada=True)
LATE = replace(TARDY, code="L", description="Late over 30", truancy=True, over30=True)
EXCUSED_TARDY = replace(TARDY, code="TE", excused=True)
UNSETTLED_TARDY = replace(TARDY, code="TX", excused=None)
MISNAMED_TARDY = replace(TARDY, code="TM", category="Excused Absence")
PRESENT = Code("P", "Present", "In Attendance", excused=None, absence=False, truancy=False, ada=True)
OSS = Code("S", "Suspended", "Excused Absence", True, True, False, False, suspension="OSS")
OSS_UNFLAGGED = replace(OSS, absence=False)
OSS_UNEXCUSED = replace(OSS, excused=False, truancy=True)
ISS = Code("I", "In-school suspension", "In Attendance", None, False, False, True, suspension="ISS")
STUDY = Code("G", "Independent study", "In Attendance", None, False, False, True, study="ada")
STUDY_UNDONE = Code("N", "Independent study, no work", "Unexcused Absence", False, True, True, False, study="non_ada")

WHOLE_DAYS = [
    (UNEXCUSED, Day.UNEXCUSED, "EC 48260(a)"),
    (EXCUSED, Day.EXCUSED, "EC 48260(c)"),
    (UNVERIFIED, Day.UNVERIFIED, "setting unverified.not_truancy"),
    (NOT_TRUANCY, Day.UNVERIFIED, "setting unverified.not_truancy"),
    (OSS, Day.SUSPENDED, "setting truancy.suspension"),
    (OSS_UNEXCUSED, Day.SUSPENDED, "setting truancy.suspension"),
    (OSS_UNFLAGGED, Day.SUSPENDED, "setting truancy.suspension"),
    (STUDY_UNDONE, Day.STUDY_UNDONE, "EC 51747"),
    (replace(STUDY_UNDONE, absence=False), Day.STUDY_UNDONE, "EC 51747"),
]


@pytest.mark.parametrize("share", [None, 100])
@pytest.mark.parametrize(("code", "day", "section"), WHOLE_DAYS)
def test_a_whole_day(code, day, section, share):
    finding = read(code, minutes=None, share=share, policy=TODAY)
    assert finding.outcome == day + HALF
    assert [reason.section for reason in finding.reasons] == [section]
    assert finding.policy == "2025-07-01"


@pytest.mark.parametrize("minutes", [0, 20, 55, 360])
def test_minutes_do_not_shorten_an_absence_that_gives_no_share(minutes):
    """A missed class period is coded as an absence of 55 minutes: all of that period."""
    assert read(UNEXCUSED, minutes=minutes, share=None, policy=TODAY).outcome == Day.UNEXCUSED + HALF


@pytest.mark.parametrize(
    ("code", "minutes", "share", "expected"),
    [
        # an absence code for part of the day
        (UNEXCUSED, 31, 10, Day.OCCASION),
        (UNEXCUSED, 30, 10, Day.PARTIAL),
        (UNEXCUSED, None, 49, Day.PARTIAL),
        (UNEXCUSED, None, 50, Day.OCCASION + HALF),
        (UNEXCUSED, None, 99, Day.OCCASION + HALF),
        (UNEXCUSED, 20, 50, Day.PARTIAL + HALF),
        (UNEXCUSED, None, 0, Day.PARTIAL),
        (replace(UNEXCUSED, over30=True), None, 10, Day.OCCASION),
        (NOT_TRUANCY, 90, 25, Day.PARTIAL),
        (EXCUSED, 200, 50, Day.PARTIAL + HALF),
        (EXCUSED, None, 51, Day.PARTIAL + HALF),
        (UNVERIFIED, 200, 50, Day.PARTIAL + HALF),
        (OSS, 180, 50, Day.PARTIAL + HALF),
        (OSS_UNEXCUSED, 180, 50, Day.PARTIAL + HALF),
        (STUDY_UNDONE, 20, 40, Day.PARTIAL),
        # a tardy code
        (TARDY, None, None, Day.PARTIAL),
        (TARDY, 0, None, Day.PARTIAL),
        (TARDY, 30, None, Day.PARTIAL),
        (TARDY, 31, None, Day.OCCASION),
        (TARDY, 179, None, Day.OCCASION),
        (TARDY, 180, None, Day.OCCASION + HALF),
        (TARDY, 180, 49, Day.OCCASION),
        (TARDY, None, 50, Day.OCCASION + HALF),
        (TARDY, None, 100, Day.OCCASION + HALF),
        (LATE, None, None, Day.OCCASION),
        (LATE, 12, None, Day.PARTIAL),
        (EXCUSED_TARDY, 45, None, Day.PARTIAL),
        (EXCUSED_TARDY, 180, None, Day.PARTIAL + HALF),
        (UNSETTLED_TARDY, 45, None, Day.PARTIAL),
        (MISNAMED_TARDY, 45, None, Day.PARTIAL),
        (replace(LATE, excused=True), None, None, Day.PARTIAL),
        # in school all the same
        (PRESENT, None, None, Day.PRESENT),
        (replace(PRESENT, category="present"), None, None, Day.PRESENT),
        (ISS, None, None, Day.IN_SCHOOL_SUSPENSION),
        (ISS, 200, 60, Day.IN_SCHOOL_SUSPENSION),
        (replace(ISS, absence=True), None, 100, Day.IN_SCHOOL_SUSPENSION),
        (STUDY, None, None, Day.PRESENT),
        (replace(STUDY, absence=True), None, 100, Day.PRESENT),
        (OSS_UNFLAGGED, 60, None, Day.PARTIAL),
    ],
)
def test_part_of_a_day(code, minutes, share, expected):
    assert read(code, minutes=minutes, share=share, policy=TODAY).outcome == expected


@pytest.mark.parametrize(("minutes", "day"), [(29, Day.PARTIAL), (30, Day.OCCASION), (31, Day.OCCASION)])
def test_a_district_may_count_thirty_minutes(minutes, day):
    local = with_settings(TODAY, **{"truancy.minutes_inclusive": True})
    assert read(TARDY, minutes=minutes, share=None, policy=local).outcome == day


def test_a_district_may_set_its_own_half_day():
    local = with_settings(TODAY, **{"federal.half_day_minutes": 150})
    assert read(EXCUSED_TARDY, minutes=150, share=None, policy=local).outcome == Day.PARTIAL + HALF
    assert read(EXCUSED_TARDY, minutes=150, share=None, policy=TODAY).outcome == Day.PARTIAL


@pytest.mark.parametrize(("minutes", "share"), [(-1, None), (None, -1), (None, 101), (30, 200)])
def test_a_mark_that_cannot_be_is_refused(minutes, share):
    with pytest.raises(ValueError, match="a mark cannot miss"):
        read(TARDY, minutes=minutes, share=share, policy=TODAY)


@pytest.mark.parametrize(
    ("code", "minutes", "sentence"),
    [
        (UNEXCUSED, None, "Absent all day without a valid excuse: Absent unexcused."),
        (replace(UNEXCUSED, description=""), None, "Absent all day without a valid excuse: Unexcused Absence."),
        (replace(EXCUSED, description="", category=""), None, "The absence has a valid excuse: code E."),
        (TARDY, 45, "Missed 45 minutes without a valid excuse."),
        (LATE, None, "Missed more than 30 minutes without a valid excuse."),
        (TARDY, 5, "In school for part of the day, so not absent."),
    ],
)
def test_the_reason_is_a_sentence(code, minutes, sentence):
    assert [reason.sentence for reason in read(code, minutes=minutes, share=None, policy=TODAY).reasons] == [sentence]


CODES = st.builds(
    Code,
    code=st.just("Z"),
    description=st.text(max_size=5),
    category=st.sampled_from(["Tardy", "Excused Absence", "Unexcused Absence", "In Attendance", "Partial", ""]),
    excused=st.sampled_from([True, False, None]),
    absence=st.booleans(),
    truancy=st.booleans(),
    ada=st.booleans(),
    suspension=st.sampled_from(["", "OSS", "ISS"]),
    study=st.sampled_from(["", "ada", "non_ada"]),
    over30=st.booleans(),
)
MINUTES = st.none() | st.integers(0, 400)
SHARES = st.none() | st.integers(0, 100)


@given(CODES, MINUTES, SHARES)
def test_every_mark_reads_as_a_day_of_the_alphabet(code, minutes, share):
    finding = read(code, minutes=minutes, share=share, policy=TODAY)
    day = kind(finding.outcome)
    assert day not in (Day.NONE, Day.NOT_TAKEN)
    assert section_of(finding.reasons[0].section)
    if day in ABSENT:
        assert finding.outcome & HALF
    if share is not None and 0 < share < 100:
        assert day not in ABSENT


@given(CODES, MINUTES, SHARES)
def test_an_excuse_never_makes_truancy_of_a_day(code, minutes, share):
    excused = read(replace(code, excused=True), minutes=minutes, share=share, policy=TODAY)
    unknown = read(replace(code, excused=None), minutes=minutes, share=share, policy=TODAY)
    assert {kind(excused.outcome), kind(unknown.outcome)}.isdisjoint({Day.UNEXCUSED, Day.OCCASION})


@given(CODES, st.integers(0, 400), st.integers(0, 60), SHARES)
def test_more_minutes_never_take_an_occasion_away(code, minutes, more, share):
    before = kind(read(code, minutes=minutes, share=share, policy=TODAY).outcome)
    later = kind(read(code, minutes=minutes + more, share=share, policy=TODAY).outcome)
    assert before is not Day.OCCASION or later is Day.OCCASION
