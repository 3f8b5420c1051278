"""The replay on the real thing: three nights of files, steps taken between them, and a correction that comes late."""

from datetime import date, timedelta

import pytest

from firstbell.cases import actions, queries
from firstbell.cases.models import Ladder, Step
from firstbell.core.models import User
from firstbell.imports import actions as imports
from firstbell.imports.models import Run
from firstbell.roster.models import Student
from firstbell.site import schedule
from tests.imports.extracts import EVENTS, Small

pytestmark = pytest.mark.django_db
THIRD = "2025-09-16"


@pytest.fixture
def night(tmp_path, settings, monkeypatch):
    """`night("2025-09-18", code=…)`: the evening's files, with Maribel's third unexcused day under that code."""
    monkeypatch.setenv("FIRSTBELL_HOME", str(tmp_path))

    def run(day: str, *, code: str = "", more: tuple[str, ...] = ()) -> tuple[Run, list[str]]:
        settings.TODAY = day
        small = Small(as_of=f"{day}T23:00:00Z")
        small.rows[EVENTS] = [row for row in small.rows[EVENTS] if row["eventDate"] <= day]
        if code:
            small.add_mark("2001", "101", THIRD, code)
        for one in more:
            small.add_mark("2001", "101", one, "U")
        said: list[str] = []
        run = schedule.nightly(files=small.write(tmp_path / day), accept=True, say=said.append)
        return run, said

    return run


def test_three_nights_of_files_and_the_step_that_fell_names_its_import(night, settings):
    rosa = User.objects.create(username="rosa")
    night("2025-09-12")
    maribel = Student.objects.get(key="2001")
    assert queries.ladder_of(maribel) is None
    night("2025-09-18", code="U")
    assert Ladder.objects.get(student=maribel).state == "eligible_first"
    settings.TODAY = "2025-09-19"
    for kind in ("report", "notice", "attempt"):
        actions.take_step(student=maribel, kind=kind, on=date(2025, 9, 19), by=rosa)
    third, said = night("2025-09-22", code="E")
    assert third.state == Run.State.APPLIED
    fallen = Step.objects.hollow()
    assert {step.kind for step in fallen} == {"report", "notice", "attempt"}
    assert {step.hollow_arrival for step in fallen} == {third.arrival}
    assert {step.hollow_on for step in fallen} == {date(2025, 9, 22)}
    assert Step.objects.get(kind="report").hollow_lost == [THIRD]
    assert any(line.startswith("ladder") and "3 steps no longer stand" in line for line in said)
    served = Ladder.objects.get(student=maribel)
    assert (served.state, served.occasions, served.hollow_steps, served.rule) == ("hollow", 2, 3, "hollow_step")


def test_undoing_the_import_lets_the_step_stand_again(night, settings):
    night("2025-09-18", code="U")
    maribel = Student.objects.get(key="2001")
    actions.take_step(student=maribel, kind="report", on=date(2025, 9, 18), by=None)
    late, _ = night("2025-09-19", code="E")
    assert Step.objects.hollow().count() == 1
    imports.undo(run=late, by=None)
    schedule.refresh(say=lambda _: None)
    assert Step.objects.get().stands


def test_a_night_without_news_leaves_every_step_as_it_is(night):
    night("2025-09-18", code="U", more=("2025-09-17",))
    maribel = Student.objects.get(key="2001")
    step = actions.take_step(student=maribel, kind="report", on=date(2025, 9, 18), by=None)
    assert len(step.rests_on) == 4
    _, said = night("2025-09-19", code="E", more=("2025-09-17",))
    step.refresh_from_db()
    assert step.stands  # three of the four days it named still count
    assert any("0 steps no longer stand" in line for line in said)
    assert step.on + timedelta(1) == date(2025, 9, 19)
