"""Lists of students: by filter, by search, and the marks that count for nothing."""

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Concat

from firstbell.attendance.models import Breakdown, Uncounted
from firstbell.core.access import Scope
from firstbell.desk.words import BANDS
from firstbell.roster.models import School, Student, fold

MOST = 50
FILTERS = ("band", "grade", "school")


def found(scope: Scope, asked: str) -> list[Student]:
    """At most 50 students in scope: a student number, or the beginnings of their names in any order."""
    words = fold(asked).split()
    if not words:
        return []
    named = Q()
    for word in words:
        named &= Q(searched__contains=f" {word}")
    rows = Student.objects.visible_to(scope).filter(named | Q(key__iexact=asked.strip()), live=True)
    # A word of two letters has few bearers: find them by the index of words, and only then put them in order. The
    # index by family name looks cheaper to the planner, and walks from A until it has met fifty Garcias.
    first = Concat("family", Value("")) if max(map(len, words)) >= 2 else F("family")
    best = rows.order_by(first, "given", "pk").values("pk")[:MOST]
    shown = Student.objects.visible_to(scope).filter(pk__in=best).select_related("school", "standing")
    return list(shown.order_by("family", "given", "pk"))


def students(scope: Scope, *, band: str = "", grade: str = "", school: str = "") -> QuerySet[Student]:
    """Students in scope by family name. An unknown band, or a school that is no number, finds nobody."""
    rows = Student.objects.visible_to(scope).filter(live=True).select_related("school", "standing")
    if band:
        bands = ("moderate", "severe") if band == "chronic" else (band,)
        rows = rows.filter(standing__national_band__in=bands)
    if grade:
        rows = rows.filter(grade=grade)
    if school:
        rows = rows.filter(school=int(school)) if school.isdecimal() and len(school) < 10 else rows.none()
    return rows.order_by("family", "given", "pk")


def choices(scope: Scope) -> dict[str, list[tuple[str, str]]]:
    """What the list of students can be narrowed by: (value, words) by filter."""
    grades = Breakdown.objects.visible_to(scope).filter(dimension="grade").exclude(value="").order_by("value")
    schools = School.objects.visible_to(scope).filter(live=True).values_list("pk", "name")
    return {
        "band": [("chronic", "Chronic, all"), *BANDS.items()],
        "grade": [(one, one) for one in grades.values_list("value", flat=True).distinct()],
        "school": [(str(pk), name) for pk, name in schools],
    }


def uncounted(scope: Scope, why: str = "") -> QuerySet[Uncounted]:
    """Marks that count for nothing, newest first."""
    rows = Uncounted.objects.visible_to(scope).select_related("student", "school", "mark__code")
    return (rows.filter(why=why) if why else rows).order_by("-day", "pk")


def uncounted_by_why(scope: Scope) -> list[tuple[str, str, int]]:
    """(why, its words, marks), most frequent first."""
    counts = Uncounted.objects.visible_to(scope).values_list("why").annotate(marks=Count("pk")).order_by("-marks")
    return [(why, Uncounted.Why(why).label, marks) for why, marks in counts]
