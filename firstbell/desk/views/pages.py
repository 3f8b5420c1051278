"""The pages staff work from: Today, students and their files, schools, regions, the district, search."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst

from firstbell.attendance.models import Sign
from firstbell.cases.queries import card_of, ladder_of
from firstbell.cases.queries.households import homes_of, leads_of
from firstbell.cases.rules.day import FORTNIGHT, POINTS, SOON
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.desk.paging import address, paged
from firstbell.desk.queries import days as school_days
from firstbell.desk.queries import file, people, places, reasons, saved
from firstbell.desk.queries import hours as fitted
from firstbell.desk.queries import today as work
from firstbell.desk.words import band_text
from firstbell.panels.queries.referrals import referrals_of
from firstbell.panels.queries.waiting import waiting as panels_waiting
from firstbell.recovery import queries as recovery
from firstbell.staffing.queries.waiting import waiting as staffing_waiting
from firstbell.supports.queries import plan_card

COLUMNS = ["Student", "Why today", "Ten weeks", "Standing", "Since"]
DAY_COLUMNS = [
    "Student", "Why today", "Ten weeks", "Standing", "Due", {"label": "Min", "number": True},
    {"label": "What to do", "hidden": True},
]  # fmt: skip
GROUP_COLUMNS = [
    "Group",
    *({"label": label, "number": True} for label in ("Students", "Attendance", "Chronic", "Severe")),
]
REVIEW_COLUMNS = [
    "Reviewed on",
    *({"label": label, "number": True} for label in ("Students", "Satisfactory", "At risk", "Chronic", "Severe")),
    {"label": "Chronic share", "number": True},
]
FIRST_OF_TIMELINE = 12
SCHOOLS = 100
"""Rows of a page of schools."""


@page(May.SEE_STUDENTS)
def today(request: HttpRequest) -> HttpResponse:
    at = work.reflected()
    if at and not request.GET and (plan := fitted.hours(request.user, request.scope, clock.today())):
        return _hours(request, at, plan)
    asked = {name: request.GET.get(name, "") for name in ("rule", "school")}
    now, waiting = clock.today(), paged(request, work.queue(request.scope, **asked), 25, work.row)
    homes = homes_of([row.student.pk for row in waiting.rows])
    if at is None:
        lede = "No attendance has been brought in yet."
    else:
        people_words = capfirst("1 person" if waiting.count == 1 else f"{waiting.count:,} people")
        lede = f"{people_words} to help, facts as of {at.served.on:%A} {at.served.on.day} {at.served.on:%B}."
    context = {
        "heading": f"{now:%A} {now.day} {now:%B}",
        "lede": lede,
        "people": replace(waiting, rows=work.at_home(waiting.rows, homes)),
        "asked": asked,
        "rules": _rules(request, at, asked["rule"], bool(request.GET) and fitted.has_hours(request.scope, now)),
        "schools": work.schools(request.scope),
        "columns": COLUMNS,
        "served": at is not None,
        "all_url": request.path,
        "lost": recovery.waiting(request.scope, request.user.pk),
        "panels": panels_waiting(request.scope, now, request.user),
        "staffing": staffing_waiting(request.scope, now, request.user),
    }
    return render(request, "desk/today.html", context)


def _hours(request: HttpRequest, at: work.Reflected, plan: fitted.Hours) -> HttpResponse:
    """The day of somebody with hours at a school: what fits, and what must wait."""
    now = clock.today()
    accesslog.opens(request, *(row.student.pk for here in plan.here for row in here.rows))
    context = {
        "heading": f"{now:%A} {now.day} {now:%B}",
        "plan": plan,
        "served": at.served,
        "rules": _rules(request, at, "", True),
        "columns": DAY_COLUMNS,
        "may_log": May.LOG_CONTACTS in request.scope,
        "may_work": May.WORK_CASES in request.scope,
        "tomorrow": now + timedelta(days=1),
        "lost": recovery.waiting(request.scope, request.user.pk),
        "panels": panels_waiting(request.scope, now, request.user),
        "staffing": staffing_waiting(request.scope, now, request.user),
    }
    return render(request, "desk/hours.html", context)


@page(May.SEE_STUDENTS)
def order(request: HttpRequest) -> HttpResponse:
    """How the order of Today is made, from the very points it is made with."""
    points = [(name.capitalize(), number, words) for name, (number, words) in POINTS.items()]
    return render(request, "desk/order.html", {"points": points, "soon": SOON, "fortnight": FORTNIGHT})


def _rules(request: HttpRequest, at: work.Reflected | None, chosen: str, has_hours: bool) -> list[dict[str, Any]]:
    """The chips above the queue: every rule at work, and all of them."""
    if at is None or not (found := work.rules(request.scope, at.policy)):
        return []
    chips = [("", "Today, in your hours" if has_hours else "All", "")]
    chips += [(rule, words, people.short) for rule, words, people in found]
    return [
        {"url": address(request, rule=key), "label": label, "people": people, "current": "yes" if key == chosen else ""}
        for key, label, people in chips
    ]


@page(May.SEE_STUDENTS)
def student(request: HttpRequest, student_id: int) -> HttpResponse:
    who = file.student(request.scope, student_id)
    accesslog.opens(request, who.pk)
    at, standing = work.reflected(), file.standing_of(who)
    year = school_days.year(who, at)
    stays, marked, bytes_on = (year.stays, year.days, year.bytes_on) if year else (file.enrolments(who), (), {})
    reached = file.contacts(who, request.scope)
    signs = Sign.objects.visible_to(request.scope).filter(student=who)
    why_url = reverse("desk:why", args=[who.pk])
    timeline = file.timeline(signs, stays, school_days.runs(bytes_on), marked)
    context = {
        "student": who,
        "served": at.served if at else None,
        "crumbs": [("Students", reverse("desk:students"))],
        "identity": file.identity(who, stays, clock.today()),
        "band": standing.national_band if standing else "none",
        "band_text": band_text(standing),
        "figures": file.figures(standing, why_url, at.policy) if standing and at else [],
        "corrected": file.corrected(year),
        "why_url": why_url,
        "months": school_days.months(bytes_on, f"{why_url}?figure=days"),
        "legend": school_days.legend(bytes_on),
        "enrolments": stays,
        "contacts": reached,
        "household": (home := file.household(who, reached, request.scope)),
        "home_lead": leads_of({0: [who.pk, *(one.key for one in home)]}).get(0) if home else None,
        "programs": file.programs(who),
        "timeline": timeline[:FIRST_OF_TIMELINE],
        "earlier": timeline[FIRST_OF_TIMELINE:],
        "ladder": ladder_of(who, year=year),
        "may_confirm": May.CONFIRM_STEPS in request.scope,
        "card": card_of(who),
        "support": plan_card(who) if May.SEE_SUPPORTS in request.scope else None,
        "may_write": May.PREPARE_NOTICES in request.scope,
        "may_log": May.LOG_CONTACTS in request.scope,
        "lost": recovery.card_of(who.pk) if May.SEE_RECOVERY in request.scope else None,
        "referred": referrals_of(who) if May.SEE_PANELS in request.scope else [],
        "may_refer": May.REFER_TO_PANELS in request.scope and who.live,
        "may_search": May.SEARCH in request.scope,
    }
    return render(request, "desk/student.html", context)


@page(May.SEE_STUDENTS)
def why(request: HttpRequest, student_id: int) -> HttpResponse:
    who = file.student(request.scope, student_id)
    key, at = request.GET.get("figure", "absent"), work.reflected()
    found = reasons.why_of(who, at)
    if at is None or found is None or key not in (figures := reasons.figures(at.policy)):
        raise Http404
    accesslog.opens(request, who.pk)
    tabs = [
        {"label": one.title, "url": address(request, figure=name), "current": name == key}
        for name, one in figures.items()
    ]
    context = {
        "student": who,
        "served": at.served,
        "crumbs": [("Students", reverse("desk:students")), (who.name, reverse("desk:student", args=[who.pk]))],
        "question": f"{figures[key].title}: {who.name}",
        "answer": reasons.answer(key, found, at.policy),
        "figure": figures[key],
        "changes": found.changes,
        "moved": reasons.moved(found.changes),
        "tabs": tabs,
        "lines": (lines := reasons.lines(key, found.year.days)),
        "several_schools": len({line.school for line in lines if line.school}) > 1,
    }
    return render(request, "desk/why.html", context)


@page(May.SEE_STUDENTS)
def students(request: HttpRequest) -> HttpResponse:
    views = saved.strip(request.user, request.scope, "desk:students", request.GET.urlencode())
    if views.usual and not request.GET:
        return redirect(views.usual)
    asked = {name: request.GET.get(name, "") for name in people.FILTERS}
    offered = people.choices(request.scope)
    used = [
        {"label": words, "url": address(request, **{name: ""})}
        for name, choices in offered.items()
        for value, words in choices
        if asked[name] and value == asked[name]
    ]
    listed = paged(request, people.students(request.scope, **asked), 50, _person)
    filters = [
        {"name": name, "label": name.capitalize(), "choices": choices, "value": asked[name]}
        for name, choices in offered.items()
    ]
    context = {
        "people": listed, "filters": filters, "used": used, "clear": f"{request.path}?all=1", "strip": views,
        "typed": request.GET.get("named", ""),
    }  # fmt: skip
    return render(request, "desk/students.html", context)


def _person(who: Any) -> dict[str, Any]:
    standing = file.standing_of(who)
    return {"student": who, "standing": standing, "band_text": band_text(standing)}


@page(May.SEE_SCHOOLS)
def schools(request: HttpRequest) -> HttpResponse:
    at = work.reflected()
    listed = paged(request, places.Table(request.scope, places.schools(request.scope), at), SCHOOLS)
    return render(request, "desk/schools.html", {"schools": listed, "served": at.served if at else None})


def _place(
    request: HttpRequest, title: str, among: Any, where: dict[str, int], *, several: bool = True, **more: Any
) -> HttpResponse:
    """`where` is {"school": its key}, {"region": its key}, or nothing for the district."""
    at = work.reflected()
    context = {
        "title": title,
        "served": at.served if at else None,
        "percent": at.policy.chronic.percent if at else None,
        "goal": 100 - at.policy.bands.at_risk if at else None,
        "place_figures": places.place(request.scope, among, district=not where),
        "group_columns": GROUP_COLUMNS,
        "review_columns": REVIEW_COLUMNS,
        "schools": paged(request, places.Table(request.scope, among, at), SCHOOLS) if several else None,
        "lost": recovery.waiting(request.scope, **{name: str(key) for name, key in where.items()}),
        "panels": panels_waiting(request.scope, clock.today(), **where),
        "staffing": staffing_waiting(request.scope, clock.today(), **where),
    }
    return render(request, "desk/place.html", context | more)


@page(May.SEE_SCHOOLS)
def school(request: HttpRequest, school_id: int) -> HttpResponse:
    one = get_object_or_404(places.schools(request.scope), pk=school_id)
    most = places.most_missed(request.scope, one) if May.SEE_STUDENTS in request.scope else None
    among = places.schools(request.scope).filter(pk=one.pk)
    crumbs = [("Schools", reverse("desk:schools"))]
    where = {"school": one.pk}
    return _place(request, one.name, among, where, several=False, school=one, most=most, crumbs=crumbs)


@page(May.SEE_REGIONS)
def regions(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/regions.html", {"regions": places.regions(request.scope)})


@page(May.SEE_REGIONS)
def region(request: HttpRequest, region_id: int) -> HttpResponse:
    one = get_object_or_404(places.regions(request.scope), pk=region_id)
    crumbs = [("Regions", reverse("desk:regions"))]
    meeting = reverse("oversight:region", args=[one.pk]) if May.ANSWER_SCHOOLS in request.scope else ""
    among = places.schools(request.scope, one)
    return _place(request, one.name, among, {"region": one.pk}, crumbs=crumbs, meeting=meeting)


@page(May.SEE_DISTRICT)
def district(request: HttpRequest) -> HttpResponse:
    return _place(request, "District", places.schools(request.scope), {})


@page(May.SEE_STUDENTS)
def search(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "").strip()[:100]
    rows = [_person(who) for who in people.found(request.scope, asked)]
    return render(request, "desk/search.html", {"asked": asked, "rows": rows, "most": people.MOST})


@page(May.SEE_STUDENTS)
def palette(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "").strip()[:100]
    rows = [_person(who) for who in people.found(request.scope, asked)[:10]]
    views = saved.named(request.user, request.scope, asked)
    return render(request, "desk/palette.html", {"asked": asked, "rows": rows, "views": views})


@page(May.SEE_UNCOUNTED)
def uncounted(request: HttpRequest) -> HttpResponse:
    reason = request.GET.get("why", "")
    chips = [
        {
            "url": address(request, why="" if key == reason else key),
            "label": f"{words} · {marks:,}",
            "current": "yes" if key == reason else "",
        }
        for key, words, marks in people.uncounted_by_why(request.scope)
    ]
    context = {
        "marks": paged(request, people.uncounted(request.scope, reason), 50),
        "chips": chips,
        "named": May.SEE_STUDENTS in request.scope,
    }
    return render(request, "desk/uncounted.html", context)
