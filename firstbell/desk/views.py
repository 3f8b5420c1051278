"""The pages staff work from: Today, students and their files, schools, regions, the district, search."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from firstbell.attendance.models import Sign
from firstbell.core import accesslog, clock
from firstbell.core.access import May, page
from firstbell.desk.paging import address, paged
from firstbell.desk.queries import days as school_days
from firstbell.desk.queries import file, people, places, reasons
from firstbell.desk.queries import today as work
from firstbell.desk.words import band_text

COLUMNS = ["Student", "Why today", "Ten weeks", "Standing", "Since"]
SCHOOL_COLUMNS = ["School", "Students", "Attendance", "Chronic", "Severe"]
GROUP_COLUMNS = [
    "Group",
    *({"label": label, "number": True} for label in ("Students", "Attendance", "Chronic", "Severe")),
]
REVIEW_COLUMNS = [
    "Reviewed on",
    *({"label": label, "number": True} for label in ("Students", "Satisfactory", "At risk", "Chronic", "Severe")),
    {"label": "Chronic share", "number": True},
]


@page(May.SEE_STUDENTS)
def today(request: HttpRequest) -> HttpResponse:
    rule = request.GET.get("rule", "")
    served, now = work.served(), clock.today()
    waiting = paged(request, work.queue(request.scope, rule), 25, work.row)
    chips = [
        {"url": address(request, rule=key), "label": label, "people": count, "current": "yes" if key == rule else ""}
        for key, label, count in work.rules(request.scope)
    ]
    if rule:
        chips.insert(0, {"url": address(request, rule=""), "label": "All", "people": "", "current": ""})
    people_words = "1 person" if waiting.count == 1 else f"{waiting.count:,} people"
    asof = f", facts as of {served.on:%A} {served.on.day} {served.on:%B}" if served else ""
    context = {
        "heading": f"{now:%A} {now.day} {now:%B}",
        "lede": f"{people_words} to help{asof}." if served else "No attendance has been brought in yet.",
        "people": waiting,
        "rules": chips,
        "columns": COLUMNS,
        "several_schools": work.sees_several_schools(request.scope),
        "served": served,
    }
    return render(request, "desk/today.html", context)


@page(May.SEE_STUDENTS)
def student(request: HttpRequest, student_id: int) -> HttpResponse:
    who = file.student(request.scope, student_id)
    accesslog.opens(request, who.pk)
    served, standing = work.served(), file.standing_of(who)
    year = school_days.year_of(who.pk, file.enrolments(who, request.scope), served, request.scope)
    reached = file.contacts(who, request.scope)
    signs = Sign.objects.visible_to(request.scope).filter(student=who)
    why_url = reverse("desk:why", args=[who.pk])
    runs = school_days.runs(year.kinds)
    context = {
        "student": who,
        "served": served,
        "crumbs": [("Students", reverse("desk:students"))],
        "identity": file.identity(who, clock.today()),
        "band": standing.national_band if standing else "none",
        "band_text": band_text(standing),
        "figures": file.figures(standing, why_url) if standing and served else [],
        "months": school_days.months(year.kinds, why_url),
        "legend": school_days.LEGEND,
        "enrolments": year.stays,
        "contacts": reached,
        "household": file.household(who, reached, request.scope),
        "programs": file.programs(who),
        "timeline": file.timeline(signs, year.stays, runs, year.stated),
    }
    return render(request, "desk/student.html", context)


@page(May.SEE_STUDENTS)
def why(request: HttpRequest, student_id: int) -> HttpResponse:
    who = file.student(request.scope, student_id)
    figure = request.GET.get("figure", "absent")
    served, standing = work.served(), file.standing_of(who)
    if figure not in reasons.FIGURES or served is None or standing is None:
        raise Http404
    accesslog.opens(request, who.pk)
    year = school_days.year_of(who.pk, file.enrolments(who, request.scope), served, request.scope)
    tabs = [
        {"label": title, "url": address(request, figure=key), "current": key == figure}
        for key, (title, _, _) in reasons.FIGURES.items()
    ]
    context = {
        "student": who,
        "served": served,
        "crumbs": [("Students", reverse("desk:students")), (who.name, reverse("desk:student", args=[who.pk]))],
        "question": f"{reasons.FIGURES[figure][0]}: {who.name}",
        "answer": reasons.answer(figure, standing),
        "rule": reasons.FIGURES[figure][2],
        "section": {"number": reasons.FIGURES[figure][1], "url": reasons.section(figure).url},
        "changed": reasons.changed(standing),
        "tabs": tabs,
        "days": reasons.counted_days(figure, year),
    }
    return render(request, "desk/why.html", context)


@page(May.SEE_STUDENTS)
def students(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("band", "grade", "school")}
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
    context = {"people": listed, "filters": filters, "used": used, "clear": request.path}
    return render(request, "desk/students.html", context)


def _person(who: Any) -> dict[str, Any]:
    standing = file.standing_of(who)
    return {"student": who, "standing": standing, "band_text": band_text(standing)}


@page(May.SEE_SCHOOLS)
def schools(request: HttpRequest) -> HttpResponse:
    served = work.served()
    rows = places.table(request.scope, places.schools(request.scope), served)
    return render(request, "desk/schools.html", {"rows": rows, "columns": SCHOOL_COLUMNS, "served": served})


def _place(request: HttpRequest, title: str, among: Any, **more: Any) -> HttpResponse:
    context = {
        "title": title,
        "served": work.served(),
        "place_figures": places.place(request.scope, among),
        "group_columns": GROUP_COLUMNS,
        "review_columns": REVIEW_COLUMNS,
        "columns": SCHOOL_COLUMNS,
    }
    return render(request, "desk/place.html", context | more)


@page(May.SEE_SCHOOLS)
def school(request: HttpRequest, school_id: int) -> HttpResponse:
    one = get_object_or_404(places.schools(request.scope), pk=school_id)
    lists = [
        (title, band, places.chronic_students(request.scope, one, band))
        for title, band in (("Severe chronic absence", "severe"), ("Chronic absence", "moderate"))
    ]
    crumbs = [("Schools", reverse("desk:schools"))]
    among = places.schools(request.scope).filter(pk=one.pk)
    named = lists if May.SEE_STUDENTS in request.scope else []
    return _place(request, one.name, among, school=one, lists=named, crumbs=crumbs)


@page(May.SEE_REGIONS)
def regions(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/regions.html", {"regions": places.regions(request.scope)})


@page(May.SEE_REGIONS)
def region(request: HttpRequest, region_id: int) -> HttpResponse:
    one = get_object_or_404(places.regions(request.scope), pk=region_id)
    among = places.schools(request.scope, one)
    rows = places.table(request.scope, among, work.served())
    return _place(request, one.name, among, rows=rows, crumbs=[("Regions", reverse("desk:regions"))])


@page(May.SEE_DISTRICT)
def district(request: HttpRequest) -> HttpResponse:
    among = places.schools(request.scope)
    return _place(request, "District", among, rows=places.table(request.scope, among, work.served()))


@page(May.SEE_STUDENTS)
def search(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "").strip()[:100]
    rows = [_person(who) for who in people.found(request.scope, asked)]
    return render(request, "desk/search.html", {"asked": asked, "rows": rows, "most": people.MOST})


@page(May.SEE_STUDENTS)
def palette(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "").strip()[:100]
    rows = [_person(who) for who in people.found(request.scope, asked)[:10]]
    return render(request, "desk/palette.html", {"asked": asked, "rows": rows})


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
