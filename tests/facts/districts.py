"""Districts to build books from: small ones drawn by Hypothesis, larger ones by a seed, stories by hand."""

import numpy as np
from hypothesis import strategies as st

from firstbell.facts.daybook import ENROLMENT, MARK, OPEN, ROLL, DayBook, Sources, build
from firstbell.law.days import ABSENT, HALF, Day, story

MONDAY = 739_474  # 11 August 2025
"""The first day of most calendars here."""

MARKED = sorted(
    {day | (HALF if day in ABSENT else 0) for day in Day if day} | {Day.PARTIAL | HALF, Day.OCCASION | HALF}
)
STUDENTS, SCHOOLS, CALENDARS = [1, 2, 5], [10, 20, 30], [7, 8]
ANYONE = st.sampled_from(STUDENTS)
STRANGERS_TOO = ANYONE | st.just(99)


def records(rows, dtype):
    return np.array(sorted(rows), dtype)


def ints(values):
    return np.array(sorted(values), np.int32)


@st.composite
def sources(draw, length=12):
    """A few students, schools and weeks, with every kind of overlap, gap and mark that belongs nowhere."""
    day = st.integers(MONDAY - 2, MONDAY + length + 2)
    calendars = {c: ints(draw(st.sets(st.integers(MONDAY, MONDAY + length), max_size=length))) for c in CALENDARS}
    return Sources(
        year=2026,
        version="drawn",
        students=ints(STUDENTS),
        calendars=calendars,
        enrolments=draw(enrolments(day)),
        marks=draw(marks(day)),
        through=draw(st.integers(MONDAY - 1, MONDAY + length + 1)),
        not_taken=records(draw(st.sets(st.tuples(st.sampled_from(SCHOOLS), day), max_size=6)), ROLL),
    )


def enrolments(day, students=ANYONE):
    one = st.tuples(
        students, st.sampled_from(SCHOOLS), st.sampled_from(CALENDARS), day, st.just(OPEN) | day, st.booleans()
    )
    return st.lists(one, max_size=8).map(lambda rows: np.array(rows, ENROLMENT))


def marks(day, students=STRANGERS_TOO):
    cell = st.tuples(students, st.sampled_from(SCHOOLS), day)
    rows = st.dictionaries(cell, st.sampled_from(MARKED), max_size=25)
    return rows.map(lambda cells: np.array([(*k, b, 1000 + n) for n, (k, b) in enumerate(cells.items())], MARK))


def seeded(seed: int, students: int = 300, schools: int = 12, days: int = 90) -> Sources:
    """A district with transfers, overlaps, gaps, open ends and stray marks."""
    rng = np.random.default_rng(seed)
    weekdays = np.array([d for d in range(MONDAY, MONDAY + days * 7 // 5) if (d - MONDAY) % 7 < 5], np.int32)
    calendars = {c: np.sort(rng.choice(weekdays, len(weekdays) - c * 3, replace=False)) for c in (1, 2, 3)}
    ids = np.sort(rng.choice(10 * students, students, replace=False)).astype(np.int32)
    count = int(students * 1.4)
    rows = np.empty(count, ENROLMENT)
    rows["student"] = rng.choice(ids, count)
    rows["school"] = rng.integers(1, schools + 1, count)
    rows["calendar"] = rows["school"] % 3 + 1
    rows["entry"] = MONDAY + rng.choice([-30, 0, 0, 0, 20, 47], count)
    rows["last"] = np.where(rng.random(count) < 0.7, OPEN, rows["entry"] + rng.integers(-2, 100, count))
    rows["primary"] = rng.random(count) < 0.8
    return Sources(
        2026, f"seed-{seed}", ids, calendars, rows, _stray(rng, rows), MONDAY + days, _silent(rng, schools, weekdays)
    )


def _stray(rng, enrolments):
    """Marks mostly where someone is enrolled, one in ten anywhere."""
    count = len(enrolments) * 12
    at = rng.choice(enrolments, count)
    marks = np.empty(count, MARK)
    marks["student"], marks["school"] = at["student"], np.where(rng.random(count) < 0.1, 1, at["school"])
    marks["day"] = MONDAY + rng.integers(-3, 140, count)
    marks["byte"] = rng.choice(MARKED, count)
    marks["mark"] = np.arange(count)
    _, first = np.unique(marks[["student", "school", "day"]], return_index=True)
    return marks[first]


def _silent(rng, schools, weekdays):
    return records({(int(rng.integers(1, schools + 1)), int(rng.choice(weekdays))) for _ in range(15)}, ROLL)


def book_of(*stories: str) -> DayBook:
    """One student for each story in letters ("..U E"), all at school 10, a column for each letter; " " is no school."""
    told = [[(MONDAY + n, byte) for n, byte in enumerate(story(s)) if byte] for s in stories]
    width = max(map(len, stories))
    count = range(1, len(stories) + 1)
    book, uncounted = build(
        Sources(
            year=2026,
            version="told",
            students=ints(count),
            calendars={0: ints(range(MONDAY, MONDAY + width))}
            | {n: ints(day for day, _ in days) for n, days in zip(count, told, strict=True)},
            enrolments=np.array([(n, 10, n, MONDAY, OPEN, True) for n in count], ENROLMENT),
            marks=records([(n, 10, *cell, 0) for n, days in zip(count, told, strict=True) for cell in days], MARK),
            through=MONDAY + width,
        )
    )
    assert not len(uncounted)
    return book
