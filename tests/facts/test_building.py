from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.facts.daybook import ENROLMENT, MARK, OPEN, ROLL, BadSources, Sources, WhyNot, build, rows_rebuilt
from firstbell.law.days import byte_of, letter

from . import slow
from .districts import MONDAY, STUDENTS, ints, marks, seeded, sources
from .districts import enrolments as spans


def day(offset):
    return OPEN if offset is None else MONDAY + offset


def told(enrolments, marks=(), *, through=9, silent=(), holidays=()):
    """One student, days by their offset; calendar 7 has all ten days, calendar 8 not the holidays."""
    return Sources(
        year=2026,
        version="told",
        students=ints([1]),
        calendars={7: ints(map(day, range(10))), 8: ints(day(d) for d in range(10) if d not in holidays)},
        enrolments=np.array([(1, s, c, day(a), day(z), p) for s, c, a, z, p in enrolments], ENROLMENT),
        marks=np.array([(1, s, day(d), byte_of(b), n) for n, (s, d, b) in enumerate(marks)], MARK),
        through=day(through),
        not_taken=np.array([(s, day(d)) for s, d in silent], ROLL),
    )


def line(book, school=None):
    return "".join(map(letter, book.cells[book.line_of(1, school)].tolist()))


ALL_YEAR = (10, 7, 0, None, True)

CASES = {
    "no mark is present": (told([ALL_YEAR]), ".........."),
    "marks stand on their day": (told([ALL_YEAR], [(10, 2, "U"), (10, 9, "T")]), "..U......T"),
    "nothing is known of later days": (told([ALL_YEAR], through=4), ".....     "),
    "nothing before entry or after the last day": (told([(10, 7, 2, 6, True)]), "  .....   "),
    "left and came back": (told([(10, 7, 0, 2, True), (10, 7, 6, None, True)]), "...   ...."),
    "a second open enrolment in the same school merges": (told([ALL_YEAR, (10, 7, 3, None, False)]), ".........."),
    "no school on their own calendar": (told([(10, 8, 0, None, True)], holidays=(3, 4)), "...  ....."),
    "no roll, no mark": (told([ALL_YEAR], [(10, 5, "E")], silent=[(10, 4), (10, 5), (20, 6)]), "....-E...."),
    "a no-show is no enrolment": (told([(10, 7, 5, 4, True)]), "          "),
    "moved": (told([(10, 7, 0, 4, True), (20, 7, 5, None, True)], [(20, 5, "S")]), ".....S...."),
}


@pytest.mark.parametrize(("given_", "expected"), CASES.values(), ids=CASES)
def test_a_line_of_the_book(given_, expected):
    assert line(build(given_)[0]) == expected


@pytest.mark.parametrize(
    ("primary", "secondary", "district"),
    [
        (".", ".", "."),
        ("U", "U", "U"),
        ("E", "U", "E"),  # both absent: the primary school's word
        ("U", ".", "."),  # present anywhere is present
        (".", "U", "."),
        ("T", ".", "T"),  # an occasion counts at the primary school …
        ("U", "T", "t"),  # … and only there
        ("U", "t", "t"),
        ("S", "i", "i"),
        ("-", "U", "-"),
        ("-", ".", "."),
        ("U", "-", "U"),
        (" ", "U", "U"),  # no school at the primary school that day
        (" ", "T", "T"),
    ],
)
def test_two_schools_on_one_day(primary, secondary, district):
    letters = [(10, 3, primary), (20, 3, secondary)]
    book, _ = build(
        told(
            [(10, 8, 0, None, True), (20, 7, 0, None, False)],
            [mark for mark in letters if mark[2] != " "],
            holidays=(3,) if primary == " " else (),
        )
    )
    assert line(book)[3] == district
    assert (line(book, 10)[3], line(book, 20)[3]) == (primary, secondary)


