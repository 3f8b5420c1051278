import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.facts.arrays import MARK, ROLL
from firstbell.facts.reduce import roll_missing, to_days
from firstbell.law.days import HALF, Day, byte_of, letter

from . import slow
from .districts import MARKED

MARKS = {
    "student": pl.Int32,
    "school": pl.Int32,
    "day": pl.Int32,
    "period": pl.String,
    "byte": pl.UInt8,
    "mark": pl.Int64,
}
PERIODS = {"school": pl.Int32, "day": pl.Int32, "periods": pl.Int32}
ROLLS = {"school": pl.Int32, "day": pl.Int32}


def marks(*said):
    """Marks of one student on one day: (period, letter or byte), numbered from 0."""
    rows = [(1, 10, 700, period, byte_of(b) if isinstance(b, str) else b, n) for n, (period, b) in enumerate(said)]
    return pl.DataFrame(rows, MARKS, orient="row")


def met(periods=None):
    return pl.DataFrame([] if periods is None else [(10, 700, periods)], PERIODS, orient="row")


def shown(byte):
    return letter(byte) + ("½" if byte & HALF and letter(byte) in "Tti." else "")


def reduced(said, periods=None):
    [(student, school, day, byte, mark)] = to_days(marks(*said), met(periods)).marks.tolist()
    assert (student, school, day) == (1, 10, 700)
    return shown(byte), mark


@pytest.mark.parametrize(
    ("said", "byte", "mark"),
    [
        ("E", "E", 0),
        ("tE", "E", 1),  # tardy and excused on one day: the absence, once
        ("EU", "U", 1),
        ("US", "S", 1),
        ("?I", "?", 0),
        ("iT", "T", 1),
        ("t.", "t", 0),
        ("-.", "-", 0),
        ("UU", "U", 1),  # the newest among equals
        ("UESE?U", "S", 2),
    ],
)
def test_marks_for_the_whole_day_reduce_by_severity(said, byte, mark):
    assert reduced([("", one) for one in said]) == (byte, mark)


def test_the_half_day_of_the_mark_that_counts():
    assert reduced([("", "t"), ("", Day.PARTIAL | HALF), ("", "t")]) == ("t½", 1)
    assert reduced([("", Day.PARTIAL | HALF), ("", "T")]) == ("T", 1)


def test_a_whole_absence_always_misses_half_the_day():
    assert to_days(marks(("", Day.UNEXCUSED)), met()).marks["byte"].tolist() == [Day.UNEXCUSED | HALF]
    assert to_days(marks(("1", Day.EXCUSED)), met(1)).marks["byte"].tolist() == [Day.EXCUSED | HALF]


@pytest.mark.parametrize(
    ("said", "periods", "byte", "mark"),
    [
        ("EEEEEE", 6, "E", 5),
        ("EEUEEE", 6, "U", 2),  # any absent period unexcused makes the whole day unexcused …
        ("EEUSEE", 6, "S", 3),  # … unless the student was suspended
        ("EE?EEE", 6, "E", 5),
        ("??I???", 6, "?", 5),
        ("UUUUU.", 6, "T½", 4),  # present for one of six periods is present
        ("U.....", 6, "T", 0),
        ("T.....", 6, "T", 0),
        ("E.....", 6, "t", 0),
        ("S.....", 6, "t", 0),
        ("?.....", 6, "t", 0),
        ("t.....", 6, "t", 0),
        ("i.....", 6, "i", 0),
        ("iU....", 6, "T", 1),
        ("EE....", 6, "t", 1),
        ("EEE...", 6, "t½", 2),  # three of six is half
        ("EEE....", 7, "t", 2),  # three of seven is not
        ("U", 6, "T", 0),  # only absences are reported: the other five periods were attended
        ("UU", 2, "U", 1),
        ("U-", 2, "T½", 0),  # a period without roll says nothing
        ("UU", 1, "U", 1),  # more periods than were said to meet
        ("Ut", 1, "T½", 0),
        ("......", 6, ".", 5),
    ],
)
def test_marks_for_periods_only(said, periods, byte, mark):
    assert reduced([(str(n), one) for n, one in enumerate(said, 1)], periods) == (byte, mark)


def test_one_period_marked_twice_is_one_period():
    assert reduced([("1", "E"), ("1", "U"), ("2", "E")], 4) == ("T½", 1)
    assert reduced([("1", "E"), ("1", "U")], 4) == ("T", 1)


@pytest.mark.parametrize(
    ("whole", "periods", "byte", "mark"),
    [
        (".", "U.....", "T", 1),  # a cut adds an occasion to a day present …
        ("t", "..T...", "T", 3),
        (".", "UUUUUU", "T", 6),  # … but the mark for the whole day decides whether it was an absence
        (".", "EEEEEE", ".", 0),
        ("t", "E.....", "t", 0),
        ("E", "UUUUUU", "E", 0),
        ("i", "U.....", "i", 0),
        ("U", "......", "U", 0),
    ],
)
def test_a_mark_for_the_whole_day_decides(whole, periods, byte, mark):
    assert reduced([("", whole), *((str(n), one) for n, one in enumerate(periods, 1))], 6) == (byte, mark)


