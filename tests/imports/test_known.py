"""What was known then is known then, whatever is brought in, taken back and brought in again later."""

from datetime import UTC, date, datetime

import pytest

from firstbell.attendance.queries import standings
from firstbell.imports import actions
from firstbell.imports.models import Run
from tests.imports.extracts import ENROLMENTS, EVENTS, Small
from tests.imports.test_actions import state

pytestmark = pytest.mark.django_db

ON = date(2026, 1, 30)
EVENINGS = ["2026-01-28T23:00:00Z", "2026-01-29T23:00:00Z", "2026-01-30T23:00:00Z"]


@pytest.fixture(autouse=True)
def shelf(tmp_path, monkeypatch):
    """No day book but the test's own."""
    monkeypatch.setenv("FIRSTBELL_HOME", str(tmp_path))


@pytest.fixture
def evenings(tmp_path):
    """Three evenings' files: each corrects, clears and adds marks, and moves a student, in the one before."""
    first, second, third = (Small(as_of=as_of) for as_of in EVENINGS)
    for later in (second, third):
        later.rows[EVENTS].pop(0)
        later.change(EVENTS, "2001", attendanceCode="E").add_mark("2002", "101", "2026-01-29", "U")
        later.change(ENROLMENTS, "2004", exitWithdrawDate="2026-01-15")
    third.rows[EVENTS].pop(0)
    third.add_student("2077", "Amina", "Haile", "2014-03-09", "06", "102").add_mark("2077", "102", "2026-01-29", "U")
    third.change(ENROLMENTS, "2004", exitWithdrawDate="").change(ENROLMENTS, "2005", exitWithdrawDate="2026-01-20")
    return [small.write(tmp_path / f"evening{n}") for n, small in enumerate((first, second, third))]


def known(evening: int) -> list[tuple]:
    """Everyone's standing as it was known a moment after these files spoke."""
    at = datetime.fromisoformat(EVENINGS[evening]).astimezone(UTC).replace(minute=30)
    return standings(ON, known_at=at).rows()


def apply(files) -> Run:
    run = actions.apply(files, by=None, accept=True)
    assert run.state == Run.State.APPLIED
    return run


def test_an_undo_of_later_files_leaves_what_was_known_before(evenings):
    then, stood = [], []
    for number, files in enumerate(evenings):
        apply(files)
        then.append(known(number))
        stood.append(state())
    assert then[0] != then[1] != then[2]
    for undone in (2, 1):
        actions.undo(by=None)
        assert state() == stood[undone - 1]
        for before in range(undone):
            assert known(before) == then[before], f"evening {before} after the undo of evening {undone}"
        assert known(undone) == then[undone - 1], "the evening itself is known as if its files had not come"
    for again in (1, 2):
        apply(evenings[again])
        assert state() == stood[again]
        assert [known(before) for before in range(again + 1)] == then[: again + 1]


def test_every_import_undone_leaves_nothing_standing(evenings):
    for files in evenings:
        apply(files)
    for _ in evenings:
        actions.undo(by=None)
    assert not any(state().values())
    for files in evenings:
        apply(files)
    assert state()["marks"]


def test_files_that_only_know_a_later_day_come_again_after_an_undo(tmp_path):
    """Nothing but the day differs: it must still move on, also the second time."""
    apply(Small(as_of=EVENINGS[0]).write(tmp_path / "a"))
    later = Small(as_of=EVENINGS[1]).write(tmp_path / "b")
    apply(later)
    actions.undo(by=None)
    assert apply(later).arrival.through == date(2026, 1, 29)
    assert actions.apply(later, by=None).state == Run.State.UNCHANGED
