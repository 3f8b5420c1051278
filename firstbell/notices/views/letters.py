"""The list of letters due, the proof of one letter, what was rescinded, and the local outbox."""

from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.answers import pdf_answer
from firstbell.core.paging import Counted, Pages
from firstbell.notices import actions
from firstbell.notices.forms import Rescind, Why
from firstbell.notices.models import Batch, Letter, Notice
from firstbell.notices.queries import counts, in_line, sent
from firstbell.notices.rules import OF_PROCESS, NotAllowed
from firstbell.notices.shelf import Damaged
from firstbell.notices.views.reading import readings
from firstbell.roster.models import School

OTHER = "rescind_%s"
"""Two forms of the page ask why: their fields need ids of their own."""


@page(May.SEE_NOTICES)
def index(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("kind", "school", "state")}
    found = Pages(in_line(request.scope, **asked), 50).get_page(request.GET.get("page"))
    accesslog.opens(request, *(due.student_id for due in found))
    waits, chosen = counts(request.scope, asked["school"], upto=True), asked["kind"]
    everything = sum((one.ready + one.held for one in waits), Counted(0))
    chips = [("", "All", everything), *((one.kind, one.title, one.ready + one.held) for one in waits)]
    schools = School.objects.visible_to(request.scope).filter(live=True)
    context = {
        "found": found, "asked": asked, "waits": waits, "ready": sum(one.ready for one in waits),
        "held": sum(one.held for one in waits),
        "chips": [(_address(asked, kind=key), f"{title} · {n.short}", key == chosen) for key, title, n in chips],
        "schools": [(str(pk), name) for pk, name in schools.values_list("pk", "name")],
        "pages": _address(asked, page=""), "may_prepare": May.PREPARE_NOTICES in request.scope,
        "today": clock.today(), "batches": _to_decide(request), "chosen": _address(asked | {"state": ""}),
    }  # fmt: skip
    return render(request, "notices/index.html", context)


def _to_decide(request: HttpRequest) -> QuerySet[Batch]:
    """Batches that wait for this person: to be approved, or to be issued."""
    rows = Batch.objects.visible_to(request.scope).select_related("school", "region")
    if May.APPROVE_NOTICES not in request.scope:
        return rows.none()
    draft = Q(state=Batch.State.DRAFT) & ~Q(approvals__by=request.user)
    return rows.filter(draft | Q(state=Batch.State.APPROVED))[:10]


def _address(asked: dict[str, str], **new: str) -> str:
    told = {name: value for name, value in (asked | new).items() if value or name == "page"}
    return f"?{urlencode(told)}"


@page(May.SEE_NOTICES)
def letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    return _show(request, _found(request, letter_id))


@page(May.SEE_NOTICES)
def pdf(request: HttpRequest, letter_id: int) -> HttpResponse:
    found = _found(request, letter_id)
    try:
        made = sent.made(found)
    except (Damaged, ValueError) as why:
        return _show(request, found, _said(why))
    return pdf_answer(made, f"letter-{found.reference}.pdf", save=True)


@page(May.PREPARE_NOTICES, writes=True)
def returned(request: HttpRequest, letter_id: int) -> HttpResponse:
    found, form = _found(request, letter_id), Why(request.POST)
    if request.method != "POST":
        return redirect("notices:letter", letter_id)
    if not form.is_valid():
        return _show(request, found, form)
    try:
        actions.record_returned(letter=found, by=request.user, why=form.cleaned_data["why"])
    except NotAllowed as no:
        return _show(request, found, _said(no))
    return redirect("notices:letter", letter_id)


