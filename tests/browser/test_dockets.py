"""The docket in a real browser, by keyboard: proposed, moved by hand, two chairs at once, invited; a guest's seat."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localtime

from firstbell.core.models import AccessRow
from firstbell.panels.actions import packets
from firstbell.panels.models import Day, Hearing, Invitation, Member, Packet, Referral
from tests.browser.test_import import look
from tests.browser.test_panels import beside_playwright, page, press, said, served, sign_in
from tests.panels.conftest import (
    absences,
    at,
    counselor,
    day,
    district,
    ines,
    marisa,
    referral,
    region,
    rosa,
    sarb,
    shelf,
    somebody,
    take,
    today,
    truant,
)
from tests.panels.dockets import heads, household, setting, verbs
from tests.panels.packing import chained, father, log, mother, sibling

__all__ = [
    "absences", "beside_playwright", "chained", "counselor", "day", "district", "father", "heads", "household", "ines",
    "log", "marisa", "mother", "page", "referral", "region", "rosa", "sarb", "served", "setting", "shelf", "sibling",
    "take", "today", "truant",
]  # fmt: skip
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def follow(page, name: str) -> None:
    """What a link does, by keyboard."""
    page.get_by_role("link", name=re.compile(rf"^\s*{re.escape(name)}")).first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def unfold(page, name: str) -> None:
    """Open what is folded away, by keyboard."""
    page.locator("summary", has_text=name).first.focus()
    page.keyboard.press("Enter")


def told(page) -> str:
    return re.sub(r"\s+", " ", said(page))


@pytest.fixture
def other(chromium, served, marisa):
    """A second browser: the coordinator, who runs the region's panels too."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    second = context.new_page()
    sign_in(second, served, Client(), marisa)
    yield second
    context.close()


def test_a_day_is_proposed_moved_by_two_and_invited_to(
    household, sarb, ines, today, settings, served, page, other, client
):  # fmt: skip
    for member in sarb.members.all():
        Member.objects.filter(pk=member.pk).update(email=f"member{member.pk}@example.org")
    ana, leo = household("Ana", waited=30), household("Leo", language="es", waited=20)
    household("Mia", language="hy", waited=5)
    sign_in(page, served, client, ines)

    # -- a day
    page.goto(f"{served.url}/panels/days/")
    assert "No hearing day is planned" in said(page)
    follow(page, "Plan a day")
    page.get_by_label("On", exact=True).fill((today + timedelta(21)).isoformat())
    page.get_by_label("Where").fill("12 Alder Street")
    page.get_by_label("Rooms").fill("Room 4\nRoom 5")
    look(page, "docket-plan")
    press(page, "Plan it")
    planned = Day.objects.get()
    unfold(page, "Add an interpreter")
    page.get_by_label("Name", exact=True).fill("Luz Ortega")
    page.get_by_label("Language", exact=True).select_option(label="Spanish")
    press(page, "Add")
    assert "Luz Ortega, Spanish" in told(page)

    # -- a proposal, which says whom it leaves out and why; accepted whole
    follow(page, "Propose a docket")
    page.get_by_role("heading", name="Proposal for").wait_for()
    assert "2 households heard, 1 not" in told(page)
    assert "There is no interpreter for Armenian on this day." in told(page)
    look(page, "docket-proposal")
    assert not Hearing.objects.filter(state="set").exists()
    press(page, "Accept it whole")
    assert "The proposal is the docket now." in told(page)
    look(page, "docket-day")
    assert Hearing.objects.filter(state="set").count() == 2

    # -- both open one hearing; who is second is told, and keeps what was typed
    one = Hearing.objects.get(state="set", referrals=ana)
    two = Hearing.objects.get(state="set", referrals=leo)
    other.goto(f"{served.url}/panels/hearings/{two.pk}/")
    follow(page, "Ana Reyes")
    page.get_by_label("Room", exact=True).select_option("Room 5")
    page.get_by_label("Begins at").fill("11:15")
    look(page, "docket-hearing")
    press(page, "Move it")
    one.refresh_from_db()
    assert (one.room, localtime(one.span.lower), one.by_hand) == ("Room 5", at(planned.on, 11, 15), True)
    other.get_by_label("Room", exact=True).select_option("Room 4")
    other.get_by_label("Begins at").fill("10:00")
    press(other, "Move it")
    assert "changed this docket while you had it open" in told(other)
    assert other.get_by_label("Begins at").input_value().startswith("10:00")
    look(other, "docket-stale")
    was = two.span
    two.refresh_from_db()
    assert two.span == was
    press(other, "Move it")  # the page now shows the docket as it is: pressed again, it is done
    two.refresh_from_db()
    assert localtime(two.span.lower) == at(planned.on, 10)

    # -- a room that is taken is refused in words
    other.goto(f"{served.url}/panels/hearings/{two.pk}/")
    other.get_by_label("Room", exact=True).select_option("Room 5")
    other.get_by_label("Begins at").fill("11:30")
    press(other, "Move it")
    assert "Room 5 is taken from 11:15 am to 12:00 pm by the hearing of Ana Reyes" in told(other)

    # -- everybody is told, and the sheet goes to the front desk
    page.goto(f"{served.url}/panels/days/{planned.pk}/")
    assert "Not invited yet" in told(page)
    unfold(page, "Invite everybody who is owed a word")
    page.locator("label", has_text="By letter").click()
    press(page, "Invite")
    assert "messages were made" in told(page)
    assert Invitation.objects.filter(contact__isnull=False, channel="letter").count() == 2
    press(page, "They are mailed today")
    assert "The letters are with the post." in told(page)
    letter = Invitation.objects.filter(channel="letter").first()
    assert page.request.get(f"{served.url}/panels/invitations/{letter.pk}/letter.pdf").body().startswith(b"%PDF-")
    calendar = page.request.get(f"{served.url}/panels/invitations/{letter.pk}/meeting.ics").text()
    assert "BEGIN:VEVENT" in calendar
    page.goto(f"{served.url}/panels/hearings/{letter.hearing_id}/")
    look(page, "docket-invited")
    page.goto(f"{served.url}/panels/days/{planned.pk}/")
    press(page, "Fix the docket")
    assert Day.objects.get().state == "fixed"
    follow(page, "Sheet to print")
    assert "Ana Reyes" in told(page)
    look(page, "docket-sheet")
    lines = verbs()
    assert lines.count("panels.hearing_moved") == 2
    assert {"panels.proposal_accepted", "panels.day_fixed"} <= set(lines)


