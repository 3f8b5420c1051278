"""The standing of every student on a day, straight from a day book: as known now, or as known at a past moment."""

from collections.abc import Iterable
from datetime import date, datetime

import numpy as np
import polars as pl

from firstbell.attendance.queries.sourcing import instructional_days, newest, people, sources
from firstbell.core.home import home
from firstbell.facts.arrays import Ints
from firstbell.facts.daybook import DayBook, build, current
from firstbell.facts.kernels.standing import standings as count_standings
from firstbell.law import bands, chronic
from firstbell.law.calendar import SchoolYear
from firstbell.law.compulsory import window
from firstbell.law.policy import Policy, policy_on
from firstbell.roster.models import School

_DAYS = ("back_on", "first_day", "last_absent", "third_occasion")


def standings(
    on: date, *, known_at: datetime | None = None, year: int | None = None, school_key: str | None = None
) -> pl.DataFrame:
    """One row for each student enrolled in the year, over all their schools, as of day `on`; by student_id.

    `student_id` and `school_id` are the student system's keys. Days never reached are null, and so is `chronic` while
    it is too early to say. `known_at` gives the figures as the district knew them at that moment. ValueError when
    there is no data for the year of `on` (or `on` is not in `year`).
    """
    ending = _year_of(on, year)
    book = book_of(ending, known_at)
    decided = whole(book, on, policy_on(on), known_at)
    schools = pl.DataFrame(
        list(School.objects.values_list("pk", "key")), schema={"school": pl.Int32, "school_id": pl.String}, orient="row"
    )
    named = decided.join(schools, on="school", how="left").sort("key")
    if school_key is not None:
        named = named.filter(pl.col("school_id") == school_key)
    return named.select(
        student_id="key",
        school_id="school_id",
        days_enrolled="enrolled",
        days_absent="absent",
        days_excused="excused",
        days_unexcused="unexcused",
        days_suspended="suspended",
        days_unverified="unverified",
        truancy_occasions="occasions",
        third_occasion_on="third_occasion",
        partial_days="partial",
        federal_half_days="half_days",
        streak="streak",
        last20_absent="last20",
        days_can_miss="can_miss",
        chronic="chronic",
        national_band="national_band",
        district_band="district_band",
    )


def whole(
    book: DayBook, on: date, policy: Policy, known_at: datetime | None = None, students: Iterable[int] | None = None
) -> pl.DataFrame:
    """`people` with every field of STANDING on `on` (days as dates or null), can_miss, chronic and both bands.

    The line of the book is in `line`. Who has no date of birth on record is never counted truant.
    """
    persons = people(book.year, known_at, students)
    lines = np.searchsorted(book.students, persons["student"].to_numpy()).astype(np.int32)
    counted = count_standings(book, book.column(on.toordinal()), *compulsory(persons["born"]), lines)
    fields = pl.DataFrame({name: counted[name].astype(np.int32) for name in counted.dtype.names or ()})
    joined = pl.concat([persons, fields, pl.DataFrame({"line": lines})], how="horizontal")
    ahead = _days_ahead(persons, instructional_days(book.year, policy, known_at), min(on.toordinal(), book.through))
    return _decided(joined.with_columns(expected=pl.col("enrolled") + ahead), policy).with_columns(
        # the epoch of dates in Polars is 1970-01-01, ordinal 719163
        pl.when(pl.col(name) > 0).then(pl.col(name) - 719163).cast(pl.Date).alias(name)
        for name in _DAYS
    )


def day_letters(student: int, year: int) -> list[tuple[date, int]]:
    """(day, byte) of a student's enrolled days of a year, all schools together; empty when no book holds them."""
    book = current(home() / "facts", year)
    if book is None:
        return []
    try:
        row = book.cells[book.line_of(student)]
    except KeyError:
        return []
    columns = np.flatnonzero(row)
    return [(date.fromordinal(int(book.days[at])), int(row[at])) for at in columns]


def compulsory(born: pl.Series) -> tuple[Ints, Ints]:
    """For each birthday (ordinal or null) the ordinals from which, and before which, school is required (EC 48200)."""
    windows = {day: window(date.fromordinal(day)) for day in born.unique().drop_nulls()}
    spans = [(windows[day][0].toordinal(), windows[day][1].toordinal()) if day else (0, 0) for day in born]
    both = np.array(spans, np.int32).reshape(-1, 2)
    return np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])


def _days_ahead(persons: pl.DataFrame, calendars: dict[int, Ints], after: int) -> pl.Series:
    """School days of each student's calendar that still lie ahead while they are enrolled."""
    calendar, last = persons["calendar"].to_numpy(), persons["last"].to_numpy()
    counts = np.zeros(len(persons), np.int32)
    for key, days in calendars.items():
        mine = np.flatnonzero(calendar == key)
        first = np.searchsorted(days, after, side="right")
        counts[mine] = np.maximum(np.searchsorted(days, last[mine], side="right") - first, 0)
    return pl.Series("ahead", counts)


def _decided(rows: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """With chronic, national_band, district_band and can_miss: the law is asked once for each pair of counts."""
    pairs = rows.select("absent", "enrolled").unique()
    answers = pairs.with_columns(
        pl.Series(name, [decide(a, e) for a, e in pairs.rows()], dtype=dtype)
        for name, dtype, decide in (
            ("chronic", pl.Boolean, lambda a, e: chronic.chronic(a, e, e - a, policy).outcome),
            ("national_band", pl.String, lambda a, e: bands.national(a, e, policy).outcome.value),
            ("district_band", pl.String, lambda a, e: bands.district(a, e, policy).outcome.value),
        )
    )
    years = rows.select("expected", "absent").unique()
    left = [chronic.days_can_miss(expected, absent, policy.chronic.percent) for expected, absent in years.rows()]
    misses = years.with_columns(pl.Series("can_miss", left, dtype=pl.Int32))
    return rows.join(answers, on=["absent", "enrolled"], how="left", maintain_order="left").join(
        misses, on=["expected", "absent"], how="left", maintain_order="left"
    )


def _year_of(on: date, year: int | None) -> int:
    if year is not None and on not in SchoolYear(year):
        raise ValueError(f"{on} is not in the school year {SchoolYear(year)}")
    return SchoolYear.of(on).ending


def book_of(year: int, known_at: datetime | None = None) -> DayBook:
    """The published book where it reflects the newest arrival, else one built for the purpose. ValueError: no data."""
    if known_at is None:
        arrival = newest(year)
        book = current(home() / "facts", year)
        if book is not None and book.version == str(arrival.pk):
            return book
    return build(sources(year, known_at=known_at)[0])[0]
