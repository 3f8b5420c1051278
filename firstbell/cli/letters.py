"""Checks of what we write to families."""

import sys
from datetime import date
from pathlib import Path

import click

from firstbell.cli.console import Day, out
from firstbell.core import clock
from firstbell.library.queries import letters as checks


@click.group()
def letters() -> None:
    """What we write to families."""


@letters.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--kind", default="first_truancy", show_default=True, help="What a text is for.")
@click.option("--language", default="en", show_default=True, help="The language of a text.")
@click.option("--on", type=Day(), help="The send date; today when not given.")
def lint(file: Path | None, kind: str, language: str, on: date | None) -> None:
    """Check our own letters, or FILE: a wording file (.toml), or the text of a letter.

    Exit code 1 when there is a complaint. A language that nobody approved yet is named, and is none.
    """
    try:
        told = checks.linted(file, kind=kind, language=language, on=on or clock.today())
    except ValueError as no:
        raise click.ClickException(str(no)) from None
    complaints = 0
    for name, is_approved, found in told:
        complaints += len(found)
        words = f"{len(found)} to mend" if found else "nothing to mend"
        out.print(
            f"[bold]{name}[/]: {words}" + ("" if is_approved else ", needs a person's approval before it is sent")
        )
        for one in found:
            out.print(f"  {one}", markup=False)
    sys.exit(1 if complaints else 0)
