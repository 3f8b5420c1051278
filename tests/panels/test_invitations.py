"""Whom a hearing is told to: in time, in their language, by a letter that is kept; and what is known of it after."""

import hashlib
from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest
from django.urls import reverse
from icalendar import Calendar

from firstbell.cases.rules import NotAllowed
from firstbell.notices import shelf
from firstbell.notices.models import LanguageApproval, Outbox
from firstbell.panels import actions
from firstbell.panels.models import Day, Invitation, Packet
from firstbell.panels.queries.invitations import family_of, owed
from firstbell.roster.models import Contact, FamilyLink, Program
from tests.notices.conftest import body
from tests.notices.test_delivering import post
from tests.panels.conftest import at
from tests.panels.dockets import TODAY, heads, household, last_line, later, setting, verbs

__all__ = ["heads", "household", "post", "setting"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def outbox(settings):
    """Mail and texts stay here."""
    settings.EMAIL_BACKEND = "firstbell.notices.providers.LocalMail"  # pytest-django put its own in its place
    return Outbox.objects


@pytest.fixture
def invited(household, setting, ines):
    """`invited("Ana")`: set, every member with an address, and everybody invited."""

    def run(given: str = "Ana", *, channel: str = "letter", hour: int = 9, **more):
        hearing = setting(household(given, **more), hour=hour)
        for member in hearing.panel.members.all():
            member.email = f"member{member.pk}@example.org"
            member.save()
        return hearing, actions.invite(hearing=hearing, by=ines, channel=channel)

    return run


def of_family(hearing, what: str = "invitation") -> Invitation:
    return hearing.invitations.filter(member=None, what=what).latest("pk")


def passes_to(settings, on: date) -> None:
    settings.TODAY = on.isoformat()


def test_a_family_gets_a_letter_in_its_language_that_is_kept(invited, day):
    hearing, made = invited(language="es")
    letter = of_family(hearing)
    assert (letter.channel, letter.state, letter.language, letter.told_on) == ("letter", "queued", "es", TODAY)
    assert letter.to == "Marisol Reyes 1"
    assert "1 Olive Street" in letter.address
    assert (letter.start, letter.room) == (hearing.span.lower, "Room 4")
    kept = shelf.opened(letter.digest)
    assert hashlib.sha256(kept).hexdigest() == letter.digest
    assert kept.startswith(b"%PDF")
    for words in (
        "Please come to a meeting about school", "Ana", "North SARB", "Fri, Oct 24, 2025, at 9:00", "Room 4",
        "Do you need child care or a ride", "An interpreter is free.", "(555) 010-0142",
        "Le invitamos a una reunión", "El intérprete es gratis.",
    ):  # fmt: skip
        assert words in letter.text, words
    assert len(made) == 6
    assert last_line("invited").detail["letters"] == [letter.digest]


def test_members_are_asked_without_a_students_name(invited, outbox):
    hearing, _ = invited()
    actions.deliver()
    sent = outbox.get(to=hearing.invitations.get(member__seat="probation").address)
    assert "Tom Abara: You are asked to sit at 1 hearing." in sent.body
    assert "9:00 am to 9:45 am, 12 Alder Street, Room 4" in sent.body
    assert "The packets are not released yet." in sent.body
    assert "Ana" not in sent.subject + sent.body
    assert hearing.invitations.get(member__seat="probation").state == "sent"


def test_a_member_of_several_hearings_gets_one_message(invited, outbox):
    first, _ = invited("Ana")
    actions.deliver()
    outbox.all().delete()
    second, _ = invited("Leo", hour=10)
    third, _ = invited("Mia", hour=11)
    actions.deliver()
    tom = first.panel.members.get(seat="probation")
    [sent] = outbox.filter(to=tom.email)
    assert "You are asked to sit at 2 hearings." in sent.body
    assert {row.state for row in Invitation.objects.filter(member=tom)} == {"sent"}
    assert second.invitations.get(member=tom).proof == third.invitations.get(member=tom).proof


def test_the_packets_address_is_told_once_they_are_released(invited, outbox, ines):
    hearing, _ = invited()
    Packet.objects.create(
        referral=hearing.referrals.get(), audience="panel", version=1, data={}, facts="x", digest="x", pages=1, by=ines,
        released_at=at(TODAY, 9), released_by=ines,
    )  # fmt: skip
    actions.deliver()
    assert "The packets are released. Sign in to read them: http://localhost:8000/panels/seats/" in outbox.first().body


def test_a_family_with_an_address_is_written_to_with_the_letter_and_a_calendar_file(invited, outbox, client, ines):
    hearing, _ = invited(channel="email")
    actions.deliver()
    mine = of_family(hearing)
    assert (mine.channel, mine.address, mine.state) == ("email", "home1@example.org", "sent")
    assert mine.proof.startswith("Sent as <panel-")
    sent = outbox.get(to="home1@example.org")
    assert sent.attached == mine.digest
    assert sent.subject == "A letter from School 1"
    client.force_login(ines)
    for one, summary in ((mine, "Meeting at school district"), (hearing.invitations.filter(contact=None).first(),
                                                                "SARB hearing, North SARB")):  # fmt: skip
        answer = client.get(reverse("panels:invitation_ics", args=[one.pk]))
        [event] = Calendar.from_ical(answer.content).events
        assert str(event["summary"]) == summary
        assert (event.start, event.end) == (hearing.span.lower, hearing.span.upper)
        assert "Ana" not in answer.content.decode()
    paper = client.get(reverse("panels:invitation_pdf", args=[mine.pk]))
    assert hashlib.sha256(paper.content).hexdigest() == mine.digest


def test_who_has_no_address_gets_a_letter_although_mail_was_asked_for(invited):
    hearing, _ = invited(channel="email", email="")
    assert of_family(hearing).channel == "letter"


def test_nobody_is_invited_twice_to_the_same_time(invited, ines):
    hearing, _ = invited()
    with pytest.raises(NotAllowed, match="Everybody who is expected has been told"):
        actions.invite(hearing=hearing, by=ines)
    assert owed(hearing, family_of(hearing, TODAY)) == []


def test_too_late_is_refused_with_the_first_possible_day_unless_the_family_agrees(
    household, setting, day, ines, settings
):
    hearing = setting(household("Ana"))
    passes_to(settings, day.on - timedelta(13))
    with pytest.raises(NotAllowed, match="October 25, 2025 is the first possible day"):
        actions.invite(hearing=hearing, by=ines)
    assert not hearing.invitations.exists()
    actions.waive(hearing=hearing, said="The father by telephone: any day is fine.", by=ines)
    assert len(actions.invite(hearing=hearing, by=ines)) == 6
    assert "panels.notice_waived" in verbs()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"language": "hy"}, "Nobody has approved the wording in Հայերեն yet"),
        ({"address": None}, "no complete mailing address on file"),
    ],
)
def test_a_home_that_cannot_be_written_to_is_named(household, setting, ines, change, why):
    hearing = setting(household("Ana", **change))
    with pytest.raises(NotAllowed, match=why):
        actions.invite(hearing=hearing, by=ines)
    assert not hearing.invitations.exists()


