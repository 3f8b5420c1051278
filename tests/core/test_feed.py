"""Calendar feeds: a key told once and kept as a hash, and a calendar in which no student is."""

import re
from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from firstbell.cases import actions
from firstbell.cases.models import Meeting, Task
from firstbell.core import feeds
from firstbell.core.models import FeedKey, JournalLine, User
from firstbell.desk.queries import feed as told
from firstbell.roster import models as roster
from firstbell.staffing.models import Post
from tests import staff

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 12)


@pytest.fixture
def me(settings) -> User:
    settings.TODAY = TODAY.isoformat()
    return User.objects.create(username="rosa", first_name="Rosa", last_name="Diaz")


@pytest.fixture
def school(me) -> roster.School:
    arrival = roster.Arrival.objects.create(
        known_at=timezone.now(), source="sis", label="Files", year=2026, through=TODAY
    )
    made = roster.School.objects.create(arrival=arrival, key="L", name="Lincoln Elementary School")
    staff.post(user=me, role="counselor", school=made, span=DateRange(date(2025, 8, 1), None))
    return made


@pytest.fixture
def case(me, school):
    who = roster.Student.objects.create(
        arrival=school.arrival, key="S-987", given="Marisol", family="Quintana", school=school
    )
    return actions.open_case(student=who, by=me, lead=me)


@pytest.fixture
def rested(monkeypatch):
    """Nobody waits between two readings."""
    monkeypatch.setattr(feeds, "PAUSE", timedelta(0))


def read(client, token: str, status: int = 200) -> bytes:
    answer = client.get(reverse("desk:feed", args=[token]))
    assert answer.status_code == status
    return answer.content


def events(ics: bytes) -> list[tuple[date, str]]:
    return [(one.decoded("dtstart"), str(one["summary"])) for one in Calendar.from_ical(ics).walk("vevent")]


# -- keys --------------------------------------------------------------------------------------------------------------


def test_a_key_is_unguessable_told_once_and_kept_as_a_hash(me):
    token = feeds.make_key(by=me)
    assert len(token) == feeds.LENGTH
    kept = FeedKey.objects.get()
    assert token not in kept.hashed
    assert feeds.owner_of(token) == me
    assert JournalLine.objects.filter(verb="core.feed_made", by=me).count() == 1
    assert token not in str(list(JournalLine.objects.values()))


def test_a_new_key_ends_the_old_one_and_revoking_ends_it(me, rested):
    first, second = feeds.make_key(by=me), feeds.make_key(by=me)
    assert feeds.owner_of(first) is None
    assert feeds.owner_of(second) == me
    assert feeds.revoke_key(by=me) == 1
    assert feeds.owner_of(second) is None
    assert feeds.revoke_key(by=me) == 0
    assert feeds.key_of(me) is None


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 500, "../../etc", "é" * 43, "\x00" * 43])
def test_a_wrong_key_is_404_like_any_missing_page(client, me, token):
    feeds.make_key(by=me)
    assert feeds.owner_of(token) is None
    if token and "/" not in token:
        read(client, token, 404)


def test_who_left_has_no_feed(client, me, rested):
    token = feeds.make_key(by=me)
    read(client, token)
    User.objects.update(is_active=False)
    read(client, token, 404)


def test_the_same_key_twice_in_a_moment_is_asked_to_wait(client, me):
    token = feeds.make_key(by=me)
    read(client, token)
    answer = client.get(reverse("desk:feed", args=[token]))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    FeedKey.objects.update(read_at=timezone.now() - timedelta(seconds=6))
    read(client, token)


def test_only_reading(client, me):
    assert client.post(reverse("desk:feed", args=[feeds.make_key(by=me)])).status_code == 405


# -- what is in it -----------------------------------------------------------------------------------------------------


def test_tasks_and_meetings_as_all_day_entries_without_a_student(client, me, case, school):
    actions.ask(case=case, kind="call", due_on=TODAY, by=me, owner=me, text="Call Marisol's grandmother about the bus")
    Meeting.objects.create(school=school, kind="sspt", on=TODAY + timedelta(2), held_by=me)
    ics = read(client, feeds.make_key(by=me))
    assert events(ics) == [(TODAY, "Call home, Lincoln Elementary"), (TODAY + timedelta(2), "SSPT, Lincoln Elementary")]
    words = ics.decode()
    for secret in ("Marisol", "Quintana", "S-987", "grandmother", f"students/{case.student_id}"):
        assert secret not in words
    assert "VALUE=DATE" in words


def test_the_link_of_a_task_asks_for_sign_in_and_leads_to_its_case(client, me, case):
    actions.ask(case=case, kind="call", due_on=TODAY, by=me, owner=me)
    url = re.search(r"URL\S*?:(\S+(?:\r\n \S+)*)", read(client, feeds.make_key(by=me)).decode())[1]
    path = url.replace("\r\n ", "").removeprefix("http://testserver")
    assert client.get(path).headers["Location"].startswith("/sign-in/")
    client.force_login(me)
    assert client.get(path).headers["Location"] == reverse("cases:case", args=[case.student_id])


def test_only_what_is_theirs_open_near_and_in_their_scope(client, me, case, rested):
    other = User.objects.create(username="other")
    for owner, days in ((me, 0), (other, 0), (None, 0), (me, 119), (me, 121)):
        actions.ask(case=case, kind="visit", due_on=TODAY + timedelta(days), by=me, owner=owner)
    done = actions.ask(case=case, kind="plan", due_on=TODAY, by=me, owner=me)
    actions.finish(task=done, outcome="Agreed.", by=me)
    token = feeds.make_key(by=me)
    assert [on for on, _ in events(read(client, token))] == [TODAY, TODAY + timedelta(119)]
    Post.objects.update(span=DateRange(date(2025, 8, 1), TODAY))
    assert events(read(client, token)) == []


def test_it_is_never_longer_than_a_calendar_can_take(client, me, case, monkeypatch):
    monkeypatch.setattr(told, "MOST", 3)
    for _ in range(5):
        actions.ask(case=case, kind="visit", due_on=TODAY, by=me, owner=me)
    assert len(events(read(client, feeds.make_key(by=me)))) == 3
    assert Task.objects.count() == 5


# -- its page ----------------------------------------------------------------------------------------------------------


def test_made_shown_once_and_ended_on_its_page(client, me, school):
    client.force_login(me)
    page = reverse("desk:feed_key")
    assert "You have no feed" in client.get(page).content.decode()
    made = client.post(page).content.decode()
    address = re.search(r'value="(http://testserver/feed/[^"]+\.ics)"', made)[1]
    assert address not in client.get(page).content.decode()
    assert client.get(address).status_code == 200
    client.post(page, {"revoke": "yes"})
    assert client.get(address).status_code == 404
    assert "You have no feed" in client.get(page).content.decode()


def test_who_sees_no_case_has_no_feed(client, me, school):
    Post.objects.update(role="engineer")
    client.force_login(me)
    assert client.get(reverse("desk:feed_key")).status_code == 404
    assert events(told.calendar(me, "")) == []
