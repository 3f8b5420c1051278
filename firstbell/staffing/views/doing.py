"""What is done for one person: papers seen and withdrawn, posts given and ended, days away and who stands in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.core.models import User
from firstbell.core.refusals import tried
from firstbell.roster.models import School
from firstbell.staffing.actions import absences, assign
from firstbell.staffing.actions import credentials as papers
from firstbell.staffing.actions import end as end_post
from firstbell.staffing.forms import people as said
from firstbell.staffing.models import Absence, Credential
from firstbell.staffing.queries import candidates, credentials
from firstbell.staffing.queries import people as queries
from firstbell.staffing.queries.absences import holes_for
from firstbell.staffing.views.people import person_of, show


def _do(
    request: HttpRequest, who: User, name: str, form: forms.Form, act: Callable[[], Any], done: str
) -> HttpResponse:
    """One doing of a person's page: back to it when done, the page with what was typed when it is refused."""
    if request.method == "POST" and tried(form, act) is None:
        return show(request, who, {name: form})
    if request.method == "POST":
        messages.success(request, done)
    return redirect("staffing:person", who.pk)


def _crumbs(who: User) -> list[tuple[str, str]]:
    return [("Staffing", reverse("staffing:people")), (str(who), reverse("staffing:person", args=[who.pk]))]


# -- papers ------------------------------------------------------------------------------------------------------------


@page(May.VERIFY_CREDENTIALS, writes=True)
def record(request: HttpRequest, user_id: int) -> HttpResponse:
    who = person_of(request, user_id)
    first = {"kind": request.GET.get("kind")}
    form = said.Paper(request.POST or None, request.FILES or None, initial=first)
    if request.method == "POST":
        made = tried(form, lambda: papers.record(user=who, by=request.user, **form.words()))
        if made:
            messages.success(
                request, f"{made.get_kind_display()}: on record. Their posts reach as far as it lets them."
            )
            return redirect("staffing:person", who.pk)
    context = {"who": who, "form": form, "crumbs": _crumbs(who)}
    return render(request, "staffing/paper.html", context, status=409 if form.errors else 200)


@page(May.VERIFY_CREDENTIALS, writes=True)
def withdraw(request: HttpRequest, paper_id: int) -> HttpResponse:
    one, name = _paper(request, paper_id), f"withdraw{paper_id}"
    form = said.Withdraw.of(name, request.POST or None)
    act = lambda: papers.withdraw(credential=one, by=request.user, **form.cleaned_data)  # noqa: E731
    return _do(request, one.user, name, form, act, "Withdrawn. Their posts end with it unless another paper holds.")


def _paper(request: HttpRequest, paper_id: int) -> Credential:
    papers_seen = credentials.papers_in(queries.people_in(request.scope))
    return get_object_or_404(papers_seen.select_related("user"), pk=paper_id)


