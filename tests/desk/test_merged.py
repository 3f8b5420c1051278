"""Several ordered queries as one list of pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.desk.paging import Merged, paged


class Told(list):
    """A list that counts as a query does, and remembers how far it was read."""

    read = 0

    def count(self):
        return len(self)

    def __getitem__(self, page):
        self.read = max(self.read, page.stop)
        return super().__getitem__(page)


LINES = st.lists(st.lists(st.integers(0, 50)).map(sorted).map(Told), min_size=1, max_size=3)


@given(LINES, st.integers(0, 60), st.integers(0, 30))
def test_a_page_is_that_of_all_rows_sorted(lines, start, size):
    merged = Merged(*lines, key=lambda one: one)
    assert merged.count() == sum(map(len, lines))
    assert merged[start : start + size] == sorted(one for line in lines for one in line)[start : start + size]
    assert all(line.read == start + size for line in lines)


@pytest.mark.parametrize(("asked", "rows", "summary"), [
    ("", [1, 2, 3], "1 to 3 of 7"), ("?page=3", [7], "7 to 7 of 7"), ("?page=99", [7], "7 to 7 of 7"),
])  # fmt: skip
def test_a_pager_takes_it_as_it_takes_a_query(rf, asked, rows, summary):
    merged = Merged(Told([1, 4, 7]), Told([2, 3, 5, 6]), key=lambda one: one)
    found = paged(rf.get("/today/" + asked), merged, 3)
    assert (found.rows, found.summary, found.count) == (rows, summary, 7)
