"""The principal's statement: the schools that have one, one as it was written, one so far, and the paper."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.core.answers import pdf_answer
from firstbell.core.paging import Pages
from firstbell.letters.sheet import pdf
from firstbell.oversight.models import SchoolStatement
from firstbell.oversight.queries import needs
from firstbell.oversight.queries import statements as queries
from firstbell.oversight.rules.statements import WHO_COUNTS, Span, more_or_less, outcome, sheet, told
from firstbell.roster.models import School
from firstbell.staffing.queries.purchases import year_words

A_PAGE = 50
CRUMBS = [("Statements", "/oversight/statements/")]


@page(May.SEE_STATEMENT)
def statements(request: HttpRequest) -> HttpResponse:
    """The newest statements of the schools in scope; a principal of one school has them all here."""
    rows = (
        SchoolStatement.objects.visible_to(request.scope).select_related("school").order_by("-ends_on", "school__name")
    )
    found = Pages(rows, A_PAGE).get_page(request.GET.get("page"))
    mine = School.objects.visible_to(request.scope).filter(live=True).order_by("name")
    context = {
        "found": found,
        "rows": [(one, told(one.data), outcome(one.data["outcome"])) for one in found],
        "schools": mine[:10],
    }
    return render(request, "oversight/statements.html", context)


def _show(request: HttpRequest, school: School, span: Span, data: dict[str, Any], **more: Any) -> HttpResponse:
    links = queries.opens(school.pk)
    context = {
        "school": school, "span": span, "told": [(one, links[one.key]) for one in told(data)], "data": data,
        "more": more_or_less(data), "came": outcome(data["outcome"]), "who_counts": WHO_COUNTS,
        "needs": needs.needs_of(request.scope, school, request.user, clock.today()),
        "earlier": SchoolStatement.objects.visible_to(request.scope).filter(school=school)[:12], "crumbs": CRUMBS,
    }  # fmt: skip
    return render(request, "oversight/statement.html", context | more)


@page(May.SEE_STATEMENT)
def so_far(request: HttpRequest, school_id: int) -> HttpResponse:
    """The span that runs now, counted as the page is opened."""
    school = get_object_or_404(School.objects.visible_to(request.scope), pk=school_id)
    span = queries.running_span(school, clock.today())
    if span is None:
        return render(request, "oversight/statement.html", {"school": school, "span": None, "crumbs": CRUMBS})
    data = queries.figures({school.pk: span}, clock.today())[school.pk]
    return _show(request, school, span, data, title="Statement so far", statement=None)


def _written(request: HttpRequest, pk: int) -> tuple[SchoolStatement, Span]:
    rows = SchoolStatement.objects.visible_to(request.scope).select_related("school")
    one = get_object_or_404(rows, pk=pk)
    return one, Span(one.number, one.begins_on, one.ends_on)


@page(May.SEE_STATEMENT)
def statement(request: HttpRequest, statement_id: int) -> HttpResponse:
    one, span = _written(request, statement_id)
    return _show(request, one.school, span, one.data, title=str(one), statement=one)


@page(May.SEE_STATEMENT)
def paper(request: HttpRequest, statement_id: int) -> HttpResponse:
    """One page to print or to hand on."""
    one, span = _written(request, statement_id)
    said = sheet(
        one.data, district=settings.DISTRICT, school=str(one.school),
        title=f"Counselor days: statement {one.number}, {year_words(one.year)}", span=span,
        reference=f"Statement {one.pk}, as of {one.data['on']}",
    )  # fmt: skip
    try:
        made = pdf(said, on=one.ends_on)[0]
    except ValueError as no:
        messages.error(request, f"The paper cannot be printed. {no}")
        return redirect("oversight:statement", one.pk)
    return pdf_answer(made, f"statement-{one.school.key}-{one.year}-{one.number}.pdf")
