"""The figures of many counselors for a month, counted in a handful of queries. They are kept, and pages read those."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Sum

from firstbell.attendance.models import Standing
from firstbell.cases.models import Case, Entry, Ladder, Step, Task
from firstbell.cases.rules.entries import SPOKE
from firstbell.core.months import month_before, next_month
from firstbell.law.policy import policy_on
from firstbell.oversight.models import Scoring
from firstbell.oversight.queries.people import minutes_of
from firstbell.oversight.rules.coverage import WITHIN, Reached, covered
from firstbell.oversight.rules.load import Carried, load
from firstbell.oversight.rules.outcomes import STARTS_AT, WINDOW, Cell, Outcome, outcomes, stratum_of
from firstbell.oversight.rules.rubric import WEAK
from firstbell.panels.rules.tracking import span_of
from firstbell.staffing.models import Post

QUALITY_MONTHS = 6


def traced(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """With whether something is left of a contact: a number that was dialled, words, a barrier, a step, a next step."""
    told = ~Q(number="") | ~Q(said="") | ~Q(barriers=[]) | Q(step__isnull=False)
    asked = Exists(Task.objects.filter(asked_in=OuterRef("pk")))
    return rows.annotate(trace=ExpressionWrapper(Q(told) | Q(asked), output_field=BooleanField()))


def got_through(begins: date, ends: date) -> QuerySet[Entry]:
    """Contacts from a day to another, both in it, in which somebody was reached and of which something is left."""
    rows = Entry.objects.standing().filter(outcome__in=SPOKE, on__gte=begins, on__lte=ends)
    return traced(rows).filter(trace=True)


def outcomes_alone(also: Iterable[int] = ()) -> dict[int, Outcome]:
    """Each school by itself, pooled over every school of the district; one pass over the standings."""
    found = cells()
    return outcomes({school: {school} for school in {one.school for one in found} | set(also)}, found)


def figures(posts: dict[int, list[Post]], month: date, on: date) -> dict[int, dict[str, Any]]:
    """Person to {load, coverage, timeliness, quality, outcome}, as of the standings served on a day."""
    schools = {who: {one.school_id for one in held if one.school_id} for who, held in posts.items()}
    loads, reached = _loads(posts), _coverage(schools, on)
    met = legal_dates(schools, month, next_month(month))
    kept, good = _tasks(posts, month), _quality(posts, month)
    came = outcomes(schools, cells())
    return {
        who: {
            "load": loads[who], "coverage": reached[who], "timeliness": met[who] | kept[who], "quality": good[who],
            "outcome": rounded(came[who]),
        }
        for who in posts
    }  # fmt: skip


def rounded(one: Outcome) -> dict[str, Any]:
    """In hundredths of a day, as integers: what is stored can be read again to the digit."""
    told = asdict(one)
    return {key: round(100 * told[key]) if isinstance(told[key], float) else told[key] for key in told}


def _loads(posts: dict[int, list[Post]]) -> dict[int, dict[str, Any]]:
    carried: dict[int, list[Carried]] = defaultdict(list)
    due = dict(Ladder.objects.exclude(missing="").values_list("student", "missing"))
    rows = Case.objects.open().filter(lead__in=posts).values_list(
        "lead", "student", "tier", "student__standing__absent", "student__standing__enrolled"
    )  # fmt: skip
    for who, student, tier, absent, enrolled in rows:
        steps = len(due.get(student, "").split())
        carried[who].append(Carried(tier, absent or 0, enrolled or 0, steps))
    found = {who: load(carried[who], minutes_of(held)) for who, held in posts.items()}
    return {who: asdict(one) | {"a_week": one.a_week} for who, one in found.items()}


def _coverage(schools: dict[int, set[int]], on: date) -> dict[int, dict[str, int]]:
    """Everybody under 90 % at somebody's schools, and who of them was reached by anybody in fourteen days."""
    wanted = set().union(*schools.values()) if schools else set()
    low = Standing.objects.filter(school__in=wanted, national_band__in=("moderate", "severe"))
    low = low.filter(enrolled__lt=10 * F("absent"))
    at: dict[int, list[int]] = defaultdict(list)
    for student, school in low.values_list("student", "school"):
        at[school].append(student)
    lately = Entry.objects.standing().filter(on__gt=on - timedelta(WITHIN), on__lte=on)
    lately = lately.filter(student__in=low.values("student"))
    rows = traced(lately).values_list("student", "on", "outcome", "trace")
    contacts: dict[int, list[Reached]] = defaultdict(list)
    for told in rows:
        contacts[told[0]].append(Reached(*told))
    return {
        who: _reached([one for school in mine for one in at[school]], contacts, on) for who, mine in schools.items()
    }


