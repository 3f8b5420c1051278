"""What every request carries: the scope, and answers that no browser keeps."""

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from firstbell.core import clock
from firstbell.core.access import NOTHING, Scope
from firstbell.core.models import User
from firstbell.panels.queries.guests import guest_scope
from firstbell.staffing.queries import scope_of

Answerer = Callable[[HttpRequest], HttpResponse]


def scope(answer: Answerer) -> Answerer:
    """Give the request its scope: what the signed-in person's posts of today allow. Built once, when first asked."""

    def scoped(request: HttpRequest) -> HttpResponse:
        request.scope = SimpleLazyObject(
            lambda: _scope(request.user, clock.today()) if request.user.is_authenticated else NOTHING
        )
        return answer(request)

    return scoped


def _scope(user: User, on: date) -> Scope:
    """From the person's posts; who holds none may still sit on a panel."""
    return guest_scope(user, on, scope_of(user, on))


def day(answer: Answerer) -> Answerer:
    """In a district to practise in: what day it is by now. Elsewhere it is not among the middleware."""

    def dated(request: HttpRequest) -> HttpResponse:
        clock.catch_up()
        return answer(request)

    return dated


def whole(answer: Answerer) -> Answerer:
    """Addresses lose NUL characters: no text that is searched has any, and PostgreSQL takes none."""

    def stripped(request: HttpRequest) -> HttpResponse:
        if "%00" in (asked := request.META.get("QUERY_STRING", "")):
            request.META["QUERY_STRING"] = asked.replace("%00", "")
        return answer(request)

    return stripped


def private(answer: Answerer) -> Answerer:
    """Pages behind sign-in are never kept by a browser or a proxy (back button after sign-out shows nothing)."""

    def kept_nowhere(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response

    return kept_nowhere
