"""Letters to families: who is due one, batches, proof."""

from contextlib import contextmanager
from datetime import time
from pathlib import Path

import click
from rich.table import Table

from firstbell.cli.console import Day, bar, out, plainly
from firstbell.core import clock
from firstbell.core.access import EVERYTHING
from firstbell.core.models import User
from firstbell.notices import actions, queries
from firstbell.notices.models import Batch, Letter
from firstbell.notices.queries import sent
from firstbell.notices.rules import NotAllowed
from firstbell.notices.shelf import Damaged
from firstbell.roster.models import School


class Clock(click.ParamType):
    name = "HH:MM"

    def convert(self, value, param, ctx):
        if isinstance(value, time):
            return value
        try:
            return time.fromisoformat(value)
        except ValueError:
            self.fail(f"expected a time like 15:30, found {value!r}", param, ctx)


@click.group()
def notices() -> None:
    """Letters to families: who is due one, batches, proof."""


@notices.command()
@click.option("--kind", help="Only letters of this kind, such as first_truancy.")
@click.option("--school", help="Only students of the school with this id.")
@click.option("--list", "listing", is_flag=True, help="Name every student, with the reason.")
def due(kind: str | None, school: str | None, listing: bool) -> None:
    """Say which letters families are due, and which of them are held and why."""
    where = _school(school)
    found = queries.listed(EVERYTHING, kind or "", str(where.pk) if where else "")
    if listing:
        for one in found:
            why = " ".join(sentence for _, sentence in (one.held or one.reasons)[:1])
            out.print(f"{one.student.key}  {one.get_kind_display()}  {one.get_state_display()}: {why} {one.remedy}")
        return
    table = Table("letter", "can go out", "held")
    for row in queries.counts(EVERYTHING, str(where.pk) if where else ""):
        table.add_row(row.kind, f"{row.ready:,}", f"{row.held:,}")
    out.print(table)


@notices.command()
@click.argument("kinds", nargs=-1, required=True)
@click.option("--by", "username", required=True, help="Who prepares it.")
@click.option("--school", help="Only the school with this id; the whole district when not given.")
@click.option("--send-on", type=Day(), help="The day the letters bear; today when not given.")
@click.option("--channel", "channels", multiple=True, default=["print"], type=click.Choice(["print", "email", "text"]))
@click.option("--meeting", nargs=3, type=(Day(), Clock(), str), help="For invitations: YYYY-MM-DD HH:MM PLACE.")
def prepare(kinds, username, school, send_on, channels, meeting) -> None:
    """Prepare a batch of letters of these KINDS: nothing goes out before it is approved."""
    met = queries.Meeting(*meeting) if meeting else None
    with plainly(), _allowed():
        batch = actions.prepare(
            scope=EVERYTHING, kinds=kinds, send_on=send_on or clock.today(), by=_user(username), school=_school(school),
            channels=channels, meeting=met,
        )  # fmt: skip
    held = queries.summary(batch)
    out.print(f"Batch {batch.pk}: {held.letters:,} letters about {held.students:,} students, {batch.needs} to approve.")
    for sentence, remedy, number, _ in held.left:
        out.print(f"  {number:,} left out: {sentence} {remedy}")


@notices.command()
@click.argument("number", type=int)
@click.option("--by", "username", required=True, help="Who looked at it and approves.")
def approve(number: int, username: str) -> None:
    """Approve batch NUMBER as the person named."""
    with plainly(), _allowed():
        batch = actions.approve(batch=_batch(number), by=_user(username))
    out.print(f"Batch {batch.pk}: {batch.get_state_display().lower()}, {batch.approvals.count()} of {batch.needs}.")


@notices.command()
@click.argument("number", type=int)
def issue(number: int) -> None:
    """Issue the approved batch NUMBER; after an interruption the same command goes on where it was."""
    with plainly(), _allowed(), bar() as progress:
        batch = actions.issue(
            batch=_batch(number).pk, progress=lambda done, whole: progress("Letters", 100 * done // max(whole, 1))
        )
    letters = batch.letters.exclude(pdf_sha256="").count()
    out.print(f"Batch {batch.pk}: {batch.get_state_display().lower()}, {letters:,} letters.")


@notices.command("print")
@click.argument("number", type=int)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def print_run(number: int, folder: Path) -> None:
    """Write the print files and the mail merge of batch NUMBER into FOLDER."""
    batch = _batch(number)
    folder.mkdir(parents=True, exist_ok=True)
    with plainly():
        for part in range(1, sent.parts(batch) + 1):
            try:
                run, letters = sent.print_run(batch, part)
            except Damaged as why:
                raise click.ClickException(str(why)) from None
            (folder / f"batch-{number}-{part}.pdf").write_bytes(run)
            out.print(f"batch-{number}-{part}.pdf: {len(letters):,} letters")
        lines = sent.mail_merge(sent.letters_in(batch).select_related("school"))
        (folder / f"batch-{number}.csv").write_text("".join(lines), newline="")


@notices.command()
@click.argument("reference")
def proof(reference: str) -> None:
    """Print everything there is to show of the letter with this REFERENCE."""
    letter = Letter.objects.filter(reference=reference).select_related("batch__prepared_by").first()
    if letter is None:
        raise click.ClickException(f"No letter bears the reference {reference!r}; it stands small at its foot.")
    click.echo(queries.as_text(queries.proof(letter)), nl=False)


def _batch(number: int):
    if found := Batch.objects.filter(pk=number).first():
        return found
    raise click.ClickException(f"There is no batch {number}.")


def _school(key: str | None):
    if key is None:
        return None
    if found := School.objects.filter(key=key).first():
        return found
    raise click.ClickException(f"No school has the id {key!r}.")


def _user(username: str):
    if found := User.objects.filter(username=username, is_active=True).first():
        return found
    raise click.ClickException(f"Nobody signs in as {username!r}.")


@contextmanager
def _allowed():
    """Say plainly why something may not be done."""
    try:
        yield
    except NotAllowed as no:
        raise click.ClickException(str(no)) from None