def test_a_restricted_contact_is_never_told(household, setting, ines, district):
    hearing = setting(household("Ana"))
    FamilyLink.objects.update(restrictions="Court order")
    with pytest.raises(NotAllowed, match="Nobody on file may receive this notice"):
        actions.invite(hearing=hearing, by=ines)


def test_a_foster_student_needs_the_copies_that_the_law_asks_for(household, setting, ines, district):
    one = household("Ana")
    Program.objects.create(student_id=one.student_id, program="Foster", begins_on=TODAY, arrival=district.arrival)
    with pytest.raises(NotAllowed, match="No attorney is on file for a copy"):
        actions.invite(hearing=setting(one), by=ines)


def test_siblings_of_one_home_are_named_in_one_letter_and_another_home_gets_its_own(household, setting, ines, district):
    ana = household("Ana")
    leo = household("Leo", mother=Contact.objects.get(family="Reyes 1"))
    leo.joined = ana
    leo.save()
    father = Contact.objects.create(key="F-1", given="Sam", family="Lund", address="9 Elm Street", city="Rosalia",
                                    state="CA", postal="90099", arrival=district.arrival)  # fmt: skip
    FamilyLink.objects.create(student_id=leo.student_id, contact=father, relation="Father", guardian=True,
                              rights_holder=True, priority=2, mailing=True, arrival=district.arrival)  # fmt: skip
    hearing = setting(ana, leo)
    actions.invite(hearing=hearing, by=ines)
    both, his = hearing.invitations.filter(member=None).order_by("pk")
    assert "Dear family of Ana and Leo" in both.text
    assert (his.to, "Ana" in his.text, "Leo" in his.text) == ("Sam Lund", False, True)


