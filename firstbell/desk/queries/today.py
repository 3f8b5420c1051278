"""The queue: everyone in scope whom a dated sign says needs an adult now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q

from firstbell.attendance import rules as signs
from firstbell.attendance.models import Served, Sign
from firstbell.cases.models import Ladder
from firstbell.cases.queries.households import Home
from firstbell.cases.rules import LABELS as STEPS
from firstbell.cases.rules import LAST, RANKS
from firstbell.core.access import Scope
from firstbell.core.paging import Counted, Merged, counted, wide
from firstbell.desk.words import band_text, cited, place_name, spark
from firstbell.law.policy import Policy, policy_on
from firstbell.roster.models import Arrival, School, Student

URGENCY = {1: "is-law", 2: "is-due", 3: "is-due"}


@dataclass(frozen=True)
class Reflected:
    """What the figures of every page reflect."""

    served: Served
    policy: Policy
    known_at: datetime | None
    """None while nothing newer has come in; else the moment whose knowledge the figures are."""


@dataclass(frozen=True)
class Row:
    """One student of the queue, with the most pressing of their signs."""

    student: Student
    school: str
    why: str
    section: str
    law_url: str
    weeks: list[int | None]
    band: str
    band_text: str
    on: date
    state: str
    home: str = ""


def reflected() -> Reflected | None:
    """None before the first import was served. One query."""
    # what people state in Firstbell is served of their student at once
    files = Arrival.objects.exclude(source=Arrival.Source.FIRSTBELL)
    newer = files.filter(year=OuterRef("year"), pk__gt=OuterRef("arrival"))
    served = Served.objects.select_related("arrival").annotate(behind=Exists(newer)).first()
    if served is None:
        return None
    return Reflected(served, policy_on(served.on), served.arrival.known_at if served.behind else None)


def queue(scope: Scope, *, rule: str = "", school: str = "") -> Merged:
    """The most pressing sign or step of each student in scope, most pressing first, then newest; steps before signs.

    Reports that could have been filed long ago wait under their own chip. A school that is no number, or out of
    scope, finds nobody.
    """
    signs, steps = Sign.objects.visible_to(scope), Ladder.objects.visible_to(scope).filter(rank__gt=0)
    steps = steps.filter(rule=rule) if rule else steps.filter(rank__lt=LAST)
    if rule:
        signs = signs.filter(rule=rule)
    if school:
        here = Q(school=int(school)) if school.isdecimal() and len(school) < 10 else Q(pk__in=())
        signs, steps = signs.filter(here), steps.filter(here)
    # asked this way, the first page walks the index of the line and stops
    same, newer = Q(rank=OuterRef("rank")), Q(on__gt=OuterRef("on"))
    before = Q(rank__lt=OuterRef("rank")) | same & (newer | Q(on=OuterRef("on"), pk__lt=OuterRef("pk")))
    mine = Q(student=OuterRef("student"))
    rows = signs.filter(~Exists(signs.filter(mine, before)))
    rows = rows.filter(~Exists(steps.filter(mine, rank__lte=OuterRef("rank"))))
    steps = steps.filter(~Exists(signs.filter(mine, rank__lt=OuterRef("rank"))))
    ordered = [
        found.order_by("rank", "-on", "student_id").select_related("student__standing", "school")
        for found in (steps, rows)
    ]
    key = lambda one: (one.rank, -one.on.toordinal(), one.student_id)  # noqa: E731
    return Merged(*ordered, key=key, fields=("rank", "on", "student_id"))


def row(sign: Sign | Ladder) -> Row:
    standing = getattr(sign.student, "standing", None)
    section, url = cited(sign.section)
    return Row(
        student=sign.student,
        school=place_name(sign.school),
        why=sign.sentence,
        section=section,
        law_url=url,
        weeks=spark(standing),
        band=standing.national_band if standing else "none",
        band_text=band_text(standing),
        on=sign.on,
        state=URGENCY.get(sign.rank, ""),
    )


def at_home(rows: Sequence[Any], homes: Mapping[int, Home]) -> list[Any]:
    """The rows of a queue, each with the other children of the student's home and who leads with them."""
    return [replace(one, home=homes[one.student.pk].words) if one.student.pk in homes else one for one in rows]


def rules(scope: Scope, policy: Policy) -> list[tuple[str, str, Counted]]:
    """(rule, its words, students) of the rules at work in scope, most pressing first.

    Of a whole district each is counted along its own index, and only so far.
    """
    found = _of_many(scope) if wide(scope) else _of_few(scope)
    return [(rule, STEPS.get(rule) or signs.label(rule, policy), people) for _, rule, people in sorted(found)]


def _of_few(scope: Scope) -> list[tuple[int, str, Counted]]:
    lines = [model.objects.visible_to(scope).filter(rank__gt=0) for model in (Ladder, Sign)]
    return [
        (one["first"], one["rule"], Counted(one["people"]))
        for rows in lines
        for one in rows.values("rule").annotate(first=Min("rank"), people=Count("student"))
    ]


def _of_many(scope: Scope) -> list[tuple[int, str, Counted]]:
    news, steps = Sign.objects.visible_to(scope), Ladder.objects.visible_to(scope)
    asked = {(rank, rule): news.filter(rule=rule) for rule, rank in signs.RANKS.items()}
    for rule, usual in RANKS.items():
        asked |= {(rank, rule): steps.filter(rule=rule, rank=rank) for rank in (usual, LAST)}
    found: dict[str, tuple[int, Counted]] = {}
    for (rank, rule), people in sorted(counted(asked).items()):
        if people:
            first, before = found.get(rule, (rank, Counted(0)))
            found[rule] = first, before + people
    return [(rank, rule, people) for rule, (rank, people) in found.items()]


def schools(scope: Scope) -> list[tuple[str, str]]:
    """(key, name) of the schools to choose from; none where there is no choice."""
    if not scope.everywhere and len(scope.schools) < 2:
        return []
    rows = School.objects.visible_to(scope).filter(live=True).values_list("pk", "name")
    return [(str(pk), place_name(name)) for pk, name in rows]
