"""Training from the command line: taking up the catalogue of courses."""

import click

from firstbell.cli.console import out, plainly
from firstbell.training.actions.courses import take_up_catalogue


@click.group()
def training() -> None:
    """Training: what only an engineer does."""


@training.command()
def catalogue() -> None:
    """Offer every course of the catalogue that is not offered yet; what the district changed stands."""
    with plainly():
        new = take_up_catalogue(by=None)
    for one in new:
        out.print(f"New: {one.title}")
    if not new:
        out.print("Every course of the catalogue is offered already.")