@page(May.VERIFY_CREDENTIALS)
def scan(request: HttpRequest, paper_id: int) -> HttpResponse:
    one = _paper(request, paper_id)
    if not one.scan:
        raise Http404
    content, media = credentials.scan_of(one)
    answer = HttpResponse(content, content_type=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="paper-{one.pk}.{media.rpartition("/")[2]}"'
    return answer


# -- posts -------------------------------------------------------------------------------------------------------------


@page(May.ASSIGN_POSTS, writes=True)
def give(request: HttpRequest, user_id: int) -> HttpResponse:
    who, scope = person_of(request, user_id), request.scope
    first = {"where": request.GET.get("where"), "begins": clock.today()}
    form = said.Assign(
        request.POST or None, initial=first, schools=queries.schools(scope), regions=queries.regions(scope),
        everywhere=scope.everywhere,
    )  # fmt: skip
    if request.method == "POST":
        made = tried(form, lambda: _given(request, who, **form.words()))
        if made:
            until = f" until {made.span.upper - timedelta(1):%-d %B %Y}" if made.span.upper else ""
            messages.success(request, f"{who} is {made} from {made.span.lower:%-d %B %Y}{until}.")
            return redirect("staffing:person", who.pk)
    context = {
        "who": who, "form": form, "crumbs": _crumbs(who), "standing": credentials.standing_of(who, clock.today()),
    }  # fmt: skip
    return render(request, "staffing/give.html", context, status=409 if form.errors else 200)


def _given(request: HttpRequest, who: User, where: tuple[str, str], **told: Any) -> Any:
    return assign(user=who, by=request.user, **queries.place(request.scope, *where), **told)


@page(May.ASSIGN_POSTS, writes=True)
def end(request: HttpRequest, post_id: int) -> HttpResponse:
    one = get_object_or_404(queries.posts_given_by(request.scope).select_related("user"), pk=post_id)
    name = f"end{post_id}"
    form = said.End.of(name, request.POST or None)
    act = lambda: end_post(post=one, on=form.cleaned_data["on"] + timedelta(1), by=request.user)  # noqa: E731
    return _do(request, one.user, name, form, act, "The post ends then. Its school shows as open from the next day.")


# -- absences ----------------------------------------------------------------------------------------------------------


@page(May.ASSIGN_POSTS, writes=True)
def away(request: HttpRequest, user_id: int) -> HttpResponse:
    who = person_of(request, user_id)
    form = said.Away(request.POST or None, auto_id="id_away_%s")
    act = lambda: absences.say_away(user=who, by=request.user, **form.cleaned_data)  # noqa: E731
    return _do(request, who, "away", form, act, "Noted. Look for who stands in.")


@page(May.ASSIGN_POSTS, writes=True)
def back(request: HttpRequest, absence_id: int) -> HttpResponse:
    one = _absence(request, absence_id)
    form = forms.Form(request.POST)
    act = lambda: absences.take_back(absence=one, by=request.user) or True  # noqa: E731
    return _do(request, one.user, "back", form, act, "Taken back; whoever stood in does so no longer.")


def _absence(request: HttpRequest, absence_id: int) -> Absence:
    return get_object_or_404(Absence.objects.visible_to(request.scope).select_related("user"), pk=absence_id)


@page(May.ASSIGN_POSTS, writes=True)
def cover(request: HttpRequest, absence_id: int) -> HttpResponse:
    """The open days of an absence, post by post, with who could stand in."""
    one = _absence(request, absence_id)
    found = holes_for(request.scope, one)
    form = said.Cover(request.POST or None, people=queries.people_in(request.scope))
    if request.method == "POST":
        post = get_object_or_404(queries.posts_in(request.scope).filter(cover_for=None), pk=_key(request, "post"))
        act = lambda: absences.cover(absence=one, post=post, by=request.user, **form.cleaned_data)  # noqa: E731
        if made := tried(form, act):
            messages.success(request, f"{made.user} stands in at {made.school}.")
            return redirect("staffing:cover", one.pk)
    offered = [(hole, candidates.for_hole(request.scope, hole)) for hole in found]
    context = {"absence": one, "offered": offered, "form": form, "crumbs": _crumbs(one.user)}
    return render(request, "staffing/cover.html", context, status=409 if form.errors else 200)


def _key(request: HttpRequest, name: str) -> int:
    """A key that a page's own button sent; 0, which nothing has, for anything else."""
    told = request.POST.get(name, "")
    return int(told) if told.isdecimal() and len(told) < 19 else 0


@page(May.ASSIGN_POSTS, writes=True)
def lend(request: HttpRequest, school_id: int) -> HttpResponse:
    school = get_object_or_404(School.objects.visible_to(request.scope), pk=school_id)
    form = said.Lend(request.POST or None, people=queries.people_in(request.scope))
    if request.method == "POST":
        told = {"school": school, "by": request.user}
        act = lambda: absences.lend(week=form.week(), **told, **{  # noqa: E731
            name: form.cleaned_data[name] for name in ("user", "begins", "ends")
        })  # fmt: skip
        if made := tried(form, act):
            messages.success(request, f"{made.user} is lent to {school} until {form.cleaned_data['ends']:%-d %B %Y}.")
            return redirect("staffing:schools")
    context = {
        "school": school, "form": form, "offered": candidates.for_loan(request.scope, school, clock.today()),
        "crumbs": [("Staffing", reverse("staffing:people")), ("Schools", reverse("staffing:schools"))],
    }  # fmt: skip
    return render(request, "staffing/lend.html", context, status=409 if form.errors else 200)
