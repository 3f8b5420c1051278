"""The queue: everyone in scope whom a dated sign says needs an adult now."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from firstbell.attendance.models import Served, Sign
from firstbell.core.access import Scope
from firstbell.desk.words import band_text, cited, rule_words, spark
from firstbell.roster.models import School, Student

URGENCY = {1: "is-law", 2: "is-due", 3: "is-due"}


@dataclass(frozen=True)
class Row:
    """One student of the queue, with the most pressing of their signs."""

    student: Student
    school: School
    why: str
    section: str
    law_url: str
    weeks: list[int | None]
    band: str
    band_text: str
    on: date
    state: str


def served() -> Served | None:
    """What the figures of every page reflect; None before the first import was served."""
    return Served.objects.select_related("arrival").first()


def queue(scope: Scope, rule: str = "") -> QuerySet[Sign]:
    """The most pressing sign of each student in scope, most pressing first, then newest."""
    signs = Sign.objects.visible_to(scope)
    if rule:
        signs = signs.filter(rule=rule)
    best = signs.order_by("student", "rank", "-on", "id").distinct("student").values("id")
    rows = Sign.objects.visible_to(scope).filter(pk__in=best).order_by("rank", "-on", "student_id")
    return rows.select_related("student__standing", "school")


def row(sign: Sign) -> Row:
    standing = getattr(sign.student, "standing", None)
    section, url = cited(sign.section)
    return Row(
        student=sign.student,
        school=sign.school,
        why=sign.sentence,
        section=section,
        law_url=url,
        weeks=spark(standing),
        band=standing.national_band if standing else "none",
        band_text=band_text(standing),
        on=sign.on,
        state=URGENCY.get(sign.rank, ""),
    )


def rules(scope: Scope) -> list[tuple[str, str, int]]:
    """(rule, its words, students) of the rules at work in scope, most pressing first."""
    counted = Sign.objects.visible_to(scope).values("rule", "rank").annotate(people=Count("student", distinct=True))
    return [(one["rule"], rule_words(one["rule"]), one["people"]) for one in counted.order_by("rank", "rule")]


def sees_several_schools(scope: Scope) -> bool:
    return scope.everywhere or len(scope.schools) != 1