def test_letters_go_to_the_post_and_the_notice_runs_from_then(invited, day, ines, settings):
    hearing, _ = invited()
    passes_to(settings, TODAY + timedelta(2))
    assert actions.mailed(day=day, by=ines) == 1
    letter = of_family(hearing)
    assert (letter.state, letter.told_on) == ("sent", TODAY + timedelta(2))
    assert letter.proof == "Given to the post on October 5, 2025 by Ines Quiroga"
    with pytest.raises(NotAllowed, match="No letter of this day waits"):
        actions.mailed(day=day, by=ines)


def test_proof_and_answers_are_kept(invited, ines):
    hearing, _ = invited()
    mine = of_family(hearing)
    for change, why in (({"proof": " "}, "Say how you know"), ({"on": TODAY + timedelta(1)}, "choose that day, today")):
        with pytest.raises(NotAllowed, match=why):
            actions.delivered(invitation=mine, by=ines, **({"proof": "Signed for by the mother"} | change))
    actions.delivered(invitation=mine, proof="Signed for by the mother", by=ines)
    answered = actions.answer(invitation=mine, answer="comes", by=ines, childcare=True, transport=False)
    assert (answered.state, answered.proof) == ("delivered", "Signed for by the mother")
    assert (answered.answer, answered.childcare, answered.transport) == ("comes", True, False)
    other = hearing.invitations.filter(contact=None).first()
    assert actions.answer(invitation=other, answer="refuses", by=ines).state == "delivered"
    with pytest.raises(NotAllowed, match="Choose what they say"):
        actions.answer(invitation=mine, answer="none", by=ines)
    assert verbs()[-3:] == [
        "panels.invitation_delivered", "panels.invitation_answered", "panels.invitation_answered",
    ]  # fmt: skip


def test_a_letter_that_came_back_is_owed_again(invited, ines):
    hearing, _ = invited()
    actions.returned(invitation=of_family(hearing), why="Moved", by=ines)
    [due] = owed(hearing, family_of(hearing, TODAY))
    assert (due.name, due.again) == ("Marisol Reyes 1", False)
    [again] = actions.invite(hearing=hearing, by=ines, channel="hand")
    assert (again.channel, again.digest != "") == ("hand", True)
    with pytest.raises(NotAllowed, match="recorded as returned"):
        actions.delivered(invitation=hearing.invitations.filter(state="returned").get(), proof="?", by=ines)


def test_a_hearing_that_moved_owes_everybody_a_new_word(invited, day, ines):
    hearing, _ = invited()
    actions.mailed(day=day, by=ines)
    actions.deliver()
    moved = actions.move_hearing(hearing=hearing, room="Room 4", start=at(day.on, 11), by=ines)
    due = owed(moved, family_of(moved, TODAY))
    assert len(due) == 6
    assert all(one.again for one in due)
    actions.invite(hearing=moved, by=ines)
    assert "at 11:00" in of_family(moved).text
    assert "this letter counts" in of_family(moved).text


def test_letters_that_have_not_left_do_not_leave_for_a_time_that_is_no_more(invited, day, ines):
    hearing, _ = invited()
    actions.move_hearing(hearing=hearing, room="Room 5", start=at(day.on, 9), by=ines)
    assert {row.state for row in hearing.invitations.all()} == {"failed"}
    with pytest.raises(NotAllowed, match="No letter of this day waits"):
        actions.mailed(day=day, by=ines)


