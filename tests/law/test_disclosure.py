from itertools import product

import pytest

from firstbell.law.disclosure import Answer, Asker, Paper, Purpose, may_disclose
from firstbell.law.sections import section_of

COURT = (Paper.COURT_ORDER, Paper.SUBPOENA, Paper.JUDICIAL_WARRANT)
EVERYTHING = list(product(Asker, Purpose, Paper))


@pytest.mark.parametrize(
    ("asker", "purpose", "paper", "allowed", "logged", "tell", "section"),
    [
        (Asker.PARENT, Purpose.OTHER, Paper.NONE, True, False, "", "EC 49069.7"),
        (Asker.SCHOOL_OFFICIAL, Purpose.EDUCATION, Paper.NONE, True, False, "", "EC 49076(a)(1)(A)"),
        (Asker.SCHOOL_OFFICIAL, Purpose.OTHER, Paper.NONE, False, True, "", "EC 49076(a)(1)(A)"),
        (Asker.BOARD_MEMBER, Purpose.TRUANCY, Paper.NONE, True, False, "", "EC 49076(a)(1)(A)"),
        (Asker.NEW_SCHOOL, Purpose.EDUCATION, Paper.NONE, True, True, "", "EC 49068"),
        (Asker.DISTRICT_ATTORNEY, Purpose.TRUANCY, Paper.NONE, True, True, "", "EC 49076(a)(1)(G)"),
        (Asker.DISTRICT_ATTORNEY, Purpose.PARENT_PROSECUTION, Paper.NONE, True, True, "", "EC 49076(a)(1)(H)"),
        (Asker.DISTRICT_ATTORNEY, Purpose.INVESTIGATION, Paper.NONE, False, True, "", "EC 49076(a)(1)(I)"),
        (Asker.PROBATION, Purpose.INVESTIGATION, Paper.NONE, False, True, "", "EC 49076(a)(1)(I)"),
        (Asker.PROBATION, Purpose.INVESTIGATION, Paper.CERTIFICATION, True, True, "", "EC 49076(a)(1)(I)"),
        (Asker.JUDGE, Purpose.TRUANCY, Paper.CERTIFICATION, True, True, "24 hours", "EC 49076(a)(1)(J)"),
        (Asker.JUDGE, Purpose.TRUANCY, Paper.NONE, False, True, "", "EC 49076(a)(1)(J)"),
        (Asker.CAREGIVER, Purpose.EDUCATION, Paper.NONE, False, True, "", "EC 49076(a)(1)(M)"),
        (Asker.CAREGIVER, Purpose.EDUCATION, Paper.AFFIDAVIT, True, True, "", "EC 49076(a)(1)(M)"),
        (Asker.EMERGENCY, Purpose.SAFETY, Paper.NONE, True, True, "within a week", "EC 49076(a)(2)(A)"),
        (Asker.EMERGENCY, Purpose.OTHER, Paper.NONE, False, True, "", "EC 49076(a)(2)(A)"),
        (Asker.VOLUNTEER, Purpose.EDUCATION, Paper.NONE, False, True, "", "EC 49076"),
        (Asker.VOLUNTEER, Purpose.EDUCATION, Paper.CONSENT, True, False, "", "EC 49075"),
        (Asker.OTHER, Purpose.OTHER, Paper.SUBPOENA, True, True, "beforehand", "EC 49077"),
        (Asker.OTHER, Purpose.OTHER, Paper.ADMINISTRATIVE_WARRANT, False, True, "", "EC 49076"),
        (Asker.OTHER, Purpose.DIRECTORY, Paper.NONE, False, True, "", "EC 49073"),
    ],
)
def test_who_may_be_given_records(asker, purpose, paper, allowed, logged, tell, section):
    finding = may_disclose(asker, purpose, paper)
    assert finding.outcome == Answer(allowed, logged, tell)
    assert finding.reasons[0].section == section


@pytest.mark.parametrize("paper", Paper)
def test_immigration_officers(paper):
    finding = may_disclose(Asker.IMMIGRATION, Purpose.OTHER, paper)
    assert finding.outcome.allowed is (paper in COURT or paper is Paper.CONSENT)
    assert finding.outcome.logged
    assert finding.outcome.report
    assert finding.reasons[0].section == "EC 234.7"


@pytest.mark.parametrize("purpose", Purpose)
def test_no_purpose_opens_the_door_to_immigration_officers(purpose):
    for paper in (Paper.NONE, Paper.ADMINISTRATIVE_WARRANT, Paper.CERTIFICATION, Paper.AFFIDAVIT):
        assert not may_disclose(Asker.IMMIGRATION, purpose, paper).outcome.allowed


def test_every_request_has_an_answer_and_a_section():
    for asker, purpose, paper in EVERYTHING:
        finding = may_disclose(asker, purpose, paper)
        assert all(section_of(reason.section).title for reason in finding.reasons)
        assert finding.outcome.allowed or finding.outcome.logged, "what is denied is always logged"


def test_nobody_unnamed_gets_anything_without_a_paper():
    named = {asker for asker, purpose in product(Asker, Purpose) if may_disclose(asker, purpose).outcome.allowed}
    assert named & {Asker.OTHER, Asker.VOLUNTEER, Asker.RESEARCHER, Asker.IMMIGRATION} == set()
