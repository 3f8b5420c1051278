"""Pages of packets: what stands for each audience of a referral, one packet with every sentence linked, its PDF."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases.models import Note
from firstbell.cases.rules import NotAllowed
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.answers import pdf_answer
from firstbell.notices import shelf
from firstbell.panels.actions import packets as actions
from firstbell.panels.forms import packets as said
from firstbell.panels.models import Packet, Referral
from firstbell.panels.queries import packets as queries
from firstbell.panels.queries.people import runs
from firstbell.panels.rules.referrals import OPEN

_OF = ("student__school", "school", "panel", "by")


@page(May.SEE_PANELS)
def packets(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Each audience: what is there, what is wrong with it, what may be done."""
    return _list(request, _referral(request, referral_id))


def _list(
    request: HttpRequest,
    one: Referral,
    no: NotAllowed | None = None,
    bound: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    accesslog.opens(request, one.student_id)
    may_refer = May.REFER_TO_PANELS in request.scope and one.state in OPEN
    context = {
        "referral": one, "student": one.student, "standing": queries.standing(one), "no": no, "bound": bound,
        "crumbs": [*_crumbs(), (one.student.name, reverse("panels:referral", args=[one.pk]))],
        "may_make": may_refer, "may_release": _runs(request, one) and one.state in OPEN,
        "make": said.Make(languages=queries.languages()),
        "notes": [(each, _consent(each.note.pk, bound)) for each in queries.shareable(one, request.user, request.scope)]
        if may_refer else [],
    }  # fmt: skip
    return render(request, "panels/packets.html", context, status=status)


def _consent(note: int, bound: forms.Form | None) -> forms.Form:
    """The form of one note; the one that was sent keeps what it says."""
    mine = isinstance(bound, said.Consent) and bound.data.get("note") == str(note)
    return bound if mine else said.Consent(initial={"note": note, "on": clock.today()}, auto_id=f"id_{note}_%s")


@page(May.REFER_TO_PANELS, writes=True)
def make(request: HttpRequest, referral_id: int) -> HttpResponse:
    one = _referral(request, referral_id)
    form = said.Make(request.POST or None, languages=queries.languages(), auto_id=False)
    made: list[Packet] = []

    def act(**told: Any) -> None:
        made.append(actions.make_packet(referral=one, by=request.user, **told))

    answer = _do(request, one, form, act, "The packet is made. Read it, then let it be released.")
    return redirect("panels:packet", made[0].pk) if made else answer


@page(May.REFER_TO_PANELS, writes=True)
def consent(request: HttpRequest, referral_id: int) -> HttpResponse:
    """A named consent, for a note that this person may read."""
    one = _referral(request, referral_id)
    form = said.Consent(request.POST or None, auto_id=f"id_{request.POST.get('note', '')}_%s")

    def act(*, note: int, **told: Any) -> None:
        mine = get_object_or_404(Note.objects.visible_to(request.scope).filter(student=one.student_id), pk=note)
        actions.consent(referral=one, note=mine, by=request.user, **told)

    return _do(request, one, form, act, "Recorded. The note is in the next version of the panel's packet.")


@page(May.SEE_PANELS)
def packet(request: HttpRequest, packet_id: int) -> HttpResponse:
    return _show(request, _packet(request, packet_id))


def _show(
    request: HttpRequest, row: Packet, no: NotAllowed | None = None, form: forms.Form | None = None
) -> HttpResponse:
    one, open_still = row.referral, row.referral.state in OPEN
    accesslog.opens(request, one.student_id)
    content = queries.content_of(row)
    found, stale = queries.looked_at(row, content) if open_still and not row.withdrawn_at else ([], [])
    may_release = _runs(request, one) and open_still
    context = {
        "packet": row, "referral": one, "student": one.student, "no": no, "form": form or said.Why(),
        "shown": queries.preview(content, one), "proof": queries.evidence_of(row, content),
        "blocking": [each for each in found if each.blocks], "advice": [each for each in found if not each.blocks],
        "stale": stale,
        "may_make": May.REFER_TO_PANELS in request.scope and open_still, "may_release": may_release,
        "crumbs": [
            *_crumbs(), (one.student.name, reverse("panels:referral", args=[one.pk])),
            ("Packets", reverse("panels:packets", args=[one.pk])),
        ],
    }  # fmt: skip
    return render(request, "panels/packet.html", context, status=409 if no or (form and form.errors) else 200)


@page(May.RUN_PANELS, writes=True)
def release(request: HttpRequest, packet_id: int) -> HttpResponse:
    row = _run(request, packet_id)
    return _act(request, row, None, lambda **told: actions.release(packet=row, by=request.user, **told), "Released.")


@page(May.RUN_PANELS, writes=True)
def withdraw(request: HttpRequest, packet_id: int) -> HttpResponse:
    row, form = _run(request, packet_id), said.Why(request.POST or None)
    done = "Withdrawn. It stays on record with the reason."
    return _act(request, row, form, lambda **told: actions.withdraw_packet(packet=row, by=request.user, **told), done)


@page(May.SEE_PANELS)
def packet_pdf(request: HttpRequest, packet_id: int) -> HttpResponse:
    """The PDF as it was made, checked against its hash before it leaves."""
    row = _packet(request, packet_id)
    accesslog.opens(request, row.referral.student_id)
    try:
        made = shelf.opened(row.digest)
    except shelf.Damaged as why:
        messages.error(request, str(why))
        return redirect("panels:packet", row.pk)
    name = f"packet-{row.referral_id}-{row.audience}-{row.language}-{row.version}.pdf"
    return pdf_answer(made, name, save=True)


def _act(
    request: HttpRequest, row: Packet, form: forms.Form | None, act: Callable[..., Any], done: str
) -> HttpResponse:
    if request.method != "POST":
        return redirect("panels:packet", row.pk)
    if form is not None and not form.is_valid():
        return _show(request, row, form=form)
    try:
        with transaction.atomic():
            act(**(form.cleaned_data if form is not None else {}))
    except NotAllowed as no:
        return _show(request, _packet(request, row.pk), no=no, form=form)
    messages.success(request, done)
    return redirect("panels:packet", row.pk)


def _do(request: HttpRequest, one: Referral, form: forms.Form, act: Callable[..., Any], done: str) -> HttpResponse:
    if request.method != "POST":
        return redirect("panels:packets", one.pk)
    no = None
    if form.is_valid():
        try:
            with transaction.atomic():
                act(**form.cleaned_data)
            messages.success(request, done)
            return redirect("panels:packets", one.pk)
        except NotAllowed as why:
            no = why
    return _list(request, one, no, form, status=409)


def _referral(request: HttpRequest, pk: int) -> Referral:
    return get_object_or_404(Referral.objects.visible_to(request.scope).select_related(*_OF), pk=pk)


def _packet(request: HttpRequest, pk: int) -> Packet:
    rows = Packet.objects.visible_to(request.scope).select_related(
        "by", "released_by", *(f"referral__{of}" for of in _OF)
    )
    return get_object_or_404(rows, pk=pk)


def _runs(request: HttpRequest, one: Referral) -> bool:
    return runs(request.scope, one.panel)


def _run(request: HttpRequest, packet_id: int) -> Packet:
    """A packet of a panel that this person runs; for anybody else there is none."""
    row = _packet(request, packet_id)
    if not _runs(request, row.referral):
        raise Http404
    return row


def _crumbs() -> list[tuple[str, str]]:
    return [("Referrals", reverse("panels:referrals"))]
