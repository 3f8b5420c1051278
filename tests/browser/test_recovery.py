"""A lost student from unseen to back, and a recovery day from lists to results, in a real browser; axe on the way."""

import re

import pytest

from tests.browser.conftest import step_in
from tests.browser.test_import import look

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def begin(page, served) -> str:
    """From the board to a search for the last student of the first column; their name."""
    page.goto(f"{served.address}/recovery/")
    page.get_by_role("heading", name="Unseen 1 to 3 days").wait_for()
    page.get_by_role("link", name=re.compile("^(All|As a list).*Unseen 1 to 3 days")).click()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Begin a search")).last
    name = row.locator("a.who").inner_text()
    row.get_by_role("link", name="Begin a search").click()
    page.get_by_label("What was heard, and from whom?").fill("A friend says she stays with a cousin.")
    page.get_by_role("button", name="Begin the search").click()
    page.get_by_text(f"You look for {name} now.").wait_for()
    return name


def test_from_unseen_to_back(page, served):
    page.goto(f"{served.address}/recovery/")
    look(page, "lost-board")
    name = begin(page, served)
    look(page, "lost-search")

    page.get_by_text("Write down another step").click()
    step = page.locator("form", has=page.get_by_role("button", name="Save the step"))
    step.get_by_text("Word with a neighbor").click()
    step.get_by_text("Learned something").click()
    step.get_by_role("button", name="Save the step").click()
    page.get_by_text("Say what you learned").first.wait_for()  # refused, and the form is open with what was chosen
    step.get_by_label("In a sentence").fill("The neighbor saw her at the bakery.")
    step.get_by_role("button", name="Save the step").click()
    page.get_by_text("Word with a neighbor: learned something is on record.").wait_for()
    assert "The neighbor saw her at the bakery." in page.locator("main").inner_text()

    page.get_by_text("Somebody knows where they are").click()
    page.get_by_label("Where is the student?").fill("With a cousin on Elm Street")
    page.get_by_label("How do we know?").fill("The cousin called back")
    page.get_by_role("button", name="They are located").click()
    page.get_by_role("heading", name="They are located").wait_for()
    look(page, "lost-located")

    page.get_by_text("Plan the way back").click()
    page.get_by_text("Back to the school", exact=True).click()
    page.get_by_label("Welcome meeting").fill("2026-05-14")
    page.get_by_role("button", name="Plan it and ask for its tasks").click()
    page.get_by_text("3 tasks are asked.").wait_for()
    assert "Check in after the first week back" in page.locator("main").inner_text()

    page.get_by_text("They are back at school").click()
    page.get_by_label("Who saw them?").fill("The attendance clerk")
    page.get_by_role("button", name="They are back", exact=True).click()
    page.get_by_text("Off the board.").wait_for()
    page.goto(f"{served.address}/recovery/?lane=closed")
    assert name in page.locator("main").inner_text()
    look(page, "lost-closed")


def test_a_proof_is_asked_for_and_named(page, served):
    """A student of hers who left under a transfer code: the page says what is missing, and takes no word for it."""
    page.goto(f"{served.address}/recovery/?lane=left")
    look(page, "lost-left")
    page.locator("main a.who").first.click()
    page.get_by_text("No proof is on record. One of these is enough").first.wait_for()
    page.get_by_text("Take the student off the board under a code").click()
    page.get_by_role("button", name="Off the board").click()
    page.get_by_role("alert").get_by_text("No proof is on record").wait_for()
    page.get_by_text("Write down a proof").click()
    paper = page.locator("form", has=page.get_by_role("button", name="Put it on record"))
    paper.get_by_label("Kind of proof").select_option("records_request")
    paper.get_by_label("School or place it names").fill("Fresno High")
    paper.get_by_label("Where the paper is kept").fill("Folder 12")
    paper.get_by_text("I have seen it and vouch for it").click()
    paper.get_by_role("button", name="Put it on record").click()
    page.get_by_text(": on record.").wait_for()
    look(page, "lost-proof")
    page.get_by_text("Take the student off the board under a code").click()
    page.get_by_role("button", name="Off the board").click()
    page.get_by_text("Enrolled elsewhere, proven").first.wait_for()


def test_a_recovery_day_is_planned_and_entered(page, served):
    page.goto(f"{served.address}/recovery/days/")
    look(page, "recovery-days")
    page.get_by_role("link", name="Plan a day").first.click()
    page.get_by_label("Name").fill("Day of the bus lines")
    page.get_by_label("Number to call back").fill("(213) 555-0100")
    page.get_by_label("Of which school or region").select_option(label="Buckthorn Mesa Middle School")
    look(page, "recovery-plan")
    page.get_by_role("button", name="Make the lists").click()
    page.get_by_text("on the lists").first.wait_for()
    look(page, "recovery-day")
    names = page.locator("main a.who").all_inner_texts()
    page.get_by_role("link", name="Sheets to print").click()
    look(page, "recovery-sheets")
    page.emulate_media(media="print")
    told = page.locator("main").inner_text()
    assert all(name in told for name in names)
    assert "Confidential" in told
    page.emulate_media(media="screen")
    page.go_back()

    page.get_by_role("link", name="Enter what came of it").click()
    look(page, "recovery-results")
    page.get_by_label(f"What came of it: {names[0]}").select_option("family")
    page.get_by_label(f"Note: {names[0]}").fill("With an aunt across town")
    for name in names[1:]:
        page.get_by_label(f"What came of it: {name}").select_option("nobody")
    page.get_by_role("button", name="Enter all of these").click()
    page.get_by_text(f"Entered for {len(names)} students.").wait_for()
    assert "1 found" in page.locator("main").inner_text()
    page.get_by_role("link", name=names[0]).click()
    page.get_by_role("heading", name="They are located").wait_for()
    assert "With an aunt across town" in page.locator("main").inner_text()


def test_a_director_reads_the_counts_first_and_a_telephone_holds_the_board(page, served):
    step_in(page, served, "Samir Haddad")
    page.goto(f"{served.address}/recovery/")
    assert page.locator("main a.who").count() == 0
    look(page, "lost-regions")
    page.set_viewport_size({"width": 360, "height": 740})
    page.locator("main table a").first.click()
    page.locator("main table a").first.click()
    page.get_by_role("heading", name="Unseen 1 to 3 days").wait_for()
    boxes = [box.bounding_box() for box in page.locator("main .board > section").all()]
    assert len({box["x"] for box in boxes}) == 1, "one column under the other"
    assert all(box["width"] <= 360 for box in boxes)
