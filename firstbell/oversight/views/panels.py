"""Pages of panels and chairs as they are supervised, and of a hearing that somebody attended."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from firstbell.core import clock
from firstbell.core.access import May, page
from firstbell.core.refusals import tried
from firstbell.oversight.actions import hearings as actions
from firstbell.oversight.forms.hearings import Observe
from firstbell.oversight.models import Observation
from firstbell.oversight.queries import panels as queries

SHOWN = 25


@page(May.OVERSEE)
def panels(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    context = {
        "rows": queries.supervised(request.scope, today), "process": queries.process(request.scope, today),
        "attended": queries.to_observe(request.scope, request.user, today)[:SHOWN], "within": queries.DECIDED_WITHIN,
        "written": Observation.objects.visible_to(request.scope).select_related("hearing__panel", "hearing__day", "by")[
            :SHOWN
        ],
    }  # fmt: skip
    return render(request, "oversight/panels.html", context)


@page(May.OVERSEE, writes=True)
def observe(request: HttpRequest, hearing_id: int) -> HttpResponse:
    one = get_object_or_404(queries.to_observe(request.scope, request.user, clock.today()), pk=hearing_id)
    form = Observe(request.POST or None)
    if request.method == "POST" and tried(form, lambda: actions.observe(hearing=one, by=request.user, **form.words())):
        messages.success(request, "What you saw is on record.")
        return redirect("oversight:panels")
    context = {"hearing": one, "form": form, "crumbs": [("Panels and chairs", reverse("oversight:panels"))]}
    return render(request, "oversight/observe.html", context, status=409 if request.method == "POST" else 200)
