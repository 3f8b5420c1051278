"""Every page of the URL conf, walked by Tab in a real Chromium as somebody who may see it, wide and narrow."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver, reverse

from firstbell.core.access import ROLES
from tests.browser import keyboard
from tests.browser.conftest import step_in
from tests.browser.test_keyboard_work import hold

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]
ACCESS = Path(__file__).parents[2] / "docs" / "access.md"
NOBODY, ROSA, SAMIR = "", "Rosa Diaz", "Samir Haddad"
PEOPLE = {
    "counselor": ROSA, "clerk": "Grace Okafor", "principal": "Daniel Kim", "coordinator": "Marisa Tolentino",
    "region_counselor": "Noor Rahimi", "fiscal": "Priya Nair", "engineer": "Lena Fischer", "director": SAMIR,
    "guest": "Tom Abara",
}  # fmt: skip
"""A page is walked by the first of them whose role may see it."""
OTHERS = {
    "home": NOBODY, "account_login": NOBODY, "account_logout": ROSA,  # no permission is asked
    "cases:triggers_district_draft": SAMIR,  # the permission is not enough: it takes the whole district
    "panels:send_report": SAMIR, "oversight:review": SAMIR,
    "staffing:purchase_check": "Priya Nair", "staffing:purchase_return": "Priya Nair",
    "staffing:purchase_approve": "Noor Rahimi", "staffing:purchase_return-it": "Noor Rahimi",
    "recovery:day": SAMIR, "recovery:sheets": SAMIR, "recovery:results": SAMIR,  # the day is another region's
}  # fmt: skip
SIZES = ((1280, 600), (320, 600))
"""A small laptop's window, and the same at four times the size (WCAG 1.4.10)."""
FILES = (".csv", ".pdf", ".ics", "/copy/", "/scan/")
"""Ends of addresses that answer with something to keep, not with a page."""
SENT = {
    "attendance:take_back", "panels:agree_override", "panels:drop_interpreter", "panels:withdraw_from",
    "panels:arrived", "panels:came_back", "panels:answered",
}  # fmt: skip
"""They take what is sent and show nothing, and the practice district has none of what they are about."""
UNSEEN = {
    "panels:seat", "panels:outcome", "staffing:edit", "oversight:observe", "training:practice", "training:end_day",
}  # fmt: skip
"""Pages of what it has none of: a guest in a hearing to come, an answer of the attorney, a principal's draft, a
hearing that was just held, a day to practise on."""
SAMPLES = {
    "student_id": "{pupil}",
    "school_id": "{school}",
    "region_id": "(select region_id from post where role = 'coordinator')",
    "case_id": "(select id from case_file where student_id = {pupil})",
    "entry_id": "(select min(id) from case_entry where student_id = {pupil})",
    "task_id": "(select min(t.id) from case_task t join case_file f on f.id = t.case_id where f.student_id = {pupil})",
    "item_id": "(select max(id) from case_agenda)",
    "meeting_id": "(select max(id) from case_meeting)",
    "supports:meeting_id": "(select max(id) from supports_meeting)",
    "group_id": "(select max(id) from supports_group)",
    "bulk_id": "(select max(id) from case_bulk)",
    "batch_id": "(select max(id) from notice_batch)",
    "letter_id": "(select max(id) from letter)",
    "message_id": "(select max(id) from outbox)",
    "run_id": "(select max(id) from import_run)",
    "panel_id": "(select id from panel where kind = 'sspt')",
    "member_id": "(select min(m.id) from panel_member m join panel p on p.id = m.panel_id where p.kind = 'sspt')",
    "referral_id": "(select min(id) from panel_referral where state = 'accepted')",
    "panels:day_id": "(select min(d.id) from panel_day d join panel p on p.id = d.panel_id where p.kind = 'sspt')",
    "hearing_id": "(select max(id) from panel_hearing)",
    "packet_id": "(select max(id) from panel_packet)",
    "agreement_id": "(select max(id) from panel_agreement)",
    "directive_id": "(select max(id) from panel_directive)",
    "check_id": "(select max(id) from panel_check)",
    "form_id": "(select max(id) from panel_teacher_form)",
    "search_id": "(select max(id) from recovery_search where school_id = {school})",
    "recovery:day_id": "(select max(id) from recovery_day)",
    "user_id": "(select id from person where last_name = 'Diaz')",
    "paper_id": "(select max(c.id) from credential c join person p on p.id = c.user_id where p.last_name = 'Diaz')",
    "post_id": "(select max(id) from post where role = 'counselor' and school_id = {school})",
    "absence_id": "(select max(id) from staff_absence)",
    "purchase_id": "(select max(id) from purchase where school_id = {school})",
    "sample_id": "(select max(id) from oversight_sample)",
    "review_id": "(select max(id) from oversight_review where feedback_at is not null)",
    "figure_id": "(select max(f.id) from oversight_figure f join person p on p.id = f.user_id"
    " where p.last_name = 'Diaz')",
    "question_id": "(select max(q.id) from oversight_question q join person p on p.id = q.user_id"
    " where p.last_name = 'Diaz')",
    "report_id": "(select max(r.id) from oversight_activity_report r join person p on p.id = r.user_id"
    " where p.last_name = 'Diaz')",
    "statement_id": "(select max(id) from oversight_statement where school_id = {school})",
    "oversight:activity_month:purchase_id": "(select max(purchase_id) from oversight_activity_report)",
    "month": "'2026-04'",
    "monday": "'2026-05-04'",
    "finding_id": "(select max(id) from oversight_finding)",
    "step_id": "(select max(id) from oversight_plan_step)",
    "proposal_id": "(select max(id) from assignment_proposal)",
    "placement_id": "(select max(id) from assignment_placement)",
    "course_id": "(select max(id) from training_course)",
    "session_id": "(select max(id) from training_session)",
    "seat_id": "(select max(id) from training_seat)",
    "completion_id": "(select max(id) from training_completion)",
    "training:proposal_id": "(select max(id) from training_proposal)",
    "asked_id": "(select max(id) from training_question where school_id = {school})",
    "consult_id": "(select max(id) from training_consult)",
    "view_id": "(select max(id) from saved_view)",
    "form": "'log'",
    "doing": "'start'",
    "desk:change_view:doing": "'rename'",
    "key": "'home-visits'",
    "slug": "'ec-48260'",
}
"""What stands in an address, by route, namespace or name alone: where the served district has one."""
PUPIL = (
    "select s.id, s.school_id, s.key from student s join post p on p.school_id = s.school_id and p.role = 'clerk'"
    " join supports_plan plan on plan.student_id = s.id join case_file f on f.student_id = s.id"
    " join case_task t on t.case_id = f.id order by s.id limit 1"
)
"""A student of the clerk's school, where Rosa Diaz counsels too, with a case, something to do and a plan."""
MORE = {
    ROSA: (
        "/students/?page=2", "/students/{student_id}/why/?figure=days", "/today/?all=1", "/search/?q=an",
        "/search/?q=zzzz", "/library/?q=sick+note", "/library/?q=zzqqk",
        "/library/letters/?language=ar&kind=conference", "/cases/meetings/{meeting_id}/?q=an", "/no/such/page/",
    ),
    "Marisa Tolentino": ("/today/", "/today/?school={school_id}", "/gaps/", "/regions/"),
    "Daniel Kim": ("/notices/batches/{batch_id}/", "/schools/{school_id}/"),
    SAMIR: ("/today/", "/notices/", "/cases/changes/", "/notices/letters/{letter_id}/"),
}  # fmt: skip
"""Other states of pages, and pages on which others have more to do."""


