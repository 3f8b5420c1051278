from datetime import date

import pytest

from firstbell.law.policy import policy_on
from firstbell.law.returning import WAYS, ways
from firstbell.law.sections import section_of

ON = date(2026, 5, 12)
POLICY = policy_on(ON)
ANYBODY = {"regular", "study", "community_day"}


@pytest.mark.parametrize(("born", "grade", "more"), [
    (date(2010, 5, 13), 10, set()),  # sixteen tomorrow
    (date(2010, 5, 12), 10, {"continuation", "exam", "re_enroll"}),
    (date(2010, 5, 12), 8, {"exam", "re_enroll"}),  # continuation school teaches grades 9 to 12
    (date(2008, 5, 13), 12, {"continuation", "exam", "re_enroll"}),
    (date(2008, 5, 12), 12, {"continuation", "exam", "re_enroll", "adult"}),
    (date(2008, 2, 29), 12, {"continuation", "exam", "re_enroll", "adult"}),
    (None, 12, set()),
    (date(2019, 1, 1), 1, set()),
])  # fmt: skip
def test_which_ways_are_open(born, grade, more):
    found = ways(born, grade, ON, POLICY)
    assert {key for key, one in found.items() if one.outcome} == ANYBODY | more


@pytest.mark.parametrize("born", [date(2010, 5, 13), None])
def test_every_way_says_why_and_cites_what_we_hold(born):
    for key, one in ways(born, 7, ON, POLICY).items():
        assert one.policy == POLICY.version
        for reason in one.reasons:
            assert reason.sentence.endswith(".")
            assert section_of(reason.section)
        assert section_of(WAYS[key].section)


def test_a_way_that_opens_later_says_when():
    found = ways(date(2010, 5, 13), 10, ON, POLICY)["continuation"]
    assert found.reasons[0].sentence == "Open from age 16: on May 13, 2026."
    assert found.reasons[0].on == date(2026, 5, 13)
