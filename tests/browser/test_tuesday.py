"""A counselor's Tuesday in a real browser: two schools, a call, a visit, a plan, a group, and a case closed.

Meeting mode with three students is `test_meetings.py`; the six uses of one entry, each where it is read, are asserted
here as the pages show them and in `tests/cases/test_case_pages.py` as the queries give them.
"""

import re

import pytest

from tests.browser.test_import import look

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]
SAID = "The bus comes after first bell; an aunt may drive."


def tap(page, *labels: str) -> None:
    for label in labels:
        page.locator("#log label", has_text=re.compile(f"^{label}$")).click()


def figures(page, served, pupil: str) -> str:
    page.goto(f"{served.address}/cases/students/{pupil}/")
    return page.locator("main").inner_text()


def test_a_counselors_tuesday(page, served):
    # Today, in the hours she has at each school
    told = page.locator(".page-header .lede").inner_text().replace("\u00a0", " ")
    assert len(re.findall(r"4 h at ", told)) == 2
    assert page.get_by_role("table").count() == 2
    look(page, "today")
    planned = page.locator("main a.who").count()

    # a call, three taps, and back to the day
    row = page.locator("tr", has=page.get_by_role("link", name=re.compile("^Log"))).first
    name = row.locator("a.who").inner_text()
    pupil = re.search(r"\d+", row.locator("a.who").get_attribute("href")).group()
    row.get_by_role("link", name=re.compile("^Log")).click()
    tap(page, "Call", "Reached")
    page.get_by_label("In a sentence").fill(SAID)
    page.get_by_text("What stands in the way, another day, minutes").click()
    page.locator("label", has_text="Getting to school").click()
    page.get_by_role("button", name="Save contact").click()
    page.get_by_text("is on record").wait_for()
    assert page.url == f"{served.address}/today/"
    assert f"{name}: Call: reached" in page.locator("main").inner_text()  # 1: done today
    assert page.locator("table a.who").count() <= planned

    # what else that one entry is
    case = figures(page, served, pupil)
    assert SAID in case  # 2: the case's own log
    assert "In the way: getting to school" in case
    # a case, and a visit that was promised
    page.goto(f"{served.address}/cases/students/{pupil}/")
    if page.get_by_role("button", name="Open a case").count():
        page.get_by_role("button", name="Open a case").click()
        page.get_by_text("The case is open").wait_for()
    page.get_by_text("Ask for something").click()
    page.get_by_label("What", exact=True).select_option("visit")
    page.get_by_role("button", name="Ask for it").click()
    page.get_by_text("waits for you now").wait_for()
    tap(page, "Home visit", "Reached")
    page.get_by_role("button", name="Save contact").click()
    page.get_by_text("is on record").wait_for()
    assert (
        "Visit at home" not in page.locator("section.card", has_text="To do").last.inner_text()
    )  # 4: the task cleared
    page.goto(f"{served.address}/students/{pupil}/visit/")
    look(page, "visit-sheet")

    # a plan with the family: the barrier that was logged is there already
    page.goto(f"{served.address}/supports/students/{pupil}/plan/edit/")
    page.get_by_label("What goes well?").fill("Loves the garden.")
    page.get_by_label("Goal: days absent, at most").fill("2")
    page.get_by_label("in the next so many school days").fill("20")
    page.get_by_label("When do we look at it again?").fill("2026-05-29")
    page.get_by_label("Who agreed to this plan?").fill("Mother, student, counselor")
    page.get_by_role("button", name=re.compile("Save")).click()
    page.get_by_text("too early to tell", exact=False).first.wait_for()
    assert "getting to school" in page.locator("main").inner_text().casefold()  # 5: the plan's evidence
    look(page, "plan")

    # the student's file shows all of it
    page.goto(f"{served.address}/students/{pupil}/")
    file = page.locator("main").inner_text()
    assert re.search(r"Last reached\s+Tue 12 May", file)  # 3: whoever asks when the family was last reached
    assert "At most 2 days absent" in file
    look(page, "file-with-case-and-plan")

    # whom she has not seen: not this one any more
    page.goto(f"{served.address}/gaps/")
    assert name not in page.locator("table").first.inner_text()  # 6: the supervisor's and her own gap lists
    look(page, "gaps")

    # a group meets
    page.goto(f"{served.address}/supports/groups/new/")
    page.get_by_label("Name of the group").fill("Breakfast club")
    page.get_by_label("Goal").fill("All in class by the bell")
    page.get_by_label("First day").fill("2026-05-12")
    page.get_by_role("button", name="Begin the group").click()
    page.get_by_role("heading", name="Roster").wait_for()
    look(page, "group")

    # and a case that was opened by mistake is closed, with its reason
    page.goto(f"{served.address}/cases/students/{pupil}/")
    page.get_by_text("Close the case").click()
    page.locator("label", has_text="Opened by mistake").click()
    page.get_by_role("button", name="Close it").click()
    page.get_by_text("Everything in it stays.").wait_for()
    assert SAID in page.locator("main").inner_text()
