import ast
import re
from pathlib import Path

import pytest

import firstbell.law
from firstbell.law.policy import policy_on
from firstbell.law.sections import SECTIONS, SETTINGS, section_of
from tests.law.stories import MONDAY

SOURCES = [path for path in Path(firstbell.law.__file__).parent.rglob("*.py") if path.name != "sections.py"]


def _cited() -> set[str]:
    """Every section the code names: the first arguments of Reason and Ground, and whatever else reads like one."""
    found = set()
    for node in (node for source in SOURCES for node in ast.walk(ast.parse(source.read_text()))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Reason", "Ground"):
            found |= {arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)}
        elif isinstance(node, ast.Constant) and re.fullmatch(r"EC \d[\d.]*(\(\w+\))*", str(node.value)):
            found.add(node.value)
    return found


def test_every_section_the_code_cites_is_held():
    cited = _cited()
    assert len(cited) > 25
    assert "EC 48291" in cited
    for section in cited:
        assert section_of(section).title


def test_every_section_the_policy_cites_is_held():
    policy = policy_on(MONDAY)
    assert len(policy.cites) > 30
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


@pytest.mark.parametrize("unknown", ["EC 99999", "EC 4826", "setting whim", "setting ", "", "(a)", "PC 270.1"])
def test_an_unknown_section_is_an_error(unknown):
    with pytest.raises(KeyError):
        section_of(unknown)
