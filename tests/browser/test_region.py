"""The region counselor answers a school and trains its people, in a real browser with axe; each sees their own."""

import re

import pytest

from tests.browser.conftest import step_in
from tests.browser.test_import import look

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]
TODAY = "2026-05-12"
TITLE = "How many tardies count"


def test_a_school_asks_and_the_region_answers(page, served):
    step_in(page, served, "Daniel Kim")
    page.goto(f"{served.address}/training/ask/")
    look(page, "ask")
    page.get_by_label("The question in a line").or_(page.locator("#id_title")).first.fill(TITLE)
    page.locator("#id_what").fill("A student came 40 minutes late five times. Is that a truancy?")
    page.locator("#id_area").select_option("truancy")
    page.get_by_role("button", name="Ask the Region").click()
    page.get_by_role("heading", name=TITLE).wait_for()
    address = page.url

    step_in(page, served, "Noor Rahimi")
    page.goto(f"{served.address}/training/board/")
    look(page, "board")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="Take it").click()
    page.get_by_text("Noor Rahimi answers").first.wait_for()
    look(page, "question")
    page.get_by_label("The answer").or_(page.locator("#id_answer_text, #id_text")).first.fill(
        "More than 30 minutes without an excuse counts, three times in a year make a truant (EC 48260)."
    )
    page.get_by_text("What it rests on").click()
    page.locator("select[name$=law_1]").select_option("EC 48260")
    page.locator("input[name$=share]").check(force=True)
    page.get_by_role("button", name="Send the answer").click()
    page.get_by_role("heading", name="The answer").wait_for()

    step_in(page, served, "Daniel Kim")
    page.goto(address)
    assert "More than 30 minutes" in page.locator("main").inner_text()
    page.get_by_label("Yes").or_(page.locator("input[name$=helped]")).first.check(force=True)
    page.get_by_role("button", name="Close the question").click()
    page.get_by_text("The answer helped.").wait_for()

    step_in(page, served, "Hugo Petrosyan")  # of another school: the answer, and not whose it was
    page.goto(address)
    text = page.locator("main").inner_text()
    assert "More than 30 minutes" in text
    assert "Daniel Kim" not in text
    assert page.goto(f"{served.address}/training/board/").status == 404


def test_a_session_is_planned_taken_held_and_certified(page, served):
    step_in(page, served, "Noor Rahimi")
    page.goto(f"{served.address}/training/courses/")
    look(page, "courses")
    page.get_by_role("link", name="First contact and follow-through").click()
    page.get_by_role("link", name="Plan a session").click()
    for name, told in (("on", TODAY), ("begins", "09:00"), ("place", "Room 4"), ("seats", "5")):
        page.locator(f"#id_{name}").fill(told)
    page.get_by_role("button", name="Plan it").click()
    page.get_by_role("heading", name="First contact and follow-through").wait_for()
    address = page.url

    step_in(page, served, "Rosa Diaz")
    page.goto(address)
    look(page, "session")
    page.get_by_role("button", name=re.compile("^(Sign up|Take a seat)")).first.click()
    page.get_by_role("button", name=re.compile("^Give it up")).first.wait_for()
    assert page.get_by_role("button", name="Close the session").count() == 0

    step_in(page, served, "Noor Rahimi")
    page.goto(address)
    page.get_by_label("Rosa Diaz").check(force=True)
    page.get_by_role("button", name="Close the session").click()
    page.get_by_text("Who came is written down").wait_for()

    step_in(page, served, "Rosa Diaz")
    page.goto(f"{served.address}/training/")
    look(page, "mine")
    row = page.get_by_role("row").filter(has_text="First contact and follow-through").filter(has_text="ertificate")
    certificate = row.get_by_role("link", name=re.compile("ertificate")).first.get_attribute("href")
    answer = page.request.get(served.address + certificate)
    assert answer.headers["content-type"] == "application/pdf"
    step_in(page, served, "Hugo Petrosyan")
    assert page.request.get(served.address + certificate).status == 404
