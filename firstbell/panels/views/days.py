"""Pages of hearing days: the list, a new one, the docket, a proposal to accept, the sheet to print."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases.rules import NotAllowed, refusal
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.refusals import tried
from firstbell.core.templatetags.ui import clock as time_words
from firstbell.panels import actions
from firstbell.panels.forms import docket as said
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Day
from firstbell.panels.queries import days as queries
from firstbell.panels.queries.docket import Waiting, propose, tongue, waiting
from firstbell.panels.queries.people import in_term, runs

A_PAGE = 25
Bound = dict[str, forms.Form]
_STALE = "This proposal cannot be read any more. Ask for a new one."


@page(May.SEE_PANELS)
def days(request: HttpRequest) -> HttpResponse:
    past = request.GET.get("past") == "yes"
    panel = _number(request.GET["panel"]) if request.GET.get("panel") else None
    found = Paginator(queries.days(request.scope, past=past, panel=panel), A_PAGE).get_page(request.GET.get("page"))
    may_plan = May.RUN_PANELS in request.scope and queries.panels_run(request.scope).exists()
    return render(request, "panels/days.html", {"found": found, "past": past, "may_plan": may_plan, "kinds": KINDS})


@page(May.RUN_PANELS, writes=True)
def plan_day(request: HttpRequest) -> HttpResponse:
    panels = queries.panels_run(request.scope)
    first = panels.filter(pk=_number(request.GET.get("panel"))).first()
    form = said.PlanDay(request.POST or None, panels=panels, initial={"panel": first, "place": first and first.address})
    if request.method == "POST":
        made = tried(form, lambda: actions.plan_day(by=request.user, **form.cleaned_data))
        if made:
            messages.success(request, "The day is planned. Say who interprets, then ask for a proposal.")
            return redirect("panels:day", made.pk)
    context = {"form": form, "crumbs": [("Hearing days", reverse("panels:days"))]}
    return render(request, "panels/day_new.html", context, status=409 if form.errors else 200)


@page(May.SEE_PANELS)
def day(request: HttpRequest, day_id: int) -> HttpResponse:
    return show(request, day_of(request, day_id), {})


def show(request: HttpRequest, one: Day, bound: Bound, status: int = 200) -> HttpResponse:
    """The docket: rooms by time, and who waits for a place. Forms that were refused keep what was typed."""
    renew(bound.values(), one.version)
    may_run = runs(request.scope, one.panel)
    docket = queries.docket(one, request.scope, runs=may_run)
    homes = _waiting(request, one, may_run)
    students = {student.pk for cell in (*docket.cells, *docket.called_off) for student in cell.students}
    accesslog.opens(request, *students, *(referral.student_id for home in homes for referral in home.referrals))
    past = one.on < clock.today() or one.state == Day.State.CALLED_OFF
    context = {
        "day": one, "kind": KINDS[one.panel.kind], "docket": docket, "homes": homes, "runs": may_run and not past,
        "voices": [(voice, tongue(voice.language)) for voice in one.interpreters.all()], "bound": bound,
        "forms": _forms(one, homes) | bound, "crumbs": [("Hearing days", reverse("panels:days"))],
        "letters": queries.waits_for_post(one),
    }  # fmt: skip
    return render(request, "panels/day.html", context, status=status)


def _forms(one: Day, homes: Iterable[Waiting]) -> Bound:
    version, members = {"version": one.version}, one.panel.members.filter(term__contains=one.on)
    return {
        "interpreter": said.AddInterpreter(
            initial=version, wanted=[home.language for home in homes], auto_id="id_voice_%s"
        ),
        "hours": said.Hours(initial=version, members=members, auto_id="id_hours_%s"),
        "off": said.Why(initial=version, auto_id="id_off_%s"),
        "invite": said.Invite(auto_id="id_invite_%s"),
    }  # fmt: skip


def _waiting(request: HttpRequest, one: Day, may_run: bool) -> list[Waiting]:
    """Who waits for this panel: everybody for who runs it, else those of one's own schools."""
    homes = waiting(one.panel) if one.on >= clock.today() else []
    mine = request.scope.schools
    return homes if may_run else [home for home in homes if any(row.school_id in mine for row in home.referrals)]


@page(May.RUN_PANELS, writes=True)
def proposal(request: HttpRequest, day_id: int) -> HttpResponse:
    """A proposal to look at; accepted whole, or not at all."""
    one = run_day(request, day_id)
    if request.method == "POST":
        return do(request, one, lambda seen: _accept(request, one, seen), "The proposal is the docket now.")
    found = propose(one)
    accesslog.opens(request, *(row.student_id for line in found.lines for row in line.home.referrals),
                    *(row.student_id for home, _ in found.left for row in home.referrals))  # fmt: skip
    context = {
        "day": one, "proposal": found, "plan": json.dumps(found.as_data), "crumbs": crumbs_of(one),
    }  # fmt: skip
    return render(request, "panels/day_proposal.html", context)


def _accept(request: HttpRequest, one: Day, seen: int) -> None:
    try:
        plan = [
            {"key": int(row["key"]), "start": int(row["start"]), "room": int(row["room"]),
             "members": [int(key) for key in row["members"]], "interpreter": str(row["interpreter"])}
            for row in json.loads(request.POST.get("plan", ""))
        ]  # fmt: skip
    except (ValueError, TypeError, KeyError):
        raise refusal(_STALE) from None
    actions.accept_proposal(day=one, sittings=plan, by=request.user, version=seen)


