"""Letters the whole way: due, prepared, approved by another person, issued, proven; then a correction takes one back.

The next day's files excuse a day that a letter named. The import is undone in the end: others stand on 12 May.
"""

import csv
import hashlib
import json
import re
import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from firstbell.practice import Plan, write
from tests.browser.conftest import step_in
from tests.browser.test_import import NEXT, look, standing_date

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]
CLERK, PRINCIPAL, DIRECTOR = "Grace Okafor", "Daniel Kim", "Samir Haddad"
EVENTS = "studentSchoolAttendanceEvents.csv"


def words(page) -> str:
    return page.locator("main").inner_text().replace("\u00a0", " ")


def prepare(page, served, *kinds: str) -> str:
    """The clerk prepares a batch of these kinds of letters, to be mailed and e-mailed; its address."""
    step_in(page, served, CLERK)
    page.goto(f"{served.address}/notices/")
    page.get_by_role("link", name="New batch").click()
    for kind in kinds:
        page.get_by_label(kind).check(force=True)
    page.get_by_label("E-mail").check(force=True)
    page.get_by_role("button", name="Preview the letters").click()
    page.get_by_role("heading", name=re.compile("^Batch ")).wait_for()
    return page.url


def approve_and_issue(page, served, batch: str) -> None:
    """The principal finds the batch among the letters due, looks at it, approves it and has it issued."""
    step_in(page, served, PRINCIPAL)
    page.goto(f"{served.address}/notices/")
    page.locator(".usa-alert a", has_text=batch_name(batch)).click()
    page.get_by_label("I have looked at these letters").check(force=True)
    page.get_by_role("button", name=re.compile("^Approve ")).click()
    page.get_by_role("button", name="Issue the letters").wait_for()
    look(page, "batch-approved")
    page.get_by_role("button", name="Issue the letters").click()
    page.get_by_role("link", name="Print file 1 of 1").wait_for(timeout=60_000)


def batch_name(batch: str) -> str:
    return f"batch {batch.rstrip('/').rsplit('/', 1)[1]},"


def print_file(page) -> bytes:
    with page.expect_download() as waits:
        page.get_by_role("link", name="Print file 1 of 1").click()
    return Path(waits.value.path()).read_bytes()


def named_days(page) -> list[date]:
    """The days that the letter on the page names, by what it says."""
    found = re.findall(r"- (\w{3}, \w{3} \d+, \d{4}):", words(page))
    return [datetime.strptime(one, "%a, %b %d, %Y").date() for one in found]


def excused(folder: Path, student: str, day: date) -> str:
    """The next day's files as a zip, in which the school has excused the student's day."""
    write(Plan(students=600, seed=1913), folder / "files", as_of=NEXT)
    side = folder / "files" / "attendance"
    with (side / EVENTS).open(newline="") as file:
        rows = list(csv.DictReader(file))
    mine = [row for row in rows if (row["studentUniqueId"], row["eventDate"]) == (student, day.isoformat())]
    assert mine, f"no mark of {student} on {day}"
    for row in mine:
        row |= {"attendanceCode": "E", "attendanceEventCategory": "Excused Absence", "attendanceEventReason": "Illness"}
    with (side / EVENTS).open("w", newline="") as file:
        out = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
    manifest = json.loads((side / "manifest.json").read_text())
    manifest["files"][EVENTS]["sha256"] = hashlib.sha256((side / EVENTS).read_bytes()).hexdigest()
    (side / "manifest.json").write_text(json.dumps(manifest))
    return shutil.make_archive(str(folder / "corrected"), "zip", folder / "files")


def bring_in(page, served, files: str) -> str:
    """The director imports the files; the address of the run."""
    step_in(page, served, DIRECTOR)
    page.goto(f"{served.address}/imports/new/")
    page.set_input_files("input[type=file]", files)
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Apply", exact=True).click(timeout=60_000)
    page.get_by_role("button", name="Undo this import").wait_for(timeout=60_000)
    return page.url


