"""The nightly run: files to marks, marks to the day book, the day book to standings. Each step can be repeated.

The jobs that pages ask for are the same steps, for one run at a time.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Count

from firstbell.attendance import actions as attendance
from firstbell.attendance.models import Uncounted
from firstbell.attendance.queries.pages import chronic_percents
from firstbell.cases import actions as cases
from firstbell.core import clock, jobs, lease
from firstbell.core.models import User
from firstbell.imports import actions as imports
from firstbell.imports import queries
from firstbell.imports.models import Run
from firstbell.imports.reading import Unreadable
from firstbell.notices import actions as notices
from firstbell.oversight.actions import figures, statements, training
from firstbell.panels import actions as panels
from firstbell.recovery import actions as recovery
from firstbell.roster.queries import newest_arrival
from firstbell.site.faults import explain
from firstbell.staffing import actions as staffing
from firstbell.staffing.actions import assignment

Say = Callable[[str], None]
log = logging.getLogger(__name__)


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
    refresh(on=on, by=by, say=say, progress=progress)
    return run


@transaction.atomic
def refresh(
    *, on: date | None = None, by: User | None = None, say: Say = print, progress: imports.Progress | None = None
) -> dict[str, Any] | None:
    """Bring the day book and the served tables to the newest arrival; what they came to. None without any arrival.

    May raise Busy.
    """
    progress = progress or (lambda _step, _percent: None)
    lease.claim(wait=lease.QUEUE)  # before looking: who had to wait serves what the other brought
    newest = newest_arrival()
    if newest is None:
        say("standings   nothing has been imported yet")
        return None
    with timed("clearing", say) as note:
        note(f"{attendance.settle_overdue(on=newest.through, by=by):,} days settled that nobody explained in time")
    progress("Building the day book", 95)
    with timed("day book", say) as note:
        built = attendance.rebuild(newest.year)
        note(f"{len(built.book.students):,} students, {len(built.book.days)} instructional days")
    progress("Bringing the standings up to date", 97)
    with timed("standings", say) as note:
        tally = attendance.serve(on=min(on or newest.through, newest.through), by=by)
        note(
            f"{tally.students:,} students on {tally.on}, {tally.chronic:,} chronic, {tally.signs:,} signs,"
            f" {tally.uncounted:,} marks not counted"
        )
    with timed("changes", say) as note:
        note(f"{attendance.note_changes(year=newest.year, by=by):,} past days count otherwise now")
    with timed("ladder", say) as note:
        reviewed = cases.review(year=newest.year, by=by)
        note(f"{reviewed.students:,} students, {len(reviewed.hollow):,} steps no longer stand")
    with timed("triggers", say) as note:
        followed = len(cases.follow_students(by=by))
        pulled = cases.pull_triggers(year=newest.year, by=by)
        note(
            f"{pulled.reached:,} newly reached, {pulled.asked:,} tasks asked, {pulled.joined:,} waited already,"
            f" {pulled.dropped:,} dropped, {pulled.opened:,} cases opened,"
            f" {followed:,} went along to another school"
        )
    with timed("lost", say) as note:
        lost = recovery.find_lost(year=newest.year, by=by)
        note(
            f"{lost.open:,} looked for: {lost.begun:,} begun, {lost.back:,} back, {lost.reopened:,} on the board again;"
            f" {lost.unseen:,} more unseen for a few days"
        )
    with timed("letters", say) as note:
        repaired = notices.rescind_hollow(by=by)
        found = notices.find_due(by=by)
        note(f"{sum(found.due.values()):,} due, {found.held:,} of them held, {len(repaired.rescinded):,} rescinded")
    with timed("hearings", say) as note:
        today = on or clock.today()
        followed_up, reminded = panels.follow_up(on=today), panels.remind(on=today)
        note(
            f"{reminded:,} reminders, {followed_up.seats:,} seats emptied,"
            f" {followed_up.called_off:,} hearings called off"
        )
    with timed("papers", say) as note:
        note(f"{staffing.note_expiring(on=today):,} papers that end")
    with timed("packets", say) as note:
        note(f"{panels.note_stale(by=by):,} released packets that facts overtook")
    with timed("directives", say) as note:
        filled = panels.fill_checks(on=today, by=by)
        note(f"{filled.said:,} checks answered from the records, {filled.unsaid:,} that nobody said in time")
    uncounted = Uncounted.objects.order_by("why").values_list("why").annotate(Count("pk"))
    return {
        "on": tally.on.isoformat(), "students": tally.students, "chronic": tally.chronic,
        "uncounted": [[Uncounted.Why(why).label, n] for why, n in uncounted],
    }  # fmt: skip


def count_month(*, on: date | None = None, by: User | None = None, say: Say = print) -> None:
    """Count the figures of the month before, for whom they are not counted yet: by night, once the standings serve."""
    if newest_arrival() is None:
        return
    with timed("months", say) as note:
        counted = figures.count_month(on=on or clock.today(), by=by)
        note(f"{counted.people:,} counselors counted, {counted.questions:,} questions asked of them")


def count_reached(*, on: date | None = None, by: User | None = None, say: Say = print) -> None:
    """Count whom somebody reached of the students in need, by group: by night, once the standings serve."""
    if newest_arrival() is None:
        return
    with timed("reached", say) as note:
        fair = figures.count_reached(on=on or clock.today(), by=by)
        note(f"{sum(of for _, of in fair.data['spans'].values()):,} students in need, by group")


def propose_training(*, on: date | None = None, by: User | None = None, say: Say = print) -> None:
    """Propose a course to every counselor in whose charts something comes again, once for the same charts."""
    with timed("training", say) as note:
        note(f"{training.propose_training(on=on or clock.today(), by=by):,} courses proposed")


def write_statements(*, on: date | None = None, by: User | None = None, say: Say = print) -> None:
    """Write the statements of the schools whose 25 school days are over: by night, once the standings serve."""
    if newest_arrival() is None:
        return
    with timed("statements", say) as note:
        note(f"{statements.close_statements(on=on or clock.today(), by=by):,} written")


def after_night(*, on: date | None = None, by: User | None = None, say: Say = print) -> None:
    """What is counted and written once the standings serve: months, courses proposed, who was reached, statements."""
    for step in (count_month, propose_training, count_reached, write_statements):
        step(on=on, by=by, say=say)


@contextmanager
def timed(step: str, say: Say) -> Iterator[Callable[[str], None]]:
    """Say one line when the step ends: its name, its note, its seconds."""
    began, notes = time.monotonic(), []
    yield notes.append
    say(f"{step:<11} {'; '.join(notes)}  ({time.monotonic() - began:.1f} s)")


Work = Callable[[Run, imports.Progress], dict[str, Any] | None]


def _preview(run: Run, progress: imports.Progress) -> None:
    imports.preview(queries.kept(run), by=run.asked_by, strict=run.strict, run=run, progress=progress)


def _apply(run: Run, progress: imports.Progress) -> dict[str, Any] | None:
    if run.state in (Run.State.PREVIEWED, Run.State.STOPPED):
        run = imports.apply(
            queries.kept(run), by=run.asked_by, strict=run.strict, accept=bool(run.reason), reason=run.reason,
            run=run, progress=progress,
        )  # fmt: skip
    if run.state not in (Run.State.APPLIED, Run.State.UNCHANGED):
        return None
    return refresh(by=run.asked_by, say=log.info, progress=progress)


def _undo(run: Run, progress: imports.Progress) -> dict[str, Any] | None:
    if run.state == Run.State.APPLIED:
        progress("Taking back what it brought", 20)
        imports.undo(run=run, by=run.asked_by)
    return refresh(by=run.asked_by, say=log.info, progress=progress)


def _carry_out(task: str, do: Work, *, run: int) -> None:
    """Do what was asked of a run unless another attempt has: whatever happens, the run says so in the end."""
    asked = imports.taken_up(run=run, task=task)
    if asked is None:
        return
    try:
        with imports.Telling(asked) as progress:
            served = do(asked, progress)
    except lease.Busy as why:
        imports.wait(run=asked)
        raise jobs.NotYet from why
    except (Unreadable, imports.CannotUndo) as why:
        imports.fail(run=asked, why=why)
    except Exception as fault:
        if (said := explain(fault)) is None:
            log.exception("%s of run %s", task, run)
            said = f"Firstbell itself is at fault; its log says more. {_UNHARMED}"
        imports.fail(run=asked, why=said)
    else:
        imports.finish(run=asked, served=served)


_UNHARMED = (
    "What was done stands whole, what was not done left no trace. When the cause is gone, try again, or let the"
    " nightly run make the standings."
)
_KILLED = f"The work was begun {jobs.TRIES} times and never came to its end: is there enough memory? {_UNHARMED}"


def _give_up(task: str, *, run: int) -> None:
    asked = imports.taken_up(run=run, task=task)
    if asked is not None:
        imports.fail(run=asked, why=_KILLED)


for _task, _do in ((Run.Task.PREVIEW, _preview), (Run.Task.APPLY, _apply), (Run.Task.UNDO, _undo)):
    jobs.handle(f"imports.{_task}", partial(_carry_out, str(_task), _do), gives_up=partial(_give_up, str(_task)))

jobs.handle("cases.bulk", cases.carry_out, gives_up=cases.give_up)
jobs.handle("notices.issue", notices.issue, gives_up=notices.give_up)
jobs.handle("notices.deliver", notices.deliver, gives_up=notices.give_up)
jobs.handle("panels.deliver", panels.deliver, gives_up=panels.stop_sending)


def _propose(*, proposal: int) -> None:
    """Staffing knows no attendance: what each school needs is handed to it here."""
    assignment.work_out(proposal=proposal, needs=chronic_percents())


jobs.handle("staffing.propose", _propose, gives_up=assignment.give_up)
jobs.handle("staffing.put_in_force", assignment.carry_out, gives_up=assignment.give_up_force)
