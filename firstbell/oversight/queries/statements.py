"""What a principal's statement says of a school over a span of days; counted for many schools at once."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from firstbell.attendance.models import Standing
from firstbell.cases.models import Case
from firstbell.cases.queries.triggers import school_days
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.oversight.models import SchoolStatement
from firstbell.oversight.queries import whatif
from firstbell.oversight.queries.counting import got_through, legal_dates, outcomes_alone, rounded
from firstbell.oversight.queries.ledger import At, at_schools, terms_of
from firstbell.oversight.rules.ledger import Sums, in_force, ledger
from firstbell.oversight.rules.reach import reach
from firstbell.oversight.rules.statements import Span, running
from firstbell.roster.models import School
from firstbell.staffing.rules.credentials import DAY
from firstbell.staffing.rules.purchases import days_words, fiscal_year
from firstbell.supports.models import Plan

A_DAY = 2
"""Tenths of one day a week."""


def figures(schools: Mapping[int, Span], today: date) -> dict[int, dict[str, Any]]:
    """School to its statement's figures over its span, but outcome and what another day would mean. As of today."""
    first = min(fiscal_year(span.begins)[0] for span in schools.values())
    after = max(span.ends for span in schools.values()) + DAY
    work = at_schools(list(schools), (first, after))
    names = {
        one.pk: str(one)
        for one in User.objects.filter(pk__in={each.line.by for at in work.values() for each in at.done})
    }
    in_need, plans, legal = _need(schools), _plans(schools, today), _legal(schools)
    reached, need_reached = _reached(schools), _reached(schools, in_need=True)
    found = {}
    for school, span in schools.items():
        found[school] = _time(work[school], span, names) | {
            "students": reached.get(school, 0), "need": in_need.get(school, 0),
            "need_reached": need_reached.get(school, 0), "legal": legal[school],
            "plans": plans.get(school, {"cases": 0, "planned": 0, "overdue": 0}), "outcome": None, "days": None,
            "on": str(today),
        }  # fmt: skip
    return found


def _time(at: At, span: Span, names: Mapping[int, str]) -> dict[str, Any]:
    within, so_far, besides = Sums(), Sums(), 0
    first = fiscal_year(span.begins)[0]
    for begins, is_span in ((span.begins, True), (first, False)):
        weeks = ledger(at.told.between(begins, span.ends), span.ends)
        sums = sum((week.sums for week in weeks), Sums())
        if is_span:
            within, besides = sums, sum(week.unbought for week in weeks)
        else:
            so_far = sums
    done = [
        one
        for one in at.done
        if one.paid and span.begins <= one.line.on <= span.ends and in_force(at.told.terms, one.line.on)
    ]
    people: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for one in done:
        people[names[one.line.by]] += one.minutes
        kinds[one.line.activity] += one.minutes
    return {
        "bought": within.bought, "delivered": within.delivered, "away": within.away, "planned": within.planned,
        "besides": besides, "bought_so_far": so_far.bought, "delivered_so_far": so_far.delivered,
        "people": sorted(people.items()), "activities": kinds.most_common(),
    }  # fmt: skip


def by_span(schools: Mapping[int, Span]) -> dict[tuple[date, date], list[int]]:
    """The schools whose spans begin and end on the same days: counted together."""
    found: dict[tuple[date, date], list[int]] = {}
    for school, span in schools.items():
        found.setdefault((span.begins, span.ends), []).append(school)
    return found


