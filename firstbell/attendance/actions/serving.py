"""The nightly run: every served table computed from the day book and swapped in whole."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np
import polars as pl
from django.db import transaction
from django.db.models import Max

from firstbell.attendance import models
from firstbell.attendance.actions.building import rebuild
from firstbell.attendance.actions.swapping import swap
from firstbell.attendance.queries.alone import alone_on
from firstbell.attendance.queries.sourcing import frame, instructional_days, newest
from firstbell.attendance.queries.standings import compulsory, whole
from firstbell.attendance.rules import Figures, signs
from firstbell.core import journal, lease
from firstbell.core.models import User
from firstbell.facts.daybook import DayBook
from firstbell.facts.kernels.rollup import by_group, by_school, chronic_counts
from firstbell.facts.kernels.standing import standings, weeks
from firstbell.law.calendar import SchoolYear, review_marks
from firstbell.law.policy import Policy, policy_on

WEEKS = 10
_WEEK_BEFORE = 5
"""School days between a standing and the one that it is compared with."""

_SERVED = ("enrolled", "absent", "excused", "unexcused", "suspended", "unverified", "study_undone", "occasions",
           "partial", "half_days", "streak", "last20", "before20", "can_miss", "chronic", "national_band",
           "district_band", "weeks", "was_absent", "was_occasions")  # fmt: skip


@dataclass(frozen=True)
class Tally:
    on: date
    arrival: int
    students: int
    chronic: int
    signs: int
    uncounted: int


@transaction.atomic
def serve(*, on: date, by: User | None = None, progress: Callable[[str], None] | None = None) -> Tally:
    """Serve the standings of day `on`, from the newest book of its school year. ValueError when the year has no data.

    One transaction, under the lease: pages show the day before until all of it is there, and no import lands
    meanwhile. Raises Busy when others hold the lease for long. `progress` is told each step in words.
    """
    lease.claim(wait=lease.QUEUE)
    say = progress or (lambda _: None)
    year, policy = SchoolYear.of(on).ending, policy_on(on)
    say("Building the day book")
    built = rebuild(year)
    book = built.book
    say("Counting every student's standing")
    rows = _with_weeks(whole(book, on, policy), book, on)
    rows = rows.filter(pl.col("school").is_not_null())
    found = _signs(rows, book, on, policy)
    uncounted = _uncounted(built.uncounted, year)
    say("Writing the served tables")
    swap(
        {
            models.Standing: _standing(_with_yesterday(rows, on, int(book.version))),
            models.Sign: found,
            models.SchoolDay: (days := _school_days(book, on)),
            models.DistrictDay: _district_days(days),
            models.SchoolReview: _school_reviews(book, on, policy),
            models.Breakdown: _breakdown(rows, on),
            models.Uncounted: uncounted,
        }
    )
    _say_served(book, on, policy)
    tally = Tally(on, int(book.version), len(rows), int(rows["chronic"].sum()), len(found), len(uncounted))
    journal.record("attendance.served", by=by, **{**asdict(tally), "on": str(on)})
    return tally


@transaction.atomic
def refresh(students: Iterable[int]) -> None:
    """Serve the standing and the signs of these students (primary keys) anew from their own rows, on the served day.

    What a night with the same facts would serve, except the counts of the day before, which stay. The counts of
    schools and grades wait for the night.
    """
    served = models.Served.objects.first()
    if served is None:
        return
    policy = policy_on(served.on)
    for student in students:
        book = alone_on(student, served.year)
        if not len(book.students):
            continue
        rows = _with_weeks(whole(book, served.on, policy, students=[student]), book, served.on)
        rows = rows.filter(pl.col("school").is_not_null())
        _put(student, rows, _signs(rows, book, served.on, policy))


def _put(student: int, rows: pl.DataFrame, found: pl.DataFrame) -> None:
    before = models.Standing.objects.filter(pk=student).values("was_absent", "was_occasions").first()
    unknown = {"was_absent": None, "was_occasions": None}
    models.Standing.objects.filter(pk=student).delete()
    for row in _standing(rows.with_columns(was_absent=pl.lit(None), was_occasions=pl.lit(None))).to_dicts():
        row["weeks"] = [int(one) for one in row["weeks"].strip("{}").split(",")]
        models.Standing.objects.create(**row | (before or unknown))
    models.Sign.objects.filter(student=student).delete()
    last = models.Sign.objects.aggregate(last=Max("id"))["last"] or 0
    models.Sign.objects.bulk_create(models.Sign(**row | {"id": last + row["id"]}) for row in found.to_dicts())


def _say_served(book: DayBook, on: date, policy: Policy) -> None:
    models.Served.objects.all().delete()
    models.Served.objects.create(
        year=book.year,
        on=on,
        arrival=newest(book.year),
        book=f"{book.year}-{book.version}-{book.digest[:12]}",
        policy=policy.version,
    )


def _with_weeks(rows: pl.DataFrame, book: DayBook, on: date) -> pl.DataFrame:
    """weeks: whole percent of days attended in each of the last WEEKS weeks, -1 without school, as an SQL array."""
    counts = weeks(book, book.column(on.toordinal()), WEEKS, rows["line"].to_numpy()).astype(np.int32)
    enrolled, absent = counts[:, :, 0], counts[:, :, 1]
    share = np.where(enrolled > 0, 100 * (enrolled - absent) // np.maximum(enrolled, 1), -1)
    text = [f"{{{','.join(map(str, one))}}}" for one in share.tolist()]
    return rows.with_columns(pl.Series("weeks", text, dtype=pl.String))


def _with_yesterday(rows: pl.DataFrame, on: date, arrival: int) -> pl.DataFrame:
    """was_absent, was_occasions: what was served before this day or this arrival; kept when serving the same again."""
    served = models.Served.objects.first()
    again = served is not None and (served.on, served.arrival_id) == (on, arrival)
    same_year = served is not None and on in SchoolYear(served.year)
    before = frame(
        "select student_id, case when %(again)s then was_absent else absent end, "
        "case when %(again)s then was_occasions else occasions end from standing where %(same_year)s",
        {"student": pl.Int32, "was_absent": pl.Int32, "was_occasions": pl.Int32},
        again=again,
        same_year=same_year,
    )
    return rows.join(before, on="student", how="left", maintain_order="left")


def _standing(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        *_SERVED,
        student_id="student",
        school_id="school",
        grade="grade",
        third_on="third_occasion",
        last_absent_on="last_absent",
    )


def _signs(rows: pl.DataFrame, book: DayBook, on: date, policy: Policy) -> pl.DataFrame:
    columns = {"student_id": pl.Int32, "school_id": pl.Int32, "rule": pl.String, "rank": pl.Int32, "on": pl.Date,
               "sentence": pl.String, "section": pl.String}  # fmt: skip
    upto = max(book.column(on.toordinal()) - _WEEK_BEFORE, 0)
    before = standings(book, upto, *compulsory(rows["born"]), rows["line"].to_numpy())
    candidates = rows.with_columns(
        absent_before=pl.Series(before["absent"].astype(np.int32)),
        enrolled_before=pl.Series(before["enrolled"].astype(np.int32)),
    ).filter((pl.col("absent") > 0) | (pl.col("occasions") > 0))
    reached = set(
        frame(
            "select distinct student_id from family_link where live"
            " and (%(few)s::int[] is null or student_id = any(%(few)s))",
            {"student": pl.Int32},
            few=candidates["student"].to_list() if len(candidates) <= _FEW else None,
        )["student"]
    )
    found = []
    for row in candidates.iter_rows(named=True):
        figures = Figures(
            on=on,
            third_on=row["third_occasion"],
            last_absent_on=row["last_absent"],
            has_contact=row["student"] in reached,
            **{name: row[name] for name in _FIGURES},
        )
        found += [
            (row["student"], row["school"], sign.rule, sign.rank, sign.on, sign.sentence, sign.section)
            for sign in signs(figures, policy)
        ]
    return pl.DataFrame(found, schema=columns, orient="row").with_row_index("id", 1)


_FEW = 100
_FIGURES = ("enrolled", "absent", "enrolled_before", "absent_before", "occasions", "streak", "first_month",
            "first_month_days", "back_after", "back_on")  # fmt: skip


def _school_days(book: DayBook, on: date) -> pl.DataFrame:
    upto = book.column(on.toordinal())
    schools, group = by_school(book)
    counts = by_group(book, upto, group, len(schools)).reshape(-1, 4)
    table = pl.DataFrame(
        {
            "school_id": np.repeat(schools, upto),
            "day": pl.Series(np.tile(book.days[:upto] - 719163, len(schools))).cast(pl.Date),
            **{name: counts[:, at] for at, name in enumerate(("enrolled", "absent", "unexcused", "occasions"))},
        }
    )
    return table.filter(pl.col("enrolled") > 0).with_row_index("id", 1)


def _district_days(days: pl.DataFrame) -> pl.DataFrame:
    live = frame("select id from school where live", {"school_id": pl.Int32})
    here = days.with_columns(pl.col("school_id").cast(pl.Int32)).join(live, on="school_id", how="semi")
    return here.group_by("day").agg(pl.col("enrolled", "absent").cast(pl.Int64).sum()).sort("day")


def _school_reviews(book: DayBook, on: date, policy: Policy) -> pl.DataFrame:
    """Every 25th instructional day of the calendar that most students follow, and the served day."""
    through = min(on.toordinal(), book.through)
    reviewed = [day for day in review_marks(_usual_days(book.year, policy)) if day.toordinal() <= through]
    days = sorted({*reviewed, on})
    columns = np.array([book.column(day.toordinal()) for day in days], np.int32)
    schools, group = by_school(book)
    percents = (policy.bands.at_risk, policy.bands.moderate, policy.bands.severe)
    counts = chronic_counts(book, group, len(schools), columns, percents).reshape(-1, 5)
    names = ("satisfactory", "at_risk", "moderate", "severe", "students")
    table = pl.DataFrame(
        {
            "school_id": np.repeat(schools, len(days)),
            "on": days * len(schools),
            **{name: counts[:, at] for at, name in enumerate(names)},
        },
        schema_overrides={"on": pl.Date},
    )
    return table.filter(pl.col("students") > 0).with_row_index("id", 1)


def _usual_days(year: int, policy: Policy) -> list[date]:
    followed = frame(
        "select calendar_id from enrolment where live and year = %(year)s "
        "group by calendar_id order by count(*) desc, calendar_id limit 1",
        {"calendar": pl.Int32},
        year=year,
    )
    days = instructional_days(year, policy).get(followed["calendar"].item(), []) if len(followed) else []
    return [date.fromordinal(int(day)) for day in days]


def _breakdown(rows: pl.DataFrame, on: date) -> pl.DataFrame:
    programs = frame(
        "select distinct student_id, program from program "
        "where live and begins_on <= %(on)s and coalesce(ends_on, %(on)s) >= %(on)s",
        {"student": pl.Int32, "program": pl.String},
        on=on,
    )
    in_programs = rows.join(programs, on="student").with_columns(dimension=pl.lit("program"), value="program")
    by_grade = rows.with_columns(dimension=pl.lit("grade"), value="grade")
    return (
        pl.concat([by_grade, in_programs.select(by_grade.columns)])
        .group_by("school", "dimension", "value")
        .agg(
            students=pl.len(),
            chronic=pl.col("chronic").sum(),
            severe=(pl.col("national_band") == "severe").sum(),
            enrolled_days=pl.col("enrolled").sum(),
            absent_days=pl.col("absent").sum(),
        )
        .sort("school", "dimension", "value")
        .rename({"school": "school_id"})
        .with_row_index("id", 1)
    )


def _uncounted(marks: pl.DataFrame, year: int) -> pl.DataFrame:
    where = frame(
        "select id, student_id, school_id, day from mark where year = %(year)s and id = any(%(marks)s)",
        {"mark_id": pl.Int64, "student_id": pl.Int32, "school_id": pl.Int32, "day": pl.Date},
        year=year,
        marks=marks["mark"].to_list(),
    )
    named = where.join(marks.rename({"mark": "mark_id"}), on="mark_id").sort("day", "mark_id")
    return named.with_row_index("id", 1)
