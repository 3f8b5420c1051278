"""`firstbell oversight simulate`: it prints what it found, and its exit code says whether the view is fair."""

from click.testing import CliRunner

from firstbell.cli import main
from firstbell.oversight.rules.simulate import Group, Simulated


def test_it_prints_the_figures_and_is_sound(db):
    told = CliRunner().invoke(main, ["oversight", "simulate", "--seed", "11", "--rounds", "6"])
    assert told.exit_code == 0, told.output
    said = " ".join(told.output.split())
    for words in ("honest", "log-stuffer", "cherry-picker", "of 95 % hold the truth", "“cannot tell”", "seed 11"):
        assert words in said
    assert said.count("0 of ") >= 2


def test_the_same_seed_says_the_same(db):
    run = ["oversight", "simulate", "--seed", "3", "--rounds", "1"]
    assert CliRunner().invoke(main, run).output == CliRunner().invoke(main, run).output


def test_it_ends_with_one_where_somebody_rises(db, monkeypatch):
    groups = (Group("honest", 40, 2, 2, 0.1, 1, 0), Group("log-stuffer", 40, 9, 2, 0.2, 0.3, 5))
    unfair = Simulated(groups, 1000, 950, 1000, 1000)
    monkeypatch.setattr("firstbell.cli.oversight.simulated", lambda seed, rounds: unfair)
    told = CliRunner().invoke(main, ["oversight", "simulate"])
    assert told.exit_code == 1
    assert "5 of 40 log-stuffers are shown higher" in " ".join(told.output.split())