def undo(page, served, run: str) -> None:
    step_in(page, served, DIRECTOR)
    page.goto(run)
    page.get_by_role("button", name="Undo this import").click()
    page.get_by_role("button", name="Undo it").click()
    page.get_by_text("Undone.").wait_for(timeout=60_000)


def test_letters_go_out_and_one_is_taken_back(served, chromium, page, tmp_path):
    step_in(page, served, CLERK)
    page.goto(f"{served.address}/notices/")
    look(page, "letters-due")
    batch = prepare(page, served, "First notification of truancy", "Many excused absences")
    assert "Waits for approval" in words(page)
    assert "Nobody has approved the wording in" in words(page)
    assert page.get_by_role("button", name=re.compile("^Approve ")).count() == 0
    look(page, "batch-draft")

    approve_and_issue(page, served, batch)
    assert "Issued. Dated Tue 12 May" in words(page)
    assert "approved by Daniel Kim" in words(page)
    look(page, "batch-issued")
    assert print_file(page).startswith(b"%PDF")

    letter = page.locator("main tr", has_text="First notification of truancy").first.locator("a.who")
    reference = letter.inner_text()
    letter.click()
    look(page, "letter")
    named, proof = named_days(page), page.url
    assert len(named) >= 3
    assert page.get_by_role("link", name="EC 48260.5").count() >= 1
    page.get_by_role("link", name="Student file").click()
    name = page.locator("h1").inner_text()
    student = page.locator("dt", has_text="Student number").locator("xpath=following-sibling::dd").inner_text()

    run = bring_in(page, served, excused(tmp_path, student, named[0]))
    try:
        correct(page, served, name, reference, proof, named[0])
    finally:
        undo(page, served, run)
    assert "12 May" in standing_date(served, chromium)


def correct(page, served, name: str, reference: str, proof: str, day: date) -> None:
    """The letter is shown as rescinded with why; the correction letter is due, goes out, and says what is right."""
    step_in(page, served, CLERK)
    page.goto(f"{served.address}/notices/rescinded/")
    row = page.locator("main tbody tr", has_text=reference)
    assert name in row.inner_text()
    assert f"{day:%B} {day.day}, {day.year}" in row.inner_text()
    assert "Due" in row.locator("td").last.inner_text()
    look(page, "rescinded")
    page.goto(proof)
    assert f"It no longer stands for {name}." in words(page)
    look(page, "letter-rescinded")

    batch = prepare(page, served, "Correction letter")
    assert name in words(page)
    approve_and_issue(page, served, batch)
    page.locator("main tr", has_text=name).first.locator("a.who").click()
    assert "our earlier letter no longer counts" in words(page)
    assert day in named_days(page)
    look(page, "letter-correction")
    page.goto(f"{served.address}/notices/rescinded/")
    assert "Issued" in page.locator("main tbody tr", has_text=reference).locator("td").last.inner_text()


@pytest.mark.parametrize("path", ["new/", "batches/", "languages/", "letterheads/", "outbox/"])
def test_the_other_pages_of_letters_are_accessible(served, page, path):
    step_in(page, served, DIRECTOR)
    page.goto(f"{served.address}/notices/{path}")
    look(page, f"letters-{path.strip('/')}")


def test_a_letterhead_is_opened_and_what_is_missing_is_said(served, page):
    step_in(page, served, DIRECTOR)
    page.goto(f"{served.address}/notices/letterheads/")
    page.locator("main a.who").first.click()
    page.get_by_label("Telephone of the office").fill(" ")
    page.get_by_role("button", name="Keep it").click()
    assert page.locator(".errors:focus").count() == 1
    look(page, "letterhead-error")


def test_a_letter_is_asked_for_from_the_students_file(served, page):
    step_in(page, served, CLERK)
    page.goto(f"{served.address}/notices/")
    page.locator("main a.who").first.click()
    number = page.url.rstrip("/").rsplit("/", 1)[1]
    page.goto(f"{served.address}/notices/students/{number}/ask/")
    look(page, "ask")
    page.get_by_label("Attendance summary").check(force=True)
    page.get_by_role("button", name="Ask for it").click()
    assert "it goes out with the next batch" in page.get_by_role("status").first.inner_text()
