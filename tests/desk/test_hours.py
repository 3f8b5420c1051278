"""Today in the hours of a post: what fits at each school, what waits, what is done; and how many queries that takes."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstbell.attendance.models import Sign
from firstbell.cases import actions
from firstbell.cases.models import Ladder, Wait
from firstbell.core import clock
from firstbell.core.models import JournalLine, User
from firstbell.staffing.models import Post
from tests.desk.test_today import names, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def counselor(sign_in):
    return sign_in("counselor", "Maple")


@pytest.fixture
def me(counselor) -> User:
    return User.objects.get(username="counselor-Maple-None")


@pytest.fixture
def ana(district):
    return district.students["ana"]


def plain(client) -> str:
    return shown(client).replace("\u00a0", " ")


def test_the_hours_are_those_of_the_post(counselor, me):
    assert "You have 8 h at Maple today." in plain(counselor)
    Post.objects.filter(user=me).update(week=[0, 90, 0, 0, 0], tenths=2)
    assert "You have 1 h 30 at Maple today." in plain(counselor)
    Post.objects.filter(user=me).update(week=[480, 0, 0, 0, 0])
    assert "people to help" in shown(counselor) or "person to help" in shown(counselor)  # no hours: the whole queue


@pytest.mark.parametrize("query", ["", "?all=1", "?rule=in_a_row"])
def test_the_posts_are_looked_up_once_a_request(counselor, query):
    with CaptureQueriesContext(connection) as seen:
        assert "Today, in your hours" in shown(counselor, query)
    assert len([one for one in seen.captured_queries if 'FROM "post"' in one["sql"]]) == 1


def test_the_most_pressing_comes_first_with_its_reason_and_minutes(counselor, ana):
    page = shown(counselor)
    assert names(page)[0] == ana.name
    assert "Third unexcused day was Thursday." in page
    assert "Nobody has reached the family yet." in page


def test_a_promise_is_part_of_the_day_and_done_when_somebody_was_reached(counselor, me, ana):
    case = actions.open_case(student=ana, by=me)
    actions.ask(case=case, kind="visit", due_on=clock.today(), by=me, text="Bring the bus form")
    page = shown(counselor)
    assert "Promised: Bring the bus form (12 May)." in page
    actions.log(key=uuid4(), student=ana, kind="visit", outcome="reached", by=me)
    page = shown(counselor)
    assert "Promised" not in page
    assert "Done today" in page
    assert ana.name not in names(page.split("Done today")[0])


@pytest.fixture
def promise(me, district):
    """`promise("call", 2)`: the name of a new student at Maple with a case, and that promised in so many days."""

    def make(kind: str, days: int) -> str:
        who = district.students["ana"]
        who.pk, who.key, who._state.adding = None, f"{kind}-{days}", True
        who.given = f"{kind.capitalize()}{days}"
        who.save()
        case = actions.open_case(student=who, by=me)
        actions.ask(case=case, kind=kind, due_on=clock.today() + timedelta(days), by=me)
        return who.name

    return make


def test_what_cannot_wait_until_the_next_day_here_comes_before_it(counselor, me, promise):
    """It is Tuesday, and the next day here is Thursday: what is promised for Wednesday is kept today or not at all."""
    Sign.objects.all().delete()
    Ladder.objects.all().delete()
    Post.objects.filter(user=me).update(week=[0, 60, 0, 60, 0])
    wednesday, thursday, later = promise("call", 1), promise("call", 2), promise("checkin", 14)
    beyond = promise("teacher", 15)
    page = plain(counselor)
    assert names(page) == [wednesday, thursday, later]
    assert beyond not in page
    Post.objects.filter(user=me).update(week=[0, 10, 0, 60, 0])
    page = plain(counselor)
    assert names(page) == [wednesday]
    assert "left" not in page.split("How this order is made")[1].split("Whom to help")[0]  # Thursday keeps them as well
    promise("visit", 0)
    assert "1 person left for Thu 14 May; the first of their dates passes on Tue 12 May." in plain(counselor)


def test_put_off_with_a_reason_until_a_day(counselor, ana):
    until = clock.today() + timedelta(3)
    answer = counselor.post(
        reverse("cases:put_off", args=[ana.pk]),
        {"until": until.isoformat(), "why": "Mother is away.", "back": "/today/"},
    )
    assert answer.headers["Location"] == "/today/"
    assert ana.name not in names(shown(counselor))
    assert Wait.objects.get().why == "Mother is away."
    assert JournalLine.objects.filter(verb="cases.put_off").count() == 1
    assert ana.name in names(shown(counselor, "?all=1"))


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_going_back_never_leaves_our_pages(counselor, ana, back):
    until = (clock.today() + timedelta(1)).isoformat()
    answer = counselor.post(reverse("cases:put_off", args=[ana.pk]), {"until": until, "why": "x", "back": back})
    assert answer.headers["Location"] == reverse("cases:case", args=[ana.pk])


def test_what_does_not_fit_is_counted_and_never_more_rows_than_minutes(counselor, me, ana, district):
    Post.objects.filter(user=me).update(week=[0, 30, 0, 0, 0])
    for n in range(20):
        who = district.students["ana"]
        who.pk, who.key, who._state.adding = None, f"more-{n}", True
        who.save()
        Sign.objects.create(id=500 + n, student=who, school=who.school, rule="back", rank=5, on="2026-05-08",
                            sentence="Back after a week.", section="")  # fmt: skip
    page = shown(counselor)
    assert len(names(page)) <= 6
    assert "left for" in page
    assert "no date passes" in page


def test_an_empty_day_says_what_to_do(counselor):
    Sign.objects.all().delete()
    assert "Call somebody who is doing better" in shown(counselor)


def test_queries_do_not_grow_with_the_rows(counselor, district):
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            shown(counselor)
        return len([one for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]])

    few = asked()
    for n in range(10):
        who = district.students["ana"]
        who.pk, who.key, who._state.adding = None, f"more-{n}", True
        who.save()
        Sign.objects.create(id=600 + n, student=who, school=who.school, rule="back", rank=5, on="2026-05-08",
                            sentence="Back after a week.", section="")  # fmt: skip
    assert asked() == few
    assert few <= 25


def test_the_order_is_explained(counselor):
    page = counselor.get(reverse("desk:order")).content.decode()
    assert "sum of points" in page
    assert "then what cannot wait until your next day at the school" in page
    assert "14 days are over before then" in page
    assert "100" in page
