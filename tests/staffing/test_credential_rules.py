"""What papers let somebody do: tables of cases, and a slow day-by-day twin."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.sections import section_of
from firstbell.staffing.rules.credentials import (
    FOREVER,
    NEEDS,
    WARNED,
    Paper,
    joined,
    missing,
    qualified,
    standing,
    unqualified,
    within,
)

DEGREE = Paper("counseling", date(2015, 6, 1))
ON = date(2026, 9, 14)
AUG, JUN = date(2026, 8, 12), date(2027, 6, 12)


def pps(begins=date(2020, 7, 1), until=date(2029, 6, 30), **more) -> Paper:
    return Paper("pps", begins, until, **more)


def cwa(begins=date(2020, 7, 1), until=date(2029, 6, 30), **more) -> Paper:
    return Paper("cwa", begins, until, **more)


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ("every paper", [(AUG, JUN)]),
        ("no degree", []),
        ("the authorization ends mid-year", [(AUG, date(2027, 1, 16))]),
        ("renewed without a gap", [(AUG, JUN)]),
        ("renewed after a gap", [(AUG, date(2027, 1, 16)), (date(2027, 2, 1), JUN)]),
        ("withdrawn mid-year", [(AUG, date(2026, 11, 2))]),
        ("withdrawn, another paper holds", [(AUG, JUN)]),
        ("withdrawn before it began", []),
        ("issued only in September", [(date(2026, 9, 1), JUN)]),
        ("ended before", []),
        ("ends on the first day", [(AUG, AUG + timedelta(1))]),
    ],
)
def test_a_post_reaches_as_far_as_the_papers(told, left):
    ended = cwa(until=date(2027, 1, 15))
    papers = {
        "every paper": [DEGREE, pps(), cwa()],
        "no degree": [pps(), cwa()],
        "the authorization ends mid-year": [DEGREE, pps(), ended],
        "renewed without a gap": [DEGREE, pps(), ended, cwa(date(2027, 1, 16))],
        "renewed after a gap": [DEGREE, pps(), ended, cwa(date(2027, 2, 1))],
        "withdrawn mid-year": [DEGREE, pps(withdrawn=date(2026, 11, 2)), cwa()],
        "withdrawn, another paper holds": [DEGREE, pps(withdrawn=date(2026, 11, 2)), pps(date(2026, 7, 1)), cwa()],
        "withdrawn before it began": [DEGREE, pps(withdrawn=date(2020, 7, 1)), cwa()],
        "issued only in September": [DEGREE, pps(date(2026, 9, 1)), cwa()],
        "ended before": [DEGREE, pps(until=date(2026, 8, 11)), cwa()],
        "ends on the first day": [DEGREE, pps(until=AUG), cwa()],
    }[told]
    assert within((AUG, JUN), papers) == left


@pytest.mark.parametrize(
    ("papers", "section", "words"),
    [
        ([pps(), cwa()], "setting staffing.degree", "No Master's in Social Work or School Counseling is on record."),
        ([DEGREE, cwa()], "EC 44266", "No Pupil Personnel Services credential is on record."),
        (
            [DEGREE, pps(), cwa(until=date(2026, 9, 13))], "5 CCR 80632.5",
            "The Child Welfare and Attendance authorization ended on September 13, 2026.",
        ),
        (
            [DEGREE, pps(withdrawn=date(2026, 9, 1)), cwa()], "EC 44266",
            "The Pupil Personnel Services credential was withdrawn on September 1, 2026.",
        ),
        (
            [DEGREE, pps(date(2026, 10, 1)), cwa()], "EC 44266",
            "The Pupil Personnel Services credential is in force only from October 1, 2026.",
        ),
        (
            [DEGREE, pps(until=date(2026, 9, 13)), pps(date(2026, 10, 1)), cwa()], "EC 44266",
            "The Pupil Personnel Services credential ended on September 13, 2026 and is in force again from"
            " October 1, 2026.",
        ),
        (
            [DEGREE, pps(withdrawn=date(2020, 7, 1)), cwa()], "EC 44266",
            "The Pupil Personnel Services credential was withdrawn.",
        ),
    ],
)  # fmt: skip
def test_what_is_missing_says_why_and_since_when(papers, section, words):
    assert [(one.section, one.sentence) for one in missing(papers, ON)] == [(section, words)]
    assert not standing(papers, ON).qualified


def test_a_refusal_says_who_what_and_how_to_mend_it():
    said = [one.sentence for one in unqualified("Hugo Petrosyan", [DEGREE], AUG)]
    assert said[0] == "Hugo Petrosyan cannot work as a PSA Counselor on August 12, 2026."
    assert len(said) == 4
    assert said[-1].startswith("Record the paper")


@pytest.mark.parametrize(
    ("days", "threshold"),
    [(400, None), (181, None), (180, 180), (91, 180), (90, 90), (31, 90), (30, 30), (1, 30), (0, 30)],
)
def test_the_warning_a_paper_comes_under(days, threshold):
    found = standing([DEGREE, pps(), cwa(until=ON + timedelta(days), key=7)], ON)
    assert found.qualified
    assert [(one.threshold, one.days, one.key) for one in found.endings] == (
        [(threshold, days, 7)] if threshold else []
    )
    assert found.until == ON + timedelta(days)


def test_a_renewal_on_record_puts_the_warning_off():
    soon = cwa(until=ON + timedelta(20))
    assert standing([DEGREE, pps(), soon, cwa(ON + timedelta(21))], ON).endings == ()
    assert len(standing([DEGREE, pps(), soon, cwa(ON + timedelta(22))], ON).endings) == 1


def test_what_is_missing_comes_before_what_ends_before_what_stands():
    lacking, ending = standing([DEGREE], ON), standing([DEGREE, pps(), cwa(until=ON + timedelta(3))], ON)
    later = standing([DEGREE, pps(until=ON + timedelta(60)), cwa()], ON)
    assert lacking.rank < ending.rank < later.rank < standing([DEGREE, pps(), cwa()], ON).rank
    assert ending.endings[0].sentence.endswith("ends in 3 days, on September 17, 2026.")


def test_every_need_cites_what_the_library_holds_and_warnings_grow_shorter():
    assert all(section_of(one.section).title for one in NEEDS)
    assert list(WARNED) == sorted(WARNED, reverse=True)


DAYS = st.integers(0, 60).map(lambda n: ON + timedelta(n))
PAPERS = st.lists(
    st.builds(
        lambda kind, begins, length, withdrawn: Paper(
            kind, begins, None if length is None else begins + timedelta(length), withdrawn
        ),
        st.sampled_from(["social_work", "counseling", "pps", "cwa", "language"]),
        DAYS, st.none() | st.integers(0, 40), st.none() | DAYS,
    ),
    max_size=9,
)  # fmt: skip


def holds(papers: list[Paper], day: date) -> bool:
    """The slow twin: asks each paper of one day."""

    def counts(one: Paper) -> bool:
        over = (one.until and day > one.until) or (one.withdrawn and day >= one.withdrawn)
        return one.begins <= day and not over

    kinds = {one.kind for one in papers if counts(one)}
    return bool(kinds & {"social_work", "counseling"}) and {"pps", "cwa"} <= kinds


@given(PAPERS)
def test_the_stretches_are_the_days_on_which_all_is_there(papers):
    found = qualified(papers)
    assert found == joined(found)
    for n in range(130):
        day = ON + timedelta(n)
        inside = any(begin <= day < end for begin, end in found)
        assert inside is holds(papers, day)
        assert inside is not bool(missing(papers, day))


@given(PAPERS, DAYS, st.integers(1, 60))
def test_what_is_left_lies_within_what_was_asked(papers, begins, length):
    asked = (begins, begins + timedelta(length))
    assert all(asked[0] <= a < b <= asked[1] for a, b in within(asked, papers))
    whole = within(asked, papers)[:-1]  # the last may be cut by the end of what was asked
    assert within((begins, FOREVER), papers)[: len(whole)] == whole
