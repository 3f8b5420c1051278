"""What a book is built from: as it stands, and as it was known."""

from datetime import timedelta

import numpy as np
import pytest

from firstbell.attendance.actions import rebuild, sources
from firstbell.attendance.models import Uncounted
from firstbell.facts.daybook import build
from firstbell.law.days import story
from firstbell.roster import models as m

from .conftest import DAYS, FIRST, YEAR, known


def letters(book, pupil, upto):
    return tuple(book.cells[book.line_of(pupil.pk)][:upto].tolist())


def _last_day(pupil, built_from):
    mine = built_from.enrolments["student"] == pupil.pk
    return int(built_from.enrolments["last"][mine][0])


def test_a_year_without_data_is_named(district):
    with pytest.raises(ValueError, match="ending 2031; years with data: 2026"):
        sources(2031)


def test_marks_become_the_letters_they_were_written_as(district, absences):
    pupil = district.student("1")
    absences(pupil, "U.E?T")
    district.arrives(DAYS[6])
    built_from, contradictions = sources(YEAR)
    book, left = build(built_from)
    assert letters(book, pupil, 8) == (*story("U.E?t.."), 0)
    assert len(left) == len(contradictions) == 0
    assert list(built_from.calendars[district.calendars[0].pk]) == [day.toordinal() for day in DAYS]


@pytest.mark.parametrize(("minutes", "letter"), [(-1, "t"), (30, "t"), (31, "T")])
def test_minutes_make_an_occasion_only_over_thirty(district, minutes, letter):
    pupil = district.student("1")
    district.mark(pupil, DAYS[0], "T", minutes=minutes)
    district.arrives(DAYS[0])
    assert letters(build(sources(YEAR)[0])[0], pupil, 1) == story(letter)


def test_a_withdrawn_mark_counts_until_it_was_known_to_be_wrong(district, absences):
    pupil = district.student("1")
    [wrong, _] = absences(pupil, "UU")
    district.arrives(DAYS[1])
    district.arrives(DAYS[3])
    district.withdraw(wrong)
    district.mark(pupil, DAYS[0], "E")
    now, then = (build(sources(YEAR, known_at=at)[0])[0] for at in (None, known(DAYS[1])))
    assert letters(now, pupil, 4) == story("EU..")
    assert letters(then, pupil, 4) == (*story("UU"), 0, 0)


def test_an_enrolment_reads_as_it_did_then(district):
    pupil = district.student("1")
    later = district.student("2")
    stay = pupil.enrolments.get()
    for day, end in ((DAYS[4], DAYS[2]), (DAYS[8], DAYS[5])):
        district.arrives(day)
        district.change(m.Enrolment.objects.get(pk=stay.pk), exit_on=end)
    district.change(m.Student.objects.get(pk=later.pk), live=False)
    ends = {day: _last_day(pupil, sources(YEAR, known_at=known(day))[0]) for day in (DAYS[3], DAYS[4], DAYS[8])}
    assert ends == {DAYS[3]: 2**31 - 1, DAYS[4]: DAYS[2].toordinal(), DAYS[8]: DAYS[5].toordinal()}


def test_nothing_is_known_before_the_first_arrival(district):
    with pytest.raises(ValueError, match="no data known by"):
        sources(YEAR, known_at=known(FIRST - timedelta(1)))


def test_a_student_who_came_later_was_not_known_before(district):
    district.student("1")
    district.arrives(DAYS[2])
    district.student("2")
    assert len(sources(YEAR)[0].students) == 2
    assert len(sources(YEAR, known_at=known(FIRST))[0].students) == 1


def test_roll_not_taken_is_a_gap_only_where_roll_is_recorded(district):
    here, there = district.student("1"), district.student("2", at=1)
    for day in (DAYS[0], DAYS[2]):
        m.RollTaken.objects.create(
            school=district.schools[0], day=day, period="1", sections=3, arrival=district.arrival
        )
    district.arrives(DAYS[3])
    book, _ = build(sources(YEAR)[0])
    assert letters(book, here, 4) == story(".-.-")
    assert letters(book, there, 4) == story("....")


def test_periods_met_come_from_the_roll(district):
    pupil = district.student("1")
    for period in "1234":
        m.RollTaken.objects.create(
            school=district.schools[0], day=DAYS[0], period=period, sections=1, arrival=district.arrival
        )
    for period in "123":
        district.mark(pupil, DAYS[0], "E", period=period)
    assert letters(build(sources(YEAR)[0])[0], pupil, 1) == (story("t")[0] | 32,)


def test_rebuild_is_done_once_for_each_arrival(district, absences, shelf):
    pupil = district.student("1", entry=DAYS[2])
    absences(pupil, "U..U")
    both = [district.mark(pupil, DAYS[5], code) for code in "EU"]
    district.arrives(DAYS[6])
    first = rebuild(YEAR)
    whys = dict(first.uncounted.select("mark", "why").rows())
    assert whys[both[0].pk] == Uncounted.Why.CONTRADICTION
    assert sorted(whys.values()) == ["contradiction", "outside_enrolment"]
    written = {path: path.stat().st_mtime_ns for path in shelf.rglob("*")}
    again = rebuild(YEAR)
    assert {path: path.stat().st_mtime_ns for path in shelf.rglob("*")} == written
    assert again.uncounted.equals(first.uncounted)
    assert np.array_equal(again.book.cells, first.book.cells)
    district.arrives(DAYS[7])
    assert rebuild(YEAR).book.version == str(district.arrival.pk)
    assert len(list(shelf.glob("uncounted-*"))) == 1
