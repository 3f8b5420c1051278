"""The pipeline against a real database: apply, again, undo, preview, surprises, the lock, history."""

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from firstbell.core import lease
from firstbell.imports import actions
from firstbell.imports.models import Run
from firstbell.imports.rules import surprises
from firstbell.roster.kinds import KINDS
from firstbell.roster.models import Change, Mark, Withdrawal
from tests.imports.extracts import Small

pytestmark = pytest.mark.django_db


def state() -> dict[str, list]:
    """What stands now, by natural content: live rows of every table and the marks not withdrawn."""
    found = {}
    with connection.cursor() as cursor:
        for kind in KINDS:
            listed = ", ".join(f'"{c}"' for c in kind.columns)
            cursor.execute(f"select {listed} from {kind.table} where live order by {listed}")
            found[kind.name] = cursor.fetchall()
        cursor.execute(
            "select student_id, school_id, day, period, code_id, minutes, share from mark m where not exists"
            " (select 1 from mark_withdrawal w where w.mark_id = m.id) order by 1, 2, 3, 4, 5"
        )
        found["marks"] = cursor.fetchall()
    return found


def changes(run: Run) -> int:
    return sum(n for tally in run.counts["tables"].values() for word, n in tally.items() if word != "unchanged")


def test_the_same_files_twice_change_nothing(tmp_path):
    files = Small().write(tmp_path / "a")
    first = actions.apply(files, by=None)
    assert first.state == Run.State.APPLIED
    assert changes(first) > 0
    before = state()
    second = actions.apply(files, by=None)
    assert (second.state, changes(second)) == (Run.State.UNCHANGED, 0)
    assert state() == before
    assert before["students"]


def test_undo_restores_the_state_before_and_keeps_the_history(tmp_path):
    actions.apply(Small().write(tmp_path / "a"), by=None)
    before, marks = state(), Mark.objects.count()
    later = Small()
    later.as_of = "2026-05-13T23:30:00Z" if not hasattr(later, "as_of") else later.as_of
    removed = later.remove("studentSchoolAttendanceEvents.csv")
    actions.apply((removed or later).write(tmp_path / "b"), by=None, accept=True)
    assert state()["marks"] != before["marks"]
    actions.undo(by=None)
    assert state() == before
    assert Mark.objects.count() > marks
    assert Withdrawal.objects.exists()


def test_undo_of_the_first_import_leaves_nothing_and_it_can_come_again(tmp_path):
    files = Small().write(tmp_path / "a")
    actions.apply(files, by=None)
    full = state()
    actions.undo(by=None)
    assert not any(state().values())
    assert Change.objects.exists()
    assert actions.apply(files, by=None).state == Run.State.APPLIED
    assert state()["marks"] == full["marks"]
    with pytest.raises(actions.CannotUndo, match="newest"):
        actions.undo(run=Run.objects.order_by("pk").first(), by=None)


def test_a_preview_counts_what_the_apply_does_and_changes_nothing(tmp_path):
    files = Small().write(tmp_path / "a")
    shown = actions.preview(files, by=None)
    assert not any(state().values())
    assert shown.state == Run.State.PREVIEWED
    assert shown.counts["tables"] == actions.apply(files, by=None).counts["tables"]


def test_nothing_to_undo_says_so():
    with pytest.raises(actions.CannotUndo, match="no applied import"):
        actions.undo(by=None)


def test_a_second_import_meanwhile_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(lease, "SHORTLY", 0)
    files = Small().write(tmp_path / "a")
    told = connection.get_connection_params()
    told = {k: v for k, v in told.items() if k in ("dbname", "host", "port", "user", "password")}
    with psycopg.connect(**told) as other:
        other.execute("select pg_advisory_lock(%s)", [lease.KEY])
        with pytest.raises(actions.Busy, match="Another import"):
            actions.apply(files, by=None)
    assert not Run.objects.exists()


@pytest.mark.parametrize("table", ["mark", "roster_change", "mark_withdrawal"])
def test_history_is_append_only(tmp_path, table):
    actions.apply(Small().write(tmp_path / "a"), by=None)
    actions.undo(by=None)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"delete from {table}")


CALM = {
    "students": 95, "students_before": 100, "new_schools": [], "schools_before": 3,
    "as_of": datetime(2026, 5, 12, tzinfo=UTC), "last_as_of": datetime(2026, 5, 11, tzinfo=UTC),
    "now": datetime(2026, 5, 12, 12, tzinfo=UTC), "year": 2026, "year_of_as_of": 2026,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({}, []),
        ({"students": 94}, ["fewer-students"]),
        ({"students": 0, "students_before": 0}, []),
        ({"new_schools": ["X"]}, ["unknown-school"]),
        ({"new_schools": ["X"], "schools_before": 0}, []),
        ({"last_as_of": datetime(2026, 5, 13, tzinfo=UTC)}, ["older-than-last"]),
        ({"now": datetime(2026, 5, 11, tzinfo=UTC)}, ["from-the-future"]),
        ({"year": 2024}, ["year-mismatch"]),
        ({"year": 2025}, []),
    ],
)
def test_surprises(change, rules):
    assert [found.rule for found in surprises(**{**CALM, **change})] == rules
