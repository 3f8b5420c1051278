"""The law as Firstbell decides by it."""

import sys
from dataclasses import asdict

import click
from rich.table import Table

from firstbell.cli.console import out
from firstbell.practice.replay import replay as live


@click.group()
def law() -> None:
    """The law as Firstbell decides by it."""


class Nights(click.ParamType):
    name = "all|NUMBER"

    def convert(self, value, param, ctx):
        if value in (None, "all"):
            return None
        if not str(value).isdigit() or not int(value):
            self.fail(f"expected `all` or how many nights, found {value!r}", param, ctx)
        return int(value)


@law.command()
@click.option("--seed", default=1913, show_default=True)
@click.option("--students", default=2000, show_default=True)
@click.option("--nights", type=Nights(), default="all", show_default=True, help="How many school nights of the year.")
def replay(seed: int, students: int, nights: int | None) -> None:
    """Live through an invented year of the truancy process with its late corrections, and check how it ended.

    Exit code 1 when a referral rests on an invalid chain, or a wrong notice was not found by the next nightly run.
    """
    try:
        told = live(students=students, seed=seed, nights=nights)
    except ValueError as no:
        raise click.ClickException(str(no)) from None
    table = Table("of the year", "found", title=f"The truancy process, seed {seed}")
    for name, number in asdict(told).items():
        table.add_row(name.replace("_", " "), f"{number:,}")
    out.print(table)
    out.print("Sound." if told.sound else "[bold]Not sound: see the figures.[/]")
    sys.exit(0 if told.sound else 1)