def _legal(schools: Mapping[int, Span]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for (begins, ends), those in by_span(schools).items():
        found |= legal_dates({school: {school} for school in those}, begins, ends + DAY)
    return found


def _reached(schools: Mapping[int, Span], *, in_need: bool = False) -> dict[int, int]:
    """School to its students with a contact in its span that got through and left a trace; each counts once."""
    at = "student__standing__school" if in_need else "student__school"
    found: dict[int, int] = {}
    for (begins, ends), those in by_span(schools).items():
        rows = got_through(begins, ends).filter(**{f"{at}__in": those})
        if in_need:
            rows = rows.filter(student__standing__chronic=True)
        found |= dict(rows.order_by().values(at).annotate(many=Count("student", distinct=True)).values_list(at, "many"))
    return found


def _need(schools: Collection[int]) -> dict[int, int]:
    rows = Standing.objects.filter(school__in=schools, chronic=True).values("school").annotate(many=Count("pk"))
    return dict(rows.order_by().values_list("school", "many"))


def _plans(schools: Collection[int], today: date) -> dict[int, dict[str, int]]:
    """Open cases of tier 2 and 3, those with a plan in force, and plans past their review."""
    rows = Case.objects.open().filter(school__in=schools, tier__gte=2)
    planned = Q(student__plans__state=Plan.State.IN_FORCE)
    counted = rows.values("school").annotate(
        cases=Count("pk", distinct=True), planned=Count("pk", filter=planned, distinct=True),
        overdue=Count("pk", filter=planned & Q(student__plans__review_on__lt=today), distinct=True),
    )  # fmt: skip
    return {one.pop("school"): one for one in counted.order_by()}


def outcomes_of(schools: Collection[int]) -> dict[int, dict[str, Any]]:
    """School to its outcome against similar students elsewhere."""
    found = outcomes_alone(schools)
    return {school: rounded(found[school]) for school in schools}


def another_day(tenths: int, need: int, weeks: int, ratios: Sequence[Fraction]) -> dict[str, Any]:
    """What a day a week less, as many as now, and a day more would reach of so many in need, in so many school weeks.

    `ratios` are those of other schools (whatif.ratios_of).
    """
    why_not = whatif.why_not(len(ratios), weeks)
    rows = []
    for many in (tenths - A_DAY, tenths, tenths + A_DAY):
        if not why_not and 1 <= many <= 10 and (told := reach(ratios, many, weeks, need)):
            rows.append({"days": days_words(many), "now": many == tenths, "reach": told.words} | asdict(told))
    return {"weeks": weeks, "why_not": why_not, "rows": rows}


def another_days(needs: Mapping[int, int], ratios: Mapping[int, Fraction], today: date) -> dict[int, dict[str, Any]]:
    """School to the tenths bought today, and what another day would reach of its students in need; four queries."""
    taught, bought = school_days(SchoolYear.of(today).ending, needs), tenths_on(needs, today)
    found = {}
    for school, need in needs.items():
        tenths, weeks = bought.get(school, 0), whatif.weeks_ahead(taught.get(school, ()), today)
        others = [one for where, one in ratios.items() if where != school]
        found[school] = {"tenths": tenths, "days": another_day(tenths, need, weeks, others) if tenths else None}
    return found


def tenths_on(schools: Collection[int], day: date) -> dict[int, int]:
    """School to the tenths that are bought on a day."""
    found = terms_of(schools, (day, day + timedelta(1)))
    return {school: term.tenths for school, terms in found.items() if (term := in_force(terms, day))}


def buyers(days: tuple[date, date]) -> Sequence[int]:
    """The schools with a purchase in force on one of these days."""
    live = School.objects.filter(live=True).values_list("pk", flat=True)
    return sorted(terms_of(list(live), days))


def running_span(school: School, today: date) -> Span | None:
    """The school days since the last statement, or the 25 that today lies in, as far as they have come."""
    year = SchoolYear.of(today).ending
    last = SchoolStatement.objects.filter(school=school, year=year).order_by("-number").first()
    days = school_days(year, [school.pk]).get(school.pk, [])
    if last is None:
        return running(days, today)
    found = running([day for day in days if day > last.ends_on], today)
    return replace(found, number=last.number + found.number) if found else None


def opens(school: int) -> dict[str, str]:
    """Where each part of a statement opens."""
    return {
        "days": reverse("oversight:ledger_school", args=[school]),
        "reached": f"{reverse('desk:gaps')}?school={school}",
        "legal": f"{reverse('notices:index')}?school={school}",
        "plans": reverse("desk:school", args=[school]),
    }
