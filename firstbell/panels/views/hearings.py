"""Pages of one hearing on the docket: set by hand, moved, seated, invited to, called off; and the letters it sent."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime, make_aware

from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.answers import pdf_answer
from firstbell.core.refusals import tried
from firstbell.notices import shelf
from firstbell.panels import actions
from firstbell.panels.forms import docket as said
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Day, Hearing, Invitation, Referral
from firstbell.panels.queries import days as queries
from firstbell.panels.queries.docket import tongue, waiting
from firstbell.panels.queries.invitations import Meet, calendar, family_of, owed
from firstbell.panels.queries.people import in_term, runs
from firstbell.panels.views.days import crumbs_of, renew, run_day

Bound = dict[str, forms.Form]


@page(May.RUN_PANELS, writes=True)
def set_hearing(request: HttpRequest, day_id: int) -> HttpResponse:
    """A household's hearing by hand, asked the same questions as a proposal."""
    one = run_day(request, day_id)
    homes = waiting(one.panel)
    accesslog.opens(request, *(row.student_id for home in homes for row in home.referrals))
    form = _set_form(request, one, homes)
    by_key = {str(home.key): home for home in homes}
    if request.method == "POST" and (made := tried(form, lambda: _set(request, one, by_key, form.cleaned_data))):
        messages.success(request, f"It is set in {made.room}.")
        return redirect("panels:day", one.pk)
    renew([form] if form.is_bound else [], one.version)
    context = {"day": one, "form": form, "homes": homes, "crumbs": crumbs_of(one)}
    return render(request, "panels/hearing_set.html", context, status=409 if form.errors else 200)


def _set_form(request: HttpRequest, one: Day, homes: Any) -> said.SetHearing:
    asked = {name: request.GET.get(name, "") for name in ("home", "room", "start")}
    members = [(member, "") for member in in_term(one.panel, one.on)]
    first = asked | {"version": one.version, "members": [member.pk for member, _ in members]}
    return said.SetHearing(
        request.POST or None, homes=homes, rooms=one.rooms, members=members, voices=_voices(one), initial=first
    )


def _set(request: HttpRequest, one: Day, by_key: Any, told: dict[str, Any]) -> Hearing:
    home = by_key[told.pop("home")]
    start = _instant(one.on, told.pop("start"))
    return actions.set_hearing(day=one, referrals=home.referrals, start=start, by=request.user, **told)


def _instant(on: date, at: time) -> datetime:
    return make_aware(datetime.combine(on, at))


