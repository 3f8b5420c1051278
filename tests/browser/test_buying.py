"""A principal buys two days a week, signs with the pen, is approved, has a counselor and reads the statement."""

import re

import pytest

from tests.browser.conftest import step_in
from tests.browser.test_import import look

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def draw(page) -> None:
    """A stroke in the box to sign in."""
    box = page.locator("[data-pad] svg").first
    box.scroll_into_view_if_needed()
    at = box.bounding_box()
    page.mouse.move(at["x"] + 60, at["y"] + 60)
    page.mouse.down()
    for n in range(1, 6):
        page.mouse.move(at["x"] + 60 + 30 * n, at["y"] + 60 + (20 if n % 2 else -10))
    page.mouse.up()


def test_two_days_are_bought_approved_delivered_and_accounted_for(page, served):
    step_in(page, served, "Daniel Kim")
    page.get_by_role("heading", name="My desk").wait_for()  # a principal begins at their desk
    look(page, "principal")
    page.get_by_role("link", name="3 days a week").click()
    page.get_by_role("link", name="What would days bring?").click()
    look(page, "whatif")
    page.get_by_role("link", name="Ask for other days").click()
    page.locator("#id_tenths").select_option("4")
    page.locator("#id_general_tenths").fill("2")
    page.locator("#id_begins").fill("2026-05-13")
    look(page, "ask")
    page.get_by_text(re.compile("The funds pay 4 of 4 half days")).wait_for()
    page.get_by_role("button", name="Write it down").click()
    page.get_by_role("button", name=re.compile("^Sign as")).wait_for()
    address = page.url
    draw(page)
    page.get_by_role("button", name=re.compile("^Sign as")).click()
    page.get_by_role("link", name="The letter (PDF)").wait_for()
    look(page, "purchase")
    letter = page.get_by_role("link", name="The letter (PDF)").get_attribute("href")
    assert page.request.get(served.address + letter).headers["content-type"] == "application/pdf"

    step_in(page, served, "Hugo Petrosyan")  # a counselor has no purchases to see
    assert page.goto(address).status == 404
    step_in(page, served, "Priya Nair")
    page.goto(address)
    page.get_by_role("button", name="The funds are there").click()
    page.get_by_text("Funds checked").first.wait_for()
    step_in(page, served, "Noor Rahimi")
    page.goto(address)
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("Approved by the Region").first.wait_for()

    step_in(page, served, "Daniel Kim")
    page.goto(address)
    delivers = page.locator("section, .card").filter(has=page.get_by_role("heading", name="Who delivers it"))
    assert "Rosa Diaz" in delivers.last.inner_text()
    page.goto(f"{served.address}/oversight/statements/")
    look(page, "statements")
    page.locator("a.who").first.click()
    look(page, "statement")
    assert re.search(r"of \d+ h delivered", page.locator("main").inner_text())
    paper = page.get_by_role("link", name="One page (PDF)").get_attribute("href")
    assert page.request.get(served.address + paper).headers["content-type"] == "application/pdf"
    page.get_by_role("link", name="Ledger", exact=True).click()
    look(page, "ledger")
    page.locator("th a").nth(1).click()
    look(page, "week")
    assert "Rosa Diaz" in page.locator("main").inner_text()


def test_a_day_is_told_of_and_a_month_signed_and_countersigned(page, served):
    step_in(page, served, "Rosa Diaz")
    page.goto(f"{served.address}/oversight/time/")
    look(page, "time")
    page.get_by_label("Planning and review").check(force=True)
    page.get_by_label("Minutes").fill("25")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("Added.").wait_for()
    page.get_by_role("button", name="Confirm the day").click()
    page.get_by_text(re.compile("Confirmed: ")).first.wait_for()
    page.get_by_role("link", name="Activity reports").first.click()
    look(page, "reports")
    to_sign = page.get_by_role("row").filter(has_text="April 2026").filter(has_text="Wickiup Fork")
    to_sign.locator("a.who").first.click()
    look(page, "month")
    page.get_by_role("button", name="Sign the report").click()
    page.get_by_text("It waits for somebody who saw the work.").wait_for()
    address = page.url
    step_in(page, served, "Hugo Petrosyan")
    assert page.goto(address).status == 404
    step_in(page, served, "Marisa Tolentino")
    page.goto(f"{served.address}/oversight/reports/to-countersign/")
    look(page, "countersign")
    page.goto(address)
    page.get_by_role("button", name="Countersign").click()
    page.get_by_text("Countersigned.").wait_for()
    look(page, "report")
