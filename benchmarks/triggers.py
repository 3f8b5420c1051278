"""How long it takes to say whom a trigger ladder would have reached in a whole district this year.

    python -m benchmarks.triggers --students 430000

The district is that of `benchmarks.standings`, invented from a seed; the arrays are those of the simulator and of the
nightly run. The plain rule, one student after the other, counts the same in the same run; it must agree to the day.
"""

import argparse
import os
import sys
import time
from typing import Any

import polars as pl

from benchmarks.standings import Row, district, in_table
from firstbell.facts.daybook import build

LADDER = (("any", 3, 10), ("unexcused", 5, 0), ("any", 10, 0), ("excused", 4, 20), ("unexcused", 2, 5))
BAR = 10.0


def plainly(nth: list[int], count: int, window: int) -> list[int]:
    """The rule for one student, day after day: places among their school days on which the trigger is reached."""
    if window == 0:
        return nth[count - 1 : count]
    found, fresh, rests = [], [], False
    for place, at in enumerate(nth):
        if rests and sum(1 for one in nth[:place] if one > at - 1 - window) < count:
            fresh, rests = [], False
        if not rests:
            fresh.append(at)
            if sum(1 for one in fresh if one > at - window) >= count:
                found.append(at)
                rests = True
    return found


def peer(facts: pl.DataFrame, found: pl.DataFrame, rungs: Any, kinds: Any, some: int) -> Row:
    """The plain rule on the first `some` students."""
    few = facts.filter(pl.col("student") <= some)
    began = time.perf_counter()
    days = {}
    for place, rung in enumerate(rungs):
        mine = few.filter(pl.col("kind").is_in(sorted(kinds[rung.track])))
        for who, nth in mine.group_by("student", maintain_order=True).agg("nth").rows():
            days[place, who] = plainly(nth, rung.count, rung.window)
    seconds = time.perf_counter() - began
    wanted = {(place, who, at) for (place, who), listed in days.items() for at in listed}
    named = found.filter(pl.col("student") <= some).join(few, left_on=["student", "on"], right_on=["student", "day"])
    differ = len(wanted ^ set(named.select("rung", "student", "nth").rows()))
    return Row(f"the plain rule, {some:,} students", seconds, f"{len(wanted):,} reached; {differ} differences")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--students", type=int, default=430_000)
    options.add_argument("--days", type=int, default=180)
    options.add_argument("--schools", type=int, default=1_000)
    asked = options.parse_args()
    rungs, reaches, of_book, kinds = _code()
    book = build(district(asked.students, asked.days, asked.schools, int(asked.students * 18.6)))[0]
    began = time.perf_counter()
    facts = of_book(book).sort("student", "day")
    read = time.perf_counter()
    found = reaches(rungs, facts)
    done = time.perf_counter()
    one = int(book.school_of[0])
    school = reaches(rungs, of_book(book, [one]))
    alone = time.perf_counter() - done
    weeks = found.select(pl.col("on").dt.truncate("1w")).n_unique()
    rows = [
        Row("absences of everyone, from the book", read - began, f"{len(facts):,} days"),
        Row(f"a ladder of {len(rungs)} triggers", done - read, f"{len(found):,} reached in {weeks} weeks"),
        Row("both, for one school", alone, f"{len(school):,} reached by its students"),
        peer(facts, found, rungs, kinds, min(20_000, asked.students)),
    ]
    print(f"{asked.students:,} students, {asked.days} days, {asked.schools:,} schools\n")
    print(in_table(rows))
    print(f"\nbar for the first two together {BAR:.0f} s: {done - began:.2f} s")
    sys.exit(0 if done - began < BAR and " 0 differences" in rows[-1].note else 1)


def _code() -> Any:
    """What is measured; it is part of the site, which must be set up before it can be imported."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firstbell.site.settings")
    import django  # only now

    django.setup()
    from firstbell.attendance.queries.absences import of_book  # after setup
    from firstbell.cases.queries.triggers import reaches  # after setup
    from firstbell.cases.rules.triggers import KINDS, Rung  # after setup

    rungs = [Rung(track, count, window, "call", 3, "counselor") for track, count, window in LADDER]
    reaches(rungs, of_book(build(district(50, 20, 2, 200))[0]).sort("student", "day"))  # warm
    return rungs, reaches, of_book, KINDS


if __name__ == "__main__":
    main()
