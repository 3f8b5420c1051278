"""The command line: the night's finding by hand, and the board in numbers."""

import pytest
from click.testing import CliRunner

from firstbell import cli
from firstbell.cli.console import out

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr(cli, "ready", lambda: None)
    monkeypatch.setattr(out, "_width", 160)

    def call(*words: str):
        return CliRunner().invoke(cli.main, ["recovery", *words])

    return call


def test_find_says_what_it_came_to(run, lost):
    ended = run("find")
    assert ended.exit_code == 0, ended.output
    assert "1 looked for: 0 begun now" in ended.output


def test_the_board_in_numbers(run, lost, district):
    ended = run("board")
    assert ended.exit_code == 0
    assert "School 1" in ended.output
    assert "School 2" not in ended.output
    assert "School 2" in run("board", "--school", "S2").output


def test_an_unknown_school_is_said(run, lost):
    ended = run("board", "--school", "nowhere")
    assert ended.exit_code == 1
    assert "No school has the id 'nowhere'" in ended.output


def test_without_data_it_says_what_to_do(run, db):
    ended = run("find")
    assert ended.exit_code == 1
    assert "Nothing has been imported yet" in ended.output
    assert "Nobody is on the board" in run("board").output
