"""Pages of courses and sessions: by role, for another region, with what was typed kept, in few reads."""

from datetime import date, time, timedelta

import pytest
from click.testing import CliRunner
from django.urls import reverse

from firstbell.cli import main
from firstbell.panels.models import Member, Panel
from firstbell.training.actions import courses as actions
from firstbell.training.models import Completion, Course, Proposal, Seat, Session
from tests.panels.conftest import TERM
from tests.training.conftest import body, somebody
from tests.training.test_courses import COURSE, course, plan, seat, session

__all__ = ["course", "plan", "session"]
RUN = ("new_course", "people")
EVERYBODY = ("mine", "courses", "sessions")


def at(name, *args):
    return reverse(f"training:{name}", args=args)


@pytest.fixture
def done(course, counselor, noor, today) -> Completion:
    return actions.record_completion(user=counselor, course=course, on=today, proof="County Office.", by=noor)


@pytest.fixture
def near(plan, region) -> Session:
    """A session of the region, not of the whole district."""
    return plan(region=region)


# -- by role -----------------------------------------------------------------------------------------------------------

WHERE = {"coordinator": "region", "region_counselor": "region", "chair": "region", "director": "", "fiscal": "",
         "engineer": ""}  # fmt: skip


@pytest.mark.parametrize(
    "role", ["counselor", "clerk", "principal", "teacher", "coordinator", "region_counselor", "chair", "director",
             "fiscal", "engineer"],
)  # fmt: skip
def test_everybody_learns_and_some_run_it(as_user, district, region, near, role):
    place = {"region": {"region": region}, "school": {"school": district.schools[0]}, "": {}}
    client = as_user(somebody("some.body", role, **place[WHERE.get(role, "school")]))
    reads = [client.get(at(name)).status_code for name in EVERYBODY]
    reads += [client.get(at("course", near.course_id)).status_code, client.get(at("session", near.pk)).status_code]
    assert reads == [200] * 5
    runs = 200 if role in ("coordinator", "region_counselor", "director") else 404
    assert [client.get(at(name)).status_code for name in RUN] == [runs] * 2
    for name, key in (("change_course", near.course_id), ("plan_session", near.course_id), ("sheet", near.pk)):
        assert client.get(at(name, key)).status_code == runs, name


def test_who_has_no_post_has_no_training_and_a_guest_has(as_user, region, course, plan, today):
    guest = somebody("tom.abara")
    assert as_user(guest).get(at("mine")).status_code == 404
    actions.write_course(**COURSE | {"title": "Panels", "roles": ["guest"]}, by=course.by)
    panel = Panel.objects.create(kind="sarb", name="Board", region=region, address="1 Road", board="local")
    Member.objects.create(panel=panel, name="Tom Abara", seat="probation", term=TERM, user=guest)
    shown = body(as_user(guest).get(at("mine")))
    assert "Panels" in shown
    assert "Not completed yet" in shown
    session = plan()  # for the whole district
    as_user(guest).post(at("take_seat", session.pk))
    assert Seat.objects.get(user=guest).state == "has"


def test_another_regions_sessions_and_people_are_missing(as_user, near, done, counselor, elsewhere, hugo, marisa):
    taken = seat(near, counselor)
    addresses = (at("session", near.pk), at("sheet", near.pk), at("person", counselor.pk), at("certificate", done.pk))
    for address in addresses:
        assert as_user(elsewhere).get(address).status_code == 404, address
        assert as_user(marisa).get(address).status_code == 200, address
    for address in (*addresses[1:], at("leave_seat", taken.pk)):
        assert as_user(hugo).get(address).status_code == 404, address
    assert as_user(elsewhere).post(at("take_seat", near.pk)).status_code == 404
    assert as_user(elsewhere).post(at("leave_seat", taken.pk)).status_code == 404
    assert "Diaz" not in body(as_user(elsewhere).get(f"{at('people')}?show=all"))
    assert Seat.objects.get().state == "has"


def test_a_districts_session_is_run_by_the_district_and_by_who_leads_it(as_user, plan, noor, marisa, samir):
    session = plan(led_by=noor)
    for who, runs in ((marisa, 404), (noor, 200), (samir, 200)):
        assert as_user(who).get(at("sheet", session.pk)).status_code == runs, who
    told = {"do": "cancel", "version": 1, "why": "Ill."}
    assert as_user(marisa).post(at("session", session.pk), told).status_code == 404
    assert Session.objects.get().state == "planned"


# -- my training -------------------------------------------------------------------------------------------------------


def test_my_training_says_what_is_required_near_and_done(as_user, near, done, counselor):
    shown = body(as_user(counselor).get(at("mine")))
    assert "Counts until October 3, 2027" in shown
    assert f'action="{at("take_seat", near.pk)}"' in shown
    assert "2 of 2 free" in shown
    assert at("certificate", done.pk) in shown


