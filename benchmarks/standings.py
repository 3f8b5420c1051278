"""How long a district takes: build, publish, standings of everyone, one student, chronic counts by school and day.

    python -m benchmarks.standings --students 430000

The district is invented from a seed. DuckDB counts the same standings in SQL from one row for each student and day,
in the same run; it must agree to the last student.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from firstbell.facts.daybook import ENROLMENT, MARK, OPEN, DayBook, Sources, build, current, publish
from firstbell.facts.kernels.rollup import by_school, chronic_counts
from firstbell.facts.kernels.standing import standings
from firstbell.law.days import HALF, Day

FIRST = 739_474  # Monday 11 August 2025
BYTES = np.array(
    [Day.EXCUSED | HALF, Day.UNEXCUSED | HALF, Day.UNVERIFIED | HALF, Day.SUSPENDED | HALF, Day.PARTIAL, Day.OCCASION],
    np.uint8,
)
SHARES = [0.38, 0.27, 0.04, 0.01, 0.20, 0.10]

SQL = """
select student, count(*) as enrolled,
       count(*) filter (where kind between 2 and 6) as absent,
       count(*) filter (where kind = 3) as unexcused,
       count(*) filter (where kind in (3, 8)) as occasions,
       coalesce(min(back) filter (where kind not between 2 and 6), count(*) + 1) - 1 as streak,
       count(*) filter (where kind between 2 and 6 and back <= 20) as last20
from (select student, byte & 31 as kind, row_number() over (partition by student order by day desc) as back
      from student_day)
group by student
order by student
"""
COMPARED = ("enrolled", "absent", "unexcused", "occasions", "streak", "last20")


@dataclass
class Row:
    what: str
    seconds: float
    note: str = ""


def district(students: int, days: int, schools: int, marks: int, seed: int = 1) -> Sources:
    """A district in which one student in twenty moved during the year and one in two hundred has two schools."""
    rng = np.random.default_rng(seed)
    ids = np.arange(1, students + 1, dtype=np.int32)
    weekdays = np.array([FIRST + d for d in range(days * 2) if d % 7 < 5][:days], np.int32)
    moved, both = ids[ids % 20 == 7], ids[ids % 200 == 3]
    rows = np.empty(students + len(moved) + len(both), ENROLMENT)
    rows["student"] = np.concatenate([ids, moved, both])
    rows["school"] = 1 + rng.integers(0, schools, len(rows))
    rows["school"][students:] = rows["school"][rows["student"][students:] - 1] % schools + 1
    rows["calendar"], rows["entry"], rows["last"], rows["primary"] = 1, FIRST, OPEN, True
    leave = weekdays[rng.integers(days // 4, days - 1, len(moved))]
    rows["last"][moved - 1] = leave
    rows["entry"][students : students + len(moved)] = leave + 1
    rows["primary"][students + len(moved) :] = False
    return Sources(2026, "bench", ids, {1: weekdays}, rows, _marks(rng, rows[:students], weekdays, marks), FIRST + 400)


def _marks(rng: np.random.Generator, enrolments: Any, weekdays: Any, count: int) -> Any:
    """Some students miss far more than others; sorted as the reducer leaves them."""
    students, days = len(enrolments), len(weekdays)
    weights = rng.gamma(0.6, 1.0, students) + 0.05
    cells = np.unique(rng.choice(students, int(count * 1.1), p=weights / weights.sum()) * days
                      + rng.integers(0, days, int(count * 1.1)))  # fmt: skip
    cells = np.sort(rng.permutation(cells)[:count])
    marks = np.zeros(len(cells), MARK)
    marks["student"], marks["school"] = (enrolments[name][cells // days] for name in ("student", "school"))
    marks["day"], marks["mark"] = weekdays[cells % days], np.arange(len(cells))
    marks["byte"] = rng.choice(BYTES, len(cells), p=SHARES)
    return marks


def timed(work: Callable[[], Any], times: int = 1) -> tuple[float, Any]:
    """Median seconds, and what the last run gave."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        answer = work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken), answer


