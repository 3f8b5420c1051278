"""The library's pages: search, one section, the policy in force, letters and their check."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.law.notices import Kind
from firstbell.law.policy import policy_on
from firstbell.library.forms import SampleForm, TextForm
from firstbell.library.queries import letters as shown
from firstbell.library.queries import policy as policies
from firstbell.library.queries import sections
from firstbell.library.topics import QUESTIONS

PALETTE = 4
"""Sections beside the students of the search palette."""


@page(May.SEE_LIBRARY)
def index(request: HttpRequest) -> HttpResponse:
    asked, today = _asked(request), clock.today()
    only_changed = request.GET.get("changed") == "1"
    context = {
        "asked": asked,
        "only_changed": only_changed,
        "answer": sections.searched(asked, on=today) if asked else None,
        "topics": [] if asked else sections.by_topic(today, only_changed=only_changed),
        "news": len(sections.news(today)),
        "marks": sections.MARK.values(),
        "questions": QUESTIONS,
    }
    return render(request, "library/index.html#found" if request.htmx else "library/index.html", context)


@page(May.SEE_LIBRARY)
def section(request: HttpRequest, slug: str) -> HttpResponse:
    if (shown := sections.section_page(slug, request.scope, on=clock.today())) is None:
        raise Http404
    crumbs = [("Law library", reverse("library:index"))]
    return render(request, "library/section.html", {"page": shown, "crumbs": crumbs})


@page(May.SEE_LIBRARY)
def policy(request: HttpRequest) -> HttpResponse:
    now = policy_on(clock.today())
    choices = policies.choices(now)
    context = {
        "policy": now,
        "choices": choices,
        "own": sum(choice.is_own for choice in choices),
        "groups": policies.numbers(now),
        "crumbs": [("Law library", reverse("library:index"))],
    }
    return render(request, "library/policy.html", context)


@page(May.SEE_LIBRARY, writes=True)
def letters(request: HttpRequest) -> HttpResponse:
    """Every language and one sample on GET; a pasted text is checked on POST and kept nowhere."""
    first = {"kind": Kind.FIRST_TRUANCY, "language": "en", "sent_on": clock.today()}
    sample = SampleForm(first | request.GET.dict())
    pasted = (
        TextForm(request.POST, prefix="text") if request.method == "POST" else TextForm(initial=first, prefix="text")
    )
    context = {
        "languages": shown.languages(clock.today()),
        "sample_form": sample,
        "sample": shown.shown(**sample.cleaned_data) if sample.is_valid() else None,
        "form": pasted,
        "checked": _checked(pasted) if pasted.is_bound and pasted.is_valid() else None,
        "crumbs": [("Law library", reverse("library:index"))],
    }
    return render(request, "library/letters.html", context)


def _checked(form: TextForm) -> shown.Checked:
    asked = dict(form.cleaned_data)
    return shown.checked(pasted=asked.pop("text"), **asked)


@page(May.SEE_LIBRARY)
def palette(request: HttpRequest) -> HttpResponse:
    """Sections for the search palette, fetched by the list it already shows."""
    asked = _asked(request)
    found = sections.searched(asked, on=clock.today()).entries if asked else []
    return render(request, "library/palette.html", {"entries": found[:PALETTE]})


def _asked(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:200]
