"""The line of letters that wait: school by school, counted so far, along indexes that hold for a whole district."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from firstbell.core import paging
from firstbell.core.access import EVERYTHING, NOTHING, Scope
from firstbell.core.paging import Pages
from firstbell.notices import queries
from firstbell.notices.models import Due
from firstbell.notices.queries.waiting import STATES
from firstbell.roster import models as m
from tests.notices.conftest import SENT, body

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(town, district, monkeypatch):
    """Nine letters of three kinds at two schools whose names are not in the order of their keys, and one at none."""
    first, second = district.schools
    for school, name in ((first, "Willow"), (second, "Acorn")):
        school.name = name
        school.save()
    for n in range(10):
        pupil = town.pupil(f"P-{n}", at=n % 2, family=f"Reyes {9 - n}")
        Due.objects.create(
            student=pupil, kind=("excessive_excused", "first_truancy", "conference")[n % 3], year=2026, since=SENT,
            state=STATES[n % 2],
        )  # fmt: skip
    m.Student.objects.filter(key="P-9").update(school=None)
    return [first, second]


def keys(rows):
    return [one.student.key for one in rows]


@pytest.mark.parametrize("asked", [
    {}, {"kind": "first_truancy"}, {"state": "held"}, {"kind": "excessive_excused", "state": "open"}, {"kind": "none"},
])  # fmt: skip
def test_who_sees_everything_has_the_same_line_page_by_page(line, asked):
    whole = queries.listed(EVERYTHING, **asked)
    line = queries.in_line(EVERYTHING, **asked)
    assert line.count() == whole.count()
    assert keys(line[0:50]) == keys(whole)
    pages = Pages(queries.in_line(EVERYTHING, **asked), 3)
    assert [key for number in pages.page_range for key in keys(pages.page(number))] == keys(whole)


def test_schools_by_name_and_who_is_at_none_in_the_end(line):
    found = queries.in_line(EVERYTHING)[0:50]
    assert [str(one.student.school or "") for one in found] == ["Acorn"] * 4 + ["Willow"] * 5 + [""]
    families = [one.student.family for one in found[:4]]
    assert families == sorted(families)


@pytest.mark.parametrize("many", [False, True])
def test_who_serves_some_schools_has_only_theirs(line, monkeypatch, many):
    monkeypatch.setattr(paging, "FEW", 0 if many else 10)
    mine = Scope(schools=frozenset({line[1].pk}))
    assert keys(Pages(queries.in_line(mine), 50).page(1)) == ["P-7", "P-5", "P-3", "P-1"]
    assert keys(Pages(queries.in_line(NOTHING), 50).page(1)) == []
    assert keys(Pages(queries.in_line(EVERYTHING, school=str(line[1].pk)), 50).page(1)) == ["P-7", "P-5", "P-3", "P-1"]
    assert keys(Pages(queries.in_line(EVERYTHING, school="1 or 1=1"), 50).page(1)) == []


def test_counting_so_far_is_counting_as_long_as_few_wait(line):
    exact = queries.counts(EVERYTHING)
    assert queries.counts(EVERYTHING, upto=True) == exact
    assert {one.kind: (one.ready, one.held) for one in exact} == {
        "excessive_excused": (2, 2), "first_truancy": (1, 2), "conference": (2, 1),
    }  # fmt: skip
    assert queries.counts(NOTHING, upto=True) == []


def test_more_than_are_counted_are_said_to_be_more(line, sign_in, monkeypatch):
    monkeypatch.setattr(paging, "MOST", 1)
    page = body(sign_in("director", at=None).get(reverse("notices:index")))
    assert "More than 3 letters can go out, more than 3 held." in page
    assert "All · 6+" in page
    assert {one.kind: str(one.ready) for one in queries.counts(EVERYTHING)} == {
        "excessive_excused": "2", "first_truancy": "1", "conference": "2",
    }  # fmt: skip


def test_the_page_asks_as_often_for_ten_letters_as_for_five(line, sign_in):
    client, told = sign_in("director", at=None), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("notices:index")).status_code == 200
        told.append(len(seen))
        Due.objects.filter(student__key__in=("P-0", "P-2", "P-4", "P-6", "P-8")).update(state=Due.State.GONE)
    assert told[0] == told[1]


def test_letterheads_come_in_pages(line, sign_in, district):
    for n in range(60):
        m.School.objects.create(key=f"more-{n}", name=f"Elm {n:02}", arrival=district.arrival)
    client = sign_in("director", at=None)
    first = body(client.get(reverse("notices:letterheads")))
    last = body(client.get(reverse("notices:letterheads"), {"page": 2}))
    assert "1 to 50 of 62" in first
    assert "51 to 62 of 62" in last
    assert ("Acorn" in first, "Willow" in first, "Willow" in last) == (True, False, True)
