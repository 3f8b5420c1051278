"""Kill the nightly run again and again: what stands afterwards, and does the same command then end well?

    python -m benchmarks.kills --kills 50 --seed 1

A practice district has yesterday's files; each trial starts `firstbell nightly` on today's, kills it with SIGKILL at a
random moment of one of its steps, and looks. Every fifth kill takes the database server with it, as a power cut would.
Exit code 1 when anything was torn.
"""

import argparse
import os
import random
import shutil
import statistics
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psutil
import psycopg

from tests.imports.killing import BETWEEN, FACTS, KILLED, SERVED, Ended, dump, run, sound_books

YESTERDAY, TODAY = date(2026, 5, 11), date(2026, 5, 12)
POWER_CUT_EVERY = 5
_COPY = "strategy file_copy"
State = tuple[str, str]


@dataclass
class Trial:
    """One kill. `step` is the last one begun; `stood`: old, between (imported, not yet served), new or torn."""

    step: str
    stood: str
    wrong: list[str]
    seconds: float


class District:
    """The embedded server and state folder of this benchmark, put back to yesterday before each trial."""

    def __init__(self, home: Path, students: int, seed: int):
        self.home, self.kept = home, home / "kept"
        os.environ["FIRSTBELL_HOME"] = str(home)
        os.environ.pop("DATABASE_URL", None)
        from firstbell.practice import Plan, write  # only now does it know its state folder
        from firstbell.site.ready import ready

        plan = Plan(students=students, seed=seed)
        for day in (YESTERDAY, TODAY):
            write(plan, home / str(day), as_of=day)
        ready()
        self.files = str(home / str(TODAY))
        self.night(str(home / str(YESTERDAY)))
        shutil.copytree(home / "facts", self.kept)
        self._on_server(f"create database kept template firstbell {_COPY}")
        self.old = self.stands()

    def night(self, files: str = "", **kill: object) -> Ended:
        """A real nightly run in a process of its own; unless it is to be killed, it must end well."""
        ended = run("nightly", files or self.files, env=dict(os.environ), **kill)
        if not kill and ended.code:
            raise SystemExit(f"a plain run ended with {ended.code}:\n{ended.said}")
        return ended

    def back_to_yesterday(self) -> None:
        """By copied files: a copy through the WAL forgets, when the server is killed, how far its sequences were."""
        self._on_server("drop database firstbell with (force)", f"create database firstbell template kept {_COPY}")
        shutil.rmtree(self.home / "facts")
        shutil.copytree(self.kept, self.home / "facts")

    def stands(self) -> State:
        address = self._address("firstbell")
        return str(dump(address, FACTS)), str(dump(address, SERVED))

    def book_is_a_rebuild(self) -> bool:
        """Is the current book whole, and is the one of the newest arrival what its tables give when built anew?"""
        from firstbell.attendance.actions import sources
        from firstbell.facts.daybook import build, current

        self._forget_connection()
        sound_books(self.home / "facts")
        book, (built_from, _) = current(self.home / "facts", TODAY.year), sources(TODAY.year)
        stale = book.version != built_from.version
        return stale or book.digest == build(built_from)[0].digest

    def cut_power(self) -> None:
        """Kill every process of the server, then let a harmless command bring it up as any command does."""
        pid = int((self.home / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])
        server = psutil.Process(pid)
        family = [server, *server.children(recursive=True)]
        for process in family:
            process.kill()
        psutil.wait_procs(family, timeout=10)
        ended = run("imports", "runs", env=dict(os.environ))
        if ended.code:
            raise SystemExit(f"the server did not come back:\n{ended.said}")

    def _on_server(self, *commands: str) -> None:
        self._forget_connection()
        with psycopg.connect(self._address("postgres"), autocommit=True) as server:
            for command in commands:
                server.execute(command)

    def _address(self, database: str) -> str:
        from django.conf import settings

        told = settings.DATABASES["default"]
        return f"host={told['HOST']} user={told['USER']} dbname={database}"

    @staticmethod
    def _forget_connection() -> None:
        from django.db import connection

        connection.close()


