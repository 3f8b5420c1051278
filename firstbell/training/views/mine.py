"""My training: what is required of me and proposed to me, sessions near me, what I completed with its certificates."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.core.answers import pdf_answer
from firstbell.core.paging import Pages
from firstbell.core.refusals import tried
from firstbell.letters.certificate import pdf
from firstbell.training.actions import courses as actions
from firstbell.training.forms.courses import Answer
from firstbell.training.queries import courses as queries

NEAR, A_PAGE = 10, 20
CRUMBS = [("My training", "/training/")]


@page(May.SEE_TRAINING)
def mine(request: HttpRequest) -> HttpResponse:
    today, user = clock.today(), request.user
    near = list(queries.coming(request.scope, user, today)[: NEAR + 1])
    context = {
        "required": queries.required(user, queries.roles_of(request.scope), today),
        "proposals": queries.proposals_to(user), "cancelled": queries.cancelled_of(user, today),
        "sessions": near[:NEAR], "more": len(near) > NEAR,
        "found": Pages(queries.completions(user), A_PAGE).get_page(request.GET.get("page")),
    }  # fmt: skip
    return render(request, "training/mine.html", context)


@page(May.SEE_TRAINING, writes=True)
def proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """What was proposed to me and why, to be answered once."""
    one = get_object_or_404(queries.proposals_to(request.user), pk=proposal_id)
    form = Answer(request.POST or None)
    if request.method == "POST" and tried(
        form, lambda: actions.answer_proposal(proposal=one, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, "Your answer is kept.")
        agreed = form.cleaned_data["answer"] == "taken"
        return redirect("training:course", one.course_id) if agreed else redirect("training:mine")
    context = {"one": one, "form": form, "crumbs": CRUMBS}
    return render(request, "training/proposal.html", context, status=409 if request.method == "POST" else 200)


@page(May.SEE_TRAINING)
def certificate(request: HttpRequest, completion_id: int) -> HttpResponse:
    one = get_object_or_404(queries.completions_seen(request.scope, request.user), pk=completion_id)
    try:
        paper = pdf(queries.certificate_of(one))
    except ValueError:
        messages.error(request, "A character of this certificate is in none of our fonts: it cannot be printed.")
        return redirect(reverse("training:mine"))
    return pdf_answer(paper, f"certificate-{one.pk}.pdf")