@pytest.mark.parametrize("end", [actions.unset_hearing, actions.call_off])
def test_who_was_invited_is_told_that_it_does_not_take_place(invited, day, ines, outbox, end):
    hearing, _ = invited(language="es", channel="email")
    actions.deliver()
    outbox.all().delete()
    end(hearing=hearing, why="The chair is ill.", by=ines)
    actions.deliver()
    told = of_family(hearing, "called_off")
    assert "La reunión no se hará" in told.text
    assert "The chair is ill" not in told.text
    assert outbox.filter(to="home1@example.org", attached=told.digest).count() == 1
    assert outbox.filter(body__contains="1 hearing will not take place").count() == 5
    assert last_line(end.__name__.replace("call_off", "hearing_called_off").replace("unset_hearing", "hearing_unset")
                     ).detail["told"] == 6  # fmt: skip


def test_who_was_told_already_that_it_is_off_is_not_told_again(invited, household, setting, day, ines):
    hearing, _ = invited()
    actions.mailed(day=day, by=ines)
    actions.deliver()
    off = actions.unset_hearing(hearing=hearing, why="Another day.", by=ines)
    again = setting(off.referrals.get(), hour=11)
    assert again.pk == off.pk
    actions.call_off(hearing=again, why="Not at all.", by=ines)
    assert again.invitations.filter(what="called_off").count() == 6


def test_where_no_letter_can_be_written_any_more_somebody_calls(invited, day, ines):
    hearing, _ = invited()
    actions.mailed(day=day, by=ines)
    FamilyLink.objects.update(restrictions="Court order")
    actions.call_off(hearing=hearing, why="Over.", by=ines)
    told = of_family(hearing, "called_off")
    assert (told.channel, told.state, told.digest) == ("call", "queued", "")
    assert "Tell them by telephone" in told.note


def test_a_whole_day_is_invited_and_who_was_left_out_is_named(household, setting, day, ines):
    setting(household("Ana"))
    other = setting(household("Leo", language="hy"), hour=10)
    made, left = actions.invite_day(day=day, by=ines)
    assert len(made) == 6
    [(hearing, why)] = left
    assert hearing == other
    assert "Nobody has approved the wording in Հայերեն yet" in why
    LanguageApproval.objects.create(language="hy", digest=_digest("hy"), read_by="Anahit", by=ines)
    made, left = actions.invite_day(day=day, by=ines)
    assert (len(made), left) == (6, [])
    assert of_family(other).language == "hy"


def _digest(language: str) -> str:
    from firstbell.letters.wording import wording

    return wording(language).digest


def test_everybody_is_reminded_a_week_and_a_day_ahead(invited, day, ines, outbox, settings):
    hearing, _ = invited(language="es", text=True)
    actions.mailed(day=day, by=ines)
    actions.deliver()
    outbox.all().delete()
    assert actions.remind(day.on - timedelta(8)) == 0
    passes_to(settings, day.on - timedelta(7))
    assert actions.remind(day.on - timedelta(7)) == 6
    assert actions.remind(day.on - timedelta(7)) == 0
    actions.deliver()
    said = outbox.get(channel="text")
    assert said.to == "+12135550001"
    assert said.body.startswith("Recordatorio: nos vemos el vie, 24 de oct de 2025, a las 9:00")
    assert "Ana" not in said.body
    assert "A reminder: you sit at 1 hearing." in outbox.filter(channel="email").first().body
    assert of_family(hearing).reminded_on == day.on - timedelta(7)
    assert actions.remind(day.on - timedelta(3)) == 0
    assert actions.remind(day.on - timedelta(1)) == 6
    assert actions.remind(day.on) == 0
    assert last_line("reminded").detail == {"messages": 6}


def test_a_night_that_was_skipped_is_caught_up_once(invited, day, ines):
    invited()
    actions.mailed(day=day, by=ines)
    actions.deliver()
    assert actions.remind(day.on - timedelta(4)) == 6
    assert actions.remind(day.on - timedelta(4)) == 0


@pytest.mark.parametrize(
    ("more", "channel"),
    [({"text": True}, "text"), ({}, "email"), ({"email": ""}, "call")],
    ids=["text", "mail", "call"],
)
def test_a_family_is_reminded_the_way_it_can_be(invited, day, ines, more, channel):
    hearing, _ = invited(**more)
    actions.mailed(day=day, by=ines)
    actions.remind(day.on - timedelta(7))
    assert of_family(hearing, "reminder").channel == channel


