import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.facts.daybook import build
from firstbell.facts.kernels.standing import FEW, STANDING, standings, weeks
from firstbell.law.days import ABSENT, SEVERITY, letter

from . import slow
from .districts import MONDAY, OPEN, book_of, seeded, sources

LETTERS = st.text("...UES?ItT-i ", min_size=1, max_size=70)


def standing(story, *, upto=None, subject_from=0, subject_before=OPEN):
    book = book_of(story)
    bounds = [np.array([value], np.int32) for value in (subject_from, subject_before)]
    [row] = standings(book, len(book.days) if upto is None else upto, *bounds)
    return dict(zip(STANDING.names, row.tolist(), strict=True))


def every(book, upto=None):
    bounds = [np.full(len(book.cells), value, np.int32) for value in (0, OPEN)]
    return standings(book, len(book.days) if upto is None else upto, *bounds)


def day(n):
    return MONDAY + n


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (".....", {"enrolled": 5, "absent": 0, "first_day": day(0), "last_absent": 0}),
        ("UESI?", {"absent": 5, "unexcused": 1, "excused": 1, "suspended": 1, "study_undone": 1, "unverified": 1}),
        ("UESI?", {"half_days": 5, "occasions": 1, "longest_streak": 5, "streak": 5, "unexcused_streak": 0}),
        ("tTi..", {"enrolled": 5, "absent": 0, "partial": 2, "occasions": 1, "half_days": 0}),
        ("U-T U", {"enrolled": 3, "not_taken": 1, "occasions": 3, "third_occasion": day(4)}),
        ("U--UU", {"streak": 3, "longest_streak": 3, "not_taken": 2}),  # no roll does not break a run
        ("-- -.", {"enrolled": 1, "not_taken": 3, "first_day": day(4)}),
        ("UTU.U", {"occasions": 4, "third_occasion": day(2), "last_absent": day(4)}),
        ("EESEE", {"occasions": 0, "third_occasion": 0, "absent": 5}),
        ("E.UUU", {"streak": 3, "unexcused_streak": 3, "back_after": 0}),
        ("UUEUU", {"streak": 5, "unexcused_streak": 2}),
        ("UUU.U.", {"longest_streak": 3, "back_after": 1, "back_on": day(5)}),
        ("EEE.", {"back_after": 3, "back_on": day(3)}),
        ("EEE.....", {"back_after": 3, "back_on": day(3)}),
        ("EEE......", {"back_after": 0, "back_on": 0}),  # back for six days: no longer news
        ("EEE..E", {"back_after": 0, "back_on": 0}),  # back, and gone again
        ("EEE-.t-", {"back_after": 3, "back_on": day(4)}),
        ("....", {"back_after": 0}),
        ("E" * 20 + "." * 20, {"first_month": 20, "first_month_days": 20, "last20": 0, "before20": 20}),
        ("." + "E" * 20 + "U", {"first_month": 19, "last20": 20, "before20": 1, "first_month_days": 20}),
        ("E.E", {"first_month": 2, "first_month_days": 3}),
        ("   ", dict.fromkeys(STANDING.names, 0)),
    ],
)
def test_a_story_and_its_standing(story, expected):
    counted = standing(story)
    assert {field: counted[field] for field in expected} == expected


@pytest.mark.parametrize(
    ("subject_from", "subject_before", "occasions", "third"),
    [
        (day(0), day(5), 5, day(2)),
        (day(1), day(5), 4, day(3)),  # turned six on the second day
        (day(0), day(3), 3, day(2)),  # the eighteenth birthday itself no longer counts
        (day(0), day(2), 2, 0),
        (day(9), day(20), 0, 0),
    ],
)
def test_occasions_count_only_while_a_student_must_attend(subject_from, subject_before, occasions, third):
    counted = standing("UTUTU", subject_from=subject_from, subject_before=subject_before)
    assert (counted["occasions"], counted["third_occasion"]) == (occasions, third)
    assert counted["unexcused"] == 3


@given(LETTERS, st.data())
def test_every_field_is_what_the_slow_way_says(story, data):
    book = book_of(story)
    upto = data.draw(st.integers(0, len(story)))
    bounds = sorted(data.draw(st.tuples(*[st.integers(MONDAY - 2, MONDAY + 72)] * 2)))
    days = list(zip(book.days.tolist(), book.cells[0].tolist(), strict=True))[:upto]
    counted = standing(story, upto=upto, subject_from=bounds[0], subject_before=bounds[1])
    assert counted == slow.standing([d for d in days if d[1]], *bounds)


