"""Reads over import runs: who is at work, what a run came to, remarks in groups, the CSV people download."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db.models import Count, Min

from firstbell.core import home, lease
from firstbell.core.models import User
from firstbell.core.templatetags.ui import clock, day
from firstbell.imports.models import Remark, Run
from firstbell.imports.reading.remarks import stop
from firstbell.imports.rules import may_be_asked
from firstbell.roster.models import Arrival, Calendar, Contact, School, Student

COLUMNS = ("kind", "file", "row", "column", "rule", "expected", "found", "remedy")
WORDS = (("created", "Create"), ("updated", "Update"), ("unchanged", "Unchanged"), ("withdrawn", "Withdraw"))


def uploads() -> Path:
    """Where uploaded files wait for a person."""
    folder = home.home() / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def files_of(run: Run) -> Path | None:
    """The uploaded files of a run, while they are kept."""
    kept = uploads() / run.upload
    return kept if run.upload and kept.is_file() else None


def kept(run: Run) -> Path:
    """The uploaded files of a run. Raises Unreadable when they are kept no longer."""
    found = files_of(run)
    if found is None:
        stop(run.name, "not-kept", expected="the uploaded files", found="none", remedy="Send them again.")
    return found


def newest_applied() -> Run | None:
    """The only run that can be undone."""
    return Run.objects.filter(state=Run.State.APPLIED).order_by("-arrival_id").first()


def basis() -> int | None:
    """What a preview compares the files with: the newest arrival from files or from an undo."""
    theirs = Arrival.objects.exclude(source=Arrival.Source.FIRSTBELL)
    return theirs.order_by("-pk").values_list("pk", flat=True).first()


def importing() -> str:
    """Who is bringing files in or taking them back, since when, in a sentence; empty when nobody is."""
    run = Run.objects.select_related("asked_by").exclude(task="").order_by("asked_at").first()
    return _sentence(run.asked_by, f"run {run.pk}, {run.name}", run.asked_at) if run else holding()


def holding() -> str:
    """Who holds the lease, the command line and the nightly run included; empty when nobody does."""
    if (held := lease.holder()) is None:
        return ""
    return _sentence(User.objects.filter(pk=held[0]).first(), "an import, an undo or the nightly run", held[1])


def _sentence(who: User | None, what: str, since: datetime) -> str:
    return (
        f"{who or 'The command line'} is at work on {what}, since {day(since)} {clock(since)}."
        " Wait until that has ended, then try again."
    )


def may_be(task: str, run: Run) -> bool:
    """Can this be asked of the run now?"""
    if task == Run.Task.UNDO and run != newest_applied():
        return False
    return not run.task and may_be_asked(task, state=run.state, files_kept=files_of(run) is not None)


def outcome(run: Run) -> tuple[str, str, str]:
    """What came of a run, for the alert on its page: kind, title, text."""
    state = Run.State(run.state)
    who = (
        f"{run.asked_by or run.by or 'the command line'}, {day(run.asked_at or run.at)} {clock(run.asked_at or run.at)}"
    )
    if run.error and state in (Run.State.APPLIED, Run.State.UNDONE):
        return "warning", f"{_TITLES[state]} But the standings were not made anew.", run.error
    if run.error:
        return ("warning" if state == Run.State.PREVIEWED else "error"), _TITLES[state], run.error
    texts = {
        Run.State.APPLIED: f"By {who}.{_standings(run)}",
        Run.State.UNCHANGED: "The district already stood as these files say.",
        Run.State.UNDONE: f"By {who}. The state before it stands again; history keeps both.{_standings(run)}",
        Run.State.STOPPED: "These files differ from the last ones in a way that a person must look at first.",
    }
    kind = "success" if state in (Run.State.APPLIED, Run.State.UNDONE) else "info"
    return kind, _TITLES[state], texts.get(state, "")


def _standings(run: Run) -> str:
    if not (served := run.counts.get("served")):
        return ""
    on = date.fromisoformat(served["on"])
    people = f"{served['students']:,} students, {served['chronic']:,} chronic"
    return f" The standings are as of {on:%A} {on.day} {on:%B}: {people}."


_TITLES = {
    Run.State.RECEIVED: "Received.",
    Run.State.PREVIEWED: "Nothing is applied yet.",
    Run.State.STOPPED: "Nothing was applied.",
    Run.State.APPLIED: "Applied.",
    Run.State.UNCHANGED: "Nothing new.",
    Run.State.UNDONE: "Undone.",
    Run.State.FAILED: "These files could not be taken in. Nothing was changed.",
}


def figures(run: Run) -> list[dict[str, Any]]:
    """Rows over all tables by what becomes of them, for the top of the page."""
    tallies = run.counts.get("tables", {}).values()
    if not tallies:
        return []
    notes = {
        "created": "rows that are new", "updated": "rows that change", "unchanged": "rows that stay as they are",
        "withdrawn": "rows the files no longer state",
    }  # fmt: skip
    ahead = run.state in (Run.State.PREVIEWED, Run.State.STOPPED)
    said = [
        {
            "value": f"{sum(tally[word] for tally in tallies):,}",
            "unit": f"to {verb.lower()}" if ahead and word != "unchanged" else word,
            "note": notes[word],
        }
        for word, verb in WORDS
    ]
    if held := sum(tally.get("held", 0) for tally in tallies):
        note = "rows of days that people decided in Firstbell"
        said.append({"value": f"{held:,}", "unit": "held back", "note": note})
    refused = rejected(run)
    said.append({"value": f"{refused:,}", "unit": "rejected", "note": "rows that cannot be taken in",
                 "tone": "severe" if refused else ""})  # fmt: skip
    return said


def rejected(run: Run) -> int:
    return sum(rows["rejected"] for rows in run.counts.get("rows", {}).values())


def listed(runs: list[Run]) -> list[dict[str, Any]]:
    """Runs for the list: what changed and what was wrong, in a few words each."""
    tones = {"applied": "ok", "failed": "severe", "stopped": "moderate", "previewed": "info", "received": "info"}
    return [
        {
            "run": run,
            "state": f"{run.get_task_display()}: {run.percent} %" if run.task else run.get_state_display(),
            "tone": "info" if run.task else tones.get(run.state, "plain"),
            "changes": _changes(run),
            "problems": ", ".join(
                f"{n:,} {word}" for n, word in ((rejected(run), "rejected"), (len(run.surprises), "to look at")) if n
            ) or ("could not be taken in" if run.state == Run.State.FAILED else run.error[:80]),
        }
        for run in runs
    ]  # fmt: skip


def _changes(run: Run) -> str:
    tallies = run.counts.get("tables", {}).values()
    sums = {word: sum(tally[word] for tally in tallies) for word in ("created", "updated", "withdrawn")}
    return ", ".join(f"{n:,} {word}" for word, n in sums.items() if n) or ("none" if tallies else "")


def totals(run: Run) -> list[str]:
    """What the files hold, in words."""
    tables = run.counts.get("tables", {})
    rows = run.counts.get("rows", {})
    said = {name: sum(n for word, n in tally.items() if word != "withdrawn") for name, tally in tables.items()}
    lines = []
    if said:
        lines.append(
            f"{said['students']:,} students, {said['schools']:,} schools,"
            f" {run.counts['instructional_days']} instructional days, {said['marks']:,} marks"
        )
    lines.append(
        f"{sum(r['read'] for r in rows.values()):,} rows read, {sum(r['rejected'] for r in rows.values()):,} rejected"
    )
    return lines


def remarks_by_rule(run: Run) -> list[dict[str, Any]]:
    """The remarks counted by kind, file and rule, most serious first, with the first row and the remedy."""
    order = {"refused": 0, "rejected": 1, "fixed": 2, "note": 3, "dropped": 4}
    groups = (
        run.remarks.values("kind", "file", "rule")
        .annotate(n=Count("pk"), row=Min("row"), remedy=Min("remedy"))
        .order_by()
    )
    return sorted(groups, key=lambda g: (order.get(g["kind"], 9), g["file"], g["rule"]))


def remark_groups(run: Run) -> list[str]:
    """The same as lines of text."""
    return [
        f"{g['kind']}: {g['file']}, {g['rule']}, {g['n']:,} times" + (f", first in row {g['row']}" if g["row"] else "")
        + ("" if g["kind"] == "dropped" else f". {g['remedy']}")
        for g in remarks_by_rule(run)
    ]  # fmt: skip


def stopper(run: Run) -> Remark | None:
    """The remark that says why the files of a failed run could not be read at all."""
    return run.remarks.filter(kind="refused").first() if run.state == Run.State.FAILED else None


def remarks_csv(run: int, *, kinds: tuple[str, ...]) -> Iterator[str]:
    """The remarks of a run as CSV lines, header first; a cell that a spreadsheet would run is made text."""
    yield _line(COLUMNS)
    for remark in Remark.objects.filter(run=run, kind__in=kinds).order_by("pk").values_list(*COLUMNS).iterator():
        yield _line(remark)


def _line(cells: tuple[object, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([_harmless(str(cell if cell is not None else "")) for cell in cells])
    return line.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in "=+-@\t\r\n＝＋－＠" and cell else cell


TABLES = {
    "years": "School years", "regions": "Regions", "schools": "Schools", "calendars": "Calendars",
    "calendar_days": "Calendar days", "codes": "Attendance codes", "students": "Students", "enrolments": "Enrolments",
    "programs": "Programs", "contacts": "Contacts", "phones": "Phones", "family": "Family ties", "roll": "Roll taken",
    "marks": "Marks",
}  # fmt: skip


def tables(run: Run) -> list[list[str]]:
    """Counts of the tables that change, a row each: its name, then a cell for each of WORDS."""
    tallies = run.counts.get("tables", {})
    return [
        [words, *(f"{tallies[name][word]:,}" for word, _ in WORDS)]
        for name, words in TABLES.items()
        if name in tallies and _moves(tallies[name])
    ]


def still(run: Run) -> str:
    """The tables in which nothing changes, with their rows: `Regions 3, Schools 12`."""
    tallies = run.counts.get("tables", {})
    return ", ".join(
        f"{words} {tallies[name]['unchanged']:,}"
        for name, words in TABLES.items()
        if name in tallies and not _moves(tallies[name])
    )


def _moves(tally: dict[str, int]) -> bool:
    return any(n for word, n in tally.items() if word not in ("unchanged", "held"))


_NAMED = {
    "student_id": (Student, "key"), "contact_id": (Contact, "key"), "calendar_id": (Calendar, "key"),
    "school_id": (School, "name"),
}  # fmt: skip


def samples(run: Run) -> list[list[str]]:
    """Sample differences for the page: table, which row, what changes; with the student system's keys, not ours."""
    found = [(TABLES[table], one) for table, ones in run.samples.items() for one in ones]
    ids: dict[str, set[int]] = {column: set() for column in _NAMED}
    for _, one in found:
        for cells in one.values():
            for column in cells.keys() & ids.keys():
                ids[column].add(cells[column])
    names = {
        column: dict(model.objects.filter(pk__in=ids[column]).values_list("pk", label))
        for column, (model, label) in _NAMED.items()
        if ids[column]
    }

    def said(cells: dict[str, Any], column: str) -> str:
        value = cells[column]
        return "nothing" if value is None else str(names.get(column, {}).get(value, value))

    return [
        [
            table,
            ", ".join(said(one["key"], column) for column in one["key"]),
            "; ".join(
                f"{_words(column)}: {said(one['was'], column)} → {said(one['now'], column)}" for column in one["was"]
            ),
        ]
        for table, one in found
    ]


def _words(column: str) -> str:
    return column.removesuffix("_id").replace("_", " ")
