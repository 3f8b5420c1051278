"""Reads over import runs: totals, remarks in groups, the CSV people download."""

import csv
import io
from collections.abc import Iterator

from django.db.models import Count, Min

from firstbell.imports.models import Remark, Run

COLUMNS = ("kind", "file", "row", "column", "rule", "expected", "found", "remedy")


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


def remark_groups(run: Run) -> list[str]:
    """The remarks, a line for each file, kind and rule, most serious first."""
    order = {"refused": 0, "rejected": 1, "fixed": 2, "note": 3, "dropped": 4}
    groups = (
        run.remarks.values("kind", "file", "rule")
        .annotate(n=Count("pk"), row=Min("row"), remedy=Min("remedy"))
        .order_by()
    )
    return [
        f"{g['kind']}: {g['file']}, {g['rule']}, {g['n']:,} times" + (f", first in row {g['row']}" if g["row"] else "")
        + ("" if g["kind"] == "dropped" else f". {g['remedy']}")
        for g in sorted(groups, key=lambda g: (order.get(g["kind"], 9), g["file"], g["rule"]))
    ]  # fmt: skip


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


def tables(run: Run) -> list[list[str]]:
    """Counts for the page, a row a table: name, create, update, unchanged, withdraw."""
    words = ("created", "updated", "unchanged", "withdrawn")
    return [[name, *(f"{tally[word]:,}" for word in words)] for name, tally in run.counts.get("tables", {}).items()]


def samples(run: Run) -> list[list[str]]:
    """Sample differences for the page: table, which row, what changes."""
    return [
        [name, ", ".join(str(v) for v in one["key"].values()),
         _differences(one)]
        for name, found in run.samples.items() for one in found
    ]  # fmt: skip


def _differences(one: dict[str, dict[str, object]]) -> str:
    return "; ".join(
        f"{name}: {'nothing' if was is None else was} → {one['now'][name]}" for name, was in one["was"].items()
    )
