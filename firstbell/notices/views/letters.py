"""The list of letters due, the proof of one letter, what was rescinded, and the local outbox."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.core import accesslog
from firstbell.core.access import May, page
from firstbell.notices import actions
from firstbell.notices.forms import Rescind, Why
from firstbell.notices.models import Letter, Notice
from firstbell.notices.queries import counts, listed, sent
from firstbell.notices.rules import NotAllowed
from firstbell.notices.shelf import Damaged
from firstbell.roster.models import School


@page(May.SEE_NOTICES)
def index(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("kind", "school", "state")}
    found = Paginator(listed(request.scope, **asked), 50).get_page(request.GET.get("page"))
    accesslog.opens(request, *(due.student_id for due in found))
    waits, chosen = counts(request.scope, asked["school"]), asked["kind"]
    everything = sum(one.ready + one.held for one in waits)
    chips = [("", "All", everything), *((one.kind, one.title, one.ready + one.held) for one in waits)]
    schools = School.objects.visible_to(request.scope).filter(live=True)
    context = {
        "found": found, "asked": asked, "waits": waits, "ready": sum(one.ready for one in waits),
        "held": sum(one.held for one in waits),
        "chips": [(_address(asked, kind=key), f"{title} · {n:,}", key == chosen) for key, title, n in chips],
        "schools": [(str(pk), name) for pk, name in schools.values_list("pk", "name")],
        "pages": _address(asked, page=""), "may_prepare": May.PREPARE_NOTICES in request.scope,
    }  # fmt: skip
    return render(request, "notices/index.html", context)


def _address(asked: dict[str, str], **new: str) -> str:
    told = {name: value for name, value in (asked | new).items() if value or name == "page"}
    return f"?{urlencode(told)}"


@page(May.SEE_NOTICES)
def letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    return _show(request, _found(request, letter_id), Why())


@page(May.SEE_NOTICES)
def pdf(request: HttpRequest, letter_id: int) -> HttpResponse:
    found = _found(request, letter_id)
    try:
        made = sent.made(found)
    except (Damaged, ValueError) as why:
        return _show(request, found, _said(why))
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="letter-{found.reference}.pdf"'
    return answer


@page(May.PREPARE_NOTICES, writes=True)
def returned(request: HttpRequest, letter_id: int) -> HttpResponse:
    found, form = _found(request, letter_id), Why(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_returned(letter=found, by=request.user, why=form.cleaned_data["why"])
        except NotAllowed as no:
            return _show(request, found, _said(no))
    return redirect("notices:letter", letter_id)


@page(May.APPROVE_NOTICES, writes=True)
def rescind(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Take a letter back for every student it tells of."""
    found, form = _found(request, letter_id), Rescind(request.POST or None)
    if request.method != "POST":
        return redirect("notices:letter", letter_id)
    if not form.is_valid():
        return _show(request, found, form)
    try:
        for notice in found.notices.filter(state=Notice.State.ISSUED):
            actions.rescind(notice=notice, why=form.cleaned_data["why"], by=request.user)
    except NotAllowed as no:
        return _show(request, found, _said(no))
    return redirect("notices:letter", letter_id)


@page(May.SEE_NOTICES)
def rescinded(request: HttpRequest) -> HttpResponse:
    found = Paginator(sent.rescinded(request.scope), 50).get_page(request.GET.get("page"))
    accesslog.opens(request, *(notice.student_id for notice in found))
    right = sent.correction_of(found)
    rows = [(notice, notice.letters.first(), right.get(notice.pk)) for notice in found]
    return render(request, "notices/rescinded.html", {"found": found, "rows": rows, "crumbs": _crumbs()})


@page(May.SEE_OUTBOX)
def outbox(request: HttpRequest) -> HttpResponse:
    found = Paginator(sent.outbox(), 50).get_page(request.GET.get("page"))
    return render(request, "notices/outbox.html", {"found": found, "crumbs": _crumbs()})


@page(May.SEE_OUTBOX)
def sent_message(request: HttpRequest, message_id: int) -> HttpResponse:
    crumbs = [*_crumbs(), ("Outbox", reverse("notices:outbox"))]
    message = get_object_or_404(sent.outbox(), pk=message_id)
    return render(request, "notices/message.html", {"message": message, "crumbs": crumbs})


def _found(request: HttpRequest, letter_id: int) -> Letter:
    rows = Letter.objects.visible_to(request.scope).select_related("school", "batch__prepared_by")
    found = get_object_or_404(rows, pk=letter_id)
    accesslog.opens(request, *found.notices.values_list("student", flat=True))
    return found


def _said(why: Exception) -> Why:
    form = Why({})
    form.add_error(None, str(why))
    return form


def _show(request: HttpRequest, found: Letter, form: Why | Rescind) -> HttpResponse:
    proof = sent.proof(found)
    on_its_way = found.state in (Letter.State.ISSUED, Letter.State.DELIVERED)
    crumbs = [*_crumbs(), (f"Batch {found.batch_id}", reverse("notices:batch", args=[found.batch_id]))]
    context = {
        "letter": found, "proof": proof, "form": form, "crumbs": crumbs, "why": Why(), "rescind": Rescind(),
        "may_return": May.PREPARE_NOTICES in request.scope and on_its_way,
        "may_rescind": May.APPROVE_NOTICES in request.scope
        and any(one.notice.state == Notice.State.ISSUED and one.notice.step_id for one in proof.notices),
    }  # fmt: skip
    return render(request, "notices/letter.html", context)


def _crumbs() -> list[tuple[str, str]]:
    return [("Letters", reverse("notices:index"))]
