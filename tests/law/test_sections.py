import ast
import re
from datetime import date
from pathlib import Path

import pytest

import firstbell.law
from firstbell.law.policy import policy_on
from firstbell.law.sections import CHOICES, CONFIDENCE, SECTIONS, SETTINGS, changes, section_of
from tests.law.test_cases import CASES

SOURCES = [path for path in Path(firstbell.law.__file__).parent.rglob("*.py") if path.parent.name != "sections"]

CITATION = re.compile(r"(?:(?:EC|FAM|WIC|PC|VC|5 CCR) \d[\d.]*(?:\(\w+\))*|CALPADS \w+|setting [\w.]+)$")
CITING = ("Reason", "Ground", "_Ground", "_Limit", "Item", "_first", "Action", "AbsenceReason")


def _cited() -> set[str]:
    """Every section the code names: the first arguments of Reason and Ground, and whatever else reads like one."""
    found = set()
    for node in (node for source in SOURCES for node in ast.walk(ast.parse(source.read_text()))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CITING:
            found |= {
                arg.value for arg in node.args if isinstance(arg, ast.Constant) and CITATION.match(str(arg.value))
            }
        elif isinstance(node, ast.Constant) and CITATION.match(str(node.value)):
            found.add(node.value)
    return found


def test_every_section_the_code_cites_is_held():
    cited = _cited()
    assert len(cited) > 70
    assert "EC 48291" in cited
    for section in cited:
        assert section_of(section).title


def test_every_section_the_policy_cites_is_held():
    policy = policy_on(date(2025, 9, 1))
    assert len(policy.cites) > 80
    assert all(section_of(cite).title for cite in policy.cites.values())


@pytest.mark.parametrize("number", SECTIONS)
def test_a_section_is_told_in_words_and_can_be_read_at_its_source(number):
    section = SECTIONS[number]
    assert section.number == number
    assert section.url.startswith("https://")
    assert section.title[0].isupper()
    assert not section.title.endswith(".")


@pytest.mark.parametrize(
    ("cited", "number"),
    [
        ("EC 48260", "EC 48260"),
        ("EC 48260(a)", "EC 48260"),
        ("EC 60901(c)(1)", "EC 60901"),
        ("EC 48260.5", "EC 48260.5"),
        ("CALPADS STAS0318", "CALPADS"),
        ("CALPADS 13.21", "CALPADS"),
        ("CALPADS dropout", "CALPADS dropout"),
        ("CALPADS E140", "CALPADS"),
        ("5 CCR 437", "5 CCR 437"),
    ],
)
def test_a_subdivision_is_found_under_its_section(cited, number):
    assert section_of(cited).number == number


def test_the_statutes_lead_to_the_official_page():
    assert section_of("EC 48260(a)").url == (
        "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode=EDC&sectionNum=48260."
    )


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_says_why(name):
    section = section_of(f"setting {name}")
    assert section.number == f"setting {name}"
    assert section.title == SETTINGS[name]
    assert section.title.endswith(".")
    assert section.confidence == "I"


@pytest.mark.parametrize(
    "unknown", ["EC 99999", "EC 4826", "setting whim", "setting ", "", "(a)", "PC 187", "setting CALPADS"]
)
def test_an_unknown_section_is_an_error(unknown):
    with pytest.raises(KeyError):
        section_of(unknown)


def _sentences(text: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.?!])\s+(?=[A-Z0-9])", text) if one]


@pytest.mark.parametrize("number", SECTIONS)
def test_a_section_is_told_plainly(number):
    section = SECTIONS[number]
    assert 1 <= len(_sentences(section.plain)) <= 5
    assert 8 <= len(section.plain.split()) <= 100
    assert section.plain.endswith(".")
    assert section.confidence in CONFIDENCE
    assert section.words, "everyday words lead to it"
    assert all(word == word.lower() for word in section.words)
    assert len(set(section.words)) == len(section.words)


@pytest.mark.parametrize("number", [number for number in SECTIONS if SECTIONS[number].example])
def test_a_worked_example_is_an_acceptance_case(number):
    section = SECTIONS[number]
    assert section.example.endswith(".")
    assert any(name.startswith(section.case) for name in CASES), section.case
    assert section.case


def test_there_are_worked_examples():
    assert sum(bool(section.example) for section in SECTIONS.values()) >= 25
    assert all(section.example or not section.case for section in SECTIONS.values())


@pytest.mark.parametrize("number", [number for number in SECTIONS if SECTIONS[number].changed])
def test_changes_are_in_order_and_say_what(number):
    section = SECTIONS[number]
    assert [one.on for one in section.changed] == sorted(one.on for one in section.changed)
    for one in section.changed:
        assert one.what.endswith(".")
        assert one.confidence in CONFIDENCE
    assert section.since is None or section.since in {one.on for one in section.changed}


def test_what_changed_since_last_year():
    found = changes(date(2025, 7, 1), date(2026, 6, 30))
    assert [one.on for _, one in found] == sorted((one.on for _, one in found), reverse=True)
    assert {section.number for section, _ in found} >= {"EC 48260.5", "PC 270.1", "EC 46211", "EC 60901"}
    assert "EC 48321" not in {section.number for section, _ in found}
    assert changes(date(2099, 1, 1)) == []


@pytest.mark.parametrize(
    ("number", "day", "expected"),
    [
        ("PC 270.1", date(2025, 12, 31), True),
        ("PC 270.1", date(2026, 1, 1), False),
        ("VC 13202.7", date(2018, 12, 31), True),
        ("VC 13202.7", date(2019, 1, 1), False),
        ("EC 48260.5", date(2025, 6, 30), False),
        ("EC 48260.5", date(2025, 7, 1), True),
        ("EC 48260", date(1990, 1, 1), True),
    ],
)
def test_in_force(number, day, expected):
    assert SECTIONS[number].in_force(day) is expected


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("late", "EC 48260"),
        ("sick note", "EC 48205"),
        ("funeral", "EC 48205"),
        ("translation", "EC 48985"),
        ("ice", "EC 234.7"),
        ("sarb", "EC 48263"),
        ("foster", "EC 48853.5"),
        ("homeless", "EC 48852.7"),
        ("shred", "5 CCR 437"),
        ("driver's license", "VC 13202.7"),
    ],
)
def test_everyday_words_lead_to_the_law(word, number):
    assert word in SECTIONS[number].words


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_fills_in_a_section_we_hold(name):
    choice = CHOICES[name]
    assert section_of(choice.under).title
    assert choice.between is None or choice.between[0] < choice.between[1]
    assert SETTINGS[name] == choice.why
