"""Reads over trigger ladders: whom one reaches on a year's days, who has which, by when something is due."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
from django.db.models import Count, Q, QuerySet

from firstbell.attendance import queries as attendance
from firstbell.attendance.queries.sourcing import instructional_days
from firstbell.cases.models import Reached, TriggerLadder
from firstbell.cases.rules.triggers import KINDS, Rung, reached_at
from firstbell.core import clock
from firstbell.core.access import Scope
from firstbell.law.calendar import SchoolYear
from firstbell.law.policy import policy_on
from firstbell.roster.models import Calendar, School

_REACHED = {"rung": pl.Int32, "student": pl.Int32, "on": pl.Date, "school": pl.Int32}


def absences(year: int, *, known_at: datetime | None = None, schools: Collection[int] | None = None) -> pl.DataFrame:
    """student, day, kind, nth, school, as `attendance.absences` has them. ValueError when the year has no data."""
    return attendance.absences(year, known_at=known_at, schools=schools)


def reaches(rungs: Sequence[Rung], facts: pl.DataFrame) -> pl.DataFrame:
    """rung (its place), student, on, school (where that day was): whom each trigger reaches on `absences`, and when.

    All schools of a student count together; the day belongs to the school where it was.
    """
    tracks = {track: facts.filter(pl.col("kind").is_in(sorted(KINDS[track]))) for track in {r.track for r in rungs}}
    parts = [pl.DataFrame(schema=_REACHED)]
    for place, rung in enumerate(rungs):
        days = tracks[rung.track]
        at = reached_at(days["nth"].to_numpy(), days["student"].to_numpy(), rung.count, rung.window)
        named = pl.lit(place, pl.Int32).alias("rung")
        parts.append(days[at].select(named, "student", on="day", school="school"))
    return pl.concat(parts)


def reached_by(ladders: Iterable[TriggerLadder], facts: pl.DataFrame) -> pl.DataFrame:
    """trigger, student, on: whom these ladders reach, each day by the ladder that was in force at its school then.

    A school's own ladder goes before the district's. Triggers that count alike are counted once for all ladders.
    """
    switched = list(ladders)
    every = [(trigger, ladder) for ladder in switched for trigger in ladder.triggers.all()]
    bars = list({(t.track, t.count, t.window): t.rung for t, _ in every}.values())
    place = {(bar.track, bar.count, bar.window): n for n, bar in enumerate(bars)}
    asked = pl.DataFrame(
        [(place[t.track, t.count, t.window], t.pk, w.school_id, w.in_force_on, w.retired_on) for t, w in every],
        schema={"rung": pl.Int32, "trigger": pl.Int64, "of": pl.Int32, "since": pl.Date, "until": pl.Date},
        orient="row",
    )
    within = (pl.col("since") <= pl.col("on")) & (pl.col("until").is_null() | (pl.col("on") < pl.col("until")))
    found = reaches(bars, facts)
    own = found.join(asked, left_on=["rung", "school"], right_on=["rung", "of"]).filter(within)
    spans = asked.filter(pl.col("of").is_not_null()).select(school="of", since="since", until="until").unique()
    covered = found.join(spans, on="school").filter(within).select("student", "on").unique()
    default = found.join(asked.filter(pl.col("of").is_null()), on="rung").filter(within)
    rest = default.join(covered, on=["student", "on"], how="anti")
    return pl.concat([part.select("trigger", "student", "on") for part in (own, rest)]).sort("on", "student", "trigger")


def in_force(school: School | None) -> TriggerLadder | None:
    """The ladder that speaks for a school today: its own, else the district's."""
    found = TriggerLadder.objects.filter(Q(school=school) | Q(school=None), state=TriggerLadder.State.IN_FORCE)
    listed = sorted(found.prefetch_related("triggers"), key=lambda ladder: ladder.school_id is None)
    return listed[0] if listed else None


def switched_on(year: int) -> QuerySet[TriggerLadder]:
    """Every ladder that was in force on some day of a school year, with its triggers."""
    ever = TriggerLadder.objects.exclude(in_force_on=None).filter(in_force_on__lte=SchoolYear(year).ends)
    spoke = Q(retired_on=None) | Q(retired_on__gt=SchoolYear(year).starts)
    return ever.filter(spoke).prefetch_related("triggers")


def versions(school: School | None) -> QuerySet[TriggerLadder]:
    """A school's own ladders, or the district's, newest first."""
    found = TriggerLadder.objects.filter(school=school).annotate(steps=Count("triggers"))
    return found.select_related("made_by", "switched_on_by").order_by("-version")


def draft(school: School | None) -> TriggerLadder | None:
    return versions(school).filter(state=TriggerLadder.State.DRAFT).prefetch_related("triggers").first()


@dataclass(frozen=True, slots=True)
class Place:
    """A school of the list, the ladder that speaks for it, and whether somebody is drafting another."""

    school: School
    ladder: TriggerLadder | None
    drafting: bool


def places(schools: Sequence[School]) -> list[Place]:
    """One line for each school, in two queries for all of them."""
    live = TriggerLadder.objects.exclude(state=TriggerLadder.State.RETIRED).prefetch_related("triggers")
    found = list(live.filter(Q(school__in=schools) | Q(school=None)))
    own = {one.school_id: one for one in found if one.state == TriggerLadder.State.IN_FORCE}
    drafts = {one.school_id for one in found if one.state == TriggerLadder.State.DRAFT}
    return [Place(one, own.get(one.pk, own.get(None)), one.pk in drafts) for one in schools]


def lately(scope: Scope, school: School | None, year: int) -> QuerySet[Reached]:
    """Whom triggers reached this year at a school, or everywhere in scope, newest first."""
    found = Reached.objects.visible_to(scope).filter(year=year, **({"student__school": school} if school else {}))
    return found.select_related("trigger", "student__school", "task__owner").order_by("-on", "-pk")


def due_day(school: int, within: int, after: date, days: Mapping[int, Sequence[date]]) -> date:
    """The `within`-th school day of a school after a day; the same count of weekdays where its calendar ends first."""
    listed = days.get(school, ())
    place = bisect_right(listed, after) + within
    if place <= len(listed):
        return listed[place - 1]
    day, left = max([after, *listed[-1:]]), place - len(listed)
    while left:
        day += timedelta(1)
        left -= day.weekday() < 5
    return day


def school_days(year: int, schools: Collection[int]) -> dict[int, list[date]]:
    """School to the days on which any of its calendars has school, in order."""
    taught = instructional_days(year, policy_on(clock.today()), schools=schools)
    days: dict[int, set[int]] = {}
    for calendar, school in Calendar.objects.filter(year=year, school__in=schools).values_list("pk", "school"):
        days.setdefault(school, set()).update(int(day) for day in taught.get(calendar, ()))
    return {school: [date.fromordinal(day) for day in sorted(listed)] for school, listed in days.items()}
