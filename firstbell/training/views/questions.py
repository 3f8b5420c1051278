"""Pages of questions: a school asks and reads, the Region's board, one question, and the answers all may read."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.core.paging import Pages
from firstbell.core.refusals import tried
from firstbell.roster.models import School
from firstbell.training.actions import questions as actions
from firstbell.training.forms import questions as said
from firstbell.training.models.questions import Area, Question
from firstbell.training.queries import questions as queries
from firstbell.training.rules.questions import TOO_FEW

A_PAGE = 50


@page(May.ASK_REGION)
def questions(request: HttpRequest) -> HttpResponse:
    """What one's own schools asked, and where it stands."""
    found = Pages(queries.of_my_schools(request.scope), A_PAGE).get_page(request.GET.get("page"))
    context = {"found": found, "rows": queries.rows_of(found.object_list, clock.today())}
    return render(request, "training/questions.html", context)


@page(May.ASK_REGION, writes=True)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the Region; with q= the earlier answers that fit stand above the form."""
    schools, words, area = queries.schools(request.scope), request.GET.get("q", "")[:200], request.GET.get("area", "")
    area = area if area in Area.values else ""
    initial = {"title": words[:120], "area": area, "school": schools[0][0] if len(schools) == 1 else ""}
    form = said.Ask(request.POST or None, schools=schools, initial=initial)
    if request.method == "POST" and (made := tried(form, lambda: _asked(request, form))):
        messages.success(request, f"The Region has it. You have an answer by {made.due_on:%A, %-d %B}.")
        return redirect("training:question", made.pk)
    context = {
        "form": form, "q": words, "area": area, "areas": Area.choices,
        "fits": queries.earlier(request.scope, words, area), "crumbs": [("Questions", reverse("training:questions"))],
    }  # fmt: skip
    return render(request, "training/ask.html", context, status=409 if request.method == "POST" else 200)


def _asked(request: HttpRequest, form: said.Ask) -> Question:
    told = dict(form.cleaned_data)
    school = get_object_or_404(School.objects.visible_to(request.scope), pk=told.pop("school"))
    return actions.ask(school=school, by=request.user, **told)


@page(May.ANSWER_SCHOOLS)
def board(request: HttpRequest) -> HttpResponse:
    """What schools ask, by the clock; the filters stand in the address."""
    today, places = clock.today(), queries.places(request.scope)
    asked = {name: request.GET.get(name, "") for name in ("area", "state", "region", "school", "part")}
    asked["area"] = asked["area"] if asked["area"] in Area.values else ""
    asked["state"] = asked["state"] if asked["state"] in Question.State.values else ""
    found = Pages(queries.board(request.scope, request.user, today, asked), A_PAGE).get_page(request.GET.get("page"))
    counts = queries.parts(request.scope, request.user, today, asked)
    context = {
        "found": found, "rows": queries.rows_of(found.object_list, today), "asked": asked, "places": places,
        "parts": [(part, words, counts[part]) for part, words in queries.PARTS.items()],
        "areas": Area.choices, "states": Question.State.choices, "few": TOO_FEW, "days": queries.LATELY,
        "kept": queries.kept(request.scope, today), "narrowed": any(asked.values()),
    }  # fmt: skip
    return render(request, "training/board.html", context)


@page(May.SEE_SCHOOLS)
def answers(request: HttpRequest) -> HttpResponse:
    """Answers that this person may read, to search: shared ones, and those of their own schools."""
    words, area = request.GET.get("q", "")[:200], request.GET.get("area", "")
    area = area if area in Area.values else ""
    found = Pages(queries.answers(request.scope, words, area), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "found": found, "q": words, "area": area, "areas": Area.choices, "may_ask": May.ASK_REGION in request.scope,
    }  # fmt: skip
    return render(request, "training/answers.html", context)


@page(May.SEE_SCHOOLS, writes=True)
def question(request: HttpRequest, asked_id: int) -> HttpResponse:
    """One question: for its school and the Region with all there is, for others a shared answer alone."""
    one = get_object_or_404(queries.one(request.scope), pk=asked_id)
    if not (request.scope.everywhere or one.school_id in request.scope.schools):
        return _shared(request, one)
    shown = _forms(request, one)
    doing = request.POST.get("do", "")
    if request.method == "POST":
        if doing not in shown:
            raise Http404
        if _done(request, one, doing, shown[doing]):
            return redirect("training:question", one.pk)
        # somebody else may have been faster: what stands now, with what was typed
        one = get_object_or_404(queries.one(request.scope), pk=asked_id)
    return _show(request, one, shown)


def _show(request: HttpRequest, one: Question, shown: dict[str, forms.Form]) -> HttpResponse:
    doing, (law, earlier) = request.POST.get("do", ""), queries.sources(request.scope, one)
    may = queries.may_now(one, request.user, request.scope)
    context = {
        "one": one, "row": queries.rows_of([one], clock.today())[0], "may": may, "forms": shown, "law": law,
        "bound": shown.get(doing), "earlier": earlier, "changes": queries.urgency_changes(one),
        "writes": "answer" in may or doing == "answer", "crumbs": _crumbs(request),
    }  # fmt: skip
    return render(request, "training/question.html", context, status=409 if request.method == "POST" else 200)


def _shared(request: HttpRequest, one: Question) -> HttpResponse:
    """Nothing of it but the words: the page is not given whose they are."""
    if request.method == "POST":
        raise Http404
    law, earlier = queries.sources(request.scope, one)
    context = {
        "title": one.title, "what": one.what, "answer": one.answer, "area": one.get_area_display(),
        "answered_at": one.answered_at, "law": law, "earlier": earlier, "crumbs": _crumbs(request),
    }  # fmt: skip
    return render(request, "training/answer.html", context)


def _crumbs(request: HttpRequest) -> list[tuple[str, str]]:
    if May.ANSWER_SCHOOLS in request.scope:
        return [("Questions of schools", reverse("training:board"))]
    return [("Questions", reverse("training:questions"))]


def _forms(request: HttpRequest, one: Question) -> dict[str, forms.Form]:
    """The forms of what this person may do now, and of what they are just doing."""
    doing = request.POST.get("do", "")
    tries = DONE.keys() if May.ANSWER_SCHOOLS in request.scope else {"close", "withdraw"}
    may = queries.may_now(one, request.user, request.scope) | ({doing} & tries)
    told = {doing: request.POST}
    return {name: _form(request, one, name, told.get(name)) for name in DONE if name in may}


def _form(request: HttpRequest, one: Question, name: str, told: Any) -> forms.Form:
    if name == "hand_over":
        return said.HandOver(told, people=queries.answerers(one.school, clock.today()), but=one.answerer_id)
    if name == "urgency":
        return said.Urgency(told, now=one.urgency)
    if name == "answer":
        fits = queries.earlier(request.scope, f"{one.title} {one.what}", one.area, but=one.pk)
        laws = queries.law_choices(clock.today())
        return said.Answer(told, question=one, names=queries.names_of(one), laws=laws, fits=fits)
    return said.Close(told) if name == "close" else said.Nothing(told)


DONE = {
    "take": "It is yours. The school sees that you have it.",
    "hand_over": "It is handed over.",
    "urgency": "The school sees the new day, and why.",
    "answer": "The school can read your answer.",
    "stop_sharing": "It is for its own school alone again.",
    "close": "Thank you. It is closed.",
    "withdraw": "It is withdrawn.",
}
"""What may be done with a question, and what is said then."""


def _done(request: HttpRequest, one: Question, doing: str, form: forms.Form) -> bool:
    """Do it; a refusal stands in the form, with what was typed."""
    version = queries.number(request.POST.get("version", ""))
    now = {"question": one, "by": request.user, "version": 0 if version is None else version}
    made = tried(form, lambda: _act(doing, form, now))
    if made:
        messages.success(request, DONE[doing])
    return bool(made)


def _act(doing: str, form: forms.Form, now: dict[str, Any]) -> Question:
    told = form.cleaned_data
    if isinstance(form, said.Answer):
        return actions.answer(**now, **form.said())
    if doing == "hand_over":
        people = queries.answerers(now["question"].school, clock.today())
        return actions.hand_over(**now, to=get_object_or_404(people, pk=told["to"]))
    if doing == "urgency":
        return actions.change_urgency(**now, **told)
    if doing == "close":
        return actions.close(**now, **told)
    return {"take": actions.take, "withdraw": actions.withdraw, "stop_sharing": actions.stop_sharing}[doing](**now)
