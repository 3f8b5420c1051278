"""The library in a real browser: found by typing, reached from a reason, usable without script, clean under axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PAGES = (
    "/library/",
    "/library/?changed=1",
    "/library/?q=sick+note",
    "/library/?q=zzqqk",
    "/library/ec-48260/",
    "/library/ec-48260-5/",
    "/library/pc-270-1/",
    "/library/policy/",
    "/library/letters/",
    "/library/letters/?language=ar&kind=conference",
)
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def enter(page, served, who="Rosa Diaz"):
    page.goto(f"{served.address}/sign-in/")
    page.get_by_text(who).first.click()
    page.wait_for_load_state()


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_is_accessible_and_fits(served, chromium, width):
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    enter(page, served)
    for url in PAGES:
        page.goto(served.address + url)
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{url} at {width}: {found.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{url} scrolls sideways by {wide} px at {width}"
    context.close()


def test_what_is_typed_is_found_at_once(served, chromium):
    context = chromium.new_context()
    page = context.new_page()
    enter(page, served)
    page.goto(f"{served.address}/library/")
    page.get_by_role("searchbox").press_sequentially("funeral")
    page.locator("#found mark", has_text="funeral").first.wait_for()
    page.locator("#found a", has_text="EC 48205").click()
    page.get_by_role("heading", name="A worked example").wait_for()
    assert "An administrator decides" in page.locator("main").inner_text()
    context.close()


def test_a_reason_on_today_leads_to_its_page(served, chromium):
    context = chromium.new_context()
    page = context.new_page()
    enter(page, served)
    link = page.locator("main a.law").first
    link.click()
    page.wait_for_load_state()
    assert "/library/" in page.url
    assert "No legal advice." in page.locator("main").inner_text()
    context.close()


def test_the_palette_finds_sections_beside_students(served, chromium):
    context = chromium.new_context()
    page = context.new_page()
    enter(page, served)
    page.keyboard.press("Control+K")
    page.keyboard.type("habitual")
    option = page.locator("#palette [role=option]", has_text="EC 48262")
    option.wait_for()
    option.click()
    page.wait_for_url("**/library/ec-48262/")
    context.close()


def test_without_script_it_is_all_there(served, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    enter(page, served)
    page.goto(f"{served.address}/library/")
    page.get_by_role("searchbox").fill("doctor's note")
    page.get_by_role("button", name="Search").click()
    assert "EC 46011" in page.locator("#found").inner_text()
    page.goto(f"{served.address}/library/letters/")
    page.get_by_label("Text of the letter").fill("You may be subject to prosecution.")
    page.get_by_role("button", name="Check").click()
    assert "found “prosecution”" in page.locator("#checked").inner_text()
    assert page.get_by_role("button", name="Print").count() == 0
    context.close()
