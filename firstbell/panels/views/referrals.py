"""Pages of referrals: the list, a new one, and one with everything it still needs."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases.actions import Careful
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.refusals import tried
from firstbell.panels.actions import referrals as actions
from firstbell.panels.forms import referrals as said
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Override, Panel, Referral
from firstbell.panels.queries import readiness as ready
from firstbell.panels.queries import referrals as queries
from firstbell.panels.queries.people import runs
from firstbell.panels.rules.referrals import OPEN, STATES
from firstbell.roster.models import School, Student

A_PAGE = 50
Bound = dict[str, forms.Form]
ASKS = {
    "return": "Say what the school is to do: without it they cannot mend it.",
    "withdraw": "Say why it is withdrawn: the family and the panel read it.",
    "override": "Say why it should go forward without it.",
}


@page(May.SEE_PANELS)
def referrals(request: HttpRequest) -> HttpResponse:
    """The list, by state; those that wait longest first."""
    asked = {name: request.GET.get(name, "") for name in ("state", "panel", "school")}
    asked["state"] = asked["state"] if asked["state"] in (*STATES, "open", "stale", "all") else "open"
    wanted = asked | {"state": "" if asked["state"] == "all" else asked["state"]}
    found = Paginator(queries.referrals(request.scope, **wanted), A_PAGE).get_page(request.GET.get("page"))
    accesslog.opens(request, *(one.student_id for one in found))
    counted = queries.counted(request.scope)
    context = {
        "found": found, "asked": asked, "counted": counted, "open": sum(one.count for one in counted),
        "states": STATES, "waits": queries.WAITS, "today": clock.today(),
        "panels": Panel.objects.visible_to(request.scope).order_by("name"),
        "schools": School.objects.visible_to(request.scope).filter(live=True),
    }  # fmt: skip
    return render(request, "panels/referrals.html", context)


@page(May.REFER_TO_PANELS, writes=True)
def refer(request: HttpRequest, student_id: int) -> HttpResponse:
    student = get_object_or_404(Student.objects.visible_to(request.scope).select_related("school"), pk=student_id)
    accesslog.opens(request, student.pk)
    panels = queries.panels_for(student)
    first = {"panel": request.GET.get("panel") or (panels[0].pk if panels else None)}
    form = said.Refer(request.POST or None, panels=panels, initial=first)
    status = 200
    if request.method == "POST":
        made = _tried(form, lambda: actions.refer(student=student, by=request.user, **form.cleaned_data))
        if made:
            messages.success(request, f"The referral to the {made.panel} is begun. It is not sent yet.")
            return redirect("panels:referral", made.pk)
        status = 409
    context = {
        "student": student, "form": form, "panels": [(one, KINDS[one.kind]) for one in panels],
        "crumbs": [(student.name, reverse("desk:student", args=[student.pk]))],
        "earlier": queries.referrals_of(student),
    }  # fmt: skip
    return render(request, "panels/refer.html", context, status=status)


def _tried(form: forms.Form, act: Callable[[], Any]) -> Any:
    """As `tried`; a form that only asks for care knows it."""

    def carefully() -> Any:
        try:
            return act()
        except Careful:
            form.cautioned = True
            raise

    return tried(form, carefully)


@page(May.SEE_PANELS)
def referral(request: HttpRequest, referral_id: int) -> HttpResponse:
    return _show(request, _referral(request, referral_id), {})


def _referral(request: HttpRequest, referral_id: int) -> Referral:
    rows = Referral.objects.visible_to(request.scope).select_related(
        "student__school", "panel", "school", "by", "joined__student", "step", "case"
    )
    return get_object_or_404(rows, pk=referral_id)


def _show(request: HttpRequest, one: Referral, bound: Bound, status: int = 200) -> HttpResponse:
    accesslog.opens(request, one.student_id)
    found = ready.readiness_of(one) if one.state in OPEN else None
    may_refer = May.REFER_TO_PANELS in request.scope
    may_run = _runs(request, one)
    context = {
        "referral": one, "student": one.student, "kind": KINDS[one.panel.kind], "ready": found, "bound": bound,
        "moves": queries.moves_of(one), "hearing": queries.hearing_of(one), "waits": queries.WAITS.get(one.state, ""),
        "siblings": one.siblings.select_related("student"), "today": clock.today(),
        "overrides": one.overrides.select_related("asked_by", "agreed_by"), "target": ready.target(one),
        "titles": {item.key: item.title for item in found.items} if found else {},
        "may": _may(one, found, may_refer, may_run, May.CONFIRM_STEPS in request.scope), "may_run": may_run,
        "forms": _forms(one) | bound, "crumbs": [("Referrals", reverse("panels:referrals"))],
    }  # fmt: skip
    return render(request, "panels/referral.html", context, status=status)


def _runs(request: HttpRequest, one: Referral) -> bool:
    return runs(request.scope, one.panel)


def _may(one: Referral, found: Any, may_refer: bool, may_run: bool, may_confirm: bool) -> set[str]:
    """The doings that this person sees for the state it is in."""
    preparing = one.state in ("draft", "returned")
    return {
        name
        for name, allowed in {
            "reword": may_refer and preparing,
            "confirm": may_confirm and may_refer and preparing and ready.confirmable(one),
            "send": may_refer and preparing and found.ready,
            "override": may_refer and preparing and bool(found.waivable),
            "agree": may_refer or may_run,
            "accept": may_run and one.state == "sent",
            "return": may_run and one.state == "sent",
            "join": may_run and one.state in ("sent", "accepted"),
            "withdraw": (may_refer or may_run) and one.state in ("draft", "sent", "returned", "accepted"),
        }.items()
        if allowed
    }


def _forms(one: Referral) -> Bound:
    now = {"version": one.version}
    return {
        "reword": said.Reword(initial=now | {"why": one.why, "asked": one.asked}),
        "plain": said.Version(initial=now, auto_id=False),
        **{
            name: said.Because(initial=now, asks=asks, auto_id=f"id_{name}_%s") for name, asks in ASKS.items()
        },
        "join": said.Join(initial=now, siblings=queries.siblings_to_join(one), auto_id="id_join_%s"),
    }  # fmt: skip


@page(May.REFER_TO_PANELS, writes=True)
def reword(request: HttpRequest, referral_id: int) -> HttpResponse:
    one, form = _referral(request, referral_id), said.Reword(request.POST or None)
    return _do(request, one, "reword", form, actions.reword, "The words are saved.")


@page(May.CONFIRM_STEPS, writes=True)
def confirm(request: HttpRequest, referral_id: int) -> HttpResponse:
    one, form = _referral(request, referral_id), said.Version(request.POST or None, auto_id=False)
    if May.REFER_TO_PANELS not in request.scope:
        raise Http404
    done = "Confirmed as a step of the ladder. The written notice is among the letters due after tonight's run."
    return _do(request, one, "plain", form, actions.confirm_step, done)


@page(May.REFER_TO_PANELS, writes=True)
def send(request: HttpRequest, referral_id: int) -> HttpResponse:
    one, form = _referral(request, referral_id), said.Version(request.POST or None, auto_id=False)
    return _do(request, one, "plain", form, actions.send, f"Sent to the chair of the {one.panel}.")


@page(May.RUN_PANELS, writes=True)
def accept(request: HttpRequest, referral_id: int) -> HttpResponse:
    one, form = _run(request, referral_id), said.Version(request.POST or None, auto_id=False)
    return _do(request, one, "plain", form, actions.accept, "Accepted: a hearing can be set.")


@page(May.RUN_PANELS, writes=True)
def send_back(request: HttpRequest, referral_id: int) -> HttpResponse:
    one = _run(request, referral_id)
    form = said.Because(request.POST or None, asks=ASKS["return"], auto_id="id_return_%s")
    return _do(request, one, "return", form, actions.send_back, f"Returned to {one.school}.")


@page(May.RUN_PANELS, writes=True)
def join(request: HttpRequest, referral_id: int) -> HttpResponse:
    one = _run(request, referral_id)
    form = said.Join(request.POST or None, siblings=queries.siblings_to_join(one), auto_id="id_join_%s")
    return _do(request, one, "join", form, actions.join, "They are heard together.")


@page(May.RUN_PANELS, writes=True)
def take_apart(request: HttpRequest, referral_id: int) -> HttpResponse:
    one, form = _run(request, referral_id), said.Version(request.POST or None, auto_id=False)
    return _do(request, one, "plain", form, actions.take_apart, "It is heard by itself.")


@page(May.REFER_TO_PANELS, writes=True)
def withdraw(request: HttpRequest, referral_id: int) -> HttpResponse:
    one = _referral(request, referral_id)
    form = said.Because(request.POST or None, asks=ASKS["withdraw"], auto_id="id_withdraw_%s")
    return _do(request, one, "withdraw", form, actions.withdraw, "Withdrawn. Everything in it stays on record.")


@page(May.REFER_TO_PANELS, writes=True)
def ask_override(request: HttpRequest, referral_id: int) -> HttpResponse:
    one = _referral(request, referral_id)
    form = said.Because(request.POST or None, asks=ASKS["override"], auto_id="id_override_%s")
    return _do(request, one, "override", form, actions.ask_override, "Asked. A second person has to agree.")


@page(May.REFER_TO_PANELS, writes=True)
def agree_override(request: HttpRequest, override_id: int) -> HttpResponse:
    asked = get_object_or_404(Override.objects.visible_to(request.scope), pk=override_id)
    one, form = _referral(request, asked.referral_id), said.Version(request.POST or None, auto_id=False)
    done = "You agreed. The referral may go forward without it."
    return _do(request, one, "plain", form, lambda **told: actions.agree_override(override=asked, by=told["by"]), done)


def _run(request: HttpRequest, referral_id: int) -> Referral:
    """The referral, for who runs its panel; for anybody else there is none."""
    one = _referral(request, referral_id)
    if not _runs(request, one):
        raise Http404
    return one


def _do(
    request: HttpRequest, one: Referral, name: str, form: forms.Form, act: Callable[..., Any], done: str
) -> HttpResponse:
    """One doing of the page: back to it when done, and the page with what was typed when it is refused."""
    if request.method != "POST":
        return redirect("panels:referral", one.pk)
    if _tried(form, lambda: act(referral=one, by=request.user, **form.cleaned_data)):
        messages.success(request, done)
        return redirect("panels:referral", one.pk)
    return _show(request, _referral(request, one.pk), {name: form}, status=409)
