"""Saved views: kept under a name, renamed, opened with, removed and brought back; each change with its journal line."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from firstbell.core import saved
from firstbell.core.models import JournalLine, SavedView, User

pytestmark = pytest.mark.django_db
LIST = "desk:gaps"


@pytest.fixture
def me(db) -> User:
    return User.objects.create(username="rosa", first_name="Rosa", last_name="Diaz")


@pytest.fixture
def other(db) -> User:
    return User.objects.create(username="hugo")


def keep(by: User, name: str = "Grade 9", **more) -> SavedView:
    return saved.keep_view(**({"route": LIST, "query": "grade=09", "name": name, "by": by} | more))


def names(person: User, *schools: int) -> list[str]:
    return [one.name for one in saved.views_of(person, schools, LIST) if one.removed_at is None]


def test_a_view_is_its_owners_unless_shared_with_a_school(me, other):
    keep(me, " Mine ")
    keep(me, "Ours", shared_with=7)
    keep(me, "Elsewhere", route="desk:students")
    assert names(me) == ["Mine", "Ours"]
    assert (names(other), names(other, 7), names(other, 8)) == ([], ["Ours"], [])
    assert JournalLine.objects.filter(verb="core.view_kept", by=me).count() == 3


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_what_is_no_name(me, name):
    with pytest.raises(saved.NotKept):
        keep(me, name)
    view = keep(me)
    with pytest.raises(saved.NotKept):
        saved.rename_view(view=view, name=name, by=me)
    view.refresh_from_db()
    assert view.name == "Grade 9"


def test_a_name_is_taken_once_in_any_case(me, other):
    keep(me)
    with pytest.raises(saved.NotKept, match="Choose another name"):
        keep(me, "GRADE 9")
    second = keep(me, "Grade 10")
    with pytest.raises(saved.NotKept, match="Choose another name"):
        saved.rename_view(view=second, name="grade 9", by=me)
    keep(me, route="desk:students")
    keep(other)
    assert SavedView.objects.count() == 4


def test_thirty_are_enough(me, monkeypatch):
    monkeypatch.setattr(saved, "MOST", 2)
    keep(me, "1")
    view = keep(me, "2")
    with pytest.raises(saved.NotKept, match="Remove one"):
        keep(me, "3")
    saved.remove_view(view=view, by=me)
    assert keep(me, "3").pk


def test_one_opens_the_list(me):
    first, second = keep(me, "1", usual=True), keep(me, "2", usual=True)
    first.refresh_from_db()
    assert (first.usual, second.usual) == (False, True)
    saved.open_with(view=first, usual=True, by=me)
    assert list(SavedView.objects.filter(usual=True)) == [first]
    saved.open_with(view=first, usual=False, by=me)
    assert not SavedView.objects.filter(usual=True).exists()
    assert JournalLine.objects.filter(verb="core.view_usual").count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.update(usual=True)


def test_removed_it_can_come_back_for_a_day(me, other):
    view = keep(me, shared_with=7, usual=True)
    saved.remove_view(view=view, by=me)
    assert (names(me), names(other, 7)) == ([], [])
    assert [one.pk for one in saved.views_of(me, (), LIST)] == [view.pk]
    assert saved.views_of(other, (7,), LIST) == []
    assert saved.bring_back(view=view, by=me).usual is False
    assert (names(me), names(other, 7)) == (["Grade 9"], ["Grade 9"])
    saved.remove_view(view=view, by=me)
    SavedView.objects.update(removed_at=timezone.now() - timedelta(hours=25))
    view.refresh_from_db()
    assert saved.views_of(me, (), LIST) == []
    with pytest.raises(saved.NotKept, match="more than a day ago"):
        saved.bring_back(view=view, by=me)


def test_what_took_its_name_keeps_it_from_coming_back(me):
    view = keep(me)
    saved.remove_view(view=view, by=me)
    keep(me)
    with pytest.raises(saved.NotKept, match="Choose another name"):
        saved.bring_back(view=view, by=me)
    assert names(me) == ["Grade 9"]