@pytest.fixture(scope="module")
def made(served, chromium) -> dict[str, object]:
    """What a young practice district has none of, made on its own pages; then a value for every name in SAMPLES."""
    pupil, school, key = served.row(PUPIL)
    page = chromium.new_context().new_page()
    step_in(page, served, ROSA)
    page.goto(f"{served.address}/supports/groups/new/")
    page.get_by_label("School").select_option(str(school))
    page.get_by_label("Name of the group").fill("Walking to school")
    page.get_by_label("Goal").fill("Here by the bell")
    page.get_by_role("button", name="Begin the group").click()
    page.locator("#id_who").fill(key)
    page.get_by_role("button", name="Add to the group").click()
    page.get_by_role("link", name="Record a meeting").click()
    page.get_by_label("What was it about?").fill("Mornings")
    page.get_by_role("button", name="Record it").click()
    page.get_by_role("heading", name="Roster").wait_for()
    page.goto(f"{served.address}/cases/meetings/")
    page.get_by_label("School").select_option(str(school))
    keyboard.press(page, page.get_by_role("button", name="Plan it"), leads=True)
    page.goto(f"{served.address}/gaps/")
    page.locator("tbody .usa-checkbox__label").first.click()
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_role("heading", name="Skipped").wait_for()
    page.goto(f"{served.address}/students/?grade=3")
    page.get_by_text("Keep this view").click()
    page.get_by_label("Name", exact=True).fill("Grade 3")
    keyboard.press(page, page.get_by_role("button", name="Keep", exact=True), leads=True)
    hold(page, served)
    (referral,) = served.row("select " + SAMPLES["referral_id"])
    page.goto(f"{served.address}/panels/referrals/{referral}/packets/")
    keyboard.press(page, page.get_by_role("button", name=re.compile("^Make it")).first, leads=True)
    page.goto(f"{served.address}/panels/referrals/{referral}/teachers/")
    page.get_by_label("Name, where they are not in the list").fill("Mae Lund")
    keyboard.press(page, page.get_by_role("button", name="Ask", exact=True), leads=True)
    send(page, served, pupil, school)
    page.context.close()
    found = {
        name: served.row("select " + query.format(pupil=pupil, school=school))[0] for name, query in SAMPLES.items()
    }
    missing = [name for name, value in found.items() if value is None]
    assert missing == [], "the served district has none of these"
    return found


