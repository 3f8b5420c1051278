"""Pages of packets: by role, by a neighbour's student, and what each doing answers; every sentence with its sources."""

import re

import pytest
from django.urls import reverse

from firstbell.core.models import AccessRow
from firstbell.notices import shelf
from firstbell.panels.actions import packets as actions
from firstbell.panels.models import NoteConsent, Packet
from firstbell.panels.queries import packets as queries
from tests.notices.conftest import body
from tests.panels.packing import CONFIDED, HELD_BACK, SHARED, chained, father, log, mother, note, sibling

__all__ = ["chained", "father", "log", "mother", "note", "sibling"]


@pytest.fixture
def made(chained, rosa) -> Packet:
    return actions.make_packet(referral=chained, audience="panel", by=rosa)


def at(name: str, *args) -> str:
    return reverse(f"panels:{name}", args=args)


@pytest.fixture
def chair(client, ines):
    client.force_login(ines)
    return client


def test_the_list_says_what_stands_for_each_audience(chained, chair):
    page = body(chair.get(at("packets", chained.pk)))
    for needed in ("Packets for Noor Baptiste", "Panel", "Family", "District attorney or mediation", "none made yet"):
        assert needed in page
    assert "One made now could not be released" in page, "the court side has no determination"
    assert "What this audience must be told is missing" in page
    assert "Complete the record first." in page
    assert AccessRow.objects.filter(student_id=chained.student_id, route="panels:packets").exists()


def test_a_packet_is_made_read_and_released(chained, chair, ines):
    answer = chair.post(at("packet_make", chained.pk), {"audience": "panel"})
    row = Packet.objects.get()
    assert answer.url == at("packet", row.pk)
    page = body(chair.get(answer.url))
    for needed in (
        "Packet for the panel",
        "That somebody calls by nine",
        "Release it to the panel",
        "Attendance by month",
    ):
        assert needed in page
    assert chair.post(at("packet_release", row.pk)).url == at("packet", row.pk)
    row.refresh_from_db()
    assert row.released_by == ines
    page = body(chair.get(at("packet", row.pk)))
    assert "Released" in page
    assert "Release it to the panel" not in page


def test_every_sentence_of_the_page_has_a_link(made, chair):
    page = body(chair.get(at("packet", made.pk)))
    shown = queries.preview(queries.content_of(made), made.referral)
    assert len(re.findall(r'href="[^"]+" title="[^"]+">\[\d+\]', page)) >= sum(len(part.rows) for part in shown.parts)
    for _, _, url in shown.sources:
        assert f'href="{url}"' in page
    assert "?" not in {mark for part in shown.parts for row in part.rows for mark, *_ in row.sources}


def test_the_pdf_is_what_was_made(made, chair):
    answer = chair.get(at("packet_pdf", made.pk))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content == shelf.opened(made.digest)
    assert "packet-" in answer["Content-Disposition"]
    assert AccessRow.objects.filter(student_id=made.referral.student_id, route="panels:packet_pdf").exists()


def test_a_pdf_that_was_changed_is_not_handed_out(made, chair):
    path = shelf._path(made.digest)
    path.write_bytes(b"%PDF-1.7 something else")
    answer = chair.get(at("packet_pdf", made.pk), follow=True)
    assert "was changed since it was issued" in body(answer)


def test_a_release_that_is_refused_lists_why_and_changes_nothing(made, chained, chair, truant, correct):
    day = sorted(truant.told)[-1]
    correct(truant.told[day])
    answer = chair.post(at("packet_release", made.pk))
    page = body(answer, 409)
    for needed in ("This packet is not released", "a record was changed since", "Make a new version."):
        assert needed in page
    made.refresh_from_db()
    assert made.released_at is None


def test_facts_that_changed_are_said_on_both_pages(made, chained, chair, ines, truant, correct):
    actions.release(packet=made, by=ines)
    correct(truant.told[sorted(truant.told)[-1]])
    for page in (body(chair.get(at("packets", chained.pk))), body(chair.get(at("packet", made.pk)))):
        assert "Facts changed since it was made." in page
        assert "was told as absent all day, no excuse and is now absent all day, excused." in page


def test_withdrawing_asks_why_and_keeps_what_was_typed(made, chair):
    page = body(chair.post(at("packet_withdraw", made.pk), {"why": ""}), 409)
    assert "Say why it is withdrawn" in page
    chair.post(at("packet_withdraw", made.pk), {"why": "Made for another hearing"})
    page = body(chair.get(at("packet", made.pk)))
    assert "Withdrawn on" in page
    assert "Made for another hearing" in page
    page = body(chair.post(at("packet_withdraw", made.pk), {"why": "Twice, by mistake"}), 409)
    assert "withdrawn already" in page


