"""Real work by keyboard alone: a call from Today, an absence cleared, a letter sent, a meeting held, many at once.

Nothing here points or clicks: Tab goes to a thing, and a key does it.
"""

import re

import pytest

from tests.browser.conftest import step_in
from tests.browser.keyboard import into_main, press, tab, to, walk

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]
GRACE, DANIEL = "Grace Okafor", "Daniel Kim"


def button(page, name: str):
    return page.get_by_role("button", name=re.compile(name)).first


def link(page, name: str):
    return page.get_by_role("link", name=re.compile(name)).first


def focused(target) -> bool:
    return target.evaluate("el => el === document.activeElement")


def tick(page, box) -> None:
    press(page, box, "Space")
    assert box.is_checked()


def written(page, field, words: str) -> None:
    """Into a text as it is, or to the choice of a list that begins so."""
    to(page, field)
    page.keyboard.type(words)


def choose(page, radio) -> None:
    """One of several that exclude each other: Tab comes to the group, the arrows go through it."""
    name = radio.get_attribute("name")
    for _ in range(60):
        if page.evaluate("document.activeElement.name") == name:
            break
        tab(page)
    for _ in range(20):
        page.keyboard.press("ArrowDown")
        if radio.is_checked():
            return
    raise AssertionError(f"the arrows do not come to {radio}")


def test_the_first_of_today_is_called_and_logged(page):
    who = page.locator("main a.who").first
    name = who.inner_text()
    into_main(page)
    press(page, who, leads=True)
    assert page.get_by_role("heading", level=1).inner_text() == name
    into_main(page)
    press(page, link(page, "Log a contact"), leads=True)
    tab(page)  # the address ends in #log: Tab goes on from there
    assert page.evaluate("document.activeElement.closest('#log') !== null")
    choose(page, page.get_by_role("radio", name="Call", exact=True))
    choose(page, page.get_by_role("radio", name="Left a message"))
    to(page, page.get_by_label("In a sentence"))
    page.keyboard.type("Starts again on Thursday.")
    press(page, page.get_by_text("What stands in the way, another day, minutes"), "Enter")
    tick(page, page.get_by_role("checkbox", name="Getting to school"))
    press(page, button(page, "Save contact"), leads=True)
    page.get_by_text("is on record").wait_for()
    said = page.locator("section.card", has_text="Contact log").inner_text()
    assert "Starts again on Thursday." in said
    assert "In the way: getting to school" in said


def test_one_of_today_is_put_off_with_the_reason(page):
    row = page.locator("tr", has=page.locator("details.menu")).last
    name = row.locator("a.who").inner_text()
    into_main(page)
    press(page, row.locator("summary"), "Enter")
    to(page, row.get_by_label("Because"))
    page.keyboard.type("The family moves house this week.")
    press(page, row.get_by_role("button", name="Put off"), leads=True)
    assert name in page.get_by_role("status").first.inner_text()
    assert page.locator("main a.who", has_text=name).count() == 0


def test_an_absence_is_cleared(page, served):
    step_in(page, served, "Rosa Diaz")  # at a school whose absences no other test clears
    page.goto(f"{served.address}/attendance/clearing/")
    who = page.locator("section.card h2").first.inner_text()
    page.locator("[name=reason]:focus").first.wait_for()  # the work has the focus from the start
    page.keyboard.press("i")
    tab(page)
    tab(page)
    page.keyboard.type("Mother")
    press(page, button(page, "^Save"), leads=True)
    assert "illness" in page.get_by_role("status").first.inner_text()
    assert who in page.locator("section.card", has_text="Said lately").inner_text()