def test_signed_up_waiting_and_given_up(as_user, plan, region, counselor, hugo):
    session = plan(region=region, seats=1)
    answer = as_user(hugo).post(at("take_seat", session.pk), follow=True)
    assert "You have a seat." in body(answer)
    assert "Petrosyan" not in body(as_user(counselor).get(at("session", session.pk)))
    assert "You wait for a seat." in body(as_user(counselor).post(at("take_seat", session.pk), follow=True))
    assert "already" in body(as_user(counselor).post(at("take_seat", session.pk), follow=True))
    as_user(hugo).post(at("leave_seat", Seat.objects.get(user=hugo).pk))
    assert "You have a seat" in body(as_user(counselor).get(at("mine")))


def test_a_cancelled_session_says_why_to_who_had_a_seat(as_user, near, counselor, hugo, marisa):
    seat(near, counselor)
    as_user(marisa).post(at("session", near.pk), {"do": "cancel", "version": 1, "why": "The room is flooded."})
    assert "The room is flooded." in body(as_user(counselor).get(at("mine")))
    assert "The room is flooded." not in body(as_user(hugo).get(at("mine")))


def test_a_proposal_is_answered_once_with_a_reason(as_user, course, counselor, hugo, marisa):
    as_user(marisa).post(at("person", counselor.pk), {"do": "propose", "course": course.pk, "why": "Two charts."})
    made = Proposal.objects.get()
    assert "Two charts." in body(as_user(counselor).get(at("mine")))
    assert as_user(hugo).get(at("proposal", made.pk)).status_code == 404
    refused = as_user(counselor).post(at("proposal", made.pk), {"answer": "declined", "said": " "})
    assert (refused.status_code, "Say why not now" in body(refused)) == (409, True)
    as_user(counselor).post(at("proposal", made.pk), {"answer": "declined", "said": "After spring break."})
    assert "After spring break." in body(as_user(marisa).get(at("person", counselor.pk)))
    assert as_user(counselor).get(at("proposal", made.pk)).status_code == 404
    twice = as_user(marisa).post(at("person", counselor.pk), {"do": "propose", "course": course.pk, "why": "Again."})
    assert "was proposed to Rosa Diaz today already" in body(twice)


def test_a_certificate_is_a_pdf_of_ones_own(as_user, done, counselor):
    answer = as_user(counselor).get(at("certificate", done.pk))
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


def test_a_name_that_cannot_be_printed_is_said(as_user, done, counselor):
    counselor.first_name = "\U000130c0"
    counselor.save()
    assert "cannot be printed" in body(as_user(counselor).get(at("certificate", done.pk), follow=True))


# -- running it --------------------------------------------------------------------------------------------------------

WRITTEN = {"title": "Panels", "what": "Ask without blame.", "kind": "course", "minutes": 60, "months": "",
           "roles": ["guest", "chair"], "items": ["voice"]}  # fmt: skip


def test_a_course_is_written_changed_and_retired(as_user, marisa, counselor):
    client = as_user(marisa)
    answer = client.post(at("new_course"), WRITTEN)
    made = Course.objects.get()
    assert answer["Location"] == at("course", made.pk)
    assert (made.months, made.roles, made.items) == (None, ["chair", "guest"], ["voice"])
    shown = body(client.get(answer["Location"]))
    assert "SARB Chair, Outside member of a panel" in shown
    assert "The family&#x27;s voice" in shown
    client.post(at("change_course", made.pk), WRITTEN | {"title": "Panels and hearings"})
    client.post(at("retire_course", made.pk))
    assert "Panels and hearings" in body(as_user(counselor).get(f"{at('courses')}?show=retired"))
    assert "already" in body(as_user(marisa).post(at("retire_course", made.pk), follow=True))
    assert "Offer it again" in body(client.get(at("course", made.pk)))
    assert "is offered again" in body(client.post(at("retire_course", made.pk), {"do": "again"}, follow=True))
    refused = client.post(at("new_course"), WRITTEN | {"minutes": 4, "what": "Kept as typed."})
    assert (refused.status_code, "Kept as typed." in body(refused)) == (409, True)