@page(May.SEE_PANELS)
def day_sheet(request: HttpRequest, day_id: int) -> HttpResponse:
    """The docket on paper: what the chair and the front desk hold in their hands."""
    one = day_of(request, day_id)
    docket = queries.docket(one, request.scope, runs=runs(request.scope, one.panel))
    accesslog.opens(request, *(student.pk for cell in docket.cells for student in cell.students))
    context = {"day": one, "docket": docket, "members": in_term(one.panel, one.on),
               "voices": [(voice, tongue(voice.language)) for voice in one.interpreters.all()],
               "crumbs": crumbs_of(one)}  # fmt: skip
    return render(request, "panels/day_sheet.html", context)


@page(May.RUN_PANELS, writes=True)
def fix_day(request: HttpRequest, day_id: int) -> HttpResponse:
    one = run_day(request, day_id)
    return do(
        request, one, lambda seen: actions.fix_day(day=one, by=request.user, version=seen), "The docket is fixed."
    )


@page(May.RUN_PANELS, writes=True)
def open_day_again(request: HttpRequest, day_id: int) -> HttpResponse:
    one = run_day(request, day_id)
    return do(request, one, lambda seen: actions.open_day_again(day=one, by=request.user, version=seen))


@page(May.RUN_PANELS, writes=True)
def call_off_day(request: HttpRequest, day_id: int) -> HttpResponse:
    one = run_day(request, day_id)
    form = said.Why(request.POST or None, auto_id="id_off_%s")
    return _done(request, one, "off", form, lambda told: actions.call_off_day(day=one, by=request.user, **told))


@page(May.RUN_PANELS, writes=True)
def add_interpreter(request: HttpRequest, day_id: int) -> HttpResponse:
    one = run_day(request, day_id)
    wanted = [home.language for home in waiting(one.panel)]
    form = said.AddInterpreter(request.POST or None, wanted=wanted, auto_id="id_voice_%s")
    return _done(
        request, one, "interpreter", form, lambda told: actions.add_interpreter(day=one, by=request.user, **told)
    )


@page(May.RUN_PANELS, writes=True)
def drop_interpreter(request: HttpRequest, interpreter_id: int) -> HttpResponse:
    voice = get_object_or_404(queries.interpreters_in(request.scope), pk=interpreter_id)
    one = run_day(request, voice.day_id)
    return do(request, one, lambda seen: actions.drop_interpreter(interpreter=voice, by=request.user, version=seen))


@page(May.RUN_PANELS, writes=True)
def come_for(request: HttpRequest, day_id: int) -> HttpResponse:
    one = run_day(request, day_id)
    members = one.panel.members.filter(term__contains=one.on)
    form = said.Hours(request.POST or None, members=members, auto_id="id_hours_%s")
    return _done(request, one, "hours", form, lambda told: actions.come_for(day=one, by=request.user, **told))


@page(May.RUN_PANELS, writes=True)
def invite_day(request: HttpRequest, day_id: int) -> HttpResponse:
    """Everybody who is owed an invitation; who could not be written to is named with the reason."""
    one = run_day(request, day_id)
    form = said.Invite(request.POST or None, auto_id="id_invite_%s")

    def act(told: dict[str, Any]) -> bool:
        made, left = actions.invite_day(day=one, by=request.user, channel=told["channel"])
        for hearing, why in left:
            messages.error(request, f"{hearing.room}, {time_words(hearing.span.lower)}: {why}")
        messages.success(request, f"{len(made)} messages were made." if made else "Nobody more could be invited.")
        return True

    return _done(request, one, "invite", form, act)


@page(May.RUN_PANELS, writes=True)
def mailed(request: HttpRequest, day_id: int) -> HttpResponse:
    one = run_day(request, day_id)
    return do(request, one, lambda _: actions.mailed(day=one, by=request.user), "The letters are with the post.")


def _done(
    request: HttpRequest, one: Day, name: str, form: forms.Form, act: Callable[[dict[str, Any]], Any]
) -> HttpResponse:
    """Back to the docket when it is done; else the docket with the form as it was sent, and why not."""
    if not form.is_bound or tried(form, lambda: act(form.cleaned_data)):
        return redirect("panels:day", one.pk)
    return show(request, one, {name: form}, status=409)


def do(request: HttpRequest, one: Day, act: Callable[[int], Any], words: str = "") -> HttpResponse:
    """Do it on the version that was seen, and go back to the docket; what cannot be done says why there."""
    if request.method == "POST":
        try:
            with transaction.atomic():
                act(_number(request.POST.get("version")))
            if words:
                messages.success(request, words)
        except NotAllowed as no:
            messages.error(request, str(no))
    return redirect("panels:day", one.pk)


def renew(refused: Iterable[forms.Form], version: int) -> None:
    """Let a form that was refused be sent again: it now shows the docket as it is."""
    for form in refused:
        if "version" in form.fields:
            form.data = form.data.copy()
            form.data["version"] = str(version)


def day_of(request: HttpRequest, pk: int) -> Day:
    rows = Day.objects.visible_to(request.scope).select_related("panel__school", "panel__region", "by")
    return get_object_or_404(rows, pk=pk)


def run_day(request: HttpRequest, pk: int) -> Day:
    """The day, for who runs its panel; for anybody else there is none."""
    one = day_of(request, pk)
    if not runs(request.scope, one.panel):
        raise Http404
    return one


def crumbs_of(one: Day) -> list[tuple[str, str]]:
    return [("Hearing days", reverse("panels:days")), (f"{one.on:%a %-d %b}", reverse("panels:day", args=[one.pk]))]


def _number(text: str | None) -> int:
    """0 for what is no number of ours: no row has it, and no version is it."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
