"""The nightly run at the district's size: the first load on an empty database, and the usual night after it.

    python -m benchmarks.nightly                          # 430,000 students, 1,000 schools, some 9.7 million marks
    python -m benchmarks.nightly --home DIR               # keeps the district there, for benchmarks.pages
    python -m benchmarks.nightly --extract FOLDER         # one extract on a new database, kernels compiled or not

The files are written by firstbell.practice as of two evenings of one year. Every night runs in a process of its own,
from files on disk to the served standing table, so that its peak memory is its own; PostgreSQL is watched beside it.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

EVENINGS = (date(2026, 5, 11), date(2026, 5, 12))
BAR_SECONDS, BAR_MIB = 60, 4096


@dataclass
class Night:
    """What one run told: its steps in order, and the most memory it and PostgreSQL held."""

    name: str
    steps: list[tuple[str, float, str]] = field(default_factory=list)
    peak: int = 0
    postgres: int = 0

    @property
    def seconds(self) -> float:
        return sum(seconds for step, seconds, _ in self.steps if not step.startswith("  "))


def night(name: str, files: Path, home: Path, kernels: Path | None = None) -> Night:
    """Run one night in a process of its own."""
    told = {"FIRSTBELL_HOME": str(home)} | ({"NUMBA_CACHE_DIR": str(kernels)} if kernels else {})
    arguments = [sys.executable, "-W", "ignore", "-m", "benchmarks.nightly", "--child", str(files)]
    with _watched(home) as most:
        run = subprocess.run(arguments, env=os.environ | told, check=True, stdout=subprocess.PIPE, text=True)
    said = json.loads(run.stdout.splitlines()[-1])
    return Night(name, [tuple(step) for step in said["steps"]], said["peak"], max(most))


def child(files: Path) -> None:
    """One night, in this process; its last line is what it found, as JSON."""
    from firstbell.site.ready import ready

    ready()
    from firstbell.site import schedule

    steps: list[tuple[str, float, str]] = []
    heard = [(time.monotonic(), "")]

    def hear(step: str, _done: int) -> None:
        heard.append((time.monotonic(), step.split()[0]))

    def say(line: str) -> None:
        step, note, seconds = re.fullmatch(r"(\S+(?: \S+)?)\s+(.*)  \((\d+\.\d) s\)", line).groups()
        steps.append((step, float(seconds), note))
        if step == "import":
            steps.extend(_parts(heard, float(seconds)))

    schedule.nightly(files=files, say=say, progress=hear)
    [high] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    print(json.dumps({"steps": steps, "peak": int(high.split()[1]) // 1024}))


def _parts(heard: list[tuple[float, str]], whole: float) -> Iterator[tuple[str, float, str]]:
    """`heard`: when each piece of progress was told, with its first word."""
    compared = [at for at, word in heard if word == "Comparing"]
    if compared:
        read, roster = compared[0] - heard[0][0], compared[-1] - compared[0]
        yield "  files read and checked", read, ""
        yield "  roster compared", roster, ""
        yield "  marks compared, commit", whole - read - roster, ""


@contextmanager
def _watched(home: Path) -> Iterator[list[int]]:
    """MiB of the server's processes together, looked at four times a second (shared pages are counted once)."""
    most, over = [0], threading.Event()

    def look() -> None:
        while not over.wait(0.25):
            most.append(sum(map(_share, _server(home))) // 1024)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()


def _server(home: Path) -> list[int]:
    """The postmaster of this home and its children."""
    try:
        first = int((home / "postgres" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    except (OSError, IndexError, ValueError):
        return []
    return [first, *map(int, children)]


def _share(process: int) -> int:
    try:
        told = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+)", told, re.MULTILINE)
    return int(found[1]) if found else 0


def write_files(students: int, schools: int, into: Path) -> list[Path]:
    """The district's files of two evenings; a folder that is there already is taken as it is."""
    from firstbell.practice import Plan, write

    plan = Plan(students=students, schools=schools, regions=max(3, schools // 40))
    folders = []
    for evening in EVENINGS:
        folder = into / f"{students}-{schools}-{evening}"
        if not (folder / "attendance" / "manifest.json").exists():
            began = time.monotonic()
            write(plan, folder, as_of=evening)
            print(f"wrote the files of {evening} in {time.monotonic() - began:.0f} s", flush=True)
        folders.append(folder)
    return folders


def limits(files: Path, home: Path) -> list[tuple[str, float, str]]:
    """What no run can be quicker than here: the bytes read as text by Polars, the marks copied into a bare table."""
    import polars as pl

    began, size, rows = time.monotonic(), 0, 0
    for path in files.rglob("*.csv"):
        rows += len(pl.read_csv(path, infer_schema=False, truncate_ragged_lines=True))
        size += path.stat().st_size
    read = ("read every cell with Polars", time.monotonic() - began, f"{rows:,} rows, {size / 1e6:,.0f} MB")
    arguments = [sys.executable, "-W", "ignore", "-m", "benchmarks.nightly", "--copy", "x"]
    told = os.environ | {"FIRSTBELL_HOME": str(home)}
    copied = subprocess.run(arguments, env=told, check=True, stdout=subprocess.PIPE, text=True).stdout
    seconds, marks = json.loads(copied.splitlines()[-1])
    return [read, ("COPY the marks out and into a bare table", seconds, f"{marks:,} rows")]


def copy_marks() -> None:
    """COPY of all marks within the server, out and in again, without index or check."""
    from firstbell.site.ready import ready

    ready()
    from django.db import connection

    began = time.monotonic()
    with connection.cursor() as cursor, tempfile.TemporaryFile() as file:
        cursor.execute("create temp table bare (like mark)")
        with cursor.copy("copy (select * from mark) to stdout") as out:
            for chunk in out:
                file.write(chunk)
        file.seek(0)
        with cursor.copy("copy bare from stdin") as into:
            while chunk := file.read(2**20):
                into.write(chunk)
        taken = time.monotonic() - began
        cursor.execute("select count(*) from bare")
        print(json.dumps([taken, cursor.fetchone()[0]]))


def in_table(nights: list[Night], physical: list[tuple[str, float, str]]) -> str:
    lines = []
    for one in nights:
        lines += ["", one.name]
        lines += [f"  {step:<26} {seconds:>7.1f} s  {note}" for step, seconds, note in one.steps]
        lines.append(f"  {'all':<26} {one.seconds:>7.1f} s  bar {BAR_SECONDS} s")
        lines.append(f"  {'peak memory':<26} {one.peak:>7,} MiB, PostgreSQL {one.postgres:,} MiB; bar {BAR_MIB:,} MiB")
    lines += ["", "physical limits, in the same run"] if physical else []
    lines += [f"  {what:<42} {seconds:>7.1f} s  {note}" for what, seconds, note in physical]
    return "\n".join(lines[1:])


def measure_district(asked: argparse.Namespace, scratch: Path) -> None:
    home = asked.home or scratch / "home"
    first, second = write_files(asked.students, asked.schools, asked.files or scratch)
    nights = [] if (home / "postgres").exists() else [night("First load, empty database", first, home)]
    nights.append(night("Usual night, the whole year again", second, home))
    print(f"{asked.students:,} students, {asked.schools:,} schools\n\n{in_table(nights, limits(second, home))}")


def measure_extract(extract: Path, scratch: Path) -> None:
    """Each on a database of its own that is there already: its server started, its tables made."""
    nights = []
    for name in ("kernels not compiled yet", "kernels compiled"):
        home = scratch / name.replace(" ", "-")
        ready = "from firstbell.site.ready import ready; ready()"
        told = os.environ | {"FIRSTBELL_HOME": str(home)}
        subprocess.run([sys.executable, "-W", "ignore", "-c", ready], env=told, check=True)
        nights.append(night(f"{extract.name}, {name}", extract, home, scratch / "kernels"))
    print(in_table(nights, []))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--students", type=int, default=430_000)
    options.add_argument("--schools", type=int, default=1_000)
    options.add_argument("--home", type=Path, help="keep the district there; one that is there has its usual night")
    options.add_argument("--files", type=Path, help="keep the files there, or take those that are")
    options.add_argument("--extract", type=Path, help="measure this extract instead")
    options.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--copy", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.child:
        return child(asked.child)
    if asked.copy:
        return copy_marks()
    with tempfile.TemporaryDirectory(prefix="firstbell-bench-") as scratch:
        if asked.extract:
            return measure_extract(asked.extract, Path(scratch))
        return measure_district(asked, Path(scratch))


if __name__ == "__main__":
    main()
