"""What lies outside the program is said plainly, with exit code 2; our own faults keep their trace."""

import errno
from collections import namedtuple

import psycopg
import pytest
from click.testing import CliRunner
from django.db import OperationalError

from firstbell import cli
from firstbell.core.lease import Busy
from firstbell.site import faults

Usage = namedtuple("Usage", "total used free")
NO_ROOM = "could not extend file: No space left on device"


def caused(by: Exception, *, seen: Exception) -> Exception:
    seen.__cause__ = by
    return seen


@pytest.fixture(autouse=True)
def disk(monkeypatch, tmp_path):
    """A state folder on a disk with three megabytes left."""
    monkeypatch.setenv("FIRSTBELL_HOME", str(tmp_path))
    monkeypatch.setattr(faults.shutil, "disk_usage", lambda path: Usage(2**30, 2**30, 3 * 2**20))
    return tmp_path


@pytest.mark.parametrize(
    "fault",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        OSError("388788 requested and 335744 written"),
        caused(psycopg.errors.DiskFull(NO_ROOM), seen=OperationalError(NO_ROOM)),
        caused(OSError(errno.ENOSPC, "No space"), seen=ValueError("could not write the book")),
        OperationalError("server closed the connection unexpectedly"),
        RuntimeError("the embedded PostgreSQL in /x did not start: FATAL"),
    ],
)
def test_a_full_disk_is_said_with_its_place_and_the_remedy(fault, disk):
    said = faults.explain(fault)
    assert said.startswith("The disk is full.")
    assert f"the state folder {disk} has 3 MB left" in said
    assert "Make room, then run the same command again" in said


def test_with_room_it_is_the_database_that_does_not_answer(monkeypatch):
    monkeypatch.setattr(faults.shutil, "disk_usage", lambda path: Usage(2**40, 0, 2**40))
    said = faults.explain(OperationalError("connection refused"))
    assert said.startswith("The database does not answer.")
    assert "connection refused" in said


@pytest.mark.parametrize("fault", [ValueError("ours"), OSError(errno.EACCES, "no"), KeyError("ours")])
def test_our_own_faults_are_not_explained_away(fault):
    assert faults.explain(fault) is None


@pytest.mark.parametrize(
    ("fault", "code"),
    [(Busy("Another import is at work."), 2), (OSError(errno.ENOSPC, "No space"), 2), (KeyError(1), 1)],
)
def test_the_command_ends_with_its_code(monkeypatch, tmp_path, fault, code):
    def fails(**_):
        raise fault

    monkeypatch.setattr(cli, "ready", lambda: None)
    monkeypatch.setattr("firstbell.site.schedule.nightly", fails)
    ended = CliRunner().invoke(cli.main, ["nightly"])
    assert ended.exit_code == code
    assert ("Error: " in ended.output) == (code == 2)
