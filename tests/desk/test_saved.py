"""Saved views on the lists: kept with their filters, counted by the list's own query, shared, opened with, undone."""

import pytest
from django.urls import reverse

from firstbell.core.models import SavedView
from firstbell.desk.queries import saved
from firstbell.roster.models import Student
from tests.desk.conftest import standing

pytestmark = pytest.mark.django_db
GAPS, STUDENTS = "/gaps/", "/students/"


@pytest.fixture
def counselor(sign_in):
    return sign_in("counselor", "Maple")


def shown(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.headers
    return answer.content.decode().replace("\u00a0", " ")


def keep(client, name: str = "Severe", query: str = "band=severe", route: str = "desk:students", **more):
    return client.post(reverse("desk:keep_view"), {"route": route, "query": query, "name": name} | more)


def change(client, view: SavedView, doing: str, **more):
    return client.post(reverse("desk:change_view", args=[view.pk, doing]), more)


def counted(client, view: SavedView) -> str:
    return shown(client, reverse("desk:count_view", args=[view.pk]))


@pytest.mark.parametrize(
    ("route", "query", "held"),
    [
        ("desk:students", "band=severe&page=3&school=", "band=severe"),
        ("desk:students", "school=4&band=severe&tier=2", "band=severe&school=4"),
        ("desk:gaps", "columns=tier&columns=band&list=adult&page=2", "list=adult&columns=tier&columns=band"),
        ("desk:gaps", "", ""), ("desk:students", "band=a%26b%3Dc", "band=a%26b%3Dc"),
    ],
)  # fmt: skip
def test_a_view_holds_the_filters_and_nothing_else(route, query, held):
    assert saved.kept(route, query) == held
    assert saved.kept(route, held) == held


def test_it_is_kept_from_the_list_and_leads_back_to_it(counselor):
    page = shown(counselor, STUDENTS + "?band=severe")
    assert "Keep this view" in page
    assert 'name="query" value="band=severe"' in page
    answer = keep(counselor)
    assert answer.headers["Location"] == "/students/?band=severe"
    page = shown(counselor, STUDENTS + "?band=severe")
    for words in ("is kept.", "Severe", "This view", 'aria-current="true"'):
        assert words in page
    assert "Keep this view" not in page
    assert "Keep this view" in shown(counselor, STUDENTS + "?band=moderate")
    assert "Keep this view" not in shown(counselor, STUDENTS)


def test_a_name_that_cannot_be_kept_is_not_lost(counselor):
    keep(counselor)
    answer = keep(counselor, "severe", "band=moderate")
    page = shown(counselor, answer.headers["Location"])
    assert "Choose another name" in page
    assert 'value="severe"' in page
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("query", ["list=quiet", "list=case", "list=case&grade=03", "list=quiet&tier=3&columns=tier"])
def test_the_count_is_that_of_the_list(counselor, district, query):
    keep(counselor, query=query, route="desk:gaps")
    listed = counselor.get(f"{GAPS}?{query}").context["people"].count
    assert counted(counselor, SavedView.objects.get()) == str(listed)
    assert f'hx-get="{reverse("desk:count_view", args=[SavedView.objects.get().pk])}"' in shown(counselor, GAPS)


@pytest.mark.parametrize("query", ["", "band=severe", "band=chronic&grade=03", "school=99999999999", "grade=else"])
def test_the_count_of_students_is_that_of_the_list(sign_in, query):
    client = sign_in("director")
    keep(client, query=query)
    listed = client.get(f"{STUDENTS}?{query or 'all=1'}").context["people"].count
    assert counted(client, SavedView.objects.get()) == str(listed)


def test_a_count_stops_at_the_cap(sign_in, district, monkeypatch):
    monkeypatch.setattr("firstbell.desk.queries.gaps.CAP", 2)
    client = sign_in("director")
    keep(client)
    for n in range(3):
        who = Student.objects.create(
            arrival=district.arrival, key=f"c{n}", given="C", family="Cap", grade="03", school=district.schools["Oak"]
        )
        standing(who, absent=30, national_band="severe")
    assert counted(client, SavedView.objects.get()) == "over 2"


def test_a_shared_view_counts_for_whoever_asks(sign_in, district):
    maple = district.schools["Maple"]
    client = sign_in("counselor", "Maple")
    assert f'<option value="{maple.pk}">Everyone at Maple' in shown(client, STUDENTS + "?band=chronic")
    keep(client, "Ours", "band=chronic", share=str(maple.pk))
    keep(client, "Mine", "band=severe")
    assert "“Mine” is kept." in shown(client, STUDENTS)
    view = SavedView.objects.get(name="Ours")
    assert counted(client, view) == "1"
    other = sign_in("coordinator", region="North")
    page = shown(other, STUDENTS)
    assert "Ours" in page
    assert "Mine" not in page
    assert counted(other, view) == "2"
    assert "Ours" not in shown(sign_in("counselor", "Oak"), STUDENTS)


def test_it_is_not_shared_with_a_school_one_has_no_part_in(counselor, district):
    keep(counselor, share=str(district.schools["Cedar"].pk))
    assert SavedView.objects.get().shared_with is None


@pytest.mark.parametrize("doing", ["rename", "usual", "remove", "back"])
def test_nobody_changes_anothers_view(sign_in, district, doing):
    keep(sign_in("counselor", "Maple"), share=str(district.schools["Maple"].pk))
    view = SavedView.objects.get()
    assert change(sign_in("clerk", "Maple"), view, doing, name="Other").status_code == 404
    assert change(sign_in("counselor", "Oak"), view, doing, name="Other").status_code == 404
    assert sign_in("counselor", "Oak").get(reverse("desk:count_view", args=[view.pk])).status_code == 404
    view.refresh_from_db()
    assert (view.name, view.usual, view.removed_at) == ("Severe", False, None)
    assert "Severe" in shown(sign_in("clerk", "Maple"), STUDENTS)


def test_renamed_removed_and_brought_back(counselor):
    keep(counselor)
    view = SavedView.objects.get()
    change(counselor, view, "rename", name="Most missed")
    assert "Most missed" in shown(counselor, STUDENTS)
    change(counselor, view, "remove")
    page = shown(counselor, STUDENTS)
    assert "Bring back “Most missed”" in page
    assert f'hx-get="{reverse("desk:count_view", args=[view.pk])}"' not in page
    change(counselor, view, "back")
    assert "is back." in shown(counselor, STUDENTS)
    assert change(counselor, view, "else").status_code == 404
    assert counselor.get(reverse("desk:change_view", args=[view.pk, "remove"])).status_code == 302
    assert SavedView.objects.filter(removed_at=None).exists()


@pytest.mark.parametrize(
    ("route", "path", "query", "rest"),
    [("desk:students", STUDENTS, "band=severe", "?all=1"), ("desk:gaps", GAPS, "list=adult", "?list=quiet")],
)
def test_the_list_opens_with_ones_usual_view(counselor, route, path, query, rest):
    keep(counselor, route=route, query=query, usual="on")
    assert counselor.get(path).headers["Location"] == f"{path}?{query}"
    assert counselor.get(path + rest).status_code == 200
    change(counselor, SavedView.objects.get(), "usual")
    assert counselor.get(path).status_code == 200


def test_the_palette_finds_a_view_by_its_name(counselor, sign_in):
    keep(counselor, "Most missed in spring")
    palette = reverse("desk:palette")
    page = shown(counselor, palette + "?q=MISSED")
    assert 'href="/students/?band=severe"' in page
    assert "saved view" in page
    assert "saved view" not in shown(counselor, palette + "?q=autumn")
    assert "saved view" not in shown(counselor, palette)
    assert "saved view" not in shown(sign_in("counselor", "Oak"), palette + "?q=missed")


@pytest.mark.parametrize("route", ["", "desk:schools", "nowhere"])
def test_what_is_no_list_keeps_no_views(counselor, route):
    assert keep(counselor, route=route).status_code == 302
    assert not SavedView.objects.exists()


def test_who_sees_no_students_keeps_no_views(sign_in):
    assert keep(sign_in("engineer")).status_code == 404
