"""Occasions straight from the day book, against the day by day account of each student."""

from datetime import date

import polars as pl
import pytest

from firstbell.attendance.actions import rebuild
from firstbell.attendance.queries import occasions, provisional, year_of
from firstbell.law.days import Day
from firstbell.roster.models import Student
from tests.attendance.conftest import DAYS, YEAR, known

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(district, absences):
    """Six students, each with something of their own."""
    district.arrives(DAYS[-1])
    plain, young, unborn, moved, both = (
        district.student("plain"), district.student("young", born=date(2019, 9, 5)),
        district.student("unborn", born=None),
        district.student("moved"), district.student("both"),
    )  # fmt: skip
    district.student("quiet")
    absences(plain, "UE?UT")
    district.mark(plain, DAYS[10], "T", minutes=31)
    district.mark(plain, DAYS[11], "T", minutes=30)
    absences(young, "UUUUUUUU")  # six years old on the fifth of these days
    absences(unborn, "UUU")
    district.enrol(both, entry=DAYS[0], at=1)
    district.mark(both, DAYS[3], "U", at=1)
    moved.enrolments.update(exit_on=DAYS[4])
    district.enrol(moved, entry=DAYS[5], at=1)
    district.mark(moved, DAYS[2], "U")
    district.mark(moved, DAYS[8], "U", at=1)
    rebuild(YEAR)
    return district


def slow(kinds: set[Day]) -> list[tuple[int, date]]:
    """The same from each student's own account."""
    return [
        (student.pk, day.on)
        for student in Student.objects.order_by("pk")
        for day in year_of(student, DAYS[-1]).days
        if day.subject and day.byte & 31 in kinds
    ]


def test_every_occasion_of_everyone_once(told):
    rows = occasions(YEAR)
    assert rows.select("student", "day").rows() == slow({Day.UNEXCUSED, Day.OCCASION})
    assert rows.schema == {"student": pl.Int32, "day": pl.Date, "kind": pl.Int32, "school": pl.Int32}
    by_key = {student.pk: student.key for student in Student.objects.all()}
    counts = {by_key[pk]: n for pk, n in rows["student"].value_counts().rows()}
    assert counts == {"plain": 3, "young": 4, "moved": 2}


def test_an_occasion_is_told_with_its_kind_and_its_school(told):
    first, second = (school.pk for school in told.schools)
    plain, moved = Student.objects.get(key="plain"), Student.objects.get(key="moved")
    rows = occasions(YEAR, students=[plain.pk, moved.pk])
    assert rows.rows() == [
        (plain.pk, DAYS[0], Day.UNEXCUSED, first), (plain.pk, DAYS[3], Day.UNEXCUSED, first),
        (plain.pk, DAYS[10], Day.OCCASION, first), (moved.pk, DAYS[2], Day.UNEXCUSED, first),
        (moved.pk, DAYS[8], Day.UNEXCUSED, second),
    ]  # fmt: skip


def test_what_is_not_explained_yet_is_provisional(told):
    plain = Student.objects.get(key="plain")
    assert provisional(YEAR).select("student", "day").rows() == slow({Day.UNVERIFIED}) == [(plain.pk, DAYS[2])]
    assert provisional(YEAR, students=[]).is_empty()


def test_as_known_then(told):
    plain = Student.objects.get(key="plain")
    told.arrives(DAYS[-1])
    mark = plain.marks.get(day=DAYS[0])
    mark_before = known(DAYS[-1])
    told.arrival.known_at = known(DAYS[-1].replace(day=DAYS[-1].day + 1))
    told.arrival.save()
    told.withdraw(mark)
    assert occasions(YEAR, students=[plain.pk])["day"].to_list() == [DAYS[3], DAYS[10]]
    assert occasions(YEAR, students=[plain.pk], known_at=mark_before)["day"].to_list() == [DAYS[0], DAYS[3], DAYS[10]]


def test_no_data_no_occasions(db):
    with pytest.raises(ValueError, match="no data"):
        occasions(YEAR)