def test_where_nobody_said_how_many_periods_met_those_seen_in_the_school_that_day_stand():
    said = marks(("1", "U"), ("2", "U"))
    others = pl.DataFrame(
        [(2, 10, 700, "3", byte_of("."), 7), (3, 10, 701, "4", byte_of("."), 8), (3, 20, 700, "5", byte_of("U"), 9)],
        MARKS,
        orient="row",
    )
    assert to_days(said, met()).marks["byte"].tolist() == [byte_of("U")]
    days = to_days(pl.concat([said, others]), met()).marks.tolist()
    assert [shown(byte) for *_, byte, _ in days] == ["T½", ".", ".", "U"]


def test_contradictions_are_listed_and_reduced_all_the_same():
    found = to_days(marks(("", "E"), ("", "t"), ("", "E"), ("1", "U")), met())
    assert found.contradictions.rows() == [(1, 10, 700, [Day.PARTIAL, byte_of("E")], [0, 1, 2])]
    assert found.marks["byte"].tolist() == [byte_of("E")]
    assert to_days(marks(("", "E"), ("", "E"), ("1", "U")), met()).contradictions.is_empty()


def test_no_marks_at_all():
    found = to_days(marks(), met())
    assert found.marks.dtype == MARK
    assert len(found.marks) == len(found.contradictions) == 0


@pytest.mark.parametrize("byte", [0, HALF, 11, 64, 255])
def test_a_byte_outside_the_alphabet(byte):
    with pytest.raises(ValueError, match="outside the alphabet"):
        to_days(marks(("", byte)), met())


mark_rows = st.lists(
    st.tuples(
        st.integers(1, 2), st.integers(10, 11), st.integers(700, 701), st.sampled_from(["", "1", "2", "3"]),
        st.sampled_from(MARKED),
    ),
    max_size=20,
)  # fmt: skip
period_rows = st.dictionaries(st.tuples(st.integers(10, 11), st.integers(700, 701)), st.integers(1, 4))


@given(mark_rows, period_rows, st.randoms(use_true_random=False))
def test_every_day_is_what_the_slow_way_says(rows, periods, random):
    numbered = [(*row, mark) for mark, row in enumerate(rows)]
    random.shuffle(numbered)
    frame = pl.DataFrame(numbered, MARKS, orient="row")
    found = to_days(frame, pl.DataFrame([(*key, n) for key, n in periods.items()], PERIODS, orient="row"))
    told = slow.reduced_days(frame.to_dicts(), periods)
    assert {tuple(key): byte for *key, byte, _ in found.marks.tolist()} == told
    assert found.marks["mark"].tolist() == [mark for *_, mark in sorted(found.marks.tolist(), key=lambda m: m[:3])]


@given(mark_rows, period_rows)
def test_the_mark_named_is_one_of_that_day(rows, periods):
    numbered = [(*row, 5 * mark) for mark, row in enumerate(rows)]
    found = to_days(
        pl.DataFrame(numbered, MARKS, orient="row"),
        pl.DataFrame([(*key, n) for key, n in periods.items()], PERIODS, orient="row"),
    )
    cells = {mark: (student, school, day) for student, school, day, *_, mark in numbered}
    assert all(cells[mark] == (student, school, day) for student, school, day, _, mark in found.marks.tolist())


def test_a_roll_is_missing_only_where_rolls_are_recorded():
    sessions = pl.DataFrame([(10, 1), (10, 2), (10, 3), (20, 1), (30, 1), (10, 2)], ROLLS, orient="row")
    taken = pl.DataFrame([(10, 1), (10, 3), (30, 1), (30, 1), (10, 9)], ROLLS, orient="row")
    missing = roll_missing(taken, sessions)
    assert missing.dtype == ROLL
    assert missing.tolist() == [(10, 2)]
    assert len(roll_missing(taken.clear(), sessions)) == 0
    assert np.array_equal(roll_missing(taken, sessions.reverse()), missing)


@given(mark_rows, st.randoms(use_true_random=False))
def test_ids_too_large_to_be_packed_into_one_number_are_ordered_all_the_same(rows, random):
    far = [(student * 10**9, school * 10**8, day, period, byte, n) for n, (student, school, day, period, byte) in
           enumerate(rows)]  # fmt: skip
    random.shuffle(far)
    near = [(student // 10**9, school // 10**8, *rest) for student, school, *rest in far]
    found, same = (to_days(pl.DataFrame(some, MARKS, orient="row"), met()) for some in (far, near))
    assert found.marks["byte"].tolist() == same.marks["byte"].tolist()
    assert found.marks["mark"].tolist() == same.marks["mark"].tolist()
