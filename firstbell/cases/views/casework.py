"""The page of a case: how it stands, the contact log, tasks, notes; and what people decide about it."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from firstbell.cases import actions
from firstbell.cases.forms import casework as said
from firstbell.cases.models import Case, Draft, Entry, Task
from firstbell.cases.queries import casework as queries
from firstbell.cases.queries import ladder_of
from firstbell.cases.queries.drafts import Unsaved, drafts_of
from firstbell.cases.queries.households import Home, homes_of
from firstbell.cases.rules import NotAllowed
from firstbell.cases.rules.cases import proposed
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.law.policy import policy_on
from firstbell.roster.models import Student

ENTRIES = 25
Bound = dict[str, forms.Form]


@page(May.SEE_CASES)
def case(request: HttpRequest, student_id: int) -> HttpResponse:
    return _show(request, _student(request, student_id), {})


@page(May.LOG_CONTACTS, writes=True)
def log(request: HttpRequest, student_id: int) -> HttpResponse:
    who, sent = _student(request, student_id), request.POST
    home = homes_of([who.pk]).get(who.pk) if "also" in sent else None
    form = _log_form(request, who, home, sent or None, effort="effort" in sent)
    return _do(request, who, "log", form, lambda: _logged(
        actions.log(student=who, by=request.user, **form.words())))  # fmt: skip


def _logged(entry: Entry) -> str:
    """What is on record; of several children, for whom it was filed as the attempt the law asks for."""
    others = list(entry.others.select_related("student").order_by("pk"))
    if not others:
        return f"{entry} is on record."
    told = f"{entry} is on record for {', '.join(one.student.name for one in (entry, *others))}."
    left = [one.student.name for one in others if entry.step_id and not one.step_id]
    return f"{told} It counts as no attempt at a conference for {', '.join(left)}." if left else told


@page(May.LOG_CONTACTS, writes=True)
def undo(request: HttpRequest, entry_id: int) -> HttpResponse:
    entry = get_object_or_404(Entry.objects.visible_to(request.scope).select_related("student"), pk=entry_id)
    return _do(request, entry.student, "", None, lambda: f"{actions.undo(entry=entry, by=request.user)}: taken back.")


@page(May.WORK_CASES, writes=True)
def start(request: HttpRequest, student_id: int) -> HttpResponse:
    who, form = _student(request, student_id), said.Open(request.POST or None)
    return _do(request, who, "open", form, lambda: _opened(request, who, form))


def _opened(request: HttpRequest, who: Student, form: forms.Form) -> str:
    told = form.cleaned_data
    actions.open_case(student=who, by=request.user, tier=int(told["tier"]), lead=request.user, why=told["why"])
    return "The case is open, and you are its named adult until somebody else is."


@page(May.WORK_CASES, writes=True)
def tier(request: HttpRequest, case_id: int) -> HttpResponse:
    one, form = _case(request, case_id), said.Tier(request.POST or None)
    return _do(request, one.student, "tier", form, lambda: _decided(
        actions.set_tier(case=one, by=request.user, tier=int(form.cleaned_data["tier"]), why=form.cleaned_data["why"],
                         version=form.cleaned_data["version"])))  # fmt: skip


def _decided(one: Case) -> str:
    return f"{one.get_tier_display()}, from today."


@page(May.WORK_CASES, writes=True)
def lead(request: HttpRequest, case_id: int) -> HttpResponse:
    one = _case(request, case_id)
    form = said.Lead(request.POST or None, people=queries.colleagues(one))
    return _do(request, one.student, "lead", form, lambda: _named(
        actions.name_adult(case=one, by=request.user, **form.cleaned_data)))  # fmt: skip


def _named(one: Case) -> str:
    return f"{one.lead} answers for this student now." if one.lead else "Nobody answers for this student now."


@page(May.WORK_CASES, writes=True)
def close(request: HttpRequest, case_id: int) -> HttpResponse:
    one, form = _case(request, case_id), said.Close(request.POST or None)
    return _do(request, one.student, "close", form, lambda: _closed(
        actions.close(case=one, by=request.user, **form.cleaned_data)))  # fmt: skip


def _closed(one: Case) -> str:
    return f"Closed: {one.get_closing_display()}. Everything in it stays."


@page(May.WORK_CASES, writes=True)
def reopen(request: HttpRequest, case_id: int) -> HttpResponse:
    one, form = _case(request, case_id), said.Reopen(request.POST or None)

    def again() -> str:
        actions.reopen(case=one, by=request.user, **form.cleaned_data)
        return "The case is open again, with all it had."

    return _do(request, one.student, "reopen", form, again)


@page(May.WORK_CASES, writes=True)
def ask(request: HttpRequest, case_id: int) -> HttpResponse:
    one, form = _case(request, case_id), said.Ask(request.POST or None)

    def asked() -> str:
        return f"{actions.ask(case=one, by=request.user, owner=request.user, **form.cleaned_data)} waits for you now."

    return _do(request, one.student, "ask", form, asked)


DOINGS: dict[str, tuple[type[forms.Form], Callable[..., Task], str]] = {
    "finish": (said.Finish, actions.finish, "is done"),
    "drop": (said.Drop, actions.drop, "is dropped"),
    "snooze": (said.Snooze, actions.snooze, "can wait"),
    "claim": (said.Version, actions.claim, "is yours"),
}


@page(May.WORK_CASES, writes=True)
def task(request: HttpRequest, task_id: int, doing: str) -> HttpResponse:
    one = get_object_or_404(Task.objects.visible_to(request.scope).select_related("case__student"), pk=task_id)
    shape, act, words = DOINGS[doing]
    form = shape(request.POST or None)
    return _do(request, one.case.student, f"task-{one.pk}", form, lambda: (
        f"{act(task=one, by=request.user, **form.cleaned_data)} {words}."))  # fmt: skip


@page(May.WORK_CASES, writes=True)
def put_off(request: HttpRequest, student_id: int) -> HttpResponse:
    who, form = _student(request, student_id), said.PutOff(request.POST or None)

    def wait() -> str:
        made = actions.put_off(student=who, by=request.user, **form.cleaned_data)
        return f"{who.name} can wait until {made.until:%A %-d %B}."

    return _do(request, who, "put_off", form, wait)


@page(May.WORK_CASES, writes=True)
def note(request: HttpRequest, student_id: int) -> HttpResponse:
    who = _student(request, student_id)
    form = said.Write(request.POST or None, people=queries.team_of(who))

    def write() -> str:
        kept = actions.write_note(student=who, by=request.user, **form.cleaned_data)
        return f"The note is kept. {kept.get_lock_display()}."

    return _do(request, who, "note", form, write)


def _do(request: HttpRequest, who: Student, name: str, form: forms.Form | None, act: Callable[[], str]) -> HttpResponse:
    """Do it and go back to the case; what cannot be done keeps every word, and the page says why."""
    if request.method != "POST":
        return redirect("cases:case", who.pk)
    accesslog.opens(request, who.pk)
    if form is None or form.is_valid():
        try:
            with transaction.atomic():
                messages.success(request, act())
                if name in Draft.Form.values:
                    actions.forget_draft(student=who, form=name, by=request.user)
            return redirect(_back(request, request.POST) or reverse("cases:case", args=[who.pk]))
        except actions.Careful as careful:
            return _show(request, who, {name: form}, careful=careful)
        except NotAllowed as no:
            if form is None:
                messages.error(request, str(no))
                return redirect("cases:case", who.pk)
            form.add_error(None, str(no))
    return _show(request, who, {name: form}, status=409)


def _back(request: HttpRequest, told: Mapping[str, str]) -> str:
    """The page of ours that somebody came from and wants to go back to; empty for none, and for any other address."""
    back = told.get("back", "")
    mine = url_has_allowed_host_and_scheme(back, allowed_hosts=None, require_https=request.is_secure())
    return back if mine and back.startswith("/") else ""


def _show(
    request: HttpRequest, who: Student, bound: Bound, *, careful: NotAllowed | None = None, status: int = 200
) -> HttpResponse:
    cases = queries.cases_of(who)
    now = next((one for one in cases if one.state == Case.State.OPEN), None)
    figures = actions.figures_of(who)
    rule = proposed(figures, policy_on(clock.today())) if figures else None
    home = homes_of([who.pk]).get(who.pk)
    if "log" in bound:
        bound = bound | {"log": _log_again(request, who, home, bound["log"])}
    drafts = drafts_of(who, request.user) if May.LOG_CONTACTS in request.scope else {}
    fresh = bound.get("log") or _log_form(request, who, home, draft=drafts.get("log"))
    entries = Paginator(queries.entries_of(who), ENTRIES).get_page(request.GET.get("page"))
    context = {
        "student": who, "case": now, "earlier": [one for one in cases if one != now], "bound": bound,
        "careful": careful, "rule": rule, "proposal": queries.proposal_words(now, rule) if now else "",
        "entries": entries,
        "tasks": _tasks(now, bound), "notes": queries.notes_of(who, request.user, request.scope),
        "moves": queries.timeline((), queries.moves_of(cases)), "today": clock.today(), "reader": request.user,
        "forms": _forms(who, now, rule.tier if rule else 2, bound, fresh, drafts.get("note")), "home": home,
        "drafts": {name: one.at for name, one in drafts.items() if name not in bound},
        "may_log": May.LOG_CONTACTS in request.scope, "may_work": May.WORK_CASES in request.scope,
        "back": _back(request, request.GET) or _back(request, request.POST),
        "crumbs": [("Students", reverse("desk:students")), (who.name, reverse("desk:student", args=[who.pk]))],
    }  # fmt: skip
    return render(request, "cases/case.html", context, status=status)


def _forms(
    who: Student, now: Case | None, rule: int, bound: Bound, log: said.Log, draft: Unsaved | None
) -> dict[str, forms.Form]:
    """Every form of the page: the one that could not be saved with its words, the others fresh."""
    written = draft.initial("readers") if draft else {}
    fresh: dict[str, Any] = {"log": log, "note": said.Write(people=queries.team_of(who), initial=written)}
    if now is None:
        fresh["open"] = said.Open(initial={"tier": str(max(2, rule))}, auto_id="id_open_%s")
    else:
        seen = {"version": now.version}
        fresh |= {
            "tier": said.Tier(initial=seen | {"tier": str(now.tier)}, auto_id="id_tier_%s"),
            "lead": said.Lead(
                initial=seen | {"lead": now.lead_id}, people=queries.colleagues(now), auto_id="id_lead_%s"
            ),
            "close": said.Close(initial=seen, auto_id="id_close_%s"),
            "ask": said.Ask(initial={"due_on": clock.today()}, auto_id="id_ask_%s"),
        }
    return fresh | {name: form for name, form in bound.items() if name in fresh}


def _tasks(now: Case | None, bound: Bound) -> list[tuple[Task, dict[str, forms.Form], forms.Form | None]]:
    """Each open task with the forms of what may be done with it, and the one that could not be saved."""
    if now is None:
        return []
    return [(one, _doings(one), bound.get(f"task-{one.pk}")) for one in queries.tasks_of(now)]


def _doings(one: Task) -> dict[str, forms.Form]:
    shapes = {name: shape for name, (shape, _, _) in DOINGS.items() if name != "claim" or one.claimed_by_id is None}
    if said.proves_itself(one.kind):
        del shapes["finish"]
    return {
        name: shape(initial={"version": one.version}, auto_id=f"id_{name}{one.pk}_%s") for name, shape in shapes.items()
    }


def _log_form(
    request: HttpRequest, who: Student, home: Home | None, sent: Any = None, draft: Unsaved | None = None,
    effort: bool = True,
) -> said.Log:  # fmt: skip
    """`effort`: ask the student's ladder whether a contact may count as an attempt, which is dear."""
    climb, mine = ladder_of(who) if effort else None, Student.objects.visible_to(request.scope)
    siblings = mine.filter(pk__in=home.others).order_by("born_on", "pk") if home else ()
    return said.Log(
        sent, lines=queries.lines_to(who), effort=bool(climb and climb.meet), siblings=siblings, draft=draft
    )


def _log_again(request: HttpRequest, who: Student, home: Home | None, sent: forms.Form) -> said.Log:
    """A log that could not be written, with all that the page offers: it was read for what had been sent alone."""
    whole = _log_form(request, who, home, sent.data)
    whole.full_clean()
    for error in sent.non_field_errors():
        whole.add_error(None, error)
    return whole


def _student(request: HttpRequest, pk: int) -> Student:
    who = get_object_or_404(Student.objects.visible_to(request.scope).select_related("school"), pk=pk)
    accesslog.opens(request, who.pk)
    return who


def _case(request: HttpRequest, pk: int) -> Case:
    rows = Case.objects.visible_to(request.scope).select_related("student__school", "school", "lead")
    return get_object_or_404(rows, pk=pk)
