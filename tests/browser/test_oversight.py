"""A coordinator reads the last of five charts, and follows a finding to its sign-off, in a real browser with axe."""

from datetime import date, timedelta

import pytest

from tests.browser.conftest import step_in
from tests.browser.test_import import look

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]
TODAY = date(2026, 5, 12)
WHAT = "Three tasks of May passed their day without a word."


def test_the_fifth_chart_is_read_and_told(page, served):
    step_in(page, served, "Marisa Tolentino")
    page.goto(f"{served.address}/oversight/reviews/?month=2026-05")
    look(page, "reviews")
    page.get_by_role("link", name="Open the charts of Rosa Diaz").click()
    look(page, "sample")
    assert page.locator("main").inner_text().count("yours to score") == 1
    page.get_by_role("row").filter(has_text="yours to score").locator("a.who").click()
    page.get_by_role("button", name="Score this chart").wait_for()
    look(page, "chart")
    for words in (
        "The first contact was within two weeks, with gaps later on.", "In order and in time, each with its evidence",
        "A barrier is named and borne out by what one person said.", "There is a plan that would suit anybody.",
        "What they said is there, in a few words.", "Most were done and looked at.",
    ):  # fmt: skip
        page.get_by_text(words).click()
    page.get_by_role("button", name="Score this chart").click()
    page.get_by_label("Feedback to the counselor").fill("The calls are well told.")
    page.get_by_role("button", name="Give feedback").click()
    page.get_by_text("The counselor can read it now.").wait_for()
    name = page.locator("h1").inner_text().removeprefix("Chart of ")
    step_in(page, served, "Rosa Diaz")
    page.goto(f"{served.address}/oversight/mine/")
    look(page, "mine")
    page.get_by_role("link", name=name).click()
    page.get_by_label("Your answer").fill("Thank you.")
    page.get_by_role("button", name="Answer").click()
    page.get_by_text("Your answer stands beside the feedback.").wait_for()


def test_a_finding_from_evidence_to_sign_off(page, served):
    step_in(page, served, "Marisa Tolentino")
    page.goto(f"{served.address}/oversight/")
    look(page, "exceptions")
    page.get_by_role("link", name="Counselors").last.click()
    look(page, "counselors")
    page.get_by_role("link", name="Rosa Diaz").first.click()
    look(page, "counselor")
    page.get_by_role("link", name="Write a finding").click()
    page.get_by_label("What was found").fill(WHAT)
    page.get_by_label("Where it can be seen").fill("https://example.org/")
    page.get_by_label("The rule it breaks").fill("District practice: a task is done or put off by its day.")
    page.get_by_role("button", name="Write the finding").click()
    page.get_by_text("is no page of this system").first.wait_for()  # refused, and what was typed is there
    assert page.get_by_label("What was found").input_value() == WHAT
    page.get_by_label("Where it can be seen").fill("/gaps/?list=late")
    page.get_by_role("button", name="Write the finding").click()
    page.get_by_label("Step 1", exact=True).fill("Go through the tasks each Monday")
    page.get_by_label("Step 1 by").fill(str(TODAY + timedelta(6)))
    page.get_by_label("Somebody looks on").fill(str(TODAY + timedelta(20)))
    page.get_by_role("button", name="Agree on the plan").click()
    page.get_by_role("heading", name="Another plan").wait_for()
    look(page, "finding")
    address = page.url

    step_in(page, served, "Hugo Petrosyan")
    assert page.goto(address).status == 404
    step_in(page, served, "Rosa Diaz")
    assert page.goto(address).status == 404
    page.goto(f"{served.address}/oversight/mine/")
    page.get_by_role("link", name=WHAT).click()
    page.get_by_label("What was done").fill("Done on Monday, see the list.")
    page.get_by_role("button", name="Done").click()
    page.get_by_text("Done on Monday, see the list.").wait_for()

    step_in(page, served, "Marisa Tolentino")
    page.goto(address)
    page.get_by_text("Sign it off").click()
    page.get_by_label("Why", exact=True).fill("The list was empty on Monday.")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Signed off since").wait_for()