def test_a_consent_is_recorded_from_the_page_of_who_may_read_the_note(chained, note, client, rosa, counselor, today):
    note("sealed", CONFIDED)
    row = note("restricted", SHARED)
    client.force_login(rosa)
    page = body(client.get(at("packets", chained.pk)))
    assert SHARED in page
    assert CONFIDED not in page
    assert "ealed" not in page
    told = {"note": row.pk, "given_by": "", "on": today.isoformat()}
    page = body(client.post(at("packet_consent", chained.pk), told), 409)
    assert "Say who consented, by name." in page
    told["given_by"] = "Marisol Baptiste"
    assert client.post(at("packet_consent", chained.pk), told).url == at("packets", chained.pk)
    assert NoteConsent.objects.get().given_by == "Marisol Baptiste"
    assert "Marisol Baptiste consented on" in body(client.get(at("packets", chained.pk)))


def test_whoever_may_not_read_a_note_is_not_shown_it_and_cannot_share_it(chained, note, sign_in, counselor, today):
    row = note("restricted", HELD_BACK)
    client = sign_in("principal")
    assert HELD_BACK not in body(client.get(at("packets", chained.pk)))
    told = {"note": row.pk, "given_by": "Marisol", "on": today.isoformat()}
    page = body(client.post(at("packet_consent", chained.pk), told), 409)
    assert "no restricted note of this student that you may share" in page
    assert not NoteConsent.objects.exists()


ALL = ("counselor", "clerk", "principal", "director")


@pytest.mark.parametrize("role", ["counselor", "clerk", "principal"])
def test_a_neighbours_packet_is_nobodys(made, chained, sign_in, role):
    client = sign_in(role, at=1)
    for address in (at("packets", chained.pk), at("packet", made.pk), at("packet_pdf", made.pk)):
        assert client.get(address).status_code == 404
    for address in (at("packet_make", chained.pk), at("packet_release", made.pk), at("packet_withdraw", made.pk)):
        assert client.post(address, {"audience": "panel", "why": "x"}).status_code == 404
    assert Packet.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "reads", "makes", "releases"),
    [
        ("counselor", 200, 302, 404), ("principal", 200, 302, 404), ("clerk", 200, 404, 404),
        ("engineer", 404, 404, 404), ("guest", 404, 404, 404),
    ],
)  # fmt: skip
def test_what_each_role_may_do_with_a_regions_packet(made, chained, sign_in, role, reads, makes, releases):
    """A school makes what it refers with; who runs the region's board releases it."""
    client = sign_in(role, at=None if role == "engineer" else 0)
    assert client.get(at("packets", chained.pk)).status_code == reads
    assert client.get(at("packet", made.pk)).status_code == reads
    assert client.post(at("packet_make", chained.pk), {"audience": "panel"}).status_code == makes
    assert client.post(at("packet_release", made.pk)).status_code == releases
    made.refresh_from_db()
    assert made.released_at is None


def test_nobody_who_is_not_signed_in_reads_anything(made, chained, client):
    for address in (at("packets", chained.pk), at("packet", made.pk), at("packet_pdf", made.pk)):
        assert client.get(address).url.startswith("/account") or client.get(address).status_code == 302


@pytest.mark.parametrize("name", ["packet_make", "packet_consent"])
def test_looking_at_a_doing_goes_back_to_the_list(chained, chair, name):
    assert chair.get(at(name, chained.pk)).url == at("packets", chained.pk)


@pytest.mark.parametrize("name", ["packet_release", "packet_withdraw"])
def test_looking_at_a_doing_goes_back_to_the_packet(made, chair, name):
    assert chair.get(at(name, made.pk)).url == at("packet", made.pk)


def test_an_audience_that_there_is_not_says_so(chained, chair):
    page = body(chair.post(at("packet_make", chained.pk), {"audience": "press"}), 409)
    assert "This was not done" in page
    assert not Packet.objects.exists()


def test_a_withdrawn_referral_still_shows_what_was_made(made, chained, chair, ines):
    actions.release(packet=made, by=ines)
    chained.state, chained.closed_on = "withdrawn", chained.made_on
    chained.save(update_fields=["state", "closed_on"])
    page = body(chair.get(at("packets", chained.pk)))
    assert "Version 1" in page
    assert "Make a new version" not in page
    assert "Release it" not in body(chair.get(at("packet", made.pk)))


def test_without_data_of_the_year_the_page_says_so(referral, chair):
    referral.year = 2019
    referral.save(update_fields=["year"])
    page = body(chair.get(at("packets", referral.pk)))
    assert "None can be made now." in page


def test_the_list_asks_a_bounded_number_of_questions(made, chained, chair, log, django_assert_max_num_queries):
    for day in range(18, 24):
        log("call", "no_answer", day, "Nobody was at home again.")
    actions.make_packet(referral=chained, audience="family", by=made.by)
    with django_assert_max_num_queries(110):
        chair.get(at("packets", chained.pk))
