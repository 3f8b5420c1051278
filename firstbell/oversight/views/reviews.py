"""Pages of chart reviews: the month's samples, one chart to read and score, and the counselor's side of it."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.cases.models import Case
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.core.months import asked_month, month_before, next_month
from firstbell.core.refusals import NotAllowed, tried
from firstbell.oversight.actions import reviews as actions
from firstbell.oversight.forms import reviews as said
from firstbell.oversight.models import Review, Sample
from firstbell.oversight.queries import reviews as queries
from firstbell.oversight.queries.charts import evidence
from firstbell.oversight.queries.people import counselors


@page(May.OVERSEE)
def reviews(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    month = asked_month(request.GET.get("month", ""), today)
    later = next_month(month)
    context = {
        "month": month, "rows": queries.board(request.scope, month, today), "before": month_before(month),
        "after": later if later <= today else None, "agreed": queries.agreed(request.scope, month),
        "trends": queries.trends(request.scope, month), "months": queries.MONTHS,
    }  # fmt: skip
    return render(request, "oversight/reviews.html", context)


@page(May.OVERSEE, writes=True)
def draw(request: HttpRequest, user_id: int) -> HttpResponse:
    """Draw a counselor's charts of a month; asked for with the month in the form."""
    user = get_object_or_404(counselors(request.scope, clock.today()), pk=user_id)
    month = asked_month(request.POST.get("month", ""), clock.today())
    if request.method == "POST":
        try:
            with transaction.atomic():
                made = actions.draw_sample(user=user, month=month, by=request.user)
            return redirect("oversight:sample", made.pk)
        except NotAllowed as no:
            messages.error(request, str(no))
    return redirect(f"{reverse('oversight:reviews')}?month={month:%Y-%m}")


@page(May.OVERSEE)
def sample(request: HttpRequest, sample_id: int) -> HttpResponse:
    rows = Sample.objects.visible_to(request.scope).exclude(user=request.user).select_related("user", "by")
    one = get_object_or_404(rows, pk=sample_id)
    charts = queries.sample_charts(one, request.user)
    accesslog.opens(request, *(each.review.case.student_id for each in charts))
    return render(request, "oversight/sample.html", {"sample": one, "charts": charts, "crumbs": _crumbs(one)})


@page(May.OVERSEE, writes=True)
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """One chart: what it shows beside each item, to be scored; then feedback."""
    one = _review(request, review_id)
    form = said.Score(request.POST if request.POST.get("do") == "score" else None)
    words = said.Text(
        request.POST if request.POST.get("do") == "feedback" else None, label="Feedback to the counselor",
        hint="What went well first. They read it, and may answer.", auto_id="id_feedback_%s",
    )  # fmt: skip
    if request.method == "POST" and _done(request, one, form, words):
        return redirect("oversight:review", one.pk)
    accesslog.opens(request, one.case.student_id)
    return _show(request, one, form, words)


def _done(request: HttpRequest, one: Review, form: said.Score, words: said.Text) -> bool:
    if form.is_bound:
        made = tried(form, lambda: actions.score(review=one, by=request.user, **form.words()))
    else:
        made = tried(words, lambda: actions.give_feedback(review=one, by=request.user, **words.cleaned_data))
    if made:
        messages.success(request, "Scored." if form.is_bound else "The counselor can read it now.")
    return bool(made)


def _show(request: HttpRequest, one: Review, form: said.Score, words: said.Text) -> HttpResponse:
    shows = evidence(one.case, one.sample.month)
    chart = queries.sample_charts(one.sample, request.user)[one.place - 1]
    scorings = queries.shown_scorings(one, request.user)
    context: dict[str, Any] = {
        "review": one, "student": one.case.student, "chart": chart, "form": form, "rows": form.rows(shows),
        "said": queries.said(scorings) if scorings else [], "words": words, "waits": actions.waits_for(one),
        "crumbs": [*_crumbs(one.sample), (str(one.sample), reverse("oversight:sample", args=[one.sample_id]))],
    }  # fmt: skip
    return render(request, "oversight/review.html", context, status=409 if request.method == "POST" else 200)


def _review(request: HttpRequest, pk: int) -> Review:
    """A chart this person may read: of somebody they oversee, and at a school of theirs."""
    rows = Review.objects.visible_to(request.scope).exclude(sample__user=request.user)
    one = get_object_or_404(rows.select_related("sample__user", "case__student__school", "feedback_by"), pk=pk)
    if not Case.objects.visible_to(request.scope).filter(pk=one.case_id).exists():
        raise Http404
    return one


@page(May.ANSWER_REVIEWS, writes=True)
def my_review(request: HttpRequest, review_id: int) -> HttpResponse:
    """One's own chart as it was read, with the feedback, and room to answer it."""
    rows = queries.feedback_for(request.user).filter(pk__in=Review.objects.visible_to(request.scope).values("pk"))
    one = get_object_or_404(rows, pk=review_id)
    form = said.Text(request.POST or None, label="Your answer", hint="Kept beside the feedback, in your words.")
    if request.method == "POST" and tried(
        form, lambda: actions.answer_feedback(review=one, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, "Your answer stands beside the feedback.")
        return redirect("oversight:my_review", one.pk)
    accesslog.opens(request, one.case.student_id)
    context = {
        "review": one, "student": one.case.student, "form": form, "crumbs": [("My month", reverse("oversight:mine"))],
        "said": queries.said(list(one.scorings.select_related("by"))),
    }  # fmt: skip
    return render(request, "oversight/my_review.html", context, status=409 if request.method == "POST" else 200)


def _crumbs(one: Sample) -> list[tuple[str, str]]:
    return [
        ("Chart reviews", f"{reverse('oversight:reviews')}?month={one.month:%Y-%m}"),
        (str(one.user), reverse("oversight:counselor", args=[one.user_id])),
    ]
