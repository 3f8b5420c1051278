"""The queue: its order, its filters, its pages, and its states."""

import re

import pytest
from django.urls import reverse

from firstbell.attendance import rules as signs
from firstbell.attendance.models import Sign
from firstbell.cases.models import Ladder
from firstbell.cases.rules import LABELS, RANKS
from firstbell.core import paging
from firstbell.core.access import EVERYTHING, Scope
from firstbell.desk.paging import address, paged
from firstbell.desk.queries import today as work
from firstbell.desk.queries.today import reflected
from firstbell.roster.models import School
from tests.desk.conftest import ON


def shown(client, query=""):
    answer = client.get(reverse("desk:today") + query)
    assert answer.status_code == 200
    return answer.content.decode()


def names(page):
    return re.findall(r'<a class="who"[^>]*>([^<]+)</a>', page)


@pytest.fixture
def five_hundred(district):
    """Five hundred signs of five hundred students of Maple, all alike."""
    leo = district.students["leo"]
    for n in range(500):
        leo.pk, leo.key, leo.given, leo._state.adding = None, f"many-{n}", f"Leo{n}", True
        leo.save()
        Sign.objects.create(
            id=1000 + n, student=leo, school=leo.school, rule="in_a_row", rank=2, on=ON, sentence="Absent.", section=""
        )


def test_rules_are_chips_in_words_with_their_people(sign_in):
    page = shown(sign_in("director"))
    chips = re.findall(r'<a class="chip[^>]*>([^<]+)</a>', page)
    assert chips == ["All", "Newly truant · 1", "3 days in a row · 1", "Crossed 10\u00a0% · 1"]
    assert re.findall(r'aria-current="true">([^<]+)<', page) == ["All"]
    assert "crossed_" not in re.sub(r"<[^>]*>", "", page)


def test_who_serves_many_schools_sees_the_same_rules_counted_so_far(district, monkeypatch):
    at = reflected()
    few = Scope(schools=frozenset(one.pk for one in district.schools.values()))
    for n, name in enumerate(("leo", "sam")):
        who = district.students[name]
        Ladder.objects.create(
            student=who, school=who.school, state="none", occasions=3, standing_steps=0, hollow_steps=0, rank=(8, 4)[n],
            rule="report_due", on=ON, sentence="Report 1 can be confirmed.", section="EC 48260(a)",
        )  # fmt: skip
    assert work.rules(EVERYTHING, at.policy) == work.rules(few, at.policy)
    assert [rule for rule, _, _ in work.rules(few, at.policy)] == [
        "new_truancy", "in_a_row", "crossed_moderate", "report_due",
    ]  # fmt: skip
    Ladder.objects.filter(rank=4).delete()
    assert [rule for rule, _, _ in work.rules(EVERYTHING, at.policy)][-1] == "report_due"
    monkeypatch.setattr(paging, "MOST", 1)
    Ladder.objects.create(
        student=district.students["ana"], school=district.schools["Maple"], state="none", occasions=3, rank=8,
        standing_steps=0, hollow_steps=0, rule="report_due", on=ON, sentence="Report 1.", section="",
    )  # fmt: skip
    assert [str(people) for _, _, people in work.rules(EVERYTHING, at.policy)] == ["1", "1", "1", "more than 1"]


def test_every_rule_has_a_rank_and_words(district):
    at = reflected()
    assert set(RANKS) == set(LABELS)
    assert all(signs.label(rule, at.policy) != rule for rule in signs.RANKS)


def test_a_longer_queue_is_counted_so_far_and_goes_on(sign_in, five_hundred, monkeypatch):
    monkeypatch.setattr(paging, "MOST", 100)
    client = sign_in("director")
    assert "More than 100 people to help" in shown(client)
    page = shown(client, "?page=10")
    assert "226 to 250 of more than 100" in page
    assert re.search(r'href="[^"]*page=11"', page)
    chips = re.findall(r'<a class="chip[^>]*>([^<]+)</a>', page)
    assert "3 days in a row · 100+" in chips


