"""A meeting of three students in a real browser, by keyboard: decisions become tasks, and the recap has them."""

import re

import pytest

from tests.browser.conftest import step_in
from tests.browser.test_import import look

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]
ROSA = "Rosa Diaz"


@pytest.fixture
def page(page, served):
    page.goto(f"{served.address}/cases/meetings/")
    return page


def press(page, name: str, key: str = "Enter") -> None:
    """What a button does, by keyboard."""
    page.get_by_role("button", name=name, exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press(key)


def up(page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def three(page) -> None:
    """An agenda of three, the rest taken off."""
    press(page, "Plan it")
    while (buttons := page.get_by_role("button", name=re.compile("^Remove"))).count() > 3:
        buttons.last.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")


def test_a_meeting_of_three_by_keyboard(page):
    look(page, "meetings")
    three(page)
    names = page.locator("main a.who").all_inner_texts()
    page.get_by_role("button", name=re.compile(f"^Up.*{names[2]}")).focus()
    with page.expect_navigation():
        page.keyboard.press("Space")
    assert page.locator("main a.who").all_inner_texts() == [names[0], names[2], names[1]]
    look(page, "meeting-agenda")
    press(page, "Start the meeting")
    assert (up(page), page.get_by_text("1 of 3").count()) == (names[0], 1)
    page.get_by_role("timer").filter(has_text=re.compile("^0:0[1-9]$")).wait_for()  # time runs
    look(page, "meeting-running")

    page.get_by_label("Decided: what").focus()
    page.keyboard.type("Visit")
    page.get_by_label("In words").focus()
    page.keyboard.type("Ask about the bus")
    with page.expect_navigation():
        page.keyboard.press("Enter")  # the first button of the form decides
    page.get_by_text(f"{names[0]}: Ask about the bus.").wait_for()
    assert up(page) == names[0]
    page.get_by_label("What was said").focus()
    page.keyboard.type("Grandmother brings her from Monday.")
    press(page, "Next")
    assert up(page) == names[2]
    assert page.get_by_text(f"Next: {names[1]}").first.is_visible()
    press(page, "Skip")
    assert up(page) == names[1]

    page.get_by_label("What was said").fill("I fear neglect at home.")
    press(page, "Next")
    page.get_by_text("in writing within 36 hours").wait_for()
    look(page, "meeting-careful")
    page.get_by_label("What was said").fill("")
    page.get_by_label("Decided: what").select_option("plan")
    press(page, "Next")
    page.get_by_role("heading", name="Everybody had their turn").wait_for()
    look(page, "meeting-end")

    page.get_by_label("Who was there").fill("Rosa Diaz, Ms Lind")
    press(page, "Close and see the recap")
    said = page.locator("main").inner_text()
    for words in (
        "Rosa Diaz, Ms Lind",
        "Ask about the bus",
        "Grandmother brings her",
        "Make or review the plan",
        "by ",
    ):
        assert words in said
    assert "neglect" not in said
    assert names[2] in said.split("Skipped")[1]
    look(page, "meeting-recap")
    page.emulate_media(media="print")
    assert page.get_by_text("Confidential student record: Ed. Code").is_visible()
    page.emulate_media(media="screen")
    page.locator("main a.who", has_text=names[0]).click()
    page.get_by_text("decided in a meeting").wait_for()
    assert page.get_by_text("Ask about the bus").first.is_visible()


def test_without_script_a_meeting_is_held_all_the_same(served, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    step_in(page, served, ROSA)
    page.goto(f"{served.address}/cases/meetings/")
    page.get_by_role("button", name="Plan it").click()
    page.get_by_role("button", name="Start the meeting").click()
    first = up(page)
    page.get_by_role("button", name="Next", exact=True).click()
    assert up(page) != first
    page.get_by_role("button", name="Back", exact=True).click()
    assert up(page) == first
    assert re.match(r"\d+:\d\d$", page.get_by_role("timer").inner_text())
    page.get_by_role("button", name="Close and see the recap").click()
    assert "Skipped" in page.locator("main").inner_text()
    context.close()


def test_of_two_in_one_meeting_the_second_is_told(page, served, chromium):
    three(page)
    press(page, "Start the meeting")
    first, other = up(page), chromium.new_context().new_page()
    step_in(other, served, ROSA)
    other.goto(page.url)
    press(page, "Next")
    other.get_by_label("What was said").fill("Mine, and late.")
    other.get_by_role("button", name="Next", exact=True).click()
    other.get_by_text("Nothing of theirs was overwritten").wait_for()
    assert "You had written: Mine, and late." in other.locator("main").inner_text()
    assert up(other) == up(page) != first
    look(other, "meeting-stale")
    other.context.close()
