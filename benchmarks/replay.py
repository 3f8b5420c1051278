"""Does the simulator of trigger ladders say what the ladders then do? Whole school years, evening by evening.

    python -m benchmarks.replay --seeds 1 2 3 --students 240

Each year is lived twice, each time on a database of its own: with the late corrections of the practice district, and
settled, where every mark is right at once. Every evening's files are imported and three ladders really asked, and what
they did is compared with what the simulator says (tests/cases/replaying.py). Exit code 1 when anything differs.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter

from firstbell.practice import Plan

HEAD = ("seed", "marks", "evenings", "reached", "standing", "asked", "joined", "dropped", "simulated", "differ", "s")


def live(seed: int, students: int, nights: int | None, settled: bool) -> list[object]:
    """One year, in a process of its own: the cells of its line."""
    with tempfile.TemporaryDirectory() as home:
        told = os.environ | {"FIRSTBELL_HOME": home}
        told.pop("DATABASE_URL", None)
        asked = json.dumps({"seed": seed, "students": students, "nights": nights, "settled": settled})
        arguments = [sys.executable, "-W", "ignore", "-m", "benchmarks.replay", "--child", asked]
        run = subprocess.run(arguments, env=told, check=True, stdout=subprocess.PIPE, text=True)
    lines = run.stdout.splitlines()
    print("\n".join(lines[:-1]), end="\n" if lines[:-1] else "")
    return json.loads(lines[-1])


def child(seed: int, students: int, nights: int | None, settled: bool) -> None:
    from firstbell.site.ready import ready

    ready()
    from firstbell.core.home import home
    from tests.cases.replaying import Replay

    began = time.monotonic()
    year = Replay(Plan(students=students, schools=6, seed=seed, settled=settled), home() / "files")
    year.begin()
    for on in year.nights[1:nights]:
        for line in year.evening(on).wrong:
            print(f"seed {seed}, {on}: {line}")
    told = sum((one.told for one in year.evenings), Counter())
    said, asked = year.weeks(), year.weeks_asked()
    differ = sum(len(one.wrong) for one in year.evenings)
    if settled:
        differ += sum(said[week] != asked[week] for week in said.keys() | asked.keys())
    simulated = sum(tasks for week, tasks in said.items() if not isinstance(week, tuple))
    line = [
        seed, "settled" if settled else "corrected", len(year.evenings), told["reached"], year.evenings[-1].standing,
        told["asked"], told["joined"], told["dropped"], simulated, differ, round(time.monotonic() - began),
    ]  # fmt: skip
    print(json.dumps(line))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options.add_argument("--students", type=int, default=240)
    options.add_argument("--nights", type=int, help="How many school nights of each year; all when not given.")
    options.add_argument("--child", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.child:
        child(**json.loads(asked.child))
        return
    print("".join(f"{name:>10}" for name in HEAD), flush=True)
    differ = 0
    for seed in asked.seeds:
        for settled in (False, True):
            line = live(seed, asked.students, asked.nights, settled)
            differ += line[-2]
            print("".join(f"{cell:>10,}" if isinstance(cell, int) else f"{cell:>10}" for cell in line), flush=True)
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