@pytest.mark.parametrize(
    ("first", "second", "leads"),
    [
        ((0, True), (5, False), "E"),
        ((0, False), (5, True), "U"),
        ((0, True), (5, True), "U"),  # two primary schools: the enrolment begun last
        ((5, False), (0, False), "E"),
        ((5, True), (5, True), "E"),  # nothing to choose by: the lower school id
    ],
)
def test_which_school_leads(first, second, leads):
    overlap = [(10, 7, first[0], None, first[1]), (20, 7, second[0], None, second[1])]
    assert line(build(told(overlap, [(10, 8, "E"), (20, 8, "U")]))[0])[8] == leads


@given(sources())
def test_every_cell_is_what_the_slow_way_says(drawn):
    book, _ = build(drawn)
    district, schools = slow.district_cells(drawn), slow.school_cells(drawn)
    for student in STUDENTS:
        expected = [district.get((student, day), 0) for day in book.days.tolist()]
        assert book.cells[book.line_of(student)].tolist() == expected
    for student, school in {key[:2] for key in schools}:
        expected = [schools.get((student, school, day), 0) for day in book.days.tolist()]
        assert book.cells[book.line_of(student, school)].tolist() == expected


@given(sources())
def test_every_mark_is_counted_or_explained(drawn):
    _, uncounted = build(drawn)
    assert uncounted.tolist() == slow.uncounted(drawn)


@given(sources())
def test_lines_of_one_school_are_one_for_each_student_and_school(drawn):
    book, _ = build(drawn)
    real = drawn.enrolments[drawn.enrolments["last"] >= drawn.enrolments["entry"]]
    one_school = np.flatnonzero(book.school_of)
    lines = list(zip(book.line_student[one_school], book.school_of[one_school], strict=True))
    assert sorted(lines) == sorted(set(zip(real["student"].tolist(), real["school"].tolist(), strict=True)))
    assert all(book.line_of(student, school) == at for at, (student, school) in zip(one_school, lines, strict=True))


@given(sources(), st.randoms(use_true_random=False))
def test_the_order_of_the_sources_does_not_matter(drawn, random):
    def shuffled(rows):
        return rows[random.sample(range(len(rows)), len(rows))]

    other = replace(drawn, marks=shuffled(drawn.marks), enrolments=shuffled(drawn.enrolments))
    (book, left), (again, left_again) = build(drawn), build(other)
    assert book.digest == again.digest
    assert left.tolist() == left_again.tolist()


@given(sources(), st.sets(st.sampled_from(STUDENTS), min_size=1), st.data())
def test_rows_rebuilt_equal_a_whole_build(drawn, changed, data):
    """As known on some day: a few students had other marks and enrolments, and the files spoke of fewer days."""

    def mixed(then, now):
        return np.concatenate([then[np.isin(then["student"], list(changed))], now])

    day = st.integers(MONDAY - 2, MONDAY + 14)
    only = st.sampled_from(sorted(changed))
    few = replace(
        drawn,
        version="then",
        students=ints(changed),
        enrolments=data.draw(spans(day, only)),
        marks=data.draw(marks(day, only)),
        through=drawn.through - data.draw(st.integers(0, 5)),
    )
    whole = replace(
        few,
        students=drawn.students,
        enrolments=mixed(few.enrolments, drawn.enrolments[~np.isin(drawn.enrolments["student"], list(changed))]),
        marks=mixed(few.marks, drawn.marks[~np.isin(drawn.marks["student"], list(changed))]),
    )
    before, _ = build(drawn)
    kept = before.cells.copy()
    rebuilt = rows_rebuilt(before, few)
    assert rebuilt.digest == build(whole)[0].digest
    assert rebuilt.version == "then"
    assert (before.cells == kept).all()


def test_rows_are_rebuilt_only_within_what_the_book_knows():
    early, late = told([ALL_YEAR], through=4), told([ALL_YEAR], through=5)
    book, _ = build(early)
    with pytest.raises(BadSources, match="same year"):
        rows_rebuilt(book, late)
    with pytest.raises(BadSources, match="same year"):
        rows_rebuilt(book, replace(early, year=2027))
    with pytest.raises(BadSources, match="same days"):
        rows_rebuilt(book, replace(early, calendars={7: early.calendars[7][1:], 8: early.calendars[8][1:]}))


