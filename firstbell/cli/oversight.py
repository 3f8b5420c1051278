"""Oversight from the command line: proving that the view of counselors is fair and hard to game."""

import sys

import click
from rich.table import Table

from firstbell.cli.console import out
from firstbell.oversight.rules.simulate import Group, Simulated, simulated


@click.group()
def oversight() -> None:
    """Oversight: what only an engineer or an auditor does."""


@oversight.command()
@click.option("--seed", default=1913, show_default=True)
@click.option("--rounds", default=40, show_default=True, help="How often the intervals are put to the test.")
def simulate(seed: int, rounds: int) -> None:
    """Invent counselors with known effects, some of whom game the view, and say what the view shows of them.

    Exit code 1 when somebody rises by gaming, or the intervals do not keep their word.
    """
    told = simulated(seed, rounds=rounds)
    out.print(_table(told.groups, seed))
    for group in told.groups[1:]:
        out.print(
            f"{group.rose} of {group.people} {group.kind}s are shown higher than if they had worked honestly with the"
            " same students."
        )
    held, silent = 100 * told.held / told.intervals, 100 * told.silent / told.nulls
    out.print(f"{held:.1f} % of {told.intervals:,} intervals of 95 % hold the truth (93 to 97 wanted).")
    out.print(f"Where nobody has any effect, {silent:.1f} % of {told.nulls:,} read “cannot tell” (95 or more wanted).")
    sys.exit(0 if _sound(told) else 1)


def _sound(told: Simulated) -> bool:
    return told.fair and told.covers and told.humble


def _table(groups: tuple[Group, ...], seed: int) -> Table:
    title = f"What a scoreboard would show, and what Firstbell shows; seed {seed}"
    table = Table("who", "people", "contacts a student", "won back by those contacted", "outcome", "coverage",
                  title=title)  # fmt: skip
    for one in groups:
        table.add_row(
            one.kind, f"{one.people}", f"{one.contacts:.1f}", f"{one.naive:.2f}", f"{one.outcome:+.2f}",
            f"{100 * one.coverage:.0f} %",
        )  # fmt: skip
    return table
