"""docs/tour.md, walked in a real browser; and axe on every page it meets."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

TOUR = Path(__file__).parents[2] / "docs" / "tour.md"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def steps() -> list[str]:
    blocks = re.findall(r"```tour\n(.*?)```", TOUR.read_text(), re.S)
    return [line for block in blocks for line in block.strip().splitlines()]


def said(page) -> str:
    """The words on the page, in small letters and with plain spaces."""
    return page.locator("body").inner_text().replace("\u00a0", " ").casefold()


def walk(page, served, step: str) -> None:
    verb, _, words = step.partition(" ")
    pk, key = served.stranger
    if step == "open the other school's student":
        page.goto(f"{served.address}/students/{pk}/")
    elif step == "search the other school's student":
        page.goto(f"{served.address}/search/?q={key}")
    elif step == "press first student":
        page.locator("main a.who").first.click()
    elif step == "press first reason":
        page.get_by_role("navigation", name="Why they are here").get_by_role("link").nth(1).click()
    elif step == "press first school":
        page.locator("main table a[href*='/schools/'], main a[href^='/schools/']").first.click()
    elif step == "press why":
        page.locator("main a", has_text="why").first.click()
    elif verb == "open":
        page.goto(served.address + words)
    elif verb == "press":
        page.locator("main, .persona").get_by_text(words).first.click()
    elif verb == "see":
        assert words.casefold() in said(page), f"{step}: not on {page.url}"
    elif verb == "not":
        words = words.removeprefix("see ")
        assert words.casefold() not in said(page), f"{step}: it is on {page.url}"
    else:
        raise AssertionError(f"the tour does not know how to {step!r}")
    page.wait_for_load_state()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_tour_walks_and_every_page_on_it_is_accessible(served, chromium, width):
    assert len(steps()) > 15
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    seen = set()
    for step in steps():
        walk(page, served, step)
        if (url := page.url) not in seen:
            seen.add(url)
            found = Axe().run(page, options=RULES)
            assert found.violations_count == 0, f"{url} at {width}: {found.generate_report()}"
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{url} scrolls sideways by {wide} px at {width}"
    assert len(seen) >= 6
    context.close()


def test_the_queue_is_walked_by_keys_once_they_are_turned_on(served, chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    walk(page, served, "open /")
    walk(page, served, "press Rosa Diaz")
    names = page.locator("main a.who").all_inner_texts()
    page.keyboard.press("j")
    assert page.locator("tr.is-here").count() == 0  # off until someone asks for them (WCAG 2.1.4)
    context.add_cookies([{"name": "shortcuts", "value": "on", "url": served.address}])
    page.reload()
    for key in "jjk":
        page.keyboard.press(key)
    assert page.locator("tr.is-here a.who").inner_text() == names[0]
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/students/*/")
    assert page.locator("h1").inner_text() == names[1]
    context.close()
