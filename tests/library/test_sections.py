"""Sections: each has a page, each reason leads to one, each is under one topic."""

import ast
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse

import firstbell
from firstbell.core import citing
from firstbell.core.access import EVERYTHING, NOTHING, ROLES, May
from firstbell.law.policy import policy_on, settings
from firstbell.law.sections import SECTIONS, SETTINGS, changes, section_of
from firstbell.library import urls
from firstbell.library.queries import sections
from firstbell.library.topics import MARKS, SCREENS, TOPICS
from tests.library.conftest import TODAY, text

CODE = Path(firstbell.__file__).parent
CITED = re.compile(r"(?:EC|WIC|PC|VC|FAM) \d[\d.]*\d(?:\(\w+\))*|5 CCR \d+|setting [a-z_]+(?:\.[a-z_]+)?")


def cited_anywhere() -> set[str]:
    """Every string of the code that is a citation and nothing else, and every one a policy is cited by."""
    found = set()
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CITED.fullmatch(node.value):
                found.add(node.value)
    return found | set(policy_on(TODAY).cites.values())


def test_every_citation_in_the_code_leads_to_a_page():
    cited = cited_anywhere()
    assert len(cited) > 80
    assert [one for one in sorted(cited) if not citing.address(one)] == []


def test_every_setting_a_reason_may_cite_has_its_place_on_the_policy_page(reader):
    page = text(reader.get(reverse("library:policy")))
    wanted = {f"setting {name}" for name in SETTINGS} | {one for one in cited_anywhere() if one.startswith("setting ")}
    anchors = {citing.address(cited).partition("#")[2] for cited in wanted if cited != "setting bands.national"}
    assert [anchor for anchor in sorted(anchors) if page.count(f'id="{anchor}"') != 1] == []


def test_every_section_has_a_page_that_says_what_we_hold(reader):
    for number, section in SECTIONS.items():
        page = text(reader.get(citing.address(number)))
        assert section.title.partition("'")[0] in page.replace("&#x27;", "'")
        assert section.url.replace("&", "&amp;") in page
        assert "No legal advice." in page
        assert page.count("<h1>") == 1


def test_no_two_sections_share_an_address_and_none_hides_a_page():
    assert len(citing.BY_SLUG) == len(SECTIONS)
    pages = {str(entry.pattern).strip("/") for entry in urls.urlpatterns if "<" not in str(entry.pattern)}
    assert {"policy", "letters"} <= pages
    assert not pages & citing.BY_SLUG.keys()


@pytest.mark.parametrize("slug", ["ec-99999", "setting-streaks", "ec", "policies", "EC-48260"])
def test_what_we_do_not_hold_is_not_there(reader, slug):
    assert reader.get(f"/library/{slug}/").status_code == 404


def test_every_section_stands_under_one_topic():
    listed = [number for numbers in TOPICS.values() for number in numbers]
    assert sorted(listed) == sorted(SECTIONS)


def test_the_list_shows_all_and_the_filter_what_changed(reader):
    page = text(reader.get(reverse("library:index")))
    assert all(citing.address(number) in page for number in SECTIONS)
    page = text(reader.get(reverse("library:index"), {"changed": "1"}))
    new = {section.number for section, _ in changes(TODAY - timedelta(days=365))}
    shown = {number for number in SECTIONS if f'href="{citing.address(number)}"' in page}
    assert shown == new
    assert {"PC 270.1", "EC 48260.5"} <= new < SECTIONS.keys()


def test_a_change_to_come_is_told_apart_from_one_that_came():
    pages = {
        number: sections.section_page(citing.slug(number), NOTHING, on=TODAY) for number in ("EC 46392", "EC 60901")
    }
    assert pages["EC 46392"].news == "Changes 9 Jul 2026"
    assert pages["EC 60901"].news == "Changed 13 Oct 2025"
    assert sections.section_page("ec-60901", NOTHING, on=date(2027, 1, 4)).news == ""


def test_a_repealed_section_says_so_from_the_day_on(reader, settings):
    assert "No longer law since 1 January 2026" in text(reader.get("/library/pc-270-1/"))
    settings.TODAY = "2025-12-31"
    assert "No longer law" not in text(reader.get("/library/pc-270-1/"))


def test_a_section_shows_its_numbers_settings_and_screens(reader):
    page = text(reader.get("/library/ec-48260/"))
    assert "Unexcused occasions that make a truant" in page
    assert "Occasions that one day can hold, at most" in page
    assert f'href="{reverse("desk:today")}"' in page
    assert "under the policy of 2025-07-01" in page


def test_a_screen_is_linked_for_those_who_may_open_it():
    shown = dict(sections.section_page("ec-48260", EVERYTHING, on=TODAY).screens)
    assert set(shown.values()) == {reverse("desk:today"), reverse("desk:students"), reverse("cases:changes")}
    hidden = dict(sections.section_page("ec-48260", NOTHING, on=TODAY).screens)
    assert shown.keys() == hidden.keys()
    assert set(hidden.values()) == {""}


def test_every_screen_is_of_a_section_we_hold_and_every_route_is_there():
    assert SCREENS.keys() <= SECTIONS.keys()
    assert all(reverse(screen.route) for screens in SCREENS.values() for screen in screens if screen.route)


def test_every_mark_is_told(reader):
    page = text(reader.get(reverse("library:index"))).replace("&#x27;", "'")
    assert MARKS.keys() == {"V", "S", "M", "I"}
    assert all(mark.told in page for mark in sections.MARK.values())


def test_a_search_shows_its_hits_and_a_fragment_only_them(reader):
    url = reverse("library:index")
    page = text(reader.get(url, {"q": "bereavment <b>"}))
    assert "Shown: <b>bereavement</b>" in page
    assert "bereavment &lt;b&gt;" in page
    fragment = text(reader.get(url, {"q": "funeral"}, headers={"HX-Request": "true"}))
    assert "<mark>funeral</mark>" in fragment
    assert "<html" not in fragment
    assert "Nothing found" in text(reader.get(url, {"q": "zzqqk"}))


def test_the_palette_finds_a_few_sections(reader):
    found = text(reader.get(reverse("library:palette"), {"q": "truant"}))
    assert found.count('role="option"') == 4
    assert citing.address("EC 48260") in found
    assert text(reader.get(reverse("library:palette"))).strip() == ""


@pytest.mark.parametrize("role", ROLES)
def test_everyone_who_is_signed_in_may_read(sign_in, role):
    client = sign_in(role)
    assert May.SEE_LIBRARY in ROLES[role]
    for url in ("/library/", "/library/ec-48260/", "/library/policy/", "/library/letters/", "/library/palette/?q=late"):
        assert client.get(url).status_code == 200
    assert client.post("/library/").status_code == 405


def test_nobody_reads_without_signing_in(client, db):
    for url in ("/library/", "/library/ec-48260/", "/library/policy/", "/library/letters/"):
        assert reverse("account_login") in client.get(url).headers["Location"]


def test_settings_of_the_policy_and_of_the_sections_are_the_same():
    assert {one.name for one in settings(policy_on(TODAY))} >= SETTINGS.keys() - {"bands.district"}
    assert section_of("setting streaks").title == SETTINGS["streaks"]
