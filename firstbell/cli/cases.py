"""Casework from the command line: turning the keys of sealed notes."""

import click

from firstbell.cases import actions
from firstbell.cli.console import out, plainly


@click.group()
def cases() -> None:
    """Cases: what only an engineer does."""


@cases.command()
def turn_keys() -> None:
    """Seal every sealed note again under a new key, and forget the older keys. Back the ring up afterwards."""
    with plainly():
        count = actions.turn_keys()
    notes = "note lies" if count == 1 else "notes lie"
    out.print(
        f"{count:,} sealed {notes} under a new key. Back up `keys/` of the state folder now, apart from the rest."
    )
