"""Whom somebody reached of the students in need: by home language, grade span and program. Sums only, never a student.

Immigration status is nowhere in Firstbell, and of programs only those named here are looked at.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from firstbell.attendance.models import Standing
from firstbell.cases.models import Entry
from firstbell.oversight.queries.counting import got_through
from firstbell.panels.rules.tracking import span_of
from firstbell.roster.models import Program

WITHIN = 30
"""Days within which somebody of the school should have reached the student or the family."""
PROGRAMS = ("504", "EL", "Foster", "Homeless", "SED", "SWD")


def counted(today: date) -> dict[str, Any]:
    """{languages, spans, programs}: key to [reached, of how many]. Two queries of sums."""
    rows = in_need().order_by().values_list("student__language", "grade")
    reached = Q(pk__in=reached_since(today).values("student"))
    told = rows.annotate(many=Count("pk", filter=reached), of=Count("pk"))
    languages: dict[str, Counter[str]] = {}
    spans: dict[str, Counter[str]] = {}
    for code, grade, many, of in told:
        for found, key in ((languages, code or ""), (spans, span_of(grade))):
            found.setdefault(key, Counter()).update(many=many, of=of)
    return {"languages": _pairs(languages), "spans": _pairs(spans), "programs": _programs(today)}


def _pairs(found: dict[str, Counter[str]]) -> dict[str, list[int]]:
    return {key: [one["many"], one["of"]] for key, one in found.items()}


def in_need() -> QuerySet[Standing]:
    """Students who are chronically absent (EC 60901)."""
    return Standing.objects.filter(chronic=True)


def reached_since(today: date) -> QuerySet[Entry]:
    """What got through to a student or the family in these days; a word with a teacher is none."""
    return got_through(today - timedelta(WITHIN - 1), today).exclude(kind="teacher")


def _programs(today: date) -> dict[str, list[int]]:
    """Those in each program today. A student may be in several."""
    rows = Program.objects.filter(live=True, program__in=PROGRAMS, begins_on__lte=today)
    rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=today), student__in=in_need().values("pk"))
    reached = Q(student__in=reached_since(today).values("student"))
    told = rows.order_by().values_list("program").annotate(
        many=Count("student", distinct=True, filter=reached), of=Count("student", distinct=True)
    )  # fmt: skip
    return {code: [many, of] for code, many, of in told}
