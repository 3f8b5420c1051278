"""Pages of an agreement: drafted, read back and signed in the room; read, copied and followed afterwards."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases.rules import NotAllowed
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.answers import pdf_answer
from firstbell.notices.shelf import Damaged
from firstbell.panels.actions import agreements as actions
from firstbell.panels.actions import checks
from firstbell.panels.forms import agreements as written
from firstbell.panels.models import Agreement, Check, Directive
from firstbell.panels.models.agreements import SIDES
from firstbell.panels.queries import agreements as queries
from firstbell.panels.queries import directives as board_of
from firstbell.panels.queries import room_page as shown
from firstbell.panels.queries.people import runs
from firstbell.panels.queries.room import students_of
from firstbell.panels.views.room import do, hearing_of, told
from firstbell.roster.models import School

A_PAGE = 50


# -- in the room -------------------------------------------------------------------------------------------------------


@page(May.RUN_PANELS, writes=True)
def add(request: HttpRequest, hearing_id: int) -> HttpResponse:
    one = hearing_of(request, hearing_id)
    people = shown.answerable(one, request.user)
    form = written.Write(request.POST or None, students=students_of(one), people=people)

    def writes() -> None:
        actions.add_directive(hearing=one, by=request.user, **form.words())

    return told(request, one, "write", form, writes, "agreement")


@page(May.RUN_PANELS, writes=True)
def drop(request: HttpRequest, directive_id: int) -> HttpResponse:
    rows = Directive.objects.visible_to(request.scope).select_related("agreement__hearing")
    row = get_object_or_404(rows, pk=directive_id)
    one = hearing_of(request, row.agreement.hearing_id)
    return do(
        request, one, lambda seen: actions.drop_directive(directive=row, by=request.user, version=seen), "agreement"
    )


@page(May.RUN_PANELS, writes=True)
def read_back(request: HttpRequest, hearing_id: int) -> HttpResponse:
    one = hearing_of(request, hearing_id)
    form = written.ReadBack(request.POST or None, readers=shown.readers_of(shown.room_of(one)))

    def reads() -> None:
        words = form.cleaned_data
        actions.read_back(hearing=one, reader=words["reader"], by=request.user, version=words["version"])

    return told(request, one, "read", form, reads, "agreement")


@page(May.RUN_PANELS, writes=True)
def sign(request: HttpRequest, hearing_id: int) -> HttpResponse:
    one = hearing_of(request, hearing_id)
    sides = shown.sides_open(queries.agreement_of(one))
    form = written.Sign(request.POST or None, request.FILES or None, sides=sides)
    return told(
        request, one, "sign", form, lambda: actions.sign(hearing=one, by=request.user, **form.words()), "agreement"
    )


@page(May.RUN_PANELS, writes=True)
def unsigned(request: HttpRequest, hearing_id: int) -> HttpResponse:
    one = hearing_of(request, hearing_id)
    form = written.Unsigned(request.POST or None)

    def leaves() -> None:
        words = form.cleaned_data
        actions.leave_unsigned(hearing=one, why=words["why"], by=request.user, version=words["version"])

    return told(request, one, "unsigned", form, leaves, "agreement")


# -- afterwards --------------------------------------------------------------------------------------------------------


@page(May.SEE_PANELS)
def agreement(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """What was agreed, who signed, how each directive stands, and what was decided since."""
    one = _agreement(request, agreement_id)
    hearing, mine = one.hearing, runs(request.scope, one.hearing.panel)
    heard = queries.referrals_heard(one)
    context: dict[str, Any] = {
        "agreement": one, "hearing": hearing, "students": students_of(hearing), "sheets": queries.sheets_of(one),
        "marks": queries.marks_of(one), "directives": queries.followed(one), "heard": heard, "may_run": mine,
        "said": queries.said_in(hearing) if mine else [], "today": clock.today(),
        "crumbs": [("Directives", reverse("panels:directives"))],
    }  # fmt: skip
    return render(request, "panels/agreement.html", context)


@page(May.SEE_PANELS)
def copy(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """The copy that is handed out, in both languages."""
    one = _agreement(request, agreement_id)
    return pdf_answer(queries.copy_of(one), f"agreement-{one.pk}.pdf")


@page(May.SEE_PANELS)
def scan(request: HttpRequest, signature_id: int) -> HttpResponse:
    """The paper that somebody signed, as it was scanned."""
    row = get_object_or_404(queries.scanned(request.scope), pk=signature_id)
    _agreement(request, row.agreement_id)
    try:
        content, media = queries.scan_of(row)
    except Damaged as no:
        return HttpResponse(str(no), status=404, content_type="text/plain")
    answer = HttpResponse(content, content_type=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="signed-{row.pk}.{media.rpartition("/")[2]}"'
    return answer


def _agreement(request: HttpRequest, pk: int) -> Agreement:
    one = get_object_or_404(queries.agreements(request.scope), pk=pk)
    accesslog.opens(request, *(student.pk for student in students_of(one.hearing)))
    return one


@page(May.SEE_PANELS)
def directives(request: HttpRequest) -> HttpResponse:
    """The board by party, the school's and the agencies' own first."""
    asked = {name: request.GET.get(name, "") for name in ("side", "stands", "school", "mine")}
    asked["side"] = asked["side"] if asked["side"] in SIDES else ""
    asked["stands"] = asked["stands"] if asked["stands"] in (*board_of.COLUMNS, board_of.OVERDUE) else ""
    mine = request.user if asked["mine"] else None
    rows = board_of.directives(request.scope, side=asked["side"], stands=asked["stands"], school=asked["school"],
                               mine=mine)  # fmt: skip
    found = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    accesslog.opens(request, *(one.student_id for one in found))
    context = {
        "found": found, "asked": asked, "sides": SIDES, "columns": board_of.COLUMNS, "today": clock.today(),
        "rows": board_of.board(request.scope, school=asked["school"], mine=mine),
        "schools": School.objects.visible_to(request.scope).filter(live=True).order_by("name"),
    }  # fmt: skip
    return render(request, "panels/directives.html", context)


@page(May.SEE_PANELS)
def directive(request: HttpRequest, directive_id: int) -> HttpResponse:
    return _directive(request, directive_id)


@page(May.REFER_TO_PANELS, writes=True)
def check(request: HttpRequest, check_id: int) -> HttpResponse:
    """Say how one directive stands on one of its days."""
    row = get_object_or_404(Check.objects.visible_to(request.scope), pk=check_id)
    form = written.Checked(request.POST or None, auto_id=f"id_{row.pk}_%s")
    if request.method != "POST":
        return redirect("panels:directive", row.directive_id)
    if form.is_valid():
        try:
            with transaction.atomic():
                checks.check(check=row, by=request.user, **form.cleaned_data)
            messages.success(request, "It is on record.")
            return redirect("panels:directive", row.directive_id)
        except NotAllowed as no:
            form.add_error(None, str(no))
    return _directive(request, row.directive_id, {row.pk: form}, status=409)


def _directive(
    request: HttpRequest, pk: int, sent: dict[int, written.Checked] | None = None, status: int = 200
) -> HttpResponse:
    """One directive with its checks, each with a form of its own where it may be said."""
    one = get_object_or_404(board_of.directive_page(request.scope), pk=pk)
    accesslog.opens(request, one.student_id)
    may_say, today = May.REFER_TO_PANELS in request.scope, clock.today()
    rows = [
        (row, (sent or {}).get(row.pk) or written.Checked(auto_id=f"id_{row.pk}_%s"), board_of.gives_up_on(row))
        for row in one.checks.all()
    ]
    context = {
        "directive": one, "rows": rows, "may_say": may_say, "today": today,
        "sent": next(iter((sent or {}).values()), None), "crumbs": [("Directives", reverse("panels:directives"))],
    }  # fmt: skip
    return render(request, "panels/directive.html", context, status=status)
