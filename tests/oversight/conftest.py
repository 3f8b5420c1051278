"""The tiny district with a region: its Field Coordinator, a director, two counselors, and students they answer for."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from firstbell.attendance.models import Standing
from firstbell.cases import actions as cases
from firstbell.core.models import User
from firstbell.roster.models import Student
from firstbell.staffing.queries import scope_of
from tests.attendance.conftest import DAYS
from tests.cases.conftest import absences, correct, district, night, rosa, shelf, sign_in, take, today, truant
from tests.panels.conftest import counselor, day, ines, marisa, referral, region, sarb, somebody, sspt

__all__ = [
    "absences", "correct", "counselor", "day", "district", "ines", "marisa", "night", "referral", "region", "rosa",
    "sarb", "shelf", "sign_in", "sspt", "take", "today", "truant",
]  # fmt: skip


@pytest.fixture
def hugo(district, region) -> User:
    """The other school's counselor, of the same region."""
    return somebody("hugo.petrosyan", "counselor", school=district.schools[1])


@pytest.fixture
def samir(region) -> User:
    """The director, who sees the whole district."""
    return somebody("samir.haddad", "director")


@pytest.fixture
def elsewhere(district) -> User:
    """A Field Coordinator of another region."""
    from firstbell.roster.models import Region

    return somebody(
        "wanda.orlow", "coordinator", region=Region.objects.create(key="R2", name="South", arrival=district.arrival)
    )


@pytest.fixture
def scope(today):
    """`scope(marisa)`: what somebody may see today."""
    return lambda user: scope_of(user, today)


@pytest.fixture
def pupil(district):
    """`pupil("P-2")`: a student, with the figures of a standing where any are named."""

    def run(key: str, *, at: int = 0, **figures) -> Student:
        made = district.student(key, at=at)
        if figures:
            stand(made, **figures)
        return made

    return run


def stand(student: Student, **figures) -> Standing:
    """A row of the standings, with nothing missed but what is named."""
    usual = {
        "school": student.school, "grade": "05", "enrolled": 60, "absent": 0, "excused": 0, "unexcused": 0,
        "suspended": 0, "unverified": 0, "study_undone": 0, "occasions": 0, "partial": 0, "half_days": 0, "streak": 0,
        "last20": 0, "before20": 0, "can_miss": 9, "chronic": False, "national_band": "satisfactory",
        "district_band": "proficient", "weeks": [90] * 10,
    }  # fmt: skip
    return Standing.objects.create(student=student, **(usual | figures))


@pytest.fixture
def caseload(pupil, counselor):
    """Seven open cases that Rosa answers for, each with one contact."""
    made = []
    for number in range(1, 8):
        who = pupil(f"C-{number}", absent=10, national_band="moderate")
        made.append(cases.open_case(student=who, by=counselor, lead=counselor, tier=2))
        contact(who, counselor)
    return made


def contact(student: Student, by: User, *, on: date | None = None, outcome: str = "reached", **more):
    words = {"said": f"Spoke about the mornings, {student.key}.", "on": on or DAYS[-1]} | more
    return cases.log(key=uuid4(), student=student, kind="call", outcome=outcome, by=by, **words)


def body(answer) -> str:
    return " ".join(answer.content.decode().split())


def days(number: int) -> timedelta:
    return timedelta(number)
