"""The small reads behind a student's page."""

from typing import Any

from django.db.models import Count, Q

from firstbell.attendance.models import Standing, Uncounted
from firstbell.attendance.queries.standings import day_letters
from firstbell.law.days import Day, description, kind, letter
from firstbell.roster.models import Student

KINDS = {
    Day.PRESENT: "present",
    Day.EXCUSED: "excused",
    Day.UNEXCUSED: "unexcused",
    Day.SUSPENDED: "suspended",
    Day.UNVERIFIED: "unknown",
    Day.STUDY_UNDONE: "unexcused",
    Day.PARTIAL: "partial",
    Day.OCCASION: "late",
    Day.NOT_TAKEN: "unknown",
    Day.IN_SCHOOL_SUSPENSION: "present",
}


def standing_of(student: Student) -> Standing | None:
    """The served standing of a student; None without an enrolment this year."""
    return Standing.objects.filter(pk=student.pk).first()


def calendar_months(student: Student, year: int) -> list[dict[str, Any]]:
    """A student's enrolled days by month, in the shape `<c-calendar>` takes; empty when the day book lacks them."""
    months: list[dict[str, Any]] = []
    for on, byte in day_letters(student.pk, year):
        if not months or (months[-1]["label"], months[-1]["year"]) != (f"{on:%b}", on.year):
            months.append({"label": f"{on:%b}", "year": on.year, "days": []})
        day = kind(byte)
        shown = "" if day is Day.PRESENT else letter(byte)
        words = f"{on:%a} {on.day} {on:%b}: {description(byte)}"
        months[-1]["days"].append(
            {"on": on, "letter": shown, "kind": KINDS[day], "label": words, "url": "", "off": False}
        )
    return months


def uncounted_lines(year: int) -> list[str]:
    """The marks that count for nothing, a line each reason with its first examples."""
    lines = []
    for why, words in Uncounted.Why.choices:
        rows = Uncounted.objects.filter(why=why, day__gt=f"{year - 1}-06-30", day__lte=f"{year}-06-30")
        if not (n := rows.count()):
            continue
        some = ", ".join(
            f"{row.student.key} on {row.day}" for row in rows.select_related("student").order_by("day", "pk")[:5]
        )
        lines.append(f"{n:,} {'mark' if n == 1 else 'marks'} not counted: {words}. {some}{' …' if n > 5 else ''}")
    return lines


def chronic_percents() -> dict[int, int]:
    """Of each school's students on the served day, how many in a hundred are chronically absent; rounded down."""
    rows = Standing.objects.values("school").annotate(whole=Count("pk"), many=Count("pk", filter=Q(chronic=True)))
    return {one["school"]: 100 * one["many"] // one["whole"] for one in rows}
