"""The office clears five absences by keyboard only; axe on the page, wide and narrow; the principal decides one."""

import pytest

from tests.browser.conftest import step_in
from tests.browser.test_import import look

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

CLERK, PRINCIPAL = "Grace Okafor", "Daniel Kim"


def test_five_absences_by_keyboard(served, chromium):
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    step_in(page, served, CLERK)
    page.goto(f"{served.address}/attendance/clearing/")
    look(page, "clearing")
    page.reload()
    for _ in range(5):
        focused = page.locator("select:focus")
        assert focused.get_attribute("name") == "reason", "the next row's reason has the focus"
        page.keyboard.press("i")
        assert focused.input_value() == "48205a01"
        while page.locator("button:focus", has_text="Save").count() == 0:
            page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "illness" in page.get_by_role("status").first.inner_text()
    assert page.get_by_role("heading", name="Said lately").count() == 1
    look(page, "clearing-done")
    page.goto(f"{served.address}/attendance/corrections/")
    assert page.locator("tbody tr").count() >= 5
    look(page, "corrections")


def test_a_reason_left_to_the_principal(served, chromium):
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    step_in(page, served, CLERK)
    page.goto(f"{served.address}/attendance/clearing/")
    page.locator("select:focus").wait_for()  # the work has the focus from the start
    page.keyboard.press("a")
    who = page.locator("section.card h2").first.inner_text()
    page.get_by_role("button", name="Save").first.click()
    assert "put before an administrator" in page.get_by_role("status").first.inner_text()
    step_in(page, served, PRINCIPAL)
    page.goto(f"{served.address}/attendance/decisions/")
    look(page, "decisions")
    assert who in page.locator("main").inner_text()
    page.get_by_label("Why").first.fill("The bus could not run.")
    page.get_by_role("button", name="Accept").first.click()
    assert "accepted" in page.get_by_role("status").first.inner_text()
