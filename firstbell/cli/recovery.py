"""Lost students from the command line: what the night does, and the board in numbers."""

import click
from rich.table import Table

from firstbell.cli.console import out, plainly
from firstbell.core import clock
from firstbell.core.access import EVERYTHING
from firstbell.law.policy import policy_on
from firstbell.recovery import actions, queries
from firstbell.recovery.rules import LANES, lane_words
from firstbell.roster.models import School
from firstbell.roster.queries import newest_arrival


@click.group()
def recovery() -> None:
    """Lost students: who is on the board, until each is back or proven elsewhere."""


@recovery.command()
def find() -> None:
    """Find who is lost by the standings that are served, as the nightly run does. Safe to repeat."""
    newest = newest_arrival()
    if newest is None:
        raise click.ClickException(
            "Nothing has been imported yet: `firstbell imports apply FOLDER` brings the files in."
        )
    with plainly():
        found = actions.find_lost(year=newest.year)
    out.print(
        f"{found.open:,} looked for: {found.begun:,} begun now, {found.back:,} back, {found.reopened:,} on the board"
        f" again, {found.moved:,} went along to another school; {found.unseen:,} more unseen for a few days."
    )


@recovery.command()
@click.option("--school", help="Only the school with this id.")
def board(school: str | None) -> None:
    """Print how many students of each school stand in each column of the board."""
    schools = School.objects.filter(live=True).order_by("name")
    if school is not None:
        schools = schools.filter(key=school)
    if school is not None and not schools:
        raise click.ClickException(f"No school has the id {school!r}.")
    counted, titles = queries.counts(EVERYTHING, queries.Asked()), lane_words(policy_on(clock.today()))
    table = Table("School", *(titles[lane] for lane in LANES))
    for one in schools:
        told = counted.get(one.pk, {})
        if told or school is not None:
            table.add_row(one.name, *(f"{told.get(lane, 0):,}" for lane in LANES))
    out.print(table if table.row_count else "Nobody is on the board.")
