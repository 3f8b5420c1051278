"""When a completion runs out, how a requirement stands, who gets the next seat, what is at one time; the catalogue."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.law.sections import section_of
from firstbell.oversight.rules.rubric import RUBRIC
from firstbell.training.models import Course
from firstbell.training.queries.courses import ORDER, ROLES
from firstbell.training.rules.courses import (
    CATALOGUE,
    ITEMS,
    SOON,
    When,
    at_one_time,
    next_in_line,
    standing,
    until,
)

TODAY = date(2026, 5, 12)
DATES = st.dates(date(2000, 1, 1), date(2060, 12, 31))
MONTHS = st.integers(1, 120)


@pytest.mark.parametrize(
    ("on", "months", "last"),
    [
        (date(2026, 5, 12), 12, date(2027, 5, 12)),
        (date(2026, 5, 12), None, None),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_until(on, months, last):
    assert until(on, months) == last


@given(DATES, MONTHS)
def test_it_counts_about_so_many_months_and_never_past_the_month(on, months):
    last = until(on, months)
    assert (last.year - on.year) * 12 + last.month - on.month == months
    assert last.day <= on.day


@given(DATES, DATES, MONTHS)
def test_who_completes_later_has_it_no_shorter(one, other, months):
    first, second = sorted((one, other))
    assert until(first, months) <= until(second, months)


def in_days(number: int) -> date:
    return TODAY + timedelta(number)


@pytest.mark.parametrize(
    ("done", "state", "words"),
    [
        ([], "missing", "Not completed yet"),
        ([None], "counts", "Counts for good"),
        ([in_days(-400), None], "counts", "Counts for good"),
        ([in_days(-1)], "lapsed", "Ran out on May 11, 2026"),
        ([in_days(-400), in_days(-1)], "lapsed", "Ran out on May 11, 2026"),
        ([in_days(0)], "soon", "Runs out after today"),
        ([in_days(1)], "soon", "Runs out in 1 day, on May 13, 2026"),
        ([in_days(SOON)], "soon", "Runs out in 60 days, on July 11, 2026"),
        ([in_days(SOON + 1)], "counts", "Counts until July 12, 2026"),
        ([in_days(-1), in_days(SOON + 1)], "counts", "Counts until July 12, 2026"),
    ],
)
def test_standing(done, state, words):
    found = standing(done, TODAY)
    assert (found.state, found.words) == (state, words)


@given(st.lists(st.none() | DATES, max_size=4), st.none() | DATES, DATES)
def test_one_more_completion_never_makes_it_worse(done, more, today):
    before, after = standing(done, today), standing([*done, more], today)
    assert ORDER.index(after.state) >= ORDER.index(before.state)
    assert after.until is None or before.until is None or after.until >= before.until


@pytest.mark.parametrize(
    ("seats", "taken", "waiting", "moved"),
    [(2, 1, "ab", "a"), (2, 2, "ab", ""), (5, 1, "ab", "ab"), (1, 3, "a", ""), (3, 0, "", "")],
)
def test_next_in_line(seats, taken, waiting, moved):
    assert next_in_line(seats, taken, waiting) == list(moved)


@given(st.integers(1, 500), st.integers(0, 600), st.lists(st.integers()))
def test_no_seat_is_given_twice_and_none_stays_empty_while_somebody_waits(seats, taken, waiting):
    moved = next_in_line(seats, taken, waiting)
    assert moved == waiting[: len(moved)]
    assert taken + len(moved) <= max(seats, taken)
    assert len(moved) == len(waiting) or taken + len(moved) >= seats


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (When(TODAY, time(9), 60), When(TODAY, time(10), 60), False),
        (When(TODAY, time(9), 61), When(TODAY, time(10), 60), True),
        (When(TODAY, time(9), 240), When(TODAY, time(10), 30), True),
        (When(TODAY, time(9), 60), When(in_days(1), time(9), 60), False),
        (When(TODAY, time(23), 120), When(in_days(1), time(0, 30), 60), True),
        (When(TODAY, time(9), 2400), When(in_days(1), time(9), 60), True),
    ],
)
def test_at_one_time(first, second, both):
    assert at_one_time(first, second) is at_one_time(second, first) is both


# -- the catalogue -----------------------------------------------------------------------------------------------------


def test_items_are_those_of_the_rubric_and_each_has_a_course():
    assert {key: item.title for key, item in RUBRIC.items()} == ITEMS
    assert {item for one in CATALOGUE.values() for item in one.items} == set(ITEMS)


@pytest.mark.parametrize("one", CATALOGUE.values(), ids=list(CATALOGUE))
def test_a_course_of_the_catalogue_fits_its_table(one):
    course = Course(
        key=one.key, title=one.title, what=one.what, kind=one.kind, minutes=one.minutes, months=one.months,
        roles=list(one.roles), items=list(one.items),
    )  # fmt: skip
    course.full_clean(exclude=["by", "months", "retired_on"], validate_unique=False, validate_constraints=False)
    assert set(one.roles) <= set(ROLES)
    assert one.roles
    assert 5 <= one.minutes <= 2400


def test_what_the_catalogue_cites_of_the_education_code_and_we_know_is_there():
    for cited in ("EC 48260", "EC 48260.5", "EC 48262", "EC 48263", "EC 48321", "EC 49076"):
        assert section_of(cited)
