"""Reads over trigger ladders: whom one reaches on a year's days, what a changed one would do, who has which."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
from django.db.models import Count, Q, QuerySet, Sum

from firstbell.attendance import queries as attendance
from firstbell.cases.models import Reached, TriggerLadder
from firstbell.cases.rules.triggers import KINDS, WEEK_OF_A_TENTH, WITHOUT_A_POST, Rung, reached_at
from firstbell.core import clock
from firstbell.core.access import Scope
from firstbell.law.calendar import SchoolYear
from firstbell.roster.models import School, Student
from firstbell.staffing.models import Post

_REACHED = {"rung": pl.Int32, "student": pl.Int32, "on": pl.Date, "school": pl.Int32}
_WISH = ["student", "on", "asks"]


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


@dataclass(frozen=True, slots=True)
class Week:
    """What a ladder would have asked in one week: `minutes` of everyone, `counselor` of the counselor's part."""

    monday: date
    tasks: int
    minutes: int
    counselor: int

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week


@dataclass(frozen=True, slots=True)
class Flood:
    """A school whose counselor would be asked for more in a week than their hours hold."""

    school: School
    monday: date
    tasks: int
    minutes: int
    holds: int


@dataclass(frozen=True, eq=False)
class Simulation:
    """What a ladder would have done this year, had it been in force from the first day.

    `rows` are reaches with asks, minutes, counselor, monday and `new` (not asked by the ladder in force); `dropped`
    the reaches of the ladder in force that it would not make. Newest first.
    """

    rungs: tuple[Rung, ...]
    rows: pl.DataFrame
    dropped: pl.DataFrame
    weeks: tuple[Week, ...]
    floods: tuple[Flood, ...]

    @property
    def tasks(self) -> int:
        return len(self.rows)

    @property
    def students(self) -> int:
        return self.rows["student"].n_unique()

    @property
    def minutes(self) -> int:
        return int(self.rows["minutes"].sum())

    @property
    def added(self) -> int:
        return int(self.rows["new"].sum())

    @property
    def busiest(self) -> Week | None:
        return max(self.weeks, key=lambda week: (week.minutes, week.tasks), default=None)

    def of(self, place: int) -> int:
        """How many times the trigger at this place was reached."""
        return int((self.rows["rung"] == place).sum())


def simulate(ladder_triggers: Sequence[Rung], school: School | None, year: int) -> Simulation:
    """Whom these triggers would have reached at a school in a year, by what is known now; next to the one in force.

    Without a school: at every school that has no ladder of its own. ValueError when the year has no data.
    """
    schools = {school.pk} if school else _without_own()
    facts = absences(year, schools=schools)
    now = in_force(school)
    rows = _asked(ladder_triggers, facts, schools)
    before = _asked(now.rungs if now else (), facts, schools)
    dropped = before.join(rows, on=_WISH, how="anti")
    fresh = rows.join(before.select(_WISH).unique().with_columns(old=True), on=_WISH, how="left", maintain_order="left")
    rows = fresh.with_columns(new=pl.col("old").is_null()).drop("old")
    return Simulation(tuple(ladder_triggers), rows, dropped, _weeks(rows, facts), _floods(rows))


def _asked(rungs: Sequence[Rung], facts: pl.DataFrame, schools: Collection[int]) -> pl.DataFrame:
    told = pl.DataFrame(
        [(n, rung.asks, rung.minutes, rung.minutes * rung.of_counselor) for n, rung in enumerate(rungs)],
        schema={"rung": pl.Int32, "asks": pl.String, "minutes": pl.Int32, "counselor": pl.Int32},
        orient="row",
    )
    found = reaches(rungs, facts).filter(pl.col("school").is_in(list(schools))).join(told, on="rung")
    dated = found.with_columns(monday=pl.col("on").dt.truncate("1w"))
    return dated.sort(["on", "student", "rung"], descending=[True, False, False])


def _weeks(rows: pl.DataFrame, facts: pl.DataFrame) -> tuple[Week, ...]:
    """Every week of the year so far, in order; those in which nobody was absent are no school weeks."""
    weeks = facts.select(monday=pl.col("day").dt.truncate("1w")).unique()
    sums = rows.group_by("monday").agg(tasks=pl.len(), minutes=pl.sum("minutes"), counselor=pl.sum("counselor"))
    told = weeks.join(sums, on="monday", how="left").fill_null(0).sort("monday")
    return tuple(Week(*row) for row in told.select("monday", "tasks", "minutes", "counselor").rows())


def _floods(rows: pl.DataFrame) -> tuple[Flood, ...]:
    """The worst week of each school that would be flooded, worst first."""
    sums = rows.filter(pl.col("counselor") > 0).group_by("school", "monday")
    weeks = sums.agg(tasks=pl.len(), minutes=pl.sum("counselor"))
    worst = weeks.sort("minutes", "monday", descending=[True, False]).unique(
        "school", keep="first", maintain_order=True
    )
    holds = capacity(worst["school"].to_list())
    over = [row for row in worst.rows(named=True) if row["minutes"] > holds[row["school"]]]
    named = School.objects.in_bulk([row["school"] for row in over])
    return tuple(
        Flood(named[row["school"]], row["monday"], row["tasks"], row["minutes"], holds[row["school"]]) for row in over
    )


def capacity(schools: Collection[int]) -> dict[int, int]:
    """Minutes a week that the counselors of each school have, by the posts of today."""
    held = Post.objects.filter(role=Post.Role.COUNSELOR, school__in=list(schools), span__contains=clock.today())
    tenths: Mapping[int, int] = dict(held.values_list("school").annotate(Sum("tenths")))
    return {school: WEEK_OF_A_TENTH * tenths.get(school, WITHOUT_A_POST) for school in schools}


def _without_own() -> set[int]:
    own = TriggerLadder.objects.filter(state=TriggerLadder.State.IN_FORCE).exclude(school=None)
    return set(School.objects.filter(live=True).exclude(pk__in=own.values("school")).values_list("pk", flat=True))


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


@dataclass(frozen=True, slots=True)
class Name:
    """One line of whom a ladder would have reached."""

    student: Student
    on: date
    rung: Rung
    new: bool


def names(told: Simulation, scope: Scope, first: int, last: int) -> list[Name]:
    """The lines `first` to `last` (from 0, the last one left out); students out of scope are left out of them."""
    rows = told.rows[first:last]
    seen = Student.objects.visible_to(scope).select_related("school").in_bulk(rows["student"].unique().to_list())
    listed = rows.select("student", "on", "rung", "new").rows()
    return [Name(seen[who], on, told.rungs[at], new) for who, on, at, new in listed if who in seen]


def due_day(school: int, within: int, after: date, days: Mapping[int, Sequence[date]]) -> date:
    """The `within`-th school day of a school after a day; the same count of weekdays where its calendar ends first."""
    ahead = [day for day in days.get(school, ()) if day > after]
    if len(ahead) >= within:
        return ahead[within - 1]
    day, left = max([after, *ahead[-1:]]), within - len(ahead)
    while left:
        day += timedelta(1)
        left -= day.weekday() < 5
    return day