def _reached(should: list[int], contacts: dict[int, list[Reached]], on: date) -> dict[str, int]:
    return asdict(covered(should, [one for who in should for one in contacts.get(who, ())], on))


def legal_dates(schools: dict[int, set[int]], begins: date, after: date) -> dict[int, dict[str, int]]:
    """First reports whose notice fell due from a day until before another, and for how many it was given by then.

    By person or whatever else has schools (EC 48260.5).
    """
    days = policy_on(begins).truancy.notice_target_days
    first, last = begins - timedelta(days), after - timedelta(days)
    wanted = set().union(*schools.values()) if schools else set()
    reports = Step.objects.counted().filter(kind="report", number=1, on__gte=first, on__lt=last)
    rows = list(reports.filter(student__school__in=wanted).values_list("student", "year", "on", "student__school"))
    notices = Step.objects.counted().filter(kind="notice", number=1, student__in={student for student, *_ in rows})
    told = {(student, year): on for student, year, on in notices.order_by("-on").values_list("student", "year", "on")}
    due: dict[int, list[bool]] = defaultdict(list)
    for student, year, on, school in rows:
        due[school].append(told.get((student, year), date.max) <= on + timedelta(days))
    return {who: _met([met for school in mine for met in due[school]]) for who, mine in schools.items()}


def _met(told: Collection[bool]) -> dict[str, int]:
    return {"met": sum(told), "due": len(told)}


def _tasks(posts: Iterable[int], month: date) -> dict[int, dict[str, int]]:
    """Of the tasks somebody had that fell due in the month, how many were done by their day."""
    rows = Task.objects.filter(owner__in=posts, due_on__gte=month, due_on__lt=next_month(month)).exclude(
        state=Task.State.DROPPED
    )
    counted = rows.values("owner").annotate(all=Count("pk"), kept=Count("pk", filter=Q(done_on__lte=F("due_on"))))
    found = {one["owner"]: {"kept": one["kept"], "promised": one["all"]} for one in counted.order_by()}
    return {who: found.get(who, {"kept": 0, "promised": 0}) for who in posts}


def _quality(posts: Iterable[int], month: date) -> dict[int, dict[str, int]]:
    """Items of charts scored first in the last months: how many were not amiss."""
    first = month
    for _ in range(QUALITY_MONTHS - 1):
        first = month_before(first)
    rows = Scoring.objects.filter(turn=Scoring.Turn.FIRST, review__sample__user__in=posts)
    rows = rows.filter(review__sample__month__range=(first, month))
    levels: dict[int, list[int]] = defaultdict(list)
    for who, told in rows.values_list("review__sample__user", "levels"):
        levels[who] += told.values()
    return {who: {"good": sum(one > WEAK for one in levels[who]), "of": len(levels[who])} for who in posts}


def cells() -> list[Cell]:
    """The district's students under watch by school, level and start: what outcomes compare. One pass over standings.

    Days won back are those missed in the twenty school days before the last twenty, less those in the last twenty.
    """
    won = F("before20") - F("last20")
    rows = Standing.objects.filter(enrolled__gte=2 * WINDOW, before20__gte=STARTS_AT).values(
        "school", "grade", "before20"
    )
    sums: dict[tuple[int, tuple[str, int]], list[int]] = {}
    told = rows.annotate(many=Count("student"), total=Sum(won), squares=Sum(won * won)).order_by()
    for one in told.values_list("school", "grade", "before20", "many", "total", "squares"):
        school, grade, missed, *counted = one
        mine = sums.setdefault((school, stratum_of(span_of(grade), missed)), [0, 0, 0])
        for at, value in enumerate(counted):
            mine[at] += value
    return [Cell(school, stratum, *counted) for (school, stratum), counted in sums.items()]
