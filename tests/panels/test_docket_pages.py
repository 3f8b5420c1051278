"""Pages of hearing days: by role, by neighbour's student, and what happens to what was typed when the answer is no."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from firstbell.core.models import AccessRow
from firstbell.panels import actions
from firstbell.panels.models import Day, Hearing, Panel, Referral
from firstbell.panels.queries.docket import propose
from tests.notices.conftest import body
from tests.panels.conftest import at, somebody
from tests.panels.dockets import TODAY, heads, household, last_line, setting

__all__ = ["heads", "household", "setting"]


@pytest.fixture
def chair(client, ines):
    """Ines is signed in: she runs the region's board."""
    client.force_login(ines)
    return client


@pytest.fixture
def rosas(client, counselor):
    """Rosa is signed in: a counselor of the first school, who runs no review board."""
    client.force_login(counselor)
    return client


def test_the_list_and_a_new_day(chair, sarb):
    assert "No hearing day is planned" in body(chair.get(reverse("panels:days")))
    sent = {"panel": sarb.pk, "on": TODAY + timedelta(20), "opens": "08:30", "closes": "12:15", "place": "12 Alder",
            "rooms": "Room 4\nRoom 5\n", "travel_minutes": 30}  # fmt: skip
    answer = chair.post(reverse("panels:plan_day"), sent | {"closes": "08:40"})
    shown = body(answer, 409)
    assert "No hearing of 45 minutes fits in these hours." in shown
    assert "12 Alder" in shown
    assert "Room 5" in shown
    chair.post(reverse("panels:plan_day"), sent)
    day = Day.objects.get()
    assert day.rooms == ["Room 4", "Room 5"]
    assert f'href="{reverse("panels:day", args=[day.pk])}"' in body(chair.get(reverse("panels:days")))
    assert "No day is past yet" in body(chair.get(reverse("panels:days"), {"past": "yes"}))
    assert "12 Alder" in body(chair.get(reverse("panels:days"), {"panel": sarb.pk}))
    assert "No hearing day is planned" in body(chair.get(reverse("panels:days"), {"panel": "none"}))


def test_the_docket_shows_rooms_by_time_and_who_waits(chair, household, setting, day):
    one = household("Ana", waited=30, language="es")
    setting(household("Leo"))
    shown = body(chair.get(reverse("panels:day", args=[day.pk])))
    assert "Ana Reyes" in shown
    assert "waits 30 days" in shown
    assert "Spanish" in shown
    assert "Leo Reyes" in shown
    assert "Not invited yet" in shown
    assert f"?home={one.pk}" in shown
    assert AccessRow.objects.filter(student_id=one.student_id).exists()


def test_a_docket_takes_the_same_queries_however_full_it_is(
    chair, household, setting, day, django_assert_max_num_queries
):
    url = reverse("panels:day", args=[day.pk])
    setting(household("Ana"))
    household("Zoe")
    chair.get(url)
    with django_assert_max_num_queries(60) as few:
        chair.get(url)
    setting(household("Leo"), hour=10)
    setting(household("Mia"), hour=11)
    household("Max")
    with django_assert_max_num_queries(len(few.captured_queries)):
        chair.get(url)


def test_a_counselor_sees_the_day_and_no_neighbours_student(rosas, household, setting, day):
    setting(household("Ana"))
    other = setting(household("Leo", school=1, by=somebody("ken.ito")), hour=10)
    household("Mia", school=1)
    household("Zoe")
    shown = body(rosas.get(reverse("panels:day", args=[day.pk])))
    assert "Ana Reyes" in shown
    assert "Zoe Reyes" in shown
    assert "Another school's hearing" in shown.replace("&#x27;", "'")
    assert "Leo" not in shown
    assert "Mia" not in shown
    assert rosas.get(reverse("panels:hearing", args=[other.pk])).status_code == 404
    sheet = body(rosas.get(reverse("panels:day_sheet", args=[day.pk])))
    assert "Leo" not in sheet
    assert "Ana Reyes" in sheet


