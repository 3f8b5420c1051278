"""When a trigger is reached: a table of stories, the slow and obvious rule day by day, ladders that make no sense."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.cases.rules.triggers import DEFAULT, MOST_TRIGGERS, Rung, joined, reached, reached_at, refused
from firstbell.cases.rules.triggers import KINDS as TRACK_KINDS
from firstbell.law.days import ABSENT, Day

FIRST = date(2025, 9, 1)


def rung(count: int, window: int, **more) -> Rung:
    return Rung(**{"track": "any", "asks": "call", "within": 3, "role": "counselor"} | more, count=count, window=window)


def told(letters: str) -> tuple[list[date], list[date]]:
    """("x..x") the days with an x, and every school day."""
    taught = [FIRST + timedelta(n) for n in range(len(letters))]
    return [day for day, letter in zip(taught, letters, strict=True) if letter == "x"], taught


def slowly(days: list[date], school_days: list[date], count: int, window: int) -> list[date]:
    """The rule as its three sentences say it: one school day after the other, looking back over the window each day."""
    found, fresh, rests = [], [], False
    for place, day in enumerate(school_days):
        seen = school_days[: place + 1] if window == 0 else school_days[max(0, place + 1 - window) : place + 1]
        if rests and window and len([one for one in seen if one in days]) < count:
            fresh, rests = [], False
        elif day in days and not rests:
            fresh.append(day)
            if len([one for one in fresh if one in seen]) >= count:
                found.append(day)
                rests = True
    return found


@pytest.mark.parametrize(
    ("story", "count", "window", "places"),
    [
        ("x.x.x", 3, 0, [4]),
        ("x.x.xxxxxx", 3, 0, [4]),  # once a year
        ("x.x.", 3, 0, []),
        ("x....x....x", 3, 10, []),  # eleven school days from the first to the last
        ("x....x...x.", 3, 10, [9]),
        ("xxxxxxxxxx", 3, 5, [2]),  # one long absence reaches it once
        ("xxx....xxx", 3, 5, [2, 9]),  # it fell below in between: a fresh set
        ("xxx.xxx", 3, 4, [2]),  # it never fell below three within four days
        ("xxx..xx.x", 3, 4, [2, 8]),
        ("xxx..x.x.x", 3, 5, [2]),  # the sixth day came before it fell below: it belongs to the first three
        ("xxx...x.x.x", 3, 5, [2, 10]),
        ("x.x.x", 1, 2, [0]),
        ("x..x..x", 1, 2, [0, 3, 6]),
        ("", 1, 0, []),
    ],
)
def test_the_day_on_which_it_is_reached(story, count, window, places):
    days, taught = told(story)
    assert reached(days, taught, rung(count, window)) == [taught[at] for at in places]
    assert slowly(days, taught, count, window) == [taught[at] for at in places]


stories = st.text("x.", max_size=60) | st.text("xx.", max_size=60)


@given(stories, st.integers(1, 6), st.integers(0, 20))
def test_the_quick_rule_is_the_slow_one(story, count, window):
    days, taught = told(story)
    assert reached(days, taught, rung(count, window)) == slowly(days, taught, count, window)


@given(st.lists(stories, max_size=8), st.integers(1, 5), st.integers(0, 12))
def test_everyone_at_once_is_each_one_alone(group, count, window):
    nth = [place for story in group for place, letter in enumerate(story) if letter == "x"]
    whose = [who for who, story in enumerate(group) for letter in story if letter == "x"]
    places = reached_at(np.array(nth, np.int64), np.array(whose, np.int64), count, window)
    alone = [(who, day) for who, story in enumerate(group) for day in reached(*told(story), rung(count, window))]
    assert [(whose[at], FIRST + timedelta(nth[at])) for at in places] == alone


@given(stories, st.integers(1, 5), st.integers(1, 12))
def test_no_day_counts_twice(story, count, window):
    days, taught = told(story)
    found = reached(days, taught, rung(count, window))
    assert len(found) * count <= len(days)
    assert all(a < b for a, b in pairwise(found))
    assert set(found) <= set(days)


@given(stories, st.integers(1, 5), st.integers(0, 12), st.integers(0, 60))
def test_a_later_day_never_changes_what_was_reached_before(story, count, window, upto):
    """Which is why a night that looks at the year so far finds what the whole year will show."""
    days, taught = told(story)
    seen = taught[:upto]
    now = reached([day for day in days if day in seen], seen, rung(count, window))
    assert now == [day for day in reached(days, taught, rung(count, window)) if day in seen]


@pytest.mark.parametrize(
    ("asked", "joins"),
    [
        ([], ""),
        ([(0, 3), (1, 4), (2, 5), (3, 6)], ".jj."),  # the first is done on day 3
        ([(0, 3), (3, 6), (6, 9)], "..."),
        ([(0, 9), (1, 3), (3, 5)], ".j."),  # the second brought the day nearer
        ([(0, 3), (1, 9), (3, 5)], ".j."),  # and no joiner puts it off
        ([(0, 0), (0, 5), (0, 5)], "..j"),
    ],
)
def test_whoever_waits_is_not_asked_twice(asked, joins):
    days = [("call", FIRST + timedelta(on), FIRST + timedelta(due)) for on, due in asked]
    assert "".join(".j"[one] for one in joined(days)) == joins
    apart = [row for number, row in enumerate(days) for row in ((number, *row[1:]), row)]
    assert joined(apart)[1::2] == joined(days)
    assert not any(joined(apart)[::2])


@pytest.mark.parametrize(
    ("kind", "text", "same"),
    [
        ("other", "Ask the nurse: 3 days absent, on May 4, 2026", True), ("other", "Ask the nurse", True),
        ("other", "Ask the nurse again", False), ("other", "Send the form", False), ("call", "Ask the nurse", False),
    ],
)  # fmt: skip
def test_what_is_the_same(kind, text, same):
    assert rung(3, 0, asks="other", text="Ask the nurse").is_asked_by(kind, text) is same
    assert rung(3, 0).is_asked_by("call", text)


def test_tracks_count_what_they_say():
    assert TRACK_KINDS["unexcused"] == {Day.UNEXCUSED, Day.OCCASION}
    assert TRACK_KINDS["any"] == ABSENT
    assert not TRACK_KINDS["excused"] & TRACK_KINDS["unexcused"]


@pytest.mark.parametrize(
    ("rungs", "words"),
    [
        ([], "at least one trigger"),
        ([rung(3, 0), rung(3, 0)], "asks twice"),
        ([rung(3, 2)], "3 days cannot fall within 2"),
        ([rung(0, 0)], "from 1 to 60"),
        ([rung(3, 400)], "90 at most"),
        ([rung(3, 0, within=0)], "from 1 to 20"),
        ([rung(3, 0, asks="dance")], "choose what it counts"),
        ([rung(3, 0, asks="other")], "say what is to be done"),
        ([rung(3 + n, 0) for n in range(MOST_TRIGGERS + 1)], "12 triggers at most"),
    ],
)
def test_ladders_that_make_no_sense(rungs, words):
    assert words in refused(rungs)


def test_ladders_that_do():
    assert refused(DEFAULT) == ""
    assert refused([rung(3, 0), rung(3, 10), rung(3, 0, asks="visit"), rung(3, 0, track="excused")]) == ""


def test_a_trigger_in_words():
    assert rung(3, 10, track="unexcused").sentence == "3 unexcused days within 10 school days"
    assert rung(1, 0).sentence == "1 day absent in the school year"
    assert rung(10, 0).sentence == "10 days absent in the school year"
