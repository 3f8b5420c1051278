"""Saved views of the lists: kept, renamed, opened with, removed and brought back, counted."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from firstbell.core import saved
from firstbell.core.access import May, page
from firstbell.core.models import SavedView
from firstbell.desk.queries import saved as queries


@page(May.SEE_STUDENTS, writes=True)
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep a list as it is filtered; what cannot be kept goes back to the list with the name that was typed."""
    route = request.POST.get("route", "")
    if request.method != "POST" or route not in queries.LISTS or queries.LISTS[route].permission not in request.scope:
        return redirect("desk:students")
    told = request.POST
    strip = queries.strip(request.user, request.scope, route, told.get("query", ""))
    share = told.get("share", "")
    try:
        view = saved.keep_view(
            route=route, query=strip.query, name=told.get("name", ""), by=request.user, usual="usual" in told,
            shared_with=int(share) if share in dict(strip.shares) else None,
        )  # fmt: skip
    except saved.NotKept as no:
        messages.error(request, str(no))
        return redirect(f"{reverse(route)}?{strip.query}&{urlencode({'named': told.get('name', '')[:60]})}")
    messages.success(request, f"“{view}” is kept.")
    return redirect(queries.address(view))


def _rename(request: HttpRequest, view: SavedView) -> str:
    return f"It is called “{saved.rename_view(view=view, name=request.POST.get('name', ''), by=request.user)}” now."


def _usual(request: HttpRequest, view: SavedView) -> str:
    saved.open_with(view=view, usual=not view.usual, by=request.user)
    return f"The list opens with “{view}” now." if view.usual else "The list opens without a view again."


def _remove(request: HttpRequest, view: SavedView) -> str:
    return f"“{saved.remove_view(view=view, by=request.user)}” is removed. It can be brought back for a day."


def _back(request: HttpRequest, view: SavedView) -> str:
    return f"“{saved.bring_back(view=view, by=request.user)}” is back."


DOINGS: dict[str, Callable[[HttpRequest, SavedView], str]] = {
    "rename": _rename, "usual": _usual, "remove": _remove, "back": _back,
}  # fmt: skip


@page(May.SEE_STUDENTS, writes=True)
def change_view(request: HttpRequest, view_id: int, doing: str) -> HttpResponse:
    """Only its owner changes a view; anybody else's is not there."""
    view = _view(request, view_id)
    if doing not in DOINGS or view.owner_id != request.user.pk:
        raise Http404
    if request.method == "POST":
        try:
            messages.success(request, DOINGS[doing](request, view))
        except saved.NotKept as no:
            messages.error(request, str(no))
    return redirect(queries.address(view))


@page(May.SEE_STUDENTS)
def count_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """How many students a view holds now: asked by the chip once the list is shown."""
    view = _view(request, view_id)
    if queries.LISTS[view.route].permission not in request.scope:
        raise Http404
    return render(request, "desk/count.html", {"words": queries.count_words(view, request.scope)})


def _view(request: HttpRequest, pk: int) -> SavedView:
    """One's own or shared view of a list there is."""
    found = saved.views_of(request.user, request.scope.schools)
    view = next((one for one in found if one.pk == pk and one.route in queries.LISTS), None)
    if view is None:
        raise Http404
    return view
