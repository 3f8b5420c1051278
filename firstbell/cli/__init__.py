"""`firstbell …`: thin commands over the same actions the pages use. Every command readies the database by itself."""

import sys
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from firstbell.site.ready import ready

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Day(click.ParamType):
    name = "YYYY-MM-DD"

    def convert(self, value, param, ctx):
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"expected a date like 2026-05-12, found {value!r}", param, ctx)


@click.group()
def main() -> None:
    """Firstbell: the working system of a Pupil Services and Attendance branch."""
    with _plainly():
        ready()


@main.group()
def imports() -> None:
    """The district's files: preview, apply, list, undo."""


@imports.command()
@click.argument("files", type=click.Path(exists=True, path_type=Path))
@click.option("--strict", is_flag=True, help="Refuse what lenient reading would mend.")
def preview(files: Path, strict: bool) -> None:
    """Say what applying FILES (a folder or zip) would change; change nothing."""
    from firstbell.imports import actions

    with _plainly(), _bar() as progress:
        run = actions.preview(files, by=None, strict=strict, progress=progress)
    _report(run)


@imports.command()
@click.argument("files", type=click.Path(exists=True, path_type=Path))
@click.option("--strict", is_flag=True, help="Refuse what lenient reading would mend.")
@click.option("--accept-surprises", is_flag=True, help="A person has looked: apply in spite of surprises.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def apply(files: Path, strict: bool, accept_surprises: bool, yes: bool) -> None:
    """Apply FILES (a folder or zip), then bring the standings up to date."""
    from firstbell.imports import actions
    from firstbell.imports.models import Run
    from firstbell.site import schedule

    if not yes:
        with _plainly(), _bar() as progress:
            _report(actions.preview(files, by=None, strict=strict, progress=progress))
        click.confirm("Apply this?", abort=True)
    with _plainly(), _bar() as progress:
        run = actions.apply(files, by=None, strict=strict, accept=accept_surprises, progress=progress)
    _report(run)
    if run.state == Run.State.STOPPED:
        err.print(
            "[bold]Stopped for a person: nothing was applied.[/] Look at the surprises above;"
            " if all is well, run again with --accept-surprises."
        )
        sys.exit(3)
    with _plainly():
        schedule.refresh(say=out.print)
    _uncounted(run)


@imports.command()
@click.option("--run", "number", type=int, help="The run to undo; the newest applied one when not given.")
def undo(number: int | None) -> None:
    """Take back the newest applied import; the state before it stands again, and history shows both."""
    from firstbell.imports import actions
    from firstbell.imports.models import Run
    from firstbell.site import schedule

    with _plainly():
        try:
            run = Run.objects.get(pk=number) if number else None
        except Run.DoesNotExist:
            raise click.ClickException(f"There is no run {number}; `firstbell imports runs` lists them.") from None
        try:
            run = actions.undo(run=run, by=None)
        except actions.CannotUndo as why:
            raise click.ClickException(str(why)) from None
    out.print(f"Undone: {run}. The state before it stands again.")
    with _plainly():
        schedule.refresh(say=out.print)


@imports.command()
def runs() -> None:
    """List the import runs, newest first."""
    from firstbell.imports.models import Run

    table = Table("run", "state", "as of", "name", "students", "marks", "surprises")
    for run in Run.objects.all()[:50]:
        tables = run.counts.get("tables", {})
        cells = [
            " ".join(f"{n:+,}" for w, n in tables.get(t, {}).items() if n and w not in ("unchanged", "held")) or "0"
            for t in ("students", "marks")
        ]
        table.add_row(
            str(run.pk),
            run.get_state_display(),
            f"{run.as_of:%Y-%m-%d %H:%M}" if run.as_of else "",
            run.name,
            *cells,
            str(len(run.surprises)),
        )
    out.print(table)


@imports.command()
@click.argument("number", type=int)
def rejects(number: int) -> None:
    """Print the rejected rows of a run as CSV: file, row, column, expected, found, remedy."""
    from firstbell.imports.queries import remarks_csv

    for line in remarks_csv(number, kinds=("rejected", "refused")):
        click.echo(line, nl=False)


@main.group()
def attendance() -> None:
    """Standings, and why a number is what it is."""


@attendance.command()
@click.option("--on", type=Day(), help="The day; the last day the files speak of when not given.")
@click.option("--as-known-on", type=Day(), help="As the district knew it at the end of that day.")
@click.option("--school", help="Only students of the school with this id.")
@click.option("--format", "shape", type=click.Choice(["csv", "json"]), default="csv")
def standings(on: date | None, as_known_on: date | None, school: str | None, shape: str) -> None:
    """Print the standing of every student, one row each."""
    from firstbell.attendance import queries
    from firstbell.roster.queries import newest_arrival

    newest = newest_arrival()
    if newest is None:
        raise click.ClickException(
            "Nothing has been imported yet: `firstbell imports apply FOLDER` brings the files in."
        )
    try:
        rows = queries.standings(on or newest.through, known_at=_end_of(as_known_on), school_key=school)
    except ValueError as why:
        raise click.ClickException(str(why)) from None
    click.echo(rows.write_csv() if shape == "csv" else rows.write_json(), nl=shape == "json")


@attendance.command()
@click.argument("student")
@click.option("--on", type=Day(), required=True)
@click.option("--as-known-on", type=Day())
def why(student: str, on: date, as_known_on: date | None) -> None:
    """Print the days, the rule and the citations behind one STUDENT's numbers on a day."""
    from firstbell.attendance import queries
    from firstbell.roster.models import Student

    found = Student.objects.filter(key=student).first()
    if found is None:
        raise click.ClickException(
            f"No student has the id {student!r}. `firstbell attendance standings` lists the ids."
        )
    try:
        click.echo(queries.why(found, on, known_at=_end_of(as_known_on)).as_text())
    except ValueError as no:
        raise click.ClickException(str(no)) from None


@attendance.command()
@click.option("--since", type=Day(), help="Only what was stated on that day or later.")
@click.option("--format", type=click.Choice(["csv"]), default="csv", expose_value=False)
def corrections(since: date | None) -> None:
    """Print what people stated in Firstbell and the student system does not state yet."""
    import csv

    from firstbell.attendance.queries import clearing
    from firstbell.core.access import EVERYTHING

    csv.writer(sys.stdout).writerows(clearing.corrections_csv(EVERYTHING, since))


@main.group()
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
    from firstbell.practice.replay import replay as live

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


@main.group()
def letters() -> None:
    """What we write to families."""


@letters.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--kind", default="first_truancy", show_default=True, help="What a text is for.")
@click.option("--language", default="en", show_default=True, help="The language of a text.")
@click.option("--on", type=Day(), help="The send date; today when not given.")
def lint(file: Path | None, kind: str, language: str, on: date | None) -> None:
    """Check our own letters, or FILE: a wording file (.toml), or the text of a letter.

    Exit code 1 when there is a complaint. A language that nobody approved yet is named, and is none.
    """
    from firstbell.core import clock
    from firstbell.library.queries import letters as checks

    try:
        told = checks.linted(file, kind=kind, language=language, on=on or clock.today())
    except ValueError as no:
        raise click.ClickException(str(no)) from None
    complaints = 0
    for name, is_approved, found in told:
        complaints += len(found)
        words = f"{len(found)} to mend" if found else "nothing to mend"
        out.print(
            f"[bold]{name}[/]: {words}" + ("" if is_approved else ", needs a person's approval before it is sent")
        )
        for one in found:
            out.print(f"  {one}", markup=False)
    sys.exit(1 if complaints else 0)


@main.group()
def notices() -> None:
    """Letters to families: who is due one, batches, proof."""


@notices.command()
@click.option("--kind", help="Only letters of this kind, such as first_truancy.")
@click.option("--school", help="Only students of the school with this id.")
@click.option("--list", "listing", is_flag=True, help="Name every student, with the reason.")
def due(kind: str | None, school: str | None, listing: bool) -> None:
    """Say which letters families are due, and which of them are held and why."""
    from firstbell.core.access import EVERYTHING
    from firstbell.notices import queries

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
@click.option("--meeting", nargs=3, help="For invitations: YYYY-MM-DD HH:MM PLACE.")
def prepare(kinds, username, school, send_on, channels, meeting) -> None:
    """Prepare a batch of letters of these KINDS: nothing goes out before it is approved."""
    from datetime import time

    from firstbell.core import clock
    from firstbell.core.access import EVERYTHING
    from firstbell.notices import actions, queries

    met = (
        queries.Meeting(date.fromisoformat(meeting[0]), time.fromisoformat(meeting[1]), meeting[2]) if meeting else None
    )
    with _plainly(), _allowed():
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
    from firstbell.notices import actions

    with _plainly(), _allowed():
        batch = actions.approve(batch=_batch(number), by=_user(username))
    out.print(f"Batch {batch.pk}: {batch.get_state_display().lower()}, {batch.approvals.count()} of {batch.needs}.")


@notices.command()
@click.argument("number", type=int)
def issue(number: int) -> None:
    """Issue the approved batch NUMBER; after an interruption the same command goes on where it was."""
    from firstbell.notices import actions

    with _plainly(), _allowed(), _bar() as progress:
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
    from firstbell.notices.queries import sent
    from firstbell.notices.shelf import Damaged

    batch = _batch(number)
    folder.mkdir(parents=True, exist_ok=True)
    with _plainly():
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
    from firstbell.notices import queries
    from firstbell.notices.models import Letter

    letter = Letter.objects.filter(reference=reference).select_related("batch__prepared_by").first()
    if letter is None:
        raise click.ClickException(f"No letter bears the reference {reference!r}; it stands small at its foot.")
    click.echo(queries.as_text(queries.proof(letter)), nl=False)


def _batch(number: int):
    from firstbell.notices.models import Batch

    if found := Batch.objects.filter(pk=number).first():
        return found
    raise click.ClickException(f"There is no batch {number}.")


def _school(key: str | None):
    from firstbell.roster.models import School

    if key is None:
        return None
    if found := School.objects.filter(key=key).first():
        return found
    raise click.ClickException(f"No school has the id {key!r}.")


def _user(username: str):
    from firstbell.core.models import User

    if found := User.objects.filter(username=username, is_active=True).first():
        return found
    raise click.ClickException(f"Nobody signs in as {username!r}.")


@contextmanager
def _allowed():
    """Say plainly why something may not be done."""
    from firstbell.notices.rules import NotAllowed

    try:
        yield
    except NotAllowed as no:
        raise click.ClickException(str(no)) from None


@main.command()
@click.argument("files", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--on", type=Day())
@click.option("--accept-surprises", is_flag=True)
def nightly(files: Path | None, on: date | None, accept_surprises: bool) -> None:
    """The nightly run: import FILES (when given), day book, standings, signs. Safe to repeat after any interruption."""
    from firstbell.site import schedule

    with _plainly(), _bar() as progress:
        run = schedule.nightly(files=files, on=on, accept=accept_surprises, say=out.print, progress=progress)
    if run is not None and run.state == "stopped":
        _report(run)
        sys.exit(3)


@main.command()
@click.option("--students", default=8000, show_default=True, help="How many students the practice district has.")
@click.option("--seed", default=1913, show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--serve/--no-serve", default=True)
def demo(students: int, seed: int, port: int, serve: bool) -> None:
    """Make the practice district, import it for real, and serve it on localhost."""
    from firstbell.site import practice_district

    with _plainly():
        practice_district.make(students=students, seed=seed, say=out.print)
    practice_district.welcome(port, say=out.print)
    if serve:
        _serve(port, demo=True)


@main.command()
@click.option("--port", default=8000, show_default=True)
def serve(port: int) -> None:
    """Serve the pages on localhost, with a worker beside them for what pages ask to be done."""
    _serve(port, demo=False)


@main.command()
@click.option("--beside", type=int, hidden=True, help="End when this process, our parent, has ended.")
def work(beside: int | None) -> None:
    """Do what pages ask for, one job at a time, until stopped; `serve` and `demo` bring a worker of their own."""
    from firstbell.core import jobs

    jobs.work(beside=beside)


def _serve(port: int, *, demo: bool) -> None:
    from firstbell.site import processes

    sys.exit(processes.serve(port=port, demo=demo))


def _end_of(day: date | None):
    from firstbell.core.clock import end_of

    return end_of(day) if day else None


class Refused(click.ClickException):
    exit_code = 2


class _plainly:  # noqa: N801 - reads as a with-statement
    """Turn what lies outside the program (files, disk, database, another run) into a message and exit code 2."""

    def __enter__(self):
        return self

    def __exit__(self, kind, fault, trace) -> None:
        if not isinstance(fault, Exception):
            return
        from firstbell.site.faults import explain

        if message := explain(fault):
            raise Refused(message) from None


def _bar():
    """A progress bar as a callable (step, percent); silent when the output is not a terminal."""

    class Bar:
        def __enter__(self):
            self.progress = Progress(TextColumn("{task.description:<44}"), BarColumn(), TaskProgressColumn(),
                                     TimeElapsedColumn(),
                                     console=err, transient=True, disable=not err.is_terminal)  # fmt: skip
            self.progress.start()
            self.task = self.progress.add_task("", total=100)
            return lambda step, done: self.progress.update(self.task, description=step, completed=done)

        def __exit__(self, *ignored):
            self.progress.stop()

    return Bar()


def _report(run) -> None:
    """What a run did or would do, as a table, then surprises and the remarks grouped by rule."""
    from firstbell.imports.queries import remark_groups, totals

    out.print(
        f"[bold]{run.get_state_display()}[/]: {run.name}, {run.system},"
        f" as of {run.as_of:%Y-%m-%d %H:%M} UTC (run {run.pk})"
    )
    for line in totals(run):
        out.print("  " + line)
    if run.counts.get("tables"):
        table = Table("", "create", "update", "unchanged", "withdraw")
        for name, n in run.counts["tables"].items():
            table.add_row(name, *(f"{n[w]:,}" for w in ("created", "updated", "unchanged", "withdrawn")))
        out.print(table)
        still = ("unchanged", "held")
        if not any(n for tally in run.counts["tables"].values() for word, n in tally.items() if word not in still):
            out.print("No change: the district already stands as these files say.")
    for s in run.surprises:
        out.print(f"[bold]Surprise[/] {s['rule']}: expected {s['expected']}; found {s['found']}. {s['remedy']}")
    for group in remark_groups(run):
        out.print(f"  {group}")


def _uncounted(run) -> None:
    from firstbell.attendance.queries import uncounted_lines

    for line in uncounted_lines(run.year):
        out.print(line)


if __name__ == "__main__":
    main()