def send(page, served, pupil: int, school: int) -> None:
    """One letter to this student's home, by mail and e-mail, sent at once."""
    step_in(page, served, SAMIR)
    page.goto(f"{served.address}/notices/students/{pupil}/ask/")
    page.get_by_label("Attendance summary").check(force=True)
    keyboard.press(page, page.get_by_role("button", name="Ask for it"), leads=True)
    page.goto(f"{served.address}/notices/new/")
    page.get_by_label("Attendance summary").check(force=True)
    page.get_by_label("Where?").select_option(f"school {school}")
    page.get_by_label("E-mail").check(force=True)
    page.get_by_role("button", name="Preview the letters").click()
    page.get_by_label("I have looked at these letters").check(force=True)
    page.get_by_role("button", name=re.compile("^Approve ")).click()
    page.get_by_role("button", name="Issue the letters").click()
    page.get_by_role("link", name="Print file 1 of 1").wait_for(timeout=60_000)


def routes(patterns=None, space: str = "", before: str = "/") -> Iterator[tuple[str, str, URLPattern]]:
    """(name with its namespace, address, pattern) of everything in the URL conf."""
    for entry in patterns or get_resolver().url_patterns:
        there = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield space + entry.name, there, entry
        else:
            yield from routes(entry.url_patterns, f"{entry.namespace}:" if entry.namespace else space, there)


def walker(name: str, pattern: URLPattern) -> str:
    if name in OTHERS:
        return OTHERS[name]
    return next(who for role, who in PEOPLE.items() if pattern.callback.permission in ROLES[role])


def addresses(made: dict[str, object], space: str) -> dict[str, list[str]]:
    """Every address of this slice with sample values, by who walks it; of `MORE`, those listed there."""
    found: dict[str, list[str]] = {}
    for name, there, pattern in routes():
        if there.endswith(FILES) or name in SENT | UNSEEN or name.rpartition(":")[0] != space:
            continue
        values = {
            blank: made.get(f"{name}:{blank}", made.get(f"{space}:{blank}", made.get(blank)))
            for blank in pattern.pattern.converters
        }
        assert None not in values.values(), f"{name} has no sample: SAMPLES lacks one of {list(values)}"
        found.setdefault(walker(name, pattern), []).append(reverse(name, kwargs=values))
    return found or {who: [other.format_map(made) for other in others] for who, others in MORE.items()}


