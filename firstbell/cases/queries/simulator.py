"""The simulator: what a trigger ladder would have asked this year, of whom and when, and whose hours it would flood.

By what is known now. A task counts as open until the day it is due: whoever waits for a call by then is not asked for
a second one, which is what the night does with tasks that are done on time.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from firstbell.cases.models import TriggerLadder
from firstbell.cases.queries.triggers import absences, due_day, in_force, reaches, school_days
from firstbell.cases.rules.triggers import WITHOUT_A_POST, Rung, joined
from firstbell.core import clock
from firstbell.core.access import Scope
from firstbell.roster.models import School, Student
from firstbell.staffing.models import Post
from firstbell.staffing.queries import minutes_a_week

_WISH = ["student", "on", "asks"]
_SAME, _REACH = ["student", "same"], ["student", "rung", "on"]


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

    `rows` are reaches with asks, joins (the same is waiting: no task of its own, no minutes), minutes, counselor,
    monday and `new` (a task that the ladder in force would not ask); `dropped` the tasks of the ladder in force that
    this one would not ask. Newest first.
    """

    rungs: tuple[Rung, ...]
    rows: pl.DataFrame
    dropped: pl.DataFrame
    weeks: tuple[Week, ...]
    floods: tuple[Flood, ...]

    @property
    def reached(self) -> int:
        return len(self.rows)

    @property
    def joined(self) -> int:
        return int(self.rows["joins"].sum())

    @property
    def tasks(self) -> int:
        return self.reached - self.joined

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
    rows = _asked(ladder_triggers, facts, schools, year)
    before = _asked(now.rungs if now else (), facts, schools, year).filter(~pl.col("joins"))
    dropped = before.join(rows.filter(~pl.col("joins")), on=_WISH, how="anti")
    fresh = rows.join(before.select(_WISH).unique().with_columns(old=True), on=_WISH, how="left", maintain_order="left")
    rows = fresh.with_columns(new=pl.col("old").is_null() & ~pl.col("joins")).drop("old")
    return Simulation(tuple(ladder_triggers), rows, dropped, _weeks(rows, facts), _floods(rows))


def _asked(rungs: Sequence[Rung], facts: pl.DataFrame, schools: Collection[int], year: int) -> pl.DataFrame:
    alike = {what: number for number, what in enumerate({one.same: None for one in rungs})}
    told = pl.DataFrame(
        [(n, one.asks, alike[one.same], one.minutes, one.of_counselor, one.within) for n, one in enumerate(rungs)],
        schema={"rung": pl.Int32, "asks": pl.String, "same": pl.Int32, "minutes": pl.Int32, "counselor": pl.Boolean,
                "within": pl.Int32},
        orient="row",
    )  # fmt: skip
    found = reaches(rungs, facts).filter(pl.col("school").is_in(list(schools))).join(told, on="rung")
    dated = _joining(found, year).with_columns(
        minutes=pl.when(~pl.col("joins")).then("minutes").otherwise(0),
        counselor=pl.when(pl.col("counselor") & ~pl.col("joins")).then("minutes").otherwise(0),
        monday=pl.col("on").dt.truncate("1w"),
    )
    return dated.sort(["on", "student", "rung"], descending=[True, False, False])


def _joining(found: pl.DataFrame, year: int) -> pl.DataFrame:
    """`found` with `joins`: the student waits for the same already."""
    several = found.sort("student", "same", "on", "rung").filter(pl.len().over(_SAME) > 1)
    days = school_days(year, several["school"].unique().to_list()) if len(several) else {}
    places = several.select("school", "on", "within").unique()
    due = pl.Series("due", [due_day(at, within, on, days) for at, on, within in places.rows()], pl.Date)
    several = several.join(places.with_columns(due), on=places.columns, how="left", maintain_order="left")
    meets = (pl.col("on") < pl.col("due").shift(1)).any()  # where no day falls into the wait before it, none joins
    several = several.filter(meets.over(_SAME))
    told = joined(((who, what), on, due) for who, what, on, due in several.select(*_SAME, "on", "due").rows())
    waits = several.filter(pl.Series(told, dtype=pl.Boolean)).select(*_REACH, joins=True)
    return found.join(waits, on=_REACH, how="left").with_columns(pl.col("joins").fill_null(False))


def _weeks(rows: pl.DataFrame, facts: pl.DataFrame) -> tuple[Week, ...]:
    """Every week of the year so far, in order; those in which nobody was absent are no school weeks."""
    weeks = facts.select(monday=pl.col("day").dt.truncate("1w")).unique()
    sums = rows.group_by("monday").agg(
        tasks=(~pl.col("joins")).sum(), minutes=pl.sum("minutes"), counselor=pl.sum("counselor")
    )
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
    """Minutes a week that counselors have for each school, by the posts of today.

    Those who have a post there; where nobody has, an equal part of its region's counselors; else WITHOUT_A_POST.
    """
    own, regional = _held(Post.Role.COUNSELOR, "school_id"), _held(Post.Role.REGION_COUNSELOR, "region_id")
    region = dict(School.objects.filter(live=True).values_list("pk", "region"))
    without = Counter(where for school, where in region.items() if school not in own)
    shared = {where: minutes // max(1, without[where]) for where, minutes in regional.items()}
    return {school: own.get(school, shared.get(region.get(school), WITHOUT_A_POST)) for school in schools}


def _held(role: str, place: str) -> Counter[int]:
    """School or region to the minutes a week that people of a role have there today."""
    minutes: Counter[int] = Counter()
    for post in Post.objects.filter(role=role, span__contains=clock.today()).exclude(**{place: None}):
        minutes[getattr(post, place)] += minutes_a_week(post)
    return minutes


def _without_own() -> set[int]:
    own = TriggerLadder.objects.filter(state=TriggerLadder.State.IN_FORCE).exclude(school=None)
    return set(School.objects.filter(live=True).exclude(pk__in=own.values("school")).values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Name:
    """One line of whom a ladder would have reached."""

    student: Student
    on: date
    rung: Rung
    new: bool
    joins: bool


def names(told: Simulation, scope: Scope, first: int, last: int) -> list[Name]:
    """The lines `first` to `last` (from 0, the last one left out); students out of scope are left out of them."""
    rows = told.rows[first:last]
    seen = Student.objects.visible_to(scope).select_related("school").in_bulk(rows["student"].unique().to_list())
    listed = rows.select("student", "on", "rung", "new", "joins").rows()
    return [Name(seen[who], on, told.rungs[at], new, joins) for who, on, at, new, joins in listed if who in seen]
