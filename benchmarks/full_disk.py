"""Run out of room in the middle of a nightly run: is it said plainly, is all whole, does it end once there is room?

    python -m benchmarks.full_disk

A practice district has the files of September. Each trial brings those of May, with state folder and database on
a small disk in memory that has so many megabytes left. Then the disk is made larger and the same command run again.
Needs the right to mount; without it says so and ends. Exit code 1 when a trial went wrong.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.imports.killing import CHECKOUT, FACTS, SERVED, dump, run

SEPTEMBER, MAY = date(2025, 9, 2), date(2026, 5, 12)
LEFT = (0, 8, 16, 20, 24, 32, 40, 48)
ROOM = 600
State = tuple[str, str]


@dataclass
class Trial:
    left: int
    code: int
    step: str
    stood: str
    wrong: list[str]


class SmallDisk:
    """A file system in memory with a copy of a state folder and `left` megabytes to spare."""

    def __init__(self, at: Path, like: Path, left: int):
        at.mkdir(exist_ok=True)
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


def nightly(home: Path, files: Path):
    return run("nightly", str(files), env=at_home(home))


def trial(disk: SmallDisk, files: Path, left: int, old: State, new: State) -> Trial:
    ended, wrong = nightly(disk.at, files), []
    plain = "The disk is full" in ended.said and "Make room" in ended.said and "Traceback" not in ended.said
    if ended.code and (ended.code != 2 or not plain):
        wrong.append(f"not said plainly (exit code {ended.code}):\n{ended.said}")
    disk.grow()
    known = {old: "old", (new[0], old[1]): "between", new: "new"}
    stood = known.get(stands(disk.at), "torn")
    if stood == "torn" or (ended.code == 0) != (stood == "new"):
        wrong.append(f"exit code {ended.code}, but it stands {stood}")
    again = nightly(disk.at, files)
    if again.code or stands(disk.at) != new:
        wrong.append(f"with room, the same command ends with {again.code}:\n{again.said}")
    return Trial(left, ended.code, ended.steps[-1][0], stood, wrong)


def prepare(folder: Path) -> tuple[Path, Path, State, State]:
    """A state folder with September's files, May's files, and what stands before and after an undisturbed run."""
    from firstbell.practice import Plan, write

    for day in (SEPTEMBER, MAY):
        write(Plan(students=2000, seed=1), folder / str(day), as_of=day)
    before, after = folder / "before", folder / "after"
    for home, files in ((before, folder / str(SEPTEMBER)), (after, folder / str(MAY))):
        if home == after:
            _call("cp", "-a", str(before), str(after))
        ended = nightly(home, files)
        if ended.code:
            raise SystemExit(ended.said)
        with (home / "postgres" / "postgresql.conf").open("a") as conf:
            conf.write("wal_recycle = off\nmin_wal_size = 32MB\n")  # no spare files: its log can run out of room too
    old, new = stands(before), stands(after)
    stands(before)  # once more: the server throws spare files away when it stops
    return before, folder / str(MAY), old, new


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="full-disk-") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        before, files, old, new = prepare(folder)
        trials = []
        for left in LEFT:
            try:
                disk = SmallDisk(folder / "disk", before, left)
            except subprocess.CalledProcessError as why:
                raise SystemExit(f"skipped: this machine does not let us mount ({why.stderr.strip()})") from None
            try:
                trials.append(trial(disk, files, left, old, new))
            finally:
                disk.close()
            one = trials[-1]
            print(
                f"{one.left:>3} MB left   exit code {one.code}   last step {one.step:<16} stood {one.stood}", flush=True
            )
            for wrong in one.wrong:
                print(f"    WRONG: {wrong}")
    raise SystemExit(any(one.wrong for one in trials))


if __name__ == "__main__":
    look() if sys.argv[1:] == ["--look"] else main()
