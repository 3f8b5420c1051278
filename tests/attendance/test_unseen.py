"""Whom nobody has seen, against a slow and obvious twin that walks a student's letters backwards."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstbell.attendance.actions import rebuild
from firstbell.attendance.queries.unseen import Sight, sights, unseen
from tests.attendance.conftest import DAYS, YEAR

pytestmark = pytest.mark.django_db
SEEN = ".T"  # the tests' T is a tardy: here for part of the day


def plainly(letters: str) -> tuple[int, date, date | None] | None:
    """(days, first_on, last_seen_on) of somebody unseen on the last of these days."""
    days = 0
    for letter in reversed(letters):
        if letter not in "U?":
            break
        days += 1
    if not days:
        return None
    seen = [n for n, letter in enumerate(letters) if letter in SEEN]
    return days, DAYS[len(letters) - days], DAYS[seen[-1]] if seen else None


def of(frame) -> dict[int, tuple[int, date, date | None]]:
    return {row["student"]: (row["days"], row["first_on"], row["last_seen_on"]) for row in frame.iter_rows(named=True)}


@pytest.mark.parametrize(("letters", "told"), [
    (".....", None),
    ("....U", (1, DAYS[4], DAYS[3])),
    ("..U?U", (3, DAYS[2], DAYS[1])),
    ("..EEU", (1, DAYS[4], DAYS[1])),  # somebody spoke for them until then
    ("..UUE", None),
    ("UUUUU", (5, DAYS[0], None)),
    ("EUUUU", (4, DAYS[1], None)),
    ("...T?", (1, DAYS[4], DAYS[3])),
    ("UUUUT", None),
])  # fmt: skip
def test_days_in_a_row_without_a_word(district, absences, letters, told):
    district.arrives(DAYS[4])
    who = district.student("P-1")
    absences(who, letters)
    rebuild(YEAR)
    assert of(unseen(YEAR, DAYS[4])).get(who.pk) == told


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text("..UU?ET", min_size=12, max_size=12), min_size=1, max_size=6), st.integers(0, 11))
def test_the_book_says_what_walking_back_says(district, absences, stories, upto):
    district.arrives(DAYS[11])
    tag = len(list(DAYS)) + hash(tuple(stories)) % 10**9
    people = [district.student(f"{tag}-{n}-{district.arrival.pk}") for n in range(len(stories))]
    for who, story in zip(people, stories, strict=True):
        absences(who, story)
    rebuild(YEAR)
    found = of(unseen(YEAR, DAYS[upto]))
    told = {who.pk: plainly(story[: upto + 1]) for who, story in zip(people, stories, strict=True)}
    assert {pk: found.get(pk) for pk in told} == told


def test_a_student_who_never_was_enrolled_or_left_before_says_nothing(district):
    district.arrives(DAYS[4])
    later = district.student("P-1", entry=DAYS[10])
    rebuild(YEAR)
    assert unseen(YEAR, DAYS[4]).is_empty()
    assert unseen(YEAR, DAYS[0] - timedelta(30)).is_empty()
    assert sights(YEAR, DAYS[4], {later.pk: DAYS[0]})[later.pk] == Sight(None, None, 0)


def test_a_day_without_roll_breaks_nothing(district, absences):
    from firstbell.roster.models import RollTaken  # only this test has rolls

    district.arrives(DAYS[4])
    who = district.student("P-1")
    absences(who, ".UU.U")
    RollTaken.objects.bulk_create(
        RollTaken(school=district.schools[0], day=day, period="1", sections=3, arrival=district.arrival)
        for n, day in enumerate(DAYS[:5])
        if n != 3
    )
    rebuild(YEAR)
    assert of(unseen(YEAR, DAYS[4]))[who.pk] == (3, DAYS[1], DAYS[0])


def test_when_a_student_was_seen_again(district, absences):
    district.arrives(DAYS[9])
    who, other = district.student("P-1"), district.student("P-2")
    absences(who, ".UUU..UEU?")
    absences(other, "UUUUUUUUUU")
    rebuild(YEAR)
    found = sights(YEAR, DAYS[9], {who.pk: DAYS[1], other.pk: DAYS[0], 999: DAYS[0]})
    assert found == {who.pk: Sight(DAYS[4], DAYS[5], 7), other.pk: Sight(None, None, 10)}
    assert sights(YEAR, DAYS[3], {who.pk: DAYS[1]})[who.pk] == Sight(None, DAYS[0], 3)
    assert sights(YEAR, DAYS[9], {who.pk: DAYS[6]})[who.pk] == Sight(None, DAYS[5], 4)
    assert sights(YEAR, DAYS[9], {}) == {}