def test_planned_changed_and_closed(as_user, course, region, south, marisa, counselor, settings, today):
    told = {"on": today + timedelta(2), "begins": "09:00", "minutes": 90, "region": region.pk, "place": "Room 4",
            "seats": 3, "led_by": marisa.pk, "note": ""}  # fmt: skip
    client = as_user(marisa)
    for wrong, why in (
        ({"region": south.pk}, "choice"), ({"region": ""}, "Choose a region"),
        ({"on": today - timedelta(1)}, "is past"),
    ):  # fmt: skip
        refused = client.post(at("plan_session", course.pk), told | wrong | {"place": "Hall of mirrors"})
        assert (refused.status_code, why in body(refused), "Hall of mirrors" in body(refused)) == (409, True, True)
    client.post(at("plan_session", course.pk), told)
    session = Session.objects.get()
    taken = seat(session, counselor)
    assert "Who came" not in body(client.get(at("session", session.pk)))
    change = {"do": "change", "version": 1, "place": "Hall", "seats": 3, "led_by": marisa.pk}
    client.post(at("session", session.pk), change)
    stale = client.post(at("session", session.pk), change | {"place": "Attic"})
    assert (stale.status_code, "a moment ago" in body(stale), "Attic" in body(stale)) == (409, True, True)
    settings.TODAY = session.on.isoformat()
    assert course.title in body(client.get(f"{at('sessions')}?show=close"))
    assert "Rosa Diaz" in body(client.get(at("sheet", session.pk)))
    close = {"do": "close", "version": 2, "came": [taken.pk]}
    assert client.post(at("session", session.pk), close).status_code == 302
    assert Completion.objects.get().user == counselor
    assert "Somebody else was first" in body(client.post(at("session", session.pk), close, follow=True))
    assert ">Came<" in body(client.get(at("session", session.pk)))
    assert course.title in body(client.get(f"{at('sessions')}?show=past"))


def test_a_region_plans_for_itself_and_a_director_for_all(as_user, course, region, south, marisa, samir):
    shown = body(as_user(marisa).get(at("plan_session", course.pk)))
    assert ("North" in shown, "South" in shown, "The whole district" in shown) == (True, False, False)
    assert "The whole district" in body(as_user(samir).get(at("plan_session", course.pk)))


def test_a_person_is_recorded_and_seated(as_user, course, near, counselor, marisa, today):
    client, address = as_user(marisa), at("person", counselor.pk)
    client.post(address, {"do": "complete", "course": course.pk, "on": today, "proof": "County Office."})
    assert Completion.objects.get().by == marisa
    refused = client.post(address, {"do": "complete", "course": course.pk, "on": date(2030, 1, 1), "proof": "Typed."})
    assert (refused.status_code, "still to come" in body(refused), "Typed." in body(refused)) == (409, True, True)
    client.post(address, {"do": "seat", "session": near.pk})
    assert Seat.objects.get().user == counselor
    assert "has a seat" in body(client.get(address))


def test_the_list_filters_and_turns(as_user, course, district, counselor, hugo, marisa, noor, today):
    assert all(name in body(as_user(marisa).get(at("people"))) for name in ("Rosa Diaz", "Hugo Petrosyan"))
    assert "Hugo" not in body(as_user(marisa).get(f"{at('people')}?named=diaz"))
    assert "Nobody fits" in body(as_user(marisa).get(f"{at('people')}?named=zzz&course={course.pk}"))
    for number in range(60):
        somebody(f"extra.person{number}", "clerk", school=district.schools[0])
    other = actions.write_course(**COURSE | {"title": "Clerks", "roles": ["clerk"]}, by=marisa)
    shown = body(as_user(marisa).get(f"{at('people')}?course={other.pk}"))
    assert "1 to 50 of 60" in shown
    assert f"course={other.pk}&amp;page=2" in shown


@pytest.mark.parametrize("odd", ["?show=zzz", "?page=x", "?page=999", "?course=x&show=soon"])
def test_odd_addresses_show_the_usual(as_user, counselor, marisa, odd):
    for name in (*EVERYBODY, "people"):
        assert as_user(marisa).get(at(name) + odd).status_code == 200


def test_pages_say_so_when_there_is_nothing(as_user, marisa):
    for name, said in (("mine", "No session is planned"), ("courses", "No courses yet"),
                       ("sessions", "No session is planned"), ("people", "No course is offered")):  # fmt: skip
        assert said in body(as_user(marisa).get(at(name)))


# -- how much is read --------------------------------------------------------------------------------------------------


def test_the_reads_do_not_grow(
    as_user, plan, region, counselor, hugo, marisa, noor, today, django_assert_max_num_queries
):
    actions.take_up_catalogue(by=None)
    for one in Course.objects.all():
        session = plan(2, of=one, region=region, begins=time(8))
        if one.key == "truancy-letters":
            seat(session, counselor)
            seat(session, hugo)
        actions.record_completion(user=counselor, course=one, on=today, proof="Seen.", by=noor)
    for who, address, most in (
        (counselor, at("mine"), 14), (counselor, at("courses"), 9), (counselor, at("sessions"), 9),
        (marisa, at("session", session.pk), 14), (marisa, f"{at('people')}?show=all", 13),
        (marisa, at("person", counselor.pk), 22),
    ):  # fmt: skip
        client = as_user(who)
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


# -- the command -------------------------------------------------------------------------------------------------------


def test_the_catalogue_from_the_command_line(db):
    first = CliRunner().invoke(main, ["training", "catalogue"])
    assert first.exit_code == 0, first.output
    assert "New: Mandated reporting" in first.output
    assert "offered already" in CliRunner().invoke(main, ["training", "catalogue"]).output
