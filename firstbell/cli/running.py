"""Commands without a group: the nightly run, the practice district, serving the pages."""

import sys
from datetime import date
from pathlib import Path

import click

from firstbell.cli.console import Day, Refused, bar, out, plainly
from firstbell.cli.imports import report
from firstbell.core import jobs
from firstbell.core.refusals import NotAllowed
from firstbell.site import practice_days, practice_district, processes, schedule


@click.command()
@click.argument("files", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--on", type=Day())
@click.option("--accept-surprises", is_flag=True)
def nightly(files: Path | None, on: date | None, accept_surprises: bool) -> None:
    """The nightly run: import FILES (when given), day book, standings, signs. Safe to repeat after any interruption."""
    with plainly(), bar() as progress:
        run = schedule.nightly(files=files, on=on, accept=accept_surprises, say=out.print, progress=progress)
        if run is None or run.state != "stopped":
            schedule.after_night(on=on, say=out.print)
    if run is not None and run.state == "stopped":
        report(run)
        sys.exit(3)


@click.command()
@click.option("--students", type=int, help="How many students the practice district has: 8000; 300 with --practice.")
@click.option("--seed", default=practice_days.SEED, show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--serve/--no-serve", default=True)
@click.option("--practice", is_flag=True, help="To train on: an early school day, nothing done yet, and days that end.")
@click.option("--begins", type=Day(), help="The first day to practise on; without it, about the thirtieth school day.")
def demo(students: int | None, seed: int, port: int, serve: bool, practice: bool, begins: date | None) -> None:
    """Make the practice district, import it for real, and serve it on localhost."""
    if begins and not practice:
        raise click.UsageError("--begins says on which day to practise: give --practice as well.")
    with plainly():
        try:
            if practice:
                practice_days.make(students=students or practice_days.USUAL, seed=seed, begins=begins, say=out.print)
            else:
                practice_district.make(students=students or 8000, seed=seed, say=out.print)
        except NotAllowed as no:
            raise Refused(str(no)) from None
    (practice_days if practice else practice_district).welcome(port, say=out.print)
    if serve:
        _serve(port, demo=True)


@click.command()
@click.option("--port", default=8000, show_default=True)
def serve(port: int) -> None:
    """Serve the pages on localhost, with a worker beside them for what pages ask to be done."""
    _serve(port, demo=False)


@click.command()
@click.option("--beside", type=int, hidden=True, help="End when this process, our parent, has ended.")
def work(beside: int | None) -> None:
    """Do what pages ask for, one job at a time, until stopped; `serve` and `demo` bring a worker of their own."""
    jobs.work(beside=beside)


def _serve(port: int, *, demo: bool) -> None:
    sys.exit(processes.serve(port=port, demo=demo))