def test_reasons_come_in_order():
    given_ = told(
        [(10, 8, 2, None, True)], [(10, 1, "U"), (10, 3, "U"), (10, 6, "U"), (20, 7, "U")], holidays=(3,), through=5
    )
    stray = np.array([(99, 10, MONDAY, byte_of("U"), 50), (1, 10, MONDAY + 900, byte_of("U"), 51)], MARK)
    _, uncounted = build(replace(given_, marks=np.concatenate([given_.marks, stray])))
    assert {mark: WhyNot(reason).name for mark, reason in uncounted.tolist()} == {
        0: "OUTSIDE_ENROLMENT",
        1: "NOT_INSTRUCTIONAL",
        2: "AFTER_THROUGH",
        3: "AFTER_THROUGH",
        50: "UNKNOWN_STUDENT",
        51: "AFTER_THROUGH",
    }


def test_the_same_sources_give_the_same_bytes():
    first, again = build(seeded(4))[0], build(seeded(4))[0]
    assert {k: a.tobytes() for k, a in first.arrays().items()} == {k: a.tobytes() for k, a in again.arrays().items()}


def test_the_alphabet_on_disk_never_changes():
    """A book written by an older Firstbell is read by a newer one: the same story must be the same bytes for ever."""
    given_ = told(
        [(10, 7, 0, 6, True), (20, 8, 4, None, False)], [(10, d, b) for d, b in enumerate("UES?Iti")], holidays=(8,)
    )
    assert build(given_)[0].cells.tolist() == [
        [35, 34, 36, 37, 1, 7, 10, 1, 0, 1],
        [35, 34, 36, 37, 38, 7, 10, 0, 0, 0],
        [0, 0, 0, 0, 1, 1, 1, 1, 0, 1],
    ]


def test_an_empty_district():
    nobody = Sources(2026, "none", ints([]), {}, np.empty(0, ENROLMENT), np.empty(0, MARK), MONDAY)
    book, uncounted = build(nobody)
    assert book.cells.shape == (0, 0)
    assert len(uncounted) == 0


def test_finding_lines_and_columns():
    book, _ = build(told([(10, 7, 0, 4, True), (20, 7, 5, None, True)], through=9))
    assert [book.line_of(1), book.line_of(1, 10), book.line_of(1, 20)] == [0, 1, 2]
    assert [book.column(MONDAY + offset) for offset in (-1, 0, 3, 9, 400)] == [0, 1, 4, 10, 10]
    for student, school, message in [(2, None, "not in the day book"), (1, 30, "not enrolled"), (0, 10, "not in")]:
        with pytest.raises(KeyError, match=message):
            book.line_of(student, school)


def test_a_book_cannot_be_changed():
    book, _ = build(told([ALL_YEAR]))
    with pytest.raises(ValueError, match="read-only"):
        book.cells[0, 0] = 2


GOOD = told([ALL_YEAR], [(10, 1, "U")])
TWICE = np.concatenate([GOOD.marks, GOOD.marks])
NOTHING = GOOD.marks.copy()
NOTHING["byte"] = 0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"students": ints([1])[[0, 0]]}, "students must be sorted"),
        ({"calendars": {7: ints([3, 2])[::-1], 8: ints([])}}, "days of calendar 7"),
        ({"enrolments": np.array([(9, 10, 7, 0, 1, True)], ENROLMENT)}, r"unknown student: \[9\]"),
        ({"enrolments": np.array([(1, 10, 6, 0, 1, True)], ENROLMENT)}, r"unknown calendar: \[6\]"),
        ({"enrolments": np.array([(1, 0, 7, 0, 1, True)], ENROLMENT)}, "school ids"),
        ({"marks": TWICE}, "two marks"),
        ({"marks": NOTHING}, "outside the alphabet"),
        ({"marks": GOOD.marks[["student", "school"]]}, "another type"),
        ({"through": OPEN}, "through"),
    ],
)
def test_sources_that_contradict_themselves(wrong, message):
    with pytest.raises(BadSources, match=message):
        build(replace(GOOD, **wrong))
