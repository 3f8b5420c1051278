"""Saved views: lists as people filtered them, under a name of their own or shared with a school."""

from collections.abc import Collection
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from firstbell.core import journal
from firstbell.core.models import SavedView, User

MOST = 30
"""Views of one list that a person keeps: more are no help in finding one."""
UNDO = timedelta(hours=24)
"""How long a removed view can be brought back."""


class NotKept(Exception):  # noqa: N818 - it is an answer, not a fault
    """Why a view cannot be kept so."""


@transaction.atomic
def keep_view(
    *, route: str, query: str, name: str, by: User, shared_with: int | None = None, usual: bool = False
) -> SavedView:
    """Keep the list as it is filtered now. NotKept says what is wrong."""
    mine = _mine(by, route)
    if mine.count() >= MOST:
        raise NotKept(f"You keep {MOST} views of this list already. Remove one that you no longer use first.")
    if usual:
        mine.filter(usual=True).update(usual=False)
    view = SavedView(owner=by, route=route, query=query, name=_named(name), shared_with=shared_with, usual=usual)
    _save(view)
    journal.record("core.view_kept", by=by, about=view, route=route, shared_with=shared_with)
    return view


@transaction.atomic
def rename_view(*, view: SavedView, name: str, by: User) -> SavedView:
    """Give one's view another name. NotKept for an empty one, or one that another view has."""
    was, view.name = view.name, _named(name)
    _save(view)
    journal.record("core.view_renamed", by=by, about=view, was=was, now=view.name)
    return view


@transaction.atomic
def open_with(*, view: SavedView, usual: bool, by: User) -> SavedView:
    """Let the list open with this view, or with no view again."""
    _mine(by, view.route).filter(usual=True).update(usual=False)
    view.usual = usual
    view.save(update_fields=["usual"])
    journal.record("core.view_usual", by=by, about=view, usual=usual)
    return view


@transaction.atomic
def remove_view(*, view: SavedView, by: User) -> SavedView:
    """Remove one's view; within UNDO it can be brought back."""
    view.removed_at, view.usual = timezone.now(), False
    view.save(update_fields=["removed_at", "usual"])
    journal.record("core.view_removed", by=by, about=view)
    return view


@transaction.atomic
def bring_back(*, view: SavedView, by: User) -> SavedView:
    """Undo its removal. NotKept when another view has its name now, or it was removed too long ago."""
    if view.removed_at is not None and timezone.now() - view.removed_at > UNDO:
        raise NotKept(f"“{view}” was removed more than a day ago. Filter the list again and keep it anew.")
    view.removed_at = None
    _save(view)
    journal.record("core.view_back", by=by, about=view)
    return view


def views_of(person: User, schools: Collection[int], route: str = "") -> list[SavedView]:
    """One's own views, those removed a short while ago too, and those shared with these schools; by name.

    Of one list, or without a `route` of every list. One query.
    """
    fresh = Q(removed_at=None) | Q(removed_at__gte=timezone.now() - UNDO)
    rows = SavedView.objects.filter(Q(fresh, owner=person) | Q(shared_with__in=schools, removed_at=None))
    if route:
        rows = rows.filter(route=route)
    return list(rows.select_related("owner").order_by("name", "pk")[: 4 * MOST])


def _mine(person: User, route: str):
    """One's live views of a list, while nobody else changes them (two tabs at once)."""
    User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    return SavedView.objects.filter(owner=person, route=route, removed_at=None)


def _named(name: str) -> str:
    if not name.strip():
        raise NotKept("Give the view a name.")
    if len(name.strip()) > 60:
        raise NotKept("A name has at most 60 characters.")
    return name.strip()


def _save(view: SavedView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise NotKept(f"You have a view called “{view.name}” of this list already. Choose another name.") from None
