"""Cli: `firstbell …`, thin commands over the same actions the pages use.

Owns nothing; every command readies the database by itself. A module for each group, opened once Django is set up;
start at `House`, and find the commands without a group in `running`.
"""

from importlib import import_module

import click

from firstbell.cli.console import plainly
from firstbell.site.ready import ready, set_up

GROUPS = (
    "imports", "attendance", "law", "letters", "cases", "notices", "panels", "recovery", "staffing", "oversight",
    "training",
)  # fmt: skip
RUNNING = ("nightly", "demo", "serve", "work")


class House(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return [*GROUPS, *RUNNING]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        set_up()  # the modules import models, which Django must know first
        return getattr(import_module(f"firstbell.cli.{name if name in GROUPS else 'running'}"), name)


@click.group(cls=House)
def main() -> None:
    """Firstbell: the working system of a Pupil Services and Attendance branch."""
    with plainly():
        ready()
