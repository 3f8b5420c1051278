"""Mock hearings in a real browser, with nothing but the room: Resource Panel, SARB, SSPT and SART, to the last check.

A family that speaks Spanish does not come the first time; a code is corrected in the morning of the second.
"""

import re
from datetime import date, time, timedelta

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from firstbell.cases import actions as cases
from firstbell.cases.models import Case
from firstbell.core.models import JournalLine, User
from firstbell.panels.actions import checks
from firstbell.panels.actions.moving import move
from firstbell.panels.models import (
    Agreement,
    Check,
    Day,
    Directive,
    Hearing,
    Invitation,
    Member,
    Panel,
    Referral,
    Seating,
    Signature,
)
from firstbell.supports import actions as supports
from tests.attendance.conftest import DAYS, YEAR
from tests.browser.test_import import look
from tests.panels.conftest import *  # noqa: F403 - the district and its panels
from tests.panels.conftest import TERM, at, counselor, ines, region
from tests.panels.rooms import INTERPRETER, MARIE, case, mother
from tests.panels.test_agreements import paper
from tests.supports.conftest import draft as plan_draft

__all__ = ["case", "counselor", "ines", "mother", "region"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
SEATS = {
    "resource_panel": ("region", "attendance", "mental_health"),
    "sarb": ("attendance", "probation", "mental_health", "parent"),
    "sspt": ("administrator", "teacher", "counselor"),
    "sart": ("administrator", "counselor", "teacher"),
}
NAMES = ("Ines Quiroga", "Tom Abara", "Linh Tran", "Ana Sousa")


@pytest.fixture(scope="module", autouse=True)
def beside_playwright():
    """Playwright's loop runs in the thread that asks the database: Django is told that nobody waits for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture
def served(live_server):
    """This process answers: time moves by the setting."""
    return live_server


@pytest.fixture
def page(served, chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def sign_in(page, served, client, who: User) -> None:
    client.force_login(who)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served.url}])


@pytest.fixture
def set_before(truant, region, counselor, ines, today, settings):
    """`set_before("sarb", 9)`: the truant's hearing before a panel of this kind today, as the docket would set it."""

    def run(kind: str, hour: int, *, by: User = ines, earlier: Hearing | None = None) -> Hearing:
        on = date.fromisoformat(settings.TODAY)
        where = {"region": region} if kind in ("resource_panel", "sarb") else {"school": truant.school}
        panel, made = Panel.objects.get_or_create(
            kind=kind, defaults={"name": f"{kind.upper()} North", "address": "12 Alder Street", **where}
        )
        if made:
            for place, (name, seat) in enumerate(zip(NAMES, SEATS[kind], strict=False)):
                Member.objects.create(
                    panel=panel, name=name, seat=seat, term=TERM, standing="member" if place else "chair",
                    agency="County Mental Health" if seat == "mental_health" else "",
                )  # fmt: skip
        day, _ = Day.objects.get_or_create(
            panel=panel, on=on,
            defaults={"opens": time(8), "closes": time(15), "place": "12 Alder Street", "rooms": ["Room 4"], "by": by},
        )  # fmt: skip
        start = at(on, hour)
        span = DateTimeTZRange(start, start + timedelta(minutes=45))
        if earlier is None:
            referral = Referral.objects.create(
                student=truant, panel=panel, school=truant.school, case=Case.objects.get(), year=YEAR,
                ground="habitual" if kind == "sarb" else "other", why="The plan did not do it.",
                asked="A call before eight, and a bus that comes.", made_on=on, by=counselor,
            )  # fmt: skip
            hearing = Hearing(
                panel=panel, school=truant.school, family=truant.pk, language="es", interpreter=INTERPRETER
            )
            moves = ("send", "accept", "set")
        else:
            hearing, referral, moves = earlier, earlier.referrals.get(), ("set",)
        hearing.day, hearing.room, hearing.span, hearing.state = day, "Room 4", span, "set"
        hearing.save()
        hearing.referrals.add(referral)
        with transaction.atomic():
            for what in moves:
                move(referral, what, by=by)
        for member in panel.members.all():
            Seating.objects.update_or_create(hearing=hearing, member=member, defaults={"span": span})
        return hearing

    return run


def press(page, name: str, within=None) -> None:
    """What a button does, by keyboard; `Here: Ana` names what is read out of it."""
    told = r"\s*:\s*".join(map(re.escape, name.split(": ")))
    named = re.compile(rf"^\s*{told}\s*$")
    (within or page).get_by_role("button", name=named).first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def here(page, *names: str) -> None:
    for name in names:
        press(page, f"Here: {name}")


def said(page) -> str:
    return page.locator("main").inner_text()


def through_the_script(page, words: dict[str, str], shots: str = "") -> None:
    """Forward part by part, with what was said, up to the agreement."""
    for part in ("Introduction", "Strengths", "The family's words", "What is in the way", ""):
        if part:
            page.get_by_role("heading", name=part, exact=True).wait_for()
        if text := words.get(part):
            page.get_by_label("What was said, in a few sentences").fill(text)
        if shots and part == "Strengths":
            look(page, f"{shots}-script")
        press(page, "Next")


def write(page, side: str, who: str, what: str, *, days: int = 14, shown: str = "Somebody's word", kind: str = "",
          owner: str = "", target: tuple[int, int] | None = None) -> None:  # fmt: skip
    form = page.locator("#write")
    form.get_by_label("Side").select_option(side)
    form.get_by_label("Who", exact=True).fill(who)
    form.get_by_label("What", exact=True).fill(what)
    due = date.fromisoformat(page.evaluate("document.querySelector('#id_write_due_on').value")) - timedelta(14 - days)
    form.get_by_label("By when").fill(due.isoformat())
    form.get_by_text("What will show it, and who answers for it").click()
    form.get_by_label("What will show it").select_option(label=shown)
    if kind:
        form.get_by_label("What kind of work it is").select_option(kind)
    if owner:
        form.get_by_label("Who answers for it").select_option(label=owner)
    if target:
        form.get_by_label("Days absent at most").fill(str(target[0]))
        form.get_by_label("in so many school days").fill(str(target[1]))
    press(page, "Write it down")


def draw(page) -> None:
    """A name with the mouse, as with a finger."""
    box = page.locator("[data-pad] svg")
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    x, y = place["x"] + 40, place["y"] + place["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(x + 14 * step, y + (18 if step % 2 else -18))
    page.mouse.up()


def sign(page, side: str, name: str, way: str = "typed", scan: bytes = b"") -> None:
    form = page.locator("form[data-signs]")
    form.get_by_label("For which side?").select_option(side)
    form.get_by_label("Name", exact=True).fill(name)
    if way == "draw":
        draw(page)
    elif way == "paper":
        form.locator("label", has_text="On paper, scanned").click()
        form.get_by_text("On paper, or would not sign").click()
        form.get_by_label("The scanned paper").set_input_files(
            {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": scan}
        )
    press(page, "Sign")


def journal() -> dict[str, int]:
    told: dict[str, int] = {}
    for verb in JournalLine.objects.filter(verb__startswith="panels.").values_list("verb", flat=True):
        told[verb] = told.get(verb, 0) + 1
    return told


def test_a_resource_panel_and_a_review_board_to_the_last_check(
    set_before, case, mother, truant, night, correct, ines, counselor, today, settings, take, served, page, client
):  # fmt: skip
    for kind, day in (("report", 5), ("notice", 6), ("attempt", 7)):
        take(kind, day)
    night()
    supports.write_plan(student=truant, draft=plan_draft(), by=counselor)
    first = set_before("resource_panel", 9)
    sign_in(page, served, client, ines)

    # -- nobody comes: was it known, reach them, another day
    page.goto(f"{served.url}/panels/days/{first.day_id}/room/")
    look(page, "panels-day")
    page.get_by_role("link", name="Open the next case").click()
    assert "5 of 25" in re.sub(r"\s+", " ", said(page))
    look(page, "panels-room-before")
    page.get_by_role("link", name="The family did not come").click()
    assert "no invitation is on record" in said(page)
    page.get_by_label("What do you know of why they did not come?").fill("Nobody answered.")
    press(page, "Nobody came")
    page.get_by_text("Try to reach them first").first.wait_for()
    press(page, "Log it: Marie Baptiste (Mother)")
    assert "Call: no answer" in said(page)
    look(page, "panels-room-missed")
    page.get_by_label("What do you know of why they did not come?").fill("Nobody answered.")
    press(page, "Nobody came")
    assert "Nothing follows from it by itself" in said(page)
    look(page, "panels-room-no-show")
    again = Hearing.objects.get(earlier=first)
    assert (again.state, first.referrals.get().state) == ("waiting", "accepted")

    # -- the second time; in the morning a code is corrected, and the room says what stands now
    hearing = set_before("resource_panel", 11, earlier=again)
    Invitation.objects.create(
        hearing=hearing, contact=mother, to=MARIE, channel="hand", language="es", told_on=today - timedelta(15), by=ines
    )
    page.goto(f"{served.url}/panels/hearings/{hearing.pk}/room/")
    assert "No longer stands" not in said(page)
    correct(truant.told[DAYS[0]])
    night()
    page.reload()
    told = re.sub(r"\s+", " ", said(page))
    assert "4 days without a valid excuse" in told
    assert "No longer stands: Report 1" in told

    # -- held, with an interpreter
    here(page, *NAMES[:3], MARIE, truant.name)
    press(page, "Start the hearing")
    assert "Spanish: no interpreter here yet" in said(page)
    words = {"Strengths": "She draws, and looks after the garden.", "The family's words": "The bus leaves too early."}
    page.get_by_role("timer").filter(has_text=re.compile("^0:0[1-9]$")).first.wait_for()
    through_the_script(page, words, "panels-room")
    page.get_by_role("link", name="Check & Connect").first.or_(page.get_by_text("What may help")).first.wait_for()
    write(page, "family", MARIE, "Phone off at ten")
    assert "Nothing is asked of the school" in said(page)
    write(page, "student", "Noor", "Is in class", shown="The attendance record", target=(2, 20))
    write(page, "school", "Rosa Diaz", "Calls by nine", shown="The contact log", kind="call", owner="Rosa Diaz")
    write(page, "agency", "Linh Tran", "Offers a first talk", shown="A service that answers", owner="Rosa Diaz")
    look(page, "panels-room-draft")
    press(page, "It was read back")
    page.get_by_text("read aloud in the family's language by an interpreter").first.wait_for()
    here(page, INTERPRETER)
    page.get_by_label("Who read it aloud?").select_option(INTERPRETER)
    press(page, "It was read back")
    assert "Acuerdo: Panel de Recursos" in page.locator("[lang=es]").inner_text()
    look(page, "panels-room-read-back")
    sign(page, "family", MARIE, "draw")
    sign(page, "student", "Noor")
    sign(page, "school", "Rosa Diaz", "paper", paper())
    sign(page, "agency", "Linh Tran")
    look(page, "panels-room-signing")
    sign(page, "panel", "Ines Quiroga")
    assert Signature.objects.get(party="family").strokes[0][0][0] > 0
    press(page, "The hearing was held")
    page.get_by_role("heading", name="RESOURCE_PANEL").or_(page.get_by_text("The hearing was held")).first.wait_for()
    look(page, "panels-room-held")
    page.get_by_role("link", name="Agreement and copies").click()
    look(page, "panels-agreement")
    copy = page.request.get(f"{served.url}/panels/agreements/{Agreement.objects.get().pk}/copy/")
    assert copy.body().startswith(b"%PDF-")

    # -- ten, thirty, sixty and ninety days
    follow(page, served, settings, today)
    assert {one.stands for one in Directive.objects.all()} <= {"kept", "late", "broken", "unknown"}
    assert not Check.objects.filter(outcome="").exists()
    look(page, "panels-directives")

    # -- the review board, in the same room
    settings.TODAY = today.isoformat()
    sarb = set_before("sarb", 13)
    hold_one(page, served, sarb, truant, "Junta de Revisión de Asistencia Escolar")
    page.goto(f"{served.url}/panels/referrals/{sarb.referrals.get().pk}/decide/")
    page.locator("label", has_text="Notify the district attorney or probation").click()
    page.locator("label", has_text="The services did not resolve it").click()
    page.get_by_label("Why").fill("Two services were tried.")
    press(page, "Decide")
    page.get_by_text("No referral to the board stands").first.wait_for()  # its first report fell this morning
    look(page, "panels-decide")
    page.locator("label", has_text="Hear them again").click()
    press(page, "Decide")
    assert sarb.referrals.get().state == "accepted"
    follow(page, served, settings, today)
    assert Case.objects.get().state == "open"
    lines = journal()
    assert (lines["panels.hearing_held"], lines["panels.no_show"], lines["panels.signed"]) == (2, 1, 8)
    assert lines["panels.decided"] == 1


def follow(page, served, settings, today) -> None:
    """Each look on its day: the night fills what the records say, a person says the rest."""
    for days in (10, 30, 60, 90):
        settings.TODAY = (today + timedelta(days)).isoformat()
        checks.fill_checks()
        page.goto(f"{served.url}/panels/directives/?stands=overdue")
        for row in Check.objects.filter(outcome="", due_on__lte=settings.TODAY).order_by("pk"):
            page.goto(f"{served.url}/panels/directives/{row.directive_id}/")
            card = page.locator("section.card", has=page.get_by_role("heading", name=f"After {days} days", exact=True))
            card.locator("label", has_text="Kept").click()
            card.get_by_label("How do you know?").fill("We asked them.")
            press(page, "Say so", card)
    page.goto(f"{served.url}/panels/directives/")


def hold_one(page, served, hearing: Hearing, truant, title: str, *, members: int = 4) -> None:
    """One hearing from the door to its end, as short as it may be."""
    page.goto(f"{served.url}/panels/hearings/{hearing.pk}/room/")
    names = list(hearing.panel.members.order_by("pk").values_list("name", flat=True))[:members]
    here(page, *names, MARIE, INTERPRETER)
    press(page, "Start the hearing")
    through_the_script(page, {})
    write(page, "family", MARIE, "Alarm at 6:40")
    write(page, "school", "Rosa Diaz", "Breakfast is kept warm", owner="Rosa Diaz")
    page.get_by_label("Who read it aloud?").select_option(INTERPRETER)
    press(page, "It was read back")
    assert title in page.locator("[lang=es]").inner_text()
    for side, name in (("family", MARIE), ("school", "Rosa Diaz"), ("panel", names[0])):
        sign(page, side, name)
    press(page, "The hearing was held")
    page.get_by_text("What was agreed is in force").wait_for()


@pytest.mark.parametrize(
    ("kind", "title"),
    [("sspt", "Equipo de Apoyo y Progreso Estudiantil"), ("sart", "Equipo Escolar de Revisión de Asistencia")],
)
def test_a_school_team_meets_in_the_same_room(
    set_before, case, mother, truant, night, counselor, today, settings, served, page, client, kind, title
):  # fmt: skip
    night()
    hearing = set_before(kind, 9, by=counselor)
    sign_in(page, served, client, counselor)
    hold_one(page, served, hearing, truant, title, members=3)
    assert Hearing.objects.get().state == "held"
    assert Referral.objects.get().state == "heard"
    cases.finish(task=Directive.objects.get(party="school").task, outcome="It is kept warm.", by=counselor)
    follow(page, served, settings, today)
    assert set(Directive.objects.values_list("stands", flat=True)) == {"kept"}
    page.goto(f"{served.url}/panels/referrals/{Referral.objects.get().pk}/decide/")
    assert page.get_by_text("Ask for a petition").count() == 0
    page.locator("label", has_text="End the referral").click()
    page.get_by_label("Why").fill("She comes every day.")
    press(page, "Decide")
    assert Referral.objects.get().state == "closed"
    assert Case.objects.get().state == "open"


def test_without_script_the_name_is_typed_and_the_hearing_is_held(
    set_before, case, mother, truant, night, counselor, served, chromium, client
):  # fmt: skip
    night()
    hearing = set_before("sspt", 9, by=counselor)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, served, client, counselor)
    page.goto(f"{served.url}/panels/hearings/{hearing.pk}/room/")
    for name in (*NAMES[:3], MARIE, INTERPRETER):
        page.get_by_role("button", name=re.compile(f"^Here.*{name}")).click()
    page.get_by_role("button", name="Start the hearing").click()
    assert re.match(r"\d+:\d\d$", page.get_by_role("timer").first.inner_text())
    assert not page.locator("[data-pad]").is_visible()
    page.get_by_text("Write down what is agreed already now").click()
    page.get_by_text("It is not signed today").click()
    page.get_by_label("Why is it not signed?").fill("They want to think.")
    page.get_by_role("button", name="Leave it unsigned").click()
    page.get_by_role("button", name="The hearing was held").click()
    assert Hearing.objects.get().state == "held"
    assert Agreement.objects.get().why == "They want to think."
    context.close()