@pytest.mark.parametrize(
    "name", ["proposal", "set_hearing", "fix_day", "open_day_again", "call_off_day", "add_interpreter", "come_for",
             "invite_day", "mailed"],
)  # fmt: skip
def test_who_does_not_run_the_panel_changes_nothing(rosas, household, setting, day, name):
    setting(household("Ana"))
    assert rosas.post(reverse(f"panels:{name}", args=[day.pk]), {"version": day.version}).status_code == 404
    assert rosas.get(reverse(f"panels:{name}", args=[day.pk])).status_code == 404


@pytest.mark.parametrize("name", ["move_hearing", "change_seats", "waive", "invite", "unset_hearing", "call_off"])
def test_nor_a_hearing(rosas, household, setting, name):
    made = setting(household("Ana"))
    assert rosas.post(reverse(f"panels:{name}", args=[made.pk]), {"version": 2}).status_code == 404
    assert "Another time or room" not in body(rosas.get(reverse("panels:hearing", args=[made.pk])))


def test_a_proposal_is_looked_at_and_accepted_whole(chair, household, day, ines):
    household("Ana")
    household("Leo", language="hy", by=somebody("ken.ito"))
    url = reverse("panels:proposal", args=[day.pk])
    shown = body(chair.get(url))
    assert "1 household heard, 1 not" in shown
    assert "There is no interpreter for Armenian on this day." in shown
    assert not Hearing.objects.exists()
    plan = json.dumps(propose(day).as_data)
    stale = chair.post(url, {"version": day.version + 5, "plan": plan}, follow=True)
    assert "changed this docket while you had it open" in body(stale)
    bad = chair.post(url, {"version": day.version, "plan": '[{"key": "x"}]'}, follow=True)
    assert "cannot be read any more" in body(bad)
    done = chair.post(url, {"version": day.version, "plan": plan}, follow=True)
    assert "The proposal is the docket now." in body(done)
    assert Hearing.objects.get().state == "set"


def test_a_proposal_that_takes_too_long_says_so_and_offers_the_hand(chair, household, day, monkeypatch):
    """A machine too busy for the work: the page comes all the same, and names what is left to do."""
    monkeypatch.setattr("firstbell.panels.rules.solving.LIMIT", 0.0)
    household("Ana")
    household("Leo", language="hy")
    shown = body(chair.get(reverse("panels:proposal", args=[day.pk])))
    assert "0 households heard, 2 not" in shown
    assert shown.count("Not every way was tried in the time there is: set it by hand, or ask for a proposal") == 2
    assert "Nobody can be heard on this day" in shown
    assert "Accept it whole" not in shown


def test_a_hearing_is_set_by_hand_and_a_no_keeps_what_was_typed(chair, household, day, sarb):
    one = household("Ana")
    url = reverse("panels:set_hearing", args=[day.pk])
    first = body(chair.get(url, {"home": one.pk, "room": "Room 5", "start": "09:15"}))
    assert 'value="Room 5" selected' in first
    assert 'value="09:15"' in first
    members = [member.pk for member in sarb.members.all()]
    sent = {"version": day.version, "home": one.pk, "room": "Room 5", "start": "13:00", "members": members[:2],
            "waiver": "The mother agreed."}  # fmt: skip
    shown = body(chair.post(url, sent), 409)
    assert "from 1:00 pm to 1:45 pm is outside of it" in shown
    assert "2 members of the 4 it needs" in shown
    assert "The mother agreed." in shown
    assert 'value="13:00"' in shown
    answer = chair.post(url, sent | {"start": "09:15", "members": members})
    assert answer.status_code == 302
    made = Hearing.objects.get(state="set")
    assert made.span.lower == at(day.on, 9, 15)
    assert made.waiver == "The mother agreed."


def test_of_two_chairs_the_second_sends_the_same_form_again(chair, household, setting, day, marisa, sarb):
    one = household("Ana")
    seen = day.version
    setting(household("Leo"), by=marisa)
    members = [member.pk for member in sarb.members.all()]
    sent = {"version": seen, "home": one.pk, "room": "Room 4", "start": "10:00", "members": members}
    url = reverse("panels:set_hearing", args=[day.pk])
    shown = body(chair.post(url, sent), 409)
    assert "Marisa Tolentino changed this docket while you had it open" in shown
    day.refresh_from_db()
    assert f'name="version" value="{day.version}"' in shown
    assert chair.post(url, sent | {"version": day.version}).status_code == 302


