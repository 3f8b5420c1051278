"""The one door: who may do what, and what they may see.

A page is exposed only through `@page`; rows are reached only through `visible_to(scope)`. Forbidden and missing
look the same: 404.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import connection, models, transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed

from firstbell.core import accesslog


class May(StrEnum):
    """Every permission there is, named slice.verb."""

    SIGNED_IN = "core.enter"
    SEE_STUDENTS = "roster.see"
    SEE_SCHOOLS = "attendance.see_schools"
    SEE_REGIONS = "attendance.see_regions"
    SEE_DISTRICT = "attendance.see_district"
    SEE_UNCOUNTED = "attendance.see_uncounted"
    CLEAR_ABSENCES = "attendance.clear"
    DECIDE_ABSENCES = "attendance.decide"
    SEE_IMPORTS = "imports.see"
    APPLY_IMPORTS = "imports.apply"
    SEE_POSTS = "staffing.see"
    VERIFY_CREDENTIALS = "staffing.verify"
    ASSIGN_POSTS = "staffing.assign"
    SEE_PURCHASES = "staffing.see_purchases"
    BUY_DAYS = "staffing.buy"
    CHECK_FUNDS = "staffing.check_funds"
    APPROVE_PURCHASES = "staffing.approve"
    SET_RATES = "staffing.set_rates"
    LOG_TIME = "staffing.log_time"
    SEE_TRAINING = "training.see"
    RUN_TRAINING = "training.run"
    ASK_REGION = "training.ask"
    ANSWER_SCHOOLS = "training.answer"
    SEE_CASES = "cases.see"
    CONFIRM_STEPS = "cases.confirm"
    LOG_CONTACTS = "cases.log"
    WORK_CASES = "cases.work"
    READ_RESTRICTED = "cases.read_restricted"
    EDIT_TRIGGERS = "cases.edit_triggers"
    SUPERVISE = "cases.supervise"
    SEE_LIBRARY = "library.see"
    SEE_NOTICES = "notices.see"
    PREPARE_NOTICES = "notices.prepare"
    APPROVE_NOTICES = "notices.approve"
    SEE_OUTBOX = "notices.see_outbox"
    SEE_SUPPORTS = "supports.see"
    WORK_SUPPORTS = "supports.work"
    SEE_PANELS = "panels.see"
    REFER_TO_PANELS = "panels.refer"
    RUN_PANELS = "panels.run"
    SIGN_ROSTERS = "panels.sign_rosters"
    TRACK_PANELS = "panels.track"
    SIT_ON_PANELS = "panels.sit"
    ANSWER_FORMS = "panels.answer"
    SEE_RECOVERY = "recovery.see"
    SEARCH = "recovery.search"
    PROVE_LEAVING = "recovery.prove"
    PLAN_RECOVERY_DAYS = "recovery.plan_days"
    ANSWER_REVIEWS = "oversight.answer"
    OVERSEE = "oversight.oversee"
    SEE_LEDGER = "oversight.see_ledger"
    SEE_STATEMENT = "oversight.see_statement"
    SIGN_ACTIVITY = "oversight.sign_activity"
    COUNTERSIGN = "oversight.countersign"


_SIGNED_IN = {May.SIGNED_IN, May.SEE_LIBRARY, May.SEE_TRAINING}
_SCHOOL = _SIGNED_IN | {
    May.SEE_STUDENTS, May.SEE_SCHOOLS, May.SEE_CASES, May.SEE_NOTICES, May.SEE_SUPPORTS, May.SEE_PANELS,
    May.SEE_RECOVERY, May.ANSWER_FORMS,
}  # fmt: skip
_PANELS = {May.REFER_TO_PANELS, May.RUN_PANELS}
_RECOVERY = {May.SEARCH, May.PROVE_LEAVING, May.PLAN_RECOVERY_DAYS}
_CASEWORK = {May.LOG_CONTACTS, May.WORK_CASES, May.WORK_SUPPORTS} | _RECOVERY
_REGION = _SCHOOL | {May.SEE_REGIONS, May.SEE_POSTS, May.SEE_PURCHASES}
_BRANCH = {May.RUN_TRAINING, May.ANSWER_SCHOOLS, May.SEE_LEDGER, May.SEE_STATEMENT}

ROLES: dict[str, frozenset[May]] = {
    "counselor": frozenset(
        _SCHOOL
        | _CASEWORK
        | _PANELS
        | {May.CONFIRM_STEPS, May.PREPARE_NOTICES, May.CLEAR_ABSENCES, May.ANSWER_REVIEWS, May.LOG_TIME}
        | {May.SIGN_ACTIVITY, May.ASK_REGION}
    ),
    "clerk": frozenset(
        _SCHOOL
        | {May.LOG_CONTACTS, May.SEE_UNCOUNTED, May.PREPARE_NOTICES, May.CLEAR_ABSENCES, May.SEARCH}
        | {May.ASK_REGION}
    ),
    "principal": frozenset(
        _SCHOOL
        | _PANELS
        | {May.LOG_CONTACTS, May.EDIT_TRIGGERS, May.SEE_POSTS, May.APPROVE_NOTICES, May.DECIDE_ABSENCES}
        | {May.SEE_PURCHASES, May.BUY_DAYS, May.ASK_REGION}
        | {May.SEE_LEDGER, May.SEE_STATEMENT, May.COUNTERSIGN}
    ),
    "teacher": frozenset(_SIGNED_IN | {May.ANSWER_FORMS}),  # what a panel asks them of their own students
    "coordinator": frozenset(
        _REGION
        | _BRANCH
        | _CASEWORK
        | _PANELS
        | {May.ASSIGN_POSTS, May.OVERSEE, May.LOG_TIME, May.COUNTERSIGN}
        | {May.SIGN_ROSTERS, May.TRACK_PANELS, May.CONFIRM_STEPS, May.EDIT_TRIGGERS, May.SUPERVISE}
    ),
    "region_counselor": frozenset(
        _REGION
        | _BRANCH
        | {May.PLAN_RECOVERY_DAYS, May.ASSIGN_POSTS, May.VERIFY_CREDENTIALS, May.APPROVE_PURCHASES, May.LOG_TIME}
    ),
    "fiscal": frozenset(
        _SIGNED_IN | {May.SEE_PURCHASES, May.CHECK_FUNDS, May.SET_RATES, May.SEE_LEDGER}
    ),  # money, no students
    "director": frozenset(
        _REGION
        | _BRANCH
        | _CASEWORK
        | _PANELS
        | {May.COUNTERSIGN}
        | {May.ASSIGN_POSTS, May.OVERSEE, May.VERIFY_CREDENTIALS, May.APPROVE_PURCHASES, May.SET_RATES}
        | {May.SIGN_ROSTERS, May.TRACK_PANELS}
        | {May.READ_RESTRICTED}  # as the privacy officer
        | {May.EDIT_TRIGGERS, May.SUPERVISE}
        | {May.SEE_DISTRICT, May.SEE_UNCOUNTED, May.SEE_IMPORTS, May.APPLY_IMPORTS, May.CONFIRM_STEPS}
        | {May.PREPARE_NOTICES, May.APPROVE_NOTICES, May.SEE_OUTBOX}
    ),
    "chair": frozenset(
        _REGION | _CASEWORK | _PANELS | {May.TRACK_PANELS, May.CONFIRM_STEPS, May.LOG_TIME, May.ASK_REGION}
    ),
    "guest": frozenset(_SIGNED_IN | {May.SIT_ON_PANELS}),  # a panel's outside member: no post, only a seat
    "engineer": frozenset(_SIGNED_IN | {May.SEE_UNCOUNTED, May.SEE_IMPORTS, May.APPLY_IMPORTS, May.SEE_OUTBOX}),
}


@dataclass(frozen=True)
class Scope:
    """What one person may do and see, as a plain value, built once per request from their posts."""

    may: frozenset[May] = frozenset()
    schools: frozenset[int] = frozenset()
    regions: frozenset[int] = frozenset()
    students: frozenset[int] = frozenset()
    everywhere: bool = False
    why: str = ""
    posts: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    """The posts of that day it was built from: whoever asks what they give need not look them up again."""

    def __contains__(self, permission: May) -> bool:
        return permission in self.may


NOTHING = Scope()
EVERYTHING = Scope(may=frozenset(May), everywhere=True, why="the system itself")


class Scoped(models.QuerySet):
    """Rows that know how to be limited to a scope: each model says how to reach its school and its student."""

    def visible_to(self, scope: Scope):
        """An empty scope sees nothing."""
        if scope.everywhere:
            return self
        mine = Q(**{f"{self.model.in_school}__in": scope.schools})
        if of_student := getattr(self.model, "of_student", None):
            mine |= Q(**{f"{of_student}__in": scope.students})
        return self.filter(mine)


View = Callable[..., HttpResponse]


def page(permission: May, *, writes: bool = False) -> Callable[[View], View]:
    """Expose a view: sign-in, permission, method, a read-only transaction on GET, one transaction on POST.

    The view's answer leaves only after every student record it opened stands in the access log; if the log
    cannot be written, the answer is 503 and no data.
    """

    def door(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if permission not in request.scope:
                raise Http404
            methods = ("GET", "HEAD", "POST") if writes else ("GET", "HEAD")
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            with transaction.atomic():
                if request.method != "POST":
                    _read_only()
                answer = view(request, *args, **kwargs)
            return accesslog.write(request, answer)

        guarded.permission = permission
        guarded.writes = writes
        return guarded

    return door


def _read_only() -> None:
    """Looking changes nothing: the database itself refuses a write. Inside a larger transaction it cannot be asked."""
    if not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute("set transaction read only")
