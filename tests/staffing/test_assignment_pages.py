"""Proposing, changing by hand and putting into force: states, journal lines, refusals, pages by role and place."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from firstbell.core.models import JournalLine
from firstbell.core.refusals import NotAllowed
from firstbell.staffing.actions import assign, assignment, credentials
from firstbell.staffing.models import Placement, Post, Proposal, Purchase
from firstbell.staffing.queries import assignment as queries
from firstbell.staffing.queries import scope_of
from tests import staff
from tests.staffing.conftest import TODAY, somebody

pytestmark = pytest.mark.django_db
START = date(2026, 9, 21)  # a Monday


@pytest.fixture
def samir(town):
    return somebody("Samir Haddad", "director")


def bought(school, tenths: int, by, **more) -> Purchase:
    """An approved purchase of so many half days a week."""
    days = date(2026, 8, 12), date(2027, 6, 11)
    return staff.bought(school, *days, by=by, funds=[("general", tenths)], **more)


@pytest.fixture
def ready(town, samir, rosa) -> Proposal:
    """Six half days at Maple and six at Cedar, one person with ten, worked out."""
    bought(town.maple, 6, samir, languages=["es"])
    bought(town.cedar, 6, samir)
    made = assignment.propose(fiscal_year=2027, begins=START, by=samir)
    return assignment.work_out(proposal=made.pk, needs={town.maple.pk: 80, town.cedar.pk: 20}, seconds=2)


def said(verb: str) -> int:
    return JournalLine.objects.filter(verb=verb).count()


def forced(one: Proposal, by) -> list[Post]:
    """Put into force, as the worker does it."""
    assignment.put_in_force(proposal=one, seen=one.version, by=by)
    (job,) = ProcrastinateJob.objects.filter(task_name=assignment.FORCE)
    return assignment.carry_out(**job.args)


def test_asking_leaves_a_job_and_working_out_places_people(ready, town, rosa):
    assert ProcrastinateJob.objects.filter(task_name="staffing.propose").count() == 1
    assert ready.state == "ready"
    assert ready.value <= ready.bound
    placed = {one.purchase.school: sum(one.halves) for one in queries.placements(ready)}
    assert placed == {town.maple: 6, town.cedar: 4}  # the greater need is served whole
    assert [(one.purchase.school, one.halves) for one in queries.left(ready, scope_of(ready.by, TODAY))] == [
        (town.cedar, 2)
    ]
    assert (said("staffing.proposal_asked"), said("staffing.proposed")) == (1, 1)


def test_working_out_twice_is_once(ready):
    assignment.work_out(proposal=ready.pk, needs={})
    assert Placement.objects.count() == 2
    assert said("staffing.proposed") == 1


def test_two_at_once_are_not_worked_out(town, samir):
    assignment.propose(fiscal_year=2027, begins=START, by=samir)
    with pytest.raises(NotAllowed, match="worked out already"):
        assignment.propose(fiscal_year=2027, begins=START, by=samir)


@pytest.mark.parametrize("begins", [date(2026, 6, 30), date(2027, 7, 1)])
def test_a_day_outside_the_year_is_refused(town, samir, begins):
    with pytest.raises(NotAllowed, match="no day of the fiscal year"):
        assignment.propose(fiscal_year=2027, begins=begins, by=samir)


def test_giving_up_says_so(town, samir):
    made = assignment.propose(fiscal_year=2027, begins=START, by=samir)
    assignment.give_up(proposal=made.pk)
    made.refresh_from_db()
    assert (made.state, said("staffing.proposal_failed")) == ("failed", 1)
    assert "Ask for it again" in made.said


def test_in_force_the_placements_are_posts_and_give_scope(ready, town, rosa, samir):
    assert town.maple.pk not in scope_of(rosa, START).schools
    made = forced(ready, samir)
    assert {post.school: sum(post.week) for post in made} == {town.maple: 6 * 240, town.cedar: 4 * 240}
    assert scope_of(rosa, START).schools == {town.maple.pk, town.cedar.pk}
    assert scope_of(rosa, date(2026, 9, 20)).schools == frozenset()
    assert all(post.purchase.school == post.school for post in made)
    assert queries.wanted(2027, START, {})[0].halves == 2  # what is left to be found
    ready.refresh_from_db()
    assert (ready.state, said("staffing.assignment_in_force"), said("staffing.assigned")) == ("in_force", 1, 2)


def test_until_the_worker_comes_nothing_is_changed(ready, town, samir):
    assignment.put_in_force(proposal=ready, seen=1, by=samir)
    ready.refresh_from_db()
    assert (ready.state, ready.version, said("staffing.force_asked")) == ("going", 2, 1)
    assert not Post.objects.filter(role="counselor").exists()
    with pytest.raises(NotAllowed, match="only one that is ready"):
        assignment.drop(proposal=ready, seen=2, by=samir)
    with pytest.raises(NotAllowed, match="being put into force"):
        assignment.propose(fiscal_year=2027, begins=START, by=samir)
    assert len(assignment.carry_out(proposal=ready.pk, by=samir.pk)) == 2
    assert assignment.carry_out(proposal=ready.pk, by=samir.pk) == []  # a job may be taken up again
    assert Post.objects.filter(role="counselor").count() == 2
    assignment.give_up_force(proposal=ready.pk, by=samir.pk)
    ready.refresh_from_db()
    assert ready.state == "in_force"


def test_where_one_cannot_be_none_is_and_it_says_which(ready, town, rosa, samir):
    assignment.put_in_force(proposal=ready, seen=1, by=samir)
    credentials.withdraw(credential=rosa.credentials.get(kind="cwa"), why="Withdrawn.", by=samir, on=TODAY)
    assert assignment.carry_out(proposal=ready.pk, by=samir.pk) == []
    ready.refresh_from_db()
    assert (ready.state, said("staffing.force_refused"), said("staffing.assigned")) == ("ready", 1, 0)
    assert ready.said.startswith("Rosa Diaz at ")
    assert not Post.objects.filter(role="counselor").exists()
    assignment.put_in_force(proposal=ready, seen=2, by=samir)
    assignment.give_up_force(proposal=ready.pk, by=samir.pk)
    ready.refresh_from_db()
    assert ready.state == "ready"
    assert "Put it into force again" in ready.said


def test_one_day_has_one_assignment(ready, samir):
    other = Proposal.objects.create(fiscal_year=2027, begins_on=START, state="ready", by=samir)
    forced(ready, samir)
    with pytest.raises(NotAllowed, match="Ask for one from another day on"):
        assignment.put_in_force(proposal=other, seen=1, by=samir)


def test_hours_at_the_same_school_are_joined(town, samir, rosa):
    purchase = bought(town.maple, 6, samir)
    assign(user=rosa, role="counselor", school=town.maple, begins=date(2026, 8, 12), week=[240, 0, 0, 0, 0], tenths=1,
           by=samir, purchase=purchase)  # fmt: skip
    made = assignment.propose(fiscal_year=2027, begins=START, by=samir)
    made = assignment.work_out(proposal=made.pk, needs={}, seconds=2)
    (post,) = forced(made, samir)
    assert sum(post.week) == 6 * 240
    assert Post.objects.filter(user=rosa, span__contains=START).count() == 1


@pytest.mark.parametrize("act", [assignment.put_in_force, assignment.drop])
def test_who_comes_second_is_told(ready, samir, act):
    act(proposal=ready, seen=1, by=samir)
    with pytest.raises(NotAllowed, match="Somebody changed"):
        assignment.drop(proposal=ready, seen=1, by=samir)
    with pytest.raises(NotAllowed, match="only one that is ready"):
        assignment.drop(proposal=ready, seen=2, by=samir)


def test_by_hand(ready, town, samir, rosa):
    there = Placement.objects.get(purchase__school=town.cedar)
    mornings = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    busy = next(at for at, on in enumerate(Placement.objects.get(purchase__school=town.maple).halves) if on)
    with pytest.raises(NotAllowed, match="at another school on"):
        assignment.place(placement=there, user=rosa, halves=[int(at == busy) for at in range(10)], seen=1, by=samir)
    with pytest.raises(NotAllowed, match="ten half days"):
        assignment.place(placement=there, user=rosa, halves=[1], seen=1, by=samir)
    with pytest.raises(NotAllowed, match="not qualified"):
        assignment.place(placement=there, user=samir, halves=mornings, seen=1, by=samir)
    luz = staff.qualify(somebody("Luz Ortega"))
    with pytest.raises(NotAllowed, match="waits for 6 half days; these would be 7"):
        assignment.place(placement=there, user=luz, halves=[1] * 7 + [0] * 3, seen=1, by=samir)
    moved = assignment.place(placement=there, user=luz, halves=mornings, seen=1, by=samir)
    assert (moved.user, moved.by, said("staffing.placed_by_hand")) == (luz, samir, 1)
    assert assignment.place(placement=moved, user=luz, halves=[0] * 10, seen=2, by=samir) is None
    left = queries.left(Proposal.objects.get(), scope_of(samir, TODAY))
    assert [(one.halves, one.purchase.school) for one in left] == [(6, town.cedar)]


def test_who_is_not_qualified_or_has_another_post_is_not_looked_at(town, samir, rosa, hugo, noor):
    staff.qualify(noor)
    assert [one.key for one in queries.people(START, date(2027, 7, 1))] == [rosa.pk]


def progress(client, one: Proposal):
    return client.get(reverse("staffing:assignment", args=[one.pk]), headers={"HX-Request": "true"})


# -- pages -------------------------------------------------------------------------------------------------------------


def test_the_way_through_the_pages(client, ready, town, samir, rosa):
    client.force_login(samir)
    page = client.get(reverse("staffing:assignment", args=[ready.pk])).content.decode()
    assert "o assignment " in page
    assert "Maple School" in page
    line = Placement.objects.get(purchase__school=town.cedar)
    there = reverse("staffing:placement", args=[line.pk])
    assert "Rosa Diaz" in client.get(there).content.decode()
    told = {"version": 1, "user": rosa.pk, "halves": [str(at) for at, on in enumerate(line.halves) if on][:2]}
    assert client.post(there, told).status_code == 302
    assert "Somebody changed" in client.post(there, told).content.decode()  # twice is once
    answer = client.post(
        reverse("staffing:assignment", args=[ready.pk]), {"decide": "force", "version": 2}, follow=True
    )
    assert "It is being put into force" in answer.content.decode()
    assert "No worker is running" in progress(client, ready).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (now())")
    assert "become posts, all or none" in progress(client, ready).content.decode()
    assert "HX-Refresh" not in progress(client, ready)
    (job,) = ProcrastinateJob.objects.filter(task_name=assignment.FORCE)
    app.tasks[job.task_name].func(SimpleNamespace(job=job), **job.args)
    assert progress(client, ready)["HX-Refresh"] == "true"
    assert "In force" in client.get(reverse("staffing:assignment", args=[ready.pk])).content.decode()
    assert Post.objects.filter(user=rosa).count() == 2


def test_asking_in_the_page(client, town, samir):
    client.force_login(samir)
    there = reverse("staffing:assignments")
    assert "No proposal yet" in client.get(there).content.decode()
    assert "Say from which day" in client.post(there, {"begins": ""}).content.decode()
    assert "Being worked out" in client.post(there, {"begins": START.isoformat()}, follow=True).content.decode()
    assert "worked out already" in client.post(there, {"begins": START.isoformat()}).content.decode()


def test_a_region_sees_and_sets_its_own_schools_alone(client, ready, town, noor):
    client.force_login(noor)
    there = reverse("staffing:assignment", args=[ready.pk])
    page = client.get(there).content.decode()
    assert "Maple School" in page
    assert "Cedar School" not in page
    assert client.post(there, {"decide": "force", "version": 1}).status_code == 404
    assert client.post(reverse("staffing:assignments"), {"begins": START.isoformat()}).status_code == 404
    south = Placement.objects.get(purchase__school=town.cedar)
    north = Placement.objects.get(purchase__school=town.maple)
    assert client.get(reverse("staffing:placement", args=[south.pk])).status_code == 404
    assert client.get(reverse("staffing:placement", args=[north.pk])).status_code == 200


@pytest.mark.parametrize("role", ["counselor", "principal", "clerk"])
def test_others_find_nothing(client, ready, town, role):
    client.force_login(somebody("Ada Other", role, school=town.maple))
    assert client.get(reverse("staffing:assignments")).status_code == 404
    assert client.get(reverse("staffing:assignment", args=[ready.pk])).status_code == 404


def test_queries_do_not_grow(client, ready, town, samir):
    client.force_login(samir)
    there = reverse("staffing:assignment", args=[ready.pk])
    client.get(there)
    with CaptureQueriesContext(connection) as few:
        client.get(there)
    made = bought(town.oak, 3, samir)
    for name in ("Una One", "Dos Two", "Tri Three"):
        Placement.objects.create(
            proposal=ready, purchase=made, user=staff.qualify(somebody(name)), halves=[1] + [0] * 9
        )
    with CaptureQueriesContext(connection) as more:
        client.get(there)
    assert len(more) == len(few)
