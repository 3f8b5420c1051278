import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.facts.daybook import build
from firstbell.facts.kernels.rollup import by_group, by_school, chronic_counts
from firstbell.facts.kernels.standing import standings
from firstbell.facts.kernels.totals import bytes_used
from firstbell.law.days import ABSENT, Day, kind

from .districts import OPEN, book_of, seeded, sources


def one_group(book):
    return np.zeros(len(book.cells), np.int32)


def bands(story, columns=None, **choices):
    book = book_of(story)
    at = np.array([len(story)] if columns is None else columns, np.int32)
    return chronic_counts(book, one_group(book), 1, at, **choices)[0].tolist()


@pytest.mark.parametrize(
    ("absent", "enrolled", "band"),
    [
        (0, 180, 0),
        (8, 180, 0),  # 4.4 %
        (9, 180, 1),  # 5 % exactly
        (17, 180, 1),  # 9.44 %
        (18, 180, 2),  # 10 % exactly
        (35, 180, 2),
        (36, 180, 3),
        (1, 10, 2),
        (1, 1, 3),
    ],
)
def test_bands_are_exact_at_their_boundaries(absent, enrolled, band):
    counted = [0, 0, 0, 0, 1]
    counted[band] = 1
    assert bands("E" * absent + "." * (enrolled - absent)) == [counted]


def test_seven_of_a_hundred_days_is_seven_percent():
    """In floating point 0.07 * 100 is more than 7, and this student would be missed."""
    assert bands("U" * 7 + "." * 93, percents=(7, 10, 20)) == [[0, 1, 0, 0, 1]]


def test_students_with_too_few_days_are_left_out():
    assert bands("E.........", columns=[0, 1, 9, 10], min_days=10) == [[0] * 5, [0] * 5, [0] * 5, [0, 0, 1, 0, 1]]
    assert bands("-- ", columns=[3]) == [[0] * 5]


def test_each_day_of_a_story():
    book = book_of("U.T-E", "?SI.i", ".. ..")
    counted = by_group(book, 5, one_group(book), 1)
    assert counted[0].tolist() == [[3, 2, 1, 1], [3, 1, 0, 0], [2, 1, 0, 1], [2, 0, 0, 0], [3, 1, 0, 0]]
    assert by_group(book, 2, one_group(book), 1).tolist() == counted[:, :2].tolist()


@given(sources(), st.data())
def test_every_count_is_what_the_slow_way_says(drawn, data):
    book, _ = build(drawn)
    group = np.array([data.draw(st.integers(-1, 2)) for _ in book.cells], np.int32)
    upto = data.draw(st.integers(0, len(book.days)))
    counted = by_group(book, upto, group, 3)
    banded = chronic_counts(book, group, 3, np.arange(upto + 1, dtype=np.int32), min_days=2)
    for g in range(3):
        rows = book.cells[group == g].tolist()
        for column in range(upto):
            kinds = [kind(row[column]) for row in rows]
            assert counted[g, column].tolist() == day_counts([k for k in kinds if k not in (0, Day.NOT_TAKEN)])
        for column in range(upto + 1):
            assert banded[g, column].tolist() == band_counts([row[:column] for row in rows])


def day_counts(kinds):
    cuts = kinds.count(Day.UNEXCUSED) + kinds.count(Day.OCCASION)
    return [len(kinds), sum(k in ABSENT for k in kinds), kinds.count(Day.UNEXCUSED), cuts]


def band_counts(rows, min_days=2):
    counts = [0, 0, 0, 0, 0]
    for row in rows:
        kinds = [kind(byte) for byte in row if kind(byte) not in (Day.NONE, Day.NOT_TAKEN)]
        if len(kinds) >= min_days:
            missed = sum(k in ABSENT for k in kinds)
            counts[sum(100 * missed >= percent * len(kinds) for percent in (5, 10, 20))] += 1
            counts[4] += 1
    return counts


def test_schools_count_each_of_their_students_once():
    given_ = seeded(5)
    book, _ = build(given_)
    schools, group = by_school(book)
    counted = by_group(book, len(book.days), group, len(schools))
    real = given_.enrolments[given_.enrolments["last"] >= given_.enrolments["entry"]]
    assert schools.tolist() == sorted(set(real["school"].tolist()))
    for index, school in enumerate(schools.tolist()):
        students = set(real["student"][real["school"] == school].tolist())
        assert set(book.line_student[group == index].tolist()) == students
        assert (group == index).sum() == len(students)
    assert counted.shape == (len(schools), len(book.days), 4)


def test_by_school_where_nobody_ever_moved():
    schools, group = by_school(book_of("...", "U.."))
    assert (schools.tolist(), group.tolist()) == ([10], [0, 0])


def test_roll_ups_agree_with_the_standings():
    book, _ = build(seeded(6))
    schools, group = by_school(book)
    upto = len(book.days)
    counted = by_group(book, upto, group, len(schools)).sum(axis=1)
    banded = chronic_counts(book, group, len(schools), np.array([upto], np.int32))[:, 0]
    bounds = [np.full(len(book.cells), value, np.int32) for value in (0, OPEN)]
    everyone = standings(book, upto, *bounds)
    for index in range(len(schools)):
        rows = everyone[group == index]
        told = [rows[field].sum() for field in ("enrolled", "absent", "unexcused", "occasions")]
        assert counted[index].tolist() == told
        there = rows[rows["enrolled"] > 0]
        chronic = 10 * there["absent"].astype(int) >= there["enrolled"]
        assert banded[index, 2:4].sum() == chronic.sum()
        assert banded[index, :4].sum() == banded[index, 4] == len(there)


@given(sources())
def test_the_totals_of_a_book_are_all_its_cells(drawn):
    book, _ = build(drawn)
    assert bytes_used(book.cells).tolist() == np.bincount(book.cells.ravel(), minlength=256).tolist()