def test_one_hearings_page_tells_everything_and_moves_it(chair, household, setting, day, ines):
    one = household("Ana", language="es")
    made = setting(one)
    url = reverse("panels:hearing", args=[made.pk])
    shown = body(chair.get(url))
    for words in ("Who sits", "a quorum", "No interpreter for Spanish yet", "Nobody has been told yet", "Invite them"):
        assert words in shown
    moving = {"version": Day.objects.get(pk=day.pk).version, "day": day.pk, "room": "Room 5", "start": "15:00"}
    again = body(chair.post(reverse("panels:move_hearing", args=[made.pk]), moving), 409)
    assert "is outside of it" in again
    assert 'value="15:00"' in again
    chair.post(reverse("panels:move_hearing", args=[made.pk]), moving | {"start": "11:00"})
    made.refresh_from_db()
    assert (made.room, made.span.lower) == ("Room 5", at(day.on, 11))
    version = Day.objects.get(pk=day.pk).version
    gone = reverse("panels:call_off", args=[made.pk])
    assert "Say why: it is kept." in body(chair.post(gone, {"version": version, "why": ""}), 409)
    chair.post(gone, {"version": version, "why": "The family moved."})
    assert last_line("hearing_called_off").detail["why"] == "The family moved."
    assert "It was called off." in body(chair.get(url))
    assert "The family moved." in body(chair.get(reverse("panels:day", args=[day.pk])))


def test_interpreters_and_hours_of_members(chair, day, sarb):
    url = reverse("panels:add_interpreter", args=[day.pk])
    assert "Say who interprets." in body(chair.post(url, {"version": day.version, "name": "", "language": "es"}), 409)
    chair.post(url, {"version": day.version, "name": "Luz Ortega", "language": "es"})
    day.refresh_from_db()
    assert "Luz Ortega, Spanish" in body(chair.get(reverse("panels:day", args=[day.pk])))
    tom = sarb.members.get(name="Tom Abara")
    sent = {"version": day.version, "member": tom.pk, "since": "10:00", "until": "11:00"}
    assert chair.post(reverse("panels:come_for", args=[day.pk]), sent).status_code == 302
    day.refresh_from_db()
    chair.post(reverse("panels:drop_interpreter", args=[day.interpreters.get().pk]), {"version": day.version})
    assert not day.interpreters.exists()


def test_a_wish_is_said_before_there_is_a_time(chair, household, day):
    one = household("Ana", language="ko")
    url = reverse("panels:wish", args=[one.pk])
    assert 'value="ko" selected' in body(chair.get(url))
    chair.post(url, {"wish": "morning", "language": "es"})
    assert "Spanish · morning" in body(chair.get(reverse("panels:day", args=[day.pk])))
    waits = body(chair.get(reverse("panels:hearing", args=[Hearing.objects.get().pk])))
    assert "To be set" in waits
    assert "Another time or room" not in waits


def test_the_sheet_is_for_paper(chair, household, setting, day, ines):
    setting(household("Ana"))
    shown = body(chair.get(reverse("panels:day_sheet", args=[day.pk])))
    for words in ("9:00 am", "Room 4", "Ana Reyes", "English", "Tom Abara", "Members in term"):
        assert words in shown


def test_a_day_called_off_says_why_and_takes_no_more(chair, household, day, ines):
    household("Ana")
    url = reverse("panels:call_off_day", args=[day.pk])
    chair.post(url, {"version": day.version, "why": "The heating failed."})
    shown = body(chair.get(reverse("panels:day", args=[day.pk])))
    assert "The heating failed." in shown
    assert "Propose a docket" not in shown


def test_another_regions_day_is_not_there(client, region, district, day):
    far = somebody(
        "vic.lee", "chair", region=type(region).objects.create(key="R2", name="South", arrival=district.arrival)
    )
    client.force_login(far)
    assert client.get(reverse("panels:day", args=[day.pk])).status_code == 404
    assert "No hearing day is planned" in body(client.get(reverse("panels:days")))
    assert Panel.objects.count() == 1
    assert Referral.objects.count() == 0
    assert actions.follow_up(on=TODAY).seats == 0
