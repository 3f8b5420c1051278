"""The side navigation and the frame of every page: what this person may reach from here."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from firstbell.core.access import May
from firstbell.site.practice_district import personas

DESKS = (
    ("desk:district_desk", May.SEE_DISTRICT),
    ("desk:principal", May.BUY_DAYS),
    ("desk:region_desk", May.APPROVE_PURCHASES),
    ("oversight:exceptions", May.OVERSEE),
)
"""Where somebody begins: at the first of these that they may see, and all others at the first page of GROUPS."""

GROUPS = (
    (
        "Work",
        (
            *(("My desk", name, permission) for name, permission in DESKS if name.startswith("desk:")),
            ("Today", "desk:today", May.SEE_STUDENTS),
            ("Calls", "desk:calls", May.SEE_CASES),
            ("Not seen lately", "desk:gaps", May.SEE_CASES),
            ("Students", "desk:students", May.SEE_STUDENTS),
            ("Clear absences", "attendance:clearing", May.CLEAR_ABSENCES),
            ("Absences to decide", "attendance:decisions", May.DECIDE_ABSENCES),
            ("What corrections changed", "cases:changes", May.SEE_CASES),
            ("Meetings", "cases:meetings", May.SEE_CASES),
            ("Referrals", "panels:referrals", May.SEE_PANELS),
            ("Panels", "panels:index", May.SEE_PANELS),
            ("Hearing days", "panels:days", May.SEE_PANELS),
            ("Directives", "panels:directives", May.SEE_PANELS),
            ("Teacher forms", "panels:teacher_forms", May.ANSWER_FORMS),
            ("My hearings", "panels:seats", May.SIT_ON_PANELS),
            ("Groups", "supports:groups", May.SEE_SUPPORTS),
            ("Activity of counselors", "desk:supervised", May.SUPERVISE),
            ("Practices", "supports:practices", May.SEE_SUPPORTS),
            ("Lost students", "recovery:board", May.SEE_RECOVERY),
            ("Recovery days", "recovery:days", May.SEE_RECOVERY),
        ),
    ),
    (
        "Your own",
        (
            ("My time", "oversight:time", May.LOG_TIME),
            ("My activity", "desk:activity", May.LOG_CONTACTS),
            ("My activity reports", "oversight:reports", May.SIGN_ACTIVITY),
            ("My month", "oversight:mine", May.ANSWER_REVIEWS),
            ("My posts", "staffing:mine", May.LOG_TIME),
            ("My training", "training:mine", May.SEE_TRAINING),
        ),
    ),
    (
        "Oversight",
        (
            ("What needs you", "oversight:exceptions", May.OVERSEE),
            ("Counselors", "oversight:counselors", May.OVERSEE),
            ("Chart reviews", "oversight:reviews", May.OVERSEE),
            ("Findings", "oversight:findings", May.OVERSEE),
            ("Panels and chairs", "oversight:panels", May.OVERSEE),
            ("Reports to countersign", "oversight:countersign", May.COUNTERSIGN),
            ("Courses", "training:courses", May.RUN_TRAINING),
            ("Training of people", "training:people", May.RUN_TRAINING),
        ),
    ),
    (
        "Letters",
        (
            ("Letters due", "notices:index", May.SEE_NOTICES),
            ("Batches", "notices:batches", May.SEE_NOTICES),
            ("Rescinded", "notices:rescinded", May.SEE_NOTICES),
        ),
    ),
    (
        "School",
        (
            ("Schools", "desk:schools", May.SEE_SCHOOLS),
            ("Trigger ladders", "cases:triggers", May.SEE_CASES),
            ("Staffing", "staffing:people", May.SEE_POSTS),
            ("Counselor days", "staffing:purchases", May.SEE_PURCHASES),
            ("Ledger of days", "oversight:ledger", May.SEE_LEDGER),
            ("Statements", "oversight:statements", May.SEE_STATEMENT),
            ("Assignments", "staffing:assignments", May.ASSIGN_POSTS),
            ("Ask the Region", "training:ask", May.ASK_REGION),
            ("Questions of schools", "training:board", May.ANSWER_SCHOOLS),
            ("Consults", "training:consults", May.ANSWER_SCHOOLS),
            ("Regions", "desk:regions", May.SEE_REGIONS),
            ("District", "desk:district", May.SEE_DISTRICT),
        ),
    ),
    (
        "Data",
        (
            ("Imports", "imports:runs", May.SEE_IMPORTS),
            ("Corrections for the SIS", "attendance:corrections", May.CLEAR_ABSENCES),
            ("Marks not counted", "desk:uncounted", May.SEE_UNCOUNTED),
            ("Outbox", "notices:outbox", May.SEE_OUTBOX),
        ),
    ),
    (
        "Law",
        (
            ("Law library", "library:index", May.SEE_LIBRARY),
            ("Policy in force", "library:policy", May.SEE_LIBRARY),
            ("Letter check", "library:letters", May.SEE_LIBRARY),
        ),
    ),
)

PRACTICE_DAY = ("Practice day", "training:practice", May.SEE_TRAINING)
"""First of all in a district to practise in."""


def home(request: HttpRequest) -> HttpResponseRedirect:
    """To the desk of this person, or the first page they may see (Today for most), or to sign in."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    held = request.scope.may - {May.SEE_TRAINING}  # everybody's: their own work comes first
    links = ((name, permission) for _, links in GROUPS for _, name, permission in links)
    return redirect(next((name for name, permission in (*DESKS, *links) if permission in held), "desk:today"))


_address = cache(reverse)
"""Of pages without a part of their own in the address: the same in every request."""


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of the staff frame: nav groups, the scope line, whether this is the practice district."""
    scope = getattr(request, "scope", None)
    frame: dict[str, Any] = {"demo": settings.DEMO, "district": settings.DISTRICT, "nav": []}
    if scope is None or not request.user.is_authenticated:
        if settings.DEMO:
            frame["personas"] = personas()
        return frame
    frame["may_feed"] = May.SEE_CASES in scope
    frame["why"], frame["post"] = scope.why, scope.why.partition(" at ")[0]
    for title, links in _groups():
        items = [
            {"label": label, "url": url, "count": None, "current": request.path == url}
            for label, url, permission in ((label, _address(name), permission) for label, name, permission in links)
            if permission in scope.may
        ]
        items = list({item["label"]: item for item in reversed(items)}.values())[::-1]  # of several desks the first
        if items:
            frame["nav"].append({"title": title, "items": items})
    return frame


def _groups() -> tuple[Any, ...]:
    if not settings.PRACTICE:
        return GROUPS
    (title, links), *others = GROUPS
    return ((title, (PRACTICE_DAY, *links)), *others)
