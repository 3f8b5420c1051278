import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.bands import DistrictBand, NationalBand, SchoolBand, district, national, school
from firstbell.law.policy import with_settings
from tests.law.stories import TODAY

N, D = NationalBand, DistrictBand
ENROLLED = st.integers(1, 200)


@pytest.mark.parametrize(
    ("absent", "enrolled", "band"),
    [
        (0, 0, N.NONE),
        (0, 1, N.SATISFACTORY),
        (4, 100, N.SATISFACTORY),
        (8, 180, N.SATISFACTORY),
        (5, 100, N.AT_RISK),
        (9, 180, N.AT_RISK),
        (17, 180, N.AT_RISK),
        (18, 180, N.MODERATE),
        (10, 100, N.MODERATE),
        (19, 100, N.MODERATE),
        (35, 180, N.MODERATE),
        (20, 100, N.SEVERE),
        (36, 180, N.SEVERE),
        (1, 1, N.SEVERE),
    ],
)
def test_national(absent, enrolled, band):
    assert national(absent, enrolled, TODAY).outcome is band


@pytest.mark.parametrize(
    ("absent", "enrolled", "band"),
    [
        (0, 0, D.NONE),
        (0, 180, D.ADVANCED),
        (1, 180, D.PROFICIENT),
        (7, 180, D.PROFICIENT),
        (8, 180, D.BASIC),
        (14, 180, D.BASIC),
        (15, 180, D.BELOW_BASIC),
        (23, 180, D.BELOW_BASIC),
        (24, 180, D.FAR_BELOW_BASIC),
        (180, 180, D.FAR_BELOW_BASIC),
        (1, 1000, D.PROFICIENT),
        (4, 100, D.PROFICIENT),
        (5, 100, D.BASIC),
        (8, 100, D.BASIC),
        (9, 100, D.BELOW_BASIC),
        (13, 100, D.BELOW_BASIC),
        (14, 100, D.FAR_BELOW_BASIC),
    ],
)
def test_district(absent, enrolled, band):
    assert district(absent, enrolled, TODAY).outcome is band


@pytest.mark.parametrize(
    ("chronic", "students", "band"),
    [
        (0, 0, SchoolBand.NONE),
        (0, 10, SchoolBand.ORDINARY),
        (199, 1000, SchoolBand.ORDINARY),
        (200, 1000, SchoolBand.HIGH),
        (299, 1000, SchoolBand.HIGH),
        (300, 1000, SchoolBand.EXTREME),
        (10, 10, SchoolBand.EXTREME),
    ],
)
def test_school(chronic, students, band):
    assert school(chronic, students, TODAY).outcome is band


@pytest.mark.parametrize(
    ("finding", "section", "sentence"),
    [
        (national(18, 180, TODAY), "Attendance Works", "Absent 18 of 180 days: moderate chronic absence."),
        (district(1, 1, TODAY), "setting bands.district", "Attended 0 of 1 day: far below basic."),
        (school(3, 10, TODAY), "Attendance Works", "3 of 10 students chronically absent."),
    ],
)
def test_a_band_says_why(finding, section, sentence):
    (reason,) = finding.reasons
    assert (reason.section, reason.sentence) == (section, sentence)
    assert finding.policy == TODAY.version


@pytest.mark.parametrize("bands", [NationalBand, DistrictBand, SchoolBand])
def test_bands_have_words_of_their_own(bands):
    labels = [band.label for band in bands]
    assert len(set(labels)) == len(bands)
    assert all(label[0].isupper() for label in labels)


def test_labels_read_like_words():
    assert D.FAR_BELOW_BASIC.label == "Far below basic"
    assert N.AT_RISK.label == "At risk"
    assert N.NONE.label == D.NONE.label == "No days yet"


def test_a_district_may_move_its_own_bands():
    strict = with_settings(TODAY, **{"bands.basic": 94})
    assert district(13, 180, TODAY).outcome is D.BASIC
    assert district(13, 180, strict).outcome is D.BELOW_BASIC


@pytest.mark.parametrize(("decide", "bands"), [(national, list(N)), (district, list(D))])
@given(absent=st.integers(0, 200), enrolled=ENROLLED)
def test_one_more_absence_never_improves_a_band(decide, bands, absent, enrolled):
    absent = min(absent, enrolled - 1)
    before = bands.index(decide(absent, enrolled, TODAY).outcome)
    assert bands.index(decide(absent + 1, enrolled, TODAY).outcome) >= before


@pytest.mark.parametrize(("decide", "bands"), [(national, list(N)), (district, list(D))])
@given(absent=st.integers(0, 200), enrolled=ENROLLED)
def test_one_more_day_in_school_never_worsens_a_band(decide, bands, absent, enrolled):
    absent = min(absent, enrolled)
    before = bands.index(decide(absent, enrolled, TODAY).outcome)
    assert bands.index(decide(absent, enrolled + 1, TODAY).outcome) <= before


@given(absent=st.integers(0, 200), enrolled=ENROLLED)
def test_moderate_begins_exactly_where_chronic_absence_does(absent, enrolled):
    absent = min(absent, enrolled)
    assert (national(absent, enrolled, TODAY).outcome in (N.MODERATE, N.SEVERE)) is (10 * absent >= enrolled)