def test_a_student_is_found_by_the_search_and_the_file_opened(page, served):
    pupil, key = served.row(
        "select s.id, s.key from student s join post p on p.school_id = s.school_id and p.role = 'clerk'"
        " where s.live order by s.key limit 1"
    )
    page.keyboard.press("Control+K")
    page.keyboard.type(key)
    page.locator("#palette [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.get_by_role("combobox").get_attribute("aria-activedescendant") == "palette-option-0"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_url(f"**/students/{pupil}/")


def test_a_letter_is_asked_for_prepared_approved_and_issued(watched, served):
    page = watched
    (pupil,) = served.row(
        "select s.id from student s join post p on p.school_id = s.school_id and p.role = 'clerk'"
        " where s.live and s.language = 'en' order by s.id desc limit 1"
    )
    step_in(page, served, GRACE)
    page.goto(f"{served.address}/students/{pupil}/")
    name = page.get_by_role("heading", level=1).inner_text()
    press(page, link(page, "Ask for a letter"), leads=True)
    choose(page, page.get_by_label("Attendance summary"))
    press(page, button(page, "Ask for it"), leads=True)
    page.goto(f"{served.address}/notices/")
    into_main(page)
    press(page, link(page, "New batch"), leads=True)
    into_main(page)
    tick(page, page.get_by_label("Attendance summary"))
    press(page, button(page, "Preview the letters"), leads=True)
    title = page.get_by_role("heading", level=1).inner_text()
    assert name in page.locator("main").inner_text()
    assert walk(page, set()) == []

    step_in(page, served, DANIEL)
    page.goto(f"{served.address}/notices/")
    into_main(page)
    press(page, link(page, f"^{title.split(':')[0].lower()}"), leads=True)
    into_main(page)
    tick(page, page.get_by_label("I have looked at these letters"))
    press(page, button(page, "^Approve "), leads=True)
    assert walk(page, set()) == []
    press(page, button(page, "Issue the letters"), leads=True)
    page.get_by_role("link", name="Print file 1 of 1").wait_for(timeout=60_000)
    press(page, page.locator("main tr", has_text=name).locator("a.who").first, leads=True)
    assert "issued" in page.locator(".lede").inner_text()


def test_a_meeting_is_held(watched, served):
    page = watched
    page.goto(f"{served.address}/cases/meetings/")
    into_main(page)
    press(page, button(page, "Plan it"), leads=True)
    while page.get_by_role("button", name=re.compile("^Remove")).count() > 2:
        press(page, button(page, "^Remove"), leads=True)
    first, second = page.locator("main a.who").all_inner_texts()
    into_main(page)
    press(page, button(page, "Start the meeting"), leads=True)
    assert walk(page, set()) == []
    to(page, page.get_by_label("Decided: what"))
    page.keyboard.type("Visit")
    to(page, page.get_by_label("In words"))
    page.keyboard.type("Ask about the bus")
    with page.expect_navigation():
        page.keyboard.press("Enter")  # the first button of the form decides
    to(page, page.get_by_label("What was said"))
    page.keyboard.type("Comes by bicycle from Monday.")
    press(page, page.get_by_role("button", name="Next", exact=True), leads=True)
    assert page.get_by_role("heading", level=1).inner_text() == second
    press(page, button(page, "^Skip"), leads=True)
    assert walk(page, set()) == []
    press(page, button(page, "Close and see the recap"), leads=True)
    said = page.locator("main").inner_text()
    assert first in said.split("Skipped")[0]
    assert second in said.split("Skipped")[1]
    assert "Ask about the bus" in said
    assert "Comes by bicycle from Monday." in said


def test_cases_are_opened_for_two_and_taken_back(watched, served):
    page = watched
    page.goto(f"{served.address}/gaps/")
    into_main(page)
    press(page, link(page, "^Chronic, no case"), leads=True)
    into_main(page)
    boxes = page.locator("tbody input[type=checkbox]")
    names = [page.locator("tbody a.who").nth(place).inner_text() for place in (0, 1)]
    for place in (0, 1):
        tick(page, boxes.nth(place))
    to(page, page.get_by_label("What", exact=True))
    page.keyboard.type("Open")
    press(page, button(page, "Look at it first"), leads=True)
    into_main(page)
    press(page, button(page, "Do it for 2"), leads=True)
    page.get_by_role("button", name="Take all 2 back").wait_for(timeout=60_000)
    done = page.locator("section.card", has=page.get_by_role("heading", name="Done", exact=True))
    assert sorted(done.locator("a").all_inner_texts()) == sorted(names)
    assert walk(page, set()) == []
    press(page, button(page, "Take all 2 back"), leads=True)
    page.get_by_text(re.compile("^Taken back")).wait_for(timeout=60_000)
    assert page.locator(".figure", has_text="taken back").locator("b").inner_text() == "2"


def test_the_shortcuts_are_read_and_turned_on_and_the_focus_comes_back(page):
    menu = page.locator("details.me > summary")
    press(page, menu)
    press(page, button(page, "Keyboard shortcuts"))
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    assert sheet.is_visible()
    tick(page, sheet.get_by_role("checkbox"))
    page.keyboard.press("Escape")
    assert not sheet.is_visible()
    assert focused(menu)
    press(page, menu)
    press(page, button(page, "Dark or light"))
    assert focused(menu)
    page.keyboard.press("j")
    assert page.locator("tr.is-here").count() == 1


def test_the_navigation_of_a_narrow_page_opens_and_closes(page):
    page.set_viewport_size({"width": 320, "height": 900})
    menu, side = button(page, "Menu"), page.locator("#side")
    links = side.get_by_role("link")
    assert not side.is_visible()
    press(page, menu)
    assert side.is_visible()
    inside = 1 + links.count()  # its own button first; what was opened comes right after what opens it
    tab(page, inside)
    assert focused(links.last)
    page.keyboard.press("Escape")
    assert not side.is_visible()
    assert focused(menu)
    press(page, menu)
    tab(page, inside + 1)
    assert not side.is_visible(), "it would hide what has the focus now"
    press(page, menu)
    tab(page, 5)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "Students"


def test_an_import_is_undone_only_when_that_is_meant(page, served):
    step_in(page, served, "Lena Fischer")
    into_main(page)
    press(page, page.locator("main table a").first, leads=True)
    opener, sheet = button(page, "Undo this import"), page.get_by_role("dialog", name="Undo this import?")
    press(page, opener)
    assert focused(sheet.get_by_role("button", name="Keep it"))
    page.keyboard.press("Escape")
    assert not sheet.is_visible()
    assert focused(opener)
    press(page, opener)
    page.keyboard.press("Enter")
    assert not sheet.is_visible()
    assert focused(opener)
    assert "Undone" not in page.locator("main").inner_text()


def hold(page, served, look=lambda page: None) -> None:
    """The next hearing of Rosa Diaz's team, from the door to its end; `look` at the room as it comes and goes."""
    (hearing,) = served.row("select min(id) from panel_hearing where state = 'set' and day_id is not null")
    page.goto(f"{served.address}/panels/hearings/{hearing}/room/")
    while (doors := page.get_by_role("button", name=re.compile("^Here"))).count():
        press(page, doors.first, leads=True)
    press(page, button(page, "Start the hearing"), leads=True)
    press(page, page.get_by_text("Write down what is agreed already now"))
    for side, who, what in (("Family", "Mother", "Alarm at 6:40"), ("School", "Rosa Diaz", "A seat at breakfast")):
        written(page, page.get_by_label("Side"), side)
        written(page, page.get_by_label("Who", exact=True), who)
        written(page, page.get_by_label("What", exact=True), what)
        press(page, page.get_by_text("What will show it, and who answers for it"))
        if side == "School":
            written(page, page.get_by_label("Who answers for it"), who)
        press(page, button(page, "Write it down"), leads=True)
    look(page)
    written(page, page.get_by_label("Who read it aloud?"), "Daniel")
    press(page, button(page, "It was read back"), leads=True)
    for side, name in (("Family", "Mother"), ("School", "Rosa Diaz"), ("Panel", "Daniel Kim")):
        written(page, page.get_by_label("For which side?"), side)
        written(page, page.get_by_label("Name", exact=True), name)
        press(page, page.get_by_role("button", name="Sign", exact=True), leads=True)
        if side == "Family":
            look(page)
    press(page, button(page, "The hearing was held"), leads=True)
    page.get_by_text("What was agreed is in force").wait_for()


def test_a_hearing_is_held(watched, served):
    seen = []

    def look(page) -> None:
        seen.append(walk(page, set()))

    hold(watched, served, look)
    assert seen == [[], []]
    press(watched, link(watched, "Agreement and copies"), leads=True)
    said = watched.locator("main").inner_text()
    for words in ("Alarm at 6:40", "A seat at breakfast", "Mother", "Daniel Kim"):
        assert words in said
