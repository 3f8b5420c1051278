"""The worked examples: every case of a section is worked out, and comes out as the section says."""

import re
from datetime import date

import pytest

from firstbell.law.policy import policy_on
from firstbell.law.sections import SECTIONS, section_of
from firstbell.library.examples import CASES, worked

TODAY = policy_on(date(2026, 5, 12))
TOLD = [section for section in SECTIONS.values() if section.case]

OUTCOMES = {
    "A-01": ["1 of 1 day attended", "0 of 1 day attended"],
    "A-03": ["97.5 percent attendance, 2.5 percent absence"],
    "C-02": ["Not chronically absent", "Chronically absent"],
    "C-15": ["Taken; 17 days absent", "Refused"],
    "C-18": ["The color is orange"],
    "C-25": ["Hidden", "Shown"],
    "D-01": ["Not a dropout", "Counts as a dropout"],
    "E-01": ["Excused", "An administrator decides"],
    "E-08": ["Excused", "An administrator decides"],
    "E-09": ["Attendance is kept", "Attendance is lost"],
    "I-01": ["The school follows up", "No steps are owed"],
    "P-02": ["Due on Tuesday, September 16, 2025"],
    "P-04": ["Allowed, with an entry in the log", "Denied, with an entry in the log"],
    "P-07": ["The superintendent meets the parent by March 31, 2026"],
    "P-09": ["To the education rights holder; copies to the attorney and the county social worker"],
    "P-10": ["Excused", "Excused"],
    "P-12": [
        "Denied; logged and told to the superintendent",
        "Answered after a check; logged and told to the superintendent",
    ],
    "P-14": ["May go from July 31, 2025", "Kept for ever"],
    "P-15": ["Due on December 11, 2025"],
    "R-04": ["10 days credited"],
    "T-02": ["A truant", "Not a truant"],
    "T-07": ["School is not required", "Not a truant"],
    "T-09": ["Not a truant", "Not a truant"],
    "T-11": ["No further report", "A further report could be filed"],
    "T-14": ["Three reports, but nobody has tried to hold a conference", "Habitual truant"],
    "T-16": ["A chronic truant", "Not a chronic truant", "Not a chronic truant"],
    "T-19": [
        "Three reports, but nobody has tried to hold a conference",
        "Four reports: a person and counsel decide what follows",
    ],
    "T-21": ["8 things to say", "7 things to say"],
    "T-24": ["Could rest on this section", "Cannot rest on this section"],
    "T-27": ["Told by October 11, 2025"],
    "T-29": ["Not valid", "Valid"],
}


def test_every_case_is_worked_out_and_every_section_with_an_example_names_one():
    assert {section.case for section in TOLD} == CASES.keys() == OUTCOMES.keys()
    assert [section.number for section in SECTIONS.values() if bool(section.case) is not bool(section.example)] == []


@pytest.mark.parametrize("section", TOLD, ids=lambda section: section.case)
def test_a_case_comes_out_as_its_section_says(section):
    found = worked(section, TODAY)
    assert [line.outcome for line in found.lines] == OUTCOMES[section.case]
    assert found.told == section.example
    assert found.policy == "2025-07-01"


@pytest.mark.parametrize("section", TOLD, ids=lambda section: section.case)
def test_a_line_is_said_in_words_and_its_reasons_are_held(section):
    for line in worked(section, TODAY).lines:
        assert line.given[0].isupper() or line.given[0].isdigit()
        assert not re.search(r"[_{}]", line.given + line.outcome)
        for reason in line.reasons:
            assert section_of(reason.section).title
            assert reason.sentence.endswith(".")


def test_a_section_without_an_example_has_none():
    assert worked(SECTIONS["EC 48241"], TODAY) is None