def reference(district: District) -> tuple[dict[State, str], dict[str, float]]:
    """The three states that may stand, and how long each step of an undisturbed run took."""
    ended = district.night()
    ends = [at for _, at in ended.steps[1:]] + [ended.seconds]
    new = district.stands()
    district.back_to_yesterday()
    district.night(kill_at=BETWEEN)
    between = district.stands()
    if between[1] != district.old[1] or len({district.old, between, new}) < 3:
        raise SystemExit("the three states are not three: there is nothing to compare with")
    took = {step: end - at for (step, at), end in zip(ended.steps, ends, strict=True)}
    return {district.old: "old", between: "between", new: "new"}, took


def trial(district: District, known: dict[State, str], step: str, after: float, *, power_cut: bool) -> Trial:
    district.back_to_yesterday()
    ended = district.night(kill_at=step, after=after)
    if power_cut:
        district.cut_power()
    stood = known.get(district.stands(), "torn")
    wrong = [] if stood != "torn" else ["a table is neither old nor new, or served before imported"]
    if not district.book_is_a_rebuild():
        wrong.append("the day book is not what a rebuild gives")
    if ended.code not in (KILLED, 0):
        wrong.append(f"ended by itself with {ended.code}: {ended.said[-200:]}")
    again = district.night()
    if known.get(district.stands()) != "new":
        wrong.append("a plain re-run does not end in the new state")
    if not district.book_is_a_rebuild() or list((district.home / "facts").glob("*.tmp")):
        wrong.append("after the re-run the day book is wrong or leftovers lie beside it")
    return Trial(ended.steps[-1][0], stood, wrong, again.seconds)


PHASES = {
    "start": "start", "read": "read files", "receive": "compare and write roster", "settle": "compare and write roster",
    "receive_marks": "compare and write marks", "record": "journal and commit", "sources": "read day book's sources",
    "build": "build day book", "publish": "publish day book", "whole": "count standings", "swap": "swap served tables",
}  # fmt: skip


def in_table(trials: list[Trial]) -> str:
    found: dict[str, Counter[str]] = {phase: Counter() for phase in PHASES.values()}
    for one in trials:
        found[PHASES[one.step.split()[0]]].update([one.stood, *["violations"] * bool(one.wrong)])
    names = ("old", "between", "new", "torn", "violations")
    head = f"{'killed in':<26}" + "".join(f"{name:>12}" for name in names)
    counted = [(phase, counts) for phase, counts in found.items() if counts]
    return "\n".join([head, *(f"{phase:<26}" + "".join(f"{n[name]:>12}" for name in names) for phase, n in counted)])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--students", type=int, default=600)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    luck = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="kills-") as home:
        district = District(Path(home), asked.students, asked.seed)
        known, took = reference(district)
        phases = sorted({step.split()[0] for step in took})
        trials = []
        for number in range(asked.kills):
            phase = phases[number % len(phases)]  # each phase as often as another, long or short
            step = luck.choice([step for step in took if step.split()[0] == phase])
            cut = number % POWER_CUT_EVERY == POWER_CUT_EVERY - 1
            trials.append(trial(district, known, step, luck.uniform(0, took[step]), power_cut=cut))
            print(f"{number + 1:>3} {trials[-1].step:<16} {trials[-1].stood}", file=sys.stderr, flush=True)
            for wrong in trials[-1].wrong:
                print(f"VIOLATION in kill {number} ({step}): {wrong}")
    print(f"{asked.kills} kills, {asked.kills // POWER_CUT_EVERY} of them with the server; {asked.students} students\n")
    print(in_table(trials))
    print(f"\nre-run after the kill: median {statistics.median(t.seconds for t in trials):.1f} s")
    raise SystemExit(any(t.wrong for t in trials))


if __name__ == "__main__":
    main()