def test_a_guest_reads_the_packets_of_their_own_hearing_until_it_ends(
    chained, household, setting, sarb, ines, rosa, today, served, page, client
):  # fmt: skip
    tom = somebody("tom.abara")
    Member.objects.filter(name="Tom Abara").update(user=tom)
    made = packets.make_packet(referral=chained, audience="panel", by=rosa)
    packets.release(packet=made, by=ines)
    Referral.objects.filter(pk=chained.pk).update(state="accepted", sent_on=today, accepted_on=today)
    mine = setting(Referral.objects.get(pk=chained.pk), hour=9)
    seated = [one for one in sarb.members.all() if one.name != "Tom Abara"]
    neighbour = setting(household("Ana"), hour=10, members=seated)
    hers = packets.make_packet(referral=neighbour.referrals.get(), audience="panel", by=rosa)
    Packet.objects.filter(pk=hers.pk).update(released_at=timezone.now(), released_by=ines)

    sign_in(page, served, client, tom)
    page.goto(f"{served.url}/")
    assert page.url == f"{served.url}/panels/seats/"
    assert page.locator("tbody tr").count() == 1
    assert "Baptiste" not in said(page)  # nobody is named before a hearing is opened
    look(page, "guest-seats")
    follow(page, "North SARB")
    assert "Every page bears your name; every opening is logged." in told(page)
    assert "Noor Baptiste" in told(page)
    look(page, "guest-seat")
    paper = page.request.get(f"{served.url}/panels/seats/{mine.pk}/packets/{made.pk}.pdf")
    assert paper.status == 200
    assert paper.body() == queries_copy(made, "Tom Abara", today)
    assert AccessRow.objects.filter(by=tom, student_id=chained.student_id).count() >= 2

    for address in (
        f"/panels/seats/{neighbour.pk}/", f"/panels/seats/{neighbour.pk}/packets/{hers.pk}.pdf",
        f"/panels/seats/{mine.pk}/packets/{hers.pk}.pdf", f"/panels/packets/{hers.pk}/", f"/panels/packets/{made.pk}/",
        f"/panels/packets/{made.pk}/packet.pdf", f"/panels/referrals/{chained.pk}/", f"/students/{chained.student_id}/",
        f"/panels/hearings/{mine.pk}/", "/panels/", "/panels/tracking/", "/today/",
    ):  # fmt: skip
        assert page.request.get(f"{served.url}{address}").status == 404, address
    assert not AccessRow.objects.filter(by=tom, student_id=neighbour.referrals.get().student_id).exists()

    Hearing.objects.filter(pk=mine.pk).update(state="held")
    page.goto(f"{served.url}/panels/seats/")
    assert "Nothing to read now" in said(page)
    assert page.request.get(f"{served.url}/panels/seats/{mine.pk}/packets/{made.pk}.pdf").status == 404
    look(page, "guest-over")


def queries_copy(packet: Packet, name: str, on: date) -> bytes:
    """The copy that bears this name on this day: `tests/panels/test_packets.py` reads its pages."""
    from firstbell.panels.queries.packets import guest_copy

    return guest_copy(packet, name, on)
