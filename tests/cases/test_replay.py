"""The simulator's figures equal what the ladders then do, on replayed years. `benchmarks.replay` lives whole ones."""

import pytest

from firstbell.cases import actions
from firstbell.cases.models import Reached, Task
from firstbell.cases.queries import simulator
from firstbell.practice import Plan
from tests.cases.replaying import YEAR, Replay

pytestmark = pytest.mark.django_db
NOW_AND_THEN = [3, 9, 16, 17, 25, 33, 47, 61, 80]
"""School nights on which files came; on the others nobody sent any."""


@pytest.fixture
def replay(tmp_path, monkeypatch, settings):
    monkeypatch.setenv("FIRSTBELL_HOME", str(tmp_path))

    def begun(**plan) -> Replay:
        made = Replay(Plan(students=120, schools=6, **plan), tmp_path / "files")
        settings.TODAY = made.nights[0].isoformat()
        made.begin()
        return made

    return begun


def test_half_a_year_with_late_corrections(replay):
    """Whom, when and how many a week, and every task asked, joined or dropped, on each evening."""
    year = replay(seed=4)
    for place in NOW_AND_THEN:
        assert year.evening(year.nights[place]).wrong == []
    told = sum((one.told for one in year.evenings), year.evenings[0].told.copy())
    assert min(told[what] for what in ("reached", "asked", "joined")) > 3
    assert told["dropped"] > 0
    assert year.evenings[-1].standing < told["reached"]  # corrections took some of them back
    assert actions.pull_triggers(year=YEAR) == actions.Pulled()  # the same night adds nothing


def test_weeks_in_which_every_mark_was_right_at_once(replay):
    """Then the whole year's figures are those of the nights: tasks and minutes of every week."""
    year = replay(seed=11, settled=True)
    for on in year.nights[1:13]:
        assert year.evening(on).wrong == []
    assert year.weeks() == year.weeks_asked()
    said = [simulator.simulate(made.rungs, school, YEAR) for school, made, _ in year.ladders]
    assert sum(one.tasks for one in said) == Task.objects.filter(source="trigger").count() > 20
    assert sum(one.reached for one in said) == Reached.objects.exclude(task=None).count()
    assert sum(one.joined for one in said) == sum(one.told["joined"] for one in year.evenings) > 0
    assert not any(one.told["dropped"] for one in year.evenings)