def test_what_is_left_out_shows_nothing_to_anyone():
    """By docs/access.md, which is made by asking for every page as every role."""
    shown = [line for line in ACCESS.read_text().splitlines() if line.startswith("| `/") and "| 200 |" in line]
    assert len(shown) > 60
    left = [there for name, there, _ in routes() if name in SENT]
    assert len(left) == len(SENT), "one of SENT is no address any more"
    assert [there for there in left if any(line.startswith(f"| `{there}` |") for line in shown)] == []


BROKEN = (
    ("document.querySelector('.usa-skipnav').remove()", "the first Tab comes to"),
    ("main.removeAttribute('tabindex')", "the skip link leads to"),
    ("document.styleSheets[1].insertRule(':focus-visible { outline: 0 !important }')", "shows no focus"),
    ("a.tabIndex = 3", "jumps the order", "of Tab comes to"),
    ("a.tabIndex = -1", "cannot be reached"),
    ("a.addEventListener('keydown', (event) => event.preventDefault())", "things to reach"),
    ("p.addEventListener('click', () => {})", "listens to the mouse alone"),
    ("p.style.cursor = 'pointer'", "is for the mouse alone"),
    ("p.setAttribute('hx-get', '/palette/')", "asks the server on a click"),
    ("p.setAttribute('role', 'button')", "cannot be reached"),
    ("Object.assign(p.style, { height: '9px', overflow: 'auto' })", "scrolls and cannot be reached"),
    ("Object.assign(p.style, { position: 'fixed', inset: 0, background: 'red' })", "lies beneath"),
    ("Object.assign(a.style, { position: 'fixed', top: '-9rem' })", "is outside the window by"),
    ("main.innerHTML += '<details><summary>More</summary></details>'; "
     "main.lastElementChild.addEventListener('click', (event) => event.preventDefault())", "Enter does not open it"),
    ("addEventListener('keydown', (event) => event.key === 'Escape' && event.stopPropagation(), true)",
     "Escape does not close it"),
    ("palette.addEventListener('close', () => a.focus())", "search: open True"),
)  # fmt: skip


def test_the_walk_sees_what_it_should(watched, served):
    unseen = []
    for how, *words in BROKEN:
        watched.goto(f"{served.address}/supports/groups/")
        watched.evaluate(
            "const main = document.querySelector('main'), a = main.querySelector('a'), p = main.querySelector('p');"
            + how
        )
        said = "\n".join(keyboard.walk(watched, set()))
        unseen += [f"{how}: {said or 'nothing'}" for one in words if one not in said]
    assert unseen == []


@pytest.fixture(scope="module")
def frames() -> set[tuple[str, ...]]:
    """What comes before pages' own parts, as far as it was walked."""
    return set()


@pytest.mark.parametrize("space", sorted({name.rpartition(":")[0] for name, *_ in routes()} | {"more"}))
def test_every_page_is_walked_by_keyboard_alone(served, chromium, made, frames, space):
    walked, faults = [], []
    for who, there in addresses(made, space).items():
        context = chromium.new_context(reduced_motion="reduce")
        context.add_init_script(path=keyboard.SCRIPT)
        page = context.new_page()
        if who:
            step_in(page, served, who)
        for address in there:
            if shows(page, served.address + address, faults):
                page.goto(served.address + address)
                walked.append(address)
                for width, height in SIZES:
                    page.set_viewport_size({"width": width, "height": height})
                    faults += [f"{address}, {width} wide: {fault}" for fault in keyboard.walk(page, frames)]
        context.close()
    assert not faults, "\n".join(faults)
    assert walked


def shows(page, address: str, faults: list[str]) -> bool:
    """Whether it has a page of its own. Others take what is sent and lead on, or are a part of another page."""
    answer = page.request.get(address, max_redirects=0)
    if answer.status >= 400 and not address.endswith("/no/such/page/"):
        faults.append(f"{address}: {answer.status}")
    return answer.text().lower().startswith("<!doctype html>") and answer.status not in range(300, 400)
