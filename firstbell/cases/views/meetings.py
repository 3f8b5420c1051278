"""Pages of a team's meeting: the list, the agenda, one student at a time, the recap."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases.actions import meetings as actions
from firstbell.cases.actions.notes import Careful
from firstbell.cases.forms import meetings as said
from firstbell.cases.models import AgendaItem, Meeting
from firstbell.cases.queries import meetings as queries
from firstbell.cases.rules import NotAllowed
from firstbell.cases.rules.tasks import TASKS
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.templatetags.ui import short_day
from firstbell.law.findings import Reason
from firstbell.roster.models import School, Student

A_PAGE, WEEK = 25, timedelta(days=7)
DOINGS = ("up", "down", "off")
"""What may be done with a student of an agenda before the meeting begins."""


@page(May.SEE_CASES)
def meetings(request: HttpRequest) -> HttpResponse:
    return _list(request, _plan_form(request, None))


@page(May.WORK_CASES, writes=True)
def plan(request: HttpRequest) -> HttpResponse:
    form = _plan_form(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = actions.plan_meeting(by=request.user, **form.cleaned_data)
            return redirect("cases:meeting", made.pk)
        except NotAllowed as no:
            form.add_error(None, str(no))
    return _list(request, form, status=409) if request.method == "POST" else redirect("cases:meetings")


def _list(request: HttpRequest, form: said.Plan, status: int = 200) -> HttpResponse:
    found = Paginator(queries.meetings(request.scope), A_PAGE).get_page(request.GET.get("page"))
    context = {"found": found, "form": form, "may_work": May.WORK_CASES in request.scope}
    return render(request, "cases/meetings.html", context, status=status)


def _plan_form(request: HttpRequest, sent: Any) -> said.Plan:
    schools = School.objects.visible_to(request.scope).filter(live=True).order_by("name")
    return said.Plan(sent, schools=schools, initial={"on": clock.today()})


@page(May.SEE_CASES)
def meeting(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The agenda before, one student at a time during, the recap after; who only reads sees what there is so far."""
    one = _meeting(request, meeting_id)
    if one.state == Meeting.State.PLANNED:
        return _agenda(request, one)
    if one.state == Meeting.State.RUNNING and May.WORK_CASES in request.scope:
        return _running(request, one)
    return _recap(request, one)


def _agenda(request: HttpRequest, one: Meeting) -> HttpResponse:
    items = queries.agenda_of(one)
    accesslog.opens(request, *(item.student_id for item in items))
    context = _frame(request, one) | {"items": items, "may_work": May.WORK_CASES in request.scope}
    return render(request, "cases/meeting_agenda.html", context)


def _recap(request: HttpRequest, one: Meeting) -> HttpResponse:
    talked, rest = queries.recap(one)
    accesslog.opens(request, *(told.item.student_id for told in (*talked, *rest)))
    decided = sum(len(told.tasks) for told in talked)
    context = _frame(request, one) | {"talked": talked, "rest": rest, "decided": decided}
    return render(request, "cases/meeting_recap.html", context)


