"""Panels from the command line: proving that the checks of packets catch what they must."""

import sys
from random import Random

import click
from rich.table import Table

from firstbell.cli.console import out
from firstbell.panels.seeding.auditing import Audited, audited


@click.group()
def panels() -> None:
    """Panels: what only an engineer or an auditor does."""


@panels.command()
@click.option("--seed", default=1913, show_default=True)
@click.option("--each", default=10, show_default=True, help="How many packets with each kind of defect.")
@click.option("--good", default=60, show_default=True, help="How many packets without a defect.")
def audit(seed: int, each: int, good: int) -> None:
    """Seed invented packets with one defect each, run the checks, and say what was caught and what was not.

    Exit code 1 when a defect was missed, or a packet without one was refused.
    """
    told = audited(Random(seed), each=each, good=good)  # noqa: S311 - the same lot each time is the point
    out.print(_table(told, seed))
    for line in told.examples:
        out.print(f"  {line}", markup=False)
    out.print(
        f"{len(told.kinds)} kinds of defect under {told.rules} rules: {told.caught:,} of {told.seeded:,} caught."
        f" {told.refused:,} of {told.good:,} good packets refused."
    )
    sys.exit(0 if told.sound else 1)


def _table(told: Audited, seed: int) -> Table:
    table = Table("defect", "rule", "caught", "missed", title=f"Packets with one defect each, seed {seed}")
    for one in told.kinds:
        missed = f"[bold]{one.missed}[/]" if one.missed else "0"
        table.add_row(one.title, one.rule, f"{one.caught}", missed)
    return table
