"""How commands speak: days, progress, and faults said plainly."""

from datetime import date, datetime

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from firstbell.core.clock import end_of
from firstbell.site.faults import explain

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


def end_of_day(day: date | None) -> datetime | None:
    return end_of(day) if day else None


class Refused(click.ClickException):
    exit_code = 2


class plainly:  # noqa: N801 - reads as a with-statement
    """Turn what lies outside the program (files, disk, database, another run) into a message and exit code 2."""

    def __enter__(self):
        return self

    def __exit__(self, kind, fault, trace) -> None:
        if not isinstance(fault, Exception):
            return
        if message := explain(fault):
            raise Refused(message) from None


def bar():
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
