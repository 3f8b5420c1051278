"""The command line: the counselors of a day, and whose papers end."""

import pytest
from click.testing import CliRunner

from firstbell import cli
from firstbell.cli.console import out
from firstbell.staffing.actions import assign
from tests.staffing.conftest import TODAY, YEAR, papers, somebody


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr(cli, "ready", lambda: None)
    monkeypatch.setattr(out, "_width", 200)

    def call(*words: str) -> str:
        ended = CliRunner().invoke(cli.main, ["staffing", *words])
        assert ended.exit_code == 0, ended.output
        return ended.output

    return call


def test_the_counselors_of_a_day(run, noor, town):
    assert "Nobody." in run("people")
    hugo = somebody("Hugo Petrosyan")
    papers(hugo, noor, cwa=TODAY.replace(month=12))
    assign(
        user=hugo, role="counselor", school=town.maple, by=noor, begins=YEAR[0], ends=YEAR[1], week=[450, 0, 0, 0, 0]
    )
    told = run("people", "--papers", "soon")
    for words in ("Hugo Petrosyan", "Maple School", "7.5", "ends in 91 days, on December 14, 2026"):
        assert words in told
    assert "Nobody." in run("people", "--papers", "missing")
    assert "ended on December 14, 2026" in run("people", "--on", "2027-02-01")
