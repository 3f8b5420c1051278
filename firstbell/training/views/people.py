"""Pages about the training of people: who misses what, and one person with what is required and completed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.core.models import User
from firstbell.core.paging import Pages
from firstbell.core.refusals import refusal, tried
from firstbell.staffing.queries import posts_on
from firstbell.training.actions import courses as actions
from firstbell.training.forms import courses as said
from firstbell.training.models import Course, Proposal
from firstbell.training.queries import courses as queries

A_PAGE = 50
CRUMBS = [("Training of people", "/training/people/")]


@page(May.RUN_TRAINING)
def people(request: HttpRequest) -> HttpResponse:
    """Who holds a post in scope and misses something required; by name."""
    today, show = clock.today(), request.GET.get("show", "")
    show, named = show if show in queries.PEOPLE else "missing", request.GET.get("named", "")[:80]
    offered = list(queries.courses(request.scope))
    asked = request.GET.get("course", "")
    course = next((one for one in offered if str(one.pk) == asked), None)
    rows = queries.people(request.scope, today, show=show, course=course, named=named)
    found = Pages(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "found": found, "rows": queries.people_rows(request.scope, list(found), today, course), "named": named,
        "chosen": course.pk if course else "", "courses": [(one.pk, one.title) for one in offered], "show": show,
        "shows": list(queries.PEOPLE.items()), "narrowed": bool(course or named), "offered": bool(offered),
    }  # fmt: skip
    return render(request, "training/people.html", context)


@page(May.RUN_TRAINING, writes=True)
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person: what is required and completed; record what they showed, give them a seat, propose a course."""
    who = get_object_or_404(queries.people_seen(request.scope), pk=user_id)
    shown, doing = _forms(request), request.POST.get("do", "")
    if doing in shown and tried(shown[doing], lambda: _doers(request.user, who)[doing](shown[doing])):
        messages.success(request, "Done.")
        return redirect("training:person", who.pk)
    today = clock.today()
    posts = posts_on(who, today)
    context = {
        "person": who, "forms": shown, "bound": shown.get(doing), "crumbs": CRUMBS,
        "posts": posts, "required": queries.required(who, {post.role for post in posts}, today),
        "found": Pages(queries.completions(who), A_PAGE).get_page(request.GET.get("page")),
        "proposals": Proposal.objects.visible_to(request.scope).filter(user=who).select_related("course")[:A_PAGE],
        "seats": queries.seats_to_come(request.scope, request.user, who, today),
    }  # fmt: skip
    return render(request, "training/person.html", context, status=409 if request.method == "POST" else 200)


def _forms(request: HttpRequest) -> dict[str, forms.Form]:
    doing, offered = request.POST.get("do", ""), queries.courses(request.scope)
    data = {name: request.POST if doing == name else None for name in ("complete", "seat", "propose")}
    sessions = queries.to_seat(request.scope, request.user, clock.today())
    return {
        "complete": said.Complete(
            data["complete"], courses=Course.objects.visible_to(request.scope), auto_id="id_complete_%s"
        ),
        "seat": said.GiveSeat(data["seat"], sessions=sessions, auto_id="id_seat_%s"),
        "propose": said.Propose(data["propose"], courses=offered, auto_id="id_propose_%s"),
    }


def _doers(by: User, who: User) -> dict[str, Callable[[Any], Any]]:
    return {
        "complete": lambda form: actions.record_completion(user=who, by=by, **form.cleaned_data),
        "seat": lambda form: actions.sign_up(user=who, by=by, **form.cleaned_data),
        "propose": lambda form: _propose(by, who, **form.cleaned_data),
    }


def _propose(by: User, who: User, *, course: Course, why: str) -> Proposal:
    """By hand: a course once a day, so that nobody is asked twice by two people."""
    source = f"hand:{course.key}:{clock.today().isoformat()}"
    made = actions.propose(user=who, course=course, why=why, source=source, by=by)
    if made is None:
        raise refusal(f"{course} was proposed to {who} today already.")
    return made
