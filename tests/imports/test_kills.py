"""A kill -9 at any moment leaves the old state or the new, and a plain re-run ends in the new."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings

from tests.imports.extracts import EVENTS, Small
from tests.imports.killing import BETWEEN, CHECKOUT, FACTS, KILLED, SERVED, dump, run, sound_books

pytestmark = pytest.mark.slow

KILLS = ("read 1", "receive 4", "receive_marks 1", "record 1", "publish 1", "swap 1")
"""Where each of six runs in a row is killed: every one but the first is also the plain re-run after a kill."""


State = tuple[dict[str, str], dict[str, str]]


class Place:
    """A database of its own on the tests' server, with a state folder of its own."""

    def __init__(self, home: Path, name: str):
        self.home, self.name = home, f"kills_{os.getpid()}_{name}"
        self.database = _address(self.name)
        self.env = os.environ | {"FIRSTBELL_HOME": str(home), "DATABASE_URL": self.database}

    def __enter__(self) -> "Place":
        self.home.mkdir()
        _on_server(f"create database {self.name}")
        return self

    def __exit__(self, *fault: object) -> None:
        _on_server(f"drop database {self.name} with (force)")

    def become(self, other: "Place") -> None:
        """A copy of another place."""
        _on_server(f"drop database {self.name}", f"create database {self.name} template {other.name}")
        shutil.copytree(other.home, self.home, dirs_exist_ok=True)

    def stands(self) -> State:
        """What the import writes, and what is served: two things that each change at once."""
        return dump(self.database, FACTS), dump(self.database, SERVED)


def _on_server(*commands: str) -> None:
    with psycopg.connect(_address("postgres"), autocommit=True) as server:
        for command in commands:
            server.execute(command)


def _address(database: str) -> str:
    told = {name: quote(settings.DATABASES["default"][name], safe="") for name in ("USER", "PASSWORD", "HOST")}
    return f"postgresql://{told['USER']}:{told['PASSWORD']}@/{database}?host={told['HOST']}"


@dataclass(frozen=True)
class Night:
    """Yesterday's district, today's files, and what stands before, once they are in, and once they are served."""

    place: Place
    files: str
    old: State
    between: State
    new: State


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    folder = tmp_path_factory.mktemp("night")
    yesterday = Small(as_of="2026-01-29T18:00:00Z").write(folder / "yesterday")
    today = Small(as_of="2026-01-30T18:00:00Z").change("users.csv", "2001", familyName="Ortega-Lindqvist")
    today.add_student("2077", "Amina", "Haile", "2014-03-09", "06", "102").add_mark("2077", "102", "2026-01-29", "U")
    today.rows[EVENTS].pop(0)
    files = str(today.write(folder / "today"))
    with Place(folder / "old", "old") as place, Place(folder / "new", "new") as other:
        assert run("nightly", str(yesterday), env=place.env).code == 0
        other.become(place)
        assert run("nightly", files, env=other.env, kill_at=BETWEEN).code == KILLED
        between = other.stands()
        other.become(place)
        assert run("nightly", files, env=other.env).code == 0
        yield Night(place, files, place.stands(), between, other.stands())


@pytest.fixture
def place(night, tmp_path):
    with Place(tmp_path / "here", "here") as here:
        here.become(night.place)
        yield here


def test_killed_anywhere_it_stands_as_before_or_after_and_runs_again(night, place):
    assert night.between[0] != night.old[0]
    assert night.between[1] == night.old[1] != night.new[1]
    whole = [night.old, night.between, night.new]
    reached = 0
    for step in KILLS:
        ended = run("nightly", night.files, env=place.env, kill_at=step)
        assert ended.code == KILLED, ended.said
        now = place.stands()
        assert now in whole[reached:], f"torn by a kill in {step}"
        reached = whole.index(now)
        assert len(sound_books(place.home / "facts")) == 1
    assert now == night.between, "the last kills fall after the import and before the served tables"
    assert run("nightly", night.files, env=place.env).code == 0
    assert place.stands() == night.new
    assert list((place.home / "facts").glob("*.tmp")) == []


def test_two_at_once_end_whole_and_one_may_be_refused(night, place):
    command = [sys.executable, "-m", "firstbell.cli", "nightly", night.files]
    told = {"cwd": CHECKOUT, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    both = [subprocess.Popen(command, env=place.env, **told) for _ in range(2)]
    ended = [(child.communicate()[0], child.returncode) for child in both]
    assert {code for _, code in ended} in ({0}, {0, 2})
    assert all("Another import" in said for said, code in ended if code)
    assert place.stands() == night.new
