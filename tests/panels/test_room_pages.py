"""Pages of the room, the agreements, the board, the decisions and the teachers' forms: by role, state and neighbour."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstbell.cases.models import Entry
from firstbell.core.models import AccessRow
from firstbell.panels.actions import room
from firstbell.panels.actions.decisions import decide
from firstbell.panels.actions.teachers import ask_teacher
from firstbell.panels.models import Agreement, Check, Decision, Directive, Hearing, Present, Signature, TeacherForm
from tests import staff
from tests.panels import rooms
from tests.panels.conftest import somebody
from tests.panels.rooms import *  # noqa: F403 - fixtures
from tests.panels.test_agreements import paper, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def chair(client, ines):
    client.force_login(ines)
    return client


def at(name: str, *args, query: str = "") -> str:
    return reverse(f"panels:{name}", args=args) + query


def text(answer, status: int = 200) -> str:
    assert answer.status_code == status, answer.status_code
    return re.sub(r"\s+", " ", answer.content.decode().replace("\xa0", " "))


def press(client, name: str, pk: int, status: int = 302, /, **told) -> str:
    return text(client.post(at(name, pk), told), status)


def seen(hearing: Hearing) -> int:
    return Hearing.objects.values_list("version", flat=True).get(pk=hearing.pk)


def drafted() -> int:
    return Agreement.objects.values_list("version", flat=True).first() or 0


# -- who sees it -------------------------------------------------------------------------------------------------------

READS = ("day_room", "room", "miss")
WRITES = ("room_start", "arrive", "leave", "room_say", "tried", "break_off", "hold", "add_directive", "read_back",
          "room_sign", "leave_unsigned")  # fmt: skip


@pytest.mark.parametrize(
    ("role", "runs", "reads"),
    [("chair", True, True), ("coordinator", True, True), ("director", True, True), ("counselor", False, True),
     ("clerk", False, True), ("engineer", False, False), ("teacher", False, False)],
)  # fmt: skip
def test_what_each_role_may_do(client, hearing, region, ines, role, runs, reads):
    """A school's counselor refers to the region's board and reads what it agreed, but does not run its room."""
    where = {"region": region} if role in ("chair", "coordinator") else {}
    where = {"school": hearing.school} if role in ("counselor", "clerk", "teacher") else where
    client.force_login(somebody(f"{role}.smith", role, **where))
    pages = [at("day_room", hearing.day_id), at("room", hearing.pk), at("miss", hearing.pk)]
    assert [client.get(page).status_code for page in pages] == [200 if runs else 404] * 3
    assert [client.post(at(name, hearing.pk), {}).status_code == 404 for name in WRITES] == [not runs] * len(WRITES)
    assert client.get(at("directives")).status_code == (200 if reads else 404)
    running = Hearing.objects.get(pk=hearing.pk)
    rooms.heard(rooms.begin(running, ines), ines)
    agreement, directive = Agreement.objects.get(), Directive.objects.first()
    pages = [at("agreement", agreement.pk), at("agreement_copy", agreement.pk), at("directive", directive.pk)]
    assert [client.get(page).status_code for page in pages] == [200 if reads else 404] * 3
    referral = hearing.referrals.get()
    assert client.get(at("decide", referral.pk)).status_code == (200 if runs else 404)


def test_another_regions_hearing_is_not_there(client, hearing, district):
    client.force_login(somebody("ben.cole", "principal", school=district.schools[1]))
    assert client.get(at("room", hearing.pk)).status_code == 404
    assert [client.post(at(name, hearing.pk), {"version": 1}).status_code for name in WRITES] == [404] * len(WRITES)
    assert Hearing.objects.get().state == "set"


def test_a_hearing_without_a_day_has_no_room(chair, hearing, referral):
    waiting = Hearing.objects.create(panel=hearing.panel, school=hearing.school, family=1)
    assert chair.get(at("room", waiting.pk)).status_code == 404


def test_each_student_shown_is_in_the_access_log(chair, hearing, truant):
    chair.get(at("room", hearing.pk))
    chair.get(at("day_room", hearing.day_id))
    assert set(AccessRow.objects.values_list("route", "student_id")) == {
        ("panels:room", truant.pk), ("panels:day_room", truant.pk),
    }  # fmt: skip


def test_looking_at_an_address_that_writes_leads_to_the_room(chair, running):
    for name in WRITES:
        answer = chair.get(at(name, running.pk))
        assert answer.status_code == 302, name
        assert f"/hearings/{running.pk}/room/" in answer.headers["Location"]


# -- before and during -------------------------------------------------------------------------------------------------


def test_the_day_lists_its_cases_and_the_one_that_is_up(chair, hearing, truant):
    page = text(chair.get(at("day_room", hearing.day_id)))
    assert "Open the next case" in page
    assert truant.name in page
    room.break_off(hearing=hearing, why="Ill.", by=hearing.panel.members.first().user, withdrawn=False)
    assert "Nothing is set for this day" in text(chair.get(at("day_room", hearing.day_id)))


def test_a_hearing_begins_and_people_are_marked(chair, hearing):
    page = text(chair.get(at("room", hearing.pk)))
    assert "case 1 of 1" in page
    assert "No quorum yet: 0 of 4 members" in page
    assert "A SARB does not sit without child welfare and attendance personnel." in page
    press(chair, "arrive", hearing.pk, party="family", name="Marie Baptiste", member="")
    tom = hearing.panel.members.get(name="Tom Abara")
    press(chair, "arrive", hearing.pk, party="panel", name="", member=tom.pk)
    press(chair, "room_start", hearing.pk, version=seen(hearing))
    page = text(chair.get(at("room", hearing.pk)))
    assert "No quorum yet: 1 of 4 members" in page
    assert "This board is here to help; it is not a court." in page
    there = Present.objects.get(name="Tom Abara")
    press(chair, "leave", hearing.pk, present=there.pk)
    assert "left " in text(chair.get(at("room", hearing.pk)))
    press(chair, "leave", hearing.pk, present="x")
    press(chair, "arrive", hearing.pk, party="mayor", name="Al")
    assert "Say for whom they come" in text(chair.get(at("room", hearing.pk)))


def test_words_go_on_record_and_the_script_moves(chair, running):
    told = {"version": seen(running), "part": "introduction", "text": "Everybody said who they are.", "to": "next"}
    press(chair, "room_say", running.pk, **told)
    page = text(chair.get(at("room", running.pk)))
    assert "What goes well, for the student and for the family?" in page
    press(chair, "room_say", running.pk, version=seen(running), part="strengths", text="", to="back")
    page = text(chair.get(at("room", running.pk)))
    assert "Everybody said who they are.</textarea>" in page
    assert running.said.count() == 1


def test_private_words_come_back_with_advice_and_are_not_lost(chair, running):
    told = {"version": seen(running), "part": "introduction", "text": "She has asthma.", "to": "next"}
    page = press(chair, "room_say", running.pk, 409, **told)
    assert "Health is private" in page
    assert "She has asthma.</textarea>" in page
    assert not running.said.exists()
    press(chair, "room_say", running.pk, careful="on", **(told | {"version": seen(running)}))
    assert running.said.get().text == "She has asthma."


def test_of_two_at_once_the_second_keeps_their_words_and_may_send_them_again(chair, running, ines):
    old = seen(running)
    room.go_to(hearing=running, part="strengths", by=ines)
    told = {"part": "introduction", "text": "Mine, and late.", "to": "save"}
    page = press(chair, "room_say", running.pk, 409, version=old, **told)
    assert "Nothing of theirs was overwritten" in page
    assert "Mine, and late.</textarea>" in page
    version = re.search(r'name="version" value="(\d+)"[^>]*id="id_part_version"', page).group(1)
    assert int(version) == seen(running)
    press(chair, "room_say", running.pk, version=version, **told)
    assert running.said.get().text == "Mine, and late."


def test_the_interpreter_is_missed_where_the_family_speaks_another_language(chair, running):
    running.language = "es"
    running.save(update_fields=["language"])
    assert "Spanish: no interpreter here yet" in text(chair.get(at("room", running.pk)))
    press(chair, "arrive", running.pk, party="interpreter", name=rooms.INTERPRETER, member="")
    assert "Spanish, interpreted by Luz Ortega" in text(chair.get(at("room", running.pk)))


def test_a_family_that_left_meanwhile_is_said(chair, running, truant):
    truant.live = False
    truant.save(update_fields=["live"])
    assert "at no school of the district now. Withdraw the case below" in text(chair.get(at("room", running.pk)))
    press(chair, "break_off", running.pk, 409, version=seen(running), how="withdrawn", why="")
    press(chair, "break_off", running.pk, version=seen(running), how="withdrawn", why="They moved to Fresno.")
    page = text(chair.get(at("room", running.pk)))
    assert "Called off" in page
    assert "They moved to Fresno." in page
    assert running.referrals.get().state == "withdrawn"


# -- the agreement -----------------------------------------------------------------------------------------------------


def directive(student, today, **more) -> dict[str, object]:
    told = {
        "version": drafted(), "student": student.pk, "party": "family", "who": rooms.MARIE, "what": "Brings Noor",
        "due_on": (today + timedelta(9)).isoformat(), "evidence": "word", "doing": "other", "owner": "", "target": "",
        "target_of": "", "practice": "",
    }  # fmt: skip
    return told | more


def test_an_agreement_from_the_first_word_to_the_copy(chair, running, truant, today, counselor):
    page = press(chair, "add_directive", running.pk, 409, **directive(truant, today, what=""))
    assert "Say what is done." in page
    assert 'value="Marie Baptiste"' in page
    press(chair, "add_directive", running.pk, **directive(truant, today))
    page = text(chair.get(at("room", running.pk)))
    assert "Nothing is asked of the school: what is agreed binds all sides." in page
    assert "It was read back" not in page
    page = press(chair, "add_directive", running.pk, 409, **directive(truant, today, party="school", who="Rosa Diaz"))
    assert "Name who at the school answers for it" in page
    told = directive(truant, today, party="school", who="Rosa Diaz", what="Calls by nine", owner=counselor.pk,
                     evidence="contacts", doing="call")  # fmt: skip
    press(chair, "add_directive", running.pk, **told)
    page = text(chair.get(at("room", running.pk)))
    assert "Agreement: School Attendance Review Board" in page
    press(chair, "read_back", running.pk, version=drafted(), reader="Ines Quiroga")
    page = press(chair, "room_sign", running.pk, 409, version=drafted(), party="family", name="", way="typed")
    assert "Say who signs." in page
    told = {"party": "family", "name": rooms.MARIE, "way": "draw"}
    assert "Nothing is drawn yet" in press(chair, "room_sign", running.pk, 409, version=drafted(), strokes="[]", **told)
    strokes = "[[[1,2],[30,40],[50,20],[70,80]]]"
    press(chair, "room_sign", running.pk, version=drafted(), strokes=strokes, **told)
    scan = SimpleUploadedFile("any name.exe", paper(), "application/x-msdownload")
    told = {"version": drafted(), "party": "school", "name": "Rosa Diaz", "way": "paper", "scan": scan}
    assert chair.post(at("room_sign", running.pk), told).status_code == 302
    press(chair, "room_sign", running.pk, version=drafted(), party="panel", name="Ines Quiroga", way="typed")
    assert Agreement.objects.get().state == "signed"
    page = text(chair.get(at("room", running.pk)))
    assert "Copy to hand out (PDF)" in page
    assert '<polyline points="1,2 30,40 50,20 70,80">' in page
    press(chair, "hold", running.pk, version=seen(running))
    assert "The hearing was held" in text(chair.get(at("room", running.pk)))
    answer = chair.get(at("agreement_copy", Agreement.objects.get().pk))
    assert (answer.headers["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    paper_of = Signature.objects.get(method="paper")
    answer = chair.get(at("scan", paper_of.pk))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="signed-{paper_of.pk}.pdf"'


@pytest.mark.parametrize(
    ("content", "no"),
    [(b"MZ program", "no PDF, PNG or JPEG"), (b"", "The file is empty"), (picture("PNG")[:50], "damaged")],
)
def test_a_scan_that_is_none_is_refused_and_the_name_stays(chair, running, ines, content, no):
    rooms.draft(running, ines)
    rooms.read_aloud(running, ines)
    told = {"version": drafted(), "party": "family", "name": rooms.MARIE, "way": "paper",
            "scan": SimpleUploadedFile("scan.pdf", content)}  # fmt: skip
    page = text(chair.post(at("room_sign", running.pk), told), 409)
    assert no in page
    assert f'value="{rooms.MARIE}"' in page
    assert not Signature.objects.exists()


def test_a_directive_is_struck_out(chair, running, ines):
    rooms.draft(running, ines)
    row = Directive.objects.get(party="agency")
    press(chair, "drop_directive", row.pk, version=drafted())
    assert not Directive.objects.filter(pk=row.pk).exists()
    assert chair.post(at("drop_directive", row.pk), {"version": 1}).status_code == 404


def test_an_option_fills_in_the_next_directive(chair, running, truant):
    page = text(chair.get(at("room", running.pk, query=f"?practice=home-visits&student={truant.pk}")))
    assert 'value="Parent-teacher home visits"' in page
    assert '<option value="school" selected>' in page
    assert chair.get(at("room", running.pk, query="?practice=hope&side=court&student=x")).status_code == 200


def test_what_is_missing_to_hold_it_is_said(chair, running):
    answer = chair.post(at("hold", running.pk), {"version": seen(running)}, follow=True)
    assert "The agreement is neither signed nor left unsigned with a reason." in text(answer)
    press(chair, "leave_unsigned", running.pk, version=drafted(), why="They had to go.")
    press(chair, "hold", running.pk, version=seen(running))
    page = text(chair.get(at("agreement", Agreement.objects.get().pk)))
    assert "Not signed: They had to go." in page
    assert "Nothing was agreed" in page
    assert "Nobody signed." in page


# -- nobody came -------------------------------------------------------------------------------------------------------


def test_nobody_came(chair, hearing, truant, mother):
    page = text(chair.get(at("miss", hearing.pk)))
    for words in ("no invitation is on record", "not tried yet", "(213) 555-0199", "Marie Baptiste (Mother)"):
        assert words in page
    page = press(chair, "miss", hearing.pk, 409, version=seen(hearing), why="No word.", again="yes")
    assert "Try to reach them first" in page
    assert 'value="No word."' in page
    form = {name: re.search(rf'name="{name}" value="([^"]*)"', page).group(1) for name in ("key", "line", "student")}
    press(chair, "tried", hearing.pk, outcome="no_answer", said="Rang ten times.", **form)
    press(chair, "tried", hearing.pk, outcome="no_answer", said="Rang ten times.", **form)
    entry = Entry.objects.get()
    assert (entry.student, entry.contact, entry.outcome, entry.number) == (
        truant,
        mother,
        "no_answer",
        "(213) 555-0199",
    )
    assert "tried today" in text(chair.get(at("miss", hearing.pk)))
    press(chair, "miss", hearing.pk, version=seen(hearing), why="No word.", again="yes")
    page = text(chair.get(at("room", hearing.pk)))
    assert "The family did not come" in page
    assert "Nothing follows from it by itself" in page
    assert "Decide" not in page
    assert Hearing.objects.get(earlier=hearing).state == "waiting"
    assert chair.get(at("miss", hearing.pk)).status_code == 302


def test_who_was_reached_may_still_come(chair, hearing, truant, counselor):
    rooms.call(truant, counselor, outcome="reached")
    assert "it can still be held today" in text(chair.get(at("miss", hearing.pk)))
    press(chair, "room_start", hearing.pk, version=seen(hearing))
    assert Hearing.objects.get().state == "running"


# -- what follows ------------------------------------------------------------------------------------------------------


@pytest.fixture
def done(running, ines):
    rooms.heard(running, ines)
    return running


def test_the_board_is_filtered_paged_and_of_this_scope_alone(client, done, district, today, settings):
    client.force_login(somebody("ben.cole", "counselor", school=district.schools[1]))
    assert "No directive like this" in text(client.get(at("directives")))
    client.force_login(somebody("ana.ruiz", "counselor", school=done.school))
    page = text(client.get(at("directives")))
    assert "What the school does" in page
    assert "Overdue" in page
    assert text(client.get(at("directives", query="?side=agency"))).count("What the agency does") == 1
    assert "What the family does" not in text(client.get(at("directives", query="?side=agency")))
    assert "No directive like this" in text(client.get(at("directives", query="?stands=overdue")))
    settings.TODAY = (today + timedelta(11)).isoformat()
    assert "overdue" in text(client.get(at("directives", query="?stands=overdue")))
    assert client.get(at("directives", query="?side=x&stands=y&school=z&mine=1&page=9")).status_code == 200


def test_a_check_is_said_by_who_refers_and_read_by_others(client, done, today, settings):
    settings.TODAY = (today + timedelta(10)).isoformat()
    row = Check.objects.filter(directive__party="family").first()
    client.force_login(somebody("cleo.park", "clerk", school=done.school))
    assert "Say so" not in text(client.get(at("directive", row.directive_id)))
    assert client.post(at("check", row.pk), {"outcome": "kept"}).status_code == 404
    client.force_login(somebody("ana.ruiz", "counselor", school=done.school))
    page = text(client.get(at("directive", row.directive_id)))
    assert "Nobody has said yet" in page
    assert "on Mon 27 Oct it stands as not known" in page
    assert "Say whether it was kept" in press(client, "check", row.pk, 409, note="x")
    page = press(client, "check", row.pk, 409, outcome="unknown", note="")
    assert "Say why it cannot be known." in page
    press(client, "check", row.pk, outcome="broken", note="Not once.")
    page = text(client.get(at("directive", row.directive_id)))
    assert "Not once." in page
    assert "Put it right" in page
    assert client.get(at("check", row.pk)).status_code == 302


def test_a_neighbours_agreement_is_not_there(client, done, district):
    client.force_login(somebody("ben.cole", "counselor", school=district.schools[1]))
    agreement, row = Agreement.objects.get(), Directive.objects.first()
    for address in (at("agreement", agreement.pk), at("agreement_copy", agreement.pk), at("directive", row.pk),
                    at("decide", done.referrals.get().pk)):  # fmt: skip
        assert client.get(address).status_code == 404, address
    assert client.post(at("check", Check.objects.first().pk), {"outcome": "kept"}).status_code == 404


def test_only_who_runs_the_panel_reads_what_was_said(client, running, ines):
    room.say(hearing=running, part="family", text="The bus is late.", by=ines)
    rooms.heard(running, ines)
    address = at("agreement", Agreement.objects.get().pk)
    client.force_login(ines)
    assert "The bus is late." in text(client.get(address))
    client.force_login(somebody("ana.ruiz", "counselor", school=running.school))
    assert "The bus is late." not in text(client.get(address))


def test_a_decision_has_reasons_and_leads_back_to_the_referral(chair, done):
    referral = done.referrals.get()
    page = text(chair.get(at("decide", referral.pk)))
    assert "Notify the district attorney or probation" in page
    told = {"version": referral.version, "what": "close", "why": ""}
    assert "Say why: a decision without reasons is none." in press(chair, "decide", referral.pk, 409, **told)
    told |= {"what": "mediation", "why": "Two services failed.", "because": "services"}
    assert "No referral to the board stands." in press(chair, "decide", referral.pk, 409, **told)
    press(chair, "decide", referral.pk, **(told | {"what": "close", "because": ""}))
    assert Decision.objects.get().what == "close"
    assert "Nothing is to be decided now" in text(chair.get(at("decide", referral.pk)))


def test_who_may_not_confirm_steps_asks_no_court(client, done, region):
    by = somebody("paula.reed", "principal", school=done.school)
    staff.post(user=by, role="region_counselor", region=region, span=by.posts.get().span)
    client.force_login(by)
    referral = done.referrals.get()
    assert "Ask for a petition" not in text(client.get(at("decide", referral.pk)))
    told = {"version": referral.version, "what": "court", "why": "x"}
    assert "Select a valid choice" in press(client, "decide", referral.pk, 409, **told)


def test_what_an_agency_reports_is_written_down(chair, done, ines, today):
    made = decide(referral=done.referrals.get(), what="close", why="It helped.", by=ines)
    Decision.objects.filter(pk=made.pk)
    answer = chair.post(
        at("outcome", made.pk), {"outcome": "x", "by_agency": "y", "on": today.isoformat()}, follow=True
    )
    assert "Only an agency that mediates or prosecutes reports back." in text(answer)
    answer = chair.post(at("outcome", made.pk), {"outcome": "", "by_agency": "", "on": ""}, follow=True)
    assert "Say which agency says so." in text(answer)


# -- teachers ----------------------------------------------------------------------------------------------------------


def test_teachers_are_asked_answer_and_are_listed_when_late(client, referral, counselor, district, today, settings):
    mae = somebody("mae.lund", "teacher", school=district.schools[0])
    client.force_login(counselor)
    assert "Nobody is asked yet" in text(client.get(at("teachers", referral.pk)))
    told = {"version": referral.version, "user": mae.pk, "teacher": "", "subject": "Science"}
    press(client, "teachers", referral.pk, **told)
    assert "Mae Lund was asked already" in press(client, "teachers", referral.pk, 409, **told)
    form = TeacherForm.objects.get()
    settings.TODAY = (today + timedelta(8)).isoformat()
    assert "asked, past the day, not answered" in text(client.get(at("teacher_forms")))
    client.force_login(mae)
    assert client.get("/").headers["Location"] == at("teacher_forms")
    page = text(client.get(at("teacher_forms")))
    assert "Late" in page
    assert client.get(at("room", 1)).status_code == client.get(at("referrals")).status_code == 404
    page = press(client, "teacher_form", form.pk, 409, strengths="", seen="Comes late.")
    assert "Begin with what goes well" in page
    assert "Comes late.</textarea>" in page
    page = press(client, "teacher_form", form.pk, 409, strengths="Kind.", seen="Has asthma.")
    assert "Health is private" in page
    press(client, "teacher_form", form.pk, strengths="Draws well.")
    page = text(client.get(at("teacher_form", form.pk)))
    assert "Draws well." in page
    assert "Send it to the team" not in page


def test_another_teachers_form_is_not_there(client, referral, counselor, district):
    mae, ben = (somebody(name, "teacher", school=district.schools[0]) for name in ("mae.lund", "ben.cole"))
    form = ask_teacher(referral=referral, teacher="", user=mae, by=counselor)
    client.force_login(ben)
    assert "Nobody asks you anything" in text(client.get(at("teacher_forms")))
    assert client.get(at("teacher_form", form.pk)).status_code == 404
    assert client.post(at("teacher_form", form.pk), {"strengths": "x"}).status_code == 404


# -- how much it takes -------------------------------------------------------------------------------------------------


def test_the_room_takes_no_more_queries_with_more_people_and_words(chair, running, ines, truant):
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            text(chair.get(at("room", running.pk)))
        return len(found)

    asked()
    before = asked()
    rooms.draft(running, ines)
    grown = asked()
    for number in range(5):
        room.arrive(hearing=running, party="agency", name=f"Agency {number}", by=ines)
        rooms.promise(running, ines, "family", what=f"Thing {number}")
        room.say(hearing=running, part="family", text=f"Words {number}.", by=ines)
    assert asked() == grown
    assert before <= grown <= before + 10