def test_nobody_is_reminded_of_what_moved_or_was_refused_or_barred(invited, day, ines):
    hearing, _ = invited()
    actions.mailed(day=day, by=ines)
    actions.deliver()
    actions.answer(invitation=of_family(hearing), answer="refuses", by=ines)
    assert actions.remind(day.on - timedelta(7)) == 5
    actions.move_hearing(hearing=hearing, room="Room 5", start=at(day.on, 9), by=ines)
    assert actions.remind(day.on - timedelta(1)) == 0
    other, _ = invited("Leo", hour=11)
    actions.mailed(day=day, by=ines)
    FamilyLink.objects.update(restrictions="Court order")
    actions.remind(day.on - timedelta(7))
    assert of_family(other, "reminder").channel == "call"


def test_a_message_under_way_when_the_program_died_is_not_sent_again(invited, outbox):
    hearing, _ = invited()
    row = hearing.invitations.filter(channel="email").first()
    Invitation.objects.filter(pk=row.pk).update(state="sending")
    actions.deliver()
    row.refresh_from_db()
    assert (row.state, outbox.filter(to=row.address).count()) == ("failed", 0)
    assert "before it is sent again" in row.note


def test_a_real_mail_server_gets_letter_and_calendar_file_and_a_refusal_is_kept(invited, post):
    hearing, _ = invited(channel="email")
    tom = hearing.panel.members.get(seat="probation")
    post.refuse = tom.email
    assert actions.deliver() == 5
    sent = {one["To"]: one for one in (message_from_bytes(raw, policy=policy.default) for raw in post.got)}
    parts = {part.get_content_type() for part in sent["home1@example.org"].iter_attachments()}
    assert parts == {"application/pdf", "text/calendar"}
    [invite] = [part for part in sent["home1@example.org"].iter_attachments() if part.get_filename() == "meeting.ics"]
    assert "SUMMARY:Meeting at school district" in invite.get_content()
    refused = hearing.invitations.get(member=tom)
    assert refused.state == "failed"
    assert "no such person here" in refused.note
    assert {row.state for row in hearing.invitations.exclude(member=tom)} == {"sent"}


def test_sending_that_never_ends_is_given_up(invited):
    hearing, _ = invited()
    actions.stop_sending()
    assert {row.state for row in hearing.invitations.filter(channel="email")} == {"failed"}
    assert of_family(hearing).state == "queued"


def test_the_hearings_page_shows_what_is_known_and_takes_answers(client, invited, ines, counselor, day):
    hearing, _ = invited()
    client.force_login(ines)
    url = reverse("panels:hearing", args=[hearing.pk])
    shown = body(client.get(url))
    for words in ("everybody has been told of this time", "Marisol Reyes 1", "Waits to be sent", "Letter", "PDF"):
        assert words in shown
    mine = of_family(hearing)
    client.post(reverse("panels:mailed", args=[day.pk]), {})
    sent = {"proof": "Handed to the mother", "on": TODAY.isoformat()}
    assert client.post(reverse("panels:arrived", args=[mine.pk]), sent).status_code == 302
    assert "Say how you know" in body(client.post(reverse("panels:arrived", args=[mine.pk]), sent | {"proof": ""}), 409)
    client.post(reverse("panels:answered", args=[mine.pk]), {"answer": "other_day", "transport": "yes"})
    shown = body(client.get(url))
    assert "Arrived" in shown
    assert "Asks for another day, a ride" in shown
    assert "Asks for another day" in body(client.get(reverse("panels:day", args=[day.pk])))
    client.force_login(counselor)
    assert client.post(reverse("panels:came_back", args=[mine.pk]), {}).status_code == 404
    assert client.get(reverse("panels:invitation_pdf", args=[mine.pk])).status_code == 200


def test_a_page_invites_and_says_who_could_not_be(client, household, setting, day, ines):
    setting(household("Ana"))
    setting(household("Leo", language="hy"), hour=10)
    client.force_login(ines)
    answer = client.post(reverse("panels:invite_day", args=[day.pk]), {"channel": "letter"}, follow=True)
    shown = body(answer)
    assert "Nobody has approved the wording in Հայերեն yet" in shown
    assert "6 messages were made." in shown
    assert "1 letter waits for the post" in shown
    assert Day.objects.get(pk=day.pk).state == "planned"
    near = later(day, TODAY + timedelta(40))
    assert near.hearings.count() == 0
