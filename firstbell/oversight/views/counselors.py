"""Pages of counselors: the list by name, one person for who oversees them, one's own month, and what a figure means."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.core.months import asked_month, month_before, next_month
from firstbell.core.paging import Pages
from firstbell.core.refusals import tried
from firstbell.law.policy import policy_on
from firstbell.oversight.actions import figures as actions
from firstbell.oversight.forms.reviews import Text
from firstbell.oversight.models import Figure, Finding, Question, Sample
from firstbell.oversight.queries import figures as queries
from firstbell.oversight.queries import reviews
from firstbell.oversight.queries.people import counselors as people
from firstbell.oversight.queries.people import posts_of, visible_people, where_words
from firstbell.oversight.rules import coverage, load, outcomes, signals
from firstbell.oversight.rules.rubric import RUBRIC
from firstbell.oversight.views.exceptions import address

A_PAGE = 50


@page(May.OVERSEE)
def counselors(request: HttpRequest) -> HttpResponse:
    """By name, always: no column can be sorted, and nothing is coloured by how somebody does."""
    today = clock.today()
    month = asked_month(request.GET.get("month", ""), today)
    found = Pages(people(request.scope, today), A_PAGE).get_page(request.GET.get("page"))
    later = next_month(month)
    context = {
        "found": found, "rows": queries.listed(request.scope, found, month, today), "month": month,
        "before": month_before(month), "after": later if later < today.replace(day=1) else None,
        "previous": address(request, page=found.previous_page_number()) if found.has_previous() else "",
        "next": address(request, page=found.next_page_number()) if found.has_next() else "",
    }  # fmt: skip
    return render(request, "oversight/counselors.html", context)


@page(May.OVERSEE)
def counselor(request: HttpRequest, user_id: int) -> HttpResponse:
    """One counselor, for who oversees them: what is open of their months, charts, questions, findings."""
    user = get_object_or_404(visible_people(request.scope).exclude(pk=request.user.pk).distinct(), pk=user_id)
    today, posts = clock.today(), posts_of([user_id], clock.today()).get(user_id, [])
    context = {
        "person": user, "where": where_words(posts), "here": bool(posts),
        "months": [(one, queries.told(one)) for one in queries.months(user, request.scope, today)],
        "waiting": queries.waiting(user, request.scope, today),
        "questions": queries.questions(user, request.scope, today),
        "samples": Sample.objects.visible_to(request.scope).filter(user=user)[:12],
        "findings": Finding.objects.visible_to(request.scope).filter(user=user).select_related("by")[:12],
    }  # fmt: skip
    return render(request, "oversight/counselor.html", context)


@page(May.ANSWER_REVIEWS)
def mine(request: HttpRequest) -> HttpResponse:
    """One's own months, before anybody else sees them."""
    context = {"look": queries.mine(request.user), "today": clock.today(), "first": actions.FIRST,
               "charts": reviews.feedback_for(request.user)[:12]}  # fmt: skip
    return render(request, "oversight/mine.html", context)


@page(May.ANSWER_REVIEWS, writes=True)
def annotate(request: HttpRequest, figure_id: int) -> HttpResponse:
    one = get_object_or_404(Figure.objects.visible_to(request.scope).filter(user=request.user), pk=figure_id)
    form = Text(request.POST or None, label="What somebody should know who reads this month",
                hint="Your supervisor sees the month from now on, with these words beside it.")  # fmt: skip
    if request.method == "POST" and tried(
        form, lambda: actions.annotate(figure=one, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, "Your words stand beside the month.")
        return redirect("oversight:mine")
    context = {"title": f"Your {one}", "told": queries.told(one), "form": form}
    return render(request, "oversight/say.html", context, status=409 if request.method == "POST" else 200)


@page(May.ANSWER_REVIEWS, writes=True)
def answer(request: HttpRequest, question_id: int) -> HttpResponse:
    one = get_object_or_404(Question.objects.visible_to(request.scope).filter(user=request.user), pk=question_id)
    form = Text(request.POST or None, label="How did it come about?", hint=f"It may be simple. {one.innocent}")
    if request.method == "POST" and tried(
        form, lambda: actions.answer_question(question=one, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, "Your answer stands beside the question.")
        return redirect("oversight:mine")
    context = {"title": "A question about your log", "lede": one.words, "form": form}
    return render(request, "oversight/say.html", context, status=409 if request.method == "POST" else 200)


@page(May.SIGNED_IN)
def how(request: HttpRequest) -> HttpResponse:
    """What each figure means and what it does not: anybody who is counted may read it."""
    context = {"load": load, "coverage": coverage, "outcomes": outcomes, "signals": signals, "rubric": RUBRIC.values(),
               "first": actions.FIRST, "notice_days": policy_on(clock.today()).truancy.notice_target_days}  # fmt: skip
    return render(request, "oversight/how.html", context)