def _running(
    request: HttpRequest, one: Meeting, form: said.Say | None = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The student talked about, and the next one already in the page: there is nothing to wait for."""
    items = queries.agenda_of(one)
    here = next((item for item in items if item.since), None)
    after = queries.next_of(items, here)
    now, then = (queries.brief(item, request.scope) if item else None for item in (here, after))
    accesslog.opens(request, *(told.item.student_id for told in (now, then) if told and not told.gone))
    passed = queries.spent(here) if here else 0
    context = _frame(request, one) | {
        "items": items,
        "now": now,
        "then": then,
        "facts": queries.facts_of(now) if now else [],
        "place": items.index(here) + 1 if here else 0,
        "seconds": passed,
        "time": queries.clock_of(passed),
        "form": form or (_say_form(request, one, now) if now else None),
        "decided": queries.decided(here),
        "before": here != items[0],
        "waiting": sum(item.state == AgendaItem.State.WAITING and item != here for item in items),
        "today": clock.today(),
    }
    return render(request, "cases/meeting_running.html", context | more, status=status)


def _frame(request: HttpRequest, one: Meeting) -> dict[str, Any]:
    asked = request.GET.get("q", "").strip()[:100]
    return {
        "meeting": one, "asked": asked, "crumbs": [("Meetings", reverse("cases:meetings"))],
        "found": queries.found(request.scope, one, asked) if asked else [],
    }  # fmt: skip


def _say_form(request: HttpRequest, one: Meeting, now: queries.Brief) -> said.Say:
    lead = now.case.lead_id if now.case else None
    first = {
        "version": one.version, "item": now.item.pk, "owner": lead or request.user.pk, "due_on": clock.today() + WEEK,
        "said": now.item.decision,
    }  # fmt: skip
    return said.Say(initial=first, people=queries.doers(one, request.user))


@page(May.WORK_CASES, writes=True)
def say(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """What was said of the student who is up, and where to go from there."""
    one = _meeting(request, meeting_id)
    if request.method != "POST":
        return redirect("cases:meeting", one.pk)
    form = said.Say(request.POST, people=queries.doers(one, request.user))
    if not form.is_valid():
        return _again(request, one, None)
    try:
        with transaction.atomic():
            _said(request, one, form.cleaned_data, request.POST.get("to", ""))
    except NotAllowed as no:
        return _again(request, one, no)
    return redirect("cases:meeting", one.pk)


def _said(request: HttpRequest, one: Meeting, told: dict[str, Any], to: str) -> None:
    """All of it or nothing. Only the first act asks for the version: from there on the meeting is ours."""
    seen, careful, by = told["version"], told["careful"], request.user
    item = queries.item_of(one, told["item"])
    new = item is not None and "said" in request.POST and told["said"] != item.decision
    if to == "decide" and not (told["kind"] or new):
        raise NotAllowed(Reason("", "Say what is decided, or what was said."))
    if new:
        actions.note_words(item=item, said=told["said"], by=by, version=seen, careful=careful)
        seen = None
    if item and told["kind"]:
        task = actions.decide(
            item=item, kind=told["kind"], owner=told["owner"], due_on=told["due_on"], text=told["text"], by=by,
            version=seen, careful=careful,
        )  # fmt: skip
        seen = None
        messages.success(request, f"{item.student.name}: {task}. {task.owner}, by {short_day(task.due_on)}.")
    if to != "decide":
        actions.go_on(meeting=one, to=to, by=by, version=seen)


def _again(request: HttpRequest, was: Meeting, no: NotAllowed | None) -> HttpResponse:
    """Nothing was saved: the page as it is now, with every word, also where somebody else has moved on meanwhile."""
    one = _meeting(request, was.pk)
    up = queries.up_in(one)
    if one.state != Meeting.State.RUNNING or up is None or str(up.pk) != request.POST.get("item"):
        kind, *words = (request.POST.get(name, "") for name in ("kind", "text", "said"))
        typed = ". ".join(filter(None, (TASKS.get(kind), *words)))
        lost = f" You had written: {typed}" if typed else ""
        messages.error(request, f"{no or 'This was not saved.'}{lost}")
        return redirect("cases:meeting", one.pk)
    sent = request.POST.copy()
    sent["version"] = str(one.version)
    fresh = said.Say(sent, people=queries.doers(one, request.user))
    careful = no if isinstance(no, Careful) else None
    if no and not careful:
        fresh.add_error(None, str(no))
    return _running(request, one, fresh, status=409, careful=careful)


@page(May.WORK_CASES, writes=True)
def start(request: HttpRequest, meeting_id: int) -> HttpResponse:
    one = _meeting(request, meeting_id)
    return _do(request, one, lambda seen: actions.start_meeting(meeting=one, by=request.user, version=seen))


@page(May.WORK_CASES, writes=True)
def add(request: HttpRequest, meeting_id: int) -> HttpResponse:
    one = _meeting(request, meeting_id)
    rows = Student.objects.visible_to(request.scope)
    asked = request.POST.get("student", "")

    def put(seen: int | None) -> None:
        who = get_object_or_404(rows.select_related("school"), pk=int(asked) if asked.isdecimal() else 0)
        actions.add_to_agenda(meeting=one, student=who, by=request.user, version=seen)
        messages.success(request, f"{who.name} is on the agenda.")

    return _do(request, one, put)


@page(May.WORK_CASES, writes=True)
def arrange(request: HttpRequest, item_id: int, doing: str) -> HttpResponse:
    """Up, down or off the agenda."""
    rows = AgendaItem.objects.visible_to(request.scope).select_related("meeting__school", "student")
    item = get_object_or_404(rows, pk=item_id)

    def act(seen: int | None) -> None:
        if doing == "off":
            actions.take_off_agenda(item=item, by=request.user, version=seen)
        else:
            places = -1 if doing == "up" else 1
            actions.move_on_agenda(item=item, places=places, by=request.user, version=seen)

    return _do(request, item.meeting, act)


@page(May.WORK_CASES, writes=True)
def close(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The end, with who was there; or calling a planned meeting off."""
    one = _meeting(request, meeting_id)
    present = request.POST.get("present", "")

    def end(seen: int | None) -> None:
        actions.close_meeting(meeting=one, present=present, by=request.user, version=seen)

    return _do(request, one, end)


def _do(request: HttpRequest, one: Meeting, act: Callable[[int | None], Any]) -> HttpResponse:
    """Do it on the version that was seen, and go back to the meeting; what cannot be done says why there."""
    seen = request.POST.get("version", "")
    if request.method == "POST":
        try:
            with transaction.atomic():
                act(int(seen) if seen.isdecimal() and len(seen) < 10 else 0)
        except NotAllowed as no:
            messages.error(request, str(no))
    return redirect("cases:meeting", one.pk)


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    rows = Meeting.objects.visible_to(request.scope).select_related("school", "held_by")
    return get_object_or_404(rows, pk=pk)
