"""Long lists: counted so far and no further, and turned page by page without losing or repeating a row."""

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from firstbell.core import paging
from firstbell.core.access import EVERYTHING, NOTHING, Scope
from firstbell.core.models import User
from firstbell.core.paging import Chained, Counted, Merged, Pages, counted, part, wide
from firstbell.core.templatetags import ui
from firstbell.desk.paging import paged

NUMBERS = st.integers(0, 3000)


@pytest.fixture
def people(db, monkeypatch):
    """Twelve people, of whom three are staff; five rows of a list are counted."""
    monkeypatch.setattr(paging, "MOST", 5)
    User.objects.bulk_create(User(username=f"p-{n:02}", is_staff=n % 4 == 0) for n in range(12))
    return User.objects.order_by("username")


@pytest.mark.parametrize(("number", "words", "short"), [
    (Counted(0), "0", "0"), (Counted(1284), "1,284", "1,284"), (Counted(1000, more=True), "more than 1,000", "1,000+"),
    (Counted.upto(1000), "1,000", "1,000"), (Counted.upto(1001), "more than 1,000", "1,000+"),
])  # fmt: skip
def test_a_count_in_words(number, words, short):
    assert (str(number), f"{number:,}", number.short, ui.count(number)) == (words, words, short, words)


def test_a_count_on_a_page_is_in_words():
    assert ui.plural_s(Counted(1000, more=True), "letter") == "more than 1,000\u00a0letters"
    assert ui.plural_s(Counted(1), "letter") == "1\u00a0letter"


@given(st.lists(NUMBERS, min_size=1, max_size=4))
def test_a_sum_never_says_more_than_is_known(numbers):
    whole = sum((Counted.upto(one) for one in numbers), Counted(0))
    assert int(whole) <= sum(numbers)
    assert whole.more == any(one > paging.MOST for one in numbers)
    assert whole.more or int(whole) == sum(numbers)


@given(st.lists(NUMBERS, min_size=1))
def test_adding_works_from_either_side(numbers):
    told = [Counted.upto(one) for one in numbers]
    assert str(sum(told)) == str(sum(told, Counted(0)))


def test_many_are_counted_in_one_query_and_only_so_far(people):
    asked = {
        "all": people, "staff": people.filter(is_staff=True), "none": people.filter(username="nobody"),
        "never": people.filter(pk__in=()), "five": people.filter(username__lt="p-05"),
    }  # fmt: skip
    with CaptureQueriesContext(connection) as seen:
        found = counted(asked)
    assert len(seen) == 1
    assert {key: str(number) for key, number in found.items()} == {
        "all": "more than 5", "staff": "3", "none": "0", "never": "0", "five": "5",
    }  # fmt: skip


def test_some_rows_are_those_of_the_slice_in_their_order(people):
    for start, stop in ((0, 3), (3, 50), (11, 12), (12, 20)):
        assert part(people, start, stop) == list(people[start:stop])


@pytest.mark.parametrize("asked", ["", "1", "2", "3", "99", "-1", "0", "x", "1.5", None])
def test_a_list_that_was_counted_whole_turns_as_django_turns_it(people, monkeypatch, asked):
    monkeypatch.setattr(paging, "MOST", 12)
    ours, theirs = Pages(people, 5).get_page(asked), Paginator(people, 5).get_page(asked)
    for name in ("number", "has_next", "has_previous", "has_other_pages", "start_index", "end_index"):
        mine, its = getattr(ours, name), getattr(theirs, name)
        assert (mine() if callable(mine) else mine) == (its() if callable(its) else its), name
    assert list(ours) == list(theirs)
    assert ours.paginator.count == 12


def test_a_longer_list_goes_on_past_what_was_counted(people):
    seen, number = [], 1
    while True:
        page = Pages(people, 3).get_page(number)
        seen += page
        assert page.summary == f"{3 * number - 2} to {min(3 * number, 12)} of more than 5"
        if not page.has_next():
            break
        number = page.next_page_number()
    assert seen == list(people)
    assert number == 4


@pytest.mark.parametrize("number", [5, 999, paging.FURTHEST, 10**9])
def test_past_the_end_of_a_longer_list_is_the_last_page_that_was_counted(people, number):
    page = Pages(people, 3).get_page(number)
    assert (page.number, list(page)) == (2, list(people[3:6]))
    assert page.has_next()


def test_a_page_takes_three_queries_however_long_the_list(people):
    with CaptureQueriesContext(connection) as seen:
        Pages(people, 3).get_page(1)
    counting, finding, fetching = (one["sql"] for one in seen.captured_queries)
    assert "LIMIT 6" in counting
    assert "LIMIT 4" in finding
    assert " IN (" in fetching


@pytest.mark.parametrize(
    ("rows", "summary"), [([], "0 to 0 of 0"), ([1], "1 to 1 of 1"), (list(range(9)), "1 to 4 of 9")]
)
def test_a_plain_list_turns_too(rows, summary):
    page = Pages(rows, 4).get_page(None)
    assert (list(page), page.summary) == (rows[:4], summary)


def _merged(people):
    staff, others = people.filter(is_staff=True), people.filter(is_staff=False)
    return Merged(staff, others, key=lambda one: one.username, fields=("username",))


@pytest.mark.parametrize("start", [0, 1, 5, 11, 12])
def test_several_ordered_queries_are_one_list(people, start):
    merged = _merged(people)
    assert merged[start : start + 4] == list(people[start : start + 4])
    assert str(merged.count()) == "more than 8"  # three, and more than five


def test_before_a_page_only_what_puts_rows_in_order_is_read(people):
    with CaptureQueriesContext(connection) as seen:
        assert [one.username for one in _merged(people)[8:10]] == ["p-08", "p-09"]
    heads = [one["sql"] for one in seen.captured_queries if "LIMIT 10" in one["sql"]]
    assert len(heads) == 2
    assert not [sql for sql in heads if "password" in sql]
    assert len(seen) == 4


@pytest.mark.parametrize("size", [1, 2, 3, 5, 12, 20])
def test_queries_one_after_another(people, size):
    staff, others = people.filter(is_staff=True), people.filter(is_staff=False)
    whole = [*staff, *others]
    chained = Chained(staff, people.none(), others)
    assert str(chained.count()) == "more than 8"
    for start in range(15):
        assert chained[start : start + size] == whole[start : start + size], start
    assert Chained(people.none(), people.none())[0:5] == []


@pytest.mark.parametrize(("asked", "first", "summary"), [
    ("", "p-00", "1 to 3 of more than 8"), ("?page=4", "p-09", "10 to 12 of more than 8"),
    ("?page=99", "p-06", "7 to 9 of more than 8"),
])  # fmt: skip
def test_a_pager_takes_it_as_it_takes_a_query(rf, people, asked, first, summary):
    merged = _merged(people)
    found = paged(rf.get("/today/" + asked), merged, 3)
    assert (found.rows[0].username, found.summary) == (first, summary)


@pytest.mark.parametrize(("scope", "so"), [
    (EVERYTHING, True), (NOTHING, False), (Scope(schools=frozenset(range(10))), False),
    (Scope(schools=frozenset(range(11))), True),
])  # fmt: skip
def test_who_serves_many_schools(scope, so):
    assert wide(scope) is so
