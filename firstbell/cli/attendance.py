"""Standings, why a number is what it is, and corrections for the student system."""

import csv
import sys
from datetime import date

import click

from firstbell.attendance import queries
from firstbell.attendance.queries import clearing
from firstbell.cli.console import Day, end_of_day
from firstbell.core.access import EVERYTHING
from firstbell.roster.models import Student
from firstbell.roster.queries import newest_arrival


@click.group()
def attendance() -> None:
    """Standings, and why a number is what it is."""


@attendance.command()
@click.option("--on", type=Day(), help="The day; the last day the files speak of when not given.")
@click.option("--as-known-on", type=Day(), help="As the district knew it at the end of that day.")
@click.option("--school", help="Only students of the school with this id.")
@click.option("--format", "shape", type=click.Choice(["csv", "json"]), default="csv")
def standings(on: date | None, as_known_on: date | None, school: str | None, shape: str) -> None:
    """Print the standing of every student, one row each."""
    newest = newest_arrival()
    if newest is None:
        raise click.ClickException(
            "Nothing has been imported yet: `firstbell imports apply FOLDER` brings the files in."
        )
    try:
        rows = queries.standings(on or newest.through, known_at=end_of_day(as_known_on), school_key=school)
    except ValueError as why:
        raise click.ClickException(str(why)) from None
    click.echo(rows.write_csv() if shape == "csv" else rows.write_json(), nl=shape == "json")


@attendance.command()
@click.argument("student")
@click.option("--on", type=Day(), required=True)
@click.option("--as-known-on", type=Day())
def why(student: str, on: date, as_known_on: date | None) -> None:
    """Print the days, the rule and the citations behind one STUDENT's numbers on a day."""
    found = Student.objects.filter(key=student).first()
    if found is None:
        raise click.ClickException(
            f"No student has the id {student!r}. `firstbell attendance standings` lists the ids."
        )
    try:
        click.echo(queries.why(found, on, known_at=end_of_day(as_known_on)).as_text())
    except ValueError as no:
        raise click.ClickException(str(no)) from None


@attendance.command()
@click.option("--since", type=Day(), help="Only what was stated on that day or later.")
@click.option("--format", type=click.Choice(["csv"]), default="csv", expose_value=False)
def corrections(since: date | None) -> None:
    """Print what people stated in Firstbell and the student system does not state yet."""
    csv.writer(sys.stdout).writerows(clearing.corrections_csv(EVERYTHING, since))
