"""The practice district's past: steps that people really took, and some that tonight's corrections undo."""

from datetime import date

import pytest

from firstbell.cases.models import Ladder, Step
from firstbell.core.models import JournalLine
from firstbell.practice import Plan, corrected
from firstbell.roster.models import Arrival, Student
from firstbell.site import practice_district, practice_history


@pytest.mark.slow
def test_the_demo_shows_ladders_solid_hollow_and_missing(db, tmp_path, monkeypatch, settings):
    monkeypatch.setenv("FIRSTBELL_HOME", str(tmp_path))
    said: list[str] = []
    practice_district.make(students=900, seed=1913, say=said.append)
    steps = list(Step.objects.select_related("by", "student", "hollow_arrival"))
    assert len(steps) > 30
    assert all(step.on < date(2026, 5, 12) and step.by is not None for step in steps)
    assert JournalLine.objects.filter(verb="cases.step_taken").count() == len(steps)
    hollow = [step for step in steps if not step.stands]
    assert hollow
    assert {step.hollow_arrival for step in hollow} == {Arrival.objects.latest("pk")}
    assert {step.hollow_on for step in hollow} == {date(2026, 5, 12)}
    states = set(Ladder.objects.values_list("state", flat=True))
    assert {"eligible_first", "eligible_next", "hollow", "notified"} <= states
    assert any("steps of the truancy process" in line for line in said)
    practice_district.make(students=900, seed=1913, say=lambda _: None)
    assert Step.objects.count() == len(steps) == practice_history.live(Plan(students=900)) + len(steps)
    keys = set(Student.objects.values_list("key", flat=True))
    undone = corrected(Plan(students=900), date(2026, 5, 12))
    assert {key for key, _ in undone} <= keys
    assert {step.student.key for step in hollow} <= {key for key, _ in undone}
    assert {day for step in hollow for day in step.hollow_lost} <= {day.isoformat() for _, day in undone}


@pytest.mark.parametrize(("corrected_on", "three"), [(1, [1, 2, 3]), (2, [1, 2, 3]), (4, [2, 3, 4]), (8, [4, 5, 8])])
def test_the_report_that_falls_names_the_corrected_day(corrected_on, three):
    days = [date(2025, 9, day) for day in (1, 2, 3, 4, 5, 8)]
    assert [day.day for day in practice_history._three(days, date(2025, 9, corrected_on))] == three


@pytest.mark.parametrize(
    ("kinds", "days", "dated"),
    [
        ("report", [1, 2, 3], [("report", 4)]),
        ("report notice", [1, 2, 3], [("report", 4), ("notice", 8)]),  # the sixth and seventh are a weekend
        ("report report", [1, 2, 3], [("report", 4)]),
        ("report report", [1, 2, 3, 12], [("report", 4), ("report", 15)]),
        ("report attempt report", [1, 2, 3, 5], [("report", 4), ("attempt", 8), ("report", 9)]),
        ("report", [1, 2], []),
    ],
)
def test_each_step_of_a_story_has_its_working_day(kinds, days, dated):
    """Days of September 2025, which began on a Monday."""
    found = practice_history._dated(kinds.split(), [date(2025, 9, day) for day in days])
    assert [(kind, on.day) for kind, on in found] == dated
