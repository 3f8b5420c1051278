"""The engineer sends the next day's files: preview, apply, a new standing date, undo; axe on every page of the way."""

import os
import shutil
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe

from firstbell.practice import Plan, write
from tests.browser.conftest import step_in
from tests.browser.test_tour import RULES

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]
NEXT = date(2026, 5, 13)
SHOTS = os.environ.get("FIRSTBELL_SHOTS")


@pytest.fixture(scope="module")
def zipped(tmp_path_factory):
    """The practice district's files of the day after the one the served home stands on."""
    folder = tmp_path_factory.mktemp("next")
    write(Plan(students=600, seed=1913), folder / "files", as_of=NEXT)
    return shutil.make_archive(str(folder / "next-day"), "zip", folder / "files")


def look(page, name: str) -> None:
    """axe and no sideways scrolling, wide and narrow; a picture of each when FIRSTBELL_SHOTS names a folder."""
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{name} at {width}: {found.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} scrolls sideways by {wide} px at {width}"
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def standing_date(served, chromium) -> str:
    """What the director's district page says the figures are as of."""
    page = chromium.new_context().new_page()
    step_in(page, served, "Samir Haddad")
    page.goto(f"{served.address}/district/")
    said = page.locator(".page-header .lede").inner_text()
    page.context.close()
    return said


def test_the_engineer_brings_a_day_in_and_takes_it_back(served, chromium, zipped):
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    assert "12 May" in standing_date(served, chromium)
    step_in(page, served, "Lena Fischer")
    assert page.url == f"{served.address}/imports/"
    look(page, "runs")
    page.get_by_role("link", name="New import").click()
    look(page, "new")
    page.set_input_files("input[type=file]", zipped)
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Apply", exact=True).wait_for(timeout=60_000)
    assert "Nothing is applied yet" in page.locator("main").inner_text()
    assert "12 May" in standing_date(served, chromium)
    look(page, "preview")
    page.get_by_role("button", name="Apply", exact=True).click()
    page.get_by_role("button", name="Undo this import").wait_for(timeout=60_000)
    assert "as of Wednesday 13 May" in page.locator("main").inner_text()
    assert "13 May" in standing_date(served, chromium)
    look(page, "applied")
    page.get_by_role("button", name="Undo this import").click()
    assert "stands again as before" in page.get_by_role("dialog", name="Undo this import?").inner_text()
    look(page, "undo")
    page.get_by_role("button", name="Undo it").click()
    page.get_by_text("Undone.").wait_for(timeout=60_000)
    assert "12 May" in standing_date(served, chromium)
    look(page, "undone")
    page.context.close()


def test_without_script_the_work_is_followed_by_a_plain_link(served, chromium, zipped):
    page = chromium.new_context(java_script_enabled=False).new_page()
    step_in(page, served, "Lena Fischer")
    page.goto(f"{served.address}/imports/new/")
    page.set_input_files("input[type=file]", zipped)
    page.get_by_role("button", name="Preview").click()
    for _ in range(60):
        if page.get_by_role("button", name="Apply", exact=True).is_visible():
            break
        page.get_by_role("link", name="Look again").click()
        page.wait_for_timeout(500)
    assert page.get_by_role("button", name="Apply", exact=True).is_visible()
    page.context.close()