@given(sources(length=20))
def test_every_line_of_a_drawn_district(drawn):
    book, _ = build(drawn)
    for row, cells in zip(every(book), book.cells.tolist(), strict=True):
        days = [(day, byte) for day, byte in zip(book.days.tolist(), cells, strict=True) if byte]
        assert dict(zip(STANDING.names, row.tolist(), strict=True)) == slow.standing(days)


@given(LETTERS, st.sampled_from("U?ESI"))
def test_one_more_absence_never_improves_a_standing(story, more):
    before, after = standing(story), standing(story + more)
    assert after["absent"] == before["absent"] + 1
    assert after["streak"] == before["streak"] + 1
    assert after["occasions"] == before["occasions"] + (more == "U")
    assert all(after[field] >= before[field] for field in ("half_days", "longest_streak", "third_occasion"))


@given(LETTERS)
def test_what_must_add_up(story):
    s = standing(story)
    assert s["absent"] == sum(s[kind] for kind in ("excused", "unexcused", "suspended", "unverified", "study_undone"))
    assert s["absent"] <= s["half_days"] <= s["enrolled"] <= len(story)
    assert s["last20"] + s["before20"] <= s["absent"]
    assert s["unexcused_streak"] <= s["streak"] <= s["longest_streak"] <= s["absent"]
    assert (s["back_after"] > 0) <= (s["streak"] == 0)
    assert (s["third_occasion"] > 0) == (s["occasions"] >= 3)


@given(LETTERS)
def test_an_excuse_never_raises_anything_but_the_excused(story):
    if "U" not in story:
        story += "U"
    before, after = standing(story), standing(story.replace("U", "E", 1))
    assert after["absent"] == before["absent"]
    assert after["occasions"] == before["occasions"] - 1
    assert after["unexcused_streak"] <= before["unexcused_streak"]


def test_some_lines_only_and_in_their_order():
    book, _ = build(seeded(2))
    lines = np.array([17, 3, len(book.cells) - 1, 3], np.int32)
    bounds = [np.full(4, value, np.int32) for value in (0, OPEN)]
    assert (standings(book, len(book.days), *bounds, lines) == every(book)[lines]).all()
    assert (weeks(book, 40, 6, lines) == weeks(book, 40, 6)[lines]).all()


def test_no_day_has_passed_yet():
    book = book_of("UUU")
    assert every(book, upto=0).tolist() == [(0,) * len(STANDING.names)]
    assert not weeks(book, 0).any()


def test_weeks_end_with_the_week_of_the_last_day():
    # MONDAY is one; columns 0 to 6 are its week, 7 to 13 the next.
    book = book_of("UUU..  " + "E-..i  " + "?")
    assert weeks(book, 15, 4)[0].tolist() == [[0, 0], [5, 3], [4, 1], [1, 1]]
    assert weeks(book, 9, 2)[0].tolist() == [[5, 3], [1, 1]]
    assert weeks(book, 9, 1)[0].tolist() == [[1, 1]]


def test_a_week_runs_from_monday_to_sunday():
    assert weeks(book_of("E......U"), 8, 2)[0].tolist() == [[7, 1], [1, 1]]


def test_a_week_without_school_is_there_as_zeros():
    given_ = seeded(1, students=20)
    book, _ = build(given_)
    shown = weeks(book, len(book.days), 30)
    assert (shown[:, :, 0] >= shown[:, :, 1]).all()
    assert shown.shape == (len(book.cells), 30, 2)
    first = (given_.through - MONDAY) // 7
    assert not shown[:, : 30 - first - 9].any()


def test_weeks_add_up_to_the_standing():
    book, _ = build(seeded(3))
    shown, counted = weeks(book, len(book.days), 60), every(book)
    assert (shown[:, :, 0].sum(axis=1) == counted["enrolled"]).all()
    assert (shown[:, :, 1].sum(axis=1) == counted["absent"]).all()


def test_the_alphabet_is_the_one_the_kernels_know():
    assert {day for day in SEVERITY if standing(letter(day))["absent"]} == ABSENT


@given(st.lists(LETTERS, min_size=1, max_size=5))
def test_a_few_lines_are_counted_as_many_are(stories):
    for story in stories:
        book = book_of(story)
        one = every(book)
        many = standings(book, len(book.days), *np.array([[0] * FEW, [OPEN] * FEW], np.int32), np.zeros(FEW, np.int32))
        assert all(row.tolist() == one[0].tolist() for row in many)
