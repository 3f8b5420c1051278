"""Run out of room in the middle of a nightly run: is it said plainly, is all whole, does it end once there is room?

    python -m benchmarks.full_disk

A practice district has the files of September. Each trial brings those of May, with state folder and database on
a small disk in memory that has so many megabytes left. Then the disk is made larger and the same command run again.
Needs the right to mount; without it says so and ends. Exit code 1 when a trial went wrong.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.imports.killing import BETWEEN, CHECKOUT, FACTS, SERVED, Ended, dump, run, sound_books

SEPTEMBER, MAY = date(2025, 9, 2), date(2026, 5, 12)
LEFT = {"": (0, 16, 32, 48, 56, 57, 64), "facts": (0, 1, 2, 3)}
"""Megabytes left for the whole state folder, and where only the day books have a disk of their own."""
ROOM = 600
State = tuple[str, str]


@dataclass
class Trial:
    part: str
    left: int
    code: int
    step: str
    stood: str
    wrong: list[str]


class SmallDisk:
    """A file system in memory with a copy of a folder and `left` megabytes to spare."""

    def __init__(self, at: Path, like: Path, left: int):
        at.mkdir(parents=True, exist_ok=True)
        self.at = at
        used = int(_call("du", "-s", "--block-size=4K", str(like)).split()[0]) * 4096
        self._mount("mount", "-t", "tmpfs", "-o", f"size={used + left * 2**20}", "tmpfs", str(at))
        _call("cp", "-a", f"{like}/.", str(at))

    def grow(self) -> None:
        self._mount("mount", "-o", f"remount,size={ROOM}M", str(self.at))

    def close(self) -> None:
        self._mount("umount", str(self.at))

    @staticmethod
    def _mount(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, text=True)


def _call(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def at_home(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "NUMBA_CACHE_DIR")}
    return kept | {"FIRSTBELL_HOME": str(home)}


def stands(home: Path) -> State:
    """Asked in a process of its own, so that the server stops again with it."""
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.full_disk", "--look"],
        check=True, capture_output=True, text=True, env=at_home(home), cwd=CHECKOUT,
    )  # fmt: skip
    facts, served = json.loads(told.stdout)
    return facts, served


def look() -> None:
    from firstbell.site.ready import ready

    ready()
    from django.conf import settings

    told = settings.DATABASES["default"]
    address = f"host={told['HOST']} user={told['USER']} dbname={told['NAME']}"
    print(json.dumps([str(dump(address, FACTS)), str(dump(address, SERVED))]))


def nightly(home: Path, files: Path) -> Ended:
    return run("nightly", str(files), env=at_home(home))


def trial(home: Path, before: Path, files: Path, part: str, left: int, known: dict[State, str]) -> Trial:
    """`part` of the state folder has `left` megabytes."""
    if part:
        _call("cp", "-a", str(before), str(home))
    disk = SmallDisk(home / part, before / part, left)
    try:
        return _tried(home, disk, files, Trial(part, left, 0, "", "", []), known)
    finally:
        disk.close()
        shutil.rmtree(home)


def _tried(home: Path, disk: SmallDisk, files: Path, found: Trial, known: dict[State, str]) -> Trial:
    ended = nightly(home, files)
    found.code, found.step = ended.code, ended.steps[-1][0]
    plain = "The disk is full" in ended.said and "Make room" in ended.said and "Traceback" not in ended.said
    if ended.code and (ended.code != 2 or not plain):
        found.wrong.append(f"not said plainly (exit code {ended.code}):\n{ended.said}")
    disk.grow()
    found.stood = known.get(stands(home), "torn")
    if found.stood == "torn" or (ended.code == 0) != (found.stood == "new"):
        found.wrong.append(f"exit code {ended.code}, but it stands {found.stood}")
    again = nightly(home, files)
    if again.code or known.get(stands(home)) != "new":
        found.wrong.append(f"with room, the same command ends with {again.code}:\n{again.said}")
    sound_books(home / "facts")
    return found


def prepare(folder: Path) -> tuple[Path, Path, dict[State, str]]:
    """A state folder with September's files, May's files, and the three states that may stand."""
    from firstbell.practice import Plan, write

    september, may = folder / str(SEPTEMBER), folder / str(MAY)
    for files, day in ((september, SEPTEMBER), (may, MAY)):
        write(Plan(students=2000, seed=1), files, as_of=day)
    before, between, after = folder / "before", folder / "between", folder / "after"
    _well(nightly(before, september))
    with (before / "postgres" / "postgresql.conf").open("a") as conf:
        conf.write("wal_recycle = off\nmin_wal_size = 32MB\n")  # no spare files: its log can run out of room too
    old = stands(before)
    for home in (between, after):
        _call("cp", "-a", str(before), str(home))
    run("nightly", str(may), env=at_home(between), kill_at=BETWEEN)
    _well(nightly(after, may))
    return before, may, {old: "old", stands(between): "between", stands(after): "new"}


def _well(ended: Ended) -> None:
    if ended.code:
        raise SystemExit(ended.said)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="full-disk-") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        before, files, known = prepare(folder)
        trials = []
        for part, left in ((part, left) for part, every in LEFT.items() for left in every):
            try:
                one = trial(folder / "disk", before, files, part, left, known)
            except subprocess.CalledProcessError as why:
                raise SystemExit(f"skipped: this machine does not let us ({why.stderr.strip()})") from None
            trials.append(one)
            print(
                f"{one.left:>3} MB left for {one.part or 'everything':<11} exit code {one.code}"
                f"   last step {one.step:<16} stood {one.stood}",
                flush=True,
            )
            for wrong in one.wrong:
                print(f"    WRONG: {wrong}")
    raise SystemExit(any(one.wrong for one in trials))


if __name__ == "__main__":
    look() if sys.argv[1:] == ["--look"] else main()
