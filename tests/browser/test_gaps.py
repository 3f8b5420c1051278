"""Not seen lately, in a real browser: a list, a case for many and taken back, paper, a feed; axe wide and narrow."""

import re

import pytest

from tests.browser.test_import import look

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def test_a_list_narrowed_and_a_case_opened_for_many_and_taken_back(page, served):
    page.get_by_role("link", name="Not seen lately").click()
    page.get_by_role("heading", name="Whom have I not seen").wait_for()
    look(page, "gaps")
    page.get_by_role("link", name="Chronic, no case").click()
    page.get_by_text("Columns", exact=True).click()
    page.locator("label", has_text=re.compile("^Language$")).click()
    page.locator("#filter-tier").select_option("1")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("columnheader", name="Language").wait_for()
    assert "tier=1" in page.url
    look(page, "gaps-filtered")
    for place in (0, 1):
        page.locator("tbody .usa-checkbox__label").nth(place).click()
    page.get_by_label("What", exact=True).select_option("open")
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_role("button", name=re.compile("Do it for 2")).wait_for()
    look(page, "bulk-planned")
    page.get_by_role("button", name=re.compile("Do it for 2")).click()
    page.get_by_role("button", name=re.compile("Take all 2 back")).wait_for(timeout=60_000)
    look(page, "bulk-done")
    page.get_by_role("button", name=re.compile("Take all 2 back")).click()
    page.get_by_text(re.compile("^Taken back")).wait_for(timeout=60_000)
    page.get_by_role("link", name="Back to the list").click()
    page.get_by_role("link", name=re.compile("Tier 1, for all")).click()
    page.get_by_role("heading", name="Whom have I not seen").wait_for()
    assert "tier=1" not in page.url


def test_paper_and_a_feed(page, served):
    page.get_by_role("link", name="Calls", exact=True).click()
    page.get_by_role("heading", name=re.compile("Calls for")).wait_for()
    look(page, "calls")
    page.goto(f"{served.address}/students/")
    page.locator("main a.who").first.click()
    page.get_by_role("link", name="Visit sheet").click()
    page.get_by_role("heading", name=re.compile("Home visit")).wait_for()
    look(page, "visit")
    page.locator("details.me summary").click()
    page.get_by_role("link", name="Calendar feed").click()
    look(page, "feed")
    page.get_by_role("button", name="Make my feed").click()
    address = page.get_by_label("Address of the feed").input_value()
    assert "BEGIN:VCALENDAR" in page.request.get(address).text()
    page.get_by_role("button", name="End the feed").click()
    page.get_by_text("The feed has ended").wait_for()
    assert page.request.get(address).status == 404
