"""Who opens which page, what a neighbour finds, what a form keeps, and that nothing sealed leaves but to its author."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstbell.core.models import AccessRow, JournalLine, User
from firstbell.supports import actions, urls
from firstbell.supports.models import Card, CardDay, Check, Group, Meeting, Member, Plan, Session
from tests.attendance.conftest import DAYS
from tests.supports.conftest import draft

pytestmark = pytest.mark.django_db
ROLES = {"clerk": 0, "counselor": 0, "principal": 0, "coordinator": 0, "director": None, "engineer": None}
SEES = {"clerk", "counselor", "principal", "coordinator", "director"}
WORKS = {"counselor", "coordinator", "director"}
OPENS = {
    "plan": SEES, "groups": SEES, "group": SEES, "practices": SEES, "practice": SEES, "edit": WORKS, "end": WORKS,
    "commitments": WORKS, "sessions": WORKS, "session": WORKS, "card": WORKS, "new_group": WORKS, "meet": WORKS,
    "meeting": WORKS,
}  # fmt: skip
WRITES = {"edit", "end", "commitments", "session", "card", "group", "new_group", "meet", "meeting"}
OF_STUDENT = {"plan", "edit", "end", "commitments", "sessions", "session", "card"}
SECRET = "She sleeps in the car on school nights"
SCRIPT = "<script>alert(1)</script>"
FORM = {
    "seen": 0, "strengths": "Draws", "asked_for": "A call by nine", "goal_days": 2, "goal_of": 20,
    "review_on": (DAYS[-1] + timedelta(21)).isoformat(), "agreed_by": "Noor, her mother",
    "barriers_barriers": ["sleep"],
    "promise-TOTAL_FORMS": 2, "promise-INITIAL_FORMS": 0, "promise-0-party": "family", "promise-0-text": "Phone off",
    "promise-0-who": "Mother", "promise-0-by_on": DAYS[-1].isoformat(), "promise-1-party": "school",
}  # fmt: skip
HELD = {
    "key": str(uuid4()), "kind": "individual", "on": DAYS[-1].isoformat(), "minutes": 40, "topic": "Mornings",
    "goal": "", "confided": SECRET,
}  # fmt: skip


def text(answer) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode().replace("\xa0", " "))


@pytest.fixture
def paths(plan, truant, group, members, rosa) -> dict[str, str]:
    """Every route of the slice, at things of the first school."""
    members(2)
    meeting = actions.hold_meeting(group=group, on=DAYS[12], minutes=45, topic="Steps", came=set(), by=rosa)
    given = {"student_id": truant.pk, "group_id": group.pk, "meeting_id": meeting.pk, "key": "home-visits"}
    return {
        one.name: reverse(f"supports:{one.name}", kwargs={key: given[key] for key in one.pattern.converters})
        for one in urls.urlpatterns
    }


@pytest.mark.parametrize("role", ROLES)
def test_who_opens_which_page(sign_in, paths, role):
    assert set(paths) == set(OPENS)
    client = sign_in(role, at=ROLES[role])
    for name, who in OPENS.items():
        assert client.get(paths[name]).status_code == (200 if role in who else 404), name
    before = JournalLine.objects.count()
    for name in WRITES:
        if role not in WORKS:
            assert client.post(paths[name], {"why": "x", "doing": "end"}).status_code == 404, name
    for name in set(paths) - WRITES:
        assert client.post(paths[name], {}).status_code == (405 if role in OPENS[name] else 404), name
    assert JournalLine.objects.count() == before


@pytest.mark.parametrize("role", ["counselor", "clerk", "principal"])
def test_a_neighbour_finds_nothing(sign_in, paths, role):
    client = sign_in(role, at=1)
    for name in set(paths) - {"groups", "practices", "practice", "new_group"}:
        assert client.get(paths[name]).status_code == 404, name
        assert client.post(paths[name], {"why": "x"}).status_code in (404, 405), name
    assert "Mornings" not in text(client.get(paths["groups"]))
    assert not AccessRow.objects.exists()


def test_opening_a_record_is_logged(sign_in, paths, truant):
    client = sign_in("counselor")
    for name in OF_STUDENT:
        AccessRow.objects.all()
        client.get(paths[name])
        assert AccessRow.objects.filter(student_id=truant.pk, route=f"supports:{name}").exists(), name
    client.get(paths["group"])
    assert AccessRow.objects.filter(route="supports:group").count() == 2  # each member on the roster


def test_a_plan_is_made_and_read(sign_in, truant):
    client, at = sign_in("counselor"), reverse("supports:plan", args=[truant.pk])
    empty = text(client.get(at))
    assert "No plan yet" in empty
    assert "Make a plan" in empty
    answer = client.post(reverse("supports:edit", args=[truant.pk]), FORM)
    assert answer.headers["Location"] == at
    shown = text(client.get(at))
    for words in ("At most 2 days absent in 20 school days", "Phone off", "The family: <span dir=\"auto\">Mother",
                  "Sleep and mornings", "A call by nine", "Noor, her mother", "Too early to tell"):  # fmt: skip
        assert words in shown
    assert f"{reverse('supports:practices')}?barrier=sleep" in shown
    plan = Plan.objects.get()
    assert [(one.party, one.text) for one in plan.commitments.all()] == [("family", "Phone off")]


@pytest.mark.parametrize(("change", "words"), [
    ({"goal_days": ""}, "A plan without a goal is refused"),
    ({"goal_of": ""}, "A plan without a goal is refused"),
    ({"goal_days": "few"}, "Write a whole number"),
    ({"goal_days": 20}, "is no goal"),
    ({"review_on": ""}, "Say which day"),
    ({"review_on": "2025-09-01"}, "is past"),
    ({"review_on": "2026-05-01"}, "at most 50 days away"),
    ({"agreed_by": ""}, "Say who agreed"),
    ({"strengths": "x" * 10_000}, "at most 2000 characters"),
    ({"promise-1-who": "Mr. Ochoa"}, "Say what is promised, or clear the name"),
    ({"promise-0-by_on": "soon"}, "Write the day as"),
    ({"promise-0-party": "uncle"}, "uncle is not one of the available choices"),
    ({"seen": 7}, "was ended while you had it open"),
])  # fmt: skip
def test_a_plan_that_is_none_keeps_what_was_typed(sign_in, truant, change, words):
    sent = FORM | {"asked_for": "That somebody calls by nine", "promise-0-text": "Phone off at ten"} | change
    shown = text(sign_in("counselor").post(reverse("supports:edit", args=[truant.pk]), sent))
    assert words in shown
    assert "That somebody calls by nine" in shown
    assert 'value="Phone off at ten"' in shown
    assert re.search(r'value="sleep"[^>]*checked', shown)
    assert Plan.objects.count() == 0
    if len(change.get("strengths", "")) == 10_000:
        assert "x" * 10_000 in shown


def test_half_a_form_is_said_to_be_one(sign_in, truant):
    answer = sign_in("counselor").post(reverse("supports:edit", args=[truant.pk]), {"strengths": "Draws"})
    assert "ManagementForm data is missing" in text(answer)
    assert "Draws" in text(answer)


def test_private_words_are_asked_about_before_they_stay_for_good(sign_in, truant):
    client, at = sign_in("counselor"), reverse("supports:edit", args=[truant.pk])
    assert "the words stay" not in text(client.get(at))
    sent = FORM | {"asked_for": "Help with her green card"}
    shown = text(client.post(at, sent))
    assert "(EC 234.7)" in shown
    assert "I have read this, and the words stay" in shown
    assert "Help with her green card" in shown
    assert Plan.objects.count() == 0
    assert client.post(at, sent | {"careful": "on"}).status_code == 302
    assert Plan.objects.get().asked_for == "Help with her green card"


def test_two_people_at_once_and_nothing_is_overwritten(sign_in, truant, plan):
    client, at = sign_in("counselor"), reverse("supports:edit", args=[truant.pk])
    shown = text(client.get(at))
    assert "Save as version 2" in shown
    assert 'name="seen" value="1"' in shown
    assert client.post(at, FORM | {"seen": 1}).status_code == 302
    again = text(client.post(at, FORM | {"seen": 1, "strengths": "Mine"}))
    assert "Hugo Petrosyan wrote version 2 of this plan while you had it open" in again
    assert ">Mine</textarea>" in again.replace("> Mine", ">Mine")
    assert Plan.objects.count() == 2


def test_earlier_versions_are_read_and_not_those_of_others(sign_in, truant, plan, rosa, district):
    made = actions.write_plan(student=truant, draft=draft(strengths="Runs"), by=rosa, seen=1)
    other = actions.write_plan(student=district.student("P-2"), draft=draft(), by=rosa)
    client, at = sign_in("clerk"), reverse("supports:plan", args=[truant.pk])
    assert "Runs" in text(client.get(at))
    old = text(client.get(at, {"version": plan.pk}))
    assert "An earlier version." in old
    assert "Draws, and looks after the garden." in old
    assert client.get(at, {"version": other.pk}).status_code == 404
    assert client.get(at, {"version": "x"}).status_code == 404
    assert str(made.pk) != str(plan.pk)
    assert reverse("supports:edit", args=[truant.pk]) not in old


def test_a_late_review_says_so_and_an_ended_plan_why(sign_in, truant, rosa, stand_on):
    stand_on(11)
    actions.write_plan(student=truant, draft=draft(review_on=DAYS[15]), by=rosa)
    stand_on(-1)
    client, at = sign_in("counselor"), reverse("supports:plan", args=[truant.pk])
    assert "The review is late." in text(client.get(at))
    assert "Say why the plan ends" in text(client.post(reverse("supports:end", args=[truant.pk]), {"why": ""}))
    client.post(reverse("supports:end", args=[truant.pk]), {"why": "Moved on"})
    assert "Moved on" in text(client.get(at))
    assert "Make a new plan" in text(client.get(at))


def test_a_commitment_is_checked_on_its_page(sign_in, truant, plan):
    client, at = sign_in("counselor"), reverse("supports:commitments", args=[truant.pk])
    one = plan.commitments.first()
    missing = text(client.post(at, {"commitment": one.pk, "note": "Heard it"}))
    assert "Say whether it was kept" in missing
    assert 'value="Heard it"' in missing
    assert client.post(at, {"commitment": one.pk, "state": "kept", "note": "Heard it"}).status_code == 302
    assert Check.objects.get().by.username == "counselor-0"
    assert "Kept, checked Fri 3 Oct by Hugo Petrosyan: Heard it" in text(client.get(at))
    assert "Kept" in text(client.get(reverse("supports:plan", args=[truant.pk])))


def test_a_commitment_of_another_student_is_not_there(sign_in, truant, plan, rosa, district):
    other = actions.write_plan(student=district.student("P-2"), draft=draft(), by=rosa).commitments.first()
    at = reverse("supports:commitments", args=[truant.pk])
    assert sign_in("counselor").post(at, {"commitment": other.pk, "state": "kept"}).status_code == 404
    assert Check.objects.count() == 0


def test_without_a_plan_there_is_nothing_to_check(sign_in, truant):
    assert "No plan is in force" in text(sign_in("counselor").get(reverse("supports:commitments", args=[truant.pk])))


def test_script_is_shown_as_text(sign_in, truant, group, members):
    client = sign_in("counselor")
    sent = FORM | {"strengths": SCRIPT, "asked_for": SCRIPT, "agreed_by": SCRIPT, "promise-0-text": SCRIPT}
    client.post(reverse("supports:edit", args=[truant.pk]), sent)
    client.post(reverse("supports:session", args=[truant.pk]), HELD | {"topic": SCRIPT, "confided": SCRIPT})
    client.post(reverse("supports:card", args=[truant.pk]), {"doing": "begin", "targets": SCRIPT})
    for name in ("plan", "edit", "commitments", "sessions", "card"):
        shown = text(client.get(reverse(f"supports:{name}", args=[truant.pk])))
        assert SCRIPT not in shown
        assert "&lt;script&gt;alert(1)" in shown, name


# -- sessions ----------------------------------------------------------------------------------------------------------


def test_what_was_confided_is_read_by_its_author_alone(sign_in, truant, plan, client):
    sign_in("counselor")
    assert client.post(reverse("supports:session", args=[truant.pk]), HELD).status_code == 302
    author = User.objects.get(username="counselor-0")
    assert SECRET in text(client.get(reverse("supports:sessions", args=[truant.pk])))
    for role, at in (("coordinator", 0), ("director", None), ("principal", 0), ("clerk", 0)):
        sign_in(role, at=at)
        for name in OF_STUDENT:
            answer = client.get(reverse(f"supports:{name}", args=[truant.pk]))
            assert SECRET.encode() not in answer.content, (role, name)
        if role in WORKS:
            assert "Sealed" in text(client.get(reverse("supports:sessions", args=[truant.pk])))
    client.force_login(author)
    for name in OF_STUDENT - {"sessions"}:
        assert SECRET.encode() not in client.get(reverse(f"supports:{name}", args=[truant.pk])).content, name


@pytest.mark.parametrize(("change", "words"), [
    ({"on": "2025-10-04"}, "has not happened yet"), ({"kind": ""}, "Say with whom"), ({"topic": ""}, "in a few words"),
    ({"minutes": 900}, "Minutes are from 1 to 240"), ({"confided": "x" * 30_000}, "at most 20000 characters"),
    ({"topic": "x" * 10_000}, "at most 120 characters"),
])  # fmt: skip
def test_a_session_that_is_none_keeps_what_was_typed(sign_in, truant, change, words):
    shown = text(sign_in("counselor").post(reverse("supports:session", args=[truant.pk]), HELD | change))
    assert words in shown
    assert (HELD | change)["confided"] in shown
    assert Session.objects.count() == 0


def test_the_form_offers_the_goal_and_a_key_of_its_own_and_twice_is_once(sign_in, truant, plan):
    client, at = sign_in("counselor"), reverse("supports:session", args=[truant.pk])
    first, second = text(client.get(at)), text(client.get(at))
    assert "At most 2 days absent in 20 school days" in first
    keys = [re.search(r'name="key" value="([^"]+)"', one)[1] for one in (first, second)]
    assert keys[0] != keys[1]
    for _ in range(2):
        client.post(at, HELD | {"key": keys[0]})
    assert Session.objects.count() == 1
    assert "1 session, 40 minutes this school year" in text(client.get(reverse("supports:sessions", args=[truant.pk])))


def test_before_the_first_session_the_page_says_what_to_do(sign_in, truant):
    assert "No session yet" in text(sign_in("counselor").get(reverse("supports:sessions", args=[truant.pk])))


# -- groups ------------------------------------------------------------------------------------------------------------


def test_a_group_is_begun_filled_met_and_ended_by_its_pages(sign_in, truant, district):
    client = sign_in("counselor")
    assert "No group is running" in text(client.get(reverse("supports:groups")))
    told = {"school": district.schools[0].pk, "name": "Mornings", "practice": "wraparound", "goal": "By eight",
            "begins_on": DAYS[-2].isoformat()}  # fmt: skip
    assert "Give the group a name" in text(client.post(reverse("supports:new_group"), told | {"name": ""}))
    elsewhere = client.post(reverse("supports:new_group"), told | {"school": district.schools[1].pk})
    assert "is not one of the available choices" in text(elsewhere)
    client.post(reverse("supports:new_group"), told)
    group = Group.objects.get()
    at, meet = (reverse(f"supports:{name}", args=[group.pk]) for name in ("group", "meet"))
    assert "Nobody is in this group" in text(client.get(meet))
    assert "Nobody at School 1" in text(client.post(at, {"doing": "join", "who": "N-404"}))
    assert client.post(at, {"doing": "join", "who": "p-1"}).status_code == 302
    assert "is in this group already" in text(client.post(at, {"doing": "join", "who": truant.name}))
    held = {"on": DAYS[-1].isoformat(), "minutes": 45, "topic": "Steps", "came": [truant.pk]}
    assert client.post(meet, held).status_code == 302
    again = text(client.post(meet, held))
    assert "recorded already" in again
    assert 'value="Steps"' in again
    assert "1 of 1 meeting" in text(client.get(at))
    meeting = reverse("supports:meeting", args=[Meeting.objects.get().pk])
    client.post(meeting, {"came": []})
    assert "0 of 1 meeting" in text(client.get(at))
    client.post(at, {"doing": "leave", "member": Member.objects.get().pk})
    assert Member.objects.get().ended_on == DAYS[-1]
    client.post(at, {"doing": "end"})
    assert "No group is running" in text(client.get(reverse("supports:groups")))
    assert "Mornings" in text(client.get(reverse("supports:groups"), {"show": "ended"}))


@pytest.mark.parametrize("told", [{"doing": "leave", "member": "9" * 30}, {"doing": "leave"}])
def test_a_member_who_is_not_there(sign_in, group, told):
    assert sign_in("counselor").post(reverse("supports:group", args=[group.pk]), told).status_code == 404


def test_several_of_one_name_are_told_apart_by_number(sign_in, truant, group, district):
    district.student("P-2")
    at = reverse("supports:group", args=[group.pk])
    shown = text(sign_in("counselor").post(at, {"doing": "join", "who": "noor"}))
    assert "Several have that name: Noor Baptiste (P-1), Noor Baptiste (P-2). Write the number." in shown
    assert 'value="noor"' in shown


def test_who_leads_sees_each_member_and_everyone_else_less(sign_in, group, members, rosa, client, district):
    district.arrives(DAYS[-1])
    [one] = members(1)
    at = reverse("supports:group", args=[group.pk])
    shown = text(sign_in("counselor").get(at))
    assert one.student.name in shown
    assert "Days absent" not in shown
    shown = text(sign_in("clerk").get(at))
    assert one.student.name not in shown
    assert "1 member" not in shown
    group.lead = User.objects.get(username="counselor-0")
    group.save(update_fields=["lead"])
    client.force_login(group.lead)
    assert "No change: 0 days absent in the last 11 school days" in text(client.get(at))


def test_the_list_of_groups_takes_as_many_questions_for_many_as_for_few(sign_in, district, rosa):
    client, counts = sign_in("director", at=None), []
    for n in range(3):
        actions.start_group(school=district.schools[n % 2], name=f"Group {n}", practice="wraparound", goal="x",
                            begins_on=DAYS[0], by=rosa)  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("supports:groups"))
        counts.append(len(asked))
    assert counts[1] == counts[2]


# -- cards and practices -----------------------------------------------------------------------------------------------


def test_a_card_is_begun_scored_and_ended_on_its_page(sign_in, truant):
    client, at = sign_in("counselor"), reverse("supports:card", args=[truant.pk])
    assert "Begin a card" in text(client.get(at))
    assert "4 targets are too many" in text(client.post(at, {"doing": "begin", "targets": "a\nb\nc\nd"}))
    client.post(at, {"doing": "begin", "targets": "By the bell\nHomework"})
    score = {"doing": "score", "on": DAYS[-1].isoformat(), "target_0": 2, "target_1": 1}
    assert "Give each target 0, 1 or 2 points" in text(client.post(at, score | {"target_1": ""}))
    assert CardDay.objects.count() == 0
    assert client.post(at, score).status_code == 302
    shown = text(client.get(at))
    assert "3 of 4 points on 1 day." in shown
    assert "No day was scored." in text(client.get(at, {"week": "2025-09-02"}))
    for week in ("soon", "0001-01-01", "9999-12-31"):
        assert "Week of 29 Sep" in text(client.get(at, {"week": week}))
    client.post(at, {"doing": "end"})
    assert Card.objects.get().ended_on == DAYS[-1]
    assert "ended" in text(client.get(at))


def test_practices_are_found_by_barrier_and_tier(sign_in):
    client, at = sign_in("principal"), reverse("supports:practices")
    assert "Suspension, lost privileges" in text(client.get(at))
    health = text(client.get(at, {"barrier": "health"}))
    assert "Asthma care at school" in health
    assert "Walking school bus" not in health
    assert "Suspension" not in health
    assert "None of this tier" in text(client.get(at, {"barrier": "food", "tier": "2"}))
    assert "Walking school bus" in text(client.get(at, {"barrier": "moon"}))
    shown = text(client.get(reverse("supports:practice", args=["punitive-measures"])))
    assert "Do not do this." in shown
    assert "cited from memory" not in shown  # its one source was read
    assert "cited from memory" in text(client.get(reverse("supports:practice", args=["home-visits"])))
    assert client.get(reverse("supports:practice", args=["moon"])).status_code == 404
