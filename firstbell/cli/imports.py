"""The district's files: preview, apply, list, undo."""

import sys
from pathlib import Path

import click
from rich.table import Table

from firstbell.attendance.queries import uncounted_lines
from firstbell.cli.console import bar, err, out, plainly
from firstbell.imports import actions
from firstbell.imports.models import Run
from firstbell.imports.queries import remark_groups, remarks_csv, totals
from firstbell.site import schedule


@click.group()
def imports() -> None:
    """The district's files: preview, apply, list, undo."""


@imports.command()
@click.argument("files", type=click.Path(exists=True, path_type=Path))
@click.option("--strict", is_flag=True, help="Refuse what lenient reading would mend.")
def preview(files: Path, strict: bool) -> None:
    """Say what applying FILES (a folder or zip) would change; change nothing."""
    with plainly(), bar() as progress:
        run = actions.preview(files, by=None, strict=strict, progress=progress)
    report(run)


@imports.command()
@click.argument("files", type=click.Path(exists=True, path_type=Path))
@click.option("--strict", is_flag=True, help="Refuse what lenient reading would mend.")
@click.option("--accept-surprises", is_flag=True, help="A person has looked: apply in spite of surprises.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def apply(files: Path, strict: bool, accept_surprises: bool, yes: bool) -> None:
    """Apply FILES (a folder or zip), then bring the standings up to date."""
    if not yes:
        with plainly(), bar() as progress:
            report(actions.preview(files, by=None, strict=strict, progress=progress))
        click.confirm("Apply this?", abort=True)
    with plainly(), bar() as progress:
        run = actions.apply(files, by=None, strict=strict, accept=accept_surprises, progress=progress)
    report(run)
    if run.state == Run.State.STOPPED:
        err.print(
            "[bold]Stopped for a person: nothing was applied.[/] Look at the surprises above;"
            " if all is well, run again with --accept-surprises."
        )
        sys.exit(3)
    with plainly():
        schedule.refresh(say=out.print)
    _uncounted(run)


@imports.command()
@click.option("--run", "number", type=int, help="The run to undo; the newest applied one when not given.")
def undo(number: int | None) -> None:
    """Take back the newest applied import; the state before it stands again, and history shows both."""
    with plainly():
        try:
            run = Run.objects.get(pk=number) if number else None
        except Run.DoesNotExist:
            raise click.ClickException(f"There is no run {number}; `firstbell imports runs` lists them.") from None
        try:
            run = actions.undo(run=run, by=None)
        except actions.CannotUndo as why:
            raise click.ClickException(str(why)) from None
    out.print(f"Undone: {run}. The state before it stands again.")
    with plainly():
        schedule.refresh(say=out.print)


@imports.command()
def runs() -> None:
    """List the import runs, newest first."""
    table = Table("run", "state", "as of", "name", "students", "marks", "surprises")
    for run in Run.objects.all()[:50]:
        tables = run.counts.get("tables", {})
        cells = [
            " ".join(f"{n:+,}" for w, n in tables.get(t, {}).items() if n and w not in ("unchanged", "held")) or "0"
            for t in ("students", "marks")
        ]
        table.add_row(
            str(run.pk),
            run.get_state_display(),
            f"{run.as_of:%Y-%m-%d %H:%M}" if run.as_of else "",
            run.name,
            *cells,
            str(len(run.surprises)),
        )
    out.print(table)


@imports.command()
@click.argument("number", type=int)
def rejects(number: int) -> None:
    """Print the rejected rows of a run as CSV: file, row, column, expected, found, remedy."""
    for line in remarks_csv(number, kinds=("rejected", "refused")):
        click.echo(line, nl=False)


def report(run) -> None:
    """What a run did or would do, as a table, then surprises and the remarks grouped by rule."""
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
        still = ("unchanged", "held")
        if not any(n for tally in run.counts["tables"].values() for word, n in tally.items() if word not in still):
            out.print("No change: the district already stands as these files say.")
    for s in run.surprises:
        out.print(f"[bold]Surprise[/] {s['rule']}: expected {s['expected']}; found {s['found']}. {s['remedy']}")
    for group in remark_groups(run):
        out.print(f"  {group}")


def _uncounted(run) -> None:
    for line in uncounted_lines(run.year):
        out.print(line)
