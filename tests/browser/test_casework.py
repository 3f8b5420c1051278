"""A contact in a real browser: three taps by keyboard, a dropped connection that loses nothing, axe wide and narrow."""

import re

import pytest

from tests.browser.test_import import look

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def to_case(page, served, place: int) -> str:
    """The case page of a student of hers; their name."""
    page.goto(f"{served.address}/students/?page=2")
    who = page.locator("main a.who").nth(place)
    name = who.inner_text()
    who.click()
    page.get_by_role("link", name=re.compile("Case and contacts|Open the case")).click()
    page.get_by_role("heading", name="Log a contact").wait_for()
    return name


def test_a_contact_by_keyboard_alone(page, served):
    to_case(page, served, 1)
    look(page, "case-empty")
    page.get_by_role("radio", name="Call").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_label("In a sentence").focus()
    page.keyboard.type("The bus comes after first bell.")
    page.get_by_role("button", name="Save contact").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_text("is on record").wait_for()
    assert "The bus comes after first bell." in page.locator("main").inner_text()
    look(page, "case-logged")


def test_a_dropped_connection_loses_nothing_and_doubles_nothing(page, served):
    to_case(page, served, 2)
    page.locator("label", has_text=re.compile("^Call$")).click()
    page.locator("label", has_text=re.compile("^Reached$")).click()
    page.get_by_label("In a sentence").fill("Said once.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save contact").click()
    page.get_by_text("Not yet saved.").wait_for()
    page.get_by_role("button", name="Save contact").click(force=True)
    page.context.set_offline(False)
    page.get_by_text("is on record").wait_for(timeout=15_000)
    assert page.get_by_text("Said once.").count() == 1


def test_a_case_is_opened_and_worked(page, served):
    to_case(page, served, 3)
    page.get_by_role("button", name="Open a case").click()
    page.get_by_text("The case is open").wait_for()
    page.get_by_text("Ask for something").click()
    page.get_by_label("What", exact=True).select_option("plan")
    page.get_by_role("button", name="Ask for it").click()
    page.get_by_text("waits for you now").wait_for()
    look(page, "case-open")
    page.get_by_text("Done", exact=False).first.click()
    page.get_by_label("What was done?").fill("Agreed on three mornings a week.")
    page.get_by_role("button", name="It is done").click()
    page.get_by_text("is done.").wait_for()
    page.get_by_label("Note", exact=True).fill("I fear neglect at home.")
    page.get_by_role("button", name="Keep the note").click()
    page.get_by_text("in writing within 36 hours").wait_for()
    look(page, "case-careful")
    page.locator("label", has_text="Sealed, for me alone").click()
    page.get_by_role("button", name="Keep the note").click()
    page.get_by_text("The note is kept.").wait_for()


def test_a_draft_outlives_the_page_and_is_gone_once_it_is_saved(page, served):
    to_case(page, served, 3)
    here = page.url
    page.locator("#id_log_said").fill("Half a sentence, and the")
    with page.expect_response(lambda answer: answer.url.endswith("/draft/log/") and answer.status == 204):
        pass
    page.get_by_text("Draft kept").wait_for()
    page.locator("#id_log_said").fill("Half a sentence, and the bell.")
    page.goto(f"{served.address}/today/")  # before the next five seconds: kept on leaving
    page.goto(here)
    page.get_by_text("These words are your draft of").wait_for()
    assert page.locator("#id_log_said").input_value() == "Half a sentence, and the bell."
    look(page, "case-draft")
    page.locator("label", has_text=re.compile("^Call$")).click()
    page.locator("label", has_text=re.compile("^Reached$")).click()
    page.get_by_role("button", name="Save contact").click()
    page.get_by_text("is on record").wait_for()
    page.goto(here)
    assert page.locator("#id_log_said").input_value() == ""
    assert page.get_by_text("These words are your draft of").count() == 0
