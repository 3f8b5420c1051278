"""`firstbell …`: thin commands over the same actions the pages use. Every command readies the database by itself."""

import os
import sys
from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from firstbell.site.ready import ready

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Day(click.ParamType):
    name = "YYYY-MM-DD"

    def convert(self, value, param, ctx):
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"expected a date like 2026-05-12, found {value!r}", param, ctx)


@click.group()
def main() -> None:
    """Firstbell: the working system of a Pupil Services and Attendance branch."""
    ready()


@main.group()
def imports() -> None:
    """The district's files: preview, apply, list, undo."""


@imports.command()
@click.argument("files", type=click.Path(exists=True, path_type=Path))
@click.option("--strict", is_flag=True, help="Refuse what lenient reading would mend.")
def preview(files: Path, strict: bool) -> None:
    """Say what applying FILES (a folder or zip) would change; change nothing."""
    from firstbell.imports import actions

    with _import_errors(), _bar() as progress:
        run = actions.preview(files, by=None, strict=strict, progress=progress)
    _report(run)


@imports.command()
@click.argument("files", type=click.Path(exists=True, path_type=Path))
@click.option("--strict", is_flag=True, help="Refuse what lenient reading would mend.")
@click.option("--accept-surprises", is_flag=True, help="A person has looked: apply in spite of surprises.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def apply(files: Path, strict: bool, accept_surprises: bool, yes: bool) -> None:
    """Apply FILES (a folder or zip), then bring the standings up to date."""
    from firstbell.imports import actions
    from firstbell.imports.models import Run
    from firstbell.site import schedule

    if not yes:
        with _import_errors(), _bar() as progress:
            _report(actions.preview(files, by=None, strict=strict, progress=progress))
        click.confirm("Apply this?", abort=True)
    with _import_errors(), _bar() as progress:
        run = actions.apply(files, by=None, strict=strict, accept=accept_surprises, progress=progress)
    _report(run)
    if run.state == Run.State.STOPPED:
        err.print(
            "[bold]Stopped for a person: nothing was applied.[/] Look at the surprises above;"
            " if all is well, run again with --accept-surprises."
        )
        sys.exit(3)
    schedule.refresh(say=out.print)
    _uncounted(run)


@imports.command()
@click.option("--run", "number", type=int, help="The run to undo; the newest applied one when not given.")
def undo(number: int | None) -> None:
    """Take back the newest applied import; the state before it stands again, and history shows both."""
    from firstbell.imports import actions
    from firstbell.imports.models import Run
    from firstbell.site import schedule

    with _import_errors():
        try:
            run = Run.objects.get(pk=number) if number else None
        except Run.DoesNotExist:
            raise click.ClickException(f"There is no run {number}; `firstbell imports runs` lists them.") from None
        try:
            run = actions.undo(run=run, by=None)
        except actions.CannotUndo as why:
            raise click.ClickException(str(why)) from None
    out.print(f"Undone: {run}. The state before it stands again.")
    schedule.refresh(say=out.print)


@imports.command()
def runs() -> None:
    """List the import runs, newest first."""
    from firstbell.imports.models import Run

    table = Table("run", "state", "as of", "name", "students", "marks", "surprises")
    for run in Run.objects.all()[:50]:
        tables = run.counts.get("tables", {})
        cells = [
            " ".join(f"{n:+,}" for w, n in tables.get(t, {}).items() if n and w != "unchanged") or "0"
            for t in ("students", "marks")
        ]
        table.add_row(
            str(run.pk),
            run.get_state_display(),
            f"{run.as_of:%Y-%m-%d %H:%M}",
            run.name,
            *cells,
            str(len(run.surprises)),
        )
    out.print(table)


@imports.command()
@click.argument("number", type=int)
def rejects(number: int) -> None:
    """Print the rejected rows of a run as CSV: file, row, column, expected, found, remedy."""
    from firstbell.imports.queries import remarks_csv

    for line in remarks_csv(number, kinds=("rejected", "refused")):
        click.echo(line, nl=False)


@main.group()
def attendance() -> None:
    """Standings, and why a number is what it is."""


@attendance.command()
@click.option("--on", type=Day(), help="The day; the last day the files speak of when not given.")
@click.option("--as-known-on", type=Day(), help="As the district knew it at the end of that day.")
@click.option("--school", help="Only students of the school with this id.")
@click.option("--format", "shape", type=click.Choice(["csv", "json"]), default="csv")
def standings(on: date | None, as_known_on: date | None, school: str | None, shape: str) -> None:
    """Print the standing of every student, one row each."""
    from firstbell.attendance import queries
    from firstbell.roster.queries import newest_arrival

    newest = newest_arrival()
    if newest is None:
        raise click.ClickException(
            "Nothing has been imported yet: `firstbell imports apply FOLDER` brings the files in."
        )
    try:
        rows = queries.standings(on or newest.through, known_at=_end_of(as_known_on), school_key=school)
    except ValueError as why:
        raise click.ClickException(str(why)) from None
    click.echo(rows.write_csv() if shape == "csv" else rows.write_json(), nl=shape == "json")


@attendance.command()
@click.argument("student")
@click.option("--on", type=Day(), required=True)
@click.option("--as-known-on", type=Day())
def why(student: str, on: date, as_known_on: date | None) -> None:
    """Print the days, the rule and the citations behind one STUDENT's numbers on a day."""
    from firstbell.attendance import queries
    from firstbell.roster.models import Student

    found = Student.objects.filter(key=student).first()
    if found is None:
        raise click.ClickException(
            f"No student has the id {student!r}. `firstbell attendance standings` lists the ids."
        )
    try:
        click.echo(queries.why(found, on, known_at=_end_of(as_known_on)).as_text())
    except ValueError as no:
        raise click.ClickException(str(no)) from None


@main.command()
@click.argument("files", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--on", type=Day())
@click.option("--accept-surprises", is_flag=True)
def nightly(files: Path | None, on: date | None, accept_surprises: bool) -> None:
    """The nightly run: import FILES (when given), day book, standings, signs. Safe to repeat after any interruption."""
    from firstbell.site import schedule

    with _import_errors(), _bar() as progress:
        run = schedule.nightly(files=files, on=on, accept=accept_surprises, say=out.print, progress=progress)
    if run is not None and run.state == "stopped":
        _report(run)
        sys.exit(3)


@main.command()
@click.option("--students", default=8000, show_default=True, help="How many students the practice district has.")
@click.option("--seed", default=1913, show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--serve/--no-serve", default=True)
def demo(students: int, seed: int, port: int, serve: bool) -> None:
    """Make the practice district, import it for real, and serve it on localhost."""
    from firstbell.site import practice_district

    practice_district.make(students=students, seed=seed, say=out.print)
    practice_district.welcome(port, say=out.print)
    if serve:
        _serve(port, demo=True)


@main.command()
@click.option("--port", default=8000, show_default=True)
def serve(port: int) -> None:
    """Serve the pages on localhost."""
    _serve(port, demo=False)


def _serve(port: int, *, demo: bool) -> None:
    if demo:
        os.environ["FIRSTBELL_DEMO"] = "1"
    arguments = ["-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--timeout", "120",
                 "--log-level", "warning", "firstbell.site.wsgi"]  # fmt: skip
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - our own interpreter, fixed arguments


def _end_of(day: date | None):
    from firstbell.core.clock import end_of

    return end_of(day) if day else None


class _import_errors:  # noqa: N801 - reads as a with-statement
    """Turn what can go wrong with files into one clear message and exit code 2."""

    def __enter__(self):
        return self

    def __exit__(self, kind, fault, trace) -> None:
        from django.db import OperationalError

        from firstbell.imports.actions import Busy
        from firstbell.imports.reading import Unreadable

        if isinstance(fault, Unreadable):
            r = fault.remark
            at = f"{r.file}" + (f" row {r.row}" if r.row else "") + (f", column {r.column}" if r.column else "")
            raise click.ClickException(
                f"{at or 'the files'}: expected {r.expected}; found {r.found}. {r.remedy}"
            ) from None
        if isinstance(fault, Busy):
            raise click.ClickException(str(fault)) from None
        if isinstance(fault, OperationalError) or (isinstance(fault, OSError) and fault.errno == 28):
            raise click.ClickException(
                f"The database or disk refused: {fault}. Nothing was changed; make room or reconnect, then run again."
            ) from None


def _bar():
    """A progress bar as a callable (step, percent); silent when the output is not a terminal."""

    class Bar:
        def __enter__(self):
            self.progress = Progress(TextColumn("{task.description:<44}"), BarColumn(), TaskProgressColumn(),
                                     TimeElapsedColumn(),
                                     console=err, transient=True, disable=not err.is_terminal)  # fmt: skip
            self.progress.start()
            self.task = self.progress.add_task("", total=100)
            return lambda step, done: self.progress.update(self.task, description=step, completed=done)

        def __exit__(self, *ignored):
            self.progress.stop()

    return Bar()


def _report(run) -> None:
    """What a run did or would do, as a table, then surprises and the remarks grouped by rule."""
    from firstbell.imports.queries import remark_groups, totals

    out.print(
        f"[bold]{run.get_state_display()}[/]: {run.name}, {run.system},"
        f" as of {run.as_of:%Y-%m-%d %H:%M} UTC (run {run.pk})"
    )
    for line in totals(run):
        out.print("  " + line)
    if run.counts.get("tables"):
        table = Table("", "create", "update", "unchanged", "withdraw")
        for name, n in run.counts["tables"].items():
            table.add_row(name, *(f"{n[w]:,}" for w in ("created", "updated", "unchanged", "withdrawn")))
        out.print(table)
        if not any(n for tally in run.counts["tables"].values() for word, n in tally.items() if word != "unchanged"):
            out.print("No change: the district already stands as these files say.")
    for s in run.surprises:
        out.print(f"[bold]Surprise[/] {s['rule']}: expected {s['expected']}; found {s['found']}. {s['remedy']}")
    for group in remark_groups(run):
        out.print(f"  {group}")


def _uncounted(run) -> None:
    from firstbell.attendance.queries import uncounted_lines

    for line in uncounted_lines(run.year):
        out.print(line)


if __name__ == "__main__":
    main()
