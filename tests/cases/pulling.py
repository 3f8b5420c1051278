"""Ladders in force, evenings that pull them, and five students with a year each: what trigger tests stand on."""

from datetime import date

import pytest

from firstbell.attendance.actions import rebuild
from firstbell.cases import actions
from firstbell.cases.models import Reached, TriggerLadder
from firstbell.cases.rules.triggers import Rung
from tests.attendance.conftest import YEAR

STORIES = {
    "A": "UU...EE....UU.U..........",
    "B": "U.E.U..U.E...............",
    "C": "EEEEEEEEEEEEEEEEEEEEEEEEE",
    "D": ".........................",
    "E": "..T?..U?.....U.E..U......",
}


@pytest.fixture
def ladder(district, rosa):
    """`ladder(EARLY, …)`: in force at a school from a day on, or everywhere without one."""

    def make(*rungs: Rung, at: int | None = 0, on: date | None = None) -> TriggerLadder:
        school = None if at is None else district.schools[at]
        made = actions.draft_ladder(school=school, by=rosa, rungs=rungs)
        return actions.switch_on(ladder=made, by=rosa, on=on)

    return make


@pytest.fixture
def evening(district, settings):
    """`evening(day, {pupil: code})`: that day's files, the book, and what the night asks for."""

    def run(day: date, said: dict | None = None, schools: dict | None = None) -> actions.Pulled:
        settings.TODAY = day.isoformat()
        district.arrives(day)
        for pupil, code in (said or {}).items():
            if code not in (".", ""):
                minutes = 45 if code == "T" else -1  # an unexcused gap of more than 30 minutes: an occasion
                district.mark(pupil, day, code, minutes=minutes, at=(schools or {}).get(pupil, 0))
        rebuild(YEAR)
        return actions.pull_triggers(year=YEAR)

    return run


@pytest.fixture
def pupils(district):
    return {key: district.student(key) for key in STORIES}


def told() -> set[tuple[int, int, date]]:
    return set(Reached.objects.exclude(task=None).values_list("trigger", "student", "on"))
