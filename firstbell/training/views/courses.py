"""Pages of courses: the list, one course, and for who runs training its words, its end and its next session."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.core.paging import Pages
from firstbell.core.refusals import NotAllowed, tried
from firstbell.training.actions import courses as actions
from firstbell.training.forms.courses import Plan, Written, as_written
from firstbell.training.models import Course
from firstbell.training.queries import courses as queries

A_PAGE = 50
CRUMBS = [("Courses", "/training/courses/")]


@page(May.SEE_TRAINING)
def courses(request: HttpRequest) -> HttpResponse:
    retired = request.GET.get("show") == "retired"
    found = Pages(queries.courses(request.scope, retired=retired), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "found": found, "rows": [queries.words(one) for one in found], "retired": retired,
        "runs": May.RUN_TRAINING in request.scope,
        "tabs": [
            {"label": "Given", "url": request.path, "current": not retired},
            {"label": "Retired", "url": f"{request.path}?show=retired", "current": retired},
        ],
    }  # fmt: skip
    return render(request, "training/courses.html", context)


@page(May.SEE_TRAINING)
def course(request: HttpRequest, course_id: int) -> HttpResponse:
    one, today = _course(request, course_id), clock.today()
    context = {
        "look": queries.words(one), "course": one, "runs": May.RUN_TRAINING in request.scope, "crumbs": CRUMBS,
        "sessions": queries.coming(request.scope, request.user, today).filter(course=one)[:A_PAGE],
        "mine": queries.completions(request.user).filter(course=one)[:5],
    }  # fmt: skip
    return render(request, "training/course.html", context)


def _course(request: HttpRequest, course_id: int) -> Course:
    return get_object_or_404(Course.objects.visible_to(request.scope).select_related("by"), pk=course_id)


@page(May.RUN_TRAINING, writes=True)
def write(request: HttpRequest, course_id: int = 0) -> HttpResponse:
    """A new course, or other words for one."""
    one = _course(request, course_id) if course_id else None
    form = Written(request.POST or None, initial=as_written(one) if one else None)
    if request.method == "POST" and (
        made := tried(form, lambda: actions.write_course(course=one, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, "It is kept.")
        return redirect("training:course", made.pk)
    context = {"form": form, "course": one, "crumbs": _crumbs(one) if one else CRUMBS}
    return render(request, "training/write_course.html", context, status=409 if request.method == "POST" else 200)


def _crumbs(one: Course) -> list[tuple[str, str]]:
    return [*CRUMBS, (one.title, reverse("training:course", args=[one.pk]))]


@page(May.RUN_TRAINING, writes=True)
def retire(request: HttpRequest, course_id: int) -> HttpResponse:
    """Retire a course, or where the form says so offer it again."""
    one = _course(request, course_id)
    if request.method == "POST":
        again = request.POST.get("do") == "again"
        try:
            with transaction.atomic():
                (actions.offer_again if again else actions.retire_course)(course=one, by=request.user)
            done = "It is offered again." if again else "It is required of nobody any more, and nobody new signs up."
            messages.success(request, done)
        except NotAllowed as no:
            messages.error(request, str(no))
    return redirect("training:course", one.pk)


@page(May.RUN_TRAINING, writes=True)
def plan(request: HttpRequest, course_id: int) -> HttpResponse:
    """A session of this course."""
    one = _course(request, course_id)
    form = Plan(
        request.POST or None, regions=queries.regions(request.scope), everywhere=request.scope.everywhere,
        leaders=queries.leaders(request.scope, clock.today()),
        initial={"minutes": one.minutes, "led_by": request.user.pk},
    )  # fmt: skip
    if request.method == "POST" and (
        made := tried(form, lambda: actions.plan_session(course=one, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, "It is planned. People near it find it among their sessions.")
        return redirect("training:session", made.pk)
    context = {"form": form, "course": one, "crumbs": _crumbs(one)}
    return render(request, "training/plan_session.html", context, status=409 if request.method == "POST" else 200)
