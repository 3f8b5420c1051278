"""Pages of a meeting: by role, by neighbour's school, in each state, with words that are never lost."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstbell.cases import actions as cases
from firstbell.cases.actions import meetings as actions
from firstbell.cases.models import AgendaItem, Meeting, Task
from firstbell.core.models import AccessRow, User
from firstbell.roster import models as roster
from tests.cases.conftest import TODAY
from tests.cases.test_casework import stands

pytestmark = pytest.mark.django_db
DUE = TODAY + timedelta(7)
NAMES = ("Ana", "Ben", "Cyd")


@pytest.fixture
def counselor(sign_in):
    return sign_in("counselor")


@pytest.fixture
def me(counselor) -> User:
    return User.objects.get(username="counselor-0")


@pytest.fixture
def school(district):
    return district.schools[0]


@pytest.fixture
def meeting(district, school, rosa) -> Meeting:
    """Ana, Ben and Cyd, all in tier 3, in this order."""
    for place, name in enumerate(NAMES):
        pupil = district.student(f"K-{name}")
        roster.Student.objects.filter(pk=pupil.pk).update(given=name, family="Okafor")
        stands(pupil, absent=40 - 10 * place)
        cases.open_case(student=pupil, by=rosa, tier=3)
    return actions.plan_meeting(school=school, kind="attendance_team", on=TODAY, by=rosa)


@pytest.fixture
def running(meeting, rosa) -> Meeting:
    return actions.start_meeting(meeting=meeting, by=rosa)


def at(name: str, *args) -> str:
    return reverse(f"cases:{name}", args=args)


def text(answer, status: int = 200) -> str:
    assert answer.status_code == status, answer.status_code
    return re.sub(r"\s+", " ", answer.content.decode().replace("\xa0", " "))


def up(meeting: Meeting) -> AgendaItem | None:
    return meeting.items.filter(since__isnull=False).select_related("student").first()


def told(meeting: Meeting, to: str, **more) -> dict[str, object]:
    meeting.refresh_from_db()
    return {"version": meeting.version, "item": up(meeting).pk, "to": to, "said": up(meeting).decision} | more


# -- who sees it -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "sees", "works"),
    [
        ("counselor", True, True), ("clerk", True, False), ("principal", True, False), ("coordinator", True, True),
        ("director", True, True), ("engineer", False, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do(sign_in, meeting, school, rosa, role, sees, works):
    client = sign_in(role, at=None if role in ("director", "engineer") else 0)
    listed, page = client.get(at("meetings")), client.get(at("meeting", meeting.pk))
    assert (listed.status_code == 200, page.status_code == 200) == (sees, sees)
    assert ("Plan it" in listed.content.decode()) is works
    assert ("Start the meeting" in page.content.decode()) is works
    planned = client.post(at("meeting_plan"), {"school": school.pk, "kind": "sspt", "on": TODAY.isoformat()})
    assert planned.status_code == (302 if works else 404)
    assert Meeting.objects.filter(kind="sspt").exists() is works
    client.post(at("meeting_start", meeting.pk), {"version": 1})
    meeting.refresh_from_db()
    assert (meeting.state == "running") is works
    if not works:
        actions.start_meeting(meeting=meeting, by=rosa)
    during = client.get(at("meeting", meeting.pk))
    if sees:
        assert ("Decide</button>" in during.content.decode()) is works
        assert ("this is what there is so far" in during.content.decode()) is not works


def test_a_neighbours_meeting_is_not_there(sign_in, running):
    client, item = sign_in("counselor", at=1), up(running)
    assert client.get(at("meeting", running.pk)).status_code == 404
    assert "Attendance team of" not in text(client.get(at("meetings")))
    for name, pk in (("meeting_say", running.pk), ("meeting_close", running.pk), ("meeting_add", running.pk),
                     ("meeting_start", running.pk), ("meeting_up", item.pk), ("meeting_off", item.pk)):  # fmt: skip
        assert client.post(at(name, pk), {"version": running.version, "present": "x"}).status_code == 404, name
    running.refresh_from_db()
    assert running.state == "running"


def test_a_neighbours_school_cannot_be_chosen(counselor, district):
    sent = {"school": district.schools[1].pk, "kind": "sspt", "on": TODAY.isoformat()}
    assert "Select a valid choice" in text(counselor.post(at("meeting_plan"), sent), 409)


def test_a_neighbours_student_cannot_be_added(counselor, meeting, district):
    other = district.student("other", at=1)
    assert "Nobody at School 1" in text(counselor.get(at("meeting", meeting.pk), {"q": "other"}))
    assert counselor.post(at("meeting_add", meeting.pk), {"student": other.pk, "version": 1}).status_code == 404


def test_each_student_shown_is_in_the_access_log(counselor, running):
    counselor.get(at("meeting", running.pk))
    keys = AccessRow.objects.filter(route="cases:meeting").values_list("student_id", flat=True)
    assert set(keys) == set(running.items.filter(position__lte=2).values_list("student_id", flat=True))


def test_looking_at_an_address_that_writes_leads_to_the_meeting(counselor, running):
    for name, pk in (("meeting_say", running.pk), ("meeting_start", running.pk), ("meeting_up", up(running).pk)):
        assert counselor.get(at(name, pk)).headers["Location"] == at("meeting", running.pk)
    assert counselor.get(at("meeting_plan")).headers["Location"] == at("meetings")


# -- states ------------------------------------------------------------------------------------------------------------


def test_nothing_yet(counselor):
    assert "No meeting yet" in text(counselor.get(at("meetings")))


def test_a_meeting_in_which_nobody_is_pressing(counselor, school):
    answer = counselor.post(at("meeting_plan"), {"school": school.pk, "kind": "sspt", "on": TODAY.isoformat()})
    page = text(counselor.get(answer.headers["Location"]))
    assert "Nobody is pressing" in page
    assert "Start the meeting" not in page


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"on": (TODAY - timedelta(1)).isoformat()}, "is past"),
        ({"kind": "party"}, "Select a valid"),
        ({"on": ""}, "Say"),
    ],
)
def test_what_cannot_be_planned_says_why(counselor, school, more, words):
    sent = {"school": school.pk, "kind": "sspt", "on": TODAY.isoformat()} | more
    assert words in text(counselor.post(at("meeting_plan"), sent), 409)


def test_the_agenda_is_changed_without_script(counselor, meeting, district):
    late = district.student("K-9")
    found = text(counselor.get(at("meeting", meeting.pk), {"q": "k-9"}))
    assert f'name="student" value="{late.pk}"' in found
    counselor.post(at("meeting_add", meeting.pk), {"student": late.pk, "version": 1})
    counselor.post(at("meeting_up", meeting.items.get(student=late).pk), {"version": 2})
    counselor.post(at("meeting_down", meeting.items.get(position=1).pk), {"version": 3})
    counselor.post(at("meeting_off", meeting.items.get(student__given="Cyd").pk), {"version": 4})
    order = list(meeting.items.order_by("position").values_list("student__given", flat=True))
    assert order == ["Ben", "Ana", "Noor"]
    stale = counselor.post(at("meeting_off", meeting.items.first().pk), {"version": 4}, follow=True)
    assert "Nothing of theirs was overwritten" in text(stale)
    assert meeting.items.count() == 3


def test_the_agenda_says_who_left_meanwhile(counselor, meeting, district):
    roster.Student.objects.filter(given="Ben").update(school=district.schools[1])
    page = text(counselor.get(at("meeting", meeting.pk)))
    assert page.count("left meanwhile") == 1
    assert page.count('class="who"') == 2


def test_the_running_page_has_what_a_team_needs(counselor, running, rosa):
    ana = up(running).student
    cases.write_note(student=ana, lock="open", text="Bus 7.", by=rosa)
    cases.write_note(student=ana, lock="sealed", text="Confided.", by=rosa)
    cases.write_note(student=ana, lock="restricted", text="Between us.", by=rosa, readers=[rosa])
    page = text(counselor.get(at("meeting", running.pk)))
    for words in ("Ana Okafor", "1 of 3", "In tier 3.", "40</b> of 100 days", "ten weeks", "Bus 7.", "data-runs=",
                  "Next: <span dir=\"auto\">Ben Okafor", "nobody has reached the family yet"):  # fmt: skip
        assert words in page, words
    assert "Confided." not in page
    assert "Between us." not in page
    assert "Back</button>" not in page


def test_words_and_a_decision_are_kept_and_the_next_comes_up(counselor, running, me):
    sent = told(
        running, "next", kind="visit", owner=me.pk, due_on=DUE.isoformat(), text="Ask about the bus", said="Moved."
    )
    page = text(counselor.post(at("meeting_say", running.pk), sent, follow=True))
    assert "Ana Okafor: Ask about the bus." in page
    assert "2 of 3" in page
    task = Task.objects.get()
    assert (task.owner, task.due_on, task.kind, task.source) == (me, DUE, "visit", "decision")
    ana = running.items.get(position=1)
    assert (ana.state, ana.decision, list(ana.tasks.all())) == ("discussed", "Moved.", [task])


def test_decide_stays_and_skip_and_back_move(counselor, running, me):
    sent = told(running, "decide", kind="call", owner=me.pk, due_on=DUE.isoformat())
    page = text(counselor.post(at("meeting_say", running.pk), sent, follow=True))
    assert "<b>Call home</b>: Hugo Petrosyan" in page
    assert "1 of 3" in page
    counselor.post(at("meeting_say", running.pk), told(running, "skip"))
    assert up(running).student.given == "Ben"
    counselor.post(at("meeting_say", running.pk), told(running, "back"))
    assert up(running).student.given == "Ana"
    running.refresh_from_db()
    for _ in range(3):
        counselor.post(at("meeting_say", running.pk), told(running, "skip"))
        if up(running) is None:
            break
    page = text(counselor.get(at("meeting", running.pk)))
    assert "Everybody had their turn" in page
    running.refresh_from_db()
    counselor.post(at("meeting_say", running.pk), {"version": running.version, "to": "back"})
    assert up(running).student.given == "Cyd"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "Say what is decided, or what was said."), ({"text": "Bus"}, "Choose what is to be done."),
        ({"kind": "call", "owner": ""}, "Say who does it."), ({"kind": "call", "due_on": ""}, "Say by which day."),
        ({"kind": "call", "due_on": (TODAY - timedelta(1)).isoformat()}, "is past"),
        ({"kind": "other"}, "Say what is to be done."), ({"said": "x" * 501}, "at most 500"),
    ],
)  # fmt: skip
def test_what_cannot_be_saved_keeps_every_word(counselor, running, me, more, words):
    sent = {"owner": me.pk, "due_on": DUE.isoformat(), "said": "", **more}
    page = text(counselor.post(at("meeting_say", running.pk), told(running, "decide", **sent)), 409)
    assert words in page
    assert more.get("text", "") in page
    assert not Task.objects.exists()


def test_private_words_are_kept_only_after_they_were_read_again(counselor, running):
    sent = told(running, "next", said="I fear <b>neglect</b>.")
    page = text(counselor.post(at("meeting_say", running.pk), sent), 409)
    assert "in writing within 36 hours" in page
    assert "I fear &lt;b&gt;neglect" in page
    assert up(running).student.given == "Ana"
    counselor.post(at("meeting_say", running.pk), sent | {"careful": "on"})
    assert running.items.get(position=1).decision == "I fear <b>neglect</b>."


def test_whoever_comes_second_is_told_and_loses_no_word(counselor, running, rosa, me):
    sent = told(running, "next", said="Late words.")
    actions.go_on(meeting=running, to="next", by=rosa)
    page = text(counselor.post(at("meeting_say", running.pk), sent, follow=True))
    assert "Ben Okafor is talked about now." in page
    assert "You had written: Late words." in page
    assert not running.items.exclude(decision="").exists()
    sent = told(running, "decide", kind="call", owner=me.pk, due_on=DUE.isoformat(), said="Mine.")
    actions.note_words(item=up(running), said="Theirs.", by=rosa)
    page = text(counselor.post(at("meeting_say", running.pk), sent), 409)
    assert "Nothing of theirs was overwritten" in page
    assert 'On record: <span dir="auto">Theirs.' in page
    assert 'value="Mine."' in page
    running.refresh_from_db()
    assert f'name="version" value="{running.version}"' in page
    assert not Task.objects.exists()


def test_a_student_who_left_is_named_and_nothing_else(counselor, running, district, me):
    ana = up(running)
    roster.Student.objects.filter(pk=ana.student_id).update(school=district.schools[1])
    page = text(counselor.get(at("meeting", running.pk)))
    assert "No longer a student of School 1" in page
    assert "40</b> of 100 days" not in page
    assert "Decide</button>" not in page
    assert not AccessRow.objects.filter(student_id=ana.student_id, route="cases:meeting").exists()
    sent = told(running, "decide", kind="call", owner=me.pk, due_on=DUE.isoformat())
    assert "their new school decides" in text(counselor.post(at("meeting_say", running.pk), sent), 409)
    counselor.post(at("meeting_say", running.pk), told(running, "skip"))
    assert up(running).student.given == "Ben"


def test_the_recap_has_who_was_there_and_what_was_decided(counselor, sign_in, running, rosa, me):
    ana = up(running).student
    cases.write_note(student=ana, lock="sealed", text="Confided.", by=rosa)
    cases.write_note(student=ana, lock="open", text="Bus 7.", by=rosa)
    sent = told(running, "next", kind="plan", owner=me.pk, due_on=DUE.isoformat(), said="Moved in March.")
    counselor.post(at("meeting_say", running.pk), sent)
    running.refresh_from_db()
    refused = counselor.post(at("meeting_close", running.pk), {"version": running.version, "present": ""}, follow=True)
    assert "Say who was there." in text(refused)
    closing = {"version": running.version, "present": "Hugo Petrosyan, Ms Lind"}
    counselor.post(at("meeting_close", running.pk), closing)
    late = counselor.post(at("meeting_say", running.pk), sent | {"said": "Too late."}, follow=True)
    assert "This meeting is closed" in text(late)
    assert "You had written: Make or review the plan. Too late." in text(late)
    page = text(sign_in("principal").get(at("meeting", running.pk)))
    for words in (
        "Ms Lind", "Ana Okafor", "Moved in March.", "<b>Make or review the plan</b>: Hugo Petrosyan, by Fri",
        "1 student talked about, 1 decision", "Skipped", "Cyd Okafor", "Confidential student record",
    ):  # fmt: skip
        assert words in page, words
    for words in ("Confided.", "Bus 7."):
        assert words not in page


def test_called_off(counselor, meeting):
    page = text(counselor.post(at("meeting_close", meeting.pk), {"version": 1}, follow=True))
    assert "Called off before it began" in page
    assert "Called off" in text(counselor.get(at("meetings")))


# -- speed -------------------------------------------------------------------------------------------------------------


def asked(client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        text(client.get(address))
    return len([one for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]])


def test_queries_do_not_grow_with_the_agenda(counselor, meeting, district, rosa, me):
    def grow() -> None:
        for place in range(6):
            pupil = district.student(f"more-{place}")
            actions.add_to_agenda(meeting=meeting, student=pupil, by=rosa)

    address = at("meeting", meeting.pk)
    few = asked(counselor, address)
    grow()
    assert asked(counselor, address) == few <= 15
    actions.start_meeting(meeting=meeting, by=rosa)
    assert asked(counselor, address) <= 60  # two students' whole pictures, the next one's too
    for _ in range(3):
        actions.decide(item=up(meeting), kind="call", owner=me, due_on=DUE, by=rosa)
        actions.go_on(meeting=meeting, to="next", by=rosa)
    running = asked(counselor, address)
    actions.close_meeting(meeting=meeting, present="x", by=rosa)
    assert asked(counselor, address) <= 15
    assert running <= 60
