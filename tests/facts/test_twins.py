"""Every answer of the kernels, equal to what DuckDB says in SQL from the sources alone: each is the other's oracle."""

from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings

from firstbell.facts.daybook import build
from firstbell.facts.kernels.standing import STANDING, standings

from .districts import MONDAY, seeded, sources

TWINS = Path(__file__).with_name("twins.sql").read_text()


def twin(given_, subject_from, subject_before, upto):
    """A database with the sources as tables and the twins as views."""
    tables = {
        "session": {
            "calendar": np.concatenate([[c] * len(d) for c, d in given_.calendars.items()]).astype(np.int32),
            "day": np.concatenate(list(given_.calendars.values())),
        },
        "enrolment": columns(given_.enrolments) | {"main": given_.enrolments["primary"].copy()},
        "mark": columns(given_.marks),
        "silent": columns(given_.not_taken),
        "student": {"student": given_.students, "subject_from": subject_from, "subject_before": subject_before},
        "asked": {"through": np.array([given_.through]), "upto": np.array([upto])},
    }
    database = duckdb.connect(config={"threads": 2})
    for name, _rows in tables.items():  # DuckDB finds _rows by its name
        database.execute(f"create table {name} as select * from _rows")
    database.execute(TWINS)
    return database


def columns(records):
    return {name: records[name].copy() for name in records.dtype.names}


def compare(given_, seed=0, upto=None):
    rng = np.random.default_rng(seed)
    book, uncounted = build(given_)
    subject_from = MONDAY + rng.choice([-900, 5, 30, 60], len(given_.students)).astype(np.int32)
    subject_before = (subject_from + rng.choice([9000, 20, 40], len(given_.students))).astype(np.int32)
    upto = given_.through if upto is None else upto
    database = twin(given_, subject_from, subject_before, upto)

    for school, [*rows] in by_line(database, "select student, school, day, byte from cell").items():
        line = book.cells[book.line_of(school[0], school[1] or None)]
        told = dict.fromkeys(book.days.tolist(), 0) | dict(rows)
        assert line.tolist() == list(told.values())
    assert database.execute("select count(*) from district_cell").fetchall() == [(cells_of_students(book),)]
    assert sorted(uncounted.tolist()) == sorted(database.execute("select mark, reason from uncounted").fetchall())

    own = np.searchsorted(given_.students, book.line_student)
    counted = standings(book, book.column(upto), subject_from[own], subject_before[own])
    fields = [name for name in STANDING.names if name != "not_taken"]
    told = by_line(database, f"select student, school, {', '.join(fields)} from standing")
    for (student, school), [row] in told.items():
        assert counted[fields][book.line_of(student, school or None)].tolist() == row
    assert len({student for student, school in told if not school}) == np.count_nonzero(
        counted["enrolled"][: len(given_.students)]
    )
    compare_not_taken(database, book, counted, upto)


def compare_not_taken(database, book, counted, upto):
    silent = f"select student, school, count(*) from cell where byte & 31 = 9 and day <= {upto} group by all"
    told = by_line(database, silent)
    for (student, school), [(days,)] in told.items():
        assert counted["not_taken"][book.line_of(student, school or None)] == days
    assert (counted["not_taken"][: len(book.students)] > 0).sum() == sum(not school for _, school in told)


def by_line(database, query):
    """(student, school) -> the other columns of its rows."""
    lines = {}
    for student, school, *rest in database.execute(query).fetchall():
        lines.setdefault((student, school), []).append(tuple(rest))
    return lines


def cells_of_students(book):
    return np.count_nonzero(book.cells[: len(book.students)])


@pytest.mark.parametrize("seed", range(6))
def test_a_seeded_district_is_what_sql_says(seed):
    compare(seeded(seed), seed)


@pytest.mark.parametrize("upto", [MONDAY - 1, MONDAY, MONDAY + 30])
def test_on_an_earlier_day(upto):
    compare(seeded(8), 8, upto)


def test_when_the_files_speak_of_less_than_the_calendar():
    compare(replace(seeded(9), through=MONDAY + 45))


@given(sources(length=14))
@settings(max_examples=15)
def test_a_drawn_district_is_what_sql_says(drawn):
    compare(drawn)