def measure(sources: Sources, home: Path) -> tuple[list[Row], DayBook]:
    build_s, (book, uncounted) = timed(lambda: build(sources))
    publish_s, _ = timed(lambda: publish(book, home))
    open_s, mapped = timed(lambda: current(home, book.year), 5)
    everyone = _ages(mapped)
    upto = mapped.column(mapped.through)
    standings_s, _ = timed(lambda: standings(mapped, upto, *everyone), 5)
    one, bounds = np.array([len(mapped.students) // 2], np.int32), [ages[:1] for ages in everyone]
    one_s, _ = timed(lambda: standings(mapped, upto, *bounds, one), 1001)
    schools, group = by_school(mapped)
    columns = np.arange(1, upto + 1, dtype=np.int32)
    chronic_s, _ = timed(lambda: chronic_counts(mapped, group, len(schools), columns), 3)
    size = f"{mapped.cells.nbytes / 1e6:.0f} MB"
    return [
        Row("build", build_s, f"{len(sources.marks):,} marks, {len(uncounted):,} outside enrolment"),
        Row("publish, checked", publish_s, size),
        Row("open the current book", open_s, "median of 5"),
        Row("standings of everyone", standings_s, f"{len(mapped.cells):,} lines, mapped, median of 5"),
        Row("one student's year", one_s, "median of 1,001"),
        Row("chronic counts", chronic_s, f"{len(schools):,} schools on each of {upto} days, median of 3"),
    ], mapped


def peer(book: DayBook) -> Row:
    """DuckDB on the days of the district lines; the table is made before the clock starts."""
    line, column = np.nonzero(book.cells[: len(book.students)])
    _days = {
        "student": book.students[line],
        "day": book.days[column],
        "byte": book.cells[line, column],
    }
    with tempfile.TemporaryDirectory() as scratch:
        database = duckdb.connect(str(Path(scratch) / "peer.duckdb"))
        database.execute("create table student_day as select * from _days")
        del _days, line, column
        seconds, told = timed(lambda: database.execute(SQL).fetchnumpy())
        database.close()
    own = standings(book, book.column(book.through), *_ages(book))[: len(book.students)]
    own = own[own["enrolled"] > 0]
    differ = sum(int((own[name] != told[name]).sum()) for name in COMPARED)
    return Row("DuckDB SQL, 6 of the 23 figures", seconds, f"from student-days; {differ} differences")


def _ages(book: DayBook) -> tuple[Any, Any]:
    return np.zeros(len(book.cells), np.int32), np.full(len(book.cells), OPEN, np.int32)


def in_table(rows: list[Row]) -> str:
    wide = max(len(row.what) for row in rows)
    return "\n".join(f"{row.what:<{wide}}  {_duration(row.seconds):>10}  {row.note}" for row in rows)


def _peak() -> float:
    """MiB this process has held since the peak was forgotten (Linux)."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def _duration(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size / 10:
            return f"{seconds / size:.2f} {unit}"
    return f"{seconds * 1e6:.1f} µs"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--students", type=int, default=430_000)
    options.add_argument("--days", type=int, default=180)
    options.add_argument("--schools", type=int, default=1_000)
    options.add_argument("--marks", type=int, help="default: 18.6 for each student")
    options.add_argument("--no-peer", action="store_true", help="leave DuckDB out")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        measure(district(200, asked.days, 5, 2_000), Path(home) / "warm")  # compiles the kernels
        sources = district(asked.students, asked.days, asked.schools, asked.marks or int(asked.students * 18.6))
        Path("/proc/self/clear_refs").write_text("5")  # forget the peak of inventing the district
        rows, book = measure(sources, Path(home) / "district")
        peak = _peak()
        if not asked.no_peer:
            rows.append(peer(book))
        print(f"{asked.students:,} students, {asked.days} days, {asked.schools:,} schools\n")
        print(in_table(rows))
        print(f"\npeak memory {peak:,.0f} MiB before DuckDB, with the sources and the book both held")


if __name__ == "__main__":
    main()