@page(May.APPROVE_NOTICES, writes=True)
def rescind(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Take a letter back for every student it tells of."""
    found, form = _found(request, letter_id), Rescind(request.POST, auto_id=OTHER)
    if request.method != "POST":
        return redirect("notices:letter", letter_id)
    if not form.is_valid():
        return _show(request, found, form)
    try:
        if found.kind not in OF_PROCESS:
            raise NotAllowed("No step follows from a letter of this kind: there is nothing to rescind. Write again.")
        for notice in found.notices.filter(state=Notice.State.ISSUED):
            actions.rescind(notice=notice, why=form.cleaned_data["why"], by=request.user)
    except NotAllowed as no:
        return _show(request, found, _said(no))
    return redirect("notices:letter", letter_id)


@page(May.SEE_NOTICES)
def rescinded(request: HttpRequest) -> HttpResponse:
    rows = sent.rescinded(request.scope).prefetch_related("letters")
    found = Pages(rows, 50).get_page(request.GET.get("page"))
    accesslog.opens(request, *(notice.student_id for notice in found))
    right, lost = sent.correction_of(found), sent.lost_ground(found)
    rows = [(notice, lost.get(notice.pk, ""), right.get(notice.pk)) for notice in found]
    return render(request, "notices/rescinded.html", {"found": found, "rows": rows, "crumbs": _crumbs()})


@page(May.SEE_OUTBOX)
def outbox(request: HttpRequest) -> HttpResponse:
    found = Pages(sent.outbox(), 50).get_page(request.GET.get("page"))
    return render(request, "notices/outbox.html", {"found": found, "crumbs": _crumbs()})


@page(May.SEE_OUTBOX)
def sent_message(request: HttpRequest, message_id: int) -> HttpResponse:
    crumbs = [*_crumbs(), ("Outbox", reverse("notices:outbox"))]
    message = get_object_or_404(sent.outbox(), pk=message_id)
    of_them = Letter.objects.visible_to(request.scope).filter(pdf_sha256=message.attached).exclude(pdf_sha256="")
    of = of_them.first()
    if of is not None:
        accesslog.opens(request, *of.notices.values_list("student", flat=True))
    told = {"message": message, "crumbs": crumbs, "letter": of if May.SEE_NOTICES in request.scope else None}
    return render(request, "notices/message.html", told)


def _found(request: HttpRequest, letter_id: int) -> Letter:
    rows = Letter.objects.visible_to(request.scope).select_related("school", "batch__prepared_by")
    found = get_object_or_404(rows, pk=letter_id)
    accesslog.opens(request, *found.notices.values_list("student", flat=True))
    return found


def _said(why: Exception) -> Why:
    form = Why({})
    form.add_error(None, str(why))
    return form


def _show(request: HttpRequest, found: Letter, form: Why | Rescind | None = None) -> HttpResponse:
    proof = sent.proof(found)
    on_its_way = found.state in (Letter.State.ISSUED, Letter.State.DELIVERED)
    fallen = [one for one in proof.notices if one.notice.state == Notice.State.RESCINDED]
    lost = sent.lost_ground(one.notice for one in fallen)
    crumbs = _crumbs()
    if Batch.objects.visible_to(request.scope).filter(pk=found.batch_id).exists():
        crumbs.append((f"Batch {found.batch_id}", reverse("notices:batch", args=[found.batch_id])))
    context = {
        "letter": found, "proof": proof, "form": form, "crumbs": crumbs, "texts": readings(found),
        "fallen": [(one.notice, lost.get(one.notice.pk, ""), one.correction) for one in fallen],
        "why": form if isinstance(form, Why) else Why(),
        "rescind": form if isinstance(form, Rescind) else Rescind(auto_id=OTHER),
        "may_return": May.PREPARE_NOTICES in request.scope and on_its_way,
        "may_rescind": May.APPROVE_NOTICES in request.scope and found.kind in OF_PROCESS
        and any(one.notice.state == Notice.State.ISSUED and one.notice.step_id for one in proof.notices),
    }  # fmt: skip
    return render(request, "notices/letter.html", context)


def _crumbs() -> list[tuple[str, str]]:
    return [("Letters", reverse("notices:index"))]
