"""The tiny district of cases' tests, with a plan somebody could write and a way to stand on another day."""

from datetime import date, timedelta

import pytest

from firstbell.supports import actions
from firstbell.supports.rules import Draft, Promise
from tests.attendance.conftest import DAYS
from tests.cases.conftest import absences, correct, district, night, rosa, shelf, sign_in, today, truant

__all__ = ["absences", "correct", "district", "night", "rosa", "shelf", "sign_in", "today", "truant"]
PROMISES = (
    Promise("family", "Phone off at ten", "Mrs. Baptiste", DAYS[-1]),
    Promise("student", "Alarm at 6:40", "Noor"),
    Promise("school", "Breakfast is kept warm until 8:15", "Mr. Ochoa", DAYS[-1] + timedelta(7)),
)


def draft(**more) -> Draft:
    told = {
        "strengths": "Draws, and looks after the garden.", "barriers": ("sleep", "food"),
        "asked_for": "That somebody calls by nine.", "goal_days": 2, "goal_of": 20,
        "review_on": DAYS[-1] + timedelta(21), "agreed_by": "Noor, Mrs. Baptiste, Rosa Diaz", "promises": PROMISES,
    }  # fmt: skip
    return Draft(**(told | more))


@pytest.fixture
def stand_on(settings):
    """`stand_on(11)`: it is the twelfth school day of the tests' year."""

    def run(n: int) -> date:
        settings.TODAY = DAYS[n].isoformat()
        return DAYS[n]

    return run


@pytest.fixture
def plan(truant, rosa):
    """The truant's plan, written by Rosa on the last day."""
    return actions.write_plan(student=truant, draft=draft(), by=rosa)


@pytest.fixture
def group(district, rosa, stand_on):
    """A group of the first school that Rosa leads, from the twelfth day on."""
    on = stand_on(11)
    made = actions.start_group(
        school=district.schools[0], name="Mornings", practice="school-refusal-cbt", goal="Through the door by eight",
        begins_on=on, by=rosa,
    )  # fmt: skip
    stand_on(-1)
    return made


@pytest.fixture
def members(group, district, rosa):
    """`members(3)`: so many students who joined when the group began."""

    def run(count: int):
        found = []
        for n in range(count):
            pupil = district.student(f"G-{n}")
            pupil.given, pupil.family = f"Ada{n}", f"Okoye{n}"
            pupil.save(update_fields=["given", "family"])
            found.append(actions.add_member(group=group, student=pupil, by=rosa, begins_on=group.begins_on))
        return found

    return run
