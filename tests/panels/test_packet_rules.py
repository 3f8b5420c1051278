"""The rules of packets, without a database: who reads what, what the builder says, what the checks find and pass."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from firstbell.cases.rules.entries import BARRIERS, OUTCOMES
from firstbell.cases.rules.entries import KINDS as CONTACTS
from firstbell.cli.panels import panels
from firstbell.law.days import Day
from firstbell.law.reasons import REASONS
from firstbell.law.sections import section_of
from firstbell.letters.packet import digest
from firstbell.letters.packet.paper import pdf, text
from firstbell.letters.packet.telling import packet_wording
from firstbell.notices.rules import TITLES as LETTERS
from firstbell.panels.kinds import AUDIENCES as TITLES
from firstbell.panels.kinds import KINDS
from firstbell.panels.rules.packets.audiences import AUDIENCES, NEVER, RECORDS
from firstbell.panels.rules.packets.checking import complaints, of_paper
from firstbell.panels.rules.packets.complaint import RULES, Complaint, blocking
from firstbell.panels.rules.packets.facts import Guard, Help
from firstbell.panels.rules.packets.fresh import again, changes, facts
from firstbell.panels.rules.packets.making import language_for
from firstbell.panels.rules.packets.phrases import dials, holds, phrases, within
from firstbell.panels.rules.packets.sections import SECTIONS, judged
from firstbell.panels.seeding import later, records, telling
from firstbell.panels.seeding.auditing import audited
from firstbell.panels.seeding.defects import DEFECTS, built, good, seeded
from firstbell.panels.seeding.files import RESTRICTED, SECRETS, invented
from firstbell.supports.rules.barriers import BARRIERS as PLANNED

GOLDEN = Path(__file__).parent / "golden"
PAIRS = [(kind, audience) for kind in KINDS for audience in KINDS[kind].papers]
seeds = st.integers(0, 10_000)


def rules_of(case) -> set[str]:
    return {one.rule for one in complaints(case.packet, case.audience, case.file)}


def board(seed: int = 3, language: str = "en", **more):
    """An invented file for a board, of a family that speaks this language."""
    file = invented(Random(seed), "sarb")
    return replace(file, pupil=replace(file.pupil, language=language), **more)


# -- the golden text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "audience", "language"),
    [
        ("panel", "sarb", "panel", "en"), ("family_en", "sarb", "family", "en"), ("family_es", "sarb", "family", "es"),
        ("family_hy", "sspt", "family", "hy"), ("attorney", "sarb", "attorney", "en"), ("sspt", "sspt", "panel", "en"),
    ],
)  # fmt: skip
def test_every_audiences_packet_reads_as_it_did(name, kind, audience, language):
    """After a change of wording or order: `rm -r tests/panels/golden`, run this twice, read the difference."""
    file = invented(Random(41), kind)
    made = text(built(replace(file, pupil=replace(file.pupil, language=language)), audience).packet)
    golden = GOLDEN / f"{name}.txt"
    if not golden.exists():
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(made, encoding="utf-8")
    assert made == golden.read_text(encoding="utf-8"), f"{golden.name} is not current: see the docstring"


# -- who reads what ----------------------------------------------------------------------------------------------------


def test_the_audiences_are_those_that_panels_have_papers_for():
    assert set(AUDIENCES) == set(TITLES) == set(RECORDS)
    for one in AUDIENCES.values():
        assert one.needs <= set(one.about) <= one.tells
        assert not one.tells & NEVER
        assert len(set(one.sections)) == len(one.sections)
        assert {(one.key, key) for key in one.sections} <= SECTIONS.keys()
        section_of(one.basis)


def test_the_family_reads_its_own_words_first():
    assert AUDIENCES["family"].sections[:2] == ("words", "strengths")


@pytest.mark.parametrize("told", ["contact.words", "teacher", "note", "profile", "day.code", "notice.to", "address"])
def test_what_no_family_is_told(told):
    assert told not in AUDIENCES["family"].tells


@pytest.mark.parametrize(
    "told", ["asked", "strengths", "plan", "plan.barriers", "promise", "contact", "teacher", "note", "grade", "months"]
)
def test_what_no_district_attorney_is_told(told):
    assert told not in AUDIENCES["attorney"].tells


@pytest.mark.parametrize(
    ("audience", "home", "language"),
    [("panel", "es", "en"), ("family", "es", "es"), ("family", "en", "en"), ("family", "hy", "en"),
     ("attorney", "es", "en")],
)  # fmt: skip
def test_only_the_familys_copy_is_in_its_language(audience, home, language):
    assert language_for(audience, home) == language


def test_every_rule_says_what_to_do_and_its_section_is_in_the_library():
    for name, rule in RULES.items():
        assert rule.title[0].isupper(), name
        assert rule.remedy.endswith("."), name
        assert rule.blocks or not rule.never, name
        if rule.section:
            section_of(rule.section)


def test_a_complaint_reads_as_a_sentence():
    one = Complaint("gone", "Contact log", "of 2025-10-03")
    assert str(one) == "Contact log: a record was taken back since (of 2025-10-03). Make a new version."
    assert str(Complaint("status", "", "words")).startswith("It speaks of somebody's immigration status (words).")


# -- the builder -------------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(seed=seeds, pair=st.sampled_from(PAIRS))
def test_a_good_packet_is_never_refused(seed, pair):
    case = good(Random(seed), *pair)
    assert blocking(complaints(case.packet, case.audience, case.file)) == []


@settings(max_examples=15)
@given(seed=seeds, pair=st.sampled_from(PAIRS))
def test_nothing_under_lock_stands_in_any_packet(seed, pair):
    case = good(Random(seed), *pair)
    said = text(case.packet)
    assert not any(within(said, one) for one in (*SECRETS, *RESTRICTED, *case.file.guard.places))
    assert not any(name in said for name in case.file.guard.others)


@settings(max_examples=15)
@given(seed=seeds, pair=st.sampled_from(PAIRS))
def test_every_sentence_rests_on_records_that_are_listed_and_every_record_bears_one(seed, pair):
    packet = good(Random(seed), *pair).packet
    listed = [one.key for one in packet.sources]
    assert all(one.sources for one in packet.sentences)
    assert {key for one in packet.sentences for key in one.sources} == set(listed)
    assert len(listed) == len(set(listed))


@settings(max_examples=15)
@given(seed=seeds)
def test_days_and_months_add_up(seed):
    file = invented(Random(seed), "sarb")
    packet = built(file, "panel").packet
    months = packet.section("months").sentences
    assert sum(int(one.raw("absent")) for one in months[:-1]) == int(months[-1].raw("absent")) == file.attendance.absent
    assert sum(int(one.raw("enrolled")) for one in months[:-1]) == len(file.attendance.days)


def test_an_excused_day_never_shows_its_code_whoever_reads():
    file = board()
    day = next(one for one in file.attendance.days if one.what == Day.EXCUSED)
    days = tuple(replace(one, code="ZQ") if one is day else one for one in file.attendance.days)
    secret = replace(file, attendance=replace(file.attendance, days=days))
    for audience in AUDIENCES:
        assert "ZQ" not in text(built(secret, audience).packet)


def test_a_confidential_day_is_told_like_any_other_excused_day():
    file = board()
    plain = next(one for one in file.attendance.days if one.what == Day.EXCUSED)
    turned = tuple(replace(one, hidden=not one.hidden) if one is plain else one for one in file.attendance.days)
    other = replace(file, attendance=replace(file.attendance, days=turned))
    for audience in ("panel", "family"):
        assert built(file, audience).packet.sections == built(other, audience).packet.sections
    said = text(built(file, "family").packet)
    assert not any(reason.words in said for reason in REASONS.values() if reason.confidential)


def test_counseling_of_the_student_alone_is_the_panels_only():
    file = board(help=())
    row = Help(1, file.on - timedelta(40), "Rosa Diaz", file.pupil.student, 2026, "individual")
    told = replace(file, help=(row,))
    assert "counseling with the student" in text(built(told, "panel").packet)
    for audience in ("family", "attorney"):
        assert "counseling" not in text(built(told, audience).packet)


def test_a_school_with_few_students_has_no_figures():
    file = board()
    small = replace(file, profile=replace(file.profile, chronic=10))
    assert "too few students for figures" in text(built(small, "panel").packet)
    assert "chronically absent" in text(built(file, "panel").packet)


def test_a_step_that_lost_its_days_is_told_as_fallen_and_stops_the_packet():
    file = records.lost_occasions(Random(1), board())
    fallen = [step for step, verdict in judged(file) if verdict and not verdict.stands]
    assert fallen
    case = built(file, "panel")
    assert "It does not stand any more." in text(case.packet)
    assert "chain_report" in rules_of(case)


def test_a_student_too_young_has_no_occasion_and_the_check_agrees():
    file = board()
    days = tuple(replace(one, young=True) for one in file.attendance.days)
    young = replace(file, attendance=replace(file.attendance, days=days))
    assert young.attendance.occasions == ()
    assert {"chain_report", "chain_referral"} <= rules_of(built(young, "panel"))
    assert built(young, "attorney").packet.section("days").sentences == ()


def test_what_carries_over_from_last_year_is_no_defect():
    """A referral outlives July 1 (EC 37200): its source is of another year, and that is right."""
    file = board()
    old = replace(file.steps[-1], number=77, on=date(2025, 5, 2), year=2025)
    carried = replace(file, steps=(old, *file.steps))
    assert blocking(complaints(built(carried, "panel").packet, "panel", carried)) == []


# -- what is compared --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text_of", "locked", "found"),
    [
        ("She told me: my uncle drinks and shouts, so I hide.", "My uncle drinks and shouts so I hide at dark", True),
        ("MY UNCLE DRINKS AND SHOUTS SO I", "my uncle drinks and shouts so i hide", True),
        ("He did not come to school on Monday.", "She did not come to school on Monday again", False),
        ("The mother was at school today.", "My uncle drinks and shouts so I hide at dark", False),
        ("Mother hits him, he says", "Mother hits him", True),
        ("Hits", "Hits", False),
        ("", "My uncle drinks and shouts", False),
    ],
)
def test_words_under_lock_are_known_again(text_of, locked, found):
    assert holds(text_of, phrases(locked)) is found


@pytest.mark.parametrize(
    ("said", "part", "found"),
    [("Lives at 77 ELM court, Apt 3", "77 Elm Court", True), ("77 Elmwood Court", "77 Elm Court", False),
     ("Ana Reyes came", "Ana Reyes", True), ("Ana came", "Ana Reyes", False), ("anything", "", False)],
)  # fmt: skip
def test_names_and_places_are_found_as_whole_words(said, part, found):
    assert within(said, part) is found


@pytest.mark.parametrize("said", ["555-0199", "call (213) 555 0199", "2135550199", "555.0199 evenings"])
def test_a_number_is_found_however_it_is_written(said):
    assert dials(said, "555 0199")


def test_facts_are_equal_until_a_record_changes():
    file = board()
    packet = built(file, "panel").packet
    assert facts(packet) == facts(again(packet, "panel", file))
    other = replace(file, profile=replace(file.profile, chronic=99))
    assert facts(packet) == facts(again(packet, "panel", other)), "the school's figures move every night"
    for change in (later.corrected, later.taken_back, later.checked, later.logged_late):
        assert facts(packet) != facts(again(packet, "panel", change(Random(4), file)))


def test_what_changed_is_said_by_day_step_and_record():
    file = board()
    packet = built(file, "panel").packet
    day = next(one.rests_on[0] for one in file.steps if one.what == "report" and one.place == 1)
    days = tuple(
        replace(one, what=int(Day.EXCUSED), code="E") if one.on == day else one for one in file.attendance.days
    )
    contacts = tuple(one for one in file.contacts if one.number != 2)
    now = replace(file, attendance=replace(file.attendance, days=days), contacts=contacts)
    told = changes(packet, again(packet, "panel", now))
    assert (
        told[0]
        == f"{day:%B} {day.day}, {day.year} was told as absent all day, no excuse and is now absent all day, excused."
    )
    assert any(line.startswith("The report 1 of") and line.endswith("does not stand any more.") for line in told)
    assert any(line.startswith("Contact log of") and "taken back" in line for line in told)
    assert changes(packet, again(packet, "panel", file)) == []


def test_the_paper_is_compared_with_what_was_kept():
    packet = built(board(), "attorney").packet
    made, kept = pdf(packet), digest(packet)
    assert of_paper(packet, kept, made, 2) == []
    assert [one.rule for one in of_paper(packet, kept, made, 3)] == ["pages"]
    assert [one.rule for one in of_paper(replace(packet, version=2), kept, made, 2)] == ["hash"]
    assert [one.rule for one in of_paper(packet, kept[::-1], made, 2)] == ["hash", "paper"]


# -- the seeded defects ------------------------------------------------------------------------------------------------


def test_there_are_enough_kinds_of_defect_under_enough_rules():
    assert len(DEFECTS) >= 80
    assert len({one.rule for one in DEFECTS.values()}) >= 45
    assert {one.rule for one in DEFECTS.values()} <= RULES.keys()


@pytest.mark.parametrize("title", DEFECTS)
def test_each_defect_is_caught_by_its_rule(title):
    defect = DEFECTS[title]
    case = seeded(Random(f"{title} 1"), defect)
    found = complaints(case.packet, case.audience, case.file)
    assert defect.rule in {one.rule for one in found}
    assert blocking(found) or not RULES[defect.rule].blocks


@pytest.mark.parametrize("seed", [1, 2])
def test_the_audit_is_sound(seed):
    told = audited(Random(seed), each=1, good=9)
    assert told.sound, told.examples
    assert (told.good, told.refused) == (9, 0)
    assert told.seeded == told.caught == len(told.kinds) > 80


def test_the_audit_is_a_command_that_ends_well_or_not():
    told = CliRunner().invoke(panels, ["audit", "--seed", "5", "--each", "1", "--good", "6"])
    assert told.exit_code == 0, told.output
    assert re.search(r"84 kinds of defect under 49 rules: 84 of 84 caught\. 0 of 6 good packets refused\.", told.output)


def test_the_audit_says_what_was_missed(monkeypatch):
    """Without the checks of privacy it must find itself wanting, not sound."""
    monkeypatch.setattr("firstbell.panels.rules.packets.checking.private.told", lambda *_: iter(()))
    told = audited(Random(1), each=1, good=3)
    assert not told.sound
    assert any(line.startswith("missed: ") for line in told.examples)


def test_a_lost_key_stops_the_packet():
    case = built(board(guard=Guard(blind=True)), "panel")
    assert "blind" in rules_of(case)
    assert RULES["blind"].never


def test_the_same_defect_said_again_in_the_wording_is_no_longer_altered():
    """A builder with a fault says false things in the right words: `altered` alone would never see it."""
    file = board()
    wrong = telling.outcome_changed(Random(2), built(file, "panel").packet, file)
    found = {one.rule for one in complaints(wrong, "panel", file)}
    assert "misquoted" in found
    assert "altered" not in found


def test_moved_students_are_pointed_out_and_do_not_stop_it():
    case = built(board(moved="Harbor High"), "panel")
    found = [one for one in complaints(case.packet, "panel", case.file) if one.rule == "moved"]
    assert [one.found for one in found] == ["Harbor High"]
    assert blocking(found) == []


def test_words_of_every_help_and_outcome_are_there():
    said = packet_wording("en").sentences
    for section, keys in (
        ("how", CONTACTS),
        ("outcome", OUTCOMES),
        ("barrier", {*BARRIERS, *PLANNED}),
        ("letter", LETTERS),
    ):
        for key in keys:
            assert f"{section}.{key}" in said
    for audience in AUDIENCES.values():
        assert all(f"help.{one}" in said for one in audience.helps)
