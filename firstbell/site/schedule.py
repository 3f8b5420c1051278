"""The nightly run: files to marks, marks to the day book, the day book to standings. Each step can be repeated."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from firstbell.attendance import actions as attendance
from firstbell.core.models import User
from firstbell.imports import actions as imports
from firstbell.imports.models import Run
from firstbell.roster.queries import newest_arrival

Say = Callable[[str], None]


def nightly(
    *, files: Path | None, on: date | None = None, by: User | None = None, accept: bool = False, strict: bool = False,
    say: Say = print, progress: Callable[[str, int], None] | None = None,
) -> Run | None:  # fmt: skip
    """Run every step; a step whose work stands already says so and is skipped. One line a step: counts and seconds.

    Stops after the import when a surprise needs a person: the served standings stay as they were.
    """
    run = None
    if files is not None:
        with timed("import", say) as note:
            run = imports.apply(files, by=by, accept=accept, strict=strict, progress=progress)
            marks = run.counts.get("tables", {}).get("marks", {})
            note(
                f"{run.get_state_display().lower()}; "
                + ", ".join(f"{n:,} marks {word}" for word, n in marks.items() if n)
            )
        if run.state == Run.State.STOPPED:
            return run
    refresh(on=on, by=by, say=say)
    return run


def refresh(*, on: date | None = None, by: User | None = None, say: Say = print) -> None:
    """Bring the day book and the served tables to the newest arrival; without any arrival, say so."""
    newest = newest_arrival()
    if newest is None:
        say("standings   nothing has been imported yet")
        return
    with timed("day book", say) as note:
        built = attendance.rebuild(newest.year)
        note(f"{len(built.book.students):,} students, {len(built.book.days)} instructional days")
    with timed("standings", say) as note:
        tally = attendance.serve(on=min(on or newest.through, newest.through), by=by)
        note(
            f"{tally.students:,} students on {tally.on}, {tally.chronic:,} chronic, {tally.signs:,} signs,"
            f" {tally.uncounted:,} marks not counted"
        )


@contextmanager
def timed(step: str, say: Say) -> Iterator[Callable[[str], None]]:
    """Say one line when the step ends: its name, its note, its seconds."""
    began, notes = time.monotonic(), []
    yield notes.append
    say(f"{step:<11} {'; '.join(notes)}  ({time.monotonic() - began:.1f} s)")