def test_a_chip_keeps_the_school_and_drops_the_page(sign_in, district):
    maple = district.schools["Maple"].pk
    page = shown(sign_in("director"), f"?school={maple}&page=3")
    assert f"?school={maple}&amp;rule=in_a_row" in page


@pytest.mark.parametrize(("query", "found"), [
    ("", ["José Ana Núñez-Ortiz", "Mia Park"]),
    ("?school={Maple}", ["José Ana Núñez-Ortiz"]),
    ("?school={Oak}", ["Mia Park"]),
    ("?school={Oak}&rule=crossed_moderate", ["Mia Park"]),
    ("?school={Oak}&rule=in_a_row", []),
    ("?school=luck", []),
    ("?school=99999999999999999999", []),
    ("?rule=luck", []),
])  # fmt: skip
def test_the_queue_by_rule_and_school(sign_in, district, query, found):
    keys = {name: school.pk for name, school in district.schools.items()}
    page = shown(sign_in("director"), query.format(**keys))
    assert names(page) == found
    assert ("Nobody fits these filters" in page) is (not found)


def test_a_school_out_of_scope_finds_nobody(sign_in, district):
    page = shown(sign_in("coordinator", region="North"), f"?school={district.schools['Cedar'].pk}")
    assert names(page) == []


def test_schools_are_offered_only_where_there_is_a_choice(sign_in, district):
    assert '<select class="usa-select input-short" id="school"' not in shown(sign_in("counselor", "Maple"))
    page = shown(sign_in("coordinator", region="North"))
    assert ">Maple<" in page
    assert ">Cedar<" not in page
    School.objects.filter(name="Oak").update(live=False)
    assert ">Oak</option>" not in shown(sign_in("director"))


def test_five_hundred_rows_come_in_pages(sign_in, five_hundred):
    client = sign_in("counselor", "Maple")
    first, last = shown(client, "?all=1"), shown(client, "?page=99")
    assert "501 people to help" in first
    assert "1 to 25 of 501" in first
    assert len(names(first)) == 25
    assert names(first)[0] == "José Ana Núñez-Ortiz"  # rank 1 stays on top
    assert "501 to 501 of 501" in last
    assert len(names(last)) == 1
    seen = [name for page in range(1, 22) for name in names(shown(client, f"?page={page}"))]
    assert len(seen) == len(set(seen)) == 501


def test_a_row_says_its_weeks_to_those_who_hear_them(sign_in):
    assert "Last 3 weeks: 100 %, no school, 80 %" in shown(sign_in("counselor", "Maple"))


def test_the_most_pressing_rows_are_marked(sign_in):
    page = shown(sign_in("director"))
    assert [state.strip() for state in re.findall(r'<tr class="([^"]*)">', page)] == ["is-law", ""]


@pytest.mark.parametrize(("changes", "address_is"), [
    ({"rule": "x"}, "/today/?school=1&rule=x"), ({"school": ""}, "/today/"), ({"page": 2}, "/today/?school=1&page=2"),
])  # fmt: skip
def test_an_address_keeps_the_rest_of_the_query(rf, changes, address_is):
    assert address(rf.get("/today/?school=1&page=7"), **changes) == address_is


@pytest.mark.parametrize(("page", "rows", "summary"), [
    ("1", [0, 1], "1 to 2 of 5"), ("3", [4], "5 to 5 of 5"), ("9", [4], "5 to 5 of 5"), ("x", [0, 1], "1 to 2 of 5"),
    ("-1", [4], "5 to 5 of 5"),
])  # fmt: skip
def test_a_page_of_rows(rf, page, rows, summary):
    got = paged(rf.get(f"/?page={page}"), list(range(5)), 2)
    assert (got.rows, got.summary, got.count) == (rows, summary, 5)
    assert bool(got.previous) == (rows != [0, 1])
    assert bool(got.next) == (rows != [4])


def test_no_rows_are_one_empty_page(rf):
    got = paged(rf.get("/"), [], 2)
    assert (got.rows, got.previous, got.next) == ([], "", "")
