"""Whom have I not seen: each list against a slow plain one, the filters in the address, the columns, the queries."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstbell.attendance.models import Standing
from firstbell.cases import actions
from firstbell.cases.models import Case, Entry, Task
from firstbell.core.access import NOTHING, Scope
from firstbell.core.models import AccessRow, User
from firstbell.desk.queries import gaps
from firstbell.roster.models import Student
from tests.desk.conftest import standing

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 12)
SPOKEN = ("reached", "declined", "plan")
ANY = {"school": "", "grade": "", "tier": ""}


@pytest.fixture
def me(db) -> User:
    return User.objects.create(username="me", first_name="Rosa", last_name="Diaz")


@pytest.fixture
def school_of_many(district, me):
    """Sixty students of two schools in every mixture of days missed, cases, contacts, visits, tasks."""
    Standing.objects.all().delete()
    for n in range(60):
        at = district.schools["Maple" if n % 3 else "Oak"]
        who = Student.objects.create(
            arrival=district.arrival, key=f"N-{n:02}", given=f"N{n:02}", family="Many", grade=f"0{3 + n % 2}",
            school=at, live=n % 19 != 1, language="es",
        )  # fmt: skip
        absent = (0, 4, 5, 6, 9, 10, 20)[n % 7]
        band = "severe" if absent >= 10 else "moderate" if absent >= 5 else "at_risk" if absent else "satisfactory"
        standing(who, absent=absent, national_band=band)
        if n % 4 and who.live:
            _case(who, n, me)
        if n % 5:
            _entry(who, n, me)
    return district


def _case(who, n, me):
    case = actions.open_case(student=who, by=me, tier=1 + n % 5 % 3, lead=me if n % 2 else None)
    if n % 8 == 3:
        actions.close(case=case, closing=("mistake", "moved")[n % 3 == 0], why="", by=me)
    else:
        for days in range(n % 5 % 3):
            task = actions.ask(case=case, kind="call", due_on=TODAY, by=me)
            Task.objects.filter(pk=task.pk).update(due_on=TODAY + timedelta(days - 1))


def _entry(who, n, me):
    kind, outcome = ("call", "visit", "text")[n % 3], ("reached", "no_answer", "declined", "wrong_number")[n % 4]
    on = TODAY - timedelta((0, 3, 13, 14, 15, 40)[n % 6])
    entry = actions.log(key=uuid4(), student=who, kind=kind, outcome=outcome, on=on, by=me)
    if n % 11 == 2:
        actions.undo(entry=entry, by=me)


# -- the slow and plain twin -------------------------------------------------------------------------------------------


def slow(name: str, scope: Scope) -> list[int]:
    """The list, from all rows, one student after the other."""
    rows = []
    for who in Student.objects.select_related("standing"):
        if who.live and (scope.everywhere or who.school_id in scope.schools):
            order = SLOW[name](who, getattr(who, "standing", None))
            if order is not None:
                rows.append((order, who.pk))
    return [pk for _, pk in sorted(rows)]


def _said(who):
    return [one for one in Entry.objects.filter(student=who) if one.undone_at is None]


def _open(who):
    return [case for case in Case.objects.filter(student=who) if case.state == "open"]


def slow_quiet(who, figures):
    if figures is None or not 100 * (figures.enrolled - figures.absent) < 90 * figures.enrolled:
        return None
    last = [one.on for one in _said(who) if one.outcome in SPOKEN]
    return None if last and (TODAY - max(last)).days < 14 else (-figures.absent, who.pk)


def slow_visit(who, _):
    visits = [one for one in _said(who) if one.kind == "visit" and one.outcome != "wrong_number"]
    return next(((case.tier_on, case.pk) for case in _open(who) if case.tier == 3 and not visits), None)


def slow_adult(who, _):
    return next(((case.opened_on, case.pk) for case in _open(who) if case.lead is None), None)


def slow_case(who, figures):
    if figures is None or figures.national_band not in ("moderate", "severe"):
        return None
    real = [case for case in Case.objects.filter(student=who) if case.closing != "mistake"]
    return None if real else (-figures.absent, who.pk)


def slow_late(who, _):
    tasks = Task.objects.filter(case__student=who, case__state="open", state="open")
    return min(((one.due_on, one.pk) for one in tasks if one.due_on < TODAY), default=None)


SLOW = {"quiet": slow_quiet, "visit": slow_visit, "adult": slow_adult, "case": slow_case, "late": slow_late}


@pytest.mark.parametrize("name", SLOW)
def test_each_list_is_the_slow_one(school_of_many, name):
    maple = Scope(schools=frozenset({school_of_many.schools["Maple"].pk}))
    sizes = []
    for scope in (Scope(everywhere=True), maple, NOTHING):
        found = list(gaps.found(scope, ANY | {"list": name}, TODAY))
        assert found == slow(name, scope)
        assert len(set(found)) == len(found)
        sizes.append(len(found))
    assert sizes[0] > sizes[1] > sizes[2] == 0


@pytest.mark.parametrize("name", SLOW)
def test_filters_keep_the_order_and_drop_the_others(school_of_many, name):
    everywhere, oak = Scope(everywhere=True), school_of_many.schools["Oak"]
    whole = list(gaps.found(everywhere, ANY | {"list": name}, TODAY))
    pupils = Student.objects.in_bulk(whole)
    tiers = {case.student_id: case.tier for case in Case.objects.filter(state="open")}
    for asked, fits in (
        ({"school": str(oak.pk)}, lambda pk: pupils[pk].school_id == oak.pk),
        ({"grade": "04"}, lambda pk: pupils[pk].grade == "04"),
        ({"tier": "2"}, lambda pk: tiers.get(pk) == 2),
        ({"tier": "1"}, lambda pk: tiers.get(pk, 1) == 1),
        ({"school": "luck"}, lambda pk: False), ({"tier": "9"}, lambda pk: False),
        ({"school": "9" * 30}, lambda pk: False),
    ):  # fmt: skip
        found = list(gaps.found(everywhere, ANY | {"list": name} | asked, TODAY))
        assert found == [pk for pk in whole if fits(pk)], asked


# -- the page ----------------------------------------------------------------------------------------------------------


def shown(client, query: str = "", status: int = 200) -> str:
    answer = client.get(reverse("desk:gaps") + query)
    assert answer.status_code == status
    return answer.content.decode().replace("\u00a0", " ")


def names(page: str) -> list[str]:
    return re.findall(r'<a class="who"[^>]*>([^<]+)</a>', page)


def heads(page: str) -> list[str]:
    return re.findall(r'<th scope="col">([^<]+)</th>', page)


@pytest.mark.parametrize(
    ("role", "place", "sees", "works"),
    [
        ("counselor", "Maple", True, True), ("clerk", "Maple", True, False), ("principal", "Maple", True, False),
        ("coordinator", "", True, True), ("director", None, True, True), ("engineer", None, False, False),
    ],
)  # fmt: skip
def test_what_each_role_sees_and_may_do(sign_in, school_of_many, role, place, sees, works):
    client = sign_in(role, place or None, "North" if place == "" else None)
    page = shown(client, status=200 if sees else 404)
    assert ("N05 Many" in page) is sees
    assert ("Do the same for many" in page) is works
    sent = {"which": "page", "what": "open", "on_page": [Student.objects.get(key="N-05").pk]}
    assert (client.post(reverse("desk:plan"), sent).status_code == 302) is works


def test_a_neighbours_students_are_not_there(sign_in, school_of_many):
    page = shown(sign_in("counselor", "Oak"))
    mine = set(Student.objects.filter(school=school_of_many.schools["Oak"]).values_list("given", flat=True))
    assert names(page)
    assert {name.split()[0] for name in names(page)} <= mine


def test_columns_are_chosen_in_the_address(sign_in, school_of_many):
    client = sign_in("counselor", "Maple")
    usual = ["Student", "Ten weeks", "Standing", "Tier", "Named adult", "Last reached", "Next task"]
    assert heads(shown(client)) == usual
    page = shown(client, "?columns=language&columns=grade&columns=luck")
    assert heads(page) == ["Student", "Language", "Grade"]
    assert 'data-label="Language" class="nowrap">Spanish' in page
    assert heads(shown(client, "?columns=luck")) == usual


def test_filters_are_chips_that_can_be_removed_and_the_view_can_be_bookmarked(sign_in, school_of_many):
    maple = school_of_many.schools["Maple"].pk
    client = sign_in("director")
    page = shown(client, f"?list=case&school={maple}&tier=1&columns=tier&page=1")
    chips = re.findall(r'<a class="chip chip-plain" href="([^"]+)">([^<]+?) <', page)
    assert {words for _, words in chips} == {"Maple", "Tier 1, for all"}
    assert any("school" not in url and "tier=1" in url and "list=case" in url for url, _ in chips)
    view = page.split("Link to this view")[0].rsplit('href="/gaps/', 1)[1].split('"')[0].replace("&amp;", "&")
    assert "page" not in view
    assert names(client.get(f"/gaps/{view}").content.decode()) == names(page)
    assert "list=late" in page
    assert f"school={maple}" in re.search(r'href="([^"]*list=late[^"]*)"', page)[1]


def test_an_unknown_list_is_the_first_and_an_empty_one_says_so(sign_in, district):
    client = sign_in("counselor", "Maple")
    assert "Not reached in 14 days" in shown(client, "?list=luck")
    assert "Nobody is on this list" in shown(client, "?list=late")


def test_everyone_shown_by_name_is_in_the_access_log(sign_in, school_of_many):
    page = shown(sign_in("counselor", "Maple"))
    assert AccessRow.objects.filter(route="desk:gaps").count() == len(names(page)) > 5


def test_a_long_list_is_counted_only_so_far(sign_in, school_of_many, monkeypatch):
    monkeypatch.setattr(gaps, "CAP", 5)
    page = shown(sign_in("director"))
    assert "More than 5 students" in page
    assert len(names(page)) == 5
    assert "of more than 5" in page


@pytest.mark.parametrize("name", SLOW)
def test_queries_do_not_grow_with_the_rows(sign_in, school_of_many, name):
    def asked(client) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as seen:
            page = shown(client, f"?list={name}")
        return len([one for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]]), len(names(page))

    client = sign_in("director")
    many, rows = asked(client)
    for who in Student.objects.filter(key__startswith="N-").order_by("pk")[10:]:
        Student.objects.filter(pk=who.pk).update(live=False)
    few, left = asked(client)
    assert rows > left > 0
    assert many == few <= 20
