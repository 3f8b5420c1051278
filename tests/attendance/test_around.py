"""Days absent before and after a day of one's own, against a slow twin that walks the letters."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstbell.attendance.actions import rebuild
from firstbell.attendance.queries.around import Around, around
from tests.attendance.conftest import DAYS, YEAR

pytestmark = pytest.mark.django_db
KEYS = count()


def plainly(student: int, letters: str, on: int, window: int, needed: int) -> Around | None:
    before, after = letters[:on][::-1], letters[on + 1 :]
    span = min(len(before), len(after), window)
    missed = [sum(one in "U?E" for one in side[:span]) for side in (before, after)]
    return Around(student, span, *missed) if span >= needed else None


@pytest.mark.parametrize(("letters", "on", "told"), [
    ("UU..U.", 2, (2, 2, 1)),  # as many days on either side: the newest before, the first after
    ("EU?...", 3, (2, 2, 0)),
    ("......", 0, None),
    ("UUTT..", 3, (2, 1, 0)),  # a tardy day was not missed
])  # fmt: skip
def test_equal_spans_on_either_side(district, absences, letters, on, told):
    district.arrives(DAYS[len(letters) - 1])
    who = district.student("P-1")
    absences(who, letters)
    rebuild(YEAR)
    found = around(YEAR, {who.pk: DAYS[on]}, window=5, needed=2)
    assert found == ([Around(who.pk, *told)] if told else [])


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.text("..UU?ET", min_size=12, max_size=12), st.integers(0, 11)), min_size=1, max_size=6),
    st.integers(1, 8), st.integers(1, 4),
)  # fmt: skip
def test_the_book_says_what_walking_says(district, absences, stories, window, needed):
    district.arrives(DAYS[11])
    people = [district.student(f"A-{next(KEYS)}") for _ in stories]
    for who, (letters, _) in zip(people, stories, strict=True):
        absences(who, letters)
    rebuild(YEAR)
    moments = {who.pk: DAYS[on] for who, (_, on) in zip(people, stories, strict=True)}
    slow = [plainly(who.pk, letters, on, window, needed) for who, (letters, on) in zip(people, stories, strict=True)]
    assert around(YEAR, moments, window=window, needed=needed) == [one for one in slow if one]


def test_nobody_where_nothing_is_known(district):
    assert around(1999, {1: DAYS[0]}, window=5, needed=1) == []
    district.student("P-1")
    rebuild(YEAR)
    assert around(YEAR, {}, window=5, needed=1) == []
    assert around(YEAR, {10**6: DAYS[3]}, window=5, needed=1) == []