def _voices(one: Day) -> list[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for voice in one.interpreters.all():
        found.setdefault(voice.name, []).append(tongue(voice.language))
    return [(name, f"{name}, {' and '.join(spoken)}") for name, spoken in found.items()]


@page(May.SEE_PANELS)
def hearing(request: HttpRequest, hearing_id: int) -> HttpResponse:
    return _show(request, _hearing(request, hearing_id), {})


def _show(request: HttpRequest, one: Hearing, bound: Bound, status: int = 200) -> HttpResponse:
    """Who sits, who was told, what they answered; and whatever may be done about it."""
    if one.day:
        renew(bound.values(), one.day.version)
    may_run = runs(request.scope, one.panel)
    shown = queries.shown(one)
    accesslog.opens(request, *(student.pk for student in shown.cell.students))
    acts = may_run and one.state == "set" and one.day.on >= clock.today()
    family = family_of(one, clock.today()) if acts else None
    context = {
        "hearing": one, "day": one.day, "kind": KINDS[one.panel.kind], "shown": shown, "cell": shown.cell,
        "acts": acts, "runs": may_run, "bound": bound, "language": tongue(one.language),
        "owed": owed(one, family) if family else (), "out": family.out if family else (),
        "referrals": one.referrals.exclude(state="withdrawn").select_related("student", "by"),
        "forms": (_forms(one, shown) if acts else {}) | bound, "crumbs": crumbs_of(one.day) if one.day else [],
        "answers": Invitation.Answer.choices[1:], "today": clock.today(),
    }  # fmt: skip
    return render(request, "panels/hearing.html", context, status=status)


def _forms(one: Hearing, shown: queries.Shown) -> Bound:
    version, start = {"version": one.day.version}, localtime(one.span.lower)
    place = version | {"day": one.day_id, "room": one.room, "start": start.strftime("%H:%M")}
    seats = version | {"members": [seat.member.pk for seat in shown.cell.seats], "interpreter": one.interpreter}
    return {
        "move": _move(one, None, place),
        "seats": said.Seats(members=shown.free, voices=_voices(one.day), initial=seats, auto_id="id_seats_%s"),
        "off": said.Why(initial=version, auto_id="id_off_%s"),
        "waive": said.Waive(initial=version, auto_id="id_waive_%s"),
        "invite": said.Invite(auto_id="id_invite_%s"),
    }  # fmt: skip


def _move(one: Hearing, data: Any, initial: Any = None) -> said.Move:
    found = queries.next_days(one.panel)
    rooms = dict.fromkeys(room for day in found for room in day.rooms)
    return said.Move(data, days=found, rooms=rooms, initial=initial, auto_id="id_move_%s")


@page(May.RUN_PANELS, writes=True)
def move(request: HttpRequest, hearing_id: int) -> HttpResponse:
    one = _run(request, hearing_id)
    form = _move(one, request.POST or None)

    def act(told: dict[str, Any]) -> Any:
        day = told["day"]
        start = _instant(day.on, told["start"])
        return actions.move_hearing(
            hearing=one, day=day, room=told["room"], start=start, waiver=told["waiver"], version=told["version"],
            by=request.user,
        )  # fmt: skip

    return _done(request, one, "move", form, act)


@page(May.RUN_PANELS, writes=True)
def seats(request: HttpRequest, hearing_id: int) -> HttpResponse:
    one = _run(request, hearing_id)
    members = queries.who_could_sit(one) if one.state == "set" else ()
    voices = _voices(one.day) if one.day else []
    form = said.Seats(request.POST or None, members=members, voices=voices, auto_id="id_seats_%s")
    return _done(request, one, "seats", form, lambda told: actions.change_seats(hearing=one, by=request.user, **told))


@page(May.RUN_PANELS, writes=True)
def waive(request: HttpRequest, hearing_id: int) -> HttpResponse:
    one = _run(request, hearing_id)
    form = said.Waive(request.POST or None, auto_id="id_waive_%s")
    return _done(request, one, "waive", form, lambda told: actions.waive(hearing=one, by=request.user, **told))


@page(May.RUN_PANELS, writes=True)
def invite(request: HttpRequest, hearing_id: int) -> HttpResponse:
    one = _run(request, hearing_id)
    form = said.Invite(request.POST or None, auto_id="id_invite_%s")
    return _done(request, one, "invite", form, lambda told: actions.invite(hearing=one, by=request.user, **told))


@page(May.RUN_PANELS, writes=True)
def end(request: HttpRequest, hearing_id: int, how: str) -> HttpResponse:
    """Off the docket to wait again, or called off for good."""
    one = _run(request, hearing_id)
    form = said.Why(request.POST or None, auto_id="id_off_%s")
    act = actions.unset_hearing if how == "unset" else actions.call_off
    return _done(request, one, "off", form, lambda told: act(hearing=one, by=request.user, **told))


@page(May.RUN_PANELS, writes=True)
def withdraw(request: HttpRequest, hearing_id: int, referral_id: int) -> HttpResponse:
    """One referral of a hearing ends; the last one takes the hearing with it."""
    one = _run(request, hearing_id)
    referral = get_object_or_404(one.referrals, pk=referral_id)
    form = said.Why(request.POST or None, auto_id=f"id_end_{referral.pk}_%s")

    def act(told: dict[str, Any]) -> Any:
        return actions.withdraw_from(hearing=one, referral=referral, by=request.user, **told)

    return _done(request, one, "off", form, act)


@page(May.RUN_PANELS, writes=True)
def wish(request: HttpRequest, referral_id: int) -> HttpResponse:
    """What a household asks for before it has a time."""
    rows = Referral.objects.visible_to(request.scope).select_related("panel", "student", "school", "joined")
    one = get_object_or_404(rows, pk=referral_id, state="accepted")
    if not runs(request.scope, one.panel):
        raise Http404
    root = one.joined or one
    home = [row for row in (root, *root.siblings.all()) if row.state == "accepted"]
    accesslog.opens(request, *(row.student_id for row in home))
    form = said.Wish(request.POST or None, initial=queries.wish_of(home))
    if request.method == "POST" and tried(
        form, lambda: actions.note_wish(referrals=home, by=request.user, **form.cleaned_data)
    ):
        return redirect("panels:referral", one.pk)
    context = {"referral": one, "form": form, "names": [row.student.name for row in home]}
    return render(request, "panels/wish.html", context, status=409 if form.errors else 200)


@page(May.RUN_PANELS, writes=True)
def heard_of(request: HttpRequest, invitation_id: int, what: str) -> HttpResponse:
    """That a message arrived, came back, or was answered."""
    message, one = _message(request, invitation_id, writes=True)
    form = {"arrived": said.Arrived, "back": said.CameBack, "answer": said.Answer}[what](request.POST or None)

    def act(told: dict[str, Any]) -> Any:
        if what == "arrived":
            return actions.delivered(invitation=message, by=request.user, **told)
        if what == "back":
            return actions.returned(invitation=message, by=request.user, **told)
        return actions.answer(invitation=message, by=request.user, **form.words())

    return _done(request, one, f"message {message.pk}", form, act)


@page(May.SEE_PANELS)
def letter_pdf(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """The letter exactly as it was made."""
    message, one = _message(request, invitation_id)
    if not message.digest:
        raise Http404
    accesslog.opens(request, *one.referrals.values_list("student", flat=True))
    return pdf_answer(shelf.opened(message.digest), f"hearing-{one.pk}-{message.pk}.pdf")


@page(May.SEE_PANELS)
def calendar_file(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """The hearing for somebody's calendar; nobody's name is in it."""
    message, one = _message(request, invitation_id)
    if one.day is None or message.start is None:
        raise Http404
    off = message.what == Invitation.What.CALLED_OFF
    made = calendar([Meet.told(message)], of_family=message.member_id is None, off=off)
    answer = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return answer


def _done(
    request: HttpRequest, one: Hearing, name: str, form: forms.Form, act: Callable[[dict[str, Any]], Any]
) -> HttpResponse:
    """Back to the hearing when it is done; else the hearing with the form as it was sent, and why not."""
    if not form.is_bound or tried(form, lambda: act(form.cleaned_data)):
        return redirect("panels:hearing", one.pk)
    return _show(request, one, {name: form}, status=409)


def _hearing(request: HttpRequest, pk: int) -> Hearing:
    """A hearing of one's schools, or of a panel that one runs."""
    return get_object_or_404(queries.hearings_in(request.scope), pk=pk)


def _run(request: HttpRequest, pk: int) -> Hearing:
    """The hearing, for who runs its panel; for anybody else there is none."""
    one = _hearing(request, pk)
    if not runs(request.scope, one.panel):
        raise Http404
    return one


def _message(request: HttpRequest, pk: int, *, writes: bool = False) -> tuple[Invitation, Hearing]:
    message = get_object_or_404(queries.messages_in(request.scope), pk=pk)
    one = _run(request, message.hearing_id) if writes else _hearing(request, message.hearing_id)
    return message, one
