"""Killing a real `firstbell nightly` at a chosen step, and seeing what stands afterwards.

    python -m tests.imports.killing 5 nightly FOLDER      runs the command; writes each step it begins to descriptor 5

The steps are told from inside the process by wrapping a few functions; the command itself is the real one.
"""

import hashlib
import importlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import wraps
from itertools import count
from pathlib import Path

import psycopg

CHECKOUT = Path(__file__).parents[2]
TOLD = {
    "firstbell.imports.actions": ("read",),
    "firstbell.roster.actions": ("receive", "settle", "receive_marks"),
    "firstbell.core.journal": ("record",),
    "firstbell.attendance.actions.building": ("sources", "build", "publish"),
    "firstbell.attendance.actions.serving": ("whole", "swap"),
}
"""What is a step: `record`, the journal line, is the last thing before a commit."""


@dataclass
class Ended:
    """How a run ended. `steps`: each step it began, with the seconds since its start."""

    code: int
    seconds: float
    steps: list[tuple[str, float]] = field(default_factory=list)
    said: str = ""


def run(*command: str, env: dict[str, str], kill_at: str = "", after: float = 0.0) -> Ended:
    """Run `firstbell COMMAND`; with `kill_at`, kill -9 it `after` seconds into that step ("receive 3": the third)."""
    hear, tell = os.pipe()
    began = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.imports.killing", str(tell), *command], env=env, pass_fds=[tell], cwd=CHECKOUT,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    os.close(tell)
    steps: list[tuple[str, float]] = []
    with os.fdopen(hear) as told:
        for line in told:
            steps.append((line.strip(), time.monotonic() - began))
            if steps[-1][0] == kill_at:
                time.sleep(after)
                child.kill()
    said, _ = child.communicate()
    return Ended(child.returncode, time.monotonic() - began, steps, said)


KILLED = -signal.SIGKILL

FACTS = (
    "region", "school", "school_year", "calendar", "calendar_day", "attendance_code", "student", "contact", "phone",
    "family_link", "enrolment", "program", "roll_taken", "mark", "mark_withdrawal", "roster_change", "arrival",
    "import_run", "import_remark", "import_reject", "mark_statement", "clearing",
)  # fmt: skip
SERVED = ("standing", "sign", "school_day", "school_review", "breakdown", "uncounted", "served", "count_change")
BETWEEN = "sources 1"
"""A kill in this step falls after the import and before anything is served: what stands then is the middle state."""
_KNOWN = "case when source <> 'firstbell' then known_at end"  # what people say is known when they say it
_ARRIVAL = f"select concat(source, label, {_KNOWN}) from arrival where id = t."
_NAMES = {
    "region_id": "select key from region where id = t.region_id",
    "school_id": "select key from school where id = t.school_id",
    "student_id": "select key from student where id = t.student_id",
    "contact_id": "select key from contact where id = t.contact_id",
    "calendar_id": "select s.key || c.year || c.code from calendar c join school s on s.id = c.school_id"
    " where c.id = t.calendar_id",
    "code_id": "select concat(s.key, c.year, c.code) from attendance_code c left join school s on s.id = c.school_id"
    " where c.id = t.code_id",
    "run_id": "select digest from import_run where id = t.run_id",
    "mark_id": "select concat(s.key, m.day, m.period, c.code, m.minutes, m.share) from mark m"
    " join student s on s.id = m.student_id join attendance_code c on c.id = m.code_id where m.id = t.mark_id",
    "statement_id": "select concat(s.key, m.day) from mark_statement m join student s on s.id = m.student_id"
    " where m.id = t.statement_id",
    "known_at": _KNOWN,
} | {name: _ARRIVAL + name for name in ("arrival_id", "basis_id", "ended_id", "version")}
_UNTOLD = {"id", "at", "found_at", "decided_at", "book"}
_OF_NOTHING_NEW = {
    "import_run": "t.state <> 'unchanged'",
    "import_remark": "t.run_id in (select id from import_run where state <> 'unchanged')",
    "import_reject": "t.run_id in (select id from import_run where state <> 'unchanged')",
}


def dump(database: str, tables: tuple[str, ...]) -> dict[str, str]:
    """Table -> "rows:digest" of all it says, in one moment.

    Rows that a run makes have other ids in another run, so whatever an id points to stands by its own name; instants
    of storing are left out, and so are runs that found nothing new.
    """
    with psycopg.connect(database) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        return {table: _digest(connection, table) for table in tables}


def _digest(connection: psycopg.Connection, table: str) -> str:
    found = connection.execute(
        "select column_name from information_schema.columns where table_name = %s and table_schema = current_schema()"
        " order by column_name",
        [table],
    )
    names = [name for (name,) in found if name not in _UNTOLD]
    listed = ", ".join(f"({_NAMES[name]})" if name in _NAMES else f't."{name}"' for name in names)
    where = _OF_NOTHING_NEW.get(table, "true")
    rows = connection.execute(f"select row({listed})::text from {table} t where {where}").fetchall()
    lines = sorted(line for (line,) in rows)
    return f"{len(lines)}:{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:16]}"


def sound_books(facts: Path) -> list[str]:
    """The current book of each school year, read to its last byte (BadBook if one is torn)."""
    from firstbell.facts.daybook import check

    names = [pointer.read_text() for pointer in sorted(facts.glob("*.current"))]
    for name in names:
        check(facts / name)
    return names


def _announce(tell: int) -> None:
    for module, names in TOLD.items():
        where = importlib.import_module(module)
        for name in names:
            setattr(where, name, _announced(getattr(where, name), name, tell))


def _announced(real, name: str, tell: int):
    times = count(1)

    @wraps(real)
    def announced(*args, **named):
        os.write(tell, f"{name} {next(times)}\n".encode())
        return real(*args, **named)

    return announced


def main() -> None:
    tell, *command = sys.argv[1:]
    from firstbell.site.ready import ready

    os.write(int(tell), b"start\n")
    ready()
    _announce(int(tell))
    from firstbell.cli import main as firstbell

    firstbell(command)


if __name__ == "__main__":
    main()
