"""The change list: past days that later facts made count otherwise, and what brought them."""

import random
from datetime import timedelta

import numpy as np
import pytest
from django.db import DatabaseError, transaction

from firstbell.attendance.actions import clear, note_changes, rebuild, serve, take_back
from firstbell.attendance.actions.changing import differences
from firstbell.attendance.models import CountChange
from firstbell.attendance.queries import year_of
from firstbell.core.home import home
from firstbell.core.models import User
from firstbell.facts.daybook import current
from firstbell.law.days import ABSENT, Day, kind
from firstbell.roster import models as m
from firstbell.roster.actions import take_back as undo
from tests.attendance.conftest import DAYS, YEAR

pytestmark = pytest.mark.django_db
ROW = ("student__key", "day", "was_kind", "now_kind", "absent_was", "absent_now", "occasions_was", "occasions_now")


@pytest.fixture
def night(district):
    """`night(5)`: the files of the sixth school day, the book, and the change list of it."""

    def run(day: int) -> int:
        if district.arrival.through != DAYS[day]:
            district.arrives(DAYS[day])
        rebuild(YEAR)
        return note_changes(year=YEAR)

    return run


@pytest.fixture
def ana(district, absences, night):
    pupil = district.student("ana")
    pupil.told = {mark.day: mark for mark in absences(pupil, "U?E")}
    night(9)
    return pupil


def test_the_first_book_and_a_new_day_change_nothing(ana, district, night):
    district.arrives(DAYS[10])
    district.mark(ana, DAYS[10], "U")
    assert night(10) == 0
    assert not CountChange.objects.exists()


def test_a_late_correction_with_its_cause(ana, district, night):
    cause = district.arrives(DAYS[10])
    district.withdraw(ana.told[DAYS[0]])
    district.mark(ana, DAYS[0], "E")
    district.mark(ana, DAYS[5], "U")
    district.arrives(DAYS[11])
    assert night(11) == 2
    assert list(CountChange.objects.order_by("day").values_list(*ROW)) == [
        ("ana", DAYS[0], Day.UNEXCUSED, Day.EXCUSED, 3, 4, 1, 1),
        ("ana", DAYS[5], Day.PRESENT, Day.UNEXCUSED, 3, 4, 1, 1),
    ]
    assert set(CountChange.objects.values_list("arrival", flat=True)) == {cause.pk}
    assert night(11) == 0, "once"


def test_what_counts_alike_is_no_change(ana, district, night):
    district.arrives(DAYS[10])
    district.withdraw(ana.told[DAYS[1]])
    district.mark(ana, DAYS[1], "E")
    assert night(10) == 0, "not known, then excused: an absence all the same, and no occasion"


def test_an_undone_import_is_a_change_back(ana, district, night):
    wrong = district.arrives(DAYS[10])
    district.withdraw(ana.told[DAYS[0]])
    night(10)
    back = undo(wrong, by=None)
    rebuild(YEAR)
    note_changes(year=YEAR)
    rows = CountChange.objects.order_by("pk").values_list("occasions_was", "occasions_now", "arrival")
    assert list(rows) == [(1, 0, wrong.pk), (0, 1, back.pk)]


def test_a_clearing_and_its_taking_back_are_listed(ana, district, night, settings):
    settings.TODAY = DAYS[9].isoformat()
    serve(on=DAYS[9])
    one = clear(student=ana, school=ana.school, day=DAYS[0], reason="48205a01", by=None)
    rebuild(YEAR)
    assert note_changes(year=YEAR) == 1
    assert CountChange.objects.get().arrival == one.statement.arrival
    take_back(clearing=one, why="a mistake", by=User.objects.create(username="rosa"))
    rebuild(YEAR)
    assert note_changes(year=YEAR) == 1


def test_an_enrolment_that_ends_earlier_changes_days_too(ana, district, night):
    cause = district.arrives(DAYS[10])
    stay = ana.enrolments.get()
    district.change(stay, exit_on=DAYS[0])
    assert night(10) == 2
    assert set(CountChange.objects.values_list("arrival", "absent_now")) == {(cause.pk, 1)}


def test_a_night_that_was_killed_is_not_lost(ana, district, night):
    district.arrives(DAYS[10])
    district.withdraw(ana.told[DAYS[0]])
    rebuild(YEAR)
    district.arrives(DAYS[11])
    district.mark(ana, DAYS[0], "E")
    rebuild(YEAR)
    assert note_changes(year=YEAR) == 2
    assert list(CountChange.objects.order_by("pk").values_list("was_kind", "now_kind")) == [(3, 1), (1, 2)]


def test_the_list_is_never_rewritten(ana, district, night):
    district.arrives(DAYS[10])
    district.withdraw(ana.told[DAYS[0]])
    night(10)
    with pytest.raises(DatabaseError), transaction.atomic():
        CountChange.objects.update(absent_now=9)


@pytest.mark.parametrize("seed", range(5))
def test_any_corrections_against_the_slow_way(district, absences, seed):
    """Each day of each student, as known before and now, one by one."""
    rng, letters = random.Random(seed), "EU?T."
    pupils = [district.student(f"p{n}", born=None if n == 3 else DAYS[0] - timedelta(3650)) for n in range(6)]
    marks = [mark for one in pupils for mark in absences(one, "".join(rng.choices(letters, k=8)))]
    district.arrives(DAYS[9])
    before = district.arrival.known_at
    rebuild(YEAR)
    was = current(home() / "facts", YEAR)
    old = {one.pk: year_of(one, DAYS[9]) for one in pupils}
    district.arrives(DAYS[12])
    for mark in rng.sample(marks, 12):
        district.withdraw(mark)
        if (letter := rng.choice(letters)) != ".":
            district.mark(mark.student, mark.day, letter, minutes=rng.choice([-1, 45]))
    rebuild(YEAR)
    now = current(home() / "facts", YEAR)
    expected = set()
    for one in pupils:
        later = year_of(m.Student.objects.get(pk=one.pk), DAYS[9])
        for day in DAYS[:10]:
            a, b = old[one.pk].bytes_on[day], later.bytes_on[day]
            if _counts(a) != _counts(b):
                counts = (old[one.pk].figures["occasions"], later.figures["occasions"])
                expected.add((one.pk, day.toordinal(), int(kind(a)), int(kind(b)), *counts))
    found = differences(was, now).select("student", "day", "was_kind", "now_kind", "occasions_was", "occasions_now")
    assert set(found.rows()) == expected
    assert before < district.arrival.known_at
    assert np.array_equal(was.students, now.students)


def _counts(byte: int) -> tuple[bool, bool]:
    return kind(byte) in ABSENT, kind(byte) in (Day.UNEXCUSED, Day.OCCASION)
