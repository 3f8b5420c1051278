"""Who works where: the list of people, the schools' coverage, one person, and one's own posts."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.core.models import User
from firstbell.core.paging import Pages
from firstbell.core.refusals import NotAllowed
from firstbell.staffing.actions import absences as actions
from firstbell.staffing.forms import people as said
from firstbell.staffing.models import Post
from firstbell.staffing.queries import absences, coverage, credentials
from firstbell.staffing.queries import people as queries

A_PAGE = 50
Bound = dict[str, forms.Form]


def day_asked(request: HttpRequest) -> date:
    """The day of `?on=`, today where there is none or it is no day."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return clock.today()


@page(May.SEE_POSTS)
def people(request: HttpRequest) -> HttpResponse:
    """The list; counselors first asked for, with what is missing on top."""
    on = day_asked(request)
    asked = {name: request.GET.get(name, "") for name in queries.FILTERS}
    asked["role"] = asked["role"] if asked["role"] in (*Post.Role.values, queries.ANYBODY) else "counselor"
    found = Pages(queries.people(request.scope, on, **asked), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": queries.rows_of(request.scope, on, found.object_list, asked["role"]), "found": found,
        "asked": asked, "on": on, "today": clock.today(), "papers": queries.PAPERS,
        "roles": [*Post.Role.choices, *([(queries.ANYBODY, "Without a post")] if _may(request) else [])],
        "regions": queries.regions(request.scope), "schools": queries.schools(request.scope),
        "filtered": any(value for name, value in asked.items() if name != "role"),
    }  # fmt: skip
    return render(request, "staffing/people.html", context)


def _may(request: HttpRequest) -> bool:
    return May.ASSIGN_POSTS in request.scope or May.VERIFY_CREDENTIALS in request.scope


@page(May.SEE_POSTS)
def schools(request: HttpRequest) -> HttpResponse:
    """Every school on a day, those without anybody first."""
    on = day_asked(request)
    asked = {name: request.GET.get(name, "") for name in ("region", "state")}
    asked["state"] = asked["state"] if asked["state"] in coverage.STATES else ""
    rows = coverage.coverage(request.scope, on, region=asked["region"])
    counted = [(key, words, sum(one.state == key for one in rows)) for key, words in coverage.STATES.items()]
    shown = [one for one in rows if asked["state"] in ("", one.state)]
    found = Pages(shown, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "found": found, "rows": coverage.rows_of(request.scope, on, found.object_list), "asked": asked, "on": on,
        "today": clock.today(), "counted": counted, "whole": len(rows), "regions": queries.regions(request.scope),
        "may_lend": May.ASSIGN_POSTS in request.scope, "crumbs": [("Staffing", reverse("staffing:people"))],
    }  # fmt: skip
    return render(request, "staffing/schools.html", context)


@page(May.SEE_POSTS)
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    return show(request, person_of(request, user_id), {})


def person_of(request: HttpRequest, user_id: int) -> User:
    """The person, for who may see them; for anybody else there is none."""
    return get_object_or_404(queries.people_in(request.scope), pk=user_id)


def show(request: HttpRequest, who: User, bound: Bound) -> HttpResponse:
    """A person's page, with what was typed where something was refused. `bound` is by name, or name and key."""
    context = _about(request, who, clock.today(), bound) | {
        "bound": bound, "crumbs": [("Staffing", reverse("staffing:people"))], "own": False,
        "away": bound.get("away") or said.Away(auto_id="id_away_%s"),
        "away_url": reverse("staffing:away", args=[who.pk]),
    }  # fmt: skip
    return render(request, "staffing/person.html", context, status=409 if bound else 200)


def _about(request: HttpRequest, who: User, today: date, bound: Bound) -> dict[str, Any]:
    held, papers = queries.posts_of(request.scope, who, today), credentials.shown(who, today)
    sees_papers = May.VERIFY_CREDENTIALS in request.scope or who == request.user
    return {
        "who": who, "today": today, "standing": credentials.standing_of(who, today),
        "posts": [(one, bound.get(name := f"end{one.post.pk}") or said.End.of(name)) for one in held],
        "papers": [
            (one, bound.get(name := f"withdraw{one.credential.pk}") or said.Withdraw.of(name, initial={"on": today}))
            for one in papers
        ],
        "counselor": any(one.post.role == Post.Role.COUNSELOR for one in held),
        "sees_papers": sees_papers, "may_verify": May.VERIFY_CREDENTIALS in request.scope and who != request.user,
        "may_assign": May.ASSIGN_POSTS in request.scope and who != request.user,
        "absences": absences.absences_of(request.scope, who, today),
        "sees_why": May.ASSIGN_POSTS in request.scope or who == request.user,
    }  # fmt: skip


@page(May.LOG_TIME, writes=True)
def mine(request: HttpRequest) -> HttpResponse:
    """One's own posts, papers and days away, as others see them; days away are said here."""
    form = said.Away(request.POST or None, auto_id="id_away_%s")
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                actions.say_away(user=request.user, by=request.user, **form.cleaned_data)
            messages.success(request, "Noted. Whoever plans sees that somebody must stand in.")
            return redirect("staffing:mine")
        except NotAllowed as no:
            form.add_error(None, str(no))
    bound = {"away": form} if form.errors else {}
    context = _about(request, request.user, clock.today(), {}) | {"own": True, "bound": bound, "crumbs": []}
    context |= {"away": form, "away_url": reverse("staffing:mine")}
    return render(request, "staffing/person.html", context, status=409 if bound else 200)
