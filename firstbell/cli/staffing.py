"""Staffing from the command line: who works where, and whose papers are missing or end soon."""

from datetime import datetime

import click
from rich.table import Table

from firstbell.cli.console import out
from firstbell.core import clock
from firstbell.core.access import EVERYTHING
from firstbell.staffing.queries import people as queries


@click.group()
def staffing() -> None:
    """Staffing: who works where, with which papers."""


@staffing.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Another day than today.")
@click.option("--papers", type=click.Choice(list(queries.PAPERS)), help="Only whose papers stand so.")
def people(on: datetime | None, papers: str | None) -> None:
    """Print the counselors of a day, whose papers are missing or end soonest first."""
    day = on.date() if on else clock.today()
    found = queries.people(EVERYTHING, day, papers=papers or "")
    table = Table("Name", "Schools", "Hours a week", "Papers")
    for row in queries.rows_of(EVERYTHING, day, found, "counselor"):
        schools = ", ".join(str(post.school) for post in row.posts) or "nowhere"
        said = " ".join(one.sentence for one in (row.standing.missing or row.standing.endings)) or "In order."
        table.add_row(str(row.user), schools, f"{row.minutes / 60:g}", said)
    out.print(table if table.row_count else "Nobody.")
