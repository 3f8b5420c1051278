"""What a referral needs: line by line against the law's own gate, and from real records of a truant."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.cases import actions as cases
from firstbell.law.findings import Reason
from firstbell.law.policy import policy_on
from firstbell.law.sarb import NOTICE_FIELDS, RECEIVERS, Package, referral_ready
from firstbell.law.steps import Ground
from firstbell.panels.kinds import KINDS
from firstbell.panels.queries.readiness import known, readiness_of
from firstbell.panels.rules.readiness import SETTING, Known, readiness
from firstbell.supports import actions as supports
from tests.attendance.conftest import DAYS
from tests.supports.conftest import draft

ON = date(2026, 3, 2)
POLICY = policy_on(ON)
WHOLE = {
    "taken_on": ON - timedelta(5), "efforts": (ON - timedelta(20),), "notice": frozenset(NOTICE_FIELDS),
    "told_on": ON - timedelta(3), "why": "Nine days.", "asked": "A bus pass.", "plan_on": ON - timedelta(40),
    "adult": "Rosa Diaz", "heard": (("resource_panel", ON - timedelta(30)), ("sspt", ON - timedelta(90))),
}  # fmt: skip


def told(kind: str = "sarb", **more) -> Known:
    return Known(kind=KINDS[kind], made_on=ON - timedelta(6), on=ON, **(WHOLE | more))


def missing(found: Known, waived=()) -> list[str]:
    return [one.key for one in readiness(found, POLICY, waived).missing]


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_referral_is_ready(kind):
    assert missing(told(kind)) == []


@pytest.mark.parametrize(
    ("kind", "lacks", "keys"),
    [
        ("sarb", {"hollow": ("Report 2 fell.",)}, ["chain"]),
        ("sarb", {"taken_on": None}, ["ground"]),
        ("sarb", {"against": (Reason("EC 48262", "Only 2 reports of three stand."),)}, ["ground"]),
        ("sarb", {"against": (Reason("EC 48262", "Only 2 reports stand."),), "taken_on": None}, ["ground"]),
        ("sarb", {"efforts": ()}, ["tried"]),
        ("sarb", {"efforts": (ON + timedelta(1),)}, ["tried"]),
        ("sarb", {"told_on": None}, ["notice"]),
        ("sarb", {"told_on": ON + timedelta(1)}, ["notice"]),
        ("sarb", {"notice": frozenset({"name", "address", "meet"})}, ["notice"]),
        ("sarb", {"told_on": None, "unreachable": "Nobody has an address."}, ["addressee", "notice"]),
        ("sarb", {"heard": (("sspt", ON),)}, ["earlier"]),
        ("sarb", {"plan_on": None, "adult": ""}, ["plan", "adult"]),
        ("sarb", {"why": "  "}, ["why"]),
        ("sarb", {"live": False}, ["enrolled"]),
        ("sarb", {"undecided": 4, "asked": ""}, []),
        ("resource_panel", {"heard": ()}, ["earlier"]),
        ("resource_panel", {"heard": (("sart", ON),), "hollow": ("Report 2 fell.",), "told_on": None}, []),
        ("sart", {"heard": ()}, ["earlier"]),
        ("sspt", {"heard": (), "plan_on": None, "adult": ""}, []),
        ("sspt", {"efforts": ()}, ["tried"]),
    ],
)  # fmt: skip
def test_each_thing_that_is_missing_is_named(kind, lacks, keys):
    assert missing(told(kind, **lacks)) == keys


def test_every_missing_line_says_what_to_do_who_and_by_when():
    bare = Known(kind=KINDS["sarb"], made_on=ON, on=ON, against=(Reason("EC 48262", "No report stands."),))
    lines = readiness(bare, POLICY).missing
    assert len(lines) == 7
    assert all(one.need and one.who and one.by == ON + timedelta(16) for one in lines)


@given(waived=st.sets(st.sampled_from(["chain", "ground", "tried", "notice", "earlier", "plan", "adult", "why"])))
def test_what_the_law_requires_is_never_waived(waived):
    bare = Known(kind=KINDS["sarb"], made_on=ON, on=ON, against=(Reason("EC 48262", "No report stands."),), live=True)
    left = {one.key for one in readiness(bare, POLICY, waived).missing}
    assert left == {"ground", "tried", "notice", "why", "earlier", "plan", "adult"} - (
        waived & {"earlier", "plan", "adult"}
    )
    assert all(
        one.reason.section == SETTING for one in readiness(bare, POLICY, waived).items if one.key in waived & {"plan"}
    )


@given(
    holds=st.booleans(),
    efforts=st.lists(st.integers(-3, 3), max_size=3),
    notice=st.sets(st.sampled_from(NOTICE_FIELDS)),
    told_on=st.none() | st.integers(-3, 3),
)
def test_the_statutes_lines_agree_with_the_laws_own_gate(holds, efforts, notice, told_on):
    days = tuple(ON + timedelta(n) for n in efforts)
    day = None if told_on is None else ON + timedelta(told_on)
    package = Package(
        ground=Ground.HABITUAL, holds=holds, on=ON, interventions=days, given_to=RECEIVERS, notice=frozenset(notice),
        notified_on=day,
    )  # fmt: skip
    against = () if holds else (Reason("EC 48262", "It does not hold."),)
    mine = told(against=against, efforts=days, notice=frozenset(notice), told_on=day)
    assert (not missing(mine)) is referral_ready(package, POLICY).outcome


def reported(take) -> None:
    """Three reports, one a day after its occasions, and a conference tried."""
    take("report", 6)
    take("attempt", 7)
    take("report", 11)
    take("report", 16)


def test_a_truants_ladder_says_what_comes_first(referral, take):
    take("report", 6)
    found = {one.key: one for one in readiness_of(referral).items}
    assert found["ground"].ok is False
    assert found["ground"].link == "desk:student"
    assert "only 1 report of three" in found["ground"].reason.sentence
    assert found["notice"].ok is False


def test_what_was_tried_is_read_where_it_was_written(referral, take, rosa, truant):
    reported(take)
    supports.write_plan(student=truant, draft=draft(), by=rosa)
    cases.open_case(student=truant, by=rosa, lead=rosa, why="Three reports.")
    found = known(referral, DAYS[-1])
    assert found.efforts == (DAYS[7], DAYS[-1])
    assert (found.plan_on, found.adult) == (DAYS[-1], "Rosa Diaz")
    assert found.asked == "That somebody calls by nine."
    keys = {one.key for one in readiness_of(referral).missing}
    assert keys == {"ground", "notice", "earlier"}


def test_a_correction_an_hour_before_takes_the_ground_away(referral, take, truant, correct, night):
    reported(take)
    assert not known(referral, DAYS[-1]).against
    correct(truant.told[DAYS[2]])
    night()
    found = known(referral, DAYS[-1])
    assert found.hollow
    assert "chain" in [one.key for one in readiness(found, policy_on(DAYS[-1])).missing]
